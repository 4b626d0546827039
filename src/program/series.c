// Series: what history conditions look at, one for all that differ only in operator, number and timeframe.
#include "program/compile.h"
#include <stdlib.h>

static int by_key(const void *a, const void *b) {
  return acr__span_cmp(*(const acr__span *)a, *(const acr__span *)b);
}

static void put_names(acr__buf *out, acr__span *names, int count) {
  if (count > 1) qsort(names, (size_t)count, sizeof *names, by_key);
  for (int i = 0; i < count; i++) {
    acr__buf_printf(out, " %zu:", names[i].len);
    acr__buf_put(out, names[i].ptr, names[i].len);
  }
  acr__buf_text(out, "\n");
}

static void put_facts(struct acr__compile *ctx, acr__buf *out, const struct acr__facts *facts) {
  acr__span *names = ACR__NEW_N(ctx->arena, acr__span, facts->type_count + 1);
  for (int i = 0; i < facts->type_count; i++) names[i] = *ACR__AT(&ctx->types, acr__span, facts->types[i]);
  if (facts->purchase) acr__buf_text(out, "purchase");
  if (facts->points) acr__buf_text(out, "points");
  if (facts->custom) acr__buf_text(out, "custom");
  put_names(out, names, facts->type_count);
  if (facts->points) put_names(out, &ctx->plan->family, 1); // each family has accounts of its own
}

static void put_held(struct acr__compile *ctx, acr__buf *out, const struct acr__held *held, int count) {
  acr__span *keys = ACR__NEW_N(ctx->arena, acr__span, count + 1);
  int kept = 0;
  for (int i = 0; i < count; i++) {
    if (!(held[i].narrow.component->functions & ACR_HAS_WINDOW)) keys[kept++] = held[i].key;
  }
  acr__buf_text(out, "narrows");
  put_names(out, keys, kept);
}

// What of the program changes the value of a fact.
static void put_program(const struct acr__compile *ctx, acr__buf *out) {
  const struct acr__plan *plan = ctx->plan;
  acr__buf_printf(out, "basis %d zero %d currency %.*s/%d points %d zone %s\n", (int)plan->amount_basis, plan->settings.zero_priced_lines,
                  (int)plan->currency.len, plan->currency.len ? plan->currency.ptr : "", plan->currency_scale, plan->points_scale,
                  acr__zone_name(plan->zone));
}

// Where stores lie and how they are grouped: what a plugin may see of a fact's place.
static void put_places(const struct acr__compile *ctx, acr__buf *out) {
  const struct acr__plan *plan = ctx->plan;
  for (int i = 0; i < plan->store_count; i++) {
    const struct acr__plan_store *store = &plan->stores[i];
    if (!store->zone && store->group_count == 0) continue;
    acr__buf_printf(out, "store %zu:%.*s %s", store->name.len, (int)store->name.len, store->name.ptr,
                    store->zone ? acr__zone_name(store->zone) : "");
    for (int g = 0; g < store->group_count; g++) acr__buf_printf(out, " %.*s", (int)store->groups[g].len, store->groups[g].ptr);
    acr__buf_text(out, "\n");
  }
}

static bool asks_plugins(const struct acr__vars *vars, const struct acr__cond *cond) {
  return cond->narrow_count > 0 || (!cond->has_path && (vars->component->functions & (ACR_HAS_VALUE | ACR_HAS_TEST)));
}

// A count is the same whatever phrase asks for it, and so is a path; only a function depends on its file and variables.
static void put_value(acr__buf *out, const struct acr__vars *vars, const bool *skip, const struct acr__cond *cond) {
  const struct acr__component *phrase = vars->component;
  acr__buf_printf(out, "aggregate %d ", (int)acr__aggregate_of(phrase));
  if (cond->has_path) {
    acr__buf_printf(out, "path %zu:", phrase->path.len);
    acr__buf_put(out, phrase->path.ptr, phrase->path.len);
    acr__buf_printf(out, "/%d", cond->path.scale);
  } else if (phrase->functions & (ACR_HAS_VALUE | ACR_HAS_TEST)) {
    acr__vars_key(out, vars, skip);
  }
}

