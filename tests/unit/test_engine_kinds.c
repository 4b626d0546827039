// Conditions over movements of points as the event at hand, and over several kinds of fact.
#include "engine_fixture.h"

#define T1 "2026-03-01T12:00:00Z"
#define T2 "2026-03-02T12:00:00Z"
#define T3 "2026-03-03T12:00:00Z"
#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":" when ",\"outcomes\":[" outcomes "]}"
#define VISITED "{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\"}"
#define BOUGHT "{\"key_phrase\":\"make_a_purchase\"}"

// Purchases and visits beside each other, and movements of points with them.
static void contacts(const struct world *w) {
  char path[128];
  snprintf(path, sizeof path, "%s/condition_types", w->dir);
  mkdir(path, 0700);
  world_file(w, "condition_types/contacts.lua",
             "return accrue.condition_type { title = \"Contacts\", over = \"history\", facts = { \"purchase\", \"visit\" } }\n");
  world_file(w, "condition_types/contact.lua",
             "return accrue.condition_type { title = \"Contact\", over = \"current\", facts = { \"purchase\", \"visit\" } }\n");
  world_file(w, "condition_types/everything.lua",
             "return accrue.condition_type { title = \"All\", over = \"history\", facts = { \"purchase\", \"visit\", \"points\" } }\n");
  world_file(w, "key_phrases/contacts_are.lua",
             "return accrue.key_phrase { title = \"{count} contacts\", conditions = \"contacts\",\n"
             "  variables = { count = accrue.var.integer() }, aggregate = \"count\" }\n");
  world_file(w, "key_phrases/weight.lua",
             "return accrue.key_phrase { title = \"{least} weighs\", conditions = \"everything\",\n"
             "  variables = { least = accrue.var.integer(), operator = accrue.var.operator(),\n"
             "    timeframe = accrue.var.timeframe { optional = true } }, aggregate = \"sum\",\n"
             "  value = function(fact)\n"
             "    if fact.type == \"purchase\" then return fact.amount // 100 end\n"
             "    return fact.type == \"visit\" and 1000 or fact.points * 10000\n"
             "  end }\n");
  world_file(w, "key_phrases/in_touch.lua",
             "return accrue.key_phrase { title = \"In touch\", conditions = \"contact\", variables = {},\n"
             "  test = function(fact) return fact.type == \"visit\" or fact.amount > 500 end }\n");
  world_file(w, "constraints/weekend.lua",
             "return accrue.constraint { title = \"at the weekend\", conditions = { \"contacts\", \"contact\" }, variables = {},\n"
             "  accepts = function(fact) return fact.time.weekday >= 6 end }\n");
}

static void go(struct world *w, const char *rest) {
  program(w, "shop", "2026-01-01", rest);
  publish(w, "shop");
}

static void test_counts_both(void **state) {
  struct world *w = *state;
  contacts(w);
  go(w, "\"purchase\":[" RULE("Three", "[" BOUGHT ",{\"key_phrase\":\"contacts_are\",\"count\":3}]",
                              FIXED("100", "points")) "],"
                                                      "\"event\":[" RULE("Visits",
                                                                         "[" VISITED ",{\"key_phrase\":\"contacts_are\",\"count\":3}]",
                                                                         FIXED("200", "points")) "]");
  buy(w, "1", "m", T1, "1.00");
  event(w, "2", "visit", "m", T1, "");
  event(w, "p", "ping", "m", T1, ""); // no contact
  assert_at(w, "balances/points", "1");
  buy(w, "3", "m", T2, "1.00");
  assert_at(w, "balances/points", "102");
  event(w, "4", "visit", "m", T2, "");
  assert_at(w, "balances/points", "302");
  event(w, "r", "return", "m", T3, "\"of\":\"1\",\"total\":\"1.00\""); // a purchase that came back whole is no contact
  event(w, "rr", "return", "m", T3, "\"of\":\"3\",\"total\":\"1.00\"");
  see(w, "m");
  buy(w, "5", "m", T3, "1.00"); // two visits and this
  assert_at(w, "outcomes/1/rule", "Three");
  assert_verified(w);
}

// Purchase amounts, visits and movements in one window; what is built from the log of a rule that comes later is the same.
static void test_three_kinds(void **state) {
  struct world *w = *state;
  contacts(w);
  go(w, "");
  buy(w, "1", "m", T1, "7.00"); // 7, and 7.00 points
  event(w, "2", "visit", "m", T1, "");
  program(
      w, "shop", "2026-01-02",
      "\"event\":[" RULE("W", "[" VISITED ",{\"key_phrase\":\"weight\",\"operator\":\"=\",\"least\":7002007}]", FIXED("1", "owing")) "]");
  publish(w, "shop");
  event(w, "3", "visit", "m", T2, "");
  assert_at(w, "balances/owing", "1");
  world_reopen(w);
  event(w, "4", "visit", "m", T3, "");
  assert_at(w, "balances/owing", "1");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.explain\",\"params\":{\"id\":\"4\",\"source\":\"pos\"}}");
  assert_at(w, "result/exact", "true");
  assert_at(w, "result/judged/0/rules/0/when/all/1/actual", "8003007"); // the point that the third gave among them
  assert_verified(w);
}

