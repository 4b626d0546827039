// Constraints in use: read, bound, and matched with condition types.
#include "program/sentence.h"

static bool is_kind(acr__json_kind kind, const acr__node *node) {
  return acr__node_kind(node) == kind;
}

// May the value of this variable be a list, or an object, as written?
static bool takes_list(const struct acr__var *var) {
  return var->type == ACR_VAR_SET || var->type == ACR_VAR_DAYS || var->type == ACR_VAR_SLOTS;
}

static bool takes_object(const struct acr__var *var) {
  return var->type == ACR_VAR_TIMEFRAME || var->type == ACR_VAR_CATALOG || (var->type == ACR_VAR_SET && acr__span_is(var->of, "store"));
}

// A constraint with one variable may be given that variable's value in place of an object of variables.
static bool is_bare(const struct acr__component *constraint, const acr__node *node) {
  if (constraint->var_count != 1) return false;
  if (!is_kind(ACR_JSON_OBJECT, node)) return true;
  return takes_object(&constraint->vars[0]) && !acr__node_get_span(node, constraint->vars[0].name);
}

static bool has_account(const struct acr__vars *vars) {
  for (int i = 0; i < vars->component->var_count; i++) {
    const struct acr__var *var = &vars->component->vars[i];
    bool names = var->type == ACR_VAR_ACCOUNT || (var->type == ACR_VAR_SET && acr__span_is(var->of, "account"));
    if (names && vars->values[i].present) return true;
  }
  return false;
}

static bool slides(const struct acr__component *constraint, const struct acr__vars *vars) {
  if (!(constraint->functions & ACR_HAS_WINDOW)) return false;
  int frame = acr__var_of_type(constraint, ACR_VAR_TIMEFRAME); // a window without one is the constraint's own, and may do anything
  return frame < 0 || !vars->values[frame].present || acr__frame_slides(vars->values[frame].timeframe);
}

static bool asks_fired(const struct acr__component *constraint, const struct acr__vars *vars) {
  int frame = acr__var_of_type(constraint, ACR_VAR_TIMEFRAME);
  return frame >= 0 && vars->values[frame].present && vars->values[frame].timeframe->since == ACR_SINCE_LAST_FIRED;
}

static void read_use(struct acr__compile *ctx, const struct acr__component *constraint, const acr__node *node, struct acr__list *held) {
  bool bare = is_bare(constraint, node), none = constraint->var_count == 0 && is_kind(ACR_JSON_TRUE, node);
  const char *what = acr__arena_printf(ctx->arena, "constraint `%s`", acr__quote(ctx, constraint->name));
  int faults = ctx->diag->faults;
  if (!bare && !none && !acr__fields_check(ctx, node, what, NULL, 0, constraint)) return;

  struct acr__vars *vars = ACR__NEW(ctx->arena, struct acr__vars);
  int handle = -1;
  bool good = acr__vars_read(ctx, constraint, node, bare ? node : NULL, node, vars);
  if (good && ctx->diag->faults == faults) acr__vars_bind(ctx, vars, node, &handle);
  acr__buf key = {0};
  if (good) acr__vars_key(&key, vars, NULL);
  *ACR__PUSH(ctx->arena, held, struct acr__held) = (struct acr__held){
      .vars = good ? vars : NULL,
      .narrow = {.component = constraint, .vars = handle},
      .node = node,
      .key = acr__arena_span(ctx->arena, (acr__span){(const char *)key.ptr, key.len}),
      .names_account = good && has_account(vars),
      .slides = good && slides(constraint, vars),
      .asks_fired = good && asks_fired(constraint, vars),
      .sentence = good ? acr__sentence(ctx, vars, NULL) : (acr__span){0},
  };
  struct acr__held *made = ACR__AT(held, struct acr__held, held->count - 1);
  made->narrow.sentence = made->sentence;
  acr__buf_free(&key);
}

// A list is a list of uses, unless it is the value of the only variable.
static bool is_list_of_uses(const struct acr__component *constraint, const acr__node *node) {
  if (!is_kind(ACR_JSON_ARRAY, node)) return false;
  if (constraint->var_count != 1 || !takes_list(&constraint->vars[0])) return true;
  return is_kind(ACR_JSON_OBJECT, acr__node_first(node)) || is_kind(ACR_JSON_ARRAY, acr__node_first(node));
}

