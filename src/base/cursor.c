#include "base/buf.h"
#include <endian.h>

const uint8_t *acr__get_bytes(acr__cursor *cur, size_t len) {
  if (cur->bad || len > (size_t)(cur->end - cur->ptr)) {
    cur->bad = true;
    return NULL;
  }
  const uint8_t *bytes = cur->ptr;
  cur->ptr += len;
  return bytes;
}

static uint64_t get_little(acr__cursor *cur, size_t len) {
  const uint8_t *bytes = acr__get_bytes(cur, len);
  uint64_t value = 0;
  for (size_t i = 0; bytes && i < len; i++)
    value |= (uint64_t)bytes[i] << (8 * i);
  return value;
}

uint8_t acr__get_u8(acr__cursor *cur) {
  return (uint8_t)get_little(cur, 1);
}

uint32_t acr__get_u32(acr__cursor *cur) {
  return (uint32_t)get_little(cur, 4);
}

uint64_t acr__get_u64(acr__cursor *cur) {
  return get_little(cur, 8);
}

// The groups of seven bits of up to eight bytes, pushed together.
static inline uint64_t seven_of_eight(uint64_t bytes) {
  bytes = (bytes & 0x007f007f007f007fu) | (bytes & 0x7f007f007f007f00u) >> 1;
  bytes = (bytes & 0x00003fff00003fffu) | (bytes & 0x3fff00003fff0000u) >> 2;
  return (bytes & 0x000000000fffffffu) | (bytes & 0x0fffffff00000000u) >> 4;
}

// Only the shortest form is well-formed, so that equal values are equal bytes.
uint64_t acr__get_varu(acr__cursor *cur) {
  const uint8_t *at = cur->ptr;
  if (!cur->bad && cur->end - at >= 8) { // what comes from a log is long, and most of it in the middle
    uint64_t bytes, last;
    memcpy(&bytes, at, sizeof bytes);
    bytes = le64toh(bytes);
    last = ~bytes & 0x8080808080808080u;
    if (last) {
      unsigned bits = (unsigned)__builtin_ctzll(last) + 1; // up to the end of the last byte
      uint64_t value = bytes << (64 - bits) >> (64 - bits);
      if (bits > 8 && value >> (bits - 8) == 0) {
        cur->bad = true;
        return 0;
      }
      cur->ptr = at + bits / 8;
      return seven_of_eight(value);
    }
  }
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && at < cur->end && !cur->bad; shift += 7) {
    uint8_t byte = *at++;
    bool too_long = shift > 0 && byte == 0;
    if (too_long || (shift == 63 && byte > 1)) break;
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte >= 0x80) continue;
    cur->ptr = at;
    return value;
  }
  cur->bad = true;
  return 0;
}

int64_t acr__get_vari(acr__cursor *cur) {
  uint64_t coded = acr__get_varu(cur);
  uint64_t half = coded >> 1;
  return (int64_t)(coded & 1 ? ~half : half);
}

acr__span acr__get_span(acr__cursor *cur) {
  uint64_t len = acr__get_varu(cur);
  const uint8_t *bytes = acr__get_bytes(cur, len);
  return bytes ? (acr__span){(const char *)bytes, len} : (acr__span){0};
}
