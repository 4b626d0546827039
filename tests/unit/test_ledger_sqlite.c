// The SQLite store: the cases of every store, then what only files can do: reopen, be damaged, be killed.
#include "base/buf.h"
#include "ledger/ledger.h"
#include "ledger_cases.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static int try_open(struct fixture *fix, bool create, char **message) {
  struct acr__ledger_options options = {.path = fix->path, .create = create};
  return acr__ledger_open(&options, &fix->ledger, &fix->info, message);
}

static void open_ledger(struct fixture *fix) {
  char *message = NULL;
  int error = try_open(fix, true, &message);
  if (error) print_error("%s\n", message);
  assert_int_equal(error, ACR_E_OK);
  assert_null(message);
}

static void close_ledger(struct fixture *fix) {
  acr__ledger_close(fix->ledger);
  fix->ledger = NULL;
}

static void reopen(struct fixture *fix) {
  close_ledger(fix);
  open_ledger(fix);
}

static int set_up_closed(void **state) {
  struct fixture *fix = calloc(1, sizeof *fix);
  fix->end = 1;
  fix->folder = strdup("/tmp/accrue-ledger-XXXXXX");
  if (!mkdtemp(fix->folder)) return -1;
  if (asprintf(&fix->path, "%s/club.ledger", fix->folder) < 0) return -1;
  *state = fix;
  return 0;
}

static int set_up(void **state) {
  if (set_up_closed(state) != 0) return -1;
  open_ledger(*state);
  return 0;
}

static int tear_down(void **state) {
  struct fixture *fix = *state;
  static const char *const suffixes[] = {"", "-wal", "-journal", "-lock", "-view", "-view-wal", "-view-shm", "-copy", "-new"};
  if (fix->ledger) close_ledger(fix);
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
    char name[200];
    snprintf(name, sizeof name, "%s%s", fix->path, suffixes[i]);
    unlink(name);
  }
  int left = rmdir(fix->folder); // fails when the store left a file of another name
  acr__buf_free(&fix->batch);
  free(fix->folder);
  free(fix->path);
  free(fix);
  return left;
}

static const char *beside(const struct fixture *fix, const char *suffix) {
  static char name[200];
  snprintf(name, sizeof name, "%s%s", fix->path, suffix);
  return name;
}

static void write_file(const char *path, const void *bytes, size_t len) {
  FILE *file = fopen(path, "we");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, len, file), len);
  fclose(file);
}

static acr__buf read_file(const char *path) {
  acr__buf bytes = {0};
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  acr__buf_reserve(&bytes, 64 << 20);
  bytes.len = fread(bytes.ptr, 1, bytes.cap, file);
  fclose(file);
  return bytes;
}

static void run_sql(const char *path, const char *sql) {
  sqlite3 *db;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
}

static void expect_open_fails(struct fixture *fix, bool create, int error, const char *words) {
  char *message = NULL;
  int got = try_open(fix, create, &message);
  if (got != error) print_error("%d: %s\n", got, message ? message : "opened");
  assert_int_equal(got, error);
  assert_null(fix->ledger);
  assert_non_null(message);
  assert_non_null(strstr(message, fix->path));
  if (words && !strstr(message, words)) fail_msg("\"%s\" does not say \"%s\"", message, words);
  free(message);
}

// ---- Opening

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

static void test_stray_wal(void **state) {
  struct fixture *fix = *state;
  write_file(beside(fix, "-wal"), "something", 9);
  expect_open_fails(fix, true, ACR_E_CORRUPT, "-wal");
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

// ---- What stays

static void test_reopen(void **state) {
  struct fixture *fix = *state;
  acr__key key = fix->info.key;
  assert_true(fix->info.view_rebuilt);
  fill_log(fix, 1000);
  struct acr__id_entry id = {digest_of(77), fix->places[76]};
  add_record(fix, 5, 5);
  assert_int_equal(commit_ids(fix, &id, 1), ACR_E_OK);
  acr__ledger_note(fix->ledger, ACR__SPAN_LIT("series"), ACR__SPAN_LIT("value"));
  push_member(fix, 5, "five", fix->end);
  push_member(fix, 6, "six", fix->end);
  for (int round = 0; round < 3; round++) {
    reopen(fix);
    assert_memory_equal(&key, &fix->info.key, sizeof key);
    assert_false(fix->info.view_rebuilt);
    assert_int_equal(fix->info.last_seq, 1001);
    assert_int_equal(fix->info.end, fix->end);
    assert_int_equal(fix->info.view_end, fix->end);
    assert_int_equal(fix->info.last_member, 6);
    assert_int_equal(fix->info.last_recorded_at, 1000000 + 1001);
    assert_int_equal(fix->info.ledger_time, 1001 * 1000);
    assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(77)), fix->places[76]);
    assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(78)), 0);
    expect_member(fix, 5, "five");
    expect_member(fix, 6, "six");
    acr__buf out = {0};
    assert_true(acr__ledger_note_read(fix->ledger, ACR__SPAN_LIT("series"), &out));
    acr__buf_free(&out);
    assert_int_equal(walk(fix, 1 << 20), 1001);
    struct acr__ledger_stats stats;
    acr__ledger_stats_read(fix->ledger, &stats);
    assert_int_equal(stats.view_lag_records, 0);
    assert_int_equal(stats.ids, 1);
    assert_null(acr__ledger_check(fix->ledger, true));
  }
  add_record(fix, 5, 5);
  assert_int_equal(commit_batch(fix), ACR_E_OK);
  assert_int_equal(walk(fix, 1 << 20), 1002);
}

