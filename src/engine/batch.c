// Batches: lines in, records and replies out, one commit for all of them.
#include "base/mem.h"
#include "engine/budget.h"
#include "engine/door.h"
#include "engine/due.h"
#include "engine/erase.h"
#include "engine/ripen.h"
#include "engine/rpc.h"
#include "engine/sums.h"
#include "engine/web_hook.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

void acr__batch_id(acr_engine *engine, acr__digest id, acr__pos pos) {
  engine->filling->beside = true;
  acr__ids_put(&engine->filling->ids, id, pos);
}

acr__pos acr__find_id(acr_engine *engine, acr__digest id) {
  acr__pos own = acr__ids_get(&engine->filling->ids, id);
  if (own) return own;
  if (!engine->of) return acr__ledger_find_id(engine->ledger, id);
  acr__pos pos = acr__find_id(engine->of, id);
  return engine->base && pos >= engine->base ? 0 : pos;
}

void acr__fetch_id(const acr_engine *engine, acr__digest id) {
  acr__ids_fetch(&engine->filling->ids, id);
  if (!engine->of) acr__ledger_fetch_id(engine->ledger, id);
}

// ---- records

acr_batch *acr_batch_begin(acr_engine *engine) {
  acr_batch *batch = engine->batches[0].open ? &engine->batches[1] : &engine->batches[0];
  if (batch->open) return NULL;
  batch->engine = engine;
  batch->open = true;
  batch->committing = batch->in_store = false;
  batch->failed = ACR_E_OK;
  batch->first = engine->end;
  batch->hooks = 0;
  batch->records.len = batch->replies.len = 0;
  batch->item_count = 0;
  batch->beside = false;
  acr__ids_clear(&batch->ids);
  engine->filling = batch;
  return batch;
}

acr__pos acr__append(acr_engine *engine, struct acr__record *record, const acr__digest *also) {
  acr_batch *batch = engine->filling;
  int64_t now = engine->trial ? engine->last_recorded_at : acr__wall_us();
  if (now < engine->last_recorded_at) // a clock that steps back does not order records anew
    now = engine->last_recorded_at;
  engine->last_recorded_at = now;
  if (record->kind != ACR_RECORD_PARKED && record->kind != ACR_RECORD_RELEASE && record->kind != ACR_RECORD_STATUS &&
      !(record->flags & ACR_RECORD_REFUSED) && record->time > engine->ledger_time)
    engine->ledger_time = record->time;
  record->recorded_at = now;
  record->ledger_time = engine->ledger_time;
  record->seq = ++engine->last_seq;
  record->pos = engine->end;
  engine->end += acr__record_encode(record, &batch->records);
  if (record->flags & ACR_RECORD_HOOKS && !batch->hooks) batch->hooks = record->pos;
  acr__ids_put(&batch->ids, record->id_digest, record->pos); // a retry takes the place of what was parked
  if (also) acr__batch_id(engine, *also, record->pos);
  if (record->flags & ACR_RECORD_MERGE) acr__registry_altered(engine);
  if (engine->sums && (record->member || engine->sums->whole)) acr__sums_decided(engine->sums, record, &engine->ops);
  return record->pos;
}

bool acr__read_record(acr_engine *engine, acr__pos pos, struct acr__record *out) {
  const acr_batch *batch = engine->filling;
  if (batch && pos >= batch->first && pos < batch->first + batch->records.len) {
    size_t at = (size_t)(pos - batch->first);
    return acr__record_decode(batch->records.ptr + at, batch->records.len - at, pos, out, NULL);
  }
  if (engine->of) return acr__read_record(engine->of, pos, out);
  if (pos != engine->read_pos) { // the same one is often asked for again
    engine->record.len = 0;
    engine->read_pos = acr__ledger_read(engine->ledger, pos, &engine->record) ? pos : 0;
  }
  return engine->read_pos &&
         acr__record_decode(engine->record.ptr, engine->record.len, pos, out, NULL);
}

static bool scan_bytes(const uint8_t *bytes, size_t len, acr__pos *pos, bool (*visit)(void *arg, const struct acr__record *record),
                       void *arg) {
  for (size_t at = 0; at < len;) {
    struct acr__record record;
    size_t n = acr__record_length(bytes + at, len - at);
    if (n == 0 || !acr__record_decode(bytes + at, len - at, *pos, &record, NULL) || !visit(arg, &record)) return false;
    at += n;
    *pos += n;
  }
  return true;
}

