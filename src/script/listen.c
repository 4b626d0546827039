// What plugins look at, compute and print while somebody listens.
#include "base/decimal.h"
#include "script/host.h"

void acr__script_listen(acr__script *script, struct acr__listener *listener) {
  script->listener = listener;
}

void acr__script_aside(acr__script *script) {
  struct acr__listener *listener = script->listener;
  listener->event_used = script->event_used;
  listener->event_broken = script->event_broken;
  listener->looked_count = listener->points_count = listener->said_count = 0;
  acr__script_event_begin(script);
}

void acr__script_aside_end(acr__script *script) {
  script->event_used = script->listener->event_used;
  script->event_broken = script->listener->event_broken;
}

// ---- Values

static bool is_money(acr__span name) {
  static const char *const names[] = {"amount", "total", "subtotal", "tax", "shipping"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (acr__span_is(name, names[i])) return true;
  return false;
}

static char *say_time(acr__arena *arena, const struct acr__ud_time *time) {
  static const char *const days[] = {"", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  if (time->at <= ACR_TIME_MIN || time->at == ACR_TIME_MAX) return NULL;
  acr__date date = acr__local_date(time->zone, time->at);
  int64_t second = acr__local_second_of_day(time->zone, time->at);
  return acr__arena_printf(arena, "%s %04d-%02d-%02d %02d:%02d", days[acr__weekday(acr__days_of(date))], date.year, date.month, date.day,
                           (int)(second / 3600), (int)(second / 60 % 60));
}

// NULL = nothing that would tell a reader something: a list, a number whose decimals are not known here.
static char *say(lua_State *L, acr__arena *arena, acr__span name) {
  const struct acr__fact *fact = acr__script_of(L)->fact;
  char text[32];
  switch (lua_type(L, -1)) {
  case LUA_TSTRING: return acr__arena_text(arena, acr__lua_span(L, -1));
  case LUA_TBOOLEAN: return acr__arena_printf(arena, "%s", lua_toboolean(L, -1) ? "true" : "false");
  case LUA_TUSERDATA: return acr__ud_kind_of(L, -1) == ACR_UD_TIME ? say_time(arena, lua_touserdata(L, -1)) : NULL;
  case LUA_TNUMBER:
    if (!is_money(name)) return NULL;
    acr__decimal_format(lua_tointeger(L, -1), fact->currency_scale, text);
    return acr__arena_printf(arena, "%s", text);
  default: return NULL;
  }
}

void acr__hear_field(lua_State *L, const char *of, acr__span name) {
  struct acr__listener *listener = acr__script_of(L)->listener;
  bool absent = lua_isnil(L, -1);
  if (listener->looked_count == ACR_LOOKED_MAX || (!of[0] && acr__span_is(name, "type"))) return;
  char *value = absent ? NULL : say(L, listener->arena, name);
  if (!absent && !value) return;
  acr__span whole = acr__span_of(acr__arena_printf(listener->arena, "%s%.*s", of, (int)name.len, name.ptr));
  acr__span said = value ? acr__span_of(value) : (acr__span){0};
  for (int i = 0; i < listener->looked_count; i++) {
    const struct acr__looked *known = &listener->looked[i];
    if (acr__span_eq(known->name, whole) && acr__span_eq(known->value, said)) return;
  }
  listener->looked[listener->looked_count++] = (struct acr__looked){whole, said};
}

void acr__hear_points(acr__script *script, int64_t amount, const struct acr__points_per *rule, int64_t result) {
  struct acr__listener *listener = script->listener;
  if (listener->points_count < ACR_HEARD_MAX)
    listener->points[listener->points_count++] = (struct acr__heard_points){amount, result, *rule};
}

// print is heard by specs, simulate and explain; elsewhere nobody listens.
int acr__base_print(lua_State *L) {
  acr__script *script = acr__script_of(L);
  struct acr__listener *listener = script->listener;
  if (!listener || listener->said_count == ACR_HEARD_MAX) return 0;
  luaL_Buffer line;
  int count = lua_gettop(L);
  luaL_buffinit(L, &line);
  for (int i = 1; i <= count; i++) {
    if (i > 1) luaL_addchar(&line, ' ');
    if (lua_type(L, i) == LUA_TSTRING || lua_type(L, i) == LUA_TNUMBER) {
      lua_pushvalue(L, i);
      luaL_addvalue(&line);
    } else if (lua_type(L, i) == LUA_TBOOLEAN) {
      luaL_addstring(&line, lua_toboolean(L, i) ? "true" : "false");
    } else {
      luaL_addstring(&line, acr__type_name(L, i));
    }
  }
  luaL_pushresult(&line);
  acr__span text = acr__lua_span(L, -1);
  acr__charge_bytes(L, text.len);
  listener->said[listener->said_count++] = acr__arena_span(listener->arena, text);
  return 0;
}
