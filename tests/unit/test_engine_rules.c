// What events do to levels, balances and profiles, end to end.
#include "engine_fixture.h"

#define T1 "2026-03-01T12:00:00Z"
#define T2 "2026-03-02T12:00:00Z"
#define T3 "2026-03-03T12:00:00Z"
#define FIXED(points, account) \
  "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]},\"outcomes\":[" outcomes "]}"
#define SPENT(amount) "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"" amount "\"}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define LEVEL(name, entrance, more) "{\"level\":\"" name "\",\"entrance\":[" entrance "]" more "}"
#define EVERYONE "{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}"
#define LADDER \
  "\"levels\":[" LEVEL("One", EVERYONE, "") "," LEVEL("Two", RULE("R2", SPENT("100.00"), FIXED("10", "points")), "") "," \
  LEVEL("Three", RULE("R3", SPENT("5000.00"), FIXED("20", "points")), "") "," \
  LEVEL("Four", RULE("R4", SPENT("500.00"), FIXED("40", "points")) "," RULE("R4b", SPENT("600.00"), FIXED("80", "points")), "") "]"

static void go(struct world *w, const char *rest) {
  program(w, "shop", "2026-01-01", rest);
  publish(w, "shop");
}

// Domain T1 to T5: placed in the lowest, up level by level, a level whose rules fail is passed over.
static void test_climb(void **state) {
  struct world *w = *state;
  go(w, LADDER);
  buy(w, "1", "m", T1, "99.99");
  assert_at(w, "levels/shop", "One");
  buy(w, "2", "m", T1, "0.01");
  assert_at(w, "levels/shop", "Two");
  assert_at(w, "balances/points", "109"); // 99, then 0 of a cent, then 10
  buy(w, "3", "m", T2, "500.00");
  assert_at(w, "levels/shop", "Four");
  assert_at(w, "balances/points", "729"); // 500, and both rules that hold: 40 and 80; nothing of Three
  buy(w, "4", "m", T2, "1.00");
  assert_at(w, "balances/points", "730"); // entered once
  buy(w, "5", "n", T1, "550.00"); // straight through, outcomes of both levels
  assert_at(w, "levels/shop", "Four");
  assert_at(w, "balances/points", "600");
  see(w, "m");
  assert_at(w, "result/levels_since/shop", T2);
  assert_verified(w);
}

static void test_promote_one(void **state) {
  struct world *w = *state;
  go(w, LADDER ",\"settings\":{\"promote\":\"one\"}");
  buy(w, "1", "m", T1, "550.00");
  assert_at(w, "levels/shop", "Two");
  buy(w, "2", "m", T1, "1.00");
  assert_at(w, "levels/shop", "Four");
}

// Domain E8: after by default, so that the purchase that promotes earns at the old level.
static void test_entrance_timing(void **state) {
  static const char gold[] = "\"levels\":[" LEVEL("One", EVERYONE, "") ","
      LEVEL("Gold", RULE("G", SPENT("100.00"), ""), ",\"purchase\":[" RULE("Bonus", "{\"key_phrase\":\"make_a_purchase\"}",
          FIXED("7", "points")) "]") "]";
  struct world *w = *state;
  char before[2000];
  go(w, gold);
  buy(w, "1", "m", T1, "100.00");
  assert_at(w, "levels/shop", "Gold");
  assert_at(w, "balances/points", "100");
  snprintf(before, sizeof before, "%s,\"settings\":{\"entrance_timing\":\"before\"}", gold);
  go(w, before);
  buy(w, "2", "n", T1, "100.00");
  assert_at(w, "levels/shop", "Gold");
  assert_at(w, "balances/points", "107");
}

static void test_no_level_until_met(void **state) {
  struct world *w = *state;
  go(w, "\"purchase\":[" RULE("All", "{\"key_phrase\":\"make_a_purchase\"}", FIXED("3", "status")) "],\"levels\":["
        LEVEL("First", RULE("F", SPENT("50.00"), ""), "") "]");
  buy(w, "1", "m", T1, "20.00");
  assert_at(w, "levels/shop", "null");
  assert_at(w, "balances/status", "3"); // the program's own rules hold without a level
  buy(w, "2", "m", T1, "30.00");
  assert_at(w, "levels/shop", "First");
}

static void test_tier_change(void **state) {
  struct world *w = *state;
  go(w, "\"event\":[" RULE("Up", ON("visit"), "{\"outcome\":\"tier_change\",\"level\":\"Vip\"}") ","
        RULE("Out", ON("ping"), "{\"outcome\":\"tier_change\",\"leave\":true}") "],\"levels\":["
        LEVEL("One", RULE("R1", SPENT("1.00"), ""), "") ",{\"level\":\"Vip\"}]");
  event(w, "v", "visit", "m", T1, "");
  assert_at(w, "levels/shop", "Vip");
  assert_at(w, "outcomes/0/rule", "Up");
  assert_at(w, "outcomes/0/outcome", "tier_change");
  event(w, "p", "ping", "m", T2, "");
  assert_at(w, "levels/shop", "null");
  see(w, "m");
  assert_at(w, "result/levels/shop", "null");
  assert_at(w, "result/levels_since/shop", T2);
  assert_verified(w);
}

