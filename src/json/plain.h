// Plain bytes are those that a JSON string holds as they are: all but quotes, backslashes, control characters and non-ASCII.
#ifndef ACR_JSON_PLAIN_H
#define ACR_JSON_PLAIN_H
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool acr__plain(char c) {
  return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

// How many of the eight bytes at `at` are plain before the first that is not.
static inline size_t acr__plain_of_eight(const char *at) {
  const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
  uint64_t word;
  memcpy(&word, at, sizeof word);
  word = le64toh(word);
  uint64_t quote = word ^ (ones * '"'), backslash = word ^ (ones * '\\');
  uint64_t special = ((word - ones * 0x20) | (quote - ones) | (backslash - ones) | word) & high;
  // A borrow can mark a byte wrongly only above one that is marked rightly, and only the lowest mark is used. Bytes
  // from 0x80 on are marked by `word` itself.
  return special ? (size_t)__builtin_ctzll(special) >> 3 : sizeof word;
}

// Are all bytes of a text of at least eight plain?
static inline bool acr__plain_all(const char *at, const char *end) {
  for (; end - at > 8; at += 8)
    if (acr__plain_of_eight(at) < 8) return false;
  return acr__plain_of_eight(end - 8) == 8; // some of them once more
}

// The first byte that is not plain, or `end`.
static inline const char *acr__skip_plain(const char *at, const char *end) {
  while (end - at >= 8) {
    size_t count = acr__plain_of_eight(at);
    at += count;
    if (count < 8) return at;
  }
  while (at < end && acr__plain(*at))
    at++;
  return at;
}
#endif
