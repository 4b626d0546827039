// Calls: what a component gives back, effects, windows, budgets of an event, and their price.
#include "base/limits.h"
#include "script/script.h"
#include "test_script_fixture.h"
#include <time.h>

static bool effects_of(struct fixture *f, const char *body, struct acr__call *call, const struct acr__effect **out, int *count) {
  char source[2048];
  snprintf(source, sizeof source,
           "return accrue.outcome { title = 'x', variables = {}, effects = function(event, vars) local e = accrue.effect %s end }", body);
  const char *const texts[] = {"outcomes/x.lua", source, NULL};
  struct receipt r;
  receipt_fill(&r);
  if (!fixture_load(f, texts)) print_message("%s", f->faults);
  assert_non_null(f->tpl);
  *call = (struct acr__call){.script = f->script, .arena = f->arena};
  return acr__call_effects(call, fixture_find(f, ACR_OUTCOME, "x"), 0, &r.fact, out, count);
}

static void test_effects(void **state) {
  (void)state;
  struct fixture f;
  struct acr__call call;
  const struct acr__effect *list;
  int count;
  bool good = effects_of(
      &f,
      "return { e.award { account = 'points', source = 'base', points = 42, max = 50, expires = '30 days' }, e.award { account = 'a', "
      "source = 's', points = 0 },\n"
      "e.deduct { account = 'points', points = 3 }, e.tag { tag = 'vip', expires = '1 year' }, e.untag { tag = 'x', counter = true },\n"
      "e.emit { event = 'visit', data = { n = 1, list = { 'a', true }, at = event.time }, after = '2 days', to = 'referrer' },\n"
      "e.issue_offer { offer = 'wash' }, e.change_level { program = 'p', level = 'Gold' }, e.expire { account = 'points', percent = 5000 } "
      "}",
      &call, &list, &count);
  if (!good) print_message("%s\n", call.error);
  assert_true(good);
  assert_int_equal(count, 8);
  assert_true(list[0].kind == ACR_EFFECT_AWARD && list[0].points == 42 && list[0].has_max && list[0].max == 50 &&
              acr__span_is(list[0].source, "base"));
  char text[40];
  acr__time_format(list[0].expires, text);
  assert_string_equal(text, "2026-04-01T04:00:00Z"); // the end of 31 March in New York
  assert_true(list[1].kind == ACR_EFFECT_DEDUCT && list[1].points == 3 && !list[1].has_expires);
  assert_true(list[2].kind == ACR_EFFECT_TAG && list[2].has_duration && list[2].duration.n == 1 && list[2].duration.unit == ACR_UNIT_YEAR);
  assert_true(list[3].counter && list[3].kind == ACR_EFFECT_UNTAG);
  assert_true(acr__span_is(list[4].data_json, "{\"at\":\"2026-03-01T13:15:00Z\",\"list\":[\"a\",true],\"n\":1}"));
  assert_true(list[4].has_duration && acr__span_is(list[4].to, "referrer"));
  assert_int_equal(list[5].quantity, 1);
  assert_int_equal(list[7].percent, 5000);
  fixture_free(&f);
}

