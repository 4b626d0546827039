// Calling a component: its function, the fact, the variables, a budget; and what it gave back, checked. A result that is known
// already is given without a call.
#include "script/calling.h"
#include "script/seen.h"

static bool spent(struct acr__call *call, const struct acr__component *component) {
  call->script->stats.failures++;
  call->script->entries[component->ref].cost.failures++;
  call->error =
      acr__arena_printf(call->arena, "%s %.*s: %s: the calls of one event ran over their common budget of instructions",
                        acr__component_kind_name(component->kind), (int)component->name.len, component->name.ptr, component->file.ptr);
  return false;
}

bool acr__call_begin(struct acr__call *call, const struct acr__component *component, const struct acr__fact *fact,
                     const struct acr__anchors *anchors) {
  acr__script *script = call->script;
  script->stats.calls++;
  script->stats.instructions += ACR_CALL_COST;
  script->event_used += ACR_CALL_COST;
  if (script->event_used > ACR_LUA_EVENT_INSTRUCTIONS) script->event_broken = true;
  if (script->event_broken) return spent(call, component);
  script->call++;
  script->fact = fact;
  script->anchors = anchors;
  script->touched = false;
  script->reads = call->reads;
  script->read_count = call->read_count;
  acr__budget_for(script, fact);
  return true;
}

// Pushes the function of an open call, with its upvalues as they were after load.
static void push_function(acr__script *script, const struct acr__component *component, int function) {
  const struct acr__entry *entry = &script->entries[component->ref];
  if (entry->upvalue_count) acr__upvalues_restore(script, entry->upvalues, entry->upvalue_count);
  lua_rawgeti(script->L, LUA_REGISTRYINDEX, function);
  acr__budget_watch(script);
}

struct acr__direct *acr__call_followed(const struct acr__call *call, const struct acr__component *component, int function, int vars) {
  bool never = (component->functions & ACR_HAS_READS) || vars < 0 || call->script->listener; // who listens hears Lua
  return never ? NULL : acr__direct_of(call->script, function);
}

// The same call without Lua; `item` < 0 = of the fact.
static bool direct(const struct acr__call *call, const struct acr__component *component, int function, int vars, int item, bool truth_first,
                   struct acr__plain *results, int wanted) {
  struct acr__direct *known = acr__call_followed(call, component, function, vars);
  return known && acr__direct_call(call->script, known, vars, item, truth_first, results, wanted);
}

static void end(acr__script *script, bool entered) {
  script->fact = NULL;
  script->anchors = NULL;
  script->call_arena = NULL;
  if (entered) lua_settop(script->L, ACR_STACK_BOTTOM);
}

// A message begins with its place; without one, or with a shortened one, the component's own file stands in.
static const char *with_place(struct acr__call *call, const struct acr__component *component, const char *message) {
  const char *file = component->file.ptr, *colon = strchr(message, ':');
  size_t prefix = colon ? (size_t)(colon - message) : 0;
  if (!colon || colon[1] < '0' || colon[1] > '9') return acr__arena_printf(call->arena, "%s: %s", file, message);
  bool shortened = prefix > 3 && memcmp(message, "...", 3) == 0 && prefix - 3 <= component->file.len &&
                   memcmp(file + component->file.len - (prefix - 3), message + 3, prefix - 3) == 0;
  return shortened ? acr__arena_printf(call->arena, "%s%s", file, colon) : message;
}

bool acr__call_fail(struct acr__call *call, const struct acr__component *component, const char *message) {
  call->script->stats.failures++;
  call->script->entries[component->ref].cost.failures++;
  call->error = acr__arena_printf(call->arena, "%s %.*s: %s", acr__component_kind_name(component->kind), (int)component->name.len,
                                  component->name.ptr, with_place(call, component, message));
  end(call->script, true);
  return false;
}

// Runs the function with `args` values above it; false with call->error set.
static inline bool run(struct acr__call *call, const struct acr__component *component, int args, int results) {
  acr__script *script = call->script;
  if (acr__protect(script, args, results) == LUA_OK && !script->broken) return true;
  if (lua_type(script->L, -1) != LUA_TSTRING) lua_pushnil(script->L);
  return acr__call_fail(call, component, acr__script_error(script, call->arena));
}

