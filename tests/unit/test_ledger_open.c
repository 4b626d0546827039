// Opening the SQLite store: what is refused, with which words, and that nothing is harmed by it.
#include "base/buf.h"
#include "ledger/ledger.h"
#include "ledger_files.h"
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
  run_sql(fix->path, "PRAGMA user_version = 2");
  expect_open_fails(fix, true, ACR_E_NEWER, "newer version");
}

static void test_view_is_of_a_newer_version(void **state) {
  struct fixture *fix = *state;
  close_ledger(fix);
  run_sql(beside(fix, "-view"), "PRAGMA user_version = 2");
  open_ledger(fix);
  assert_true(fix->info.view_rebuilt);
}

static void test_second_opening(void **state) {
  struct fixture *fix = *state, second = {.path = fix->path};
  expect_open_fails(&second, true, ACR_E_IN_USE, "another process");
  // Nobody else gets in, with SQLite's own tools either.
  pid_t child = fork();
  if (child == 0) {
    sqlite3 *db;
    sqlite3_open(fix->path, &db);
    _exit(sqlite3_exec(db, "SELECT count(*) FROM log", NULL, NULL, NULL) == SQLITE_BUSY ? 0 : 1);
  }
  int status;
  waitpid(child, &status, 0);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  add_record(fix, 1, 1);
  assert_int_equal(commit_batch(fix), ACR_E_OK);
}

static void test_held_by_a_foreign_program(void **state) {
  struct fixture *fix = *state;
  close_ledger(fix);
  sqlite3 *db;
  assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "BEGIN; SELECT count(*) FROM log", NULL, NULL, NULL), SQLITE_OK);
  expect_open_fails(fix, true, ACR_E_IN_USE, "another process");
  sqlite3_close(db);
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
  static const char *const suffixes[] = {"", "-wal", "-lock", "-view", "-view-wal", "-view-shm"};
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

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_CASE_CLOSED(test_missing),
      LEDGER_CASE_CLOSED(test_foreign_files),
      LEDGER_CASE_CLOSED(test_empty_file_becomes_a_ledger_only_on_request),
      LEDGER_CASE(test_newer),
      LEDGER_CASE(test_view_is_of_a_newer_version),
      LEDGER_CASE(test_second_opening),
      LEDGER_CASE(test_held_by_a_foreign_program),
      LEDGER_CASE(test_no_permission),
      LEDGER_CASE(test_modes),
      LEDGER_CASE_CLOSED(test_stray_wal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
