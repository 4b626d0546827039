// Views on the fact of the current call: made once, kept in pools, valid for one call at a time.
#include "base/mem.h"
#include "script/host.h"

enum { NEAREST_COST = 400 }; // instructions: each name is compared letter by letter

void acr__make_view(lua_State *L, acr__script *script, acr__ud_kind kind, int index) {
  struct acr__pool *pool = &script->pools[kind];
  if (index >= pool->cap) {
    int cap = index + index / 2 + 8;
    pool->slots = acr__mem_resize(pool->slots, sizeof *pool->slots * (size_t)cap);
    memset(pool->slots + pool->cap, 0, sizeof *pool->slots * (size_t)(cap - pool->cap));
    pool->cap = cap;
  }
  struct acr__view *made = lua_newuserdatauv(L, sizeof *made, 0);
  *made = (struct acr__view){.kind = kind, .index = index};
  lua_rawgeti(L, LUA_REGISTRYINDEX, kind == ACR_UD_FACT ? script->fact_meta[index] : script->meta[kind]);
  lua_setmetatable(L, -2);
  int ref = luaL_ref(L, LUA_REGISTRYINDEX); // the slot stays empty when this raises
  pool->slots[index] = (struct acr__pooled){made, ref};
}

int acr__view_is_over(lua_State *L, int at) {
  return luaL_error(L, "%s of a call that is over", acr__type_name(L, at));
}

const struct acr__view *acr__check_view(lua_State *L, int at, acr__ud_kind kind) {
  const struct acr__view *view = lua_type(L, at) == LUA_TUSERDATA ? lua_touserdata(L, at) : NULL;
  if (!view || view->kind != kind) {
    if (kind == ACR_UD_FACT) luaL_error(L, "wanted the fact, found %s; is it called with ':'?", acr__type_name(L, at));
    luaL_error(L, "found %s where another object was wanted", acr__type_name(L, at));
  }
  acr__script *script = acr__script_of(L);
  script->touched = true;
  if (view->call != script->call || !script->fact) acr__view_is_over(L, at);
  return view;
}

static int refuse_write(lua_State *L) {
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
  return luaL_error(L, "field '%s': facts, variables and values are read-only", key);
}

const void *acr__anchor_name(lua_State *L, acr__script *script, const char *name) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->anchored);
  lua_pushstring(L, name);
  const void *text = lua_topointer(L, -1);
  lua_pushboolean(L, 1);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  return text;
}

void acr__fieldset_add(lua_State *L, acr__script *script, struct acr__fieldset *names, const char *name, int number) {
  const void *text = acr__anchor_name(L, script, name);
  size_t slot = ((uintptr_t)text >> 4) % 64;
  while (names->text[slot]) slot = (slot + 1) % 64;
  names->text[slot] = text;
  names->number[slot] = number;
}

int acr__new_meta(lua_State *L, const char *name, lua_CFunction index) {
  lua_createtable(L, 0, 5);
  lua_pushcfunction(L, index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, refuse_write);
  lua_setfield(L, -2, "__newindex");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name"); // "attempt to perform arithmetic on a time value"
  return luaL_ref(L, LUA_REGISTRYINDEX);
}

int acr__unknown_field(lua_State *L, const char *what, acr__span name, const acr__span *names, int count) {
  acr__charge(L, NEAREST_COST);
  acr__span near = acr__nearest(name, names, count);
  const char *wanted = lua_pushlstring(L, name.ptr, name.len);
  if (!near.len) return luaL_error(L, "%s has no field '%s'", what, wanted);
  return luaL_error(L, "%s has no field '%s'; the nearest is '%s'", what, wanted, lua_pushlstring(L, near.ptr, near.len));
}

void acr__push_date(lua_State *L, acr__date date) {
  char text[40];
  int len = snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  lua_pushlstring(L, text, (size_t)len);
}

const int *acr__counting_items(acr__script *script, int *count) {
  const struct acr__fact *fact = script->fact;
  int items = fact->event ? fact->event->item_count : 0;
  if (script->counting_call != script->call) {
    script->counting_call = script->call;
    if (script->counting_cap < items) {
      script->counting_cap = items + 16;
      script->counting = acr__mem_resize(script->counting, sizeof *script->counting * (size_t)script->counting_cap);
    }
    int counting = 0;
    for (int i = 0; i < items; i++) {
      if (!fact->counts || fact->counts[i]) script->counting[counting++] = i;
    }
    script->counting_count = counting;
  }
  *count = script->counting_count;
  return script->counting;
}

// ---- Lists: items, payments, store groups, categories

static int list_length(lua_State *L, const struct acr__view *view) {
  acr__script *script = acr__script_of(L);
  const struct acr__fact *fact = script->fact;
  int count = 0;
  switch (view->kind) {
  case ACR_UD_ITEMS: acr__counting_items(script, &count); return count;
  case ACR_UD_ALL_ITEMS: return fact->event ? fact->event->item_count : 0;
  case ACR_UD_PAYMENTS: return fact->event ? fact->event->payment_count : 0;
  case ACR_UD_GROUPS: return fact->store_group_count;
  default: return fact->event->items[view->index].category_count;
  }
}

