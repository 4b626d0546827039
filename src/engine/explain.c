// event.explain: a past event judged again where it stood, by the releases of its day, with somebody listening. Nothing of it is
// stored: it is made anew whenever it is asked for, and what it did then is compared with what the ledger has.
#include "engine/explain.h"
#include "base/decimal.h"
#include "engine/budget.h"
#include "engine/door.h"
#include "engine/due.h"
#include "engine/past.h"
#include "engine/track.h"
#include <string.h>

// What is explained: the record, and what ran first.
struct asked {
  struct acr__record record;
  struct acr__payload payload;
  bool erased;
  struct acr__place_in_log from; // before the due work that ran first
  acr__pos *due;                 // its records, in order; in the arena
  int due_count;
};

static struct acr__record copy_of(acr__arena *arena, const struct acr__record *record) {
  struct acr__record copy = *record; // the buffer that it was read into is used again
  copy.decision = acr__arena_span(arena, record->decision);
  copy.payload = acr__arena_span(arena, record->payload);
  return copy;
}

static bool has_op(const struct acr__record *record, acr__op_kind kind) {
  struct acr__op_walk walk = acr__ops_of(record);
  struct acr__op op;
  while (acr__op_next(&walk, &op))
    if (op.kind == kind) return true;
  return false;
}

// Due work of the member that stands straight before the event ran because of it.
bool acr__is_due_work(const struct acr__record *record) {
  return (record->flags & (ACR_RECORD_DUE | ACR_RECORD_SENT)) && (has_op(record, ACR_OP_DUE) || has_op(record, ACR_OP_PENDING_DONE));
}

static void find_due(acr_engine *engine, struct asked *a) {
  enum { DUE_MAX = 1000 };
  acr__pos *found = ACR__NEW_N(engine->arena, acr__pos, DUE_MAX);
  struct acr__record record;
  uint64_t seq = a->record.seq;
  int count = 0;
  a->from = (struct acr__place_in_log){a->record.pos, seq, a->record.ledger_time};
  for (acr__pos pos = a->record.prev; pos && count < DUE_MAX && !acr__is_due_work(&a->record); pos = record.prev) {
    if (!acr__read_record(engine, pos, &record) || record.seq + 1 != seq || !acr__is_due_work(&record)) break;
    seq = record.seq;
    found[count++] = pos;
    a->from = (struct acr__place_in_log){pos, seq, a->record.ledger_time};
  }
  a->due = ACR__NEW_N(engine->arena, acr__pos, count + 1);
  a->due_count = count;
  for (int i = 0; i < count; i++)
    a->due[i] = found[count - 1 - i];
}

// ---- judging it again

static void recall_budgets(acr_engine *shadow, const struct asked *a) {
  struct acr__ops ops = {0};
  struct acr__record record;
  for (int i = 0; i < a->due_count; i++)
    if (acr__read_record(shadow->of, a->due[i], &record)) acr__ops_decode(acr__ops_of(&record), &ops); // ISSUED and CAP have no texts
  acr__ops_decode(acr__ops_of(&a->record), &ops);
  acr__budget_recall(shadow, &ops);
  acr__ops_free(&ops);
}

static bool judge_sent(acr_engine *shadow, const struct asked *a) {
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(shadow->arena, a->payload.line, NULL, &fault);
  const acr__node *depth = json ? acr__node_get(acr__json_root(json), "depth") : NULL;
  int64_t n = 0;
  if (depth && acr__decimal_parse(acr__node_text(depth), 0, &n) != ACR_DECIMAL_OK) n = 0;
  struct acr__sent sent = {.line = a->payload.line, .member = acr__member_find(shadow, a->payload.member), .depth = (int)n};
  return sent.member && acr__sent_take(shadow, &sent);
}

static void judge(acr_engine *shadow, const struct asked *a) {
  struct acr__line line;
  if (acr__is_due_work(&a->record)) {
    acr__due_before(shadow, a->payload.member, a->record.time);
  } else if (a->record.flags & ACR_RECORD_SENT) {
    judge_sent(shadow, a);
  } else {
    acr__line_read(shadow, shadow->door, shadow->arena, &shadow->scratch, a->payload.line, &line);
    if (!line.event) return;
    struct acr__event event = *line.event;
    event.time = a->record.time; // where it came without one, it got the time of its arrival
    shadow->ops.count = 0;
    acr__take_event(shadow, line.json, &event, line.text);
  }
}

// ---- the same as the ledger has?

struct compared {
  acr_engine *engine;
  const struct asked *a;
  struct acr__record found; // of the event
  int same;
};

// Names were given out by then or since, so that the work before it may be shorter here, and each record salts its texts anew.
static bool is_aside(const struct acr__op *op) {
  return op->kind == ACR_OP_NAME || op->kind == ACR_OP_TEXTS;
}

