// The constructors: accrue.condition_type, key_phrase, constraint, outcome, event. Each checks its table, collects every fault
// and tags the table as a component.
#include "script/construct.h"

#define COMMON {"title", TEXT, true}, {"examples", EXAMPLES, false}, {"deprecated", DEPRECATED, false}, {"description", TEXT, false}
#define LAST {NULL, TEXT, false}

static const struct acr__spec condition_type[] = {
  {"title", TEXT, true}, {"over", OVER, true}, {"facts", NAMES, true}, {"constraints", NAMES, false}, {"deprecated", DEPRECATED, false},
  {"description", TEXT, false}, LAST};
static const struct acr__spec key_phrase[] = {
  COMMON, {"conditions", NAMES, true}, {"variables", VARIABLES, true}, {"value", PATH, false}, {"test", FUNCTION, false},
  {"aggregate", AGGREGATE, false}, {"every", TEXT, false}, {"reaches", TEXT, false},
  {"reads", FUNCTION, false}, {"check", FUNCTION, false}, LAST};
static const struct acr__spec constraint[] = {
  COMMON, {"conditions", NAMES, true}, {"variables", VARIABLES, true}, {"accepts", FUNCTION, false}, {"accepts_item", FUNCTION, false},
  {"portion", FUNCTION, false}, {"window", FUNCTION, false}, {"rate", FUNCTION, false}, {"check", FUNCTION, false}, LAST};
static const struct acr__spec outcome[] = {
  COMMON, {"variables", VARIABLES, true}, {"effects", FUNCTION, true}, {"reads", FUNCTION, false}, {"behaviors", NAMES, false},
  {"events", NAMES, false}, {"check", FUNCTION, false}, LAST};
static const struct acr__spec event[] = {
  {"title", TEXT, true}, {"fields", FIELDS, true}, {"item_fields", ITEM_FIELDS, false},
  {"deprecated", DEPRECATED, false}, {"description", TEXT, false}, LAST};

static const struct { const char *constructor, *name; const struct acr__spec *fields; } kinds[ACR_COMPONENT_KINDS] = {
  [ACR_CONDITION_TYPE] = {"condition_type", "condition type", condition_type}, [ACR_KEY_PHRASE] = {"key_phrase", "key phrase", key_phrase},
  [ACR_CONSTRAINT] = {"constraint", "constraint", constraint}, [ACR_OUTCOME] = {"outcome", "outcome", outcome},
  [ACR_EVENT_TYPE] = {"event", "event type", event}};

const char *acr__component_kind_name(acr__component_kind kind) {
  return kinds[kind].name;
}


// What was misspelt stands where it was meant to be, so that nothing is told of what follows from that.
static void put_right(lua_State *L, acr__span name, acr__span meant) {
  acr__push_span(L, meant);
  if (meant.len && lua_rawget(L, 2) == LUA_TNIL) {
    acr__push_span(L, meant);
    acr__push_span(L, name);
    lua_rawget(L, 2);
    lua_rawset(L, 2);
  }
  lua_pop(L, 1);
}

static void refuse_unknown(const struct acr__work *work, const char *constructor, const struct acr__spec *fields) {
  lua_State *L = work->L;
  acr__span names[16], given[64];
  int count = 0;
  for (; fields[count].name; count++) names[count] = acr__span_of(fields[count].name);
  bool others;
  int given_count = acr__sorted_keys(L, 2, given, 64, &others);
  if (others) acr__load_fault(work->load, "unknown_field", work->line, "accrue.%s: found a list entry; wanted named fields", constructor);
  for (int g = 0; g < given_count; g++) {
    acr__span name = given[g];
    bool known = false;
    for (int i = 0; i < count; i++) known = known || acr__span_eq(names[i], name);
    if (known) continue;
    acr__load_fault(work->load, "unknown_field", acr__load_field_line(work->load, work->line, name), "accrue.%s has no field '%.*s'%s",
                    constructor, (int)name.len, name.ptr, acr__load_near(work->load, name, names, count));
    put_right(L, name, acr__nearest(name, names, count));
  }
}

static int bits(unsigned flags) {
  int count = 0;
  for (; flags; flags &= flags - 1) count++;
  return count;
}

// `every` and `reaches` name a variable, and what is reached is a sum or a count.
static void check_steps(const struct acr__work *work) {
  const struct acr__component *component = &work->made->component;
  acr__span name = component->every.len ? component->every : component->reaches, names[256];
  const char *field = component->every.len ? "every" : "reaches";
  bool known = false;
  for (int i = 0; i < component->var_count; i++) {
    names[i] = component->vars[i].name;
    known = known || acr__span_eq(names[i], name);
  }
  if (!name.len) return;
  if (!known)
    acr__load_fault(work->load, "unknown_name", acr__work_line(work, field), "%s: there is no variable '%.*s'%s", field, (int)name.len,
                    name.ptr, acr__load_near(work->load, name, names, component->var_count));
  if (component->every.len && component->reaches.len)
    acr__load_fault(work->load, "wrong_value", acr__work_line(work, "reaches"), "a key phrase has either every or reaches; found both");
  if (component->aggregate > ACR_AGG_COUNT)
    acr__load_fault(work->load, "wrong_value", acr__work_line(work, "aggregate"), "with %s the aggregate is sum or count", field);
}

