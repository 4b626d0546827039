// Members by id: against a plain list, while they come, go and take other ids.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/roster.h"
#include <stdio.h>

enum { MEMBERS = 3000, STEPS = 60000 };

static char ids[MEMBERS + 1][24];
static struct acr__member members[MEMBERS + 1], *by_number[MEMBERS + 1];

static void check(const struct acr__roster *roster, uint32_t number) {
  acr__span id = acr__span_of(ids[number]);
  assert_ptr_equal(acr__roster_find(roster, by_number, id), by_number[number]);
}

static void come(struct acr__roster *roster, uint32_t number) {
  members[number].id = acr__span_of(ids[number]);
  by_number[number] = &members[number];
  acr__roster_put(roster, members[number].id, number);
}

static void go(struct acr__roster *roster, uint32_t number) {
  by_number[number] = NULL;
  acr__roster_remove(roster, members[number].id, number);
}

static void test_come_and_go(void **state) {
  (void)state;
  struct acr__roster roster = {0};
  uint64_t seed = 7;
  uint32_t count = 0;
  assert_null(acr__roster_find(&roster, by_number, ACR__SPAN_LIT("nobody")));
  acr__roster_remove(&roster, ACR__SPAN_LIT("nobody"), 1);
  for (uint32_t n = 1; n <= MEMBERS; n++)
    snprintf(ids[n], sizeof ids[n], "member-%u", (unsigned)n);
  for (int step = 0; step < STEPS; step++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    uint32_t number = (uint32_t)(seed >> 33) % MEMBERS + 1;
    bool there = by_number[number] != NULL;
    if (there)
      go(&roster, number);
    else
      come(&roster, number);
    count = there ? count - 1 : count + 1;
    assert_int_equal(roster.count, count);
    check(&roster, number);
    check(&roster, (uint32_t)(seed >> 20) % MEMBERS + 1);
  }
  for (uint32_t n = 1; n <= MEMBERS; n++)
    check(&roster, n);
  assert_null(acr__roster_find(&roster, by_number, ACR__SPAN_LIT("nobody")));
  acr__roster_free(&roster);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_come_and_go)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
