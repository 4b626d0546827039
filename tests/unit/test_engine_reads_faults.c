// Reads that are wrong, or mean harm: refused when the program is loaded, with a sentence that says what and where.
#include "engine_fixture.h"

// What publishing says of an outcome with these reads; the path is that of the outcome in the program.
static void assert_refused(struct world *w, const char *reads, const char *message) {
  char text[1500], all[1000];
  snprintf(text, sizeof text,
           "return accrue.outcome { title = \"Told\", variables = {}, reads = function(vars) %s end,\n"
           "  effects = function() return {} end }\n",
           reads);
  world_file(w, "outcomes/told.lua", text);
  world_reopen(w);
  program_of(w, "shop", "2026-01-01", "\"points\":{\"default\":true}", "\"points\"",
             "\"links\":{\"friend\":{}},"
             "\"offers\":{\"wash\":{\"title\":\"Wash\"}},\"purchase\":[{\"rule\":\"Rule\",\"when\":{\"key_phrase\":\"make_a_purchase\"},"
             "\"outcomes\":[{\"outcome\":\"told\"}]}]");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/shop.json\","
         "\"status\":\"active\"}}", w->dir);
  snprintf(all, sizeof all, "%s", at(w, "error/data/faults/0/message"));
  if (!strstr(all, message)) print_error("%s\n  gave: %s\n  in %s\n", reads, all, w->reply);
  assert_non_null(strstr(all, message));
  assert_at(w, "error/data/faults/0/path", "$.purchase[0].outcomes[0]");
  assert_at(w, "error/data/faults/1/path", "-");
}

static void test_wrong(void **state) {
  static const struct { const char *read, *message; } all[] = {
      {"sum { \"past_purchase\", value = \"amount\" }", "outcome `told`: its read `it`: unknown condition type or key phrase over history "
                                                        "`past_purchase`; did you mean `past_purchases`?"},
      {"sum { \"purchase\", value = \"amount\" }", "unknown condition type or key phrase over history `purchase`"},
      {"sum { \"make_a_purchase\" }", "unknown condition type or key phrase over history `make_a_purchase`"},
      {"sum {}", "the condition type or key phrase, as its first entry, is missing from accrue.read.sum"},
      {"sum { 7 }", "found number 7, wanted a condition type or key phrase as a text"},
      {"sum { \"past_purchases\" }", "`value` (a path or a function) is missing"},
      {"count { \"past_purchases\", value = \"amount\" }", "every fact counts one"},
      {"sum { \"past_purchases\", value = \"amounts\" }", "the nearest is 'amount'"},
      {"sum { \"past_purchases\", value = 7 }", "found number 7, wanted `value` as a text"},
      {"sum { \"past_purchases\", value = \"amount\", timeframes = {} }", "did you mean `timeframe`?"},
      {"sum { \"past_purchases\", value = \"amount\", timeframe = { lsat = \"1 day\" } }", "did you mean `last`?"},
      {"sum { \"past_purchases\", value = \"amount\", timeframe = 7 }", "wanted a timeframe"},
      {"sum { \"past_purchases\", value = \"amount\", timeframe = { last = \"3 months\", each = \"month\" } }",
       "a read measures one window"},
      {"sum { \"past_purchases\", value = \"amount\", include_current = 1 }", "include_current"},
      {"sum { \"past_purchases\", value = \"amount\", constraints = { stor = {} } }", "unknown constraint `stor`; did you mean `store`?"},
      {"sum { \"past_purchases\", value = \"amount\", constraints = { point_source = { \"promo\" } } }", "does not go with"},
      {"sum { \"past_purchases\", value = \"amount\", constraints = { check_size = { max = \"1.005\" } } }", "`max`"},
      {"count { \"spend_currency\", value = \"amount\" }", "has no field `value`"},
      {"sum { \"spend_currency\", value = function() return 1 end }", "`value` does not go with accrue.read.sum"},
      {"sum { \"complete_events\" }", "`event` (event) is missing from key phrase `complete_events`"},
      {"sum { \"complete_events\", event = \"vist\" }", "vist"},
      {"balance { \"point\" }", "unknown account `point`; did you mean `points`?"},
      {"balance { account = \"points\" }", "has no field `account`"},
      {"tags {}", "the tag, as its first entry, is missing from accrue.read.tags"},
      {"audiences { \"stuff\" }", "unknown audience `stuff`; did you mean `staff`?"},
      {"offers { \"wsh\" }", "unknown offer `wsh`"},
      {"offers { \"wash\", state = \"usd\" }", "usd"},
      {"offers {}", "the offer, as its first entry, is missing"},
      {"member {}", "one of its first entry"},
      {"member { \"joind\" }", "joind"},
      {"member { \"joined\", attribute = \"x\" }", "one of its first entry"},
      {"member { link = \"freind\" }", "did you mean `friend`?"},
      {"fired { \"Rul\" }", "unknown `purchase` rule `Rul`; did you mean `Rule`?"},
      {"fired { \"Rule\", behavior = \"event\" }", "unknown `event` rule `Rule`; there is none"},
      {"fired { \"Rule\", behavior = \"events\" }", "behavior"},
      {"fired { timeframe = { last = \"3 times\" } }", "one window of time"},
  };
  struct world *w = *state;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    char reads[400];
    snprintf(reads, sizeof reads, "return { it = accrue.read.%s }", all[i].read);
    assert_refused(w, reads, all[i].message);
  }
}

