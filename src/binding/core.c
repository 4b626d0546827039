// accrue.core: the C half of the Lua package `accrue`. It keeps no statics: busted may load it more than once.
#include "accrue.h"
#include "binding/unit.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void acr__lua_push_span(lua_State *lua, acr__span text) {
  lua_pushlstring(lua, text.ptr ? text.ptr : "", text.len);
}

acr__span acr__lua_field_text(lua_State *lua, int index, const char *name) {
  acr__span text = {NULL, 0};
  lua_getfield(lua, index, name);
  if (lua_type(lua, -1) == LUA_TSTRING) text.ptr = lua_tolstring(lua, -1, &text.len);
  lua_pop(lua, 1);
  return text;
}

// path(text): absolute, without links; nil and the reason when there is no such file.
static int core_path(lua_State *lua) {
  char *path = realpath(luaL_checkstring(lua, 1), NULL);
  if (!path) {
    lua_pushnil(lua);
    lua_pushfstring(lua, "%s: %s", lua_tostring(lua, 1), strerror(errno));
    return 2;
  }
  lua_pushstring(lua, path);
  free(path);
  return 1;
}

// time(text): microseconds since 1970 of an RFC 3339 time; nil when it is none.
static int core_time(lua_State *lua) {
  acr__time time;
  acr__span text;
  text.ptr = luaL_checklstring(lua, 1, &text.len);
  if (!acr__time_parse(text, &time)) return 0;
  lua_pushinteger(lua, time);
  return 1;
}

// time_text(us): the same time in UTC.
static int core_time_text(lua_State *lua) {
  char buf[64];
  int len = acr__time_format(luaL_checkinteger(lua, 1), buf);
  lua_pushlstring(lua, buf, (size_t)len);
  return 1;
}

// directory(): a new empty directory of one's own.
static int core_directory(lua_State *lua) {
  char path[] = "/tmp/accrue-XXXXXX";
  if (!mkdtemp(path)) return luaL_error(lua, "%s: %s", path, strerror(errno));
  lua_pushstring(lua, path);
  return 1;
}

// make(path): makes one directory.
static int core_make(lua_State *lua) {
  const char *path = luaL_checkstring(lua, 1);
  if (mkdir(path, 0777) != 0) return luaL_error(lua, "%s: %s", path, strerror(errno));
  return 0;
}

const char *acr__share_dir(void) {
  const char *named = getenv("ACCRUE_SHARE");
  if (named && *named) return named;
  return access(ACCRUE_SOURCE_DIR "/plugins/standard/template.lua", R_OK) == 0 ? ACCRUE_SOURCE_DIR : ACCRUE_SHARE_DIR;
}

// share(): the directory that holds plugins/standard, as the engine looks for it.
static int core_share(lua_State *lua) {
  lua_pushstring(lua, acr__share_dir());
  return 1;
}

// files(path): the names in a directory, sorted; nil when there is none.
static int core_files(lua_State *lua) {
  struct dirent **entries;
  int count = scandir(luaL_checkstring(lua, 1), &entries, NULL, alphasort);
  if (count < 0) return 0;
  lua_createtable(lua, count, 0);
  for (int i = 0, kept = 0; i < count; i++) {
    if (strcmp(entries[i]->d_name, ".") != 0 && strcmp(entries[i]->d_name, "..") != 0) {
      lua_pushstring(lua, entries[i]->d_name);
      lua_rawseti(lua, -2, ++kept);
    }
    free(entries[i]);
  }
  free(entries);
  return 1;
}

// kind(path): "file", "directory" or "other"; nil when there is nothing.
static int core_kind(lua_State *lua) {
  struct stat about;
  if (stat(luaL_checkstring(lua, 1), &about) != 0) return 0;
  lua_pushstring(lua, S_ISREG(about.st_mode) ? "file" : S_ISDIR(about.st_mode) ? "directory" : "other");
  return 1;
}

// check(dir): the report of acr_template_try, as JSON.
static int core_check(lua_State *lua) {
  char *json = NULL;
  acr_template_try(luaL_checkstring(lua, 1), NULL, &json);
  lua_pushstring(lua, json);
  free(json);
  return 1;
}

int luaopen_accrue_core(lua_State *lua) {
  static const luaL_Reg functions[] = {{"path", core_path}, {"share", core_share}, {"directory", core_directory},
                                       {"make", core_make}, {"time", core_time},   {"time_text", core_time_text},
                                       {"files", core_files}, {"kind", core_kind}, {"check", core_check}, {NULL, NULL}};
  luaL_checkversion(lua);
  luaL_newlib(lua, functions);
  acr__open_number(lua);
  acr__open_json(lua);
  acr__open_engine(lua);
  acr__open_template(lua);
  acr__open_seen(lua);
  return 1;
}
