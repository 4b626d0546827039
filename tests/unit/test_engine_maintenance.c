// Maintenance: reviews, grace, where the demoted go; lazy and nightly alike (domain 16.9).
#include "engine_fixture.h"

#define FIXED(points) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"points\",\"source\":\"promo\"}"
#define SPEND(amount, more) "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"" amount "\"" more "}"
#define RULE(name, when, more) "{\"rule\":\"" name "\",\"when\":" when more "}"
#define EVERYONE "\"entrance\":[" RULE("Everyone", "\"no rules\"", ",\"outcomes\":[]") "]"
#define ENTER(amount) "\"entrance\":[" RULE("Enter", SPEND(amount, ",\"timeframe\":{\"last\":\"30 days\"}"), "") "]"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"

static void tick(struct world *w, const char *time) {
  say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"%s\"}", time, time);
  assert_at(w, "status", "applied");
}

// As of the member's state in the ledger: nothing falls due by being asked.
static const char *level(struct world *w, const char *member) {
  see(w, member);
  return at(w, "result/levels/club");
}

// Three levels: Basic, Silver (100 in 30 days) and Gold (500), whose maintenance and schedule are given.
static void club(struct world *w, const char *gold, const char *rest) {
  char *text;
  assert_true(asprintf(&text, "\"levels\":[{\"level\":\"Basic\"," EVERYONE "},{\"level\":\"Silver\"," ENTER("100.00") "},"
                              "{\"level\":\"Gold\"," ENTER("500.00")
                              "%s%s}]%s%s", *gold ? "," : "", gold, *rest ? "," : "", rest) > 0);
  program(w, "club", "2020-01-01", text);
  free(text);
  publish(w, "club");
}

static void test_kept_or_one_down(void **state) { // worked example 37
  struct world *w = *state;
  club(w, "\"maintenance_schedule\":{\"every\":\"1 year\"},\"maintenance\":["
          RULE("Keep", SPEND("600.00", ""), ",\"outcomes\":[" FIXED("10") "]") "]", "");
  buy(w, "a1", "kept", "2026-03-10T12:00:00Z", "500.00"); // entered: this one is not counted towards the year behind it...
  buy(w, "b1", "lost", "2026-03-10T12:00:00Z", "500.00");
  buy(w, "c1", "again", "2026-03-10T12:00:00Z", "500.00");
  assert_string_equal(level(w, "kept"), "Gold");
  buy(w, "a2", "kept", "2027-03-10T03:59:59Z", "100.00"); // ... but since the entry: 600 with it; still the 9th in New York
  buy(w, "b2", "lost", "2027-03-10T03:59:59Z", "99.99");
  buy(w, "c2", "again", "2027-03-10T05:00:00Z", "200.00"); // the day itself is the next year's
  assert_string_equal(level(w, "again"), "Silver");
  tick(w, "2027-03-11T12:00:00Z");
  assert_at(w, "due/ran", "2");
  assert_string_equal(level(w, "kept"), "Gold");
  assert_at(w, "result/balances/points", "610");
  assert_at(w, "result/levels_since/club", "2026-03-10T12:00:00Z");
  assert_string_equal(level(w, "lost"), "Silver");
  assert_at(w, "result/balances/points", "599");
  assert_at(w, "result/levels_since/club", "2027-03-10T05:00:00Z");
  tick(w, "2028-03-20T12:00:00Z"); // since the last review nothing was bought; Silver has no maintenance
  assert_string_equal(level(w, "kept"), "Silver");
  assert_string_equal(level(w, "lost"), "Silver");
  assert_verified(w);
}

#define HALF_GONE "{\"outcome\":\"points_expiration\",\"percent\":\"50\",\"account\":\"points\"}"
#define GRACE                                                                                                                              \
  "\"maintenance_schedule\":{\"every\":\"1 year\",\"relative_to\":\"joining\",\"stay_at_least\":\"60 days\","                          \
  "\"grace\":\"90 days\"},\"maintenance\":[" RULE("Keep", SPEND("600.00", ""), ",\"outcomes\":[" FIXED("10") "," HALF_GONE "]") "]"
#define TAG(tag) ",\"outcomes\":[{\"outcome\":\"add_tags\",\"tags\":\"" tag "\"}]"
#define TOLD "\"event\":[" RULE("risk", ON("level.at_risk"), TAG("at risk")) "," RULE("down", ON("level.demoted"), TAG("down")) "]"

// The recipe: an anniversary review with 90 days of grace, dropping one level.
static void anniversary(struct world *w) {
  club(w, GRACE, TOLD);
  event(w, "j1", "member.join", "kept", "2026-01-10T12:00:00Z", "");
  event(w, "j2", "member.join", "lost", "2026-01-10T12:00:00Z", "");
  event(w, "j3", "member.join", "young", "2026-01-10T12:00:00Z", "");
  buy(w, "1", "kept", "2026-02-01T12:00:00Z", "500.00");
  buy(w, "2", "lost", "2026-02-01T12:00:00Z", "500.00");
  buy(w, "3", "young", "2026-12-20T12:00:00Z", "500.00"); // not looked at before 60 days
}