bool acr__scan(acr_engine *engine, acr__pos from, bool (*visit)(void *arg, const struct acr__record *record), void *arg) {
  acr__buf bytes = {0};
  bool going = true;
  while (going) {
    bytes.len = 0;
    acr__pos next = acr__ledger_scan(engine->ledger, from, 4u << 20, &bytes);
    if (next == from) break;
    going = scan_bytes(bytes.ptr, bytes.len, &from, visit, arg);
  }
  // What is being committed and what is being filled is not in the store's committed part yet.
  while (going && from < engine->end) {
    struct acr__record record;
    going = acr__read_record(engine, from, &record);
    if (!going) break;
    acr__buf copy = {0};
    size_t n = acr__record_encode(&record, &copy);
    acr__pos at = from;
    going = scan_bytes(copy.ptr, n, &at, visit, arg);
    acr__buf_free(&copy);
    from += n;
  }
  acr__buf_free(&bytes);
  return going;
}

// ---- lines

static void note_reply(acr_batch *batch, size_t offset, void *tag) {
  if (batch->item_count == batch->item_cap) {
    batch->item_cap = batch->item_cap ? batch->item_cap * 2 : 1024;
    batch->items = acr__mem_resize(batch->items, batch->item_cap * sizeof *batch->items);
  }
  acr__buf_u8(&batch->replies, '\n');
  batch->items[batch->item_count++] = (struct acr__item_reply){offset, batch->replies.len - offset, tag};
}

static void take(acr_batch *batch, const struct acr__line *line, void *tag) {
  acr_engine *engine = batch->engine;
  size_t offset = batch->replies.len;
  engine->ops.count = 0;
  if (line->request)
    acr__take_request(engine, line->json, line->text);
  else if (line->event)
    acr__take_event(engine, line->json, line->event, line->text);
  else
    acr__reply_reject(engine, line->json, &line->reject);
  acr__accounts_at(engine, engine->ledger_time); // what was turned down may have been of a later time
  note_reply(batch, offset, tag);
}

void acr_batch_take(acr_batch *batch, const char *text, size_t len, void *tag) {
  acr_engine *engine = batch->engine;
  struct acr__line line;
  acr__arena_reset(engine->arena);
  acr__line_read(engine, engine->door, engine->arena, &engine->scratch, (acr__span){text, len}, &line);
  take(batch, &line, tag);
}

void acr_batch_take_ahead(acr_batch *batch, const acr_ahead *ahead, size_t i, const char *text, size_t len, void *tag) {
  const struct acr__line *line = acr__ahead_get(ahead, i);
  if (!line) {
    acr_batch_take(batch, text, len, tag);
    return;
  }
  acr__arena_reset(batch->engine->arena);
  acr__fetch(batch->engine, ahead, i);
  take(batch, line, tag);
}

void acr_batch_take_loaded(acr_batch *batch, const char *text, size_t len, acr_loaded *loaded, void *tag) {
  batch->engine->loaded = loaded;
  acr_batch_take(batch, text, len, tag);
  batch->engine->loaded = NULL;
}

size_t acr_batch_count(const acr_batch *batch) {
  return batch->item_count;
}

static void committed(void *arg, int error) {
  acr_batch *batch = arg;
  __atomic_store_n(&batch->in_store, false, __ATOMIC_RELEASE);
  batch->done(batch, error, batch->arg);
}

// ---- unsafe_ack: for the control run of tests/fault, which must notice it

struct acr__unsafe {
  acr__buf records;
  bool busy;
};

static void unsafe_committed(void *arg, int error) {
  struct acr__unsafe *late = arg;
  (void)error;
  __atomic_store_n(&late->busy, false, __ATOMIC_RELEASE);
}

static void unsafe_commit(acr_engine *engine, acr_batch *batch) {
  struct acr__unsafe *late = engine->unsafe = engine->unsafe ? engine->unsafe : calloc(1, sizeof *late);
  while (__atomic_load_n(&late->busy, __ATOMIC_ACQUIRE))
    nanosleep(&(struct timespec){0, 20000}, NULL);
  late->records.len = 0;
  acr__buf_put(&late->records, batch->records.ptr, batch->records.len);
  late->busy = true;
  batch->done(batch, ACR_E_OK, batch->arg); // too early
  nanosleep(&(struct timespec){0, 2000000}, NULL);
  acr__ledger_commit(engine->ledger, late->records.ptr, late->records.len, batch->first, batch->ids.all, batch->ids.count, unsafe_committed,
                     late);
}

static void hold_registry(acr_batch *batch) {
  acr_engine *engine = batch->engine;
  batch->names = acr__names_count(engine->names);
  batch->accounts = engine->account_count;
  batch->series = engine->series_count;
  batch->release_count = engine->release_count;
  acr__budgets_snapshot(engine, batch);
}

static void wait_for_store(const acr_batch *batch) {
  while (__atomic_load_n(&batch->in_store, __ATOMIC_ACQUIRE))
    nanosleep(&(struct timespec){0, 20000}, NULL);
}

