// parked.retry: an event whose plugin failed is judged again; a piece of due work as of its boundary.
#include "base/decimal.h"
#include "engine/door.h"
#include "engine/due.h"
#include "engine/payload.h"
#include "engine/rpc.h"
#include <string.h>

// The piece that a parked record of due work stands for.
static bool piece_of(const struct acr__record *record, struct acr__due *due) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  while (acr__op_read(&cur, &op)) {
    if (op.kind != ACR_OP_DUE) continue;
    *due = (struct acr__due){.row = acr__due_row_of(op.v[ACR_DUE_KIND]), .at = op.v[ACR_DUE_AT], .subject = op.v[ACR_DUE_SUBJECT]};
    return due->row != NULL;
  }
  return false;
}

static int depth_of(const acr__node *root) {
  const acr__node *depth = acr__node_get(root, "depth");
  int64_t n = 0;
  return depth && acr__decimal_parse(acr__node_text(depth), 0, &n) == ACR_DECIMAL_OK ? (int)n : 0;
}

static bool retry_own(struct acr__request *request, const struct acr__record *record, acr__span line, acr__span member) {
  acr_engine *engine = request->engine;
  struct acr__json_fault fault;
  struct acr__due due;
  acr__json *json = acr__json_parse(engine->arena, line, NULL, &fault);
  const acr__node *root = json ? acr__json_root(json) : NULL;
  bool work = (record->flags & ACR_RECORD_DUE) != 0;
  if (!root || (work && !piece_of(record, &due))) return acr__request_fail(request, "ledger", "this version has no such due work");
  acr__due_before(engine, member, engine->ledger_time);
  struct acr__sent sent = {.line = line, .member = acr__member_find(engine, member), .retry = true, .depth = depth_of(root)};
  sent.timed = work ? due.row->timed : acr__raised_find(acr__node_text(acr__node_get(root, "type"))) >= 0;
  if (work) sent.due = &due;
  uint64_t seq = engine->last_seq + 1;
  bool good = acr__sent_take(engine, &sent);
  acr__write_object(request->w);
  acr__write_key(request->w, "id");
  acr__write_span(request->w, acr__node_text(acr__node_get(root, "id")));
  acr__write_key(request->w, "source");
  acr__write_text(request->w, "accrue");
  acr__write_key(request->w, "status");
  acr__write_text(request->w, good ? "applied" : "parked");
  acr__write_key(request->w, "seq");
  acr__write_int(request->w, (int64_t)seq);
  acr__write_object_end(request->w);
  return true;
}

// As if it had been sent again: its reply is the result.
static bool retry_sent(struct acr__request *request, acr__span text) {
  acr_engine *engine = request->engine;
  acr__buf *replies = &engine->filling->replies;
  size_t before = replies->len;
  struct acr__line line;
  acr__line_read(engine, engine->door, engine->arena, &engine->scratch, text, &line);
  engine->ops.count = 0;
  if (line.event)
    acr__take_event(engine, line.json, line.event, line.text);
  else
    acr__reply_reject(engine, line.json, &line.reject);
  acr__write_raw(request->w, acr__arena_span(engine->arena, (acr__span){(const char *)replies->ptr + before, replies->len - before}));
  replies->len = before;
  return true;
}

bool acr__method_parked_retry(struct acr__request *request) {
  acr_engine *engine = request->engine;
  struct acr__record record;
  struct acr__payload payload;
  if (!acr__request_event(request, &record)) return false;
  if (record.kind != ACR_RECORD_PARKED) return acr__request_fail(request, "not_parked", "this event is not parked");
  if (!acr__payload_read(record.payload, &payload)) return acr__request_fail(request, "event_unknown", "this event was erased");
  acr__span line = acr__arena_span(engine->arena, payload.line), member = acr__arena_span(engine->arena, payload.member);
  acr__span decision = acr__arena_span(engine->arena, record.decision); // the buffer that it was read into is used again
  record.decision = decision;
  if (record.flags & (ACR_RECORD_SENT | ACR_RECORD_DUE)) return retry_own(request, &record, line, member);
  return retry_sent(request, line);
}
