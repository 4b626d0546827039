// Lua values to JSON and back, through the strict reader and the writer of src/json.
#include "binding/unit.h"
#include "json/writer.h"
#include <stdlib.h>

enum { DEPTH_MAX = 32 };

static bool write_value(lua_State *lua, int index, acr__writer *w, int depth);

static int by_bytes(const void *a, const void *b) {
  return acr__span_cmp(*(const acr__span *)a, *(const acr__span *)b);
}

static bool fail(lua_State *lua, const char *why) {
  lua_pushfstring(lua, "json: %s", why);
  return false;
}

static bool write_array(lua_State *lua, int index, acr__writer *w, int depth) {
  lua_Integer count = (lua_Integer)lua_rawlen(lua, index);
  acr__write_array(w);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(lua, index, i);
    if (!write_value(lua, lua_gettop(lua), w, depth + 1)) return false;
    lua_pop(lua, 1);
  }
  acr__write_array_end(w);
  return true;
}

// Members in the order of their keys' bytes, so that the same table gives the same text.
static bool write_object(lua_State *lua, int index, acr__writer *w, int depth, int count) {
  acr__span *keys = lua_newuserdatauv(lua, sizeof *keys * (size_t)(count ? count : 1), 0);
  int n = 0;
  for (lua_pushnil(lua); lua_next(lua, index); lua_pop(lua, 1)) {
    if (lua_type(lua, -2) != LUA_TSTRING) return fail(lua, "a table has both a list and names, or keys that are no texts");
    keys[n].ptr = lua_tolstring(lua, -2, &keys[n].len);
    n++;
  }
  qsort(keys, (size_t)n, sizeof *keys, by_bytes);
  acr__write_object(w);
  for (int i = 0; i < n; i++) {
    acr__write_key_span(w, keys[i]);
    lua_pushlstring(lua, keys[i].ptr, keys[i].len);
    lua_rawget(lua, index);
    if (!write_value(lua, lua_gettop(lua), w, depth + 1)) return false;
    lua_pop(lua, 1);
  }
  acr__write_object_end(w);
  lua_pop(lua, 1);
  return true;
}

static bool write_table(lua_State *lua, int index, acr__writer *w, int depth) {
  if (depth >= DEPTH_MAX) return fail(lua, "more than 32 levels");
  luaL_checkstack(lua, 8, "json");
  int count = 0;
  for (lua_pushnil(lua); lua_next(lua, index); lua_pop(lua, 1))
    count++;
  bool array = count > 0 && (size_t)count == lua_rawlen(lua, index);
  if (count == 0 && luaL_getmetafield(lua, index, "__array") != LUA_TNIL) {
    lua_pop(lua, 1);
    array = true;
  }
  return array ? write_array(lua, index, w, depth) : write_object(lua, index, w, depth, count);
}

static bool write_value(lua_State *lua, int index, acr__writer *w, int depth) {
  switch (lua_type(lua, index)) {
  case LUA_TTABLE:
    return write_table(lua, index, w, depth);
  case LUA_TBOOLEAN:
    acr__write_bool(w, lua_toboolean(lua, index));
    return true;
  case LUA_TLIGHTUSERDATA:
    acr__write_null(w);
    return true;
  case LUA_TSTRING: {
    acr__span text;
    text.ptr = lua_tolstring(lua, index, &text.len);
    acr__write_span(w, text);
    return true;
  }
  case LUA_TNUMBER:
    if (!lua_isinteger(lua, index)) return fail(lua, "a number with a fraction; write it as a text, as \"12.50\"");
    acr__write_int(w, lua_tointeger(lua, index));
    return true;
  default:
    lua_pushfstring(lua, "json: a %s cannot be written", luaL_typename(lua, index));
    return false;
  }
}

bool acr__lua_to_json(lua_State *lua, int index, acr__buf *out) {
  acr__writer w = {.out = out};
  return write_value(lua, lua_absindex(lua, index), &w, 0);
}

static void push_container(lua_State *lua, const acr__node *node, bool object) {
  lua_Integer position = 0;
  luaL_checkstack(lua, 8, "json");
  lua_newtable(lua);
  for (const acr__node *child = acr__node_first(node); child; child = acr__node_next(child)) {
    acr__lua_push_node(lua, child);
    if (!object) {
      lua_rawseti(lua, -2, ++position);
    } else if (lua_type(lua, -1) == LUA_TLIGHTUSERDATA) {
      lua_pop(lua, 1);
    } else {
      acr__lua_push_span(lua, acr__node_key(child));
      lua_insert(lua, -2);
      lua_rawset(lua, -3);
    }
  }
}

void acr__lua_push_node(lua_State *lua, const acr__node *node) {
  acr__json_kind kind = acr__node_kind(node);
  switch (kind) {
  case ACR_JSON_TRUE:
  case ACR_JSON_FALSE:
    lua_pushboolean(lua, kind == ACR_JSON_TRUE);
    return;
  case ACR_JSON_STRING:
    acr__lua_push_span(lua, acr__node_text(node));
    return;
  case ACR_JSON_NUMBER:
    if (!lua_stringtonumber(lua, acr__node_text(node).ptr)) acr__lua_push_span(lua, acr__node_text(node));
    return;
  case ACR_JSON_ARRAY:
  case ACR_JSON_OBJECT:
    push_container(lua, node, kind == ACR_JSON_OBJECT);
    return;
  default:
    lua_pushlightuserdata(lua, NULL);
    return;
  }
}

static int json_encode(lua_State *lua) {
  acr__buf out = {0};
  luaL_checkany(lua, 1);
  bool good = acr__lua_to_json(lua, 1, &out);
  if (good) lua_pushlstring(lua, (const char *)out.ptr, out.len);
  acr__buf_free(&out);
  return good ? 1 : lua_error(lua);
}

static int json_decode(lua_State *lua) {
  acr__span text;
  struct acr__json_fault fault;
  struct acr__json_limits limits = {.bytes_max = (size_t)64 << 20};
  text.ptr = luaL_checklstring(lua, 1, &text.len);
  acr__arena *arena = acr__arena_new(4096);
  acr__json *json = acr__json_parse(arena, text, &limits, &fault);
  if (json)
    acr__lua_push_node(lua, acr__json_root(json));
  else
    lua_pushfstring(lua, "json: line %d, column %d: %s", fault.line, fault.column, fault.message);
  acr__arena_free(arena);
  return json ? 1 : lua_error(lua);
}

void acr__open_json(lua_State *lua) {
  static const luaL_Reg functions[] = {{"json_encode", json_encode}, {"json_decode", json_decode}, {NULL, NULL}};
  luaL_setfuncs(lua, functions, 0);
  lua_pushlightuserdata(lua, NULL);
  lua_setfield(lua, -2, "null");
}
