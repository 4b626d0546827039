#include "base/digest.h"
#include "base/mem.h"
#include "json/check.h"
#include "json/utf8.h"
#include <stdlib.h>

// Objects of so many keys are compared pair by pair as they are read; larger ones are sorted when they end.
enum { PAIRWISE_MAX = 24, KEY_SHOWN_MAX = 64 };

static uint32_t code_at(const char *hex) {
  char digits[5] = {hex[0], hex[1], hex[2], hex[3], '\0'};
  return (uint32_t)strtoul(digits, NULL, 16);
}

// Decodes one escape, which has been checked; returns the bytes it took.
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

static acr__span decode(acr__arena *arena, acr__span raw) {
  char *out = acr__arena_alloc(arena, raw.len);
  size_t len = 0;
  for (size_t i = 0; i < raw.len;) {
    if (raw.ptr[i] == '\\')
      i += decode_escape(raw.ptr + i, out, &len);
    else
      out[len++] = raw.ptr[i++];
  }
  return (acr__span){out, len};
}

static bool duplicate(acr__check *check, const struct acr__check_key *key) {
  int shown = key->len > KEY_SHOWN_MAX ? KEY_SHOWN_MAX : (int)key->len;
  return acr__check_fail(check, check->begin + key->offset, "json_duplicate_key", "found the key \"%.*s\" twice, wanted it once", shown,
                         key->ptr);
}

static void make_room(acr__check *check) {
  if (check->key_count < check->key_cap) return;
  struct acr__check_key *more = acr__arena_alloc(check->arena, check->key_cap * 2 * sizeof *more);
  memcpy(more, check->keys, check->key_count * sizeof *more);
  check->keys = more;
  check->key_cap *= 2;
}

bool acr__check_key(acr__check *check, size_t base, const char *quote, bool escaped) {
  acr__span text = {quote + 1, (size_t)(check->at - quote) - 2};
  if (escaped) text = decode(check->arena, text);
  uint32_t tag = (uint32_t)text.len;
  if (text.len) tag ^= (uint32_t)(unsigned char)text.ptr[0] << 24 ^ (uint32_t)(unsigned char)text.ptr[text.len - 1] << 16;
  make_room(check);
  struct acr__check_key *key = &check->keys[check->key_count++];
  *key = (struct acr__check_key){.ptr = text.ptr, .len = (uint32_t)text.len, .tag = tag, .offset = (uint32_t)(quote - check->begin)};
  if (check->key_count - base > PAIRWISE_MAX) return true;
  for (const struct acr__check_key *other = check->keys + base; other < key; other++) {
    if (other->tag == tag && other->len == key->len && memcmp(other->ptr, key->ptr, key->len) == 0) return duplicate(check, key);
  }
  return true;
}

struct hashed {
  uint64_t hash;
  const struct acr__check_key *key;
};

// By hash first, which is quick, then by content: sorting stays n log n even if somebody chose keys of one hash.
static int by_content(const void *left, const void *right) {
  const struct hashed *a = left, *b = right;
  if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
  return acr__span_cmp((acr__span){a->key->ptr, a->key->len}, (acr__span){b->key->ptr, b->key->len});
}

bool acr__check_keys_end(acr__check *check, size_t base) {
  size_t count = check->key_count - base;
  check->key_count = base;
  if (count <= PAIRWISE_MAX) return true;
  struct hashed *sorted = acr__mem_alloc(count * sizeof *sorted);
  for (size_t i = 0; i < count; i++) {
    const struct acr__check_key *key = &check->keys[base + i];
    sorted[i] = (struct hashed){acr__fast_hash(key->ptr, key->len), key};
  }
  qsort(sorted, count, sizeof *sorted, by_content);
  const struct acr__check_key *twin = NULL; // the first in the text that has been there before
  for (size_t i = 1; i < count; i++) {
    if (by_content(&sorted[i - 1], &sorted[i]) != 0) continue;
    const struct acr__check_key *a = sorted[i - 1].key, *b = sorted[i].key;
    const struct acr__check_key *later = a->offset > b->offset ? a : b;
    if (!twin || later->offset < twin->offset) twin = later;
  }
  free(sorted);
  return twin ? duplicate(check, twin) : true;
}
