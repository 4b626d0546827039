// A shadow release judges what comes in beside the active one (engine/beside.h): what it would have done otherwise, and that nothing
// of it touches anybody.
#include "engine_fixture.h"
#include <unistd.h>

#define T1 "2026-03-01T12:00:00Z"
#define SHADOW "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shadow.get\",\"params\":{}}"
#define RULE(name, when, rest, points)                                                                                          \
  "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]}" rest ",\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":" points \
  ",\"account\":\"points\",\"source\":\"promo\"}]}"
#define BUYS "{\"key_phrase\":\"make_a_purchase\"}"
#define OVER(amount) "{\"key_phrase\":\"total_spend\",\"operator\":\">=\",\"amount\":\"" amount "\"}"
#define ONCE_A_MONTH ",\"limit\":{\"times\":1,\"per\":\"month\"}"

static void open_with(struct world *w, uint64_t bytes_max, uint64_t behind_max) {
  struct acr_options options = {.ledger = w->ledger[0] ? w->ledger : NULL,
                                .create = true,
                                .template_dir = w->dir,
                                .max_future_us = -1,
                                .disk_free_min = 1,
                                .shadows = true,
                                .shadow_bytes_max = bytes_max,
                                .shadow_behind_max = behind_max};
  char *message = NULL;
  world_close(w);
  assert_int_equal(acr_engine_open(&options, &w->engine, &message), ACR_E_OK);
}

static void rules(struct world *w, const char *list) {
  char *text;
  assert_true(asprintf(&text, "\"purchase\":[%s]", list) > 0);
  program(w, "club", "2026-01-01", text);
  free(text);
}

// Waits until everything that was taken was looked at.
static void settled(struct world *w) {
  for (int i = 0; i < 20000; i++) {
    say(w, SHADOW);
    if (strcmp(at(w, "result/state"), "following") == 0 && strcmp(at(w, "result/behind"), "0") == 0) return;
    usleep(5000);
  }
  print_error("%s\n", w->reply);
  fail();
}

// A member of the row of a rule.
static const char *of_rule(struct world *w, const char *rule, const char *key) {
  char path[64];
  for (int i = 0;; i++) {
    snprintf(path, sizeof path, "result/rules/%d", i);
    if (strcmp(at(w, path), "-") == 0) return "-";
    snprintf(path, sizeof path, "result/rules/%d/rule", i);
    if (strcmp(at(w, path), rule) != 0) continue;
    snprintf(path, sizeof path, "result/rules/%d/%s", i, key);
    return at(w, path);
  }
}

#define assert_rule(w, rule, key, wanted) assert_string_equal(of_rule((w), (rule), (key)), (wanted))

static void shop(struct world *w, const char *member, int from, int count, const char *total) {
  for (int i = 0; i < count; i++) {
    char id[32];
    snprintf(id, sizeof id, "%s-%d", member, from + i);
    buy(w, id, member, T1, total);
    assert_at(w, "status", "applied");
  }
}

static void test_rules_compared(void **state) {
  struct world *w = *state;
  open_with(w, 0, 0);
  rules(w, RULE("both", BUYS, "", "10") "," RULE("old", BUYS, "", "3") "," RULE("richer", BUYS, "", "5"));
  publish(w, "club");
  shop(w, "m", 0, 3, "20.00");
  char *before = member_text(w, "m");
  rules(w, RULE("both", BUYS, "", "10") "," RULE("new", OVER("50.00"), "", "100") "," RULE("richer", BUYS, "", "7"));
  publish_as(w, "club", "shadow");
  assert_at(w, "result/status", "shadow");
  char *after = member_text(w, "m");
  assert_string_equal(before, after);
  shop(w, "m", 3, 2, "20.00");
  shop(w, "n", 0, 1, "60.00");
  settled(w);
  assert_at(w, "result/release", "club@2");
  assert_at(w, "result/against", "club@1");
  assert_at(w, "result/events/taken", "3");
  assert_at(w, "result/events/judged", "3");
  assert_at(w, "result/events/different", "3");
  assert_at(w, "result/rules/0/behavior", "base");
  assert_at(w, "result/rules/0/both", "3");
  assert_at(w, "result/rules/0/points/0/difference", "0");
  static const char *const wanted[][6] = {{"both", "3", "0", "0", "30", "30"},
                                          {"old", "0", "3", "0", "9", "0"},
                                          {"richer", "3", "0", "0", "15", "21"},
                                          {"new", "0", "0", "1", "0", "100"}};
  static const char *const keys[] = {"rule", "both", "active_only", "shadow_only", "points/0/active", "points/0/shadow"};
  for (int r = 0; r < 4; r++)
    for (int k = 0; k < 6; k++)
      assert_rule(w, wanted[r][0], keys[k], wanted[r][k]);
  assert_at(w, "result/accounts/0/active", "154"); // 100 for the money, 30 + 9 + 15
  assert_at(w, "result/accounts/0/shadow", "251");
  assert_at(w, "result/members/0/member", "n");
  assert_at(w, "result/members/0/difference", "99.00");
  assert_at(w, "result/members/1/member", "m");
  assert_at(w, "result/members/1/difference", "-2.00");
  assert_at(w, "result/most_different/0/member", "n");
  see(w, "n");
  assert_at(w, "result/balances/points", "78");
  assert_verified(w);
  free(before);
  free(after);
}

