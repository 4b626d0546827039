// Lua tables to facts: events go through the real reader and the declared fields, so a spec sees what the engine would see.
#include "binding/unit.h"

static acr__span field(lua_State *lua, int index, const char *name) {
  return acr__lua_field_text(lua, index, name);
}

// Is `text` in the list that is the field `list` of the member's table?
static bool member_has(const void *state, const char *list, acr__span text) {
  const struct acr__unit_member *member = state;
  lua_State *lua = member->lua;
  bool found = false;
  if (lua_getfield(lua, member->index, list) == LUA_TTABLE) {
    lua_Integer count = (lua_Integer)lua_rawlen(lua, -1);
    for (lua_Integer i = 1; i <= count && !found; i++) {
      acr__span entry = {NULL, 0};
      if (lua_rawgeti(lua, -1, i) == LUA_TSTRING) entry.ptr = lua_tolstring(lua, -1, &entry.len);
      found = acr__span_eq(entry, text);
      lua_pop(lua, 1);
    }
  }
  lua_pop(lua, 1);
  return found;
}

// The entry `key` of the map that is the field `map`; the table keeps the text alive.
static acr__span member_text(const void *state, const char *map, acr__span key) {
  const struct acr__unit_member *member = state;
  lua_State *lua = member->lua;
  acr__span text = {NULL, 0};
  int top = lua_gettop(lua);
  if (lua_getfield(lua, member->index, map) == LUA_TTABLE) {
    acr__lua_push_span(lua, key);
    if (lua_rawget(lua, -2) == LUA_TSTRING) text.ptr = lua_tolstring(lua, -1, &text.len);
  }
  lua_settop(lua, top);
  return text;
}

static bool view_in_audience(const void *state, acr__span audience) {
  return member_has(state, "audiences", audience);
}
// A number of the map that is the field `map`, or 1 for an entry of the list that it may be instead; 0 for what is in neither.
static int64_t member_count(const void *state, const char *map, acr__span key) {
  const struct acr__unit_member *member = state;
  lua_State *lua = member->lua;
  int top = lua_gettop(lua);
  int64_t count = member_has(state, map, key) ? 1 : 0;
  if (lua_getfield(lua, member->index, map) == LUA_TTABLE) {
    acr__lua_push_span(lua, key);
    if (lua_rawget(lua, -2) == LUA_TNUMBER) count = lua_tointeger(lua, -1);
  }
  lua_settop(lua, top);
  return count;
}

static int64_t view_tag_count(const void *state, acr__span tag) {
  return member_count(state, "tags", tag);
}
static int64_t view_link_count(const void *state, acr__span link) {
  return member_count(state, "links", link);
}
static int64_t view_offer_count(const void *state, acr__span offer, int which) {
  static const char *const maps[] = {"offers", "offers_redeemed", "offers_expired"};
  return member_count(state, maps[which], offer);
}
static int view_level_order(const void *state, acr__span level) {
  return acr__plan_level_find(((const struct acr__unit_member *)state)->plan, level) + 1;
}
static acr__span view_level(const void *state, acr__span family) {
  return member_text(state, "levels", family);
}
static acr__span view_attribute(const void *state, acr__span key) {
  return member_text(state, "attributes", key);
}

static bool any_type(void *arg, acr__span type) {
  (void)arg, (void)type;
  return true;
}
static acr__span no_type(void *arg, acr__span type) {
  (void)arg, (void)type;
  return (acr__span){NULL, 0};
}

static const struct acr__schema *schema_of(const struct acr__plan *plan, const struct acr__event *event) {
  if (event->kind == ACR_EVENT_PURCHASE) return plan->purchase_schema;
  int type = acr__plan_type_find(plan, event->type);
  return type < 0 ? NULL : plan->schemas[type];
}

static void read_event(lua_State *lua, acr__span line, const struct acr__plan *plan, acr__arena *arena, struct acr__fact *fact) {
  struct acr__json_fault fault;
  struct acr__reject reject = {0};
  static const acr__key key;
  struct acr__event_env env = {.key = &key,
                               .currency_scale = plan->currency_scale,
                               .round_decimals = plan->settings.excess_round,
                               .latest = ACR_TIME_MAX,
                               .type_known = any_type,
                               .type_nearest = no_type};
  struct acr__json_limits limits = {0};
  acr__json *json = acr__json_parse(arena, line, &limits, &fault);
  if (!json) luaL_error(lua, "the fact is no JSON: line %d, column %d: %s", fault.line, fault.column, fault.message);
  struct acr__event *event = acr__event_read(arena, json, &env, &reject);
  if (!event) luaL_error(lua, "the fact is no valid event: %s: %s", reject.path ? reject.path : reject.code, reject.message);
  fact->event = event;
  fact->time = event->time;
  fact->kind = event->kind == ACR_EVENT_PURCHASE ? ACR_FACT_PURCHASE : ACR_FACT_CUSTOM;
  if (!acr__plan_fact(plan, arena, fact)) luaL_error(lua, "the amounts of the items add up to too much");
  fact->schema = schema_of(plan, event);
  if (!fact->schema) return;
  struct acr__field_value *fields, *item_fields;
  if (!acr__event_fields(arena, event, fact->schema, plan->currency_scale, &fields, &item_fields, &reject))
    luaL_error(lua, "the fact is no valid event: %s: %s", reject.path ? reject.path : reject.code, reject.message);
  fact->fields = fields;
  fact->item_fields = item_fields;
}

