// What satisfied rules do: base earning, and the effects that outcome plugins propose.
#include "engine/budget.h"
#include "engine/expiry.h"
#include "engine/late.h"
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/offer.h"
#include "engine/raise.h"
#include "engine/reads.h"
#include "engine/returned.h"
#include "engine/tags.h"
#include "engine/trace.h"
#include "engine/web_hook.h"
#include "engine/window.h"
#include <string.h>

void acr__outcome_op(struct acr__case *c, acr__behavior behavior, int level, const struct acr__rule *rule, acr__span component) {
  acr_engine *engine = c->j->engine;
  int name = component.len ? acr__name_number(engine, component) + 1 : 0;
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_OUTCOME);
  op->v[ACR_OUTCOME_FAMILY] = c->release->family;
  op->v[ACR_OUTCOME_BEHAVIOR] = behavior;
  op->v[ACR_OUTCOME_LEVEL] = level >= 0 ? c->release->level_names[level] + 1 : 0;
  op->v[ACR_OUTCOME_RULE] = rule ? c->release->rule_names[rule - c->plan->rules] + 1 : 0;
  op->v[ACR_OUTCOME_COMPONENT] = name;
}

static bool earn(struct acr__case *c, const struct acr__earn *e) {
  struct acr__fact fact = c->fact;
  bool holds;
  int64_t points;
  struct acr__trace *trace = c->tally ? NULL : c->j->engine->trace;
  int first = c->j->engine->ops.count;
  if (!acr__narrow_fact(c, e->narrows, e->narrow_count, &fact, &holds)) return false;
  if (!holds && trace) acr__trace_earn(c, e, NULL, 0, first);
  if (!holds) return true;
  if (!acr__fact_amount(c, &fact, e->basis)) return false;
  if (!acr__points_per(fact.amount, &e->rate, &points)) return acr__fail(c->j, NULL, "base earning of this event is too large");
  if (points > 0 && !acr__add(c->base[e->account].points, points, &c->base[e->account].points))
    return acr__fail(c->j, NULL, "base earning of this event is too large");
  bool good = points <= 0 || acr__award(c, e->account, e->source, points, ACR_TIME_MAX);
  if (trace) acr__trace_earn(c, e, &fact, points, first);
  return good;
}

// The level that base earning goes by. What is judged again goes by the level that it went by, if that has base earning of its own.
static int level_name(const struct acr__case *c) {
  struct acr__standing then;
  if (c->kept) return c->kept->level - 1;
  const struct acr__standing *s = acr__late_standing(c, c->release->family, &then);
  int level = s ? acr__level_held(c, s->level) : -1;
  return level >= 0 ? c->release->level_names[level] : -1;
}

bool acr__base_earn(struct acr__case *c) {
  const struct acr__plan *plan = c->plan;
  const struct acr__earn *all = plan->base_earn;
  int by = level_name(c);
  c->j->cause = (struct acr__cause){c->chain, c->release, NULL};
  int count = plan->base_earn_count, level = -1;
  for (int i = 0; by >= 0 && i < plan->level_count; i++)
    if (c->release->level_names[i] == by && plan->levels[i].has_base_earn && acr__level_live(c->release, i)) {
      all = plan->levels[i].base_earn;
      count = plan->levels[i].base_earn_count;
      level = i;
    }
  c->base = ACR__NEW_N(c->j->arena, struct acr__base_points, plan->account_count + 1);
  for (int i = 0; i < plan->account_count; i++)
    c->base[i].account = plan->accounts[i].name;
  if (count && !c->tally) acr__outcome_op(c, ACR_BEHAVIOR_BASE, level, NULL, (acr__span){NULL, 0});
  for (int i = 0; i < count; i++)
    if (!earn(c, &all[i])) return false;
  return true;
}

