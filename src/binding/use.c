// Where a compiled program uses a component: the handle of its variables, or the path that stands for its value.
#include "binding/unit.h"

static bool is(const struct acr__component *component, const char *kind, acr__span name) {
  return component && acr__span_eq(component->name, name) && strcmp(acr__component_kind_name(component->kind), kind) == 0;
}

static bool in_narrows(const struct acr__narrow *narrows, int count, const char *kind, acr__span name, struct acr__unit_use *out) {
  for (int i = 0; i < count; i++) {
    if (!is(narrows[i].component, kind, name)) continue;
    *out = (struct acr__unit_use){.component = narrows[i].component, .vars = narrows[i].vars};
    return true;
  }
  return false;
}

// A history phrase is called with the variables of its series.
static bool in_series(const struct acr__series *series, const char *kind, acr__span name, struct acr__unit_use *out) {
  if (is(series->phrase, kind, name)) {
    *out = (struct acr__unit_use){.component = series->phrase, .vars = series->vars, .has_path = series->has_path, .path = series->path};
    return true;
  }
  return in_narrows(series->narrows, series->narrow_count, kind, name, out);
}

static bool in_cond(const struct acr__plan *plan, const struct acr__cond *cond, const char *kind, acr__span name,
                    struct acr__unit_use *out) {
  if (cond->is_read) return false;
  if (cond->series >= 0 && in_series(&plan->series[cond->series], kind, name, out)) return true;
  if (is(cond->phrase, kind, name)) {
    *out = (struct acr__unit_use){.component = cond->phrase, .vars = cond->vars, .has_path = cond->has_path, .path = cond->path};
    out->reads = &cond->reads;
    return true;
  }
  return in_narrows(cond->narrows, cond->narrow_count, kind, name, out) || in_narrows(cond->windows, cond->window_count, kind, name, out);
}

static bool in_rule(const struct acr__rule *rule, const char *kind, acr__span name, struct acr__unit_use *out) {
  for (int i = 0; i < rule->out_count; i++) {
    if (!is(rule->outs[i].component, kind, name)) continue;
    *out = (struct acr__unit_use){.component = rule->outs[i].component, .vars = rule->outs[i].vars, .reads = &rule->outs[i].reads};
    return true;
  }
  return false;
}

struct acr__unit_use acr__unit_use_find(lua_State *lua, const struct acr__unit_program *program, int kind) {
  struct acr__unit_use use = {0};
  const struct acr__plan *plan = program->plan;
  const char *kind_name = luaL_checkstring(lua, kind);
  acr__span name;
  name.ptr = luaL_checklstring(lua, kind + 1, &name.len);
  for (int i = 0; i < plan->cond_count; i++)
    if (in_cond(plan, &plan->conds[i], kind_name, name, &use)) return use;
  for (int i = 0; i < plan->rule_count; i++)
    if (in_rule(&plan->rules[i], kind_name, name, &use)) return use;
  luaL_error(lua, "the program does not use the %s %s", kind_name, name.ptr);
  return use;
}
