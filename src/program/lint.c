#include "program/lint.h"
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
  acr__lint_levels(ctx, acr__node_get(program, "levels"));
  acr__lint_rules(ctx);
  acr__lint_cycles(ctx);
}
