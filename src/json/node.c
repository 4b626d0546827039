#include "json/tree.h"

const acr__node *acr__json_root(const acr__json *json) {
  return json->root;
}

acr__json_kind acr__node_kind(const acr__node *node) {
  return node ? acr__kind_of(node) : ACR_JSON_NULL;
}

const acr__node *acr__node_get(const acr__node *object, const char *key) {
  return acr__node_get_span(object, acr__span_of(key));
}

const acr__node *acr__node_get_span(const acr__node *object, acr__span key) {
  if (acr__node_kind(object) != ACR_JSON_OBJECT) return NULL;
  for (const acr__node *member = acr__child(object); member; member = acr__sibling(member)) {
    if (acr__span_eq(acr__key_of(member), key)) return member;
  }
  return NULL;
}

const acr__node *acr__node_first(const acr__node *container) {
  return container ? acr__child(container) : NULL;
}

const acr__node *acr__node_next(const acr__node *node) {
  return node ? acr__sibling(node) : NULL;
}

int acr__node_count(const acr__node *container) {
  return container ? (int)container->count : 0;
}

acr__span acr__node_key(const acr__node *member) {
  return member ? acr__key_of(member) : (acr__span){0};
}

acr__span acr__node_text(const acr__node *node) {
  return node ? acr__text_of(node) : (acr__span){0};
}

void acr__node_rekey(acr__arena *arena, const acr__node *member, acr__span key) {
  acr__node *node = acr__item_node((cJSON *)&member->item);
  node->item.string = acr__arena_alloc(arena, key.len + ACR__TEXT_SLACK);
  memset(node->item.string, 0, key.len + ACR__TEXT_SLACK);
  memcpy(node->item.string, key.ptr, key.len);
  node->key_len = (uint32_t)key.len;
}
