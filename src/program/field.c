#include "base/decimal.h"
#include "program/compile.h"
#include <stdlib.h>

void *acr__list_push(acr__arena *arena, struct acr__list *list, size_t item_bytes) {
  if (list->count == list->cap) {
    int cap = list->cap ? list->cap * 2 : 8;
    void *items = acr__arena_alloc(arena, item_bytes * (size_t)cap);
    if (list->count) memcpy(items, list->items, item_bytes * (size_t)list->count);
    list->items = items;
    list->cap = cap;
  }
  void *item = (char *)list->items + item_bytes * (size_t)list->count++;
  memset(item, 0, item_bytes);
  return item;
}

// ---- Fields

void acr__field_meant(struct acr__compile *ctx, const acr__node *member, acr__span meant) {
  acr__node_rekey(ctx->arena, member, meant);
  if (ctx->meant_count < ACR_COUNT(ctx->meant)) ctx->meant[ctx->meant_count++] = member;
}

// The misspelling is told; what follows from it is not, because the field is read as the one that was meant.
static void field_unknown(struct acr__compile *ctx, const acr__node *object, const acr__node *member, const char *what,
                          const struct acr__field_rule *rules, int rule_count, const struct acr__component *component) {
  int vars = component ? component->var_count : 0, count = 0;
  acr__span *names = ACR__NEW_N(ctx->arena, acr__span, vars + rule_count + 1);
  for (int i = 0; i < vars; i++) names[count++] = component->vars[i].name;
  for (int i = 0; i < rule_count; i++) names[count++] = acr__span_of(rules[i].name);
  acr__span key = acr__node_key(member), nearest = acr__nearest(key, names, count);
  if (nearest.ptr) {
    acr__fault(ctx, member, "unknown_field", "%s has no field `%s`; did you mean `%s`?", what, acr__quote(ctx, key),
               acr__quote(ctx, nearest));
    if (!acr__node_get_span(object, nearest)) acr__field_meant(ctx, member, nearest);
  } else {
    acr__fault(ctx, member, "unknown_field", "%s has no field `%s`", what, acr__quote(ctx, key));
  }
}

static bool is_var(const struct acr__component *component, acr__span key) {
  for (int i = 0; component && i < component->var_count; i++) {
    if (acr__span_eq(component->vars[i].name, key)) return true;
  }
  return false;
}

bool acr__fields_check(struct acr__compile *ctx, const acr__node *object, const char *what, const struct acr__field_rule *rules,
                       int rule_count, const struct acr__component *component) {
  if (acr__node_kind(object) != ACR_JSON_OBJECT) {
    acr__fault(ctx, object, "type", "found %s, wanted %s as an object", acr__show(ctx, object), what);
    return false;
  }
  for (const acr__node *member = acr__node_first(object); member; member = acr__node_next(member)) {
    acr__span key = acr__node_key(member);
    if (is_var(component, key)) continue;
    int i = 0;
    while (i < rule_count && !acr__span_is(key, rules[i].name)) i++;
    if (i == rule_count) field_unknown(ctx, object, member, what, rules, rule_count, component);
    else if (rules[i].owner)
      acr__fault(ctx, member, "unknown_field", "`%s` is a field of %s, not of %s", rules[i].name, rules[i].owner, what);
  }
  return true;
}

const acr__node *acr__key_field(struct acr__compile *ctx, const acr__node *object, const char *name, const char *what) {
  const acr__node *found = acr__node_get(object, name);
  acr__span wanted = acr__span_of(name);
  for (const acr__node *member = acr__node_first(object); member && !found; member = acr__node_next(member)) {
    if (!acr__node_key(member).len || !acr__nearest(acr__node_key(member), &wanted, 1).len) continue;
    acr__fault(ctx, member, "unknown_field", "%s has no field `%s`; did you mean `%s`?", what, acr__quote(ctx, acr__node_key(member)),
               name);
    acr__field_meant(ctx, member, wanted);
    found = member;
  }
  return found;
}

// ---- Readers

bool acr__text_read(struct acr__compile *ctx, const acr__node *node, const char *what, acr__span *out) {
  if (!node) return true;
  if (acr__node_kind(node) != ACR_JSON_STRING) {
    acr__fault(ctx, node, "type", "found %s, wanted %s as a text", acr__show(ctx, node), what);
    return false;
  }
  *out = acr__node_text(node);
  return true;
}

