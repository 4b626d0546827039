// The variables of one use of a component: read by type, checked, bound.
#include "base/decimal.h"
#include "program/compile.h"
#include <strings.h>


bool acr__var_is_numeric(acr__var_type type) {
  return type == ACR_VAR_INTEGER || type == ACR_VAR_DECIMAL || type == ACR_VAR_MONEY || type == ACR_VAR_POINTS || type == ACR_VAR_PERCENT;
}

int acr__var_of_type(const struct acr__component *component, acr__var_type type) {
  for (int i = 0; i < component->var_count; i++) {
    if (component->vars[i].type == type) return i;
  }
  return -1;
}

bool acr__operator_parse(acr__span text, int64_t *out) {
  static const struct { const char *word; acr__operator op; } words[] = {
    {">=", ACR_OP_GE}, {">", ACR_OP_GT}, {"=", ACR_OP_EQ}, {"<=", ACR_OP_LE}, {"<", ACR_OP_LT},
    {"at least", ACR_OP_GE}, {"more than", ACR_OP_GT}, {"exactly", ACR_OP_EQ}, {"at most", ACR_OP_LE}, {"less than", ACR_OP_LT},
    {"greater than or equal to", ACR_OP_GE}, {"greater than", ACR_OP_GT}, {"less than or equal to", ACR_OP_LE},
  };
  for (int i = 0; i < ACR_COUNT(words); i++) {
    if (text.len != strlen(words[i].word) || strncasecmp(text.ptr, words[i].word, text.len) != 0) continue;
    *out = words[i].op;
    return true;
  }
  return false;
}

// ---- One value

// Compares value / 10^scale with a bound as a component declares it; the bound may have more decimals than the value can.
static int compare(int64_t value, int scale, acr__span bound) {
  size_t places = 0;
  const char *point = bound.len ? memchr(bound.ptr, '.', bound.len) : NULL;
  if (point) places = bound.len - (size_t)(point - bound.ptr) - 1;
  int64_t wanted = 0;
  if (places > 9 || acr__decimal_parse(bound, (int)places, &wanted) != ACR_DECIMAL_OK) return 0;
  __int128 left = (__int128)value * acr__pow10((int)places), right = (__int128)wanted * acr__pow10(scale);
  return (left > right) - (left < right);
}

static bool read_number(struct acr__compile *ctx, const struct acr__var *var, const acr__node *node, int scale, struct acr__value *out) {
  const char *name = acr__quote(ctx, var->name);
  bool units = ctx->doc->units && acr__node_kind(node) == ACR_JSON_NUMBER;
  if (!acr__decimal_read(ctx, node, name, units ? 0 : scale, &out->i)) return false;
  if (var->min.len && compare(out->i, scale, var->min) < 0) {
    acr__fault(ctx, node, "range", "found %s for `%s`, wanted at least %s", acr__show(ctx, node), name, acr__quote(ctx, var->min));
    return false;
  }
  if (var->max.len && compare(out->i, scale, var->max) > 0) {
    acr__fault(ctx, node, "range", "found %s for `%s`, wanted at most %s", acr__show(ctx, node), name, acr__quote(ctx, var->max));
    return false;
  }
  if (var->type == ACR_VAR_POINTS && (out->i > ACR_POINTS_MAX || out->i < -ACR_POINTS_MAX)) {
    acr__fault(ctx, node, "range", "found %s for `%s`: more points than there can be", acr__show(ctx, node), name);
    return false;
  }
  return true;
}

static bool read_operator(struct acr__compile *ctx, const acr__node *node, struct acr__value *out) {
  if (acr__node_kind(node) == ACR_JSON_STRING && acr__operator_parse(acr__node_text(node), &out->i)) return true;
  acr__fault(ctx, node, "operator", "found %s, wanted an operator: >=, >, =, <= or < (at least, more than, exactly, at most, less than)",
             acr__show(ctx, node));
  return false;
}

static bool read_choice(struct acr__compile *ctx, const struct acr__var *var, const acr__node *node, struct acr__value *out) {
  const char *what = acr__arena_printf(ctx->arena, "value of `%s`:", acr__quote(ctx, var->name));
  if (!acr__text_read(ctx, node, acr__quote(ctx, var->name), &out->text)) return false;
  if (acr__in_names(var->choices, var->choice_count, out->text)) return true;
  acr__fault_unknown(ctx, node, what, out->text, var->choices, var->choice_count);
  return false;
}

static acr__span kind_of_name(const struct acr__var *var) {
  switch (var->type) {
  case ACR_VAR_EVENT: return ACR__SPAN_LIT("event");
  case ACR_VAR_ACCOUNT: return ACR__SPAN_LIT("account");
  case ACR_VAR_SOURCE: return ACR__SPAN_LIT("source");
  case ACR_VAR_LEVEL: return ACR__SPAN_LIT("level");
  case ACR_VAR_AUDIENCE: return ACR__SPAN_LIT("audience");
  case ACR_VAR_LINK: return ACR__SPAN_LIT("link");
  case ACR_VAR_OFFER: return ACR__SPAN_LIT("offer");
  case ACR_VAR_REWARD_STORE: return ACR__SPAN_LIT("reward_store");
  default: return var->of;
  }
}

