#include "base/portion.h"

static acr__wide common(acr__wide a, acr__wide b) {
  while (b) {
    acr__wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

bool acr__portion_times(struct acr__portion *portion, int64_t n, int64_t d) {
  struct acr__portion old = portion->d ? *portion : (struct acr__portion){1, 1};
  acr__wide first = common(old.n, d), second = common(n, old.d);
  struct acr__portion made;
  if (__builtin_mul_overflow(old.n / first, n / second, &made.n)) return false;
  if (__builtin_mul_overflow(old.d / second, d / first, &made.d)) return false;
  if (made.n == 0) made.d = 1;
  *portion = made;
  return true;
}

bool acr__portion_most(struct acr__portion *portion, const struct acr__portion *other) {
  acr__wide left, right;
  if (!other->d) return true;
  if (!portion->d) {
    *portion = *other;
    return true;
  }
  if (__builtin_mul_overflow(portion->n, other->d, &left) || __builtin_mul_overflow(other->n, portion->d, &right)) return false;
  if (right > left) *portion = *other;
  return true;
}

bool acr__portion_of(const struct acr__portion *portion, int64_t amount, int64_t *out) {
  acr__wide product;
  if (!portion->d) {
    *out = amount;
    return true;
  }
  if (__builtin_mul_overflow(portion->n, (acr__wide)amount, &product)) return false;
  *out = (int64_t)(product / portion->d); // n <= d: no larger than the amount
  return true;
}
