#include "json/check.h"
#include "json/utf8.h"

static int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The four digits behind "\u" at `at`; -1 when there are not four.
static int32_t hex4(const acr__check *check, const char *at) {
  if (check->end - at < 6) return -1;
  int32_t code = 0;
  for (int i = 2; i < 6; i++) {
    int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

static bool unicode_escape(acr__check *check) {
  const char *at = check->at;
  int32_t code = hex4(check, at);
  if (code < 0) return acr__check_fail(check, at, "json_syntax", "found a broken escape, wanted \\u and four hex digits");
  if (code == 0) return acr__check_fail(check, at, "json_nul", "found \\u0000, wanted a text without NUL");
  check->at += 6;
  if (code < 0xD800 || code > 0xDFFF) return true;
  bool pair = code < 0xDC00 && check->end - check->at >= 6 && check->at[0] == '\\' && check->at[1] == 'u';
  int32_t low = pair ? hex4(check, check->at) : -1;
  if (low < 0xDC00 || low > 0xDFFF) {
    return acr__check_fail(check, at, "json_utf8", "found a lone surrogate %.6s, wanted a pair of them or none", at);
  }
  check->at += 6;
  return true;
}

static bool escape(acr__check *check) {
  if (check->end - check->at < 2) {
    check->at = check->end;
    return acr__check_unexpected(check, "the rest of an escape");
  }
  switch (check->at[1]) {
  case '"':
  case '\\':
  case '/':
  case 'b':
  case 'f':
  case 'n':
  case 'r':
  case 't':
    check->at += 2;
    return true;
  case 'u':
    return unicode_escape(check);
  default:
    return acr__check_fail(check, check->at, "json_syntax", "found an escape with %s, wanted one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u",
                           acr__check_found(check, check->at + 1));
  }
}

bool acr__check_string_rest(acr__check *check, bool *escaped) {
  while (true) {
    const char *end = check->end, *at = acr__skip_plain(check->at, end);
    check->at = at;
    if (at == end) return acr__check_unexpected(check, "the closing '\"' of a string");
    unsigned char byte = (unsigned char)*at;
    if (byte == '"') {
      check->at++;
      return true;
    }
    if (byte == '\\') {
      *escaped = true;
      if (!escape(check)) return false;
    } else if (byte < 0x20) {
      return acr__check_unexpected(check, "control characters of a string to be escaped");
    } else {
      size_t len = acr__utf8_len(at, end);
      if (len == 0) return acr__check_fail(check, at, "json_utf8", "found byte 0x%02X, wanted well-formed UTF-8", byte);
      check->at += len;
    }
  }
}

static size_t digits(acr__check *check) {
  const char *start = check->at;
  while (check->at < check->end && *check->at >= '0' && *check->at <= '9')
    check->at++;
  return (size_t)(check->at - start);
}

static bool in_range(acr__check *check, const char *start, acr__span whole, bool integer, acr__span exponent) {
  static const acr__span largest = ACR__SPAN_LIT("9007199254740992");
  size_t bytes = (size_t)(check->at - start);
  if (bytes > ACR__JSON_NUMBER_BYTES_MAX) {
    return acr__check_fail(check, start, "json_number", "found a number of %zu bytes, wanted at most %d", bytes,
                           ACR__JSON_NUMBER_BYTES_MAX);
  }
  if (integer && (whole.len > largest.len || (whole.len == largest.len && acr__span_cmp(whole, largest) > 0))) {
    return acr__check_fail(check, start, "json_number", "found %.*s, wanted an integer of at most 2^53 (write larger ones as text)",
                           (int)bytes, start);
  }
  int power = 0;
  for (size_t i = 0; i < exponent.len && power <= 308; i++)
    power = power * 10 + (exponent.ptr[i] - '0');
  if (power <= 308) return true;
  return acr__check_fail(check, start, "json_number", "found %.*s, wanted an exponent of at most 308", (int)bytes, start);
}

bool acr__check_number(acr__check *check) {
  const char *start = check->at;
  if (*check->at == '-') check->at++;
  acr__span whole = {check->at, 0}, exponent = {0};
  whole.len = digits(check);
  if (whole.len == 0) return acr__check_unexpected(check, "a digit");
  if (whole.len > 1 && *whole.ptr == '0') {
    return acr__check_fail(check, whole.ptr, "json_syntax", "found a number with a leading zero, wanted none");
  }
  bool integer = true;
  if (check->at < check->end && *check->at == '.') {
    integer = false;
    check->at++;
    if (digits(check) == 0) return acr__check_unexpected(check, "a digit behind the point");
  }
  if (check->at < check->end && (*check->at == 'e' || *check->at == 'E')) {
    integer = false;
    check->at++;
    if (check->at < check->end && (*check->at == '+' || *check->at == '-')) check->at++;
    exponent.ptr = check->at;
    exponent.len = digits(check);
    if (exponent.len == 0) return acr__check_unexpected(check, "a digit of the exponent");
  }
  return in_range(check, start, whole, integer, exponent);
}
