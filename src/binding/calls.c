// The functions of a component, called as the engine calls them: program:value("key phrase", "litres", fact) and so on.
#include "binding/unit.h"

// One call: its arena is a userdata, so that an error raised on the way frees it too.
struct unit_call {
  acr__arena *arena;
  struct acr__unit_program *program;
  struct acr__unit_use use;
  struct acr__call call;
  struct acr__unit_fact fact;
};

#define CALL "accrue.call"

static int call_free(lua_State *lua) {
  struct unit_call *call = lua_touserdata(lua, 1);
  if (call->arena) acr__arena_free(call->arena);
  call->arena = NULL;
  return 0;
}

// Arguments: program, kind, name, then the fact when `with_fact`.
static struct unit_call *call_begin(lua_State *lua, bool with_fact) {
  struct acr__unit_program *program = acr__unit_program_check(lua, 1);
  struct unit_call *call = lua_newuserdatauv(lua, sizeof *call, 0);
  memset(call, 0, sizeof *call);
  if (luaL_newmetatable(lua, CALL)) {
    lua_pushcfunction(lua, call_free);
    lua_setfield(lua, -2, "__gc");
  }
  lua_setmetatable(lua, -2);
  call->arena = acr__arena_new(16 << 10);
  call->program = program;
  call->use = acr__unit_use_find(lua, program, 2);
  call->call = (struct acr__call){.script = program->owner->script, .arena = call->arena};
  if (with_fact) acr__unit_fact_read(lua, 4, program, call->arena, &call->fact);
  acr__script_event_begin(program->owner->script);
  return call;
}

static int call_failed(lua_State *lua, const struct unit_call *call) {
  return luaL_error(lua, "%s", call->call.error ? call->call.error : "the component failed");
}

static void call_needs(lua_State *lua, const struct unit_call *call, unsigned functions, const char *name) {
  if (!(call->use.component->functions & functions)) {
    acr__lua_push_span(lua, call->use.component->file);
    luaL_error(lua, "%s has no %s", lua_tostring(lua, -1), name);
  }
}

static int call_value(lua_State *lua) {
  struct unit_call *call = call_begin(lua, true);
  int64_t out = 0;
  bool nil = false, good;
  if (call->use.has_path) {
    good = acr__path_value(&call->use.path, &call->fact.fact, &out, &nil);
  } else {
    call_needs(lua, call, ACR_HAS_VALUE, "value");
    good = acr__call_value(&call->call, call->use.component, call->use.vars, &call->fact.fact, &out, &nil);
  }
  if (!good) return call_failed(lua, call);
  if (nil)
    lua_pushnil(lua);
  else
    lua_pushinteger(lua, out);
  return 1;
}

// Argument 5: what the component is told of its `reads`, by name: integers and texts; what is left out is nothing.
static void call_reads(lua_State *lua, struct unit_call *call) {
  if (!(call->use.component->functions & ACR_HAS_READS)) return;
  const struct acr__plan_reads *reads = call->use.reads;
  struct acr__read_value *values = ACR__NEW_N(call->arena, struct acr__read_value, reads->count + 1);
  bool given = !lua_isnoneornil(lua, 5);
  if (given) luaL_checktype(lua, 5, LUA_TTABLE);
  for (int i = 0; i < reads->count; i++) {
    values[i].name = reads->all[i].name;
    if (!given) continue;
    acr__lua_push_span(lua, reads->all[i].name);
    if (lua_rawget(lua, 5) == LUA_TSTRING) {
      size_t len;
      const char *text = lua_tolstring(lua, -1, &len);
      values[i].type = ACR_READ_TEXT;
      values[i].text = acr__arena_span(call->arena, (acr__span){text, len});
    } else if (!lua_isnil(lua, -1)) {
      values[i].type = ACR_READ_NUMBER;
      values[i].number = luaL_checkinteger(lua, -1);
    }
    lua_pop(lua, 1);
  }
  call->call.reads = values;
  call->call.read_count = reads->count;
}

static int call_test(lua_State *lua) {
  struct unit_call *call = call_begin(lua, true);
  bool out = false, has_measured = false;
  int64_t measured = 0;
  call_needs(lua, call, ACR_HAS_TEST, "test");
  call_reads(lua, call);
  if (!acr__call_test(&call->call, call->use.component, call->use.vars, &call->fact.fact, &out, &measured, &has_measured))
    return call_failed(lua, call);
  acr__seen(call->use.component, out);
  lua_pushboolean(lua, out);
  if (!has_measured) return 1;
  lua_pushinteger(lua, measured);
  return 2;
}

