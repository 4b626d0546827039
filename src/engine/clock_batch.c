// Clocks of batches: what is due is run in slices ahead of them, and the daemon tells its ledger the time by itself.
#include "engine/door.h"
#include "engine/due.h"
#include "engine/status.h"
#include <stdio.h>
#include <string.h>

size_t acr_batch_due(acr_batch *batch, int64_t time_us, size_t pieces, bool *more) {
  acr_engine *engine = batch->engine;
  size_t before = batch->ids.count;
  acr__arena_reset(engine->arena);
  engine->ops.count = 0;
  *more = false;
  if (acr__overloaded(engine)) return 0; // the clock will say so itself
  *more = acr__clock_slice(engine, time_us, time_us > engine->ledger_time ? time_us : engine->ledger_time, pieces);
  return batch->ids.count - before;
}

bool acr_batch_clock(acr_batch *batch, int64_t time_us) {
  acr_engine *engine = batch->engine;
  size_t replies = batch->replies.len;
  uint64_t seq = engine->last_seq;
  struct acr__line line;
  char stamp[40];
  acr__time_format(time_us, stamp);
  acr__arena_reset(engine->arena);
  const char *text = acr__arena_printf(engine->arena,
                                       "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"accrued\",\"type\":\"clock\","
                                       "\"time\":\"%s\"}",
                                       stamp, stamp);
  acr__line_read(engine, engine->door, engine->arena, &engine->scratch, acr__span_of(text), &line);
  engine->ops.count = 0;
  if (line.event) acr__take_event(engine, line.json, line.event, line.text);
  batch->replies.len = replies; // nobody asked
  return engine->last_seq > seq;
}

// The last and the next start of a day around a time, in the zones of the programs in force.
static bool days_around(const acr_engine *engine, acr__time now, acr__time *last, acr__time *next) {
  *last = ACR_TIME_MIN;
  *next = ACR_TIME_MAX;
  for (int i = 0; i < engine->release_count; i++) {
    const struct acr__release *release = engine->releases[i];
    if (!acr__release_stands(release) || release->effective_from > now) continue;
    acr__date today = acr__local_date(release->plan->zone, now);
    acr__time begun = acr__day_start(release->plan->zone, today);
    acr__time ends = acr__day_start(release->plan->zone, acr__date_of(acr__days_of(today) + 1));
    if (begun > *last) *last = begun;
    if (ends < *next) *next = ends;
  }
  return *last != ACR_TIME_MIN;
}

int64_t acr_engine_boundary(const acr_engine *engine, int64_t now_us, bool always) {
  const int64_t live = 2 * 24 * 3600 * ACR_SECOND_US;
  acr__time last, next;
  if (!days_around(engine, now_us, &last, &next)) return ACR_TIME_MAX;
  bool follows = always || (engine->ledger_time >= last - live && engine->last_seq); // else events of long ago are being taken
  return follows && acr__clock_last(engine) < last ? last : next;
}