// Where a function of the component begins; 0 when it is not known.
static int line_of(acr__script *script, const struct acr__component *component, const char *name) {
  const struct acr__entry *entry = &script->entries[component->ref];
  const struct {
    const char *name;
    int function;
  } all[] = {{"value", entry->value},     {"test", entry->test},     {"accepts", entry->accepts}, {"accepts_item", entry->accepts_item},
             {"portion", entry->portion}, {"window", entry->window}, {"rate", entry->rate},       {"effects", entry->effects}};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    if (strcmp(all[i].name, name) != 0) continue;
    lua_Debug about;
    lua_rawgeti(script->L, LUA_REGISTRYINDEX, all[i].function);
    lua_getinfo(script->L, ">S", &about);
    return about.linedefined;
  }
  return 0;
}

bool acr__call_wrong(struct acr__call *call, const struct acr__component *component, const char *function, int at, const char *wanted) {
  lua_State *L = call->script->L;
  const char *found = acr__type_name(L, at);
  char *shown = lua_type(L, at) == LUA_TNUMBER && !lua_isinteger(L, at)
                    ? acr__arena_printf(call->arena, "the float %.14g", lua_tonumber(L, at))
                    : NULL;
  int line = line_of(call->script, component, function);
  char *message = acr__arena_printf(call->arena, "%s returned %s; wanted %s", function, shown ? shown : found, wanted);
  if (line > 0) message = acr__arena_printf(call->arena, "%s:%d: %s", component->file.ptr, line, message);
  return acr__call_fail(call, component, message);
}

static void push_fact(acr__script *script) {
  acr__fact_kind kind = script->fact->kind;
  script->fact_views[kind]->call = script->call;
  lua_pushvalue(script->L, 2 + (int)kind);
}

bool acr__call_fact(struct acr__call *call, const struct acr__component *component, int function, int vars, int results) {
  push_function(call->script, component, function);
  push_fact(call->script);
  lua_rawgeti(call->script->L, LUA_REGISTRYINDEX, vars);
  if (!(component->functions & ACR_HAS_READS)) return run(call, component, 2, results);
  call->script->touched = true; // what was fetched is of this event alone
  acr__push_view(call->script->L, call->script, ACR_UD_READS, 0);
  return run(call, component, 3, results);
}

void acr__call_end(acr__script *script, int function, int vars, acr__fact_kind kind, bool entered, struct acr__kept *result) {
  result->function = function;
  result->kind = kind;
  if (!script->touched) acr__keep(script, vars, result);
  end(script, entered);
}

bool acr__call_value(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact, int64_t *out,
                     bool *nil) {
  COSTS(call, component);
  acr__script *script = call->script;
  int function = script->entries[component->ref].value;
  const struct acr__kept *known = acr__recall(script, function, vars, fact->kind);
  struct acr__kept result = {0};
  if (!known) {
    struct acr__plain plain;
    if (!acr__call_begin(call, component, fact, NULL)) return false;
    bool entered = !direct(call, component, function, vars, -1, false, &plain, 1);
    if (!entered) {
      result.nil = plain.tag == ACR_PLAIN_NIL;
      result.number = result.nil ? 0 : plain.i;
    } else {
      if (!acr__call_fact(call, component, function, vars, 1)) return false;
      result.nil = !lua_isinteger(script->L, -1);
      if (result.nil && !lua_isnil(script->L, -1)) return acr__call_wrong(call, component, "value", -1, "an integer or nil");
      result.number = result.nil ? 0 : lua_tointeger(script->L, -1);
    }
    acr__call_end(script, function, vars, fact->kind, entered, &result);
    known = &result;
  }
  *nil = known->nil;
  *out = known->number;
  return true;
}

