// Conditions and trees. Everything is evaluated against one snapshot; nothing here has an effect. All operands are looked at
// (domain B6): what a plugin does never depends on the order in which an author wrote them.
#include "engine/profile.h"
#include "engine/raise.h"
#include "engine/reads.h"
#include "engine/returned.h"
#include "engine/trace.h"
#include "engine/window.h"
#include "script/seen.h"

bool acr__compare(acr__wide value, acr__operator op, acr__wide number) {
  switch (op) {
  case ACR_OP_GE:
    return value >= number;
  case ACR_OP_GT:
    return value > number;
  case ACR_OP_EQ:
    return value == number;
  case ACR_OP_LE:
    return value <= number;
  case ACR_OP_LT:
    break;
  }
  return value < number;
}

// Measures one fact by the condition's key phrase: truth, and what was measured.
static bool measure(struct acr__case *c, const struct acr__cond *cond, const struct acr__rule *rule, const struct acr__fact *fact,
                    struct acr__cond_result *out) {
  bool nil = false;
  int64_t value = 0;
  if (cond->phrase->functions & ACR_HAS_TEST) {
    struct acr__call call = acr__call_of(c);
    if (!acr__reads_fetch(c, rule, (int)(cond - c->plan->conds), &cond->reads, &call)) return false;
    out->reads = call.reads;
    out->read_count = call.read_count;
    if (!acr__call_test(&call, cond->phrase, cond->vars, fact, &out->truth, &out->measured, &out->has_measured))
      return acr__fail(c->j, NULL, call.error);
    return true;
  }
  bool different = cond->phrase->aggregate == ACR_AGG_DISTINCT || cond->phrase->aggregate == ACR_AGG_NEW;
  if (different && !cond->has_path) { // of one fact: how many it has
    const int64_t *values;
    int count;
    if (!acr__different_values(c, cond->phrase, cond->vars, fact, &values, &count)) return false;
    value = count;
  } else if (cond->has_path) {
    if (!acr__path_value(&cond->path, fact, &value, &nil)) return acr__fail(c->j, NULL, "a sum over the lines of this event is too large");
  } else {
    struct acr__call call = acr__call_of(c);
    if (!acr__call_value(&call, cond->phrase, cond->vars, fact, &value, &nil)) return acr__fail(c->j, NULL, call.error);
  }
  if (nil) return true; // nothing was measured: false
  if (!acr__mul(value, cond->value_mul, &value)) return acr__fail(c->j, NULL, "a measured value is too large");
  out->measured = value;
  out->has_measured = true;
  out->truth = !cond->has_operator || acr__compare(value, cond->op, cond->number);
  return true;
}

bool acr__looks_at(const struct acr__case *c, const struct acr__cond *cond) {
  if (c->event->kind == ACR_EVENT_PURCHASE) return cond->is_purchase;
  return cond->is_custom && (!cond->type_count || acr__types_have(cond->types, cond->type_count, c->type));
}

static bool current(struct acr__case *c, const struct acr__cond *cond, const struct acr__rule *rule, struct acr__cond_result *out) {
  if (!acr__looks_at(c, cond)) return true;
  struct acr__fact own, *fact = &c->fact; // whole, where nothing is asked of it
  if (cond->narrow_count || cond->is_movement) {
    bool holds;
    own = c->fact;
    fact = &own;
    if (cond->is_movement && !acr__movement_of(c, cond, fact)) return true;
    if (!acr__narrow_fact(c, cond->narrows, cond->narrow_count, fact, &holds)) return false;
    if (!holds) return true;
  }
  fact->zone = acr__zone_of(c);
  out->narrowed = fact->narrowed;
  out->counts = fact->counts;
  out->portion = fact->portion;
  return measure(c, cond, rule, fact, out);
}

static bool balance(struct acr__case *c, const struct acr__cond *cond, const struct acr__rule *rule, struct acr__cond_result *out) {
  int64_t sum = 0;
  for (int i = 0; i < cond->account_count; i++) {
    const struct acr__plan_account *account = &c->plan->accounts[cond->accounts[i]];
    int64_t points = acr__balance_seen(c, cond->accounts[i]);
    if (!acr__mul(points, acr__pow10(c->plan->points_scale - account->decimals), &points) || !acr__add(sum, points, &sum))
      return acr__fail(c->j, NULL, "a balance is too large");
  }
  struct acr__fact fact = {.kind = ACR_FACT_BALANCE, .time = c->event->time, .zone = acr__zone_of(c), .points = sum};
  return measure(c, cond, rule, &fact, out);
}

static bool member(struct acr__case *c, const struct acr__cond *cond, const struct acr__rule *rule, struct acr__cond_result *out) {
  struct acr__member_view view;
  acr__member_view_of(c, &view);
  struct acr__fact fact = {.kind = ACR_FACT_MEMBER, .time = c->event->time, .zone = acr__zone_of(c), .member = &view};
  return measure(c, cond, rule, &fact, out);
}

static bool condition(struct acr__case *c, int index, const struct acr__rule *rule, bool *truth) {
  const struct acr__cond *cond = &c->plan->conds[index];
  struct acr__cond_result *out = &c->results[index];
  bool good = true;
  *out = (struct acr__cond_result){0};
  if (c->kept && cond->over != ACR_OVER_CURRENT) {
    good = acr__kept_condition(c, index, rule, out);
    *truth = out->truth;
    return good;
  }
  switch (cond->over) {
  case ACR_OVER_CURRENT:
    good = current(c, cond, rule, out);
    break;
  case ACR_OVER_HISTORY:
    good = acr__history_measure(c, cond, rule, out);
    break;
  case ACR_OVER_BALANCE:
    good = balance(c, cond, rule, out);
    break;
  case ACR_OVER_MEMBER:
    good = member(c, cond, rule, out);
    break;
  }
  acr__seen(cond->phrase, out->truth);
  *truth = out->truth;
  return good;
}

static bool tree(struct acr__case *c, const struct acr__rule *rule, int node, bool *truth) {
  const struct acr__tree *t = &rule->tree[node];
  if (t->kind == ACR_NODE_COND) return condition(c, t->cond, rule, truth);
  bool all = true, any = false;
  for (int child = t->first_child; child >= 0; child = rule->tree[child].next) {
    bool held;
    if (!tree(c, rule, child, &held)) return false;
    all = all && held;
    any = any || held;
  }
  *truth = t->kind == ACR_NODE_ALL ? all : t->kind == ACR_NODE_ANY ? any : !any;
  return true;
}

bool acr__rule_holds(struct acr__case *c, const struct acr__rule *rule, bool *holds) {
  *holds = rule->no_rules;
  if (rule->no_rules || tree(c, rule, 0, holds)) {
    if (c->j->engine->trace) acr__trace_rule(c, rule, *holds);
    return true;
  }
  if (c->j->failed) // which rule it was
    c->j->failed = acr__arena_printf(c->j->arena, "rule \"%.*s\": %s", (int)rule->name.len, rule->name.ptr, c->j->failed);
  return false;
}
