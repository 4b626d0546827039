// `string` without patterns: every function is linear in what it reads and bounded in what it makes.
#include "script/host.h"
#include <lualib.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20, BYTES_AT_ONCE = 65536 };

static size_t from_end(lua_Integer at, size_t len, size_t lowest) {
  if (at > 0) return (size_t)at;
  if (at < 0 && (lua_Integer)len + at >= 0) return (size_t)((lua_Integer)len + at + 1);
  return lowest;
}

static int string_find(lua_State *L) {
  size_t len, wanted_len;
  const char *text = luaL_checklstring(L, 1, &len), *wanted = luaL_checklstring(L, 2, &wanted_len);
  size_t from = from_end(luaL_optinteger(L, 3, 1), len, 1);
  acr__charge(L, len / 64);
  if (from > len + 1) return luaL_pushfail(L), 1;
  const char *found = memmem(text + from - 1, len - (from - 1), wanted, wanted_len);
  if (!found) return luaL_pushfail(L), 1;
  lua_pushinteger(L, found - text + 1);
  lua_pushinteger(L, found - text + (lua_Integer)wanted_len);
  return 2;
}

static int string_rep(lua_State *L) {
  size_t len, gap_len;
  const char *text = luaL_checklstring(L, 1, &len), *gap = luaL_optlstring(L, 3, "", &gap_len);
  lua_Integer times = luaL_checkinteger(L, 2);
  if (times <= 0 || len + gap_len == 0) return lua_pushliteral(L, ""), 1;
  if ((lua_Unsigned)times > TEXT_MAX || (lua_Unsigned)times * (len + gap_len) > TEXT_MAX) {
    return luaL_error(L, "rep: the text would be longer than %d bytes", TEXT_MAX);
  }
  size_t total = (size_t)times * (len + gap_len) - gap_len;
  acr__charge(L, total / 64);
  luaL_Buffer out;
  char *to = luaL_buffinitsize(L, &out, total);
  memcpy(to, text, len);
  if (times > 1) memcpy(to + len, gap, gap_len);
  for (size_t done = len + gap_len; done < total; done *= 2) {
    memcpy(to + done, to, done < total - done ? done : total - done);
  }
  luaL_pushresultsize(&out, total);
  return 1;
}

static int string_byte(lua_State *L) {
  size_t len;
  const char *text = luaL_checklstring(L, 1, &len);
  lua_Integer given = luaL_optinteger(L, 2, 1);
  size_t from = from_end(given, len, 1), to = from_end(luaL_optinteger(L, 3, (lua_Integer)from), len, 0);
  if (to > len) to = len;
  if (from > to) return 0;
  if (to - from >= BYTES_AT_ONCE) return luaL_error(L, "byte: more than %d at once", BYTES_AT_ONCE);
  int count = (int)(to - from + 1);
  acr__charge(L, (uint64_t)count);
  luaL_checkstack(L, count, "byte: too many at once");
  for (size_t i = from; i <= to; i++) lua_pushinteger(L, (unsigned char)text[i - 1]);
  return count;
}

// One conversion of a format: flags, width and precision of at most two digits, and none that shows an address.
static const char *check_conversion(lua_State *L, const char *at) {
  at += strspn(at, "-+ #0");
  for (int part = 0; part < 2; part++) {
    size_t digits = strspn(at, "0123456789");
    if (digits > 2) luaL_error(L, "format: width and precision are at most 99");
    at += digits;
    if (part == 0 && *at != '.') break;
    if (part == 0) at++;
  }
  if (!*at || !strchr("diucxXoaAeEfFgGsq", *at)) luaL_error(L, "format: '%%%c' is no conversion that plugins have", *at ? *at : ' ');
  return at + 1;
}

// The stock function is upvalue 1; objects are turned into our texts before it sees them.
static int string_format(lua_State *L) {
  size_t len;
  const char *format = luaL_checklstring(L, 1, &len);
  int args = lua_gettop(L), arg = 1;
  if (args > 100) return luaL_error(L, "format: more than 99 values");
  for (const char *at = format; (at = memchr(at, '%', (size_t)(format + len - at)));) {
    if (at[1] == '%') {
      at += 2;
      continue;
    }
    at = check_conversion(L, at + 1);
    acr__charge(L, strchr("aAeEfFgG", at[-1]) ? 400 : 5);
    arg++;
    if (at[-1] == 'q' && arg <= args && lua_type(L, arg) == LUA_TSTRING) acr__charge(L, 10 * lua_rawlen(L, arg)); // each may be escaped
    bool object = arg <= args && lua_type(L, arg) > LUA_TSTRING;
    if (at[-1] == 's' && object) {
      lua_pushcfunction(L, acr__base_tostring);
      lua_pushvalue(L, arg);
      lua_call(L, 1, 1);
      lua_replace(L, arg);
    }
  }
  acr__charge(L, len / 16);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, args, 1);
  return 1;
}

void acr__open_string(lua_State *L) {
  static const luaL_Reg own[] = {{"byte", string_byte}, {"find", string_find}, {"rep", string_rep}, {NULL, NULL}};
  static const char *const kept[] = {"char", "len", "lower", "reverse", "sub", "upper"};
  luaL_newlib(L, own);
  luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 0);
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    lua_getfield(L, -1, kept[i]);
    lua_setfield(L, -3, kept[i]);
  }
  acr__pay_by_values(L, -3, "char");
  lua_getfield(L, -1, "format");
  lua_pushcclosure(L, string_format, 1);
  lua_setfield(L, -3, "format");
  lua_pop(L, 1);
}
