// Facts into series, and windows out of them.
#include "engine/engine.h"
#include <stdlib.h>

bool acr__series_value(struct acr__case *c, const struct acr__series *series, struct acr__fact *fact, bool *accepted, int64_t *value) {
  bool narrowed;
  if (series->fact != ACR_FACT_POINTS) {
    if (!acr__narrow_fact(c, series->narrows, series->narrow_count, fact, accepted, &narrowed)) return false;
  } else {
    *accepted = true;
    for (int i = 0; i < series->narrow_count && *accepted; i++) {
      struct acr__call call = acr__call_of(c);
      if (!acr__call_accepts(&call, series->narrows[i].component, series->narrows[i].vars, fact, accepted))
        return acr__fail(c->j, NULL, call.error);
    }
  }
  *value = 0;
  if (!*accepted) return true;
  bool nil = false;
  if (series->aggregate == ACR_AGG_COUNT) {
    *value = 1;
  } else if (series->has_path) {
    if (!acr__path_value(&series->path, fact, value, &nil)) return acr__fail(c->j, NULL, "a sum over the lines of this event is too large");
  } else if (series->phrase->functions & ACR_HAS_VALUE) {
    struct acr__call call = acr__call_of(c);
    if (!acr__call_value(&call, series->phrase, series->vars, fact, value, &nil)) return acr__fail(c->j, NULL, call.error);
  } else {
    *value = 1;
  }
  if (nil) *value = 0;
  return true;
}

static bool append(struct acr__judgement *j, uint32_t number, acr__time time, int64_t value) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_FACT);
  op->v[0] = number;
  op->v[1] = time;
  op->v[2] = value;
  return acr__apply(j, op);
}

bool acr__series_stores(const struct acr__series *series, bool accepted, int64_t value) {
  return accepted && (value != 0 || series->keeps_zeros);
}

// The case that runs under the release that computes a feed; a superseded release gets one of its own.
static struct acr__case *case_of(struct acr__judgement *j, const struct acr__feed *feed, const struct acr__event *event,
                                 struct acr__case *cases, int count, struct acr__case *spare) {
  for (int i = 0; i < count; i++)
    if (cases[i].release == feed->release) return &cases[i];
  if (spare->release != feed->release) {
    struct acr__reject ignored = {0};
    if (!acr__case_begin(spare, j, feed->release, event, &ignored))
      spare->release = NULL; // a field that only the old release declares is absent: no fact under it
  }
  return spare->release ? spare : NULL;
}

bool acr__feed_event(struct acr__judgement *j, const struct acr__event *event, struct acr__case *cases, int case_count) {
  acr_engine *engine = j->engine;
  struct acr__case spare = {0};
  for (int i = 0; i < engine->fact_feed_count; i++) {
    const struct acr__feed *feed = &engine->feeds[i];
    const struct acr__series *series = &feed->release->plan->series[feed->series];
    if (series->fact != (event->kind == ACR_EVENT_PURCHASE ? ACR_FACT_PURCHASE : ACR_FACT_CUSTOM)) continue;
    struct acr__case *c = case_of(j, feed, event, cases, case_count, &spare);
    if (!c || (series->fact == ACR_FACT_CUSTOM && series->type_count && !acr__types_have(series->types, series->type_count, c->type)))
      continue;
    struct acr__fact fact = c->fact;
    bool accepted;
    int64_t value;
    if (!acr__series_value(c, series, &fact, &accepted, &value) ||
        (acr__series_stores(series, accepted, value) && !append(j, feed->number, event->time, value)))
      return false;
    for (int k = 0; k < case_count; k++) {
      cases[k].feed_accepts[i] = accepted;
      cases[k].feed_values[i] = value;
    }
  }
  return true;
}

void acr__points_fact(const struct acr__plan *plan, const struct acr__account *account, acr__span account_name, acr__span source,
                      acr__reason reason, int64_t points, acr__time time, struct acr__fact *out) {
  *out = (struct acr__fact){.kind = ACR_FACT_POINTS,
                            .time = time,
                            .zone = plan->zone,
                            .account = account_name,
                            .point_source = source,
                            .reason = acr__span_of(acr__reason_name(reason)),
                            .points = points};
  if (plan->points_scale > account->decimals) acr__mul(points, acr__pow10(plan->points_scale - account->decimals), &out->points);
}

bool acr__feed_points(struct acr__judgement *j, int account, int source, acr__reason reason, int64_t points, acr__time time) {
  acr_engine *engine = j->engine;
  const struct acr__account *a = &engine->accounts[account];
  for (int i = 0; i < engine->fact_feed_count; i++) {
    const struct acr__feed *feed = &engine->feeds[i];
    const struct acr__series *series = &feed->release->plan->series[feed->series];
    if (series->fact != ACR_FACT_POINTS || feed->release->family != a->family) continue;
    // Domain C12: without an account named, escrow and what rules alone move are left out.
    if (!series->names_account && (!(a->flags & ACR_ACCOUNT_SPENDABLE) || (a->flags & ACR_ACCOUNT_ESCROW))) continue;
    struct acr__case c = {.j = j, .release = feed->release, .plan = feed->release->plan};
    struct acr__fact fact;
    acr__points_fact(c.plan, a, acr__name_text(engine, a->name), acr__name_text(engine, source), reason, points, time, &fact);
    bool accepted;
    int64_t value;
    if (!acr__series_value(&c, series, &fact, &accepted, &value) ||
        (acr__series_stores(series, accepted, value) && !append(j, feed->number, time, value)))
      return false;
  }
  return true;
}