static void test_hostile(void **state) {
  static const struct { const char *reads, *message; } all[] = {
      {"while true do end", "budget of instructions"},
      {"local s = \"x\" while true do s = s .. s end", "more memory"},
      {"local function f() return 1 + f() end return f()", ""},
      {"error(\"never\")", "outcomes/told.lua:1: never"},
      {"error({})", "as its message"},
      {"", "reads returned nothing; wanted a table"},
      {"return 7", "reads returned an integer"},
      {"return accrue", "read 'anniversary' is a function"},
      {"return vars.x", "vars has no field 'x'"},
      {"return { 7 }", "reads returned a list entry"},
      {"return { it = 7 }", "read 'it' is an integer; wanted accrue.read.KIND { ... }"},
      {"return { it = accrue.read.sum }", "read 'it' is a function"},
      {"return { it = accrue.read.sum(7) }", "accrue.read.sum wants a table, found an integer"},
      {"return { it = accrue.read.summ {} }", "the nearest is 'sum'"},
      {"return { [\"It is\"] = accrue.read.level {} }", "has no good name"},
      {"return { it = accrue.read.level { \"a\", \"b\" } }", "wanted one name first"},
      {"return { it = accrue.read.level { [1.5] = 1 } }", "wanted one name first"},
      {"return { it = accrue.read.level { \"shop\", of = \"shop\" } }", "found 'of' twice"},
      {"return { it = accrue.read.level { 1.5 } }", "found the float 1.5"},
      {"return { it = accrue.read.level { print } }", "no value of JSON"},
      {"return { it = accrue.read.level { x = accrue.read.level {} } }", "no value of JSON"},
      {"local t = {} t.t = t return { it = accrue.read.level(t) }", "nested deeper"},
      {"local t = {} for i = 1, 60000 do t[\"k\" .. i] = i end return { it = accrue.read.level(t) }", ""},
      {"local t = {} for i = 1, 40 do t[\"k\" .. i] = accrue.read.level {} end return t", "more than 32"},
      {"return { it = accrue.read.count { (\"x\"):rep(100000) } }", ""},
      {"return { it = accrue.effect.tag { tag = \"x\" } }", "made inside effects() only"},
      {"return { it = accrue.var.text() }", "accrue.var"},
      {"return { it = accrue.outcome {} }", "declares a component"},
      {"return { it = accrue.read.level { accrue.now():date() } }", "there is no event here"},
  };
  struct world *w = *state;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) assert_refused(w, all[i].reads, all[i].message);
  print_message("%zu hostile reads refused\n", sizeof all / sizeof *all);
}

