// Trees that are made without a text.
#include "json/tree.h"

acr__node *acr__node_new(acr__arena *arena, acr__json_kind kind, acr__span key, acr__span text) {
  static const int types[] = {
      [ACR_JSON_NULL] = cJSON_NULL,     [ACR_JSON_FALSE] = cJSON_False, [ACR_JSON_TRUE] = cJSON_True,    [ACR_JSON_NUMBER] = cJSON_Number,
      [ACR_JSON_STRING] = cJSON_String, [ACR_JSON_ARRAY] = cJSON_Array, [ACR_JSON_OBJECT] = cJSON_Object};
  acr__node *node = acr__arena_alloc(arena, sizeof *node);
  *node = (acr__node){.item = {.type = types[kind] | cJSON_IsReference | cJSON_StringIsConst,
                               .valuestring = (char *)(uintptr_t)text.ptr,
                               .string = (char *)(uintptr_t)key.ptr},
                      .text_len = (uint32_t)text.len,
                      .key_len = (uint32_t)key.len};
  return node;
}

void acr__node_add(acr__node *object, acr__node *member) {
  cJSON *first = object->item.child;
  if (first) {
    first->prev->next = &member->item;
    member->item.prev = first->prev;
  }
  *(first ? &first->prev : &object->item.child) = &member->item;
  if (!first) member->item.prev = &member->item; // as cJSON has it: the first one's knows the last
  object->count++;
}