// What it counts over history it takes out of the log from its beginning on.
static void test_windows_over_history(void **state) {
  struct world *w = *state;
  open_with(w, 0, 0);
  rules(w, RULE("plain", BUYS, "", "1"));
  publish(w, "club");
  shop(w, "m", 0, 4, "20.00");
  rules(w, RULE("hundred", BUYS ",{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"100.00\",\"timeframe\":\"lifetime\"}",
                "", "50"));
  publish_as(w, "club", "shadow");
  shop(w, "m", 4, 1, "20.00"); // the fifth: 100 in all
  shop(w, "n", 0, 1, "20.00");
  settled(w);
  assert_rule(w, "hundred", "shadow_only", "1");
}

// Its limits count what it fired itself; nothing of the ledger's is used up.
static void test_own_limits(void **state) {
  struct world *w = *state;
  open_with(w, 0, 0);
  rules(w, RULE("kept", BUYS, ONCE_A_MONTH, "5"));
  publish(w, "club");
  shop(w, "m", 0, 1, "20.00"); // uses up the month of "kept"
  rules(w, RULE("kept", BUYS, ONCE_A_MONTH, "5") "," RULE("new", BUYS, ONCE_A_MONTH, "9"));
  publish_as(w, "club", "shadow");
  shop(w, "m", 1, 3, "20.00");
  shop(w, "n", 0, 2, "20.00");
  settled(w);
  assert_rule(w, "kept", "both", "1"); // of n, once
  assert_rule(w, "kept", "shadow_only", "0");
  assert_rule(w, "new", "shadow_only", "2"); // of each, once
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"club@2\",\"status\":\"active\"}}");
  shop(w, "m", 9, 1, "20.00");
  assert_at(w, "outcomes/1/rule", "new"); // nobody has ever had it
}

// A budget of all members likewise.
static void test_own_budget(void **state) {
  struct world *w = *state;
  open_with(w, 0, 0);
  promo_caps = ",\"inventory\":25";
  rules(w, RULE("gift", BUYS, "", "10"));
  publish(w, "club");
  shop(w, "m", 0, 1, "1.00"); // 15 are left
  rules(w, RULE("gift", BUYS, "", "15"));
  publish_as(w, "club", "shadow");
  promo_caps = "";
  shop(w, "m", 1, 2, "1.00");
  settled(w);
  assert_rule(w, "gift", "points/0/active", "15"); // 10 and what was left
  assert_rule(w, "gift", "points/0/shadow", "15"); // all at once
  assert_at(w, "result/events/different", "2");
}

// Its plugins may fail: that is counted, and nothing is parked.
static void test_failures_counted(void **state) {
  struct world *w = *state;
  open_with(w, 0, 0);
  rules(w, RULE("plain", BUYS, "", "1"));
  publish(w, "club");
  rules(w, "{\"rule\":\"bomb\",\"when\":{\"all\":[" BUYS "]},\"outcomes\":[{\"outcome\":\"boom\",\"word\":\"now\"}]}");
  publish_as(w, "club", "shadow");
  event(w, "b1", "purchase", "m", T1, "\"total\":\"5.00\",\"context\":{\"boom\":\"now\"}");
  assert_at(w, "status", "applied");
  shop(w, "m", 0, 2, "5.00");
  settled(w);
  assert_at(w, "result/events/failed", "1");
  assert_at(w, "result/events/judged", "3");
  assert_non_null(strstr(at(w, "result/first_failure"), "went off"));
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server.stats\"}");
  assert_at(w, "result/replies/parked", "0");
}

