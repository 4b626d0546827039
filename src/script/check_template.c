// What components say about each other: names of condition types, constraints and facts, once everything is loaded.
#include "script/load.h"

static const char *const core_facts[] = {
  "purchase", "points", "balance", "member", "*", "member.join", "member.update", "audience.enter", "audience.leave", "points.adjust"};

// The place of a fault in a component that is loaded already.
static void fault(struct acr__load *load, const struct acr__component *component, const char *field, const char *format, acr__span name,
                  const char *near) {
  int line = 0;
  for (int layer = 0; layer < load->layers->count; layer++) {
    const struct acr__layer *at = &load->layers->layer[layer];
    for (int i = 0; i < at->file_count; i++) {
      if (!acr__span_is(component->file, acr__load_shown(load, layer, at->files[i].path))) continue;
      load->file = &at->files[i];
      line = acr__load_field_line(load, 1, acr__span_of(field));
    }
  }
  struct acr__place place = {.file = acr__arena_text(load->arena, component->file), .line = line};
  const char *shown = acr__arena_text(load->arena, name);
  acr__diag_add(load->diag, ACR_FAULT, "unknown_name", place, "%s: %s '%s'%s", field, format, shown, near);
}

static const char *near_of_kind(struct acr__load *load, const struct acr__template *tpl, acr__component_kind kind, acr__span name) {
  acr__span near = acr__template_nearest(tpl, kind, name);
  return near.len ? acr__arena_printf(load->arena, "; the nearest is '%.*s'", (int)near.len, near.ptr) : "";
}

static void check_facts(struct acr__load *load, const struct acr__template *tpl, const struct acr__component *component) {
  enum { CORE = sizeof core_facts / sizeof *core_facts };
  for (int i = 0; i < component->fact_count; i++) {
    acr__span name = component->facts[i], names[CORE];
    bool found = acr__template_find(tpl, ACR_EVENT_TYPE, name) != NULL;
    for (int c = 0; c < CORE; c++) {
      names[c] = acr__span_of(core_facts[c]);
      found = found || acr__span_eq(name, names[c]);
    }
    if (found) continue;
    const char *near = near_of_kind(load, tpl, ACR_EVENT_TYPE, name);
    fault(load, component, "facts", "there is no fact or event type", name, *near ? near : acr__load_near(load, name, names, CORE));
  }
}

void acr__check_template(struct acr__load *load, const struct acr__template *tpl) {
  for (int i = 0; i < tpl->component_count; i++) {
    const struct acr__component *component = &tpl->components[i];
    for (int c = 0; c < component->condition_count; c++) {
      acr__span name = component->conditions[c];
      if (acr__template_find(tpl, ACR_CONDITION_TYPE, name)) continue;
      fault(load, component, "conditions", "there is no condition type", name, near_of_kind(load, tpl, ACR_CONDITION_TYPE, name));
    }
    for (int c = 0; c < component->constraint_count; c++) {
      acr__span name = component->constraints[c];
      if (acr__template_find(tpl, ACR_CONSTRAINT, name)) continue;
      fault(load, component, "constraints", "there is no constraint", name, near_of_kind(load, tpl, ACR_CONSTRAINT, name));
    }
    if (component->kind == ACR_CONDITION_TYPE) check_facts(load, tpl, component);
  }
}
