// After a member was erased: the view's files lose what its rows were. SQLite overwrites what it frees, but moving rows about leaves
// copies in the unused part of pages now and then; only writing the file anew gets rid of them.
#include "ledger/sqlite/view.h"
#include <stdio.h>
#include <time.h>

enum { AT_ONCE_BYTES = 64 << 20, TRIES = 500, TRY_MS = 10 };

void acr__view_scrub_begin(acr__view *view) {
  pthread_mutex_lock(&view->mutex);
  view->scrub_begun = true;
  pthread_mutex_unlock(&view->mutex);
}

void acr__view_scrub(acr__view *view, uint64_t ticket) {
  pthread_mutex_lock(&view->mutex);
  if (ticket > view->scrub_to) view->scrub_to = ticket;
  pthread_cond_signal(&view->wake);
  while (view->scrubbed < ticket)
    pthread_cond_wait(&view->scrubbing, &view->mutex);
  pthread_mutex_unlock(&view->mutex);
}

bool acr__view_scrub_due(const acr__view *view) {
  return view->scrub_to > view->scrubbed;
}

// Somebody who looks at all members may still be reading in the WAL.
static int empty_wal(struct acr__view_writer *writer) {
  int code = SQLITE_BUSY;
  for (int i = 0; i < TRIES && (code & 0xff) == SQLITE_BUSY; i++) {
    if (i) nanosleep(&(struct timespec){0, TRY_MS * 1000000L}, NULL);
    code = sqlite3_wal_checkpoint_v2(writer->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  }
  writer->wal_pages = 0;
  return code;
}

static int write_anew(struct acr__view_writer *writer, bool large) {
  int code = large ? acr__db_exec(writer->db, "PRAGMA temp_store = FILE") : SQLITE_OK;
  if (code == SQLITE_OK) code = acr__db_exec(writer->db, "VACUUM");
  if (code == SQLITE_OK) code = empty_wal(writer);
  if (code == SQLITE_OK) code = acr__db_exec(writer->db, "REPLACE INTO meta(name, value) VALUES('scrub', x'30')");
  if (large) acr__db_exec(writer->db, "PRAGMA temp_store = MEMORY");
  return code;
}

static void done(acr__view *view, uint64_t ticket) {
  pthread_mutex_lock(&view->mutex);
  view->scrubbed = ticket;
  view->scrub_begun = false;
  pthread_cond_broadcast(&view->scrubbing);
  pthread_mutex_unlock(&view->mutex);
}

// A large file is written anew behind the answer: its rows are overwritten by then, and what a page may have besides follows within
// seconds, or at the next start.
void acr__view_scrub_run(acr__view *view) {
  struct acr__view_writer *writer = &view->writer;
  pthread_mutex_lock(&view->mutex);
  uint64_t ticket = view->scrub_to;
  pthread_mutex_unlock(&view->mutex);
  if (atomic_load(&view->pushed) < ticket) return;
  int code = empty_wal(writer);
  bool large = acr__db_file_bytes(view->path, "") > AT_ONCE_BYTES;
  if (large) done(view, ticket);
  if (code == SQLITE_OK) code = write_anew(writer, large);
  if (!large) done(view, ticket);
  if (code != SQLITE_OK) fprintf(stderr, "accrue: %s: %s; it is written anew at the next start\n", view->path, sqlite3_errmsg(writer->db));
}

int acr__view_scrub_left(struct acr__view_writer *writer) {
  acr__buf left = {0};
  int code = acr__db_value(writer->db, "meta", ACR__SPAN_LIT("scrub"), &left);
  bool due = code == SQLITE_ROW && left.len == 1 && left.ptr[0] == '1';
  acr__buf_free(&left);
  if (code != SQLITE_ROW) return code == SQLITE_DONE ? SQLITE_OK : code;
  if (!due) return SQLITE_OK;
  code = empty_wal(writer);
  return code == SQLITE_OK ? write_anew(writer, true) : code;
}
