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
  *out = acr__day_start(zone, then) + (now - acr__day_start(zone, day));
  return true;
}

// What is sent later was read once: then it can only be a rule that fails.
static bool readable(struct acr__judgement *j, const struct acr__effect *e, acr__time time) {
  struct acr__reject reject = {0};
  acr__span id = ACR__SPAN_LIT("1");
  acr__span line = acr__sent_line(j->arena, id, e->event, j->member->id, time, e->data_json, (acr__span){NULL, 0}, 0);
  if (acr__core_event(j->engine, j->arena, line, &reject)) return true;
  return acr__fail(j, NULL, acr__arena_printf(j->arena, "the event \"%.*s\" that an outcome raised is not valid: %s: %s", (int)e->event.len,
                                              e->event.ptr, reject.path ? reject.path : "$", reject.message));
}

bool acr__emit_later(struct acr__case *c, const struct acr__effect *e) {
  struct acr__judgement *j = c->j;
  acr__time at;
  if (!later(c, e->duration, &at)) return acr__fail(j, NULL, "effect emit: `after` leads out of the calendar");
  if (!readable(j, e, at)) return false;
  int type = acr__name_number(j->engine, e->event);
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_PENDING);
  op->v[0] = ++j->derived_count;
  op->v[1] = type;
  op->v[2] = at;
  op->v[3] = c->chain ? c->chain->depth + 1 : 1;
  op->text = e->data_json;
  return acr__apply(j, op);
}