bool acr__call_test(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact, bool *out,
                    int64_t *measured, bool *has_measured) {
  COSTS(call, component);
  acr__script *script = call->script;
  int function = script->entries[component->ref].test;
  const struct acr__kept *known = acr__recall(script, function, vars, fact->kind);
  struct acr__kept result = {0};
  if (!known) {
    struct acr__plain plain[2];
    if (!acr__call_begin(call, component, fact, NULL)) return false;
    bool entered = !direct(call, component, function, vars, -1, true, plain, 2);
    if (!entered) {
      result.truth = plain[0].tag == ACR_PLAIN_TRUE;
      result.has_measured = plain[1].tag == ACR_PLAIN_INTEGER;
      result.number = result.has_measured ? plain[1].i : 0;
    } else {
      if (!acr__call_fact(call, component, function, vars, 2)) return false;
      if (lua_type(script->L, -2) != LUA_TBOOLEAN) return acr__call_wrong(call, component, "test", -2, "true or false");
      result.truth = lua_toboolean(script->L, -2);
      result.has_measured = lua_isinteger(script->L, -1);
      result.number = result.has_measured ? lua_tointeger(script->L, -1) : 0;
    }
    acr__call_end(script, function, vars, fact->kind, entered, &result);
    known = &result;
  }
  *out = known->truth;
  *has_measured = known->has_measured;
  *measured = known->number;
  return true;
}

// accepts and accepts_item, which get the fact or one of its items.
static bool call_accepts(struct acr__call *call, const struct acr__component *component, const char *name, int function, int vars,
                         const struct acr__fact *fact, int item, bool *out) {
  COSTS(call, component);
  acr__script *script = call->script;
  const struct acr__kept *known = acr__recall(script, function, vars, fact->kind);
  struct acr__kept result = {0};
  if (!known) {
    struct acr__plain plain;
    if (!acr__call_begin(call, component, fact, NULL)) return false;
    bool entered = !direct(call, component, function, vars, item, true, &plain, 1);
    if (!entered) {
      result.truth = plain.tag == ACR_PLAIN_TRUE;
    } else {
      push_function(script, component, function);
      if (item < 0)
        push_fact(script);
      else
        acr__push_view(script->L, script, ACR_UD_ITEM, item);
      lua_rawgeti(script->L, LUA_REGISTRYINDEX, vars);
      if (!run(call, component, 2, 1)) return false;
      if (lua_type(script->L, -1) != LUA_TBOOLEAN) return acr__call_wrong(call, component, name, -1, "true or false");
      result.truth = lua_toboolean(script->L, -1);
    }
    acr__call_end(script, function, vars, fact->kind, entered, &result);
    known = &result;
  }
  *out = known->truth;
  acr__seen(component, *out);
  return true;
}

bool acr__call_accepts(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact, bool *out) {
  return call_accepts(call, component, "accepts", call->script->entries[component->ref].accepts, vars, fact, -1, out);
}

bool acr__call_accepts_item(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact,
                            int item, bool *out) {
  return call_accepts(call, component, "accepts_item", call->script->entries[component->ref].accepts_item, vars, fact, item, out);
}

bool acr__call_portion(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact,
                       int64_t *numerator, int64_t *denominator) {
  COSTS(call, component);
  acr__script *script = call->script;
  lua_State *L = script->L;
  int function = script->entries[component->ref].portion;
  const struct acr__kept *known = acr__recall(script, function, vars, fact->kind);
  struct acr__kept result = {0};
  if (!known) {
    if (!acr__call_begin(call, component, fact, NULL) || !acr__call_fact(call, component, function, vars, 2)) return false;
    for (int at = -2; at < 0; at++) {
      if (!lua_isinteger(L, at)) return acr__call_wrong(call, component, "portion", at, "two integers, numerator and denominator");
    }
    result.number = lua_tointeger(L, -2);
    result.denominator = lua_tointeger(L, -1);
    if (result.denominator <= 0 || result.number < 0 || result.number > result.denominator) {
      return acr__call_fail(call, component,
                            acr__arena_printf(call->arena, "portion returned %lld of %lld; wanted a part from nothing to the whole",
                                              (long long)result.number, (long long)result.denominator));
    }
    acr__call_end(script, function, vars, fact->kind, true, &result);
    known = &result;
  }
  *numerator = known->number;
  *denominator = known->denominator;
  acr__seen(component, *numerator > 0);
  return true;
}

