// The exact arithmetic of plugins for plain Lua: scale and points_per.
#include "base/num.h"
#include "binding/unit.h"

static acr__rounding rounding_of(lua_State *lua, int index, const char *fallback) {
  static const char *const names[] = {"down", "half_up", "up", NULL};
  static const acr__rounding values[] = {ACR_ROUND_DOWN, ACR_ROUND_HALF_UP, ACR_ROUND_UP};
  return values[luaL_checkoption(lua, index, fallback, names)];
}

// scale(amount, times, per, rounding): amount * times / per, exact until it is rounded.
static int number_scale(lua_State *lua) {
  int64_t out;
  acr__rounding rounding = rounding_of(lua, 4, "down");
  if (!acr__scale(luaL_checkinteger(lua, 1), luaL_checkinteger(lua, 2), luaL_checkinteger(lua, 3), rounding, &out))
    return luaL_error(lua, "scale: division by zero, or more than 64 bits");
  lua_pushinteger(lua, out);
  return 1;
}

static lua_Integer option(lua_State *lua, const char *name, lua_Integer fallback) {
  if (lua_getfield(lua, 4, name) != LUA_TNIL) {
    if (!lua_isinteger(lua, -1)) luaL_error(lua, "points_per: %s is no integer", name);
    fallback = lua_tointeger(lua, -1);
  }
  lua_pop(lua, 1);
  return fallback;
}

// points_per(amount, points, per, { precision, rounding, hurdle }): `points` are whole points here, as no account is known.
static int number_points_per(lua_State *lua) {
  struct acr__points_per rule = {0};
  int64_t amount = luaL_checkinteger(lua, 1), out;
  rule.rate = luaL_checkinteger(lua, 2);
  rule.per = luaL_checkinteger(lua, 3);
  if (lua_isnoneornil(lua, 4)) {
    lua_settop(lua, 3);
    lua_newtable(lua);
  }
  luaL_checktype(lua, 4, LUA_TTABLE);
  lua_Integer precision = option(lua, "precision", 0);
  luaL_argcheck(lua, precision >= 0 && precision <= 6, 4, "precision is from 0 to 6");
  luaL_argcheck(lua, rule.per > 0, 3, "per is more than 0");
  rule.precision = (int)precision;
  rule.hurdle = option(lua, "hurdle", 0);
  lua_getfield(lua, 4, "rounding");
  rule.rounding = rounding_of(lua, lua_gettop(lua), "down");
  if (!acr__points_per(amount, &rule, &out)) return luaL_error(lua, "points_per: more than 64 bits");
  lua_pushinteger(lua, out);
  return 1;
}

void acr__open_number(lua_State *lua) {
  static const luaL_Reg functions[] = {{"scale", number_scale}, {"points_per", number_points_per}, {NULL, NULL}};
  luaL_setfuncs(lua, functions, 0);
}
