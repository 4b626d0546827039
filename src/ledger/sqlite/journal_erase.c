// Erasing: bytes of the log are overwritten where they stand, by the way to a blob that asks no trigger: the log is append-only for
// everything else. Then the WAL, which has the pages as they were, is copied and cut to nothing.
#include "ledger/sqlite/journal.h"
#include <time.h>

enum { TRIES = 500, TRY_MS = 10 };

// A patch may go over several rows.
static int overwrite(acr__journal *journal, struct acr__patch patch, sqlite3_blob **blob) {
  uint8_t fill[1024];
  int code = SQLITE_OK;
  memset(fill, patch.with, sizeof fill);
  while (patch.len && code == SQLITE_OK) {
    acr__pos row = acr__journal_row(journal, patch.at);
    if (!row) return SQLITE_CORRUPT;
    code = *blob ? sqlite3_blob_reopen(*blob, (sqlite3_int64)row)
                 : sqlite3_blob_open(journal->db, "main", "log", "data", (sqlite3_int64)row, 1, blob);
    size_t from = (size_t)(patch.at - row), to = code == SQLITE_OK ? (size_t)sqlite3_blob_bytes(*blob) : 0;
    if (code == SQLITE_OK && from >= to) code = SQLITE_CORRUPT;
    while (code == SQLITE_OK && from < to && patch.len) {
      size_t n = patch.len < sizeof fill ? patch.len : sizeof fill;
      if (n > to - from) n = to - from;
      code = sqlite3_blob_write(*blob, fill, (int)n, (int)from);
      from += n;
      patch.at += n;
      patch.len -= n;
    }
  }
  return code;
}

static int empty_wal(acr__journal *journal) {
  int code = SQLITE_BUSY;
  acr__copier_release(&journal->copier);
  for (int i = 0; i < TRIES && (code & 0xff) == SQLITE_BUSY; i++) {
    if (i) nanosleep(&(struct timespec){0, TRY_MS * 1000000L}, NULL);
    code = sqlite3_wal_checkpoint_v2(journal->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  }
  return code;
}

// A sync that fails here leaves in doubt what the files have, as with a commit.
int acr__journal_overwrite(acr__journal *journal, const struct acr__patch *patches, size_t count) {
  sqlite3_blob *blob = NULL;
  acr__turn_take_reader(&journal->turn);
  int code = acr__db_run(journal->begin);
  for (size_t i = 0; i < count && code == SQLITE_OK; i++)
    code = overwrite(journal, patches[i], &blob);
  sqlite3_blob_close(blob);
  if (code == SQLITE_OK) code = acr__db_run(journal->commit);
  if (code == SQLITE_OK)
    code = empty_wal(journal);
  else
    acr__db_run(journal->rollback);
  acr__turn_give_reader(&journal->turn);
  if (code == SQLITE_OK) return ACR_E_OK;
  pthread_mutex_lock(&journal->mutex);
  journal->failed = ACR_E_UNKNOWN_OUTCOME;
  pthread_mutex_unlock(&journal->mutex);
  return ACR_E_UNKNOWN_OUTCOME;
}
