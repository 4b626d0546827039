// How the WAL gets into FILE while commits go on.
//
// A commit is durable in the WAL. Copying the WAL into FILE with a sync at the end keeps the next commit waiting for a sync of many pages,
// so here the three steps of a checkpoint are taken apart: pages are copied in small pieces without a sync, a thread of its own syncs
// FILE meanwhile, and only when nearly all of the WAL is copied and synced a plain checkpoint (the rest, with its syncs) lets the WAL
// begin anew. Until then `pin`, a reader at an earlier commit, keeps the WAL as it is: SQLite begins it anew only when all of it is
// copied, and never copies what a reader may still need. After a loss of power the whole WAL is therefore there to be copied again.
#ifndef ACR_LEDGER_SQLITE_COPIER_H
#define ACR_LEDGER_SQLITE_COPIER_H
#include "ledger/sqlite/db.h"
#include <pthread.h>

struct acr__journal;

struct acr__copier {
  struct acr__journal *journal;
  sqlite3 *db;  // copies, and syncs nothing
  sqlite3 *pin; // reads
  sqlite3_stmt *pin_begin, *pin_read, *pin_end;
  sqlite3_file *file; // of `pin`, to be synced
  bool sync_off;
  // In pages of the WAL; changed by whoever has the journal's turn:
  _Atomic int pages;  // as of the last commit
  _Atomic int pinned; // as of the pin; 0 = there is none
  _Atomic int copied;
  // Under the journal's mutex:
  int synced, syncing; // syncing: as far as the sync under way goes; 0 = none is
  bool stopping;
  pthread_t thread;
  pthread_cond_t wake, done;
};

int acr__copier_open(struct acr__copier *copier, struct acr__journal *journal, const char *path, bool sync_off);
// Before the journal's own connection is closed, which then copies what is left.
void acr__copier_close(struct acr__copier *copier);
// Behind a commit, with the turn.
void acr__copier_committed(struct acr__copier *copier);
// With the journal's mutex: is it time for a step, when a commit `waits` for its end or when none does?
bool acr__copier_due(const struct acr__copier *copier, bool waits);
// Without the mutex, on the committer's thread: one step.
void acr__copier_step(struct acr__copier *copier, bool waits);
// With the turn: the WAL may be cut to nothing by a checkpoint of the caller's, which copies and syncs it.
void acr__copier_release(struct acr__copier *copier);
#endif
