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

static inline size_t put_length(uint8_t *to, uint32_t len) {
  size_t at = 0;
  for (; len >= 0x80; len >>= 7)
    to[at++] = (uint8_t)(len | 0x80);
  to[at] = (uint8_t)len;
  return at + 1;
}

// A kind (unless 0), the length and the bytes of one of a node's texts.
static inline void put_text(acr__buf *out, char kind, acr__span text) {
  size_t room = HEAD_BYTES + ACR__TEXT_SLACK + text.len;
  if (out->cap - out->len < room) acr__buf_reserve(out, room);
  uint8_t *to = out->ptr + out->len;
  if (kind) *to++ = (uint8_t)kind;
  to += put_length(to, (uint32_t)text.len);
  if (text.len <= ACR__TEXT_SLACK)
    memcpy(to, text.ptr, ACR__TEXT_SLACK); // what is too much is overwritten by what follows
  else
    memcpy(to, text.ptr, text.len);
  out->len = (size_t)(to - out->ptr) + text.len;
}

static inline void put_head(acr__buf *out, char kind, uint32_t count) {
  if (out->cap - out->len < HEAD_BYTES) acr__buf_reserve(out, HEAD_BYTES);
  out->ptr[out->len++] = (uint8_t)kind;
  out->len += put_length(out->ptr + out->len, count);
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

static void put_members(acr__buf *out, const acr__node *object) {
  struct member local[LOCAL_MEMBERS], *members = local;
  size_t filled = 0;
  if (object->count > LOCAL_MEMBERS) members = acr__mem_alloc(object->count * sizeof *members);
  for (const acr__node *node = acr__child(object); node; node = acr__sibling(node))
    members[filled++] = (struct member){prefix_of(acr__key_of(node)), node};
  sort(members, filled);
  for (size_t i = 0; i < filled; i++) {
    put_text(out, 0, acr__key_of(members[i].node));
    acr__node_canonical(members[i].node, out);
  }
  if (members != local) free(members);
}

void acr__node_canonical(const acr__node *node, acr__buf *out) {
  switch (acr__node_kind(node)) {
  case ACR_JSON_NULL:
    put_head(out, 'n', 0);
    break;
  case ACR_JSON_FALSE:
    put_head(out, 'f', 0);
    break;
  case ACR_JSON_TRUE:
    put_head(out, 't', 0);
    break;
  case ACR_JSON_NUMBER:
    put_text(out, 'd', acr__text_of(node));
    break;
  case ACR_JSON_STRING:
    put_text(out, 's', acr__text_of(node));
    break;
  case ACR_JSON_ARRAY:
    put_head(out, '[', node->count);
    for (const acr__node *item = acr__child(node); item; item = acr__sibling(item))
      acr__node_canonical(item, out);
    break;
  case ACR_JSON_OBJECT:
    put_head(out, '{', node->count);
    put_members(out, node);
    break;
  }
}
