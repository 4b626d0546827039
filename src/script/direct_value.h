// What instructions mean for the values that are let through, whether a function is followed or folded. false = not for us to say.
#ifndef ACR_SCRIPT_DIRECT_VALUE_H
#define ACR_SCRIPT_DIRECT_VALUE_H
#include "script/direct.h"

static inline bool acr__direct_truth(const struct acr__plain *value) {
  return value->tag != ACR_PLAIN_NIL && value->tag != ACR_PLAIN_FALSE;
}

static inline bool acr__direct_same(const struct acr__plain *value, acr__span text) {
  return value->len == text.len && memcmp(value->text, text.ptr, text.len) == 0;
}

static inline bool acr__direct_equal(const struct acr__plain *a, const struct acr__plain *b, bool *out) {
  if (a->tag > ACR_PLAIN_TEXT || b->tag > ACR_PLAIN_TEXT) return false;
  *out = a->tag == b->tag && (a->tag != ACR_PLAIN_INTEGER || a->i == b->i) &&
         (a->tag != ACR_PLAIN_TEXT || acr__direct_same(a, (acr__span){b->text, b->len}));
  return true;
}

// set[key]
static inline bool acr__direct_in(const struct acr__value *set, const struct acr__plain *key, struct acr__plain *out) {
  bool found = false;
  if (key->tag != ACR_PLAIN_TEXT && key->tag != ACR_PLAIN_NIL) return false;
  for (int i = 0; i < set->list_count && !found && key->tag == ACR_PLAIN_TEXT; i++) found = acr__direct_same(key, set->list[i]);
  *out = acr__plain_boolean(found);
  return true;
}

// As Lua's on integers, which wraps around.
static inline bool acr__direct_arithmetic(uint32_t op, int64_t a, int64_t b, struct acr__plain *out) {
  uint64_t x = (uint64_t)a, y = (uint64_t)b;
  switch (op) {
  case ACR_DO_ADD: *out = acr__plain_integer((int64_t)(x + y)); return true;
  case ACR_DO_SUB: *out = acr__plain_integer((int64_t)(x - y)); return true;
  case ACR_DO_MUL: *out = acr__plain_integer((int64_t)(x * y)); return true;
  default: break;
  }
  if (b == 0 || b == -1) return false;
  bool down = a % b != 0 && ((a % b < 0) != (b < 0));
  *out = acr__plain_integer(op == ACR_DO_IDIV ? a / b - down : a % b + (down ? b : 0));
  return true;
}

// What an arithmetic instruction does, whichever of the three kinds its second operand is.
static inline uint32_t acr__direct_operation(uint32_t op) {
  if (op == ACR_DO_ADDI) return ACR_DO_ADD;
  return op < ACR_DO_ADD ? op - ACR_DO_ADDK + ACR_DO_ADD : op;
}

// purchase:sum, count, any, max and min, one item's value after another.
struct acr__direct_sum {
  acr__direct_method method;
  int64_t sum, best, found;
};

static inline bool acr__direct_sum_done(const struct acr__direct_sum *sum) {
  return sum->method == ACR_DIRECT_ANY && sum->found;
}

static inline bool acr__direct_sum_add(struct acr__direct_sum *sum, const struct acr__plain *value) {
  if (sum->method == ACR_DIRECT_COUNT || sum->method == ACR_DIRECT_ANY) return sum->found += acr__direct_truth(value), true;
  if (value->tag == ACR_PLAIN_NIL) return true;
  if (value->tag != ACR_PLAIN_INTEGER) return false;
  if (sum->method == ACR_DIRECT_SUM) return acr__add(sum->sum, value->i, &sum->sum);
  if (!sum->found || (sum->method == ACR_DIRECT_MAX ? value->i > sum->best : value->i < sum->best)) sum->best = value->i;
  sum->found = 1;
  return true;
}

static inline struct acr__plain acr__direct_sum_of(const struct acr__direct_sum *sum) {
  switch (sum->method) {
  case ACR_DIRECT_SUM: return acr__plain_integer(sum->sum);
  case ACR_DIRECT_COUNT: return acr__plain_integer(sum->found);
  case ACR_DIRECT_ANY: return acr__plain_boolean(sum->found);
  default: return sum->found ? acr__plain_integer(sum->best) : (struct acr__plain){.tag = ACR_PLAIN_NIL};
  }
}
#endif
