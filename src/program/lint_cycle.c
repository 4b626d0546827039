// Events that rules raise in a circle: the chain stops where a rule would fire a second time in it, which is rarely meant.
#include "program/lint.h"

enum { TYPES_MAX = 1024, TOLD_MAX = 20, RAISED_MAX = 6 };

struct circle {
  struct acr__compile *ctx;
  int types;
  int *rule;  // [from * types + to]: a rule + 1 that `from` wakes and that raises `to`
  int *state; // by type: 0 = not yet seen, 1 = on the path, 2 = done
  int *path;  // types from the start to here
  int depth, told;
};

static int type_number(const struct acr__compile *ctx, acr__span name) {
  for (int i = 0; name.len && i < ctx->types.count; i++) {
    if (acr__span_eq(*ACR__AT(&ctx->types, acr__span, i), name)) return i;
  }
  return -1;
}

// The types that an outcome raises, by what it names and does.
static int raised(const struct acr__compile *ctx, const struct acr__outcome_note *note, int *out) {
  const struct acr__component *component = note->component;
  acr__span names[RAISED_MAX];
  int count = 0, known = 0;
  names[count++] = note->event;
  if (acr__var_of_type(component, ACR_VAR_SOURCE) >= 0) names[count++] = ACR__SPAN_LIT("points.earned");
  if (acr__var_of_type(component, ACR_VAR_LEVEL) >= 0) {
    names[count++] = ACR__SPAN_LIT("level.promoted");
    names[count++] = ACR__SPAN_LIT("level.demoted");
  }
  if (acr__span_is(component->name, "issue_offer")) names[count++] = ACR__SPAN_LIT("offer.issued");
  if (acr__span_is(component->name, "auto_purchase")) names[count++] = ACR__SPAN_LIT("offer.purchased");
  if (acr__span_is(component->name, "spend_points")) names[count++] = ACR__SPAN_LIT("points.spent");
  for (int i = 0; i < count; i++) {
    int type = type_number(ctx, names[i]);
    if (type >= 0) out[known++] = type;
  }
  return known;
}

static void add_edges(struct circle *c, const struct acr__outcome_note *note) {
  const struct acr__rule *rule = ACR__AT(&c->ctx->rules, struct acr__rule, note->rule);
  int to[RAISED_MAX], count = raised(c->ctx, note, to);
  if (rule->behavior != ACR_BEHAVIOR_EVENT) return;
  for (int i = 0; i < count; i++) {
    for (int k = 0; k < (rule->type_count ? rule->type_count : c->types); k++) {
      int *edge = &c->rule[(rule->type_count ? rule->types[k] : k) * c->types + to[i]];
      if (*edge == 0) *edge = note->rule + 1;
    }
  }
}

// The path from where `type` stands on it, back to `type`.
static void tell(struct circle *c, int type) {
  struct acr__compile *ctx = c->ctx;
  acr__buf text = {0};
  int start = 0, first = 0;
  while (c->path[start] != type)
    start++;
  for (int i = start; i < c->depth; i++) {
    int next = i + 1 < c->depth ? c->path[i + 1] : type, rule = c->rule[c->path[i] * c->types + next] - 1;
    if (i == start) first = rule;
    acr__buf_printf(&text, "event `%s` wakes rule `%s`, which raises ", acr__quote(ctx, *ACR__AT(&ctx->types, acr__span, c->path[i])),
                    acr__quote(ctx, ACR__AT(&ctx->rules, struct acr__rule, rule)->name));
  }
  const struct acr__mark *place = ACR__AT(&ctx->rule_marks, struct acr__mark, first);
  acr__warn_at(ctx, place->doc, place->node, "cycle", "rules raise events in a circle: %.*sevent `%s`; a rule fires once in such a chain",
               (int)text.len, (const char *)text.ptr, acr__quote(ctx, *ACR__AT(&ctx->types, acr__span, type)));
  acr__buf_free(&text);
  c->told++;
}

static void visit(struct circle *c, int type) {
  c->state[type] = 1;
  c->path[c->depth++] = type;
  for (int next = 0; next < c->types && c->told < TOLD_MAX; next++) {
    if (c->rule[type * c->types + next] == 0) continue;
    if (c->state[next] == 1)
      tell(c, next);
    else if (c->state[next] == 0)
      visit(c, next);
  }
  c->depth--;
  c->state[type] = 2;
}

void acr__lint_cycles(struct acr__compile *ctx) {
  struct circle c = {.ctx = ctx, .types = ctx->types.count};
  if (c.types == 0 || c.types > TYPES_MAX || ctx->notes.count == 0) return;
  c.rule = ACR__NEW_N(ctx->arena, int, c.types *c.types);
  c.state = ACR__NEW_N(ctx->arena, int, c.types);
  c.path = ACR__NEW_N(ctx->arena, int, c.types);
  for (int i = 0; i < ctx->notes.count; i++)
    add_edges(&c, ACR__AT(&ctx->notes, struct acr__outcome_note, i));
  for (int type = 0; type < c.types && c.told < TOLD_MAX; type++) {
    if (c.state[type] == 0) visit(&c, type);
  }
}
