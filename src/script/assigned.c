// Which upvalues a function ever assigns to, read from its compiled code: only those have to be put back before each call.
// The dumped form is that of Lua 5.4; anything else makes every upvalue count as assigned, which is slower and still right.
#include "script/dump.h"

enum { OP_SETUPVAL = 10, MAX_UPVALUES = 256, MAX_DEPTH = 200 };

struct dump {
  acr__cursor cur;
  int depth;
};

static void skip_constants(acr__cursor *cur) {
  uint64_t count = acr__dump_size(cur);
  for (uint64_t i = 0; i < count && !cur->bad; i++) {
    uint8_t tag = acr__get_u8(cur);
    if (tag == ACR_DUMP_FLOAT) acr__dump_skip(cur, sizeof(lua_Number));
    else if (tag == ACR_DUMP_INTEGER) acr__dump_skip(cur, sizeof(lua_Integer));
    else if (tag == ACR_DUMP_SHORT || tag == ACR_DUMP_LONG) acr__dump_text(cur);
    else if (tag != ACR_DUMP_NIL && tag != ACR_DUMP_FALSE && tag != ACR_DUMP_TRUE) cur->bad = true;
  }
}

static void read_code(acr__cursor *cur, bool assigned[MAX_UPVALUES]) {
  uint64_t count = acr__dump_size(cur);
  for (uint64_t i = 0; i < count && !cur->bad; i++) {
    uint32_t instruction = acr__get_u32(cur);
    if ((instruction & 0x7f) == OP_SETUPVAL) assigned[instruction >> 16 & 0xff] = true;
  }
}

// Reads one function; what functions inside it assign to is passed on to the upvalue that they took from it.
static void read_function(struct dump *dump, bool assigned[MAX_UPVALUES]) {
  acr__cursor *cur = &dump->cur;
  if (++dump->depth > MAX_DEPTH) cur->bad = true;
  acr__dump_text(cur);
  acr__dump_size(cur);
  acr__dump_size(cur);
  acr__dump_skip(cur, 3);
  read_code(cur, assigned);
  skip_constants(cur);
  uint64_t upvalues = acr__dump_size(cur);
  if (upvalues > MAX_UPVALUES) cur->bad = true;
  acr__dump_skip(cur, cur->bad ? 0 : 3 * upvalues);
  uint64_t inner = acr__dump_size(cur);
  for (uint64_t i = 0; i < inner && !cur->bad; i++) {
    bool theirs[MAX_UPVALUES] = {false};
    struct dump ahead = *dump;
    read_function(&ahead, theirs);
    // A second look only for the places of its upvalues, which stand behind code and constants.
    acr__cursor places = cur->bad ? *cur : dump->cur;
    acr__dump_text(&places);
    acr__dump_size(&places);
    acr__dump_size(&places);
    acr__dump_skip(&places, 3);
    acr__dump_skip(&places, 4 * acr__dump_size(&places));
    skip_constants(&places);
    uint64_t count = acr__dump_size(&places);
    for (uint64_t n = 0; n < count && n < MAX_UPVALUES && !places.bad; n++) {
      uint8_t in_stack = acr__get_u8(&places), index = acr__get_u8(&places);
      acr__get_u8(&places);
      if (theirs[n] && !in_stack) assigned[index] = true;
    }
    *cur = ahead.cur;
  }
  acr__dump_skip_debug(cur);
  dump->depth--;
}

void acr__assigned_upvalues(lua_State *L, bool assigned[256]) {
  acr__buf bytes = {0};
  struct dump dump = {0};
  bool known = acr__dump_open(L, &bytes, &dump.cur);
  if (known) read_function(&dump, assigned);
  if (!known || dump.cur.bad || dump.cur.ptr != dump.cur.end) memset(assigned, true, 256);
  acr__buf_free(&bytes);
}
