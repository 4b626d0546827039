// What sources had issued when a decision was made, by what its record says of them: so one member can be judged again alone.
#include "base/num.h"
#include "engine/budget.h"

enum { PERIODS_MAX = 16 };
struct period {
  int64_t from, to, issued;
};

static bool is_of(const struct acr__op *op, int64_t family, int64_t source) {
  return (op->kind == ACR_OP_ISSUED || op->kind == ACR_OP_CAP) && op->v[ACR_ISSUED_FAMILY] == family && op->v[ACR_ISSUED_SOURCE] == source;
}

static const struct acr__budget *budget_of(const acr_engine *engine, int64_t family, int64_t source) {
  for (int i = 0; i < engine->budget_count; i++)
    if (engine->budgets[i].family == family && engine->budgets[i].source == source) return &engine->budgets[i];
  return NULL;
}

static void set_day(acr_engine *shadow, int64_t family, int64_t source, int64_t day, int64_t points) {
  struct acr__op op = {.kind = ACR_OP_ISSUED};
  op.v[ACR_ISSUED_FAMILY] = family;
  op.v[ACR_ISSUED_SOURCE] = source;
  op.v[ACR_ISSUED_DAY] = day;
  op.v[ACR_ISSUED_AFTER] = points;
  acr__budget_apply(shadow, &op);
}

// Each day that the operations name as it was before the first of them.
static void set_days(acr_engine *shadow, const struct acr__ops *ops, int first) {
  int64_t family = ops->all[first].v[ACR_ISSUED_FAMILY], source = ops->all[first].v[ACR_ISSUED_SOURCE];
  for (int i = ops->count; i > first; i--) {
    const int64_t *v = ops->all[i - 1].v;
    if (ops->all[i - 1].kind == ACR_OP_ISSUED && is_of(&ops->all[i - 1], family, source))
      set_day(shadow, family, source, v[ACR_ISSUED_DAY], v[ACR_ISSUED_AFTER] - v[ACR_ISSUED_POINTS]);
  }
}

// The periods that the first award was measured by, shortest first.
static int periods_of(const struct acr__ops *ops, int first, struct period *out) {
  int64_t family = ops->all[first].v[ACR_ISSUED_FAMILY], source = ops->all[first].v[ACR_ISSUED_SOURCE], own = 0;
  int count = 0;
  for (int i = first; i < ops->count && count < PERIODS_MAX; i++) {
    const struct acr__op *op = &ops->all[i];
    if (!is_of(op, family, source)) continue;
    if (op->kind == ACR_OP_ISSUED && count) break; // the next award
    if (op->kind == ACR_OP_ISSUED) own = op->v[ACR_ISSUED_POINTS];
    if (op->kind != ACR_OP_CAP) continue;
    struct period one = {op->v[ACR_CAP_FROM], op->v[ACR_CAP_TO], op->v[ACR_CAP_ISSUED] - own};
    int at = count++;
    for (; at > 0 && out[at - 1].to - out[at - 1].from > one.to - one.from; at--)
      out[at] = out[at - 1];
    out[at] = one;
  }
  return count;
}

static bool in_shorter(const struct period *all, int count, int64_t day) {
  for (int i = 0; i < count; i++)
    if (day >= all[i].from && day < all[i].to) return true;
  return false;
}

static void recall(acr_engine *shadow, const struct acr__ops *ops, int first) {
  int64_t family = ops->all[first].v[ACR_ISSUED_FAMILY], source = ops->all[first].v[ACR_ISSUED_SOURCE];
  struct acr__op begin = {.kind = ACR_OP_BUDGET, .v = {family, source}};
  struct period all[PERIODS_MAX];
  int count = periods_of(ops, first, all);
  acr__budget_apply(shadow, &begin);
  set_days(shadow, ops, first);
  const struct acr__budget *budget = budget_of(shadow, family, source);
  for (int i = 0; i < count && budget; i++) {
    int64_t missing = all[i].issued - acr__budget_sum(budget, all[i].from, all[i].to), day = all[i].from;
    if (in_shorter(all, i, day)) day = all[i].to - 1;
    if (missing > 0) set_day(shadow, family, source, day, acr__budget_sum(budget, day, day + 1) + missing);
  }
}

void acr__budget_recall(acr_engine *shadow, const struct acr__ops *ops) {
  for (int i = 0; i < ops->count; i++) {
    const struct acr__op *op = &ops->all[i];
    bool known = op->kind != ACR_OP_ISSUED && op->kind != ACR_OP_CAP;
    for (int k = 0; k < i && !known; k++)
      known = is_of(&ops->all[k], op->v[ACR_ISSUED_FAMILY], op->v[ACR_ISSUED_SOURCE]);
    if (!known) recall(shadow, ops, i);
  }
}
