// Which facts a condition looks at: what its condition type says, narrowed by an event variable of its key phrase.
#include "program/compile.h"
#include <stdlib.h>

static int by_number(const void *a, const void *b) {
  int left = *(const int *)a, right = *(const int *)b;
  return (left > right) - (left < right);
}

// The event types that the variables name: of an event variable, or a set of events.
static const acr__span *named_events(const struct acr__vars *vars, int *count) {
  *count = 0;
  for (int i = 0; i < vars->component->var_count; i++) {
    const struct acr__var *var = &vars->component->vars[i];
    const struct acr__value *value = &vars->values[i];
    if (!value->present) continue;
    if (var->type == ACR_VAR_EVENT) {
      *count = 1;
      return &value->text;
    }
    if (var->type == ACR_VAR_SET && acr__span_is(var->of, "event")) {
      *count = value->list_count;
      return value->list;
    }
  }
  return NULL;
}

static bool may_name(const struct acr__component *phrase) {
  for (int i = 0; i < phrase->var_count; i++) {
    const struct acr__var *var = &phrase->vars[i];
    if (var->type == ACR_VAR_EVENT || (var->type == ACR_VAR_SET && acr__span_is(var->of, "event"))) return true;
  }
  return false;
}

static void take_types(struct acr__compile *ctx, const acr__span *names, int count, struct acr__facts *out) {
  int *types = ACR__NEW_N(ctx->arena, int, count + 1);
  for (int i = 0; i < count; i++) {
    if (acr__type_is_purchase(names[i])) continue;
    int type = acr__type_add(ctx, names[i]);
    bool known = false;
    for (int j = 0; j < out->type_count; j++) known = known || types[j] == type;
    if (!known) types[out->type_count++] = type;
  }
  if (out->type_count) qsort(types, (size_t)out->type_count, sizeof *types, by_number);
  out->types = types;
}

static bool read_custom(struct acr__compile *ctx, const struct acr__component *type, const struct acr__vars *vars, const acr__node *node,
                        const acr__span *listed, int listed_count, bool any, struct acr__facts *out) {
  int named_count;
  const acr__span *named = named_events(vars, &named_count);
  if (named_count == 0) {
    if (!any) take_types(ctx, listed, listed_count, out);
    return true;
  }
  bool good = true;
  for (int i = 0; !any && i < named_count; i++) {
    if (acr__in_names(listed, listed_count, named[i]) || (out->purchase && acr__type_is_purchase(named[i]))) continue;
    acr__fault_unknown(ctx, node, acr__arena_printf(ctx->arena, "event type of condition type `%s`", acr__quote(ctx, type->name)), named[i],
                       listed, listed_count);
    good = false;
  }
  take_types(ctx, named, named_count, out);
  return good;
}

// Where a condition type has purchases beside events, the events that a key phrase names say which: `purchase` among them means
// purchases, any other that event. A history whose key phrase could name one and does not is of purchases.
static void choose_kind(const struct acr__vars *vars, bool history, struct acr__facts *out) {
  int count, purchases = 0;
  const acr__span *named = named_events(vars, &count);
  for (int i = 0; i < count; i++) purchases += acr__type_is_purchase(named[i]);
  if (!out->purchase || !out->custom || (count == 0 && !(history && may_name(vars->component)))) return;
  out->purchase = purchases > 0 || count == 0;
  out->custom = purchases < count;
}

// What the core raises when it moved points.
static const acr__raised movements[] = {ACR_RAISED_POINTS_EARNED, ACR_RAISED_POINTS_SPENT, ACR_RAISED_POINTS_EXPIRED};

bool acr__moves_points(acr__span type) {
  for (int i = 0; i < ACR_COUNT(movements); i++) {
    if (acr__span_eq(type, acr__raised_type(movements[i]))) return true;
  }
  return false;
}

bool acr__facts_read(struct acr__compile *ctx, const struct acr__component *type, const struct acr__vars *vars, const acr__node *node,
                     struct acr__facts *out) {
  *out = (struct acr__facts){0};
  if (type->over != ACR_OVER_CURRENT && type->over != ACR_OVER_HISTORY) return true;
  acr__span *listed = ACR__NEW_N(ctx->arena, acr__span, type->fact_count + ACR_COUNT(movements));
  int listed_count = 0;
  bool any = false;
  for (int i = 0; i < type->fact_count; i++) {
    if (acr__span_is(type->facts[i], "purchase")) out->purchase = true;
    else if (acr__span_is(type->facts[i], "points")) out->points = true;
    else if (acr__span_is(type->facts[i], "*")) any = true;
    else listed[listed_count++] = type->facts[i];
  }
  for (int i = 0; out->points && type->over == ACR_OVER_CURRENT && i < ACR_COUNT(movements); i++)
    listed[listed_count++] = acr__raised_type(movements[i]);
  out->custom = any || listed_count > 0;
  choose_kind(vars, type->over == ACR_OVER_HISTORY, out);
  return !out->custom || read_custom(ctx, type, vars, node, listed, listed_count, any, out);
}
