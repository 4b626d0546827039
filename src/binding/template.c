// Rules templates and programs compiled with them, as userdata: what specs of one component are run on.
#include "binding/unit.h"

#define PROGRAM "accrue.program"

// Pushes every fault of `diag`, one a line.
static void push_faults(lua_State *lua, const acr__diag *diag) {
  luaL_Buffer text;
  luaL_buffinit(lua, &text);
  for (const acr__diag_item *item = diag->first; item; item = item->next) {
    if (item->severity != ACR_FAULT) continue;
    if (luaL_bufflen(&text)) luaL_addchar(&text, '\n');
    luaL_addstring(&text, acr__diag_line(diag, item));
  }
  luaL_pushresult(&text);
}

static int template_free(lua_State *lua) {
  struct acr__unit_template *owner = luaL_checkudata(lua, 1, ACR_UNIT_TEMPLATE);
  if (owner->script) acr__script_free(owner->script);
  if (owner->arena) acr__arena_free(owner->arena);
  *owner = (struct acr__unit_template){0};
  return 0;
}

// template(dir, standard_dir): the template of a directory and all that it extends, in a closed state of its own.
static int template_load(lua_State *lua) {
  const char *dir = luaL_checkstring(lua, 1), *standard = luaL_checkstring(lua, 2);
  struct acr__unit_template *owner = lua_newuserdatauv(lua, sizeof *owner, 0);
  *owner = (struct acr__unit_template){0};
  luaL_setmetatable(lua, ACR_UNIT_TEMPLATE);
  owner->arena = acr__arena_new(64 << 10);
  owner->script = acr__script_new();
  acr__diag diag;
  acr__diag_init(&diag, owner->arena);
  struct acr__layers *layers = ACR__NEW(owner->arena, struct acr__layers);
  if (acr__layers_read(owner->arena, dir, standard, layers, &diag))
    owner->tpl = acr__template_load(owner->script, owner->arena, layers, &diag);
  if (owner->tpl) return 1;
  push_faults(lua, &diag);
  return lua_error(lua);
}

static void set_span(lua_State *lua, const char *name, acr__span text) {
  acr__lua_push_span(lua, text);
  lua_setfield(lua, -2, name);
}

