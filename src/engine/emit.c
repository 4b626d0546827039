// Events that outcomes raise for another time (contract 3.7).
#include "engine/due.h"

// Exact for clock units; days and longer keep the time of day in the member's zone.
static bool later(const struct acr__case *c, acr__duration by, acr__time *out) {
  static const int64_t seconds[] = {1, 60, 3600};
  const acr__zone *zone = acr__zone_of(c);
  acr__time now = c->event->time;
  int64_t us;
  if (by.n < 0) return false;
  if (by.unit <= ACR_UNIT_HOUR) return acr__mul(by.n, seconds[by.unit] * ACR_SECOND_US, &us) && acr__add(now, us, out);
  acr__date day = acr__local_date(zone, now), then;
  if (!acr__date_add(day, by, 1, &then) || !acr__date_valid(then)) return false;
  *out = acr__same_time_of_day(zone, now, then);
  return true;
}

// The core moves points, members and offers by effects of their own; what an outcome raises wakes rules.
static bool may_be_raised(struct acr__judgement *j, acr__span type) {
  static const acr__event_kind kinds[] = {ACR_EVENT_CUSTOM, ACR_EVENT_AUDIENCE_ENTER, ACR_EVENT_AUDIENCE_LEAVE, ACR_EVENT_JOIN,
                                          ACR_EVENT_UPDATE};
  if (acr__raised_find(type) >= 0)
    return acr__fail(j, NULL, acr__arena_printf(j->arena, "effect emit: \"%.*s\" is raised by Accrue itself", (int)type.len, type.ptr));
  acr__event_kind kind = acr__event_kind_of(type);
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (kinds[i] == kind) return true;
  return acr__fail(j, NULL,
                   acr__arena_printf(j->arena, "effect emit: \"%.*s\" comes from outside alone; wanted a custom event or audience.enter, "
                                               "audience.leave, member.join, member.update", (int)type.len, type.ptr));
}

// What is sent was read once before: then only a rule can fail over it.
static bool readable(struct acr__case *c, acr__span type, acr__span data, acr__time time) {
  struct acr__judgement *j = c->j;
  struct acr__reject reject = {0};
  struct acr__field_value *fields, *item_fields;
  acr__span id = ACR__SPAN_LIT("1");
  acr__span line = acr__sent_line(j->engine, j->arena, id, type, j->member->id, time, data, (acr__span){NULL, 0}, 0);
  const struct acr__event *event = acr__core_event(j->engine, j->arena, line, &reject);
  int known = acr__plan_type_find(c->plan, type);
  const struct acr__schema *schema = known >= 0 ? c->plan->schemas[known] : NULL;
  if (event && (!schema || acr__event_fields(j->arena, event, schema, c->plan->currency_scale, &fields, &item_fields, &reject)))
    return true;
  return acr__fail(j, NULL,
                   acr__arena_printf(j->arena, "effect emit: the event \"%.*s\" is not valid: %s: %s", (int)type.len, type.ptr,
                                     reject.path ? reject.path : "$", reject.message));
}

static bool emit_later(struct acr__case *c, const struct acr__effect *e, int depth) {
  struct acr__judgement *j = c->j;
  acr__time at;
  if (!later(c, e->duration, &at)) return acr__fail(j, NULL, "effect emit: `after` leads out of the calendar");
  if (!readable(c, e->event, e->data_json, at)) return false;
  int type = acr__name_number(j->engine, e->event), link = e->to.len ? acr__name_number(j->engine, e->to) + 1 : 0;
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_PENDING);
  op->v[0] = ++j->derived_count;
  op->v[1] = type;
  op->v[2] = at;
  op->v[3] = depth;
  op->v[4] = link;
  op->text = e->data_json;
  return acr__apply(j, op);
}

// ---- over a link

struct acr__delivery {
  struct acr__delivery *next;
  acr__span target, type, data;
  int index, depth;
};

static void send_to(struct acr__judgement *j, acr__span link, acr__span target, acr__span type, acr__span data, int depth) {
  int type_name = acr__name_number(j->engine, type), link_name = acr__name_number(j->engine, link);
  const struct acr__member *leads = acr__member_find(j->engine, target);
  bool oneself = leads == j->member, known = leads && !acr__member_erased(leads);
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_SENT);
  op->v[0] = ++j->derived_count;
  op->v[1] = type_name;
  op->v[2] = link_name;
  op->v[3] = oneself ? ACR_SENT_ONESELF : known ? ACR_SENT : ACR_SENT_UNKNOWN;
  if (op->v[3] != ACR_SENT) return;
  struct acr__delivery *d = ACR__NEW(j->arena, struct acr__delivery);
  *d = (struct acr__delivery){j->deliveries, acr__arena_span(j->arena, target), acr__arena_span(j->arena, type),
                              acr__arena_span(j->arena, data), j->derived_count, depth};
  j->deliveries = d;
}

static bool send(struct acr__judgement *j, acr__span link, acr__span type, acr__span data, int depth) {
  for (int i = 0; i < acr__member_link_count(j->member, link); i++)
    send_to(j, link, acr__member_link(j->member, link, i), type, data, depth);
  return true; // where the link leads nowhere there is nobody to tell
}

bool acr__emit(struct acr__case *c, const struct acr__effect *e) {
  struct acr__judgement *j = c->j;
  int depth = c->chain ? c->chain->depth + 1 : 1;
  if (!may_be_raised(j, e->event)) return false;
  if (depth > ACR_CHAIN_DEPTH_MAX || (!e->has_duration && !e->to.len)) { // what is too deep is recorded there
    acr__derive(j, e->event, e->data_json);
    return true;
  }
  if (e->has_duration) return emit_later(c, e, depth);
  return readable(c, e->event, e->data_json, c->event->time) && send(j, e->to, e->event, e->data_json, depth);
}

bool acr__emit_pending(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  (void)cases;
  return send(j, acr__name_text(j->engine, due->pending->link - 1), due->type, due->data, due->pending->depth);
}

void acr__deliver(acr_engine *engine, struct acr__judgement *j) {
  struct acr__delivery *first = NULL, *next;
  for (struct acr__delivery *d = j->deliveries; d; d = next) { // in the order in which they were sent
    next = d->next;
    d->next = first;
    first = d;
  }
  j->deliveries = NULL;
  acr__time time = j->root->time, now = time > engine->ledger_time ? time : engine->ledger_time;
  acr__arena *held = engine->arena;
  for (const struct acr__delivery *d = first; d; d = d->next) {
    engine->ops.count = 0;
    engine->arena = acr__arena_new(16 * 1024);
    acr__due_before(engine, d->target, now);
    acr__span seq = acr__span_of(acr__arena_printf(engine->arena, "%llu", (unsigned long long)j->seq));
    acr__span id = acr__span_of(acr__arena_printf(engine->arena, "%llu.%d", (unsigned long long)j->seq, d->index));
    struct acr__sent sent = {.line = acr__sent_line(engine, engine->arena, id, d->type, d->target, time, d->data, seq, d->depth),
                             .member = acr__member_find(engine, d->target),
                             .depth = d->depth};
    acr__sent_take(engine, &sent);
    acr__arena_free(engine->arena);
    engine->arena = held;
  }
}
