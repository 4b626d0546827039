// Spending, cancelling, holding: lots, refusals, and what survives a restart.
#include "engine_fixture.h"

#define T(day) "2026-03-" day "T12:00:00Z"

static void start(struct world *w, const char *more) {
  char *all;
  assert_true(asprintf(&all, BASE_EARN "%s%s", *more ? "," : "", more) > 0);
  program_of(w, "shop", "2026-01-01",
             "\"points\":{\"default\":true,\"allow_negative\":true},\"bonus\":{\"default\":true},\"status\":{\"spendable\":false}",
             "\"points\",\"bonus\",\"status\"", all);
  free(all);
  publish(w, "shop");
}

// Three lots: 100 of the 1st, 50 bonus of the 2nd, 30 of the 3rd.
static void three_lots(struct world *w) {
  adjust(w, "a1", "m", T("01"), "100", "points");
  adjust(w, "a2", "m", T("02"), "50", "bonus");
  adjust(w, "a3", "m", T("03"), "30", "points");
}

static void spend(struct world *w, const char *id, const char *points) {
  char data[64];
  snprintf(data, sizeof data, "\"points\":\"%s\"", points);
  event(w, id, "points.spend", "m", T("10"), data);
}

static void assert_refused(struct world *w, const char *code) {
  assert_at(w, "status", "refused");
  assert_at(w, "error/code", code);
}

static void test_first_in_first_out(void **state) {
  struct world *w = *state;
  start(w, "");
  three_lots(w);
  spend(w, "s1", "120");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "30"); // 100 of the 1st, then 20 of the 2nd
  assert_at(w, "balances/bonus", "30");
  spend(w, "s2", "61");
  assert_refused(w, "points_short");
  spend(w, "s2", "61");
  assert_refused(w, "points_short"); // the same answer
  spend(w, "s1", "120");
  assert_at(w, "status", "duplicate");
  spend(w, "s3", "60");
  assert_at(w, "balances/points", "0");
  assert_at(w, "balances/bonus", "0");
  assert_verified(w);
}

static void test_named_account(void **state) {
  struct world *w = *state;
  start(w, "");
  three_lots(w);
  event(w, "s1", "points.spend", "m", T("10"), "\"points\":\"40\",\"account\":\"bonus\"");
  assert_at(w, "balances/bonus", "10");
  assert_at(w, "balances/points", "130");
  event(w, "s2", "points.spend", "m", T("10"), "\"points\":\"11\",\"account\":\"bonus\"");
  assert_refused(w, "points_short");
  event(w, "s3", "points.spend", "m", T("10"), "\"points\":\"1\",\"account\":\"status\"");
  assert_at(w, "error/code", "account_not_spendable");
  event(w, "s4", "points.spend", "m", T("10"), "\"points\":\"1\",\"account\":\"bonsu\"");
  assert_at(w, "error/code", "account_unknown");
  event(w, "s5", "points.spend", "m", T("10"), "\"points\":\"0\"");
  assert_at(w, "error/path", "$.data.points");
  event(w, "s6", "points.spend", "m", T("10"), "\"points\":\"1.5\"");
  assert_at(w, "error/code", "decimals");
  event(w, "s7", "points.spend", "m", T("10"), "\"points\":\"1\",\"program\":\"other\"");
  assert_at(w, "error/code", "program_unknown");
}

static void test_locked(void **state) {
  struct world *w = *state;
  start(w, "");
  three_lots(w);
  event(w, "l1", "member.lock", "m", T("09"), "");
  assert_at(w, "status", "applied");
  spend(w, "s1", "1");
  assert_refused(w, "member_locked");
  event(w, "h1", "points.hold", "m", T("10"), "\"points\":1");
  assert_refused(w, "member_locked");
  event(w, "s0", "points.spend", "m", T("10"), "\"points\":\"1\",\"account\":\"bonsu\"");
  assert_at(w, "status", "rejected"); // what is not valid stays so when the member is unlocked: nothing is recorded of it
  assert_at(w, "error/code", "account_unknown");
  buy(w, "b1", "m", T("10"), "5.00");
  assert_at(w, "balances/points", "135"); // earning goes on
  world_reopen(w);
  spend(w, "s2", "1");
  assert_refused(w, "member_locked");
  event(w, "l2", "member.unlock", "m", T("11"), "");
  spend(w, "s3", "1");
  assert_at(w, "status", "applied");
}

static void cancel(struct world *w, const char *id, const char *of, const char *points) {
  char data[96];
  snprintf(data, sizeof data, "\"of\":\"%s\"%s%s%s", of, points ? ",\"points\":\"" : "", points ? points : "", points ? "\"" : "");
  event(w, id, "points.spend_cancelled", "m", T("11"), data);
}

static void test_cancel(void **state) {
  struct world *w = *state;
  start(w, "");
  three_lots(w);
  spend(w, "s1", "160"); // 100, 50 bonus, 10
  cancel(w, "c1", "s1", "25");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "30"); // the last ones first: the 10 of the 3rd,
  assert_at(w, "balances/bonus", "15");  // then 15 of the bonus
  world_reopen(w);
  cancel(w, "c2", "s1", "136");
  assert_refused(w, "already_returned");
  cancel(w, "c3", "s1", NULL);
  assert_at(w, "balances/points", "130");
  assert_at(w, "balances/bonus", "50");
  cancel(w, "c4", "s1", NULL);
  assert_refused(w, "already_returned");
  see(w, "m");
  assert_at(w, "result/lot_count", "3"); // the very lots
  cancel(w, "c5", "nothing", NULL);
  assert_at(w, "error/code", "of_unknown");
  cancel(w, "c6", "a1", NULL);
  assert_at(w, "error/code", "of_unknown"); // an adjustment is no spend
  spend(w, "s9", "120");
  assert_at(w, "balances/points", "30"); // in the old order again
  assert_verified(w);
}

