// A ledger judged again under other programs: nothing differs under its own, and what differs under others is what they say.
#include "backtest_fixture.h"
#include "engine/engine.h"

static void test_own(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  history(w);
  assert_unchanged(w);
  assert_at(w, "members", "2");
  assert_at(w, "programs/0/in_place_of/0", "p@1");
  assert_at(w, "accounts/0/issued/before", "42");
  assert_at(w, "accounts/0/spent/before", "4");
  assert_at(w, "accounts/0/reversed/before", "10");
  assert_at(w, "events/refused/before", "1");
}

// Parked events stay parked, and are judged where they were retried.
static void test_parks(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  history(w);
  event(w, "p1", "visit", "m", "2026-04-04T12:00:00Z", "\"context\":{\"boom\":\"now\"}");
  assert_at(w, "status", "parked");
  event(w, "p2", "visit", "stranger", "2026-04-04T12:00:00Z", "\"context\":{\"boom\":\"now\"}");
  assert_at(w, "status", "parked");
  assert_unchanged(w);
  world_file(w, "outcomes/boom.lua",
             "return accrue.outcome { title = \"Fails no more on {word}\", variables = { word = accrue.var.text() },\n"
             "  effects = function(event, vars) return {} end }\n");
  publish(w, "p");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"parked.retry\",\"params\":{\"source\":\"pos\",\"id\":\"p2\"}}");
  assert_at(w, "result/status", "applied");
  assert_unchanged(w);
  assert_at(w, "programs/0/in_place_of/1", "p@2");
  assert_at(w, "events/parked/after", "2");
}

// Releases in the course of time, levels that go live later.
static void test_releases(void **state) {
  struct world *w = *state;
  static const char levels[] =
      ",\"levels\":[{\"level\":\"All\",\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]},"
      "{\"level\":\"Gold\",\"threshold\":{\"spend\":\"50.00\"}}]";
  char *rest;
  assert_true(asprintf(&rest, BASE_EARN ",%s%s", bang, levels) > 0);
  program_of(w, "p", "2026-01-01", "\"points\":{\"default\":true}", "\"points\"", rest);
  free(rest);
  say(w,
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/p.json\",\"status\":\"configure\","
      "\"levels\":[\"All\"]}}",
      w->dir);
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "60.00");
  assert_at(w, "balances/points", "-");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"p\",\"status\":\"active\"}}");
  buy(w, "b", "m", "2026-01-11T12:00:00Z", "2.00");
  assert_at(w, "levels/p", "All");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"p\",\"level\":\"Gold\",\"level_status\":"
         "\"live\"}}");
  buy(w, "c", "m", "2026-01-12T12:00:00Z", "3.00");
  buy(w, "d", "n", "2026-01-12T12:00:00Z", "3.00");
  assert_unchanged(w);
  assert_at(w, "levels/1/level", "Gold");
  assert_at(w, "levels/1/members/after", "1");
  assert_at(w, "moves/0/to", "All");
}

// 2 points a dollar instead of 1 from v2 on: all of the log under v2, and under v1.
static void test_changed_rate(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  history(w);
  struct acr_backtest options = {
      .fail_if = (const char *[]){"points > +70%", "points > +100%", "liability.points >= 21"}, .fail_if_count = 3, .point_value = "0.01"};
  program_of(w, "p", "2026-06-01",
             "\"points\":{\"default\":true,\"allow_negative\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"2 months\"}}", "\"points\"",
             "\"base_earn\":[{\"points\":2,\"per\":\"1.00\",\"account\":\"points\",\"source\":\"base\"}]");
  char path[256];
  snprintf(path, sizeof path, "%s/events/visit.lua", w->dir);
  assert_int_equal(remove(path), 0);
  assert_int_equal(backtest(w, &options), ACR_E_VIOLATION);
  assert_at(w, "accounts/0/issued/before", "42"); // 30 + 3 + 7 + 2
  assert_at(w, "accounts/0/issued/after", "78");  // 60 + 14 + 4
  assert_at(w, "accounts/0/issued/percent", "+85.71");
  assert_at(w, "accounts/0/reversed/after", "20");
  assert_at(w, "cost/points/difference", "26");
  assert_at(w, "cost/money", "0.26");
  assert_at(w, "fail_if/0/holds", "true");
  assert_at(w, "fail_if/1/holds", "false");
  assert_at(w, "rules/0/behavior", "base");
  assert_at(w, "rules/0/given/points/after", "58");
  assert_at(w, "rules/2/rule", "Bang");
  assert_at(w, "rules/2/met/after", "0");
  assert_at(w, "events/rejected/after", "1"); // nobody knows of visits any more
  assert_at(w, "rejected_example/error/code", "type_unknown");
  assert_at(w, "differing_members", "2");
  assert_at(w, "largest_differences/0/member", "m");
  assert_at(w, "largest_differences/0/events/0/id", "a");
  assert_at(w, "largest_differences/0/events/0/before/0/points", "30");
  assert_at(w, "largest_differences/0/events/0/after/0/points", "60");
}

static void test_period_and_members(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  history(w);
  struct acr_backtest options = {.from = "2026-01-11", .to = "2026-04-02"};
  assert_int_equal(backtest(w, &options), ACR_E_OK);
  assert_at(w, "accounts/0/issued/before", "5"); // Bang, and 2 of April
  assert_at(w, "accounts/0/outstanding/before", "2");
  options = (struct acr_backtest){.members = (const char *[]){"n"}, .member_count = 1};
  assert_int_equal(backtest(w, &options), ACR_E_OK);
  assert_at(w, "members", "1");
  assert_at(w, "accounts/0/issued/after", "3");
  assert_at(w, "accounts/0/adjusted/after", "11");
  options = (struct acr_backtest){.sample = "100%"};
  assert_int_equal(backtest(w, &options), ACR_E_OK);
  assert_at(w, "members", "2");
}

