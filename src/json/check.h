// The one pass over a JSON text: grammar, UTF-8, depth, duplicate keys, number ranges; and the place of every value.
#ifndef ACR_JSON_CHECK_H
#define ACR_JSON_CHECK_H
#include "json/json.h"
#include "json/plain.h"

enum { ACR__JSON_NUMBER_BYTES_MAX = 63 }; // cJSON's own buffer for a number

typedef struct acr__mark {
  uint32_t start, end;
} acr__mark; // one value's bytes in the text

struct acr__check_key {
  const char *ptr; // decoded; in the text or in the arena
  uint32_t len;
  uint32_t tag;    // cheap mix of length and some bytes: unequal tags are unequal keys
  uint32_t offset; // of its opening quote
};

enum { ACR__CHECK_KEYS_LOCAL = 64 };

typedef struct acr__check {
  const char *begin, *at, *end; // the text; borrowed
  acr__arena *arena;
  struct acr__json_fault *fault;
  acr__mark *marks; // by value in pre-order; in the arena
  size_t mark_count, mark_cap;
  uint32_t *newlines; // offsets of line feeds outside strings (none is possible inside); in the arena
  size_t newline_count, newline_cap;
  struct acr__check_key *keys; // of the objects that are open, innermost last
  size_t key_count, key_cap;
  int depth, depth_max;
  struct acr__check_key keys_local[ACR__CHECK_KEYS_LOCAL];
} acr__check;

// Checks the whole text; false and *fault at the first thing that is wrong.
bool acr__check_document(acr__check *check);

// The rest is shared by the check_*.c files. Each starts at `at` and leaves it behind what it took.
bool acr__check_string_rest(acr__check *check, bool *escaped); // behind its opening quote
bool acr__check_number(acr__check *check);
static inline bool acr__check_string(acr__check *check, bool *escaped) { // at its opening quote
  const char *at = acr__skip_plain(check->at + 1, check->end);
  check->at = at;
  *escaped = false;
  if (at == check->end || *at != '"') return acr__check_string_rest(check, escaped);
  check->at++;
  return true;
}

// The key of a string that was just checked: remembered, and compared with those of the open object from `base` on.
bool acr__check_key(acr__check *check, size_t base, const char *quote, bool escaped);
// The open object ends: whatever acr__check_key left to compare is compared; its keys are forgotten.
bool acr__check_keys_end(acr__check *check, size_t base);

// Sets the fault at `where`; always false.
bool acr__check_fail(acr__check *check, const char *where, const char *code, const char *format, ...) __attribute__((format(printf, 4, 5)));
// "found ',', wanted a value"; a NUL byte has its own code.
bool acr__check_unexpected(acr__check *check, const char *wanted);
// Words for what stands at `where`: "'x'", "the end of the text", "byte 0xFF", "NaN".
const char *acr__check_found(acr__check *check, const char *where);
#endif
