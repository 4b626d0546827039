#include "base/thread.h"
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// sched_setattr(2), whose types the C library does not have. Since Linux 6.12 `runtime` of an ordinary thread is the length of its
// turns, 0.1 to 100 ms: a thread that wakes need not wait for the end of another's turn when its own are shorter.
struct turns {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime_ns, deadline_ns, period_ns;
};

static void ask(int lower, uint64_t runtime_ns) {
  if (sched_getscheduler(0) != SCHED_OTHER) return; // whoever started it knows better
  errno = 0;
  int nice = getpriority(PRIO_PROCESS, lower ? (id_t)getpid() : 0);
  if (errno) return;
  nice = nice + lower > 19 ? 19 : nice + lower;
  if (lower) setpriority(PRIO_PROCESS, 0, nice); // 0 is the calling thread alone
  struct turns turns = {.size = sizeof turns, .nice = nice, .runtime_ns = runtime_ns};
  syscall(SYS_sched_setattr, 0, &turns, 0);
}

void acr__thread_prompt(void) {
  ask(0, 100000);
}

void acr__thread_patient(int nice) {
  ask(nice, 20000000);
}
