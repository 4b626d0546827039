// Levels with their behaviors, and the program-wide lists.
#include "program/compile.h"

static const struct acr__field_rule level_fields[] = {
  {"level", NULL}, {"title", NULL}, {"description", NULL}, {"entrance", NULL}, {"purchase", NULL}, {"event", NULL},
  {"base_earn", NULL}, {"threshold", NULL}, {"maintenance", NULL}, {"maintenance_schedule", NULL}, {"expiry", NULL},
};

void acr__level_names_read(struct acr__compile *ctx, const acr__node *node) {
  struct acr__plan *plan = ctx->plan;
  int count = acr__node_kind(node) == ACR_JSON_ARRAY ? acr__node_count(node) : 0;
  if (node && count == 0) acr__fault(ctx, node, "type", "found %s, wanted a list of levels, lowest first", acr__show(ctx, node));
  if (count > ACR_LEVELS_MAX) {
    acr__fault(ctx, node, "limit", "found %d levels, wanted at most %d", count, ACR_LEVELS_MAX);
    count = 0;
  }
  ctx->levels = ACR__NEW_N(ctx->arena, struct acr__plan_level, count + 1);
  plan->levels = ctx->levels;
  for (const acr__node *at = count ? acr__node_first(node) : NULL; at; at = acr__node_next(at)) {
    const acr__node *name = acr__node_get(at, "level");
    struct acr__plan_level *level = &ctx->levels[plan->level_count];
    if (!name && acr__node_kind(at) == ACR_JSON_OBJECT) acr__fault(ctx, at, "missing", "`level` is missing: the name of the level");
    acr__name_read(ctx, name, "a level's name", &level->name);
    if (level->name.len && acr__plan_level_find(plan, level->name) >= 0) {
      acr__fault(ctx, name, "duplicate", "two levels have the name `%s`", acr__quote(ctx, level->name));
    }
    plan->level_count++;
  }
}

static struct acr__rule_list list_of(const struct acr__list *indexes) {
  return (struct acr__rule_list){indexes->items, indexes->count};
}

// ---- Event rules by what wakes them

static bool wakes(const struct acr__rule *rule, int type) {
  if (rule->type_count == 0) return true;
  for (int i = 0; i < rule->type_count; i++) {
    if (rule->types[i] == type) return true;
  }
  return false;
}

static const struct acr__rule_list *by_type(struct acr__compile *ctx, const struct acr__list *indexes) {
  struct acr__rule_list *lists = ACR__NEW_N(ctx->arena, struct acr__rule_list, ctx->types.count + 1);
  for (int type = 0; type < ctx->types.count; type++) {
    struct acr__list woken = {0};
    for (int i = 0; i < indexes->count; i++) {
      int index = *ACR__AT(indexes, int, i);
      if (wakes(ACR__AT(&ctx->rules, struct acr__rule, index), type)) *ACR__PUSH(ctx->arena, &woken, int) = index;
    }
    lists[type] = list_of(&woken);
  }
  return lists;
}

// ---- Levels

static void read_entrance(struct acr__compile *ctx, const acr__node *node, int number, struct acr__plan_level *level) {
  struct acr__list entrance = {0};
  const acr__node *threshold = acr__node_get(node, "threshold");
  acr__rules_read(ctx, acr__node_get(node, "entrance"), ACR_BEHAVIOR_ENTRANCE, number, &entrance);
  level->threshold_rule = acr__threshold_read(ctx, threshold, number);
  if (level->threshold_rule >= 0) {
    ACR__AT(&ctx->rules, struct acr__rule, level->threshold_rule)->index = entrance.count;
    *ACR__PUSH(ctx->arena, &entrance, int) = level->threshold_rule;
  }
  level->entrance = list_of(&entrance);
}

