// The closed library: what is there works the same everywhere, what is not there is told by name.
#include "script/script.h"
#include "test_script_fixture.h"

static void test_globals(void **state) {
  (void)state;
  assert_lua("return type(accrue) == 'table' and type(math.floor) == 'function'");
  assert_lua_error("return os.time() > 0", "there is no global 'os'");
  assert_lua_error("return strng.len('a') == 1", "the nearest is 'string'");
  assert_lua_error("x = 1 return true", "t/key_phrases/x.lua:2: assignment to the global 'x'");
  const char *const absent[] = {"load", "loadstring", "dofile", "loadfile", "io", "os", "debug", "package", "coroutine", "collectgarbage",
                                "setmetatable", "getmetatable", "rawset", "rawget", "rawequal", "rawlen", "xpcall", "_G", "warn"};
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
    char body[128];
    snprintf(body, sizeof body, "return %s ~= nil", absent[i]);
    assert_lua_error(body, "there is no global");
  }
  assert_lua("return math.random == nil and math.randomseed == nil and string.gsub == nil and string.dump == nil and string.match == nil");
  assert_lua("return string.gmatch == nil and string.pack == nil and table.move == nil");
}

static void test_pairs_sorted(void **state) {
  (void)state;
  assert_lua("local t = { b = 1, a = 2, [3] = 3, [1] = 4, [2.5] = 5, [true] = 6, [false] = 7 } local s = ''\n"
             "for k in pairs(t) do s = s .. tostring(k) .. ' ' end return s == '1 2.5 3 a b false true '");
  assert_lua("local t, s, k = { z = 1, y = 2, [10] = 3 }, '', nil repeat k = next(t, k) s = s .. tostring(k) .. ' ' until k == nil return "
             "s == '10 y z nil '");
  assert_lua(
      "local t = { a = 1, b = 2, c = 3 } local n = 0 for k in pairs(t) do t[k] = nil n = n + 1 end return n == 3 and next(t) == nil");
  assert_lua("for _ in pairs({}) do return false end return true");
  assert_lua_error("for k in pairs({ [{}] = 1 }) do end return true", "a key here is a table");
  assert_lua_error("for k in pairs(fact) do end return true", "pairs wants a table, found a fact");
  assert_lua("local n = 0 for k, v in pairs(math) do n = n + 1 end return n > 20");
}

static void test_texts(void **state) {
  (void)state;
  assert_lua("return tostring({}) == 'table' and tostring(print) == 'function' and tostring(fact) == 'a fact'");
  assert_lua("return ('a.b'):find('.') == 2 and ('abc'):find('x') == nil and ('aXa'):find('a', 2) == 3 and (''):find('') == 1");
  assert_lua("return ('ab'):rep(3, '-') == 'ab-ab-ab' and ('abc'):upper() == 'ABC' and ('x'):byte() == 120");
  assert_lua("return string.format('%5.2f|%-4s|%03d|%x|%s|%%', 1.5, 'a', 7, 255, {}) == ' 1.50|a   |007|ff|table|%'");
  assert_lua_error("return string.format('%p', {}) == ''", "'%p' is no conversion");
  assert_lua_error("return string.format('%100d', 1) == ''", "at most 99");
  assert_lua_error("return '1' + 1 == 2", "attempt to perform arithmetic on a string value");
  assert_lua_error("return math.max('10', 2) == 10", "math.max: argument 1 is a text");
  assert_lua("return math.max(3, 2.5) == 3 and math.type('1') == nil and math.floor(2.5) == 2 and math.pi > 3");
  assert_lua_error("return -'1' == 1", "arithmetic on a string");
  assert_lua(
      "return accrue.text.trim('  a b ') == 'a b' and accrue.text.starts_with('abc', 'ab') and #accrue.text.split('a,b,,c', ',') == 4");
  assert_lua_error("return accrue.text.startswith('a', 'a')", "the nearest is 'starts_with'");
  assert_lua_error("string.rep = nil return true", "read-only");
  assert_lua_error("accrue.scale = nil return true", "read-only");
  assert_lua_error("table.insert(math, 1) return true", "read-only");
}

static void test_tables(void **state) {
  (void)state;
  assert_lua("local t = { 3, 1, 2 } table.sort(t) return table.concat(t, ',') == '1,2,3'");
  assert_lua("local t = { 5, 3, 9, 1 } table.sort(t, function(a, b) return a > b end) return table.concat(t, ',') == '9,5,3,1'");
  assert_lua("local t = {} for i = 1, 500 do t[i] = { k = i % 3, i = i } end table.sort(t, function(a, b) return a.k < b.k end)\n"
             "for i = 2, 500 do if t[i].k == t[i - 1].k and t[i].i < t[i - 1].i then return false end end return true");
  assert_lua("local t = { 1, 2, 3 } table.insert(t, 1, 0) table.insert(t, 4) return table.remove(t, 2) == 1 and table.concat(t, ',') == "
             "'0,2,3,4'");
  assert_lua("return select('#', table.unpack({ 1, 2, 3 })) == 3 and table.pack(1, nil).n == 2 and table.remove({}) == nil");
  assert_lua_error("table.sort({ 1, 'a' }) return true", "attempt to compare");
  assert_lua_error("return table.concat({ {} }) == ''", "element 1 is a table");
}

static void test_errors(void **state) {
  (void)state;
  assert_lua("local ok, message = pcall(error, 'x') return not ok and message == 'x'");
  assert_lua("return pcall(function() return true end)");
  assert_lua_error("error('broken')", "key phrase x: t/key_phrases/x.lua:2: broken");
  assert_lua_error("error({})", "error was raised with table as its message");
  assert_lua_error("error()", "error was raised with nothing");
  assert_lua_error("error('a\\nb\\27[31m%s%n', 0)", "a b [31m%s%n");
  assert_lua_error("return 1", "test returned an integer; wanted true or false");
}

static void test_arithmetic(void **state) {
  (void)state;
  assert_lua("return accrue.scale(10, 1, 3) == 3 and accrue.scale(10, 1, 3, 'up') == 4 and accrue.scale(5, 1, 2, 'half_up') == 3");
  assert_lua_error("return accrue.scale(1.5, 1, 1) == 1", "amount is the float 1.5");
  assert_lua_error("return accrue.scale(1, 1, 0) == 1", "per is 0");
  assert_lua_error("return accrue.scale(math.maxinteger, 10, 1) == 1", "does not fit");
  assert_lua_error("return accrue.scale(1, 1, 1, 'nearest') == 1", "wanted \"down\"");
  assert_lua("return accrue.points_per(1999, 2, 100) == 39 and accrue.points_per(1999, 2, 100, { precision = 0 }) == 38");
  assert_lua(
      "return accrue.points_per(47500, 2, 100, { hurdle = 40000 }) == 950 and accrue.points_per(39999, 2, 100, { hurdle = 40000 }) == 0");
  assert_lua_error("return accrue.points_per(1, 1, 1, { rounding_mode = 'up' }) == 1", "points_per has no field 'rounding_mode'");
  assert_lua_error("return accrue.points_per(1, 1, 1, { account = 'points' }) == 1", "no account of the program");
  assert_lua_error("return accrue.scal(1, 1, 1) == 1", "the nearest is 'scale'");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_globals), cmocka_unit_test(test_pairs_sorted), cmocka_unit_test(test_texts),
    cmocka_unit_test(test_tables),  cmocka_unit_test(test_errors),       cmocka_unit_test(test_arithmetic)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
