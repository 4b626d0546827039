// Conditions over history: the facts of a window, what they measure, and how that compares.
#include "engine/window.h"
#include "engine/late.h"
#include "engine/limits.h"
#include "script/seen.h"

bool acr__window_measure(struct acr__series_data *data, acr__aggregate aggregate, uint32_t low, uint32_t high, uint32_t current,
                         struct acr__measured *out) {
  if (high < low) high = low;
  *out = (struct acr__measured){.per = 1, .facts = high - low};
  switch (aggregate) {
  case ACR_AGG_MIN:
  case ACR_AGG_MAX:
    out->nothing = low == high;
    return out->nothing || acr__series_extreme(data, low, high, aggregate == ACR_AGG_MAX, &out->value);
  case ACR_AGG_LAST:
    out->nothing = low == high;
    if (!out->nothing) out->value = acr__series_value(data, high - 1);
    return true;
  case ACR_AGG_DISTINCT:
    return acr__series_distinct(data, low, high, &out->value);
  case ACR_AGG_NEW: {
    uint32_t middle = high - low < current ? low : high - current;
    return acr__series_new(data, low, middle, high, &out->value);
  }
  case ACR_AGG_AVERAGE:
    out->nothing = low == high;
    out->per = out->facts;
    break;
  case ACR_AGG_NONE:
  case ACR_AGG_SUM:
  case ACR_AGG_COUNT:
    break;
  }
  out->value = acr__series_total(data, low, high);
  return true;
}

struct acr__anchors acr__anchors_of(const struct acr__case *c, const struct acr__rule *rule) {
  const struct acr__member *member = c->j->member;
  struct acr__standing then;
  const struct acr__standing *standing = acr__late_standing(c, c->release->family, &then);
  const struct acr__term *term = acr__term_of(&member->terms, c->release->family);
  acr__time reviewed = term && term->reviewed != ACR_TIME_NONE ? term->reviewed : standing ? standing->since : ACR_TIME_NONE;
  acr__time fired = rule ? acr__fired_last(c, rule, c->event->time + 1) : ACR_TIME_NONE;
  return (struct acr__anchors){.zone = acr__zone_of(c),
                               .now = c->event->time,
                               .joined = member->joined,
                               .level_entry = standing && standing->level >= 0 ? standing->since : ACR_TIME_NONE,
                               .last_maintenance = reviewed, // or entry (domain M7)
                               .level_expiry = term ? term->expired : ACR_TIME_NONE,
                               .last_fired = fired == ACR_TIME_NONE ? ACR_TIME_MIN : fired, // until the rule fires, everything counts
                               .leap_mar1 = c->plan->settings.leap_mar1};
}

// A condition being judged.
struct judging {
  struct acr__case *c;
  const struct acr__cond *cond;
  struct acr__series_data *data;
  acr__aggregate aggregate;
  struct acr__anchors anchors;
  acr__time from, to;
  uint32_t current; // values that the event at hand put in: the newest of its time
};

bool acr__window_of(struct acr__case *c, const struct acr__cond *cond, const struct acr__series_data *data,
                    const struct acr__anchors *anchors, acr__time *from, acr__time *to) {
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
    if (data && acr__seen_watcher) acr__seen(cond->windows[i].component, acr__series_before(data, high) > acr__series_before(data, low));
  }
  return true;
}

// The facts at [low, high), the last `current` of them the event's own. Leaving those out is looking at fewer.
static bool compare(struct judging *g, uint32_t low, uint32_t high, uint32_t current, struct acr__cond_result *out) {
  const struct acr__cond *cond = g->cond;
  struct acr__measured m;
  int64_t value;
  if (!acr__window_measure(g->data, g->aggregate, low, high, current, &m))
    return acr__fail(g->c->j, NULL, "a window that ends in the past has more than 100,000 facts to be looked at one by one");
  if (!acr__mul(m.value, cond->value_mul, &value)) return acr__fail(g->c->j, NULL, "a measured value is too large");
  out->truth = !m.nothing && acr__compare(value, cond->op, (acr__wide)cond->number * m.per);
  out->has_measured = !m.nothing;
  out->measured = m.nothing ? 0 : value / m.per;
  if (g->c->plan->settings.less_than_needs_activity && cond->op >= ACR_OP_LE && m.facts == 0) out->truth = false;
  return true;
}

