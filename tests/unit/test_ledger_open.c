// Opening the SQLite store: what is refused, with which words, and that nothing is harmed by it.
#include "base/buf.h"
#include "ledger/ledger.h"
#include "ledger_files.h"
#include <fcntl.h>
#include <sys/wait.h>

static void test_missing(void **state) {
  expect_open_fails(*state, false, ACR_E_NOT_FOUND, "there is no ledger");
  assert_int_not_equal(access(beside(*state, "-lock"), F_OK), 0);
  struct fixture nowhere = {.path = "/nonexistent/folder/file"};
  expect_open_fails(&nowhere, true, ACR_E_NOT_FOUND, NULL);
}

static void expect_foreign(struct fixture *fix) {
  acr__buf before = read_file(fix->path);
  expect_open_fails(fix, true, ACR_E_NOT_A_LEDGER, "not an Accrue ledger");
  acr__buf after = read_file(fix->path);
  assert_int_equal(before.len, after.len);
  assert_memory_equal(before.ptr, after.ptr, before.len);
  acr__buf_free(&before);
  acr__buf_free(&after);
  assert_int_not_equal(access(beside(fix, "-lock"), F_OK), 0);
}

static void test_foreign_files(void **state) {
  struct fixture *fix = *state;
  write_file(fix->path, "hello", 5);
  expect_foreign(fix);
  acr__buf text = {0};
  for (int i = 0; i < 10000; i++) acr__buf_u8(&text, (uint8_t)i);
  write_file(fix->path, text.ptr, text.len);
  acr__buf_free(&text);
  expect_foreign(fix);
  unlink(fix->path);
  run_sql(fix->path, "CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  expect_foreign(fix);
  unlink(fix->path);
  assert_int_equal(mkdir(fix->path, 0700), 0);
  expect_open_fails(fix, true, ACR_E_NOT_A_LEDGER, "not a file");
  rmdir(fix->path);
}

static void test_empty_file_becomes_a_ledger_only_on_request(void **state) {
  struct fixture *fix = *state;
  write_file(fix->path, "", 0);
  expect_open_fails(fix, false, ACR_E_NOT_FOUND, "empty");
  open_ledger(fix);
}

static void test_newer(void **state) {
  struct fixture *fix = *state;
  close_ledger(fix);
  run_sql(fix->path, "PRAGMA user_version = 3");
  expect_open_fails(fix, true, ACR_E_NEWER, "newer version");
}

static void test_older(void **state) {
  struct fixture *fix = *state;
  close_ledger(fix);
  run_sql(fix->path, "PRAGMA user_version = 1");
  expect_open_fails(fix, true, ACR_E_OLDER, "older version");
}

static void test_view_is_of_a_newer_version(void **state) {
  struct fixture *fix = *state;
  close_ledger(fix);
  run_sql(beside(fix, "-view"), "PRAGMA user_version = 3");
  open_ledger(fix);
  assert_true(fix->info.view_rebuilt);
}

// ---- another program, which needs a process image of its own: a fork would share what SQLite knows of this one's locks

enum { FOREIGN_DOES_NOT_GET_IN = 10, FOREIGN_GETS_IN };

// Looks into a ledger as SQLite's own tools do, and holds it until its standard input ends.
static int be_foreign(const char *path) {
  sqlite3 *db;
  char end;
  sqlite3_open(path, &db);
  int code = sqlite3_exec(db, "BEGIN; SELECT count(*) FROM log", NULL, NULL, NULL);
  if (write(STDOUT_FILENO, "", 1) != 1 || read(STDIN_FILENO, &end, 1) < 0) return 1;
  sqlite3_close(db);
  return code == SQLITE_OK ? FOREIGN_GETS_IN : code == SQLITE_BUSY ? FOREIGN_DOES_NOT_GET_IN : 1;
}

struct foreign {
  pid_t pid;
  int end; // closed, it lets go
};

static struct foreign begin_foreign(const char *path) {
  int in[2], out[2];
  char looked;
  assert_int_equal(pipe2(in, O_CLOEXEC), 0);
  assert_int_equal(pipe2(out, O_CLOEXEC), 0);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execl("/proc/self/exe", "foreign", path, (char *)NULL);
    _exit(1);
  }
  close(in[0]);
  close(out[1]);
  assert_int_equal(read(out[0], &looked, 1), 1);
  close(out[0]);
  return (struct foreign){pid, in[1]};
}

