// Late events (domain V2): the level that they are judged at, and what is too late.
#include "engine_fixture.h"

#define MARCH "2026-03-01T12:00:00Z"
#define APRIL "2026-04-01T12:00:00Z"
#define MAY "2026-05-01T12:00:00Z"
#define JUNE "2026-06-01T12:00:00Z"
#define FIXED(points) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"points\",\"source\":\"promo\"}"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":" when ",\"outcomes\":[" outcomes "]}"
#define BOUGHT "{\"key_phrase\":\"make_a_purchase\"}"
#define EARN(points) "\"base_earn\":{\"points\":" points ",\"per\":\"1.00\",\"account\":\"points\",\"source\":\"base\"}"
#define LEVELS                                                                                                                            \
  "\"levels\":["                                                                                                                          \
  "{\"level\":\"Blue\",\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}],\"purchase\":[" RULE(                 \
      "Blue bonus", BOUGHT,                                                                                                               \
      FIXED("5")) "," RULE("While Blue", "[" BOUGHT ",{\"key_phrase\":\"level_is\",\"level\":\"Blue\",\"operator\":\"=\"}]",              \
                           FIXED("1000")) "]},"                                                                                           \
                                          "{\"level\":\"Gold\",\"entrance\":[" RULE(                                                      \
                                              "Hundred", "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"100.00\"}", \
                                              FIXED("1")) "]," EARN("2") ",\"purchase\":[" RULE("Gold bonus", BOUGHT, FIXED("50")) "]}]"

static void go(struct world *w, const char *settings) {
  char rest[4096];
  snprintf(rest, sizeof rest, LEVELS "%s%s", *settings ? "," : "", settings);
  program(w, "shop", "2026-01-01", rest);
  publish(w, "shop");
}

// Blue from March on, Gold from May on.
static void climb(struct world *w) {
  buy(w, "1", "m", MARCH, "10.00");
  assert_at(w, "balances/points", "1015"); // 10 of the base, 5 and 1,000 of Blue
  buy(w, "2", "m", MAY, "90.00");
  assert_at(w, "levels/shop", "Gold");
  assert_at(w, "balances/points", "2111"); // 90 at Blue's rate, 5, 1,000 and 1 for coming in
}

// Tier at processing: Gold's rate and bonus, whatever the event's time.
static void test_as_processed(void **state) {
  struct world *w = *state;
  go(w, "");
  climb(w);
  buy(w, "3", "m", APRIL, "10.00");
  assert_at(w, "balances/points", "2181"); // 2 x 10 and 50
  assert_verified(w);
}

static void test_as_of_then(void **state) {
  struct world *w = *state;
  go(w, "\"settings\":{\"retro_tier\":true}");
  climb(w);
  buy(w, "3", "m", APRIL, "10.00");
  assert_at(w, "outcomes/0/points", "10");
  assert_at(w, "outcomes/1/level", "Blue");
  assert_at(w, "outcomes/1/rule", "Blue bonus");
  assert_at(w, "outcomes/2/rule", "While Blue");
  assert_at(w, "balances/points", "3126"); // as it would have been in April
  assert_at(w, "levels/shop", "Gold");     // and nobody is moved
  buy(w, "4", "m", MAY, "10.00");          // of the very time at which Gold was reached, behind it in the log
  assert_at(w, "balances/points", "3196");
  buy(w, "5", "m", "2026-02-01T12:00:00Z", "10.00"); // before the member's first event: the first level it had
  assert_at(w, "balances/points", "4211");
  buy(w, "6", "m", JUNE, "10.00");
  assert_at(w, "balances/points", "4281");
  assert_verified(w);
}

// What a return takes back of a late purchase is what that purchase got.
static void test_return_of_late(void **state) {
  struct world *w = *state;
  go(w, "\"settings\":{\"retro_tier\":true}");
  climb(w);
  buy(w, "3", "m", APRIL, "10.00");
  event(w, "r", "return", "m", JUNE, "\"of\":\"3\",\"total\":\"10.00\"");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "2111");
}

static void test_survives(void **state) {
  struct world *w = *state;
  go(w, "\"settings\":{\"retro_tier\":true}");
  climb(w);
  world_reopen(w);
  world_close(w);
  world_remove_view(w);
  world_open(w);
  buy(w, "3", "m", APRIL, "10.00");
  assert_at(w, "balances/points", "3126");
  assert_verified(w);
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.explain\",\"params\":{\"id\":\"3\",\"source\":\"pos\"}}");
  assert_at(w, "result/exact", "true");
}

// ---- too late

static void test_default(void **state) {
  struct world *w = *state;
  go(w, "");
  buy(w, "1", "m", "2027-06-01T12:00:00Z", "1.00");
  buy(w, "2", "m", "2026-04-27T12:00:00Z", "1.00"); // 400 days
  assert_at(w, "status", "applied");
  buy(w, "3", "m", "2026-04-27T11:59:59Z", "1.00");
  assert_at(w, "status", "rejected");
  assert_at(w, "error/code", "too_late");
  assert_at(w, "error/path", "$.time");
  assert_non_null(strstr(w->reply, "program \\\"shop\\\" takes: at most 400 days before"));
  buy(w, "2", "m", "2026-04-27T12:00:00Z", "1.00");
  assert_at(w, "status", "duplicate");
  buy(w, "3", "m", "2025-12-01T12:00:00Z", "1.00"); // no program was in force: a fact, as ever
  assert_at(w, "status", "applied");
}

