// A ledger as another thread sees it: the committed log, and nothing else. It has no ids and no members of its own, and what is
// written to it goes nowhere.
#include "base/mem.h"
#include "ledger/store.h"
#include <stdlib.h>

struct acr__following {
  acr__ledger ledger;
  acr__ledger *of; // borrowed
};

static acr__ledger *of(acr__ledger *ledger) {
  return ((struct acr__following *)ledger)->of;
}

static void close_store(acr__ledger *ledger) {
  free(ledger);
}

static void commit(acr__ledger *ledger, uint8_t *records, size_t len, acr__pos first, const struct acr__id_entry *ids, size_t id_count,
                   void (*done)(void *arg, int error), void *arg) {
  (void)ledger, (void)records, (void)len, (void)first, (void)ids, (void)id_count;
  done(arg, ACR_E_INVALID);
}

static bool read_record(acr__ledger *ledger, acr__pos pos, acr__buf *out) {
  return acr__ledger_read(of(ledger), pos, out);
}

static acr__pos scan(acr__ledger *ledger, acr__pos from, size_t max_bytes, acr__buf *out) {
  return acr__ledger_scan(of(ledger), from, max_bytes, out);
}

static acr__pos committed_end(acr__ledger *ledger) {
  return acr__ledger_committed_end(of(ledger));
}

static acr__pos find_seq(acr__ledger *ledger, uint64_t seq) {
  (void)ledger, (void)seq;
  return 0;
}

static acr__pos find_id(acr__ledger *ledger, acr__digest id) {
  (void)ledger, (void)id;
  return 0;
}

static void add_id(acr__ledger *ledger, acr__digest id, acr__pos pos) {
  (void)ledger, (void)id, (void)pos;
}

static bool load_id(acr__ledger *ledger, acr__span id, uint32_t *number, acr__buf *out) {
  (void)ledger, (void)id, (void)number, (void)out;
  return false;
}

static bool load_number(acr__ledger *ledger, uint32_t number, acr__buf *id, acr__buf *out) {
  (void)ledger, (void)number, (void)id, (void)out;
  return false;
}

static uint64_t push(acr__ledger *ledger, const struct acr__member_blob *members, size_t count, acr__pos complete_to) {
  (void)ledger, (void)members, (void)count, (void)complete_to;
  return 0;
}

static uint64_t pushed(acr__ledger *ledger) {
  (void)ledger;
  return 0;
}

static int overwrite(acr__ledger *ledger, const struct acr__patch *patches, size_t count) {
  (void)ledger, (void)patches, (void)count;
  return ACR_E_INVALID;
}

static void scrub_begin(acr__ledger *ledger) {
  (void)ledger;
}

static void scrub(acr__ledger *ledger, uint64_t ticket) {
  (void)ledger, (void)ticket;
}

static void each_member(acr__ledger *ledger, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg) {
  (void)ledger, (void)visit, (void)arg;
}

static void note(acr__ledger *ledger, acr__span name, acr__span value) {
  (void)ledger, (void)name, (void)value;
}

static bool note_read(acr__ledger *ledger, acr__span name, acr__buf *out) {
  (void)ledger, (void)name, (void)out;
  return false;
}

static void stats_read(acr__ledger *ledger, struct acr__ledger_stats *out) {
  *out = (struct acr__ledger_stats){.end = committed_end(ledger)};
}

static uint64_t disk_free(acr__ledger *ledger) {
  (void)ledger;
  return UINT64_MAX;
}

static char *check(acr__ledger *ledger, bool full) {
  (void)ledger, (void)full;
  return NULL;
}

static void fetch_id(acr__ledger *ledger, acr__digest id) {
  (void)ledger, (void)id;
}

static int backup(acr__ledger *ledger, const char *path, struct acr__backup *out, char **message) {
  return acr__ledger_backup(of(ledger), path, out, message);
}

static const struct acr__store store = {
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
    .check = check,
    .backup = backup,
};

acr__ledger *acr__ledger_follow(acr__ledger *ledger) {
  struct acr__following *following = acr__mem_alloc(sizeof *following);
  *following = (struct acr__following){.ledger.store = &store, .of = ledger};
  return &following->ledger;
}
