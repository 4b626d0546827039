// Timeframes and rates through the engine: the worked examples of domain 16.14, windows since the rule last fired, at most so many
// facts a day, tests over history.
#include "engine_fixture.h"

#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define GIVE(n) "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":" #n ",\"account\":\"owing\",\"source\":\"promo\"}]"
#define RULE(cond) "\"purchase\":[{\"rule\":\"r\",\"when\":[" BUY "," cond "]," GIVE(1) "}]"
#define ENTRANCE(cond) "\"levels\":[{\"level\":\"One\",\"entrance\":[{\"rule\":\"a\",\"when\":\"no rules\",\"outcomes\":[]}]}," \
                       "{\"level\":\"Two\",\"entrance\":[{\"rule\":\"b\",\"when\":" cond ",\"outcomes\":[]}]}]"

static int sent;

static void go(struct world *w, const char *rules) {
  program(w, "shop", "2025-01-01", rules);
  publish(w, "shop");
}

static void spend(struct world *w, const char *member, const char *day, const char *total) {
  char id[32], time[40];
  snprintf(id, sizeof id, "b%d", ++sent);
  snprintf(time, sizeof time, strchr(day, 'T') ? "%s" : "%sT12:00:00-05:00", day);
  buy(w, id, member, time, total);
  assert_at(w, "status", "applied");
}

static void happen(struct world *w, const char *type, const char *member, const char *day) {
  char id[32], time[40];
  snprintf(id, sizeof id, "e%d", ++sent);
  snprintf(time, sizeof time, "%sT12:00:00-05:00", day);
  event(w, id, type, member, time, "");
  assert_at(w, "status", "applied");
}

static void given(struct world *w, const char *points) { assert_at(w, "balances/owing", points); }

// Example 18, and W5: thirty days are 2 to 31 March; a month before 31 March begins on 1 March.
static void test_days_and_months(void **state) {
  struct world *w = *state;
  go(w, RULE("{\"key_phrase\":\"complete_transactions\",\"count\":2,\"timeframe\":{\"last\":\"30 days\"}}"));
  spend(w, "a", "2026-03-01", "1.00");
  spend(w, "a", "2026-03-31", "1.00");
  given(w, "0");
  spend(w, "b", "2026-03-02", "1.00");
  spend(w, "b", "2026-03-31", "1.00");
  given(w, "1");
  go(w, RULE("{\"key_phrase\":\"complete_transactions\",\"count\":2,\"constraints\":{\"time\":{\"last\":\"1 month\"}}}"));
  spend(w, "c", "2026-02-28", "1.00");
  spend(w, "c", "2026-03-31", "1.00");
  given(w, "0");
  spend(w, "d", "2026-03-01", "1.00");
  spend(w, "d", "2026-03-31", "1.00");
  given(w, "1");
}

// Example 21: ten transactions in 90 days, 500 points over six months, 1000 dollars over a year.
static void test_entrances(void **state) {
  struct world *w = *state;
  go(w, ENTRANCE("{\"key_phrase\":\"complete_transactions\",\"count\":10,\"timeframe\":{\"last\":\"90 days\"}}"));
  spend(w, "out", "2026-01-01", "1.00"); // 1 April is the 91st day
  spend(w, "in", "2026-01-02", "1.00");
  for (int i = 0; i < 9; i++) {
    spend(w, "out", "2026-04-01", "1.00");
    assert_at(w, "levels/shop", "One");
    spend(w, "in", "2026-04-01", "1.00");
    assert_at(w, "levels/shop", i < 8 ? "One" : "Two");
  }
  go(w, ENTRANCE("{\"key_phrase\":\"earn_points\",\"points\":500,\"timeframe\":{\"last\":\"6 months\"}}"));
  spend(w, "p-out", "2026-01-15", "499.00"); // 16 January to 15 July
  spend(w, "p-out", "2026-07-15", "1.00");
  assert_at(w, "levels/shop", "One");
  spend(w, "p-in", "2026-01-16", "499.00");
  assert_at(w, "levels/shop", "One");
  spend(w, "p-in", "2026-07-15", "1.00");
  assert_at(w, "levels/shop", "Two");
  go(w, "\"settings\":{\"max_late\":\"2 years\"},"
     ENTRANCE("{\"key_phrase\":\"spend_currency\",\"amount\":\"1000.00\",\"timeframe\":{\"last\":\"1 year\"}}"));
  spend(w, "s-out", "2025-06-01", "500.00");
  spend(w, "s-out", "2026-06-01", "500.00");
  assert_at(w, "levels/shop", "One");
  spend(w, "s-in", "2025-06-02", "500.00");
  spend(w, "s-in", "2026-06-01", "499.99");
  assert_at(w, "levels/shop", "One");
  spend(w, "s-in", "2026-06-01", "0.01");
  assert_at(w, "levels/shop", "Two");
}

