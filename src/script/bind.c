// The read-only `vars` of one use of a component.
#include "base/mem.h"
#include "script/catalog.h"
#include "script/host.h"

static const char *const operators[] = {">=", ">", "=", "<=", "<"};

// vars.x of a variable that is absent or does not exist. Upvalue 1: the component.
static int missing_var(lua_State *L) {
  const struct acr__component *component = lua_touserdata(L, lua_upvalueindex(1));
  acr__span names[64], name = lua_type(L, 2) == LUA_TSTRING ? acr__lua_span(L, 2) : ACR__SPAN_LIT("?");
  int count = 0;
  for (int i = 0; i < component->var_count; i++) {
    if (acr__span_eq(component->vars[i].name, name)) return 0;
    if (count < 64) names[count++] = component->vars[i].name;
  }
  return acr__unknown_field(L, "vars", name, names, count);
}

static int not_in_set(lua_State *L) {
  lua_pushboolean(L, 0);
  return 1;
}

// Freezes the table on top; a key that it does not have is answered by the function above it, which is popped.
static void face(lua_State *L) {
  lua_createtable(L, 0, 1);
  lua_insert(L, -2);
  lua_setfield(L, -2, "__index");
  lua_insert(L, -2); // behind: { __index = function }
  acr__freeze(L, -1);
  acr__push_raw(L, -1);
  lua_pushvalue(L, -3);
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
  lua_remove(L, -2);
}

static void push_set(lua_State *L, const struct acr__value *value) {
  lua_createtable(L, 0, value->list_count);
  for (int i = 0; i < value->list_count; i++) {
    acr__push_span(L, value->list[i]);
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
  }
  lua_pushcfunction(L, not_in_set);
  face(L);
}

static void push_list(lua_State *L, const acr__span *list, int count) {
  lua_createtable(L, count, 0);
  for (int i = 0; i < count; i++) {
    acr__push_span(L, list[i]);
    lua_rawseti(L, -2, i + 1);
  }
  acr__freeze(L, -1);
}

static void push_value(lua_State *L, acr__script *script, const struct acr__var *var, const struct acr__value *value) {
  switch (var->type) {
  case ACR_VAR_OPERATOR: lua_pushstring(L, operators[value->i]); break;
  case ACR_VAR_INTEGER:
  case ACR_VAR_DECIMAL:
  case ACR_VAR_MONEY:
  case ACR_VAR_POINTS:
  case ACR_VAR_PERCENT: lua_pushinteger(L, value->i); break;
  case ACR_VAR_BOOLEAN: lua_pushboolean(L, value->i != 0); break;
  case ACR_VAR_DATE: acr__push_date(L, acr__date_of((int32_t)value->i)); break;
  case ACR_VAR_DURATION: acr__push_duration(L, value->duration); break;
  case ACR_VAR_SET:
  case ACR_VAR_DAYS: push_set(L, value); break;
  case ACR_VAR_SLOTS: push_list(L, value->list, value->list_count); break;
  case ACR_VAR_CATALOG: {
    struct acr__ud_catalog *object = lua_newuserdatauv(L, sizeof *object, 2);
    *object = (struct acr__ud_catalog){ACR_UD_CATALOG, acr__catalog_new(script->arena, value)};
    push_list(L, value->categories, value->category_count);
    lua_setiuservalue(L, -2, 1);
    push_list(L, value->items, value->item_count);
    lua_setiuservalue(L, -2, 2);
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->meta[ACR_UD_CATALOG]);
    lua_setmetatable(L, -2);
    break;
  }
  case ACR_VAR_TIMEFRAME: {
    acr__timeframe *frame = ACR__NEW(script->arena, acr__timeframe);
    *frame = *value->timeframe;
    struct acr__ud_timeframe *object = lua_newuserdatauv(L, sizeof *object, 0);
    *object = (struct acr__ud_timeframe){ACR_UD_TIMEFRAME, frame};
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->meta[ACR_UD_TIMEFRAME]);
    lua_setmetatable(L, -2);
    break;
  }
  default: acr__push_span(L, value->text);
  }
}