bool acr__name_good(struct acr__compile *ctx, const acr__node *node, const char *what, acr__span name) {
  bool control = false;
  for (size_t i = 0; i < name.len; i++) control = control || (unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7F;
  if (name.len >= 1 && name.len <= ACR_NAME_BYTES_MAX && !control) return true;
  acr__fault(ctx, node, "name", "found text \"%s\", wanted %s of 1 to %d bytes without control characters", acr__quote(ctx, name), what,
             ACR_NAME_BYTES_MAX);
  return false;
}

bool acr__name_read(struct acr__compile *ctx, const acr__node *node, const char *what, acr__span *out) {
  acr__span name = {0};
  if (!node) return true;
  if (!acr__text_read(ctx, node, what, &name) || !acr__name_good(ctx, node, what, name)) return false;
  *out = name;
  return true;
}

bool acr__bool_read(struct acr__compile *ctx, const acr__node *node, const char *what, bool *out) {
  if (!node) return true;
  acr__json_kind kind = acr__node_kind(node);
  if (kind != ACR_JSON_TRUE && kind != ACR_JSON_FALSE) {
    acr__fault(ctx, node, "type", "found %s, wanted true or false for `%s`", acr__show(ctx, node), what);
    return false;
  }
  *out = kind == ACR_JSON_TRUE;
  return true;
}

bool acr__word_read(struct acr__compile *ctx, const acr__node *node, const char *what, const char *const *words, int count, int *out) {
  if (!node) return true;
  acr__buf listed = {0};
  for (int i = 0; i < count; i++) {
    if (acr__node_kind(node) == ACR_JSON_STRING && acr__span_is(acr__node_text(node), words[i])) {
      *out = i;
      acr__buf_free(&listed);
      return true;
    }
    acr__buf_printf(&listed, "%s\"%s\"", i == 0 ? "" : i == count - 1 ? " or " : ", ", words[i]);
  }
  acr__fault(ctx, node, "choice", "found %s, wanted %.*s for `%s`", acr__show(ctx, node), (int)listed.len, (const char *)listed.ptr, what);
  acr__buf_free(&listed);
  return false;
}

static const char *decimal_example(struct acr__compile *ctx, int scale) {
  char text[32];
  acr__decimal_format(5 * acr__pow10(scale), scale, text);
  return scale == 0 ? "a whole number such as 5" : acr__arena_printf(ctx->arena, "a decimal such as \"%s\"", text);
}

bool acr__decimal_read(struct acr__compile *ctx, const acr__node *node, const char *what, int scale, int64_t *out) {
  if (!node) return true;
  acr__json_kind kind = acr__node_kind(node);
  acr__decimal_result result = ACR_DECIMAL_SYNTAX;
  if (kind == ACR_JSON_NUMBER || kind == ACR_JSON_STRING) result = acr__decimal_parse(acr__node_text(node), scale, out);
  const char *found = acr__show(ctx, node);
  switch (result) {
  case ACR_DECIMAL_OK: return true;
  case ACR_DECIMAL_DIGITS:
    acr__fault(ctx, node, "digits", "found %s for `%s`, wanted at most 15 digits", found, what);
    return false;
  case ACR_DECIMAL_PLACES:
    if (scale == 0) acr__fault(ctx, node, "decimals", "found %s for `%s`, wanted %s", found, what, decimal_example(ctx, scale));
    else acr__fault(ctx, node, "decimals", "found %s for `%s`, wanted at most %d decimal%s", found, what, scale, scale == 1 ? "" : "s");
    return false;
  default:
    acr__fault(ctx, node, "type", "found %s for `%s`, wanted %s", found, what, decimal_example(ctx, scale));
    return false;
  }
}

bool acr__names_read(struct acr__compile *ctx, const acr__node *node, const char *what, const acr__span **out, int *count) {
  *out = NULL;
  *count = 0;
  if (!node) return true;
  bool is_list = acr__node_kind(node) == ACR_JSON_ARRAY, good = true;
  if (!is_list && acr__node_kind(node) != ACR_JSON_STRING) {
    acr__fault(ctx, node, "type", "found %s, wanted a list of texts (%s)", acr__show(ctx, node), what);
    return false;
  }
  acr__span *names = ACR__NEW_N(ctx->arena, acr__span, is_list ? acr__node_count(node) + 1 : 1);
  for (const acr__node *at = is_list ? acr__node_first(node) : node; at; at = is_list ? acr__node_next(at) : NULL) {
    acr__span name = {0};
    if (!acr__name_read(ctx, at, what, &name)) good = false;
    else names[(*count)++] = name;
  }
  *out = names;
  return good;
}

bool acr__in_names(const acr__span *names, int count, acr__span name) {
  for (int i = 0; i < count; i++) {
    if (acr__span_eq(names[i], name)) return true;
  }
  return false;
}

static int by_bytes(const void *a, const void *b) {
  return acr__span_cmp(*(const acr__span *)a, *(const acr__span *)b);
}

void acr__names_sort(acr__span *names, int *count) {
  if (*count < 2) return;
  qsort(names, (size_t)*count, sizeof *names, by_bytes);
  int kept = 1;
  for (int i = 1; i < *count; i++) {
    if (!acr__span_eq(names[i], names[kept - 1])) names[kept++] = names[i];
  }
  *count = kept;
}
