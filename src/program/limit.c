// How often and when a rule gives its outcomes: `limit`, `from`, `until`; and whose firings are kept for that.
#include "program/compile.h"

enum { TIMES_MAX = 1000000000 };
static const struct acr__field_rule limit_fields[] = {{"times", NULL}, {"per", NULL}};

bool acr__per_read(struct acr__compile *ctx, const acr__node *node, bool *forever, acr__unit *per) {
  acr__span text = node && acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : (acr__span){0};
  acr__duration one = {0};
  *forever = !node || acr__span_is(text, "forever") || acr__span_is(text, "lifetime");
  if (*forever) return true;
  if (text.len && acr__duration_parse(text, &one) && one.n == 1 && one.unit >= ACR_UNIT_DAY) {
    *per = one.unit;
    return true;
  }
  acr__fault(ctx, node, "choice", "found %s for `per`, wanted \"day\", \"week\", \"month\", \"year\" or \"forever\"",
             acr__show(ctx, node));
  return false;
}

// {"times": 3, "per": "month"}, or a bare number of times for ever.
bool acr__limit_read(struct acr__compile *ctx, const acr__node *node, struct acr__limit *out) {
  struct acr__limit limit = {.forever = true};
  const acr__node *times = node;
  if (!node) return true;
  if (acr__node_kind(node) == ACR_JSON_OBJECT) {
    if (!acr__fields_check(ctx, node, "a limit", limit_fields, ACR_COUNT(limit_fields), NULL)) return false;
    times = acr__node_get(node, "times");
    if (!acr__per_read(ctx, acr__node_get(node, "per"), &limit.forever, &limit.per)) return false;
    if (!times) {
      acr__fault(ctx, node, "missing", "`times` is missing from a limit: how often the rule may give its outcomes");
      return false;
    }
  } else if (acr__node_kind(node) != ACR_JSON_NUMBER) {
    acr__fault(ctx, node, "type", "found %s, wanted a limit such as {\"times\": 3, \"per\": \"month\"}", acr__show(ctx, node));
    return false;
  }
  if (!acr__decimal_read(ctx, times, "times", 0, &limit.times)) return false;
  if (limit.times < 1 || limit.times > TIMES_MAX) {
    acr__fault(ctx, times, "range", "found %s for `times`, wanted 1 to %d", acr__show(ctx, times), TIMES_MAX);
    return false;
  }
  *out = limit;
  return true;
}

// The start of the day that a field names, or of the next one.
static bool day_read(struct acr__compile *ctx, const acr__node *node, const char *what, int later, acr__time *out) {
  acr__date date;
  if (!node) return false;
  if (acr__node_kind(node) != ACR_JSON_STRING || !acr__date_parse(acr__node_text(node), &date)) {
    acr__fault_date(ctx, node, "type", what, "a date such as \"2026-06-01\"");
    return false;
  }
  *out = acr__day_start(ctx->plan->zone, acr__date_of(acr__days_of(date) + later));
  return true;
}

void acr__rule_terms_read(struct acr__compile *ctx, const acr__node *node, struct acr__rule *rule) {
  const acr__node *from = acr__node_get(node, "from"), *until = acr__node_get(node, "until");
  acr__limit_read(ctx, acr__node_get(node, "limit"), &rule->limit);
  rule->has_from = day_read(ctx, from, "from", 0, &rule->from);
  rule->has_until = day_read(ctx, until, "until", 1, &rule->until);
  if (rule->has_from && rule->has_until && rule->until <= rule->from) {
    acr__fault(ctx, until, "range", "found %s for `until`, wanted %s (`from`) or a later date", acr__show(ctx, until),
               acr__show(ctx, from));
  }
}

// ---- Firings

static acr__digest key_of(const struct acr__compile *ctx, const char *what, acr__span level, acr__span id) {
  static const acr__key no_key = {{0}};
  acr__span family = ctx->plan->family;
  acr__buf text = {0};
  acr__buf_printf(&text, "%s %zu:", what, family.len);
  acr__buf_put(&text, family.ptr, family.len);
  acr__buf_printf(&text, " %zu:", level.len);
  acr__buf_put(&text, level.ptr, level.len);
  acr__digest key = acr__digest_pair(&no_key, (acr__span){(const char *)text.ptr, text.len}, id);
  acr__buf_free(&text);
  return key;
}

// Contract 5: a rule is the same over releases by family, level, behavior and id.
static acr__digest fired_key(const struct acr__compile *ctx, acr__behavior behavior, acr__span level, acr__span id) {
  return key_of(ctx, acr__arena_printf(ctx->arena, "fired %s", acr__behavior_name(behavior)), level, id);
}

static int add_series(struct acr__compile *ctx, const struct acr__series *series) {
  for (int i = 0; i < ctx->series.count; i++) {
    if (memcmp(&ACR__AT(&ctx->series, struct acr__series, i)->key, &series->key, sizeof series->key) == 0) return i;
  }
  *ACR__PUSH(ctx->arena, &ctx->series, struct acr__series) = *series;
  return ctx->series.count - 1;
}

int acr__fired_series(struct acr__compile *ctx, acr__behavior behavior, acr__span level, acr__span id) {
  const struct acr__series series = {.kind = ACR_SERIES_FIRED, .key = fired_key(ctx, behavior, level, id), .behavior = behavior,
                                     .level = level, .id = id, .vars = -1};
  return add_series(ctx, &series);
}

static bool since_last_fired(const struct acr__compile *ctx, const struct acr__rule *rule) {
  for (int n = 0; n < rule->tree_count; n++) {
    if (rule->tree[n].kind != ACR_NODE_COND || rule->tree[n].cond < 0) continue;
    const struct acr__cond *cond = ACR__AT(&ctx->conds, struct acr__cond, rule->tree[n].cond);
    if (cond->asks_fired) return true;
  }
  return false;
}

static void finish_source(struct acr__compile *ctx, struct acr__plan_source *source) {
  source->issued_key = key_of(ctx, "issued", (acr__span){0}, source->name);
  const struct acr__series series = {.kind = ACR_SERIES_ISSUED, .key = source->issued_key, .id = source->name, .vars = -1};
  if (source->caps_members) add_series(ctx, &series);
}

void acr__limits_finish(struct acr__compile *ctx) {
  for (int i = 0; i < ctx->plan->source_count; i++) finish_source(ctx, &ctx->sources[i]);
  for (int i = 0; i < ctx->rules.count; i++) {
    struct acr__rule *rule = ACR__AT(&ctx->rules, struct acr__rule, i);
    acr__span level = rule->level >= 0 && ctx->levels ? ctx->levels[rule->level].name : (acr__span){0};
    rule->fired_key = fired_key(ctx, rule->behavior, level, rule->id);
    if (rule->limit.times || since_last_fired(ctx, rule)) acr__fired_series(ctx, rule->behavior, level, rule->id);
  }
}
