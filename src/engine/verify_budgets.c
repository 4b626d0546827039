// I16: what a source has issued over all members is what its awards add up to, and never more than the caps that were recorded.
#include "base/mem.h"
#include "engine/verify.h"
#include <inttypes.h>

static struct acr__verify_budget *budget_of(struct acr__verify *v, int64_t family, int64_t source) {
  for (int i = 0; i < v->budget_count; i++)
    if (v->budgets[i].family == family && v->budgets[i].source == source) return &v->budgets[i];
  v->budgets = acr__mem_resize(v->budgets, ((size_t)v->budget_count + 1) * sizeof *v->budgets);
  v->budgets[v->budget_count] = (struct acr__verify_budget){.family = family, .source = source};
  return &v->budgets[v->budget_count++];
}

static int64_t *day_of(struct acr__verify_budget *b, int64_t day) {
  for (int i = b->count; i > 0; i--) // mostly the newest
    if (b->days[i - 1].day == day) return &b->days[i - 1].points;
  if (b->count == b->cap) {
    b->cap = b->cap ? b->cap * 2 : 32;
    b->days = acr__mem_resize(b->days, (size_t)b->cap * sizeof *b->days);
  }
  b->days[b->count] = (struct acr__verify_day){day, 0};
  return &b->days[b->count++].points;
}

static int64_t more(int64_t a, int64_t b) {
  int64_t sum;
  return acr__add(a, b, &sum) ? sum : INT64_MAX;
}

static int64_t issued(const struct acr__verify_budget *b, int64_t from, int64_t to) {
  int64_t sum = 0;
  for (int i = 0; i < b->count; i++)
    if (b->days[i].day >= from && b->days[i].day < to) sum = more(sum, b->days[i].points);
  return sum;
}

// An award in millionths; 0 for anything else.
static int64_t award_of(struct acr__verify *v, const struct acr__op *op) {
  int64_t account = op->v[ACR_CREDIT_ACCOUNT], points;
  if (op->kind != ACR_OP_CREDIT || op->v[ACR_CREDIT_REASON] != ACR_REASON_AWARD || account < 0 || account >= v->account_count) return 0;
  return acr__mul(op->v[ACR_CREDIT_POINTS], acr__pow10(ACR_CAP_SCALE - v->account_decimals[account]), &points) ? points : INT64_MAX;
}

// `gave`: behind an award; else the cap left nothing to give, and may have been lowered since.
static void check_cap(struct acr__verify *v, const struct acr__record *r, const struct acr__op *op, bool gave) {
  struct acr__verify_budget *b = budget_of(v, op->v[ACR_CAP_FAMILY], op->v[ACR_CAP_SOURCE]);
  int64_t sum = issued(b, op->v[ACR_CAP_FROM], op->v[ACR_CAP_TO]);
  if (sum != op->v[ACR_CAP_ISSUED] || (op->v[ACR_CAP_FROM] == INT32_MIN && sum != b->awarded))
    acr__violation(v, "I16", r, "record %" PRIu64 " says a source has issued %" PRId64 " millionths, its awards add up to %" PRId64, r->seq,
                   op->v[ACR_CAP_ISSUED], op->v[ACR_CAP_FROM] == INT32_MIN ? b->awarded : sum);
  if (gave && sum > op->v[ACR_CAP_MOST])
    acr__violation(v, "I16", r, "after record %" PRIu64 " a source has issued %" PRId64 " millionths, of at most %" PRId64, r->seq, sum,
                   op->v[ACR_CAP_MOST]);
}

static void check_issued(struct acr__verify *v, const struct acr__record *r, const struct acr__op *op, const struct acr__op *credit) {
  struct acr__verify_budget *b = budget_of(v, op->v[ACR_ISSUED_FAMILY], op->v[ACR_ISSUED_SOURCE]);
  int64_t *day = day_of(b, op->v[ACR_ISSUED_DAY]);
  bool follows = credit->kind == ACR_OP_CREDIT && credit->v[ACR_CREDIT_SOURCE] == op->v[ACR_ISSUED_SOURCE] &&
                 award_of(v, credit) == op->v[ACR_ISSUED_POINTS];
  *day = more(*day, op->v[ACR_ISSUED_POINTS]);
  if (!follows || *day != op->v[ACR_ISSUED_AFTER])
    acr__violation(v, "I16", r, "record %" PRIu64 " counts %" PRId64 " millionths of a source, which is not what it awards", r->seq,
                   op->v[ACR_ISSUED_POINTS]);
}

// A release or a status begins to count a source with what it has issued so far.
static void begin(struct acr__verify *v, const struct acr__record *r) {
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    if (op->kind == ACR_OP_BUDGET) budget_of(v, op->v[0], op->v[1])->count = 0;
    if (op->kind == ACR_OP_ISSUED)
      *day_of(budget_of(v, op->v[ACR_ISSUED_FAMILY], op->v[ACR_ISSUED_SOURCE]), op->v[ACR_ISSUED_DAY]) = op->v[ACR_ISSUED_AFTER];
  }
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    const struct acr__verify_budget *b = op->kind == ACR_OP_BUDGET ? budget_of(v, op->v[0], op->v[1]) : NULL;
    if (b && issued(b, INT64_MIN, INT64_MAX) != b->awarded)
      acr__violation(v, "I16", r, "record %" PRIu64 " begins to count a source at %" PRId64 " millionths, its awards add up to %" PRId64,
                     r->seq, issued(b, INT64_MIN, INT64_MAX), b->awarded);
  }
}

void acr__verify_budgets(struct acr__verify *v, const struct acr__record *r) {
  static const struct acr__op none = {.kind = ACR_OP_NAME};
  const struct acr__op *credit = &none;
  bool gave = false;
  if (r->member == 0) {
    begin(v, r);
    return;
  }
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    int64_t points = award_of(v, op);
    if (points > 0) {
      struct acr__verify_budget *b = budget_of(v, v->account_family[op->v[ACR_CREDIT_ACCOUNT]], op->v[ACR_CREDIT_SOURCE]);
      b->awarded = more(b->awarded, points);
      credit = op;
    } else if (op->kind == ACR_OP_ISSUED) {
      check_issued(v, r, op, credit);
      gave = true;
    } else if (op->kind == ACR_OP_CLIP) {
      gave = false;
    } else if (op->kind == ACR_OP_CAP) {
      check_cap(v, r, op, gave);
    }
  }
}