// The event's own fact is part of what was measured, unless a rate left it out.
static bool hold(const struct judging *g, struct acr__cond_result *out) {
  out->held = g->current > 0 || g->c->plan->series[g->cond->series].rate_count == 0;
  out->held_measured = out->measured;
  return true;
}

// The facts of [from, to), without the event's own where they are left out. Those are the last of the event's time, and no
// window reaches past it.
static bool compare_span(struct judging *g, acr__time from, acr__time to, bool leave_out, struct acr__cond_result *out) {
  uint32_t low = acr__series_before(g->data, from), high = acr__series_before(g->data, to);
  bool inside = from <= g->anchors.now && to > g->anchors.now;
  uint32_t current = inside ? g->current : 0;
  return compare(g, low, leave_out ? high - current : high, leave_out ? 0 : current, out) && (!inside || leave_out || hold(g, out));
}

static bool compare_times(struct judging *g, bool leave_out, struct acr__cond_result *out) {
  uint32_t low = acr__series_before(g->data, g->from), high = acr__series_before(g->data, g->to);
  uint32_t current = g->to > g->anchors.now ? g->current : 0;
  int64_t times = g->cond->timeframe->times, found;
  if (leave_out) high -= current;
  if (high < low) high = low;
  uint32_t first = acr__facts_back(g->data, g->aggregate, low, high, times, &found);
  if (found < times) return true; // with fewer it does not hold
  return compare(g, first, high, leave_out ? 0 : current, out) && (g->to <= g->anchors.now || leave_out || hold(g, out));
}

// Facts as they stand in the log: all of them, and without the event's own, which a late event has in the middle.
static bool compare_log(struct judging *g, bool leave_out, struct acr__cond_result *out) {
  uint32_t end = acr__series_before(g->data, g->anchors.now + 1), own = g->current;
  int64_t without = acr__series_total(g->data, end - own, end);
  if (!compare(g, 0, g->data->count, 0, out)) return false;
  if (!leave_out) return hold(g, out);
  out->measured -= without * g->cond->value_mul;
  return true;
}

static bool judge(struct judging *g, bool leave_out, struct acr__cond_result *out) {
  const acr__timeframe *frame = g->cond->timeframe;
  if (g->cond->log_order && !frame && !g->cond->window_count) return compare_log(g, leave_out, out);
  leave_out = leave_out && g->aggregate != ACR_AGG_NEW; // what is new is asked of the event's own
  if (frame && frame->times) return compare_times(g, leave_out, out);
  if (!frame || !frame->each) return compare_span(g, g->from, g->to, leave_out, out);
  acr__time low, high;
  for (int k = 0; acr__window_piece(frame, &g->anchors, k, &low, &high); k++) {
    low = low > g->from ? low : g->from;
    high = high < g->to ? high : g->to;
    if (!compare_span(g, low, high, leave_out, out)) return false;
    if (!out->truth) return true;
  }
  return true;
}

// ---- at the event that makes it true, and at each multiple

static struct acr__reached_key key_of(const struct acr__case *c, const struct acr__cond *cond, const struct acr__rule *rule) {
  int level = rule->level >= 0 ? c->release->level_names[rule->level] + 1 : 0;
  return (struct acr__reached_key){c->release->family, (int32_t)rule->behavior, level, c->release->rule_ids[rule - c->plan->rules],
                                   c->release->series[cond->series]};
}

static bool note(struct acr__case *c, const struct acr__reached_key *key, acr__time from, int64_t value) {
  struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_REACHED);
  op->v[0] = key->family;
  op->v[1] = key->behavior;
  op->v[2] = key->level;
  op->v[3] = key->rule;
  op->v[4] = key->series;
  op->v[5] = from;
  op->v[6] = value;
  return acr__apply(c->j, op);
}

// How many times the number fits.
static int64_t multiples(const struct acr__cond *cond, const struct acr__cond_result *r) {
  int64_t times = r->has_measured && r->measured > 0 ? r->measured / cond->number : 0;
  return cond->once && times > 1 ? 1 : times;
}

// A number or a total is reached by the very event that brings it there, whatever else its rule asks, and never again (domain N7).
static bool at_event(struct judging *g, const struct acr__reached_key *key, int64_t highest, int64_t now, struct acr__cond_result *out) {
  struct acr__cond_result before = {0};
  if (!judge(g, true, &before)) return false;
  int64_t was = multiples(g->cond, &before);
  int64_t times = now - (was > highest ? was : highest);
  out->truth = times > 0;
  out->times = (int)(times > g->cond->times_max ? g->cond->times_max : times);
  out->from = g->from;
  out->reached = now * g->cond->number;
  return times <= 0 || note(g->c, key, g->from, out->reached);
}

