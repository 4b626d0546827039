// Rules that can never fire: by what wakes them, and by conditions that exclude each other.
#include "program/lint.h"

typedef enum truth { NEVER, PERHAPS, ALWAYS } truth;

// What wakes a rule: a purchase, one event type, any custom event, or whatever looks at entrance.
enum { WAKE_PURCHASE = -1, WAKE_ANY = -2, WAKE_OPEN = -3 };

struct looking {
  struct acr__compile *ctx;
  const struct acr__rule *rule;
  bool *empty;  // by condition: its own constraints let nothing through
  int warnings; // given about parts of this rule
  int wake;
};

static const struct acr__cond *cond_of(const struct looking *look, int node) {
  return ACR__AT(&look->ctx->conds, struct acr__cond, look->rule->tree[node].cond);
}

static const struct acr__mark *mark_of(const struct looking *look, int node) {
  return ACR__AT(&look->ctx->marks, struct acr__mark, look->rule->tree[node].cond);
}

// ---- Two conditions that must hold together

// What a comparison allows, as whole units of the number's scale.
struct range {
  int64_t low, high;
};

static bool range_of(const struct acr__cond *cond, bool negated, struct range *out) {
  *out = (struct range){INT64_MIN, INT64_MAX};
  if (!cond->has_operator) return false;
  bool above = cond->op == ACR_OP_GE || cond->op == ACR_OP_GT;
  if (cond->op == ACR_OP_EQ) {
    *out = (struct range){cond->number, cond->number};
    return !negated;
  }
  int64_t least = cond->op == ACR_OP_GT || cond->op == ACR_OP_LE ? 1 : 0; // of `>=`: the first number that is above
  if (above != negated)
    out->low = cond->number + least;
  else
    out->high = cond->number + least - 1;
  return true;
}

// Operands that a group of `all` has, those of groups inside it included; under `none` they must not hold.
struct operand {
  int node;
  bool negated;
};
enum { OPERANDS_MAX = 200 };

static int gather(const struct looking *look, int group, bool negated, struct operand *out, int count) {
  const struct acr__tree *tree = look->rule->tree;
  for (int at = tree[group].first_child; at >= 0 && count < OPERANDS_MAX; at = tree[at].next) {
    if (tree[at].kind == ACR_NODE_COND)
      out[count++] = (struct operand){at, negated};
    else if (!negated && tree[at].kind != ACR_NODE_ANY)
      count = gather(look, at, tree[at].kind == ACR_NODE_NONE, out, count);
    else if (negated && tree[at].kind == ACR_NODE_ANY)
      count = gather(look, at, true, out, count);
  }
  return count;
}

static bool exclude(const struct looking *look, const struct operand *a, const struct operand *b) {
  const struct acr__mark *one = mark_of(look, a->node), *two = mark_of(look, b->node);
  struct range left, right;
  if (one->key.len == 0 || two->key.len == 0) return false;
  if (a->negated != b->negated && acr__span_eq(one->key, two->key)) return true;
  if (!acr__span_eq(one->measure, two->measure)) return false;
  if (!range_of(cond_of(look, a->node), a->negated, &left) || !range_of(cond_of(look, b->node), b->negated, &right)) return false;
  return (left.low > right.low ? left.low : right.low) > (left.high < right.high ? left.high : right.high);
}

// Two operands of the group that exclude each other; told once, when `tell`.
static bool contradicts(struct looking *look, int group, bool negated, bool tell) {
  struct operand operands[OPERANDS_MAX];
  int count = gather(look, group, negated, operands, 0);
  for (int i = 0; i < count; i++) {
    for (int k = 0; k < i; k++) {
      if (!exclude(look, &operands[i], &operands[k])) continue;
      if (!tell) return true;
      const struct acr__mark *mark = mark_of(look, operands[i].node);
      acr__span one = cond_of(look, operands[k].node)->sentence, two = cond_of(look, operands[i].node)->sentence;
      acr__warn_at(look->ctx, mark->doc, mark->node, "contradiction",
                   "%s\"%.*s\" and %s\"%.*s\" can never be true together; drop one of them", operands[k].negated ? "not " : "",
                   (int)one.len, one.ptr, operands[i].negated ? "not " : "", (int)two.len, two.ptr);
      look->warnings++;
      return true;
    }
  }
  return false;
}

// ---- The truth of a tree at what wakes it

static bool listens(const struct acr__cond *cond, int type) {
  if (!cond->is_custom) return false;
  for (int i = 0; i < cond->type_count; i++) {
    if (cond->types[i] == type) return true;
  }
  return cond->type_count == 0;
}

// A phrase that only says "this event happened", without a constraint.
static bool is_bare(const struct acr__cond *cond) {
  if (cond->narrow_count || cond->has_operator || cond->is_movement) return false; // no movement of points in escrow is looked at
  for (int i = 0; i < cond->phrase->var_count; i++) {
    if (cond->phrase->vars[i].type != ACR_VAR_EVENT) return false;
  }
  return true;
}

