// accrue.read.*: what a component asks the core to fetch before its calls. reads(vars) runs once for each use of a component, when
// a program is loaded; what it asks for is handed over as JSON that the program's own readers check, and functions as components.
#include "script/host.h"

enum { READS_MAX = 32, NAME_MAX_BYTES = 64 };

static const char *const names[ACR_READ_KINDS] = {
  [ACR_READ_SUM] = "sum", [ACR_READ_COUNT] = "count", [ACR_READ_AVERAGE] = "average", [ACR_READ_MIN] = "min", [ACR_READ_MAX] = "max",
  [ACR_READ_DISTINCT] = "distinct", [ACR_READ_LAST] = "last", [ACR_READ_BALANCE] = "balance", [ACR_READ_LEVEL] = "level",
  [ACR_READ_TAGS] = "tags", [ACR_READ_AUDIENCES] = "audiences", [ACR_READ_OFFERS] = "offers", [ACR_READ_MEMBER] = "member",
  [ACR_READ_FIRED] = "fired"};

const char *acr__read_kind_name(acr__read_kind kind) {
  return names[kind];
}

// One user value: the table that it was made of.
struct asked { acr__ud_kind kind; acr__read_kind read; };

// Upvalue 1 says which kind.
static int make_read(lua_State *L) {
  acr__read_kind kind = (acr__read_kind)lua_tointeger(L, lua_upvalueindex(1));
  if (lua_type(L, 1) != LUA_TTABLE) return luaL_error(L, "accrue.read.%s wants a table, found %s", names[kind], acr__type_name(L, 1));
  lua_settop(L, 1);
  struct asked *asked = lua_newuserdatauv(L, sizeof *asked, 1);
  *asked = (struct asked){ACR_UD_READ, kind};
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, acr__script_of(L)->meta[ACR_UD_READ]);
  lua_setmetatable(L, -2);
  return 1;
}

void acr__open_reads(lua_State *L) {
  lua_createtable(L, 0, ACR_READ_KINDS);
  for (int kind = 0; kind < ACR_READ_KINDS; kind++) {
    lua_pushinteger(L, kind);
    lua_pushcclosure(L, make_read, 1);
    lua_setfield(L, -2, names[kind]);
  }
}

// ---- What reads(vars) gave

struct collecting {
  acr__script *script;
  acr__arena *arena;
  const struct acr__component *component;
  struct acr__read *reads;
  int count;
};

// The function on top becomes the `value` of a component of its own; pops it.
static const struct acr__component *take_function(struct collecting *to, acr__span name) {
  lua_State *L = to->script->L;
  struct acr__entry entry = ACR_NO_ENTRY;
  const int *upvalues;
  acr__freeze_reach(to->script, &upvalues, &entry.upvalue_count);
  entry.upvalues = upvalues;
  entry.value = luaL_ref(L, LUA_REGISTRYINDEX);
  struct acr__component *made = ACR__NEW(to->arena, struct acr__component);
  *made = *to->component;
  made->name = acr__span_of(acr__arena_printf(to->arena, "%.*s.%.*s", (int)made->name.len, made->name.ptr, (int)name.len, name.ptr));
  made->functions = ACR_HAS_VALUE;
  made->path = (acr__span){0};
  made->ref = acr__entry_add(to->script, &entry);
  return made;
}

// The table of the read at `at` as JSON: what stood first as "of", a function left out.
static void take_fields(struct collecting *to, const char *name, struct acr__read *out) {
  lua_State *L = to->script->L;
  lua_getiuservalue(L, -1, 1);
  acr__push_raw(L, -1);
  int raw = lua_gettop(L);
  lua_newtable(L);
  for (lua_pushnil(L); lua_next(L, raw); lua_pop(L, 1)) {
    bool first = lua_isinteger(L, -2) && lua_tointeger(L, -2) == 1, text = lua_type(L, -2) == LUA_TSTRING;
    if (!first && !text)
      luaL_error(L, "read '%s': found a key that is %s; wanted one name first, and named fields", name, acr__type_name(L, -2));
    if (text && strcmp(lua_tostring(L, -2), "value") == 0 && lua_type(L, -1) == LUA_TFUNCTION) {
      lua_pushvalue(L, -1);
      out->value = take_function(to, out->name);
      continue;
    }
    if (first) lua_pushliteral(L, "of");
    else lua_pushvalue(L, -2);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, raw + 1) != LUA_TNIL) luaL_error(L, "read '%s': found 'of' twice", name);
    lua_pop(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, raw + 1);
  }
  to->script->scratch.len = 0;
  acr__lua_json(L, raw + 1, &to->script->scratch, true);
  out->json = acr__arena_span(to->arena, (acr__span){(const char *)to->script->scratch.ptr, to->script->scratch.len});
  lua_settop(L, raw - 2);
}

