// Points that expire: when, by which policy, and that a point is gone from then on whether or not anything ran.
#include "engine_fixture.h"

// One account `points` with this expiry, and `other`.
static void start(struct world *w, const char *expiry, const char *more) {
  char *accounts, *rest;
  assert_true(asprintf(&accounts, "\"points\":{\"default\":true,\"expiry\":%s},\"other\":{\"max_balance\":100}", expiry) > 0);
  assert_true(asprintf(&rest, BASE_EARN "%s%s", *more ? "," : "", more) > 0);
  program_of(w, "shop", "2020-01-01", accounts, "\"points\",\"other\"", rest);
  free(accounts);
  free(rest);
  publish(w, "shop");
}

static void clock_at(struct world *w, const char *id, const char *time) {
  say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"pos\",\"type\":\"clock\",\"time\":\"%s\"}", id, time);
  assert_at(w, "status", "applied");
}

static void assert_balance(struct world *w, const char *account, const char *wanted) {
  char path[64];
  see(w, "m");
  snprintf(path, sizeof path, "result/balances/%s", account);
  assert_at(w, path, wanted);
}

// Spendable through the same date n months later, clamped; the day ends in New York.
static void test_rolling(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"rolling\",\"after\":\"1 month\"}", "");
  buy(w, "b1", "m", "2026-01-31T15:00:00Z", "10.00");
  see(w, "m");
  assert_at(w, "result/lots/0/expires", "2026-03-01T05:00:00Z"); // 28 February is its last day
  event(w, "s1", "points.spend", "m", "2026-03-01T04:59:59Z", "\"points\":4");
  assert_at(w, "status", "applied");
  event(w, "s2", "points.spend", "m", "2026-03-01T05:00:00Z", "\"points\":1");
  assert_at(w, "error/code", "points_short");
  assert_balance(w, "points", "0");
  assert_verified(w);
}

// Domain example 12: what expires is what is left of the oldest lot.
static void test_fifo_against_expiry(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"rolling\",\"after\":\"11 months\"}", "");
  buy(w, "b1", "m", "2026-01-15T12:00:00Z", "100.00");
  buy(w, "b2", "m", "2026-06-15T12:00:00Z", "100.00");
  event(w, "s1", "points.spend", "m", "2026-07-01T12:00:00Z", "\"points\":120");
  clock_at(w, "c1", "2026-12-31T12:00:00Z");
  assert_balance(w, "points", "80");
  clock_at(w, "c2", "2027-05-15T12:00:00Z");
  assert_balance(w, "points", "80");
  clock_at(w, "c3", "2027-05-16T12:00:00Z");
  assert_balance(w, "points", "0");
  assert_verified(w);
}

// The run that takes them away fails at the account that escrow moves into: what has ended with it stays in the balance, and is not
// spent, held, or taken for an offer or by a rule.
static void test_past_its_end(void **state) {
  struct world *w = *state;
  program_of(w, "shop", "2026-01-01",
             "\"points\":{\"default\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"7 days\"}},\"big\":{\"decimals\":6},"
             "\"esc\":{\"escrow\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"7 days\",\"into\":\"big\"}}",
             "\"points\",\"big\",\"esc\"",
             "\"base_earn\":[{\"points\":1,\"per\":\"1.00\",\"account\":\"points\",\"source\":\"base\"},"
             "{\"points\":1000000000,\"per\":\"1.00\",\"account\":\"esc\",\"source\":\"base\"}],"
             "\"offers\":{\"wash\":{\"title\":\"W\",\"price\":20,\"account\":\"points\"}}");
  publish(w, "shop");
  buy(w, "b1", "m", "2026-03-01T12:00:00Z", "30.00");
  event(w, "s1", "points.spend", "m", "2026-03-09T03:59:59Z", "\"points\":1");
  assert_at(w, "status", "applied");
  event(w, "s2", "points.spend", "m", "2026-03-09T04:00:00Z", "\"points\":1");
  assert_at(w, "error/code", "points_short");
  event(w, "h1", "points.hold", "m", "2026-03-09T04:00:00Z", "\"points\":1,\"reference\":\"r\"");
  assert_at(w, "error/code", "points_short");
  event(w, "o1", "offer.purchase", "m", "2026-03-09T04:00:00Z", "\"offer\":\"wash\"");
  assert_at(w, "error/code", "points_short");
  assert_balance(w, "points", "29");
  buy(w, "b2", "m", "2026-03-10T12:00:00Z", "25.00");
  event(w, "s3", "points.spend", "m", "2026-03-10T13:00:00Z", "\"points\":4");
  assert_at(w, "status", "applied");
  event(w, "o2", "offer.purchase", "m", "2026-03-10T14:00:00Z", "\"offer\":\"wash\"");
  assert_at(w, "status", "applied");
  assert_balance(w, "points", "30");
  assert_at(w, "result/spendable/points", "1");
  assert_verified(w);
  world_reopen(w);
  assert_balance(w, "points", "30");
}

