// purchase:sum, :count, :any, :max, :min over the items that count, with a path or a function.
#include "script/host.h"
#include "script/path.h"

struct measure {
  bool function;        // at 2; otherwise path
  struct acr__path path;
};

static struct measure check_measure(lua_State *L, const char *method) {
  struct measure measure = {.function = lua_type(L, 2) == LUA_TFUNCTION};
  if (measure.function) return measure;
  if (lua_type(L, 2) != LUA_TSTRING) luaL_error(L, "%s wants a path or a function, found %s", method, acr__type_name(L, 2));
  const struct acr__fact *fact = acr__script_of(L)->fact;
  if (!acr__path_item(acr__lua_span(L, 2), fact->schema, 0, &measure.path)) {
    luaL_error(L, "%s: '%s' names no number of an item; wanted amount, quantity or context.X with X declared in events/purchase.lua",
               method, lua_tostring(L, 2));
  }
  return measure;
}

// Calls the function at 2 with an item; its result is on top.
static void call_with_item(lua_State *L, acr__script *script, int item) {
  lua_pushvalue(L, 2);
  acr__push_view(L, script, ACR_UD_ITEM, item);
  lua_call(L, 1, 1);
}

static bool measure_item(lua_State *L, acr__script *script, const struct measure *measure, const char *method, int item, int64_t *out) {
  bool nil;
  if (!measure->function) {
    acr__path_item_value(&measure->path, script->fact, item, out, &nil);
    return !nil;
  }
  call_with_item(L, script, item);
  bool given = lua_isinteger(L, -1);
  if (given) *out = lua_tointeger(L, -1);
  else if (!lua_isnil(L, -1)) luaL_error(L, "%s: the function gave %s; wanted an integer or nil", method, acr__type_name(L, -1));
  lua_pop(L, 1);
  return given;
}

static int purchase_sum(lua_State *L) {
  acr__check_view(L, 1, ACR_UD_FACT);
  struct measure measure = check_measure(L, "sum");
  acr__script *script = acr__script_of(L);
  int count;
  const int *items = acr__counting_items(script, &count);
  acr__charge(L, (uint64_t)count);
  int64_t sum = 0, value = 0;
  for (int i = 0; i < count; i++) {
    if (!measure_item(L, script, &measure, "sum", items[i], &value)) continue;
    if (!acr__add(sum, value, &sum)) return luaL_error(L, "sum: the result does not fit 64 bits");
  }
  lua_pushinteger(L, sum);
  return 1;
}

static int extreme(lua_State *L, const char *method, bool largest) {
  acr__check_view(L, 1, ACR_UD_FACT);
  struct measure measure = check_measure(L, method);
  acr__script *script = acr__script_of(L);
  int count;
  const int *items = acr__counting_items(script, &count);
  acr__charge(L, (uint64_t)count);
  int64_t best = 0, value = 0;
  bool found = false;
  for (int i = 0; i < count; i++) {
    if (!measure_item(L, script, &measure, method, items[i], &value)) continue;
    if (!found || (largest ? value > best : value < best)) best = value;
    found = true;
  }
  if (found) lua_pushinteger(L, best);
  else lua_pushnil(L);
  return 1;
}

static int purchase_max(lua_State *L) {
  return extreme(L, "max", true);
}

static int purchase_min(lua_State *L) {
  return extreme(L, "min", false);
}

// How many of the items that count make the function true; stops at the first when only one is wanted.
static int count_true(lua_State *L, const char *method, bool first_only) {
  acr__check_view(L, 1, ACR_UD_FACT);
  acr__script *script = acr__script_of(L);
  int count, found = 0;
  const int *items = acr__counting_items(script, &count);
  if (lua_isnoneornil(L, 2)) return count;
  if (lua_type(L, 2) != LUA_TFUNCTION) return luaL_error(L, "%s wants a function, found %s", method, acr__type_name(L, 2));
  acr__charge(L, (uint64_t)count);
  for (int i = 0; i < count && !(first_only && found); i++) {
    call_with_item(L, script, items[i]);
    found += lua_toboolean(L, -1);
    lua_pop(L, 1);
  }
  return found;
}

static int purchase_count(lua_State *L) {
  lua_pushinteger(L, count_true(L, "count", false));
  return 1;
}

static int purchase_any(lua_State *L) {
  lua_pushboolean(L, count_true(L, "any", true) > 0);
  return 1;
}

const luaL_Reg acr__purchase_methods[] = {{"sum", purchase_sum}, {"count", purchase_count}, {"any", purchase_any},
                                          {"max", purchase_max}, {"min", purchase_min},     {NULL, NULL}};
