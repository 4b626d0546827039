// Conditions that hold once: at the event that makes them true, at each multiple, at one event by its number.
#include "engine_fixture.h"

#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define GIVE(n) "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":" #n ",\"account\":\"owing\",\"source\":\"promo\"}]"
#define RULE(more, cond) "\"purchase\":[{\"rule\":\"r\"" more ",\"when\":[" BUY "," cond "]," GIVE(1) "}]"

static int bought;

// A purchase on a day of 2026, a later one of the day later; what the rule has given is looked at.
static void spend(struct world *w, const char *day, const char *total, const char *points) {
  char id[32], time[40];
  snprintf(id, sizeof id, "b%d", ++bought);
  snprintf(time, sizeof time, "2026-%sT12:%02d:%02d-05:00", day, bought / 60 % 60, bought % 60);
  buy(w, id, "m", time, total);
  assert_at(w, "status", "applied");
  const char *held = at(w, "balances/owing");
  if (strcmp(held, points) != 0) print_error("%s on %s: %s", total, day, w->reply);
  assert_string_equal(held, points);
}

static void go(struct world *w, const char *rules) {
  bought = 0;
  program(w, "shop", "2025-01-01", rules);
  publish(w, "shop");
}

static void restart(struct world *w) {
  if (!w->ledger[0]) return;
  world_reopen(w);
  world_close(w);
  world_remove_view(w);
  world_open(w);
}

static void test_every(void **state) {
  struct world *w = *state;
  go(w, RULE("", "{\"key_phrase\":\"spend_currency\",\"every\":\"10.00\"}"));
  spend(w, "03-01", "9.99", "0");
  restart(w);
  spend(w, "03-01", "0.01", "1");
  spend(w, "03-01", "35.00", "4"); // 45: at 20, 30, 40
  restart(w);
  spend(w, "03-02", "4.99", "4");
  spend(w, "03-02", "1995.01", "104"); // at most 100 by one event; what is above is reached all the same
  spend(w, "03-02", "1.00", "104");
  spend(w, "03-02", "5.00", "105");
  assert_verified(w);
}

// The past counts toward the next multiple and is not paid, unless the condition says so.
static void meet(struct world *w, const char *from, const char *at_sixth, const char *at_ninth) {
  char rules[512];
  go(w, "");
  for (int i = 0; i < 4; i++) spend(w, "03-01", "1.00", "0");
  snprintf(rules, sizeof rules, RULE("", "{\"key_phrase\":\"complete_transactions\",\"every\":2%s}"), from);
  program(w, "shop", "2025-01-01", rules);
  publish(w, "shop");
  restart(w);
  spend(w, "03-02", "1.00", *from ? "2" : "0");
  restart(w);
  spend(w, "03-02", "1.00", at_sixth);
  spend(w, "03-02", "1.00", at_sixth);
  spend(w, "03-02", "1.00", at_ninth);
  assert_verified(w);
}
static void test_meeting(void **state) { meet(*state, "", "1", "2"); }
static void test_from_start(void **state) { meet(*state, ",\"from\":\"start\"", "3", "4"); }

// A window that begins anew begins at zero; a late purchase counts in its own month, and once.
static void test_each_month(void **state) {
  struct world *w = *state;
  go(w, RULE("", "{\"key_phrase\":\"complete_transactions\",\"every\":2,\"timeframe\":{\"this\":\"month\"}}"));
  spend(w, "03-10", "1.00", "0");
  spend(w, "03-20", "1.00", "1");
  spend(w, "03-30", "1.00", "1");
  restart(w);
  spend(w, "04-10", "1.00", "1");
  spend(w, "04-11", "1.00", "2");
  spend(w, "03-31", "1.00", "3"); // the fourth of March
  spend(w, "03-30", "1.00", "3");
  spend(w, "04-12", "1.00", "3");
  spend(w, "04-13", "1.00", "4");
  assert_verified(w);
}

static void test_limit(void **state) {
  struct world *w = *state;
  go(w, RULE(",\"limit\":{\"times\":2,\"per\":\"day\"}", "{\"key_phrase\":\"spend_currency\",\"every\":\"10.00\"}"));
  spend(w, "03-01", "50.00", "2");
  spend(w, "03-01", "10.00", "2"); // reached, and cut off
  spend(w, "03-02", "9.99", "2");
  spend(w, "03-02", "0.01", "3");
}

