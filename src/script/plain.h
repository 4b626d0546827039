// Values of facts as the host reads them, before they become Lua's.
#ifndef ACR_SCRIPT_PLAIN_H
#define ACR_SCRIPT_PLAIN_H
#include "script/script.h"

typedef enum acr__plain_tag { ACR_PLAIN_NIL, ACR_PLAIN_FALSE, ACR_PLAIN_TRUE, ACR_PLAIN_INTEGER, ACR_PLAIN_TEXT,
  ACR_PLAIN_TIME, ACR_PLAIN_LOCAL_TIME,                       // of the fact; in the member's or program's zone, and in the store's
  ACR_PLAIN_CONTEXT,                                          // i: 0 = the fact's, item + 1 otherwise
  ACR_PLAIN_FACT, ACR_PLAIN_ITEM, ACR_PLAIN_VARS, ACR_PLAIN_SET, ACR_PLAIN_METHOD, ACR_PLAIN_FUNCTION, ACR_PLAIN_TABLE,
  ACR_PLAIN_NATIVE,                                           // i: a function of the host (acr__native)
  ACR_PLAIN_MADE, ACR_PLAIN_EFFECT,                           // i: which of those that the call made
  ACR_PLAIN_OTHER } acr__plain_tag;

struct acr__plain {
  acr__plain_tag tag;
  uint32_t len; // of the text
  union {
    int64_t i;
    const char *text;
    const struct acr__value *set;
    const void *function;
    void *table;
  };
};

static inline struct acr__plain acr__plain_integer(int64_t i) {
  return (struct acr__plain){.tag = ACR_PLAIN_INTEGER, .i = i};
}
static inline struct acr__plain acr__plain_boolean(bool value) {
  return (struct acr__plain){.tag = value ? ACR_PLAIN_TRUE : ACR_PLAIN_FALSE};
}
static inline struct acr__plain acr__plain_text(acr__span text) { // without a pointer: nil
  return (struct acr__plain){.tag = text.ptr ? ACR_PLAIN_TEXT : ACR_PLAIN_NIL, .len = (uint32_t)text.len, .text = text.ptr};
}
#endif