static bool good_name(acr__span name) {
  for (size_t i = 0; i < name.len; i++) {
    char c = name.ptr[i];
    if (!((c >= 'a' && c <= 'z') || c == '_' || (i > 0 && c >= '0' && c <= '9'))) return false;
  }
  return name.len > 0 && name.len <= NAME_MAX_BYTES;
}

// Called protected, with what reads(vars) gave and where it goes.
static int collect(lua_State *L) {
  struct collecting *to = lua_touserdata(L, 2);
  if (lua_type(L, 1) != LUA_TTABLE)
    return luaL_error(L, "reads returned %s; wanted a table { name = accrue.read.KIND { ... } }", acr__type_name(L, 1));
  lua_settop(L, 2);
  acr__push_raw(L, 1);
  acr__span keys[READS_MAX];
  bool others;
  int count = acr__sorted_keys(L, 3, keys, READS_MAX, &others);
  if (others) return luaL_error(L, "reads returned a list entry; wanted name = accrue.read.KIND { ... }");
  to->reads = ACR__NEW_N(to->arena, struct acr__read, count + 1);
  for (int i = 0; i < count; i++) {
    const char *name = lua_pushlstring(L, keys[i].ptr, keys[i].len); // stays below the value
    if (!good_name(keys[i])) return luaL_error(L, "read '%s' has no good name; wanted a-z, 0-9 and _", name);
    lua_pushvalue(L, -1);
    lua_rawget(L, 3);
    if (acr__ud_kind_of(L, -1) != ACR_UD_READ)
      return luaL_error(L, "read '%s' is %s; wanted accrue.read.KIND { ... }", name, acr__type_name(L, -1));
    struct acr__read *read = &to->reads[to->count++];
    read->name = acr__arena_span(to->arena, keys[i]);
    read->kind = ((const struct asked *)lua_touserdata(L, -1))->read;
    take_fields(to, name, read);
    lua_settop(L, 3);
  }
  return 0;
}

bool acr__script_reads(acr__script *script, const struct acr__component *component, int vars, acr__arena *arena,
                       const struct acr__read **out, int *count, char **message) {
  lua_State *L = script->L;
  const struct acr__entry *entry = &script->entries[component->ref];
  struct collecting to = {.script = script, .arena = arena, .component = component};
  acr__script_event_begin(script);
  acr__budget_begin(script, ACR_LUA_CALL_INSTRUCTIONS, ACR_LUA_CALL_BYTES);
  acr__upvalues_restore(script, entry->upvalues, entry->upvalue_count);
  int top = lua_gettop(L);
  lua_pushcfunction(L, collect);
  lua_rawgeti(L, LUA_REGISTRYINDEX, entry->reads);
  lua_rawgeti(L, LUA_REGISTRYINDEX, vars);
  bool good = acr__protect(script, 1, 1) == LUA_OK;
  if (good) {
    lua_pushlightuserdata(L, &to);
    good = acr__protect(script, 2, 0) == LUA_OK;
  }
  if (!good) *message = acr__script_error(script, arena);
  lua_settop(L, top);
  *out = to.reads;
  *count = to.count;
  return good;
}

// ---- What was fetched, as test and effects see it

static int reads_index(lua_State *L) {
  acr__script *script = acr__script_of(L);
  acr__own_view(L, script);
  acr__span keys[READS_MAX], name = lua_type(L, 2) == LUA_TSTRING ? acr__lua_span(L, 2) : ACR__SPAN_LIT("?");
  int count = 0;
  for (int i = 0; i < script->read_count; i++) {
    const struct acr__read_value *read = &script->reads[i];
    if (count < READS_MAX) keys[count++] = read->name;
    if (!acr__span_eq(read->name, name)) continue;
    if (read->type == ACR_READ_NUMBER) lua_pushinteger(L, read->number);
    else if (read->type == ACR_READ_TEXT) acr__push_span(L, read->text);
    else lua_pushnil(L);
    return 1;
  }
  return acr__unknown_field(L, "reads", name, keys, count);
}

void acr__open_read_objects(acr__script *script) {
  script->meta[ACR_UD_READS] = acr__new_meta(script->L, "reads", reads_index);
}
