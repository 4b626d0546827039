// The SQLite store killed at any moment, and out of room.
#include "base/buf.h"
#include "ledger/ledger.h"
#include "ledger_files.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

// ---- Killed

static void kill_and_wait(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

// The child commits, tells each acknowledged number through a pipe and is killed at some moment.
static void child_commits(struct fixture *fix, int fd, bool long_run) {
  open_ledger(fix);
  fix->seq = fix->info.last_seq;
  fix->end = fix->info.end;
  for (acr__pos pos = fix->info.view_end; pos < fix->info.end;) {
    acr__buf bytes = {0};
    pos = acr__ledger_scan(fix->ledger, pos, 1 << 20, &bytes);
    acr__pos at = pos - bytes.len;
    for (size_t i = 0, length; i < bytes.len; i += length) {
      struct acr__record record;
      length = acr__record_length(bytes.ptr + i, bytes.len - i);
      if (!acr__record_decode(bytes.ptr + i, bytes.len - i, at + i, &record, NULL)) _exit(1);
      acr__ledger_add_id(fix->ledger, record.id_digest, record.pos);
    }
    acr__buf_free(&bytes);
  }
  for (;;) {
    struct acr__id_entry ids[100];
    for (int i = 0; i < 100; i++) {
      ids[i].pos = fix->end;
      add_record(fix, 40, 300);
      ids[i].id = digest_of(fix->seq);
    }
    if (commit_ids(fix, ids, 100) != ACR_E_OK) _exit(1);
    char state[32];
    snprintf(state, sizeof state, "%llu", (unsigned long long)fix->seq);
    for (uint32_t i = 0; i < 10; i++) push_member(fix, (uint32_t)(fix->seq / 100 + i), state, fix->end);
    if (write(fd, &fix->seq, sizeof fix->seq) != sizeof fix->seq) _exit(1);
    if (long_run) usleep(5000); // it is there for what the view does behind the commits, not for a log of gigabytes
  }
}

static uint64_t run_and_kill(struct fixture *fix, int ms) {
  int ends[2];
  uint64_t acknowledged = 0, seq;
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) child_commits(fix, ends[1], ms > 1000);
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  // Drain, or the child would wait at a full pipe. A long run goes on until a slow disk has taken something.
  for (int waited = 0; waited < ms || (ms > 1000 && acknowledged == 0 && waited < 120000); waited++) {
    while (read(ends[0], &seq, sizeof seq) == sizeof seq) acknowledged = seq;
    usleep(1000);
  }
  kill_and_wait(child);
  while (read(ends[0], &seq, sizeof seq) == sizeof seq) acknowledged = seq;
  close(ends[0]);
  return acknowledged;
}

struct behind {
  uint32_t highest;
};

static bool note_highest(void *arg, uint32_t number, acr__span id, acr__span state) {
  struct behind *behind = arg;
  assert_true(id.len > 0 && state.len > 0);
  behind->highest = number;
  return true;
}

static void test_killed(void **state) {
  struct fixture *fix = *state;
  uint64_t last = 0;
  for (int round = 0; round < 8; round++) {
    uint64_t acknowledged = run_and_kill(fix, round % 4 == 3 ? 2600 : 60 + 37 * round);
    if (acknowledged == 0) acknowledged = last;
    open_ledger(fix);
    if (round > 0) assert_false(fix->info.view_rebuilt); // the same run of the machine: the view stays
    assert_true(fix->info.last_seq >= acknowledged);
    assert_true(fix->info.last_seq <= acknowledged + 200);
    assert_true(fix->info.view_end <= fix->info.end);
    memset(fix->places, 0, sizeof fix->places);
    assert_int_equal(walk(fix, 1 << 20), fix->info.last_seq);
    for (uint64_t seq = 1; seq <= fix->info.last_seq; seq += 11) {
      acr__pos pos = acr__ledger_find_seq(fix->ledger, seq);
      assert_true(pos > 0);
      acr__pos found = acr__ledger_find_id(fix->ledger, digest_of(seq));
      if (pos < fix->info.view_end) assert_int_equal(found, pos);
      else assert_true(found == 0 || found == pos);
    }
    struct behind behind = {0};
    acr__ledger_each_member(fix->ledger, note_highest, &behind);
    assert_int_equal(behind.highest, fix->info.last_member);
    assert_null(acr__ledger_check(fix->ledger, true));
    last = fix->info.last_seq;
    close_ledger(fix);
  }
  assert_true(last > 0);
  open_ledger(fix);
}