static void test_fixed_date(void **state) {
  static const struct { const char *expiry, *earned, *expires; } cases[] = {
      {"{\"mode\":\"fixed_date\",\"every\":\"year\",\"on\":\"12-31\"}", "2026-12-31T15:00:00Z", "2027-01-01T05:00:00Z"},
      {"{\"mode\":\"fixed_date\",\"every\":\"year\",\"on\":\"06-30\"}", "2026-07-01T15:00:00Z", "2027-07-01T04:00:00Z"},
      {"{\"mode\":\"fixed_date\",\"every\":\"year\",\"on\":\"02-29\"}", "2026-01-01T15:00:00Z", "2026-03-01T05:00:00Z"},
      {"{\"mode\":\"fixed_date\",\"every\":\"year\"}", "2026-03-01T15:00:00Z", "2027-01-01T05:00:00Z"},
      {"{\"mode\":\"fixed_date\",\"every\":\"month\"}", "2026-02-10T15:00:00Z", "2026-03-01T05:00:00Z"},
      {"{\"mode\":\"fixed_date\",\"every\":\"month\",\"on\":15}", "2026-02-16T15:00:00Z", "2026-03-16T04:00:00Z"},
      {"{\"mode\":\"fixed_date\",\"every\":\"week\"}", "2026-03-04T15:00:00Z", "2026-03-09T04:00:00Z"}, // Wednesday to Sunday
      {"{\"mode\":\"fixed_date\",\"every\":\"week\",\"on\":\"tuesday\"}", "2026-03-04T15:00:00Z", "2026-03-11T04:00:00Z"},
      {"{\"mode\":\"rolling\",\"after\":\"36 hours\"}", "2026-03-04T15:00:00Z", "2026-03-06T03:00:00Z"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct world *w = world_new(false);
    start(w, cases[i].expiry, "");
    buy(w, "b1", "m", cases[i].earned, "10.00");
    see(w, "m");
    assert_at(w, "result/lots/0/expires", cases[i].expires);
    world_free(w);
  }
  (void)state;
}

// A policy that changes leaves the lots with the expiry that they were born with (domain G10).
static void test_policy_change(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"rolling\",\"after\":\"1 month\"}", "");
  buy(w, "b1", "m", "2026-01-10T12:00:00Z", "10.00");
  start(w, "{\"mode\":\"rolling\",\"after\":\"1 year\"}", "");
  buy(w, "b2", "m", "2026-01-11T12:00:00Z", "20.00");
  clock_at(w, "c1", "2026-02-11T12:00:00Z");
  assert_balance(w, "points", "20");
  world_reopen(w);
  clock_at(w, "c2", "2027-01-13T12:00:00Z");
  assert_balance(w, "points", "0");
  assert_verified(w);
}

// An escrow that rolls into another account, whose room is short.
static void test_into(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"rolling\",\"after\":\"14 days\",\"into\":\"other\"}", "");
  buy(w, "b1", "m", "2026-01-10T12:00:00Z", "70.00");
  buy(w, "b2", "m", "2026-01-11T12:00:00Z", "60.00");
  clock_at(w, "c1", "2026-01-25T12:00:00Z");
  assert_balance(w, "points", "60");
  assert_balance(w, "other", "70");
  world_reopen(w);
  clock_at(w, "c2", "2026-02-25T12:00:00Z");
  assert_balance(w, "points", "0");
  assert_balance(w, "other", "100"); // 30 found no room
  see(w, "m");
  assert_at(w, "result/lots/0/source", "base"); // the source that they had
  assert_verified(w);
}

