// The one pass over a JSON text: grammar, UTF-8, depth, duplicate keys, number ranges; and the tree of cJSON items that it builds,
// which know their place in the text.
//
// What is read is a copy of the text with zeros behind it: no byte of JSON is zero, so nothing has to look where the text ends.
// Strings are decoded and terminated in the copy, at their closing quotes at the latest; numbers and words are terminated once
// what stands behind them was read.
#ifndef ACR_JSON_CHECK_H
#define ACR_JSON_CHECK_H
#include "json/plain.h"
#include "json/tree.h"

enum { ACR__JSON_NUMBER_BYTES_MAX = 63 }; // longer ones are no amounts

typedef struct acr__check {
  const char *text; // as given; borrowed
  char *copy, *end; // its copy, in the arena
  acr__arena *arena;
  struct acr__json_fault *fault;
  acr__node *node, *nodes_end; // room for nodes of the tree; in the arena
  uint32_t *newlines;          // offsets of line feeds outside strings (none is possible inside); in the arena
  size_t newline_count, newline_cap;
  int depth, depth_max;
} acr__check;

// Checks the whole text and builds its tree; NULL and *fault at the first thing that is wrong.
acr__node *acr__check_document(acr__check *check);

// Room for the next node of the tree.
void acr__check_rooms(acr__check *check); // more of it
static inline acr__node *acr__check_room(acr__check *check) {
  if (check->node == check->nodes_end) acr__check_rooms(check);
  return check->node++;
}

// The rest is shared by the check_*.c files. `at` is in the copy. What reads begins there and returns where it ended, or NULL.
char *acr__check_string_rest(acr__check *check, char *at, bool *escaped); // to its closing quote
char *acr__check_number(acr__check *check, char *at);
// Decodes the escapes of a string that was just checked in place; returns how long it is then.
size_t acr__check_decode(char *text, size_t len);
static inline char *acr__check_string(acr__check *check, char *at, acr__span *text) { // at its opening quote; terminated
  char *start = at + 1;
  at = start + acr__plain_before(start);
  size_t len = (size_t)(at - start);
  if (*at != '"') {
    bool escaped = false;
    at = acr__check_string_rest(check, at, &escaped);
    if (!at) return NULL;
    len = (size_t)(at - start);
    if (escaped) len = acr__check_decode(start, len);
  }
  start[len] = '\0';
  *text = (acr__span){start, len};
  return at + 1;
}

// Is `key`, which was just read, new to the open object? `seen` is the object's, 0 at its start: one bit for each of 64 classes
// of keys. A key of a class that the object has not seen is new.
bool acr__check_key_other(acr__check *check, const acr__node *object, acr__span key);
static inline bool acr__check_key(acr__check *check, const acr__node *object, acr__span key, uint64_t *seen) {
  size_t mix = key.len;
  if (key.len) mix += (size_t)(unsigned char)key.ptr[0] * 5 + (size_t)(unsigned char)key.ptr[key.len - 1] * 11;
  uint64_t class = (uint64_t)1 << (mix & 63), before = *seen;
  *seen = before | class;
  return !(before & class) || acr__check_key_other(check, object, key);
}
// The object ends: whatever acr__check_key left to compare is compared.
bool acr__check_keys_end(acr__check *check, const acr__node *object);

// Sets the fault at `at`; always NULL.
char *acr__check_fail(acr__check *check, const char *at, const char *code, const char *format, ...) __attribute__((format(printf, 4, 5)));
// "found ',', wanted a value"; a NUL byte has its own code.
char *acr__check_unexpected(acr__check *check, const char *at, const char *wanted);
// Words for what stands at `at`: "'x'", "the end of the text", "byte 0xFF", "NaN".
const char *acr__check_found(acr__check *check, const char *at);
#endif
