// report.liability against lots and entries (I25), and what ledger.export leaves out.
#include "engine_fixture.h"
#include "engine/engine.h"

static void liability(struct world *w, const char *params) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"report.liability\",\"params\":{%s}}", params);
}

static void program_with_debt(struct world *w) {
  program_of(w, "p", "2026-01-01",
             "\"points\":{\"default\":true,\"allow_negative\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"2 months\"}},"
             "\"fine\":{\"decimals\":2},\"status\":{\"spendable\":false}",
             "\"points\",\"fine\",\"status\"",
             BASE_EARN ",\"event\":[{\"rule\":\"Off\",\"when\":{\"all\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\"}]},"
                       "\"outcomes\":[{\"outcome\":\"boom\",\"word\":\"now\"},"
                       "{\"outcome\":\"points_fixed\",\"points\":-50,\"account\":\"points\",\"source\":\"promo\"},"
                       "{\"outcome\":\"points_fixed\",\"points\":\"1.50\",\"account\":\"fine\",\"source\":\"promo\"},"
                       "{\"outcome\":\"points_fixed\",\"points\":9,\"account\":\"status\",\"source\":\"promo\"}]}]");
  publish(w, "p");
}

// A debt that comes while points are held, and is filled when the hold gives them back.
static void test_debt_and_holds(void **state) {
  struct world *w = *state;
  program_with_debt(w);
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  event(w, "h", "points.hold", "m", "2026-01-11T12:00:00Z", "\"points\":20,\"reference\":\"t\"");
  event(w, "v", "visit", "m", "2026-01-12T12:00:00Z", "");
  assert_at(w, "balances/points", "-40");
  liability(w, "");
  assert_at(w, "result/equal", "true");
  assert_at(w, "result/accounts/0/outstanding", "-20"); // 20 held, 40 owed
  assert_at(w, "result/accounts/0/held", "20");
  assert_at(w, "result/accounts/1/outstanding", "1.50");
  assert_at(w, "result/accounts/2", "-"); // no liability
  event(w, "c", "points.capture", "m", "2026-01-13T12:00:00Z", "\"points\":5,\"reference\":\"t\"");
  assert_at(w, "balances/points", "-25");
  liability(w, "");
  assert_at(w, "result/equal", "true");
  assert_at(w, "result/accounts/0/outstanding", "-25");
  assert_at(w, "result/accounts/0/held", "0");
  assert_at(w, "result/accounts/0/redeemed", "5");
  buy(w, "b", "m", "2026-01-14T12:00:00Z", "100.00");
  event(w, "s", "points.spend", "m", "2026-01-15T12:00:00Z", "\"points\":60,\"reference\":\"s\"");
  event(w, "k", "points.spend_cancelled", "m", "2026-01-16T12:00:00Z", "\"of\":\"s\",\"points\":10");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"t\",\"source\":\"clock\",\"type\":\"clock\",\"time\":\"2026-09-01T00:00:00Z\"}");
  liability(w, "\"all\":true");
  assert_at(w, "result/equal", "true");
  assert_at(w, "result/accounts/0/issued", "130");
  assert_at(w, "result/accounts/0/redeemed", "55");
  assert_at(w, "result/accounts/0/adjusted", "-50");
  assert_at(w, "result/accounts/0/expired", "25");
  assert_at(w, "result/accounts/0/outstanding", "0");
  assert_at(w, "result/accounts/2/outstanding", "9");
}