// A function of a read that fails when a fact happens parks the event, and nothing of it stays.
static void test_value_fails(void **state) {
  static const struct { const char *value, *message; } all[] = {
      {"while true do end", "budget of instructions"},
      {"return 0.5", "value returned the float 0.5; wanted an integer"},
      {"return p.amuont", "the nearest is 'amount'"},
      {"return reads.it", "there is no global 'reads'"},
      {"seen = 1", "global 'seen'"},
      {"vars.x = 1", "read-only"},
  };
  struct world *w = *state;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    char text[1000];
    snprintf(text, sizeof text,
             "return accrue.outcome { title = \"Told\", variables = {}, effects = function() return {} end, reads = function(vars)\n"
             "  return { it = accrue.read.sum { \"past_purchases\", value = function(p) %s end } } end }\n", all[i].value);
    world_file(w, "outcomes/told.lua", text);
    world_close(w);
    world_open(w);
    program(w, "shop", "2026-01-01", "\"purchase\":[{\"rule\":\"R\",\"when\":{\"key_phrase\":\"make_a_purchase\"},"
            "\"outcomes\":[{\"outcome\":\"told\"}]}]");
    publish(w, "shop");
    buy(w, "1", "m", "2026-03-01T12:00:00Z", "5.00");
    assert_at(w, "status", "parked");
    if (!strstr(w->reply, all[i].message)) print_error("%s gave %s\n", all[i].value, w->reply);
    assert_non_null(strstr(w->reply, all[i].message));
    assert_non_null(strstr(w->reply, "outcome told.it"));
    assert_verified(w);
  }
}

// What a closure changes is put back before each call: one event cannot tell another anything.
static void test_no_memory(void **state) {
  struct world *w = *state;
  world_file(w, "outcomes/told.lua",
             "return accrue.outcome { title = \"Told\", variables = {}, reads = function(vars)\n"
             "  local seen = 0\n"
             "  return { it = accrue.read.sum { \"past_purchases\", value = function(p) seen = seen + p.amount return seen end } } end,\n"
             "  effects = function(_, _, reads) return { \n"
             "    accrue.effect.award { account = \"status\", source = \"promo\", points = reads.it } } end }\n");
  world_reopen(w);
  program(w, "shop", "2026-01-01", "\"purchase\":[{\"rule\":\"R\",\"when\":{\"key_phrase\":\"make_a_purchase\"},"
          "\"outcomes\":[{\"outcome\":\"told\"}]}]");
  publish(w, "shop");
  buy(w, "1", "m", "2026-03-01T12:00:00Z", "0.01");
  buy(w, "2", "m", "2026-03-01T12:00:00Z", "0.01");
  buy(w, "3", "m", "2026-03-01T12:00:00Z", "0.01");
  assert_at(w, "balances/status", "6"); // 1, then 2, then 3
}

// What a component is told it may look at, and nothing else.
static void test_told(void **state) {
  static const struct { const char *body, *message; } all[] = {
      {"return { reads.its }", "reads has no field 'its'; the nearest is 'it'"},
      {"reads.it = 1", "read-only"},
      {"return { reads[1] }", "reads has no field"},
      {"for _ in pairs(reads) do end", "found reads"},
  };
  struct world *w = *state;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    char text[600];
    snprintf(text, sizeof text,
             "return accrue.outcome { title = \"Told\", variables = {}, reads = function() return { it = accrue.read.level {} } end,\n"
             "  effects = function(_, _, reads) %s end }\n", all[i].body);
    world_file(w, "outcomes/told.lua", text);
    world_close(w);
    world_open(w);
    program(w, "shop", "2026-01-01", "\"purchase\":[{\"rule\":\"R\",\"when\":{\"key_phrase\":\"make_a_purchase\"},"
            "\"outcomes\":[{\"outcome\":\"told\"}]}]");
    publish(w, "shop");
    buy(w, "1", "m", "2026-03-01T12:00:00Z", "5.00");
    assert_at(w, "status", "parked");
    if (!strstr(w->reply, all[i].message)) print_error("%s gave %s\n", all[i].body, w->reply);
    assert_non_null(strstr(w->reply, all[i].message));
  }
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_MEMORY(test_wrong), IN_MEMORY(test_hostile), IN_MEMORY(test_value_fails),
                                     IN_MEMORY(test_no_memory), IN_MEMORY(test_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
