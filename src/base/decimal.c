#include "base/decimal.h"

enum { DIGITS_MAX = 15, INT64_DIGITS = 18, EVERYDAY_BYTES = 12, EVERYDAY_SCALE = 6 }; // which are 18 digits at most

// The parts of "-0012.500": whole "12", fraction "5".
struct parts {
  bool negative;
  acr__span whole, fraction; // without leading and trailing zeros
};

static size_t digits_at(acr__span text, size_t at) {
  size_t end = at;
  while (end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9')
    end++;
  return end - at;
}

static bool split(acr__span text, struct parts *out) {
  size_t at = text.len && text.ptr[0] == '-' ? 1 : 0;
  out->negative = at == 1;
  size_t count = digits_at(text, at);
  if (count == 0) return false;
  out->whole = (acr__span){text.ptr + at, count};
  out->fraction = (acr__span){NULL, 0};
  at += count;
  if (at < text.len) {
    if (text.ptr[at] != '.') return false;
    count = digits_at(text, at + 1);
    if (count == 0 || at + 1 + count != text.len) return false;
    out->fraction = (acr__span){text.ptr + at + 1, count};
  }
  while (out->whole.len && out->whole.ptr[0] == '0')
    out->whole.ptr++, out->whole.len--;
  while (out->fraction.len && out->fraction.ptr[out->fraction.len - 1] == '0')
    out->fraction.len--;
  return true;
}

static size_t significant(const struct parts *parts) {
  if (parts->whole.len) return parts->whole.len + parts->fraction.len;
  size_t zeros = 0;
  while (zeros < parts->fraction.len && parts->fraction.ptr[zeros] == '0')
    zeros++;
  return parts->fraction.len - zeros;
}

// The everyday kind, digits and perhaps a point and as many decimals as there may be, in one pass. false = it is another kind.
static bool everyday(acr__span text, int scale, int64_t *out) {
  int64_t value = 0;
  size_t point = text.len; // where it stands
  if (text.len == 0 || text.len > EVERYDAY_BYTES || scale > EVERYDAY_SCALE) return false;
  for (size_t i = 0; i < text.len; i++) {
    unsigned digit = (unsigned)(unsigned char)text.ptr[i] - '0';
    if (digit <= 9)
      value = value * 10 + (int)digit;
    else if (text.ptr[i] == '.' && point == text.len && i > 0 && i + 1 < text.len)
      point = i;
    else
      return false;
  }
  int missing = scale - (point < text.len ? (int)(text.len - point) - 1 : 0);
  if (missing < 0) return false;
  for (; missing > 0; missing--)
    value *= 10;
  *out = value;
  return true;
}

static acr__decimal_result parse(acr__span text, int scale, bool round, int64_t *out) {
  struct parts parts;
  if (everyday(text, scale, out)) return ACR_DECIMAL_OK;
  if (!split(text, &parts)) return ACR_DECIMAL_SYNTAX;
  size_t places = (size_t)scale;
  if (significant(&parts) > DIGITS_MAX || parts.whole.len + places > INT64_DIGITS) return ACR_DECIMAL_DIGITS;
  if (parts.fraction.len > places && !round) return ACR_DECIMAL_PLACES;
  int64_t value = 0; // at most 18 digits: cannot overflow
  for (size_t i = 0; i < parts.whole.len; i++)
    value = value * 10 + (parts.whole.ptr[i] - '0');
  for (size_t i = 0; i < places; i++)
    value = value * 10 + (i < parts.fraction.len ? parts.fraction.ptr[i] - '0' : 0);
  if (parts.fraction.len > places && parts.fraction.ptr[places] >= '5') value++;
  *out = parts.negative ? -value : value;
  return ACR_DECIMAL_OK;
}

acr__decimal_result acr__decimal_parse(acr__span text, int scale, int64_t *out) {
  return parse(text, scale, false, out);
}

acr__decimal_result acr__decimal_parse_round(acr__span text, int scale, int64_t *out) {
  return parse(text, scale, true, out);
}

int acr__decimal_format(int64_t value, int scale, char *buf) {
  char reversed[32];
  int len = 0;
  uint64_t rest = value < 0 ? ~(uint64_t)value + 1 : (uint64_t)value;
  do {
    if (len == scale && scale > 0) reversed[len++] = '.';
    reversed[len++] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest || len < scale + (scale > 0 ? 2 : 1));
  if (value < 0) reversed[len++] = '-';
  for (int i = 0; i < len; i++)
    buf[i] = reversed[len - 1 - i];
  buf[len] = '\0';
  return len;
}
