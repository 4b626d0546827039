// Opening, closing and checking the journal.
#include "ledger/sqlite/journal.h"
#include "base/mem.h"
#include <stdlib.h>

static int fault(const char *path, int code, char **message) {
  int primary = code & 0xff;
  if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
    *message = acr__text("%s: another process has the ledger open; stop it first or ask it over its socket", path);
    return ACR_E_IN_USE;
  }
  if (primary == SQLITE_PERM || primary == SQLITE_READONLY || primary == SQLITE_CANTOPEN || primary == SQLITE_AUTH) {
    *message = acr__text("%s: cannot be opened for writing (%s); check who owns the file and its folder", path, sqlite3_errstr(code));
    return ACR_E_PERMISSION;
  }
  if (acr__db_is_damage(code)) {
    *message = acr__text("%s is damaged (%s); restore it from a backup", path, sqlite3_errstr(code));
    return ACR_E_CORRUPT;
  }
  *message = acr__text("%s: %s", path, sqlite3_errstr(code));
  return ACR_E_IO;
}

static int configure(acr__journal *journal, bool sync_off) {
  static const char pragmas[] = "PRAGMA journal_mode = WAL;"
                                "PRAGMA wal_autocheckpoint = 0;"
                                "PRAGMA secure_delete = ON;"
                                "PRAGMA temp_store = MEMORY;"
                                "PRAGMA cache_size = -4096;";
  sqlite3 *db = journal->db;
  int code = acr__db_exec(db, pragmas);
  if (code == SQLITE_OK) code = acr__db_exec(db, sync_off ? "PRAGMA synchronous = OFF" : "PRAGMA synchronous = FULL");
  if (code == SQLITE_OK) code = acr__db_exec(db, "BEGIN EXCLUSIVE; COMMIT");
  return code;
}

static int prepare(acr__journal *journal) {
  sqlite3 *db = journal->db;
  int code = acr__db_prepare(db, "BEGIN IMMEDIATE", &journal->begin);
  if (code == SQLITE_OK) code = acr__db_prepare(db, "COMMIT", &journal->commit);
  if (code == SQLITE_OK) code = acr__db_prepare(db, "ROLLBACK", &journal->rollback);
  if (code == SQLITE_OK) code = acr__db_prepare(db, "INSERT INTO log(pos, seq, start, data) VALUES(?, ?, ?, ?)", &journal->insert);
  return code;
}

static int read_key(acr__journal *journal) {
  acr__buf key = {0};
  int code = acr__db_value(journal->db, "meta", ACR__SPAN_LIT("key"), &key);
  bool good = code == SQLITE_ROW && key.len == sizeof journal->key.bytes;
  if (good) memcpy(journal->key.bytes, key.ptr, key.len);
  acr__buf_free(&key);
  if (good) return SQLITE_OK;
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_CORRUPT : code;
}

static int note_wal_pages(void *arg, sqlite3 *db, const char *name, int pages) {
  (void)db;
  (void)name;
  ((acr__journal *)arg)->copier.pages = pages;
  return SQLITE_OK;
}

static void free_journal(acr__journal *journal) {
  sqlite3_stmt *statements[] = {journal->begin, journal->commit, journal->rollback, journal->insert};
  acr__copier_close(&journal->copier);
  acr__journal_readers_close(journal);
  acr__db_finalize(statements, ACR__COUNT(statements));
  acr__db_close(journal->db);
  acr__turn_destroy(&journal->turn);
  pthread_mutex_destroy(&journal->mutex);
  pthread_cond_destroy(&journal->wake);
  pthread_cond_destroy(&journal->idle);
  free(journal->path);
  free(journal);
}

int acr__journal_open(const char *path, bool sync_off, acr__journal **opened, char **message) {
  acr__journal *journal = calloc(1, sizeof *journal);
  if (!journal) acr__mem_exhausted(sizeof *journal);
  journal->path = acr__text("%s", path);
  acr__turn_init(&journal->turn);
  for (int i = 0; i < ACR_JOURNAL_READERS; i++) pthread_mutex_init(&journal->readers[i].mutex, NULL);
  pthread_mutex_init(&journal->mutex, NULL);
  pthread_cond_init(&journal->wake, NULL);
  pthread_cond_init(&journal->idle, NULL);
  int code = acr__db_open_alone(path, &journal->db), error = ACR_E_OK;
  if (code == SQLITE_OK) code = configure(journal, sync_off);
  if (code == SQLITE_OK) code = prepare(journal);
  if (code == SQLITE_OK) code = acr__journal_readers_open(journal);
  if (code == SQLITE_OK) code = acr__copier_open(&journal->copier, journal, path, sync_off);
  if (code == SQLITE_OK) code = read_key(journal);
  if (code != SQLITE_OK) {
    error = fault(path, code, message);
  } else if (!acr__journal_find_tail(journal)) {
    error = ACR_E_CORRUPT;
    *message = acr__text("%s is damaged: its last record cannot be read; restore it from a backup", path);
  }
  if (error) {
    free_journal(journal);
    return error;
  }
  atomic_store(&journal->end, journal->tail.end);
  sqlite3_wal_hook(journal->db, note_wal_pages, journal);
  if (pthread_create(&journal->thread, NULL, acr__journal_committer, journal) != 0) acr__mem_exhausted(0);
  *opened = journal;
  return ACR_E_OK;
}

