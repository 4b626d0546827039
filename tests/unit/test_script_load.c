// Constructors: good files give plain data; bad ones give every fault with file, line and the nearest name.
#include "script/script.h"
#include "test_script_fixture.h"

static const char fuel[] =
  "return accrue.key_phrase {\n"
  "  title      = \"Litres {timeframe} is {operator} {litres}\",\n"
  "  conditions = { \"purchase\", \"past_purchases\" },\n"
  "  variables  = {\n"
  "    operator  = accrue.var.operator { of = \"litres\" },\n"
  "    litres    = accrue.var.decimal { scale = 2, min = \"0.00\", help = 'how many' },\n"
  "    timeframe = accrue.var.timeframe { optional = true },\n"
  "    mode      = accrue.var.choice { of = { 'a', 'b' }, default = 'a' },\n"
  "  },\n"
  "  aggregate = \"sum\",\n"
  "  value     = \"items.context.litres\",\n"
  "  examples  = { { vars = { litres = \"30.00\" }, sentence = \"x\" } },\n"
  "}\n";

static void test_component(void **state) {
  (void)state;
  const char *const texts[] = {
      "key_phrases/litres.lua",
      fuel,
      "events/purchase.lua",
      "return accrue.event { title = 'P', fields = { n = accrue.var.integer { min = 1, max = 5 } }, item_fields = {\n"
      "litres = accrue.var.decimal { scale = 2, optional = true, min = '0.50' } } }",
      "outcomes/give.lua",
      "return accrue.outcome { title = 'G', variables = {}, behaviors = 'purchase', effects = function() return {} end }",
      "constraints/a.lua",
      "return accrue.constraint { title = 'A', conditions = 'purchase', variables = {}, accepts = function() return true end }",
      NULL};
  struct fixture f;
  assert_true(fixture_load(&f, texts));
  assert_int_equal(f.tpl->component_count, 6);
  assert_true(acr__span_is(f.tpl->name, "t") && f.tpl->api == 1 && f.tpl->extends.len == 0);
  const struct acr__component *litres = fixture_find(&f, ACR_KEY_PHRASE, "litres");
  assert_true(acr__span_is(litres->file, "t/key_phrases/litres.lua"));
  assert_int_equal(litres->functions, ACR_HAS_VALUE);
  assert_true(acr__span_is(litres->path, "items.context.litres"));
  assert_int_equal(litres->aggregate, ACR_AGG_SUM);
  assert_int_equal(litres->condition_count, 2);
  assert_int_equal(litres->var_count, 4);
  assert_true(acr__span_is(litres->vars[0].name, "litres") && litres->vars[0].type == ACR_VAR_DECIMAL && litres->vars[0].scale == 2);
  assert_true(acr__span_is(litres->vars[0].min, "0.00") && acr__span_is(litres->vars[0].help, "how many"));
  assert_true(acr__span_is(litres->vars[1].default_json, "\"a\"") && litres->vars[1].choice_count == 2);
  assert_true(acr__span_is(litres->vars[2].of, "litres") && acr__span_is(litres->vars[2].default_json, "\">=\""));
  assert_true(litres->vars[3].optional);
  const struct acr__component *purchase = fixture_find(&f, ACR_EVENT_TYPE, "purchase");
  assert_true(acr__span_is(purchase->schema.type, "purchase"));
  assert_int_equal(purchase->schema.fields[0].max, 5);
  assert_int_equal(purchase->schema.item_fields[0].min, 50);
  assert_true(purchase->schema.item_fields[0].optional && !purchase->schema.fields[0].optional);
  assert_true(fixture_find(&f, ACR_CONDITION_TYPE, "purchase")->constraint_all);
  assert_int_equal(fixture_find(&f, ACR_OUTCOME, "give")->functions, ACR_HAS_EFFECTS);
  assert_null(acr__template_find(f.tpl, ACR_OUTCOME, ACR__SPAN_LIT("litres")));
  assert_true(acr__span_is(acr__template_nearest(f.tpl, ACR_KEY_PHRASE, ACR__SPAN_LIT("litre")), "litres"));
  fixture_free(&f);
}

// Loads one key phrase whose source is given and checks that all of `wanted` stand among the faults.
static void check_faults(const char *path, const char *source, const char *const *wanted) {
  const char *const texts[] = {path, source, NULL};
  struct fixture f;
  assert_false(fixture_load(&f, texts));
  for (; *wanted; wanted++) {
    if (!strstr(f.faults, *wanted)) print_message("%s\n  gave:\n%s  wanted: %s\n", source, f.faults, *wanted);
    assert_non_null(strstr(f.faults, *wanted));
  }
  fixture_free(&f);
}

#define FAULTS(path, source, ...) check_faults(path, source, (const char *const[]){__VA_ARGS__, NULL})

