#include "json/utf8.h"
#include <stdbool.h>

static bool tail(unsigned char byte) {
  return (byte & 0xC0) == 0x80;
}

size_t acr__utf8_len(const char *at, const char *end) {
  const unsigned char *p = (const unsigned char *)at;
  size_t left = (size_t)(end - at);
  if (left == 0) return 0;
  if (p[0] < 0x80) return 1;
  if (p[0] < 0xC2 || p[0] > 0xF4) return 0; // C0 and C1 would be overlong
  if (left < 2 || !tail(p[1])) return 0;
  if (p[0] < 0xE0) return 2;
  if (p[0] == 0xE0 && p[1] < 0xA0) return 0; // overlong
  if (p[0] == 0xED && p[1] > 0x9F) return 0; // surrogates
  if (left < 3 || !tail(p[2])) return 0;
  if (p[0] < 0xF0) return 3;
  if (p[0] == 0xF0 && p[1] < 0x90) return 0; // overlong
  if (p[0] == 0xF4 && p[1] > 0x8F) return 0; // above U+10FFFF
  return left >= 4 && tail(p[3]) ? 4 : 0;
}

size_t acr__utf8_put(uint32_t code, char *out) {
  if (code < 0x80) {
    out[0] = (char)code;
    return 1;
  }
  if (code < 0x800) {
    out[0] = (char)(0xC0 | code >> 6);
    out[1] = (char)(0x80 | (code & 0x3F));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = (char)(0xE0 | code >> 12);
    out[1] = (char)(0x80 | (code >> 6 & 0x3F));
    out[2] = (char)(0x80 | (code & 0x3F));
    return 3;
  }
  out[0] = (char)(0xF0 | code >> 18);
  out[1] = (char)(0x80 | (code >> 12 & 0x3F));
  out[2] = (char)(0x80 | (code >> 6 & 0x3F));
  out[3] = (char)(0x80 | (code & 0x3F));
  return 4;
}
