// A piece of text that somebody else owns: pointer and length, not terminated.
#ifndef ACR_BASE_SPAN_H
#define ACR_BASE_SPAN_H
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct acr__span {
  const char *ptr; // may be NULL when len is 0
  size_t len;
} acr__span;

#define ACR__SPAN_LIT(text) ((acr__span){(text), sizeof(text) - 1})

static inline acr__span acr__span_of(const char *text) {
  return (acr__span){text, text ? strlen(text) : 0};
}
static inline bool acr__span_eq(acr__span a, acr__span b) {
  return a.len == b.len && (b.len == 0 || memcmp(a.ptr, b.ptr, b.len) == 0);
}
// With a literal the compiler knows its length, and short ones are compared in place.
static inline bool acr__span_starts(acr__span a, const char *text) {
  size_t len = strlen(text);
  return a.len >= len && memcmp(a.ptr, text, len) == 0;
}

static inline bool acr__span_is(acr__span a, const char *text) {
  return acr__span_eq(a, acr__span_of(text));
}
// Order by bytes, shorter first on a common prefix.
static inline int acr__span_cmp(acr__span a, acr__span b) {
  size_t n = a.len < b.len ? a.len : b.len;
  int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
  return c ? c : (a.len > b.len) - (a.len < b.len);
}
#endif