static void test_bad_effects(void **state) {
  (void)state;
  static const struct { const char *body, *error;
  } cases[] = {
      {"return { e.award { account = 'a', source = 's', points = 1.5 } }",
       "outcomes/x.lua:1: effect award: points is the float 1.5; wanted an integer"},
      {"return { e.award { account = 'a', source = 's', points = -1 } }",
       "points is -1; wanted 0 or more; accrue.effect.deduct takes points"},
      {"return { e.award { account = 'a', source = 's', points = 9007199254740992 } }", "at most 2^53 - 1"},
      {"return { e.award { account = 'a', points = 1 } }", "effect award: source is missing"},
      {"return { e.award { acount = 'a', source = 's', points = 1 } }", "effect award has no field 'acount'; the nearest is 'account'"},
      {"return { e.award { account = 'a', source = 's', points = '1' } }", "points is a text; wanted an integer"},
      {"return { e.awrd { account = 'a' } }", "accrue.effect has no field 'awrd'; the nearest is 'award'"},
      {"return { e.emit { event = 'x', data = { f = 0.5 } } }", "found the float 0.5"},
      {"return { e.emit { event = 'x', data = { 1, 2 } } }", "data is a list; wanted a record"},
      {"return { e.emit { event = 'x', data = '[1]' } }", "data is no JSON object"},
      {"local t = {} t.t = t return { e.emit { event = 'x', data = t } }", "nested deeper"},
      {"return { e.award { account = 'a', source = 's', points = 1, expires = '2020-01-01' } }", "expires lies before the event"},
      {"return { e.tag { tag = '\\xff' } }", "not UTF-8 at byte 1"},
      {"return { e.tag { tag = ('x'):rep(2000) } }", "longer than 1024 bytes"},
      {"return 5", "effects returned an integer; wanted a list of effects"},
      {"return nil", "effects returned nothing"},
      {"return { {} }", "effects returned a list with a table at 1"},
      {"return { award = e.tag { tag = 'x' } }", "a table with named fields"},
      {"local t = {} for i = 1, 1001 do t[i] = e.tag { tag = 'x' } end return t", "more than 1000 effects"},
      {"for i = 1, 1e9 do e.tag { tag = 'x' } end", "more than 4000 effects made"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct fixture f;
    struct acr__call call;
    const struct acr__effect *list;
    int count;
    assert_false(effects_of(&f, cases[i].body, &call, &list, &count));
    if (!strstr(call.error, cases[i].error)) print_message("%s\n  gave: %s\n", cases[i].body, call.error);
    assert_non_null(strstr(call.error, cases[i].error));
    fixture_free(&f);
  }
  assert_lua_error("return accrue.effect.tag { tag = 'x' } == nil", "effects are made inside effects() only");
  assert_lua_error("return accrue.var.text() == nil", "has no use in a call");
  assert_lua_error("return accrue.event { title = 'x' } == nil", "has no use in a call");
}

static const char parts[] =
  "return accrue.constraint { title = 'x', conditions = 'purchase', variables = { grades = accrue.var.set { of = 'text' } },\n"
  "accepts_item = function(item, vars) return vars.grades[item.context.grade] end }";
static const char window[] =
  "return accrue.constraint { title = 'x', conditions = 'purchase', variables = { timeframe = accrue.var.timeframe() },\n"
  "window = function(vars, now) local from, to = vars.timeframe:window(now) return from, to end }";
static const char open_window[] = "return accrue.constraint { title = 'x', conditions = 'purchase', variables = {}, window = "
                                  "function(vars, now) return nil, now:start_of('month') end }";
static const char accepts[] =
  "return accrue.constraint { title = 'x', conditions = 'purchase', variables = {}, accepts = function(fact) return fact.total end }";

static void test_constraints(void **state) {
  (void)state;
  const char *const texts[] = {"constraints/parts.lua", parts, "constraints/window.lua", window, "constraints/open.lua", open_window,
                               "constraints/accepts.lua", accepts, NULL};
  static const acr__span grades[] = {{"95", 2}};
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  if (!fixture_load(&f, texts)) print_message("%s", f.faults);
  assert_non_null(f.tpl);
  struct acr__call call = {.script = f.script, .arena = f.arena};
  char *message;
  struct acr__value value = {.present = true, .list = grades, .list_count = 1};
  const struct acr__component *component = fixture_find(&f, ACR_CONSTRAINT, "parts");
  int vars = acr__script_bind(f.script, component, &value, f.arena, &message);
  bool first = false, second = true;
  assert_true(acr__call_accepts_item(&call, component, vars, &r.fact, 0, &first));
  assert_true(acr__call_accepts_item(&call, component, vars, &r.fact, 1, &second));
  assert_true(first && !second);

  acr__timeframe frame = {.has_this = true, .this_unit = ACR_UNIT_YEAR};
  struct acr__anchors anchors = {.zone = r.fact.zone, .now = r.fact.time, .joined = ACR_TIME_NONE, .level_entry = ACR_TIME_NONE,
                                 .last_fired = ACR_TIME_NONE, .last_maintenance = ACR_TIME_NONE};
  value = (struct acr__value){.present = true, .timeframe = &frame};
  component = fixture_find(&f, ACR_CONSTRAINT, "window");
  vars = acr__script_bind(f.script, component, &value, f.arena, &message);
  acr__time from, to, wanted_from, wanted_to;
  acr__window(&frame, &anchors, &wanted_from, &wanted_to);
  assert_true(acr__call_window(&call, component, vars, &anchors, &from, &to));
  assert_true(from == wanted_from && to == wanted_to);
  component = fixture_find(&f, ACR_CONSTRAINT, "open");
  vars = acr__script_bind(f.script, component, NULL, f.arena, &message);
  assert_true(acr__call_window(&call, component, vars, &anchors, &from, &to));
  assert_true(from == ACR_TIME_MIN && to == acr__day_start(r.fact.zone, (acr__date){2026, 3, 1}));

  component = fixture_find(&f, ACR_CONSTRAINT, "accepts");
  assert_false(acr__call_accepts(&call, component, vars, &r.fact, &first));
  assert_string_equal(call.error, "constraint accepts: t/constraints/accepts.lua:1: accepts returned an integer; wanted true or false");
  fixture_free(&f);
}

static void test_counting_items(void **state) {
  (void)state;
  const char *const texts[] = {
      "key_phrases/x.lua",
      "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, value = function(p)\n"
      "assert(#p.items == 1 and #p.all_items == 3 and p.items[1].sku == 'W1' and p:count() == 1) return p:sum('amount') end }",
      NULL};
  static const uint8_t counts[] = {0, 1, 0};
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  r.fact.counts = counts;
  assert_true(fixture_load(&f, texts));
  struct acr__call call = {.script = f.script, .arena = f.arena};
  int64_t value;
  bool nil;
  assert_true(acr__call_value(&call, fixture_find(&f, ACR_KEY_PHRASE, "x"), 0, &r.fact, &value, &nil));
  assert_int_equal(value, 1000);
  fixture_free(&f);
}

// Calls that each stay below their budget cannot together spend more than the event has.
static void test_event_budget(void **state) {
  (void)state;
  const char *const texts[] = {"key_phrases/x.lua",
                               "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, value = function(p)\n"
                               "local n = 0 for i = 1, 40000 do n = n + i end return n end }",
                               NULL};
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  assert_true(fixture_load(&f, texts));
  struct acr__call call = {.script = f.script, .arena = f.arena};
  const struct acr__component *x = fixture_find(&f, ACR_KEY_PHRASE, "x");
  int64_t value;
  bool nil;
  int good[2] = {0, 0};
  for (int event = 0; event < 2; event++) {
    acr__script_event_begin(f.script);
    while (good[event] < 100 && acr__call_value(&call, x, 0, &r.fact, &value, &nil)) good[event]++;
    assert_non_null(strstr(call.error, "common budget"));
    assert_false(acr__call_value(&call, x, 0, &r.fact, &value, &nil));
  }
  assert_true(good[0] > 0 && good[0] < 40);
  assert_int_equal(good[0], good[1]);
  struct acr__script_stats stats;
  acr__script_stats_read(f.script, &stats);
  assert_true(stats.failures == 4 && stats.instructions > ACR_LUA_EVENT_INSTRUCTIONS && stats.live_bytes > 0);
  fixture_free(&f);
}

static void test_price(void **state) {
  (void)state;
  const char *const texts[] = {"key_phrases/x.lua", "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {},\n"
                               "test = function(p, vars) return p.total > 1000 and p.store == 'S1' end }", NULL};
  enum { CALLS = 200000 };
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  assert_true(fixture_load(&f, texts));
  struct acr__call call = {.script = f.script, .arena = f.arena};
  const struct acr__component *x = fixture_find(&f, ACR_KEY_PHRASE, "x");
  int64_t measured;
  bool holds, has;
  char *message;
  int vars = acr__script_bind(f.script, x, NULL, f.arena, &message);
  struct timespec from, to;
  size_t used = acr__arena_used(f.arena);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
  for (int i = 0; i < CALLS; i++) {
    if (i % 100 == 0) acr__script_event_begin(f.script);
    assert_true(acr__call_test(&call, x, vars, &r.fact, &holds, &measured, &has) && holds);
  }
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
  int64_t ns = (to.tv_sec - from.tv_sec) * 1000000000 + (to.tv_nsec - from.tv_nsec);
  print_message("%lld ns a call\n", (long long)(ns / CALLS));
  assert_int_equal(acr__arena_used(f.arena), used);
  fixture_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_effects),      cmocka_unit_test(test_bad_effects),
                                     cmocka_unit_test(test_constraints),  cmocka_unit_test(test_counting_items),
                                     cmocka_unit_test(test_event_budget), cmocka_unit_test(test_price)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
