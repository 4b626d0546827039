#include "event/reader.h"
#include "base/decimal.h"
#include "base/diag.h"
#include "base/limits.h"
#include <stdarg.h>
#include <stdio.h>

static void set(struct acr__reader *r, const char *code, char *path, char *message) {
  r->reject->code = code;
  r->reject->path = path;
  r->reject->message = message;
  r->reject->line = r->reject->column = 0;
}

bool acr__reader_fail(struct acr__reader *r, const char *code, const acr__node *node, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  set(r, code, node && r->json ? acr__node_path(r->json, node, r->arena) : NULL, acr__arena_text(r->arena, acr__span_of(text)));
  return false;
}

bool acr__reader_missing(struct acr__reader *r, const acr__node *parent, const char *key, const char *wanted) {
  const char *base = parent && r->json ? acr__node_path(r->json, parent, r->arena) : "$.data", *hint = "";
  int count = 0;
  acr__span *keys = ACR__NEW_N(r->arena, acr__span, acr__node_count(parent) + 1);
  for (const acr__node *n = acr__node_first(parent); n; n = acr__node_next(n))
    keys[count++] = acr__node_key(n);
  acr__span near = acr__nearest(acr__span_of(key), keys, count);
  if (near.len) hint = acr__arena_printf(r->arena, "; found `%.*s`: did you mean `%s`?", (int)near.len, near.ptr, key);
  set(r, "field_missing", acr__arena_printf(r->arena, "%s.%s", base, key),
      acr__arena_printf(r->arena, "`%s` is missing; wanted %s%s", key, wanted, hint));
  return false;
}

const char *acr__reader_found(struct acr__reader *r, const acr__node *node) {
  switch (acr__node_kind(node)) {
  case ACR_JSON_NULL:
    return "null";
  case ACR_JSON_FALSE:
    return "false";
  case ACR_JSON_TRUE:
    return "true";
  case ACR_JSON_ARRAY:
    return "a list";
  case ACR_JSON_OBJECT:
    return "an object";
  case ACR_JSON_NUMBER:
    return acr__arena_printf(r->arena, "the number %.40s", acr__node_text(node).ptr);
  case ACR_JSON_STRING:
    break;
  }
  return acr__arena_printf(r->arena, "the text \"%.40s\"", acr__node_text(node).ptr);
}

bool acr__reader_text(struct acr__reader *r, const acr__node *node, acr__span *out) {
  if (acr__node_kind(node) != ACR_JSON_STRING)
    return acr__reader_fail(r, "field", node, "found %s, wanted a text", acr__reader_found(r, node));
  *out = acr__node_text(node);
  if (out->len == 0) return acr__reader_fail(r, "field", node, "found an empty text");
  if (out->len > ACR_TEXT_BYTES_MAX)
    return acr__reader_fail(r, "field", node, "found a text of %zu bytes, at most %d are allowed", out->len, ACR_TEXT_BYTES_MAX);
  return true;
}

bool acr__reader_decimal(struct acr__reader *r, const acr__node *node, int scale, bool round, int64_t *out) {
  acr__json_kind kind = acr__node_kind(node);
  if (kind != ACR_JSON_STRING && kind != ACR_JSON_NUMBER)
    return acr__reader_fail(r, "field", node, "found %s, wanted a decimal such as \"12.50\"", acr__reader_found(r, node));
  acr__span text = acr__node_text(node);
  acr__decimal_result result = round ? acr__decimal_parse_round(text, scale, out) : acr__decimal_parse(text, scale, out);
  switch (result) {
  case ACR_DECIMAL_OK:
    return true;
  case ACR_DECIMAL_PLACES:
    return acr__reader_fail(r, "decimals", node, "found %s, which has more than %d decimals", acr__reader_found(r, node), scale);
  case ACR_DECIMAL_DIGITS:
    return acr__reader_fail(r, "field", node, "found %s, which has more than 15 digits", acr__reader_found(r, node));
  case ACR_DECIMAL_SYNTAX:
    break;
  }
  return acr__reader_fail(r, "field", node, "found %s, wanted a decimal such as \"12.50\"", acr__reader_found(r, node));
}

bool acr__reader_money(struct acr__reader *r, const acr__node *node, struct acr__money *out) {
  out->has = acr__reader_decimal(r, node, r->env->currency_scale, r->env->round_decimals, &out->value);
  return out->has;
}

bool acr__reader_no_time(struct acr__reader *r, const acr__node *node, const char *wanted) {
  char buf[ACR_TIME_WHY_MAX];
  const char *why = acr__node_kind(node) == ACR_JSON_STRING ? acr__time_why(acr__node_text(node), buf) : NULL;
  if (why) return acr__reader_fail(r, "field", node, "found %s, but %s", acr__reader_found(r, node), why);
  return acr__reader_fail(r, "field", node, "found %s, wanted %s", acr__reader_found(r, node), wanted);
}

bool acr__reader_date(struct acr__reader *r, const acr__node *node, acr__date *out) {
  if (acr__node_kind(node) == ACR_JSON_STRING && acr__date_parse(acr__node_text(node), out)) return true;
  return acr__reader_no_time(r, node, "a date such as \"2026-06-01\"");
}

bool acr__reader_moment(struct acr__reader *r, const acr__node *node, acr__time *out, bool *is_date) {
  acr__date date;
  if (acr__node_kind(node) == ACR_JSON_STRING) {
    if (acr__time_parse(acr__node_text(node), out)) return true;
    if (acr__date_parse(acr__node_text(node), &date)) {
      *out = (acr__time)acr__days_of(date) * ACR_DAY_US;
      *is_date = true;
      return true;
    }
  }
  return acr__reader_no_time(r, node, "a date or a time with offset");
}
