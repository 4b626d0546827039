// template.lua: run in a closed state of its own, then read as plain data.
#include "script/load.h"

static void read_text(struct acr__load *load, lua_State *L, const char *name, bool required, acr__span *out) {
  if (lua_getfield(L, -1, name) == LUA_TSTRING && lua_rawlen(L, -1) > 0) {
    *out = acr__arena_span(load->arena, acr__lua_span(L, -1));
  } else if (required || !lua_isnil(L, -1)) {
    int line = acr__load_field_line(load, 1, acr__span_of(name));
    if (lua_isnil(L, -1)) acr__load_fault(load, "missing_field", line, "%s is missing; wanted a text", name);
    else acr__load_fault(load, "wrong_type", line, "%s: found %s, wanted a text", name, acr__type_name(L, -1));
  }
  lua_pop(L, 1);
}

static void read_extends(struct acr__load *load, lua_State *L, struct acr__manifest *out) {
  int type = lua_getfield(L, -1, "extends");
  out->extends_given = type != LUA_TNIL;
  out->extends_none = type == LUA_TBOOLEAN && !lua_toboolean(L, -1);
  int line = acr__load_field_line(load, 1, ACR__SPAN_LIT("extends"));
  if (type == LUA_TNIL) {
    out->extends = ACR__SPAN_LIT("standard");
  } else if (type == LUA_TSTRING) {
    acr__span path = out->extends = acr__arena_span(load->arena, acr__lua_span(L, -1));
    bool relative = path.len > 2 && (memcmp(path.ptr, "./", 2) == 0 || memcmp(path.ptr, "..", 2) == 0);
    if (!acr__span_is(path, "standard") && !relative) {
      acr__load_fault(load, "wrong_value", line, "extends: found '%.*s'; wanted \"standard\", false or a directory as \"../base\"",
                      (int)path.len, path.ptr);
    }
  } else if (!out->extends_none) {
    acr__load_fault(load, "wrong_type", line, "extends: found %s; wanted \"standard\", false or a directory as \"../base\"",
                    acr__type_name(L, -1));
  }
  lua_pop(L, 1);
}

// Reads the table on top.
static void read_fields(struct acr__load *load, lua_State *L, struct acr__manifest *out) {
  static const acr__span known[] = {ACR__SPAN_LIT("name"), ACR__SPAN_LIT("version"), ACR__SPAN_LIT("api"), ACR__SPAN_LIT("extends")};
  acr__span name = acr__foreign_key(L, -1, known, 4);
  if (name.len) {
    acr__load_fault(load, "unknown_field", acr__load_field_line(load, 1, name), "template.lua has no field '%.*s'%s", (int)name.len,
                    name.ptr, acr__load_near(load, name, known, 4));
    acr__span meant = acr__nearest(name, known, 4);
    if (meant.len && lua_getfield(L, -1, meant.ptr) == LUA_TNIL) { // nothing is told of what follows from it
      acr__push_span(L, name);
      lua_gettable(L, -3);
      lua_setfield(L, -3, meant.ptr);
    }
    if (meant.len) lua_pop(L, 1);
  }
  read_text(load, L, "name", true, &out->name);
  read_text(load, L, "version", true, &out->version);
  lua_getfield(L, -1, "api");
  out->api = 1;
  if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) != 1) {
    acr__load_fault(load, lua_isnil(L, -1) ? "missing_field" : "wrong_value", acr__load_field_line(load, 1, ACR__SPAN_LIT("api")),
                    "api: wanted 1, the one this version knows");
  }
  lua_pop(L, 1);
  read_extends(load, L, out);
}

bool acr__manifest_read(acr__arena *arena, acr__span dir, const struct acr__file *file, struct acr__manifest *out, acr__diag *diag) {
  struct acr__layers layers = {.layer = {{.dir = dir, .files = file, .file_count = 1}}, .count = 1};
  struct acr__load load = {.arena = arena, .diag = diag, .layers = &layers};
  int faults = diag->faults;
  acr__script *script = acr__script_new();
  script->load = &load;
  *out = (struct acr__manifest){0};
  if (acr__load_run(script, 0, file)) {
    if (lua_type(script->L, -1) == LUA_TTABLE && !acr__is_frozen(script->L, -1)) read_fields(&load, script->L, out);
    else
      acr__load_fault(&load, "wrong_type", 0, "the file returns %s; wanted a table with name, version, api", acr__type_name(script->L, -1));
  }
  script->load = NULL;
  acr__script_free(script);
  return diag->faults == faults;
}
