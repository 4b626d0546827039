#include "engine/failing.h"
#include "base/mem.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAILING_MAX = 64, WHAT_BYTES = 160, MESSAGE_BYTES = 600, EVENT_BYTES = 240 };
static const int64_t quiet_us = 60 * ACR_SECOND_US; // at least one line in so long while it goes on

struct acr__failing {
  int count;
  struct failing_one {
    char what[WHAT_BYTES], message[MESSAGE_BYTES], event[EVENT_BYTES];
    uint64_t count, told; // events; as of the last line
    int64_t first_us, last_us, told_us;
  } all[FAILING_MAX + 1]; // the last stands for all others
};

// As much of it as there is room for, whole characters.
static void copy(char *out, size_t cap, acr__span text) {
  size_t len = text.len < cap ? text.len : cap - 1;
  while (len < text.len && len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
    len--;
  memcpy(out, text.ptr, len);
  out[len] = 0;
}

// "key phrase big_fill" of "rule \"Big\": key phrase big_fill: key_phrases/big_fill.lua:7: ..."; the core's own messages whole.
static void what_of(char *out, const char *message) {
  const char *from = message, *rule = strncmp(message, "rule \"", 6) == 0 ? strstr(message, "\": ") : NULL;
  if (rule) from = rule + 3;
  const char *end = strstr(from, ": ");
  copy(out, WHAT_BYTES, (acr__span){from, end ? (size_t)(end - from) : strlen(from)});
}

static struct failing_one *find(struct acr__failing *failing, const char *what) {
  for (int i = 0; i < failing->count; i++)
    if (strcmp(failing->all[i].what, what) == 0) return &failing->all[i];
  struct failing_one *one = &failing->all[failing->count];
  if (failing->count == FAILING_MAX) return one;
  failing->count++;
  return one;
}

static bool is_power_of_ten(uint64_t n) {
  while (n >= 10 && n % 10 == 0)
    n /= 10;
  return n == 1;
}

// The first at once; then at each power of ten, and once a minute.
static void tell(const acr_engine *engine, struct failing_one *one) {
  char line[WHAT_BYTES + MESSAGE_BYTES + EVENT_BYTES + 200];
  if (!engine->options.warn || (!is_power_of_ten(one->count) && one->last_us - one->told_us < quiet_us)) return;
  if (one->count == 1)
    snprintf(line, sizeof line, "%s: event %s is parked; accrue retry %s judges it again once that is mended", one->message, one->event,
             one->event);
  else
    snprintf(line, sizeof line, "%s keeps failing: %llu events parked, %llu since it was last said; the last is %s: %s", one->what,
             (unsigned long long)one->count, (unsigned long long)(one->count - one->told), one->event, one->message);
  engine->options.warn(engine->options.warn_arg, line);
  one->told = one->count;
  one->told_us = one->last_us;
}

void acr__failing_note(acr_engine *engine, const struct acr__event *event, const char *message) {
  if (engine->of || engine->trial) return; // nothing is parked
  char what[WHAT_BYTES];
  if (!engine->failing) {
    engine->failing = acr__mem_alloc(sizeof *engine->failing);
    memset(engine->failing, 0, sizeof *engine->failing);
  }
  what_of(what, message);
  struct failing_one *one = find(engine->failing, what);
  one->last_us = acr__wall_us();
  if (one->count++ == 0) one->first_us = one->last_us;
  memcpy(one->what, what, sizeof what);
  copy(one->message, sizeof one->message, acr__span_of(message));
  acr__span name =
      acr__span_of(acr__arena_printf(engine->arena, "%.*s/%.*s", (int)event->source.len, event->source.len ? event->source.ptr : "",
                                     (int)event->id.len, event->id.len ? event->id.ptr : ""));
  copy(one->event, sizeof one->event, name);
  tell(engine, one);
}

const char *acr__failing_message(const acr_engine *engine, const char *what) {
  for (int i = 0; engine->failing && i < engine->failing->count; i++)
    if (strcmp(engine->failing->all[i].what, what) == 0) return engine->failing->all[i].message;
  return NULL;
}

void acr__failing_write(const acr_engine *engine, acr__writer *w) {
  const struct acr__failing *failing = engine->failing;
  acr__write_key(w, "failing");
  acr__write_array(w);
  for (int i = 0; failing && i <= FAILING_MAX && failing->all[i].count; i++) {
    const struct failing_one *one = &failing->all[i];
    acr__write_object(w);
    acr__write_key(w, "what");
    acr__write_text(w, i == FAILING_MAX ? "others" : one->what);
    acr__write_key(w, "events");
    acr__write_int(w, (int64_t)one->count);
    acr__write_key(w, "since");
    acr__write_time(w, one->first_us);
    acr__write_key(w, "last");
    acr__write_time(w, one->last_us);
    acr__write_key(w, "last_event");
    acr__write_text(w, one->event);
    acr__write_key(w, "message");
    acr__write_text(w, one->message);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

void acr__failing_free(acr_engine *engine) {
  free(engine->failing);
}
