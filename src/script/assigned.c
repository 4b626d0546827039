// Which upvalues a function ever assigns to, read from its compiled code: only those have to be put back before each call.
// The dumped form is that of Lua 5.4; anything else makes every upvalue count as assigned, which is slower and still right.
#include "base/buf.h"
#include "script/host.h"

enum { OP_SETUPVAL = 10, MAX_UPVALUES = 256, MAX_DEPTH = 200, HEADER_BYTES = 31 };

struct dump {
  acr__cursor cur;
  int depth;
};

static int append(lua_State *L, const void *bytes, size_t len, void *arg) {
  (void)L;
  acr__buf_put(arg, bytes, len);
  return 0;
}

// Lua's own variable-length integer: most significant group first, the last one marked.
static uint64_t get_size(acr__cursor *cur) {
  uint64_t value = 0;
  for (int i = 0; i < 10 && !cur->bad; i++) {
    uint8_t byte = acr__get_u8(cur);
    value = value << 7 | (byte & 0x7f);
    if (byte & 0x80) return value;
  }
  cur->bad = true;
  return 0;
}

static void skip(acr__cursor *cur, uint64_t bytes) {
  if (bytes > (uint64_t)(cur->end - cur->ptr)) cur->bad = true;
  else cur->ptr += bytes;
}

static void skip_text(acr__cursor *cur) {
  uint64_t size = get_size(cur);
  if (size > 0) skip(cur, size - 1);
}

static void skip_constants(acr__cursor *cur) {
  uint64_t count = get_size(cur);
  for (uint64_t i = 0; i < count && !cur->bad; i++) {
    uint8_t tag = acr__get_u8(cur);
    if (tag == 0x13) skip(cur, sizeof(lua_Number));
    else if (tag == 0x03) skip(cur, sizeof(lua_Integer));
    else if (tag == 0x04 || tag == 0x14) skip_text(cur);
    else if (tag != 0x00 && tag != 0x01 && tag != 0x11) cur->bad = true;
  }
}

static void read_code(acr__cursor *cur, bool assigned[MAX_UPVALUES]) {
  uint64_t count = get_size(cur);
  for (uint64_t i = 0; i < count && !cur->bad; i++) {
    uint32_t instruction = acr__get_u32(cur);
    if ((instruction & 0x7f) == OP_SETUPVAL) assigned[instruction >> 16 & 0xff] = true;
  }
}

static void skip_debug(acr__cursor *cur) {
  skip(cur, get_size(cur));
  uint64_t lines = get_size(cur);
  for (uint64_t i = 0; i < 2 * lines && !cur->bad; i++) get_size(cur);
  uint64_t locals = get_size(cur);
  for (uint64_t i = 0; i < locals && !cur->bad; i++) {
    skip_text(cur);
    get_size(cur);
    get_size(cur);
  }
  uint64_t names = get_size(cur);
  for (uint64_t i = 0; i < names && !cur->bad; i++) skip_text(cur);
}

// Reads one function; what functions inside it assign to is passed on to the upvalue that they took from it.
static void read_function(struct dump *dump, bool assigned[MAX_UPVALUES]) {
  acr__cursor *cur = &dump->cur;
  if (++dump->depth > MAX_DEPTH) cur->bad = true;
  skip_text(cur);
  get_size(cur);
  get_size(cur);
  skip(cur, 3);
  read_code(cur, assigned);
  skip_constants(cur);
  uint64_t upvalues = get_size(cur);
  if (upvalues > MAX_UPVALUES) cur->bad = true;
  skip(cur, cur->bad ? 0 : 3 * upvalues);
  uint64_t inner = get_size(cur);
  for (uint64_t i = 0; i < inner && !cur->bad; i++) {
    bool theirs[MAX_UPVALUES] = {false};
    struct dump ahead = *dump;
    read_function(&ahead, theirs);
    // A second look only for the places of its upvalues, which stand behind code and constants.
    acr__cursor places = cur->bad ? *cur : dump->cur;
    skip_text(&places);
    get_size(&places);
    get_size(&places);
    skip(&places, 3);
    skip(&places, 4 * get_size(&places));
    skip_constants(&places);
    uint64_t count = get_size(&places);
    for (uint64_t n = 0; n < count && n < MAX_UPVALUES && !places.bad; n++) {
      uint8_t in_stack = acr__get_u8(&places), index = acr__get_u8(&places);
      acr__get_u8(&places);
      if (theirs[n] && !in_stack) assigned[index] = true;
    }
    *cur = ahead.cur;
  }
  skip_debug(cur);
  dump->depth--;
}

void acr__assigned_upvalues(lua_State *L, bool assigned[256]) {
  acr__buf bytes = {0};
  lua_dump(L, append, &bytes, 1);
  struct dump dump = {.cur = {.ptr = bytes.ptr, .end = bytes.ptr + bytes.len}};
  bool known = bytes.len > HEADER_BYTES && bytes.ptr[4] == 0x54 && bytes.ptr[5] == 0 && bytes.ptr[12] == 4;
  skip(&dump.cur, HEADER_BYTES + 1); // and the number of upvalues
  if (known) read_function(&dump, assigned);
  if (!known || dump.cur.bad || dump.cur.ptr != dump.cur.end) memset(assigned, true, 256);
  acr__buf_free(&bytes);
}