// { points = 42 }: what base earning gave, as outcomes see it.
static void read_base(lua_State *lua, int index, const struct acr__plan *plan, acr__arena *arena, struct acr__unit_fact *out) {
  struct acr__base_points *base = ACR__NEW_N(arena, struct acr__base_points, plan->account_count + 1);
  bool given = lua_getfield(lua, index, "base_points") == LUA_TTABLE;
  for (int i = 0; i < plan->account_count; i++) {
    base[i].account = plan->accounts[i].name;
    if (!given) continue;
    acr__lua_push_span(lua, base[i].account);
    lua_rawget(lua, -2);
    base[i].points = luaL_optinteger(lua, -1, 0);
    lua_pop(lua, 1);
  }
  lua_pop(lua, 1);
  out->base = base;
  out->base_count = plan->account_count;
}

static acr__time read_time(lua_State *lua, int index, const char *name) {
  acr__time time = ACR_TIME_NONE;
  if (lua_getfield(lua, index, name) != LUA_TNIL) time = luaL_checkinteger(lua, -1);
  lua_pop(lua, 1);
  return time;
}

static void read_member(lua_State *lua, int index, const struct acr__plan *plan, struct acr__unit_fact *out) {
  acr__time joined = read_time(lua, index, "joined");
  acr__span zone = field(lua, index, "timezone");
  out->member = (struct acr__unit_member){lua, index, plan};
  if (zone.len && !(out->fact.zone = acr__zone_find(zone))) luaL_error(lua, "the member's time zone %s is unknown", zone.ptr);
  out->view = (struct acr__member_view){.id = field(lua, index, "id"),
                                        .joined = joined == ACR_TIME_NONE ? out->fact.time : joined,
                                        .timezone = field(lua, index, "timezone"),
                                        .state = &out->member,
                                        .in_audience = view_in_audience,
                                        .tag_count = view_tag_count,
                                        .level = view_level,
                                        .attribute = view_attribute,
                                        .link_count = view_link_count,
                                        .offer_count = view_offer_count,
                                        .level_name = field(lua, index, "level"),
                                        .level_since = read_time(lua, index, "level_since"),
                                        .level_order = view_level_order};
  acr__span birthday = field(lua, index, "birthday");
  out->view.has_birthday = birthday.len > 0;
  if (birthday.len && !acr__date_parse(birthday, &out->view.birthday)) luaL_error(lua, "the birthday %s is no date", birthday.ptr);
  out->fact.member = &out->view;
}

void acr__unit_fact_read(lua_State *lua, int index, const struct acr__unit_program *program, acr__arena *arena,
                         struct acr__unit_fact *out) {
  static const char *const kinds[] = {"event", "points", "balance", "member", NULL};
  static const acr__fact_kind values[] = {ACR_FACT_PURCHASE, ACR_FACT_POINTS, ACR_FACT_BALANCE, ACR_FACT_MEMBER};
  memset(out, 0, sizeof *out);
  index = lua_absindex(lua, index);
  luaL_checktype(lua, index, LUA_TTABLE);
  lua_getfield(lua, index, "kind");
  out->fact.kind = values[luaL_checkoption(lua, lua_gettop(lua), NULL, kinds)];
  lua_getfield(lua, index, "time");
  out->fact.time = luaL_optinteger(lua, -1, 0);
  lua_getfield(lua, index, "points");
  out->fact.points = luaL_optinteger(lua, -1, 0);
  lua_pop(lua, 3);
  out->fact.zone = out->fact.place = program->plan->zone;
  out->fact.account = field(lua, index, "account");
  out->fact.point_source = field(lua, index, "point_source");
  out->fact.reason = field(lua, index, "reason");
  if (out->fact.kind == ACR_FACT_PURCHASE) {
    read_event(lua, field(lua, index, "line"), program->plan, arena, &out->fact);
    read_base(lua, index, program->plan, arena, out);
  }
  if (out->fact.kind == ACR_FACT_MEMBER) read_member(lua, index, program->plan, out);
}