static bool read_name(struct acr__compile *ctx, const struct acr__var *var, const acr__node *node, struct acr__value *out) {
  if (!acr__text_read(ctx, node, acr__arena_printf(ctx->arena, "`%s`", acr__quote(ctx, var->name)), &out->text)) return false;
  if (var->type != ACR_VAR_TEXT && !acr__name_good(ctx, node, "a name", out->text)) return false;
  return (var->type == ACR_VAR_LEVEL && ctx->other_program) || acr__name_check(ctx, node, kind_of_name(var), out->text);
}

static bool read_moment(struct acr__compile *ctx, const struct acr__var *var, const acr__node *node, struct acr__value *out) {
  acr__span text = acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : (acr__span){0};
  bool date = var->type == ACR_VAR_DATE;
  acr__date day;
  if (date && acr__date_parse(text, &day)) {
    out->i = acr__days_of(day);
    return true;
  }
  if (!date && acr__duration_parse(text, &out->duration) && out->duration.n > 0) return true;
  const char *name = acr__quote(ctx, var->name);
  if (date)
    acr__fault_date(ctx, node, "type", name, "a date such as \"2026-06-01\"");
  else
    acr__fault(ctx, node, "type", "found %s for `%s`, wanted a duration such as \"30 days\"", acr__show(ctx, node), name);
  return false;
}

static bool read_value(struct acr__compile *ctx, const struct acr__var *var, const acr__node *node, int scale, struct acr__value *out) {
  bool truth = false, good = false;
  switch (var->type) {
  case ACR_VAR_OPERATOR: good = read_operator(ctx, node, out); break;
  case ACR_VAR_INTEGER:
  case ACR_VAR_DECIMAL:
  case ACR_VAR_MONEY:
  case ACR_VAR_POINTS:
  case ACR_VAR_PERCENT: good = read_number(ctx, var, node, scale, out); break;
  case ACR_VAR_BOOLEAN:
    good = acr__bool_read(ctx, node, acr__quote(ctx, var->name), &truth);
    out->i = truth;
    break;
  case ACR_VAR_CHOICE: good = read_choice(ctx, var, node, out); break;
  case ACR_VAR_SET: good = acr__set_read(ctx, node, var, out); break;
  case ACR_VAR_CATALOG: good = acr__catalog_read(ctx, node, out); break;
  case ACR_VAR_TEXT:
  case ACR_VAR_EVENT:
  case ACR_VAR_ACCOUNT:
  case ACR_VAR_SOURCE:
  case ACR_VAR_LEVEL:
  case ACR_VAR_PROGRAM:
  case ACR_VAR_AUDIENCE:
  case ACR_VAR_LINK:
  case ACR_VAR_TAG:
  case ACR_VAR_OFFER:
  case ACR_VAR_REWARD_STORE: good = read_name(ctx, var, node, out); break;
  case ACR_VAR_TIMEFRAME: good = acr__frame_read(ctx, node, &out->timeframe); break;
  case ACR_VAR_DURATION:
  case ACR_VAR_DATE: good = read_moment(ctx, var, node, out); break;
  case ACR_VAR_DAYS: good = acr__days_read(ctx, node, out); break;
  case ACR_VAR_SLOTS: good = acr__slots_read(ctx, node, out); break;
  }
  out->present = true;
  return good;
}

// ---- All of a component

static const acr__node *given(const struct acr__component *component, int index, const acr__node *object, const acr__node *bare) {
  return bare && component->var_count == 1 ? bare : acr__node_get_span(object, component->vars[index].name);
}

// Points are at the scale of the component's own account, else of the one that its offer is priced in, else of the finest account.
static int points_scale(const struct acr__compile *ctx, const struct acr__component *component, const acr__node *object,
                        const acr__node *bare) {
  int index = acr__var_of_type(component, ACR_VAR_ACCOUNT);
  const acr__node *node = index >= 0 ? given(component, index, object, bare) : NULL;
  int account = acr__node_kind(node) == ACR_JSON_STRING ? acr__plan_account_find(ctx->plan, acr__node_text(node)) : -1;
  int offer_index = acr__var_of_type(component, ACR_VAR_OFFER);
  const acr__node *offer_node = offer_index >= 0 ? given(component, offer_index, object, bare) : NULL;
  int offer = acr__node_kind(offer_node) == ACR_JSON_STRING ? acr__plan_offer_find(ctx->plan, acr__node_text(offer_node)) : -1;
  if (account < 0 && offer >= 0 && ctx->plan->offers[offer].for_sale) account = ctx->plan->offers[offer].accounts[0];
  return account >= 0 ? ctx->plan->accounts[account].decimals : ctx->plan->points_scale;
}

