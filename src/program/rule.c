// Rules: their conditions, outcomes and terms.
#include "program/lint.h"
#include <stdlib.h>

static const struct acr__field_rule rule_fields[] = {
  {"rule", NULL}, {"id", NULL}, {"description", NULL}, {"when", NULL}, {"outcomes", NULL},
  {"limit", NULL}, {"from", NULL}, {"until", NULL},
};

// ---- One rule

static void check_trigger(struct acr__compile *ctx, const acr__node *node, const struct acr__building *building) {
  if (building->behavior == ACR_BEHAVIOR_PURCHASE && !building->wakes_purchase) {
    acr__fault(ctx, node, "no_trigger",
               "nothing wakes this purchase rule: it needs a condition over the current purchase, such as `make_a_purchase`");
  }
  if (building->behavior == ACR_BEHAVIOR_EVENT && !building->wakes_custom) {
    acr__fault(ctx, node, "no_trigger",
               "nothing wakes this event rule: it needs a condition over a current event, such as `trigger_an_event`");
  }
}

static int by_number(const void *a, const void *b) {
  int left = *(const int *)a, right = *(const int *)b;
  return (left > right) - (left < right);
}

static void take_types(struct acr__building *building, struct acr__rule *rule) {
  if (building->behavior != ACR_BEHAVIOR_EVENT || building->wakes_any) return;
  rule->types = building->types.items;
  rule->type_count = building->types.count;
  if (rule->type_count > 1) qsort(building->types.items, (size_t)building->types.count, sizeof(int), by_number);
}

static bool narrows_the_fact(const struct acr__cond *cond) {
  static const char *const names[] = {"catalog", "store", "channel", "payment_type", "check_size", "context"};
  for (int i = 0; i < cond->narrow_count; i++) {
    for (int j = 0; j < ACR_COUNT(names); j++) {
      if (acr__span_is(cond->narrows[i].component->name, names[j])) return true;
    }
  }
  return false;
}

// May what wakes the rule be a fact of the series? Of events each says so by its own type.
static bool same_kind(const struct acr__rule *rule, const struct acr__series *series) {
  if (rule->behavior == ACR_BEHAVIOR_PURCHASE) return acr__series_is_of(series, ACR_FACT_PURCHASE);
  return rule->behavior == ACR_BEHAVIOR_EVENT && acr__series_is_of(series, ACR_FACT_CUSTOM);
}

// Contract 4: buying shoes does not fire a rule about coats.
static void mark_same_facts(struct acr__compile *ctx, const struct acr__rule *rule, int first_cond) {
  for (int i = first_cond; i < ctx->conds.count; i++) {
    struct acr__cond *cond = ACR__AT(&ctx->conds, struct acr__cond, i);
    if (cond->over != ACR_OVER_HISTORY || cond->is_read || !cond->include_current || !narrows_the_fact(cond)) continue;
    cond->same_facts = same_kind(rule, ACR__AT(&ctx->series, struct acr__series, cond->series));
  }
}

static void read_when(struct acr__compile *ctx, const acr__node *node, struct acr__building *building, struct acr__rule *rule) {
  const acr__node *when = acr__node_get(node, "when");
  int faults = ctx->diag->faults, first_cond = ctx->conds.count;
  if (!when) {
    acr__fault(ctx, node, "missing", "`when` is missing: the conditions of the rule%s",
               building->behavior == ACR_BEHAVIOR_ENTRANCE || building->behavior == ACR_BEHAVIOR_MAINTENANCE ? ", or \"no rules\"" : "");
    return;
  }
  if (acr__node_kind(when) == ACR_JSON_STRING && acr__span_is(acr__node_text(when), "no rules")) {
    rule->no_rules = true;
    if (building->behavior == ACR_BEHAVIOR_PURCHASE || building->behavior == ACR_BEHAVIOR_EVENT) {
      acr__fault(ctx, when, "no_rules", "\"no rules\" may stand in entrance and maintenance only, not in `%s`",
                 acr__behavior_name(building->behavior));
    } else if (building->behavior == ACR_BEHAVIOR_ENTRANCE && building->level > 0) {
      acr__warn(ctx, when, "no_rules", "everyone rises to level `%s`: its entrance has \"no rules\"",
                acr__quote(ctx, ctx->plan->levels[building->level].name));
    }
    return;
  }
  acr__tree_read(ctx, building, when);
  if (ctx->diag->faults == faults && !ctx->gaps) check_trigger(ctx, when, building);
  rule->tree = building->tree.items;
  rule->tree_count = building->tree.count;
  take_types(building, rule);
  mark_same_facts(ctx, rule, first_cond);
  int every = 0;
  for (int i = first_cond; i < ctx->conds.count; i++)
    every += ACR__AT(&ctx->conds, struct acr__cond, i)->every;
  if (every > 1) {
    acr__fault(ctx, when, "every", "found %d conditions that give the outcomes once per multiple; a rule may have one", every);
  }
}