static void read_maintenance(struct acr__compile *ctx, const acr__node *node, int number, struct acr__plan_level *level) {
  struct acr__list maintenance = {0};
  const acr__node *rules = acr__node_get(node, "maintenance"), *schedule = acr__node_get(node, "maintenance_schedule");
  acr__rules_read(ctx, rules, ACR_BEHAVIOR_MAINTENANCE, number, &maintenance);
  acr__schedule_read(ctx, schedule, &level->schedule);
  level->maintenance = list_of(&maintenance);
  if (maintenance.count && !schedule)
    acr__fault(ctx, rules, "missing", "`maintenance_schedule` is missing: when the maintenance rules of level `%s` are judged",
               acr__quote(ctx, level->name));
  if (schedule && acr__node_count(rules) == 0)
    acr__warn(ctx, schedule, "no_maintenance", "level `%s` has a schedule and no maintenance rules: nobody is ever demoted from it",
              acr__quote(ctx, level->name));
}

static void read_level(struct acr__compile *ctx, const acr__node *node, int number, struct acr__list *event) {
  struct acr__plan_level *level = &ctx->levels[number];
  level->threshold_rule = -1;
  if (!acr__fields_check(ctx, node, "a level", level_fields, ACR_COUNT(level_fields), NULL)) return;
  const acr__node *earn = acr__node_get(node, "base_earn");
  level->has_base_earn = earn != NULL;
  acr__earn_read(ctx, earn, &level->base_earn, &level->base_earn_count);
  acr__level_end_read(ctx, acr__node_get(node, "expiry"), level);
  if (level->end == ACR_LEVEL_END_SPEND) level->spend_series = acr__spend_series(ctx, ACR_BASIS_TOTAL, acr__node_get(node, "expiry"));
  read_entrance(ctx, node, number, level);
  read_maintenance(ctx, node, number, level);
  struct acr__list purchase = {0};
  acr__rules_read(ctx, acr__node_get(node, "purchase"), ACR_BEHAVIOR_PURCHASE, number, &purchase);
  acr__rules_read(ctx, acr__node_get(node, "event"), ACR_BEHAVIOR_EVENT, number, event);
  level->purchase = list_of(&purchase);
}

// Without `levels` there is one that everybody is in.
static void make_only_level(struct acr__compile *ctx) {
  struct acr__list entrance = {0};
  *ACR__PUSH(ctx->arena, &ctx->rules, struct acr__rule) = (struct acr__rule){
    .name = ACR__SPAN_LIT("Everyone"), .id = ACR__SPAN_LIT("Everyone"), .behavior = ACR_BEHAVIOR_ENTRANCE, .no_rules = true,
  };
  *ACR__PUSH(ctx->arena, &entrance, int) = ctx->rules.count - 1;
  ctx->levels[0] = (struct acr__plan_level){.name = ACR__SPAN_LIT("Tier Level 1"), .entrance = list_of(&entrance), .threshold_rule = -1};
  ctx->plan->level_count = 1;
  ctx->plan->implied_level = true;
}

void acr__levels_read(struct acr__compile *ctx, const acr__node *program) {
  struct acr__plan *plan = ctx->plan;
  const acr__node *node = acr__node_get(program, "levels");
  struct acr__list purchase = {0}, event = {0};
  acr__rules_read(ctx, acr__node_get(program, "purchase"), ACR_BEHAVIOR_PURCHASE, -1, &purchase);
  acr__rules_read(ctx, acr__node_get(program, "event"), ACR_BEHAVIOR_EVENT, -1, &event);
  plan->purchase = list_of(&purchase);

  if (!node) make_only_level(ctx);
  struct acr__list *events = ACR__NEW_N(ctx->arena, struct acr__list, plan->level_count + 1);
  const acr__node *at = node && plan->level_count ? acr__node_first(node) : NULL;
  for (int number = 0; at; at = acr__node_next(at), number++) read_level(ctx, at, number, &events[number]);

  // Only now are all event types known.
  plan->event = by_type(ctx, &event);
  for (int i = 0; i < plan->level_count; i++) ctx->levels[i].event = by_type(ctx, &events[i]);
}
