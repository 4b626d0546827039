// Plugins that mean harm: each is contained within seconds, and a good plugin of the same release works right after it.
#include "script/script.h"
#include "test_script_fixture.h"
#include <time.h>

#define BUDGET "budget"
#define ABSENT "there is no global"
#define NIL "attempt to call a nil value"
#define EITHER "the call" // bytes or instructions, whichever ends first

static const struct {
  const char *name, *body, *error;
} corpus[] = {
    // error NULL: any end will do
    // the first forty
    {"loop", "while true do end", BUDGET},
    {"tail recursion", "local function f() return f() end return f()", BUDGET},
    {"recursion", "local function f() return 1 + f() end return f()", NULL},
    {"rep 1 GiB", "return ('x'):rep(1 << 30) == 1", "longer than"},
    {"rep of nothing", "return (''):rep(1000000000000) == ''", NULL},
    {"method rep", "return ('ab'):rep(1000000000) == 1", "longer than"},
    {"pattern bomb via find", "local s = ('a'):rep(3000) for i = 1, 1e9 do s:find('.-.-.-.-b') end", BUDGET},
    {"match", "return ('a'):match('a') == 1", NIL},
    {"table.move", "return table.move({}, 1, 1 << 40, 2) == 1", NIL},
    {"pcall over a loop", "while true do pcall(function() while true do end end) end", BUDGET},
    {"__gc loop", "return setmetatable({}, { __gc = function() while true do end end })", ABSENT},
    {"__gc later", "local mt = {} local t = setmetatable({}, mt) mt.__gc = print", ABSENT},
    {"__close loop", "local t <close> = { } return true", "non-closable value"},
    {"coroutine", "return coroutine.wrap(function() end)", ABSENT},
    {"load", "return load('return 1')", ABSENT},
    {"string.dump", "return string.dump(function() end)", NIL},
    {"debug", "return debug.getregistry()", ABSENT},
    {"os.execute", "return os.execute('true')", ABSENT},
    {"io.open", "return io.open('/etc/passwd')", ABSENT},
    {"require", "return require 'os'", "files are required at the top of a file"},
    {"poisoned strings", "getmetatable('').__index = nil", ABSENT},
    {"_G", "return _G.os", ABSENT},
    {"_ENV", "return _ENV.io", ABSENT},
    {"s = s .. s", "local s = 'x' while true do s = s .. s end", "bad.lua:1: the call asked for more memory than a call may"},
    {"pcall and churn", "while true do pcall(string.rep, 'x', 1000000) end", "the call"},
    {"table fill", "local t = {} for i = 1, 1e9 do t[i] = i end", EITHER},
    {"linked tables", "local t while true do t = { t } end", EITHER},
    {"self-recursive walk", "local t = {} t.t = t local function walk(x) for _, v in pairs(x) do walk(v) end end walk(t)", NULL},
    {"error object with __tostring", "error(setmetatable({}, { __tostring = function() while true do end end }))", ABSENT},
    {"error with a table that holds itself", "local t = {} t.t = t error(t)", "as its message"},
    {"length of 2^50", "return #setmetatable({}, { __len = function() return 1 << 50 end })", ABSENT},
    {"for to huge", "for i = 1, math.huge do end", BUDGET},
    {"format width", "return ('%99999d'):format(1)", "at most 99"},
    {"format of 1e308", "for i = 1, 1e9 do local s = ('%.99f'):format(1e308) end", NULL},
    {"goto", "::again:: goto again", BUDGET},
    {"rawset on string", "rawset(string, 'len', nil)", ABSENT},
    {"integer range", "for i = math.mininteger, math.maxinteger do end", BUDGET},
    {"__pairs loop", "for k in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end", ABSENT},
    {"__index recursion", "local t = {} setmetatable(t, { __index = t }) return t.x", ABSENT},
    {"__eq loop", "local mt = { __eq = function(a, b) return a == b end } return setmetatable({}, mt) == setmetatable({}, mt)", ABSENT},
    // more
    {"inconsistent order", "local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function() return true end) return #t == 1000",
     NULL},
    {"sort that loops", "local t = {} for i = 1, 60000 do t[i] = -i end while true do table.sort(t) end", BUDGET},
    {"sort that breaks its table", "local t = { 3, 2, 1 } table.sort(t, function(a, b) t[1] = nil t[9] = 1 return a < b end) return true",
     NULL},
    {"select of many", "local t = {} for i = 1, 60000 do t[i] = i end return select('#', table.unpack(t)) == 60000", NULL},
    {"unpack bounds", "return table.unpack({}, math.mininteger, math.maxinteger)", "more than 65536"},
    {"unpack range", "return table.unpack({}, 1, 1e6)", "more than 65536"},
    {"concat range", "return table.concat({}, ',', 1, 1 << 40) == ''", "has the elements 1 to 0"},
    {"concat of concats", "local t = {} for i = 1, 110 do t[i] = ('x'):rep(10000) end return table.concat(t) == ''", "longer than"},
    {"insert position", "local t = {} table.insert(t, 1 << 40, 1)", "outside of"},
    {"insert in front", "local t = {} for i = 1, 60000 do t[i] = i end while true do table.insert(t, 1, 0) end", NULL},
    {"remove position", "return table.remove({ 1 }, -(1 << 60)) == 1", "outside of"},
    {"byte range", "return ('x'):byte(math.mininteger, math.maxinteger) == 120", NULL},
    {"many bytes", "return ('x'):rep(100000):byte(1, -1) == 1", "more than 65536 at once"},
    {"char of nonsense", "return string.char(-1) == ''", "out of range"},
    {"utf8 nonsense", "return utf8.codepoint('\\xff') == 1", "invalid UTF-8"},
    {"utf8 offsets", "return utf8.offset('abc', math.mininteger) == nil and utf8.len('\\xff') == nil", NULL},
    {"NaN key", "local t = {} t[0 / 0] = 1", "is NaN"},
    {"division by zero", "return 1 // 0 == 1", "divide by zero"},
    {"wrap", "return math.maxinteger + 1 == math.mininteger, 1 << 70", NULL},
    {"float measured", "return true, 0.5", NULL},
    {"next misuse", "return next({}, 'nothing') == nil and next({ a = 1 }, function() end)", "a key here is a function"},
    {"pairs of many", "local t = {} for i = 1, 70000 do t[i] = i end for k in pairs(t) do end", BUDGET},
    {"pairs in a loop", "local t = {} for i = 1, 60000 do t[i] = i end while true do pairs(t) end", NULL},
    {"pairs step misuse", "local f = pairs({}) f({}, 1)", "only serves pairs"},
    {"pairs state", "local f, s = pairs({ a = 1 }) return f(s, 'b')", "not in the table"},
    {"pcall of pcall", "local function f() return pcall(f) end return f()", NULL},
    {"error in nested pcall", "local ok = true while ok do ok = pcall(pcall, pcall, function() while true do end end) end", BUDGET},
    {"tostring of all", "return tostring(print):find('0x') == nil and tostring({}):find('0x') == nil and tostring(fact):find('0x') == nil",
     NULL},
    {"address by format", "return ('%s'):format(print):find('0x') == nil and ('%s %s'):format({}, fact.items):find('0x') == nil", NULL},
    {"address by q", "return ('%q'):format({})", "no literal"},
    {"address in an error", "return fact.items + {}", "attempt to perform arithmetic on a list value"},
    {"write to a fact", "fact.items[1].amount = 1000000", "read-only"},
    {"replaced environment", "_ENV = { pcall = 1 } return x == nil", NULL},
    {"environment written", "_ENV.x = 1", "assignment to the global 'x'"},
    {"effect outside", "return accrue.effect.award { account = 'a', source = 's', points = 1 } ~= nil", "made inside effects() only"},
    {"sum that sums", "return fact:sum(function() return fact:sum(function() return fact:sum(function() while true do end end) end) end)",
     BUDGET},
    {"method of another object", "return fact.sum(fact.items, 'amount') == 1", "wanted the fact"},
    {"time out of range", "return fact.time:add('9999999999999 years').year == 1", "wanted a duration"},
    {"time overflow", "return fact.time:add('9223372036854775807 hours').year == 1", "wanted a duration"},
    {"time far away", "return fact.time:add('9000 years').year == 1", NULL},
    {"hours far away", "return fact.time:add('99999999 hours').year == 1", "no date"},
    {"time start far away", "return fact.time:start_of('year', 999999).year == 1", NULL},
    {"many times", "for i = 1, 1e9 do local t = fact.time end", EITHER},
    {"split bomb", "local s = (','):rep(70000) return #accrue.text.split(s, ',') == 1", "more than 65536 parts"},
    {"points overflow", "return accrue.points_per(math.maxinteger, math.maxinteger, 1) == 1", "does not fit"},
    {"scale of the least integer", "return accrue.scale(math.mininteger, -1, 1) == 1", "does not fit"},
    {"scale by the least integer", "return accrue.scale(1, 1, math.mininteger) == 0", NULL},
    {"huge message", "error(('x'):rep(1000000))", "xxx..."},
    {"message in error handler", "local s = 'x' while true do s = s .. s error(s .. s) end", "xx"},
    {"closures", "local t = {} for i = 1, 1e6 do t[i] = function() return t, i end end", EITHER},
    {"just under the budget, again", "local n = 0 for i = 1, 100000 do n = n + 1 end return n == 100000", NULL},
};

