// What a condition measures and what it compares that with, brought to one scale.
#include "base/num.h"
#include "program/compile.h"

static bool has_function(const struct acr__component *phrase) {
  return phrase->path.len == 0 && (phrase->functions & ACR_HAS_VALUE);
}

acr__aggregate acr__aggregate_of(const struct acr__component *phrase) {
  if (phrase->functions & ACR_HAS_TEST) return ACR_AGG_SUM; // of the facts that it holds for
  if (phrase->aggregate != ACR_AGG_NONE) return phrase->aggregate;
  return phrase->path.len || has_function(phrase) ? ACR_AGG_SUM : ACR_AGG_COUNT;
}

// ---- Path

static bool same_path(const struct acr__path *a, const struct acr__path *b) {
  return a->root == b->root && a->field == b->field && a->scale == b->scale && a->money == b->money && a->points == b->points;
}

// One path for every kind of fact that it will be read from.
static bool compile_path(struct acr__compile *ctx, const struct acr__facts *facts, const struct acr__component *phrase,
                         const acr__node *node, struct acr__path *out) {
  const struct acr__plan *plan = ctx->plan;
  const struct acr__schema **schemas = ACR__NEW_N(ctx->arena, const struct acr__schema *, facts->type_count + 3);
  int count = 0;
  if (facts->purchase) schemas[count++] = plan->purchase_schema;
  for (int i = 0; i < facts->type_count; i++) {
    acr__span type = *ACR__AT(&ctx->types, acr__span, facts->types[i]);
    if (!facts->points || !acr__moves_points(type)) schemas[count++] = acr__schema_of(ctx, type);
  }
  bool undeclared = facts->points || (facts->custom && facts->type_count == 0); // movements of points, or any custom event
  if (undeclared || count == 0) schemas[count++] = NULL;
  for (int i = 0; i < count; i++) {
    struct acr__path path = {0};
    char *message = NULL;
    bool good = acr__path_compile(ctx->arena, phrase->path, schemas[i], plan->currency_scale, &path, &message);
    if (!good) {
      acr__fault(ctx, node, "path", "key phrase `%s`: %s", acr__quote(ctx, phrase->name),
                 message ? message : "its path means nothing here");
      return false;
    }
    if (path.points) path.scale = plan->points_scale;
    if (i > 0 && !same_path(out, &path)) {
      acr__fault(ctx, node, "path", "key phrase `%s`: its path `%s` is not the same in every event type that it looks at",
                 acr__quote(ctx, phrase->name), acr__quote(ctx, phrase->path));
      return false;
    }
    *out = path;
  }
  return true;
}

// ---- Operator and number

// The one that the phrase itself names, or its operator; else the only numeric one.
int acr__compared_var(const struct acr__component *phrase) {
  int operator_var = acr__var_of_type(phrase, ACR_VAR_OPERATOR);
  acr__span of = operator_var >= 0 ? phrase->vars[operator_var].of : (acr__span){0};
  if (phrase->every.len) of = phrase->every;
  if (phrase->reaches.len) of = phrase->reaches;
  int found = -1, numeric = 0;
  for (int i = 0; i < phrase->var_count; i++) {
    if (of.len && acr__span_eq(phrase->vars[i].name, of)) return i;
    if (!acr__var_is_numeric(phrase->vars[i].type)) continue;
    numeric++;
    found = i;
  }
  return !of.len && numeric == 1 ? found : -1;
}

static bool to_one_scale(struct acr__compile *ctx, const acr__node *node, int measured_scale, struct acr__cond *cond) {
  int diff = cond->number_scale - measured_scale;
  if (diff >= 0) {
    cond->value_mul = acr__pow10(diff);
    return true;
  }
  if (!acr__mul(cond->number, acr__pow10(-diff), &cond->number)) {
    acr__fault(ctx, node, "range", "found %s, which is too large to be compared with", acr__show(ctx, node));
    return false;
  }
  cond->number_scale = measured_scale;
  return true;
}

