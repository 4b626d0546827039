// Outcomes of a rule, in the order in which they are given.
#include "program/lint.h"
#include "program/sentence.h"
#include <stdlib.h>

static const struct acr__field_rule outcome_fields[] = {
  {"outcome", NULL}, {"rank", NULL}, {"constraints", NULL}, {"basis", NULL}, {"on", NULL}, {"limit", "its rule"},
  {"every", "a condition over history"},
};
enum { RANK_MAX = 1000000 };

static int by_rank(const void *a, const void *b) {
  const struct acr__out *left = a, *right = b;
  if (left->rank != right->rank) return left->rank < right->rank ? -1 : 1;
  return left->position - right->position;
}

static const struct acr__component *find_outcome(struct acr__compile *ctx, const acr__node *node, acr__behavior behavior) {
  const acr__node *named = acr__key_field(ctx, node, "outcome", "an outcome");
  acr__span name = {0};
  if (acr__node_kind(node) != ACR_JSON_OBJECT) {
    acr__fault(ctx, node, "type", "found %s, wanted an outcome as an object", acr__show(ctx, node));
    return NULL;
  }
  if (!named) acr__fault(ctx, node, "missing", "`outcome` is missing: the name of what the rule does");
  if (!named || !acr__text_read(ctx, named, "an outcome's name", &name)) return NULL;
  const struct acr__component *outcome = acr__template_find(ctx->tpl, ACR_OUTCOME, name);
  const char *quoted = acr__quote(ctx, name), *where = acr__behavior_name(behavior);
  if (!outcome && acr__is_broken(ctx, ACR_OUTCOME, name)) return NULL;
  if (!outcome) {
    acr__span nearest = acr__template_nearest(ctx->tpl, ACR_OUTCOME, name);
    acr__fault_unknown(ctx, named, "outcome", name, &nearest, nearest.ptr ? 1 : 0);
    return NULL;
  }
  if (outcome->behavior_count && !acr__in_names(outcome->behaviors, outcome->behavior_count, acr__span_of(where))) {
    acr__fault(ctx, named, "outcome_not_allowed", "outcome `%s` may not stand in `%s` rules", quoted, where);
  }
  acr__warn_deprecated(ctx, named, outcome);
  return outcome;
}

static void read_common(struct acr__compile *ctx, const acr__node *node, acr__behavior behavior, struct acr__out *out) {
  const acr__node *rank_node = acr__node_get(node, "rank"), *on_node = acr__node_get(node, "on");
  int64_t rank = 0;
  if (acr__decimal_read(ctx, rank_node, "rank", 0, &rank) && (rank < -RANK_MAX || rank > RANK_MAX)) {
    acr__fault(ctx, rank_node, "range", "found %s for `rank`, wanted %d to %d", acr__show(ctx, rank_node), -RANK_MAX, RANK_MAX);
  }
  out->rank = (int)rank;
  static const char *const on_words[] = {"met", "unmet"}, *const basis_words[] = {"purchase"};
  int on = behavior == ACR_BEHAVIOR_MAINTENANCE && acr__span_is(out->component->name, "points_expiration"), basis = 0; // domain P9
  acr__word_read(ctx, on_node, "on", on_words, 2, &on);
  out->on_unmet = on == 1;
  const acr__node *basis_node = acr__node_get(node, "basis");
  out->basis_purchase = basis_node && acr__word_read(ctx, basis_node, "basis", basis_words, 1, &basis);
}

static void read_narrows(struct acr__compile *ctx, const acr__node *node, acr__behavior behavior, struct acr__out *out,
                         struct acr__list *held) {
  acr__narrows_read(ctx, acr__node_get(node, "constraints"), held);
  struct acr__narrow *narrows = ACR__NEW_N(ctx->arena, struct acr__narrow, held->count + 1);
  for (int i = 0; i < held->count; i++) {
    const struct acr__held *one = ACR__AT(held, struct acr__held, i);
    if (!acr__narrow_fits_current(ctx, one->narrow.component, behavior)) {
      acr__fault_narrow(ctx, one, acr__arena_printf(ctx->arena, "the current event of `%s` rules", acr__behavior_name(behavior)));
    }
    narrows[i] = one->narrow;
  }
  out->narrows = narrows;
  out->narrow_count = held->count;
}

// An outcome with one account and one source deposits from the one into the other.
static void check_deposit(struct acr__compile *ctx, const struct acr__vars *vars) {
  int account = acr__var_of_type(vars->component, ACR_VAR_ACCOUNT), source = acr__var_of_type(vars->component, ACR_VAR_SOURCE);
  if (account < 0 || source < 0 || !vars->values[account].present || !vars->values[source].present) return;
  int into = acr__plan_account_find(ctx->plan, vars->values[account].text),
      from = acr__plan_source_find(ctx->plan, vars->values[source].text);
  if (into >= 0 && from >= 0) acr__deposit_check(ctx, vars->nodes[source], from, into);
}

static void read_outcome(struct acr__compile *ctx, const acr__node *node, const struct acr__building *rule, struct acr__out *out) {
  acr__behavior behavior = rule->behavior;
  int faults = ctx->diag->faults;
  const struct acr__component *outcome = find_outcome(ctx, node, behavior);
  if (!outcome) return;
  const char *what = acr__arena_printf(ctx->arena, "outcome `%s`", acr__quote(ctx, outcome->name));
  acr__fields_check(ctx, node, what, outcome_fields, ACR_COUNT(outcome_fields), outcome);
  out->component = outcome;
  out->path_text = acr__path_text(ctx, node);
  read_common(ctx, node, behavior, out);
  struct acr__list held = {0};
  read_narrows(ctx, node, behavior, out, &held);
  struct acr__vars vars;
  if (!acr__vars_read(ctx, outcome, node, NULL, node, &vars)) return;
  check_deposit(ctx, &vars);
  acr__offer_check(ctx, &vars);
  acr__note_outcome(ctx, &vars, node);
  bool bound = ctx->diag->faults == faults && acr__vars_bind(ctx, &vars, node, &out->vars);
  if (bound) acr__reads_read(ctx, rule, &vars, out->vars, node, &out->reads);
  out->sentence = acr__sentence_narrowed(ctx, acr__sentence(ctx, &vars, NULL), held.items, held.count);
}

void acr__outcomes_read(struct acr__compile *ctx, const acr__node *node, const struct acr__building *building, struct acr__rule *rule) {
  if (node && acr__node_kind(node) != ACR_JSON_ARRAY) {
    acr__fault(ctx, node, "type", "found %s, wanted a list of outcomes", acr__show(ctx, node));
    return;
  }
  struct acr__out *outs = ACR__NEW_N(ctx->arena, struct acr__out, acr__node_count(node) + 1);
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    outs[rule->out_count].position = rule->out_count;
    struct acr__out *out = &outs[rule->out_count++];
    read_outcome(ctx, at, building, out);
    rule->gives_met = rule->gives_met || !out->on_unmet;
    rule->gives_unmet = rule->gives_unmet || out->on_unmet;
  }
  qsort(outs, (size_t)rule->out_count, sizeof *outs, by_rank);
  rule->outs = outs;
}
