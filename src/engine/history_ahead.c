#include "base/mem.h"
#include "engine/job.h"
#include "engine/status.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct acr__history *acr__history_new(acr_engine *engine, struct acr__release *release) {
  struct acr__history *h = acr__mem_alloc(sizeof *h);
  const struct acr__plan *plan = release->plan;
  *h = (struct acr__history){.release = release, .pos = 1};
  h->wanted = calloc((size_t)plan->series_count + 1, sizeof *h->wanted);
  if (!h->wanted) acr__mem_exhausted((size_t)plan->series_count + 1);
  for (int i = 0; i < plan->series_count; i++)
    h->any = (h->wanted[i] = !acr__series_fed(engine, &plan->series[i])) || h->any;
  if (h->any) h->collector = acr__collector_new(engine, release, &h->built);
  h->issued = acr__issued_new(engine, plan);
  h->any = h->any || h->issued;
  return h;
}

// A reader stands still while names are given out.
static void learn(acr_engine *reader, const struct acr__record *record) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  while (acr__op_read(&cur, &op))
    if (op.kind == ACR_OP_NAME && op.v[0] == acr__names_count(reader->names)) acr__names_add(reader->names, op.text);
}

static bool take(struct acr__history *h, acr_engine *engine, const struct acr__record *record) {
  const char *failed = NULL;
  if (engine == h->reader && record->pos >= engine->end) learn(engine, record);
  if (h->collector) {
    acr__collector_engine(h->collector, engine);
    failed = acr__collector_take(h->collector, h->wanted, record);
  }
  if (failed && asprintf(&h->failed, "record %llu of the log: %s", (unsigned long long)record->seq, failed) < 0) acr__mem_exhausted(0);
  if (h->issued) acr__issued_take(h->issued, engine, record);
  return !failed;
}

static bool take_bytes(struct acr__history *h, acr_engine *engine) {
  for (size_t at = 0; at < h->bytes.len;) {
    struct acr__record record;
    size_t n = acr__record_length(h->bytes.ptr + at, h->bytes.len - at);
    if (n == 0 || !acr__record_decode(h->bytes.ptr + at, h->bytes.len - at, h->pos, &record, NULL)) {
      h->failed = strdup("a record of the log is damaged");
      return false;
    }
    if (!take(h, engine, &record) || (h->stop && __atomic_load_n(h->stop, __ATOMIC_RELAXED))) return false;
    at += n;
    h->pos += n;
  }
  return true;
}

bool acr__history_read(struct acr__history *h, acr_engine *engine, size_t bytes) {
  if (h->failed) return false;
  if (!h->any) {
    h->pos = engine->end;
    return false;
  }
  h->bytes.len = 0;
  bool reader = engine == h->reader;
  acr__pos next = h->pos < acr__ledger_committed_end(engine->ledger) ? acr__ledger_scan(engine->ledger, h->pos, bytes, &h->bytes) : h->pos;
  if (next != h->pos) return take_bytes(h, engine) && (reader || h->pos < engine->end);
  // What is being committed and what is being filled.
  for (acr__pos until = h->pos + bytes; !reader && h->pos < engine->end && h->pos < until;) {
    struct acr__record record;
    h->bytes.len = 0;
    if (!acr__read_record(engine, h->pos, &record)) return false;
    acr__record_encode(&record, &h->bytes); // what its facts read would take its place
    if (!take_bytes(h, engine)) return false;
  }
  return !reader && h->pos < engine->end;
}

void acr__history_free(struct acr__history *h) {
  if (!h) return;
  acr__collector_free(h->collector);
  acr__issued_free(h->issued);
  acr__built_free(&h->built);
  acr__buf_free(&h->bytes);
  free(h->wanted);
  free(h->failed);
  free(h);
}
