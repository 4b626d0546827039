// FILE-view: what follows from the journal, for restarts and look-ups. A thread writes behind; the engine's thread reads through a
// connection of its own. Nothing in it is needed: it starts from nothing when in doubt.
#ifndef ACR_LEDGER_SQLITE_VIEW_H
#define ACR_LEDGER_SQLITE_VIEW_H
#include "base/table.h"
#include "ledger/sqlite/journal.h"
#include "ledger/sqlite/runs.h"

// Ids not yet in a run. The engine's thread fills one generation and seals it; the writer only reads sealed ones.
struct acr__generation {
  struct acr__generation *next;         // engine: newer first
  struct acr__generation *next_to_write; // writer: oldest first
  uint64_t number;
  acr__idset ids;
  acr__pos end; // with this generation the ids of every record before `end` are known
};

// One call of push: the members' bytes lie behind the array.
struct acr__push {
  struct acr__push *next;
  uint64_t ticket;
  acr__pos complete_to;
  size_t count;
  struct acr__view_note *notes;
  struct acr__member_blob members[];
};

struct acr__view_note {
  struct acr__view_note *next;
  acr__buf name, value;
};

// The pushes that are being written, as one list sorted by number.
struct acr__round_member { uint64_t key; const struct acr__member_blob *blob; }; // key: number, then order of arrival
struct acr__round {
  struct acr__push *pushes; // owned; NULL = no round
  struct acr__round_member *members; // owned
  size_t count, at;
  uint64_t ticket;
  acr__pos complete_to;
};

enum { ACR_MERGE_WAYS = 16, ACR_MERGE_AT = 8 };

struct acr__merge_input {
  acr__run *run;
  size_t chunk, at, fill; // next chunk to read; place in entries
  struct acr__id_entry entries[ACR_CHUNK_IDS];
};

struct acr__merge {
  bool active;
  size_t ways;
  struct acr__merge_input *inputs; // [ACR_MERGE_WAYS]
  acr__run_builder builder;
};

// Run numbers whose chunks are to be deleted, and sets and runs to be freed, once the engine looks elsewhere.
struct acr__retired {
  struct acr__retired *next;
  acr__runset *set;             // may be NULL
  size_t count;
  acr__run *runs[ACR_MERGE_WAYS];
};

struct acr__drop {
  struct acr__drop *next;
  int64_t run;
};

struct acr__view_writer { // of the view's thread, once it runs
  sqlite3 *db;
  sqlite3_stmt *begin, *commit, *rollback, *update_member, *insert_member, *insert_id, *drop_id;
  struct acr__run_tables tables;
  struct acr__round round;
  struct acr__merge merge;
  struct acr__retired *retired;
  struct acr__drop *drops;
  acr__run **runs; // all live ones
  size_t run_count;
  int64_t next_run;
  uint32_t last_member; // highest number that is in the view
  uint64_t flushed;     // generation
  bool scrub;           // with this transaction
  acr__pos ids_end, members_end;
  int wal_pages; // of the last transaction
  int file_fd;   // of FILE-view, to tell the system when to write; closed after SQLite's, whose locks would go with it
  int64_t retry_at_ms; // after a transaction that failed; 0 = the last one succeeded
  int64_t rest_to_ms;  // after any
};

struct acr__view_reader { // of the engine's thread
  sqlite3 *db;
  sqlite3_stmt *by_id, *by_number, *get_chunk;
  struct acr__cached_chunk *cache;
  uint64_t cache_clock;
  acr__table *notes;                     // name -> acr__buf
  struct acr__view_note *notes_unsent;   // go with the next push
  struct acr__generation *generations;   // newest, which is being filled, first
  const acr__runset *set;
  acr__pos known_end;                    // the ids of every record before it have been added
  int64_t sealed_at_ms;
  uint64_t tickets;
};

typedef struct acr__view {
  char *path;
  acr__journal *journal; // borrowed
  struct acr__view_writer writer;
  struct acr__view_reader reader;
  pthread_t thread;
  pthread_mutex_t mutex; // guards the queues
  pthread_cond_t wake, scrubbing;
  struct acr__push *queue, **queue_last;
  size_t queued_members;
  int64_t queued_at_ms; // when the oldest came
  struct acr__generation *to_write, **to_write_last;
  int64_t closing_ms; // 0 = not; else when
  bool scrub_begun;            // the file is to say that it has to be scrubbed
  uint64_t scrub_to, scrubbed; // tickets: what older ones had written is to be in no file; is in none
  _Atomic(const acr__runset *) published, adopted;
  _Atomic uint64_t pushed;
  _Atomic acr__pos view_end;
  _Atomic uint64_t ids, id_runs;
} acr__view;

