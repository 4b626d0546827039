// member.leave: out of a program until the member joins again.
#include "engine_fixture.h"

#define T(day) "2026-03-" day "T12:00:00Z"

static void start(struct world *w) {
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
}

static void test_leaves_and_returns(void **state) {
  struct world *w = *state;
  start(w);
  buy(w, "p1", "m", T("01"), "10.00");
  assert_at(w, "levels/shop", "Tier Level 1");
  event(w, "x1", "member.leave", "m", T("02"), "");
  assert_at(w, "status", "applied");
  assert_at(w, "outcomes/0/left", "shop");
  assert_at(w, "balances/points", "10"); // the points stay
  see(w, "m");
  assert_at(w, "result/levels/shop", "null");
  assert_at(w, "result/left/0", "shop");
  buy(w, "p2", "m", T("03"), "10.00");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "10"); // and none are added
  assert_at(w, "levels/shop", "null");
  event(w, "s1", "points.spend", "m", T("03"), "\"points\":4");
  assert_at(w, "balances/points", "6");
  event(w, "u1", "member.update", "m", T("03"), "");
  assert_at(w, "levels/shop", "null");
  event(w, "x2", "member.leave", "m", T("03"), ""); // nothing more to leave
  assert_at(w, "status", "applied");
  assert_at(w, "outcomes/0/left", "-");
  if (w->ledger[0]) {
    world_close(w);
    world_remove_view(w);
    world_open(w);
    see(w, "m");
    assert_at(w, "result/left/0", "shop");
  }
  event(w, "j1", "member.join", "m", T("04"), "");
  assert_at(w, "levels/shop", "Tier Level 1");
  buy(w, "p3", "m", T("05"), "10.00");
  assert_at(w, "balances/points", "16");
  see(w, "m");
  assert_at(w, "result/left", "-");
  assert_verified(w);
}

static void test_forfeits(void **state) {
  struct world *w = *state;
  start(w);
  buy(w, "p1", "m", T("01"), "10.00");
  adjust(w, "a1", "m", T("01"), "2.50", "fine");
  adjust(w, "a2", "m", T("01"), "-5", "owing");
  event(w, "x1", "member.leave", "m", T("02"), "\"forfeit\":true");
  assert_at(w, "balances/points", "0");
  assert_at(w, "balances/fine", "0.00");
  assert_at(w, "balances/owing", "-5"); // what is owed stays owed
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.ledger\",\"params\":{\"member\":\"m\"}}");
  assert_at(w, "result/entries/0/reason", "expire");
  event(w, "x2", "member.leave", "m", T("02"), "\"forfeit\":\"yes\"");
  assert_at(w, "error/path", "$.data.forfeit");
  assert_verified(w);
}

static void test_one_of_two_programs(void **state) {
  struct world *w = *state;
  start(w);
  program(w, "fuel", "2026-01-01", "");
  publish(w, "fuel");
  buy(w, "p1", "m", T("01"), "10.00");
  event(w, "x0", "member.leave", "m", T("02"), "\"program\":\"feul\"");
  assert_at(w, "error/code", "program_unknown");
  event(w, "x1", "member.leave", "m", T("02"), "\"program\":\"fuel\",\"forfeit\":true");
  assert_at(w, "balances/fuel.points", "0");
  assert_at(w, "balances/shop.points", "10");
  buy(w, "p2", "m", T("03"), "1.00");
  assert_at(w, "balances/fuel.points", "0");
  assert_at(w, "balances/shop.points", "11");
  assert_at(w, "levels/shop", "Tier Level 1");
  event(w, "x2", "member.leave", "stranger", T("03"), ""); // before its first purchase
  assert_at(w, "status", "applied");
  buy(w, "p3", "stranger", T("04"), "1.00");
  assert_at(w, "balances/shop.points", "0");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define FILED(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)
#define BOTH(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down), FILED(test)
      BOTH(test_leaves_and_returns),
      BOTH(test_forfeits),
      BOTH(test_one_of_two_programs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