static void test_inactivity(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"inactivity\",\"after\":\"30 days\",\"percent\":50}", "");
  buy(w, "b1", "m", "2026-01-01T12:00:00Z", "101.00");
  event(w, "s1", "points.spend", "m", "2026-01-20T12:00:00Z", "\"points\":20"); // activity too
  clock_at(w, "c1", "2026-02-19T12:00:00Z");
  assert_balance(w, "points", "81");
  clock_at(w, "c2", "2026-02-20T12:00:00Z"); // the end of 19 February
  assert_balance(w, "points", "41");         // half of 81, rounded down, went
  clock_at(w, "c3", "2026-03-25T12:00:00Z"); // and again
  assert_balance(w, "points", "21");
  buy(w, "b2", "m", "2026-03-26T12:00:00Z", "1.00");
  clock_at(w, "c4", "2026-04-25T12:00:00Z");
  assert_balance(w, "points", "22");
  assert_verified(w);
}

static void test_inactivity_events(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"inactivity\",\"after\":\"30 days\",\"events\":[\"member.update\"]}", "");
  buy(w, "b1", "m", "2026-01-01T12:00:00Z", "10.00");
  event(w, "u1", "member.update", "m", "2026-01-15T12:00:00Z", "");
  buy(w, "b2", "m", "2026-02-10T12:00:00Z", "10.00"); // no activity here
  assert_balance(w, "points", "20");
  clock_at(w, "c1", "2026-02-14T12:00:00Z");
  assert_balance(w, "points", "20");
  clock_at(w, "c2", "2026-02-15T12:00:00Z");
  assert_balance(w, "points", "0");
  assert_verified(w);
}

// TallyMarks: joined 5 Jan 1997; with ageing of 1 year what was earned before 5 Jan 1998 goes at the end of 5 Jan 1999.
static void test_aging(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"points_aging\",\"after\":\"1 year\"}", "");
  event(w, "j", "member.join", "m", "2021-01-05T12:00:00Z", "\"joined\":\"2021-01-05\"");
  buy(w, "b1", "m", "2022-01-04T12:00:00Z", "10.00");
  buy(w, "b2", "m", "2022-01-05T12:00:00Z", "20.00");
  clock_at(w, "c1", "2023-01-05T12:00:00Z");
  assert_balance(w, "points", "30");
  clock_at(w, "c2", "2023-01-06T12:00:00Z");
  assert_balance(w, "points", "20");
  assert_verified(w);
}

static void test_activity_based(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"activity_based\",\"after\":\"12 months\"}", "");
  event(w, "j", "member.join", "m", "2021-01-05T12:00:00Z", "\"joined\":\"2021-01-05\"");
  buy(w, "b1", "m", "2021-02-04T12:00:00Z", "10.00");
  buy(w, "b2", "m", "2022-01-05T12:00:00Z", "20.00");
  clock_at(w, "c1", "2023-01-07T12:00:00Z");
  assert_balance(w, "points", "30"); // earned on the anniversary itself: not strictly before
  clock_at(w, "c2", "2024-01-07T12:00:00Z");
  assert_balance(w, "points", "0"); // everything
  assert_verified(w);
}

// A hold keeps its points from expiring until it is settled; then they expire.
static void test_hold_and_expiry(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"rolling\",\"after\":\"10 days\"}", "");
  buy(w, "b1", "m", "2026-01-01T12:00:00Z", "10.00");
  event(w, "h1", "points.hold", "m", "2026-01-08T12:00:00Z", "\"points\":6,\"until\":\"2026-01-20T00:00:00Z\"");
  clock_at(w, "c1", "2026-01-15T12:00:00Z");
  see(w, "m");
  assert_at(w, "result/held/points", "6");
  assert_at(w, "result/balances/points", "0"); // the other four
  event(w, "p1", "points.capture", "m", "2026-01-16T12:00:00Z", "\"points\":5,\"reference\":\"h1\"");
  assert_at(w, "status", "applied");
  assert_balance(w, "points", "0"); // the one that came back had expired
  buy(w, "b2", "m", "2026-01-17T12:00:00Z", "9.00");
  event(w, "h2", "points.hold", "m", "2026-01-17T13:00:00Z", "\"points\":9,\"until\":\"2026-01-18T00:00:00Z\"");
  world_reopen(w);
  clock_at(w, "c2", "2026-01-18T12:00:00Z"); // it ends by itself
  assert_balance(w, "points", "9");
  event(w, "p2", "points.capture", "m", "2026-01-18T13:00:00Z", "\"reference\":\"h2\"");
  assert_at(w, "error/code", "hold_closed");
  assert_verified(w);
}

