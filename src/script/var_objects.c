// Variables that are more than a number or a text: catalogs and timeframes.
#include "script/catalog.h"
#include "script/host.h"

static int depth_of(lua_State *L, int at, const struct acr__catalog *catalog) {
  if (lua_type(L, at) == LUA_TSTRING) return acr__catalog_depth_of_name(catalog, acr__lua_span(L, at));
  if (lua_isnil(L, at)) return 0;
  if (acr__ud_kind_of(L, at) != ACR_UD_ITEM)
    return luaL_error(L, "a catalog is asked about an item or a name, found %s", acr__type_name(L, at));
  const struct acr__view *view = acr__check_view(L, at, ACR_UD_ITEM);
  return acr__catalog_depth(catalog, &acr__script_of(L)->fact->event->items[view->index]);
}

static int catalog_depth(lua_State *L) {
  if (acr__ud_kind_of(L, 1) != ACR_UD_CATALOG) return luaL_error(L, "depth is called as catalog:depth(item)");
  lua_settop(L, 2);
  int depth = depth_of(L, 2, ((const struct acr__ud_catalog *)lua_touserdata(L, 1))->catalog);
  if (depth > 0) lua_pushinteger(L, depth);
  else lua_pushnil(L);
  return 1;
}

static int catalog_index(lua_State *L) {
  if (lua_type(L, 2) == LUA_TSTRING) {
    acr__span name = acr__lua_span(L, 2);
    if (acr__span_is(name, "depth")) return lua_pushcfunction(L, catalog_depth), 1;
    if (acr__span_is(name, "categories")) return lua_getiuservalue(L, 1, 1), 1;
    if (acr__span_is(name, "items")) return lua_getiuservalue(L, 1, 2), 1;
  }
  lua_pushboolean(L, depth_of(L, 2, ((const struct acr__ud_catalog *)lua_touserdata(L, 1))->catalog) > 0);
  return 1;
}

static int timeframe_window(lua_State *L) {
  if (acr__ud_kind_of(L, 1) != ACR_UD_TIMEFRAME) return luaL_error(L, "window is called as vars.timeframe:window(now)");
  const acr__script *script = acr__script_of(L);
  if (!script->anchors) return luaL_error(L, "a timeframe has a window inside window(vars, now) only");
  struct acr__anchors anchors = *script->anchors;
  if (acr__ud_kind_of(L, 2) == ACR_UD_TIME) anchors.now = ((const struct acr__ud_time *)lua_touserdata(L, 2))->at;
  else if (!lua_isnoneornil(L, 2)) return luaL_error(L, "window wants a time, found %s", acr__type_name(L, 2));
  acr__time from, to;
  acr__window(((const struct acr__ud_timeframe *)lua_touserdata(L, 1))->frame, &anchors, &from, &to);
  acr__push_time(L, from, anchors.zone);
  acr__push_time(L, to, anchors.zone);
  return 2;
}

static int timeframe_index(lua_State *L) {
  static const acr__span names[] = {ACR__SPAN_LIT("window")};
  acr__span name = lua_type(L, 2) == LUA_TSTRING ? acr__lua_span(L, 2) : ACR__SPAN_LIT("?");
  if (!acr__span_eq(name, names[0])) return acr__unknown_field(L, "a timeframe", name, names, 1);
  lua_pushcfunction(L, timeframe_window);
  return 1;
}

void acr__open_var_objects(acr__script *script) {
  script->meta[ACR_UD_CATALOG] = acr__new_meta(script->L, "catalog", catalog_index);
  script->meta[ACR_UD_TIMEFRAME] = acr__new_meta(script->L, "timeframe", timeframe_index);
}