static int call_accepts(lua_State *lua) {
  struct unit_call *call = call_begin(lua, true);
  bool out = false;
  call_needs(lua, call, ACR_HAS_ACCEPTS, "accepts");
  if (!acr__call_accepts(&call->call, call->use.component, call->use.vars, &call->fact.fact, &out)) return call_failed(lua, call);
  lua_pushboolean(lua, out);
  return 1;
}

// Of item number 5th argument, from 1.
static int call_accepts_item(lua_State *lua) {
  struct unit_call *call = call_begin(lua, true);
  bool out = false;
  lua_Integer item = luaL_checkinteger(lua, 5);
  call_needs(lua, call, ACR_HAS_ACCEPTS_ITEM, "accepts_item");
  luaL_argcheck(lua, call->fact.fact.event && item >= 1 && item <= call->fact.fact.event->item_count, 5, "no such item");
  if (!acr__call_accepts_item(&call->call, call->use.component, call->use.vars, &call->fact.fact, (int)item - 1, &out))
    return call_failed(lua, call);
  lua_pushboolean(lua, out);
  return 1;
}

static int call_portion(lua_State *lua) {
  struct unit_call *call = call_begin(lua, true);
  int64_t numerator, denominator;
  call_needs(lua, call, ACR_HAS_PORTION, "portion");
  if (!acr__call_portion(&call->call, call->use.component, call->use.vars, &call->fact.fact, &numerator, &denominator))
    return call_failed(lua, call);
  lua_pushinteger(lua, numerator);
  lua_pushinteger(lua, denominator);
  return 2;
}

static acr__time anchor(lua_State *lua, const char *name) {
  acr__time time = ACR_TIME_NONE;
  if (lua_getfield(lua, 4, name) != LUA_TNIL) time = luaL_checkinteger(lua, -1);
  lua_pop(lua, 1);
  return time;
}

// program:window(kind, name, { now, joined, level_entry, last_fired, last_maintenance }): from, to; nil where open.
static int call_window(lua_State *lua) {
  luaL_checktype(lua, 4, LUA_TTABLE);
  struct unit_call *call = call_begin(lua, false);
  struct acr__anchors anchors = {.zone = call->program->plan->zone,
                                 .now = anchor(lua, "now"),
                                 .joined = anchor(lua, "joined"),
                                 .level_entry = anchor(lua, "level_entry"),
                                 .last_fired = anchor(lua, "last_fired"),
                                 .last_maintenance = anchor(lua, "last_maintenance")};
  acr__time bounds[2] = {ACR_TIME_MIN, ACR_TIME_MAX};
  call_needs(lua, call, ACR_HAS_WINDOW, "window");
  if (!acr__call_window(&call->call, call->use.component, call->use.vars, &anchors, &bounds[0], &bounds[1])) return call_failed(lua, call);
  for (int i = 0; i < 2; i++) {
    if (bounds[i] == ACR_TIME_MIN || bounds[i] == ACR_TIME_MAX)
      lua_pushnil(lua);
    else
      lua_pushinteger(lua, bounds[i]);
  }
  return 2;
}

static int call_effects(lua_State *lua) {
  struct unit_call *call = call_begin(lua, true);
  const struct acr__effect *effects = NULL;
  int count = 0;
  call_needs(lua, call, ACR_HAS_EFFECTS, "effects");
  call->fact.fact.base = call->fact.base;
  call->fact.fact.base_count = call->fact.base_count;
  call_reads(lua, call);
  if (!acr__call_effects(&call->call, call->use.component, call->use.vars, &call->fact.fact, &effects, &count))
    return call_failed(lua, call);
  lua_createtable(lua, count, 0);
  for (int i = 0; i < count; i++) {
    acr__unit_push_effect(lua, &effects[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  return 1;
}

void acr__unit_calls(lua_State *lua) {
  static const luaL_Reg functions[] = {{"value", call_value},
                                       {"test", call_test},
                                       {"accepts", call_accepts},
                                       {"accepts_item", call_accepts_item},
                                       {"portion", call_portion},
                                       {"effects", call_effects},
                                       {"window", call_window},
                                       {NULL, NULL}};
  luaL_setfuncs(lua, functions, 0);
}