static void set_list(lua_State *lua, const char *name, const acr__span *list, int count) {
  lua_createtable(lua, count, 0);
  for (int i = 0; i < count; i++) {
    acr__lua_push_span(lua, list[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_setfield(lua, -2, name);
}

static void set_over(lua_State *lua, acr__over over) {
  static const char *const names[] = {
      [ACR_OVER_CURRENT] = "current", [ACR_OVER_HISTORY] = "history", [ACR_OVER_BALANCE] = "balance", [ACR_OVER_MEMBER] = "member"};
  lua_pushstring(lua, names[over]);
  lua_setfield(lua, -2, "over");
}

// template:components(): a list of { kind, name, file, title, conditions, facts, constraints, behaviors, over }.
static int template_components(lua_State *lua) {
  const struct acr__unit_template *owner = luaL_checkudata(lua, 1, ACR_UNIT_TEMPLATE);
  lua_newtable(lua);
  for (int i = 0; i < owner->tpl->component_count; i++) {
    const struct acr__component *component = &owner->tpl->components[i];
    lua_newtable(lua);
    set_span(lua, "kind", acr__span_of(acr__component_kind_name(component->kind)));
    set_span(lua, "name", component->name);
    set_span(lua, "file", component->file);
    set_span(lua, "title", component->title);
    set_list(lua, "conditions", component->conditions, component->condition_count);
    set_list(lua, "facts", component->facts, component->fact_count);
    set_list(lua, "constraints", component->constraints, component->constraint_count);
    set_list(lua, "behaviors", component->behaviors, component->behavior_count);
    if (component->kind == ACR_CONDITION_TYPE) set_over(lua, component->over);
    lua_rawseti(lua, -2, i + 1);
  }
  return 1;
}

static int program_free(lua_State *lua) {
  struct acr__unit_program *program = luaL_checkudata(lua, 1, PROGRAM);
  if (program->arena) acr__arena_free(program->arena);
  program->arena = NULL;
  return 0;
}

// template:compile(json, name): the program, or nil and every fault, one a line.
static int template_compile(lua_State *lua) {
  struct acr__unit_template *owner = luaL_checkudata(lua, 1, ACR_UNIT_TEMPLATE);
  acr__span text;
  text.ptr = luaL_checklstring(lua, 2, &text.len);
  const char *name = luaL_checkstring(lua, 3);
  struct acr__unit_program *program = lua_newuserdatauv(lua, sizeof *program, 1);
  *program = (struct acr__unit_program){.owner = owner};
  luaL_setmetatable(lua, PROGRAM);
  lua_pushvalue(lua, 1);
  lua_setiuservalue(lua, -2, 1);
  program->arena = acr__arena_new(16 << 10);
  acr__diag diag;
  acr__diag_init(&diag, program->arena);
  text = acr__arena_span(program->arena, text);
  program->plan = acr__plan_compile(program->arena, owner->script, owner->tpl, text, acr__arena_text(program->arena, acr__span_of(name)),
                                    NULL, &diag);
  if (program->plan) return 1;
  lua_pushnil(lua);
  push_faults(lua, &diag);
  return 2;
}

static const struct acr__component *find_component(const struct acr__template *tpl, const char *kind, acr__span name) {
  for (int i = 0; i < tpl->component_count; i++) {
    const struct acr__component *at = &tpl->components[i];
    if (acr__span_eq(at->name, name) && strcmp(acr__component_kind_name(at->kind), kind) == 0) return at;
  }
  return NULL;
}

// template:sentence(kind, name, vars as JSON): what one use of a component reads as, or nil and the fault.
static int template_sentence(lua_State *lua) {
  struct acr__unit_template *owner = luaL_checkudata(lua, 1, ACR_UNIT_TEMPLATE);
  acr__span name, vars;
  const char *kind = luaL_checkstring(lua, 2);
  name.ptr = luaL_checklstring(lua, 3, &name.len);
  vars.ptr = luaL_checklstring(lua, 4, &vars.len);
  const struct acr__component *component = find_component(owner->tpl, kind, name);
  if (!component) return luaL_error(lua, "the template has no %s %s", kind, name.ptr);
  acr__arena *arena = acr__arena_new(4 << 10);
  acr__diag diag;
  acr__diag_init(&diag, arena);
  acr__span sentence = acr__example_sentence(arena, owner->script, owner->tpl, component, vars, &diag);
  if (sentence.ptr) acr__lua_push_span(lua, sentence);
  else lua_pushnil(lua);
  push_faults(lua, &diag);
  acr__arena_free(arena);
  return 2;
}

struct acr__unit_program *acr__unit_program_check(lua_State *lua, int index) {
  return luaL_checkudata(lua, index, PROGRAM);
}

void acr__open_template(lua_State *lua) {
  static const luaL_Reg methods[] = {
      {"components", template_components}, {"describe", acr__unit_describe}, {"compile", template_compile},
      {"sentence", template_sentence},     {"__gc", template_free},          {NULL, NULL}};
  if (luaL_newmetatable(lua, ACR_UNIT_TEMPLATE)) {
    luaL_setfuncs(lua, methods, 0);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, -2, "__index");
  }
  lua_pop(lua, 1);
  if (luaL_newmetatable(lua, PROGRAM)) {
    lua_pushcfunction(lua, program_free);
    lua_setfield(lua, -2, "__gc");
    lua_newtable(lua);
    acr__unit_calls(lua);
    lua_setfield(lua, -2, "__index");
  }
  lua_pop(lua, 1);
  lua_pushcfunction(lua, template_load);
  lua_setfield(lua, -2, "template");
}
