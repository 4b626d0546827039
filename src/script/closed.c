// The closed library: what a plugin sees besides `accrue`. Functions of the stock library only where their work is bounded
// and the same in every process.
#include "script/load.h"
#include <lualib.h>

const char *acr__type_name(lua_State *L, int at) {
  static const char *const names[ACR_UD_KINDS] = {
    "a fact", "an item", "a payment", "a context", "a list", "a list", "a list", "a list", "a list", "base points", "tags",
    "audiences", "levels", "the order of levels", "links", "offers", "attributes", "reads", "a time", "a duration", "a timeframe",
    "a catalog", "an effect", "a read", "an iterator"};
  switch (lua_type(L, at)) {
  case LUA_TNONE:
  case LUA_TNIL: return "nothing";
  case LUA_TBOOLEAN: return "a boolean";
  case LUA_TNUMBER: return lua_isinteger(L, at) ? "an integer" : "a float";
  case LUA_TSTRING: return "a text";
  case LUA_TTABLE: return "a table";
  case LUA_TFUNCTION: return "a function";
  default: break;
  }
  acr__ud_kind kind = acr__ud_kind_of(L, at);
  return kind < ACR_UD_KINDS ? names[kind] : "a value";
}

static void push_object_text(lua_State *L, int at) {
  char text[64];
  switch (acr__ud_kind_of(L, at)) {
  case ACR_UD_TIME: {
    const struct acr__ud_time *time = lua_touserdata(L, at);
    acr__time_format(time->at, text);
    lua_pushstring(L, text);
    return;
  }
  case ACR_UD_DURATION: {
    const struct acr__ud_duration *object = lua_touserdata(L, at);
    lua_pushstring(L, acr__duration_text(object->duration, text));
    return;
  }
  default: lua_pushstring(L, acr__type_name(L, at));
  }
}

// No address of anything: texts are the same in every process.
int acr__base_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  switch (lua_type(L, 1)) {
  case LUA_TNIL:
  case LUA_TBOOLEAN:
  case LUA_TNUMBER:
  case LUA_TSTRING: luaL_tolstring(L, 1, NULL); break;
  case LUA_TTABLE: lua_pushliteral(L, "table"); break;
  case LUA_TFUNCTION: lua_pushliteral(L, "function"); break;
  default: push_object_text(L, 1);
  }
  return 1;
}

static int ipairs_step(lua_State *L) {
  lua_Integer at = luaL_checkinteger(L, 2) + 1;
  lua_pushinteger(L, at);
  return lua_geti(L, 1, at) == LUA_TNIL ? 1 : 2;
}

static int base_ipairs(lua_State *L) {
  acr__ud_kind kind = acr__ud_kind_of(L, 1);
  bool list = kind >= ACR_UD_ITEMS && kind <= ACR_UD_CATEGORIES;
  if (!list && lua_type(L, 1) != LUA_TTABLE) return luaL_error(L, "ipairs wants a list, found %s", acr__type_name(L, 1));
  acr__push_raw(L, 1);
  // Behind a set stands an answer for every key, so that it would never end.
  if (!list && lua_getmetatable(L, -1)) return luaL_error(L, "ipairs wants a list; a set is walked with pairs");
  lua_settop(L, 1);
  lua_pushcfunction(L, ipairs_step);
  lua_insert(L, 1);
  lua_pushinteger(L, 0);
  return 3;
}

// A function of math: the text "10" is no number here, as nowhere else. Upvalue 1: the stock function, 2: its name.
static int checked_math(lua_State *L) {
  acr__charge(L, (uint64_t)lua_gettop(L) / 2);
  for (int at = lua_gettop(L); at > 0; at--) {
    if (lua_type(L, at) == LUA_TSTRING) return luaL_error(L, "math.%s: argument %d is a text", lua_tostring(L, lua_upvalueindex(2)), at);
  }
  return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

// Wraps the functions of the table on top, save `type`, which may be asked about anything.
static void check_math(lua_State *L) {
  for (lua_pushnil(L); lua_next(L, -2);) {
    if (lua_isfunction(L, -1) && strcmp(lua_tostring(L, -2), "type") != 0) {
      lua_pushvalue(L, -2);
      lua_pushcclosure(L, checked_math, 2);
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, -4);
    } else {
      lua_pop(L, 1);
    }
  }
}

static int unknown_global(lua_State *L) {
  static const char *const names[] = {"accrue", "assert", "error", "ipairs", "next", "pairs", "pcall", "print", "require", "select",
                                      "tonumber", "tostring", "type", "math", "string", "table", "utf8"};
  acr__charge(L, 300);
  if (lua_type(L, 2) != LUA_TSTRING) return 0;
  acr__span spans[sizeof names / sizeof *names];
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) spans[i] = acr__span_of(names[i]);
  acr__span name = acr__lua_span(L, 2), near = acr__nearest(name, spans, sizeof names / sizeof *names);
  if (!near.len) return luaL_error(L, "there is no global '%s' for plugins", name.ptr);
  return luaL_error(L, "there is no global '%s' for plugins; the nearest is '%s'", name.ptr, near.ptr);
}

