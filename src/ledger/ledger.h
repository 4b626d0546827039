// What the engine sees of the ledger: append a batch, read a record, scan the log, find an id, load a member. Nothing above
// this header knows SQL. Stores: ledger/sqlite (journal + view), ledger/memory.
//
// The log is one stream of records; a record's place is its byte offset in that stream (`pos`, from 1), which the engine knows
// before the commit. A record = fixed part + decision (both covered by the hash chain) + payload (the member's id and the
// event as sent; may be emptied later without breaking the chain).
//
// Threads: the engine thread calls everything except where noted. The store has threads of its own.
#ifndef ACR_LEDGER_LEDGER_H
#define ACR_LEDGER_LEDGER_H
#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"

typedef struct acr__ledger acr__ledger;
typedef uint64_t acr__pos; // 0 = none

typedef enum acr__record_kind {
  ACR_RECORD_EVENT = 1,   // an event that was applied or refused
  ACR_RECORD_PARKED = 2,  // a plugin failed; no effects
  ACR_RECORD_RETRY = 3,   // a parked event that was judged again: stands for the event at its own place
  ACR_RECORD_RELEASE = 4, // payload = the release (template files, program text)
  ACR_RECORD_STATUS = 5,  // a program's or level's status changed
} acr__record_kind;

struct acr__record {
  acr__record_kind kind;
  uint8_t flags;               // ACR_RECORD_REFUSED | ACR_RECORD_LATE ...
  uint64_t seq;                // dense from 1
  acr__pos pos;                // of this record
  acr__pos prev;               // the member's previous record; 0 = first, or no member
  uint32_t member;             // surrogate number from 1; 0 = none (clock, release)
  uint32_t release;            // number of the release that judged it; 0 = none
  int64_t time;                // event time
  int64_t ledger_time;         // highest event or clock time so far
  int64_t recorded_at;         // wall clock, never decreasing with seq
  acr__digest id_digest, content_digest;
  acr__span decision;          // encoded ops (ledger/ops.h)
  acr__span payload;           // varu-length-prefixed member id, then the event's line; may be empty (erased)
};
#define ACR_RECORD_REFUSED 1u
#define ACR_RECORD_LATE 2u
#define ACR_RECORD_DUE 4u  // due work that is no event of its own: no fact
#define ACR_RECORD_HOOKS 16u // it has web hooks
#define ACR_RECORD_MERGE 32u // its member became part of another one
#define ACR_RECORD_SENT 8u // an event that the core sent: due (a birthday, one raised for later) or over a link

// ---- Records as bytes (ledger/record.c)
// Appends the record's bytes to `out` (hash left zero: the store fills it at commit) and returns their number.
size_t acr__record_encode(const struct acr__record *record, acr__buf *out);
// Number of bytes of the record that starts at `bytes`, 0 when fewer than its length field are there.
size_t acr__record_length(const uint8_t *bytes, size_t len);
// Spans point into `bytes`. false when malformed. *hash may be NULL.
bool acr__record_decode(const uint8_t *bytes, size_t len, acr__pos pos, struct acr__record *out, acr__hash *hash);
// Computes and stores the chain hash of the record at `bytes`, from the previous record's; returns it.
acr__hash acr__record_seal(uint8_t *bytes, size_t len, const acr__hash *previous);
// The hash that such a record has behind that one.
acr__hash acr__record_chained(const uint8_t *bytes, size_t len, const acr__hash *previous);
// What stands for the previous hash of the first record: the chain is bound to its ledger's key.
acr__hash acr__record_chain_start(const acr__key *key);
#define ACR_RECORD_BYTES_MAX (64u << 20) // a line of 1 MiB and 100,000 ops stay far below; anything longer is damage

// ---- The ledger

struct acr__ledger_options {
  const char *path;       // journal; NULL = memory store
  bool create;
  bool sync_off;          // control runs only
};

// What the ledger knew when it was opened.
struct acr__ledger_info {
  acr__key key;           // for digests; born with the ledger
  uint64_t last_seq;      // 0 = empty
  acr__pos end;           // where the next record goes
  uint32_t last_member;   // highest member number in the view (records behind the watermark may have more)
  int64_t last_recorded_at, ledger_time;
  acr__pos view_end;      // every record before this is contained in the view's members and ids; 1 = nothing
  bool view_rebuilt;      // the view was empty, damaged or in doubt and starts from nothing
};

// 0 or an ACR_E_* number (include/accrue.h) as a negative int, with a sentence naming path and cause in *message (malloc'ed).
int acr__ledger_open(const struct acr__ledger_options *options, acr__ledger **ledger, struct acr__ledger_info *info, char **message);
// The committed log of a ledger for an engine on another thread, which can read it and nothing else. Closed before the ledger is.
acr__ledger *acr__ledger_follow(acr__ledger *ledger);
void acr__ledger_close(acr__ledger *ledger); // waits for the commit in flight; writes what has been pushed to the view

// Commits records (bytes as acr__record_encode made them, one after another; `first` = pos of the first). The buffer stays the
// caller's and must not change until `done` was called (from the store's thread; from within the call with the memory store).
// error 0 = durable; anything else = outcome unknown, nothing more is committed. One commit in flight at a time.
// `ids` of these records (id digest -> pos) are known to acr__ledger_find_id from the call on.
struct acr__id_entry { acr__digest id; acr__pos pos; };
void acr__ledger_commit(acr__ledger *ledger, uint8_t *records, size_t len, acr__pos first, const struct acr__id_entry *ids, size_t id_count,
                        void (*done)(void *arg, int error), void *arg);

