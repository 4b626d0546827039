// Everything that a template's components declare, as tables: what manuals, schemas and editor types are made of.
#include "binding/unit.h"

static void set_text(lua_State *lua, const char *name, acr__span text) {
  if (!text.len) return;
  acr__lua_push_span(lua, text);
  lua_setfield(lua, -2, name);
}

static void set_word(lua_State *lua, const char *name, const char *word) {
  lua_pushstring(lua, word);
  lua_setfield(lua, -2, name);
}

static void set_flag(lua_State *lua, const char *name, bool flag) {
  if (!flag) return;
  lua_pushboolean(lua, 1);
  lua_setfield(lua, -2, name);
}

static void set_number(lua_State *lua, const char *name, lua_Integer number) {
  lua_pushinteger(lua, number);
  lua_setfield(lua, -2, name);
}

static void set_texts(lua_State *lua, const char *name, const acr__span *list, int count) {
  lua_createtable(lua, count, 0);
  for (int i = 0; i < count; i++) {
    acr__lua_push_span(lua, list[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_setfield(lua, -2, name);
}

// A JSON text as the value that it is.
static void set_json(lua_State *lua, const char *name, acr__span text) {
  if (!text.len) return;
  acr__arena *arena = acr__arena_new(4 << 10);
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(arena, text, NULL, &fault);
  if (json) {
    acr__lua_push_node(lua, acr__json_root(json));
    lua_setfield(lua, -2, name);
  }
  acr__arena_free(arena);
}

static void push_variable(lua_State *lua, const struct acr__var *var) {
  lua_newtable(lua);
  set_text(lua, "name", var->name);
  set_word(lua, "type", acr__var_type_name(var->type));
  set_flag(lua, "optional", var->optional);
  set_json(lua, "default", var->default_json);
  set_text(lua, "min", var->min);
  set_text(lua, "max", var->max);
  set_text(lua, "of", var->of);
  set_text(lua, "help", var->help);
  set_text(lua, "setting", var->setting);
  if (var->type == ACR_VAR_DECIMAL) set_number(lua, "scale", var->scale);
  if (var->choice_count) set_texts(lua, "choices", var->choices, var->choice_count);
}

static void set_fields(lua_State *lua, const char *name, const struct acr__field *fields, int count) {
  static const char *const types[] = {
      [ACR_FIELD_INTEGER] = "integer", [ACR_FIELD_DECIMAL] = "decimal", [ACR_FIELD_MONEY] = "money",   [ACR_FIELD_PERCENT] = "percent",
      [ACR_FIELD_TEXT] = "text",       [ACR_FIELD_BOOLEAN] = "boolean", [ACR_FIELD_CHOICE] = "choice", [ACR_FIELD_DATE] = "date"};
  lua_createtable(lua, count, 0);
  for (int i = 0; i < count; i++) {
    const struct acr__field *field = &fields[i];
    lua_newtable(lua);
    set_text(lua, "name", field->name);
    set_word(lua, "type", types[field->type]);
    set_flag(lua, "optional", field->optional);
    if (field->type == ACR_FIELD_DECIMAL) set_number(lua, "scale", field->scale);
    if (field->has_min) set_number(lua, "min", field->min);
    if (field->has_max) set_number(lua, "max", field->max);
    if (field->choice_count) set_texts(lua, "choices", field->choices, field->choice_count);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_setfield(lua, -2, name);
}

static void set_functions(lua_State *lua, unsigned functions) {
  static const struct {
    unsigned bit;
    const char *name;
  } all[] = {{ACR_HAS_VALUE, "value"},     {ACR_HAS_TEST, "test"},     {ACR_HAS_ACCEPTS, "accepts"}, {ACR_HAS_ACCEPTS_ITEM, "accepts_item"},
             {ACR_HAS_PORTION, "portion"}, {ACR_HAS_WINDOW, "window"}, {ACR_HAS_RATE, "rate"},       {ACR_HAS_EFFECTS, "effects"},
             {ACR_HAS_CHECK, "check"},     {ACR_HAS_READS, "reads"}};
  lua_newtable(lua);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    set_flag(lua, all[i].name, functions & all[i].bit);
  lua_setfield(lua, -2, "functions");
}

static void set_examples(lua_State *lua, const struct acr__component *component) {
  lua_createtable(lua, component->example_count, 0);
  for (int i = 0; i < component->example_count; i++) {
    lua_newtable(lua);
    set_json(lua, "vars", component->examples[i].vars);
    set_text(lua, "sentence", component->examples[i].sentence);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_setfield(lua, -2, "examples");
}

static void push_component(lua_State *lua, const struct acr__component *component) {
  static const char *const overs[] = {
      [ACR_OVER_CURRENT] = "current", [ACR_OVER_HISTORY] = "history", [ACR_OVER_BALANCE] = "balance", [ACR_OVER_MEMBER] = "member"};
  static const char *const aggregates[] = {"none", "sum", "count", "average", "last", "min", "max", "distinct", "new"};
  char hash[65];
  lua_newtable(lua);
  set_word(lua, "kind", acr__component_kind_name(component->kind));
  set_text(lua, "name", component->name);
  set_text(lua, "file", component->file);
  set_text(lua, "title", component->title);
  set_text(lua, "description", component->description);
  set_text(lua, "deprecated", component->deprecated);
  acr__hash_hex(&component->hash, hash);
  set_word(lua, "hash", hash);
  set_number(lua, "layer", component->layer);
  set_flag(lua, "overrides", component->overrides);
  set_text(lua, "path", component->path);
  set_functions(lua, component->functions);
  lua_createtable(lua, component->var_count, 0);
  for (int i = 0; i < component->var_count; i++) {
    push_variable(lua, &component->vars[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_setfield(lua, -2, "variables");
  set_texts(lua, "conditions", component->conditions, component->condition_count);
  set_texts(lua, "facts", component->facts, component->fact_count);
  set_texts(lua, "constraints", component->constraints, component->constraint_count);
  set_flag(lua, "constraint_all", component->constraint_all);
  set_texts(lua, "behaviors", component->behaviors, component->behavior_count);
  if (component->kind == ACR_CONDITION_TYPE) set_word(lua, "over", overs[component->over]);
  if (component->kind == ACR_KEY_PHRASE) set_word(lua, "aggregate", aggregates[component->aggregate]);
  set_text(lua, "every", component->every);
  set_text(lua, "reaches", component->reaches);
  set_fields(lua, "fields", component->schema.fields, component->schema.field_count);
  set_fields(lua, "item_fields", component->schema.item_fields, component->schema.item_field_count);
  set_examples(lua, component);
}

int acr__unit_describe(lua_State *lua) {
  const struct acr__unit_template *owner = luaL_checkudata(lua, 1, ACR_UNIT_TEMPLATE);
  lua_newtable(lua);
  set_text(lua, "name", owner->tpl->name);
  set_text(lua, "version", owner->tpl->version);
  lua_createtable(lua, owner->tpl->component_count, 0);
  for (int i = 0; i < owner->tpl->component_count; i++) {
    push_component(lua, &owner->tpl->components[i]);
    lua_rawseti(lua, -2, i + 1);
  }
  lua_setfield(lua, -2, "components");
  return 1;
}