// Contract 4: the past counts toward the next multiple and is not paid. A window that begins anew begins at zero.
static bool every(struct judging *g, const struct acr__rule *rule, struct acr__cond_result *out) {
  struct acr__cond_result before = {0};
  struct acr__reached_key key = key_of(g->c, g->cond, rule);
  bool met;
  if (!judge(g, false, out)) return false;
  const struct acr__reached *known = acr__reached_find(&g->c->j->member->reached, &key, g->from, &met);
  int64_t now = multiples(g->cond, out), highest = known ? known->value / g->cond->number : 0;
  if (g->cond->log_order) return at_event(g, &key, highest, now, out);
  if (!known) {
    if (!judge(g, true, &before)) return false;
    if (!met && !g->cond->from_start) highest = multiples(g->cond, &before);
    if (!g->c->tally && !note(g->c, &key, g->from, highest * g->cond->number)) return false;
  }
  int64_t times = now - highest;
  out->truth = times > 0;
  out->before = highest;
  out->times = (int)(times > g->cond->times_max ? g->cond->times_max : times);
  out->from = g->from;
  out->reached = now * g->cond->number;
  return true;
}

bool acr__every_note(struct acr__case *c, const struct acr__rule *rule, int *times) {
  *times = 1;
  for (int n = 0; n < rule->tree_count; n++) {
    if (rule->tree[n].kind != ACR_NODE_COND) continue;
    const struct acr__cond *cond = &c->plan->conds[rule->tree[n].cond];
    const struct acr__cond_result *r = &c->results[rule->tree[n].cond];
    if (!cond->every || !r->truth) continue;
    struct acr__reached_key key = key_of(c, cond, rule);
    *times = r->times;
    if (!note(c, &key, r->from, r->reached)) return false;
  }
  return true;
}

static bool crossing(struct judging *g, struct acr__cond_result *out) {
  struct acr__cond_result before = {0};
  if (!judge(g, false, out) || !judge(g, true, &before)) return false;
  out->truth = out->truth && g->current > 0 && !before.truth;
  return true;
}

// How many of a series' values the event at hand has put in. Points are moved by what the event did so far.
static uint32_t own_values(const struct acr__case *c, const struct acr__series *series, uint32_t number, bool *fed) {
  const acr_engine *engine = c->j->engine;
  uint32_t count = 0;
  int feed = 0;
  while (feed < engine->fact_feed_count && engine->feeds[feed].number != number)
    feed++;
  *fed = feed < engine->fact_feed_count && c->feed_accepts[feed];
  if (!acr__series_is_of(series, ACR_FACT_POINTS)) return *fed ? (uint32_t)c->feed_stored[feed] : 0;
  for (int i = 0; i < engine->ops.count; i++) {
    const struct acr__op *op = &engine->ops.all[i];
    bool fact = op->kind == ACR_OP_FACT || op->kind == ACR_OP_VALUE;
    count += fact && op->v[0] == number && op->v[1] == c->event->time;
  }
  return count;
}

bool acr__history_measure(struct acr__case *c, const struct acr__cond *cond, const struct acr__rule *rule, struct acr__cond_result *out) {
  struct acr__series_data empty = {0};
  const struct acr__series *series = &c->plan->series[cond->series];
  uint32_t number = c->release->series[cond->series];
  struct acr__series_data *data = (struct acr__series_data *)acr__member_series(c->j->member, number);
  struct judging g = {.c = c, .cond = cond, .data = data ? data : &empty};
  g.aggregate = series->aggregate;
  g.anchors = acr__anchors_of(c, cond->asks_fired ? rule : NULL);
  bool fed;
  g.current = own_values(c, series, number, &fed);
  if (cond->same_facts && (rule->behavior == ACR_BEHAVIOR_PURCHASE || rule->behavior == ACR_BEHAVIOR_EVENT) && cond->include_current &&
      acr__series_takes(series, c) && !fed)
    return true; // buying shoes does not fire a rule about coats
  bool good = acr__window_of(c, cond, g.data, &g.anchors, &g.from, &g.to);
  if (good)
    good = cond->every ? every(&g, rule, out) : cond->crossing ? crossing(&g, out) : judge(&g, !cond->include_current, out);
  if (!data) acr__series_index_free(empty.index);
  return good;
}
