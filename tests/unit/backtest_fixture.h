// Ledgers judged again: a program and a history, and what is asked of the result.
#ifndef ACR_TESTS_BACKTEST_FIXTURE_H
#define ACR_TESTS_BACKTEST_FIXTURE_H
#include "merge_fixture.h"

static inline int backtest(struct world *w, const struct acr_backtest *options) {
  struct acr_backtest all = *options;
  char *json = NULL;
  if (!all.template_dir) all.template_dir = w->dir;
  int error = acr_engine_backtest(w->engine, &all, &json);
  free(w->reply);
  w->reply = json;
  return error;
}

// Every figure of the result is the same before and after.
static inline void assert_unchanged(struct world *w) {
  struct acr_backtest options = {.workers = 2};
  int error = backtest(w, &options);
  if (error) print_error("%s\n", w->reply);
  assert_int_equal(error, ACR_E_OK);
  assert_at(w, "differing_members", "0");
  static const char key[] = "\"difference\":";
  for (const char *at = w->reply; (at = strstr(at, key)); at++) {
    const char *value = at + sizeof key - 1;
    bool zero = strspn(value, "\"0.") == strcspn(value, ",}");
    if (!zero) print_error("%.200s\n", at > w->reply + 100 ? at - 100 : w->reply);
    assert_true(zero);
  }
}

static const char bang[] = "\"event\":[{\"rule\":\"Bang\",\"when\":{\"all\":[" ON("visit") "]},\"outcomes\":[" FIXED(
    "3", "points") ","
                   "{\"outcome\":\"add_tags\",\"tags\":[\"seen\"]},{\"outcome\":\"boom\",\"word\":\"now\"}]}]";

static inline void publish_bang(struct world *w, const char *more) {
  char *rest;
  assert_true(asprintf(&rest, BASE_EARN ",%s%s", bang, more) > 0);
  program_of(w, "p", "2026-01-01",
             "\"points\":{\"default\":true,\"allow_negative\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"2 months\"}}", "\"points\"",
             rest);
  free(rest);
  publish(w, "p");
}

static inline void history(struct world *w) {
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  event(w, "v", "visit", "n", "2026-01-11T12:00:00Z", "\"stars\":3");
  event(w, "s", "points.spend", "m", "2026-01-12T12:00:00Z", "\"points\":4,\"reference\":\"r\"");
  event(w, "x", "points.spend", "m", "2026-01-12T12:00:00Z", "\"points\":4000,\"reference\":\"r\"");
  assert_at(w, "status", "refused");
  buy(w, "late", "m", "2026-01-02T12:00:00Z", "7.00");
  event(w, "r", "return", "m", "2026-01-20T12:00:00Z", "\"of\":\"a\",\"total\":\"10.00\"");
  assert_at(w, "status", "applied");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"t\",\"source\":\"clock\",\"type\":\"clock\",\"time\":\"2026-04-01T00:00:00Z\"}");
  buy(w, "b", "m", "2026-04-02T12:00:00Z", "2.00");
  adjust(w, "c", "n", "2026-04-03T12:00:00Z", "11", "points");
}

#endif
