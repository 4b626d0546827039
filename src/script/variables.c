// A component's variables as a whole: their names, what operators compare, the placeholders of the title.
#include "script/load.h"

static const char *const reserved[] = {"key_phrase", "constraint", "constraints", "outcome", "rule", "id", "name", "when", "limit", "rank",
                                       "basis", "every", "fire", "timeframe", "include_current", "on", "sentence", "operator"};

static void check_name(struct acr__load *load, const struct acr__var *var, int line) {
  acr__span name = var->name;
  int at = acr__load_field_line(load, line, name);
  bool good = name.len > 0 && name.len <= 64;
  for (size_t i = 0; i < name.len && good; i++) {
    char c = name.ptr[i];
    good = (c >= 'a' && c <= 'z') || c == '_' || (i > 0 && c >= '0' && c <= '9');
  }
  if (!good) {
    acr__load_fault(load, "bad_name", at, "variables: '%.*s' is no name; wanted a-z, 0-9 and _", (int)name.len, name.ptr);
    return;
  }
  bool own_type = acr__span_is(name, acr__var_type_name(var->type)) && (var->type == ACR_VAR_OPERATOR || var->type == ACR_VAR_TIMEFRAME);
  for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
    if (own_type || !acr__span_is(name, reserved[i])) continue;
    bool typed = acr__span_is(name, "timeframe") || acr__span_is(name, "operator");
    acr__load_fault(load, "reserved_name", at, "variables: the name '%s' is reserved%s", reserved[i],
                    typed ? " for a variable of that type" : ": it is a field of rules and conditions");
  }
}

static bool is_number(acr__var_type type) {
  return type == ACR_VAR_INTEGER || type == ACR_VAR_DECIMAL || type == ACR_VAR_MONEY || type == ACR_VAR_POINTS || type == ACR_VAR_PERCENT;
}

// Settles what an operator compares and its default; false when that cannot be told.
static void settle_operator(struct acr__load *load, struct acr__component *component, struct acr__var *var, int line) {
  if (!var->default_json.len && !var->optional) var->default_json = ACR__SPAN_LIT("\">=\"");
  int at = acr__load_field_line(load, line, var->name), numbers = 0;
  acr__span only = {0}, *names = ACR__NEW_N(load->arena, acr__span, component->var_count);
  bool found = false;
  for (int i = 0; i < component->var_count; i++) {
    names[i] = component->vars[i].name;
    found = found || (acr__span_eq(names[i], var->of) && component->vars[i].type != ACR_VAR_OPERATOR);
    if (!is_number(component->vars[i].type)) continue;
    numbers++;
    only = names[i];
  }
  if (var->of.len && !found) {
    acr__load_fault(load, "unknown_name", at, "operator: of = \"%.*s\" names no variable%s", (int)var->of.len, var->of.ptr,
                    acr__load_near(load, var->of, names, component->var_count));
  } else if (!var->of.len && numbers == 1) {
    var->of = only;
  } else if (!var->of.len && component->functions & ACR_HAS_VALUE) {
    acr__load_fault(load, "missing_field", at, "operator: say with of = \"...\" which variable is compared; there are %d numeric ones",
                    numbers);
  }
}

static void check_placeholders(struct acr__load *load, const struct acr__component *component, int line) {
  acr__span title = component->title;
  acr__span *names = ACR__NEW_N(load->arena, acr__span, component->var_count + 1);
  for (int i = 0; i < component->var_count; i++) names[i] = component->vars[i].name;
  for (size_t from = 0; from < title.len; from++) {
    if (title.ptr[from] != '{') continue;
    const char *end = memchr(title.ptr + from, '}', title.len - from);
    acr__span name = {title.ptr + from + 1, end ? (size_t)(end - (title.ptr + from + 1)) : 0};
    const char *words = name.len ? memchr(name.ptr, '|', name.len) : NULL; // {is|in|not in}
    if (words) name.len = (size_t)(words - name.ptr);
    bool found = false;
    for (int i = 0; i < component->var_count; i++) found = found || acr__span_eq(names[i], name);
    if (found) continue;
    acr__load_fault(load, "placeholder", acr__load_field_line(load, line, ACR__SPAN_LIT("title")), "title: {%.*s} names no variable%s",
                    (int)name.len, name.ptr, acr__load_near(load, name, names, component->var_count));
  }
}

void acr__check_variables(struct acr__load *load, struct acr__component *component, int line) {
  struct acr__var *vars = ACR__NEW_N(load->arena, struct acr__var, component->var_count ? component->var_count : 1);
  if (component->var_count) memcpy(vars, component->vars, sizeof *vars * (size_t)component->var_count);
  for (int i = 0; i < component->var_count; i++) check_name(load, &vars[i], line);
  component->vars = vars;
  for (int i = 0; i < component->var_count; i++) {
    if (vars[i].type == ACR_VAR_OPERATOR) settle_operator(load, component, &vars[i], line);
  }
  check_placeholders(load, component, line);
}
