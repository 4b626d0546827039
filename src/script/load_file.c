// Running one file of a template, with faults that name file and line.
#include "script/load.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { LOAD_BYTES = 64 << 20 };

char *acr__load_shown(struct acr__load *load, int layer, acr__span path) {
  acr__span dir = load->layers->layer[layer].dir;
  while (dir.len > 1 && dir.ptr[dir.len - 1] == '/') dir.len--;
  if (!dir.len) return acr__arena_text(load->arena, path);
  return acr__arena_printf(load->arena, "%.*s/%.*s", (int)dir.len, dir.ptr, (int)path.len, path.ptr);
}

void acr__load_fault(struct acr__load *load, const char *code, int line, const char *format, ...) {
  va_list args;
  char message[1024];
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  struct acr__place place = {.line = line};
  if (load->file) place.file = acr__load_shown(load, load->layer, load->file->path);
  acr__diag_add(load->diag, ACR_FAULT, code, place, "%s", message);
}

const char *acr__load_near(struct acr__load *load, acr__span name, const acr__span *names, int count) {
  acr__span near = acr__nearest(name, names, count);
  return near.len ? acr__arena_printf(load->arena, "; the nearest is '%.*s'", (int)near.len, near.ptr) : "";
}

int acr__load_line(lua_State *L) {
  lua_Debug frame;
  for (int level = 1; lua_getstack(L, level, &frame); level++) {
    lua_getinfo(L, "l", &frame);
    if (frame.currentline > 0) return frame.currentline;
  }
  return 0;
}

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_';
}

// Does `name =` stand at `at`?
static bool assigns(acr__span text, size_t at, acr__span name) {
  if (at + name.len >= text.len || memcmp(text.ptr + at, name.ptr, name.len) != 0) return false;
  if (at > 0 && (is_word(text.ptr[at - 1]) || text.ptr[at - 1] == '.')) return false;
  size_t end = at + name.len;
  while (end < text.len && (text.ptr[end] == ' ' || text.ptr[end] == '\t')) end++;
  return end + 1 < text.len && text.ptr[end] == '=' && text.ptr[end + 1] != '=';
}

int acr__load_field_line(const struct acr__load *load, int line, acr__span name) {
  acr__span text = load->file ? load->file->bytes : (acr__span){0};
  int at_line = 1;
  bool comment = false;
  if (!name.len) return line;
  for (size_t at = 0; at < text.len; at++) {
    char c = text.ptr[at];
    if (c == '\n') {
      at_line++;
      comment = false;
    }
    if (c == '-' && at + 1 < text.len && text.ptr[at + 1] == '-') comment = true;
    if (at_line >= line && !comment && c == name.ptr[0] && assigns(text, at, name)) return at_line;
  }
  return line;
}

void acr__load_lua_fault(struct acr__load *load, const char *code, const char *message) {
  const char *at = strchr(message, ':');
  while (at && !isdigit((unsigned char)at[1])) at = strchr(at + 1, ':');
  int line = 0;
  if (at) {
    char *end;
    long number = strtol(at + 1, &end, 10);
    if (*end == ':' && number < 1000000) {
      line = (int)number;
      // Another file of the template, as a lib that this one called, keeps its place in the message.
      acr__span own = load->file->path, prefix = {message, (size_t)(at - message)};
      bool same = prefix.len >= own.len && memcmp(prefix.ptr + prefix.len - own.len, own.ptr, own.len) == 0;
      if (same) message = end + 1 + (end[1] == ' ');
      else line = 0;
    }
  }
  acr__load_fault(load, code, line, "%s", message);
}

