// Records that the core makes of its own accord: pieces of due work, and events that it sends to a member's log.
#include "engine/audience.h"
#include "engine/due.h"
#include "engine/expiry.h"
#include <string.h>

static void put(acr__buf *out, acr__span text) {
  acr__buf_put(out, text.ptr, text.len);
}

static void put_string(acr__buf *out, acr__span text) {
  acr__write_span(&(acr__writer){out, false}, text);
}

// What every line begins with, up to its time. All but the id and the member is known to need no escape.
static acr__buf *begin_line(acr_engine *engine, acr__span id, acr__span type, acr__span member, acr__span stamp) {
  acr__buf *out = &engine->scratch;
  out->len = 0;
  put(out, ACR__SPAN_LIT("{\"specversion\":\"1.0\",\"id\":"));
  put_string(out, id);
  put(out, ACR__SPAN_LIT(",\"source\":\"accrue\",\"type\":"));
  put_string(out, type);
  put(out, ACR__SPAN_LIT(",\"subject\":"));
  put_string(out, member);
  put(out, ACR__SPAN_LIT(",\"time\":\""));
  put(out, stamp);
  put(out, ACR__SPAN_LIT("\""));
  return out;
}

static acr__span end_line(acr__arena *arena, acr__buf *out) {
  put(out, ACR__SPAN_LIT("}"));
  return acr__arena_span(arena, (acr__span){(const char *)out->ptr, out->len});
}

acr__span acr__sent_line(acr_engine *engine, acr__arena *arena, acr__span id, acr__span type, acr__span member, acr__time time,
                         acr__span data, acr__span cause, int depth) {
  char stamp[40];
  acr__buf *out = begin_line(engine, id, type, member, (acr__span){stamp, (size_t)acr__time_format(time, stamp)});
  acr__writer w = {out, true};
  if (cause.len) {
    acr__write_key(&w, "cause");
    acr__write_span(&w, cause);
  }
  if (depth) {
    acr__write_key(&w, "depth");
    acr__write_int(&w, depth);
  }
  if (data.len) {
    acr__write_key(&w, "data");
    acr__write_raw(&w, data);
  }
  return end_line(arena, out);
}

void acr__sent_work(acr_engine *engine, struct acr__sent *sent, acr__span stamp) {
  struct acr__event *event = sent->event = ACR__NEW(engine->arena, struct acr__event);
  event->kind = ACR_EVENT_CUSTOM;
  event->source = ACR__SPAN_LIT("accrue");
  event->type = sent->due->row->type;
  event->subject = acr__arena_span(engine->arena, sent->member->id);
  event->time = sent->due->at;
  event->has_time = true;
  event->quantity = 1000;
  event->joined = event->until = ACR_TIME_NONE;
  event->content_digest = acr__event_content(&engine->key, event->type, event->subject, stamp, NULL, &engine->scratch);
}

void acr__sent_name(acr_engine *engine, struct acr__sent *sent, acr__span id, acr__digest digest, acr__span stamp) {
  struct acr__event *event = sent->event;
  event->id = id;
  event->id_digest = digest;
  sent->line = end_line(engine->arena, begin_line(engine, id, event->type, event->subject, stamp));
}

static bool every_type(void *arg, acr__span type) {
  (void)arg;
  (void)type;
  return true; // the release that raised it knows it, or no rule will
}

struct acr__event *acr__core_event(acr_engine *engine, acr__arena *arena, acr__span line, struct acr__reject *reject) {
  struct acr__json_fault fault = {0};
  acr__json *json = acr__json_parse(arena, line, NULL, &fault);
  struct acr__event_env env = {.key = &engine->key, .currency_scale = 2, .latest = ACR_TIME_MAX, .type_known = every_type};
  if (json) return acr__event_read(arena, json, &env, reject);
  *reject = (struct acr__reject){"json_syntax", fault.message, NULL, 0, 0};
  return NULL;
}

