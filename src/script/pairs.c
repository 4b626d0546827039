// pairs and next in sorted order: numbers, then strings by bytes, then booleans. Without state, so that an iterator kept in an
// upvalue keeps nothing between calls.
#include "script/host.h"
#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 65536 };

struct key {
  int type;           // rank: 0 number, 1 string, 2 boolean
  bool is_integer, boolean;
  uint32_t place;     // in the list of keys
  lua_Integer integer;
  lua_Number number;
  acr__span text;
};

// A sorted walk: user value 1 is the table, 2 the list of its keys as found.
struct sorted {
  acr__ud_kind kind;
  uint32_t count, hint; // hint: where the last step stood; only to find it faster
  uint32_t order[];
};

static bool read_key(lua_State *L, int at, struct key *out) {
  *out = (struct key){0};
  switch (lua_type(L, at)) {
  case LUA_TNUMBER:
    out->is_integer = lua_isinteger(L, at);
    if (out->is_integer) out->integer = lua_tointeger(L, at);
    out->number = lua_tonumber(L, at);
    return true;
  case LUA_TSTRING:
    out->type = 1;
    out->text = acr__lua_span(L, at);
    return true;
  case LUA_TBOOLEAN:
    out->type = 2;
    out->boolean = lua_toboolean(L, at);
    return true;
  default: return false;
  }
}

static int compare_keys(const void *left, const void *right) {
  const struct key *a = left, *b = right;
  if (a->type != b->type) return a->type - b->type;
  if (a->type == 1) return acr__span_cmp(a->text, b->text);
  if (a->type == 2) return a->boolean - b->boolean;
  if (a->is_integer && b->is_integer) return (a->integer > b->integer) - (a->integer < b->integer);
  if (a->number != b->number) return a->number > b->number ? 1 : -1;
  return (int)b->is_integer - (int)a->is_integer; // equal only after rounding: any fixed order will do
}

static int refuse_key(lua_State *L, int at) {
  return luaL_error(L, "pairs goes in the order of the keys, and a key here is %s; wanted numbers, texts or booleans",
                    acr__type_name(L, at));
}

static void want_table(lua_State *L, const char *function) {
  if (lua_type(L, 1) != LUA_TTABLE) luaL_error(L, "%s wants a table, found %s", function, acr__type_name(L, 1));
}

static int compare_spans(const void *a, const void *b) {
  return acr__span_cmp(*(const acr__span *)a, *(const acr__span *)b);
}

int acr__sorted_keys(lua_State *L, int at, acr__span *out, int most, bool *others) {
  int count = 0;
  at = lua_absindex(L, at);
  *others = false;
  for (lua_pushnil(L); lua_next(L, at); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) {
      *others = true;
      continue;
    }
    if (count == most) return luaL_error(L, "the table has more than %d fields", most);
    out[count++] = acr__lua_span(L, -2);
  }
  qsort(out, (size_t)count, sizeof *out, compare_spans);
  return count;
}

acr__span acr__foreign_key(lua_State *L, int at, const acr__span *names, int count) {
  acr__span keys[64];
  bool others;
  int given = acr__sorted_keys(L, at, keys, 64, &others);
  for (int i = 0; i < given; i++) {
    bool known = false;
    for (int k = 0; k < count; k++) known = known || acr__span_eq(keys[i], names[k]);
    if (!known) return keys[i];
  }
  return others ? ACR__SPAN_LIT("[1]") : (acr__span){0};
}

