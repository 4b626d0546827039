// Reads the fields of a constructor's table: every fault is named with its line, and reading goes on.
#include "script/construct.h"
#include <stddef.h>

enum { VARIABLES_MAX = 256 };

int acr__work_line(const struct acr__work *work, const char *field) {
  return acr__load_field_line(work->load, work->line, acr__span_of(field));
}

static void wrong_type(const struct acr__work *work, const char *field, const char *wanted) {
  acr__load_fault(work->load, "wrong_type", acr__work_line(work, field), "%s: found %s, wanted %s", field, acr__type_name(work->L, -1),
                  wanted);
}

static acr__span kept_text(const struct acr__work *work) {
  return acr__arena_span(work->load->arena, acr__lua_span(work->L, -1));
}

static void read_names(const struct acr__work *work, const char *field, const acr__span **out, int *count) {
  lua_State *L = work->L;
  if (lua_type(L, -1) == LUA_TSTRING) {
    acr__span *one = ACR__NEW(work->load->arena, acr__span);
    *one = kept_text(work);
    *out = one;
    *count = 1;
    return;
  }
  if (lua_type(L, -1) != LUA_TTABLE) {
    wrong_type(work, field, "a name or a list of names");
    return;
  }
  acr__push_raw(L, -1);
  lua_Unsigned n = lua_rawlen(L, -1), i = 0;
  acr__span *names = ACR__NEW_N(work->load->arena, acr__span, n <= 1000 ? n + 1 : 1);
  for (; i < n && n <= 1000; i++) {
    if (lua_rawgeti(L, -1, (lua_Integer)i + 1) != LUA_TSTRING) break;
    names[i] = kept_text(work);
    lua_pop(L, 1);
  }
  if (i < n && n <= 1000) {
    acr__load_fault(work->load, "wrong_type", acr__work_line(work, field), "%s: entry %d is %s, wanted a name", field, (int)i + 1,
                    acr__type_name(L, -1));
    lua_pop(L, 1);
  } else if (n > 1000) {
    acr__load_fault(work->load, "wrong_value", acr__work_line(work, field), "%s: more than 1000 names", field);
  } else {
    *out = names;
    *count = (int)n;
  }
  lua_pop(L, 1);
}

static void read_choice(const struct acr__work *work, const char *field, const char *const *choices, int *out) {
  lua_State *L = work->L;
  acr__span names[16];
  int count = 0;
  for (; choices[count]; count++) names[count] = acr__span_of(choices[count]);
  if (lua_type(L, -1) != LUA_TSTRING) {
    wrong_type(work, field, "a text");
    return;
  }
  acr__span given = acr__lua_span(L, -1);
  for (int i = 0; i < count; i++) {
    if (!acr__span_eq(given, names[i])) continue;
    *out = i;
    return;
  }
  const char *list = "";
  for (int i = 0; i < count; i++) list = acr__arena_printf(work->load->arena, "%s%s%s", list, i ? ", " : "", choices[i]);
  acr__load_fault(work->load, "unknown_name", acr__work_line(work, field), "%s: found '%.*s'%s; wanted one of %s", field, (int)given.len,
                  given.ptr, acr__load_near(work->load, given, names, count), list);
}

// The declarations of the table on top, by name.
static const struct acr__var *read_declarations(const struct acr__work *work, const char *field, int *count) {
  lua_State *L = work->L;
  *count = 0;
  if (lua_type(L, -1) != LUA_TTABLE) {
    wrong_type(work, field, "a table of variables");
    return NULL;
  }
  acr__push_raw(L, -1);
  acr__span given[VARIABLES_MAX];
  bool others;
  int n = acr__sorted_keys(L, -1, given, VARIABLES_MAX, &others);
  if (others) acr__load_fault(work->load, "wrong_type", acr__work_line(work, field), "%s: found a list entry; wanted names", field);
  struct acr__var *vars = ACR__NEW_N(work->load->arena, struct acr__var, n + 1);
  for (int i = 0; i < n; i++, lua_pop(L, 1)) {
    acr__span name = acr__arena_span(work->load->arena, given[i]);
    acr__push_span(L, name);
    lua_rawget(L, -2);
    const struct acr__var *var = acr__var_of(L, -1);
    if (!var) {
      acr__load_fault(work->load, "wrong_type", acr__load_field_line(work->load, acr__work_line(work, field), name),
                      "%s.%.*s: found %s, wanted a name with accrue.var.TYPE { ... }", field, (int)name.len, name.ptr,
                      acr__type_name(L, -1));
      continue;
    }
    vars[*count] = *var;
    vars[(*count)++].name = name;
  }
  lua_pop(L, 1);
  return vars;
}