static bool names_other_program(const struct acr__compile *ctx, const struct acr__component *component, const acr__node *object,
                                const acr__node *bare) {
  int index = acr__var_of_type(component, ACR_VAR_PROGRAM);
  const acr__node *node = index >= 0 ? given(component, index, object, bare) : NULL;
  if (acr__node_kind(node) != ACR_JSON_STRING) return false;
  acr__span name = acr__node_text(node);
  return !acr__span_eq(name, ctx->plan->program) && !acr__span_eq(name, ctx->plan->family);
}

static int scale_of(const struct acr__compile *ctx, const struct acr__var *var, int points) {
  switch (var->type) {
  case ACR_VAR_DECIMAL: return var->scale;
  case ACR_VAR_MONEY: return ctx->plan->currency_scale;
  case ACR_VAR_POINTS: return points;
  case ACR_VAR_PERCENT: return 2;
  default: return 0;
  }
}

// A default is JSON as a program would write it, but stands in the component's file.
static bool read_default(struct acr__compile *ctx, const struct acr__component *component, const struct acr__var *var, int scale,
                         struct acr__value *out) {
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(ctx->arena, var->default_json, NULL, &fault);
  const struct acr__doc *before = ctx->doc;
  struct acr__doc doc = {.json = json, .file = acr__arena_text(ctx->arena, component->file), .unplaced = true};
  ctx->doc = &doc;
  bool good = json != NULL;
  if (!json) acr__fault(ctx, NULL, fault.code, "the default of `%s` is no JSON: %s", acr__quote(ctx, var->name), fault.message);
  else good = read_value(ctx, var, acr__json_root(json), scale, out);
  ctx->doc = before;
  return good;
}

static bool read_absent(struct acr__compile *ctx, const struct acr__component *component, const struct acr__var *var, int scale,
                        const acr__node *at, struct acr__value *out) {
  if (var->setting.len) {
    const char *word = acr__setting_word(&ctx->plan->settings, var->setting);
    *out = (struct acr__value){.present = true, .text = acr__span_of(word)};
    if (word && acr__in_names(var->choices, var->choice_count, out->text)) return true;
    acr__fault(ctx, at, "unknown_name", "`%s` of %s `%s` takes its default from the setting `%s`, which is none of its choices",
               acr__quote(ctx, var->name), acr__component_kind_name(component->kind), acr__quote(ctx, component->name),
               acr__quote(ctx, var->setting));
    return false;
  }
  if (var->default_json.len) return read_default(ctx, component, var, scale, out);
  if (var->type == ACR_VAR_OPERATOR) {
    *out = (struct acr__value){.present = true, .i = ACR_OP_GE};
    return true;
  }
  if (var->optional) return true;
  acr__fault(ctx, at, "missing", "`%s` (%s) is missing from %s `%s`", acr__quote(ctx, var->name), acr__var_type_name(var->type),
             acr__component_kind_name(component->kind), acr__quote(ctx, component->name));
  return false;
}

bool acr__vars_read(struct acr__compile *ctx, const struct acr__component *component, const acr__node *object, const acr__node *bare,
                    const acr__node *at, struct acr__vars *out) {
  int points = points_scale(ctx, component, object, bare);
  bool good = true;
  ctx->other_program = names_other_program(ctx, component, object, bare);
  *out = (struct acr__vars){
    .component = component,
    .values = ACR__NEW_N(ctx->arena, struct acr__value, component->var_count + 1),
    .nodes = ACR__NEW_N(ctx->arena, const acr__node *, component->var_count + 1),
    .scales = ACR__NEW_N(ctx->arena, int, component->var_count + 1),
  };
  for (int i = 0; i < component->var_count; i++) {
    const struct acr__var *var = &component->vars[i];
    bool replaced = ctx->every && ctx->every_var == i; // `every` stands in its place
    const acr__node *node = replaced ? ctx->every : given(component, i, object, bare);
    out->nodes[i] = node;
    out->scales[i] = scale_of(ctx, var, points);
    good = (node ? read_value(ctx, var, node, out->scales[i], &out->values[i])
                 : read_absent(ctx, component, var, out->scales[i], at, &out->values[i])) && good;
  }
  return good;
}

bool acr__vars_bind(struct acr__compile *ctx, const struct acr__vars *vars, const acr__node *at, int *handle) {
  char *message = NULL;
  *handle = acr__script_bind(ctx->script, vars->component, vars->values, ctx->arena, &message);
  if (*handle >= 0) return true;
  acr__fault(ctx, at, "component", "%s `%s` refuses its variables: %s", acr__component_kind_name(vars->component->kind),
             acr__quote(ctx, vars->component->name), message ? message : "no reason given");
  return false;
}