// What holds of a piece even when it is parked: it does not come again by itself.
static bool settle(struct acr__judgement *j, const struct acr__due *due, bool done) {
  if (!due) return true;
  struct acr__op *op;
  if (due->pending) {
    op = acr__ops_add(&j->engine->ops, ACR_OP_PENDING_DONE);
    op->v[0] = (int64_t)due->pending->seq;
    op->v[1] = due->pending->index;
    return acr__apply(j, op);
  }
  op = acr__ops_add(&j->engine->ops, ACR_OP_DUE);
  op->v[ACR_DUE_KIND] = due->row->kind;
  op->v[ACR_DUE_SUBJECT] = due->subject;
  op->v[ACR_DUE_AT] = due->at;
  op->v[ACR_DUE_PAST] = due->row->once || !done;
  return acr__apply(j, op);
}

static bool still_due(struct acr__judgement *j, const struct acr__due *due) {
  j->looked = true; // nothing that the record still says changes what is due
  return acr__due_look(j->engine, j->member, due->pending ? NULL : due) &&
         acr__fail(j, NULL, "this piece of due work has left itself undone") == false;
}

static bool judge(struct acr__judgement *j, struct acr__case *cases, const struct acr__sent *sent) {
  struct acr__reject reject = {0};
  struct acr__chain *chain = ACR__NEW(j->arena, struct acr__chain);
  const struct acr__due *due = sent->due;
  chain->depth = sent->depth;
  for (int i = 0; i < j->release_count; i++) {
    acr__script_event_begin(j->releases[i]->plan->script);
    if (!acr__case_begin(&cases[i], j, j->releases[i], j->root, &reject))
      return acr__fail(j, NULL,
                       acr__arena_printf(j->arena, "the event that an outcome raised is not valid: %s: %s", reject.path ? reject.path : "$",
                                         reject.message));
    if (sent->depth) cases[i].chain = chain;
  }
  if (!settle(j, due, true)) return false;
  if (due && due->row->run) return due->row->run(j, cases, due) && acr__derived_run(j) && !still_due(j, due);
  return acr__audience_take(j, j->root) && acr__feed_event(j, j->root, cases, j->release_count) && acr__activity(j, j->root) &&
         (j->release_count == 0 || acr__case_rules(cases, j->release_count)) && acr__derived_run(j) && acr__closing(j);
}

bool acr__sent_take(acr_engine *engine, const struct acr__sent *sent) {
  struct acr__reject reject = {0};
  const struct acr__due *due = sent->due;
  bool work = due && due->row->run;
  engine->ops.count = 0;
  struct acr__event *event = sent->event ? sent->event : acr__core_event(engine, engine->arena, sent->line, &reject);
  if (!event) return false; // it was read once before it was sent
  struct acr__record record = {.kind = sent->retry ? ACR_RECORD_RETRY : ACR_RECORD_EVENT,
                               .flags = work ? ACR_RECORD_DUE : ACR_RECORD_SENT,
                               .time = event->time,
                               .id_digest = event->id_digest,
                               .content_digest = event->content_digest};
  struct acr__judgement j = {.engine = engine,
                             .arena = engine->arena,
                             .member = sent->member,
                             .root = event,
                             .seq = engine->last_seq + 1,
                             .line = sent->line,
                             .timed = sent->timed};
  acr__accounts_at(engine, record.time > engine->ledger_time ? record.time : engine->ledger_time);
  if (work) event->time--; // the last instant before the boundary (domain W4)
  if (!due && event->time < engine->ledger_time) record.flags |= ACR_RECORD_LATE;
  j.releases = ACR__NEW_N(j.arena, struct acr__release *, engine->release_count + 1);
  j.release_count = acr__releases_at(engine, event->time, j.releases);
  struct acr__case *cases = ACR__NEW_N(j.arena, struct acr__case, j.release_count + 1);
  bool good = judge(&j, cases, sent) && acr__ops_few(&j);
  if (!good) {
    acr__park_undo(engine, &j, 0);
    j.looked = false;
    record.kind = ACR_RECORD_PARKED;
    settle(&j, due, false);
  }
  acr__record_finish(engine, &j, &record, sent->line, NULL);
  if (good) acr__deliver(engine, &j);
  return good;
}
