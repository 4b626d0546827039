// Members are written behind in sweeps over their numbers; what a sweep could not write is tried again, and nothing is lost by it.
#include "engine_fixture.h"
#include "engine/engine.h"

enum { MEMBERS = 200 };

static void all_earn(struct world *w, int round) {
  char id[32], member[16];
  for (int i = 0; i < MEMBERS; i++) {
    snprintf(id, sizeof id, "e%d-%d", round, i);
    snprintf(member, sizeof member, "m%d", (i * 37) % MEMBERS);
    buy(w, id, member, "2026-02-05T12:00:00Z", "10.00");
  }
}

static struct acr__behind *behind(struct world *w) {
  return &w->engine->unwritten;
}

static uint64_t pushed(struct world *w) {
  return acr__ledger_pushed(w->engine->ledger);
}

static void test_idle_writes_everybody(void **state) {
  struct world *w = *state;
  all_earn(w, 1);
  assert_true(behind(w)->count > 0);
  int slices = 0;
  while (acr__behind_idle(w->engine, 16))
    slices++;
  assert_true(slices >= MEMBERS / 16 - 1);
  assert_int_equal(behind(w)->count, 0);
  assert_null(behind(w)->first);
  assert_false(acr__behind_idle(w->engine, 16));
}

// Nothing is due after a few events; half a sweep's time later half of the numbers are, in order; and it ends.
static void test_step_follows_the_time(void **state) {
  struct world *w = *state;
  all_earn(w, 1);
  uint64_t before = pushed(w);
  acr__behind_step(w->engine, 1000);
  assert_int_equal(pushed(w), before);
  behind(w)->began_ms -= 31000;
  acr__behind_step(w->engine, 1000);
  assert_true(behind(w)->from > 0);
  size_t waiting = behind(w)->count;
  behind(w)->began_ms -= 15000;
  acr__behind_step(w->engine, 1000);
  assert_true(behind(w)->count < waiting && behind(w)->count > 0);
  for (struct acr__member *one = behind(w)->first; one; one = one->dirty_next)
    assert_true(one->number >= behind(w)->at);
  behind(w)->began_ms -= 15000;
  acr__behind_step(w->engine, 1000);
  assert_int_equal(behind(w)->count, 0);
  assert_int_equal(behind(w)->from, 0);
}

// Who has a record on its way to the journal when the sweep passes is written right after, not one sweep later.
static void test_passed_over(void **state) {
  struct world *w = *state;
  all_earn(w, 1);
  while (acr__behind_idle(w->engine, 1000)) {
  }
  all_earn(w, 2);
  acr__pos whole = w->engine->safe_end;
  struct acr__member *late = behind(w)->first->dirty_next;
  w->engine->safe_end = late->applied; // as if this one's commit were under way
  for (struct acr__member *one = behind(w)->first; one; one = one->dirty_next)
    if (one != late) one->applied = late->applied - 1;
  for (int step = 0; step < 2; step++) { // it begins, it ends
    behind(w)->began_ms -= 31000;
    acr__behind_step(w->engine, 1000);
  }
  assert_int_equal(behind(w)->from, 0);
  assert_int_equal(behind(w)->count, 1);
  assert_ptr_equal(behind(w)->first, late);
  w->engine->safe_end = whole;
  acr__behind_step(w->engine, 1000);
  assert_int_equal(behind(w)->count, 0);
}

static void test_swept_and_opened_again(void **state) {
  struct world *w = *state;
  for (int round = 1; round < 4; round++) {
    all_earn(w, round);
    behind(w)->began_ms -= 31000;
    acr__behind_step(w->engine, 1000);
    behind(w)->began_ms -= 20000 - round;
    acr__behind_step(w->engine, 1000);
    world_reopen(w);
  }
  see(w, "m5");
  assert_at(w, "result/spendable/points", "30");
  assert_verified(w);
}

static int set_up(void **state) {
  struct world *w = *state = world_new(true);
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  return 0;
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void) {
  const struct CMUnitTest tests[] = {CASE(test_idle_writes_everybody), CASE(test_step_follows_the_time), CASE(test_passed_over),
                                     CASE(test_swept_and_opened_again)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