// One condition over the current event that looks at purchases and visits wakes rules of both behaviors.
static void test_current_of_both(void **state) {
  struct world *w = *state;
  contacts(w);
  go(w, "\"purchase\":[" RULE("P", "{\"key_phrase\":\"in_touch\",\"constraints\":{\"weekend\":{}}}",
                              FIXED("10", "owing")) "],"
                                                    "\"event\":[" RULE("E", "{\"key_phrase\":\"in_touch\"}", FIXED("100", "owing")) "]");
  buy(w, "1", "m", T1, "5.00"); // too little
  assert_at(w, "balances/owing", "0");
  buy(w, "2", "m", T1, "6.00"); // a Sunday
  assert_at(w, "balances/owing", "10");
  buy(w, "3", "m", T2, "6.00");
  assert_at(w, "balances/owing", "10");
  event(w, "4", "visit", "m", T2, "");
  assert_at(w, "balances/owing", "110");
  event(w, "5", "ping", "m", T2, "");
  assert_at(w, "balances/owing", "110");
}

#define MOVED(more) "{\"key_phrase\":\"points_moved\"," more "}"

static void test_movements(void **state) {
  struct world *w = *state;
  go(w, "\"event\":[" RULE("Big", MOVED("\"event\":\"points.earned\",\"points\":100"), FIXED("1", "owing")) "," RULE(
            "Fine", MOVED("\"event\":\"points.earned\",\"points\":\"0.01\",\"constraints\":{\"point_account\":[\"fine\"]}"),
            FIXED("10", "owing")) "," RULE("Status", MOVED("\"event\":\"points.earned\",\"constraints\":{\"point_account\":[\"status\"]}"),
                                           FIXED("100",
                                                 "owing")) "," RULE("Spent",
                                                                    MOVED("\"event\":\"points.spent\",\"operator\":\">\",\"points\":20"),
                                                                    FIXED("10000", "owing")) "]");
  buy(w, "1", "m", T1, "99.00");
  assert_at(w, "balances/owing", "0");
  buy(w, "2", "m", T1, "100.00");
  assert_at(w, "balances/owing", "1");
  adjust(w, "3", "m", T1, "0.01", "fine");
  assert_at(w, "balances/owing", "11");
  adjust(w, "4", "m", T1, "500", "status"); // not spendable: only where it is named; the 100 that this gives are Big
  assert_at(w, "balances/owing", "112");
  event(w, "5", "points.spend", "m", T2, "\"points\":20,\"reference\":\"a\"");
  assert_at(w, "balances/owing", "112");
  event(w, "6", "points.spend", "m", T2, "\"points\":21,\"reference\":\"b\"");
  assert_at(w, "balances/owing", "10113");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.explain\",\"params\":{\"id\":\"6\",\"source\":\"pos\"}}");
  assert_at(w, "result/exact", "true");
  assert_verified(w);
}

// Each family looks at movements of its own accounts.
static void test_movements_of_families(void **state) {
  struct world *w = *state;
  go(w, "\"event\":[" RULE("Own", MOVED("\"event\":\"points.earned\""), FIXED("1", "owing")) "]");
  program_of(w, "miles", "2026-01-01", "\"points\":{\"default\":true}", "\"points\"",
             "\"base_earn\":{\"points\":3,\"per\":\"1.00\",\"account\":\"points\",\"source\":\"base\"}");
  publish(w, "miles");
  adjust(w, "1", "m", T1, "30", "miles.points");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/owing", "0");
  adjust(w, "2", "m", T1, "30", "shop.points");
  assert_at(w, "balances/owing", "1");
}

// What is forfeited expires once.
static void test_forfeited_once(void **state) {
  struct world *w = *state;
  program_of(w, "coffee", "2026-01-01", "\"beans\":{\"default\":true}", "\"beans\"", "");
  publish(w, "coffee");
  go(w, "\"event\":[" RULE("Gone", "{\"key_phrase\":\"trigger_an_event\",\"event\":\"points.expired\"}", FIXED("1", "owing")) "]");
  adjust(w, "1", "m", T1, "5", "beans");
  event(w, "2", "member.leave", "m", T2, "\"program\":\"coffee\",\"forfeit\":true");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/beans", "0");
  assert_at(w, "balances/owing", "1");
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)
#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_MEMORY(test_counts_both),           IN_FILE(test_three_kinds),
                                     IN_MEMORY(test_current_of_both),       IN_MEMORY(test_movements),
                                     IN_MEMORY(test_movements_of_families), IN_MEMORY(test_forfeited_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