// Domain G9: what comes back fills a debt first.
static void test_cancel_into_debt(void **state) {
  struct world *w = *state;
  start(w, "");
  three_lots(w);
  spend(w, "s1", "180");
  adjust(w, "a4", "m", T("10"), "-25", "points");
  assert_at(w, "balances/points", "-25");
  cancel(w, "c1", "s1", NULL);
  assert_at(w, "balances/points", "105");
  assert_at(w, "balances/bonus", "50");
  assert_verified(w);
}

static void test_overdrawn(void **state) {
  struct world *w = *state;
  start(w, "\"settings\":{\"allow_negative_on_spend\":true}");
  three_lots(w);
  spend(w, "s1", "200");
  assert_at(w, "balances/points", "-20");
  assert_at(w, "balances/bonus", "0");
  cancel(w, "c1", "s1", "15"); // what was spent on credit was spent last
  assert_at(w, "balances/points", "-5");
  cancel(w, "c2", "s1", NULL);
  assert_at(w, "balances/points", "130");
  assert_at(w, "balances/bonus", "50");
  assert_verified(w);
}

static void hold(struct world *w, const char *id, const char *points, const char *reference) {
  char data[96];
  snprintf(data, sizeof data, "\"points\":\"%s\",\"reference\":\"%s\"", points, reference);
  event(w, id, "points.hold", "m", T("10"), data);
}

static void settle(struct world *w, const char *id, const char *type, const char *reference, const char *points) {
  char data[96];
  snprintf(data, sizeof data, "\"reference\":\"%s\"%s%s%s", reference, points ? ",\"points\":\"" : "", points ? points : "",
           points ? "\"" : "");
  event(w, id, type, "m", T("11"), data);
}

static void test_hold(void **state) {
  struct world *w = *state;
  start(w, "");
  three_lots(w);
  hold(w, "h1", "120", "order-1");
  assert_at(w, "balances/points", "30");
  assert_at(w, "balances/bonus", "30");
  hold(w, "h2", "61", "order-2");
  assert_refused(w, "points_short"); // never more than is spendable
  hold(w, "h3", "1", "order-1");
  assert_at(w, "error/code", "reference_taken");
  world_reopen(w);
  see(w, "m");
  assert_at(w, "result/held/points", "100");
  assert_at(w, "result/held/bonus", "20");
  assert_at(w, "result/holds/0/points", "120");
  settle(w, "c1", "points.capture", "order-1", "121");
  assert_refused(w, "points_short");
  settle(w, "c2", "points.capture", "order-1", "90");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "40"); // 90 of the oldest are spent, the rest is back
  assert_at(w, "balances/bonus", "50");
  settle(w, "c3", "points.capture", "order-1", NULL);
  assert_refused(w, "hold_closed");
  settle(w, "c4", "points.release", "order-9", NULL);
  assert_at(w, "error/code", "hold_unknown");
  cancel(w, "x1", "c2", "50");
  assert_at(w, "balances/points", "90");
  see(w, "m");
  assert_at(w, "result/holds/0", "-");
  assert_verified(w);
}

static void test_release(void **state) {
  struct world *w = *state;
  start(w, "");
  three_lots(w);
  hold(w, "h1", "180", "order-1");
  assert_at(w, "balances/points", "0");
  settle(w, "r0", "points.release", "order-1", "7");
  assert_at(w, "error/path", "$.data.points");
  settle(w, "r1", "points.release", "order-1", NULL);
  assert_at(w, "balances/points", "130");
  assert_at(w, "balances/bonus", "50");
  settle(w, "r2", "points.release", "order-1", NULL);
  assert_refused(w, "hold_closed");
  event(w, "h2", "points.hold", "m", T("10"), "\"points\":1,\"until\":\"2026-03-09T00:00:00Z\"");
  assert_at(w, "error/path", "$.data.until");
  assert_verified(w);
}

// The points phrases see a capture as spending and a cancelled one as taken back, also when they are built over old history.
static void test_spend_phrases(void **state) {
  struct world *w = *state;
  start(w, "");
  three_lots(w);
  spend(w, "s1", "100");
  cancel(w, "c1", "s1", "40");
  hold(w, "h1", "50", "o");
  settle(w, "p1", "points.capture", "o", "30");
  program(w, "shop", "2026-01-01", "");
  start(w, "\"purchase\":[{\"rule\":\"spender\",\"when\":{\"all\":[{\"key_phrase\":\"make_a_purchase\"},"
           "{\"key_phrase\":\"spend_points\",\"operator\":\"=\",\"points\":90}]},"
           "\"outcomes\":[{\"outcome\":\"add_tags\",\"tags\":[\"spender\"]}]}]");
  buy(w, "b1", "m", T("12"), "1.00");
  see(w, "m");
  assert_at(w, "result/tags/0/tag", "spender");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_first_in_first_out, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_named_account, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_locked, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_cancel, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_cancel_into_debt, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_overdrawn, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_hold, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_release, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_spend_phrases, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
