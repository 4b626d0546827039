// Families side by side, account names, events that rules raise, and versions of one program.
#include "engine_fixture.h"

#define T1 "2026-03-01T12:00:00Z"
#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]},\"outcomes\":[" outcomes "]}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define RAISE(type) "{\"outcome\":\"trigger_event\",\"event\":\"" type "\"}"

static void two_families(struct world *w) {
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  program_of(w, "club", "2026-01-01", "\"points\":{},\"stamps\":{\"decimals\":1,\"default\":true}", "\"points\",\"stamps\"",
             "\"base_earn\":[{\"points\":\"0.5\",\"per\":\"1.00\",\"account\":\"stamps\",\"source\":\"base\"}]");
  publish(w, "club");
}

static void test_accounts_by_name(void **state) {
  static const struct { const char *account, *points, *code, *label, *balance; } lines[] = {
      {"stamps", "1.5", NULL, "stamps", "1.5"},
      {"shop.points", "7", NULL, "shop.points", "7"},
      {"club.points", "8", NULL, "club.points", "8"},
      {"club.stamps", "0.5", NULL, "stamps", "2.0"},
      {"points", "1", "account_ambiguous", NULL, NULL},
      {NULL, "1", "account_ambiguous", NULL, NULL},
      {"stmps", "1", "account_unknown", NULL, NULL},
      {"shop.stamps", "1", "account_unknown", NULL, NULL},
      {"club.stamps", "0.05", "decimals", NULL, NULL},
  };
  struct world *w = *state;
  two_families(w);
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    char id[8], path[64];
    snprintf(id, sizeof id, "a%zu", i);
    adjust(w, id, "m", T1, lines[i].points, lines[i].account);
    if (lines[i].code) {
      assert_at(w, "status", "rejected");
      assert_at(w, "error/code", lines[i].code);
      continue;
    }
    snprintf(path, sizeof path, "balances/%s", lines[i].label);
    assert_at(w, path, lines[i].balance);
  }
  adjust(w, "near", "m", T1, "1", "stmps");
  assert_non_null(strstr(w->reply, "nearest is \\\"stamps\\\""));
  event(w, "src", "points.adjust", "m", T1, "\"points\":1,\"account\":\"stamps\",\"source\":\"nowhere\",\"reason\":\"r\",\"actor\":\"a\"");
  assert_at(w, "error/code", "source_unknown");
  assert_verified(w);
}

static void test_side_by_side(void **state) {
  struct world *w = *state;
  two_families(w);
  buy(w, "1", "m", T1, "10.00");
  assert_at(w, "balances/shop.points", "10");
  assert_at(w, "balances/club.points", "0");
  assert_at(w, "balances/stamps", "5.0");
  assert_at(w, "levels/shop", "Tier Level 1");
  assert_at(w, "levels/club", "Tier Level 1");
  assert_at(w, "releases/shop", "shop@1");
  assert_at(w, "releases/club", "club@1");
  assert_at(w, "release", "-"); // only where there is but one
  see(w, "m");
  assert_at(w, "result/balances/shop.points", "10");
  assert_verified(w);
}

// Each family counts the points of its own accounts, though both ask in the same words.
static void test_points_of_each(void **state) {
  struct world *w = *state;
  const char *rules = "\"event\":[" RULE("E", ON("ping") ",{\"key_phrase\":\"earn_points\",\"points\":5}", FIXED("1", "points")) "]";
  program(w, "shop", "2026-01-01", rules);
  publish(w, "shop");
  program(w, "club", "2026-01-01", rules);
  publish(w, "club");
  adjust(w, "a", "m", T1, "5", "club.points");
  event(w, "p", "ping", "m", T1, "");
  assert_at(w, "balances/shop.points", "0");
  assert_at(w, "balances/club.points", "6");
}

