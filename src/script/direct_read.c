// Reads the compiled code of a function, once, and decides whether it can be followed.
#include "base/mem.h"
#include "script/direct.h"
#include "script/dump.h"

enum { DEPTH_MAX = 3, TABLE_STEP = 64, NUMBER_OF_JMP = 56 };

static struct acr__direct none; // stands for functions that cannot be followed: it has no steps

struct reading {
  acr__script *script;
  acr__cursor cur;
  int depth;
};

// ---- instructions, as Lua lays them out

static uint32_t number_of(uint32_t code) { return code & 0x7f; }
static uint8_t a_of(uint32_t code) { return (uint8_t)(code >> 7); }
static bool k_of(uint32_t code) { return code >> 15 & 1; }
static uint8_t b_of(uint32_t code) { return (uint8_t)(code >> 16); }
static uint8_t c_of(uint32_t code) { return (uint8_t)(code >> 24); }
static uint32_t bx_of(uint32_t code) { return code >> 15; }
static int32_t jump_of(uint32_t code) { return (int32_t)(code >> 7) - 16777215; }

// Lua's number -> ours + 1; 0 = not followed.
static const uint8_t ours[128] = {
#define ACR_DIRECT_OP(name, number) [number] = ACR_DO_##name + 1,
    ACR_DIRECT_OPS(ACR_DIRECT_OP)
#undef ACR_DIRECT_OP
};

static enum acr__direct_op op_of(uint32_t code) {
  uint8_t known = ours[number_of(code)];
  bool good = known > 0;
  enum acr__direct_op op = good ? (enum acr__direct_op)(known - 1) : ACR_DO_OTHER;
  switch (op) {
  case ACR_DO_JMP: good = jump_of(code) >= 0; break; // no loops: what runs is bounded by what stands there
  case ACR_DO_CALL: good = b_of(code) > 0; break;
  case ACR_DO_TAILCALL: good = b_of(code) > 0 && c_of(code) == 0; break;
  case ACR_DO_RETURN: good = c_of(code) == 0; break;
  case ACR_DO_SETLIST: good = c_of(code) == 0 && !k_of(code); break; // from its first entry on
  default: break;
  }
  return good ? op : ACR_DO_OTHER;
}

static void read_code(struct reading *r, struct acr__direct *out) {
  uint64_t count = acr__dump_size(&r->cur);
  if (count > (uint64_t)(r->cur.end - r->cur.ptr) / 4) r->cur.bad = true;
  if (r->cur.bad) return;
  uint32_t *code = ACR__NEW_N(r->script->arena, uint32_t, count + 1);
  for (uint64_t i = 0; i < count; i++) code[i] = acr__get_u32(&r->cur);
  out->code = code;
  out->code_count = (int)count;
}

// What an instruction means besides its registers. `next`: the jump behind a comparison.
static bool ready(const struct acr__direct *f, uint32_t code, uint32_t next, struct acr__direct_step *out) {
  uint32_t constant = UINT32_MAX;
  *out = (struct acr__direct_step){.op = (uint8_t)op_of(code), .a = a_of(code), .b = b_of(code), .c = c_of(code)};
  switch ((enum acr__direct_op)out->op) {
  case ACR_DO_JMP: out->n = jump_of(code); break;
  case ACR_DO_LOADI: out->n = (int32_t)bx_of(code) - 65535; break;
  case ACR_DO_LOADK: constant = bx_of(code); break;
  case ACR_DO_ADDI: out->n = (int32_t)out->c - 127; break;
  case ACR_DO_GETTABUP: case ACR_DO_GETFIELD: case ACR_DO_ADDK: case ACR_DO_SUBK: case ACR_DO_MULK: case ACR_DO_MODK: case ACR_DO_IDIVK:
    constant = out->c;
    break;
  case ACR_DO_SETFIELD:
    constant = out->b;
    out->n = k_of(code) ? (int32_t)out->c : -1; // its value is this constant
    if (out->n >= f->constant_count) return false;
    break;
  case ACR_DO_SELF:
    constant = out->c;
    if (!k_of(code)) return false;
    break;
  case ACR_DO_CLOSURE:
    if (bx_of(code) >= (uint32_t)f->inner_count) return false;
    out->inner = f->inner[bx_of(code)];
    break;
  case ACR_DO_EQ: case ACR_DO_LT: case ACR_DO_LE: case ACR_DO_EQK: case ACR_DO_EQI: case ACR_DO_LTI: case ACR_DO_LEI: case ACR_DO_GTI:
  case ACR_DO_GEI: case ACR_DO_TEST: case ACR_DO_TESTSET:
    if (number_of(next) != NUMBER_OF_JMP) return false;
    if (out->op == ACR_DO_EQK) constant = out->b;
    if (jump_of(next) < 0) out->op = ACR_DO_OTHER; // it ends a loop
    out->c = k_of(code);
    out->n = jump_of(next) + 1;
    break;
  default: break;
  }
  if (constant != UINT32_MAX && constant >= (uint32_t)f->constant_count) return false;
  if (constant != UINT32_MAX) out->constant = &f->constants[constant];
  return true;
}

