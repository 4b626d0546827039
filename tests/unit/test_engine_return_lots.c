// What is taken back where points have expired or rolled over, what was kept of a rule, and by which rules nothing is judged.
#include "return_fixture.h"

static void clock_at(struct world *w, const char *id, const char *time) {
  say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"pos\",\"type\":\"clock\",\"time\":\"%s\"}", id, time);
  assert_at(w, "status", "applied");
}

static void back_later(struct world *w, const char *id, const char *of, const char *rest) {
  char data[512];
  snprintf(data, sizeof data, "\"of\":\"%s\",%s", of, rest);
  event(w, id, "return", "m", "2026-06-20T12:00:00Z", data);
  assert_at(w, "status", "applied");
}

// Domain R5: 100 given, 30 spent, 70 expired: 30 are taken, from another lot.
static void test_expired(void **state) {
  struct world *w = *state;
  start_with(
      w, "\"points\":{\"default\":true,\"allow_negative\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"1 month\"}},\"bonus\":{}", "");
  buy(w, "b1", "m", T("01"), "100.00");
  event(w, "s1", "points.spend", "m", T("02"), "\"points\":30");
  clock_at(w, "c1", "2026-06-01T12:00:00Z");
  buy(w, "b2", "m", "2026-06-10T12:00:00Z", "50.00");
  back_later(w, "r1", "b1", "\"total\":\"60.00\""); // all of it had expired
  assert_at(w, "balances/points", "50");
  back_later(w, "r2", "b1", "\"total\":\"40.00\""); // 10 more had
  assert_at(w, "outcomes/0/points", "-30");
  assert_at(w, "balances/points", "20");
  assert_verified(w);
}

// What a rule of the purchase itself let expire of the lot: 50 of 100 are gone and are not taken again.
static void test_expired_at_once(void **state) {
  struct world *w = *state;
  start(w, "\"levels\":[{\"level\":\"One\",\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no "
           "rules\"}]},{\"level\":\"Two\",\"entrance\":[{\"rule\":\"Half goes\",\"when\":"
           "{\"key_phrase\":\"current_point_balance\",\"points\":100},\"outcomes\":[{\"outcome\":\"points_expiration\","
           "\"percent\":50,\"account\":\"points\"}]}]}]");
  buy(w, "b1", "m", T("01"), "100.00");
  buy(w, "b2", "m", T("02"), "40.00");
  assert_at(w, "balances/points", "90");
  give_back(w, "r1", "b1", "\"total\":\"100.00\"");
  assert_at(w, "outcomes/0/points", "-50");
  assert_at(w, "balances/points", "40");
  assert_verified(w);
}

// Domain G6: what rolled over is taken where it is now.
static void test_rolled_over(void **state) {
  struct world *w = *state;
  start_with(w,
             "\"points\":{\"escrow\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"14 days\",\"into\":\"bonus\"}},"
             "\"bonus\":{\"default\":true}",
             "");
  buy(w, "b1", "m", T("01"), "70.00");
  buy(w, "b2", "m", T("02"), "30.00");
  give_back(w, "r0", "b1", "\"total\":\"10.00\""); // due work first: b1 rolled over on the 15th
  assert_at(w, "outcomes/0/account", "bonus");
  assert_at(w, "balances/bonus", "90");
  clock_at(w, "c1", "2026-06-01T12:00:00Z");
  back_later(w, "r1", "b1", "\"total\":\"20.00\"");
  assert_at(w, "balances/bonus", "70");
  back_later(w, "r2", "b2", "\"total\":\"30.00\"");
  assert_at(w, "balances/bonus", "40");
  back_later(w, "r3", "b1", "\"total\":\"40.00\"");
  assert_at(w, "balances/bonus", "0");
  assert_verified(w);
}

#define ROLLING(more) \
  "\"points\":{\"expiry\":{\"mode\":\"rolling\",\"after\":\"14 days\",\"into\":\"bonus\"}},\"bonus\":{\"default\":true" more "}"

static void hold_of(struct world *w, const char *id, const char *day, const char *until, int points) {
  char data[256];
  snprintf(data, sizeof data, "\"points\":%d,\"account\":\"points\",\"reference\":\"%s\",\"until\":\"%s\"", points, id, until);
  event(w, id, "points.hold", "m", day, data);
  assert_at(w, "status", "applied");
}

