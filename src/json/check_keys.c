#include "base/digest.h"
#include "base/mem.h"
#include "json/check.h"
#include "json/utf8.h"
#include <stdlib.h>

// Objects of so many keys are compared as they are read; larger ones are sorted when they end.
enum { PAIRWISE_MAX = 24, KEY_SHOWN_MAX = 64 };

static uint32_t code_at(const char *hex) {
  char digits[5] = {hex[0], hex[1], hex[2], hex[3], '\0'};
  return (uint32_t)strtoul(digits, NULL, 16);
}

// Decodes one escape, which has been checked and is never shorter than what it means; returns the bytes it took.
static size_t decode_escape(const char *at, char *out, size_t *out_len) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (at[1] != 'u') {
    out[(*out_len)++] = to[strchr(from, at[1]) - from];
    return 2;
  }
  uint32_t code = code_at(at + 2);
  bool pair = code >= 0xD800 && code <= 0xDBFF;
  if (pair) code = 0x10000 + ((code - 0xD800) << 10) + (code_at(at + 8) - 0xDC00);
  *out_len += acr__utf8_put(code, out + *out_len);
  return pair ? 12 : 6;
}

size_t acr__check_decode(char *text, size_t len) {
  size_t out = 0;
  for (size_t i = 0; i < len;) {
    if (text[i] == '\\')
      i += decode_escape(text + i, text, &out);
    else
      text[out++] = text[i++];
  }
  return out;
}

static bool duplicate(acr__check *check, acr__span key) {
  int shown = key.len > KEY_SHOWN_MAX ? KEY_SHOWN_MAX : (int)key.len;
  return acr__check_fail(check, key.ptr - 1, "json_duplicate_key", "found the key \"%.*s\" twice, wanted it once", shown, key.ptr) != NULL;
}

bool acr__check_key_other(acr__check *check, const acr__node *object, acr__span key) {
  if (object->count >= PAIRWISE_MAX) return true;
  for (const acr__node *other = acr__child(object); other; other = acr__sibling(other)) {
    if (acr__span_eq(acr__key_of(other), key)) return duplicate(check, key);
  }
  return true;
}

struct hashed {
  uint64_t hash;
  acr__span key;
};

// By hash first, which is quick, then by content: sorting stays n log n even if somebody chose keys of one hash.
static int by_content(const void *left, const void *right) {
  const struct hashed *a = left, *b = right;
  if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  return acr__span_cmp(a->key, b->key);
}

bool acr__check_keys_end(acr__check *check, const acr__node *object) {
  size_t count = 0;
  if (object->count <= PAIRWISE_MAX) return true;
  struct hashed *sorted = acr__mem_alloc(object->count * sizeof *sorted);
  for (const acr__node *node = acr__child(object); node; node = acr__sibling(node)) {
    acr__span key = acr__key_of(node);
    sorted[count++] = (struct hashed){acr__fast_hash(key.ptr, key.len), key};
  }
  qsort(sorted, count, sizeof *sorted, by_content);
  acr__span twin = {0}; // the first in the text that has been there before
  for (size_t i = 1; i < count; i++) {
    if (by_content(&sorted[i - 1], &sorted[i]) != 0) continue;
    acr__span a = sorted[i - 1].key, b = sorted[i].key;
    acr__span later = a.ptr > b.ptr ? a : b;
    if (!twin.ptr || later.ptr < twin.ptr) twin = later;
  }
  free(sorted);
  return twin.ptr ? duplicate(check, twin) : true;
}
