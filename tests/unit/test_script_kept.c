// Results that are kept: calls that do not look at the fact run once, and cost the event as if they had run.
#include "base/limits.h"
#include "script/script.h"
#include "test_script_fixture.h"

static const char fixed[] =
  "return accrue.outcome { title = 'x', variables = { n = accrue.var.integer(), text = accrue.var.text() },\n"
  "effects = function(_, vars)\n"
  "if vars.n > 100 then return {} end\n"
  "return { accrue.effect.award { account = vars.text .. '!', source = 's', points = vars.n },\n"
  "accrue.effect.tag { tag = vars.text } } end }";
static const char dated[] =
  "return accrue.outcome { title = 'x', variables = {}, effects = function()\n"
  "return { accrue.effect.award { account = 'a', source = 's', points = 1, expires = '1 day' } } end }";
static const char sometimes[] =
  "return accrue.key_phrase { title = 'x', conditions = 'purchase',\n"
  "variables = { look = accrue.var.boolean(), n = accrue.var.integer() },\n"
  "value = function(fact, vars) if vars.look then return fact.amount end return vars.n end }";
static const char clock[] = "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, test = function(fact, vars)\n"
                            "return true, accrue.now().day end }";
static const char shy[] =
  "return accrue.constraint { title = 'x', conditions = 'purchase', variables = { skus = accrue.var.set { of = 'text' } },\n"
  "accepts_item = function(item, vars) return vars.skus.any or vars.skus[item.sku] end }";
static const char blind[] =
  "return accrue.constraint { title = 'x', conditions = 'purchase', variables = {},\n"
  "accepts = function(fact, vars) return type(fact) == 'userdata' and fact ~= nil and tostring(fact) == 'a fact' end }";
static const char half[] =
  "return accrue.constraint { title = 'x', conditions = 'purchase', variables = { look = accrue.var.boolean() },\n"
  "portion = function(fact, vars) if vars.look then return fact.local_time.day, 31 end return 1, 2 end }";
static const char caught[] =
  "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, value = function(fact)\n"
  "local _, message = pcall(function() return fact + 1 end) return #message end }";
static const char fails[] = "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, value = function(fact)\n"
                            "local n = 0 for i = 1, 1e9 do n = n + 1 end return n end }";

struct kept {
  struct fixture f;
  struct receipt r;
  struct acr__call call;
};

static void kept_begin(struct kept *k) {
  const char *const texts[] = {"outcomes/fixed.lua", fixed, "outcomes/dated.lua", dated, "key_phrases/sometimes.lua", sometimes,
                               "key_phrases/clock.lua", clock, "constraints/shy.lua", shy,
                               "constraints/blind.lua", blind, "constraints/half.lua", half, "key_phrases/caught.lua", caught,
                               "key_phrases/fails.lua", fails, NULL};
  receipt_fill(&k->r);
  if (!fixture_load(&k->f, texts)) print_message("%s", k->f.faults);
  assert_non_null(k->f.tpl);
  k->call = (struct acr__call){.script = k->f.script, .arena = k->f.arena};
}

static int bind(struct kept *k, const struct acr__component *component, const struct acr__value *values) {
  char *message = NULL;
  int vars = acr__script_bind(k->f.script, component, values, k->f.arena, &message);
  assert_true(vars >= 0);
  return vars;
}

static uint64_t calls(struct kept *k) {
  struct acr__script_stats stats;
  acr__script_stats_read(k->f.script, &stats);
  return stats.calls;
}