static void read_fields(const struct acr__work *work, const char *field, const struct acr__field **out, int *count) {
  static const char *const taken[] = {"type", "id", "time", "context", "symbol", "quantity"};
  int vars_count, n = 0;
  const struct acr__var *vars = read_declarations(work, field, &vars_count);
  struct acr__field *fields = ACR__NEW_N(work->load->arena, struct acr__field, vars_count + 1);
  for (int i = 0; i < vars_count; i++) {
    int line = acr__load_field_line(work->load, acr__work_line(work, field), vars[i].name);
    bool good = true;
    for (size_t t = 0; t < sizeof taken / sizeof *taken; t++) {
      if (!acr__span_is(vars[i].name, taken[t])) continue;
      good = false;
      acr__load_fault(work->load, "reserved_name", line, "%s: every event has '%s' already", field, taken[t]);
    }
    if (vars[i].default_json.len) {
      acr__load_fault(work->load, "unknown_field", line, "%s.%.*s: a field of an event has no default", field, (int)vars[i].name.len,
                      vars[i].name.ptr);
    }
    if (!good || !acr__field_of(work->load, line, &vars[i], &fields[n])) continue;
    fields[n++].name = vars[i].name;
  }
  *out = fields;
  *count = n;
}

static void read_function(struct acr__work *work, const char *field) {
  struct acr__entry *entry = &work->made->entry;
  static const struct { const char *name; unsigned flag; size_t at;
  } functions[] = {{"value", ACR_HAS_VALUE, offsetof(struct acr__entry, value)},
                   {"test", ACR_HAS_TEST, offsetof(struct acr__entry, test)},
                   {"accepts", ACR_HAS_ACCEPTS, offsetof(struct acr__entry, accepts)},
                   {"accepts_item", ACR_HAS_ACCEPTS_ITEM, offsetof(struct acr__entry, accepts_item)},
                   {"window", ACR_HAS_WINDOW, offsetof(struct acr__entry, window)},
                   {"effects", ACR_HAS_EFFECTS, offsetof(struct acr__entry, effects)},
                   {"check", ACR_HAS_CHECK, offsetof(struct acr__entry, check)},
                   {"portion", ACR_HAS_PORTION, offsetof(struct acr__entry, portion)},
                   {"rate", ACR_HAS_RATE, offsetof(struct acr__entry, rate)},
                   {"reads", ACR_HAS_READS, offsetof(struct acr__entry, reads)}};
  if (lua_type(work->L, -1) != LUA_TFUNCTION) {
    wrong_type(work, field, strcmp(field, "value") == 0 ? "a function or a path" : "a function");
    return;
  }
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    if (strcmp(functions[i].name, field) != 0) continue;
    work->made->component.functions |= functions[i].flag;
    lua_pushvalue(work->L, -1);
    *(int *)(void *)((char *)entry + functions[i].at) = luaL_ref(work->L, LUA_REGISTRYINDEX);
  }
}

// The field of the example on top as a text: JSON of `vars`, which may be absent; the sentence as it is.
static acr__span example_field(const struct acr__work *work, const char *name) {
  lua_State *L = work->L;
  acr__buf *out = &acr__script_of(L)->scratch; // a raise in the middle leaks nothing
  out->len = 0;
  acr__push_raw(L, lua_gettop(L));
  lua_pushstring(L, name);
  lua_rawget(L, -2);
  bool is_text = lua_type(L, -1) == LUA_TSTRING;
  if (strcmp(name, "sentence") != 0 && !lua_isnil(L, -1)) acr__lua_json(L, -1, out, true);
  acr__span text = strcmp(name, "sentence") == 0 && is_text ? acr__lua_span(L, -1) : (acr__span){(const char *)out->ptr, out->len};
  text = acr__arena_span(work->load->arena, text);
  lua_pop(L, 2);
  return text;
}

