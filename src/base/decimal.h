// Exact decimals: text <-> int64 in units of 10^-scale. Never through binary floating point.
#ifndef ACR_BASE_DECIMAL_H
#define ACR_BASE_DECIMAL_H
#include "base/num.h"
#include "base/span.h"

typedef enum acr__decimal_result {
  ACR_DECIMAL_OK,
  ACR_DECIMAL_SYNTAX,   // not -?digits(.digits)?
  ACR_DECIMAL_DIGITS,   // more than 15 significant digits
  ACR_DECIMAL_PLACES,   // more decimals than `scale` (trailing zeros are no decimals)
} acr__decimal_result;

// Parses "-12.50" at `scale` (0..9). An exponent, a plus sign, a bare or leading point are syntax errors.
acr__decimal_result acr__decimal_parse(acr__span text, int scale, int64_t *out);
// The same, but surplus decimals are rounded half up instead of refused.
acr__decimal_result acr__decimal_parse_round(acr__span text, int scale, int64_t *out);
// Writes value with exactly `scale` decimals, terminated; buf holds at least 32 bytes. Returns the length.
int acr__decimal_format(int64_t value, int scale, char *buf);
#endif
