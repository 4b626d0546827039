// The log of the memory store, and the table of its functions.
#include "ledger/memory/memory.h"
#include "base/mem.h"
#include "ledger/record.h"
#include <stdio.h>
#include <stdlib.h>

static struct acr__memory *of(acr__ledger *ledger) {
  return (struct acr__memory *)ledger;
}

static void close_store(acr__ledger *ledger) {
  struct acr__memory *memory = of(ledger);
  acr__memory_members_free(memory);
  acr__idset_free(&memory->ids);
  acr__buf_free(&memory->log);
  free(memory->places);
  pthread_mutex_destroy(&memory->mutex);
  free(memory);
}

static acr__pos end_of(const struct acr__memory *memory) {
  return memory->log.len + 1;
}

static void add_place(struct acr__memory *memory, acr__pos pos) {
  if (memory->records == memory->places_cap) {
    memory->places_cap = memory->places_cap ? memory->places_cap * 2 : 64;
    memory->places = acr__mem_resize(memory->places, memory->places_cap * sizeof *memory->places);
  }
  memory->places[memory->records++] = pos;
}

// The whole batch or nothing: a gap in the sequence, a clock that went back or a torn record is a fault of the caller.
static int check(const struct acr__memory *memory, const uint8_t *records, size_t len, acr__pos first) {
  if (first != end_of(memory)) return ACR_E_VIOLATION;
  uint64_t seq = memory->records;
  int64_t recorded_at = memory->last_recorded_at;
  for (size_t at = 0, length; at < len; at += length) {
    length = acr__record_whole(records + at, len - at);
    if (!length || acr__record_seq(records + at) != ++seq || acr__record_recorded_at(records + at) < recorded_at) return ACR_E_VIOLATION;
    recorded_at = acr__record_recorded_at(records + at);
  }
  return ACR_E_OK;
}

static void append(struct acr__memory *memory, uint8_t *records, size_t len) {
  acr__pos first = end_of(memory);
  for (size_t at = 0, length; at < len; at += length) {
    length = acr__record_whole(records + at, len - at);
    memory->tail_hash = acr__record_seal(records + at, length, &memory->tail_hash);
    memory->last_recorded_at = acr__record_recorded_at(records + at);
    add_place(memory, first + at);
  }
  acr__buf_put(&memory->log, records, len);
  memory->commits++;
}

static void commit(acr__ledger *ledger, uint8_t *records, size_t len, acr__pos first, const struct acr__id_entry *ids, size_t id_count,
                   void (*done)(void *arg, int error), void *arg) {
  struct acr__memory *memory = of(ledger);
  for (size_t i = 0; i < id_count; i++) acr__idset_put(&memory->ids, ids[i].id, ids[i].pos);
  pthread_mutex_lock(&memory->mutex);
  if (!memory->failed) memory->failed = check(memory, records, len, first);
  if (!memory->failed) append(memory, records, len);
  int error = memory->failed;
  pthread_mutex_unlock(&memory->mutex);
  done(arg, error);
}

// Index of the first record at or behind pos.
static uint64_t index_of(const struct acr__memory *memory, acr__pos pos) {
  uint64_t low = 0, high = memory->records;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (memory->places[middle] < pos) low = middle + 1;
    else high = middle;
  }
  return low;
}

static acr__pos behind(const struct acr__memory *memory, uint64_t index) {
  return index + 1 < memory->records ? memory->places[index + 1] : end_of(memory);
}

static bool read_record(acr__ledger *ledger, acr__pos pos, acr__buf *out) {
  struct acr__memory *memory = of(ledger);
  pthread_mutex_lock(&memory->mutex);
  uint64_t index = index_of(memory, pos);
  bool found = index < memory->records && memory->places[index] == pos;
  if (found) acr__buf_put(out, memory->log.ptr + (pos - 1), behind(memory, index) - pos);
  pthread_mutex_unlock(&memory->mutex);
  return found;
}

