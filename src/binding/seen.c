// What components did while specs ran: how often each went either way. Kept for the process, as the engines of specs come and go.
#include "binding/unit.h"

struct seen {
  acr__component_kind kind;
  acr__hash hash;
  acr__span name;
  uint64_t yes, no;
};

static struct {
  acr__arena *arena; // NULL = not watching
  struct seen *all;
  int count, cap;
} watched;

static struct seen *find(const struct acr__component *component) {
  for (int i = 0; i < watched.count; i++) {
    struct seen *at = &watched.all[i];
    if (at->kind == component->kind && memcmp(&at->hash, &component->hash, sizeof at->hash) == 0 && acr__span_eq(at->name, component->name))
      return at;
  }
  if (watched.count == watched.cap) {
    struct seen *more = ACR__NEW_N(watched.arena, struct seen, watched.cap * 2 + 64);
    if (watched.count) memcpy(more, watched.all, sizeof *more * (size_t)watched.count);
    watched.all = more;
    watched.cap = watched.cap * 2 + 64;
  }
  struct seen *made = &watched.all[watched.count++];
  *made = (struct seen){.kind = component->kind, .hash = component->hash, .name = acr__arena_span(watched.arena, component->name)};
  return made;
}

static void saw(const struct acr__component *component, bool yes) {
  struct seen *at = find(component);
  if (yes)
    at->yes++;
  else
    at->no++;
}

// watch(on): whether the ways of components are counted from now on; returns whether they were.
static int seen_watch(lua_State *lua) {
  lua_pushboolean(lua, acr__seen_watcher != NULL);
  if (!watched.arena) watched.arena = acr__arena_new(16 << 10);
  acr__seen_watcher = lua_toboolean(lua, 1) ? saw : NULL;
  return 1;
}

// seen(): a list of { kind, name, hash, yes, no }.
static int seen_list(lua_State *lua) {
  char hash[65];
  lua_createtable(lua, watched.count, 0);
  for (int i = 0; i < watched.count; i++) {
    const struct seen *at = &watched.all[i];
    lua_createtable(lua, 0, 5);
    lua_pushstring(lua, acr__component_kind_name(at->kind));
    lua_setfield(lua, -2, "kind");
    acr__lua_push_span(lua, at->name);
    lua_setfield(lua, -2, "name");
    acr__hash_hex(&at->hash, hash);
    lua_pushstring(lua, hash);
    lua_setfield(lua, -2, "hash");
    lua_pushinteger(lua, (lua_Integer)at->yes);
    lua_setfield(lua, -2, "yes");
    lua_pushinteger(lua, (lua_Integer)at->no);
    lua_setfield(lua, -2, "no");
    lua_rawseti(lua, -2, i + 1);
  }
  return 1;
}

void acr__open_seen(lua_State *lua) {
  static const luaL_Reg functions[] = {{"watch", seen_watch}, {"seen", seen_list}, {NULL, NULL}};
  luaL_setfuncs(lua, functions, 0);
}
