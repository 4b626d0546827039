// Files of the SQLite store that are not what they should be.
#include "base/buf.h"
#include "ledger/ledger.h"
#include "ledger_files.h"

// ---- The view in doubt

static void fill_and_close(struct fixture *fix) {
  fill_log(fix, 100);
  push_member(fix, 1, "one", fix->end);
  close_ledger(fix);
}

static void expect_rebuilt(struct fixture *fix) {
  open_ledger(fix);
  assert_true(fix->info.view_rebuilt);
  assert_int_equal(fix->info.view_end, 1);
  assert_int_equal(fix->info.last_member, 0);
  assert_int_equal(fix->info.last_seq, 100);
  uint32_t number;
  acr__buf out = {0};
  assert_false(acr__ledger_load_id(fix->ledger, member_id(1), &number, &out));
  assert_int_equal(walk(fix, 1 << 20), 100);
}

static void test_view_missing(void **state) {
  fill_and_close(*state);
  unlink(beside(*state, "-view"));
  expect_rebuilt(*state);
}

static void test_view_is_garbage(void **state) {
  fill_and_close(*state);
  write_file(beside(*state, "-view"), "garbage garbage garbage", 23);
  expect_rebuilt(*state);
}

static void test_view_damaged(void **state) {
  fill_and_close(*state);
  run_sql(beside(*state, "-view"), "DROP TABLE meta");
  expect_rebuilt(*state);
}

static void test_view_of_another_ledger(void **state) {
  struct fixture *fix = *state;
  fill_and_close(fix);
  run_sql(beside(fix, "-view"), "UPDATE meta SET value = zeroblob(32) WHERE name = 'key'");
  expect_rebuilt(fix);
}

static void test_machine_went_down(void **state) {
  struct fixture *fix = *state;
  fill_and_close(fix);
  run_sql(beside(fix, "-view"), "UPDATE meta SET value = x'41' WHERE name = 'boot'");
  open_ledger(fix); // settled when it was closed
  assert_false(fix->info.view_rebuilt);
  close_ledger(fix);
  run_sql(beside(fix, "-view"), "UPDATE meta SET value = x'41' WHERE name = 'boot'; UPDATE meta SET value = '0' WHERE name = 'clean'");
  expect_rebuilt(fix);
}

// An older journal put in the place of the one the view follows.
static void test_view_ahead(void **state) {
  struct fixture *fix = *state;
  fill_log(fix, 100);
  close_ledger(fix);
  acr__buf old = read_file(fix->path);
  open_ledger(fix);
  for (int i = 0; i < 10; i++) add_record(fix, 5, 5);
  assert_int_equal(commit_batch(fix), ACR_E_OK);
  push_member(fix, 1, "one", fix->places[5]);
  close_ledger(fix);
  write_file(fix->path, old.ptr, old.len);
  acr__buf_free(&old);
  expect_rebuilt(fix);
}

// ---- The journal damaged

static void test_log_is_append_only(void **state) {
  struct fixture *fix = *state;
  fill_log(fix, 10);
  close_ledger(fix);
  sqlite3 *db;
  assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
  assert_int_not_equal(sqlite3_exec(db, "UPDATE log SET seq = 0", NULL, NULL, NULL), SQLITE_OK);
  assert_int_not_equal(sqlite3_exec(db, "DELETE FROM log", NULL, NULL, NULL), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, "DROP TRIGGER log_no_delete", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
  open_ledger(fix);
  char *found = acr__ledger_check(fix->ledger, false);
  assert_non_null(found);
  assert_non_null(strstr(found, "append-only"));
  free(found);
}

static void test_a_row_is_gone(void **state) {
  struct fixture *fix = *state;
  fill_log(fix, 2000);
  close_ledger(fix);
  run_sql(fix->path, "DROP TRIGGER log_no_delete; DELETE FROM log WHERE pos = (SELECT pos FROM log LIMIT 1 OFFSET 20);"
                     "CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, ''); END");
  open_ledger(fix);
  char *found = acr__ledger_check(fix->ledger, false);
  assert_non_null(found);
  assert_non_null(strstr(found, "gap"));
  free(found);
}

// Whatever is wrong with the file, it is refused or found, and nothing crashes.
static void test_damaged_journal(void **state) {
  struct fixture *fix = *state;
  fill_log(fix, 300);
  close_ledger(fix);
  acr__buf good = read_file(fix->path), bytes = {0};
  unsigned seed = 7;
  int refused = 0, found = 0;
  for (int round = 0; round < 150; round++) {
    bytes.len = 0;
    acr__buf_put(&bytes, good.ptr, good.len);
    for (int i = 0; i < 1 + round % 3; i++) {
      seed = seed * 1664525u + 1013904223u;
      size_t at = (seed >> 4) % (round % 2 ? 3000 : good.len);
      bytes.ptr[at] = (uint8_t)(bytes.ptr[at] + 1 + (seed >> 28));
    }
    if (round % 50 == 49) bytes.len = bytes.len / 2;
    write_file(fix->path, bytes.ptr, bytes.len);
    char *message = NULL;
    if (try_open(fix, false, &message) != ACR_E_OK) {
      assert_non_null(message);
      free(message);
      refused++;
      continue;
    }
    acr__buf out = {0};
    for (acr__pos pos = 1, next; (next = acr__ledger_scan(fix->ledger, pos, 1 << 16, &out)) != pos; pos = next) out.len = 0;
    for (uint64_t seq = 1; seq <= 300; seq += 17) acr__ledger_read(fix->ledger, acr__ledger_find_seq(fix->ledger, seq), &out);
    acr__buf_free(&out);
    char *problem = acr__ledger_check(fix->ledger, true);
    found += problem != NULL;
    free(problem);
    close_ledger(fix);
  }
  print_message("%d refused, %d found\n", refused, found);
  assert_true(refused > 0 && found > 0);
  acr__buf_free(&bytes);
  write_file(fix->path, good.ptr, good.len);
  acr__buf_free(&good);
  open_ledger(fix);
  assert_int_equal(walk(fix, 1 << 20), 300);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_CASE(test_view_missing),
      LEDGER_CASE(test_view_is_garbage),
      LEDGER_CASE(test_view_damaged),
      LEDGER_CASE(test_view_of_another_ledger),
      LEDGER_CASE(test_machine_went_down),
      LEDGER_CASE(test_view_ahead),
      LEDGER_CASE(test_log_is_append_only),
      LEDGER_CASE(test_a_row_is_gone),
      LEDGER_CASE(test_damaged_journal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
