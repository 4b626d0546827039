// `table` over plain tables: no metamethods, at most 64 K elements, and a stable sort that is the same in every process.
#include "script/host.h"

enum { ELEMENTS_MAX = 65536, TEXT_MAX = 1 << 20 };

// The length of the table at 1, which holds the contents at index `raw` of the stack afterwards.
static lua_Integer length(lua_State *L, const char *function) {
  if (lua_type(L, 1) != LUA_TTABLE) return luaL_error(L, "%s wants a table, found %s", function, acr__type_name(L, 1));
  acr__push_raw(L, 1);
  lua_Unsigned n = lua_rawlen(L, -1);
  if (n > ELEMENTS_MAX) return luaL_error(L, "%s: the table has more than %d elements", function, ELEMENTS_MAX);
  return (lua_Integer)n;
}

static lua_Integer writable_length(lua_State *L, const char *function) {
  if (acr__is_frozen(L, 1)) return luaL_error(L, "%s: this table is read-only after load", function);
  lua_Integer n = length(L, function);
  lua_pop(L, 1);
  return n;
}

static int table_insert(lua_State *L) {
  int args = lua_gettop(L);
  lua_Integer n = writable_length(L, "insert");
  if (args == 2) {
    lua_rawseti(L, 1, n + 1);
    return 0;
  }
  if (args != 3) return luaL_error(L, "insert wants a table, perhaps a position, and a value");
  lua_Integer at = luaL_checkinteger(L, 2);
  if (at < 1 || at > n + 1) return luaL_error(L, "insert: position %I is outside of 1 to %I", (LUAI_UACINT)at, (LUAI_UACINT)(n + 1));
  acr__charge(L, (uint64_t)(n - at + 1));
  for (lua_Integer i = n; i >= at; i--) {
    lua_rawgeti(L, 1, i);
    lua_rawseti(L, 1, i + 1);
  }
  lua_rawseti(L, 1, at);
  return 0;
}

static int table_remove(lua_State *L) {
  lua_Integer n = writable_length(L, "remove"), at = luaL_optinteger(L, 2, n);
  if (n == 0 && at == 0) return lua_pushnil(L), 1;
  if (at < 1 || at > n + 1) return luaL_error(L, "remove: position %I is outside of 1 to %I", (LUAI_UACINT)at, (LUAI_UACINT)(n + 1));
  acr__charge(L, (uint64_t)(n - at + 1));
  lua_rawgeti(L, 1, at);
  for (lua_Integer i = at; i < n; i++) {
    lua_rawgeti(L, 1, i + 1);
    lua_rawseti(L, 1, i);
  }
  if (at <= n) {
    lua_pushnil(L);
    lua_rawseti(L, 1, n);
  }
  return 1;
}

static int table_concat(lua_State *L) {
  lua_Integer n = length(L, "concat");
  int raw = lua_gettop(L);
  size_t gap_len, total = 0;
  const char *gap = raw >= 3 ? luaL_optlstring(L, 2, "", &gap_len) : (gap_len = 0, "");
  lua_Integer from = raw >= 4 ? luaL_optinteger(L, 3, 1) : 1, to = raw >= 5 ? luaL_optinteger(L, 4, n) : n;
  if (to > n || from < 1) return luaL_error(L, "concat: the table has the elements 1 to %I", (LUAI_UACINT)n);
  acr__charge(L, (uint64_t)(to >= from ? to - from + 1 : 0));
  luaL_Buffer out;
  luaL_buffinit(L, &out);
  for (lua_Integer i = from; i <= to; i++) {
    int type = lua_rawgeti(L, raw, i);
    if (type != LUA_TSTRING && type != LUA_TNUMBER) {
      return luaL_error(L, "concat: element %I is %s; wanted texts or numbers", (LUAI_UACINT)i, acr__type_name(L, -1));
    }
    total += lua_rawlen(L, -1) + gap_len;
    if (total > TEXT_MAX) return luaL_error(L, "concat: the text would be longer than %d bytes", TEXT_MAX);
    luaL_addvalue(&out);
    if (i < to) luaL_addlstring(&out, gap, gap_len);
  }
  luaL_pushresult(&out);
  return 1;
}

static int table_pack(lua_State *L) {
  int n = lua_gettop(L);
  lua_createtable(L, n, 1);
  lua_insert(L, 1);
  for (int i = n; i >= 1; i--) lua_rawseti(L, 1, i);
  lua_pushinteger(L, n);
  lua_setfield(L, 1, "n");
  return 1;
}

static int table_unpack(lua_State *L) {
  lua_settop(L, 3);
  lua_Integer n = length(L, "unpack"), from = luaL_optinteger(L, 2, 1), to = luaL_optinteger(L, 3, n);
  if (from > to) return 0;
  if ((lua_Unsigned)to - (lua_Unsigned)from >= ELEMENTS_MAX) return luaL_error(L, "unpack: more than %d values", ELEMENTS_MAX);
  int count = (int)(to - from) + 1;
  luaL_checkstack(L, count, "unpack: too many values");
  acr__charge(L, (uint64_t)count);
  for (lua_Integer i = from; i <= to; i++) lua_rawgeti(L, 4, i);
  return count;
}

// Is the value on top less than the one below it? Pops both.
static bool less(lua_State *L) {
  bool result;
  if (lua_isnil(L, 2)) {
    result = lua_compare(L, -1, -2, LUA_OPLT);
  } else {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -4);
    lua_call(L, 2, 1);
    result = lua_toboolean(L, -1);
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
  return result;
}

// Merges [low, middle) and [middle, high) of the table at `from` into the one at `to`; the left comes first when equal.
static void merge(lua_State *L, int from, int to, lua_Integer low, lua_Integer middle, lua_Integer high) {
  lua_Integer left = low, right = middle;
  for (lua_Integer at = low; at < high; at++) {
    bool take_right = left >= middle;
    if (!take_right && right < high) {
      lua_rawgeti(L, from, left);
      lua_rawgeti(L, from, right);
      take_right = less(L);
    }
    lua_rawgeti(L, from, take_right ? right++ : left++);
    lua_rawseti(L, to, at);
  }
}

static int table_sort(lua_State *L) {
  lua_Integer n = writable_length(L, "sort");
  lua_settop(L, 2);
  if (!lua_isnil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  acr__charge(L, 8u * (uint64_t)n);
  lua_createtable(L, (int)n, 0);
  lua_createtable(L, (int)n, 0);
  int from = 3, to = 4;
  for (lua_Integer i = 1; i <= n; i++) {
    if (lua_rawgeti(L, 1, i) == LUA_TNIL) return luaL_error(L, "sort: element %I is missing", (LUAI_UACINT)i);
    lua_rawseti(L, from, i);
  }
  for (lua_Integer width = 1; width < n; width *= 2) {
    acr__charge(L, 4u * (uint64_t)n);
    for (lua_Integer low = 1; low <= n; low += 2 * width) {
      lua_Integer middle = low + width > n + 1 ? n + 1 : low + width;
      lua_Integer high = low + 2 * width > n + 1 ? n + 1 : low + 2 * width;
      merge(L, from, to, low, middle, high);
    }
    from = to;
    to = 7 - from;
  }
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, from, i);
    lua_rawseti(L, 1, i);
  }
  return 0;
}

void acr__open_table(lua_State *L) {
  static const luaL_Reg own[] = {{"concat", table_concat}, {"insert", table_insert}, {"pack", table_pack},     {"remove", table_remove},
                                 {"sort", table_sort},     {"unpack", table_unpack}, {NULL, NULL}};
  luaL_newlib(L, own);
}