// Examples 22, 23, 24.
static void test_spent_earned_renewed(void **state) {
  struct world *w = *state;
  go(w, RULE("{\"key_phrase\":\"spend_currency\",\"operator\":\">\",\"amount\":\"1000.00\",\"timeframe\":{\"last\":\"6 months\"}}"));
  spend(w, "a", "2026-03-01", "1000.00");
  given(w, "0");
  spend(w, "a", "2026-03-02", "0.01");
  given(w, "1");
  go(w, RULE("{\"key_phrase\":\"earn_points\",\"operator\":\">\",\"points\":10000,\"timeframe\":{\"since\":\"joining\"}}"));
  spend(w, "b", "2026-03-01", "10000.00");
  spend(w, "b", "2026-03-02", "1.00"); // sees 10,000: its own point comes after
  given(w, "0");
  spend(w, "b", "2026-03-03", "1.00");
  given(w, "1");
  go(w, RULE("{\"key_phrase\":\"complete_events\",\"event\":\"visit\",\"count\":1,\"timeframe\":{\"last\":\"6 months\"}}"));
  happen(w, "visit", "c", "2026-01-10");
  spend(w, "c", "2026-07-09", "1.00");
  given(w, "1");
  spend(w, "c", "2026-07-10", "1.00");
  given(w, "1");
}

// Example 25: now, deposited, spent; each of its own account.
static void test_points_of_an_account(void **state) {
  struct world *w = *state;
  go(w, "\"purchase\":["
     "{\"rule\":\"now\",\"when\":[" BUY ",{\"key_phrase\":\"current_point_balance\",\"operator\":\">\",\"points\":1000,"
     "\"constraints\":{\"point_account\":[\"points\"]}}]," GIVE(1) "},"
     "{\"rule\":\"in\",\"when\":[" BUY ",{\"key_phrase\":\"points_deposited\",\"operator\":\">\",\"points\":1000,"
     "\"constraints\":{\"point_account\":[\"status\"]},\"timeframe\":{\"last\":\"6 months\"}}]," GIVE(10) "}]");
  adjust(w, "x1", "m", "2026-03-01T12:00:00Z", "1000", NULL);
  adjust(w, "x2", "m", "2026-03-01T12:00:00Z", "1000", "status");
  spend(w, "m", "2026-03-02", "1.00"); // a point more, after the look
  given(w, "0");
  spend(w, "m", "2026-03-03", "0.00");
  given(w, "1");
  adjust(w, "x3", "m", "2026-03-04T12:00:00Z", "1", "status");
  spend(w, "m", "2026-03-05", "0.00");
  given(w, "12");
}

// Example 38: exactly five, at most three, exactly an amount.
static void test_exactly(void **state) {
  struct world *w = *state;
  go(w, "\"purchase\":["
     "{\"rule\":\"five\",\"when\":[" BUY ",{\"key_phrase\":\"complete_transactions\",\"operator\":\"=\",\"count\":5}]," GIVE(1) "},"
     "{\"rule\":\"three\",\"when\":[" BUY ",{\"key_phrase\":\"complete_transactions\",\"operator\":\"<=\",\"count\":3}]," GIVE(10) "},"
     "{\"rule\":\"25\",\"when\":[" BUY ",{\"key_phrase\":\"spend_currency\",\"operator\":\"=\",\"amount\":\"25\"}]," GIVE(100) "}]");
  static const char *const wanted[] = {"10", "20", "130", "130", "131", "131"}; // 8.33 + 8.33 + 8.34
  static const char *const totals[] = {"8.33", "8.33", "8.34", "1.00", "1.00", "1.00"};
  for (int i = 0; i < 6; i++) {
    spend(w, "m", "2026-03-01", totals[i]);
    given(w, wanted[i]);
  }
}

static void test_since_last_fired(void **state) {
  struct world *w = *state;
  go(w, "");
  spend(w, "m", "2026-02-27", "60.00");
  go(w, RULE("{\"key_phrase\":\"spend_currency\",\"amount\":\"100.00\",\"timeframe\":{\"since\":\"last_fired\"}}"));
  spend(w, "m", "2026-03-01", "39.99");
  given(w, "0");
  spend(w, "m", "2026-03-02", "0.01"); // until it fires everything counts
  given(w, "1");
  spend(w, "m", "2026-03-03", "99.99");
  given(w, "1");
  world_reopen(w);
  spend(w, "m", "2026-03-04", "0.01");
  given(w, "2");
  go(w, RULE("{\"key_phrase\":\"complete_transactions\",\"count\":2,\"constraints\":{\"time\":{\"since\":\"last_fired\"}}}"));
  spend(w, "m", "2026-03-05", "1.00");
  given(w, "2");
  spend(w, "m", "2026-03-06", "1.00");
  given(w, "3");
  assert_verified(w);
}

