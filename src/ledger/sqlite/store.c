// The SQLite store: journal and view behind the functions of ledger.h.
#include "ledger/store.h"
#include "base/mem.h"
#include "ledger/record.h"
#include "ledger/sqlite/view.h"
#include <libgen.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { SEAL_AT = 100000 }; // ids of one generation: 12 MB in memory, a run of 24 bytes each in the view

struct acr__sqlite {
  acr__ledger ledger;
  char *path, *folder;
  int lock; // descriptor of FILE-lock
  acr__journal *journal;
  acr__view *view;
  uint64_t disk_free;
  int64_t disk_read_ms;    // when
  acr__pos lag_end;        // the view_end that lag_seq belongs to
  uint64_t lag_seq;        // number of the last record the view contains
};

static struct acr__sqlite *of(acr__ledger *ledger) {
  return (struct acr__sqlite *)ledger;
}

static void store_free(struct acr__sqlite *store) {
  if (store->lock >= 0) close(store->lock); // and with it the lock; the file stays, a process may be waiting at it
  free(store->path);
  free(store->folder);
  free(store);
}

static void close_store(acr__ledger *ledger) {
  struct acr__sqlite *store = of(ledger);
  acr__journal_settle(store->journal);
  acr__view_close(store->view);
  acr__journal_close(store->journal);
  store_free(store);
}

static void commit(acr__ledger *ledger, uint8_t *records, size_t len, acr__pos first, const struct acr__id_entry *ids, size_t id_count,
                   void (*done)(void *arg, int error), void *arg) {
  struct acr__sqlite *store = of(ledger);
  acr__view_seal(store->view, SEAL_AT);
  acr__view_add_ids(store->view, ids, id_count);
  acr__view_known(store->view, first + len);
  if (len == 0) {
    done(arg, ACR_E_OK);
    return;
  }
  struct acr__job job = {records, len, first, done, arg};
  acr__journal_commit(store->journal, &job);
}

static bool read_record(acr__ledger *ledger, acr__pos pos, acr__buf *out) {
  return acr__journal_read(of(ledger)->journal, pos, out);
}

static acr__pos scan(acr__ledger *ledger, acr__pos from, size_t max_bytes, acr__buf *out) {
  return acr__journal_scan(of(ledger)->journal, from, max_bytes, out);
}

static acr__pos find_seq(acr__ledger *ledger, uint64_t seq) {
  return acr__journal_find_seq(of(ledger)->journal, seq);
}

static acr__pos committed_end(acr__ledger *ledger) {
  return atomic_load(&of(ledger)->journal->end);
}

static acr__pos find_id(acr__ledger *ledger, acr__digest id) {
  return acr__view_find_id(of(ledger)->view, id);
}

static void fetch_id(acr__ledger *ledger, acr__digest id) {
  acr__view_fetch_id(of(ledger)->view, id);
}

// The journal's tail is added in its order, so with this id all before its record are known.
static void add_id(acr__ledger *ledger, acr__digest id, acr__pos pos) {
  acr__view_seal(of(ledger)->view, SEAL_AT);
  acr__view_add_ids(of(ledger)->view, &(struct acr__id_entry){id, pos}, 1);
  acr__view_known(of(ledger)->view, pos);
}

static bool load_id(acr__ledger *ledger, acr__span id, uint32_t *number, acr__buf *out) {
  return acr__view_load_id(of(ledger)->view, id, number, out);
}

static bool load_number(acr__ledger *ledger, uint32_t number, acr__buf *id, acr__buf *out) {
  return acr__view_load_number(of(ledger)->view, number, id, out);
}

static uint64_t push(acr__ledger *ledger, const struct acr__member_blob *members, size_t count, acr__pos complete_to) {
  return acr__view_push(of(ledger)->view, members, count, complete_to);
}

// Asked again and again, so that the ids of a ledger that fell silent go into the view too.
static uint64_t pushed(acr__ledger *ledger) {
  acr__view_seal(of(ledger)->view, SEAL_AT);
  return atomic_load(&of(ledger)->view->pushed);
}

static void each_member(acr__ledger *ledger, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg) {
  acr__view_each_member(of(ledger)->view, visit, arg);
}

static int overwrite(acr__ledger *ledger, const struct acr__patch *patches, size_t count) {
  return acr__journal_overwrite(of(ledger)->journal, patches, count);
}

static void scrub_begin(acr__ledger *ledger) {
  acr__view_scrub_begin(of(ledger)->view);
}

static void scrub(acr__ledger *ledger, uint64_t ticket) {
  acr__view_scrub(of(ledger)->view, ticket);
}

static void note(acr__ledger *ledger, acr__span name, acr__span value) {
  acr__view_note(of(ledger)->view, name, value);
}

static bool note_read(acr__ledger *ledger, acr__span name, acr__buf *out) {
  return acr__view_note_read(of(ledger)->view, name, out);
}