// What is taken back is counted as reversed: of the lot, of another, and as debt.
static void test_returns(void **state) {
  struct world *w = *state;
  program_with_debt(w);
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  buy(w, "b", "m", "2026-01-11T12:00:00Z", "20.00");
  event(w, "s", "points.spend", "m", "2026-01-12T12:00:00Z", "\"points\":35");
  event(w, "r1", "return", "m", "2026-01-13T12:00:00Z", "\"of\":\"a\",\"total\":\"25.00\"");
  assert_at(w, "balances/points", "-10");
  event(w, "r2", "purchase.amended", "m", "2026-01-14T12:00:00Z", "\"transaction\":\"b\",\"total\":\"24.00\"");
  assert_at(w, "balances/points", "-6");
  liability(w, "");
  assert_at(w, "result/equal", "true");
  assert_at(w, "result/accounts/0/issued", "54");
  assert_at(w, "result/accounts/0/redeemed", "35");
  assert_at(w, "result/accounts/0/reversed", "25");
  assert_at(w, "result/accounts/0/outstanding", "-6");
}

// A merge moves points between members and nothing else; lots of one pay the debt of the other.
static void test_merges(void **state) {
  struct world *w = *state;
  program_with_debt(w);
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  event(w, "h", "points.hold", "m", "2026-01-11T12:00:00Z", "\"points\":20,\"reference\":\"t\"");
  event(w, "v", "visit", "other", "2026-01-12T12:00:00Z", "");
  assert_at(w, "balances/points", "-50");
  event(w, "g", "member.merge", "m", "2026-01-13T12:00:00Z", "\"into\":\"other\"");
  assert_at(w, "status", "applied");
  liability(w, "");
  assert_at(w, "result/equal", "true");
  assert_at(w, "result/accounts/0/issued", "30");
  assert_at(w, "result/accounts/0/outstanding", "-20");
  assert_at(w, "result/accounts/0/held", "20");
  event(w, "c", "points.release", "m", "2026-01-14T12:00:00Z", "\"reference\":\"t\"");
  assert_at(w, "status", "applied");
  liability(w, "");
  assert_at(w, "result/equal", "true");
  assert_at(w, "result/accounts/0/held", "0");
  assert_at(w, "result/accounts/0/outstanding", "-20");
}

static void test_a_lot_that_the_log_does_not_know(void **state) {
  struct world *w = *state;
  program_with_debt(w);
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  struct acr__member *m = acr__member_find(w->engine, ACR__SPAN_LIT("m"));
  struct acr__lots_at walk = {0};
  struct acr__lot lot;
  assert_true(acr__lots_next(&m->lots, &walk, &lot));
  assert_true(acr__lots_take(&m->lots, lot.seq, lot.index, 1));
  liability(w, "");
  assert_at(w, "result/equal", "false");
  assert_at(w, "result/differences/0/account", "points");
  assert_at(w, "result/differences/0/source", "base");
  assert_at(w, "result/differences/0/expires", "2026-03");
  assert_at(w, "result/differences/0/outstanding", "30");
  assert_at(w, "result/differences/0/lots", "29");
}

static void export_events(struct world *w) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ledger.export\",\"params\":{\"what\":\"events\"}}");
}

// What is parked is exported where it stands last; due work not at all.
static void test_exported_events(void **state) {
  struct world *w = *state;
  program_with_debt(w);
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "30.00");
  event(w, "v", "visit", "m", "2026-01-12T12:00:00Z", "\"context\":{\"boom\":\"now\"}");
  assert_at(w, "status", "parked");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"t\",\"source\":\"clock\",\"type\":\"clock\",\"time\":\"2026-09-01T00:00:00Z\"}");
  export_events(w);
  assert_at(w, "result/items/0/id", "a");
  assert_at(w, "result/items/1/id", "v");
  assert_at(w, "result/items/2/id", "t");
  assert_at(w, "result/items/3", "-");
  assert_at(w, "result/next", "null");
  event(w, "v", "visit", "m", "2026-01-12T12:00:00Z", "\"context\":{\"boom\":\"now\"}"); // parked again
  export_events(w);
  assert_at(w, "result/items/1/id", "t");
  assert_at(w, "result/items/2/id", "v");
  assert_at(w, "result/items/3", "-");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_debt_and_holds, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_returns, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_merges, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_a_lot_that_the_log_does_not_know, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_exported_events, set_up_file, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