static const char good_source[] = "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {},\n"
                                  "value = function(p) local s = 0 for k, v in pairs({ a = 1, b = 2 }) do s = s + v end\n"
                                  "return p:sum('amount') + s + #('x'):upper() end }";

// Of this process: a machine that stands still is not the plugin's.
static int64_t now_ms(void) {
  struct timespec at;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static void test_corpus(void **state) {
  (void)state;
  int wrong = 0;
  for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++) {
    char source[1024];
    snprintf(source, sizeof source,
             "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, test = function(fact, vars) %s end }",
             corpus[i].body);
    const char *const texts[] = {"key_phrases/bad.lua", source, "key_phrases/good.lua", good_source, NULL};
    struct fixture f;
    struct receipt r;
    receipt_fill(&r);
    if (!fixture_load(&f, texts)) print_message("%s: %s", corpus[i].name, f.faults);
    assert_non_null(f.tpl);
    struct acr__call call = {.script = f.script, .arena = f.arena};
    bool holds, has, nil;
    int64_t value, from = now_ms();
    for (int times = 0; times < 2; times++) {
      acr__script_event_begin(f.script);
      bool done = acr__call_test(&call, fixture_find(&f, ACR_KEY_PHRASE, "bad"), 0, &r.fact, &holds, &value, &has);
      bool right = corpus[i].error ? !done && strstr(call.error, corpus[i].error) : true;
      if (!right) print_message("%s: %s\n", corpus[i].name, done ? "came back" : call.error);
      wrong += !right || (!done && strlen(call.error) >= 1200);
      acr__script_event_begin(f.script);
      bool good = acr__call_value(&call, fixture_find(&f, ACR_KEY_PHRASE, "good"), 0, &r.fact, &value, &nil);
      if (!good) print_message("after %s: %s\n", corpus[i].name, call.error);
      assert_true(good && value == 5004);
    }
    if (now_ms() - from > 2000) print_message("%s took %lld ms\n", corpus[i].name, (long long)(now_ms() - from));
    assert_true(now_ms() - from < 30000);
    fixture_free(&f);
  }
  assert_int_equal(wrong, 0);
  print_message("%zu hostile plugins contained\n", sizeof corpus / sizeof *corpus);
}