// Further releases, the end, and a daemon that starts again.
static void test_life(void **state) {
  struct world *w = *state;
  open_with(w, 0, 0);
  say(w, SHADOW);
  assert_at(w, "error/data/code", "no_shadow");
  rules(w, RULE("a", BUYS, "", "1"));
  publish(w, "club");
  rules(w, RULE("a", BUYS, "", "2"));
  publish_as(w, "club", "shadow");
  shop(w, "m", 0, 2, "5.00");
  settled(w);
  assert_at(w, "result/events/different", "2");
  open_with(w, 0, 0); // everything is counted anew
  settled(w);
  assert_at(w, "result/release", "club@2");
  assert_at(w, "result/events/taken", "0");
  say(w,
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.simulate\",\"params\":{\"path\":\"%s/programs/club.json\",\"event\":"
      "{\"specversion\":\"1.0\",\"id\":\"s\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"m\",\"data\":{\"total\":\"1.00\"}}}}",
      w->dir);
  assert_at(w, "result/events/0/reply/status", "applied"); // what is published in there is thrown away
  shop(w, "m", 2, 1, "5.00");
  settled(w);
  assert_at(w, "result/events/different", "1");
  assert_at(w, "result/against", "club@1");
  rules(w, RULE("a", BUYS, "", "2") "," RULE("b", BUYS, "", "7"));
  publish(w, "club"); // another active one: likewise
  shop(w, "m", 3, 1, "5.00");
  settled(w);
  assert_at(w, "result/against", "club@3");
  assert_at(w, "result/events/taken", "1");
  assert_rule(w, "b", "active_only", "1");
  publish_as(w, "club", "shadow"); // another shadow: the one before it is in test
  shop(w, "m", 4, 1, "5.00");
  settled(w);
  assert_at(w, "result/release", "club@4");
  assert_at(w, "result/events/different", "0");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.list\"}");
  assert_at(w, "result/programs/1/status", "test");
  assert_at(w, "result/programs/3/status", "shadow");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"club@4\",\"status\":\"test\"}}");
  say(w, SHADOW);
  assert_at(w, "result/state", "ended");
  assert_verified(w);
}

// Too many members for its memory: it follows fewer.
static void test_memory_is_bounded(void **state) {
  struct world *w = *state;
  open_with(w, 64 << 10, 0);
  rules(w, RULE("a", BUYS, "", "1"));
  publish(w, "club");
  rules(w, RULE("a", BUYS, "", "2"));
  publish_as(w, "club", "shadow");
  for (int i = 0; i < 400; i++) {
    char member[16];
    snprintf(member, sizeof member, "m%d", i);
    shop(w, member, 0, 1, "5.00");
  }
  settled(w);
  assert_at(w, "result/events/taken", "400");
  assert_true(atoi(at(w, "result/events/judged")) < 400);
  assert_true(atof(at(w, "result/members_followed_percent")) < 100);
}

// It is behind: it judges fewer events, and says how many.
static void test_samples_when_behind(void **state) {
  struct world *w = *state;
  open_with(w, 0, 1);
  rules(w, RULE("a", BUYS, "", "1"));
  publish(w, "club");
  rules(w, RULE("a", BUYS, "", "2"));
  publish_as(w, "club", "shadow");
  shop(w, "m", 0, 800, "5.00");
  settled(w);
  assert_at(w, "result/events/taken", "800");
  int judged = atoi(at(w, "result/events/judged"));
  assert_true(judged > 0 && judged < 800);
  assert_int_equal(atoi(at(w, "result/events/different")), judged);
}

// Members that are merged or erased, returns and imports on the way.
static void test_follows_members(void **state) {
  struct world *w = *state;
  open_with(w, 0, 0);
  rules(w, RULE("fifth", BUYS ",{\"key_phrase\":\"complete_transactions\",\"operator\":\">=\",\"count\":5,\"timeframe\":\"lifetime\"}", "",
                "50"));
  publish(w, "club");
  shop(w, "m", 0, 2, "5.00");
  shop(w, "n", 0, 2, "5.00");
  publish_as(w, "club", "shadow");
  event(w, "r1", "return", "m", T1, "\"of\":\"m-0\",\"total\":\"2.00\"");
  assert_at(w, "status", "applied");
  shop(w, "m", 2, 1, "5.00");
  event(w, "g1", "member.merge", "n", T1, "\"into\":\"m\"");
  assert_at(w, "status", "applied");
  shop(w, "m", 3, 2, "5.00");
  settled(w);
  event(w, "e1", "member.erase", "m", T1, "");
  shop(w, "m", 5, 1, "5.00");
  settled(w);
  assert_at(w, "result/events/different", "0");
  assert_rule(w, "fifth", "both", "2"); // the fifth and the sixth, in windows that were merged
  assert_at(w, "result/state", "following");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_rules_compared, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_windows_over_history, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_own_limits, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_own_budget, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_failures_counted, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_life, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_memory_is_bounded, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_samples_when_behind, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_follows_members, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