int acr__base_next(lua_State *L) {
  want_table(L, "next");
  lua_settop(L, 2);
  bool first = lua_isnil(L, 2);
  struct key after = {0}, best = {0}, key;
  if (!first && !read_key(L, 2, &after)) return refuse_key(L, 2);
  acr__push_raw(L, 1);
  bool found = false;
  int seen = 0;
  lua_pushnil(L); // 4: the best key so far
  for (lua_pushnil(L); lua_next(L, 3); lua_pop(L, 1)) {
    if (++seen > KEYS_MAX) return luaL_error(L, "next: the table has more than %d keys", KEYS_MAX);
    if (!read_key(L, -2, &key)) return refuse_key(L, -2);
    if (!first && compare_keys(&key, &after) <= 0) continue;
    if (found && compare_keys(&key, &best) >= 0) continue;
    found = true;
    best = key;
    lua_pushvalue(L, -2);
    lua_replace(L, 4);
  }
  acr__charge(L, 5 + 2 * (uint64_t)seen + acr__walk_cost(acr__script_of(L)));
  if (!found) {
    lua_pushnil(L);
    return 1;
  }
  lua_settop(L, 4);
  lua_pushvalue(L, 4);
  lua_rawget(L, 3);
  return 2;
}

// Puts the keys of the table at `raw` into a new list on top of the stack and gives them as an array in a userdata below it.
static struct key *list_keys(lua_State *L, int raw, uint32_t count) {
  struct key *keys = lua_newuserdatauv(L, sizeof *keys * (count ? count : 1), 0);
  lua_createtable(L, (int)count, 0);
  uint32_t at = 0;
  for (lua_pushnil(L); lua_next(L, raw); lua_pop(L, 1)) {
    if (!read_key(L, -2, &keys[at])) refuse_key(L, -2);
    keys[at].place = at + 1;
    lua_pushvalue(L, -2);
    lua_rawseti(L, -4, ++at);
  }
  return keys;
}

int acr__base_pairs(lua_State *L) {
  want_table(L, "pairs");
  lua_settop(L, 1);
  acr__push_raw(L, 1);
  uint32_t count = 0;
  for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
    if (++count > KEYS_MAX) return luaL_error(L, "pairs: the table has more than %d keys", KEYS_MAX);
  }
  acr__charge(L, 4u * count + acr__walk_cost(acr__script_of(L)));
  struct key *keys = list_keys(L, 2, count); // 3: the array, 4: the list
  qsort(keys, count, sizeof *keys, compare_keys);
  lua_pushcfunction(L, acr__base_pairs_step);
  struct sorted *sorted = lua_newuserdatauv(L, sizeof *sorted + sizeof *sorted->order * count, 2);
  sorted->kind = ACR_UD_PAIRS;
  sorted->count = count;
  sorted->hint = 0;
  for (uint32_t i = 0; i < count; i++) sorted->order[i] = keys[i].place;
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  lua_pushvalue(L, 4);
  lua_setiuservalue(L, -2, 2);
  lua_pushnil(L);
  return 3;
}

// The position behind the key at 2; the list of keys is at 4.
static uint32_t position_after(lua_State *L, struct sorted *sorted) {
  if (lua_isnil(L, 2)) return 0;
  for (uint32_t n = 0; n < sorted->count; n++) {
    uint32_t at = (sorted->hint + n) % sorted->count;
    lua_rawgeti(L, 4, sorted->order[at]);
    bool same = lua_rawequal(L, 2, -1);
    lua_pop(L, 1);
    if (!same) continue;
    acr__charge(L, n / 8);
    return at + 1;
  }
  return (uint32_t)luaL_error(L, "pairs: the key to go on from is not in the table");
}

int acr__base_pairs_step(lua_State *L) {
  if (acr__ud_kind_of(L, 1) != ACR_UD_PAIRS) return luaL_error(L, "this function only serves pairs");
  lua_settop(L, 2);
  struct sorted *sorted = lua_touserdata(L, 1);
  lua_getiuservalue(L, 1, 1);
  acr__push_raw(L, 3);
  lua_replace(L, 3);
  lua_getiuservalue(L, 1, 2);
  for (uint32_t at = position_after(L, sorted); at < sorted->count; at++) {
    lua_rawgeti(L, 4, sorted->order[at]);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, 3) != LUA_TNIL) { // a key removed on the way is passed over
      sorted->hint = at;
      return 2;
    }
    lua_pop(L, 2);
  }
  lua_pushnil(L);
  return 1;
}
