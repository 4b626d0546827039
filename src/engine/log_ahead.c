// The records of the log one after another: on another thread up to where the log ended when it began, then in slices between events.
#include "engine/job.h"

// A reader stands still while names are given out.
static void learn(acr_engine *reader, const struct acr__record *record) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  while (acr__op_read(&cur, &op))
    if (op.kind == ACR_OP_NAME && op.v[0] == acr__names_count(reader->names)) acr__names_add(reader->names, op.text);
}

static bool take_bytes(struct acr__log_ahead *log, acr_engine *engine) {
  for (size_t at = 0; at < log->bytes.len;) {
    struct acr__record record;
    size_t n = acr__record_length(log->bytes.ptr + at, log->bytes.len - at);
    if (n == 0 || !acr__record_decode(log->bytes.ptr + at, log->bytes.len - at, log->pos, &record, NULL)) {
      log->damaged = true;
      return false;
    }
    if (log->pos >= log->until && engine == log->reader) return false;
    if (engine == log->reader && record.pos >= engine->end) learn(engine, &record);
    if (!log->take(log->arg, engine, &record) || (log->stop && __atomic_load_n(log->stop, __ATOMIC_RELAXED))) return false;
    at += n;
    log->pos += n;
  }
  return true;
}

bool acr__log_ahead(struct acr__log_ahead *log, acr_engine *engine, size_t bytes) {
  bool reader = engine == log->reader;
  log->bytes.len = 0;
  acr__pos end = acr__ledger_committed_end(engine->ledger);
  acr__pos next = log->pos < end ? acr__ledger_scan(engine->ledger, log->pos, bytes, &log->bytes) : log->pos;
  if (next != log->pos) return take_bytes(log, engine) && (reader || log->pos < engine->end);
  // What is being committed and what is being filled.
  for (acr__pos until = log->pos + bytes; !reader && log->pos < engine->end && log->pos < until;) {
    struct acr__record record;
    log->bytes.len = 0;
    if (!acr__read_record(engine, log->pos, &record)) return false;
    acr__record_encode(&record, &log->bytes); // what is read meanwhile would take its place
    if (!take_bytes(log, engine)) return false;
  }
  return !reader && log->pos < engine->end;
}
