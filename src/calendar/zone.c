// Zones out of the system's zone data, read by GLib once and kept as tables.
#include "calendar/zone.h"
#include "base/mem.h"
#include "base/table.h"
#include <glib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_BYTES_MAX = 64, HORIZON = 2129, EXPLICIT_END = 2038, DAY_SECONDS = 86400, STRIDE_DAYS = 150 };

static int64_t year_start(int year) {
  return (int64_t)acr__days_of((acr__date){year, 1, 1}) * DAY_SECONDS;
}

static int interval_at(GTimeZone *source, int64_t seconds) {
  return g_time_zone_find_interval(source, G_TIME_TYPE_UNIVERSAL, seconds);
}

// The first second after `from` that is in another interval of GLib's; INT64_MAX when there is none before the horizon.
static int64_t next_change(GTimeZone *source, int64_t from) {
  int here = interval_at(source, from);
  int64_t low = from, high = from, end = year_start(HORIZON);
  do {
    if (high >= end) return INT64_MAX;
    low = high;
    high += (int64_t)STRIDE_DAYS * DAY_SECONDS;
  } while (interval_at(source, high) == here);
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    if (interval_at(source, middle) == here)
      low = middle;
    else
      high = middle;
  }
  return high;
}

static void add_interval(acr__zone *zone, int64_t from, int32_t offset) {
  if (zone->count > 0 && zone->offset[zone->count - 1] == offset) return;
  size_t room = (size_t)zone->count + 2; // and the end mark
  zone->from = acr__mem_resize(zone->from, room * sizeof *zone->from);
  zone->offset = acr__mem_resize(zone->offset, room * sizeof *zone->offset);
  zone->from[zone->count] = from;
  zone->offset[zone->count] = offset;
  zone->from[++zone->count] = INT64_MAX;
}

static bool offset_known_before(const acr__zone *zone, int end) {
  for (int i = 0; i < end; i++) {
    if (zone->offset[i] == zone->offset[end]) return true;
  }
  return false;
}

// GLib takes a negative saving (Europe/Dublin) for a positive one once the listed changes are used up: an offset that the
// zone never had gives it away. Then what follows repeats the listed years.
static void drop_invented(acr__zone *zone) {
  int64_t listed_end = year_start(EXPLICIT_END);
  int listed = 0;
  while (listed < zone->count && zone->from[listed] < listed_end)
    listed++;
  for (int i = listed; i < zone->count; i++) {
    if (offset_known_before(zone, i)) continue;
    zone->count = listed;
    zone->from[listed] = INT64_MAX;
    zone->horizon = EXPLICIT_END;
    return;
  }
}

static acr__zone *load(GTimeZone *source, const char *name) {
  acr__zone *zone = acr__mem_alloc(sizeof *zone);
  *zone = (acr__zone){.horizon = HORIZON};
  zone->name = acr__mem_alloc(strlen(name) + 1);
  strcpy(zone->name, name);
  int64_t at = year_start(1800); // before any zone's first change
  add_interval(zone, INT64_MIN, g_time_zone_get_offset(source, interval_at(source, at)));
  while ((at = next_change(source, at)) != INT64_MAX) {
    add_interval(zone, at, g_time_zone_get_offset(source, interval_at(source, at)));
  }
  drop_invented(zone);
  zone->horizon_from = year_start(zone->horizon);
  return zone;
}

static bool plain_name(acr__span name) {
  static const char *const refused[] = {"localtime", "posixrules"}; // whatever this machine is set to
  if (name.len == 0 || name.len > NAME_BYTES_MAX || name.ptr[0] == '/') return false;
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-' || c == '/';
    if (!ok) return false;
  }
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    if (acr__span_is(name, refused[i])) return false;
  }
  return name.len < 6 || memcmp(name.ptr, "right/", 6) != 0; // counts leap seconds
}

// GLib also takes rules, offsets and files that are no zones; a name must be a file of the zone data.
static bool in_zone_data(const char *name) {
  if (strcmp(name, "UTC") == 0) return true;
  const char *folder = getenv("TZDIR");
  char path[4096], magic[4];
  int len = snprintf(path, sizeof path, "%s/%s", folder && *folder ? folder : "/usr/share/zoneinfo", name);
  if (len < 0 || (size_t)len >= sizeof path) return false;
  FILE *file = fopen(path, "rb");
  if (!file) return false;
  bool found = fread(magic, 1, sizeof magic, file) == sizeof magic && memcmp(magic, "TZif", sizeof magic) == 0;
  fclose(file);
  return found;
}

static acr__zone *open_zone(acr__span name) {
  char text[NAME_BYTES_MAX + 1];
  if (!plain_name(name)) return NULL;
  memcpy(text, name.ptr, name.len);
  text[name.len] = '\0';
  if (!in_zone_data(text)) return NULL;
  GTimeZone *source = g_time_zone_new_identifier(text);
  if (!source) return NULL;
  acr__zone *zone = load(source, text);
  g_time_zone_unref(source);
  return zone;
}

const acr__zone *acr__zone_find(acr__span name) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static acr__table *zones;
  pthread_mutex_lock(&lock);
  if (!zones) zones = acr__table_new();
  acr__zone *zone = acr__table_get(zones, name);
  if (!zone) {
    zone = open_zone(name);
    if (zone) acr__table_put(zones, name, zone);
  }
  pthread_mutex_unlock(&lock);
  return zone;
}
