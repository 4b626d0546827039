#include "json/writer.h"
#include "base/decimal.h"
#include "json/plain.h"
#include "json/utf8.h"

enum { NUMBER_BYTES = 32 };

static inline void put_byte(acr__buf *out, char byte) {
  if (out->len == out->cap) acr__buf_reserve(out, 1);
  out->ptr[out->len++] = (uint8_t)byte;
}

static inline void before_value(acr__writer *w) {
  if (w->comma) put_byte(w->out, ',');
  w->comma = true;
}

static void open_container(acr__writer *w, char bracket) {
  before_value(w);
  put_byte(w->out, bracket);
  w->comma = false;
}

static void close_container(acr__writer *w, char bracket) {
  put_byte(w->out, bracket);
  w->comma = true;
}

void acr__write_object(acr__writer *w) {
  open_container(w, '{');
}

void acr__write_object_end(acr__writer *w) {
  close_container(w, '}');
}

void acr__write_array(acr__writer *w) {
  open_container(w, '[');
}

void acr__write_array_end(acr__writer *w) {
  close_container(w, ']');
}

// Puts what stands at `at` and is not plain; returns the bytes it took.
static size_t put_special(acr__buf *out, const char *at, const char *end) {
  static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
  const char *found = *at ? strchr(from, *at) : NULL;
  if (found) {
    char escape[2] = {'\\', to[found - from]};
    acr__buf_put(out, escape, sizeof escape);
    return 1;
  }
  if ((unsigned char)*at < 0x20) {
    acr__buf_printf(out, "\\u%04x", (unsigned)(unsigned char)*at);
    return 1;
  }
  size_t len = acr__utf8_len(at, end);
  if (len)
    acr__buf_put(out, at, len);
  else
    acr__buf_text(out, "\\ufffd");
  return len ? len : 1;
}

// Puts the plain bytes at `at`, for which there is room, and returns how many.
static inline size_t put_plain(acr__buf *out, const char *at, const char *end) {
  const char *start = at;
  uint8_t *to = out->ptr + out->len;
  if (end - at >= 8 && acr__plain_all(at, end)) {
    memcpy(to, at, (size_t)(end - at));
    out->len += (size_t)(end - at);
    return (size_t)(end - at);
  }
  for (size_t count = 8; count == 8 && end - at >= 8; at += count, to += count) {
    memcpy(to, at, 8);
    count = acr__plain_of_eight(at);
  }
  for (; at < end && acr__plain(*at); at++)
    *to++ = (uint8_t)*at;
  out->len += (size_t)(at - start);
  return (size_t)(at - start);
}

static void put_string(acr__buf *out, acr__span text) {
  acr__buf_reserve(out, text.len + 2);
  out->ptr[out->len++] = '"';
  const char *at = text.ptr, *end = text.len ? text.ptr + text.len : text.ptr;
  while (at < end) {
    at += put_plain(out, at, end);
    if (at == end) break;
    at += put_special(out, at, end);
    acr__buf_reserve(out, (size_t)(end - at));
  }
  put_byte(out, '"');
}

void acr__write_key(acr__writer *w, const char *key) {
  acr__write_key_span(w, acr__span_of(key));
}

void acr__write_key_span(acr__writer *w, acr__span key) {
  before_value(w);
  put_string(w->out, key);
  put_byte(w->out, ':');
  w->comma = false;
}

void acr__write_text(acr__writer *w, const char *text) {
  if (text)
    acr__write_span(w, acr__span_of(text));
  else
    acr__write_null(w);
}

void acr__write_span(acr__writer *w, acr__span text) {
  before_value(w);
  put_string(w->out, text);
}

void acr__write_raw(acr__writer *w, acr__span json) {
  before_value(w);
  acr__buf_put(w->out, json.ptr, json.len);
}

void acr__write_int(acr__writer *w, int64_t value) {
  char digits[NUMBER_BYTES];
  int len = acr__decimal_format(value, 0, digits);
  acr__write_raw(w, (acr__span){digits, (size_t)len});
}

void acr__write_bool(acr__writer *w, bool value) {
  acr__write_raw(w, value ? ACR__SPAN_LIT("true") : ACR__SPAN_LIT("false"));
}

void acr__write_null(acr__writer *w) {
  acr__write_raw(w, ACR__SPAN_LIT("null"));
}

void acr__write_decimal(acr__writer *w, int64_t value, int scale) {
  char digits[NUMBER_BYTES];
  int len = acr__decimal_format(value, scale, digits);
  acr__span text = {digits, (size_t)len};
  if (scale == 0)
    acr__write_raw(w, text);
  else
    acr__write_span(w, text);
}