static void test_each_and_previous(void **state) {
  struct world *w = *state;
  go(w, RULE("{\"key_phrase\":\"spend_currency\",\"amount\":\"300.00\",\"timeframe\":{\"previous\":\"3 months\",\"each\":\"month\"}}"));
  spend(w, "a", "2026-01-31", "300.00");
  spend(w, "a", "2026-02-01", "300.00");
  spend(w, "a", "2026-03-31", "299.99");
  spend(w, "a", "2026-04-01", "300.00");
  given(w, "0");
  spend(w, "a", "2026-03-31", "0.01"); // late: it counts in its own month
  spend(w, "a", "2026-04-02", "0.01");
  given(w, "1");
  spend(w, "a", "2026-05-01", "1.00"); // February to April
  given(w, "2");
}

// At most one of a day of the member's counts: the one that came first, whatever its time.
static void rate(struct world *w, bool before) {
  const char *rule = RULE("{\"key_phrase\":\"spend_currency\",\"amount\":\"10.00\",\"timeframe\":{\"last\":\"7 days\"},"
                          "\"constraints\":{\"max_rate\":[{\"times\":1,\"per\":\"day\"},{\"times\":3,\"per\":\"week\"}]}}");
  go(w, before ? rule : "");
  event(w, "join", "member.join", "m", "2026-03-01T12:00:00Z", "\"timezone\":\"Asia/Tokyo\"");
  spend(w, "m", "2026-03-02T14:59:00Z", "4.00"); // Monday in Tokyo
  spend(w, "m", "2026-03-02T01:00:00Z", "50.00"); // the same day, but second
  spend(w, "m", "2026-03-02T15:00:00Z", "5.00"); // Tuesday
  spend(w, "m", "2026-03-03T15:00:00Z", "0.00"); // Wednesday: the third of the week, though of nothing
  if (before) given(w, "0");
  go(w, rule);
  world_reopen(w);
  world_close(w);
  world_remove_view(w);
  world_open(w);
  spend(w, "m", "2026-03-05T15:00:00Z", "90.00"); // Friday: one too many
  given(w, "0");
  spend(w, "m", "2026-03-08T15:00:00Z", "10.00"); // Monday again
  given(w, "1");
  assert_verified(w);
}
static void test_rate(void **state) { rate(*state, true); }
static void test_rate_over_old_history(void **state) { rate(*state, false); }

// Over history a test holds when some fact of the window passes it.
static void test_a_test(void **state) {
  struct world *w = *state;
  world_file(w, "key_phrases/big.lua", "return accrue.key_phrase { title = \"One is above {amount}\",\n"
             "  conditions = { \"purchase\", \"past_purchases\" },\n"
             "  variables = { amount = accrue.var.money() }, test = function(p, vars) return p.total > vars.amount, p.total end }\n");
  go(w, RULE("{\"key_phrase\":\"big\",\"amount\":\"50.00\",\"timeframe\":{\"last\":\"2 times\"}}"));
  static const char *const totals[] = {"60.00", "10.00", "10.00", "50.01", "1.00", "1.00"};
  static const char *const wanted[] = {"0", "1", "1", "2", "3", "3"};
  for (int i = 0; i < 6; i++) {
    spend(w, "m", "2026-03-01", totals[i]);
    given(w, wanted[i]);
  }
}

static void test_needs_activity(void **state) {
  struct world *w = *state;
  const char *rule = "\"event\":[{\"rule\":\"r\",\"when\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"},{\"key_phrase\":"
                     "\"spend_currency\",\"operator\":\"<=\",\"amount\":\"3.00\"}]," GIVE(1) "}]";
  char rules[512];
  go(w, rule);
  happen(w, "ping", "a", "2026-03-01");
  given(w, "1");
  snprintf(rules, sizeof rules, "\"settings\":{\"less_than_needs_activity\":true},%s", rule);
  go(w, rules);
  happen(w, "ping", "b", "2026-03-01");
  given(w, "0");
  spend(w, "b", "2026-03-01", "0.00"); // activity, though of nothing
  happen(w, "ping", "b", "2026-03-02");
  given(w, "1");
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)
#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_MEMORY(test_days_and_months), IN_MEMORY(test_entrances), IN_MEMORY(test_spent_earned_renewed),
                                     IN_MEMORY(test_points_of_an_account), IN_MEMORY(test_exactly), IN_FILE(test_since_last_fired),
                                     IN_MEMORY(test_each_and_previous), IN_FILE(test_rate), IN_FILE(test_rate_over_old_history),
                                     IN_MEMORY(test_a_test), IN_MEMORY(test_needs_activity)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
