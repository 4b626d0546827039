// Returns: lines matched, awards taken back, lots and debts (domain 16.12).
#include "return_fixture.h"

// Worked example 9.
static void test_two_halves(void **state) {
  struct world *w = *state;
  start(w, "");
  two_lines(w, "b1", T("01"), "10.50", "10.50");
  assert_at(w, "balances/points", "21");
  give_back(w, "r1", "b1", LINE("1"));
  assert_at(w, "status", "applied");
  assert_at(w, "outcomes/0/points", "-11");
  assert_at(w, "outcomes/0/reason", "reversal");
  assert_at(w, "outcomes/0/behavior", "base");
  assert_at(w, "balances/points", "10");
  give_back(w, "r2", "b1", LINE("1"));
  assert_at(w, "status", "refused");
  assert_at(w, "error/code", "already_returned");
  assert_at(w, "error/message", "of line \"1\" of the purchase 0 are left, 1 came back");
  give_back(w, "r3", "b1", LINE("2"));
  assert_at(w, "outcomes/0/points", "-10");
  assert_at(w, "balances/points", "0");
  give_back(w, "r1", "b1", LINE("1"));
  assert_at(w, "status", "duplicate");
  assert_at(w, "outcomes/0/points", "-11");
  give_back(w, "r2", "b1", LINE("1"));
  assert_at(w, "status", "refused");
  assert_verified(w);
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.ledger\",\"params\":{\"member\":\"m\"}}");
  assert_at(w, "result/entries/0/reason", "reversal");
  assert_at(w, "result/entries/0/source", "base");
  char seq[32];
  snprintf(seq, sizeof seq, "%s", at(w, "result/entries/2/seq"));
  assert_at(w, "result/entries/0/of", seq);
}

// Worked examples 10 and 11: the balance is 50, 70 are to be taken back.
static void spent_before(struct world *w) {
  buy(w, "b1", "m", T("01"), "70.00");
  event(w, "s1", "points.spend", "m", T("02"), "\"points\":70");
  buy(w, "b2", "m", T("03"), "50.00");
  give_back(w, "r1", "b1", "\"total\":\"70.00\"");
}

static void test_into_debt(void **state) {
  struct world *w = *state;
  start(w, "");
  spent_before(w);
  assert_at(w, "outcomes/0/points", "-70");
  assert_at(w, "balances/points", "-20");
  assert_verified(w);
}

static void test_written_off(void **state) {
  struct world *w = *state;
  start_with(w, "\"points\":{\"default\":true},\"bonus\":{}", "");
  spent_before(w);
  assert_at(w, "outcomes/0/points", "-50");
  assert_at(w, "outcomes/1/clipped", "20");
  assert_at(w, "outcomes/1/reason", "written_off");
  assert_at(w, "balances/points", "0");
  give_back(w, "r2", "b1", "\"total\":\"1.00\"");
  assert_at(w, "error/code", "already_returned");
  assert_verified(w);
}

// The very lot first, though an older one is there.
static void test_own_lot_first(void **state) {
  struct world *w = *state;
  start(w, "");
  buy(w, "b1", "m", T("01"), "40.00");
  buy(w, "b2", "m", T("02"), "30.00");
  give_back(w, "r1", "b2", "\"total\":\"10.00\"");
  event(w, "s1", "points.spend", "m", T("21"), "\"points\":50"); // 40 of the first, 10 of the second
  give_back(w, "r2", "b1", "\"total\":\"5.00\"");                // from the other lot
  assert_at(w, "balances/points", "5");
  see(w, "m");
  assert_at(w, "result/lot_count", "1");
  assert_verified(w);
}

static void test_fixed_stays_or_goes(void **state) {
  struct world *w = *state;
  start(w, "\"purchase\":[{\"rule\":\"Big\",\"when\":{\"key_phrase\":\"total_spend\",\"operator\":\">=\",\"amount\":\"20.00\"},"
           "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":100,\"account\":\"bonus\",\"source\":\"promo\"}]}]");
  two_lines(w, "b1", T("01"), "15.00", "10.00");
  assert_at(w, "balances/bonus", "100");
  give_back(w, "r1", "b1", "\"total\":\"5.00\"");
  assert_at(w, "balances/points", "20");
  assert_at(w, "balances/bonus", "100"); // 20.00 still
  give_back(w, "r2", "b1", "\"total\":\"0.01\"");
  assert_at(w, "balances/points", "19");
  assert_at(w, "balances/bonus", "0");
  give_back(w, "r3", "b1", "\"total\":\"19.99\"");
  assert_at(w, "balances/points", "0");
  assert_verified(w);
}

