// report.activity and report.levels: what happened by period, who was in which level and stayed there.
#include "merge_fixture.h"

static void start_club(struct world *w) {
  char *rest;
  assert_true(
      asprintf(
          &rest,
          BASE_EARN ",\"event\":[" RULE(
              "Bang", ON("visit"), "",
              FIXED(
                  "3",
                  "points")) "],"
                             "\"levels\":[{\"level\":\"All\",\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]},"
                             "{\"level\":\"Gold\",\"threshold\":{\"spend\":\"50.00\"}}]") > 0);
  program_of(w, "p", "2026-01-01", "\"points\":{\"default\":true}", "\"points\"", rest);
  free(rest);
  publish(w, "p");
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  event(w, "v", "visit", "n", "2026-01-11T12:00:00Z", "\"stars\":3");
  buy(w, "b", "m", "2026-02-01T03:00:00Z", "30.00"); // still January where the program is
  buy(w, "c", "n", "2026-03-01T12:00:00Z", "4.00");
  buy(w, "d", "k", "2026-03-02T12:00:00Z", "4.00");
  merge(w, "e", "k", "n", "2026-03-03T12:00:00Z");
  assert_at(w, "status", "applied");
}

static void ask(struct world *w, const char *what, const char *params) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"report.%s\",\"params\":{%s}}", what, params);
}

static void test_activity(void **state) {
  struct world *w = *state;
  start_club(w);
  ask(w, "activity", "");
  assert_at(w, "result/by", "month");
  assert_at(w, "result/timezone", "America/New_York");
  assert_at(w, "result/periods/0/from", "2026-01-01");
  assert_at(w, "result/periods/0/members", "2");
  assert_at(w, "result/periods/0/applied", "3");
  assert_at(w, "result/periods/0/accounts/0/issued", "63");
  assert_at(w, "result/periods/0/moves/0/to", "All");
  assert_at(w, "result/periods/0/moves/0/members", "2");
  assert_at(w, "result/periods/0/moves/1/from", "All");
  assert_at(w, "result/periods/0/moves/1/to", "Gold");
  assert_at(w, "result/periods/1/from", "2026-03-01");
  assert_at(w, "result/periods/1/accounts/0/issued", "8");
  assert_at(w, "result/periods/2/from", "-");
  ask(w, "activity", "\"by\":\"day\",\"from\":\"2026-01-11\",\"to\":\"2026-01-31\"");
  assert_at(w, "result/periods/0/from", "2026-01-11");
  assert_at(w, "result/periods/0/rules/1/rule", "Bang");
  assert_at(w, "result/periods/0/rules/1/given/points", "3");
  assert_at(w, "result/periods/1/from", "2026-01-31");
  assert_at(w, "result/periods/2/from", "-");
  ask(w, "activity", "\"by\":\"year\"");
  assert_at(w, "error/data/code", "param");
  ask(w, "activity", "\"from\":\"soon\"");
  assert_at(w, "error/data/code", "param");
}

// The member that was merged counts no more; who rose was retained.
static void test_levels(void **state) {
  struct world *w = *state;
  start_club(w);
  ask(w, "levels", "\"from\":\"2026-01-20\"");
  assert_at(w, "result/families/0/levels/0/level", "All");
  assert_at(w, "result/families/0/levels/0/at_start", "2");
  assert_at(w, "result/families/0/levels/0/stayed", "1");
  assert_at(w, "result/families/0/levels/0/up", "1");
  assert_at(w, "result/families/0/levels/0/members", "1");
  assert_at(w, "result/families/0/levels/0/retention", "100.00");
  assert_at(w, "result/families/0/levels/1/entered", "1");
  assert_at(w, "result/families/0/levels/1/members", "1");
  assert_at(w, "result/families/0/levels/1/retention", "null");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_activity, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_levels, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
