// Warnings of a whole program: what loads, but cannot be what its author meant.
#ifndef ACR_PROGRAM_LINT_H
#define ACR_PROGRAM_LINT_H
#include "program/compile.h"

// Where a condition stands, and what tells it from others.
struct acr__mark {
  const struct acr__doc *doc;
  const acr__node *node;
  const struct acr__held *held; // own constraints and those of its groups
  int held_count;
  acr__span key, measure; // equal for equal conditions; the same less operator and number
};
// Of the condition that is pushed next.
void acr__mark_condition(struct acr__compile *ctx, const struct acr__mark *mark);

// Of the rule that is pushed next: where a program writes or uses it.
void acr__mark_rule(struct acr__compile *ctx, const acr__node *node);

// An outcome's event, level and program, by the rule that it will belong to.
struct acr__outcome_note {
  int rule; // index in ctx->rules
  const struct acr__component *component;
  acr__span event, level, program;
  const struct acr__doc *doc;
  const acr__node *node;
};
void acr__note_outcome(struct acr__compile *ctx, const struct acr__vars *vars, const acr__node *node);

// All of them; only of a program without faults.
void acr__lint(struct acr__compile *ctx, const acr__node *program);

// ---- lint_levels.c: levels that are never entered, or never left; `levels` may be NULL
void acr__lint_levels(struct acr__compile *ctx, const acr__node *levels);
// ---- lint_rule.c: rules that cannot fire
void acr__lint_rules(struct acr__compile *ctx);
// ---- lint_narrow.c: constraints that let nothing through; is there such a one of this condition?
bool acr__lint_constraints(struct acr__compile *ctx, const struct acr__cond *cond, const struct acr__mark *mark);
// ---- lint_cycle.c: events that rules raise in a circle
void acr__lint_cycles(struct acr__compile *ctx);
// A warning at a place of any document.
void acr__warn_at(struct acr__compile *ctx, const struct acr__doc *doc, const acr__node *node, const char *code, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
#endif