static void test_matching(void **state) {
  struct world *w = *state;
  start(w, "");
  event(w, "b1", "purchase", "m", T("01"),
        "\"total\":\"60.00\",\"transaction\":\"t1\",\"items\":[{\"line\":\"1\",\"sku\":\"A\",\"quantity\":2,\"amount\":\"10.00\"},"
        "{\"line\":\"2\",\"sku\":\"A\",\"quantity\":3,\"amount\":\"30.00\"},{\"line\":\"3\",\"sku\":\"B\",\"quantity\":3,\"amount\":\"20."
        "00\"}]");
  give_back(w, "r1", "t1", "\"items\":[{\"line\":\"9\",\"sku\":\"A\",\"quantity\":1,\"amount\":\"10.00\"}]"); // line 2, by its price
  assert_at(w, "balances/points", "50");
  give_back(w, "r2", "t1", "\"items\":[{\"sku\":\"A\",\"quantity\":3}]"); // line 1 whole, one of line 2
  assert_at(w, "balances/points", "30");
  give_back(w, "r3", "t1", "\"items\":[{\"line\":\"3\",\"quantity\":1}]"); // 6.66
  assert_at(w, "balances/points", "23");
  give_back(w, "r4", "t1", "\"items\":[{\"sku\":\"B\",\"quantity\":3}]");
  assert_at(w, "error/code", "already_returned");
  give_back(w, "r5", "t1", "\"items\":[{\"sku\":\"C\"}]");
  assert_at(w, "status", "rejected");
  assert_at(w, "error/code", "item_unknown");
  assert_at(w, "error/path", "$.data.items[0]");
  give_back(w, "r6", "t1", "\"items\":[{\"sku\":\"B\",\"quantity\":2},{\"sku\":\"A\"}]");
  assert_at(w, "balances/points", "0");
  assert_verified(w);
}

static void test_which_purchase(void **state) {
  struct world *w = *state;
  start(w, "");
  buy(w, "b1", "m", T("01"), "10.00");
  buy(w, "b2", "other", T("01"), "10.00");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"x1\",\"source\":\"web\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"" T(
             "01") "\","
                   "\"data\":{\"total\":\"20.00\",\"transaction\":\"w\"}}");
  give_back(w, "r1", "b2", "\"total\":\"1.00\"");
  assert_at(w, "status", "rejected");
  assert_at(w, "error/code", "of_unknown");
  assert_at(w, "error/path", "$.data.of");
  give_back(w, "r1", "nothing", "\"total\":\"1.00\"");
  assert_at(w, "error/code", "of_unknown");
  event(w, "r1", "return", "m", T("20"), "\"total\":\"1.00\"");
  assert_at(w, "error/code", "of_unknown");
  event(w, "r1", "return", "m", T("20"), "\"of\":\"b1\"");
  assert_at(w, "error/path", "$.data.items");
  event(w, "r1", "return", "new", T("20"), "\"of\":\"b1\",\"total\":\"1.00\"");
  assert_at(w, "error/code", "of_unknown");
  see(w, "new");
  assert_at(w, "result", "-");                    // nobody was made of it
  give_back(w, "r2", "w", "\"total\":\"20.00\""); // of another source
  assert_at(w, "balances/points", "10");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"x2\",\"source\":\"app\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"" T(
             "01") "\","
                   "\"data\":{\"total\":\"20.00\",\"transaction\":\"w\"}}");
  give_back(w, "r3", "w", "\"total\":\"20.00\"");
  assert_at(w, "error/code", "of_ambiguous");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_two_halves, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_into_debt, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_written_off, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_own_lot_first, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_fixed_stays_or_goes, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_matching, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_which_purchase, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
