// accrue.var.*: declarations of variables and of event fields, checked where they are written.
#include "base/decimal.h"
#include "script/load.h"

enum { MIN_MAX = 1, SCALE = 2, OF_NAME = 4, OF_LIST = 8, NUMBER = 16 };

static const struct { const char *name; unsigned options; int decimals; } types[] = {
  [ACR_VAR_OPERATOR] = {"operator", OF_NAME, 0}, [ACR_VAR_INTEGER] = {"integer", MIN_MAX | NUMBER, 0},
  [ACR_VAR_DECIMAL] = {"decimal", MIN_MAX | SCALE | NUMBER, 0}, [ACR_VAR_MONEY] = {"money", MIN_MAX | NUMBER, 4},
  [ACR_VAR_POINTS] = {"points", MIN_MAX | NUMBER, 6}, [ACR_VAR_PERCENT] = {"percent", MIN_MAX | NUMBER, 2},
  [ACR_VAR_TEXT] = {"text", 0, 0}, [ACR_VAR_BOOLEAN] = {"boolean", 0, 0}, [ACR_VAR_CHOICE] = {"choice", OF_LIST, 0},
  [ACR_VAR_SET] = {"set", OF_NAME, 0}, [ACR_VAR_CATALOG] = {"catalog", 0, 0}, [ACR_VAR_EVENT] = {"event", 0, 0},
  [ACR_VAR_ACCOUNT] = {"account", 0, 0}, [ACR_VAR_SOURCE] = {"source", 0, 0}, [ACR_VAR_LEVEL] = {"level", 0, 0},
  [ACR_VAR_PROGRAM] = {"program", 0, 0}, [ACR_VAR_AUDIENCE] = {"audience", 0, 0}, [ACR_VAR_TAG] = {"tag", 0, 0},
  [ACR_VAR_OFFER] = {"offer", 0, 0}, [ACR_VAR_REWARD_STORE] = {"reward_store", 0, 0}, [ACR_VAR_LINK] = {"link", 0, 0},
  [ACR_VAR_TIMEFRAME] = {"timeframe", 0, 0}, [ACR_VAR_DURATION] = {"duration", 0, 0}, [ACR_VAR_DATE] = {"date", 0, 0},
  [ACR_VAR_DAYS] = {"days", 0, 0}, [ACR_VAR_SLOTS] = {"slots", 0, 0}};
enum { TYPES = sizeof types / sizeof *types };

const char *acr__var_type_name(acr__var_type type) {
  return types[type].name;
}

// One declaration under way.
struct decl {
  lua_State *L;
  struct acr__load *load;
  struct acr__var *var;
  int line;
};

static void fault(struct decl *decl, const char *code, const char *option, const char *wanted) {
  lua_State *L = decl->L;
  acr__load_fault(decl->load, code, decl->line, "accrue.var.%s: %s is %s; wanted %s", types[decl->var->type].name, option,
                  acr__type_name(L, -1), wanted);
}

static acr__span kept_text(struct decl *decl) {
  return acr__arena_span(decl->load->arena, acr__lua_span(decl->L, -1));
}

static void read_default(struct decl *decl) {
  lua_State *L = decl->L;
  acr__script *script = acr__script_of(L);
  if (lua_type(L, -1) == LUA_TNUMBER && !lua_isinteger(L, -1)) {
    acr__load_fault(decl->load, "wrong_type", decl->line, "accrue.var.%s: default is the float %g; write it as a text, as \"%g\"",
                    types[decl->var->type].name, lua_tonumber(L, -1), lua_tonumber(L, -1));
    return;
  }
  script->scratch.len = 0;
  acr__lua_json(L, -1, &script->scratch, decl->var->type == ACR_VAR_TIMEFRAME || decl->var->type == ACR_VAR_CATALOG);
  decl->var->default_json = acr__arena_span(decl->load->arena, (acr__span){(const char *)script->scratch.ptr, script->scratch.len});
}

static void read_bound(struct decl *decl, const char *option, acr__span *out) {
  lua_State *L = decl->L;
  if (lua_isinteger(L, -1)) {
    *out = acr__span_of(acr__arena_printf(decl->load->arena, "%lld", (long long)lua_tointeger(L, -1)));
  } else if (lua_type(L, -1) == LUA_TSTRING) {
    *out = kept_text(decl);
  } else {
    fault(decl, "wrong_type", option, "an integer or a text as \"0.50\"");
  }
}

