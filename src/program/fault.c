#include "program/compile.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { QUOTED_MAX = 60, LISTED_MAX = 8 };

static bool same(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

// A rules file is compiled for every list that names it; its faults are told once.
static bool told(const acr__diag *diag, struct acr__place place, const char *message) {
  for (const acr__diag_item *item = diag->first; item; item = item->next) {
    if (item->line == place.line && item->column == place.column && same(item->file, place.file) && same(item->path, place.path) &&
        same(item->message, message)) {
      return true;
    }
  }
  return false;
}

static void tell(struct acr__compile *ctx, acr__severity severity, const acr__node *node, const char *code, const char *format,
                 va_list args) {
  char *message;
  if (vasprintf(&message, format, args) < 0) return;
  const struct acr__doc *doc = ctx->doc;
  if (doc->within) {
    char *whole;
    if (asprintf(&whole, "%s%s", doc->prefix, message) < 0) abort();
    free(message);
    message = whole;
    node = doc->at;
    doc = doc->within;
  }
  struct acr__place place = {.file = doc->file};
  if (!doc->unplaced) {
    const acr__node *at = node ? node : acr__json_root(doc->json);
    acr__node_place(doc->json, at, &place.line, &place.column);
    place.path = acr__node_path(doc->json, at, ctx->arena);
  }
  if (!told(ctx->diag, place, message)) acr__diag_add(ctx->diag, severity, code, place, "%s", message);
  free(message);
}

// One finding a field: whether a misspelt one was meant as it is read is not known.
static bool is_meant(const struct acr__compile *ctx, const acr__node *node) {
  for (int i = 0; i < ctx->meant_count; i++)
    if (ctx->meant[i] == node) return true;
  return false;
}

void acr__fault(struct acr__compile *ctx, const acr__node *node, const char *code, const char *format, ...) {
  va_list args;
  if (is_meant(ctx, node)) return;
  va_start(args, format);
  tell(ctx, ACR_FAULT, node, code, format, args);
  va_end(args);
}

void acr__warn(struct acr__compile *ctx, const acr__node *node, const char *code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  tell(ctx, ACR_WARNING, node, code, format, args);
  va_end(args);
}

void acr__warn_deprecated(struct acr__compile *ctx, const acr__node *node, const struct acr__component *component) {
  if (!component->deprecated.len) return;
  acr__warn(ctx, node, "deprecated", "%s `%s` is deprecated: %s", acr__component_kind_name(component->kind),
            acr__quote(ctx, component->name), acr__quote(ctx, component->deprecated));
}

void acr__fault_unknown(struct acr__compile *ctx, const acr__node *node, const char *what, acr__span name, const acr__span *names,
                        int count) {
  acr__span nearest = acr__nearest(name, names, count);
  const char *quoted = acr__quote(ctx, name);
  if (nearest.ptr) {
    acr__fault(ctx, node, "unknown_name", "unknown %s `%s`; did you mean `%s`?", what, quoted, acr__quote(ctx, nearest));
    return;
  }
  if (count == 0) {
    acr__fault(ctx, node, "unknown_name", "unknown %s `%s`; there is none", what, quoted);
    return;
  }
  acr__buf listed = {0};
  for (int i = 0; i < count && i < LISTED_MAX; i++) acr__buf_printf(&listed, "%s`%s`", i ? ", " : "", acr__quote(ctx, names[i]));
  if (count > LISTED_MAX) acr__buf_printf(&listed, " and %d more", count - LISTED_MAX);
  acr__fault(ctx, node, "unknown_name", "unknown %s `%s`; there is %.*s", what, quoted, (int)listed.len, (const char *)listed.ptr);
  acr__buf_free(&listed);
}

// A name as it would stand in JSON, so that every byte of it can be seen: \", \\, \n and \u001b.
const char *acr__quote(struct acr__compile *ctx, acr__span text) {
  size_t len = text.len;
  if (len > QUOTED_MAX) {
    len = QUOTED_MAX;
    while (len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80) len--; // not inside a character
  }
  acr__buf out = {0};
  for (size_t i = 0; i < len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    if (c == '"' || c == '\\') acr__buf_printf(&out, "\\%c", c);
    else if (c == '\n') acr__buf_text(&out, "\\n");
    else if (c < 0x20 || c == 0x7F) acr__buf_printf(&out, "\\u%04x", c);
    else acr__buf_u8(&out, c);
  }
  char *quoted = acr__arena_printf(ctx->arena, "%.*s%s", (int)out.len, out.len ? (const char *)out.ptr : "", len < text.len ? "..." : "");
  acr__buf_free(&out);
  return quoted;
}

bool acr__is_broken(struct acr__compile *ctx, acr__component_kind kind, acr__span name) {
  bool broken = acr__template_broken(ctx->tpl, kind, name);
  ctx->gaps = ctx->gaps || broken;
  return broken;
}

void acr__fault_date(struct acr__compile *ctx, const acr__node *node, const char *code, const char *what, const char *wanted) {
  enum { DATE_LEN = 10 };
  char buf[ACR_TIME_WHY_MAX];
  bool dated = acr__node_kind(node) == ACR_JSON_STRING && acr__node_text(node).len == DATE_LEN;
  const char *why = dated ? acr__time_why(acr__node_text(node), buf) : NULL;
  if (why)
    acr__fault(ctx, node, code, "found %s for `%s`, but %s", acr__show(ctx, node), what, why);
  else
    acr__fault(ctx, node, code, "found %s for `%s`, wanted %s", acr__show(ctx, node), what, wanted);
}

const char *acr__show(struct acr__compile *ctx, const acr__node *node) {
  if (!node) return "nothing";
  switch (acr__node_kind(node)) {
  case ACR_JSON_STRING: return acr__arena_printf(ctx->arena, "text \"%s\"", acr__quote(ctx, acr__node_text(node)));
  case ACR_JSON_NUMBER: return acr__arena_printf(ctx->arena, "number %s", acr__quote(ctx, acr__node_text(node)));
  case ACR_JSON_ARRAY: return acr__node_count(node) ? "a list" : "an empty list";
  case ACR_JSON_OBJECT: return "an object";
  case ACR_JSON_TRUE: return "true";
  case ACR_JSON_FALSE: return "false";
  default: return "null";
  }
}
