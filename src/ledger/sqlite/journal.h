// FILE: the journal. A thread commits over a connection of its own; whoever reads does so over others, beside the commits.
#ifndef ACR_LEDGER_SQLITE_JOURNAL_H
#define ACR_LEDGER_SQLITE_JOURNAL_H
#include "ledger/sqlite/copier.h"
#include "ledger/sqlite/db.h"
#include "ledger/sqlite/turn.h"
#include "ledger/store.h"
#include <stdatomic.h>

// The last record of the stream.
struct acr__tail {
  acr__pos pos; // 0 = the stream is empty
  acr__pos end;
  uint64_t seq;
  int64_t recorded_at, ledger_time;
  acr__hash hash; // of the last record, or what the chain starts from
};

struct acr__job {
  uint8_t *records; // the caller's; NULL = none in flight
  size_t len;
  acr__pos first;
  void (*done)(void *arg, int error);
  void *arg;
};

enum { ACR_JOURNAL_READERS = 4 }; // who reads more than one record at a time, and the engine beside them

struct acr__journal_reader {
  pthread_mutex_t mutex; // of the rest
  sqlite3 *db;
  sqlite3_stmt *rows_from, *row_at, *row_before;
};

typedef struct acr__journal {
  char *path;
  acr__key key;
  sqlite3 *db; // used by whoever has the turn
  sqlite3_stmt *begin, *commit, *rollback, *insert;
  struct acr__journal_reader readers[ACR_JOURNAL_READERS];
  acr__turn turn;
  struct acr__copier copier;
  pthread_t thread;
  pthread_mutex_t mutex; // guards what follows, and the bytes of the job
  pthread_cond_t wake, idle;
  struct acr__job job;
  struct acr__tail tail; // committed
  bool stopping;
  int failed; // error of the first commit that did not succeed; nothing is committed after it
  _Atomic uint64_t commits;
  _Atomic bool copying; // a backup is made
  _Atomic acr__pos end; // committed
} acr__journal;

// ---- journal_file.c: the file before SQLite has it
// Takes FILE-lock, so that a second process is refused at once. *created tells whether the lock file is new.
int acr__journal_lock(const char *path, int *fd, bool *created, char **message);
// ACR_E_OK when the file can be a journal of this format; ACR_E_NOT_FOUND without a file (or an empty one).
int acr__journal_look(const char *path, char **message);
// Makes a complete empty journal beside the path and moves it there.
int acr__journal_create(const char *path, char **message);
void acr__journal_sync_folder(const char *path); // of a file whose name is new

// ---- journal.c
int acr__journal_open(const char *path, bool sync_off, acr__journal **opened, char **message);
void acr__journal_close(acr__journal *journal);
void acr__journal_settle(acr__journal *journal); // waits for the commit in flight
void acr__journal_commit(acr__journal *journal, const struct acr__job *job);
struct acr__tail acr__journal_tail(acr__journal *journal);
bool acr__journal_failed(acr__journal *journal);
char *acr__journal_check(acr__journal *journal, bool full);

// ---- journal_read.c
int acr__journal_readers_open(acr__journal *journal); // SQLITE_OK or the error
void acr__journal_readers_close(acr__journal *journal);
bool acr__journal_read(acr__journal *journal, acr__pos pos, acr__buf *out);
acr__pos acr__journal_scan(acr__journal *journal, acr__pos from, size_t max_bytes, acr__buf *out);
acr__pos acr__journal_find_seq(acr__journal *journal, uint64_t seq);
// Reads the last record into the tail; false when the rows make no sense.
bool acr__journal_find_tail(acr__journal *journal);

// Place of the row that holds the byte at `pos`. 0 = there is none.
acr__pos acr__journal_row(acr__journal *journal, acr__pos pos);

// ---- journal_erase.c
int acr__journal_overwrite(acr__journal *journal, const struct acr__patch *patches, size_t count);

// ---- journal_backup.c
int acr__journal_backup(acr__journal *journal, const char *path, struct acr__backup *out, char **message);

// ---- committer.c: the thread
void *acr__journal_committer(void *arg); // the journal
#endif
