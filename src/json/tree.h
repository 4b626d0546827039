// What the files of this folder share: the document, and a node as a cJSON item with what cJSON has no room for.
#ifndef ACR_JSON_TREE_H
#define ACR_JSON_TREE_H
#include "json/json.h"
#include <cjson/cJSON.h>

// A text may be read, but not used, so many bytes past its end: short texts are copied in one piece.
enum { ACR__TEXT_SLACK = 16 };

struct acr__node {
  cJSON item;                 // first: cJSON's pointers to items are pointers to nodes
  uint32_t start, end;        // its bytes in the text that was parsed
  uint32_t text_len, key_len; // of item.valuestring and item.string
  uint32_t count;             // of members or items
};

struct acr__json {
  const acr__node *root;
  const uint32_t *newlines;
  size_t newline_count;
};

static inline acr__node *acr__item_node(cJSON *item) {
  return (acr__node *)(void *)item;
}
static inline acr__json_kind acr__kind_of(const acr__node *node) {
  // By the number of cJSON's type bit: false, true, null, number, string, array, object.
  static const unsigned char kinds[] = {ACR_JSON_FALSE,  ACR_JSON_TRUE,  ACR_JSON_NULL,  ACR_JSON_NUMBER,
                                        ACR_JSON_STRING, ACR_JSON_ARRAY, ACR_JSON_OBJECT};
  return (acr__json_kind)kinds[__builtin_ctz((unsigned)node->item.type)];
}
static inline const acr__node *acr__child(const acr__node *node) {
  return acr__item_node(node->item.child);
}
static inline const acr__node *acr__sibling(const acr__node *node) {
  return acr__item_node(node->item.next);
}
static inline acr__span acr__key_of(const acr__node *node) {
  return (acr__span){node->item.string, node->key_len};
}
static inline acr__span acr__text_of(const acr__node *node) {
  return (acr__span){node->item.valuestring, node->text_len};
}
#endif
