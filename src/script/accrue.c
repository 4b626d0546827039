// The table `accrue`: exact arithmetic, the event's time, texts without patterns.
#include "script/host.h"
#include "script/web_hook.h"

bool acr__rounding_find(acr__span name, acr__rounding *out) {
  static const char *const names[] = {"down", "half_up", "up"};
  for (int i = 0; i < 3; i++) {
    if (!acr__span_is(name, names[i])) continue;
    *out = (acr__rounding)i;
    return true;
  }
  return false;
}

static acr__rounding check_rounding(lua_State *L, int at) {
  acr__rounding rounding;
  if (lua_isnoneornil(L, at)) return ACR_ROUND_DOWN;
  if (lua_type(L, at) == LUA_TSTRING && acr__rounding_find(acr__lua_span(L, at), &rounding)) return rounding;
  luaL_tolstring(L, at, NULL);
  return (acr__rounding)luaL_error(L, "rounding: found %s; wanted \"down\", \"half_up\" or \"up\"", lua_tostring(L, -1));
}

// An argument that must be an integer; a float is refused by its name.
static int64_t check_int(lua_State *L, int at, const char *function, const char *name) {
  if (lua_isinteger(L, at)) return lua_tointeger(L, at);
  if (lua_type(L, at) == LUA_TNUMBER) {
    return luaL_error(L, "%s: %s is the float %f; wanted an integer", function, name, lua_tonumber(L, at));
  }
  return luaL_error(L, "%s: %s is %s; wanted an integer", function, name, acr__type_name(L, at));
}

static int accrue_scale(lua_State *L) {
  int64_t amount = check_int(L, 1, "scale", "amount"), times = check_int(L, 2, "scale", "times"), per = check_int(L, 3, "scale", "per");
  int64_t result;
  if (per == 0) return luaL_error(L, "scale: per is 0");
  if (!acr__scale(amount, times, per, check_rounding(L, 4), &result)) return luaL_error(L, "scale: the result does not fit 64 bits");
  lua_pushinteger(L, result);
  return 1;
}

bool acr__points_per_account(const acr__script *script, acr__span account, struct acr__points_per *rule) {
  void *known = acr__table_get(script->accounts, account);
  if (!known) return false;
  rule->decimals = (int)(intptr_t)known - 1;
  rule->rate_scale = 6;
  return true;
}

static void check_account(lua_State *L, int options, struct acr__points_per *rule) {
  if (lua_getfield(L, options, "account") == LUA_TNIL) return;
  if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "points_per: account is %s; wanted a name", acr__type_name(L, -1));
  if (!acr__points_per_account(acr__script_of(L), acr__lua_span(L, -1), rule))
    luaL_error(L, "points_per: '%s' is no account of the program", lua_tostring(L, -1));
}

static void check_options(lua_State *L, int at, struct acr__points_per *rule) {
  static const acr__span known[] = {ACR__SPAN_LIT("precision"), ACR__SPAN_LIT("rounding"), ACR__SPAN_LIT("hurdle"),
                                    ACR__SPAN_LIT("account")};
  luaL_checktype(L, at, LUA_TTABLE);
  acr__push_raw(L, at);
  int options = lua_gettop(L);
  acr__span foreign = acr__foreign_key(L, options, known, 4);
  if (foreign.len) acr__unknown_field(L, "points_per", foreign, known, 4);
  if (lua_getfield(L, options, "precision") != LUA_TNIL) {
    int64_t precision = check_int(L, -1, "points_per", "precision");
    if (precision < 0 || precision > 6) luaL_error(L, "points_per: precision is %I; wanted 0 to 6", (LUAI_UACINT)precision);
    rule->precision = (int)precision;
  }
  if (lua_getfield(L, options, "hurdle") != LUA_TNIL) rule->hurdle = check_int(L, -1, "points_per", "hurdle");
  lua_getfield(L, options, "rounding");
  rule->rounding = check_rounding(L, -1);
  check_account(L, options, rule);
}

// points_per(amount, points, per, { precision, rounding, hurdle, account }): without `account` points are the account's
// smallest units; with it a rate in millionths of a point, and the result is in that account's smallest units.
int acr__accrue_points_per(lua_State *L) {
  struct acr__points_per rule = ACR_POINTS_PER_DEFAULT;
  acr__charge(L, ACR_POINTS_PER_COST);
  int64_t amount = check_int(L, 1, "points_per", "amount"), result;
  rule.rate = check_int(L, 2, "points_per", "points");
  rule.per = check_int(L, 3, "points_per", "per");
  if (rule.per <= 0) return luaL_error(L, "points_per: per is %I; wanted more than 0", (LUAI_UACINT)rule.per);
  if (!lua_isnoneornil(L, 4)) check_options(L, 4, &rule);
  if (!acr__points_per(amount, &rule, &result)) return luaL_error(L, "points_per: the result does not fit 64 bits");
  if (acr__script_of(L)->listener) acr__hear_points(acr__script_of(L), amount, &rule, result);
  lua_pushinteger(L, result);
  return 1;
}

static int accrue_now(lua_State *L) {
  acr__time at;
  const acr__zone *zone;
  acr__charge(L, 10);
  if (!acr__call_now(acr__script_of(L), &at, &zone)) return luaL_error(L, "accrue.now(): there is no event here");
  acr__push_time(L, at, zone);
  return 1;
}

