#include "ledger/sqlite/db.h"
#include "base/mem.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

char *acr__text(const char *format, ...) {
  va_list args;
  char *text;
  va_start(args, format);
  if (vasprintf(&text, format, args) < 0) acr__mem_exhausted(0);
  va_end(args);
  return text;
}

// Counting SQLite's memory costs a lock at each allocation, which two busy connections would share.
static void configure(void) {
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int open_by(const char *path, int flags, const char *vfs, sqlite3 **db) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, configure);
  int code = sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  if (code == SQLITE_NOMEM) acr__mem_exhausted(0);
  if (code != SQLITE_OK) {
    sqlite3_close(*db);
    *db = NULL;
  }
  return code;
}

int acr__db_open(const char *path, int flags, sqlite3 **db) {
  return open_by(path, flags, NULL, db);
}

// Its locks keep other processes out, and the WAL's index is in memory that the connections share.
int acr__db_open_alone(const char *path, sqlite3 **db) {
  return open_by(path, SQLITE_OPEN_READWRITE, "unix-excl", db);
}

void acr__db_close(sqlite3 *db) {
  if (!db) return;
  if (sqlite3_close(db) == SQLITE_OK) return;
  fprintf(stderr, "accrue: a statement of %s is still open\n", sqlite3_db_filename(db, NULL));
  abort();
}

void acr__db_finalize(sqlite3_stmt *const *statements, size_t count) {
  for (size_t i = 0; i < count; i++) sqlite3_finalize(statements[i]);
}

int acr__db_exec(sqlite3 *db, const char *sql) {
  return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

int acr__db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement) {
  return sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
}

int acr__db_run(sqlite3_stmt *statement) {
  sqlite3_step(statement);
  return sqlite3_reset(statement);
}

int acr__db_number(sqlite3 *db, const char *sql, int64_t *out) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  if (code != SQLITE_OK) return code;
  code = sqlite3_step(statement);
  if (code == SQLITE_ROW) *out = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return code;
}

acr__span acr__db_column(sqlite3_stmt *statement, int column) {
  const void *bytes = sqlite3_column_blob(statement, column);
  return (acr__span){bytes, bytes ? (size_t)sqlite3_column_bytes(statement, column) : 0};
}

int acr__db_value(sqlite3 *db, const char *table, acr__span name, acr__buf *out) {
  sqlite3_stmt *statement = NULL;
  char *sql = acr__text("SELECT value FROM %s WHERE name = ?", table);
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  free(sql);
  if (code != SQLITE_OK) return code;
  sqlite3_bind_text(statement, 1, name.ptr, (int)name.len, SQLITE_STATIC);
  code = sqlite3_step(statement);
  if (code == SQLITE_ROW) {
    acr__span value = acr__db_column(statement, 0);
    acr__buf_put(out, value.ptr, value.len);
  }
  sqlite3_finalize(statement);
  return code;
}

int acr__db_value_put(sqlite3 *db, const char *table, acr__span name, acr__span value) {
  sqlite3_stmt *statement = NULL;
  char *sql = acr__text("REPLACE INTO %s(name, value) VALUES(?, ?)", table);
  int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
  free(sql);
  if (code != SQLITE_OK) return code;
  sqlite3_bind_text(statement, 1, name.ptr, (int)name.len, SQLITE_STATIC);
  sqlite3_bind_blob64(statement, 2, value.ptr ? value.ptr : "", value.len, SQLITE_STATIC);
  sqlite3_step(statement);
  return sqlite3_finalize(statement);
}

bool acr__db_is_damage(int code) {
  int primary = code & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || primary == SQLITE_FORMAT;
}

uint64_t acr__db_file_bytes(const char *path, const char *suffix) {
  struct stat about;
  char *name = acr__text("%s%s", path, suffix);
  bool there = stat(name, &about) == 0;
  free(name);
  return there ? (uint64_t)about.st_size : 0;
}
