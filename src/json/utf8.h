// Well-formed UTF-8, one character at a time.
#ifndef ACR_JSON_UTF8_H
#define ACR_JSON_UTF8_H
#include <stddef.h>
#include <stdint.h>

// Bytes (1..4) of the character at `at`, or 0 when it is overlong, a surrogate, above U+10FFFF, cut off or no lead byte.
size_t acr__utf8_len(const char *at, const char *end);
// Writes a code point below 0x110000; returns the bytes written (1..4).
size_t acr__utf8_put(uint32_t code, char *out);
#endif