// The operator of a test goes to Lua with the other variables; only a measured value is compared here.
static bool read_comparison(struct acr__compile *ctx, const struct acr__vars *vars, const acr__node *node, struct acr__cond *cond,
                            bool *skip) {
  const struct acr__component *phrase = vars->component;
  int operator_var = acr__var_of_type(phrase, ACR_VAR_OPERATOR), var = acr__compared_var(phrase);
  bool numeric = var >= 0 && acr__var_is_numeric(phrase->vars[var].type) && vars->values[var].present;
  cond->op = operator_var >= 0 ? (acr__operator)vars->values[operator_var].i : ACR_OP_GE;
  bool less = operator_var >= 0 && (cond->op == ACR_OP_LE || cond->op == ACR_OP_LT);
  if (numeric && less && vars->values[var].i == 0 && cond->over != ACR_OVER_BALANCE) {
    const acr__node *at = vars->nodes[var] ? vars->nodes[var] : node;
    acr__fault(ctx, at, "zero_less_than", "`%s` may not be zero with %s: nothing is less than that",
               acr__quote(ctx, phrase->vars[var].name), cond->op == ACR_OP_LE ? "`<=`" : "`<`");
    return false;
  }
  if (phrase->functions & ACR_HAS_TEST) { // over history it holds when some fact of the window passes
    cond->has_operator = cond->over == ACR_OVER_HISTORY;
    if (cond->has_operator) cond->op = ACR_OP_GE;
    if (!cond->every) cond->number = cond->has_operator;
    return true;
  }
  if (!numeric) {
    acr__fault(ctx, node, "missing", "key phrase `%s` measures a value, but has no numeric variable to compare it with",
               acr__quote(ctx, phrase->name));
    return false;
  }
  if (cond->every && vars->values[var].i <= 0) {
    acr__fault(ctx, vars->nodes[var] ? vars->nodes[var] : node, "range", "found %s for multiples to be reached, wanted more than 0",
               acr__show(ctx, vars->nodes[var]));
    return false;
  }
  cond->has_operator = true;
  cond->number = vars->values[var].i;
  cond->number_scale = vars->scales[var];
  if (operator_var >= 0) skip[operator_var] = true;
  skip[var] = true;
  return true;
}

bool acr__measured_read(struct acr__compile *ctx, const struct acr__facts *facts, const struct acr__vars *vars, const acr__node *node,
                        struct acr__cond *cond, bool *skip) {
  const struct acr__component *phrase = vars->component;
  int compared = acr__compared_var(phrase);
  for (int i = 0; i < phrase->var_count; i++)
    skip[i] = phrase->vars[i].type == ACR_VAR_TIMEFRAME || phrase->vars[i].type == ACR_VAR_OPERATOR || i == compared;
  if (!phrase->path.len) return true;
  cond->has_path = compile_path(ctx, facts, phrase, node, &cond->path);
  return cond->has_path;
}

bool acr__measure_read(struct acr__compile *ctx, const struct acr__facts *facts, const struct acr__vars *vars, const acr__node *node,
                       struct acr__cond *cond, bool *skip) {
  const struct acr__component *phrase = vars->component;
  for (int i = 0; i < phrase->var_count; i++) skip[i] = phrase->vars[i].type == ACR_VAR_TIMEFRAME;
  if (!read_comparison(ctx, vars, node, cond, skip)) return false;
  if (phrase->path.len && cond->over == ACR_OVER_MEMBER) {
    acr__fault(ctx, node, "path", "key phrase `%s`: a path is of a fact; a member is looked at by `test`", acr__quote(ctx, phrase->name));
    return false;
  }
  if (phrase->path.len) {
    if (!compile_path(ctx, facts, phrase, node, &cond->path)) return false;
    cond->has_path = true;
  }
  if (!cond->has_operator) return true;
  acr__aggregate aggregate = acr__aggregate_of(phrase);
  bool counted = cond->over == ACR_OVER_HISTORY && aggregate == ACR_AGG_COUNT;
  counted = counted || aggregate == ACR_AGG_DISTINCT || aggregate == ACR_AGG_NEW;
  int measured_scale = counted ? 0 : cond->has_path ? cond->path.scale : cond->number_scale;
  return to_one_scale(ctx, node, measured_scale, cond);
}