// Contract 3.5: the lines of the rule's current-purchase conditions that hold; one letting a line through is enough, and of the
// shares that they take the largest counts.
static bool outcome_lines(struct acr__case *c, const struct acr__rule *rule, struct acr__fact *fact) {
  uint8_t *lines = NULL;
  int count = c->event->item_count;
  if (c->event->kind != ACR_EVENT_PURCHASE) return true;
  for (int n = 0; n < rule->tree_count; n++) {
    if (rule->tree[n].kind != ACR_NODE_COND) continue;
    const struct acr__cond_result *r = &c->results[rule->tree[n].cond];
    if (!r->truth || c->plan->conds[rule->tree[n].cond].over != ACR_OVER_CURRENT) continue;
    if (!acr__portion_most(&fact->portion, &r->portion))
      return acr__fail(c->j, NULL, "the shares that constraints take of this event are too fine");
    if (!r->narrowed) continue;
    if (!lines) lines = acr__arena_zalloc(c->j->arena, (size_t)count + 1);
    for (int i = 0; i < count; i++)
      lines[i] = lines[i] || !r->counts || r->counts[i];
  }
  if (lines) {
    fact->counts = lines;
    fact->narrowed = true;
  }
  return acr__fact_amount(c, fact, c->plan->amount_basis);
}

// What a return will be judged by: every condition over history, balance and member, and what was read.
static void keep(struct acr__case *c, const struct acr__rule *rule) {
  for (int n = 0; n < rule->tree_count; n++) {
    if (rule->tree[n].kind != ACR_NODE_COND) continue;
    const struct acr__cond_result *r = &c->results[rule->tree[n].cond];
    acr__reads_keep(c, rule->tree[n].cond, r->reads, r->read_count);
    if (c->plan->conds[rule->tree[n].cond].over == ACR_OVER_CURRENT) continue;
    struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_KEPT);
    op->v[ACR_KEPT_COND] = rule->tree[n].cond;
    op->v[ACR_KEPT_TRUTH] = r->truth;
    op->v[ACR_KEPT_MEASURED] = r->held ? r->held_measured : r->has_measured ? r->measured : 0;
    op->v[ACR_KEPT_FLAGS] = (r->has_measured ? 1 : 0) | (r->held ? 2 : 0);
    op->v[ACR_KEPT_BEFORE] = r->before;
  }
}

static bool unknown(struct acr__case *c, const char *what, acr__span name, const char *hint) {
  return acr__fail(c->j, NULL, acr__arena_printf(c->j->arena, "%s \"%.*s\" %s", what, (int)name.len, name.ptr, hint));
}

static bool in_program(struct acr__case *c, const struct acr__out *out) {
  struct acr__judgement *j = c->j;
  if (j->failed)
    j->failed = acr__arena_printf(j->arena, "%s (program \"%.*s\", %s)", j->failed, (int)c->plan->program.len, c->plan->program.ptr,
                                  out->path_text);
  return false;
}

static bool in_rule(struct acr__judgement *j, const struct acr__rule *rule) {
  j->failed = acr__arena_printf(j->arena, "rule \"%.*s\": %s", (int)rule->name.len, rule->name.ptr, j->failed ? j->failed : "failed");
  return false;
}

// A plugin that fails says so itself; what the core refuses of its effects is told as its doing.
static bool refused(struct acr__case *c, const struct acr__out *out) {
  const struct acr__component *by = out->component;
  if (c->j->failed)
    c->j->failed = acr__arena_printf(c->j->arena, "outcome %.*s: %.*s: %s", (int)by->name.len, by->name.ptr, (int)by->file.len,
                                     by->file.ptr, c->j->failed);
  return in_program(c, out);
}

bool acr__raised_refused(struct acr__case *c, const struct acr__derived *d) {
  if (!d->out) return false;
  refused(c, d->out);
  return in_rule(c->j, d->chain->rule);
}

static bool deposits(const struct acr__plan *plan, int source, int account) {
  const struct acr__plan_source *s = &plan->sources[source];
  return acr__types_have(s->accounts, s->account_count, account);
}