struct acr__view_info {
  uint32_t last_member;
  acr__pos view_end;
  bool rebuilt;
};

// ---- view.c
int acr__view_open(const char *path, acr__journal *journal, acr__view **opened, struct acr__view_info *info, char **message);
void acr__view_close(acr__view *view);
char *acr__view_check(acr__view *view, bool full);
int64_t acr__view_now_ms(void); // monotonic
// A failed read would be taken for "no such member", "new id": the process ends instead. A damaged view is removed first.
_Noreturn void acr__view_stop(const acr__view *view, sqlite3 *db, int code);

// ---- view_file.c
// Opens the file and takes up what it holds. SQLITE_CORRUPT when it is to be thrown away: damaged, of another ledger, ahead of the
// journal, or in doubt after a crash of the machine. SQLITE_CANTOPEN without a file.
int acr__view_file_open(acr__view *view, struct acr__view_info *info);
int acr__view_file_create(acr__view *view); // an empty one, then to be opened
void acr__view_file_remove(const char *path);
void acr__view_file_close(acr__view *view);
void acr__view_file_copy_wal(struct acr__view_writer *writer); // as far as nobody reads, and on to the disk
// Makes the file safe against a crash of the machine and says so in it.
void acr__view_file_settle(acr__view *view);
int acr__view_reader_connect(const char *path, sqlite3 **db);

// ---- view_members.c (the engine's thread)
bool acr__view_load_id(acr__view *view, acr__span id, uint32_t *number, acr__buf *out);
bool acr__view_load_number(acr__view *view, uint32_t number, acr__buf *id, acr__buf *out);
uint64_t acr__view_push(acr__view *view, const struct acr__member_blob *members, size_t count, acr__pos complete_to);
void acr__view_push_free(struct acr__push *push);
void acr__view_each_member(acr__view *view, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg);

// ---- view_notes.c (the engine's thread)
int acr__view_notes_load(acr__view *view);
void acr__view_note(acr__view *view, acr__span name, acr__span value);
bool acr__view_note_read(acr__view *view, acr__span name, acr__buf *out);
void acr__view_notes_free(struct acr__view_note *note);
void acr__view_notes_close(acr__view *view);

// ---- view_ids.c (the engine's thread)
void acr__view_ids_open(acr__view *view);
void acr__view_ids_close(acr__view *view);
acr__pos acr__view_find_id(acr__view *view, acr__digest id);
void acr__view_fetch_id(const acr__view *view, acr__digest id);
uint64_t acr__view_id_count(const acr__view *view);
// `known_end`: with this id the ids of every record before it are known.
void acr__view_add_ids(acr__view *view, const struct acr__id_entry *ids, size_t count);
void acr__view_known(acr__view *view, acr__pos known_end);
// Hands the ids of committed records to the writer: when there are `least`, or some and the last time is two seconds ago.
void acr__view_seal(acr__view *view, size_t least);

// ---- view_scrub.c
void acr__view_scrub_begin(acr__view *view);
void acr__view_scrub(acr__view *view, uint64_t ticket); // the engine's thread: waits for it
bool acr__view_scrub_due(const acr__view *view);         // with the mutex
void acr__view_scrub_run(acr__view *view);               // the view's thread, between transactions
int acr__view_scrub_left(struct acr__view_writer *writer); // by a process that ended in the middle

// ---- view_thread.c
void *acr__view_thread(void *arg); // the view

// ---- view_write.c (the view's thread): the parts of one transaction
void acr__round_begin(acr__view *view, struct acr__push *pushes);
int acr__round_write(acr__view *view); // up to a transaction's worth
void acr__round_free(struct acr__round *round);

// ---- view_merge.c (the view's thread)
acr__runset *acr__runset_new(const struct acr__view_writer *writer);
bool acr__merge_due(const struct acr__view_writer *writer);
// A slice of the merge under way, or of a new one. *merged when it is complete.
int acr__merge_step(struct acr__view_writer *writer, acr__run **merged);
// Takes the inputs out of the live runs into `retired`, the merged run in.
void acr__merge_accept(struct acr__view_writer *writer, acr__run *merged, struct acr__retired *retired);
// After a transaction that failed: what was written of the merge is dropped and it starts anew.
void acr__merge_abandon(struct acr__view_writer *writer);
void acr__runs_add(struct acr__view_writer *writer, acr__run *run);
void acr__drop_add(struct acr__view_writer *writer, int64_t run);
int acr__drop_step(struct acr__view_writer *writer, bool *finished);
#endif