static void test_kept_effects(void **state) {
  (void)state;
  struct kept k;
  kept_begin(&k);
  const struct acr__component *x = fixture_find(&k.f, ACR_OUTCOME, "fixed");
  struct acr__value values[3][2];
  int vars[3];
  for (int i = 0; i < 3; i++) {
    char *name = acr__arena_printf(k.f.arena, "name%d", i);
    values[i][0] = (struct acr__value){.present = true, .i = i < 2 ? i + 1 : 101};
    values[i][1] = (struct acr__value){.present = true, .text = acr__span_of(name)};
    vars[i] = bind(&k, x, values[i]);
  }
  const struct acr__effect *list, *first[3] = {NULL};
  int count;
  for (int round = 0; round < 3; round++) {
    acr__arena *arena = acr__arena_new(4096); // of the first event: gone before the next
    k.call.arena = round ? k.f.arena : arena;
    for (int i = 0; i < 3; i++) {
      assert_true(acr__call_effects(&k.call, x, vars[i], &k.r.fact, &list, &count));
      assert_int_equal(count, i < 2 ? 2 : 0);
      if (round == 1) first[i] = list;
      if (round == 2) assert_ptr_equal(list, first[i]); // no call, no copy
      if (i == 2) continue;
      assert_true(list[0].kind == ACR_EFFECT_AWARD && list[0].points == i + 1 && !list[0].has_expires);
      assert_true(acr__span_is(list[0].account, i ? "name1!" : "name0!") && acr__span_is(list[0].source, "s"));
      assert_true(list[1].kind == ACR_EFFECT_TAG && acr__span_is(list[1].tag, i ? "name1" : "name0"));
    }
    acr__arena_free(arena);
  }
  assert_int_equal(calls(&k), 9);
  x = fixture_find(&k.f, ACR_OUTCOME, "dated"); // '1 day' from the event: looks at its time without naming it
  vars[0] = bind(&k, x, NULL);
  for (int day = 0; day < 3; day++) {
    assert_true(acr__call_effects(&k.call, x, vars[0], &k.r.fact, &list, &count));
    assert_true(list[0].expires > k.r.fact.time && list[0].expires < k.r.fact.time + 2 * ACR_DAY_US);
    k.r.fact.time += 5 * ACR_DAY_US;
  }
  fixture_free(&k.f);
}

static void test_kept_values(void **state) {
  (void)state;
  struct kept k;
  kept_begin(&k);
  const struct acr__component *x = fixture_find(&k.f, ACR_KEY_PHRASE, "sometimes");
  int vars[2];
  for (int look = 0; look < 2; look++) {
    struct acr__value values[2] = {{.present = true, .i = look}, {.present = true, .i = 7}};
    vars[look] = bind(&k, x, values);
  }
  int64_t value, measured;
  bool nil, truth, has;
  for (int64_t round = 0; round < 3; round++) {
    k.r.fact.amount = 100 + round;
    for (int look = 0; look < 2; look++) {
      assert_true(acr__call_value(&k.call, x, vars[look], &k.r.fact, &value, &nil));
      assert_int_equal(value, look ? 100 + round : 7);
    }
  }
  x = fixture_find(&k.f, ACR_KEY_PHRASE, "clock");
  int none = bind(&k, x, NULL);
  for (int day = 1; day < 4; day++) {
    assert_true(acr__call_test(&k.call, x, none, &k.r.fact, &truth, &measured, &has) && truth && has);
    assert_int_equal(measured, day);
    k.r.fact.time += ACR_DAY_US;
  }
  // The text of an error that the plugin caught names the kind of the fact.
  x = fixture_find(&k.f, ACR_KEY_PHRASE, "caught");
  none = bind(&k, x, NULL);
  int64_t lengths[2];
  for (int i = 0; i < 6; i++) {
    k.r.fact.kind = i % 2 ? ACR_FACT_POINTS : ACR_FACT_PURCHASE;
    assert_true(acr__call_value(&k.call, x, none, &k.r.fact, &value, &nil));
    if (i < 2) lengths[i] = value;
    assert_int_equal(value, lengths[i % 2]);
  }
  assert_int_equal(lengths[1] - lengths[0], (int)strlen("points movement") - (int)strlen("purchase"));
  fixture_free(&k.f);
}