void acr__journal_close(acr__journal *journal) {
  pthread_mutex_lock(&journal->mutex);
  journal->stopping = true;
  pthread_cond_signal(&journal->wake);
  pthread_mutex_unlock(&journal->mutex);
  pthread_join(journal->thread, NULL);
  // After a failed commit the files stay as they are: what became of it is for the next start to find out.
  if (journal->failed) sqlite3_db_config(journal->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
  free_journal(journal);
}

void acr__journal_commit(acr__journal *journal, const struct acr__job *job) {
  pthread_mutex_lock(&journal->mutex);
  while (journal->job.records) pthread_cond_wait(&journal->idle, &journal->mutex);
  journal->job = *job;
  pthread_cond_signal(&journal->wake);
  pthread_mutex_unlock(&journal->mutex);
}

void acr__journal_settle(acr__journal *journal) {
  pthread_mutex_lock(&journal->mutex);
  while (journal->job.records) pthread_cond_wait(&journal->idle, &journal->mutex);
  pthread_mutex_unlock(&journal->mutex);
}

struct acr__tail acr__journal_tail(acr__journal *journal) {
  pthread_mutex_lock(&journal->mutex);
  struct acr__tail tail = journal->tail;
  pthread_mutex_unlock(&journal->mutex);
  return tail;
}

bool acr__journal_failed(acr__journal *journal) {
  pthread_mutex_lock(&journal->mutex);
  bool failed = journal->failed != 0;
  pthread_mutex_unlock(&journal->mutex);
  return failed;
}

// The rows of one turn: each begins where the one before ends. Returns how many there were, -1 on an error.
static int check_rows(acr__journal *journal, sqlite3_stmt *rows, acr__pos *next, char **found) {
  enum { ROWS_A_TURN = 64 };
  int count = 0, code = SQLITE_ROW;
  sqlite3_bind_int64(rows, 1, (sqlite3_int64)*next);
  acr__turn_take_reader(&journal->turn);
  while (!*found && count < ROWS_A_TURN && (code = sqlite3_step(rows)) == SQLITE_ROW) {
    acr__pos pos = (acr__pos)sqlite3_column_int64(rows, 0);
    if (pos != *next) *found = acr__text("%s: the log has a gap or an overlap at byte %llu", journal->path, (unsigned long long)*next);
    *next = pos + (acr__pos)sqlite3_column_int64(rows, 1);
    count++;
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) *found = acr__text("%s: %s", journal->path, sqlite3_errmsg(journal->db));
  sqlite3_reset(rows);
  acr__turn_give_reader(&journal->turn);
  return count;
}

// Walks the rows without reading the records in them, a few a turn.
static char *check_order(acr__journal *journal) {
  char *found = NULL;
  sqlite3_stmt *rows = NULL;
  acr__pos next = 1;
  acr__turn_take_reader(&journal->turn);
  int code = acr__db_prepare(journal->db, "SELECT pos, length(data) FROM log WHERE pos >= ? ORDER BY pos", &rows);
  int64_t triggers = 0;
  acr__db_number(journal->db, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'log'", &triggers);
  acr__turn_give_reader(&journal->turn);
  if (code != SQLITE_OK) found = acr__text("%s: %s", journal->path, sqlite3_errstr(code));
  else if (triggers < 2) found = acr__text("%s: the triggers that keep the log append-only are gone", journal->path);
  acr__pos end = atomic_load(&journal->end);
  while (!found && next < end) {
    if (check_rows(journal, rows, &next, &found) == 0) break;
  }
  if (!found && next < end) found = acr__text("%s: the log ends at byte %llu", journal->path, (unsigned long long)next);
  acr__turn_take_reader(&journal->turn);
  sqlite3_finalize(rows);
  acr__turn_give_reader(&journal->turn);
  return found;
}

static char *check_pages(acr__journal *journal) {
  sqlite3_stmt *check = NULL;
  char *found = NULL;
  acr__turn_take_reader(&journal->turn);
  int code = sqlite3_prepare_v2(journal->db, "PRAGMA integrity_check(1)", -1, &check, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(check);
  if (code != SQLITE_ROW) found = acr__text("%s: %s", journal->path, sqlite3_errmsg(journal->db));
  else if (!acr__span_is(acr__db_column(check, 0), "ok")) found = acr__text("%s: %s", journal->path, sqlite3_column_text(check, 0));
  sqlite3_finalize(check);
  acr__turn_give_reader(&journal->turn);
  return found;
}

char *acr__journal_check(acr__journal *journal, bool full) {
  char *found = check_order(journal);
  return found || !full ? found : check_pages(journal);
}
