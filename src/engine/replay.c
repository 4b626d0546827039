// Inputs are judged again at their places: events, clocks, retries. Releases and statuses, parks, and events that were erased are
// taken as the log has them: they came from outside, or cannot come again. What the core made itself follows from the rest.
#include "engine/built.h"
#include "engine/replay.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/budget.h"
#include "engine/bundle.h"
#include "engine/door.h"
#include "engine/due.h"
#include "engine/payload.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_BYTES = 4 << 20 };

static bool fail(struct acr__replay *r, const struct acr__record *record, const char *what) {
  if (!r->failed && asprintf(&r->failed, "record %llu: %s", (unsigned long long)record->seq, what) < 0) abort();
  return false;
}

static void stray(struct acr__replay *r, const struct acr__record *record) {
  if (!r->strayed) r->strayed = record->seq;
}

static void done(acr_batch *batch, int error, void *arg) {
  (void)batch;
  *(int *)arg = error;
}

static bool next_batch(struct acr__replay *r) {
  int error = ACR_E_OK;
  acr_batch *batch = r->to->filling;
  acr_batch_commit(batch, done, &error); // of the memory store: done when it returns
  acr_batch_end(batch);
  acr_batch_begin(r->to);
  return error == ACR_E_OK;
}

static struct acr__member *member_of(struct acr__replay *r, const struct acr__record *record) {
  struct acr__payload payload;
  const struct acr__member *there = record->member ? acr__member_at(r->from, record->member, (acr__span){NULL, 0}) : NULL;
  if (there) return acr__member_find(r->to, there->id);
  return record->member && acr__payload_read(record->payload, &payload) ? acr__member_find(r->to, payload.member) : NULL;
}

// The record as it is, behind what the replay has; in *copy as it stands there.
static void append(struct acr__replay *r, const struct acr__record *record, struct acr__member *member, struct acr__record *copy) {
  *copy = *record;
  copy->member = member ? member->number : 0;
  copy->prev = member ? member->prev : 0;
  copy->pos = acr__append(r->to, copy, NULL);
  r->copied++;
}

static bool copy_record(struct acr__replay *r, const struct acr__record *record) {
  struct acr__member *member = member_of(r, record);
  struct acr__payload payload;
  struct acr__record copy;
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  bool refused = record->kind == ACR_RECORD_PARKED || (record->flags & ACR_RECORD_REFUSED);
  if (!member && record->member && !refused) {
    const struct acr__member *there = acr__member_at(r->from, record->member, (acr__span){NULL, 0});
    if (there) member = acr__member_create(r->to, there->id);
    else if (acr__payload_read(record->payload, &payload)) member = acr__member_create(r->to, payload.member);
  }
  append(r, record, member, &copy);
  r->to->parked += record->kind == ACR_RECORD_PARKED;
  while (acr__op_read(&cur, &op)) {
    acr__registry_apply(r->to, &op, &copy);
    if (!refused) acr__budget_apply(r->to, &op);
  }
  if (!member) return true;
  // What a later release counted of somebody erased since cannot be counted again, so there is nothing that a return could change.
  r->to->changes_aside = acr__member_erased(member);
  bool fits = acr__recover_member(r->to, member, &copy);
  r->to->changes_aside = false;
  if (!fits) return fail(r, record, "its operations do not fit the state that the replay has reached");
  acr__member_dirty(r->to, member, copy.pos);
  acr__due_changed(r->to, member, false);
  return true;
}

// ---- releases and statuses

static bool build_series(struct acr__replay *r, const struct acr__record *record, struct acr__release *release, uint32_t from) {
  struct acr__built built = {0};
  char *message;
  bool any = false, *wanted = calloc((size_t)release->plan->series_count + 1, sizeof *wanted);
  for (int i = 0; i < release->plan->series_count; i++)
    any = (wanted[i] = release->series[i] >= from) || any;
  bool good = !any || acr__series_collect(r->to, release, wanted, &built, &message);
  free(wanted);
  if (!good) return fail(r, record, message);
  if (any) acr__series_keep(r->to, release, &built);
  return true;
}

static bool control(struct acr__replay *r, const struct acr__record *record) {
  acr_engine *to = r->to;
  uint32_t series = to->series_count;
  int64_t activated = 0;
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  acr__diag diag;
  while (acr__op_read(&cur, &op))
    if (op.kind == ACR_OP_STATUS && op.v[1] == 0 && op.v[2] == ACR_STATUS_ACTIVE) activated = op.v[0];
  to->ops.count = 0;
  if (!copy_record(r, record) || !next_batch(r)) return false;
  struct acr__release *newest = to->release_count ? to->releases[to->release_count - 1] : NULL;
  acr__diag_init(&diag, to->arena);
  if (record->kind == ACR_RECORD_RELEASE && (!newest || !acr__release_load(to, newest, &diag)))
    return fail(r, record, diag.first ? acr__diag_line(&diag, diag.first) : "its release cannot be loaded");
  struct acr__release *release = acr__release_number(to, activated);
  if (release && release->plan && (!acr__release_bind(to, release) || !build_series(r, record, release, series))) return false;
  acr__releases_settle(to);
  return true;
}

// ---- events