static void later_buys(struct world *w) {
  buy(w, "4", "lost", "2027-03-01T12:00:00Z", "50.00"); // in grace: not enough
  buy(w, "5", "kept", "2027-03-01T12:00:00Z", "60.00");
  buy(w, "6", "kept", "2027-03-02T12:00:00Z", "40.00"); // now it is
  buy(w, "7", "young", "2027-04-01T12:00:00Z", "1.00");
}

static void test_grace(void **state) {
  struct world *w = *state;
  anniversary(w);
  tick(w, "2027-01-11T12:00:00Z");
  assert_string_equal(level(w, "lost"), "Gold");
  assert_at(w, "result/tags/0/tag", "at risk");
  assert_string_equal(level(w, "young"), "Gold");
  assert_at(w, "result/tags/0/tag", "-");
  later_buys(w);
  assert_string_equal(level(w, "kept"), "Gold");
  assert_at(w, "result/balances/points", "610");
  tick(w, "2027-04-10T03:59:59Z");
  assert_string_equal(level(w, "lost"), "Gold");
  tick(w, "2027-04-10T12:00:00Z");
  assert_string_equal(level(w, "lost"), "Silver");
  assert_at(w, "result/levels_since/club", "2027-04-10T04:00:00Z");
  assert_at(w, "result/balances/points", "275"); // 550, half of it gone with the level
  assert_at(w, "result/tags/1/tag", "down");
  tick(w, "2028-01-10T12:00:00Z"); // 40 of grace counted for that; since then nothing
  assert_string_equal(level(w, "kept"), "Gold");
  tick(w, "2028-04-10T12:00:00Z");
  assert_string_equal(level(w, "kept"), "Silver");
  assert_string_equal(level(w, "young"), "Silver");
  assert_verified(w);
}

static char *state_of(struct world *w, const char *member) {
  char *text = member_text(w, member), *lots = strstr(text, "\"lots\":");
  if (lots) *lots = 0;
  return text;
}

static void test_lazy_nightly_and_again(void **state) {
  static const char *const members[] = {"kept", "lost", "young"};
  struct world *lazy = *state, *nightly = world_new(true);
  anniversary(lazy);
  later_buys(lazy);
  anniversary(nightly);
  for (int month = 0; month < 36; month++) {
    char time[32];
    snprintf(time, sizeof time, "%d-%02d-28T03:00:00Z", 2026 + (month + 11) / 12, (month + 11) % 12 + 1);
    if (month == 2) later_buys(nightly);
    if (strcmp(time, "2029-04") < 0) tick(nightly, time);
    if (month % 7 == 3) world_reopen(nightly);
  }
  for (int i = 0; i < 3; i++) {
    char id[8];
    snprintf(id, sizeof id, "e%d", i);
    buy(lazy, id, members[i], "2029-11-01T12:00:00Z", "1.00");
    buy(nightly, id, members[i], "2029-11-01T12:00:00Z", "1.00");
  }
  world_close(nightly);
  world_remove_view(nightly);
  world_open(nightly);
  for (int i = 0; i < 3; i++) {
    static const char *const parts[] = {"result/levels/club", "result/levels_since/club", "result/balances/points", "result/events",
                                        "result/tags/0/tag", "result/tags/1/tag", "result/entries"};
    char *a = state_of(lazy, members[i]), *b = state_of(nightly, members[i]);
    for (int k = 0; k < 7; k++) {
      char found[64];
      see(nightly, members[i]);
      snprintf(found, sizeof found, "%s", at(nightly, parts[k]));
      see(lazy, members[i]);
      assert_string_equal(found, at(lazy, parts[k]));
    }
    free(a);
    free(b);
  }
  assert_verified(lazy);
  assert_verified(nightly);
  world_free(nightly);
}

