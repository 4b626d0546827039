// Plain bytes are those that a JSON string holds as they are: all but quotes, backslashes, control characters and non-ASCII.
#ifndef ACR_JSON_PLAIN_H
#define ACR_JSON_PLAIN_H
#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

// How many bytes at `at` are plain before the first that is not: there is one, and 15 more bytes behind it may be read.
static inline size_t acr__plain_before(const char *at) {
  size_t count = 0;
#ifdef __SSE2__
  const __m128i space = _mm_set1_epi8(0x20), quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
  for (;; count += 16) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + count));
    // As signed numbers, bytes from 0x80 on are below a space too.
    __m128i special =
        _mm_or_si128(_mm_cmplt_epi8(bytes, space), _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
    unsigned mask = (unsigned)_mm_movemask_epi8(special);
    if (mask) return count + (size_t)__builtin_ctz(mask);
  }
#else
  for (;;) {
    size_t more = acr__plain_of_eight(at + count);
    count += more;
    if (more < 8) return count;
  }
#endif
}
#endif