// anniversary(date, year): the date in that year on which a day comes round, as text; a day's own year gives the day itself.
static int accrue_anniversary(lua_State *L) {
  acr__date date;
  acr__charge(L, 20);
  if (acr__ud_kind_of(L, 1) == ACR_UD_TIME) {
    const struct acr__ud_time *time = lua_touserdata(L, 1);
    if (time->at <= ACR_TIME_MIN || time->at == ACR_TIME_MAX) return luaL_error(L, "anniversary: this time is the open end of a window");
    date = acr__local_date(time->zone, time->at);
  } else if (lua_type(L, 1) != LUA_TSTRING || !acr__date_parse(acr__lua_span(L, 1), &date)) {
    return luaL_error(L, "anniversary: found %s; wanted a time or a date such as '2020-02-29'", acr__type_name(L, 1));
  }
  int64_t year = check_int(L, 2, "anniversary", "year");
  if (year < 1 || year > 9999) return luaL_error(L, "anniversary: year is %I; wanted 1 to 9999", (LUAI_UACINT)year);
  acr__push_date(L, acr__anniversary(date, (int)year - date.year, acr__script_of(L)->leap_mar1));
  return 1;
}

// check_web_hook(url, template): raises where the one is no address or the other no template, for check(vars) of outcomes.
static int accrue_check_web_hook(lua_State *L) {
  acr__script *script = acr__script_of(L);
  acr__span url = lua_type(L, 1) == LUA_TSTRING ? acr__lua_span(L, 1) : (acr__span){"", 0};
  acr__span body = lua_type(L, 2) == LUA_TSTRING ? acr__lua_span(L, 2) : (acr__span){NULL, 0};
  acr__charge_bytes(L, 8 * body.len);
  acr__arena *arena = acr__arena_new(4096);
  char *fault = acr__url_fault(arena, url);
  if (!fault && body.ptr) fault = acr__web_hook_template_fault(arena, body);
  if (!fault && body.ptr) fault = acr__web_hook_account_fault(arena, body, script->accounts);
  lua_settop(L, 0);
  if (fault) lua_pushstring(L, fault);
  acr__arena_free(arena);
  return fault ? lua_error(L) : 0;
}

static int text_starts_with(lua_State *L) {
  size_t len, prefix_len;
  const char *text = luaL_checklstring(L, 1, &len), *prefix = luaL_checklstring(L, 2, &prefix_len);
  lua_pushboolean(L, prefix_len <= len && memcmp(text, prefix, prefix_len) == 0);
  return 1;
}

static int text_split(lua_State *L) {
  size_t len, gap_len;
  const char *text = luaL_checklstring(L, 1, &len), *gap = luaL_checklstring(L, 2, &gap_len), *end = text + len;
  if (gap_len == 0) return luaL_error(L, "split: the separator is empty");
  acr__charge(L, len / 64);
  lua_newtable(L);
  for (lua_Integer n = 1;; n++) {
    if (n > 65536) return luaL_error(L, "split: more than 65536 parts");
    const char *at = memmem(text, (size_t)(end - text), gap, gap_len);
    lua_pushlstring(L, text, (size_t)((at ? at : end) - text));
    lua_rawseti(L, -2, n);
    if (!at) return 1;
    acr__charge(L, 1);
    text = at + gap_len;
  }
}

static int text_trim(lua_State *L) {
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  while (len && strchr(" \t\r\n", text[len - 1]) && text[len - 1]) len--;
  while (len && strchr(" \t\r\n", *text) && *text) text++, len--;
  lua_pushlstring(L, text, len);
  return 1;
}

static int unknown_member(lua_State *L) {
  acr__span names[64], name = lua_type(L, 2) == LUA_TSTRING ? acr__lua_span(L, 2) : ACR__SPAN_LIT("?");
  bool others;
  int count = acr__sorted_keys(L, 1, names, 64, &others);
  return acr__unknown_field(L, lua_tostring(L, lua_upvalueindex(1)), name, names, count);
}

// Freezes the table on top; asking it for an unknown field raises with the nearest.
static void seal(lua_State *L, const char *name) {
  acr__freeze(L, -1);
  acr__push_raw(L, -1);
  lua_createtable(L, 0, 1);
  lua_pushstring(L, name);
  lua_pushcclosure(L, unknown_member, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_pop(L, 1);
}

static void add_part(lua_State *L, const char *field, const char *name) {
  seal(L, name);
  lua_setfield(L, -2, field);
}

void acr__open_accrue(acr__script *script) {
  static const luaL_Reg own[] = {{"scale", accrue_scale}, {"points_per", acr__accrue_points_per}, {"now", accrue_now},
                                 {"anniversary", accrue_anniversary}, {"number", acr__accrue_number},
                                 {"check_web_hook", accrue_check_web_hook}, {NULL, NULL}};
  static const luaL_Reg texts[] = {{"starts_with", text_starts_with}, {"split", text_split}, {"trim", text_trim}, {NULL, NULL}};
  lua_State *L = script->L;
  luaL_newlib(L, own);
  luaL_newlib(L, texts);
  add_part(L, "text", "accrue.text");
  acr__open_reads(L);
  add_part(L, "read", "accrue.read");
  acr__open_effects(L);
  add_part(L, "effect", "accrue.effect");
  acr__open_var_constructors(L);
  add_part(L, "var", "accrue.var");
  acr__open_constructors(L);
  seal(L, "accrue");
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->globals);
  lua_insert(L, -2);
  lua_setfield(L, -2, "accrue");
  lua_pop(L, 1);
}
