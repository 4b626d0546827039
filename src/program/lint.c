#include "program/lint.h"
#include "base/decimal.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void acr__warn_at(struct acr__compile *ctx, const struct acr__doc *doc, const acr__node *node, const char *code, const char *format, ...) {
  const struct acr__doc *before = ctx->doc;
  va_list args;
  char *text;
  va_start(args, format);
  int len = vasprintf(&text, format, args);
  va_end(args);
  if (len < 0) return;
  ctx->doc = doc;
  acr__warn(ctx, node, code, "%s", text);
  ctx->doc = before;
  free(text);
}

// ---- Notes while the program is read

void acr__mark_condition(struct acr__compile *ctx, const struct acr__mark *mark) {
  while (ctx->marks.count < ctx->conds.count)
    ACR__PUSH(ctx->arena, &ctx->marks, struct acr__mark);
  *ACR__PUSH(ctx->arena, &ctx->marks, struct acr__mark) = *mark;
}

void acr__mark_rule(struct acr__compile *ctx, const acr__node *node) {
  while (ctx->rule_marks.count < ctx->rules.count)
    ACR__PUSH(ctx->arena, &ctx->rule_marks, struct acr__mark);
  *ACR__PUSH(ctx->arena, &ctx->rule_marks, struct acr__mark) = (struct acr__mark){.doc = ctx->doc, .node = node};
}

static acr__span text_of(const struct acr__vars *vars, acr__var_type type) {
  int var = acr__var_of_type(vars->component, type);
  return var >= 0 && vars->values[var].present ? vars->values[var].text : (acr__span){0};
}

void acr__note_outcome(struct acr__compile *ctx, const struct acr__vars *vars, const acr__node *node) {
  *ACR__PUSH(ctx->arena, &ctx->notes, struct acr__outcome_note) = (struct acr__outcome_note){
      .rule = ctx->rules.count,
      .component = vars->component,
      .event = text_of(vars, ACR_VAR_EVENT),
      .level = text_of(vars, ACR_VAR_LEVEL),
      .program = text_of(vars, ACR_VAR_PROGRAM),
      .doc = ctx->doc,
      .node = node,
  };
}

// ---- Levels

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

// What outcomes say about levels, of this program and of others.
static void keep_moves(struct acr__compile *ctx) {
  struct acr__plan_move *moves = ACR__NEW_N(ctx->arena, struct acr__plan_move, ctx->notes.count + 1);
  for (int i = 0; i < ctx->notes.count; i++) {
    const struct acr__outcome_note *note = ACR__AT(&ctx->notes, struct acr__outcome_note, i);
    if (note->program.len + note->level.len == 0) continue;
    struct acr__plan_move *move = &moves[ctx->plan->move_count++];
    *move = (struct acr__plan_move){.program = note->program,
                                    .level = note->level,
                                    .file = note->doc->file,
                                    .path = acr__node_path(note->doc->json, note->node, ctx->arena)};
    acr__node_place(note->doc->json, note->node, &move->line, &move->column);
  }
  ctx->plan->moves = moves;
}

void acr__lint(struct acr__compile *ctx, const acr__node *program) {
  keep_moves(ctx);
  while (ctx->marks.count < ctx->conds.count)
    ACR__PUSH(ctx->arena, &ctx->marks, struct acr__mark);
  while (ctx->rule_marks.count < ctx->rules.count)
    ACR__PUSH(ctx->arena, &ctx->rule_marks, struct acr__mark);
  int number = 0;
  for (const acr__node *at = acr__node_first(acr__node_get(program, "levels")); at; at = acr__node_next(at))
    look_at_level(ctx, number++, at);
  look_at_entrance(ctx);
  acr__lint_rules(ctx);
  acr__lint_cycles(ctx);
}