static int64_t spendable(struct acr__judgement *j, int account) {
  int count;
  int64_t points = 0;
  const struct acr__lot *lots = acr__lots_to_spend(j, &account, 1, &count);
  for (int i = 0; i < count; i++)
    points += lots[i].remaining;
  return points;
}

static bool move_points(struct acr__case *c, const struct acr__effect *e) {
  acr_engine *engine = c->j->engine;
  int account = acr__plan_account_find(c->plan, e->account);
  int64_t points = e->has_max && e->points > e->max ? e->max : e->points, taken;
  if (account < 0) return unknown(c, "account", e->account, "is none of this program");
  const struct acr__plan_account *a = &c->plan->accounts[account];
  int number = c->release->accounts[account];
  if (e->kind == ACR_EFFECT_AWARD) {
    int source = acr__plan_source_find(c->plan, e->source);
    if (source < 0) return unknown(c, "source", e->source, "is none of this program");
    if (!deposits(c->plan, source, account)) return unknown(c, "source", e->source, "is not linked to the account");
    return acr__award(c, account, source, points, e->has_expires ? e->expires : ACR_TIME_MAX);
  }
  bool spend = e->kind == ACR_EFFECT_SPEND;
  int sink = acr__name_number(engine, spend ? ACR__SPAN_LIT("spend") : ACR__SPAN_LIT("deduct"));
  if (spend && spendable(c->j, number) < points) {
    acr__clip(engine, number, sink, points, "points_short"); // a spend is whole or not at all
    return true;
  }
  acr__reason reason = spend ? ACR_REASON_SPEND : ACR_REASON_DEDUCT;
  if (!acr__debit(c->j, number, sink, points, !spend && a->allow_negative, reason, c->event->time, &taken)) return false;
  if (taken < points) acr__clip(engine, number, sink, points - taken, "points_short");
  return true;
}

static bool change_level(struct acr__case *c, const struct acr__effect *e) {
  struct acr__release *target = c->release;
  if (e->program.len && !acr__span_eq(e->program, c->plan->family) && !acr__span_eq(e->program, c->plan->program)) {
    target = NULL;
    for (int i = 0; i < c->j->release_count; i++)
      if (acr__span_eq(e->program, c->j->releases[i]->plan->program) || acr__span_eq(e->program, c->j->releases[i]->plan->family))
        target = c->j->releases[i];
    if (!target) return unknown(c, "program", e->program, "is not in force");
  }
  if (e->kind == ACR_EFFECT_LEAVE) return acr__move(c, target, -1);
  int level = acr__plan_level_find(target->plan, e->level);
  return level < 0 ? unknown(c, "level", e->level, "is none of the program") : acr__move(c, target, level);
}

static bool effect(struct acr__case *c, const struct acr__effect *e) {
  const char *problem;
  if (c->tally && e->kind == ACR_EFFECT_ISSUE_OFFER) return acr__computed_offer(c, e->offer, e->quantity);
  if (c->tally && e->kind != ACR_EFFECT_AWARD) return true;
  switch (e->kind) {
  case ACR_EFFECT_AWARD:
  case ACR_EFFECT_DEDUCT:
  case ACR_EFFECT_SPEND:
    return move_points(c, e);
  case ACR_EFFECT_TAG:
  case ACR_EFFECT_UNTAG:
    return acr__tag_effect(c, e);
  case ACR_EFFECT_CHANGE_LEVEL:
  case ACR_EFFECT_LEAVE:
    return change_level(c, e);
  case ACR_EFFECT_EMIT:
    return acr__emit(c, e);
  case ACR_EFFECT_ISSUE_OFFER:
  case ACR_EFFECT_PURCHASE_OFFER:
    if (acr__effect_offer(c, e, &problem)) return true;
    return problem ? unknown(c, "offer", e->offer, problem) : false;
  case ACR_EFFECT_GRANT_STORE:
  case ACR_EFFECT_REVOKE_STORE:
    if (acr__effect_store(c, e, &problem)) return true;
    return problem ? unknown(c, "reward store", e->store, problem) : false;
  case ACR_EFFECT_EXPIRE:
    if (acr__effect_expire(c, e, &problem)) return true;
    return problem ? unknown(c, "account", e->account, problem) : false;
  case ACR_EFFECT_WEBHOOK:
    return acr__effect_webhook(c, e);
  }
  return false;
}

