// Returns and what history, levels and amendments make of them (domain 16.12).
#include "return_fixture.h"

#define SPEND                                                                                                                       \
  "\"purchase\":[{\"rule\":\"Spender\",\"when\":{\"all\":[{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"spend_currency\"," \
  "\"operator\":\">=\","                                                                                                            \
  "\"amount\":\"100.00\"}]},\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":7,\"account\":\"bonus\",\"source\":\"promo\"}]}]"

// A sum that held the purchase has its part exchanged; what others made true stays (domain R8).
static void test_kept_sum(void **state) {
  struct world *w = *state;
  start(w, SPEND);
  two_lines(w, "b1", T("01"), "50.00", "20.00");
  two_lines(w, "b2", T("02"), "30.00", "10.00"); // 110 now
  assert_at(w, "balances/bonus", "7");
  give_back(w, "r1", "b1", LINE("2")); // 90 in all, but what b2 gave is not looked at
  assert_at(w, "balances/bonus", "7");
  give_back(w, "r2", "b2", LINE("2")); // b2 saw 110, without 10 it is 100
  assert_at(w, "balances/bonus", "7");
  give_back(w, "r3", "b2", "\"items\":[{\"of_line\":\"1\",\"amount\":\"30.00\"}]");
  assert_at(w, "balances/bonus", "0");
  assert_at(w, "balances/points", "50");
  buy(w, "b3", "m", T("22"), "49.99"); // 50 + 49.99: sums are net
  assert_at(w, "balances/bonus", "0");
  buy(w, "b4", "m", T("22"), "0.01");
  assert_at(w, "balances/bonus", "7");
  assert_verified(w);
}

#define COUNT                                                                                                                            \
  "\"purchase\":[{\"rule\":\"Third\",\"when\":{\"all\":[{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"complete_transactions\"," \
  "\"operator\":\">=\","                                                                                                                 \
  "\"count\":3}]},\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":7,\"account\":\"bonus\",\"source\":\"promo\"}]}]"

static void three_and_one_back(struct world *w) {
  two_lines(w, "b1", T("01"), "5.00", "5.00");
  two_lines(w, "b2", T("01"), "5.00", "5.00");
  give_back(w, "r1", "b1", LINE("1"));
  give_back(w, "r2", "b2", "\"total\":\"10.00\""); // no transaction any more (domain N1)
}

static void assert_counts(struct world *w) {
  two_lines(w, "b3", T("22"), "5.00", "5.00"); // the second
  assert_at(w, "balances/bonus", "0");
  two_lines(w, "b4", T("22"), "5.00", "5.00");
  assert_at(w, "balances/bonus", "7");
  assert_verified(w);
}

static void test_counts(void **state) {
  struct world *w = *state;
  start(w, COUNT);
  three_and_one_back(w);
  assert_counts(w);
}

static void test_counts_after_restart(void **state) {
  struct world *w = *state;
  start(w, COUNT);
  three_and_one_back(w);
  world_close(w);
  world_remove_view(w);
  world_open(w);
  give_back(w, "r3", "b2", "\"total\":\"10.00\"");
  assert_at(w, "error/code", "already_returned");
  give_back(w, "r4", "b1", LINE("1"));
  assert_at(w, "error/code", "already_returned");
  assert_counts(w);
}

// A rule that comes later sees purchases as they stand.
static void test_old_history(void **state) {
  struct world *w = *state;
  start(w, "");
  three_and_one_back(w);
  program_of(w, "shop", "2026-01-01", "\"points\":{\"default\":true,\"allow_negative\":true},\"bonus\":{}", "\"points\",\"bonus\"",
             BASE_EARN "," COUNT);
  publish(w, "shop");
  assert_counts(w);
  give_back(w, "r5", "b1", LINE("2")); // judged by a release that another has replaced
  assert_at(w, "outcomes/0/points", "-5");
  assert_verified(w);
}

static void test_custom_event(void **state) {
  struct world *w = *state;
  start(w, "\"event\":[{\"rule\":\"V\",\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\"},"
           "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":7,\"account\":\"bonus\",\"source\":\"promo\"}]}]");
  event(w, "v1", "visit", "m", T("01"), "");
  assert_at(w, "balances/bonus", "7");
  give_back(w, "r1", "v1", "\"total\":\"1.00\"");
  assert_at(w, "balances/bonus", "0");
  give_back(w, "r2", "v1", "\"total\":\"1.00\"");
  assert_at(w, "error/code", "already_returned");
  assert_verified(w);
}

