// A new rule over old history: right on its first event, whatever it counts, and after every kind of restart.
#include "engine_fixture.h"

#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]},\"outcomes\":[" outcomes "]}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define SPENT(amount) "{\"key_phrase\":\"spend_currency\",\"operator\":\"=\",\"amount\":\"" amount "\"}"
#define RAISES "\"event\":[" RULE("Raise", ON("ping"), "{\"outcome\":\"trigger_event\",\"event\":\"pong\"}") "]"
#define COUNTS \
  ",\"purchase\":[" RULE("P", BUY "," SPENT("310.00"), FIXED("1", "status")) "," \
  RULE("Q", BUY ",{\"key_phrase\":\"complete_events\",\"event\":\"ping\",\"operator\":\"=\",\"count\":3}", FIXED("10", "status")) "," \
  RULE("R", BUY ",{\"key_phrase\":\"complete_events\",\"event\":\"pong\",\"operator\":\"=\",\"count\":2}", FIXED("100", "status")) "," \
  RULE("S", BUY ",{\"key_phrase\":\"earn_points\",\"operator\":\"=\",\"points\":305}", FIXED("1000", "status")) "]"

enum restart { NONE, REOPEN, WITHOUT_VIEW, TWICE };

static void restart(struct world *w, enum restart how) {
  if (how == NONE)
    return;
  world_close(w);
  if (how == WITHOUT_VIEW)
    world_remove_view(w);
  world_open(w);
  if (how != TWICE)
    return;
  world_reopen(w);
  while (acr_engine_idle(w->engine)) {
  }
}

static void old_history(struct world *w) {
  buy(w, "h1", "m", "2026-02-01T12:00:00Z", "100.00");
  buy(w, "h2", "m", "2025-02-01T12:00:00Z", "10.00"); // before the program's first day: a fact all the same
  event(w, "h3", "ping", "m", "2026-02-02T12:00:00Z", "\"quantity\":2");
  event(w, "h4", "ping", "m", "2026-02-03T12:00:00Z", "");
  adjust(w, "h5", "m", "2026-02-03T12:00:00Z", "5", "points");
  buy(w, "h6", "m", "2026-02-04T12:00:00Z", "200.00");
  buy(w, "other", "n", "2026-02-04T12:00:00Z", "77.00");
}

static void new_rule(struct world *w, enum restart before, enum restart after) {
  program(w, "shop", "2026-01-01", RAISES);
  publish(w, "shop");
  old_history(w);
  restart(w, before);
  program(w, "shop", "2026-01-01", RAISES COUNTS);
  publish(w, "shop");
  restart(w, after);
  buy(w, "first", "m", "2026-02-05T12:00:00Z", "0.00");
  assert_at(w, "balances/status", "1111");
  restart(w, after);
  buy(w, "second", "n", "2026-02-05T12:00:00Z", "233.00");
  assert_at(w, "balances/status", "1"); // 310 spent; no ping, no pong, 310 earned
  assert_verified(w);
}

static void test_in_memory(void **state) { new_rule(*state, NONE, NONE); }
static void test_in_file(void **state) { new_rule(*state, NONE, NONE); }
static void test_reopened(void **state) { new_rule(*state, NONE, REOPEN); }
static void test_without_view(void **state) { new_rule(*state, NONE, WITHOUT_VIEW); }
static void test_twice(void **state) { new_rule(*state, TWICE, TWICE); }
static void test_reopened_before(void **state) { new_rule(*state, REOPEN, NONE); }
static void test_without_view_before(void **state) { new_rule(*state, WITHOUT_VIEW, TWICE); }

#define SPEND_RULE(amount) "\"purchase\":[" RULE("P", BUY "," SPENT(amount), FIXED("1", "status")) "]"

// A rule that was gone for a while counts what happened meanwhile.
static void gap(struct world *w, enum restart how) {
  program(w, "shop", "2026-01-01", SPEND_RULE("1.00"));
  publish(w, "shop");
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "1.00");
  assert_at(w, "balances/status", "1");
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "2", "m", "2026-02-01T13:00:00Z", "10.00");
  restart(w, how);
  program(w, "shop", "2026-01-01", SPEND_RULE("111.00"));
  publish(w, "shop");
  restart(w, how);
  buy(w, "3", "m", "2026-02-02T12:00:00Z", "100.00");
  assert_at(w, "balances/status", "2");
  restart(w, how);
  buy(w, "4", "n", "2026-02-02T12:00:00Z", "111.00");
  assert_at(w, "balances/status", "1");
  assert_verified(w);
}

static void test_gap(void **state) { gap(*state, NONE); }
static void test_gap_reopened(void **state) { gap(*state, TWICE); }
static void test_gap_without_view(void **state) { gap(*state, WITHOUT_VIEW); }

// Published early and made active later: what happened in between counts.
static void activated(struct world *w, enum restart how) {
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "1.00");
  program(w, "shop", "2026-01-02", SPEND_RULE("111.00"));
  publish_as(w, "shop", "configure");
  buy(w, "2", "m", "2026-02-01T13:00:00Z", "10.00");
  restart(w, how);
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"shop\",\"status\":\"active\"}}");
  assert_at(w, "result/status", "active");
  restart(w, how);
  buy(w, "3", "m", "2026-02-02T12:00:00Z", "100.00");
  assert_at(w, "release", "shop@2");
  assert_at(w, "balances/status", "1");
  assert_verified(w);
}

