// For tests of returns: a program, purchases of two lines, returns of them.
#ifndef RETURN_FIXTURE_H
#define RETURN_FIXTURE_H
#include "engine_fixture.h"

#define T(day) "2026-03-" day "T12:00:00Z"

static inline void start_with(struct world *w, const char *accounts, const char *more) {
  char *all;
  assert_true(asprintf(&all, BASE_EARN "%s%s", *more ? "," : "", more) > 0);
  program_of(w, "shop", "2026-01-01", accounts, "\"points\",\"bonus\"", all);
  free(all);
  publish(w, "shop");
}

static inline void start(struct world *w, const char *more) {
  start_with(w, "\"points\":{\"default\":true,\"allow_negative\":true},\"bonus\":{}", more);
}

// A purchase of two lines.
static inline void two_lines(struct world *w, const char *id, const char *day, const char *first, const char *second) {
  char data[512];
  double total = atof(first) + atof(second);
  snprintf(
      data, sizeof data,
      "\"total\":\"%.2f\",\"items\":[{\"line\":\"1\",\"sku\":\"A\",\"amount\":\"%s\"},{\"line\":\"2\",\"sku\":\"B\",\"amount\":\"%s\"}]",
      total, first, second);
  event(w, id, "purchase", "m", day, data);
  assert_at(w, "status", "applied");
}

static inline void give_back(struct world *w, const char *id, const char *of, const char *rest) {
  char data[512];
  snprintf(data, sizeof data, "\"of\":\"%s\",%s", of, rest);
  event(w, id, "return", "m", T("20"), data);
}

#define LINE(n) "\"items\":[{\"of_line\":\"" n "\"}]"

#endif
