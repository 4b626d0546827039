// Nothing is kept between calls: after load every table that functions reach is read-only, and upvalues that they assign to
// are put back before each call.
#include "base/mem.h"
#include "script/load.h"

static int refuse_write(lua_State *L) {
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
  return luaL_error(L, "field '%s': this table is read-only after load; a table made inside the call may be written", key);
}

static int frozen_len(lua_State *L) {
  acr__push_raw(L, 1);
  lua_pushinteger(L, (lua_Integer)lua_rawlen(L, -1));
  return 1;
}

bool acr__is_frozen(lua_State *L, int at) {
  if (lua_type(L, at) != LUA_TTABLE || !lua_getmetatable(L, at)) return false;
  lua_pop(L, 1); // plugins cannot set metatables: every table that has one is a face
  return true;
}

void acr__push_raw(lua_State *L, int at) {
  at = lua_absindex(L, at);
  if (lua_type(L, at) == LUA_TTABLE && lua_getmetatable(L, at)) {
    lua_pushliteral(L, "__index");
    lua_rawget(L, -2);
    lua_remove(L, -2);
    return;
  }
  lua_pushvalue(L, at);
}

void acr__freeze(lua_State *L, int at) {
  at = lua_absindex(L, at);
  luaL_checkstack(L, 8, NULL);
  lua_newtable(L);
  for (lua_pushnil(L); lua_next(L, at);) { // assigning nil to a field that exists is allowed while traversing
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_rawset(L, -5); // the table behind the face
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, at);
  }
  lua_createtable(L, 0, 4);
  lua_insert(L, -2);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, refuse_write);
  lua_setfield(L, -2, "__newindex");
  lua_pushcfunction(L, frozen_len);
  lua_setfield(L, -2, "__len");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, at);
}

// Index into script->upvalues of upvalue n of the function on top, snapped when first seen.
static int snap(acr__script *script, int n) {
  lua_State *L = script->L;
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->snapshots);
  void *id = lua_upvalueid(L, -2, n);
  if (lua_rawgetp(L, -1, id) == LUA_TNUMBER) {
    int known = (int)lua_tointeger(L, -1);
    lua_pop(L, 2);
    return known;
  }
  lua_pop(L, 1);
  if (script->upvalue_count == script->upvalue_cap) {
    script->upvalue_cap = script->upvalue_cap ? 2 * script->upvalue_cap : 16;
    script->upvalues = acr__mem_resize(script->upvalues, sizeof *script->upvalues * (size_t)script->upvalue_cap);
  }
  int index = script->upvalue_count++;
  struct acr__upvalue *upvalue = &script->upvalues[index];
  lua_pushvalue(L, -2);
  upvalue->function = luaL_ref(L, LUA_REGISTRYINDEX); // also keeps the address `id` from being used again
  upvalue->n = n;
  lua_getupvalue(L, -2, n);
  upvalue->value = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushinteger(L, index);
  lua_rawsetp(L, -2, id);
  lua_pop(L, 1);
  return index;
}

void acr__upvalues_restore(acr__script *script, const int *indexes, int count) {
  lua_State *L = script->L;
  for (int i = 0; i < count; i++) {
    const struct acr__upvalue *upvalue = &script->upvalues[indexes[i]];
    lua_rawgeti(L, LUA_REGISTRYINDEX, upvalue->function);
    lua_rawgeti(L, LUA_REGISTRYINDEX, upvalue->value);
    lua_setupvalue(L, -2, upvalue->n);
    lua_pop(L, 1);
  }
}

// A walk over everything reachable. Stack: seen (a set), queue (a list).
struct walk {
  acr__script *script;
  int seen, queue;
  lua_Integer waiting;
  int *found;
  int count, cap;
};

