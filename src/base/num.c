#include "base/num.h"

__extension__ typedef __int128 wide;

// dividend / divisor in the given rounding; divisor > 0. false when the result leaves 64 bits.
static bool divide(wide dividend, wide divisor, acr__rounding rounding, int64_t *out) {
  wide quotient = dividend / divisor; // toward zero
  wide rest = dividend % divisor;
  wide size = rest < 0 ? -rest : rest;
  bool away = rounding == ACR_ROUND_UP ? size > 0 : rounding == ACR_ROUND_HALF_UP && size >= divisor - size;
  if (away) quotient += dividend < 0 ? -1 : 1;
  if (quotient > INT64_MAX || quotient < INT64_MIN) return false;
  *out = (int64_t)quotient;
  return true;
}

bool acr__scale(int64_t amount, int64_t times, int64_t per, acr__rounding rounding, int64_t *out) {
  if (per == 0) return false;
  wide product = (wide)amount * times;
  return per > 0 ? divide(product, per, rounding, out) : divide(-product, -(wide)per, rounding, out);
}

int64_t acr__pow10(int exponent) {
  static const int64_t powers[] = {
      1LL,
      10LL,
      100LL,
      1000LL,
      10000LL,
      100000LL,
      1000000LL,
      10000000LL,
      100000000LL,
      1000000000LL,
      10000000000LL,
      100000000000LL,
      1000000000000LL,
      10000000000000LL,
      100000000000000LL,
      1000000000000000LL,
      10000000000000000LL,
      100000000000000000LL,
      1000000000000000000LL,
  };
  return exponent < 0 ? 0 : exponent > 18 ? INT64_MAX : powers[exponent];
}

bool acr__points_per(int64_t amount, const struct acr__points_per *rule, int64_t *out) {
  if (amount <= 0 || (rule->hurdle > 0 && amount < rule->hurdle)) {
    *out = 0;
    return true;
  }
  if (rule->per <= 0) return false;
  wide units = (wide)amount * acr__pow10(rule->precision) / rule->per;
  wide points;
  if (__builtin_mul_overflow(units, (wide)rule->rate, &points) ||
      __builtin_mul_overflow(points, (wide)acr__pow10(rule->decimals), &points)) {
    return false;
  }
  // P6: what is deducted is always rounded in the member's favour.
  acr__rounding rounding = rule->rate < 0 ? ACR_ROUND_DOWN : rule->rounding;
  return divide(points, (wide)acr__pow10(rule->precision) * acr__pow10(rule->rate_scale), rounding, out);
}
