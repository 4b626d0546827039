#include "program/worst.h"
#include "base/decimal.h"

enum { NOMINAL = 100 };

static bool any_type(void *arg, acr__span type) {
  (void)arg, (void)type;
  return true;
}

static acr__span no_type(void *arg, acr__span type) {
  (void)arg, (void)type;
  return (acr__span){NULL, 0};
}

// A purchase with one item, as the till would send it.
static bool make_purchase(const struct acr__plan *plan, acr__arena *arena, int64_t amount, struct acr__fact *fact) {
  static const acr__key key;
  struct acr__event_env env = {
      .key = &key, .currency_scale = plan->currency_scale, .latest = ACR_TIME_MAX, .type_known = any_type, .type_nearest = no_type};
  char text[32];
  acr__decimal_format(amount, plan->currency_scale, text);
  char *line = acr__arena_printf(arena,
                                 "{\"specversion\":\"1.0\",\"id\":\"n\",\"source\":\"n\",\"type\":\"purchase\",\"subject\":\"n\","
                                 "\"time\":\"2026-01-07T12:00:00Z\",\"data\":{\"total\":\"%s\",\"items\":[{\"line\":\"1\","
                                 "\"sku\":\"n\",\"quantity\":\"1\",\"amount\":\"%s\"}]}}",
                                 text, text);
  struct acr__json_fault fault;
  struct acr__reject reject = {0};
  acr__json *json = acr__json_parse(arena, acr__span_of(line), NULL, &fault);
  struct acr__event *event = json ? acr__event_read(arena, json, &env, &reject) : NULL;
  if (!event) return false;
  *fact = (struct acr__fact){.kind = ACR_FACT_PURCHASE, .event = event, .time = event->time, .zone = plan->zone};
  struct acr__field_value *fields = NULL, *item_fields = NULL;
  const struct acr__schema *schema = plan->purchase_schema;
  if (schema && acr__event_fields(arena, event, schema, plan->currency_scale, &fields, &item_fields, &reject)) {
    fact->schema = schema;
    fact->fields = fields;
    fact->item_fields = item_fields;
  }
  return acr__plan_fact(plan, arena, fact);
}

static bool add(const struct acr__plan *plan, int account, int64_t points, int64_t *sum) {
  int64_t scaled;
  return account < 0 ||
         (acr__mul(points, acr__pow10(plan->points_scale - plan->accounts[account].decimals), &scaled) && acr__add(*sum, scaled, sum));
}

static bool add_base(const struct acr__plan *plan, const struct acr__earn *earns, int count, int64_t amount, struct acr__base_points *base,
                     int64_t *sum) {
  for (int i = 0; i < plan->account_count; i++)
    base[i] = (struct acr__base_points){plan->accounts[i].name, 0};
  for (int i = 0; i < count; i++) {
    int64_t points = 0;
    if (!acr__points_per(amount, &earns[i].rate, &points) || !add(plan, earns[i].account, points, sum)) return false;
    base[earns[i].account].points += points;
  }
  return true;
}

static bool add_outcome(const struct acr__plan *plan, acr__arena *arena, const struct acr__out *out, const struct acr__fact *fact,
                        int64_t *sum) {
  struct acr__call call = {.script = plan->script, .arena = arena};
  const struct acr__effect *effects;
  int count;
  acr__script_event_begin(plan->script);
  if (out->on_unmet || !acr__call_effects(&call, out->component, out->vars, fact, &effects, &count)) return true;
  for (int i = 0; i < count; i++) {
    if (effects[i].kind != ACR_EFFECT_AWARD) continue;
    int64_t points = effects[i].has_max && effects[i].max < effects[i].points ? effects[i].max : effects[i].points;
    if (!add(plan, acr__plan_account_find(plan, effects[i].account), points, sum)) return false;
  }
  return true;
}

static bool at_level(const struct acr__plan *plan, acr__arena *arena, int level, int64_t amount, struct acr__fact *fact, int64_t *sum) {
  const struct acr__plan_level *at = level >= 0 ? &plan->levels[level] : NULL;
  bool own = at && at->has_base_earn;
  struct acr__base_points *base = ACR__NEW_N(arena, struct acr__base_points, plan->account_count + 1);
  *sum = 0;
  if (!add_base(plan, own ? at->base_earn : plan->base_earn, own ? at->base_earn_count : plan->base_earn_count, amount, base, sum))
    return false;
  fact->base = base;
  fact->base_count = plan->account_count;
  for (int i = 0; i < plan->rule_count; i++) {
    const struct acr__rule *rule = &plan->rules[i];
    if (rule->behavior != ACR_BEHAVIOR_PURCHASE || (rule->level >= 0 && rule->level != level)) continue;
    for (int k = 0; k < rule->out_count; k++) {
      if (!add_outcome(plan, arena, &rule->outs[k], fact, sum)) return false;
    }
  }
  return true;
}

bool acr__plan_worst(const struct acr__plan *plan, acr__arena *arena, struct acr__worst *out) {
  struct acr__fact fact;
  *out = (struct acr__worst){.points = -1, .purchase = NOMINAL * acr__pow10(plan->currency_scale)};
  if (!make_purchase(plan, arena, out->purchase, &fact)) return false;
  for (int level = plan->level_count ? 0 : -1; level < plan->level_count; level++) {
    int64_t sum;
    if (!at_level(plan, arena, level, out->purchase, &fact, &sum)) return false;
    if (sum <= out->points) continue;
    out->points = sum;
    out->level = level >= 0 ? plan->levels[level].name : (acr__span){0};
  }
  return true;
}