static void read_examples(const struct acr__work *work) {
  static const acr__span known[] = {ACR__SPAN_LIT("vars"), ACR__SPAN_LIT("sentence")};
  lua_State *L = work->L;
  bool good = lua_type(L, -1) == LUA_TTABLE;
  lua_Unsigned n = good ? lua_rawlen(L, -1) : 0;
  struct acr__example *examples = ACR__NEW_N(work->load->arena, struct acr__example, n + 1);
  for (lua_Unsigned i = 0; i < n && good; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    good = lua_type(L, -1) == LUA_TTABLE;
    for (lua_pushnil(L); good && lua_next(L, -2); lua_pop(L, 1)) {
      acr__span name = lua_type(L, -2) == LUA_TSTRING ? acr__lua_span(L, -2) : ACR__SPAN_LIT("?");
      if (acr__span_eq(name, known[0]) || acr__span_eq(name, known[1])) continue;
      acr__load_fault(work->load, "unknown_field", acr__work_line(work, "examples"), "examples: unknown field '%.*s'%s", (int)name.len,
                      name.ptr, acr__load_near(work->load, name, known, 2));
    }
    if (!good) lua_pop(L, 1); // the nil that lua_next did not take
    else examples[i] = (struct acr__example){example_field(work, "vars"), example_field(work, "sentence")};
    lua_pop(L, 1);
  }
  work->made->component.examples = examples;
  work->made->component.example_count = (int)n;
  work->made->component.examples_line = acr__work_line(work, "examples");
  if (!good) wrong_type(work, "examples", "a list of { vars = {...}, sentence = \"...\" }");
}

void acr__work_read(struct acr__work *work, const struct acr__spec *field) {
  static const char *const overs[] = {"current", "history", "balance", "member", NULL};
  static const char *const aggregates[] = {"none", "sum", "count", "average", "last", "min", "max", "distinct", "new", NULL};
  struct acr__component *component = &work->made->component;
  lua_State *L = work->L;
  bool is_text = lua_type(L, -1) == LUA_TSTRING;
  const acr__span *unused;
  int choice = 0;
  switch (field->value) {
  case TEXT:
    if (!is_text) wrong_type(work, field->name, "a text");
    else if (strcmp(field->name, "title") == 0) component->title = kept_text(work);
    else if (strcmp(field->name, "every") == 0) component->every = kept_text(work);
    else if (strcmp(field->name, "reaches") == 0) component->reaches = kept_text(work);
    else component->description = kept_text(work);
    break;
  case DEPRECATED:
    if (is_text) component->deprecated = kept_text(work);
    else wrong_type(work, field->name, "a text that says what to use instead");
    break;
  case NAMES:
    if (strcmp(field->name, "conditions") == 0) read_names(work, field->name, &component->conditions, &component->condition_count);
    else if (strcmp(field->name, "facts") == 0) read_names(work, field->name, &component->facts, &component->fact_count);
    else if (strcmp(field->name, "constraints") == 0) read_names(work, field->name, &component->constraints, &component->constraint_count);
    else if (strcmp(field->name, "behaviors") == 0) read_names(work, field->name, &component->behaviors, &component->behavior_count);
    else read_names(work, field->name, &unused, &choice);
    break;
  case OVER:
    read_choice(work, field->name, overs, &choice);
    component->over = (acr__over)choice;
    break;
  case AGGREGATE:
    read_choice(work, field->name, aggregates, &choice);
    component->aggregate = (acr__aggregate)choice;
    break;
  case PATH:
    if (is_text) {
      component->path = kept_text(work);
      component->functions |= ACR_HAS_VALUE;
      break;
    }
    read_function(work, field->name);
    break;
  case FUNCTION: read_function(work, field->name); break;
  case VARIABLES: component->vars = read_declarations(work, field->name, &component->var_count); break;
  case FIELDS: read_fields(work, field->name, &component->schema.fields, &component->schema.field_count); break;
  case ITEM_FIELDS: read_fields(work, field->name, &component->schema.item_fields, &component->schema.item_field_count); break;
  case EXAMPLES: read_examples(work); break;
  }
}
