// How often and when rules give their outcomes (domain 16.7): by event time, over releases, after recovery, with parked events.
#include "engine_fixture.h"

#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define SPENT(amount, more) "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"" amount "\"" more "}"
#define RULE(name, when, more, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]}," more "\"outcomes\":[" outcomes "]}"
#define LIMIT(times, per) "\"limit\":{\"times\":" times ",\"per\":\"" per "\"},"
#define UNMET(points) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"points\",\"source\":\"promo\",\"on\":\"unmet\"}"
#define VISITS(more) "\"event\":[" RULE("Visit", ON("visit"), more, FIXED("1", "points")) "]"

static void go(struct world *w, const char *rest) {
  program(w, "shop", "2026-01-01", rest);
  publish(w, "shop");
}

static int number;

static void visit(struct world *w, const char *time, const char *points) {
  char id[16];
  snprintf(id, sizeof id, "v%d", ++number);
  event(w, id, "visit", "m", time, "");
  assert_at(w, "balances/points", points);
}

// The program's zone is New York: its day starts at 05:00 or 04:00 UTC, its week on Monday.
static void test_periods(void **state) {
  static const struct { const char *limit, *time, *points; } steps[] = {
      {LIMIT("2", "day"), "2026-03-02T05:00:00Z", "1"},     {NULL, "2026-03-02T12:00:00Z", "2"},
      {NULL, "2026-03-03T04:59:59Z", "2"},                  {NULL, "2026-03-03T05:00:00Z", "3"},
      {LIMIT("1", "week"), "2026-03-02T05:00:00Z", "1"},    {NULL, "2026-03-09T03:59:59Z", "1"}, // summer time has begun
      {NULL, "2026-03-09T04:00:00Z", "2"},                  {LIMIT("1", "month"), "2026-03-31T23:00:00Z", "1"},
      {NULL, "2026-04-01T03:59:59Z", "1"},                  {NULL, "2026-04-01T04:00:00Z", "2"},
      {LIMIT("1", "year"), "2026-06-01T00:00:00Z", "1"},    {NULL, "2027-01-01T04:59:59Z", "1"},
      {NULL, "2027-01-01T05:00:00Z", "2"},                  {LIMIT("1", "forever"), "2026-06-01T00:00:00Z", "1"},
      {NULL, "2031-01-01T04:59:59Z", "1"},                  {"\"limit\":2,", "2026-06-01T00:00:00Z", "1"},
      {NULL, "2027-06-01T00:00:00Z", "2"},                  {NULL, "2029-06-01T00:00:00Z", "2"},
      {"\"limit\":{\"times\":1,\"per\":\"1 day\"},", "2026-06-01T12:00:00Z", "1"}, {NULL, "2026-06-01T13:00:00Z", "1"},
  };
  (void)state;
  struct world *w = NULL;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    char rules[400];
    if (steps[i].limit) {
      if (w) world_free(w);
      w = world_new(false);
      snprintf(rules, sizeof rules, "\"event\":[{\"rule\":\"Visit\",\"when\":[" ON("visit") "],%s\"outcomes\":[" FIXED("1", "points") "]}]",
               steps[i].limit);
      go(w, rules);
    }
    visit(w, steps[i].time, steps[i].points);
  }
  assert_verified(w);
  world_free(w);
}

// A late event counts in the period of its own time, whatever came in between.
static void test_late(void **state) {
  struct world *w = *state;
  go(w, VISITS(LIMIT("2", "month")));
  visit(w, "2026-03-20T12:00:00Z", "1");
  visit(w, "2026-04-20T12:00:00Z", "2");
  visit(w, "2026-04-21T12:00:00Z", "3");
  visit(w, "2026-03-01T12:00:00Z", "4"); // before the first of March: the second of that month
  visit(w, "2026-03-25T12:00:00Z", "4");
  visit(w, "2026-04-01T12:00:00Z", "4");
  visit(w, "2026-02-01T12:00:00Z", "5");
  assert_verified(w);
}

static void test_dates(void **state) {
  struct world *w = *state;
  go(w, VISITS("\"from\":\"2026-03-02\",\"until\":\"2026-03-03\","));
  visit(w, "2026-03-02T04:59:59Z", "0");
  visit(w, "2026-03-02T05:00:00Z", "1");
  visit(w, "2026-03-04T04:59:59Z", "2");
  visit(w, "2026-03-04T05:00:00Z", "2");
  visit(w, "2026-03-03T12:00:00Z", "3"); // late, and of its own day
}