// What a rule lets expire is told as well, and what comes back of a spend is no spending.
static void test_points_told(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"event\":[" RULE("X", ON("visit"),
                            "{\"outcome\":\"points_expiration\",\"percent\":50,\"account\":\"points\",\"on\":\"met\"}") ","
          RULE("Gone", ON("points.expired"), "{\"outcome\":\"add_tags\",\"tags\":\"gone\"}") ","
          RULE("Spent", ON("points.spent"), "{\"outcome\":\"add_tags\",\"tags\":\"spent\"}") "]");
  publish(w, "shop");
  adjust(w, "a", "m", T1, "20", "points");
  event(w, "s", "points.spend", "m", T1, "\"points\":\"4\",\"account\":\"points\"");
  event(w, "c", "points.spend_cancelled", "m", T1, "\"of\":\"s\"");
  event(w, "v", "visit", "m", T1, "");
  see(w, "m");
  assert_at(w, "result/balances/points", "10");
  assert_at(w, "result/tags/0/tag", "spent");
  assert_at(w, "result/tags/0/count", "1");
  assert_at(w, "result/tags/1/tag", "gone");
  assert_at(w, "result/tags/1/count", "1");
}

// Domain E5: raised events come after their cause, first in first out, and a rule is never in a chain twice.
static void test_chain(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"event\":[" RULE("A", ON("ping"), FIXED("1", "points") "," RAISE("pong")) "," RULE("B", ON("pong"), FIXED("10",
              "points") "," RAISE("ping")) ","
          RULE("C", ON("ping"), FIXED("100", "points") "," RAISE("visit")) "," RULE("Self", ON("visit"), FIXED("1000",
              "points") "," RAISE("visit")) "]");
  publish(w, "shop");
  event(w, "1", "ping", "m", T1, "");
  // ping: A 1, C 100. pong of A: B 10. visit of C: Self 1000. ping of B: C 100 (A is in its chain). visit of Self: nothing.
  // visit of that C: Self 1000. Its visit: nothing.
  assert_at(w, "balances/points", "2211");
  see(w, "m");
  assert_at(w, "result/entries", "6");
  assert_at(w, "result/events", "1");
  assert_verified(w);
}

static void test_depth(void **state) {
  struct world *w = *state;
  char rest[6000] = "\"event\":[";
  world_file(w, "events/e0.lua", "return accrue.event { title = \"e\", fields = {} }\n");
  for (int i = 1; i <= 12; i++) {
    char name[32];
    snprintf(name, sizeof name, "events/e%d.lua", i);
    world_file(w, name, "return accrue.event { title = \"e\", fields = {} }\n");
    snprintf(rest + strlen(rest), sizeof rest - strlen(rest),
             "%s{\"rule\":\"R%d\",\"when\":{\"all\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"e%d\"}]},\"outcomes\":["
             FIXED("1", "points") ",{\"outcome\":\"trigger_event\",\"event\":\"e%d\"}]}", i > 1 ? "," : "", i, i - 1, i);
  }
  strcat(rest, "]");
  program(w, "shop", "2026-01-01", rest);
  publish(w, "shop");
  event(w, "1", "e0", "m", T1, "");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "9"); // the event itself and eight that follow
  assert_non_null(strstr(w->reply, "\"too_deep\":\"e9\""));
  assert_verified(w);
}

// A raised event that is not valid fails the whole of its cause.
static void test_raised_badly(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"event\":[" RULE("A", ON("ping"), FIXED("5", "points") ",{\"outcome\":\"trigger_event\","
      "\"event\":\"visit\","
                                   "\"data\":\"{\\\"stars\\\":9}\"}") "]");
  publish(w, "shop");
  event(w, "1", "ping", "m", T1, "");
  assert_at(w, "status", "parked");
  assert_non_null(strstr(w->reply, "$.data.stars"));
  see(w, "m");
  assert_at(w, "error/data/code", "member_unknown");
}