// What was held when its lot rolled over rolls over behind it: each part is found where it is now.
static void test_rolled_over_in_parts(void **state) {
  struct world *w = *state;
  start_with(w, ROLLING(""), "");
  buy(w, "b1", "m", T("01"), "100.00");
  hold_of(w, "h1", T("02"), T("18"), 60);
  hold_of(w, "h2", T("02"), T("19"), 10);
  clock_at(w, "c1", T("17")); // 30 are in bonus now
  back_later(w, "r1", "b1", "\"total\":\"10.00\"");
  assert_at(w, "balances/bonus", "90"); // and since the 19th all others
  back_later(w, "r2", "b1", "\"total\":\"75.00\"");
  assert_at(w, "balances/bonus", "15");
  event(w, "a1", "points.adjust", "m", "2026-06-20T12:00:00Z", "\"points\":50,\"account\":\"bonus\",\"reason\":\"r\",\"actor\":\"a\"");
  event(w, "s1", "points.spend", "m", "2026-06-20T12:00:00Z", "\"points\":10");
  back_later(w, "r3", "b1", "\"total\":\"15.00\"");
  assert_at(w, "outcomes/0/points", "-5"); // what its own lots have, then another's
  assert_at(w, "balances/bonus", "40");
  assert_verified(w);
}

// What of each part was taken is taken once, and what of each had expired is let go once.
static void test_parts_that_expired(void **state) {
  struct world *w = *state;
  start_with(w, ROLLING(",\"expiry\":{\"mode\":\"rolling\",\"after\":\"1 month\"}"), "");
  buy(w, "b1", "m", T("01"), "100.00");
  hold_of(w, "h1", T("02"), "2026-06-10T12:00:00Z", 40);
  back_later(w, "r1", "b1", "\"total\":\"30.00\""); // 60 rolled over in March and expired in April
  assert_at(w, "balances/bonus", "40");
  back_later(w, "r2", "b1", "\"total\":\"50.00\""); // 30 of them, 20 of those that were held
  assert_at(w, "balances/bonus", "20");
  back_later(w, "r3", "b1", "\"total\":\"20.00\"");
  assert_at(w, "balances/bonus", "0");
  assert_verified(w);
}

// Points that an account at its maximum has no room for when they roll over are gone as expired ones are.
static void test_no_room(void **state) {
  struct world *w = *state;
  start_with(w, ROLLING(",\"max_balance\":70"), "");
  buy(w, "b1", "m", T("01"), "50.00");
  buy(w, "b2", "m", T("02"), "50.00"); // 20 of it have room
  buy(w, "b3", "m", T("03"), "50.00"); // nothing of it has
  clock_at(w, "c1", "2026-06-01T12:00:00Z");
  back_later(w, "r1", "b3", "\"total\":\"50.00\"");
  assert_at(w, "balances/bonus", "70");
  back_later(w, "r2", "b2", "\"total\":\"35.00\""); // 30 are gone
  assert_at(w, "balances/bonus", "65");
  back_later(w, "r3", "b2", "\"total\":\"15.00\"");
  assert_at(w, "balances/bonus", "50");
  back_later(w, "r4", "b1", "\"total\":\"50.00\"");
  assert_at(w, "balances/bonus", "0");
  assert_verified(w);
}

// Points of an account with more decimals are as many more smallest units.
static void test_rolled_over_into_decimals(void **state) {
  struct world *w = *state;
  start_with(w, ROLLING(",\"decimals\":2,\"max_balance\":\"60.05\""), "");
  buy(w, "b1", "m", T("01"), "50.00");
  buy(w, "b2", "m", T("02"), "50.00"); // 10.05 of it have room
  clock_at(w, "c1", "2026-06-01T12:00:00Z");
  assert_at(w, "status", "applied");
  back_later(w, "r1", "b1", "\"total\":\"20.00\"");
  assert_at(w, "balances/bonus", "40.05");
  back_later(w, "r2", "b2", "\"total\":\"40.00\""); // 39 are gone
  assert_at(w, "balances/bonus", "39.05");
  back_later(w, "r3", "b2", "\"total\":\"10.00\"");
  assert_at(w, "balances/bonus", "30.00");
  back_later(w, "r4", "b1", "\"total\":\"30.00\"");
  assert_at(w, "balances/bonus", "0.00");
  assert_verified(w);
}

// As many multiples as the purchase still reaches of those that it was given.
static void test_multiples(void **state) {
  struct world *w = *state;
  start(w, "\"purchase\":[{\"rule\":\"Tens\",\"when\":[{\"key_phrase\":\"make_a_purchase\"},"
           "{\"key_phrase\":\"spend_currency\",\"every\":\"10.00\"}],"
           "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":5,\"account\":\"bonus\",\"source\":\"promo\"}]}]");
  buy(w, "b1", "m", T("01"), "15.00");
  buy(w, "b2", "m", T("02"), "30.00"); // 45: at 20, 30, 40
  assert_at(w, "balances/bonus", "20");
  give_back(w, "r1", "b2", "\"total\":\"5.00\"");
  assert_at(w, "balances/bonus", "20"); // 40 still
  give_back(w, "r2", "b2", "\"total\":\"0.01\"");
  assert_at(w, "balances/bonus", "15");
  give_back(w, "r3", "b2", "\"total\":\"24.99\"");
  assert_at(w, "balances/bonus", "5");
  buy(w, "b3", "m", T("21"), "25.00"); // 40 again: reached before (contract 4)
  assert_at(w, "balances/bonus", "5");
  assert_verified(w);
}

