// Reading one event from a line, without a ledger.
#ifndef EVENT_FIXTURE_H
#define EVENT_FIXTURE_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "event/event.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD "\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"pos\""
#define TIME ",\"time\":\"2026-03-01T08:15:00-05:00\""
#define PURCHASE "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME ",\"data\":{"

struct reading {
  acr__arena *arena;
  acr__key key;
  struct acr__event_env env;
  struct acr__reject reject;
};

static inline bool only_visit(void *arg, acr__span type) {
  (void)arg;
  return acr__span_is(type, "visit");
}

static inline acr__span nearest_visit(void *arg, acr__span type) {
  (void)arg;
  return type.len && type.ptr[0] == 'v' ? ACR__SPAN_LIT("visit") : (acr__span){NULL, 0};
}

static inline int reading_begin(void **state) {
  struct reading *r = calloc(1, sizeof *r);
  r->arena = acr__arena_new(4096);
  acr__key_random(&r->key);
  r->env = (struct acr__event_env){.key = &r->key, .currency_scale = 2, .type_known = only_visit, .type_nearest = nearest_visit};
  assert_true(acr__time_parse(ACR__SPAN_LIT("2026-03-01T14:00:00Z"), &r->env.now));
  r->env.latest = r->env.now + 300 * ACR_SECOND_US;
  *state = r;
  return 0;
}

static inline int reading_end(void **state) {
  struct reading *r = *state;
  acr__arena_free(r->arena);
  free(r);
  return 0;
}

// NULL and r->reject when the event is not valid. The event before it stays readable.
static inline const struct acr__event *read_line(struct reading *r, const char *line) {
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(r->arena, acr__span_of(line), NULL, &fault);
  assert_non_null(json);
  r->reject = (struct acr__reject){0};
  return acr__event_read(r->arena, json, &r->env, &r->reject);
}

static inline const struct acr__event *read_good(struct reading *r, const char *line) {
  const struct acr__event *event = read_line(r, line);
  if (!event)
    print_error("%s: %s: %s\n", r->reject.path, r->reject.code, r->reject.message);
  assert_non_null(event);
  return event;
}

struct bad_line { const char *line, *code, *path, *says; };

static inline void assert_bad(struct reading *r, const struct bad_line *lines, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (read_line(r, lines[i].line))
      print_error("was taken: %s\n", lines[i].line);
    else if (strcmp(r->reject.code, lines[i].code) != 0 || strcmp(r->reject.path, lines[i].path) != 0 || !strstr(r->reject.message,
        lines[i].says))
      print_error("%s\n  %s %s: %s\n", lines[i].line, r->reject.code, r->reject.path, r->reject.message);
    assert_null(read_line(r, lines[i].line));
    assert_string_equal(r->reject.code, lines[i].code);
    assert_string_equal(r->reject.path, lines[i].path);
    assert_non_null(strstr(r->reject.message, lines[i].says));
  }
}

#define ASSERT_BAD(r, lines) assert_bad((r), (lines), sizeof(lines) / sizeof(lines)[0])
#define READING(test) cmocka_unit_test_setup_teardown(test, reading_begin, reading_end)
#endif