static bool window_of(struct acr__case *c, const struct acr__cond *cond, const struct acr__anchors *anchors, acr__time *from,
                      acr__time *to) {
  *from = ACR_TIME_MIN;
  *to = c->event->time + 1;
  if (cond->timeframe) acr__window(cond->timeframe, anchors, from, to);
  for (int i = 0; i < cond->window_count; i++) {
    struct acr__call call = acr__call_of(c);
    acr__time low, high;
    if (!acr__call_window(&call, cond->windows[i].component, cond->windows[i].vars, anchors, &low, &high))
      return acr__fail(c->j, NULL, call.error);
    *from = low > *from ? low : *from;
    *to = high < *to ? high : *to;
  }
  return true;
}

static bool compare(const struct acr__case *c, const struct acr__cond *cond, int64_t raw, int64_t facts, struct acr__cond_result *out) {
  int64_t value;
  if (!acr__mul(raw, cond->value_mul, &value)) return acr__fail(c->j, NULL, "a measured value is too large");
  out->measured = value;
  out->has_measured = true;
  switch (cond->op) {
  case ACR_OP_GE:
    out->truth = value >= cond->number;
    break;
  case ACR_OP_GT:
    out->truth = value > cond->number;
    break;
  case ACR_OP_EQ:
    out->truth = value == cond->number;
    break;
  case ACR_OP_LE:
    out->truth = value <= cond->number;
    break;
  case ACR_OP_LT:
    out->truth = value < cond->number;
    break;
  }
  if (c->plan->settings.less_than_needs_activity && cond->op >= ACR_OP_LE && facts == 0) out->truth = false;
  return true;
}

bool acr__history_measure(struct acr__case *c, const struct acr__cond *cond, const struct acr__rule *rule, struct acr__cond_result *out) {
  const struct acr__member *member = c->j->member;
  const struct acr__standing *standing = acr__member_standing(member, c->release->family);
  const struct acr__series_data empty = {0};
  uint32_t number = c->release->series[cond->series];
  const struct acr__series_data *data = acr__member_series(member, number);
  struct acr__anchors anchors = {acr__zone_of(c),
                                 c->event->time,
                                 member->joined,
                                 standing ? standing->since : ACR_TIME_NONE,
                                 ACR_TIME_NONE,
                                 ACR_TIME_NONE,
                                 c->plan->settings.leap_mar1};
  acr__time from, to;
  data = data ? data : &empty;
  int feed = 0;
  while (feed < c->j->engine->feed_count && c->j->engine->feeds[feed].number != number)
    feed++;
  bool fed = feed < c->j->engine->feed_count && c->feed_accepts[feed];
  if (cond->same_facts && (rule->behavior == ACR_BEHAVIOR_PURCHASE || rule->behavior == ACR_BEHAVIOR_EVENT) && cond->include_current &&
      c->event->kind == ACR_EVENT_PURCHASE && !fed)
    return true; // buying shoes does not fire a rule about coats
  // What is left out of the window: the current fact, where it was let through and stored.
  int64_t current = cond->include_current || !fed ? 0 : c->feed_values[feed];
  const struct acr__series *series = &c->plan->series[cond->series];
  bool leave_out = !cond->include_current && fed && acr__series_stores(series, fed, current);
  if (!window_of(c, cond, &anchors, &from, &to)) return false;
  if (cond->timeframe && cond->timeframe->times) {
    int64_t sum, facts;
    // The current fact is the newest before `to`; left out, one more is looked at behind it.
    bool skip = leave_out && to > c->event->time;
    if (!acr__series_last(data, to, cond->timeframe->times + (int64_t)skip, &sum, &facts)) return true;
    return compare(c, cond, sum - (skip ? current : 0), facts - skip, out);
  }
  if (!cond->timeframe || !cond->timeframe->each) {
    bool skip = leave_out && from <= c->event->time && to > c->event->time;
    return compare(c, cond, acr__series_sum(data, from, to) - (skip ? current : 0), acr__series_count(data, from, to) - skip, out);
  }
  acr__time low, high;
  for (int k = 0; acr__window_piece(cond->timeframe, &anchors, k, &low, &high); k++) {
    low = low > from ? low : from;
    high = high < to ? high : to;
    bool skip = leave_out && high > c->event->time && low <= c->event->time;
    if (!compare(c, cond, acr__series_sum(data, low, high) - (skip ? current : 0), acr__series_count(data, low, high) - skip, out))
      return false;
    if (!out->truth) return true;
  }
  return true;
}