static uint64_t disk_free(acr__ledger *ledger) {
  enum { CACHED_MS = 200 };
  struct acr__sqlite *store = of(ledger);
  int64_t now = acr__view_now_ms();
  if (!store->disk_read_ms || now - store->disk_read_ms >= CACHED_MS) {
    struct statvfs about;
    store->disk_free = statvfs(store->folder, &about) == 0 ? (uint64_t)about.f_bavail * about.f_frsize : UINT64_MAX;
    store->disk_read_ms = now;
  }
  return store->disk_free;
}

// Number of the last record before `end`, which is where a record begins or the journal's end.
static uint64_t seq_before(struct acr__sqlite *store, acr__pos end, const struct acr__tail *tail) {
  if (end >= tail->end) return tail->seq;
  if (end == store->lag_end) return store->lag_seq;
  acr__buf record = {0};
  if (acr__journal_read(store->journal, end, &record)) {
    store->lag_end = end;
    store->lag_seq = acr__record_seq(record.ptr) - 1;
  }
  acr__buf_free(&record);
  return store->lag_seq;
}

static void stats_read(acr__ledger *ledger, struct acr__ledger_stats *out) {
  struct acr__sqlite *store = of(ledger);
  struct acr__tail tail = acr__journal_tail(store->journal);
  out->journal_bytes = acr__db_file_bytes(store->path, "");
  out->view_bytes = acr__db_file_bytes(store->view->path, "");
  out->wal_bytes = acr__db_file_bytes(store->path, "-wal") + acr__db_file_bytes(store->view->path, "-wal");
  out->commits = atomic_load(&store->journal->commits);
  out->records = tail.seq;
  out->end = tail.end;
  out->view_end = atomic_load(&store->view->view_end);
  out->view_lag_records = tail.seq - seq_before(store, out->view_end, &tail);
  out->disk_free = disk_free(ledger);
  out->ids = acr__view_id_count(store->view);
  out->id_runs = atomic_load(&store->view->id_runs);
}

static char *check_store(acr__ledger *ledger, bool full) {
  struct acr__sqlite *store = of(ledger);
  char *found = acr__journal_check(store->journal, full);
  return found ? found : acr__view_check(store->view, full);
}

static int backup(acr__ledger *ledger, const char *path, struct acr__backup *out, char **message) {
  return acr__journal_backup(of(ledger)->journal, path, out, message);
}

static const struct acr__store functions = {
    .close = close_store,
    .commit = commit,
    .read = read_record,
    .scan = scan,
    .find_seq = find_seq,
    .committed_end = committed_end,
    .find_id = find_id,
    .fetch_id = fetch_id,
    .add_id = add_id,
    .load_id = load_id,
    .load_number = load_number,
    .push = push,
    .pushed = pushed,
    .overwrite = overwrite,
    .scrub_begin = scrub_begin,
    .scrub = scrub,
    .each_member = each_member,
    .note = note,
    .note_read = note_read,
    .stats_read = stats_read,
    .disk_free = disk_free,
    .check = check_store,
    .backup = backup,
};

// The file's folder holds the lock file too, so a missing ledger is told before anything is created beside it.
static int open_journal(struct acr__sqlite *store, const struct acr__ledger_options *options, char **message) {
  struct stat about;
  bool created = false, missing = stat(store->path, &about) != 0 && access(store->folder, W_OK | X_OK) == 0;
  if (missing && !options->create) {
    *message = acr__text("%s: there is no ledger; create it first, or check the path", store->path);
    return ACR_E_NOT_FOUND;
  }
  int error = acr__journal_lock(store->path, &store->lock, &created, message);
  if (error) return error;
  error = acr__journal_look(store->path, message);
  if (error == ACR_E_NOT_FOUND && options->create) {
    free(*message);
    *message = NULL;
    error = acr__journal_create(store->path, message);
  }
  if (!error) error = acr__journal_open(store->path, options->sync_off, &store->journal, message);
  if (error && created) {
    char *name = acr__text("%s-lock", store->path);
    unlink(name);
    free(name);
  }
  return error;
}

int acr__sqlite_open(const struct acr__ledger_options *options, acr__ledger **ledger, struct acr__ledger_info *info, char **message) {
  struct acr__sqlite *store = acr__mem_alloc(sizeof *store);
  *store = (struct acr__sqlite){.ledger.store = &functions, .lock = -1, .path = acr__text("%s", options->path)};
  char *copy = acr__text("%s", options->path);
  store->folder = acr__text("%s", dirname(copy));
  free(copy);
  struct acr__view_info view = {0};
  int error = open_journal(store, options, message);
  if (!error) {
    error = acr__view_open(store->path, store->journal, &store->view, &view, message);
    if (error) acr__journal_close(store->journal);
  }
  if (error) {
    store_free(store);
    return error;
  }
  struct acr__tail tail = acr__journal_tail(store->journal);
  *info = (struct acr__ledger_info){
      .key = store->journal->key,
      .last_seq = tail.seq,
      .end = tail.end,
      .last_member = view.last_member,
      .last_recorded_at = tail.seq ? tail.recorded_at : 0,
      .ledger_time = tail.ledger_time,
      .view_end = view.view_end,
      .view_rebuilt = view.rebuilt,
  };
  *ledger = &store->ledger;
  return ACR_E_OK;
}