// Killed while it is being created: either nothing or a whole ledger, and in both cases creating again works.
static void test_killed_while_created(void **state) {
  struct fixture *fix = *state;
  for (int round = 0; round < 30; round++) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
      open_ledger(fix);
      pause();
    }
    usleep((useconds_t)(round * 400));
    kill_and_wait(child);
    open_ledger(fix);
    assert_int_equal(fix->info.last_seq, 0);
    close_ledger(fix);
    unlink(fix->path);
    unlink(beside(fix, "-view"));
  }
}

// ---- No room

// A child that may write no more than `bytes` of a file commits until it cannot; returns the last number acknowledged.
static uint64_t commit_until_full(struct fixture *fix, rlim_t bytes) {
  int ends[2];
  uint64_t acknowledged = 0, seq;
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    struct rlimit limit = {bytes, bytes};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    open_ledger(fix);
    int error = ACR_E_OK;
    while (error == ACR_E_OK) {
      for (int i = 0; i < 100; i++) add_record(fix, 40, 400);
      error = commit_batch(fix);
      if (error == ACR_E_OK && write(ends[1], &fix->seq, sizeof fix->seq) != sizeof fix->seq) _exit(1);
    }
    add_record(fix, 40, 400);
    bool latched = error == ACR_E_UNKNOWN_OUTCOME && commit_batch(fix) == ACR_E_UNKNOWN_OUTCOME;
    close_ledger(fix);
    _exit(latched ? 0 : 2);
  }
  close(ends[1]);
  while (read(ends[0], &seq, sizeof seq) == sizeof seq) acknowledged = seq;
  close(ends[0]);
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return acknowledged;
}

static void test_write_fails(void **state) {
  struct fixture *fix = *state;
  for (rlim_t bytes = 1000000; bytes < 3000000; bytes += 654321) {
    uint64_t acknowledged = commit_until_full(fix, bytes);
    assert_true(acknowledged > 0);
    open_ledger(fix);
    assert_in_range(fix->info.last_seq, acknowledged, acknowledged + 100);
    assert_int_equal(walk(fix, 1 << 20), fix->info.last_seq);
    assert_null(acr__ledger_check(fix->ledger, true));
    close_ledger(fix);
    unlink(fix->path);
    unlink(beside(fix, "-view"));
  }
}

// A full disk under the view: the states wait and are written once there is room.
static void test_view_waits_for_room(void **state) {
  struct fixture *fix = *state;
  struct rlimit before, limit;
  char text[300];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  getrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, SIG_IGN);
  limit = (struct rlimit){500000, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  uint64_t ticket = 0;
  for (uint32_t i = 1; i <= 5000; i++) ticket = push_member(fix, i, text, 1);
  usleep(2500000);
  assert_true(acr__ledger_pushed(fix->ledger) < ticket);
  setrlimit(RLIMIT_FSIZE, &before);
  wait_pushed(fix, ticket);
  expect_member(fix, 5000, text);
  assert_null(acr__ledger_check(fix->ledger, true));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_CASE_CLOSED(test_killed),
      LEDGER_CASE_CLOSED(test_killed_while_created),
      LEDGER_CASE_CLOSED(test_write_fails),
      LEDGER_CASE(test_view_waits_for_room),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