static int list_len(lua_State *L) {
  const struct acr__view *view = acr__own_view(L, acr__script_of(L));
  lua_pushinteger(L, list_length(L, view));
  return 1;
}

static int list_index(lua_State *L) {
  acr__script *script = acr__script_of(L);
  const struct acr__view *view = acr__own_view(L, script);
  if (!lua_isinteger(L, 2)) return luaL_error(L, "a list is indexed by 1, 2, 3 ...; found %s", acr__type_name(L, 2));
  lua_Integer at = lua_tointeger(L, 2);
  if (at < 1 || at > list_length(L, view)) return 0;
  int i = (int)at - 1;
  switch (view->kind) {
  case ACR_UD_ITEMS: acr__push_view(L, script, ACR_UD_ITEM, script->counting[i]); break;
  case ACR_UD_ALL_ITEMS: acr__push_view(L, script, ACR_UD_ITEM, i); break;
  case ACR_UD_PAYMENTS: acr__push_view(L, script, ACR_UD_PAYMENT, i); break;
  case ACR_UD_GROUPS: acr__push_span(L, script->fact->store_groups[i]); break;
  default: acr__push_span(L, script->fact->event->items[view->index].categories[i]);
  }
  return 1;
}

// ---- What a member has, by name

static int member_index(lua_State *L) {
  const struct acr__view *view = acr__own_view(L, acr__script_of(L));
  const struct acr__member_view *member = acr__script_of(L)->fact->member;
  bool asked = lua_type(L, 2) == LUA_TSTRING;
  acr__span name = asked ? acr__lua_span(L, 2) : (acr__span){0};
  int64_t number = 0;
  switch (view->kind) {
  case ACR_UD_AUDIENCES: lua_pushboolean(L, asked && member->in_audience(member->state, name)); return 1;
  case ACR_UD_TAGS:
  case ACR_UD_LEVEL_ORDER:
  case ACR_UD_LINKS:
  case ACR_UD_OFFERS:
    if (asked)
      number = view->kind == ACR_UD_TAGS    ? member->tag_count(member->state, name)
               : view->kind == ACR_UD_LINKS ? member->link_count(member->state, name)
               : view->kind == ACR_UD_OFFERS ? member->offer_count(member->state, name, view->index)
                                            : member->level_order(member->state, name);
    if (number > 0) lua_pushinteger(L, number);
    else lua_pushnil(L);
    return 1;
  default: break;
  }
  acr__span text = {0};
  if (asked) text = view->kind == ACR_UD_LEVELS ? member->level(member->state, name) : member->attribute(member->state, name);
  if (!text.ptr || (view->kind == ACR_UD_LEVELS && !text.len)) lua_pushnil(L);
  else acr__push_span(L, text);
  return 1;
}

int64_t acr__base_points_of(lua_State *L, const struct acr__fact *fact, acr__span account) {
  if (!fact->base) return luaL_error(L, "base_points are known when outcomes of a purchase are given, not to conditions and constraints");
  for (int i = 0; i < fact->base_count; i++) {
    if (acr__span_eq(fact->base[i].account, account)) return fact->base[i].points;
  }
  return 0;
}

// base_points[account]: what base earning gave for the event, in the account's smallest units.
static int base_points_index(lua_State *L) {
  acr__script *script = acr__script_of(L);
  acr__own_view(L, script);
  if (lua_type(L, 2) != LUA_TSTRING) return luaL_error(L, "base_points is asked by an account's name; found %s", acr__type_name(L, 2));
  acr__span name = acr__lua_span(L, 2);
  if (!acr__table_get(script->accounts, name)) return luaL_error(L, "base_points: '%s' is no account of the program", name.ptr);
  lua_pushinteger(L, acr__base_points_of(L, script->fact, name));
  return 1;
}

static int opaque_index(lua_State *L) {
  return luaL_error(L, "%s has no fields to read", acr__type_name(L, 1));
}

void acr__open_objects(acr__script *script) {
  lua_State *L = script->L;
  for (acr__ud_kind kind = ACR_UD_ITEMS; kind <= ACR_UD_CATEGORIES; kind++) {
    script->meta[kind] = acr__new_meta(L, "list", list_index);
    lua_rawgeti(L, LUA_REGISTRYINDEX, script->meta[kind]);
    lua_pushcfunction(L, list_len);
    lua_setfield(L, -2, "__len");
    lua_pop(L, 1);
  }
  for (acr__ud_kind kind = ACR_UD_TAGS; kind <= ACR_UD_ATTRIBUTES; kind++) {
    script->meta[kind] = acr__new_meta(L, "member", member_index);
  }
  script->meta[ACR_UD_BASE_POINTS] = acr__new_meta(L, "base points", base_points_index);
  script->meta[ACR_UD_EFFECT] = acr__new_meta(L, "effect", opaque_index);
  script->meta[ACR_UD_READ] = acr__new_meta(L, "read", opaque_index);
  acr__open_facts(script);
  acr__open_times(script);
  acr__open_var_objects(script);
  acr__open_read_objects(script);
}