// Behind it there may be more already that followed from it: a merge's other half, what it sent over links.
static bool at_its_place(struct acr__replay *r, const struct acr__record *record) {
  struct acr__record made;
  if (r->to->last_seq == record->seq) return true;
  acr__pos pos = r->to->last_seq > record->seq ? acr__find_id(r->to, record->id_digest) : 0;
  return pos && acr__read_record(r->to, pos, &made) && made.seq == record->seq;
}

static bool judge(struct acr__replay *r, const struct acr__record *record, acr__span text) {
  acr_engine *to = r->to;
  struct acr__line line;
  acr__line_read(to, to->door, to->arena, &to->scratch, text, &line);
  if (!line.event) {
    stray(r, record);
    return true;
  }
  struct acr__event event = *line.event;
  event.time = record->time; // where it came without one, it got the time of its arrival
  to->ops.count = 0;
  acr__take_event(to, line.json, &event, line.text);
  if (!at_its_place(r, record)) stray(r, record);
  return true;
}

static bool retry(struct acr__replay *r, acr__span text) {
  acr__buf request = {0};
  acr__writer w = {&request, false};
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(r->to->arena, text, NULL, &fault);
  const acr__node *root = json ? acr__json_root(json) : NULL;
  acr__write_object(&w);
  acr__write_key(&w, "jsonrpc");
  acr__write_text(&w, "2.0");
  acr__write_key(&w, "id");
  acr__write_int(&w, 1);
  acr__write_key(&w, "method");
  acr__write_text(&w, "parked.retry");
  acr__write_key(&w, "params");
  acr__write_object(&w);
  acr__write_key(&w, "source");
  acr__write_span(&w, acr__node_text(acr__node_get(root, "source")));
  acr__write_key(&w, "id");
  acr__write_span(&w, acr__node_text(acr__node_get(root, "id")));
  acr__write_object_end(&w);
  acr__write_object_end(&w);
  acr_batch_take(r->to->filling, (const char *)request.ptr, request.len, NULL);
  acr__buf_free(&request);
  return true;
}

// What another member's event sent over a link, of which only the decision is left.
static bool of_erased(struct acr__replay *r, const struct acr__record *record, const struct acr__member *member, acr__span text) {
  struct acr__json_fault fault;
  struct acr__record cause;
  int64_t seq;
  if (!member || !(record->flags & ACR_RECORD_SENT)) return false;
  acr__json *json = acr__json_parse(r->to->arena, text, NULL, &fault);
  const acr__node *node = json ? acr__node_get(acr__json_root(json), "cause") : NULL;
  if (!node || acr__decimal_parse(acr__node_text(node), 0, &seq) != ACR_DECIMAL_OK) return false;
  acr__pos pos = acr__ledger_find_seq(r->from->ledger, (uint64_t)seq);
  return pos && acr__read_record(r->from, pos, &cause) && cause.payload.len == 0;
}

// A piece of due work, or an event that the core sent: it stands already where what it followed from was judged, save that due work
// may also stand in front of something that was rejected and is no record.
static bool core_made(struct acr__replay *r, const struct acr__record *record, acr__span text) {
  if (r->to->last_seq >= record->seq) return true;
  if (record->kind == ACR_RECORD_RETRY) return retry(r, text);
  struct acr__member *member = member_of(r, record);
  if (member && acr__member_erased(member)) return copy_record(r, record); // its history is not all there to judge by
  if (member) acr__due_before(r->to, member->id, record->time);
  if (r->to->last_seq >= record->seq) return true;
  if (of_erased(r, record, member, text)) return copy_record(r, record);
  stray(r, record);
  return record->kind != ACR_RECORD_PARKED || copy_record(r, record);
}

static bool visit(void *arg, const struct acr__record *record) {
  struct acr__replay *r = arg;
  struct acr__payload payload;
  bool good = true;
  r->records++;
  if (record->kind == ACR_RECORD_RELEASE || record->kind == ACR_RECORD_STATUS) return next_batch(r) && control(r, record);
  acr__arena_reset(r->to->arena);
  bool there = acr__payload_read(record->payload, &payload);
  if (record->flags & (ACR_RECORD_DUE | ACR_RECORD_SENT) && r->to->last_seq >= record->seq)
    good = true; // judging made it already
  else if (record->flags & (ACR_RECORD_DUE | ACR_RECORD_SENT) && there)
    good = core_made(r, record, payload.line);
  else if (record->kind == ACR_RECORD_PARKED || !there)
    good = copy_record(r, record);
  else
    good = judge(r, record, payload.line);
  if (good && r->to->filling->records.len >= BATCH_BYTES) good = next_batch(r);
  r->to->filling->replies.len = 0;
  r->to->filling->item_count = 0;
  return good;
}

bool acr__replay_run(struct acr__replay *r) {
  struct acr_options options = {.standard_dir = r->from->standard_dir, .create = true, .max_future_us = -1, .disk_free_min = 1};
  options.line_bytes_max = r->from->options.line_bytes_max;
  if (acr_engine_open(&options, &r->to, &r->failed) != ACR_E_OK) return false;
  r->to->key = r->from->key;
  r->to->erased_aside = true;
  acr_batch_begin(r->to);
  bool good = acr__scan(r->from, 1, visit, r);
  good = next_batch(r) && good;
  if (!good && !r->failed) r->failed = strdup("the log cannot be read to its end");
  return good && !r->failed;
}
