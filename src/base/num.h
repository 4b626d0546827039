// Checked 64-bit arithmetic and the one way to divide. No floating point.
#ifndef ACR_BASE_NUM_H
#define ACR_BASE_NUM_H
#include <stdbool.h>
#include <stdint.h>

typedef enum acr__rounding { ACR_ROUND_DOWN, ACR_ROUND_HALF_UP, ACR_ROUND_UP } acr__rounding;

// false on overflow; *out untouched then.
static inline bool acr__add(int64_t a, int64_t b, int64_t *out) {
  int64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) return false;
  *out = sum;
  return true;
}

static inline bool acr__sub(int64_t a, int64_t b, int64_t *out) {
  int64_t difference;
  if (__builtin_sub_overflow(a, b, &difference)) return false;
  *out = difference;
  return true;
}

static inline bool acr__mul(int64_t a, int64_t b, int64_t *out) {
  int64_t product;
  if (__builtin_mul_overflow(a, b, &product)) return false;
  *out = product;
  return true;
}

// amount * times / per through 128 bits. down = toward zero, up = away from zero, half_up = half away from zero.
// false on overflow or per == 0.
bool acr__scale(int64_t amount, int64_t times, int64_t per, acr__rounding rounding, int64_t *out);
// 10^exponent for 0..18.
int64_t acr__pow10(int exponent);

// domain P1: units = amount / per truncated to `precision` decimals (0..6); points = units * rate / 10^rate_scale, in
// units of 10^-decimals of a point, rounded once. amount and per share one scale. Nothing below `hurdle` (inclusive;
// 0 = none), the whole amount from it on (P4). Negative amounts give 0 (P6).
struct acr__points_per {
  int64_t rate;      // units of 10^-rate_scale points; negative deducts
  int rate_scale;    // 0..6
  int64_t per;       // > 0
  int precision;     // 0..6
  int decimals;      // of the account, 0..6
  int64_t hurdle;
  acr__rounding rounding;
};
bool acr__points_per(int64_t amount, const struct acr__points_per *rule, int64_t *out);
#endif