bool acr__load_run(acr__script *script, int layer, const struct acr__file *file) {
  struct acr__load *load = script->load;
  lua_State *L = script->L;
  load->layer = layer;
  load->file = file;
  if (file->bytes.len > ACR_SOURCE_BYTES_MAX) {
    acr__load_fault(load, "too_large", 0, "the file has %zu bytes; %u are allowed", file->bytes.len, ACR_SOURCE_BYTES_MAX);
    return false;
  }
  char *chunk = acr__arena_printf(load->arena, "@%s", acr__load_shown(load, layer, file->path));
  bool outermost = script->guarded == 0;
  if (outermost) {
    acr__budget_begin(script, ACR_LUA_LOAD_INSTRUCTIONS, LOAD_BYTES);
    script->guarded++; // compiling holds to the budget too
  }
  luaL_checkstack(L, 20, "files require each other too deeply");
  lua_pushcfunction(L, acr__message_handler);
  int handler = lua_gettop(L), status = luaL_loadbufferx(L, file->bytes.ptr, file->bytes.len, chunk, "t");
  if (outermost) script->guarded--;
  if (status != LUA_OK) {
    acr__load_lua_fault(load, "lua_syntax", acr__script_error(script, load->arena));
    lua_pop(L, 1);
    return false;
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->env);
  lua_setupvalue(L, -2, 1);
  status = acr__protect_with(script, 0, 1, handler);
  lua_remove(L, handler);
  if (status == LUA_OK) return true;
  acr__load_lua_fault(load, "lua_error", acr__script_error(script, load->arena));
  return false;
}

static const struct acr__file *find_lib(const struct acr__load *load, acr__span name, int *layer) {
  for (*layer = load->layer; *layer < load->layers->count; (*layer)++) {
    const struct acr__layer *at = &load->layers->layer[*layer];
    for (int i = 0; i < at->file_count; i++) {
      acr__span path = at->files[i].path;
      bool is_lib = path.len == name.len + 8 && memcmp(path.ptr, "lib/", 4) == 0 && memcmp(path.ptr + path.len - 4, ".lua", 4) == 0;
      if (is_lib && memcmp(path.ptr + 4, name.ptr, name.len) == 0) return &at->files[i];
    }
  }
  return NULL;
}

// Pushes what a lib file returned, running it when it was not yet; false when it is faulty.
static bool push_lib(acr__script *script, int layer, const struct acr__file *file) {
  struct acr__load *load = script->load;
  lua_State *L = script->L;
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->libs);
  int type = lua_rawgetp(L, -1, file);
  lua_remove(L, -2);
  if (type == LUA_TBOOLEAN) { // running, or faulty
    lua_pop(L, 1);
    return false;
  }
  if (type != LUA_TNIL) return true;
  lua_pop(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->libs);
  lua_pushboolean(L, 0);
  lua_rawsetp(L, -2, file);
  lua_pop(L, 1);
  const struct acr__file *outer = load->file;
  int outer_layer = load->layer;
  bool good = acr__load_run(script, layer, file);
  if (good && lua_isnil(L, -1)) {
    acr__load_fault(load, "lua_error", 0, "the file returns nothing; wanted a table of functions");
    lua_pop(L, 1);
    good = false;
  }
  if (good) {
    const int *upvalues;
    int count;
    acr__freeze_reach(script, &upvalues, &count);
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->libs);
    lua_pushvalue(L, -2);
    lua_rawsetp(L, -2, file);
    lua_pop(L, 1);
  }
  load->file = outer;
  load->layer = outer_layer;
  return good;
}

int acr__load_require(lua_State *L) {
  acr__script *script = acr__script_of(L);
  if (lua_type(L, 1) != LUA_TSTRING) return luaL_error(L, "require wants the name of a file in lib/, found %s", acr__type_name(L, 1));
  const char *name = lua_tostring(L, 1);
  if (strcmp(name, "accrue") == 0) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->globals);
    lua_getfield(L, -1, "accrue");
    return 1;
  }
  if (!script->load) return luaL_error(L, "require \"%s\": files are required at the top of a file, not in a call", name);
  int layer;
  const struct acr__file *file = find_lib(script->load, acr__lua_span(L, 1), &layer);
  if (!file) return luaL_error(L, "require \"%s\": there is no lib/%s.lua", name, name);
  if (!push_lib(script, layer, file)) return luaL_error(L, "require \"%s\": lib/%s.lua is faulty or requires itself", name, name);
  return 1;
}

bool acr__load_libs(acr__script *script) {
  struct acr__load *load = script->load;
  int faults = load->diag->faults;
  for (int layer = load->layers->count - 1; layer >= 0; layer--) {
    const struct acr__layer *at = &load->layers->layer[layer];
    for (int i = 0; i < at->file_count; i++) {
      acr__span path = at->files[i].path;
      if (path.len < 8 || memcmp(path.ptr, "lib/", 4) != 0 || memcmp(path.ptr + path.len - 4, ".lua", 4) != 0) continue;
      if (push_lib(script, layer, &at->files[i])) lua_pop(script->L, 1);
    }
  }
  return load->diag->faults == faults;
}