static truth of_cond(const struct looking *look, int node) {
  const struct acr__cond *cond = cond_of(look, node);
  if (look->empty[look->rule->tree[node].cond]) return NEVER;
  if (cond->over != ACR_OVER_CURRENT || look->wake == WAKE_OPEN) return PERHAPS;
  if (look->wake == WAKE_ANY) return cond->is_custom && cond->type_count == 0 && is_bare(cond) ? ALWAYS : PERHAPS;
  bool sees = look->wake == WAKE_PURCHASE ? cond->is_purchase : listens(cond, look->wake);
  return !sees ? NEVER : is_bare(cond) ? ALWAYS : PERHAPS;
}

static truth of_node(struct looking *look, int node) {
  const struct acr__tree *tree = look->rule->tree;
  acr__tree_kind kind = tree[node].kind;
  if (kind == ACR_NODE_COND) return of_cond(look, node);
  int never = 0, always = 0, count = 0;
  for (int at = tree[node].first_child; at >= 0; at = tree[at].next, count++) {
    truth one = of_node(look, at);
    never += one == NEVER;
    always += one == ALWAYS;
  }
  switch (kind) {
  case ACR_NODE_ANY:
    return always ? ALWAYS : never == count ? NEVER : PERHAPS;
  case ACR_NODE_NONE:
    return always ? NEVER : never == count ? ALWAYS : PERHAPS;
  default:
    return never || contradicts(look, node, false, false) ? NEVER : always == count ? ALWAYS : PERHAPS;
  }
}

// Is the node false at everything that wakes the rule?
static bool never_holds(struct looking *look, int node) {
  const struct acr__rule *rule = look->rule;
  look->wake = rule->behavior == ACR_BEHAVIOR_PURCHASE ? WAKE_PURCHASE : rule->behavior == ACR_BEHAVIOR_EVENT ? WAKE_ANY : WAKE_OPEN;
  if (look->wake != WAKE_ANY || rule->type_count == 0) return of_node(look, node) == NEVER;
  for (int i = 0; i < rule->type_count; i++) {
    look->wake = rule->types[i];
    if (of_node(look, node) != NEVER) return false;
  }
  return true;
}

// Domain B3: a trigger without constraints is true at every event that wakes the rule.
static void look_at_none(struct looking *look, int group) {
  const struct acr__tree *tree = look->rule->tree;
  for (int at = tree[group].first_child; at >= 0; at = tree[at].next) {
    bool bare = tree[at].kind == ACR_NODE_COND && cond_of(look, at)->over == ACR_OVER_CURRENT && is_bare(cond_of(look, at));
    if (!bare || !never_holds(look, group)) continue;
    const struct acr__mark *mark = mark_of(look, at);
    acr__warn_at(look->ctx, mark->doc, mark->node, "never",
                 "a trigger without constraints under `none` is true at every event that wakes the rule: this group never holds%s",
                 never_holds(look, 0) ? ", and the rule can never fire" : "");
    look->warnings++;
    return;
  }
}

static void look_at(struct looking *look, const struct acr__mark *place) {
  const struct acr__rule *rule = look->rule;
  for (int i = 0; i < rule->tree_count; i++) {
    acr__tree_kind kind = rule->tree[i].kind;
    if (kind == ACR_NODE_COND && mark_of(look, i)->node) {
      bool empty = acr__lint_constraints(look->ctx, cond_of(look, i), mark_of(look, i));
      look->empty[rule->tree[i].cond] = empty;
      look->warnings += empty;
    }
  }
  for (int i = 0; i < rule->tree_count; i++) {
    if (rule->tree[i].kind == ACR_NODE_ALL) contradicts(look, i, false, true);
    if (rule->tree[i].kind == ACR_NODE_NONE) look_at_none(look, i);
  }
  if (look->warnings == 0 && never_holds(look, 0)) {
    acr__warn_at(look->ctx, place->doc, place->node, "never",
                 "rule `%s` can never fire: no event that wakes it makes its conditions true together; an event has one type only",
                 acr__quote(look->ctx, rule->name));
  }
}

void acr__lint_rules(struct acr__compile *ctx) {
  struct looking look = {.ctx = ctx, .empty = ACR__NEW_N(ctx->arena, bool, ctx->conds.count + 1)};
  for (int i = 0; i < ctx->rules.count; i++) {
    look.rule = ACR__AT(&ctx->rules, struct acr__rule, i);
    look.warnings = 0;
    const struct acr__mark *place = ACR__AT(&ctx->rule_marks, struct acr__mark, i);
    if (look.rule->tree_count && place->node) look_at(&look, place);
  }
}