// One bound of a window: a time, or nil for an open end.
static bool read_bound(lua_State *L, int at, acr__time open, acr__time *out) {
  if (lua_isnil(L, at))
    *out = open;
  else if (acr__ud_kind_of(L, at) == ACR_UD_TIME)
    *out = ((const struct acr__ud_time *)lua_touserdata(L, at))->at;
  else
    return false;
  return true;
}

bool acr__call_window(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__anchors *anchors,
                      acr__time *from, acr__time *to) {
  COSTS(call, component);
  acr__script *script = call->script;
  if (!acr__call_begin(call, component, NULL, anchors)) return false;
  push_function(script, component, script->entries[component->ref].window);
  lua_rawgeti(script->L, LUA_REGISTRYINDEX, vars);
  acr__push_time(script->L, anchors->now, anchors->zone);
  if (!run(call, component, 2, 2)) return false;
  if (!read_bound(script->L, -2, ACR_TIME_MIN, from)) return acr__call_wrong(call, component, "window", -2, "a time or nil");
  if (!read_bound(script->L, -1, ACR_TIME_MAX, to)) return acr__call_wrong(call, component, "window", -1, "a time or nil");
  end(script, true);
  return true;
}

// ---- Lists of values, and rates

static bool read_given(lua_State *L, int at, acr__arena *arena, struct acr__given *out) {
  *out = (struct acr__given){.is_text = lua_type(L, at) == LUA_TSTRING};
  if (out->is_text)
    out->text = acr__arena_span(arena, acr__lua_span(L, at));
  else if (lua_isinteger(L, at))
    out->number = lua_tointeger(L, at);
  else
    return false;
  return true;
}

bool acr__call_values(struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact,
                      const struct acr__given **out, int *count) {
  COSTS(call, component);
  acr__script *script = call->script;
  lua_State *L = script->L;
  if (!acr__call_begin(call, component, fact, NULL) || !acr__call_fact(call, component, script->entries[component->ref].value, vars, 1))
    return false;
  bool list = lua_type(L, -1) == LUA_TTABLE;
  if (list) acr__push_raw(L, -1);
  lua_Unsigned n = list ? lua_rawlen(L, -1) : !lua_isnil(L, -1);
  if (n > ACR_VALUES_MAX)
    return acr__call_fail(call, component, acr__arena_printf(call->arena, "value returned more than %d values", ACR_VALUES_MAX));
  struct acr__given *given = ACR__NEW_N(call->arena, struct acr__given, n + 1);
  for (lua_Unsigned i = 0; i < n; i++) {
    if (list) lua_rawgeti(L, -1, (lua_Integer)i + 1);
    if (!read_given(L, -1, call->arena, &given[i])) {
      return acr__call_wrong(call, component, list ? "an entry of value's list" : "value", -1, "an integer or a text");
    }
    if (list) lua_pop(L, 1);
  }
  *out = given;
  *count = (int)n;
  end(script, true);
  return true;
}

bool acr__call_rate(struct acr__call *call, const struct acr__component *component, int vars, int64_t *times, acr__unit *period) {
  COSTS(call, component);
  acr__script *script = call->script;
  acr__duration one = {0};
  if (!acr__call_begin(call, component, NULL, NULL)) return false;
  push_function(script, component, script->entries[component->ref].rate);
  lua_rawgeti(script->L, LUA_REGISTRYINDEX, vars);
  if (!run(call, component, 1, 2)) return false;
  if (!lua_isinteger(script->L, -2) || lua_tointeger(script->L, -2) < 1)
    return acr__call_wrong(call, component, "rate", -2, "a number from 1");
  bool text = lua_type(script->L, -1) == LUA_TSTRING && acr__duration_parse(acr__lua_span(script->L, -1), &one);
  if (!text || one.n != 1 || one.unit < ACR_UNIT_DAY) {
    return acr__call_wrong(call, component, "rate", -1, "\"day\", \"week\", \"month\" or \"year\"");
  }
  *times = lua_tointeger(script->L, -2);
  *period = one.unit;
  end(script, true);
  return true;
}
