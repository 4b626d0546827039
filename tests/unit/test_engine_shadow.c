// What a clock would give, without one: member.get with `at`.
#include "engine_fixture.h"

static void expiring(struct world *w, const char *rest) {
  program_of(w, "p", "2026-01-01",
             "\"points\":{\"default\":true,\"allow_negative\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"2 months\"}},"
             "\"wait\":{\"escrow\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"10 days\",\"into\":\"points\"}}",
             "\"points\",\"wait\"", rest);
  publish(w, "p");
}

static void see_at(struct world *w, const char *member, const char *time) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.get\",\"params\":{\"member\":\"%s\",\"at\":\"%s\"}}", member, time);
}

static void test_expiry_is_shown_and_not_posted(void **state) {
  struct world *w = *state;
  expiring(w, BASE_EARN);
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  buy(w, "b", "m", "2026-02-20T12:00:00Z", "12.00");
  char *before = member_text(w, "m");
  see_at(w, "m", "2026-03-15");
  assert_at(w, "result/at", "2026-03-16T03:59:59.999999Z"); // the day's end in New York
  assert_at(w, "result/not_posted", "1");
  assert_at(w, "result/balances/points", "12");
  assert_at(w, "result/spendable/points", "12");
  assert_at(w, "result/lots/0/remaining", "12");
  assert_at(w, "result/soonest/0/points", "12");
  see_at(w, "m", "2026-02-21T00:00:00Z");
  assert_at(w, "result/not_posted", "0");
  assert_at(w, "result/balances/points", "42");
  assert_at(w, "result/soonest/0/points", "30");
  see_at(w, "m", "2027-01-01");
  assert_at(w, "result/balances/points", "0");
  assert_at(w, "result/soonest/0", "-");
  char *after = member_text(w, "m");
  assert_string_equal(before, after);
  free(before);
  free(after);
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server.stats\"}");
  buy(w, "c", "m", "2026-02-20T12:00:00Z", "1.00");
  assert_at(w, "seq", "4"); // the release, three purchases, and nothing of what was only looked at
  assert_verified(w);
}

// What `at` shows is what the clock gives then.
static void test_as_a_clock_would(void **state) {
  struct world *w = *state;
  expiring(w, "\"base_earn\":[{\"points\":1,\"per\":\"1.00\",\"account\":\"wait\",\"source\":\"base\"},"
              "{\"points\":1,\"per\":\"2.00\",\"account\":\"points\",\"source\":\"base\"}]");
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  see(w, "m");
  assert_at(w, "result/pending/wait", "30");
  assert_at(w, "result/spendable/wait", "-");
  assert_at(w, "result/spendable/points", "15");
  see_at(w, "m", "2026-02-01T00:00:00Z");
  assert_at(w, "result/pending/wait", "-");
  assert_at(w, "result/spendable/points", "45");
  char *shown = strdup(strstr(w->reply, "\"member\""));
  say(w, "{\"specversion\":\"1.0\",\"id\":\"t\",\"source\":\"clock\",\"type\":\"clock\",\"time\":\"2026-02-01T00:00:00Z\"}");
  char *is = member_text(w, "m");
  assert_string_equal(shown, strstr(is, "\"member\""));
  free(shown);
  free(is);
}

// What has not been posted yet though its time is past cannot be spent.
static void test_spendable_is_as_of_ledger_time(void **state) {
  struct world *w = *state;
  expiring(w, BASE_EARN);
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  buy(w, "b", "other", "2026-06-10T12:00:00Z", "1.00");
  see(w, "m");
  assert_at(w, "result/balances/points", "30");
  assert_at(w, "result/spendable/points", "0");
  assert_at(w, "result/soonest/0", "-");
}

// Due work that fails is undone on the copy too, and parks nothing of the ledger.
static void test_a_plugin_that_fails(void **state) {
  struct world *w = *state;
  world_file(w, "outcomes/crash.lua",
             "return accrue.outcome { title = \"Crashes\", variables = {}, effects = function() error(\"bang\") end }\n");
  expiring(w, BASE_EARN ",\"event\":[{\"rule\":\"Bang\",\"when\":{\"all\":[{\"key_phrase\":\"trigger_an_event\","
                        "\"event\":\"points.expired\"}]},\"outcomes\":[{\"outcome\":\"crash\"}]}]");
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  char *before = member_text(w, "m");
  see_at(w, "m", "2026-04-01");
  assert_at(w, "result/balances/points", "30"); // the piece would be parked
  char *after = member_text(w, "m");
  assert_string_equal(before, after);
  free(before);
  free(after);
  buy(w, "b", "m", "2026-01-11T12:00:00Z", "1.00");
  assert_at(w, "seq", "3");
  assert_at(w, "balances/points", "31");
}

static void test_bad_times(void **state) {
  struct world *w = *state;
  expiring(w, BASE_EARN);
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  see_at(w, "m", "tomorrow");
  assert_at(w, "error/code", "-32602");
  assert_non_null(strstr(at(w, "error/message"), "tomorrow"));
  see_at(w, "nobody", "2026-03-01");
  assert_at(w, "error/data/code", "member_unknown");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_expiry_is_shown_and_not_posted, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_as_a_clock_would, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_spendable_is_as_of_ledger_time, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_a_plugin_that_fails, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_bad_times, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
