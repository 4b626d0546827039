// I22: the ledger built again from its log is the same, member by member, and a difference is named.
#include "engine/engine.h"
#include "merge_fixture.h"

static int replay(struct world *w) {
  char *json = NULL;
  int error = acr_engine_replay(w->engine, &json);
  free(w->reply);
  w->reply = json;
  return error;
}

static void assert_replays(struct world *w) {
  int error = replay(w);
  if (error) print_error("%s\n", w->reply);
  assert_int_equal(error, ACR_E_OK);
  assert_at(w, "strayed_at", "null");
  assert_at(w, "different", "0");
}

static const char rules[] =
    BASE_EARN ",\"event\":[{\"rule\":\"Bang\",\"when\":{\"all\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\"}]},"
              "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":3,\"account\":\"points\",\"source\":\"promo\"},"
              "{\"outcome\":\"add_tags\",\"tags\":[\"seen\"]},{\"outcome\":\"boom\",\"word\":\"now\"}]}]";

static void history(struct world *w) {
  program_of(w, "p", "2026-01-01",
             "\"points\":{\"default\":true,\"allow_negative\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"2 months\"}}", "\"points\"",
             rules);
  publish(w, "p");
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  event(w, "v", "visit", "n", "2026-01-11T12:00:00Z", "\"stars\":3");
  event(w, "s", "points.spend", "m", "2026-01-12T12:00:00Z", "\"points\":4,\"reference\":\"r\"");
  event(w, "x", "points.spend", "m", "2026-01-12T12:00:00Z", "\"points\":4000,\"reference\":\"r\"");
  assert_at(w, "status", "refused");
  event(w, "q", "points.adjust", "m", "2026-06-12T12:00:00Z", "\"points\":4,\"account\":\"none\",\"reason\":\"r\",\"actor\":\"a\"");
  assert_at(w, "status", "rejected"); // the ledger's time has not come there
  buy(w, "late", "m", "2026-01-02T12:00:00Z", "7.00");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"t\",\"source\":\"clock\",\"type\":\"clock\",\"time\":\"2026-04-01T00:00:00Z\"}");
  buy(w, "b", "m", "2026-04-02T12:00:00Z", "2.00");
  adjust(w, "c", "n", "2026-04-03T12:00:00Z", "11", "points");
}

static void test_same(void **state) {
  struct world *w = *state;
  history(w);
  assert_replays(w);
  assert_at(w, "copied", "1");
  assert_at(w, "members", "2");
}

// Parks are taken from the log, and what was judged again stands at its own place.
static void test_parks(void **state) {
  struct world *w = *state;
  history(w);
  event(w, "p", "visit", "m", "2026-04-04T12:00:00Z", "\"context\":{\"boom\":\"now\"}");
  assert_at(w, "status", "parked");
  event(w, "p2", "visit", "stranger", "2026-04-04T12:00:00Z", "\"context\":{\"boom\":\"now\"}");
  assert_at(w, "status", "parked");
  buy(w, "d", "m", "2026-04-05T12:00:00Z", "2.00");
  assert_replays(w);
  assert_at(w, "copied", "3");
}

// A rule that looks back to before its release; a program that goes active later than it was published.
static void test_releases(void **state) {
  struct world *w = *state;
  history(w);
  program_of(w, "p", "2026-02-01", "\"points\":{\"default\":true,\"allow_negative\":true}", "\"points\"",
             "\"purchase\":[{\"rule\":\"Big\",\"when\":{\"all\":[{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"spend_currency\","
             "\"operator\":\">=\",\"amount\":\"30.00\"}]},\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":100,"
             "\"account\":\"points\",\"source\":\"promo\"}]}]");
  publish_as(w, "p", "configure");
  buy(w, "e", "m", "2026-04-06T12:00:00Z", "2.00");
  assert_at(w, "balances/points", "4");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"p\",\"status\":\"active\"}}");
  buy(w, "f", "m", "2026-04-07T12:00:00Z", "2.00");
  assert_at(w, "balances/points", "104");
  assert_replays(w);
  assert_at(w, "copied", "3");
  world_reopen(w);
  assert_replays(w);
}

