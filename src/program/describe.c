// A whole program: its rules and levels.
#include "program/describe.h"
#include "calendar/calendar.h"

static void describe_earning(const struct acr__earn *earns, int count, acr__writer *w) {
  acr__write_key(w, "base_earn");
  acr__write_array(w);
  for (int i = 0; i < count; i++)
    acr__write_span(w, earns[i].sentence);
  acr__write_array_end(w);
}

// ---- Rules

static void describe_tree(const struct acr__plan *plan, const struct acr__tree *tree, int at, acr__writer *w) {
  static const char *const words[] = {[ACR_NODE_ALL] = "all", [ACR_NODE_ANY] = "any", [ACR_NODE_NONE] = "none"};
  const struct acr__tree *node = &tree[at];
  acr__write_object(w);
  if (node->kind == ACR_NODE_COND) {
    acr__write_key(w, "sentence");
    acr__write_span(w, plan->conds[node->cond].sentence);
    acr__write_object_end(w);
    return;
  }
  if (node->name.len) {
    acr__write_key(w, "name");
    acr__write_span(w, node->name);
  }
  if (node->sentence.len) {
    acr__write_key(w, "constraints");
    acr__write_span(w, node->sentence);
  }
  acr__write_key(w, words[node->kind]);
  acr__write_array(w);
  for (int child = node->first_child; child >= 0; child = tree[child].next)
    describe_tree(plan, tree, child, w);
  acr__write_array_end(w);
  acr__write_object_end(w);
}

static void describe_limit(const struct acr__limit *limit, acr__writer *w) {
  acr__buf out = {0};
  if (limit->times == 0) return;
  if (limit->times == 1)
    acr__buf_text(&out, "at most once");
  else
    acr__buf_printf(&out, "at most %lld times", (long long)limit->times);
  if (limit->forever)
    acr__buf_text(&out, " ever");
  else
    acr__buf_printf(&out, " a %s", acr__unit_names[limit->per]);
  acr__write_key(w, "limit");
  acr__write_span(w, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
}

static void describe_day(const struct acr__plan *plan, const char *key, bool given, acr__time at, acr__writer *w) {
  if (!given) return;
  acr__date date = acr__local_date(plan->zone, at);
  acr__buf out = {0};
  acr__buf_printf(&out, "%04d-%02d-%02d", date.year, date.month, date.day);
  acr__write_key(w, key);
  acr__write_span(w, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
}

static void describe_outcome(const struct acr__out *out, acr__writer *w) {
  acr__write_object(w);
  acr__write_key(w, "rank");
  acr__write_int(w, out->rank);
  acr__write_key(w, "sentence");
  acr__write_span(w, out->sentence);
  if (out->on_unmet) {
    acr__write_key(w, "on");
    acr__write_text(w, "unmet");
  }
  if (out->basis_purchase) {
    acr__write_key(w, "basis");
    acr__write_text(w, "purchase");
  }
  acr__write_object_end(w);
}

static void describe_rule(const struct acr__plan *plan, const struct acr__rule *rule, acr__writer *w) {
  acr__write_object(w);
  acr__write_key(w, "rule");
  acr__write_span(w, rule->name);
  if (!acr__span_eq(rule->id, rule->name)) {
    acr__write_key(w, "id");
    acr__write_span(w, rule->id);
  }
  describe_limit(&rule->limit, w);
  describe_day(plan, "from", rule->has_from, rule->from, w);
  describe_day(plan, "until", rule->has_until, rule->until - 1, w);
  acr__write_key(w, "when");
  if (rule->tree_count)
    describe_tree(plan, rule->tree, 0, w);
  else
    acr__write_text(w, "no rules");
  acr__write_key(w, "outcomes");
  acr__write_array(w);
  for (int i = 0; i < rule->out_count; i++)
    describe_outcome(&rule->outs[i], w);
  acr__write_array_end(w);
  acr__write_object_end(w);
}

static void describe_rules(const struct acr__plan *plan, acr__behavior behavior, int level, acr__writer *w) {
  acr__write_key(w, acr__behavior_name(behavior));
  acr__write_array(w);
  for (int i = 0; i < plan->rule_count; i++) {
    if (plan->rules[i].behavior == behavior && plan->rules[i].level == level) describe_rule(plan, &plan->rules[i], w);
  }
  acr__write_array_end(w);
}

// ---- The whole

static void describe_level(const struct acr__plan *plan, int number, const char *status, acr__writer *w) {
  const struct acr__plan_level *level = &plan->levels[number];
  acr__write_object(w);
  acr__write_key(w, "level");
  acr__write_span(w, level->name);
  if (status) {
    acr__write_key(w, "status");
    acr__write_text(w, status);
  }
  acr__describe_terms(level, w);
  if (level->has_base_earn) describe_earning(level->base_earn, level->base_earn_count, w);
  for (acr__behavior behavior = ACR_BEHAVIOR_ENTRANCE; behavior <= ACR_BEHAVIOR_MAINTENANCE; behavior++)
    describe_rules(plan, behavior, number, w);
  acr__write_object_end(w);
}

void acr__plan_describe(const struct acr__plan *plan, const char *const *status, acr__writer *w) {
  acr__describe_money(plan, w);
  acr__describe_assets(plan, w);
  acr__describe_audiences(plan, w);
  acr__describe_places(plan, w);
  acr__describe_settings(&plan->settings, w);
  describe_earning(plan->base_earn, plan->base_earn_count, w);
  describe_rules(plan, ACR_BEHAVIOR_PURCHASE, -1, w);
  describe_rules(plan, ACR_BEHAVIOR_EVENT, -1, w);
  acr__write_key(w, "levels");
  acr__write_array(w);
  for (int i = 0; i < plan->level_count; i++)
    describe_level(plan, i, status ? status[i] : NULL, w);
  acr__write_array_end(w);
}