// The same value for functions that are followed without Lua (direct.h).
static struct acr__plain plain_value(acr__arena *arena, const struct acr__var *var, const struct acr__value *value) {
  enum { SET_MAX = 16 }; // larger ones are asked in Lua, by hash
  if (!value->present) return (struct acr__plain){.tag = ACR_PLAIN_NIL};
  switch (var->type) {
  case ACR_VAR_OPERATOR: return acr__plain_text(acr__span_of(operators[value->i]));
  case ACR_VAR_INTEGER:
  case ACR_VAR_DECIMAL:
  case ACR_VAR_MONEY:
  case ACR_VAR_POINTS:
  case ACR_VAR_PERCENT: return acr__plain_integer(value->i);
  case ACR_VAR_BOOLEAN: return acr__plain_boolean(value->i != 0);
  case ACR_VAR_SET:
  case ACR_VAR_DAYS: {
    if (value->list_count > SET_MAX) return (struct acr__plain){.tag = ACR_PLAIN_OTHER};
    struct acr__value *set = ACR__NEW(arena, struct acr__value);
    acr__span *list = ACR__NEW_N(arena, acr__span, value->list_count + 1);
    for (int i = 0; i < value->list_count; i++) list[i] = acr__arena_span(arena, value->list[i]);
    *set = (struct acr__value){.list = list, .list_count = value->list_count};
    return (struct acr__plain){.tag = ACR_PLAIN_SET, .set = set};
  }
  case ACR_VAR_DATE:
  case ACR_VAR_DURATION:
  case ACR_VAR_SLOTS:
  case ACR_VAR_CATALOG:
  case ACR_VAR_TIMEFRAME: return (struct acr__plain){.tag = ACR_PLAIN_OTHER};
  default: return acr__plain_text(acr__arena_span(arena, value->text));
  }
}

static void note_bound(acr__script *script, const struct acr__component *component, const struct acr__value *values, int vars) {
  if (vars >= script->bound_cap) {
    int cap = vars + vars / 2 + 64;
    script->bound = acr__mem_resize(script->bound, sizeof *script->bound * (size_t)cap);
    memset(script->bound + script->bound_cap, 0, sizeof *script->bound * (size_t)(cap - script->bound_cap));
    script->bound_cap = cap;
  }
  struct acr__plain *plain = ACR__NEW_N(script->arena, struct acr__plain, component->var_count + 1);
  for (int i = 0; i < component->var_count; i++) plain[i] = plain_value(script->arena, &component->vars[i], &values[i]);
  script->bound[vars] = (struct acr__bound){.component = component, .values = plain};
}

// check(vars) may raise, or give back false or nil and a reason; nothing or true is consent.
static char *run_check(acr__script *script, const struct acr__component *component, int vars, acr__arena *arena) {
  lua_State *L = script->L;
  const struct acr__entry *entry = &script->entries[component->ref];
  acr__script_event_begin(script);
  acr__budget_begin(script, ACR_LUA_CALL_INSTRUCTIONS, ACR_LUA_CALL_BYTES);
  acr__upvalues_restore(script, entry->upvalues, entry->upvalue_count);
  int top = lua_gettop(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, entry->check);
  lua_rawgeti(L, LUA_REGISTRYINDEX, vars);
  char *message = NULL;
  script->plain_errors = true;
  if (acr__protect(script, 1, LUA_MULTRET) != LUA_OK) {
    message = acr__script_error(script, arena);
  } else {
    int results = lua_gettop(L) - top;
    bool refused = results > 0 && !lua_toboolean(L, top + 1) && (lua_type(L, top + 1) == LUA_TBOOLEAN || results > 1);
    bool told = results > 1 && lua_type(L, top + 2) == LUA_TSTRING;
    if (refused) message = told ? acr__arena_text(arena, acr__lua_span(L, top + 2)) : "check(vars) refused the variables without a reason";
  }
  script->plain_errors = false;
  lua_settop(L, top);
  return message;
}

int acr__script_bind(acr__script *script, const struct acr__component *component, const struct acr__value *values, acr__arena *arena,
                     char **message) {
  lua_State *L = script->L;
  lua_createtable(L, 0, component->var_count);
  for (int i = 0; i < component->var_count; i++) {
    if (!values[i].present) continue;
    acr__push_span(L, component->vars[i].name);
    push_value(L, script, &component->vars[i], &values[i]);
    lua_rawset(L, -3);
  }
  lua_pushlightuserdata(L, (void *)(uintptr_t)component);
  lua_pushcclosure(L, missing_var, 1);
  face(L);
  int vars = luaL_ref(L, LUA_REGISTRYINDEX);
  note_bound(script, component, values, vars);
  if (!(component->functions & ACR_HAS_CHECK)) return vars;
  char *refusal = run_check(script, component, vars, arena);
  if (!refusal) return vars;
  luaL_unref(L, LUA_REGISTRYINDEX, vars);
  *message = refusal;
  return -1;
}