// Takes the value on top into the queue when it may reach something and was not met before.
static void meet(struct walk *walk) {
  lua_State *L = walk->script->L;
  int type = lua_type(L, -1);
  if (type != LUA_TTABLE && type != LUA_TFUNCTION && type != LUA_TUSERDATA) {
    lua_pop(L, 1);
    return;
  }
  lua_pushvalue(L, -1);
  if (lua_rawget(L, walk->seen) != LUA_TNIL) {
    lua_pop(L, 2);
    return;
  }
  lua_pop(L, 1);
  lua_pushvalue(L, -1);
  lua_pushboolean(L, 1);
  lua_rawset(L, walk->seen);
  lua_rawseti(L, walk->queue, ++walk->waiting);
}

static void walk_table(struct walk *walk) {
  lua_State *L = walk->script->L;
  if (!acr__is_frozen(L, -1)) acr__freeze(L, -1);
  acr__push_raw(L, -1);
  if (lua_type(L, -1) == LUA_TTABLE) { // a catalog's face has a function there
    for (lua_pushnil(L); lua_next(L, -2);) {
      meet(walk);
      lua_pushvalue(L, -1);
      meet(walk);
    }
  }
  lua_pop(L, 1);
}

// Tells the author of the file that runs that a function of it, on top, tries to remember upvalue `n`.
static void warn_remembers(acr__script *script, int n) {
  lua_State *L = script->L;
  struct acr__load *load = script->load;
  lua_Debug about;
  if (!load || !load->file || load->layer != 0) return;
  lua_pushvalue(L, -1);
  lua_getinfo(L, ">S", &about);
  char *shown = acr__load_shown(load, load->layer, load->file->path);
  if (strcmp(about.source + (*about.source == '@'), shown) != 0) return;
  const char *name = lua_getupvalue(L, -1, n);
  acr__diag_add(load->diag, ACR_WARNING, "remembers", (struct acr__place){.file = shown, .line = about.linedefined},
                "this function assigns to '%s', which is put back before each call: nothing is kept between calls", name);
  lua_pop(L, 1);
}

static void walk_function(struct walk *walk) {
  lua_State *L = walk->script->L;
  bool assigned[256] = {false};
  if (!lua_iscfunction(L, -1)) acr__assigned_upvalues(L, assigned);
  for (int n = 1; lua_getupvalue(L, -1, n); n++) {
    meet(walk);
    if (n > 255 || !assigned[n - 1]) continue;
    int index = snap(walk->script, n);
    bool known = false;
    for (int i = 0; i < walk->count; i++) known = known || walk->found[i] == index;
    if (known) continue;
    warn_remembers(walk->script, n);
    if (walk->count == walk->cap) {
      walk->cap = walk->cap ? 2 * walk->cap : 16;
      int *larger = ACR__NEW_N(walk->script->arena, int, walk->cap); // in the arena: a raise leaks nothing
      if (walk->count) memcpy(larger, walk->found, sizeof *larger * (size_t)walk->count);
      walk->found = larger;
    }
    walk->found[walk->count++] = index;
    lua_rawgeti(L, LUA_REGISTRYINDEX, walk->script->upvalues[index].value);
    meet(walk); // what is put back is reachable too
  }
}

static void walk_userdata(struct walk *walk) {
  lua_State *L = walk->script->L;
  for (int n = 1; lua_getiuservalue(L, -1, n) != LUA_TNONE; n++) meet(walk);
  lua_pop(L, 1);
}

void acr__freeze_reach(acr__script *script, const int **out, int *count) {
  lua_State *L = script->L;
  luaL_checkstack(L, 16, NULL);
  int base = lua_gettop(L);
  struct walk walk = {.script = script, .seen = base + 1, .queue = base + 2};
  lua_newtable(L);
  lua_newtable(L);
  lua_pushvalue(L, base);
  meet(&walk);
  while (walk.waiting > 0) {
    lua_rawgeti(L, walk.queue, walk.waiting);
    lua_pushnil(L);
    lua_rawseti(L, walk.queue, walk.waiting--);
    int type = lua_type(L, -1);
    if (type == LUA_TTABLE) walk_table(&walk);
    else if (type == LUA_TFUNCTION) walk_function(&walk);
    else walk_userdata(&walk);
    lua_pop(L, 1);
  }
  lua_settop(L, base);
  *out = walk.found;
  *count = walk.count;
}