static void test_calendar_and_targets(void **state) {
  struct world *w = *state;
  club(w, "\"maintenance_schedule\":{\"every\":\"3 months\",\"relative_to\":\"calendar\",\"demote_to\":\"highest_qualifying\"},"
          "\"maintenance\":[" RULE("Keep", SPEND("50.00", ",\"timeframe\":{\"this\":\"month\"}"), "") "]", "");
  buy(w, "1", "a", "2026-02-10T12:00:00Z", "500.00");
  buy(w, "2", "b", "2026-02-10T12:00:00Z", "500.00");
  buy(w, "3", "b", "2026-03-05T12:00:00Z", "49.99"); // 549.99 in 30 days
  buy(w, "4", "c", "2026-03-05T12:00:00Z", "500.00");
  tick(w, "2026-04-01T03:59:59Z");
  assert_string_equal(level(w, "a"), "Gold");
  tick(w, "2026-04-01T04:00:00Z"); // quarters begin in January; the month that ends is March
  assert_string_equal(level(w, "a"), "Basic"); // nothing in the last 30 days of March
  assert_string_equal(level(w, "b"), "Basic"); // 49.99
  assert_string_equal(level(w, "c"), "Gold");
  tick(w, "2026-06-30T12:00:00Z");
  assert_string_equal(level(w, "c"), "Gold");
  tick(w, "2026-07-01T12:00:00Z");
  assert_string_equal(level(w, "c"), "Basic");
  assert_verified(w);
}

static void test_year_end(void **state) { // worked example 20: judged before the points that it looks at are gone
  struct world *w = *state;
  club(w, "\"maintenance_schedule\":{\"every\":\"1 year\",\"relative_to\":\"calendar\",\"day\":\"01-01\"},\"maintenance\":["
          RULE("Keep", "{\"key_phrase\":\"earn_points\",\"operator\":\">=\",\"points\":800,\"timeframe\":{\"this\":\"year\"}}",
               ",\"outcomes\":[]") "]", "");
  buy(w, "1", "stays", "2026-06-01T12:00:00Z", "900.00");
  buy(w, "2", "falls", "2026-06-01T12:00:00Z", "799.00");
  buy(w, "3", "falls", "2027-01-01T05:00:00Z", "1.00");
  assert_string_equal(level(w, "falls"), "Silver");
  tick(w, "2027-01-01T05:00:00Z");
  assert_string_equal(level(w, "stays"), "Gold");
  assert_verified(w);
}

static void test_outcome_limit(void **state) { // worked example 13
  struct world *w = *state;
  program(w, "club", "2020-01-01",
          "\"levels\":[{\"level\":\"Basic\"," EVERYONE "},{\"level\":\"Gold\",\"entrance\":["
          RULE("Enter", SPEND("100.00", ",\"timeframe\":{\"this\":\"month\"}"),
               ",\"limit\":{\"times\":1,\"per\":\"year\"},\"outcomes\":[" FIXED("500") "]")
          "],\"maintenance_schedule\":{\"every\":\"1 month\",\"relative_to\":\"calendar\"},\"maintenance\":["
          RULE("Keep", SPEND("100.00", ",\"timeframe\":{\"this\":\"month\"}"), "") "]}]");
  publish(w, "club");
  buy(w, "1", "m", "2026-01-10T12:00:00Z", "100.00");
  assert_at(w, "balances/points", "600");
  buy(w, "2", "m", "2026-03-10T12:00:00Z", "1.00"); // demoted on 1 March
  assert_at(w, "levels/club", "Basic");
  buy(w, "3", "m", "2026-03-11T12:00:00Z", "99.00");
  assert_at(w, "levels/club", "Gold");
  assert_at(w, "balances/points", "700");
  buy(w, "4", "m", "2027-03-11T12:00:00Z", "100.00");
  assert_at(w, "levels/club", "Gold");
  assert_at(w, "balances/points", "1300");
  assert_verified(w);
}

static void test_lowest_and_none(void **state) {
  struct world *w = *state;
  program(w, "club", "2020-01-01",
          "\"levels\":[{\"level\":\"Basic\"," EVERYONE ",\"maintenance_schedule\":{\"every\":\"1 week\",\"grace\":\"3 days\"},"
          "\"maintenance\":[" RULE("Keep", SPEND("1.00", ""), "") "]},"
          "{\"level\":\"Silver\"," ENTER("100.00") ",\"maintenance_schedule\":{\"every\":\"1 week\"},\"maintenance\":["
          RULE("Always", "\"no rules\"", ",\"outcomes\":[" FIXED("1") "]") "]},"
          "{\"level\":\"Gold\"," ENTER("500.00") ",\"maintenance_schedule\":{\"every\":\"1 week\",\"demote_to\":\"lowest\"},"
          "\"maintenance\":[" RULE("Keep", SPEND("1.00", ""), "") "," RULE("Other", SPEND("9999.00", ""), "") "]}]");
  publish(w, "club");
  buy(w, "1", "basic", "2026-01-05T12:00:00Z", "5.00");
  buy(w, "2", "silver", "2026-01-05T12:00:00Z", "100.00");
  buy(w, "3", "gold", "2026-01-05T12:00:00Z", "500.00");
  tick(w, "2026-01-12T12:00:00Z");
  assert_string_equal(level(w, "basic"), "Basic");
  assert_string_equal(level(w, "silver"), "Silver");
  assert_at(w, "result/balances/points", "101");
  assert_string_equal(level(w, "gold"), "Gold"); // its entry counts
  tick(w, "2026-01-19T12:00:00Z");
  assert_string_equal(level(w, "basic"), "Basic");
  assert_string_equal(level(w, "silver"), "Silver");
  assert_at(w, "result/balances/points", "102");
  assert_string_equal(level(w, "gold"), "Basic");
  assert_verified(w);
}

