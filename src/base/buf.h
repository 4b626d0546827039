// A growing byte buffer, and the variable-length integers that records and member states are written in.
#ifndef ACR_BASE_BUF_H
#define ACR_BASE_BUF_H
#include "base/span.h"
#include <stdint.h>
#include <string.h>

typedef struct acr__buf { // zero-initialise; free with acr__buf_free
  uint8_t *ptr; // owned; malloc
  size_t len, cap;
} acr__buf;

void acr__buf_free(acr__buf *buf);
// Makes room for `more` bytes behind len. Out of memory ends the process.
void acr__buf_grow(acr__buf *buf, size_t more);
static inline void acr__buf_reserve(acr__buf *buf, size_t more) {
  if (__builtin_expect(more > buf->cap - buf->len, 0)) acr__buf_grow(buf, more);
}
static inline void acr__buf_put(acr__buf *buf, const void *bytes, size_t len) {
  if (len == 0) return;
  acr__buf_reserve(buf, len);
  memcpy(buf->ptr + buf->len, bytes, len);
  buf->len += len;
}
void acr__buf_text(acr__buf *buf, const char *text);
void acr__buf_printf(acr__buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
static inline void acr__buf_u8(acr__buf *buf, uint8_t value) {
  acr__buf_reserve(buf, 1);
  buf->ptr[buf->len++] = value;
}
void acr__buf_u32(acr__buf *buf, uint32_t value); // little endian
void acr__buf_u64(acr__buf *buf, uint64_t value); // little endian
void acr__buf_varu(acr__buf *buf, uint64_t value); // LEB128
void acr__buf_vari(acr__buf *buf, int64_t value);  // zigzag, then LEB128
void acr__buf_span(acr__buf *buf, acr__span text); // varu length, then bytes

// Reading: a cursor that turns `bad` at the first read past the end or malformed integer, and gives zeros from then on.
typedef struct acr__cursor {
  const uint8_t *ptr, *end;
  bool bad;
} acr__cursor;

uint8_t acr__get_u8(acr__cursor *cur);
uint32_t acr__get_u32(acr__cursor *cur);
uint64_t acr__get_u64(acr__cursor *cur);
uint64_t acr__get_varu(acr__cursor *cur);
int64_t acr__get_vari(acr__cursor *cur);
acr__span acr__get_span(acr__cursor *cur);
const uint8_t *acr__get_bytes(acr__cursor *cur, size_t len); // NULL when short
#endif