static bool outcome(struct acr__case *c, const struct acr__rule *rule, const struct acr__out *out, const struct acr__fact *lines) {
  struct acr__fact fact = out->basis_purchase ? c->fact : *lines;
  struct acr__call call = acr__call_of(c);
  const struct acr__effect *effects;
  bool holds;
  int count;
  struct acr__trace *trace = c->tally ? NULL : c->j->engine->trace;
  int first = c->j->engine->ops.count;
  if (!acr__narrow_fact(c, out->narrows, out->narrow_count, &fact, &holds)) return false;
  if (!holds && trace) acr__trace_outcome(c, rule, out, NULL, first);
  if (!holds) return true;
  if (trace) acr__trace_hear(c);
  static const struct acr__base_points none = {{NULL, 0}, 0};
  fact.base = c->base ? c->base : &none; // entrance before the rules comes before base earning too
  fact.base_count = c->base ? c->plan->account_count : 0;
  if (!acr__reads_fetch(c, rule, -1 - out->position, &out->reads, &call)) return false;
  if (!c->tally) acr__reads_keep(c, -1 - out->position, call.reads, call.read_count);
  if (!acr__call_effects(&call, out->component, out->vars, &fact, &effects, &count)) {
    acr__fail(c->j, NULL, call.error);
    return in_program(c, out);
  }
  if (count && !c->tally) acr__outcome_op(c, rule->behavior, rule->level, rule, out->component->name);
  c->j->giving = out;
  for (int i = 0; i < count; i++)
    if (!effect(c, &effects[i])) return refused(c, out);
  c->j->giving = NULL;
  if (trace) acr__trace_outcome(c, rule, out, &fact, first);
  return true;
}

static bool give(struct acr__case *c, const struct acr__rule *rule, bool met, const struct acr__fact *lines) {
  c->j->cause = (struct acr__cause){c->chain, c->release, rule};
  acr__outcome_op(c, rule->behavior, rule->level, rule, (acr__span){NULL, 0}); // the rule fired, whatever it gives
  bool good = acr__fired_note(c, rule, met);
  keep(c, rule);
  for (int i = 0; i < rule->out_count && good; i++)
    good = rule->outs[i].on_unmet == met || outcome(c, rule, &rule->outs[i], lines);
  return good;
}

bool acr__rule_outcomes(struct acr__case *c, const struct acr__rule *rule, bool met) {
  struct acr__fact lines = c->fact;
  int times = 1;
  bool good = !met || acr__every_note(c, rule, &times); // what a limit cuts off is reached all the same
  if (c->j->engine->trace) acr__trace_gives(c, rule, met, times);
  if (rule->out_count && !(met ? rule->gives_met : rule->gives_unmet)) return good;
  good = good && outcome_lines(c, rule, &lines);
  // Domain L1: an entrance has moved the member whether or not the limit leaves its outcomes anything.
  while (good && times-- > 0 && acr__limit_left(c, rule) > 0)
    good = give(c, rule, met, &lines);
  return good || in_rule(c->j, rule);
}

bool acr__rule_tally(struct acr__case *c, const struct acr__rule *rule, bool met) {
  struct acr__fact lines = c->fact;
  bool good = outcome_lines(c, rule, &lines);
  for (int i = 0; i < rule->out_count && good; i++)
    good = rule->outs[i].on_unmet == met || outcome(c, rule, &rule->outs[i], &lines);
  return good || in_rule(c->j, rule);
}
