// What becomes of members in the levels: ones that nobody enters, that everyone enters again, or that nobody ever leaves.
#include "base/decimal.h"
#include "program/lint.h"

static bool is_own(const struct acr__compile *ctx, acr__span program) {
  return program.len == 0 || acr__span_eq(program, ctx->plan->program) || acr__span_eq(program, ctx->plan->family);
}

static bool moved_to(const struct acr__compile *ctx, acr__span level) {
  for (int i = 0; i < ctx->notes.count; i++) {
    const struct acr__outcome_note *note = ACR__AT(&ctx->notes, struct acr__outcome_note, i);
    if (is_own(ctx, note->program) && acr__span_eq(note->level, level)) return true;
  }
  return false;
}

static int64_t threshold_of(const struct acr__compile *ctx, int level) {
  int rule = ctx->levels[level].threshold_rule;
  if (rule < 0) return -1;
  return ACR__AT(&ctx->conds, struct acr__cond, ACR__AT(&ctx->rules, struct acr__rule, rule)->tree[0].cond)->number;
}

static void look_at_level(struct acr__compile *ctx, int number, const acr__node *node) {
  const struct acr__plan_level *level = &ctx->levels[number];
  if (level->entrance.count == 0 && !moved_to(ctx, level->name)) {
    acr__warn(ctx, node, "unreachable",
              "level `%s` cannot be reached: it has neither `entrance` nor `threshold`, and no `tier_change` leads there; only `level.set` "
              "does",
              acr__quote(ctx, level->name));
  }
  for (int lower = number - 1; lower >= 0 && threshold_of(ctx, number) >= 0; lower--) {
    if (threshold_of(ctx, lower) < threshold_of(ctx, number)) continue;
    char own[32], other[32];
    acr__decimal_format(threshold_of(ctx, number), ctx->plan->currency_scale, own);
    acr__decimal_format(threshold_of(ctx, lower), ctx->plan->currency_scale, other);
    acr__warn(ctx, acr__node_get(node, "threshold"), "threshold_order",
              "the threshold of level `%s` (%s) is not above that of the lower level `%s` (%s); levels stand lowest first",
              acr__quote(ctx, level->name), own, acr__quote(ctx, ctx->levels[lower].name), other);
    break;
  }
}

static void look_at_entrance(struct acr__compile *ctx) {
  for (int i = 0; i < ctx->rules.count; i++) {
    const struct acr__rule *rule = ACR__AT(&ctx->rules, struct acr__rule, i);
    const struct acr__mark *place = ACR__AT(&ctx->rule_marks, struct acr__mark, i);
    if (rule->behavior != ACR_BEHAVIOR_ENTRANCE || rule->out_count == 0 || rule->limit.times || !place->node) continue;
    acr__warn_at(
        ctx, place->doc, place->node, "unlimited_entrance",
        "the outcomes of entrance rule `%s` are given at every entry, also after a demotion; give it a `limit` such as {\"times\": 1}",
        acr__quote(ctx, rule->name));
  }
}

// ---- Maintenance

