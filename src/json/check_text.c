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

static char *unicode_escape(acr__check *check, char *at) {
  int32_t code = hex4(check, at);
  if (code < 0) return acr__check_fail(check, at, "json_syntax", "found a broken escape, wanted \\u and four hex digits");
  if (code == 0) return acr__check_fail(check, at, "json_nul", "found \\u0000, wanted a text without NUL");
  if (code < 0xD800 || code > 0xDFFF) return at + 6;
  bool pair = code < 0xDC00 && check->end - at >= 12 && at[6] == '\\' && at[7] == 'u';
  int32_t low = pair ? hex4(check, at + 6) : -1;
  if (low < 0xDC00 || low > 0xDFFF) {
    return acr__check_fail(check, at, "json_utf8", "found a lone surrogate %.6s, wanted a pair of them or none", at);
  }
  return at + 12;
}

static char *escape(acr__check *check, char *at) {
  if (check->end - at < 2) return acr__check_unexpected(check, check->end, "the rest of an escape");
  switch (at[1]) {
  case '"':
  case '\\':
  case '/':
  case 'b':
  case 'f':
  case 'n':
  case 'r':
  case 't':
    return at + 2;
  case 'u':
    return unicode_escape(check, at);
  default:
    return acr__check_fail(check, at, "json_syntax", "found an escape with %s, wanted one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u",
                           acr__check_found(check, at + 1));
  }
}

char *acr__check_string_rest(acr__check *check, char *at, bool *escaped) {
  while (true) {
    at += acr__plain_before(at);
    unsigned char byte = (unsigned char)*at;
    if (byte == '"') return at;
    if (at >= check->end) return acr__check_unexpected(check, at, "the closing '\"' of a string");
    if (byte == '\\') {
      *escaped = true;
      at = escape(check, at);
      if (!at) return NULL;
    } else if (byte < 0x20) {
      return acr__check_unexpected(check, at, "control characters of a string to be escaped");
    } else {
      size_t len = acr__utf8_len(at, check->end);
      if (len == 0) return acr__check_fail(check, at, "json_utf8", "found byte 0x%02X, wanted well-formed UTF-8", byte);
      at += len;
    }
  }
}

static char *skip_digits(char *at) {
  while (*at >= '0' && *at <= '9')
    at++;
  return at;
}

static char *in_range(acr__check *check, char *start, char *end, acr__span whole, bool integer, acr__span exponent) {
  static const acr__span largest = ACR__SPAN_LIT("9007199254740992");
  size_t bytes = (size_t)(end - start);
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
  if (power <= 308) return end;
  return acr__check_fail(check, start, "json_number", "found %.*s, wanted an exponent of at most 308", (int)bytes, start);
}

char *acr__check_number(acr__check *check, char *at) {
  char *start = at, *digits;
  if (*at == '-') at++;
  acr__span whole = {at, 0}, exponent = {0};
  at = skip_digits(at);
  whole.len = (size_t)(at - whole.ptr);
  if (whole.len == 0) return acr__check_unexpected(check, at, "a digit");
  if (whole.len > 1 && *whole.ptr == '0') {
    return acr__check_fail(check, whole.ptr, "json_syntax", "found a number with a leading zero, wanted none");
  }
  bool integer = true;
  if (*at == '.') {
    integer = false;
    digits = ++at;
    at = skip_digits(at);
    if (at == digits) return acr__check_unexpected(check, at, "a digit behind the point");
  }
  if (*at == 'e' || *at == 'E') {
    integer = false;
    at++;
    if (*at == '+' || *at == '-') at++;
    digits = at;
    at = skip_digits(at);
    exponent = (acr__span){digits, (size_t)(at - digits)};
    if (exponent.len == 0) return acr__check_unexpected(check, at, "a digit of the exponent");
  }
  return in_range(check, start, at, whole, integer, exponent);
}
