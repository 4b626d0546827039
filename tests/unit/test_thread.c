#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/thread.h"
#include <pthread.h>
#include <sys/resource.h>

static void *at_work(void *arg) {
  int *nice = arg;
  acr__thread_prompt();
  nice[0] = getpriority(PRIO_PROCESS, 0);
  acr__thread_patient(5);
  nice[1] = getpriority(PRIO_PROCESS, 0);
  acr__thread_patient(100);
  nice[2] = getpriority(PRIO_PROCESS, 0);
  return NULL;
}

// A thread gives way by itself: the others of the process stay as they are.
static void test_thread_gives_way(void **state) {
  (void)state;
  int own = getpriority(PRIO_PROCESS, 0), nice[3] = {-99, -99, -99};
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, at_work, nice), 0);
  pthread_join(thread, NULL);
  assert_int_equal(nice[0], own);
  assert_int_equal(nice[1], own + 5 > 19 ? 19 : own + 5);
  assert_int_equal(nice[2], 19);
  assert_int_equal(getpriority(PRIO_PROCESS, 0), own);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_thread_gives_way)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