static void amend(struct world *w, const char *id, const char *transaction, const char *total) {
  char data[128];
  snprintf(data, sizeof data, "\"transaction\":\"%s\",\"total\":\"%s\"", transaction, total);
  event(w, id, "purchase.amended", "m", T("21"), data);
}

static void test_amended(void **state) {
  struct world *w = *state;
  start(w, SPEND);
  buy(w, "b1", "m", T("01"), "100.00");
  assert_at(w, "balances/bonus", "7");
  amend(w, "a1", "b1", "60.00");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "60");
  assert_at(w, "balances/bonus", "0");
  amend(w, "a2", "b1", "130.00");
  assert_at(w, "outcomes/0/points", "70");
  assert_at(w, "balances/points", "130");
  assert_at(w, "balances/bonus", "7");
  give_back(w, "r1", "b1", "\"total\":\"120.00\""); // the newest lot first
  assert_at(w, "balances/points", "10");
  assert_at(w, "balances/bonus", "0");
  amend(w, "a3", "b1", "0.00");
  assert_at(w, "balances/points", "0");
  give_back(w, "r2", "b1", "\"total\":\"1.00\"");
  assert_at(w, "error/code", "already_returned");
  amend(w, "a4", "none", "0.00");
  assert_at(w, "error/code", "of_unknown");
  assert_at(w, "error/path", "$.data.transaction");
  assert_verified(w);
}

// Random purchases and partial returns: the parts add up to the whole, and the balance is what is left of each purchase.
static void test_parts_add_up(void **state) {
  struct world *w = *state;
  uint64_t seed = 20260322;
  start(w, "");
  for (int p = 0; p < 40; p++) {
    int64_t left[4], total = 0;
    char id[16], data[512];
    int n = snprintf(data, sizeof data, "\"items\":[");
    for (int i = 0; i < 4; i++) {
      left[i] = 1 + (int64_t)(test_random(&seed) % 3000);
      total += left[i];
      n += snprintf(data + n, sizeof data - (size_t)n, "%s{\"line\":\"%d\",\"sku\":\"S\",\"quantity\":5,\"amount\":\"%lld.%02lld\"}",
                    i ? "," : "", i, (long long)left[i] / 100, (long long)left[i] % 100);
    }
    snprintf(data + n, sizeof data - (size_t)n, "],\"total\":\"%lld.%02lld\"", (long long)total / 100, (long long)total % 100);
    snprintf(id, sizeof id, "p%d", p);
    char member[16];
    snprintf(member, sizeof member, "m%d", p);
    event(w, id, "purchase", member, T("01"), data);
    int64_t posted = total / 100, taken = 0;
    int quantity[4] = {5, 5, 5, 5};
    for (int r = 0; r < 200 && quantity[0] + quantity[1] + quantity[2] + quantity[3]; r++) {
      int line = (int)(test_random(&seed) % 4), count = 1 + (int)(test_random(&seed) % 3);
      char back[16];
      snprintf(back, sizeof back, "r%d.%d", p, r);
      snprintf(data, sizeof data, "\"of\":\"%s\",\"items\":[{\"of_line\":\"%d\",\"quantity\":%d}]", id, line, count);
      event(w, back, "return", member, T("02"), data);
      if (count > quantity[line]) {
        assert_at(w, "error/code", "already_returned");
        continue;
      }
      int64_t part = count == quantity[line] ? left[line] : left[line] * count / quantity[line];
      left[line] -= part;
      quantity[line] -= count;
      total -= part;
      taken = posted - total / 100;
      char wanted[32];
      snprintf(wanted, sizeof wanted, "%lld", (long long)(posted - taken));
      assert_at(w, "balances/points", wanted);
    }
    assert_at(w, "balances/points", "0");
  }
  assert_verified(w);
}