// The same bodies while a file is loaded: faults, or a template; never a crash, and the next template loads.
static void test_corpus_at_load(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof corpus / sizeof *corpus; i++) {
    char source[1024];
    snprintf(source, sizeof source, "local fact, vars = accrue, accrue\nlocal function f() %s end\nf()\nreturn nil", corpus[i].body);
    const char *const texts[] = {"key_phrases/bad.lua", source, "key_phrases/good.lua", good_source, NULL};
    struct fixture f;
    assert_false(fixture_load(&f, texts));
    assert_int_equal(f.diag.faults, 1);
    assert_non_null(strstr(f.faults, "t/key_phrases/bad.lua"));
    fixture_free(&f);
  }
}

// Sources built to hurt the compiler.
static void test_sources(void **state) {
  (void)state;
  enum { SIZE = 300000 };
  char *big = malloc(SIZE + 64);
  struct {
    const char *head, *piece;
    size_t count;
    const char *fault;
  } cases[] = {
      {"return ", "{", 10000, "lua_syntax"},
      {"return ", "(", 10000, "lua_syntax"},
      {"return ", "not ", 10000, "lua_syntax"},
      {"", "local a ", 300, "lua_syntax"},
      {"", "\n", 200000, "wrong_kind"},
      {"", "x=1 ", 74000, "too_large"},
      {"--[==[", "]", 1000, "lua_syntax"},
      {"return '", "\xff", 1000, "lua_syntax"},
      {"return 'a", "\\0", 1000, "lua_syntax"},
      {"\x1bLua\x54", "\x01", 100, "lua_syntax"},
      {"#!/bin/sh\nreturn {} ", " ", 10, "lua_syntax"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t at = strlen(cases[i].head), len = strlen(cases[i].piece);
    memcpy(big, cases[i].head, at);
    for (size_t n = 0; n < cases[i].count && at + len < SIZE; n++, at += len)
      memcpy(big + at, cases[i].piece, len);
    big[at] = 0;
    const char *const texts[] = {"key_phrases/bad.lua", big, NULL};
    struct fixture f;
    assert_false(fixture_load(&f, texts));
    if (!strstr(f.faults, cases[i].fault)) print_message("%zu: %.300s\n", i, f.faults);
    assert_non_null(strstr(f.faults, cases[i].fault));
    fixture_free(&f);
  }
  free(big);
}

// Every text that a plugin can see is the same in every state.
static void test_same_everywhere(void **state) {
  (void)state;
  static const char body[] =
      "local t = {} for i = 1, 50 do t['k' .. (i * 7919 % 101)] = i end local s = ''\n"
      "for k, v in pairs(t) do s = s .. k .. v end for k, v in pairs(accrue) do s = s .. k .. tostring(v) end error(s)";
  char first[1200], again[1200];
  int64_t measured;
  run_test_body(body, &measured, first);
  for (int i = 0; i < 20; i++) {
    run_test_body(body, &measured, again);
    assert_string_equal(first, again);
  }
}

// Objects kept beyond their call are refused, not read.
static void test_stale(void **state) {
  (void)state;
  const char *const texts[] = {"key_phrases/x.lua",
                               "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, test = function(p)\n"
                               "local f, s = pairs({ a = p.items[1] }) return p:any(function(item) return item.sku == 'F95' end) end }",
                               "outcomes/o.lua",
                               "local kept return accrue.outcome { title = 'x', variables = {}, effects = function(p)\n"
                               "local old = kept kept = accrue.effect.tag { tag = 'x' } return { old, kept } end }",
                               NULL};
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  assert_true(fixture_load(&f, texts));
  struct acr__call call = {.script = f.script, .arena = f.arena};
  const struct acr__effect *list;
  int count;
  for (int i = 0; i < 2; i++) {
    assert_true(acr__call_effects(&call, fixture_find(&f, ACR_OUTCOME, "o"), 0, &r.fact, &list, &count));
    assert_int_equal(count, 1);
  }
  bool holds, has;
  int64_t measured;
  for (int items = 3; items >= 0; items--) {
    r.event.item_count = items;
    assert_true(acr__call_test(&call, fixture_find(&f, ACR_KEY_PHRASE, "x"), 0, &r.fact, &holds, &measured, &has));
    assert_true(holds == (items > 0));
  }
  fixture_free(&f);
}

// Instructions that a call of the body counts for.
static uint64_t cost_of(const char *body) {
  char source[1024];
  snprintf(source, sizeof source,
           "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, test = function(fact, vars) %s end }", body);
  const char *const texts[] = {"key_phrases/x.lua", source, NULL};
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  assert_true(fixture_load(&f, texts));
  struct acr__call call = {.script = f.script, .arena = f.arena};
  struct acr__script_stats before, after;
  bool holds = false, has;
  int64_t value;
  acr__script_stats_read(f.script, &before);
  acr__script_event_begin(f.script);
  bool done = acr__call_test(&call, fixture_find(&f, ACR_KEY_PHRASE, "x"), 0, &r.fact, &holds, &value, &has);
  if (!done) print_message("%s\n", call.error);
  assert_true(done && holds);
  acr__script_stats_read(f.script, &after);
  fixture_free(&f);
  return after.instructions - before.instructions;
}

#define UNPACKED(n, body)                                                                    \
  "local function g(...) end local function f(...) " body " end local t = {} for i = 1, " #n \
  " do t[i] = i end f(table.unpack(t)) return true"
#define GIVEN_ON "for i = 1, 100 do g(...) end"

// An instruction costs in proportion to what it touches.
static void test_large_things_count_for_more(void **state) {
  (void)state;
  uint64_t few = cost_of(UNPACKED(10, GIVEN_ON)), many = cost_of(UNPACKED(1000, GIVEN_ON)) - cost_of(UNPACKED(1000, ""));
  assert_in_range(few, 0, 1500);
  assert_in_range(many, 100 * 1000 / 8, 3 * 100 * 1000 / 8); // taken, passed on
  uint64_t shorter =
      cost_of("local a, b = ('x'):rep(100) .. 'y', ('x'):rep(100) .. 'y' for i = 1, 1000 do local s = a == b end return a == b");
  uint64_t longer =
      cost_of("local a, b = ('x'):rep(5000) .. 'y', ('x'):rep(5000) .. 'y' for i = 1, 1000 do local s = a == b end return a == b");
  assert_in_range(longer, shorter * 10, shorter * 30);
#define EMPTIED "local t = {} for i = 1, 2000 do t[i] = i end for i = 1, 2000 do t[i] = nil end "
  assert_in_range(cost_of(EMPTIED "return next(t) == nil") - cost_of(EMPTIED "return t.x == nil"), 512, 540);
}

// A text that a file keeps may be read by every call: it has to be short.
static void test_files_hold_no_long_texts(void **state) {
  (void)state;
  const char *const texts[] = {
      "lib/long.lua", "return { text = ('x'):rep(9000) }", "key_phrases/x.lua",
      "local long = require 'long' return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {},"
      "test = function() return long.text == '' end }",
      NULL};
  struct fixture f;
  assert_false(fixture_load(&f, texts));
  assert_non_null(strstr(f.faults, "lib/long.lua"));
  assert_non_null(strstr(f.faults, "a text of more than 8192 bytes"));
  fixture_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_corpus),
                                     cmocka_unit_test(test_corpus_at_load),
                                     cmocka_unit_test(test_large_things_count_for_more),
                                     cmocka_unit_test(test_files_hold_no_long_texts),
                                     cmocka_unit_test(test_sources),
                                     cmocka_unit_test(test_same_everywhere),
                                     cmocka_unit_test(test_stale)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