static void test_refused_options(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  struct acr_backtest options = {.sample = "some"};
  assert_int_equal(backtest(w, &options), ACR_E_INVALID);
  assert_at(w, "message", "--sample: found \"some\", wanted a share of the members such as 5%");
  options = (struct acr_backtest){.members = (const char *[]){"nobody"}, .member_count = 1};
  assert_int_equal(backtest(w, &options), ACR_E_INVALID);
  options = (struct acr_backtest){.from = "yesterday"};
  assert_int_equal(backtest(w, &options), ACR_E_INVALID);
  options = (struct acr_backtest){.fail_if = (const char *[]){"joy > 2"}, .fail_if_count = 1};
  assert_int_equal(backtest(w, &options), ACR_E_INVALID);
  options = (struct acr_backtest){.template_dir = "/nowhere"};
  assert_int_equal(backtest(w, &options), ACR_E_INVALID);
  options = (struct acr_backtest){.program = "q"};
  assert_int_equal(backtest(w, &options), ACR_E_INVALID);
  options = (struct acr_backtest){.point_value = "dear"};
  assert_int_equal(backtest(w, &options), ACR_E_INVALID);
  world_file(w, "programs/p.json", "{\"program\":\"p\"");
  options = (struct acr_backtest){0};
  assert_int_equal(backtest(w, &options), ACR_E_FAULTS);
  assert_at(w, "faults/0/line", "1");
}

// Who was merged is judged by the same worker, and counts once.
static void test_merge(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  history(w);
  for (int i = 0; i < 20; i++) {
    char id[16], member[16];
    snprintf(id, sizeof id, "k%d", i);
    snprintf(member, sizeof member, "k-%d", i);
    buy(w, id, member, "2026-04-04T12:00:00Z", "5.00");
  }
  merge(w, "g", "k-3", "k-17", "2026-04-05T12:00:00Z");
  merge(w, "h", "k-17", "m", "2026-04-06T12:00:00Z");
  assert_at(w, "status", "applied");
  buy(w, "z", "k-3", "2026-04-07T12:00:00Z", "5.00");
  assert_unchanged(w);
  assert_at(w, "members_apart", "true");
}

// A budget that all share: one pass, and those who are not judged take theirs.
static void test_budget(void **state) {
  struct world *w = *state;
  promo_caps = ",\"inventory\":7";
  publish_bang(w, "");
  promo_caps = "";
  for (int i = 0; i < 4; i++) {
    char id[16], member[16];
    snprintf(id, sizeof id, "k%d", i);
    snprintf(member, sizeof member, "k-%d", i);
    event(w, id, "visit", member, "2026-04-04T12:00:00Z", "\"stars\":3");
  }
  assert_unchanged(w);
  assert_at(w, "members_apart", "false");
  assert_at(w, "accounts/0/issued/after", "7");
  struct acr_backtest options = {.members = (const char *[]){"k-2", "k-3"}, .member_count = 2};
  assert_int_equal(backtest(w, &options), ACR_E_OK);
  assert_at(w, "accounts/0/issued/before", "1");
  assert_at(w, "accounts/0/issued/after", "1");
}

// A program that the ledger does not have, beside the one that it has; a level that it does not have is live.
static void test_new_program(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  history(w);
  program(w, "q", "2026-04-01",
          "\"levels\":[{\"level\":\"New\",\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]}]");
  struct acr_backtest options = {.program = "q"};
  assert_int_equal(backtest(w, &options), ACR_E_OK);
  assert_at(w, "programs/0/program", "q");
  assert_at(w, "programs/0/in_place_of/0", "-");
  assert_at(w, "kept/0", "p@1");
  assert_at(w, "accounts/0/account", "p.points");
  assert_at(w, "accounts/0/issued/difference", "0");
  assert_at(w, "accounts/1/account", "q.points");
  assert_at(w, "accounts/1/issued/after", "2");
  assert_at(w, "levels/2/level", "New");
  assert_at(w, "levels/2/members/after", "1"); // an adjustment places nobody
}

// The same bytes from any number of workers.
static void test_workers(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  for (int i = 0; i < 200; i++) {
    char id[16], member[16], time[32];
    snprintf(id, sizeof id, "k%d", i);
    snprintf(member, sizeof member, "k-%d", i * 7 % 31);
    snprintf(time, sizeof time, "2026-%02d-%02dT12:00:00Z", 1 + i / 28, 1 + i % 28);
    if (i % 3)
      buy(w, id, member, time, "5.00");
    else
      event(w, id, "visit", member, time, "\"stars\":3");
  }
  program(w, "p", "2026-01-01", "");
  struct acr_backtest options = {.workers = 1};
  assert_int_equal(backtest(w, &options), ACR_E_OK);
  char *one = strdup(w->reply);
  for (options.workers = 2; options.workers < 6; options.workers++) {
    assert_int_equal(backtest(w, &options), ACR_E_OK);
    assert_string_equal(w->reply, one);
  }
  free(one);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_own, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_own, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_parks, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_releases, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_changed_rate, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_period_and_members, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_refused_options, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_merge, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_budget, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_new_program, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_workers, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
