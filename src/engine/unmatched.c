// A return without a purchase (domain R11): judged as a purchase of those lines at its own time; points only, taken as a deduction.
#include "engine/budget.h"
#include "engine/limits.h"
#include "engine/returned.h"
#include "engine/status.h"

// What one rule, or base earning (rule NULL), would have given.
struct share {
  const struct acr__rule *rule;
  int level; // whose rule or own base earning it is, -1 = the program's
  struct acr__computed computed;
};

bool acr__unmatched_wanted(const struct acr__judgement *j) {
  for (int i = 0; i < j->release_count; i++)
    if (j->releases[i]->plan->settings.deduct_unmatched) return true;
  return false;
}

static const struct acr__event *as_purchase(struct acr__judgement *j) {
  struct acr__event *out = ACR__NEW(j->arena, struct acr__event);
  *out = *j->root;
  out->kind = ACR_EVENT_PURCHASE;
  out->type = ACR__SPAN_LIT("purchase");
  out->transaction = out->id;
  for (int i = 0; i < out->item_count && !j->root->total.has; i++)
    if (!acr__add(out->total.value, out->items[i].amount, &out->total.value)) return NULL;
  out->total.has = true;
  return out;
}

// Conditions that ask whether the event itself would count are answered as if it had.
static bool count_as_fact(struct acr__case *c) {
  acr_engine *engine = c->j->engine;
  for (int i = 0; i < engine->fact_feed_count; i++) {
    const struct acr__feed *feed = &engine->feeds[i];
    const struct acr__series *series = &feed->release->plan->series[feed->series];
    struct acr__reject ignored = {0};
    struct acr__case other;
    struct acr__taken taken;
    if (!acr__series_is_of(series, ACR_FACT_PURCHASE) || !acr__case_begin(&other, c->j, feed->release, c->event, &ignored)) continue;
    struct acr__fact fact = other.fact;
    if (!acr__series_take(&other, series, &fact, &taken)) return false;
    c->feed_accepts[i] = taken.accepted;
  }
  return true;
}

static bool judge_list(struct acr__case *c, const struct acr__rule_list *list, struct share *out, int *count) {
  for (int i = 0; i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    bool holds;
    if (!acr__rule_dated(c, rule)) continue;
    c->tally = &out[*count].computed;
    out[*count].rule = rule;
    out[*count].level = rule->level;
    if (!acr__rule_holds(c, rule, &holds)) return false;
    for (int times = holds ? acr__rule_times(c, rule) : 1; times > 0; times--)
      if (!acr__rule_tally(c, rule, holds)) return false;
    ++*count;
  }
  return true;
}

static bool post(struct acr__case *c, const struct share *share) {
  acr_engine *engine = c->j->engine;
  const struct acr__rule *rule = share->rule;
  for (int i = 0; i < share->computed.count; i++) {
    const struct acr__computed_row *row = &share->computed.rows[i];
    int account = c->release->accounts[row->account], sink = acr__name_number(engine, ACR__SPAN_LIT("deduct"));
    int64_t taken;
    acr__outcome_op(c, rule ? rule->behavior : ACR_BEHAVIOR_BASE, share->level, rule, (acr__span){NULL, 0});
    bool owes = engine->accounts[account].flags & ACR_ACCOUNT_ALLOW_NEGATIVE;
    if (!acr__debit(c->j, account, sink, row->points, owes, ACR_REASON_DEDUCT, c->event->time, &taken)) return false;
    if (taken < row->points) acr__clip(engine, account, sink, row->points - taken, "points_short");
  }
  return true;
}

static bool deduct(struct acr__judgement *j, struct acr__release *release, const struct acr__event *event, struct acr__reject *reject) {
  struct acr__case c;
  int count = 1;
  if (!acr__case_begin(&c, j, release, event, reject)) return false;
  struct share *shares = ACR__NEW_N(j->arena, struct share, c.plan->rule_count + 1);
  c.retro = c.plan->settings.retro_tier;
  const struct acr__plan_level *level = acr__live_level(&c);
  c.tally = &shares[0].computed;
  shares[0].level = level && level->has_base_earn ? (int)(level - c.plan->levels) : -1;
  if (!count_as_fact(&c) || !acr__base_earn(&c) || !judge_list(&c, &c.plan->purchase, shares, &count) ||
      (level && !judge_list(&c, &level->purchase, shares, &count)))
    return false;
  for (int i = 0; i < count; i++)
    if (!post(&c, &shares[i])) return false;
  return true;
}

bool acr__unmatched(struct acr__judgement *j, struct acr__reject *reject) {
  const struct acr__event *event = as_purchase(j);
  if (!event) return acr__fail(j, NULL, "the lines of this event add up to too much");
  for (int i = 0; i < j->release_count; i++) {
    struct acr__release *release = j->releases[i];
    // A paused program would have given nothing for such a purchase.
    if (!release->plan->settings.deduct_unmatched || !acr__release_judges(j->engine, release)) continue;
    if (!deduct(j, release, event, reject)) return false;
  }
  return true;
}
