// Times and durations as values in Lua.
#include "script/host.h"

enum { TIME_COST = 10 }; // instructions

void acr__push_time(lua_State *L, acr__time at, const acr__zone *zone) {
  struct acr__ud_time *time = lua_newuserdatauv(L, sizeof *time, 0);
  *time = (struct acr__ud_time){ACR_UD_TIME, at, zone ? zone : acr__zone_find(ACR__SPAN_LIT("UTC"))};
  lua_rawgeti(L, LUA_REGISTRYINDEX, acr__script_of(L)->meta[ACR_UD_TIME]);
  lua_setmetatable(L, -2);
}

void acr__push_duration(lua_State *L, acr__duration duration) {
  struct acr__ud_duration *object = lua_newuserdatauv(L, sizeof *object, 0);
  *object = (struct acr__ud_duration){ACR_UD_DURATION, duration};
  lua_rawgeti(L, LUA_REGISTRYINDEX, acr__script_of(L)->meta[ACR_UD_DURATION]);
  lua_setmetatable(L, -2);
}

bool acr__to_duration(lua_State *L, int at, acr__duration *out) {
  if (acr__ud_kind_of(L, at) == ACR_UD_DURATION) {
    *out = ((const struct acr__ud_duration *)lua_touserdata(L, at))->duration;
    return true;
  }
  return lua_type(L, at) == LUA_TSTRING && acr__duration_parse(acr__lua_span(L, at), out);
}

bool acr__call_now(acr__script *script, acr__time *at, const acr__zone **zone) {
  script->touched = true;
  if (!script->fact && !script->anchors) return false;
  *at = script->fact ? script->fact->time : script->anchors->now;
  *zone = script->fact ? script->fact->zone : script->anchors->zone;
  if (!*zone) *zone = acr__zone_find(ACR__SPAN_LIT("UTC"));
  return true;
}

static const struct acr__ud_time *check_time(lua_State *L, int at) {
  const struct acr__ud_time *time = lua_type(L, at) == LUA_TUSERDATA ? lua_touserdata(L, at) : NULL;
  if (!time || time->kind != ACR_UD_TIME) luaL_error(L, "wanted a time, found %s", acr__type_name(L, at));
  return time;
}

// The open end of a window has no date.
static bool has_date(acr__time at) {
  return at > ACR_TIME_MIN && at != ACR_TIME_MAX;
}

// A time whose date can be asked for.
static const struct acr__ud_time *check_dated(lua_State *L, int at) {
  const struct acr__ud_time *time = check_time(L, at);
  if (!has_date(time->at)) luaL_error(L, "this time is the open end of a window and has no date");
  return time;
}

static int time_date(lua_State *L) {
  const struct acr__ud_time *time = check_dated(L, 1);
  acr__push_date(L, acr__local_date(time->zone, time->at));
  return 1;
}

static int time_start_of(lua_State *L) {
  acr__charge(L, TIME_COST);
  const struct acr__ud_time *time = check_dated(L, 1);
  const char *name = luaL_checkstring(L, 2);
  lua_Integer n = luaL_optinteger(L, 3, 0);
  acr__unit unit = ACR_UNIT_DAY;
  while (unit <= ACR_UNIT_YEAR && strcmp(name, acr__unit_names[unit]) != 0) unit++;
  if (unit > ACR_UNIT_YEAR) return luaL_error(L, "start_of: found '%s'; wanted day, week, month or year", name);
  acr__date date = acr__period_start(acr__local_date(time->zone, time->at), unit);
  if (n < -1000000 || n > 1000000 || !acr__date_add(date, (acr__duration){n, unit}, 1, &date) || !acr__date_valid(date)) {
    return luaL_error(L, "start_of: %I %ss away is no date", (LUAI_UACINT)n, name);
  }
  acr__push_time(L, acr__day_start(time->zone, date), time->zone);
  return 1;
}

// The instant on a local date at the time of day that `like` has; after a gap in the clock the first valid one.
static acr__time at_same_clock(const struct acr__ud_time *like, acr__date date) {
  int64_t wanted = acr__local_second_of_day(like->zone, like->at), part = like->at % ACR_SECOND_US;
  if (part < 0) part += ACR_SECOND_US;
  acr__time at = acr__day_start(like->zone, date) + wanted * ACR_SECOND_US + part;
  int64_t found = acr__local_second_of_day(like->zone, at);
  acr__date day = acr__local_date(like->zone, at);
  if (acr__days_of(day) != acr__days_of(date)) found += (acr__days_of(day) - acr__days_of(date)) * 86400LL;
  return at + (wanted - found) * ACR_SECOND_US;
}

// Does the instant have a date of the years 1 to 9999?
static bool in_calendar(acr__time at) {
  int64_t day = at / ACR_DAY_US;
  return day > acr__days_of((acr__date){1, 1, 1}) && day < acr__days_of((acr__date){9999, 12, 31});
}

static int time_add(lua_State *L) {
  acr__charge(L, TIME_COST);
  static const int64_t seconds[] = {1, 60, 3600};
  const struct acr__ud_time *time = check_dated(L, 1);
  acr__duration by;
  if (!acr__to_duration(L, 2, &by)) return luaL_error(L, "add: found %s; wanted a duration as '30 days'", acr__type_name(L, 2));
  acr__time at = 0;
  acr__date date;
  bool done;
  if (by.unit <= ACR_UNIT_HOUR) {
    done = acr__mul(by.n, seconds[by.unit] * ACR_SECOND_US, &at) && acr__add(time->at, at, &at) && in_calendar(at);
  } else {
    done = acr__date_add(acr__local_date(time->zone, time->at), by, 1, &date) && acr__date_valid(date);
    if (done) at = at_same_clock(time, date);
  }
  if (!done) return luaL_error(L, "add: the result is no date");
  acr__push_time(L, at, time->zone);
  return 1;
}

