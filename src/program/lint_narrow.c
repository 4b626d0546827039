// Constraints that let nothing through, alone or together.
#include "program/lint.h"

static int var_named(const struct acr__vars *vars, const char *name) {
  for (int i = 0; vars && i < vars->component->var_count; i++) {
    if (acr__span_is(vars->component->vars[i].name, name) && vars->values[i].present) return i;
  }
  return -1;
}

static bool within(const acr__span *some, int some_count, const acr__span *all, int all_count) {
  for (int i = 0; i < some_count; i++) {
    if (!acr__in_names(all, all_count, some[i])) return false;
  }
  return true;
}

static bool apart(const struct acr__value *a, const struct acr__value *b) {
  for (int i = 0; i < a->list_count; i++) {
    if (acr__in_names(b->list, b->list_count, a->list[i])) return false;
  }
  return true;
}

static void tell(struct acr__compile *ctx, const struct acr__mark *mark, const struct acr__held *held, const char *what) {
  acr__warn_at(ctx, mark->doc, held->node, "contradiction", "constraint `%s` lets nothing through: %s",
               acr__quote(ctx, held->narrow.component->name), what);
}

// Everything that is included is excluded again.
static bool all_excluded(const struct acr__held *held) {
  int in = var_named(held->vars, "include"), out = var_named(held->vars, "exclude");
  if (in < 0 || out < 0 || held->vars->component->vars[in].type != held->vars->component->vars[out].type) return false;
  const struct acr__value *include = &held->vars->values[in], *exclude = &held->vars->values[out];
  switch (held->vars->component->vars[in].type) {
  case ACR_VAR_SET:
    return within(include->list, include->list_count, exclude->list, exclude->list_count);
  case ACR_VAR_CATALOG:
    return within(include->categories, include->category_count, exclude->categories, exclude->category_count) &&
           within(include->items, include->item_count, exclude->items, exclude->item_count);
  default:
    return false;
  }
}

// A list without an entry, where only what is listed is let through.
static bool has_empty_list(const struct acr__held *held) {
  for (int i = 0; held->vars && i < held->vars->component->var_count; i++) {
    const struct acr__var *var = &held->vars->component->vars[i];
    bool list = var->type == ACR_VAR_SET || var->type == ACR_VAR_DAYS || var->type == ACR_VAR_SLOTS;
    if (list && held->vars->values[i].present && held->vars->values[i].list_count == 0 && !acr__span_is(var->name, "exclude")) return true;
  }
  return false;
}

// A fact has one store and one channel: two lists of them need a name in common.
static bool lists_apart(const struct acr__held *a, const struct acr__held *b) {
  if (a->narrow.component != b->narrow.component) return false;
  int one = var_named(a->vars, "include"), two = var_named(b->vars, "include");
  if (one < 0 || two < 0) return false;
  const struct acr__var *var = &a->vars->component->vars[one];
  bool single = var->type == ACR_VAR_SET && (acr__span_is(var->of, "store") || acr__span_is(var->of, "channel"));
  return single && apart(&a->vars->values[one], &b->vars->values[two]);
}

// ---- Fixed dates of the timeframes that a condition has

struct days {
  int64_t first, last;
};

static void cut(struct days *days, const acr__timeframe *frame) {
  if (!frame) return;
  if (frame->has_from && acr__days_of(frame->from) > days->first) days->first = acr__days_of(frame->from);
  if (frame->since == ACR_SINCE_DATE && acr__days_of(frame->since_date) > days->first) days->first = acr__days_of(frame->since_date);
  if (frame->has_to && acr__days_of(frame->to) < days->last) days->last = acr__days_of(frame->to);
}

static bool no_day(const struct acr__cond *cond, const struct acr__mark *mark) {
  struct days days = {INT64_MIN, INT64_MAX};
  cut(&days, cond->timeframe);
  for (int i = 0; i < mark->held_count; i++) {
    const struct acr__vars *vars = mark->held[i].vars;
    int var = vars ? acr__var_of_type(vars->component, ACR_VAR_TIMEFRAME) : -1;
    if (var >= 0 && vars->values[var].present) cut(&days, vars->values[var].timeframe);
  }
  return days.first > days.last;
}

bool acr__lint_constraints(struct acr__compile *ctx, const struct acr__cond *cond, const struct acr__mark *mark) {
  bool empty = false;
  for (int i = 0; i < mark->held_count; i++) {
    const struct acr__held *held = &mark->held[i];
    bool excluded = all_excluded(held), listed = has_empty_list(held);
    if (listed)
      tell(ctx, mark, held, "its list is empty; name what may pass, or leave the constraint out");
    else if (excluded)
      tell(ctx, mark, held, "all that it includes is excluded; take it from one of the lists");
    empty = empty || excluded || listed;
    for (int k = 0; k < i && !empty; k++) {
      if (!lists_apart(held, &mark->held[k])) continue;
      tell(ctx, mark, held, "it stands here twice, with no name in both lists; a group's constraints hold inside it too");
      empty = true;
    }
  }
  if (no_day(cond, mark)) {
    acr__warn_at(ctx, mark->doc, mark->node, "empty_window", "no day lies in the timeframe of \"%.*s\": it ends before it begins",
                 (int)cond->sentence.len, cond->sentence.ptr);
    empty = true;
  }
  return empty;
}