// The bytes of one record (appended to out): committed ones and those of the commit in flight. false when pos is no record.
// May be called from any thread.
bool acr__ledger_read(acr__ledger *ledger, acr__pos pos, acr__buf *out);
// Committed records from `from` on, whole, up to about max_bytes (at least one); returns the pos behind the last one (== from at
// the end; before the committed end: what is there cannot be read). May be called from any thread; takes at most one turn
// between commits and at most 4 MiB in it.
acr__pos acr__ledger_scan(acr__ledger *ledger, acr__pos from, size_t max_bytes, acr__buf *out);
// The pos of record number seq, 0 when there is none.
acr__pos acr__ledger_find_seq(acr__ledger *ledger, uint64_t seq);
acr__pos acr__ledger_committed_end(acr__ledger *ledger); // any thread

// ---- Ids: for ever. 0 = never seen. Recent ones in memory, older behind a filter in sorted runs of the view.
acr__pos acr__ledger_find_id(acr__ledger *ledger, acr__digest id);
void acr__ledger_fetch_id(acr__ledger *ledger, acr__digest id); // it will be looked for soon: brings its places near
// During recovery: makes an id known that the journal's tail holds but the view does not. In the journal's order, all of them
// before the first commit: with an id the ids of every record before its own count as known.
void acr__ledger_add_id(acr__ledger *ledger, acr__digest id, acr__pos pos);

// ---- Members in the view. A state is an opaque blob; member numbers are given by the engine.
// Looks a member up by id or number. false when the view has none. state is appended to `out`.
bool acr__ledger_load_id(acr__ledger *ledger, acr__span id, uint32_t *number, acr__buf *out);
bool acr__ledger_load_number(acr__ledger *ledger, uint32_t number, acr__buf *id, acr__buf *out);
// Hands states over for writing behind (copied). `complete_to`: once these and everything pushed before are in the view, every
// record before this pos is contained. Returns a ticket; the writing happens on the view's thread in large sorted batches.
// Only states whose records are committed: what the journal does not have must not be in the view.
struct acr__member_blob {
  uint32_t number;
  acr__span id; // only needed when new; always given
  acr__span state;
  acr__span was; // the id that it had, which leads nowhere from now on; empty = the same
};
uint64_t acr__ledger_push(acr__ledger *ledger, const struct acr__member_blob *members, size_t count, acr__pos complete_to);
uint64_t acr__ledger_pushed(acr__ledger *ledger);   // the highest ticket that is in the view (readable by load): evict only up to here
// Every member in the view in order of number (for rebuilds of series and verify); any thread.
void acr__ledger_each_member(acr__ledger *ledger, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg);
// Small named values of the view (what series are built), written with the next push and surviving as long as the view.
void acr__ledger_note(acr__ledger *ledger, acr__span name, acr__span value);
bool acr__ledger_note_read(acr__ledger *ledger, acr__span name, acr__buf *out);

// ---- Erasing
// Overwrites bytes of committed records with one byte, in place; in no file of the journal is what stood there when it returns. It does
// so for erasing alone: everything that the chain covers stays as it is. 0 or ACR_E_UNKNOWN_OUTCOME.
struct acr__patch { acr__pos at; size_t len; uint8_t with; };
int acr__ledger_overwrite(acr__ledger *ledger, const struct acr__patch *patches, size_t count);
// What is pushed from the first call on replaces what has to go; the second waits until the view has the push of that ticket, and none
// of its files has what was replaced. A process that ends in between does the rest when it opens the ledger.
void acr__ledger_scrub_begin(acr__ledger *ledger);
void acr__ledger_scrub(acr__ledger *ledger, uint64_t ticket);
// What makes the record one whose payload was erased.
void acr__record_erase(const struct acr__record *record, struct acr__patch out[2]);
// Where in the log a byte of the record's payload stands.
acr__pos acr__record_payload_pos(const struct acr__record *record, const char *byte);

// ---- Health
struct acr__ledger_stats {
  uint64_t journal_bytes, view_bytes, wal_bytes;
  uint64_t commits, records;
  acr__pos end, view_end;           // view lag in bytes = end - view_end
  uint64_t view_lag_records;        // records committed but not yet contained in the view
  uint64_t disk_free;
  uint64_t ids, id_runs;
};
void acr__ledger_stats_read(acr__ledger *ledger, struct acr__ledger_stats *out);
uint64_t acr__ledger_disk_free(acr__ledger *ledger); // bytes; UINT64_MAX with the memory store; cached for a short time
// Storage checks for verify: sqlite quick_check/integrity_check of both files. NULL when fine, else a malloc'ed sentence.
char *acr__ledger_check(acr__ledger *ledger, bool full);

// A copy of the journal under `path`, where nothing may be yet: whole, synced, up to a commit not before the call. Commits go on
// meanwhile. 0, or an error with a malloc'ed sentence and no file. Any thread, one at a time.
struct acr__backup {
  uint64_t bytes, records;
};
int acr__ledger_backup(acr__ledger *ledger, const char *path, struct acr__backup *out, char **message);
#endif