static int refuse_global(lua_State *L) {
  const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
  return luaL_error(L, "assignment to the global '%s'; plugins keep nothing: write 'local %s'", name, name);
}

// Copies the named fields of the table on top of the stack into the table below it.
static void copy_fields(lua_State *L, const char *const *names) {
  for (; *names; names++) {
    lua_getfield(L, -1, *names);
    lua_setfield(L, -3, *names);
  }
}

// Lua's own functions that walk a whole text do so in one instruction: they are paid for by its length.
static int walk_text(lua_State *L) {
  size_t len = 0;
  if (lua_type(L, 1) == LUA_TSTRING) lua_tolstring(L, 1, &len);
  acr__charge(L, len / 4);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

// Functions of any number of values look at each of them.
static int walk_values(lua_State *L) {
  acr__charge(L, (uint64_t)lua_gettop(L) / 2);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
  return lua_gettop(L);
}

void acr__pay_by_values(lua_State *L, int table, const char *name) {
  table = lua_absindex(L, table);
  lua_getfield(L, table, name);
  lua_pushcclosure(L, walk_values, 1);
  lua_setfield(L, table, name);
}

// In the table on top.
static void pay_by_length(lua_State *L, const char *name) {
  lua_getfield(L, -1, name);
  lua_pushcclosure(L, walk_text, 1);
  lua_setfield(L, -2, name);
}

static void open_base(lua_State *L, int globals) {
  static const char *const kept[] = {"assert", "error", "select", "tonumber", "type", NULL};
  static const luaL_Reg own[] = {
      {"ipairs", base_ipairs},    {"next", acr__base_next},       {"pairs", acr__base_pairs},       {"pcall", acr__base_pcall},
      {"print", acr__base_print}, {"require", acr__load_require}, {"tostring", acr__base_tostring}, {NULL, NULL}};
  lua_pushvalue(L, globals);
  luaL_requiref(L, "_G", luaopen_base, 0);
  copy_fields(L, kept);
  lua_pop(L, 1);
  pay_by_length(L, "tonumber");
  luaL_setfuncs(L, own, 0);
  lua_pop(L, 1);
}

static void open_stock(lua_State *L, int globals, const char *name, lua_CFunction open, const char *const *kept) {
  lua_newtable(L);
  luaL_requiref(L, name, open, 0);
  copy_fields(L, kept);
  lua_pop(L, 1);
  if (open == luaopen_math) check_math(L);
  if (open == luaopen_utf8) acr__pay_by_values(L, -1, "char");
  for (int i = 0; open == luaopen_utf8 && i < 3; i++)
    pay_by_length(L, (const char *const[]){"len", "codepoint", "offset"}[i]);
  acr__freeze(L, -1);
  lua_setfield(L, globals, name);
}

// "x":upper() works; "1" + 1 does not, and getmetatable is not there to poison it.
static void open_string_methods(lua_State *L, int globals) {
  lua_pushliteral(L, "");
  lua_createtable(L, 0, 2);
  lua_getfield(L, globals, "string");
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

static void make_environment(acr__script *script, int globals) {
  lua_State *L = script->L;
  lua_createtable(L, 0, 1); // behind the globals: whoever asks for an unknown one is told
  lua_pushcfunction(L, unknown_global);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, globals);
  lua_newtable(L);
  lua_createtable(L, 0, 3);
  lua_pushvalue(L, globals);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, refuse_global);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  script->env = luaL_ref(L, LUA_REGISTRYINDEX);
}

void acr__open_closed(acr__script *script) {
  static const char *const math[] = {"abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max",
                                     "maxinteger", "min", "mininteger", "modf", "pi", "rad", "sin", "sqrt", "tan", "tointeger",
                                     "type", "ult", NULL};
  static const char *const utf8[] = {"char", "codepoint", "codes", "len", "offset", NULL};
  lua_State *L = script->L;
  lua_newtable(L);
  int globals = lua_gettop(L);
  open_base(L, globals);
  open_stock(L, globals, "math", luaopen_math, math);
  open_stock(L, globals, "utf8", luaopen_utf8, utf8);
  acr__open_string(L);
  acr__freeze(L, -1);
  lua_setfield(L, globals, "string");
  acr__open_table(L);
  acr__freeze(L, -1);
  lua_setfield(L, globals, "table");
  open_string_methods(L, globals);
  make_environment(script, globals);
  script->globals = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushnil(L); // what luaL_requiref remembered, with all that was left out
  lua_setfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
}
