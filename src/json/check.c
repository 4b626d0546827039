#include "json/check.h"
#include "json/utf8.h"

enum { NEWLINES_FIRST = 64 };

// The old array stays behind until the arena is reset.
static void note_newline(acr__check *check, const char *at) {
  if (check->newline_count == check->newline_cap) {
    size_t cap = check->newline_cap ? check->newline_cap * 2 : NEWLINES_FIRST;
    uint32_t *more = acr__arena_alloc(check->arena, cap * sizeof *more);
    if (check->newline_count) memcpy(more, check->newlines, check->newline_count * sizeof *more);
    check->newlines = more;
    check->newline_cap = cap;
  }
  check->newlines[check->newline_count++] = (uint32_t)(at - check->copy);
}

static char *skip_space(acr__check *check, char *at) {
  for (;; at++) {
    if (*at == '\n')
      note_newline(check, at);
    else if (*at != ' ' && *at != '\t' && *at != '\r')
      return at;
  }
}

// Mostly there is none.
static inline char *space(acr__check *check, char *at) {
  return (unsigned char)*at <= ' ' ? skip_space(check, at) : at;
}

static bool deeper(acr__check *check, const char *at) {
  if (++check->depth <= check->depth_max) return true;
  return acr__check_fail(check, at, "json_depth", "found a value nested deeper than %d levels", check->depth_max) != NULL;
}

// cJSON makes the containers. What stands in them is made and linked here, as its own functions do it: an event has some forty
// items, and its calls for them took longer than reading the text.
static inline acr__node *container(const acr__check *check, cJSON *item, const char *at) {
  acr__node *node = acr__item_node(item);
  node->start = (uint32_t)(at - check->copy);
  node->text_len = node->key_len = node->count = 0;
  return node;
}

// From `start` to `end`; its text is the decoded string, or the number or word as written.
static inline acr__node *leaf(acr__check *check, int type, const char *start, const char *end, acr__span text) {
  acr__node *node = acr__check_room(check);
  *node = (acr__node){.item = {.type = type, .valuestring = (char *)(uintptr_t)text.ptr},
                      .start = (uint32_t)(start - check->copy),
                      .end = (uint32_t)(end - check->copy),
                      .text_len = (uint32_t)text.len};
  return node;
}

static char *no_string(acr__check *check, char *at, acr__node **out);

static inline char *value(acr__check *check, char *at, acr__node **out) {
  if (*at != '"') return no_string(check, at, out);
  acr__span text;
  char *end = acr__check_string(check, at, &text);
  if (end) *out = leaf(check, cJSON_String | cJSON_IsReference, at, end, text);
  return end;
}

// Behind `last`, the newest of the container's (NULL = it is empty). What stood behind the child was read.
static inline void link_child(acr__node *parent, acr__node *last, acr__node *child) {
  if (child->item.valuestring) child->item.valuestring[child->text_len] = '\0';
  *(last ? &last->item.next : &parent->item.child) = &child->item;
  child->item.prev = last ? &last->item : NULL;
  parent->count++;
}

static inline char *close_container(acr__check *check, char *at, acr__node *node, acr__node *last) {
  if (last) node->item.child->prev = &last->item; // as cJSON has it: the first one's knows the last
  check->depth--;
  node->end = (uint32_t)(at + 1 - check->copy);
  return at + 1;
}

static char *array(acr__check *check, char *at, acr__node **out) {
  if (!deeper(check, at)) return NULL;
  acr__node *node = *out = container(check, cJSON_CreateArray(), at), *last = NULL, *child;
  at = space(check, at + 1);
  while (*at != ']' || last) {
    at = value(check, at, &child);
    if (!at) return NULL;
    at = space(check, at);
    bool more = *at == ',';
    if (!more && *at != ']') return acr__check_unexpected(check, at, "',' or ']'");
    link_child(node, last, child);
    last = child;
    if (!more) break;
    at = space(check, at + 1);
  }
  return close_container(check, at, node, last);
}

static inline char *member(acr__check *check, char *at, acr__node *object, uint64_t *seen, acr__node **out) {
  acr__span key;
  if (*at != '"') return acr__check_unexpected(check, at, "a key in double quotes");
  at = acr__check_string(check, at, &key);
  if (!at || !acr__check_key(check, object, key, seen)) return NULL;
  at = space(check, at);
  if (*at != ':') return acr__check_unexpected(check, at, "':' after the key");
  at = value(check, space(check, at + 1), out);
  if (!at) return NULL;
  (*out)->key_len = (uint32_t)key.len;
  (*out)->item.string = (char *)(uintptr_t)key.ptr;
  (*out)->item.type |= cJSON_StringIsConst;
  return space(check, at);
}

static char *object(acr__check *check, char *at, acr__node **out) {
  if (!deeper(check, at)) return NULL;
  acr__node *node = *out = container(check, cJSON_CreateObject(), at), *last = NULL, *child;
  uint64_t seen = 0;
  at = space(check, at + 1);
  while (*at != '}' || last) {
    at = member(check, at, node, &seen, &child);
    if (!at) return NULL;
    bool more = *at == ',';
    if (!more && *at != '}') return acr__check_unexpected(check, at, "',' or '}'");
    link_child(node, last, child);
    last = child;
    if (!more) break;
    at = space(check, at + 1);
  }
  if (!acr__check_keys_end(check, node)) return NULL;
  return close_container(check, at, node, last);
}

static char *number(acr__check *check, char *at, acr__node **out) {
  char *end = acr__check_number(check, at);
  if (end) *out = leaf(check, cJSON_Number, at, end, (acr__span){at, (size_t)(end - at)}); // its value is its text
  return end;
}

static char *literal(acr__check *check, char *at, acr__span word, int type, acr__node **out) {
  if (memcmp(at, word.ptr, word.len) != 0) return acr__check_unexpected(check, at, "a value");
  *out = leaf(check, type, at, at + word.len, (acr__span){at, word.len});
  return at + word.len;
}

static char *no_string(acr__check *check, char *at, acr__node **out) {
  switch (*at) {
  case '{':
    return object(check, at, out);
  case '[':
    return array(check, at, out);
  case 't':
    return literal(check, at, ACR__SPAN_LIT("true"), cJSON_True, out);
  case 'f':
    return literal(check, at, ACR__SPAN_LIT("false"), cJSON_False, out);
  case 'n':
    return literal(check, at, ACR__SPAN_LIT("null"), cJSON_NULL, out);
  default:
    if (*at == '-' || (*at >= '0' && *at <= '9')) return number(check, at, out);
    return acr__check_unexpected(check, at, "a value");
  }
}

acr__node *acr__check_document(acr__check *check) {
  acr__node *root;
  char *at = check->copy;
  if (memcmp(at, "\xEF\xBB\xBF", 3) == 0) {
    acr__check_fail(check, at, "json_syntax", "found a byte order mark, wanted a value");
    return NULL;
  }
  at = value(check, space(check, at), &root);
  if (!at) return NULL;
  at = space(check, at);
  if (at == check->end) {
    if (root->item.valuestring) root->item.valuestring[root->text_len] = '\0';
    return root;
  }
  acr__check_fail(check, at, *at ? "json_trailing" : "json_nul", "found %s behind the value, wanted the end of the text",
                  acr__check_found(check, at));
  return NULL;
}