// Lag is counted in records; ids alone or members alone do not advance the view.
static void test_view_end(void **state) {
  struct fixture *fix = *state;
  fill_log(fix, 100);
  acr__pos half = fix->places[50];
  push_member(fix, 1, "one", half);
  reopen(fix);
  assert_int_equal(fix->info.view_end, half);
  struct acr__ledger_stats stats;
  acr__ledger_stats_read(fix->ledger, &stats);
  assert_int_equal(stats.view_lag_records, 50);
  for (int i = 50; i < 100; i++) acr__ledger_add_id(fix->ledger, digest_of((uint64_t)i), fix->places[i]);
  push_member(fix, 1, "one", fix->end);
  reopen(fix);
  assert_int_equal(fix->info.view_end, fix->places[99]); // the last id that was added
}

static void test_many_ids(void **state) {
  struct fixture *fix = *state;
  enum { BATCHES = 14, COUNT = 50000 };
  struct acr__id_entry *ids = calloc(COUNT, sizeof *ids);
  for (uint64_t batch = 0; batch < BATCHES; batch++) {
    for (uint64_t i = 0; i < COUNT; i++) ids[i] = (struct acr__id_entry){digest_of(batch * COUNT + i), batch * COUNT + i + 1};
    if (batch > 0) ids[0] = (struct acr__id_entry){digest_of(3), batch * COUNT + 1}; // one id again and again
    add_record(fix, 1, 1);
    assert_int_equal(commit_ids(fix, ids, COUNT), ACR_E_OK);
    wait_pushed(fix, push_member(fix, 1, "one", fix->end)); // so that each batch becomes a run
  }
  for (int round = 0; round < 2; round++) {
    uint64_t wrong = 0;
    for (uint64_t i = 0; i < BATCHES * COUNT; i += 7) {
      acr__pos wanted = i == 3 ? (BATCHES - 1) * COUNT + 1 : i % COUNT == 0 && i > 0 ? 0 : i + 1;
      wrong += acr__ledger_find_id(fix->ledger, digest_of(i)) != wanted;
      wrong += acr__ledger_find_id(fix->ledger, digest_of(i + BATCHES * COUNT)) != 0;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(3)), (BATCHES - 1) * COUNT + 1);
    struct acr__ledger_stats stats;
    for (int i = 0; i < 100; i++) {
      acr__ledger_find_id(fix->ledger, digest_of(0)); // takes up what was merged
      acr__ledger_stats_read(fix->ledger, &stats);
      if (stats.id_runs < 8) break;
      usleep(50000);
    }
    assert_in_range(stats.id_runs, 1, 7);
    if (round == 0) reopen(fix);
  }
  assert_null(acr__ledger_check(fix->ledger, true));
  free(ids);
}

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

// ---- Killed

static void kill_and_wait(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

// The child commits, tells each acknowledged number through a pipe and is killed at some moment.
static void child_commits(struct fixture *fix, int fd) {
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
  }
}

static uint64_t run_and_kill(struct fixture *fix, int ms) {
  int ends[2];
  uint64_t acknowledged = 0, seq;
  assert_int_equal(pipe(ends), 0);
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) child_commits(fix, ends[1]);
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  for (int waited = 0; waited < ms; waited++) { // drain, or the child would wait at a full pipe
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

static void test_close_is_quick(void **state) {
  struct fixture *fix = *state;
  enum { COUNT = 1000000 };
  char text[300];
  memset(text, 'x', sizeof text);
  struct acr__member_blob *blobs = calloc(COUNT / 100, sizeof *blobs);
  for (uint32_t part = 0; part < 100; part++) {
    for (uint32_t i = 0; i < COUNT / 100; i++) {
      uint32_t number = (uint32_t)(((uint64_t)(part * (COUNT / 100) + i) * 7919) % COUNT) + 1;
      blobs[i] = (struct acr__member_blob){number, {(const char *)&blobs[i].number, sizeof number}, {text, sizeof text}};
    }
    acr__ledger_push(fix->ledger, blobs, COUNT / 100, 1);
  }
  free(blobs);
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  close_ledger(fix);
  clock_gettime(CLOCK_MONOTONIC, &after);
  int64_t ms = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
  print_message("closed in %lld ms\n", (long long)ms);
  assert_true(ms < 10000); // three seconds on a quiet machine
  open_ledger(fix);
  assert_false(fix->info.view_rebuilt);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_CASES,
      cmocka_unit_test_setup_teardown(test_missing, set_up_closed, tear_down),
      cmocka_unit_test_setup_teardown(test_foreign_files, set_up_closed, tear_down),
      cmocka_unit_test_setup_teardown(test_empty_file_becomes_a_ledger_only_on_request, set_up_closed, tear_down),
      cmocka_unit_test_setup_teardown(test_stray_wal, set_up_closed, tear_down),
      LEDGER_CASE(test_newer),
      LEDGER_CASE(test_view_is_of_a_newer_version),
      LEDGER_CASE(test_second_opening),
      LEDGER_CASE(test_held_by_a_foreign_program),
      LEDGER_CASE(test_no_permission),
      LEDGER_CASE(test_modes),
      LEDGER_CASE(test_log_is_append_only),
      LEDGER_CASE(test_a_row_is_gone),
      LEDGER_CASE(test_reopen),
      LEDGER_CASE(test_view_end),
      LEDGER_CASE(test_many_ids),
      LEDGER_CASE(test_view_missing),
      LEDGER_CASE(test_view_is_garbage),
      LEDGER_CASE(test_view_damaged),
      LEDGER_CASE(test_view_of_another_ledger),
      LEDGER_CASE(test_machine_went_down),
      LEDGER_CASE(test_view_ahead),
      cmocka_unit_test_setup_teardown(test_killed, set_up_closed, tear_down),
      cmocka_unit_test_setup_teardown(test_killed_while_created, set_up_closed, tear_down),
      LEDGER_CASE(test_close_is_quick),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
