#include "base/buf.h"
#include "base/mem.h"
#include "json/tree.h"
#include <endian.h>
#include <stdlib.h>

enum { LOCAL_MEMBERS = 32, HEAD_BYTES = 10 }; // a kind and a length of 32 bits, with room to spare

struct member {
  uint64_t prefix; // the first eight bytes of the key as a number that sorts like them; keys hold no NUL
  const acr__node *node;
};

// What is put here goes behind one another without looking at the room: acr__node_canonical has made enough.
static inline uint8_t *put_length(uint8_t *to, uint32_t len) {
  for (; len >= 0x80; len >>= 7)
    *to++ = (uint8_t)(len | 0x80);
  *to++ = (uint8_t)len;
  return to;
}

// The length and the bytes of one of a node's texts.
static inline uint8_t *put_text(uint8_t *to, acr__span text) {
  to = put_length(to, (uint32_t)text.len);
  if (text.len <= ACR__TEXT_SLACK)
    memcpy(to, text.ptr, ACR__TEXT_SLACK); // what is too much is overwritten by what follows
  else
    memcpy(to, text.ptr, text.len);
  return to + text.len;
}

static inline uint64_t prefix_of(acr__span key) {
  uint64_t prefix;
  memcpy(&prefix, key.ptr, sizeof prefix); // bytes behind the key may be read
  prefix = be64toh(prefix);
  if (key.len >= sizeof prefix) return prefix;
  return key.len ? prefix & ~(UINT64_MAX >> (8 * key.len)) : 0;
}

static inline int order(const struct member *a, const struct member *b) {
  if (a->prefix != b->prefix) return a->prefix < b->prefix ? -1 : 1;
  return acr__span_cmp(acr__key_of(a->node), acr__key_of(b->node));
}

static int by_key(const void *left, const void *right) {
  return order(left, right);
}

// Most objects are small, and many come sorted.
static void sort(struct member *members, size_t count) {
  if (count > LOCAL_MEMBERS) {
    qsort(members, count, sizeof *members, by_key);
    return;
  }
  for (size_t i = 1; i < count; i++) {
    struct member moved = members[i];
    size_t j = i;
    for (; j > 0 && order(&members[j - 1], &moved) > 0; j--)
      members[j] = members[j - 1];
    members[j] = moved;
  }
}

static uint8_t *put_node(uint8_t *to, const acr__node *node);

static uint8_t *put_members(uint8_t *to, const acr__node *object) {
  struct member local[LOCAL_MEMBERS], *members = local;
  size_t filled = 0;
  if (object->count > LOCAL_MEMBERS) members = acr__mem_alloc(object->count * sizeof *members);
  for (const acr__node *node = acr__child(object); node; node = acr__sibling(node))
    members[filled++] = (struct member){prefix_of(acr__key_of(node)), node};
  sort(members, filled);
  for (size_t i = 0; i < filled; i++)
    to = put_node(put_text(to, acr__key_of(members[i].node)), members[i].node);
  if (members != local) free(members);
  return to;
}

static uint8_t *put_node(uint8_t *to, const acr__node *node) {
  switch (acr__kind_of(node)) {
  case ACR_JSON_NULL:
    *to++ = 'n';
    return put_length(to, 0);
  case ACR_JSON_FALSE:
    *to++ = 'f';
    return put_length(to, 0);
  case ACR_JSON_TRUE:
    *to++ = 't';
    return put_length(to, 0);
  case ACR_JSON_NUMBER:
    *to++ = 'd';
    return put_text(to, acr__text_of(node));
  case ACR_JSON_STRING:
    *to++ = 's';
    return put_text(to, acr__text_of(node));
  case ACR_JSON_ARRAY:
    *to++ = '[';
    to = put_length(to, node->count);
    for (const acr__node *item = acr__child(node); item; item = acr__sibling(item))
      to = put_node(to, item);
    return to;
  case ACR_JSON_OBJECT:
    break;
  }
  *to++ = '{';
  return put_members(put_length(to, node->count), node);
}

void acr__node_canonical(const acr__node *node, acr__buf *out) {
  static const acr__node absent = {.item = {.type = cJSON_NULL}};
  if (!node) node = &absent;
  // A value takes no more bytes here than twice what it takes as text, where quotes, colons and commas stood: the most have a
  // digit in a list, three for "1,", and a list of one, two more for "[]".
  acr__buf_reserve(out, 2 * (size_t)(node->end - node->start) + HEAD_BYTES + ACR__TEXT_SLACK);
  out->len = (size_t)(put_node(out->ptr + out->len, node) - out->ptr);
}