// Domain R10: cancelled points have their old expiry; what is past expires at once.
static void test_cancelled_late(void **state) {
  struct world *w = *state;
  start(w, "{\"mode\":\"rolling\",\"after\":\"10 days\"}", "");
  buy(w, "b1", "m", "2026-01-01T12:00:00Z", "10.00");
  event(w, "s1", "points.spend", "m", "2026-01-08T12:00:00Z", "\"points\":10");
  event(w, "x1", "points.spend_cancelled", "m", "2026-01-09T12:00:00Z", "\"of\":\"s1\",\"points\":4");
  assert_at(w, "balances/points", "4");
  event(w, "x2", "points.spend_cancelled", "m", "2026-01-20T12:00:00Z", "\"of\":\"s1\"");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "0");
  assert_verified(w);
}

static void test_warned(void **state) {
  struct world *w = *state;
  program_of(w, "shop", "2020-01-01",
             "\"points\":{\"default\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"30 days\"},\"warn\":\"3 days\"},\"other\":{}",
             "\"points\",\"other\"",
             BASE_EARN ",\"event\":[{\"rule\":\"remind\","
                       "\"when\":{\"all\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"points.expiring\"}]},"
                       "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"other\",\"source\":\"promo\"}]}]");
  publish(w, "shop");
  buy(w, "b1", "m", "2026-01-01T12:00:00Z", "10.00");
  buy(w, "b2", "m", "2026-01-01T13:00:00Z", "10.00");
  clock_at(w, "c1", "2026-01-28T12:00:00Z");
  assert_balance(w, "other", "0");
  clock_at(w, "c2", "2026-01-29T12:00:00Z");
  assert_balance(w, "other", "1"); // one warning for both lots
  world_reopen(w);
  clock_at(w, "c3", "2026-02-10T12:00:00Z");
  assert_balance(w, "other", "1");
  assert_balance(w, "points", "0");
  assert_verified(w);
}

// Domain N6: what has ended is no balance that a rule sees, also while its expiry is parked; the ledger has it until that was posted.
static void test_ended_and_parked(void **state) {
  struct world *w = *state;
  world_file(w, "outcomes/bang.lua",
             "return accrue.outcome { title = \"Fails\", variables = {}, effects = function() error(\"went off\") end }\n");
  world_reopen(w);
  start(w, "{\"mode\":\"rolling\",\"after\":\"1 month\"}",
        "\"event\":[{\"rule\":\"Bang\",\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"points.expired\"},"
        "\"outcomes\":[{\"outcome\":\"bang\"}]},"
        "{\"rule\":\"Rich\",\"when\":{\"all\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"},"
        "{\"key_phrase\":\"current_point_balance\",\"points\":10,\"constraints\":{\"point_account\":\"points\"}}]},"
        "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"other\",\"source\":\"promo\"}]}]");
  buy(w, "b", "m", "2026-01-10T15:00:00Z", "10.00");
  event(w, "p1", "ping", "m", "2026-02-10T15:00:00Z", ""); // its last day
  assert_balance(w, "other", "1");
  clock_at(w, "c", "2026-02-12T15:00:00Z");
  assert_at(w, "due/parked", "1");
  event(w, "p2", "ping", "m", "2026-02-12T15:00:00Z", "");
  assert_balance(w, "other", "1");
  assert_at(w, "result/balances/points", "10");
  assert_at(w, "result/spendable/points", "0");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_rolling, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_fifo_against_expiry, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_past_its_end, set_up_file, tear_down),
      cmocka_unit_test(test_fixed_date),
      cmocka_unit_test_setup_teardown(test_policy_change, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_into, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_inactivity, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_inactivity_events, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_aging, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_activity_based, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_hold_and_expiry, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_cancelled_late, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_warned, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_ended_and_parked, set_up_file, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
