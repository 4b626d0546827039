// What the node files share: the document, and a node as the cJSON item that it is.
#ifndef ACR_JSON_TREE_H
#define ACR_JSON_TREE_H
#include "json/check.h"
#include <cjson/cJSON.h>

struct acr__json {
  const cJSON *root;
  const acr__mark *marks; // by a node's number, which stands in cJSON's valueint
  const uint32_t *newlines;
  size_t newline_count;
};

static inline const cJSON *acr__node_item(const acr__node *node) {
  return (const cJSON *)(const void *)node;
}
static inline const acr__node *acr__item_node(const cJSON *item) {
  return (const acr__node *)(const void *)item;
}
#endif