static void test_all_faults_at_once(void **state) {
  (void)state;
  FAULTS("key_phrases/x.lua",
         "return accrue.key_phrase {\n"
         "  titel = 'x',\n"
         "  conditions = 5,\n"
         "  variables = {\n"
         "    limit = accrue.var.integer(),\n"
         "    n = accrue.var.integer { minn = 1 },\n"
         "    m = 3,\n"
         "    timeframe = accrue.var.text(),\n"
         "  },\n"
         "  aggregate = 'summ',\n"
         "}\n",
         "unknown_field|t/key_phrases/x.lua|2|accrue.key_phrase has no field 'titel'; the nearest is 'title'",
         "wrong_type|t/key_phrases/x.lua|3|conditions: found an integer, wanted a name or a list of names",
         "reserved_name|t/key_phrases/x.lua|5|variables: the name 'limit' is reserved: it is a field of rules and conditions",
         "unknown_field|t/key_phrases/x.lua|6|accrue.var.integer has no option 'minn'; the nearest is 'min'",
         "wrong_type|t/key_phrases/x.lua|7|variables.m: found an integer, wanted a name with accrue.var.TYPE",
         "reserved_name|t/key_phrases/x.lua|8|variables: the name 'timeframe' is reserved for a variable of that type",
         "unknown_name|t/key_phrases/x.lua|10|aggregate: found 'summ'; the nearest is 'sum'",
         "missing_field|t/key_phrases/x.lua|1|a key phrase has either value or test; found neither");
}

static void test_single_faults(void **state) {
  (void)state;
  FAULTS("key_phrases/x.lua", "return accrue.key_phrase {\n title = 'a' b }", "lua_syntax|t/key_phrases/x.lua|2|'}' expected");
  FAULTS("key_phrases/x.lua", "local x = nil\nreturn x.y", "lua_error|t/key_phrases/x.lua|2|attempt to index a nil value (local 'x')");
  FAULTS("key_phrases/x.lua", "return { title = 'x' }", "wrong_kind|t/key_phrases/x.lua|0|the file returns a table");
  FAULTS("key_phrases/x.lua", "", "wrong_kind|t/key_phrases/x.lua|0|the file returns nothing");
  FAULTS("outcomes/x.lua", "\nreturn accrue.event { title = 'x', fields = {} }",
         "wrong_kind|t/outcomes/x.lua|2|found a component of the kind 'event type', wanted 'outcome' in outcomes/");
  FAULTS("key_phrases/X.lua", "return 1", "bad_name|t/key_phrases/X.lua");
  FAULTS("key_phrases/x.lua", "return accrue.keyphrase { }", "the nearest is 'key_phrase'");
  FAULTS("key_phrases/x.lua",
         "return accrue.key_phrase { title = '{a} {lvel}', conditions = 'purchase', variables = { level = accrue.var.level() }, test = "
         "print }",
         "placeholder|t/key_phrases/x.lua|1|title: {a} names no variable", "{lvel} names no variable; the nearest is 'level'");
  FAULTS("key_phrases/x.lua",
         "return accrue.key_phrase { title = 'x', conditions = 'purchses', variables = {}, test = function() return true end }",
         "unknown_name|t/key_phrases/x.lua|1|conditions: there is no condition type 'purchses'");
  FAULTS("key_phrases/x.lua",
         "return accrue.key_phrase { title = 'x', conditions = 'purchase', value = 'total',\n"
         "variables = { operator = accrue.var.operator { of = 'amout' }, amount = accrue.var.money() } }",
         "of = \"amout\" names no variable; the nearest is 'amount'");
  FAULTS("constraints/x.lua", "return accrue.constraint { title = 'x', conditions = 'purchase', variables = {} }", "found 0");
  FAULTS("condition_types/y.lua",
         "return accrue.condition_type { title = 'x', over = 'current', facts = 'visit', constraints = { 'tme' } }",
         "there is no fact or event type 'visit'", "there is no constraint 'tme'");
  FAULTS("events/v.lua",
         "return accrue.event { title = 'x', fields = { a = accrue.var.set(), time = accrue.var.text(), b = accrue.var.text { default = "
         "'x' } } }",
         "may not be a variable of type set", "every event has 'time' already", "has no default");
  FAULTS(
      "outcomes/x.lua",
      "return accrue.outcome { title = 'x', variables = { n = accrue.var.decimal { min = 0.5, max = '0.005', scale = 2 } }, effects = 5,\n"
      "behaviors = { 'purchases' } }",
      "min is a float", "max is '0.005'; wanted a number of at most 2 decimals", "effects: found an integer, wanted a function",
      "there is no behavior 'purchases'; the nearest is 'purchase'");
  FAULTS("key_phrases/x.lua",
         "local t = accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, test = print }\nt.test = nil return t",
         "lua_error|t/key_phrases/x.lua|2|field 'test': this table is read-only");
  FAULTS("key_phrases/x.lua", "while true do end", "lua_error|t/key_phrases/x.lua|1|the call ran over its budget");
  FAULTS("key_phrases/x.lua", "\x1bLua", "lua_syntax");
}