static void read_choices(struct decl *decl) {
  lua_State *L = decl->L;
  acr__push_raw(L, -1);
  lua_Unsigned count = lua_type(L, -1) == LUA_TTABLE ? lua_rawlen(L, -1) : 0;
  bool good = count > 0 && count <= 1000;
  acr__span *choices = ACR__NEW_N(decl->load->arena, acr__span, good ? count : 1);
  for (lua_Unsigned i = 0; good && i < count; i++) {
    good = lua_rawgeti(L, -1, (lua_Integer)i + 1) == LUA_TSTRING;
    if (good) choices[i] = kept_text(decl);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  if (!good) {
    fault(decl, "wrong_type", "of", "a list of texts, as { \"include\", \"exclude\" }");
    return;
  }
  decl->var->choices = choices;
  decl->var->choice_count = (int)count;
}

static bool has_option(acr__var_type type, const char *name) {
  unsigned options = types[type].options;
  if (strcmp(name, "min") == 0 || strcmp(name, "max") == 0) return options & MIN_MAX;
  if (strcmp(name, "scale") == 0) return options & SCALE;
  if (strcmp(name, "of") == 0) return options & (OF_NAME | OF_LIST);
  if (strcmp(name, "setting") == 0) return type == ACR_VAR_CHOICE;
  return strcmp(name, "default") == 0 || strcmp(name, "optional") == 0 || strcmp(name, "help") == 0;
}

// Gives the option that was meant; empty = nobody knows.
static acr__span refuse_option(struct decl *decl, acr__span name) {
  static const char *const all[] = {"default", "optional", "help", "min", "max", "scale", "of", "setting"};
  acr__span names[8];
  int count = 0;
  for (int i = 0; i < 8; i++) {
    if (has_option(decl->var->type, all[i])) names[count++] = acr__span_of(all[i]);
  }
  acr__load_fault(decl->load, "unknown_field", decl->line, "accrue.var.%s has no option '%.*s'%s", types[decl->var->type].name,
                  (int)name.len, name.ptr, acr__load_near(decl->load, name, names, count));
  return acr__nearest(name, names, count);
}

// Reads the option whose value is on top.
static void read_option(struct decl *decl, const char *name) {
  lua_State *L = decl->L;
  struct acr__var *var = decl->var;
  bool is_text = lua_type(L, -1) == LUA_TSTRING;
  if (strcmp(name, "default") == 0) {
    read_default(decl);
  } else if (strcmp(name, "optional") == 0) {
    if (lua_type(L, -1) == LUA_TBOOLEAN) var->optional = lua_toboolean(L, -1);
    else fault(decl, "wrong_type", name, "true or false");
  } else if (strcmp(name, "help") == 0) {
    if (is_text) var->help = kept_text(decl);
    else fault(decl, "wrong_type", name, "a text");
  } else if (strcmp(name, "setting") == 0) {
    if (is_text) var->setting = kept_text(decl);
    else fault(decl, "wrong_type", name, "the name of a program's setting");
  } else if (strcmp(name, "scale") == 0) {
    lua_Integer scale = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : -1;
    if (scale >= 0 && scale <= 9) var->scale = (int)scale;
    else fault(decl, "wrong_type", name, "an integer from 0 to 9");
  } else if (strcmp(name, "of") == 0) {
    if (types[var->type].options & OF_LIST) read_choices(decl);
    else if (is_text) var->of = kept_text(decl);
    else fault(decl, "wrong_type", name, "a text");
  } else {
    read_bound(decl, name, strcmp(name, "min") == 0 ? &var->min : &var->max);
  }
}

static int decimals_of(const struct acr__var *var) {
  return var->type == ACR_VAR_DECIMAL ? var->scale : types[var->type].decimals;
}

static void check_bounds(struct decl *decl) {
  struct acr__var *var = decl->var;
  int64_t min = 0, max = 0;
  const acr__span *bounds[] = {&var->min, &var->max};
  bool good = true;
  for (int i = 0; i < 2; i++) {
    int64_t *value = i ? &max : &min;
    if (!bounds[i]->len || acr__decimal_parse(*bounds[i], decimals_of(var), value) == ACR_DECIMAL_OK) continue;
    acr__load_fault(decl->load, "wrong_value", decl->line, "accrue.var.%s: %s is '%.*s'; wanted a number of at most %d decimals",
                    types[var->type].name, i ? "max" : "min", (int)bounds[i]->len, bounds[i]->ptr, decimals_of(var));
    good = false;
  }
  if (good && var->min.len && var->max.len && min > max) {
    acr__load_fault(decl->load, "wrong_value", decl->line, "accrue.var.%s: min is above max", types[var->type].name);
  }
  if (var->type == ACR_VAR_CHOICE && !var->choice_count) {
    acr__load_fault(decl->load, "missing_field", decl->line, "accrue.var.choice: of is missing; wanted the list of choices");
  }
  if (var->setting.len && (var->optional || var->default_json.len)) {
    acr__load_fault(decl->load, "wrong_value", decl->line, "accrue.var.choice: the setting '%.*s' is its default already",
                    (int)var->setting.len, var->setting.ptr);
  }
}

// Upvalue 1 says which type.
static int make_var(lua_State *L) {
  acr__script *script = acr__script_of(L);
  acr__var_type type = (acr__var_type)lua_tointeger(L, lua_upvalueindex(1));
  if (!script->load) return luaL_error(L, "accrue.var.%s declares a variable; it has no use in a call", types[type].name);
  struct decl decl = {L, script->load, ACR__NEW(script->load->arena, struct acr__var), acr__load_line(L)};
  decl.var->type = type;
  lua_settop(L, 1);
  if (lua_type(L, 1) == LUA_TTABLE) {
    acr__push_raw(L, 1);
    acr__span given[64];
    bool others;
    int count = acr__sorted_keys(L, 2, given, 64, &others);
    if (others) refuse_option(&decl, ACR__SPAN_LIT("[1]"));
    for (int i = 0; i < count; i++, lua_settop(L, 2)) {
      bool known = given[i].len < 16 && has_option(type, given[i].ptr);
      acr__span name = known ? given[i] : refuse_option(&decl, given[i]);
      bool twice = false;
      for (int k = 0; k < count && !known; k++) twice = twice || acr__span_eq(given[k], name);
      if (!name.len || twice) continue;
      acr__push_span(L, given[i]);
      lua_rawget(L, 2);
      read_option(&decl, name.ptr);
    }
  } else if (!lua_isnil(L, 1)) {
    acr__load_fault(decl.load, "wrong_type", decl.line, "accrue.var.%s: found %s; wanted one table of options or nothing", types[type].name,
                    acr__type_name(L, 1));
  }
  check_bounds(&decl);
  lua_newtable(L); // stands for the declaration; has nothing to read
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->var_tags);
  lua_pushvalue(L, -2);
  lua_pushlightuserdata(L, decl.var);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return 1;
}