static void test_what_is_asked(void **state) {
  struct world *w = *state;
  go(w, "\"settings\":{\"max_late\":\"2 hours\"}");
  buy(w, "1", "m", MAY, "1.00");
  event(w, "2", "visit", "m", "2026-05-01T09:59:59Z", "");
  assert_at(w, "error/code", "too_late");
  event(w, "2", "visit", "m", "2026-05-01T10:00:00Z", ""); // what was rejected is not taken
  assert_at(w, "status", "applied");
  event(w, "3", "audience.enter", "m", APRIL, "\"audience\":\"staff\"");
  assert_at(w, "error/code", "too_late");
  adjust(w, "4", "m", APRIL, "7", NULL); // staff may
  assert_at(w, "status", "applied");
  event(w, "5", "member.update", "m", APRIL, "\"timezone\":\"UTC\"");
  assert_at(w, "status", "applied");
  event(w, "6", "return", "m", APRIL, "\"of\":\"1\",\"total\":\"1.00\"");
  assert_at(w, "status", "applied");
}

// Each program has its own patience; one that is out of it has no part in the event.
static void test_side_by_side(void **state) {
  struct world *w = *state;
  go(w, "\"settings\":{\"max_late\":\"1 month\"}");
  program_of(w, "miles", "2026-01-01", "\"miles\":{\"default\":true}", "\"miles\"",
             "\"base_earn\":{\"points\":1,\"per\":\"1.00\",\"account\":\"miles\",\"source\":\"base\"}");
  publish(w, "miles");
  buy(w, "1", "m", MAY, "10.00");
  buy(w, "2", "m", "2026-03-31T23:00:00Z", "10.00");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/miles", "20");
  assert_at(w, "balances/points", "-");
  assert_at(w, "levels/shop", "-");
  see(w, "m");
  assert_at(w, "result/balances/points", "1015");
  assert_verified(w);
}

// A parked event came in time: it is judged whenever it is tried again.
static void test_told(void **state) {
  struct world *w = *state;
  go(w, "\"settings\":{\"max_late\":\"1 month\",\"retro_tier\":true,\"tender_match\":\"all\"}");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.describe\",\"params\":{\"program\":\"shop\"}}");
  assert_non_null(strstr(w->reply, "\"settings\":[{\"setting\":\"retro_tier\",\"sentence\":\"A late event is judged at the level that "
                                   "its member had at its time\"},{\"setting\":\"tender_match\","));
  assert_non_null(strstr(w->reply, "{\"setting\":\"max_late\",\"sentence\":\"Purchases and events count up to 1 month late\"}]"));
}

static void test_retry(void **state) {
  struct world *w = *state;
  go(w, "\"settings\":{\"max_late\":\"1 day\"},\"event\":[" RULE("B", "{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"}",
                                                                 "{\"outcome\":\"boom\",\"word\":\"now\"}") "]");
  event(w, "1", "ping", "m", MARCH, "\"context\":{\"boom\":\"now\"}");
  assert_at(w, "status", "parked");
  buy(w, "2", "m", MAY, "1.00");
  event(w, "1", "ping", "m", MARCH, "\"context\":{\"boom\":\"now\"}");
  assert_at(w, "status", "parked");
}

// A late event of an earlier version's days is judged by that version and moves nobody out of a level that it does not know.
static void test_level_of_later_version(void **state) {
  struct world *w = *state;
  go(w, "");
  buy(w, "1", "m", MARCH, "200.00");
  assert_at(w, "levels/shop", "Gold");
  program(w, "shop", "2026-04-01",
          "\"levels\":["
          "{\"level\":\"Blue\",\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]},"
          "{\"level\":\"Gold\"},{\"level\":\"Platinum\",\"entrance\":[" RULE(
              "More", "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"300.00\"}", "") "]}]");
  publish(w, "shop");
  buy(w, "2", "m", MAY, "100.00");
  assert_at(w, "levels/shop", "Platinum");
  buy(w, "3", "m", "2026-03-02T12:00:00Z", "10.00");
  assert_at(w, "levels/shop", "Platinum");
  assert_at(w, "outcomes/1/rule", "Gold bonus"); // Gold is the next lower one that the version has
  assert_verified(w);
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)
#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_MEMORY(test_as_processed),   IN_MEMORY(test_as_of_then),
                                     IN_MEMORY(test_return_of_late), IN_FILE(test_survives),
                                     IN_MEMORY(test_default),        IN_MEMORY(test_what_is_asked),
                                     IN_MEMORY(test_side_by_side),   IN_MEMORY(test_told),
                                     IN_MEMORY(test_retry),          IN_MEMORY(test_level_of_later_version)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
