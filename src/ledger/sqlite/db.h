// SQLite in few words, for the two files of the store.
#ifndef ACR_LEDGER_SQLITE_DB_H
#define ACR_LEDGER_SQLITE_DB_H
#include "base/buf.h"
#include <sqlite3.h>

enum {
  ACR_DB_PAGE_BYTES = 16384,
  ACR_DB_JOURNAL_ID = 0x41435231, // "ACR1", application_id of a journal
  ACR_DB_VIEW_ID = 0x41435656,    // "ACVV", of a view
  ACR_DB_FORMAT = 2,              // user_version of both: raised when an older program could not read them, or this one older files
};

// A sentence for the user; malloc'ed.
char *acr__text(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Opens with extended result codes and without SQLite's own mutex: each connection has one user at a time.
int acr__db_open(const char *path, int flags, sqlite3 **db);
// The file is this process's alone from the first look at it until the last such connection closes; they work side by side.
int acr__db_open_alone(const char *path, sqlite3 **db);
// Closes; waits for nothing, every statement must be finalized.
void acr__db_close(sqlite3 *db);
// A list of statements, by its length as ACR__COUNT says it; NULL ones too.
void acr__db_finalize(sqlite3_stmt *const *statements, size_t count);
#define ACR__COUNT(array) (sizeof(array) / sizeof((array)[0]))
int acr__db_exec(sqlite3 *db, const char *sql);
int acr__db_prepare(sqlite3 *db, const char *sql, sqlite3_stmt **statement);
// One step of a statement that returns no row, then reset.
int acr__db_run(sqlite3_stmt *statement);
// First column of the first row. SQLITE_ROW when there is one (SQL NULL = 0), SQLITE_DONE when not, else the error.
int acr__db_number(sqlite3 *db, const char *sql, int64_t *out);
// The `value` of a row of table meta or note. SQLITE_ROW, SQLITE_DONE or the error.
int acr__db_value(sqlite3 *db, const char *table, acr__span name, acr__buf *out);
int acr__db_value_put(sqlite3 *db, const char *table, acr__span name, acr__span value);
// True for errors that mean the file itself is not what it should be.
bool acr__db_is_damage(int code);
acr__span acr__db_column(sqlite3_stmt *statement, int column);
// Bytes of a file by its name, 0 when it is not there.
uint64_t acr__db_file_bytes(const char *path, const char *suffix);
#endif
