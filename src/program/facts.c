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

static void take_types(struct acr__compile *ctx, const acr__span *names, int count, struct acr__facts *out) {
  int *types = ACR__NEW_N(ctx->arena, int, count + 1);
  for (int i = 0; i < count; i++) {
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
    if (acr__in_names(listed, listed_count, named[i])) continue;
    acr__fault_unknown(ctx, node, acr__arena_printf(ctx->arena, "event type of condition type `%s`", acr__quote(ctx, type->name)), named[i],
                       listed, listed_count);
    good = false;
  }
  take_types(ctx, named, named_count, out);
  return good;
}

// A history has facts of one kind. Where its condition type has purchases beside events, `purchase` named as the event means those,
// and no event named too.
static void choose_kind(const struct acr__vars *vars, struct acr__facts *out) {
  int count, purchases = 0;
  const acr__span *named = named_events(vars, &count);
  for (int i = 0; i < count; i++) purchases += acr__type_is_purchase(named[i]);
  if (!out->purchase || !out->custom || (purchases && purchases < count)) return;
  out->purchase = purchases == count;
  out->custom = !out->purchase;
}

bool acr__facts_read(struct acr__compile *ctx, const struct acr__component *type, const struct acr__vars *vars, const acr__node *node,
                     struct acr__facts *out) {
  *out = (struct acr__facts){0};
  if (type->over != ACR_OVER_CURRENT && type->over != ACR_OVER_HISTORY) return true;
  acr__span *listed = ACR__NEW_N(ctx->arena, acr__span, type->fact_count + 1);
  int listed_count = 0;
  bool any = false;
  for (int i = 0; i < type->fact_count; i++) {
    if (acr__span_is(type->facts[i], "purchase")) out->purchase = true;
    else if (acr__span_is(type->facts[i], "points")) out->points = true;
    else if (acr__span_is(type->facts[i], "*")) any = true;
    else listed[listed_count++] = type->facts[i];
  }
  out->custom = any || listed_count > 0;
  if (type->over == ACR_OVER_HISTORY) choose_kind(vars, out);
  const char *name = acr__quote(ctx, type->name);
  if (out->points && type->over == ACR_OVER_CURRENT) {
    acr__fault_later(ctx, node, acr__arena_printf(ctx->arena, "condition type `%s` (a points movement as the current event)", name));
    return false;
  }
  if (type->over == ACR_OVER_HISTORY && out->purchase + out->points + out->custom != 1) {
    acr__fault_later(ctx, node, acr__arena_printf(ctx->arena, "condition type `%s` (a history over several kinds of fact)", name));
    return false;
  }
  return !out->custom || read_custom(ctx, type, vars, node, listed, listed_count, any, out);
}