static int end_foreign(struct foreign foreign) {
  int status;
  close(foreign.end);
  waitpid(foreign.pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_second_opening(void **state) {
  struct fixture *fix = *state, second = {.path = fix->path};
  expect_open_fails(&second, true, ACR_E_IN_USE, "another process");
  // Nobody else gets in, with SQLite's own tools either.
  assert_int_equal(end_foreign(begin_foreign(fix->path)), FOREIGN_DOES_NOT_GET_IN);
  add_record(fix, 1, 1);
  assert_int_equal(commit_batch(fix), ACR_E_OK);
  assert_int_equal(end_foreign(begin_foreign(fix->path)), FOREIGN_DOES_NOT_GET_IN);
}

static void test_held_by_a_foreign_program(void **state) {
  struct fixture *fix = *state;
  close_ledger(fix);
  struct foreign foreign = begin_foreign(fix->path);
  expect_open_fails(fix, true, ACR_E_IN_USE, "another process");
  assert_int_equal(end_foreign(foreign), FOREIGN_GETS_IN);
  open_ledger(fix);
}

// Root may do everything, so a child without rights tries.
static int open_as_nobody(struct fixture *fix, bool create) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    char *message = NULL;
    if (geteuid() == 0 && setuid(65534) != 0) _exit(99);
    int error = try_open(fix, create, &message);
    bool told = message && strstr(message, fix->path);
    _exit(told ? -error : 98);
  }
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? -WEXITSTATUS(status) : -97;
}

static void test_no_permission(void **state) {
  struct fixture *fix = *state;
  close_ledger(fix);
  chmod(fix->folder, 0500);
  chmod(fix->path, 0400);
  assert_int_equal(open_as_nobody(fix, false), ACR_E_PERMISSION);
  assert_int_equal(open_as_nobody(fix, true), ACR_E_PERMISSION);
  chmod(fix->folder, 0555);
  chmod(fix->path, 0444);
  assert_int_equal(open_as_nobody(fix, false), ACR_E_PERMISSION);
  chmod(fix->folder, 0700);
  chmod(fix->path, 0600);
  open_ledger(fix);
}

static void test_modes(void **state) {
  static const char *const suffixes[] = {"", "-wal", "-lock", "-view", "-view-wal"};
  struct fixture *fix = *state;
  add_record(fix, 1, 1);
  assert_int_equal(commit_batch(fix), ACR_E_OK);
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    struct stat about;
    assert_int_equal(stat(beside(fix, suffixes[i]), &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
  }
}

static void test_stray_wal(void **state) {
  struct fixture *fix = *state;
  write_file(beside(fix, "-wal"), "something", 9);
  expect_open_fails(fix, true, ACR_E_CORRUPT, "-wal");
}

int main(int argc, char **argv) {
  if (argc == 2) return be_foreign(argv[1]);
  const struct CMUnitTest tests[] = {
      LEDGER_CASE_CLOSED(test_missing),
      LEDGER_CASE_CLOSED(test_foreign_files),
      LEDGER_CASE_CLOSED(test_empty_file_becomes_a_ledger_only_on_request),
      LEDGER_CASE(test_newer),
      LEDGER_CASE(test_older),
      LEDGER_CASE(test_view_is_of_a_newer_version),
      LEDGER_CASE(test_second_opening),
      LEDGER_CASE(test_held_by_a_foreign_program),
      LEDGER_CASE(test_no_permission),
      LEDGER_CASE(test_modes),
      LEDGER_CASE_CLOSED(test_stray_wal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