static void test_max_balance_and_decimals(void **state) {
  struct world *w = *state;
  go(w, "\"event\":[" RULE("Cap", ON("visit"), FIXED("30", "capped")) "," RULE("Fine", ON("ping"), FIXED("\"1.25\"", "fine")) ","
        RULE("Less", ON("pong"), FIXED("-40", "capped")) "]");
  event(w, "1", "visit", "m", T1, "");
  assert_at(w, "balances/capped", "30");
  event(w, "2", "visit", "m", T1, "");
  assert_at(w, "balances/capped", "50");
  assert_at(w, "outcomes/0/clipped", "10");
  assert_at(w, "outcomes/0/reason", "max_balance");
  assert_at(w, "outcomes/1/points", "20");
  event(w, "3", "visit", "m", T1, "");
  assert_at(w, "outcomes/0/clipped", "30");
  assert_at(w, "outcomes/1/points", "-");
  event(w, "4", "pong", "m", T1, "");
  assert_at(w, "balances/capped", "10");
  event(w, "5", "pong", "m", T1, ""); // what is there, and no debt
  assert_at(w, "balances/capped", "0");
  event(w, "6", "ping", "m", T1, "");
  event(w, "7", "ping", "m", T1, "");
  assert_at(w, "balances/fine", "2.50");
  assert_at(w, "outcomes/0/points", "1.25");
  adjust(w, "8", "m", T1, "-0.005", "fine");
  assert_at(w, "error/code", "decimals");
  adjust(w, "9", "m", T1, "-0.05", "fine");
  assert_at(w, "balances/fine", "2.45");
  assert_verified(w);
}

static void test_owing(void **state) {
  struct world *w = *state;
  go(w, "\"event\":[" RULE("Give", ON("visit"), FIXED("30", "owing")) "," RULE("Take", ON("pong"), FIXED("-40", "owing")) "]");
  event(w, "1", "visit", "m", T1, "");
  event(w, "2", "pong", "m", T1, "");
  assert_at(w, "balances/owing", "-10");
  adjust(w, "3", "m", T1, "-5", "owing");
  assert_at(w, "balances/owing", "-15");
  see(w, "m");
  assert_at(w, "result/debts/owing", "-15");
  assert_at(w, "result/lot_count", "0");
  event(w, "4", "visit", "m", T2, ""); // the hole first
  assert_at(w, "balances/owing", "15");
  see(w, "m");
  assert_at(w, "result/lots/0/points", "15");
  assert_at(w, "result/debts/owing", "-");
  assert_verified(w);
}

// Oldest first by when they were earned, whatever came in first.
static void test_oldest_lot_first(void **state) {
  struct world *w = *state;
  go(w, "");
  buy(w, "1", "m", T2, "10.00");
  buy(w, "2", "m", T1, "10.00"); // late
  assert_at(w, "late", "true");
  buy(w, "3", "m", T3, "10.00");
  assert_at(w, "late", "-");
  adjust(w, "4", "m", T3, "-12", "points");
  see(w, "m");
  assert_at(w, "result/lot_count", "2");
  assert_at(w, "result/lots/0/earned", T2);
  assert_at(w, "result/lots/0/remaining", "8");
  assert_at(w, "result/lots/1/remaining", "10");
  assert_verified(w);
}

static void test_audiences_and_profile(void **state) {
  struct world *w = *state;
  go(w, "\"purchase\":[" RULE("Staff", "{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"in_audience\",\"aud"
      "ience\":\"staff\"}", FIXED("5", "status")) "],"
        "\"event\":[" RULE("Welcome", ON("member.join"), FIXED("100", "points")) "," RULE("In", ON("audience.enter"), FIXED("1",
            "status")) "]");
  event(w, "1", "member.join", "m", T2, "\"joined\":\"2020-02-29\",\"birthday\":\"1980-02-29\",\"timezone\":\"Asia/Tokyo\","
      "\"attributes\":{\"x\":{\"y\":1}}");
  assert_at(w, "balances/points", "100");
  buy(w, "2", "m", T2, "1.00");
  assert_at(w, "balances/status", "0");
  event(w, "3", "audience.enter", "m", T2, "\"audience\":\"staff\"");
  assert_at(w, "balances/status", "1");
  buy(w, "4", "m", T2, "1.00");
  assert_at(w, "balances/status", "6");
  event(w, "5", "audience.enter", "m", T2, "\"audience\":\"stafff\"");
  assert_at(w, "error/code", "audience_unknown");
  assert_non_null(strstr(w->reply, "nearest is \\\"staff\\\""));
  see(w, "m");
  assert_at(w, "result/joined", "2020-02-28T15:00:00Z"); // midnight in the member's zone
  assert_at(w, "result/birthday", "1980-02-29");
  assert_at(w, "result/timezone", "Asia/Tokyo");
  assert_at(w, "result/attributes/x/y", "1");
  assert_at(w, "result/audiences/0", "staff");
  event(w, "6", "audience.leave", "m", T2, "\"audience\":\"staff\"");
  event(w, "7", "member.update", "m", T2, "\"timezone\":\"Europe/Berlin\"");
  see(w, "m");
  assert_at(w, "result/audiences/0", "-");
  assert_at(w, "result/timezone", "Europe/Berlin");
  assert_at(w, "result/birthday", "1980-02-29"); // what an update does not name stays
  buy(w, "8", "m", T3, "1.00");
  assert_at(w, "balances/status", "6");
  assert_verified(w);
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_MEMORY(test_climb), IN_MEMORY(test_promote_one), IN_MEMORY(test_entrance_timing),
                                     IN_MEMORY(test_no_level_until_met), IN_MEMORY(test_tier_change),
                                         IN_MEMORY(test_max_balance_and_decimals),
                                     IN_MEMORY(test_owing), IN_MEMORY(test_oldest_lot_first), IN_MEMORY(test_audiences_and_profile)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
