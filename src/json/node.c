#include "json/tree.h"

const acr__node *acr__json_root(const acr__json *json) {
  return acr__item_node(json->root);
}

acr__json_kind acr__node_kind(const acr__node *node) {
  switch (node ? acr__node_item(node)->type & 0xFF : cJSON_NULL) {
  case cJSON_False:
    return ACR_JSON_FALSE;
  case cJSON_True:
    return ACR_JSON_TRUE;
  case cJSON_Number:
    return ACR_JSON_NUMBER;
  case cJSON_String:
    return ACR_JSON_STRING;
  case cJSON_Array:
    return ACR_JSON_ARRAY;
  case cJSON_Object:
    return ACR_JSON_OBJECT;
  default:
    return ACR_JSON_NULL;
  }
}

const acr__node *acr__node_get(const acr__node *object, const char *key) {
  return acr__node_get_span(object, acr__span_of(key));
}

const acr__node *acr__node_get_span(const acr__node *object, acr__span key) {
  if (acr__node_kind(object) != ACR_JSON_OBJECT) return NULL;
  for (const cJSON *member = acr__node_item(object)->child; member; member = member->next) {
    if (acr__span_eq(acr__span_of(member->string), key)) return acr__item_node(member);
  }
  return NULL;
}

const acr__node *acr__node_first(const acr__node *container) {
  return container ? acr__item_node(acr__node_item(container)->child) : NULL;
}

const acr__node *acr__node_next(const acr__node *node) {
  return node ? acr__item_node(acr__node_item(node)->next) : NULL;
}

int acr__node_count(const acr__node *container) {
  int count = 0;
  for (const acr__node *node = acr__node_first(container); node; node = acr__node_next(node))
    count++;
  return count;
}

acr__span acr__node_key(const acr__node *member) {
  return acr__span_of(member ? acr__node_item(member)->string : NULL);
}

acr__span acr__node_text(const acr__node *node) {
  if (!node) return (acr__span){0};
  switch (acr__node_kind(node)) {
  case ACR_JSON_STRING:
  case ACR_JSON_NUMBER:
    return acr__span_of(acr__node_item(node)->valuestring);
  case ACR_JSON_TRUE:
    return ACR__SPAN_LIT("true");
  case ACR_JSON_FALSE:
    return ACR__SPAN_LIT("false");
  case ACR_JSON_NULL:
    return ACR__SPAN_LIT("null");
  default:
    return (acr__span){0};
  }
}
