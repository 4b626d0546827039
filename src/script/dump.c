#include "script/dump.h"

enum { HEADER_BYTES = 31 };

static int append(lua_State *L, const void *bytes, size_t len, void *arg) {
  (void)L;
  acr__buf_put(arg, bytes, len);
  return 0;
}

bool acr__dump_open(lua_State *L, acr__buf *bytes, acr__cursor *cur) {
  lua_dump(L, append, bytes, 1);
  *cur = (acr__cursor){.ptr = bytes->ptr, .end = bytes->ptr + bytes->len};
  acr__dump_skip(cur, HEADER_BYTES + 1); // and the number of upvalues
  return !cur->bad && bytes->ptr[4] == 0x54 && bytes->ptr[5] == 0 && bytes->ptr[12] == 4;
}

// Lua's own variable-length integer: most significant group first, the last one marked.
uint64_t acr__dump_size(acr__cursor *cur) {
  uint64_t value = 0;
  for (int i = 0; i < 10 && !cur->bad; i++) {
    uint8_t byte = acr__get_u8(cur);
    value = value << 7 | (byte & 0x7f);
    if (byte & 0x80) return value;
  }
  cur->bad = true;
  return 0;
}

void acr__dump_skip(acr__cursor *cur, uint64_t bytes) {
  if (bytes > (uint64_t)(cur->end - cur->ptr)) cur->bad = true;
  else cur->ptr += bytes;
}

acr__span acr__dump_text(acr__cursor *cur) {
  uint64_t size = acr__dump_size(cur);
  const char *text = (const char *)cur->ptr;
  if (size == 0) return (acr__span){0};
  acr__dump_skip(cur, size - 1);
  return cur->bad ? (acr__span){0} : (acr__span){text, size - 1};
}

void acr__dump_skip_debug(acr__cursor *cur) {
  acr__dump_skip(cur, acr__dump_size(cur));
  uint64_t lines = acr__dump_size(cur);
  for (uint64_t i = 0; i < 2 * lines && !cur->bad; i++) acr__dump_size(cur);
  uint64_t locals = acr__dump_size(cur);
  for (uint64_t i = 0; i < locals && !cur->bad; i++) {
    acr__dump_text(cur);
    acr__dump_size(cur);
    acr__dump_size(cur);
  }
  uint64_t names = acr__dump_size(cur);
  for (uint64_t i = 0; i < names && !cur->bad; i++) acr__dump_text(cur);
}