// How far a timeframe looks back, at most; INT64_MAX = as far as there is history. Months and years count as twelfths of 365 days.
static int64_t length_of(acr__duration duration) {
  return duration.unit == ACR_UNIT_MONTH ? acr__duration_us((acr__duration){duration.n, ACR_UNIT_YEAR}) / 12 : acr__duration_us(duration);
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t reach_of(const acr__timeframe *frame, int64_t period) {
  int64_t reach = INT64_MAX;
  if (!frame) return reach;
  if (frame->has_last) reach = least(reach, length_of(frame->last));
  if (frame->has_previous) reach = least(reach, length_of(frame->previous));
  if (frame->has_this) reach = least(reach, length_of((acr__duration){1, frame->this_unit}));
  if (frame->has_from && frame->has_to) reach = least(reach, (acr__days_of(frame->to) - acr__days_of(frame->from) + 1) * ACR_DAY_US);
  if (frame->since == ACR_SINCE_ANNIVERSARY) reach = least(reach, length_of((acr__duration){1, ACR_UNIT_YEAR}));
  if (frame->since == ACR_SINCE_LAST_MAINTENANCE || frame->since == ACR_SINCE_LAST_FIRED || frame->since == ACR_SINCE_LEVEL_ENTRY ||
      frame->since == ACR_SINCE_LEVEL_EXPIRY || frame->times)
    reach = least(reach, period); // they begin anew by themselves
  return reach;
}

static int64_t reach_with(const struct acr__cond *cond, const struct acr__mark *mark, int64_t period) {
  int64_t reach = reach_of(cond->timeframe, period);
  for (int i = 0; i < mark->held_count; i++) {
    const struct acr__vars *vars = mark->held[i].vars;
    int var = vars ? acr__var_of_type(vars->component, ACR_VAR_TIMEFRAME) : -1;
    if (var >= 0 && vars->values[var].present) reach = least(reach, reach_of(vars->values[var].timeframe, period));
  }
  return reach;
}

// A month may have a day more than another.
static bool is_wider(int64_t reach, int64_t period) {
  return reach == INT64_MAX || reach > period + period / 20;
}

struct windows {
  struct acr__compile *ctx;
  const struct acr__plan_level *level;
  const acr__node *node; // the level's: for conditions that stand nowhere
  int64_t period;
};

static void look_at_window(const struct windows *look, const struct acr__rule *rule, int number) {
  struct acr__compile *ctx = look->ctx;
  const struct acr__cond *cond = ACR__AT(&ctx->conds, struct acr__cond, number);
  const struct acr__mark *mark = ACR__AT(&ctx->marks, struct acr__mark, number);
  if (cond->over != ACR_OVER_HISTORY || !is_wider(reach_with(cond, mark, look->period), look->period)) return;
  const struct acr__doc *doc = mark->node ? mark->doc : ctx->doc;
  const acr__node *node = mark->node ? mark->node : acr__node_get(look->node, "threshold");
  const char *level = acr__quote(ctx, look->level->name);
  if (rule->behavior == ACR_BEHAVIOR_MAINTENANCE)
    acr__warn_at(ctx, doc, node, "wide_window",
                 "the window of \"%.*s\" is wider than the time between two reviews of level `%s`, so what kept a member once keeps "
                 "them again; without a timeframe it begins at the last review",
                 (int)cond->sentence.len, cond->sentence.ptr, level);
  else
    acr__warn_at(ctx, doc, node, "wide_window",
                 "the window of \"%.*s\" is wider than the time between two reviews of level `%s`: the next event may lift a member "
                 "straight back who has just been demoted",
                 (int)cond->sentence.len, cond->sentence.ptr, level);
}

static void look_at_windows(struct acr__compile *ctx, int number, const acr__node *node) {
  const struct acr__plan_level *level = &ctx->levels[number];
  if (level->maintenance.count == 0 || level->schedule.every.n == 0) return;
  const struct windows look = {ctx, level, node, length_of(level->schedule.every)};
  for (int i = 0; i < ctx->rules.count; i++) {
    const struct acr__rule *rule = ACR__AT(&ctx->rules, struct acr__rule, i);
    bool asked = rule->behavior == ACR_BEHAVIOR_MAINTENANCE || rule->behavior == ACR_BEHAVIOR_ENTRANCE;
    for (int n = 0; n < rule->tree_count && asked && rule->level == number; n++)
      if (rule->tree[n].kind == ACR_NODE_COND) look_at_window(&look, rule, rule->tree[n].cond);
  }
}

// Contract 5: levels above the lowest that nobody is ever demoted from. An empty list of rules says that this is meant.
static void look_at_ends(struct acr__compile *ctx, const acr__node *levels) {
  acr__buf names = {0};
  int count = 0, number = 0;
  for (const acr__node *at = acr__node_first(levels); at; at = acr__node_next(at), number++) {
    if (number == 0 || acr__node_get(at, "maintenance") || ctx->levels[number].end != ACR_LEVEL_END_NONE) continue;
    acr__buf_printf(&names, "%s`%s`", count++ ? ", " : "", acr__quote(ctx, ctx->levels[number].name));
  }
  if (count)
    acr__warn(ctx, levels, "no_maintenance",
              "nobody is ever demoted from %.*s: give %s `maintenance` or `expiry`, or say \"maintenance\": [] if that is meant",
              (int)names.len, (const char *)names.ptr, count > 1 ? "them" : "it");
  acr__buf_free(&names);
}

void acr__lint_levels(struct acr__compile *ctx, const acr__node *levels) {
  int number = 0;
  for (const acr__node *at = acr__node_first(levels); at; at = acr__node_next(at), number++) {
    look_at_level(ctx, number, at);
    look_at_windows(ctx, number, at);
  }
  look_at_ends(ctx, levels);
  look_at_entrance(ctx);
}
