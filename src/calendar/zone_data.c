// Which version of the zone data this process works by: times that programs depend on follow from it.
#include "calendar/calendar.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char version[32] = "unknown";

static bool read_first_line(const char *dir, const char *name, const char *before) {
  char path[4096], line[sizeof version];
  size_t skip = strlen(before);
  snprintf(path, sizeof path, "%s/%s", dir, name);
  FILE *file = fopen(path, "re");
  if (!file) return false;
  bool good = fgets(line, sizeof line, file) && strncmp(line, before, skip) == 0;
  fclose(file);
  if (!good) return false;
  snprintf(version, sizeof version, "%s", line + skip);
  version[strcspn(version, " \r\n")] = 0;
  return version[0] != 0;
}

static void find(void) {
  const char *dir = getenv("TZDIR");
  if (!dir) dir = "/usr/share/zoneinfo";
  if (!read_first_line(dir, "tzdata.zi", "# version ") && !read_first_line(dir, "+VERSION", ""))
    snprintf(version, sizeof version, "unknown");
}

const char *acr__zone_data(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find);
  return version;
}
