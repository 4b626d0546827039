#include "daemon/glance.h"

enum { METHOD_WITHIN = 1024, VALUE_BYTES_MAX = 1024 };

static const char *skip_space(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
    at++;
  return at;
}

// Behind the string that opens at `at`; NULL when it does not end. *plain: no escape and only printable ASCII.
static const char *skip_string(const char *at, const char *end, bool *plain) {
  *plain = true;
  for (at++; at < end; at++) {
    unsigned char c = (unsigned char)*at;
    if (c == '"') return at + 1;
    if (c == '\\') at++;
    if (c == '\\' || c < 0x20 || c > 0x7E) *plain = false;
  }
  return NULL;
}

// Behind the value at `at`; NULL when it does not end.
static const char *skip_value(const char *at, const char *end, bool *plain) {
  int depth = 0;
  *plain = true;
  if (at < end && *at == '"') return skip_string(at, end, plain);
  while (at < end) {
    bool inner;
    char c = *at;
    if (c == '"') {
      at = skip_string(at, end, &inner);
      if (!at) return NULL;
      continue;
    }
    if (depth == 0 && (c == ',' || c == '}' || c == ' ' || c == '\t' || c == '\r')) return at;
    if (c == '{' || c == '[') {
      depth++;
      *plain = false;
    }
    if (c == '}' || c == ']') depth--;
    if (depth < 0) return NULL;
    at++;
  }
  return NULL;
}

// A number or a plain string may be repeated in an answer; anything else may not even be JSON.
static bool repeatable(acr__span value, bool plain) {
  if (!plain || value.len == 0 || value.len > VALUE_BYTES_MAX) return false;
  if (value.ptr[0] == '"') return true;
  if (value.len > 15 || (value.len > 1 && value.ptr[0] == '0')) return false;
  for (size_t i = 0; i < value.len; i++) {
    if (value.ptr[i] < '0' || value.ptr[i] > '9') return false;
  }
  return true;
}

struct glance acr__glance(acr__span line) {
  struct glance found = {0};
  const char *end = line.ptr + line.len;
  const char *at = skip_space(line.ptr, end);
  if (at == end || *at != '{') return found;
  at++;
  while (at && at < end) {
    bool plain;
    at = skip_space(at, end);
    if (at == end || *at != '"') break;
    const char *key = at + 1;
    at = skip_string(at, end, &plain);
    if (!at) break;
    acr__span name = {key, (size_t)(at - key) - 1};
    at = skip_space(at, end);
    if (at == end || *at != ':') break;
    const char *value = at = skip_space(at + 1, end);
    at = skip_value(at, end, &plain);
    if (!at) break;
    acr__span text = {value, (size_t)(at - value)};
    bool usable = repeatable(text, plain);
    if (acr__span_is(name, "specversion")) found.event = true;
    if (usable && acr__span_is(name, "id")) found.id = text;
    if (usable && acr__span_is(name, "source")) found.source = text;
    if (usable && acr__span_is(name, "method")) found.method = text;
    at = skip_space(at, end);
    if (at == end || *at != ',') break;
    at++;
  }
  return found;
}

bool acr__glance_request(acr__span line) {
  static const char common[] = "{\"specversion\":"; // how nearly every event begins
  if (line.len >= sizeof common - 1 && memcmp(line.ptr, common, sizeof common - 1) == 0) return false;
  size_t within = line.len < METHOD_WITHIN ? line.len : METHOD_WITHIN;
  return memmem(line.ptr, within, "\"method\"", 8) != NULL;
}

bool acr__glance_clock(acr__span line) {
  enum { LONG = 1024 };
  return line.len < LONG && memmem(line.ptr, line.len, "\"clock\"", 7) != NULL;
}

bool acr__glance_job(acr__span line) {
  return memmem(line.ptr, line.len, "program.", 8) || memmem(line.ptr, line.len, "maintenance.", 12) ||
         memmem(line.ptr, line.len, "report.", 7);
}

bool acr__glance_blank(acr__span line) {
  for (size_t i = 0; i < line.len; i++) {
    char c = line.ptr[i];
    if (c != ' ' && c != '\t' && c != '\r') return false;
  }
  return true;
}