// What an outcome was told is what it is told again.
static void test_reads(void **state) {
  struct world *w = *state;
  world_file(w, "outcomes/told.lua",
             "return accrue.outcome { title = \"Told\", variables = {},\n"
             "  reads = function() return { held = accrue.read.balance { \"points\" } } end,\n"
             "  effects = function(purchase, _, reads)\n"
             "    local points = purchase.amount // 100 + (reads.held or 0)\n"
             "    return { accrue.effect.award { account = \"bonus\", source = \"promo\", points = points } }\n"
             "  end }\n");
  world_reopen(w);
  start(w, "\"purchase\":[{\"rule\":\"R\",\"when\":{\"key_phrase\":\"make_a_purchase\"},\"outcomes\":[{\"outcome\":\"told\"}]}]");
  buy(w, "b1", "m", T("01"), "10.00");
  char given[32], left[32];
  snprintf(given, sizeof given, "%s", at(w, "balances/bonus"));
  buy(w, "b2", "m", T("02"), "500.00");
  int before = atoi(at(w, "balances/bonus"));
  give_back(w, "r1", "b1", "\"total\":\"4.00\"");
  snprintf(left, sizeof left, "%d", before - 4);
  assert_at(w, "balances/bonus", left);
  give_back(w, "r2", "b1", "\"total\":\"6.00\"");
  snprintf(left, sizeof left, "%d", before - atoi(given));
  assert_at(w, "balances/bonus", left);
  assert_verified(w);
}

// What was given because a rule was not met goes when it is met; it is never given by a return.
static void test_unmet(void **state) {
  struct world *w = *state;
  start(w, "\"purchase\":[{\"rule\":\"Small\",\"when\":{\"key_phrase\":\"total_spend\",\"operator\":\">=\",\"amount\":\"20.00\"},"
           "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":5,\"on\":\"unmet\",\"account\":\"bonus\",\"source\":\"promo\"},"
           "{\"outcome\":\"points_fixed\",\"points\":50,\"account\":\"bonus\",\"source\":\"promo\"}]}]");
  buy(w, "b1", "m", T("01"), "15.00");
  assert_at(w, "balances/bonus", "5");
  buy(w, "b2", "m", T("02"), "25.00");
  assert_at(w, "balances/bonus", "55");
  give_back(w, "r1", "b1", "\"total\":\"5.00\"");
  assert_at(w, "balances/bonus", "55");
  give_back(w, "r2", "b2", "\"total\":\"15.00\"");
  assert_at(w, "balances/bonus", "5");
  give_back(w, "r3", "b1", "\"total\":\"10.00\"");
  assert_at(w, "balances/bonus", "0");
  assert_verified(w);
}

// Sums of points are net of what was taken back, at the time of the award.
static void test_points_are_net(void **state) {
  struct world *w = *state;
  start(w,
        "\"purchase\":[{\"rule\":\"R\",\"when\":[{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"earn_points\",\"operator\":\">=\","
        "\"points\":100,\"timeframe\":{\"last\":\"10 days\"}}],"
        "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":5,\"account\":\"bonus\",\"source\":\"promo\"}]}]");
  buy(w, "b1", "m", T("15"), "120.00");
  give_back(w, "r1", "b1", "\"total\":\"21.00\"");
  buy(w, "b2", "m", T("21"), "1.00"); // 99
  assert_at(w, "balances/bonus", "0");
  buy(w, "b3", "m", T("21"), "1.00"); // 100
  assert_at(w, "balances/bonus", "5");
  buy(w, "b4", "m", T("28"), "1.00"); // the 15th is past, and what was taken back with it
  assert_at(w, "balances/bonus", "5");
  assert_verified(w);
}

// A purchase comes back from the member that its member was merged into.
static void test_merged(void **state) {
  struct world *w = *state;
  start(w, "");
  two_lines(w, "b1", T("01"), "10.00", "20.00");
  buy(w, "b2", "s", T("02"), "5.00");
  give_back(w, "r1", "b1", LINE("1"));
  event(w, "g1", "member.merge", "m", T("21"), "\"into\":\"s\"");
  assert_at(w, "status", "applied");
  event(w, "r2", "return", "s", T("22"), "\"of\":\"b1\"," LINE("1"));
  assert_at(w, "error/code", "already_returned");
  event(w, "r3", "return", "m", T("22"), "\"of\":\"b1\"," LINE("2")); // under either name
  assert_at(w, "outcomes/0/points", "-20");
  assert_at(w, "balances/points", "5");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_expired, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_expired_at_once, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_rolled_over, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_rolled_over_in_parts, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_parts_that_expired, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_no_room, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_rolled_over_into_decimals, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_multiples, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_reads, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_unmet, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_merged, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_points_are_net, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
