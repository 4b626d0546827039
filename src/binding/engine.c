// A whole engine on the memory store, for specs: lines in, replies out, as over the socket.
#include "accrue.h"
#include "binding/unit.h"
#include <stdlib.h>

#define ENGINE "accrue.engine"

static acr_engine **engine_check(lua_State *lua) {
  acr_engine **engine = luaL_checkudata(lua, 1, ENGINE);
  luaL_argcheck(lua, *engine, 1, "the engine is closed");
  return engine;
}

// engine { template_dir, standard_dir }: events may lie in the future as far as they like.
static int engine_open(lua_State *lua) {
  struct acr_options options = {.create = true, .max_future_us = -1};
  char *message = NULL;
  luaL_checktype(lua, 1, LUA_TTABLE);
  options.template_dir = acr__lua_field_text(lua, 1, "template_dir").ptr;
  options.standard_dir = acr__lua_field_text(lua, 1, "standard_dir").ptr;
  acr_engine **engine = lua_newuserdatauv(lua, sizeof *engine, 0);
  *engine = NULL;
  luaL_setmetatable(lua, ENGINE);
  int error = acr_engine_open(&options, engine, &message);
  if (error == ACR_E_OK) return 1;
  lua_pushstring(lua, message ? message : acr_error_text(error));
  free(message);
  return lua_error(lua);
}

// engine:apply(line): the reply, without its newline.
static int engine_apply(lua_State *lua) {
  acr_engine **engine = engine_check(lua);
  size_t len;
  const char *line = luaL_checklstring(lua, 2, &len);
  char *reply = NULL;
  int error = acr_engine_apply(*engine, line, len, &reply);
  if (error != ACR_E_OK) {
    free(reply);
    return luaL_error(lua, "%s", acr_error_text(error));
  }
  acr__span text = acr__span_of(reply);
  if (text.len && text.ptr[text.len - 1] == '\n') text.len--;
  acr__lua_push_span(lua, text);
  free(reply);
  return 1;
}

// engine:verify(): the report on the ledger's invariants, as JSON.
static int engine_verify(lua_State *lua) {
  char *json = NULL;
  int error = acr_engine_verify(*engine_check(lua), &json);
  if (error != ACR_E_OK && error != ACR_E_VIOLATION) {
    free(json);
    return luaL_error(lua, "%s", acr_error_text(error));
  }
  lua_pushstring(lua, json);
  free(json);
  return 1;
}

static int engine_close(lua_State *lua) {
  acr_engine **engine = luaL_checkudata(lua, 1, ENGINE);
  if (*engine) acr_engine_close(*engine);
  *engine = NULL;
  return 0;
}

void acr__open_engine(lua_State *lua) {
  static const luaL_Reg methods[] = {
      {"apply", engine_apply}, {"verify", engine_verify}, {"close", engine_close}, {"__gc", engine_close}, {NULL, NULL}};
  if (luaL_newmetatable(lua, ENGINE)) {
    luaL_setfuncs(lua, methods, 0);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -2, "__index");
  }
  lua_pop(lua, 1);
  lua_pushcfunction(lua, engine_open);
  lua_setfield(lua, -2, "engine");
}