static bool make_ready(struct reading *r, struct acr__direct *out) {
  struct acr__direct_step *steps = ACR__NEW_N(r->script->arena, struct acr__direct_step, out->code_count + 1);
  for (int i = 0; i < out->code_count; i++)
    if (!ready(out, out->code[i], i + 1 < out->code_count ? out->code[i + 1] : 0, &steps[i])) return false;
  out->steps = steps;
  return true;
}

// The numbers that a text has as the name of a field or method.
static void name_constant(acr__script *script, struct acr__direct_constant *constant) {
  lua_State *L = script->L;
  acr__push_span(L, constant->text);
  for (int kind = 0; kind < ACR_FACT_KINDS; kind++)
    constant->fact[kind] = (uint8_t)acr__fieldset_number(L, -1, &script->fact_names[kind]);
  constant->item = (uint8_t)acr__fieldset_number(L, -1, &script->item_names);
  constant->time = (uint8_t)acr__fieldset_number(L, -1, &script->time_names);
  lua_pop(L, 1);
  constant->method = ACR_DIRECT_SUM;
  static const char *const methods[ACR_DIRECT_METHODS] = {"sum", "count", "any", "max", "min"};
  while (constant->method < ACR_DIRECT_METHODS && !acr__span_is(constant->text, methods[constant->method])) constant->method++;
}

static void read_constant(struct reading *r, struct acr__direct_constant *out) {
  uint8_t tag = acr__get_u8(&r->cur);
  const uint8_t *bytes;
  *out = (struct acr__direct_constant){.method = ACR_DIRECT_METHODS};
  switch (tag) {
  case ACR_DUMP_NIL: break;
  case ACR_DUMP_FALSE:
  case ACR_DUMP_TRUE: out->value = acr__plain_boolean(tag == ACR_DUMP_TRUE); break;
  case ACR_DUMP_INTEGER:
    bytes = acr__get_bytes(&r->cur, sizeof(lua_Integer));
    out->value.tag = ACR_PLAIN_INTEGER;
    if (bytes) memcpy(&out->value.i, bytes, sizeof(lua_Integer)); // as lua_dump wrote it: the machine's own
    break;
  case ACR_DUMP_SHORT:
  case ACR_DUMP_LONG:
    out->text = acr__arena_span(r->script->arena, acr__dump_text(&r->cur));
    out->value = acr__plain_text(out->text);
    name_constant(r->script, out);
    break;
  default: r->cur.bad = true; // floats
  }
}

static struct acr__direct *read_function(struct reading *r, const struct acr__direct *within) {
  acr__arena *arena = r->script->arena;
  struct acr__direct *out = ACR__NEW(arena, struct acr__direct);
  out->within = within;
  if (++r->depth > DEPTH_MAX) r->cur.bad = true;
  acr__dump_text(&r->cur);
  acr__dump_size(&r->cur);
  acr__dump_size(&r->cur);
  out->parameters = acr__get_u8(&r->cur);
  if (acr__get_u8(&r->cur) != 0) r->cur.bad = true; // it takes any number of them
  out->registers = acr__get_u8(&r->cur);
  if (out->registers > ACR_DIRECT_REGISTERS) r->cur.bad = true;
  read_code(r, out);
  uint64_t constants = r->cur.bad ? 0 : acr__dump_size(&r->cur);
  if (constants > 255) r->cur.bad = true;
  out->constants = ACR__NEW_N(arena, struct acr__direct_constant, constants + 1);
  for (; out->constant_count < (int)constants && !r->cur.bad; out->constant_count++)
    read_constant(r, &out->constants[out->constant_count]);
  uint64_t upvalues = r->cur.bad ? 0 : acr__dump_size(&r->cur);
  if (upvalues > 255) r->cur.bad = true;
  out->upvalues = ACR__NEW_N(arena, struct acr__direct_upvalue, upvalues + 1);
  for (; out->upvalue_count < (int)upvalues && !r->cur.bad; out->upvalue_count++) {
    bool in_stack = acr__get_u8(&r->cur);
    out->upvalues[out->upvalue_count] = (struct acr__direct_upvalue){in_stack, acr__get_u8(&r->cur)};
    acr__get_u8(&r->cur);
  }
  uint64_t inner = r->cur.bad ? 0 : acr__dump_size(&r->cur);
  if (inner > 255) r->cur.bad = true;
  out->inner = ACR__NEW_N(arena, const struct acr__direct *, inner + 1);
  for (; out->inner_count < (int)inner && !r->cur.bad; out->inner_count++) out->inner[out->inner_count] = read_function(r, out);
  if (!r->cur.bad) acr__dump_skip_debug(&r->cur);
  if (!r->cur.bad && !make_ready(r, out)) r->cur.bad = true;
  r->depth--;
  return out;
}

