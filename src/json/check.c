#include "json/check.h"
#include "json/utf8.h"

enum { NEWLINES_FIRST = 64 };

static bool value(acr__check *check, acr__node **out);

// The old array stays behind until the arena is reset.
static void note_newline(acr__check *check) {
  if (check->newline_count == check->newline_cap) {
    size_t cap = check->newline_cap ? check->newline_cap * 2 : NEWLINES_FIRST;
    uint32_t *more = acr__arena_alloc(check->arena, cap * sizeof *more);
    if (check->newline_count) memcpy(more, check->newlines, check->newline_count * sizeof *more);
    check->newlines = more;
    check->newline_cap = cap;
  }
  check->newlines[check->newline_count++] = (uint32_t)(check->at - check->begin);
}

static void skip_space(acr__check *check) {
  for (; check->at < check->end; check->at++) {
    char c = *check->at;
    if (c == '\n')
      note_newline(check);
    else if (c != ' ' && c != '\t' && c != '\r')
      return;
  }
}

// Mostly there is none.
static inline void space(acr__check *check) {
  if (check->at < check->end && (unsigned char)*check->at <= ' ') skip_space(check);
}

static bool next_is(const acr__check *check, char c) {
  return check->at < check->end && *check->at == c;
}

static bool deeper(acr__check *check) {
  if (++check->depth <= check->depth_max) return true;
  return acr__check_fail(check, check->at, "json_depth", "found a value nested deeper than %d levels", check->depth_max);
}

// The node of an item that cJSON has just made for the value at `start`.
static inline acr__node *node_of(const acr__check *check, cJSON *item, const char *start) {
  acr__node *node = acr__item_node(item);
  node->start = (uint32_t)(start - check->begin);
  node->end = (uint32_t)(check->at - check->begin);
  node->text_len = node->key_len = node->count = 0;
  return node;
}

static inline bool close_container(acr__check *check, acr__node *node) {
  check->at++;
  check->depth--;
  node->end = (uint32_t)(check->at - check->begin);
  return true;
}

static bool element(acr__check *check, acr__node *array) {
  acr__node *child;
  if (!value(check, &child)) return false;
  cJSON_AddItemToArray(&array->item, &child->item);
  array->count++;
  return true;
}

static bool array(acr__check *check, acr__node **out) {
  if (!deeper(check)) return false;
  acr__node *node = *out = node_of(check, cJSON_CreateArray(), check->at);
  check->at++;
  space(check);
  if (!next_is(check, ']')) {
    while (true) {
      if (!element(check, node)) return false;
      space(check);
      if (!next_is(check, ',')) break;
      check->at++;
      space(check);
    }
    if (!next_is(check, ']')) return acr__check_unexpected(check, "',' or ']'");
  }
  return close_container(check, node);
}

static bool member(acr__check *check, acr__node *object, uint64_t *seen) {
  acr__span key;
  acr__node *child;
  if (!next_is(check, '"')) return acr__check_unexpected(check, "a key in double quotes");
  if (!acr__check_string(check, &key) || !acr__check_key(check, object, key, seen)) return false;
  space(check);
  if (!next_is(check, ':')) return acr__check_unexpected(check, "':' after the key");
  check->at++;
  space(check);
  if (!value(check, &child)) return false;
  child->key_len = (uint32_t)key.len;
  cJSON_AddItemToObjectCS(&object->item, key.ptr, &child->item);
  object->count++;
  return true;
}

static bool object(acr__check *check, acr__node **out) {
  if (!deeper(check)) return false;
  acr__node *node = *out = node_of(check, cJSON_CreateObject(), check->at);
  uint64_t seen = 0;
  check->at++;
  space(check);
  if (!next_is(check, '}')) {
    while (true) {
      if (!member(check, node, &seen)) return false;
      space(check);
      if (!next_is(check, ',')) break;
      check->at++;
      space(check);
    }
    if (!next_is(check, '}')) return acr__check_unexpected(check, "',' or '}'");
    if (!acr__check_keys_end(check, node)) return false;
  }
  return close_container(check, node);
}

static bool string(acr__check *check, acr__node **out) {
  const char *start = check->at;
  acr__span text;
  if (!acr__check_string(check, &text)) return false;
  *out = node_of(check, cJSON_CreateStringReference(text.ptr), start);
  (*out)->text_len = (uint32_t)text.len;
  return true;
}

// Numbers and words keep the text that they were written with. In the copy it ends where a comma, a bracket or white
// space stood, which nobody needs.
static bool keep_written(acr__check *check, cJSON *item, const char *start, acr__node **out) {
  acr__node *node = *out = node_of(check, item, start);
  node->text_len = node->end - node->start;
  node->item.valuestring = check->copy + node->start;
  check->copy[node->end] = '\0';
  return true;
}

static bool number(acr__check *check, acr__node **out) {
  const char *start = check->at;
  return acr__check_number(check) && keep_written(check, cJSON_CreateNumber(0), start, out); // its value is its text
}

static bool literal(acr__check *check, acr__span word, cJSON *(*create)(void), acr__node **out) {
  const char *start = check->at;
  if ((size_t)(check->end - start) < word.len || memcmp(start, word.ptr, word.len) != 0) {
    return acr__check_unexpected(check, "a value");
  }
  check->at += word.len;
  return keep_written(check, create(), start, out);
}

static bool value(acr__check *check, acr__node **out) {
  char first = check->at < check->end ? *check->at : '\0';
  switch (first) {
  case '"':
    return string(check, out);
  case '{':
    return object(check, out);
  case '[':
    return array(check, out);
  case 't':
    return literal(check, ACR__SPAN_LIT("true"), cJSON_CreateTrue, out);
  case 'f':
    return literal(check, ACR__SPAN_LIT("false"), cJSON_CreateFalse, out);
  case 'n':
    return literal(check, ACR__SPAN_LIT("null"), cJSON_CreateNull, out);
  default:
    if (first == '-' || (first >= '0' && first <= '9')) return number(check, out);
    return acr__check_unexpected(check, "a value");
  }
}

acr__node *acr__check_document(acr__check *check) {
  acr__node *root;
  if (check->end - check->at >= 3 && memcmp(check->at, "\xEF\xBB\xBF", 3) == 0) {
    acr__check_fail(check, check->at, "json_syntax", "found a byte order mark, wanted a value");
    return NULL;
  }
  space(check);
  if (!value(check, &root)) return NULL;
  space(check);
  if (check->at == check->end) return root;
  acr__check_fail(check, check->at, *check->at ? "json_trailing" : "json_nul", "found %s behind the value, wanted the end of the text",
                  acr__check_found(check, check->at));
  return NULL;
}
