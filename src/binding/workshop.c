#include "binding/workshop.h"
#include "binding/unit.h"
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CODE_FAILED = 2 };

// The package comes first, so that a directory named `accrue` where the command runs is not taken for it.
static void set_path(lua_State *lua, const char *share) {
  lua_getglobal(lua, "package");
  lua_getfield(lua, -1, "path");
  lua_pushfstring(lua, "%s/lua/?.lua;%s/lua/?/init.lua;%s", share, share, lua_tostring(lua, -1));
  lua_setfield(lua, -3, "path");
  lua_pop(lua, 1);
  lua_getfield(lua, -1, "preload");
  lua_pushcfunction(lua, luaopen_accrue_core);
  lua_setfield(lua, -2, "accrue.core");
  lua_pop(lua, 2);
}

static int traceback(lua_State *lua) {
  const char *message = lua_tostring(lua, 1);
  if (message)
    luaL_traceback(lua, lua, message, 1);
  else
    lua_pushliteral(lua, "an error that is no text");
  return 1;
}

int acr__workshop_run(const char *command, int argc, char **argv) {
  lua_State *lua = luaL_newstate();
  if (!lua) return CODE_FAILED;
  luaL_openlibs(lua);
  set_path(lua, acr__share_dir());
  lua_pushcfunction(lua, traceback);
  lua_getglobal(lua, "require");
  lua_pushliteral(lua, "accrue.workshop");
  int code = CODE_FAILED;
  bool good = lua_pcall(lua, 1, 1, 1) == LUA_OK;
  if (good) {
    lua_pushstring(lua, command);
    lua_createtable(lua, argc, 0);
    for (int i = 1; i < argc; i++) {
      lua_pushstring(lua, argv[i]);
      lua_rawseti(lua, -2, i);
    }
    good = lua_pcall(lua, 2, 1, 1) == LUA_OK;
  }
  if (good)
    code = (int)lua_tointeger(lua, -1);
  else
    fprintf(stderr, "accrue %s: %s\n", command, lua_tostring(lua, -1));
  lua_close(lua);
  return code;
}
