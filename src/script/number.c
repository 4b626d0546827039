// accrue.number: a number of a fact whatever it is made of, so that a plugin may compare and add up fields that a program names.
#include "base/decimal.h"
#include "script/host.h"
#include "script/path.h"

enum { PLACES_MAX = ACR_NUMBER_PLACES_MAX };

static bool starts(acr__span text, const char *prefix, acr__span *rest) {
  size_t len = strlen(prefix);
  if (text.len <= len || memcmp(text.ptr, prefix, len) != 0) return false;
  *rest = (acr__span){text.ptr + len, text.len - len};
  return true;
}

// An undeclared value: the text that was sent, at the decimals that it has; more than nine are cut. false when it is no number.
static bool read_text(acr__span text, int *places, int64_t *out) {
  const char *point = text.len ? memchr(text.ptr, '.', text.len) : NULL;
  size_t shown = point ? text.len - (size_t)(point - text.ptr) - 1 : 0;
  while (shown > 0 && point[shown] == '0') shown--;
  for (; shown > PLACES_MAX; shown--) {
    if (point[shown] < '0' || point[shown] > '9') return false;
    text.len = (size_t)(point - text.ptr) + shown;
  }
  *places = (int)shown;
  return acr__decimal_parse(text, *places, out) == ACR_DECIMAL_OK;
}

// The sum of an undeclared field over the lines that count, at the most decimals that one of them has; lines without it, or with
// something that is no number, add nothing. *nil when none has it.
static bool sum_lines(lua_State *L, acr__script *script, acr__span name, int *places, int64_t *out, bool *nil) {
  int count, most = 0, own;
  const int *lines = acr__counting_items(script, &count);
  const struct acr__item *items = script->fact->event->items;
  int64_t value, sum = 0;
  acr__charge(L, 2 * (uint64_t)count);
  *nil = true;
  for (int i = 0; i < count; i++) {
    if (!read_text(acr__item_context(&items[lines[i]], name), &own, &value)) continue;
    *nil = false;
    if (own > most) most = own;
  }
  for (int i = 0; i < count; i++) {
    if (!read_text(acr__item_context(&items[lines[i]], name), &own, &value)) continue;
    if (!acr__mul(value, acr__pow10(most - own), &value) || !acr__add(sum, value, &sum)) return false;
  }
  *places = most;
  *out = sum;
  return true;
}

// What base earning gave, at the decimals of the account.
static void base_points(lua_State *L, acr__script *script, acr__span account, int *places, int64_t *out) {
  void *known = acr__table_get(script->accounts, account);
  if (!known) luaL_error(L, "number: '%s' is no account of the program", account.ptr);
  *places = (int)(intptr_t)known - 1;
  *out = acr__base_points_of(L, script->fact, account);
}

static int no_path(lua_State *L, acr__span text) {
  return luaL_error(L, "number: '%s' is no path; wanted amount, total, subtotal, tax, shipping, quantity, items.amount, items.quantity, "
                       "context.X, items.context.X or base_points.ACCOUNT", text.ptr);
}

// false when the number does not fit.
static bool find_number(lua_State *L, acr__script *script, acr__span text, int *places, int64_t *out, bool *nil) {
  const struct acr__fact *fact = script->fact;
  struct acr__path path;
  acr__span name;
  if (!fact->event) luaL_error(L, "number: only purchases and events have fields; found %s", acr__type_name(L, 1));
  if (acr__path_find(text, fact->schema, fact->currency_scale, &path) && !path.points) {
    acr__charge(L, (uint64_t)fact->event->item_count);
    *places = path.scale;
    return acr__path_value(&path, fact, out, nil);
  }
  *nil = false;
  if (starts(text, "base_points.", &name)) return base_points(L, script, name, places, out), true;
  if (starts(text, "items.context.", &name)) return sum_lines(L, script, name, places, out, nil);
  if (!starts(text, "context.", &name)) no_path(L, text);
  *nil = !read_text(acr__event_context(fact->event, name), places, out);
  return true;
}

// number(fact, path): the number and its decimals, or nil where there is none; number(fact, path, decimals): the number in units of
// 10^-decimals, cut where it has more.
int acr__accrue_number(lua_State *L) {
  acr__check_view(L, 1, ACR_UD_FACT);
  if (lua_type(L, 2) != LUA_TSTRING) return luaL_error(L, "number wants a path, found %s", acr__type_name(L, 2));
  bool scaled = !lua_isnoneornil(L, 3), nil = true;
  if (scaled && (!lua_isinteger(L, 3) || lua_tointeger(L, 3) < 0 || lua_tointeger(L, 3) > PLACES_MAX)) {
    return luaL_error(L, "number: decimals is no integer from 0 to %d", PLACES_MAX);
  }
  int places = 0;
  int64_t value = 0;
  bool fits = find_number(L, acr__script_of(L), acr__lua_span(L, 2), &places, &value, &nil);
  if (fits && !nil && scaled) fits = acr__scale(value, acr__pow10((int)lua_tointeger(L, 3)), acr__pow10(places), ACR_ROUND_DOWN, &value);
  if (!fits) return luaL_error(L, "number: %s does not fit 64 bits", lua_tostring(L, 2));
  if (nil) {
    lua_pushnil(L);
    return 1;
  }
  lua_pushinteger(L, value);
  if (scaled) return 1;
  lua_pushinteger(L, places);
  return 2;
}