// A late event is judged by the version of its own day.
static void test_versions(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  program_of(w, "shop", "2026-03-01", "\"points\":{\"default\":true}", "\"points\"",
             "\"base_earn\":[{\"points\":3,\"per\":\"1.00\",\"account\":\"points\",\"source\":\"base\"}]");
  publish(w, "shop");
  buy(w, "1", "m", "2026-03-01T04:59:59Z", "10.00"); // 28 February in New York
  assert_at(w, "release", "shop@1");
  assert_at(w, "balances/points", "10");
  buy(w, "2", "m", "2026-03-01T05:00:00Z", "10.00");
  assert_at(w, "release", "shop@2");
  assert_at(w, "balances/points", "40");
  buy(w, "3", "m", "2026-02-01T00:00:00Z", "10.00");
  assert_at(w, "release", "shop@1");
  assert_at(w, "late", "true");
  assert_at(w, "balances/points", "50");
  buy(w, "4", "m", "2025-12-31T00:00:00Z", "10.00"); // before any program
  assert_at(w, "status", "applied");
  assert_at(w, "release", "-");
  assert_at(w, "outcomes/0", "-");
  see(w, "m");
  assert_at(w, "result/balances/points", "50");
  assert_at(w, "result/balances/fine", "0.00"); // an account that is gone keeps what it has
  publish_as(w, "shop", "configure"); // published, not active: judges nothing
  buy(w, "5", "m", "2026-03-02T05:00:00Z", "10.00");
  assert_at(w, "release", "shop@2");
  assert_verified(w);
}

#define LEVEL(name, entrance) "{\"level\":\"" name "\",\"entrance\":[" entrance "]}"
#define EVERYONE "{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}"
#define MOVE(what) "{\"outcome\":\"tier_change\"," what "}"

// A rule of one program moves members of another, and takes them out of it.
static void test_tier_change(void **state) {
  struct world *w = *state;
  program(w, "club", "2026-01-01", "\"levels\":[" LEVEL("Low", EVERYONE) ",{\"level\":\"High\"}]");
  publish(w, "club");
  program(w, "shop", "2026-01-01", "\"event\":[" RULE("Up", ON("ping"), MOVE("\"program\":\"club\",\"level\":\"High\"")) ","
          RULE("Out", ON("pong"), MOVE("\"program\":\"club\",\"leave\":true")) ","
          RULE("Own", ON("visit"), MOVE("\"leave\":true")) "]");
  publish(w, "shop");
  event(w, "1", "ping", "m", T1, "");
  assert_at(w, "levels/club", "High");
  assert_at(w, "levels/shop", "Tier Level 1");
  event(w, "2", "pong", "m", T1, "");
  assert_at(w, "levels/club", "null"); // not in again at once, though its first level takes everyone
  event(w, "3", "visit", "m", T1, "");
  assert_at(w, "levels/shop", "null");
  assert_at(w, "levels/club", "Low"); // the next event lets in whom the entrance lets in
  event(w, "4", "ping", "m", T1, "");
  assert_at(w, "levels/club", "High");
  assert_verified(w);
}

static void level_status(struct world *w, const char *status) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"shop\",\"level\":\"Only\","
         "\"level_status\":\"%s\"}}", status);
  assert_at(w, "result/levels/0/status", status);
}

// Levels are published on their own; what they are outlives a restart and a new version.
static void test_level_status(void **state) {
  static const char rest[] = "\"levels\":[{\"level\":\"Only\",\"entrance\":[{\"rule\":\"E\",\"when\":\"no rules\",\"outcomes\":[]}]}]";
  struct world *w = *state;
  program(w, "shop", "2026-01-01", rest);
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/shop.json\","
         "\"status\":\"active\"}}", w->dir);
  assert_at(w, "result/levels/0/status", "draft");
  buy(w, "1", "a", T1, "1.00");
  assert_at(w, "levels/shop", "null");
  level_status(w, "live");
  world_reopen(w);
  buy(w, "2", "b", T1, "1.00");
  assert_at(w, "levels/shop", "Only");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/shop.json\","
         "\"status\":\"active\"}}", w->dir);
  assert_at(w, "result/levels/0/status", "live");
  buy(w, "3", "c", T1, "1.00");
  assert_at(w, "levels/shop", "Only");
  level_status(w, "paused");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  buy(w, "4", "d", T1, "1.00");
  assert_at(w, "levels/shop", "null");
  assert_verified(w);
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_MEMORY(test_accounts_by_name), IN_MEMORY(test_side_by_side), IN_MEMORY(test_chain),
      IN_MEMORY(test_points_of_each), IN_MEMORY(test_points_told),
      IN_MEMORY(test_depth),
                                     IN_MEMORY(test_raised_badly), IN_MEMORY(test_versions), IN_MEMORY(test_tier_change),
                                     cmocka_unit_test_setup_teardown(test_level_status, set_up_file, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