static acr__pos scan(acr__ledger *ledger, acr__pos from, size_t max_bytes, acr__buf *out) {
  struct acr__memory *memory = of(ledger);
  pthread_mutex_lock(&memory->mutex);
  uint64_t index = index_of(memory, from);
  acr__pos end = from;
  if (index < memory->records && memory->places[index] == from) {
    end = behind(memory, index);
    while (++index < memory->records && behind(memory, index) - from <= max_bytes) end = behind(memory, index);
    acr__buf_put(out, memory->log.ptr + (from - 1), end - from);
  }
  pthread_mutex_unlock(&memory->mutex);
  return end;
}

static acr__pos find_seq(acr__ledger *ledger, uint64_t seq) {
  const struct acr__memory *memory = of(ledger);
  return seq >= 1 && seq <= memory->records ? memory->places[seq - 1] : 0;
}

static acr__pos committed_end(acr__ledger *ledger) {
  struct acr__memory *memory = of(ledger);
  pthread_mutex_lock(&memory->mutex);
  acr__pos end = end_of(memory);
  pthread_mutex_unlock(&memory->mutex);
  return end;
}

static acr__pos find_id(acr__ledger *ledger, acr__digest id) {
  return acr__idset_get(&of(ledger)->ids, id);
}

static void fetch_id(acr__ledger *ledger, acr__digest id) {
  acr__idset_fetch(&of(ledger)->ids, &id);
}

static void add_id(acr__ledger *ledger, acr__digest id, acr__pos pos) {
  acr__idset_put(&of(ledger)->ids, id, pos);
}

static int overwrite(acr__ledger *ledger, const struct acr__patch *patches, size_t count) {
  struct acr__memory *memory = of(ledger);
  pthread_mutex_lock(&memory->mutex);
  for (size_t i = 0; i < count; i++)
    if (patches[i].len) memset(memory->log.ptr + (patches[i].at - 1), patches[i].with, patches[i].len);
  pthread_mutex_unlock(&memory->mutex);
  return ACR_E_OK;
}

static void scrub_begin(acr__ledger *ledger) {
  (void)ledger;
}

static void scrub(acr__ledger *ledger, uint64_t ticket) {
  (void)ledger;
  (void)ticket; // a push is through when it returns
}

static void stats_read(acr__ledger *ledger, struct acr__ledger_stats *out) {
  const struct acr__memory *memory = of(ledger);
  out->journal_bytes = memory->log.len;
  out->commits = memory->commits;
  out->records = memory->records;
  out->end = end_of(memory);
  out->view_end = memory->view_end;
  out->view_lag_records = memory->records - index_of(memory, memory->view_end);
  out->disk_free = UINT64_MAX;
  out->ids = memory->ids.count;
}

static uint64_t disk_free(acr__ledger *ledger) {
  (void)ledger;
  return UINT64_MAX;
}

static char *check_store(acr__ledger *ledger, bool full) {
  (void)ledger;
  (void)full;
  return NULL;
}

static int backup(acr__ledger *ledger, const char *path, struct acr__backup *out, char **message) {
  (void)ledger;
  (void)out;
  if (asprintf(message, "%s: a ledger in memory has no file to copy", path) < 0) acr__mem_exhausted(strlen(path));
  return ACR_E_INVALID;
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
    .load_id = acr__memory_load_id,
    .load_number = acr__memory_load_number,
    .push = acr__memory_push,
    .pushed = acr__memory_pushed,
    .overwrite = overwrite,
    .scrub_begin = scrub_begin,
    .scrub = scrub,
    .each_member = acr__memory_each_member,
    .note = acr__memory_note,
    .note_read = acr__memory_note_read,
    .stats_read = stats_read,
    .disk_free = disk_free,
    .check = check_store,
    .backup = backup,
};

void acr__memory_open(acr__ledger **ledger, struct acr__ledger_info *info) {
  struct acr__memory *memory = acr__mem_alloc(sizeof *memory);
  *memory = (struct acr__memory){.ledger.store = &store, .view_end = 1, .last_recorded_at = INT64_MIN};
  pthread_mutex_init(&memory->mutex, NULL);
  memory->by_id = acr__table_new();
  memory->notes = acr__table_new();
  acr__key_random(&info->key);
  memory->tail_hash = acr__record_chain_start(&info->key);
  info->end = info->view_end = 1;
  *ledger = &memory->ledger;
}