// Domain R11: as a purchase of those lines, points only; nothing is kept of it.
static void test_unmatched(void **state) {
  struct world *w = *state;
  start(w, "\"settings\":{\"unmatched_returns\":\"deduct\"},"
           "\"purchase\":[{\"rule\":\"Big\",\"limit\":{\"times\":1,\"per\":\"year\"},"
           "\"when\":{\"key_phrase\":\"total_spend\",\"operator\":\">=\",\"amount\":\"20.00\"},"
           "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":100,\"account\":\"bonus\",\"source\":\"promo\"},"
           "{\"outcome\":\"add_tags\",\"tags\":[\"big\"]}]}]");
  buy(w, "b1", "m", T("01"), "30.00");
  assert_at(w, "balances/bonus", "100");
  adjust(w, "a1", "m", T("02"), "-60", "bonus");
  give_back(w, "r1", "nowhere", "\"items\":[{\"sku\":\"A\",\"amount\":\"25.00\"}]");
  assert_at(w, "status", "applied");
  assert_at(w, "outcomes/0/points", "-25");
  assert_at(w, "balances/points", "5");
  assert_at(w, "outcomes/1/points", "-40");
  assert_at(w, "outcomes/2/clipped", "60");
  assert_at(w, "balances/bonus", "0");
  give_back(w, "r1", "nowhere", "\"items\":[{\"sku\":\"A\",\"amount\":\"25.00\"}]");
  assert_at(w, "status", "duplicate");
  event(w, "r2", "return", "new", T("20"), "\"total\":\"25.00\"");
  assert_at(w, "balances/points", "-25");
  give_back(w, "r3", "b1", "\"total\":\"30.00\""); // what has a purchase is no deduction
  assert_at(w, "outcomes/0/reason", "reversal");
  assert_verified(w);
}

// What a level's own base earning would have given is said to be that level's, as where it is given.
static void test_unmatched_of_a_level(void **state) {
  struct world *w = *state;
  start(w, "\"settings\":{\"unmatched_returns\":\"deduct\"},\"levels\":[{\"level\":\"Member\",\"entrance\":[{\"rule\":\"All\","
           "\"when\":\"no rules\",\"outcomes\":[]}],"
           "\"base_earn\":{\"points\":2,\"per\":\"1.00\",\"account\":\"points\",\"source\":\"base\"}}]");
  buy(w, "b1", "m", T("01"), "30.00");
  assert_at(w, "outcomes/1/level", "Member");
  assert_at(w, "outcomes/1/points", "60");
  give_back(w, "r1", "nowhere", "\"total\":\"10.00\"");
  assert_at(w, "outcomes/0/behavior", "base");
  assert_at(w, "outcomes/0/level", "Member");
  assert_at(w, "outcomes/0/points", "-20");
  assert_verified(w);
}

#define TIERS                                                                                                                          \
  "\"settings\":{\"return_affects_tier\":%s},\"levels\":[{\"level\":\"Member\",\"entrance\":[{\"rule\":\"All\",\"when\":\"no rules\"," \
  "\"outcomes\":[]}]},{\"level\":\"Gold\",\"entrance\":[{\"rule\":\"Hundred\",\"when\":{\"key_phrase\":\"spend_currency\","            \
  "\"operator\":\">=\",\"amount\":\"100.00\"},\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":7,\"account\":\"bonus\","         \
  "\"source\":\"promo\"}]}]}]"

// Domain R7: the level stays unless the program says otherwise; what the entrance gave goes either way.
static void climb_and_return(struct world *w, const char *setting, const char *level) {
  char *text;
  assert_true(asprintf(&text, TIERS, setting) > 0);
  start(w, text);
  free(text);
  buy(w, "b1", "m", T("01"), "60.00");
  buy(w, "b2", "m", T("02"), "50.00");
  assert_at(w, "levels/shop", "Gold");
  assert_at(w, "balances/bonus", "7");
  give_back(w, "r1", "b2", "\"total\":\"10.00\"");
  assert_at(w, "levels/shop", "Gold");
  give_back(w, "r2", "b2", "\"total\":\"0.01\"");
  assert_at(w, "levels/shop", level);
  assert_at(w, "balances/bonus", "0");
  assert_verified(w);
}

static void test_level_stays(void **state) {
  climb_and_return(*state, "false", "Gold");
}

static void test_level_falls(void **state) {
  climb_and_return(*state, "true", "Member");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_kept_sum, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_counts, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_counts_after_restart, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_old_history, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_custom_event, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_amended, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_parts_add_up, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_unmatched, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_unmatched_of_a_level, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_level_stays, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_level_falls, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
