// A trace as JSON.
#include "engine/explain.h"
#include "engine/shadow.h"

static void write_name(acr__writer *w, const char *key, acr__span name) {
  acr__write_key(w, key);
  if (name.ptr)
    acr__write_span(w, name);
  else
    acr__write_null(w);
}

static const char *why_not(const struct acr__traced *one) {
  if (one->skipped) return one->skipped;
  if (!one->gives) return one->holds ? NULL : "conditions";
  return one->given == 0 ? "limit" : NULL;
}

static void write_rule(acr__writer *w, const struct acr__traced *one) {
  const struct acr__rule *rule = one->rule;
  const struct acr__plan *plan = one->release->plan;
  const char *why = why_not(one);
  acr__write_object(w);
  write_name(w, "rule", rule->name);
  acr__write_key(w, "behavior");
  acr__write_text(w, acr__behavior_name(rule->behavior));
  if (rule->level >= 0) write_name(w, "level", plan->levels[rule->level].name);
  acr__write_key(w, "holds");
  acr__write_bool(w, one->holds);
  acr__write_key(w, "fired");
  acr__write_int(w, one->given);
  if (one->gives && one->times > 1) {
    acr__write_key(w, "reached");
    acr__write_int(w, one->times);
  }
  if (one->gives && !one->met) {
    acr__write_key(w, "unmet");
    acr__write_bool(w, true);
  }
  if (why) {
    acr__write_key(w, "why");
    acr__write_text(w, why);
  }
  if (one->skipped && (rule->has_from || rule->has_until)) {
    acr__write_key(w, "from");
    acr__write_time(w, rule->has_from ? rule->from : ACR_TIME_NONE);
    acr__write_key(w, "until");
    acr__write_time(w, rule->has_until ? rule->until : ACR_TIME_MAX);
  }
  if (one->limit.len) {
    acr__write_key(w, "limit");
    acr__write_raw(w, one->limit);
  }
  if (one->when.len) {
    acr__write_key(w, "when");
    acr__write_raw(w, one->when);
  }
  acr__write_key(w, "outcomes");
  acr__write_array(w);
  if (one->outcomes.len) acr__write_raw(w, one->outcomes);
  acr__write_array_end(w);
  acr__write_object_end(w);
}

static bool same_place(const struct acr__traced *a, const struct acr__traced *b) {
  return a->seq == b->seq && a->raised == b->raised && a->release == b->release;
}

// A rule may be looked at twice in one event; what counts is the time it gave something, else the last.
static bool is_last(const struct acr__traced *one) {
  for (const struct acr__traced *k = one->next; k && !one->gives; k = k->next)
    if (k->rule == one->rule && same_place(k, one)) return false;
  return true;
}

static void write_place(acr_engine *engine, acr__writer *w, const struct acr__traced *first) {
  acr__write_object(w);
  write_name(w, "event", first->event);
  acr__write_key(w, "raised");
  acr__write_int(w, first->raised);
  write_name(w, "family", acr__name_text(engine, first->release->family));
  acr__write_key(w, "release");
  acr__write_text(w, first->release->label);
  write_name(w, "level", acr__name_text(engine, first->level));
  acr__write_key(w, "base");
  acr__write_array(w);
  for (const struct acr__traced *one = first; one; one = one->next)
    if (one->earn && same_place(one, first)) acr__write_raw(w, one->outcomes);
  acr__write_array_end(w);
  acr__write_key(w, "rules");
  acr__write_array(w);
  for (const struct acr__traced *one = first; one; one = one->next)
    if (one->rule && same_place(one, first) && is_last(one)) write_rule(w, one);
  acr__write_array_end(w);
  acr__write_object_end(w);
}

void acr__explain_judged(acr_engine *engine, acr__writer *w, const struct acr__trace *trace, uint64_t seq) {
  acr__write_key(w, "judged");
  acr__write_array(w);
  for (const struct acr__traced *one = trace->first; one; one = one->next) {
    bool known = one->seq != seq;
    for (const struct acr__traced *k = trace->first; k != one && !known; k = k->next)
      known = same_place(k, one);
    if (!known) write_place(engine, w, one);
  }
  acr__write_array_end(w);
}

void acr__explain_rules(acr_engine *engine, acr__writer *w, const struct acr__trace *trace, const struct acr__rule_list *list,
                        const struct acr__plan *plan) {
  (void)engine;
  acr__write_key(w, "rules");
  acr__write_array(w);
  for (int i = 0; i < list->count; i++)
    for (const struct acr__traced *one = trace->first; one; one = one->next)
      if (one->rule == &plan->rules[list->rules[i]] && is_last(one)) write_rule(w, one);
  acr__write_array_end(w);
}

void acr__explain_reply(acr_engine *engine, acr__writer *w, const struct acr__record *record) {
  struct acr__payload payload;
  struct acr__json_fault fault;
  struct acr__ops ops = {0};
  bool there = acr__payload_read(record->payload, &payload);
  acr__json *json = there ? acr__json_parse(engine->arena, payload.line, NULL, &fault) : NULL;
  const acr__node *root = json ? acr__json_root(json) : NULL;
  const char *status = record->kind == ACR_RECORD_PARKED ? "parked" : record->flags & ACR_RECORD_REFUSED ? "refused" : "applied";
  acr__ops_decode(acr__ops_of(record), &ops);
  acr__write_reply(engine, w, record, &ops, acr__node_text(acr__node_get(root, "id")), acr__node_text(acr__node_get(root, "source")),
                   there ? payload.member : (acr__span){NULL, 0}, status);
  acr__ops_free(&ops);
}

struct due {
  acr_engine *shadow;
  acr__writer *w;
  uint64_t from, upto;
};

static void write_due(void *arg, const struct acr__record *record) {
  struct due *d = arg;
  if (record->seq < d->from || record->seq >= d->upto || record->member == 0) return;
  acr__write_object(d->w);
  acr__write_key(d->w, "at");
  acr__write_time(d->w, record->time);
  acr__write_key(d->w, "reply");
  acr__explain_reply(d->shadow, d->w, record);
  acr__explain_judged(d->shadow, d->w, d->shadow->trace, record->seq);
  acr__write_object_end(d->w);
}

void acr__explain_due(acr_engine *shadow, acr__writer *w, uint64_t from, uint64_t upto) {
  struct due due = {shadow, w, from, upto};
  acr__write_key(w, "due");
  acr__write_array(w);
  acr__shadow_records(shadow, write_due, &due);
  acr__write_array_end(w);
}
