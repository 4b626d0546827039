// Strict JSON (RFC 8259, one value) over cJSON: one pass of our own checks the grammar and records offsets, cJSON builds the
// tree as it goes, numbers are read from the text. No other folder sees cJSON.
#ifndef ACR_JSON_JSON_H
#define ACR_JSON_JSON_H
#include "base/arena.h"
#include <stdint.h>

typedef struct acr__json acr__json; // one parsed text; lives in its arena
typedef struct acr__node acr__node; // one value of it; NULL = absent everywhere below

typedef enum acr__json_kind {
  ACR_JSON_NULL,
  ACR_JSON_FALSE,
  ACR_JSON_TRUE,
  ACR_JSON_NUMBER,
  ACR_JSON_STRING,
  ACR_JSON_ARRAY,
  ACR_JSON_OBJECT
} acr__json_kind;

struct acr__json_fault {
  int line, column; // from 1; column counts bytes
  const char *code; // json_syntax json_utf8 json_duplicate_key json_number json_depth json_size json_trailing json_nul; static
  char *message;    // in the arena
};

struct acr__json_limits {
  int depth_max;    // 0 = ACR_JSON_DEPTH_MAX
  size_t bytes_max; // 0 = ACR_LINE_BYTES_MAX
};

// Parses text (not kept: decoded strings are copied into the arena). NULL and *fault on anything that is not strict JSON:
// duplicate keys, trailing bytes, leading zeros, NaN, lone surrogates, \u0000, BOM, integers above 2^53 written as numbers.
// Not re-entrant across threads for one arena; different threads may parse at the same time.
acr__json *acr__json_parse(acr__arena *arena, acr__span text, const struct acr__json_limits *limits, struct acr__json_fault *fault);
const acr__node *acr__json_root(const acr__json *json);

acr__json_kind acr__node_kind(const acr__node *node);
const acr__node *acr__node_get(const acr__node *object, const char *key); // exact, NULL when absent or not an object
const acr__node *acr__node_get_span(const acr__node *object, acr__span key);
const acr__node *acr__node_first(const acr__node *container); // of an object or array
const acr__node *acr__node_next(const acr__node *node);
int acr__node_count(const acr__node *container);
acr__span acr__node_key(const acr__node *member); // decoded; terminated
acr__span acr__node_text(const acr__node *node); // string: decoded and terminated; number: as written, terminated; true/false/null likewise
void acr__node_place(const acr__json *json, const acr__node *node, int *line, int *column);
// "$.data.items[3].amount"
char *acr__node_path(const acr__json *json, const acr__node *node, acr__arena *arena);
// From here on the member goes by this key: one that was misspelt, so that what is read of it is what was meant.
void acr__node_rekey(acr__arena *arena, const acr__node *member, acr__span key);
// The bytes of a value as they stood in the text that was parsed (the caller still holds that text).
acr__span acr__node_raw(const acr__json *json, const acr__node *node, acr__span text);

// A value that stands in no text, and has no place; its key and text are borrowed. Members are put at the end of an object.
acr__node *acr__node_new(acr__arena *arena, acr__json_kind kind, acr__span key, acr__span text);
void acr__node_add(acr__node *object, acr__node *member);

struct acr__buf;
// Canonical bytes of a value, to be hashed or compared; not text. Kind, length and bytes of each value, an object's members
// sorted by key: equal content gives equal bytes, different content different ones, and none is the beginning of another.
// Numbers are as written, strings as they mean, whatever their escapes.
void acr__node_canonical(const acr__node *node, struct acr__buf *out);
#endif