// The value on top, popped. Tables only when they are read-only, so that what was seen in one stays true.
static struct acr__plain pop_plain(acr__script *script) {
  lua_State *L = script->L;
  struct acr__plain out = {.tag = ACR_PLAIN_OTHER};
  if (lua_isnil(L, -1)) out.tag = ACR_PLAIN_NIL;
  else if (lua_isboolean(L, -1)) out = acr__plain_boolean(lua_toboolean(L, -1));
  else if (lua_isinteger(L, -1)) out = acr__plain_integer(lua_tointeger(L, -1));
  else if (lua_type(L, -1) == LUA_TSTRING) out = acr__plain_text(acr__arena_span(script->arena, acr__lua_span(L, -1)));
  else if (lua_isfunction(L, -1) && !lua_iscfunction(L, -1)) {
    struct acr__direct *function = acr__direct_of(script, luaL_ref(L, LUA_REGISTRYINDEX));
    return function ? (struct acr__plain){.tag = ACR_PLAIN_FUNCTION, .function = function} : out;
  } else if (lua_iscfunction(L, -1)) {
    acr__native native = acr__native_of(L);
    if (native < ACR_NATIVES) out = (struct acr__plain){.tag = ACR_PLAIN_NATIVE, .i = (int64_t)native};
  } else if (acr__is_frozen(L, -1)) {
    acr__push_raw(L, -1);
    if (lua_type(L, -1) == LUA_TTABLE) {
      struct acr__direct_table *table = ACR__NEW(script->arena, struct acr__direct_table);
      table->answers = acr__is_frozen(L, -1);
      table->contents = luaL_ref(L, LUA_REGISTRYINDEX);
      out = (struct acr__plain){.tag = ACR_PLAIN_TABLE, .table = table};
    } else {
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
  return out;
}

struct acr__plain acr__direct_entry(acr__script *script, struct acr__direct_table *table, acr__span key) {
  for (const struct acr__direct_entry *known = table->entries; known; known = known->next)
    if (acr__span_eq(known->key, key)) return known->value;
  struct acr__direct_entry *entry = ACR__NEW(script->arena, struct acr__direct_entry);
  lua_rawgeti(script->L, LUA_REGISTRYINDEX, table->contents);
  acr__push_span(script->L, key);
  lua_rawget(script->L, -2);
  entry->key = acr__arena_span(script->arena, key);
  if (table->answers && lua_isnil(script->L, -1)) lua_pop(script->L, 1), entry->value.tag = ACR_PLAIN_OTHER;
  else entry->value = pop_plain(script);
  entry->next = table->entries;
  table->entries = entry;
  lua_pop(script->L, 1);
  return entry->value;
}

struct acr__direct_constant *acr__direct_key(acr__script *script, acr__span text) {
  enum { KEYS_MAX = 32 };
  for (int i = 0; i < script->direct_key_count; i++)
    if (acr__span_eq(script->direct_keys[i].text, text)) return &script->direct_keys[i];
  if (script->direct_key_count == KEYS_MAX) return NULL;
  if (!script->direct_keys) script->direct_keys = ACR__NEW_N(script->arena, struct acr__direct_constant, KEYS_MAX);
  struct acr__direct_constant *key = &script->direct_keys[script->direct_key_count++];
  key->text = acr__arena_span(script->arena, text);
  key->value = acr__plain_text(key->text);
  name_constant(script, key);
  return key;
}

// Upvalues of the function on top as they are after load: no function that is followed assigns to any, and what others assign is put
// back before each call.
static void read_outside(acr__script *script, struct acr__direct *out) {
  out->outside = ACR__NEW_N(script->arena, struct acr__plain, out->upvalue_count + 1);
  for (int i = 0; i < out->upvalue_count && lua_getupvalue(script->L, -1, i + 1); i++) out->outside[i] = pop_plain(script);
}

static struct acr__direct *read(acr__script *script, int function) {
  lua_State *L = script->L;
  acr__buf bytes = {0};
  struct reading reading = {.script = script};
  struct acr__direct *out = NULL;
  lua_rawgeti(L, LUA_REGISTRYINDEX, function);
  if (lua_type(L, -1) == LUA_TFUNCTION && !lua_iscfunction(L, -1) && acr__dump_open(L, &bytes, &reading.cur)) {
    out = read_function(&reading, NULL);
    if (reading.cur.bad || reading.cur.ptr != reading.cur.end) out = NULL;
    else read_outside(script, out);
  }
  lua_pop(L, 1);
  acr__buf_free(&bytes);
  return out;
}

struct acr__direct *acr__direct_known(acr__script *script, int function) {
  if (function >= script->direct_cap) {
    int cap = function + TABLE_STEP;
    script->direct = acr__mem_resize(script->direct, sizeof *script->direct * (size_t)cap);
    memset(script->direct + script->direct_cap, 0, sizeof *script->direct * (size_t)(cap - script->direct_cap));
    script->direct_cap = cap;
  }
  if (!script->direct[function]) {
    script->direct[function] = &none; // while it is read it is none: functions may reach themselves
    struct acr__direct *made = read(script, function);
    if (made) script->direct[function] = made; // the table may have grown
  }
  return script->direct[function];
}