// Only where the rule is met the multiple is used up.
static void test_waits_for_the_rule(void **state) {
  struct world *w = *state;
  go(w, RULE("", "{\"key_phrase\":\"spend_currency\",\"every\":\"10.00\"},{\"key_phrase\":\"total_spend\",\"amount\":\"5.00\"}"));
  spend(w, "03-01", "4.00", "0");
  spend(w, "03-01", "4.00", "0");
  spend(w, "03-01", "4.00", "0");
  spend(w, "03-01", "5.00", "1");
  spend(w, "03-01", "5.00", "2");
}

// Domain 16.14, example 26: once, at the purchase that exceeds it.
static void test_crossing(void **state) {
  struct world *w = *state;
  go(w, RULE("", "{\"key_phrase\":\"spend_currency\",\"operator\":\">\",\"amount\":\"1000.00\",\"fire\":\"crossing\"}")
     ",\"event\":[{\"rule\":\"e\",\"when\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"},{\"key_phrase\":\"spend_currency\","
     "\"operator\":\">\",\"amount\":\"1000.00\",\"fire\":\"crossing\"}]," GIVE(10) "}]");
  spend(w, "03-01", "600.00", "0");
  spend(w, "03-02", "400.00", "0");
  restart(w);
  spend(w, "03-03", "0.01", "1");
  spend(w, "03-04", "500.00", "1");
  event(w, "p", "ping", "m", "2026-03-05T12:00:00Z", ""); // no purchase: it makes nothing true
  assert_at(w, "balances/owing", "1");
}

// Points of this event make it true at the entrance, which is judged after them.
static void test_crossing_points(void **state) {
  struct world *w = *state;
  go(w, "\"levels\":["
     "{\"level\":\"One\",\"entrance\":[{\"rule\":\"a\",\"when\":\"no rules\",\"outcomes\":[]}]},"
     "{\"level\":\"Two\",\"entrance\":["
     "{\"rule\":\"b\",\"when\":{\"key_phrase\":\"earn_points\",\"points\":100,\"fire\":\"crossing\"},\"outcomes\":[]}]}]");
  spend(w, "03-01", "60.00", "0");
  assert_at(w, "levels/shop", "One");
  event(w, "p", "ping", "m", "2026-03-02T12:00:00Z", "");
  spend(w, "03-03", "40.00", "0");
  assert_at(w, "levels/shop", "Two");
}

// Events are numbered as they come, whatever their time (domain N7).
static void test_numbers(void **state) {
  struct world *w = *state;
  go(w, RULE("", "{\"key_phrase\":\"nth_event\",\"event\":\"purchase\",\"count\":3}"));
  spend(w, "03-05", "1.00", "0");
  spend(w, "03-06", "1.00", "0");
  restart(w);
  spend(w, "03-01", "1.00", "1"); // the third, though the oldest
  spend(w, "03-07", "1.00", "1");
}

// Only at that very event: one that the rule did not hold at is not made up for, and another kind of event is none of them.
static void test_number_passed(void **state) {
  struct world *w = *state;
  go(w, RULE("", "{\"key_phrase\":\"nth_event\",\"event\":\"purchase\",\"count\":2},{\"key_phrase\":\"total_spend\",\"amount\":\"5.00\"}")
     ",\"event\":[{\"rule\":\"e\",\"when\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"},{\"key_phrase\":\"every_nth_event\","
     "\"event\":\"purchase\",\"count\":1}]," GIVE(10) "}]");
  spend(w, "03-01", "9.00", "0");
  spend(w, "03-02", "4.00", "0"); // the second, and too little
  spend(w, "03-03", "9.00", "0");
  event(w, "p", "ping", "m", "2026-03-05T12:00:00Z", "");
  assert_at(w, "balances/owing", "0");
}

static void test_every_nth_visit(void **state) {
  struct world *w = *state;
  go(w, "\"event\":[{\"rule\":\"e\",\"when\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\"},"
     "{\"key_phrase\":\"every_nth_event\",\"event\":\"visit\",\"count\":2}]," GIVE(1) "}]");
  const char *wanted[] = {"0", "1", "1", "2"};
  for (int i = 0; i < 4; i++) {
    char id[8];
    snprintf(id, sizeof id, "v%d", i);
    event(w, id, "visit", "m", i % 2 ? "2026-03-01T12:00:00Z" : "2026-03-02T12:00:00Z", "\"quantity\":3"); // one event is one number
    assert_at(w, "balances/owing", wanted[i]);
  }
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)
#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_FILE(test_every), IN_FILE(test_meeting), IN_FILE(test_from_start), IN_FILE(test_each_month),
                                     IN_MEMORY(test_limit), IN_MEMORY(test_waits_for_the_rule), IN_FILE(test_crossing),
                                     IN_MEMORY(test_crossing_points), IN_FILE(test_numbers), IN_MEMORY(test_number_passed),
                                     IN_MEMORY(test_every_nth_visit)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
