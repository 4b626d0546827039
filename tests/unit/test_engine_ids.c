// Ids of a batch: found, replaced, and told apart where they share a place of the index and what it says of them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/ids.h"

static acr__digest id_of(uint32_t place, uint32_t tag, uint32_t rest) {
  acr__digest id = {{0}};
  memcpy(id.bytes, &place, sizeof place);
  memcpy(id.bytes + 4, &tag, sizeof tag);
  memcpy(id.bytes + 8, &rest, sizeof rest);
  return id;
}

static void test_shared_places(void **state) {
  enum { EACH = 6, PLACES = 50 }; // more than the index begins with
  struct acr__ids ids = {0};
  (void)state;
  assert_int_equal(acr__ids_get(&ids, id_of(0, 0, 0)), 0);
  for (uint32_t i = 0; i < EACH * EACH * PLACES; i++)
    acr__ids_put(&ids, id_of(i % PLACES, i / PLACES % EACH, i / PLACES / EACH), i + 1);
  for (uint32_t i = 0; i < EACH * EACH * PLACES; i++)
    assert_int_equal(acr__ids_get(&ids, id_of(i % PLACES, i / PLACES % EACH, i / PLACES / EACH)), i + 1);
  assert_int_equal(acr__ids_get(&ids, id_of(0, 0, EACH)), 0);
  assert_int_equal(acr__ids_get(&ids, id_of(0, EACH, 0)), 0);
  acr__ids_free(&ids);
}

static void test_replaced_and_cleared(void **state) {
  struct acr__ids ids = {0};
  (void)state;
  acr__ids_put(&ids, id_of(1, 1, 1), 5);
  acr__ids_put(&ids, id_of(1, 1, 2), 6);
  acr__ids_put(&ids, id_of(1, 1, 1), 7);
  assert_int_equal(ids.count, 2);
  assert_int_equal(acr__ids_get(&ids, id_of(1, 1, 1)), 7);
  assert_int_equal(acr__ids_get(&ids, id_of(1, 1, 2)), 6);
  acr__ids_clear(&ids);
  assert_int_equal(acr__ids_get(&ids, id_of(1, 1, 1)), 0);
  acr__ids_free(&ids);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_shared_places), cmocka_unit_test(test_replaced_and_cleared)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