static void test_activated(void **state) { activated(*state, NONE); }
static void test_activated_reopened(void **state) { activated(*state, TWICE); }
static void test_activated_without_view(void **state) { activated(*state, WITHOUT_VIEW); }

// Left out of its own history, the current purchase is not looked at: by window, by number, and where the window is yet to come.
static void test_without_current(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"purchase\":["
          RULE("Day", BUY ",{\"key_phrase\":\"spend_currency\",\"operator\":\"=\",\"amount\":\"3.00\",\"timeframe\":{\"last\":\"1 "
              "day\"},\"include_current\":false}", FIXED("1", "status")) ","
          RULE("Two", BUY ",{\"key_phrase\":\"spend_currency\",\"operator\":\"=\",\"amount\":\"3.00\",\"timeframe\":{\"last\":\"2 "
              "times\"},\"include_current\":false}", FIXED("10", "status")) ","
          RULE("Later", BUY ",{\"key_phrase\":\"spend_currency\",\"operator\":\"<\",\"amount\":\"0.01\",\"timefram"
              "e\":{\"from\":\"2026-06-01\"},\"include_current\":false},"
               "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"0.00\",\"timeframe\":{\"from\":\"2026-06-01\"},"
                   "\"include_current\":false}", FIXED("100", "status")) "]");
  publish(w, "shop");
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "1.00");
  assert_at(w, "balances/status", "100");
  buy(w, "2", "m", "2026-02-01T12:00:00Z", "2.00");
  assert_at(w, "balances/status", "200");
  buy(w, "3", "m", "2026-02-01T13:00:00Z", "4.00");
  assert_at(w, "balances/status", "311"); // 1 + 2 before it today, and the last two before it
  buy(w, "4", "m", "2026-02-02T13:00:00Z", "8.00");
  assert_at(w, "balances/status", "411");
}

// What a rule counts in the member's zone of then is so counted, though the member has moved since.
static void test_zone_of_then(void **state) {
  static const char morning[] = "\"purchase\":[" RULE("M", BUY ",{\"key_phrase\":\"complete_transactions\",\"operator\":\"=\",\"count\":2,"
                                "\"constraints\":{\"before\":{\"hour\":12}}}", FIXED("1", "status")) "]";
  struct world *w = *state;
  world_file(w, "constraints/before.lua",
             "return accrue.constraint { title = \"Before {hour}\", conditions = { \"past_purchases\" }, variables = { hour = "
                 "accrue.var.integer() },\n"
             "  accepts = function(purchase, vars) return purchase.time.hour < vars.hour end }\n");
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  event(w, "1", "member.join", "m", "2026-02-01T00:00:00Z", "\"timezone\":\"Asia/Tokyo\"");
  buy(w, "2", "m", "2026-02-01T00:00:00Z", "1.00"); // 9 in Tokyo, 19 in New York
  event(w, "3", "member.update", "m", "2026-02-02T00:00:00Z", "\"timezone\":\"America/New_York\"");
  buy(w, "4", "m", "2026-02-02T00:00:00Z", "1.00");
  program(w, "shop", "2026-01-01", morning);
  publish(w, "shop");
  see(w, "m");
  assert_at(w, "result/timezone", "America/New_York");
  buy(w, "5", "m", "2026-02-03T15:00:00Z", "1.00");
  assert_at(w, "balances/status", "1");
}

// A new rule whose plugin fails on the old log is not published, and the one in force goes on.
static void test_history_that_cannot_be_built(void **state) {
  struct world *w = *state;
  world_file(w, "key_phrases/picky.lua",
             "return accrue.key_phrase { title = \"Picky {operator} {count}\", conditions = \"past_purchases\", aggregate = \"sum\",\n"
             "  variables = { operator = accrue.var.operator { of = \"count\" }, count = accrue.var.integer() },\n"
             "  value = function(purchase) if purchase.total == 1000 then error(\"not this one\") end return 1 end }\n");
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "1", "m", "2026-02-01T00:00:00Z", "10.00");
  program(w, "shop", "2026-01-01", "\"purchase\":[" RULE("P", BUY ",{\"key_phrase\":\"picky\",\"operator\":\"=\",\"count\":1}",
                                                         FIXED("1", "status")) "]");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/shop.json\","
         "\"status\":\"active\"}}", w->dir);
  assert_at(w, "error/data/code", "plugin_failed");
  assert_non_null(strstr(w->reply, "not this one"));
  buy(w, "2", "m", "2026-02-01T00:00:00Z", "10.00");
  assert_at(w, "release", "shop@1");
  assert_at(w, "balances/points", "20");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.list\"}");
  assert_at(w, "result/programs/1", "-");
  world_reopen(w);
  buy(w, "3", "m", "2026-02-01T00:00:00Z", "10.00");
  assert_at(w, "balances/points", "30");
  assert_verified(w);
}

#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_in_memory, set_up_memory, tear_down),
      IN_FILE(test_in_file), IN_FILE(test_reopened), IN_FILE(test_without_view), IN_FILE(test_twice), IN_FILE(test_reopened_before),
      IN_FILE(test_without_view_before), IN_FILE(test_gap), IN_FILE(test_gap_reopened), IN_FILE(test_gap_without_view),
          IN_FILE(test_activated),
      IN_FILE(test_activated_reopened), IN_FILE(test_activated_without_view), IN_FILE(test_without_current),
          IN_FILE(test_zone_of_then), IN_FILE(test_history_that_cannot_be_built)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
