// The one pass over a JSON text: grammar, UTF-8, depth, duplicate keys, number ranges; and it has cJSON build the tree,
// whose items know their place in the text.
#ifndef ACR_JSON_CHECK_H
#define ACR_JSON_CHECK_H
#include "json/plain.h"
#include "json/tree.h"

enum { ACR__JSON_NUMBER_BYTES_MAX = 63 }; // longer ones are no amounts

typedef struct acr__check {
  const char *begin, *at, *end; // the text; borrowed
  char *copy; // the text once more, in the arena: what the tree's strings point to, decoded and terminated in place
  acr__arena *arena;
  struct acr__json_fault *fault;
  uint32_t *newlines; // offsets of line feeds outside strings (none is possible inside); in the arena
  size_t newline_count, newline_cap;
  int depth, depth_max;
} acr__check;

// Checks the whole text and builds its tree; NULL and *fault at the first thing that is wrong.
acr__node *acr__check_document(acr__check *check);

// The rest is shared by the check_*.c files. Each starts at `at` and leaves it behind what it took.
bool acr__check_string_rest(acr__check *check, bool *escaped); // behind its opening quote
bool acr__check_number(acr__check *check);
// Decodes the escapes of a string that was just checked into its place in the copy; returns how long it is then.
size_t acr__check_decode(acr__span raw, char *out);
static inline bool acr__check_string(acr__check *check, acr__span *text) { // at its opening quote
  const char *start = check->at + 1, *at = acr__skip_plain(start, check->end);
  bool escaped = false;
  check->at = at;
  if (at == check->end || *at != '"') {
    if (!acr__check_string_rest(check, &escaped)) return false;
  } else {
    check->at++;
  }
  char *out = check->copy + (start - check->begin);
  size_t len = (size_t)(check->at - start) - 1;
  if (escaped) len = acr__check_decode((acr__span){start, len}, out);
  out[len] = '\0';
  *text = (acr__span){out, len};
  return true;
}

// Is `key`, which was just read, new to the open object? `seen` is the object's, 0 at its start.
bool acr__check_key(acr__check *check, const acr__node *object, acr__span key, uint64_t *seen);
// The object ends: whatever acr__check_key left to compare is compared.
bool acr__check_keys_end(acr__check *check, const acr__node *object);

// Sets the fault at `where`; always false.
bool acr__check_fail(acr__check *check, const char *where, const char *code, const char *format, ...) __attribute__((format(printf, 4, 5)));
// "found ',', wanted a value"; a NUL byte has its own code.
bool acr__check_unexpected(acr__check *check, const char *wanted);
// Words for what stands at `where`: "'x'", "the end of the text", "byte 0xFF", "NaN".
const char *acr__check_found(acr__check *check, const char *where);
#endif