static void flushed(void *arg, int error) {
  acr_batch *batch = arg;
  batch->failed = error;
  __atomic_store_n(&batch->in_store, false, __ATOMIC_RELEASE);
}

static void write_behind(acr_engine *engine, size_t lines) {
  enum { RIPEN = 64 }; // members, each of whom may have to be loaded
  acr__behind_step(engine, lines);
  if (engine->ripening) acr__ripen_some(engine, RIPEN);
  acr__members_evict(engine, 4 * lines + 64);
}

bool acr__batch_flush(acr_engine *engine) {
  acr_batch *batch = engine->filling;
  if (engine->options.unsafe_ack || engine->trial || batch->records.len == 0) return true;
  size_t records = batch->ids.count;
  hold_registry(batch);
  wait_for_store(&engine->batches[batch == &engine->batches[0]]); // one commit at a time
  __atomic_store_n(&batch->in_store, true, __ATOMIC_RELEASE);
  acr__ledger_commit(engine->ledger, batch->records.ptr, batch->records.len, batch->first, batch->ids.all, batch->ids.count, flushed,
                     batch);
  wait_for_store(batch);
  if (batch->failed) return false;
  acr__registry_checkpoint(engine, batch);
  acr__budgets_note(engine, batch);
  batch->first = engine->end;
  batch->records.len = 0;
  acr__ids_clear(&batch->ids);
  if (!acr__erase_run(engine)) { // before the view may contain the records that say so
    batch->failed = ACR_E_UNKNOWN_OUTCOME;
    return false;
  }
  write_behind(engine, records);
  return true;
}

void acr_batch_commit(acr_batch *batch, void (*done)(acr_batch *batch, int error, void *arg), void *arg) {
  acr_engine *engine = batch->engine;
  batch->done = done;
  batch->arg = arg;
  batch->committing = true;
  if (engine->erasing) acr__batch_flush(engine); // who is told that a member was erased finds nothing of him
  hold_registry(batch);
  engine->filling = NULL;
  if (batch->records.len == 0 || batch->failed) {
    done(batch, batch->failed, arg);
    return;
  }
  if (engine->options.unsafe_ack)
    unsafe_commit(engine, batch);
  else {
    __atomic_store_n(&batch->in_store, true, __ATOMIC_RELEASE);
    acr__ledger_commit(engine->ledger, batch->records.ptr, batch->records.len, batch->first, batch->ids.all, batch->ids.count, committed,
                       batch);
  }
}

void acr_batch_reply(const acr_batch *batch, size_t i, const char **text, size_t *len, void **tag) {
  *text = (const char *)batch->replies.ptr + batch->items[i].offset;
  *len = batch->items[i].len;
  *tag = batch->items[i].tag;
}

void acr_batch_end(acr_batch *batch) {
  acr_engine *engine = batch->engine;
  batch->open = batch->committing = false;
  acr__budgets_note(engine, batch);
  acr__registry_checkpoint(engine, batch);
  acr__hooks_committed(engine, batch);
  write_behind(engine, batch->item_count > batch->ids.count ? batch->item_count : batch->ids.count); // a clock has no answers
}

bool acr_engine_idle(acr_engine *engine) {
  bool more = acr__ripen_some(engine, 256);
  return acr__behind_idle(engine, 512) || more;
}

static void applied(acr_batch *batch, int error, void *arg) {
  (void)batch;
  __atomic_store_n((int *)arg, error + 1000, __ATOMIC_RELEASE);
}

int acr_engine_apply(acr_engine *engine, const char *line, size_t len, char **reply) {
  acr_batch *batch = acr_batch_begin(engine);
  int state = 0;
  *reply = NULL;
  if (!batch) return ACR_E_INVALID;
  acr_batch_take(batch, line, len, NULL);
  acr_batch_commit(batch, applied, &state);
  while (__atomic_load_n(&state, __ATOMIC_ACQUIRE) == 0)
    nanosleep(&(struct timespec){0, 20000}, NULL);
  int error = state - 1000;
  if (error == ACR_E_OK) {
    const char *text;
    size_t n;
    void *tag;
    acr_batch_reply(batch, 0, &text, &n, &tag);
    *reply = strndup(text, n);
  }
  acr_batch_end(batch);
  return error;
}

void acr__batches_free(acr_engine *engine) {
  for (int i = 0; i < 2; i++) {
    acr_batch *batch = &engine->batches[i];
    acr__buf_free(&batch->records);
    acr__buf_free(&batch->replies);
    acr__buf_free(&batch->budgets);
    acr__ids_free(&batch->ids);
    free(batch->items);
  }
  if (engine->unsafe) acr__buf_free(&engine->unsafe->records);
  free(engine->unsafe);
}