static void set_gold(struct world *w, const char *status) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"club\",\"level\":\"Gold\","
         "\"level_status\":\"%s\"}}", status);
  assert_at(w, "result/levels/2/status", status);
}

// Domain T9: nobody is looked at while the level is not live, and what fell due then is not made up for.
static void test_suspended(void **state) {
  struct world *w = *state;
  club(w, "\"maintenance_schedule\":{\"every\":\"1 month\"},\"maintenance\":[" RULE("Keep", SPEND("1.00", ""), "") "]", "");
  buy(w, "1", "m", "2026-01-05T12:00:00Z", "500.00");
  tick(w, "2026-02-06T12:00:00Z");
  set_gold(w, "paused");
  tick(w, "2026-04-06T12:00:00Z");
  assert_string_equal(level(w, "m"), "Gold");
  world_reopen(w);
  set_gold(w, "live");
  tick(w, "2026-05-04T12:00:00Z");
  assert_string_equal(level(w, "m"), "Gold");
  tick(w, "2026-05-05T12:00:00Z");
  assert_string_equal(level(w, "m"), "Silver");
  assert_verified(w);
}

static void preview(struct world *w, const char *at) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"maintenance.preview\",\"params\":{\"at\":\"%s\"}}", at);
}

// It says what the clock then does, by how much it was missed, and writes nothing.
static void test_preview(void **state) {
  struct world *w = *state;
  club(w, "\"maintenance_schedule\":{\"every\":\"1 year\"},\"maintenance\":["
          RULE("Keep", "{\"any\":[" SPEND("600.00", "") "," SPEND("700.00", "") "]}", "") "]", "");
  buy(w, "1", "kept", "2026-03-10T12:00:00Z", "500.00");
  buy(w, "2", "lost", "2026-03-10T12:00:00Z", "500.00");
  buy(w, "3", "basic", "2026-03-10T12:00:00Z", "1.00");
  buy(w, "4", "kept", "2026-12-10T12:00:00Z", "100.00");
  buy(w, "5", "lost", "2026-12-10T12:00:00Z", "99.99");
  char *before = member_text(w, "lost");
  preview(w, "2027-03-09");
  assert_at(w, "result/reviews", "0");
  world_reopen(w); // nobody is in memory
  preview(w, "2027-03-10");
  assert_at(w, "result/reviews", "2");
  assert_at(w, "result/kept", "1");
  assert_at(w, "result/demoted", "1");
  assert_at(w, "result/members/0/member", "lost");
  assert_at(w, "result/members/0/level", "Gold");
  assert_at(w, "result/members/0/to", "Silver");
  assert_at(w, "result/members/0/at", "2027-03-10T05:00:00Z");
  assert_at(w, "result/members/0/rules/0/rule", "Keep");
  assert_at(w, "result/members/0/rules/0/conditions/0/measured", "599.99");
  assert_at(w, "result/members/0/rules/0/conditions/0/required", "600.00");
  assert_at(w, "result/members/0/rules/0/conditions/0/missing", "0.01");
  assert_at(w, "result/members/0/rules/0/conditions/1/missing", "100.01");
  assert_at(w, "result/members/1", "-");
  see(w, "lost");
  assert_string_equal(w->reply, before);
  free(before);
  preview(w, "2028-03-10"); // the next year nobody buys
  assert_at(w, "result/demoted", "2");
  preview(w, "soon");
  assert_at(w, "error/data/code", "param");
  tick(w, "2027-03-11T12:00:00Z");
  assert_string_equal(level(w, "lost"), "Silver");
  assert_string_equal(level(w, "kept"), "Gold");
  assert_verified(w);
}

static void test_preview_of_grace(void **state) {
  struct world *w = *state;
  anniversary(w);
  preview(w, "2027-02-01");
  assert_at(w, "result/at_risk", "2");
  assert_at(w, "result/members/0/at_risk", "true");
  assert_at(w, "result/members/0/to", "null");
  preview(w, "2027-06-01");
  assert_at(w, "result/demoted", "2");
  assert_at(w, "result/members/1/failed", "2027-01-10T05:00:00Z");
  assert_at(w, "result/members/1/to", "Silver");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_kept_or_one_down, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_grace, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_lazy_nightly_and_again, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_calendar_and_targets, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_year_end, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_outcome_limit, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_lowest_and_none, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_suspended, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_preview, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_preview_of_grace, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