static void read_named(struct acr__compile *ctx, const acr__node *node, struct acr__list *held) {
  acr__span name = acr__node_key(node);
  const struct acr__component *constraint = acr__template_find(ctx->tpl, ACR_CONSTRAINT, name);
  if (!constraint && acr__is_broken(ctx, ACR_CONSTRAINT, name)) return;
  if (!constraint) {
    acr__span nearest = acr__template_nearest(ctx->tpl, ACR_CONSTRAINT, name);
    acr__fault_unknown(ctx, node, "constraint", name, &nearest, nearest.ptr ? 1 : 0);
    return;
  }
  acr__warn_deprecated(ctx, node, constraint);
  bool uses = is_list_of_uses(constraint, node);
  if (uses && acr__node_count(node) == 0)
    acr__fault(ctx, node, "missing", "found an empty list, wanted variables of constraint `%s`", acr__quote(ctx, name));
  for (const acr__node *at = uses ? acr__node_first(node) : node; at; at = uses ? acr__node_next(at) : NULL) {
    read_use(ctx, constraint, at, held);
  }
}

void acr__narrows_read(struct acr__compile *ctx, const acr__node *node, struct acr__list *held) {
  if (!node) return;
  if (!is_kind(ACR_JSON_OBJECT, node)) {
    acr__fault(ctx, node, "type", "found %s, wanted constraints by name as an object", acr__show(ctx, node));
    return;
  }
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at))
    read_named(ctx, at, held);
}

// A template's own constraint names inherited condition types, and its own condition type names inherited constraints.
bool acr__narrow_fits(const struct acr__component *constraint, const struct acr__component *type) {
  return acr__in_names(constraint->conditions, constraint->condition_count, type->name) ||
         acr__in_names(type->constraints, type->constraint_count, constraint->name);
}

static bool has_fact(const struct acr__component *type, const char *fact) {
  for (int i = 0; i < type->fact_count; i++) {
    if (acr__span_is(type->facts[i], fact)) return true;
  }
  return false;
}

// What the constraint does that the condition type has nothing for; NULL when it has.
static const char *out_of_place(const struct acr__component *constraint, const struct acr__component *type) {
  bool facts = type->over == ACR_OVER_CURRENT || type->over == ACR_OVER_HISTORY;
  bool purchases = facts && has_fact(type, "purchase"), points = facts && has_fact(type, "points");
  if (constraint->functions & ACR_HAS_ACCEPTS_ITEM) return purchases ? NULL : "narrows the lines of a purchase";
  if (constraint->functions & ACR_HAS_PORTION) return purchases || points ? NULL : "takes a share of a purchase or of points";
  if (constraint->functions & ACR_HAS_RATE) return NULL; // those over history only are told of by themselves
  bool takes = facts || (type->over == ACR_OVER_BALANCE && (constraint->functions & ACR_HAS_ACCEPTS));
  return takes ? NULL : "narrows facts";
}

bool acr__narrow_works(struct acr__compile *ctx, const struct acr__held *held, const struct acr__component *type) {
  const struct acr__component *constraint = held->narrow.component;
  const char *what = out_of_place(constraint, type);
  if (!what) return true;
  acr__fault(ctx, held->node, "constraint_not_allowed", "constraint `%s` %s, which condition type `%s` does not look at",
             acr__quote(ctx, constraint->name), what, acr__quote(ctx, type->name));
  return false;
}

bool acr__narrow_applies(const struct acr__component *constraint, const struct acr__component *type) {
  return acr__narrow_fits(constraint, type) && !out_of_place(constraint, type);
}

static bool looks_at(const struct acr__component *type, acr__behavior behavior) {
  if (behavior != ACR_BEHAVIOR_PURCHASE && behavior != ACR_BEHAVIOR_EVENT) return true;
  for (int i = 0; i < type->fact_count; i++) {
    bool purchase = acr__span_is(type->facts[i], "purchase"), points = acr__span_is(type->facts[i], "points");
    if (behavior == ACR_BEHAVIOR_PURCHASE ? purchase : !purchase && !points) return true;
  }
  return false;
}

bool acr__narrow_fits_current(const struct acr__compile *ctx, const struct acr__component *constraint, acr__behavior behavior) {
  for (int i = 0; i < ctx->tpl->component_count && !(constraint->functions & ACR_HAS_RATE); i++) {
    const struct acr__component *type = &ctx->tpl->components[i];
    bool current = type->kind == ACR_CONDITION_TYPE && type->over == ACR_OVER_CURRENT;
    if (current && looks_at(type, behavior) && acr__narrow_applies(constraint, type)) return true;
  }
  return false;
}

void acr__fault_narrow(struct acr__compile *ctx, const struct acr__held *held, const char *where) {
  const struct acr__component *constraint = held->narrow.component;
  acr__buf goes = {0};
  for (int i = 0; i < constraint->condition_count; i++) {
    acr__buf_printf(&goes, "%s`%s`", i ? ", " : "", acr__quote(ctx, constraint->conditions[i]));
  }
  acr__fault(ctx, held->node, "constraint_not_allowed", "constraint `%s` does not go with %s; it goes with %.*s",
             acr__quote(ctx, constraint->name), where, (int)goes.len, (const char *)goes.ptr);
  acr__buf_free(&goes);
}
