#include "ledger/sqlite/copier.h"
#include "base/mem.h"
#include "ledger/sqlite/journal.h"

// Pages of 16 KiB.
enum {
  COPY_PAGES = 64,      // a piece: a commit waits for it at most a millisecond
  COPY_PAGES_CALM = 32, // when no commit waits
  SYNC_PAGES = 256,     // copied before a sync begins
  BEGIN_PAGES = 4096,   // 64 MiB: as much as is read again after a crash. Then the WAL begins anew
  BEGIN_PAGES_CALM = 1024,
  REST_PAGES = 256, // not synced yet when it does
};

typedef enum step { STEP_NONE, STEP_COPY, STEP_SYNC, STEP_BEGIN } step;

static void *sync_thread(void *arg) {
  struct acr__copier *copier = arg;
  acr__journal *journal = copier->journal;
  pthread_mutex_lock(&journal->mutex);
  while (!copier->stopping) {
    if (!copier->syncing) {
      pthread_cond_wait(&copier->wake, &journal->mutex);
      continue;
    }
    pthread_mutex_unlock(&journal->mutex);
    int code = copier->file->pMethods->xSync(copier->file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY);
    pthread_mutex_lock(&journal->mutex);
    if (code != SQLITE_OK) journal->failed = ACR_E_UNKNOWN_OUTCOME;
    copier->synced = copier->syncing;
    copier->syncing = 0;
    pthread_cond_signal(&copier->done);
    pthread_cond_signal(&journal->wake);
  }
  pthread_mutex_unlock(&journal->mutex);
  return NULL;
}

int acr__copier_open(struct acr__copier *copier, struct acr__journal *journal, const char *path, bool sync_off) {
  static const char settings[] = "PRAGMA synchronous = OFF; PRAGMA wal_autocheckpoint = 0; SELECT count(*) FROM meta";
  *copier = (struct acr__copier){.journal = journal, .sync_off = sync_off};
  pthread_cond_init(&copier->wake, NULL);
  pthread_cond_init(&copier->done, NULL);
  int code = acr__db_open_alone(path, &copier->db);
  if (code == SQLITE_OK) code = acr__db_exec(copier->db, settings);
  if (code == SQLITE_OK) code = acr__db_open_alone(path, &copier->pin);
  if (code == SQLITE_OK) code = acr__db_exec(copier->pin, "PRAGMA query_only = ON");
  if (code == SQLITE_OK) code = acr__db_prepare(copier->pin, "BEGIN", &copier->pin_begin);
  if (code == SQLITE_OK) code = acr__db_prepare(copier->pin, "SELECT count(*) FROM meta", &copier->pin_read);
  if (code == SQLITE_OK) code = acr__db_prepare(copier->pin, "COMMIT", &copier->pin_end);
  if (code == SQLITE_OK) code = sqlite3_file_control(copier->pin, "main", SQLITE_FCNTL_FILE_POINTER, &copier->file);
  if (code == SQLITE_OK && pthread_create(&copier->thread, NULL, sync_thread, copier) != 0) acr__mem_exhausted(0);
  return code;
}

void acr__copier_close(struct acr__copier *copier) {
  acr__journal *journal = copier->journal;
  if (!journal) return;
  pthread_mutex_lock(&journal->mutex);
  copier->stopping = true;
  pthread_cond_signal(&copier->wake);
  pthread_mutex_unlock(&journal->mutex);
  if (copier->thread) pthread_join(copier->thread, NULL);
  sqlite3_stmt *statements[] = {copier->pin_begin, copier->pin_read, copier->pin_end};
  acr__db_finalize(statements, ACR__COUNT(statements));
  acr__db_close(copier->pin);
  acr__db_close(copier->db);
  pthread_cond_destroy(&copier->wake);
  pthread_cond_destroy(&copier->done);
}