// Identity is family, level, behavior and id: limits go on counting in a new release, also where the one between had none.
static void test_over_releases(void **state) {
  struct world *w = *state;
  go(w, VISITS("")); // not limited: nothing is kept of it
  visit(w, "2026-03-02T12:00:00Z", "1");
  go(w, "\"event\":[" RULE("Visit, new name", ON("visit"), "\"id\":\"Visit\"," LIMIT("2", "month"), FIXED("10", "points")) "]");
  visit(w, "2026-03-03T12:00:00Z", "11"); // the one before counts
  visit(w, "2026-03-04T12:00:00Z", "11");
  go(w, VISITS(""));
  visit(w, "2026-03-05T12:00:00Z", "12");
  go(w, VISITS(LIMIT("4", "month")));
  visit(w, "2026-03-06T12:00:00Z", "13"); // the fourth
  visit(w, "2026-03-07T12:00:00Z", "13");
  go(w, "\"event\":[" RULE("Visit", ON("visit"), "\"id\":\"other\"," LIMIT("1", "month"), FIXED("100", "points")) "]");
  visit(w, "2026-03-08T12:00:00Z", "113");
  assert_verified(w);
}

// Two releases by event time: the later one has no limit, and its firings count for late events under the earlier one.
static void test_side_by_side(void **state) {
  struct world *w = *state;
  go(w, VISITS(LIMIT("2", "year")));
  program(w, "shop", "2026-03-01", VISITS(""));
  publish(w, "shop");
  visit(w, "2026-03-02T12:00:00Z", "1");
  visit(w, "2026-02-02T12:00:00Z", "2");
  visit(w, "2026-02-03T12:00:00Z", "2");
  visit(w, "2026-03-03T12:00:00Z", "3");
  assert_verified(w);
}

static void test_restart(void **state) {
  struct world *w = *state;
  go(w, VISITS(LIMIT("3", "month")));
  visit(w, "2026-03-02T12:00:00Z", "1");
  visit(w, "2026-03-03T12:00:00Z", "2");
  world_reopen(w);
  world_close(w);
  world_remove_view(w);
  world_open(w);
  visit(w, "2026-03-04T12:00:00Z", "3");
  while (acr_engine_idle(w->engine)) {
  }
  world_reopen(w);
  visit(w, "2026-03-05T12:00:00Z", "3");
  see(w, "m");
  assert_at(w, "result/limits/0/rule", "Visit");
  assert_at(w, "result/limits/0/behavior", "event");
  assert_at(w, "result/limits/0/used", "3");
  assert_at(w, "result/limits/0/of", "3");
  assert_at(w, "result/limits/0/per", "month");
  assert_at(w, "result/limits/0/frees", "2026-04-01T04:00:00Z");
  go(w, VISITS("") ",\"purchase\":[" RULE("Buy", BUY, LIMIT("1", "day"), FIXED("50", "points")) "]");
  buy(w, "p1", "m", "2026-03-06T12:00:00Z", "0.10");
  assert_at(w, "balances/points", "53");
  go(w, VISITS(LIMIT("4", "month")) ",\"purchase\":[" RULE("Buy", BUY, LIMIT("1", "day"), FIXED("50", "points")) "]");
  world_close(w); // the series is asked for again, and built from the log
  world_remove_view(w);
  world_open(w);
  visit(w, "2026-03-06T13:00:00Z", "54");
  visit(w, "2026-03-06T14:00:00Z", "54");
  buy(w, "p2", "m", "2026-03-06T15:00:00Z", "0.10");
  assert_at(w, "balances/points", "54");
  assert_verified(w);
}

static void test_parked(void **state) {
  struct world *w = *state;
  go(w, "\"event\":[" RULE("Visit", ON("visit"), LIMIT("2", "month"), FIXED("1", "points") ",{\"outcome\":\"boom\",\"word\":\"yes\"}") "]");
  visit(w, "2026-03-02T12:00:00Z", "1");
  for (int i = 0; i < 3; i++) {
    char id[8];
    snprintf(id, sizeof id, "b%d", i);
    event(w, id, "visit", "m", "2026-03-03T12:00:00Z", "\"context\":{\"boom\":\"yes\"}");
    assert_at(w, "status", "parked"); // and takes no use of the limit
  }
  visit(w, "2026-03-04T12:00:00Z", "2");
  visit(w, "2026-03-05T12:00:00Z", "2");
  event(w, "b9", "visit", "m", "2026-03-03T12:00:00Z", "\"context\":{\"boom\":\"yes\"}");
  assert_at(w, "status", "applied"); // used up: the outcome that fails is not reached
  assert_verified(w);
}

