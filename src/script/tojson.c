// A Lua value as JSON text: defaults of variables, the data of emitted events.
#include "base/buf.h"
#include "json/writer.h"
#include "script/host.h"

enum { JSON_MAX = 65000 };

static void write_value(lua_State *L, int at, acr__writer *out, bool empty_is_object, int depth);

// Is every key of the table at `raw` one of 1..n?
static bool is_list(lua_State *L, int raw, bool empty_is_object) {
  lua_Integer n = 0, high = 0;
  for (lua_pushnil(L); lua_next(L, raw); lua_pop(L, 1)) {
    if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) < 1) return lua_pop(L, 2), false;
    if (lua_tointeger(L, -2) > high) high = lua_tointeger(L, -2);
    n++;
  }
  return n ? n == high : !empty_is_object;
}

static void write_table(lua_State *L, int at, acr__writer *out, bool empty_is_object, int depth) {
  luaL_checkstack(L, 10, NULL);
  acr__push_raw(L, at);
  int raw = lua_gettop(L);
  if (is_list(L, raw, empty_is_object)) {
    acr__write_array(out);
    for (lua_Integer i = 1; lua_rawgeti(L, raw, i) != LUA_TNIL; i++) {
      write_value(L, -1, out, empty_is_object, depth + 1);
      lua_pop(L, 1);
    }
    acr__write_array_end(out);
    lua_settop(L, raw - 1);
    return;
  }
  acr__write_object(out);
  lua_pushcfunction(L, acr__base_pairs);
  lua_pushvalue(L, raw);
  lua_call(L, 1, 2); // the step function and its state
  for (lua_pushnil(L);;) {
    lua_pushvalue(L, raw + 1);
    lua_pushvalue(L, raw + 2);
    lua_pushvalue(L, raw + 3);
    lua_call(L, 2, 2);
    if (lua_isnil(L, -2)) break;
    if (lua_type(L, -2) != LUA_TSTRING) luaL_error(L, "a record in data has the key %s; wanted texts", acr__type_name(L, -2));
    acr__write_key_span(out, acr__lua_span(L, -2));
    write_value(L, -1, out, empty_is_object, depth + 1);
    lua_pop(L, 1);
    lua_replace(L, raw + 3);
  }
  acr__write_object_end(out);
  lua_settop(L, raw - 1);
}

// A set as variables hold one, which answers for every key: the list of its names.
static bool is_set(lua_State *L, int at) {
  if (!acr__is_frozen(L, at)) return false;
  acr__push_raw(L, at);
  bool answers = lua_type(L, -1) == LUA_TTABLE && lua_getmetatable(L, -1);
  lua_pop(L, answers ? 2 : 1);
  return answers;
}

static void write_set(lua_State *L, int at, acr__writer *out) {
  int top = lua_gettop(L);
  acr__write_array(out);
  lua_pushcfunction(L, acr__base_pairs);
  lua_pushvalue(L, at);
  lua_call(L, 1, 2);
  for (lua_pushnil(L);;) {
    lua_pushvalue(L, top + 1);
    lua_pushvalue(L, top + 2);
    lua_pushvalue(L, top + 3);
    lua_call(L, 2, 1);
    if (lua_type(L, -1) != LUA_TSTRING) break;
    acr__charge(L, 4);
    acr__write_span(out, acr__lua_span(L, -1));
    lua_replace(L, top + 3);
  }
  acr__write_array_end(out);
  lua_settop(L, top);
}

static void write_catalog(lua_State *L, int at, acr__writer *out, int depth) {
  static const char *const parts[] = {"categories", "items"};
  acr__write_object(out);
  for (int i = 0; i < 2; i++) {
    lua_getiuservalue(L, at, i + 1);
    acr__write_key(out, parts[i]);
    write_value(L, -1, out, false, depth + 1);
    lua_pop(L, 1);
  }
  acr__write_object_end(out);
}

static void write_value(lua_State *L, int at, acr__writer *out, bool empty_is_object, int depth) {
  at = lua_absindex(L, at);
  acr__charge(L, 4);
  if (depth > ACR_JSON_DEPTH_MAX) luaL_error(L, "data is nested deeper than %d", ACR_JSON_DEPTH_MAX);
  if (out->out->len > JSON_MAX) luaL_error(L, "data is larger than %d bytes", JSON_MAX);
  switch (lua_type(L, at)) {
  case LUA_TSTRING: acr__write_span(out, acr__lua_span(L, at)); break;
  case LUA_TBOOLEAN: acr__write_bool(out, lua_toboolean(L, at)); break;
  case LUA_TTABLE:
    if (is_set(L, at)) write_set(L, at, out);
    else write_table(L, at, out, empty_is_object, depth);
    break;
  case LUA_TNUMBER:
    if (!lua_isinteger(L, at)) luaL_error(L, "found the float %f; write it as a text", lua_tonumber(L, at));
    acr__write_int(out, lua_tointeger(L, at));
    break;
  default:
    if (acr__ud_kind_of(L, at) == ACR_UD_CATALOG) {
      write_catalog(L, at, out, depth);
      break;
    }
    if (acr__ud_kind_of(L, at) == ACR_UD_TIMEFRAME) {
      acr__write_timeframe(out, ((const struct acr__ud_timeframe *)lua_touserdata(L, at))->frame);
      break;
    }
    if (acr__ud_kind_of(L, at) != ACR_UD_TIME && acr__ud_kind_of(L, at) != ACR_UD_DURATION) {
      luaL_error(L, "found %s, which is no value of JSON", acr__type_name(L, at));
    }
    lua_pushcfunction(L, acr__base_tostring);
    lua_pushvalue(L, at);
    lua_call(L, 1, 1);
    acr__write_span(out, acr__lua_span(L, -1));
    lua_pop(L, 1);
  }
}

void acr__lua_json(lua_State *L, int at, acr__buf *out, bool empty_is_object) {
  acr__writer writer = {.out = out};
  write_value(L, at, &writer, empty_is_object, 1);
}
