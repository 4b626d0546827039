// event.simulate: what would happen. Events are judged in a shadow, one after another, and all of it is thrown away.
#include "engine/at.h"
#include "engine/door.h"
#include "engine/explain.h"
#include "engine/past.h"
#include "engine/status.h"
#include <string.h>

// ---- Under which programs

// The release judges alone in its family, at any time; what it asks of history is built when a member is made.
static void put_in_force(acr_engine *shadow, struct acr__release *release) {
  for (int i = 0; i < release->plan->series_count; i++) {
    bool fed = false;
    for (int k = 0; k < shadow->feed_count; k++)
      fed = fed || shadow->feeds[k].number == release->series[i];
    if (!fed && release->series[i] < shadow->born_cap) shadow->series_born[release->series[i]] = shadow->base;
  }
  for (int i = 0; i < shadow->release_count; i++) {
    struct acr__release *other = shadow->releases[i];
    if (other == release || other->family != release->family) continue;
    other->status = ACR_STATUS_ARCHIVED;
    other->effective_from = ACR_TIME_MAX; // replaced by nobody
  }
  release->status = ACR_STATUS_ACTIVE;
  release->effective_from = ACR_TIME_MIN;
  if (release->first_active == ACR_TIME_NONE) release->first_active = shadow->ledger_time;
  acr__releases_settle(shadow);
}

static bool use_program(struct acr__request *request, acr_engine *shadow, acr__span name) {
  struct acr__release *found = NULL;
  for (int i = 0; i < shadow->release_count; i++) {
    struct acr__release *release = shadow->releases[i];
    bool meant = acr__span_is(name, release->label) || acr__span_eq(acr__name_text(shadow, release->program), name);
    if (meant && release->plan) found = release;
  }
  if (!found)
    return acr__request_fail(request, "program_unknown", "there is no program '%.*s' in this ledger; accrue programs lists them",
                             (int)(name.len < 80 ? name.len : 80), name.len ? name.ptr : "");
  put_in_force(shadow, found);
  return true;
}

// Published where nobody sees it.
static bool use_template(struct acr__request *request, acr_engine *shadow, acr__span path) {
  acr__buf params = {0}, result = {0};
  acr__writer w = {&params, false}, out = {&result, false};
  struct acr__json_fault fault;
  acr__write_object(&w);
  acr__write_key(&w, "path");
  acr__write_span(&w, path);
  acr__write_key(&w, "status");
  acr__write_text(&w, "active");
  acr__write_key(&w, "all_levels");
  acr__write_bool(&w, true);
  acr__write_object_end(&w);
  acr__span text = acr__arena_span(request->engine->arena, (acr__span){(const char *)params.ptr, params.len});
  acr__json *json = acr__json_parse(request->engine->arena, text, NULL, &fault);
  struct acr__request inner = {.engine = shadow, .json = json, .params = acr__json_root(json), .line = text, .w = &out};
  bool good = acr__method_program_publish(&inner);
  if (good) {
    put_in_force(shadow, shadow->releases[shadow->release_count - 1]);
  } else {
    request->error = inner.error; // its texts live in the shadow
    request->message = acr__arena_text(request->engine->arena, acr__span_of(inner.message));
    request->data = acr__arena_span(request->engine->arena, inner.data);
  }
  acr__buf_free(&params);
  acr__buf_free(&result);
  return good;
}

static acr_engine *open_shadow(struct acr__request *request, acr__time at) {
  acr_engine *engine = request->engine, *shadow;
  acr__span program = acr__param_text(request, "program"), path = acr__param_text(request, "path");
  struct acr__place_in_log place = {engine->end, engine->last_seq + 1, engine->ledger_time};
  bool past = at < engine->ledger_time, own = program.len || path.len;
  char *message = NULL;
  if (past) acr__past_find(engine, at, &place);
  shadow = past || own ? acr__past_new(engine, &place, own, &message) : acr__shadow_new(engine);
  if (!shadow) {
    acr__request_fail(request, "ledger", "%s", message);
    return NULL;
  }
  shadow->options.max_future_us = -1;
  shadow->anew = true;
  bool good = (!path.len || use_template(request, shadow, path)) && (!program.len || use_program(request, shadow, program));
  if (good) return shadow;
  acr__past_free(shadow);
  return NULL;
}

// ---- One event

struct found {
  uint64_t behind, seq;
};

static void find_own(void *arg, const struct acr__record *record) {
  struct found *f = arg;
  bool own = record->seq > f->behind && !(record->flags & (ACR_RECORD_DUE | ACR_RECORD_SENT)) && record->kind != ACR_RECORD_RELEASE;
  if (own && !f->seq) f->seq = record->seq;
}

static void judge(acr_engine *shadow, acr__span text, acr__span member, acr__time at) {
  struct acr__line line;
  acr__arena_reset(shadow->arena);
  shadow->ops.count = 0;
  acr__line_read(shadow, shadow->door, shadow->arena, &shadow->scratch, text, &line);
  if (!line.event) {
    acr__reply_reject(shadow, line.json, &line.reject);
    return;
  }
  struct acr__event event = *line.event;
  if (at != ACR_TIME_MAX) event.time = at;
  if (member.len && event.subject.len) event.subject = member;
  acr__take_event(shadow, line.json, &event, line.text);
}

static void simulate(struct acr__request *request, acr_engine *shadow, acr__span text, acr__time at) {
  acr__writer *w = request->w;
  struct found own = {.behind = shadow->last_seq};
  acr__buf *replies = &shadow->filling->replies;
  size_t from = replies->len;
  acr__trace_begin(shadow, request->engine->arena);
  judge(shadow, text, acr__param_text(request, "member"), at);
  acr__shadow_records(shadow, find_own, &own);
  if (!own.seq) own.seq = shadow->last_seq + 1; // rejected: what it was judged as
  acr__write_object(w);
  acr__write_key(w, "event");
  acr__write_raw(w, text);
  acr__write_key(w, "reply");
  acr__write_raw(w, (acr__span){(const char *)replies->ptr + from, replies->len - from});
  acr__explain_due(shadow, w, own.behind + 1, own.seq);
  acr__explain_judged(shadow, w, shadow->trace, own.seq);
  acr__write_object_end(w);
  acr__trace_end(shadow);
}

bool acr__method_event_simulate(struct acr__request *request) {
  const acr__node *events = acr__node_get(request->params, "events"), *one = acr__node_get(request->params, "event");
  bool list = events && acr__node_kind(events) == ACR_JSON_ARRAY;
  acr__time at;
  if (!acr__param_time(request, "at", &at)) return false;
  if (!list && !(one && acr__node_kind(one) == ACR_JSON_OBJECT))
    return acr__request_fail(request, "param", "wanted `event`, an event, or `events`, a list of them");
  acr_engine *shadow = open_shadow(request, at);
  if (!shadow) return false;
  acr__write_object(request->w);
  acr__write_key(request->w, "events");
  acr__write_array(request->w);
  for (const acr__node *event = list ? acr__node_first(events) : one; event; event = list ? acr__node_next(event) : NULL)
    simulate(request, shadow, acr__node_raw(request->json, event, request->line), at);
  acr__write_array_end(request->w);
  acr__write_object_end(request->w);
  acr__past_free(shadow);
  return true;
}