// What the kind wants beyond single fields.
static void check_whole(const struct acr__work *work) {
  struct acr__component *component = &work->made->component;
  const unsigned narrows = ACR_HAS_ACCEPTS | ACR_HAS_ACCEPTS_ITEM | ACR_HAS_PORTION | ACR_HAS_WINDOW | ACR_HAS_RATE;
  if (component->kind == ACR_KEY_PHRASE) {
    check_steps(work);
    int ways = bits(component->functions & (ACR_HAS_VALUE | ACR_HAS_TEST));
    bool counts = component->aggregate == ACR_AGG_COUNT; // every fact counts one
    if (ways == 2)
      acr__load_fault(work->load, "wrong_value", acr__work_line(work, "test"), "a key phrase has either value or test; found both");
    if ((component->functions & ACR_HAS_READS) && !(component->functions & ACR_HAS_TEST))
      acr__load_fault(work->load, "wrong_value", acr__work_line(work, "reads"),
                      "reads are handed to test(fact, vars, reads); this key phrase has no test");
    if (ways == 0 && !counts)
      acr__load_fault(work->load, "missing_field", work->line, "a key phrase has either value or test; found neither");
  } else if (component->kind == ACR_CONSTRAINT && bits(component->functions & narrows) != 1) {
    acr__load_fault(work->load, bits(component->functions & narrows) ? "wrong_value" : "missing_field", work->line,
                    "a constraint has one of accepts, accepts_item, portion, window and rate; found %d",
                    bits(component->functions & narrows));
  }
  for (int i = 0; i < component->behavior_count; i++) {
    static const acr__span known[] = {ACR__SPAN_LIT("entrance"), ACR__SPAN_LIT("purchase"), ACR__SPAN_LIT("event"),
                                      ACR__SPAN_LIT("maintenance")};
    acr__span name = component->behaviors[i];
    bool found = false;
    for (int k = 0; k < 4; k++) found = found || acr__span_eq(name, known[k]);
    if (found) continue;
    acr__load_fault(work->load, "unknown_name", acr__work_line(work, "behaviors"), "behaviors: there is no behavior '%.*s'%s",
                    (int)name.len, name.ptr, acr__load_near(work->load, name, known, 4));
  }
  if (component->kind != ACR_CONDITION_TYPE && component->kind != ACR_EVENT_TYPE) acr__check_variables(work->load, component, work->line);
}

// Upvalue 1 says which kind.
static int make_component(lua_State *L) {
  acr__script *script = acr__script_of(L);
  acr__component_kind kind = (acr__component_kind)lua_tointeger(L, lua_upvalueindex(1));
  const char *constructor = kinds[kind].constructor;
  if (!script->load) return luaL_error(L, "accrue.%s declares a component; it has no use in a call", constructor);
  if (lua_type(L, 1) != LUA_TTABLE) return luaL_error(L, "accrue.%s wants one table, found %s", constructor, acr__type_name(L, 1));
  lua_settop(L, 1);
  acr__push_raw(L, 1);
  struct acr__made *made = ACR__NEW(script->load->arena, struct acr__made);
  made->entry = (struct acr__entry)ACR_NO_ENTRY;
  made->component.kind = kind;
  made->line = acr__load_line(L);
  struct acr__work work = {L, script->load, made, made->line};
  refuse_unknown(&work, constructor, kinds[kind].fields);
  for (const struct acr__spec *field = kinds[kind].fields; field->name; field++) {
    lua_pushstring(L, field->name);
    bool given = lua_rawget(L, 2) != LUA_TNIL;
    if (given) {
      acr__work_read(&work, field);
    } else if (field->required) {
      acr__load_fault(work.load, "missing_field", work.line, "accrue.%s: %s is missing", constructor, field->name);
    } else if (strcmp(field->name, "constraints") == 0) {
      made->component.constraint_all = true;
    }
    lua_settop(L, 2);
  }
  check_whole(&work);
  if (!acr__is_frozen(L, 1)) acr__freeze(L, 1); // what was read is what it stays
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->made_tags);
  lua_pushvalue(L, 1);
  lua_pushlightuserdata(L, made);
  lua_rawset(L, -3);
  lua_settop(L, 1);
  return 1;
}

void acr__open_constructors(lua_State *L) {
  for (int kind = 0; kind < ACR_COMPONENT_KINDS; kind++) {
    lua_pushinteger(L, kind);
    lua_pushcclosure(L, make_component, 1);
    lua_setfield(L, -2, kinds[kind].constructor);
  }
}
