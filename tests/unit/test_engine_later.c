// When an event that a rule raises for later comes, over a jump of the clocks.
#include "engine_fixture.h"

#define WHEN(type) "\"when\":{\"key_phrase\":\"" type "\""

// New York's clocks jump on 8 March 2026: noon of that day is eleven hours after midnight, the next noon twelve.
static void test_over_a_jump(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"purchase\":[{\"rule\":\"remind\"," WHEN("make_a_purchase") "},\"outcomes\":["
          "{\"outcome\":\"trigger_event\",\"event\":\"ping\",\"after\":\"1 day\"}]}],"
          "\"event\":[{\"rule\":\"on ping\"," WHEN("trigger_an_event") ",\"event\":\"ping\"},\"outcomes\":["
          "{\"outcome\":\"points_fixed\",\"points\":10,\"account\":\"points\",\"source\":\"promo\"}]}]");
  publish(w, "shop");
  buy(w, "1", "m", "2026-03-08T12:00:00-04:00", "1.00");
  event(w, "2", "visit", "m", "2026-03-09T11:59:59-04:00", "");
  assert_at(w, "balances/points", "1");
  event(w, "3", "visit", "m", "2026-03-09T12:00:00-04:00", "");
  assert_at(w, "balances/points", "11");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_over_a_jump, set_up_memory, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
