// What the binding's files share. Specs of one component call it as the engine does, so this header reaches below
// include/accrue.h into script and program (the one exception of this folder); no other file here includes them.
#ifndef ACR_BINDING_UNIT_H
#define ACR_BINDING_UNIT_H
#include "base/buf.h"
#include "base/num.h"
#include "program/example.h"
#include "program/plan.h"
#include "script/seen.h"
#include "json/json.h"
#include <lauxlib.h>
#include <lua.h>

int luaopen_accrue_core(lua_State *lua);
const char *acr__share_dir(void); // that holds plugins/standard and lua, as the engine looks for it

// Each adds its functions to the module's table on top of the stack.
void acr__open_json(lua_State *lua);
void acr__open_number(lua_State *lua);
void acr__open_engine(lua_State *lua);
void acr__open_template(lua_State *lua);
void acr__open_seen(lua_State *lua);
int acr__unit_describe(lua_State *lua); // a method of templates

// The value at `index` as JSON bytes appended to `out`. false with a sentence pushed when it cannot be written.
bool acr__lua_to_json(lua_State *lua, int index, acr__buf *out);
// Pushes a JSON value: null is absent in objects and the light userdata `null` in arrays.
void acr__lua_push_node(lua_State *lua, const acr__node *node);
void acr__lua_push_span(lua_State *lua, acr__span text);
// A field of the table at `index` as text, empty when absent; the table keeps it alive.
acr__span acr__lua_field_text(lua_State *lua, int index, const char *name);

// ---- A rules template, and programs compiled with it

#define ACR_UNIT_TEMPLATE "accrue.template"

struct acr__unit_template {
  acr__arena *arena;   // owned: files, components
  acr__script *script; // owned
  const struct acr__template *tpl;
};

struct acr__unit_program {
  acr__arena *arena;                // owned: the plan
  struct acr__unit_template *owner; // kept alive by the userdata's user value
  struct acr__plan *plan;
};

// The one use of a component in a compiled program.
struct acr__unit_use {
  const struct acr__component *component;
  int vars;
  bool has_path;
  struct acr__path path;
  const struct acr__plan_reads *reads;
};

struct acr__unit_program *acr__unit_program_check(lua_State *lua, int index);
// Finds the first use of the component named by the strings at `kind` and `kind + 1`; raises when there is none.
struct acr__unit_use acr__unit_use_find(lua_State *lua, const struct acr__unit_program *program, int kind);

// ---- Facts

struct acr__unit_fact {
  struct acr__fact fact;
  struct acr__member_view view;
  const struct acr__base_points *base; // given to outcomes only
  int base_count;
  struct acr__unit_member {
    lua_State *lua;
    int index;
    const struct acr__plan *plan;
  } member; // the table that the view looks into
};

// Builds a fact out of the table at `index`: { kind, line (an event as JSON), points, account, ... }; raises on what is invalid.
void acr__unit_fact_read(lua_State *lua, int index, const struct acr__unit_program *program, acr__arena *arena, struct acr__unit_fact *out);
// Pushes an effect as a table: { effect = "award", account, points, ... }.
void acr__unit_push_effect(lua_State *lua, const struct acr__effect *effect);
// The functions `value test accepts accepts_item effects window` of a program.
void acr__unit_calls(lua_State *lua);
#endif