static void encode(const struct acr__record *record, acr__buf *out) {
  struct acr__ops all = {0}, kept = {0};
  acr__ops_decode(acr__ops_of(record), &all);
  for (int i = 0; i < all.count; i++)
    if (!is_aside(&all.all[i])) {
      struct acr__op *op = acr__ops_add(&kept, all.all[i].kind);
      *op = all.all[i];
      if (op->kind == ACR_OP_RETURN && op->v[ACR_RETURN_OWN] == (int64_t)record->pos) op->v[ACR_RETURN_OWN] = 0;
    }
  acr__buf texts = {0};
  acr__ops_encode(&kept, out, &texts);
  acr__buf_put(out, texts.ptr, texts.len);
  acr__buf_free(&texts);
  acr__ops_free(&all);
  acr__ops_free(&kept);
}

static bool equal(const struct acr__record *left, const struct acr__record *right) {
  acr__buf a = {0}, b = {0};
  encode(left, &a);
  encode(right, &b);
  bool same = a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
  acr__buf_free(&a);
  acr__buf_free(&b);
  return same;
}

static void compare(void *arg, const struct acr__record *made) {
  struct compared *c = arg;
  uint64_t index = made->seq - c->a->from.seq;
  struct acr__record record = c->a->record;
  if (made->seq > c->a->record.seq) return;
  if (made->seq == c->a->record.seq) c->found = *made;
  if (made->seq < c->a->record.seq && !acr__read_record(c->engine, c->a->due[index], &record)) return;
  c->same += equal(&record, made) && (record.kind == ACR_RECORD_PARKED) == (made->kind == ACR_RECORD_PARKED);
}

// ---- the answer

static void write_head(struct acr__request *request, const struct asked *a) {
  acr__writer *w = request->w;
  acr__write_key(w, "seq");
  acr__write_int(w, (int64_t)a->record.seq);
  acr__write_key(w, "time");
  acr__write_time(w, a->record.time);
  acr__write_key(w, "recorded");
  acr__write_time(w, a->record.recorded_at);
  acr__write_key(w, "event");
  if (a->erased)
    acr__write_null(w);
  else
    acr__write_raw(w, a->payload.line);
  acr__write_key(w, "reply");
  acr__explain_reply(request->engine, w, &a->record);
}

// false: it did something else than the ledger has.
static bool write_again(struct acr__request *request, acr_engine *shadow, const struct asked *a) {
  acr__writer *w = request->w;
  struct compared c = {.engine = request->engine, .a = a};
  acr__shadow_records(shadow, compare, &c);
  bool exact = c.same == a->due_count + 1;
  acr__write_key(w, "exact"); // judged again it did what the ledger has
  acr__write_bool(w, exact);
  if (!exact && c.found.seq) {
    acr__write_key(w, "again");
    acr__explain_reply(shadow, w, &c.found);
  }
  acr__explain_due(shadow, w, a->from.seq, a->record.seq);
  acr__explain_judged(shadow, w, shadow->trace, a->record.seq);
  return exact;
}

static bool again(struct acr__request *request, struct acr__track *track, struct asked *a) {
  char *message;
  find_due(request->engine, a);
  if (!acr__track_to(track, &a->from, &message)) return acr__request_fail(request, "ledger", "%s", message);
  recall_budgets(track->shadow, a);
  acr__trace_begin(track->shadow, request->engine->arena);
  judge(track->shadow, a);
  if (!write_again(request, track->shadow, a)) acr__track_stray(track);
  acr__trace_end(track->shadow);
  return true;
}

bool acr__explain_record(struct acr__request *request, struct acr__track *track, const struct acr__record *record) {
  struct asked a = {.record = copy_of(request->engine->arena, record)};
  a.erased = !acr__payload_read(a.record.payload, &a.payload);
  acr__write_object(request->w);
  write_head(request, &a);
  // What was recorded is all there is; and what a merge brought is told by the event that merged.
  bool only = a.erased || a.payload.member.len == 0 || has_op(&a.record, ACR_OP_ABSORBED);
  bool good = only || again(request, track, &a);
  acr__write_object_end(request->w);
  return good;
}

bool acr__method_event_explain(struct acr__request *request) {
  struct acr__record record;
  struct acr__track track = {.engine = request->engine};
  if (acr__node_get(request->params, "level")) return acr__explain_level(request);
  if (!acr__request_event(request, &record)) return false;
  if (record.kind == ACR_RECORD_RELEASE || record.kind == ACR_RECORD_STATUS)
    return acr__request_fail(request, "event_unknown", "record %llu is no event: it %s", (unsigned long long)record.seq,
                             record.kind == ACR_RECORD_RELEASE ? "published a release" : "set a status");
  bool good = acr__explain_record(request, &track, &record);
  acr__track_end(&track);
  return good;
}