// Domain 16.14, example 13: the move happens each time, the outcome once a year.
static void test_entrance(void **state) {
  struct world *w = *state;
  go(w, "\"event\":[" RULE("Down", ON("ping"), "", "{\"outcome\":\"tier_change\",\"level\":\"One\"}") "],"
        "\"levels\":[{\"level\":\"One\",\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]},"
        "{\"level\":\"Two\",\"entrance\":[" RULE("Up", SPENT("100.00", ",\"timeframe\":{\"this\":\"month\"}"), LIMIT("1", "year"),
            FIXED("500", "status")) "]}]");
  static const struct { const char *time, *points; } years[] = {
      {"2026-03-01T12:00:00Z", "500"}, {"2026-06-01T12:00:00Z", "500"}, {"2027-02-01T12:00:00Z", "1000"}};
  for (int i = 0; i < 3; i++) {
    char id[8];
    snprintf(id, sizeof id, "p%d", i);
    buy(w, id, "m", years[i].time, "100.00");
    assert_at(w, "levels/shop", "Two");
    assert_at(w, "balances/status", years[i].points);
    char month[40];
    snprintf(month, sizeof month, "%.4s-%02d-02T12:00:00Z", years[i].time, atoi(years[i].time + 5) + 1); // out of the window
    snprintf(id, sizeof id, "d%d", i);
    event(w, id, "ping", "m", month, "");
    assert_at(w, "levels/shop", "One");
  }
  assert_verified(w);
}

// Example 29: once for ever.
static void test_once(void **state) {
  struct world *w = *state;
  go(w, VISITS("\"limit\":{\"times\":1},"));
  visit(w, "2026-03-02T12:00:00Z", "1");
  visit(w, "2030-03-02T12:00:00Z", "1");
}

static void test_unmet(void **state) {
  struct world *w = *state;
  go(w, "\"purchase\":[" RULE("Big", "{\"key_phrase\":\"total_spend\",\"amount\":\"10.00\"}", LIMIT("3", "month"),
                              FIXED("100", "points") "," UNMET("5")) "]");
  buy(w, "1", "m", "2026-03-02T12:00:00Z", "0.50");
  assert_at(w, "balances/points", "5");
  buy(w, "2", "m", "2026-03-02T13:00:00Z", "10.00");
  assert_at(w, "balances/points", "115");
  event(w, "v", "visit", "m", "2026-03-02T13:00:00Z", ""); // does not wake it
  assert_at(w, "balances/points", "115");
  buy(w, "3", "m", "2026-03-02T14:00:00Z", "0.50");
  assert_at(w, "balances/points", "120");
  buy(w, "4", "m", "2026-03-02T15:00:00Z", "10.00"); // three, met and unmet together
  assert_at(w, "balances/points", "130");
  buy(w, "5", "m", "2026-04-02T15:00:00Z", "0.50");
  assert_at(w, "balances/points", "135");
  assert_verified(w);
}

// A rule that gives only where it is not met uses its limit only there. In entrance it gives once an event, and moves nobody.
static void test_unmet_alone(void **state) {
  struct world *w = *state;
  go(w, "\"levels\":[{\"level\":\"One\",\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]},"
        "{\"level\":\"Two\",\"entrance\":[" RULE("Up", SPENT("100.00", ""), LIMIT("2", "forever"), UNMET("7")) "]}],"
        "\"settings\":{\"entrance_timing\":\"before\"}");
  buy(w, "1", "m", "2026-03-02T12:00:00Z", "0.50");
  assert_at(w, "balances/points", "7");
  assert_at(w, "levels/shop", "One");
  buy(w, "2", "m", "2026-03-02T12:00:00Z", "0.50");
  assert_at(w, "balances/points", "14");
  buy(w, "3", "m", "2026-03-02T12:00:00Z", "0.50");
  assert_at(w, "balances/points", "14");
  buy(w, "4", "m", "2026-03-02T12:00:00Z", "100.00");
  assert_at(w, "levels/shop", "Two");
  assert_at(w, "balances/points", "114");
  assert_verified(w);
}

// Domain E3 and E4: by rule, rank, position; a deduction sees what an earlier outcome gave.
static void test_order(void **state) {
  struct world *w = *state;
  go(w, "\"event\":[" RULE("A", ON("visit"), "", "{\"outcome\":\"points_fixed\",\"points\":-4,\"account\":\"points\",\"source\":\"promo\","
                           "\"rank\":2}," FIXED("10", "points") ",{\"outcome\":\"points_fixed\",\"points\":-30,\"account\":\"points\","
                           "\"source\":\"promo\",\"rank\":-1}") ","
        RULE("B", ON("visit") ",{\"key_phrase\":\"current_point_balance\",\"operator\":\"=\",\"points\":0}", "", FIXED("100", "points"))
        "]");
  event(w, "1", "visit", "m", "2026-03-02T12:00:00Z", "");
  assert_at(w, "outcomes/1/clipped", "30"); // nothing was there yet
  assert_at(w, "outcomes/2/points", "10");
  assert_at(w, "outcomes/3/points", "-4");
  assert_at(w, "outcomes/4/rule", "B"); // judged on the balance before A's outcomes
  assert_at(w, "balances/points", "106");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_periods),
      cmocka_unit_test_setup_teardown(test_late, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_dates, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_over_releases, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_side_by_side, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_restart, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_parked, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_entrance, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_once, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_unmet, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_unmet_alone, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_order, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