static void test_differences_are_named(void **state) {
  struct world *w = *state;
  history(w);
  struct acr__member *n = acr__member_find(w->engine, ACR__SPAN_LIT("n"));
  n->balances[0].lots++;
  assert_int_equal(replay(w), ACR_E_VIOLATION);
  assert_at(w, "ok", "false");
  assert_at(w, "different", "1");
  assert_at(w, "differences/0/member", "n");
  assert_at(w, "differences/0/what", "balances");
  n->balances[0].lots--;
  struct acr__member *m = acr__member_find(w->engine, ACR__SPAN_LIT("m"));
  m->joined++;
  assert_int_equal(replay(w), ACR_E_VIOLATION);
  assert_at(w, "differences/0/member", "m");
  assert_at(w, "differences/0/what", "joined");
  m->joined--;
  for (uint32_t i = 0; i < m->series_count; i++) // what rules look at, though nobody sees it
    acr__series_add(&m->series[i], ACR_SECOND_US, 1);
  assert_int_equal(replay(w), m->series_count ? ACR_E_VIOLATION : ACR_E_OK);
}

// ---- members that were erased: what later releases counted of them is in no log any more

static void erase(struct world *w, const char *member, const char *time) {
  event(w, "erase", "member.erase", member, time, "");
  assert_at(w, "status", "applied");
}

// A level that ends when nobody buys, which only the second release says; the purchase before it is gone with its member.
static void test_due_work_of_erased(void **state) {
  struct world *w = *state;
  const char *const ends[] = {"", ",\"expiry\":{\"mode\":\"inactivity_spend\",\"after\":\"20 days\"}"};
  for (int i = 0; i < 2; i++) {
    char *levels;
    assert_true(asprintf(&levels,
                         "\"levels\":[{\"level\":\"Basic\",\"entrance\":[{\"rule\":\"E\",\"when\":\"no rules\",\"outcomes\":[]}]},"
                         "{\"level\":\"Silver\",\"entrance\":[" RULE("In", ON("visit"), "", "") "]%s}]",
                         ends[i]) > 0);
    program(w, "p", "2026-01-01", levels);
    free(levels);
    publish(w, "p");
    if (i) break;
    event(w, "1", "visit", "m", T("01"), "");
    buy(w, "2", "m", T("15"), "1.00");
  }
  erase(w, "m", T("16"));
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"clock\",\"type\":\"clock\",\"time\":\"2026-03-28T00:00:00Z\"}");
  assert_at(w, "status", "applied");
  see(w, "erased/1");
  assert_at(w, "result/levels/p", "Silver");
  assert_replays(w);
  say(w, "{\"specversion\":\"1.0\",\"id\":\"d\",\"source\":\"clock\",\"type\":\"clock\",\"time\":\"2026-04-28T00:00:00Z\"}");
  see(w, "erased/1");
  assert_at(w, "result/levels/p", "Basic");
  assert_replays(w);
}

static void test_limits_of_erased(void **state) {
  struct world *w = *state;
  const char *const limits[] = {"", "\"limit\":{\"times\":2,\"per\":\"year\"},"};
  for (int i = 0; i < 2; i++) {
    char *rule;
    assert_true(asprintf(&rule, "\"event\":[" RULE("Once", ON("visit"), "%s", FIXED("3", "points")) "]", limits[i]) > 0);
    program(w, "p", "2026-01-01", rule);
    free(rule);
    publish(w, "p");
    if (i == 0) event(w, "1", "visit", "m", T("01"), "");
  }
  erase(w, "m", T("02"));
  see(w, "erased/1");
  assert_at(w, "result/limits/0/used", "1");
  assert_replays(w);
}

// ---- facts of the same time of two who became one: in the order in which the merge left them, also where they are built anew

static void test_same_time_of_merged(void **state) {
  struct world *w = *state;
  program(w, "p", "2026-01-01", "");
  publish(w, "p");
  buy(w, "1", "old", T("01"), "30.00");
  buy(w, "2", "new", T("01"), "20.00");
  program(w, "p", "2026-01-01",
          "\"purchase\":[" RULE(
              "Big", "{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"500.00\"}",
              "", FIXED("1", "points")) "]");
  publish(w, "p");
  merge(w, "m", "old", "new", T("02"));
  buy(w, "3", "new", T("02"), "1.00");
  assert_replays(w);
  world_close(w);
  world_remove_view(w);
  world_open(w);
  assert_replays(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_same, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_parks, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_releases, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_differences_are_named, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_due_work_of_erased, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_limits_of_erased, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_same_time_of_merged, set_up_file, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
