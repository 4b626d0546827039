// The memory store, through ledger.h alone.
#include "base/buf.h"
#include "ledger/ledger.h"
#include "ledger_cases.h"

static void open_ledger(struct fixture *fix) {
  struct acr__ledger_options options = {.path = NULL};
  char *message = NULL;
  assert_int_equal(acr__ledger_open(&options, &fix->ledger, &fix->info, &message), ACR_E_OK);
  assert_null(message);
}

static int set_up(void **state) {
  struct fixture *fix = calloc(1, sizeof *fix);
  fix->end = 1;
  open_ledger(fix);
  *state = fix;
  return 0;
}

static int tear_down(void **state) {
  struct fixture *fix = *state;
  acr__ledger_close(fix->ledger);
  acr__buf_free(&fix->batch);
  free(fix);
  return 0;
}

static void test_disk_is_boundless(void **state) {
  struct fixture *fix = *state;
  assert_true(acr__ledger_disk_free(fix->ledger) == UINT64_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {LEDGER_CASES, LEDGER_CASE(test_disk_is_boundless)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
