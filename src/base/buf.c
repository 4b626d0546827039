#include "base/buf.h"
#include "base/mem.h"
#include <endian.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CAP_MIN = 64, VARU_BYTES_MAX = 10 };

void acr__buf_free(acr__buf *buf) {
  free(buf->ptr);
  *buf = (acr__buf){0};
}

void acr__buf_grow(acr__buf *buf, size_t more) {
  if (more > SIZE_MAX / 2 || buf->len > SIZE_MAX / 2) acr__mem_exhausted(more);
  size_t cap = buf->cap < CAP_MIN ? CAP_MIN : buf->cap;
  while (cap < buf->len + more)
    cap *= 2;
  buf->ptr = acr__mem_resize(buf->ptr, cap);
  buf->cap = cap;
}

void acr__buf_text(acr__buf *buf, const char *text) {
  acr__buf_put(buf, text, strlen(text));
}

void acr__buf_printf(acr__buf *buf, const char *format, ...) {
  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  va_end(args);
  if (len > 0) {
    acr__buf_reserve(buf, (size_t)len + 1); // vsnprintf writes a terminator too; it is not counted
    vsnprintf((char *)buf->ptr + buf->len, (size_t)len + 1, format, again);
    buf->len += (size_t)len;
  }
  va_end(again);
}

static void put_little(acr__buf *buf, uint64_t value, size_t bytes) {
  acr__buf_reserve(buf, bytes);
  value = htole64(value);
  memcpy(buf->ptr + buf->len, &value, bytes);
  buf->len += bytes;
}

void acr__buf_u32(acr__buf *buf, uint32_t value) {
  put_little(buf, value, 4);
}

void acr__buf_u64(acr__buf *buf, uint64_t value) {
  put_little(buf, value, 8);
}

static inline uint8_t *put_varu(uint8_t *at, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    *at++ = (uint8_t)(value | 0x80);
  *at++ = (uint8_t)value;
  return at;
}

void acr__buf_varu(acr__buf *buf, uint64_t value) {
  acr__buf_reserve(buf, VARU_BYTES_MAX);
  buf->len = (size_t)(put_varu(buf->ptr + buf->len, value) - buf->ptr);
}

void acr__buf_vari(acr__buf *buf, int64_t value) {
  uint64_t twice = (uint64_t)value << 1;
  acr__buf_varu(buf, value < 0 ? ~twice : twice);
}

void acr__buf_span(acr__buf *buf, acr__span text) {
  acr__buf_reserve(buf, VARU_BYTES_MAX + text.len);
  uint8_t *at = put_varu(buf->ptr + buf->len, text.len);
  if (text.len) memcpy(at, text.ptr, text.len);
  buf->len = (size_t)(at - buf->ptr) + text.len;
}