static int time_days_since(lua_State *L) {
  const struct acr__ud_time *time = check_dated(L, 1);
  acr__date date;
  if (lua_type(L, 2) == LUA_TSTRING) {
    if (!acr__date_parse(acr__lua_span(L, 2), &date)) return luaL_error(L, "days_since: '%s' is no date", lua_tostring(L, 2));
  } else {
    date = acr__local_date(time->zone, check_dated(L, 2)->at);
  }
  lua_pushinteger(L, acr__days_of(acr__local_date(time->zone, time->at)) - acr__days_of(date));
  return 1;
}

enum part { YEAR = 1, MONTH, DAY, WEEKDAY, HOUR, MINUTE };

bool acr__time_part(acr__time at, const acr__zone *zone, int field, int64_t *out) {
  if (field < YEAR || field > MINUTE || !has_date(at)) return false;
  if (field >= HOUR) {
    int64_t second = acr__local_second_of_day(zone, at);
    *out = field == HOUR ? second / 3600 : second / 60 % 60;
    return true;
  }
  acr__date date = acr__local_date(zone, at);
  *out = field == WEEKDAY ? acr__weekday(acr__days_of(date)) : field == YEAR ? date.year : field == MONTH ? date.month : date.day;
  return true;
}

enum { METHODS = 100 }; // numbers of names from here on are methods
static const luaL_Reg methods[] = {
    {"date", time_date}, {"start_of", time_start_of}, {"add", time_add}, {"days_since", time_days_since}, {NULL, NULL}};

static int time_index(lua_State *L) {
  int field = acr__fieldset_number(L, 2, &acr__script_of(L)->time_names);
  if (field >= METHODS) return lua_pushcfunction(L, methods[field - METHODS].func), 1;
  if (field == 0) {
    static const acr__span names[] = {ACR__SPAN_LIT("year"), ACR__SPAN_LIT("month"), ACR__SPAN_LIT("day"), ACR__SPAN_LIT("weekday"),
                                      ACR__SPAN_LIT("hour"), ACR__SPAN_LIT("minute"), ACR__SPAN_LIT("date"), ACR__SPAN_LIT("start_of"),
                                      ACR__SPAN_LIT("add"), ACR__SPAN_LIT("days_since")};
    acr__span name = lua_type(L, 2) == LUA_TSTRING ? acr__lua_span(L, 2) : ACR__SPAN_LIT("?");
    return acr__unknown_field(L, "a time", name, names, sizeof names / sizeof *names);
  }
  const struct acr__ud_time *time = check_dated(L, 1);
  int64_t part = 0;
  acr__time_part(time->at, time->zone, field, &part);
  lua_pushinteger(L, part);
  return 1;
}

static int time_eq(lua_State *L) {
  bool times = acr__ud_kind_of(L, 1) == ACR_UD_TIME && acr__ud_kind_of(L, 2) == ACR_UD_TIME;
  lua_pushboolean(L, times && check_time(L, 1)->at == check_time(L, 2)->at);
  return 1;
}

static int time_lt(lua_State *L) {
  lua_pushboolean(L, check_time(L, 1)->at < check_time(L, 2)->at);
  return 1;
}

static int time_le(lua_State *L) {
  lua_pushboolean(L, check_time(L, 1)->at <= check_time(L, 2)->at);
  return 1;
}

static int duration_index(lua_State *L) {
  const struct acr__ud_duration *object = lua_touserdata(L, 1);
  static const acr__span names[] = {ACR__SPAN_LIT("n"), ACR__SPAN_LIT("unit")};
  acr__span name = lua_type(L, 2) == LUA_TSTRING ? acr__lua_span(L, 2) : ACR__SPAN_LIT("?");
  if (acr__span_is(name, "n")) lua_pushinteger(L, object->duration.n);
  else if (acr__span_is(name, "unit")) lua_pushstring(L, acr__unit_names[object->duration.unit]);
  else return acr__unknown_field(L, "a duration", name, names, 2);
  return 1;
}

static int duration_eq(lua_State *L) {
  acr__duration a = {0}, b = {0};
  bool both = acr__to_duration(L, 1, &a) && acr__to_duration(L, 2, &b);
  lua_pushboolean(L, both && a.n == b.n && a.unit == b.unit);
  return 1;
}

void acr__open_times(acr__script *script) {
  static const luaL_Reg compare[] = {{"__eq", time_eq}, {"__lt", time_lt}, {"__le", time_le}, {NULL, NULL}};
  static const char *const fields[] = {"year", "month", "day", "weekday", "hour", "minute"};
  lua_State *L = script->L;
  for (int i = 0; i < 6; i++) acr__fieldset_add(L, script, &script->time_names, fields[i], YEAR + i);
  for (int i = 0; methods[i].name; i++) acr__fieldset_add(L, script, &script->time_names, methods[i].name, METHODS + i);
  script->meta[ACR_UD_TIME] = acr__new_meta(L, "time", time_index);
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->meta[ACR_UD_TIME]);
  luaL_setfuncs(L, compare, 0);
  lua_pop(L, 1);
  script->meta[ACR_UD_DURATION] = acr__new_meta(L, "duration", duration_index);
  lua_rawgeti(L, LUA_REGISTRYINDEX, script->meta[ACR_UD_DURATION]);
  lua_pushcfunction(L, duration_eq);
  lua_setfield(L, -2, "__eq");
  lua_pop(L, 1);
}
