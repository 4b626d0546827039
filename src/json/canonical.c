#include "base/mem.h"
#include "json/tree.h"
#include "json/writer.h"
#include <endian.h>
#include <stdlib.h>

enum { LOCAL_MEMBERS = 32 };

struct member {
  uint64_t prefix; // the first eight bytes of the key as a number that sorts like them; keys hold no NUL
  acr__span key;
  const acr__node *node;
};

static void write_value(acr__writer *w, const acr__node *node);

static uint64_t prefix_of(acr__span key) {
  uint64_t prefix = 0;
  memcpy(&prefix, key.ptr, key.len < sizeof prefix ? key.len : sizeof prefix);
  return be64toh(prefix);
}

static inline int order(const struct member *a, const struct member *b) {
  if (a->prefix != b->prefix) return a->prefix < b->prefix ? -1 : 1;
  return acr__span_cmp(a->key, b->key);
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

static void write_members(acr__writer *w, const acr__node *object) {
  struct member local[LOCAL_MEMBERS], *members = local;
  size_t count = (size_t)acr__node_count(object), filled = 0;
  if (count > LOCAL_MEMBERS) members = acr__mem_alloc(count * sizeof *members);
  for (const acr__node *node = acr__node_first(object); node; node = acr__node_next(node)) {
    acr__span key = acr__node_key(node);
    members[filled++] = (struct member){prefix_of(key), key, node};
  }
  sort(members, filled);
  acr__write_object(w);
  for (size_t i = 0; i < filled; i++) {
    acr__write_key_span(w, members[i].key);
    write_value(w, members[i].node);
  }
  acr__write_object_end(w);
  if (members != local) free(members);
}

static void write_items(acr__writer *w, const acr__node *array) {
  acr__write_array(w);
  for (const acr__node *node = acr__node_first(array); node; node = acr__node_next(node))
    write_value(w, node);
  acr__write_array_end(w);
}

static void write_value(acr__writer *w, const acr__node *node) {
  switch (acr__node_kind(node)) {
  case ACR_JSON_OBJECT:
    write_members(w, node);
    break;
  case ACR_JSON_ARRAY:
    write_items(w, node);
    break;
  case ACR_JSON_STRING:
    acr__write_span(w, acr__node_text(node));
    break;
  default:
    acr__write_raw(w, node ? acr__node_text(node) : ACR__SPAN_LIT("null"));
    break;
  }
}

void acr__node_canonical(const acr__node *node, struct acr__buf *out) {
  acr__writer w = {.out = out};
  write_value(&w, node);
}
