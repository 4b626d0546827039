// A ledger in files: a folder of its own for each test, opening, closing, and hands on its files.
#ifndef ACR_TESTS_LEDGER_FILES_H
#define ACR_TESTS_LEDGER_FILES_H
#include "ledger_fixture.h"
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

static inline int try_open(struct fixture *fix, bool create, char **message) {
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

static inline void close_ledger(struct fixture *fix) {
  acr__ledger_close(fix->ledger);
  fix->ledger = NULL;
}

static inline void reopen(struct fixture *fix) {
  close_ledger(fix);
  open_ledger(fix);
}

static inline int set_up_closed(void **state) {
  struct fixture *fix = calloc(1, sizeof *fix);
  fix->end = 1;
  fix->folder = strdup("/tmp/accrue-ledger-XXXXXX");
  if (!mkdtemp(fix->folder)) return -1;
  if (asprintf(&fix->path, "%s/club.ledger", fix->folder) < 0) return -1;
  *state = fix;
  return 0;
}

static inline int set_up(void **state) {
  if (set_up_closed(state) != 0) return -1;
  open_ledger(*state);
  return 0;
}

static inline int tear_down(void **state) {
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

static inline const char *beside(const struct fixture *fix, const char *suffix) {
  static char name[200];
  snprintf(name, sizeof name, "%s%s", fix->path, suffix);
  return name;
}

static inline void write_file(const char *path, const void *bytes, size_t len) {
  FILE *file = fopen(path, "we");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, len, file), len);
  fclose(file);
}

static inline acr__buf read_file(const char *path) {
  acr__buf bytes = {0};
  FILE *file = fopen(path, "re");
  assert_non_null(file);
  acr__buf_reserve(&bytes, 64 << 20);
  bytes.len = fread(bytes.ptr, 1, bytes.cap, file);
  fclose(file);
  return bytes;
}

static inline void run_sql(const char *path, const char *sql) {
  sqlite3 *db;
  assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
  assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(db);
}

static inline void expect_open_fails(struct fixture *fix, bool create, int error, const char *words) {
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

#define LEDGER_CASE_CLOSED(name) cmocka_unit_test_setup_teardown(name, set_up_closed, tear_down)
#endif