static void unpin(struct acr__copier *copier) {
  if (!sqlite3_get_autocommit(copier->pin)) acr__db_run(copier->pin_end);
  copier->pinned = 0;
}

// Without a pin nothing is copied but by a plain checkpoint.
static void pin(struct acr__copier *copier) {
  unpin(copier);
  if (acr__db_run(copier->pin_begin) == SQLITE_OK && acr__db_run(copier->pin_read) == SQLITE_OK) copier->pinned = copier->pages;
}

void acr__copier_committed(struct acr__copier *copier) {
  if (!copier->pinned) pin(copier);
}

void acr__copier_release(struct acr__copier *copier) {
  acr__journal *journal = copier->journal;
  pthread_mutex_lock(&journal->mutex);
  while (copier->syncing)
    pthread_cond_wait(&copier->done, &journal->mutex);
  copier->synced = 0;
  pthread_mutex_unlock(&journal->mutex);
  unpin(copier);
  copier->pages = copier->copied = 0; // a commit says anew how many pages there are
}

// What was committed since the pin stays uncopied, so that the WAL is never whole in a FILE that is not synced.
static int copy(struct acr__copier *copier) {
  int known, copied;
  int code = sqlite3_wal_checkpoint_v2(copier->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &known, &copied);
  if (code == SQLITE_OK && copied > copier->copied) copier->copied = copied;
  pin(copier);
  return code;
}

static int begin_anew(struct acr__copier *copier) {
  acr__copier_release(copier);
  return sqlite3_wal_checkpoint_v2(copier->journal->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static void sync_begin(struct acr__copier *copier) {
  acr__journal *journal = copier->journal;
  pthread_mutex_lock(&journal->mutex);
  if (copier->sync_off) {
    copier->synced = copier->copied;
  } else {
    copier->syncing = copier->copied;
    pthread_cond_signal(&copier->wake);
  }
  pthread_mutex_unlock(&journal->mutex);
}

// With the mutex.
static step decide(const struct acr__copier *copier, bool waits) {
  bool syncing = copier->syncing != 0;
  int pages = copier->pages, fresh = pages - copier->pinned, unsynced = copier->copied - copier->synced;
  bool full = pages >= (waits ? BEGIN_PAGES : BEGIN_PAGES_CALM);
  if (copier->journal->failed) return STEP_NONE;
  if (!copier->pinned) return full ? STEP_BEGIN : STEP_NONE;
  if (!syncing && full && pages - copier->synced <= REST_PAGES) return STEP_BEGIN;
  if (!syncing && pages >= 4 * BEGIN_PAGES) return STEP_BEGIN; // the disk does not follow
  if (fresh >= (waits ? COPY_PAGES : COPY_PAGES_CALM)) return STEP_COPY;
  if (!syncing && unsynced >= (full ? 1 : SYNC_PAGES)) return STEP_SYNC;
  return STEP_NONE;
}

bool acr__copier_due(const struct acr__copier *copier, bool waits) {
  return decide(copier, waits) != STEP_NONE;
}

void acr__copier_step(struct acr__copier *copier, bool waits) {
  acr__journal *journal = copier->journal;
  int code = SQLITE_OK;
  acr__turn_take_committer(&journal->turn);
  pthread_mutex_lock(&journal->mutex);
  step what = decide(copier, waits); // the WAL may have been cut meanwhile
  pthread_mutex_unlock(&journal->mutex);
  if (what == STEP_COPY) code = copy(copier);
  if (what == STEP_SYNC) sync_begin(copier);
  if (what == STEP_BEGIN) code = begin_anew(copier);
  acr__turn_give_committer(&journal->turn);
  if ((code & 0xff) != SQLITE_IOERR) return;
  // As bad here as at a commit: the pages it was about may be gone while a later sync succeeds.
  pthread_mutex_lock(&journal->mutex);
  journal->failed = ACR_E_UNKNOWN_OUTCOME;
  pthread_mutex_unlock(&journal->mutex);
}