static void test_kept_accepts(void **state) {
  (void)state;
  struct kept k;
  kept_begin(&k);
  const struct acr__component *x = fixture_find(&k.f, ACR_CONSTRAINT, "shy");
  static const acr__span lists[2][1] = {{{"any", 3}}, {{"W1", 2}}};
  bool truth;
  for (int n = 0; n < 2; n++) {
    struct acr__value value = {.present = true, .list = lists[n], .list_count = 1};
    int vars = bind(&k, x, &value);
    for (int i = 0; i < 9; i++) {
      assert_true(acr__call_accepts_item(&k.call, x, vars, &k.r.fact, i % 3, &truth));
      assert_int_equal(truth, n == 0 || i % 3 == 1);
    }
  }
  x = fixture_find(&k.f, ACR_CONSTRAINT, "blind");
  int none = bind(&k, x, NULL);
  for (int i = 0; i < 3; i++) assert_true(acr__call_accepts(&k.call, x, none, &k.r.fact, &truth) && truth);
  assert_int_equal(calls(&k), 21);
  fixture_free(&k.f);
}

static void test_kept_portion(void **state) {
  (void)state;
  struct kept k;
  kept_begin(&k);
  const struct acr__component *x = fixture_find(&k.f, ACR_CONSTRAINT, "half");
  int vars[2];
  for (int look = 0; look < 2; look++) {
    struct acr__value value = {.present = true, .i = look};
    vars[look] = bind(&k, x, &value);
  }
  k.r.fact.place = acr__zone_find(ACR__SPAN_LIT("Pacific/Auckland"));
  for (int day = 1; day <= 3; day++, k.r.fact.time += ACR_DAY_US) {
    int64_t n, d;
    assert_true(acr__call_portion(&k.call, x, vars[0], &k.r.fact, &n, &d));
    assert_true(n == 1 && d == 2);
    assert_true(acr__call_portion(&k.call, x, vars[1], &k.r.fact, &n, &d));
    assert_true(n == day + 1 && d == 31); // a day ahead of UTC
  }
  fixture_free(&k.f);
}

// What fails is never kept: not the budget's failure, and not the call after it.
static void test_failure_not_kept(void **state) {
  (void)state;
  struct kept k;
  kept_begin(&k);
  const struct acr__component *x = fixture_find(&k.f, ACR_KEY_PHRASE, "fails");
  int none = bind(&k, x, NULL);
  int64_t value;
  bool nil;
  for (int i = 0; i < 3; i++) {
    acr__script_event_begin(k.f.script);
    assert_false(acr__call_value(&k.call, x, none, &k.r.fact, &value, &nil));
    assert_non_null(strstr(k.call.error, "budget of instructions"));
  }
  fixture_free(&k.f);
}

// Entering a call counts, whether it runs or its result is known: an event cannot make calls without end.
static void test_calls_count(void **state) {
  (void)state;
  uint64_t made[2] = {0, 0};
  for (int look = 0; look < 2; look++) {
    struct kept k;
    kept_begin(&k);
    const struct acr__component *x = fixture_find(&k.f, ACR_KEY_PHRASE, "sometimes");
    struct acr__value values[2] = {{.present = true, .i = look}, {.present = true, .i = 7}};
    int vars = bind(&k, x, values);
    int64_t value;
    bool nil;
    acr__script_event_begin(k.f.script);
    while (made[look] < ACR_LUA_EVENT_INSTRUCTIONS && acr__call_value(&k.call, x, vars, &k.r.fact, &value, &nil)) made[look]++;
    assert_non_null(strstr(k.call.error, "common budget"));
    fixture_free(&k.f);
  }
  assert_int_equal(made[0], made[1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_kept_effects), cmocka_unit_test(test_kept_values),
                                     cmocka_unit_test(test_kept_accepts), cmocka_unit_test(test_kept_portion),
                                     cmocka_unit_test(test_failure_not_kept),
                                     cmocka_unit_test(test_calls_count)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