static void test_template_file(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(4096);
  static const struct { const char *text, *fault; } cases[] = {
    {"return { nam = 'x', version = '1', api = 1 }", "has no field 'nam'; the nearest is 'name'"},
    {"return { name = 'x', version = '1' }", "api: wanted 1"},
    {"return { name = 'x', version = '1', api = 2 }", "api: wanted 1"},
    {"return { name = 'x', version = 1, api = 1 }", "version: found an integer, wanted a text"},
    {"return { name = 'x', version = '1', api = 1, extends = 'other' }", "extends: found 'other'"},
    {"return 5", "the file returns an integer"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct acr__file file = {ACR__SPAN_LIT("template.lua"), acr__span_of(cases[i].text)};
    struct acr__layers layers = {.layer = {{ACR__SPAN_LIT("t"), &file, 1}}, .count = 1};
    acr__diag diag;
    acr__diag_init(&diag, arena);
    acr__script *script = acr__script_new();
    assert_null(acr__template_load(script, arena, &layers, &diag));
    assert_non_null(strstr(diag.first->message, cases[i].fault));
    acr__script_free(script);
  }
  acr__arena_free(arena);
}

static void test_libs(void **state) {
  (void)state;
  const char *const texts[] = {
    "lib/round.lua", "local M = {} function M.twice(n) return 2 * n end return M",
    "lib/more.lua", "local round = require 'round' return { four = function(n) return round.twice(round.twice(n)) end }",
    "key_phrases/x.lua", "local more = require 'more' return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {},\n"
                         "test = function(p) return more.four(1) == 4, more.four(p.total) end }", NULL};
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  if (!fixture_load(&f, texts)) print_message("%s", f.faults);
  assert_non_null(f.tpl);
  struct acr__call call = {.script = f.script, .arena = f.arena};
  const struct acr__component *x = fixture_find(&f, ACR_KEY_PHRASE, "x");
  char *message;
  int vars = acr__script_bind(f.script, x, NULL, f.arena, &message);
  bool holds, has;
  int64_t measured;
  assert_true(acr__call_test(&call, x, vars, &r.fact, &holds, &measured, &has));
  assert_true(holds && has && measured == 4 * 5250);
  fixture_free(&f);

  FAULTS("lib/a.lua", "return require 'a'", "lib/a.lua is faulty or requires itself");
  FAULTS("lib/a.lua", "return {", "lua_syntax|t/lib/a.lua|1");
  FAULTS("lib/a.lua", "local x = 1", "the file returns nothing");
  FAULTS("key_phrases/x.lua", "return require 'os'", "there is no lib/os.lua");
}

// Nothing that a call changes is seen by the next one.
static void test_no_memory(void **state) {
  (void)state;
  const char *const texts[] = {
    "lib/count.lua", "local n = 0 return { up = function() n = n + 1 return n end }",
    "key_phrases/x.lua",
    "local count, calls, seen, last = require 'count', 0, {}, nil\n"
    "count.up() calls = 7\n"
    "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = { list = accrue.var.text { optional = true } },\n"
    "test = function(p)\n"
    "  calls = calls + 1\n"
    "  local inner = function() last = { p.total } end\n"
    "  local fresh = last == nil\n"
    "  inner()\n"
    "  local ok, why = pcall(function() seen[1] = true end)\n"
    "  return fresh and not ok and why:find('read-only') ~= nil, calls * 10 + count.up()\n"
    "end }", NULL};
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  if (!fixture_load(&f, texts)) print_message("%s", f.faults);
  assert_non_null(f.tpl);
  struct acr__call call = {.script = f.script, .arena = f.arena};
  const struct acr__component *x = fixture_find(&f, ACR_KEY_PHRASE, "x");
  char *message;
  struct acr__value values[1] = {{0}};
  int vars = acr__script_bind(f.script, x, values, f.arena, &message);
  for (int i = 0; i < 3; i++) {
    bool holds = false, has = false;
    int64_t measured = 0;
    bool good = acr__call_test(&call, x, vars, &r.fact, &holds, &measured, &has);
    if (!good) print_message("%s\n", call.error);
    assert_true(good && holds);
    assert_int_equal(measured, 81);
  }
  fixture_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_component),     cmocka_unit_test(test_all_faults_at_once), cmocka_unit_test(test_single_faults),
    cmocka_unit_test(test_template_file), cmocka_unit_test(test_libs),               cmocka_unit_test(test_no_memory)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