const struct acr__var *acr__var_of(lua_State *L, int at) {
  at = lua_absindex(L, at);
  if (lua_type(L, at) != LUA_TTABLE) return NULL;
  lua_rawgeti(L, LUA_REGISTRYINDEX, acr__script_of(L)->var_tags);
  lua_pushvalue(L, at);
  lua_rawget(L, -2);
  const struct acr__var *var = lua_touserdata(L, -1);
  lua_pop(L, 2);
  return var;
}

bool acr__field_of(struct acr__load *load, int line, const struct acr__var *var, struct acr__field *out) {
  static const struct { acr__var_type var; acr__field_type field; } fields[] = {
    {ACR_VAR_INTEGER, ACR_FIELD_INTEGER}, {ACR_VAR_DECIMAL, ACR_FIELD_DECIMAL}, {ACR_VAR_MONEY, ACR_FIELD_MONEY},
    {ACR_VAR_PERCENT, ACR_FIELD_PERCENT}, {ACR_VAR_TEXT, ACR_FIELD_TEXT}, {ACR_VAR_BOOLEAN, ACR_FIELD_BOOLEAN},
    {ACR_VAR_CHOICE, ACR_FIELD_CHOICE}, {ACR_VAR_DATE, ACR_FIELD_DATE}};
  size_t at = 0, count = sizeof fields / sizeof *fields;
  while (at < count && fields[at].var != var->type) at++;
  if (at == count) {
    acr__load_fault(load, "wrong_type", line, "a field of an event may not be a variable of type %s; wanted integer, decimal, money, "
                    "percent, text, boolean, choice or date", types[var->type].name);
    return false;
  }
  // The scale of money is the program's; until it is known, bounds stand in whole units.
  int scale = var->type == ACR_VAR_MONEY ? 0 : decimals_of(var);
  *out = (struct acr__field){.type = fields[at].field, .scale = scale, .optional = var->optional, .choices = var->choices,
                             .choice_count = var->choice_count, .has_min = var->min.len > 0, .has_max = var->max.len > 0};
  bool good = (!out->has_min || acr__decimal_parse(var->min, scale, &out->min) == ACR_DECIMAL_OK) &&
              (!out->has_max || acr__decimal_parse(var->max, scale, &out->max) == ACR_DECIMAL_OK);
  if (!good) acr__load_fault(load, "wrong_value", line, "min and max of a money field are whole numbers");
  return good;
}

void acr__open_var_constructors(lua_State *L) {
  lua_createtable(L, 0, TYPES);
  for (int type = 0; type < TYPES; type++) {
    lua_pushinteger(L, type);
    lua_pushcclosure(L, make_var, 1);
    lua_setfield(L, -2, types[type].name);
  }
}