// The variables that a series has; what is left out is absent, so the component's own check would not understand it.
static bool bind_series(struct acr__compile *ctx, const struct acr__vars *vars, const bool *skip, const acr__node *node, int *handle) {
  int count = vars->component->var_count;
  struct acr__component *component = ACR__NEW(ctx->arena, struct acr__component);
  struct acr__vars less = {.component = component, .values = ACR__NEW_N(ctx->arena, struct acr__value, count + 1)};
  *component = *vars->component;
  component->functions &= ~(unsigned)ACR_HAS_CHECK;
  for (int i = 0; i < count; i++) {
    if (!skip[i]) less.values[i] = vars->values[i];
  }
  return acr__vars_bind(ctx, &less, node, handle);
}

static bool read_rates(struct acr__compile *ctx, const struct acr__held *held, int count, struct acr__series *series) {
  struct acr__rate *rates = ACR__NEW_N(ctx->arena, struct acr__rate, count + 1);
  for (int i = 0; i < count; i++) {
    const struct acr__component *constraint = held[i].narrow.component;
    struct acr__call call = {.script = ctx->script, .arena = ctx->arena};
    if (!(constraint->functions & ACR_HAS_RATE)) continue;
    acr__script_event_begin(ctx->script);
    struct acr__rate *rate = &rates[series->rate_count++];
    if (acr__call_rate(&call, constraint, held[i].narrow.vars, &rate->times, &rate->period)) continue;
    acr__fault(ctx, held[i].node, "component", "constraint `%s` failed: %s", acr__quote(ctx, constraint->name),
               call.error ? call.error : "no reason given");
    return false;
  }
  series->rates = rates;
  return true;
}

static bool has_rate(const struct acr__held *held, int count) {
  for (int i = 0; i < count; i++) {
    if (held[i].narrow.component->functions & ACR_HAS_RATE) return true;
  }
  return false;
}

bool acr__names_account(const struct acr__held *held, int count) {
  for (int i = 0; i < count; i++) {
    if (held[i].names_account) return true;
  }
  return false;
}

int acr__series_of(struct acr__compile *ctx, const struct acr__facts *facts, const struct acr__vars *vars, const bool *skip,
                   const struct acr__cond *cond, const struct acr__held *held, int held_count, const acr__node *node) {
  static const acr__key no_key = {{0}};
  acr__buf text = {0};
  put_facts(ctx, &text, facts);
  put_held(ctx, &text, held, held_count);
  put_program(ctx, &text);
  put_value(&text, vars, skip, cond);
  if (asks_plugins(vars, cond)) put_places(ctx, &text);
  bool less = ctx->plan->settings.less_than_needs_activity && (cond->op == ACR_OP_LE || cond->op == ACR_OP_LT);
  bool keeps_zeros = (cond->timeframe && cond->timeframe->times) || has_rate(held, held_count) || less;
  if (keeps_zeros) acr__buf_text(&text, " zeros");
  if (cond->log_order && acr__aggregate_of(vars->component) == ACR_AGG_COUNT) acr__buf_text(&text, " numbered");
  acr__digest key = acr__digest_pair(&no_key, (acr__span){(const char *)text.ptr, text.len}, (acr__span){0});
  acr__buf_free(&text);
  for (int i = 0; i < ctx->series.count; i++) {
    if (memcmp(&ACR__AT(&ctx->series, struct acr__series, i)->key, &key, sizeof key) == 0) return i;
  }
  struct acr__series series = {
    .key = key,
    .kinds = (unsigned)facts->purchase << ACR_FACT_PURCHASE | (unsigned)facts->custom << ACR_FACT_CUSTOM |
             (unsigned)facts->points << ACR_FACT_POINTS,
    .types = facts->types,
    .type_count = facts->type_count,
    .narrows = cond->narrows,
    .narrow_count = cond->narrow_count,
    .names_account = acr__names_account(held, held_count),
    .phrase = vars->component,
    .has_path = cond->has_path,
    .path = cond->path,
    .aggregate = acr__aggregate_of(vars->component),
    .numbered = cond->log_order && acr__aggregate_of(vars->component) == ACR_AGG_COUNT,
    .keeps_zeros = keeps_zeros,
  };
  series.vars = -1;
  if (!read_rates(ctx, held, held_count, &series)) return -1;
  bool function = !cond->has_path && (vars->component->functions & (ACR_HAS_VALUE | ACR_HAS_TEST));
  if (function && !bind_series(ctx, vars, skip, node, &series.vars)) return -1;
  *ACR__PUSH(ctx->arena, &ctx->series, struct acr__series) = series;
  return ctx->series.count - 1;
}