static void read_rule(struct acr__compile *ctx, const acr__node *node, struct acr__building building, struct acr__rule *rule,
                      bool *own_id) {
  rule->behavior = building.behavior;
  rule->level = building.level;
  if (!acr__fields_check(ctx, node, "a rule", rule_fields, ACR_COUNT(rule_fields), NULL)) return;
  const acr__node *name = acr__node_get(node, "rule"), *id = acr__node_get(node, "id"), *outcomes = acr__node_get(node, "outcomes");
  acr__span description = {0};
  if (!name) acr__fault(ctx, node, "missing", "`rule` is missing: the name of the rule");
  acr__name_read(ctx, name, "a rule's name", &rule->name);
  rule->id = rule->name;
  acr__name_read(ctx, id, "a rule's id", &rule->id);
  *own_id = id != NULL;
  building.id = rule->id;
  acr__text_read(ctx, acr__node_get(node, "description"), "a description", &description);
  read_when(ctx, node, &building, rule);
  acr__outcomes_read(ctx, outcomes, &building, rule);
  acr__rule_terms_read(ctx, node, rule);
  bool gives = building.behavior != ACR_BEHAVIOR_PURCHASE && building.behavior != ACR_BEHAVIOR_EVENT;
  if (!gives && rule->out_count == 0)
    acr__warn(ctx, node, "no_outcomes", "rule `%s` has no outcomes: it does nothing", acr__quote(ctx, rule->name));
}

static void check_id(struct acr__compile *ctx, const acr__node *node, const struct acr__list *indexes, const struct acr__rule *rule) {
  for (int i = 0; rule->id.len && i < indexes->count; i++) {
    const struct acr__rule *other = ACR__AT(&ctx->rules, struct acr__rule, *ACR__AT(indexes, int, i));
    if (!acr__span_eq(other->id, rule->id)) continue;
    acr__fault(ctx, node, "duplicate", "two rules of this list have the id `%s`; give one an `id` of its own", acr__quote(ctx, rule->id));
    return;
  }
}

void acr__rules_read(struct acr__compile *ctx, const acr__node *node, acr__behavior behavior, int level, struct acr__list *indexes) {
  if (!node) return;
  if (acr__node_kind(node) != ACR_JSON_ARRAY) {
    acr__fault(ctx, node, "type", "found %s, wanted a list of rules for `%s`", acr__show(ctx, node), acr__behavior_name(behavior));
    return;
  }
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    struct acr__use use;
    if (!acr__use_read(ctx, at, &use)) continue;
    if (ctx->rules.count == ACR_RULES_MAX) {
      acr__fault(ctx, at, "limit", "more than %d rules in a program", ACR_RULES_MAX);
      return;
    }
    struct acr__rule rule = {.index = indexes->count};
    const struct acr__doc *program = ctx->doc;
    int faults = ctx->diag->faults;
    bool own_id = false;
    if (use.doc) ctx->doc = use.doc;
    read_rule(ctx, use.doc ? acr__json_root(use.doc->json) : at, (struct acr__building){.behavior = behavior, .level = level}, &rule,
              &own_id);
    ctx->doc = program;
    if (use.doc) use.doc->faulty = ctx->diag->faults != faults;
    if (acr__name_read(ctx, use.name, "a rule's name", &rule.name) && use.name && !own_id) rule.id = rule.name;
    acr__limit_read(ctx, use.limit, &rule.limit);
    acr__use_note(ctx, &use, &rule);
    check_id(ctx, at, indexes, &rule);
    acr__mark_rule(ctx, at);
    *ACR__PUSH(ctx->arena, &ctx->rules, struct acr__rule) = rule;
    *ACR__PUSH(ctx->arena, indexes, int) = ctx->rules.count - 1;
  }
}
