// Plain functions are followed without entering Lua: with the same results, and for the same costs, as in Lua.
#include "script/script.h"
#include "test_script_fixture.h"

struct outcome {
  bool good, truth, has;
  int64_t measured;
  uint64_t direct, instructions;
  char error[400];
};

// Runs `test = function(HEAD BODY end` on the receipt, with count = 2, brand = "95", set = { "95", "x" } as variables.
static struct outcome run(const char *before, const char *head, const char *body) {
  char source[4096];
  snprintf(source, sizeof source,
           "%s return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = { count = accrue.var.integer(),\n"
           "brand = accrue.var.text(), set = accrue.var.set { of = 'text' }, none = accrue.var.integer { optional = true } },\n"
           "test = function(%s %s end }",
           before, head, body);
  const char *const texts[] = {"key_phrases/x.lua", source, NULL};
  static const acr__span set[] = {ACR__SPAN_LIT("95"), ACR__SPAN_LIT("x")};
  const struct acr__value values[] = {{.present = true, .i = 2},
                                      {.present = true, .text = ACR__SPAN_LIT("95")},
                                      {.present = true, .list = set, .list_count = 2},
                                      {.present = false}};
  struct fixture f;
  struct receipt r;
  struct outcome out = {0};
  receipt_fill(&r);
  if (!fixture_load(&f, texts)) fail_msg("%s", f.faults);
  const struct acr__component *component = fixture_find(&f, ACR_KEY_PHRASE, "x");
  struct acr__value ordered[4];
  for (int i = 0; i < 4; i++) {
    static const char *const names[] = {"count", "brand", "set", "none"};
    for (int k = 0; k < 4; k++)
      if (acr__span_is(component->vars[i].name, names[k])) ordered[i] = values[k];
  }
  char *message = NULL;
  int vars = acr__script_bind(f.script, component, ordered, f.arena, &message);
  struct acr__call call = {.script = f.script, .arena = f.arena};
  struct acr__script_stats stats;
  acr__script_event_begin(f.script);
  acr__script_stats_read(f.script, &stats);
  uint64_t before_call = stats.instructions;
  out.good = acr__call_test(&call, component, vars, &r.fact, &out.truth, &out.measured, &out.has);
  if (!out.good) snprintf(out.error, sizeof out.error, "%.390s", call.error);
  acr__script_stats_read(f.script, &stats);
  out.direct = stats.direct;
  out.instructions = stats.instructions - before_call;
  fixture_free(&f);
  return out;
}

// The same body once followed and once in Lua, where a function of any number of arguments goes.
static void check(const char *body, bool follows) {
  static const char before[] = "local five <const>, word, yes, table = 5, 'fuel', true, {}\n"
                               "local lib = { n = 3, inner = { m = 4 }, list = { 'a' } }\n"
                               "function lib.field(fact, name) if fact.type == 'purchase' then return fact[name] end return 0 end\n"
                               "function lib.two(a, b, c) return a, c end\n"
                               "function lib.down(n) if n == 0 then return 0 end return lib.down(n - 1) end\n"
                               "local function twice(n) return n * 2 end\n"
                               "local function item_of(fact, f) return fact:sum(f) end\n";
  struct outcome direct = run(before, "fact, vars)", body);
  struct outcome lua = run(before, "...) local fact, vars = ...", body);
  bool same = direct.good == lua.good && direct.truth == lua.truth && direct.has == lua.has &&
              (!direct.has || direct.measured == lua.measured) && direct.instructions == lua.instructions &&
              strcmp(direct.error, lua.error) == 0;
  if (!same || direct.direct != follows || lua.direct)
    print_message("%s\n  direct %d %d %d %lld %llu %s (%d)\n  lua    %d %d %d %lld %llu %s\n", body, direct.good, direct.truth, direct.has,
                  (long long)direct.measured, (unsigned long long)direct.instructions, direct.error, (int)direct.direct, lua.good,
                  lua.truth, lua.has, (long long)lua.measured, (unsigned long long)lua.instructions, lua.error);
  assert_true(same);
  assert_int_equal(direct.direct, follows);
  assert_int_equal(lua.direct, 0);
}

static void test_followed(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "return true",
      "return fact.amount > 4999, fact.amount",
      "return fact.amount >= 5000, -fact.amount // 7",
      "return fact.amount < 10, -fact.amount % 7",
      "return fact.amount <= 5000, fact.amount % -7",
      "return not (fact.amount == 5000), 3 * fact.amount - 1 + fact.total",
      "return fact.total ~= 5250, (fact.total - fact.tax) // 3 % 11",
      "return 10 < fact.amount, 9223372036854775807 + fact.amount",
      "return fact.store == 'S1', #'' == 0 and nil or 3",
      "return fact.store ~= 'S1' or fact.channel == nil, fact.shipping",
      "return fact.type == 'purchase' and fact.id == 'r-1'",
      "return fact.time.weekday == 7 and fact.time.hour == 8, fact.local_time.minute",
      "return fact.time.year == 2026, fact.time.month * 100 + fact.time.day",
      "return fact.context.pump == 4 and not fact.context.nothing",
      "return vars.none == nil, vars.count",
      "return vars.brand == '95', vars.count * five",
      "return yes and word == 'fuel', vars.none or 7",
      "return vars.set['95'] and not vars.set['96'] and vars.set.x ~= true",
      "local most = fact:max(function(item) return item.amount end) or 0 return most > 3000, most",
      "local least = fact:min(function(item) return item.amount end) return least == 1000, least",
      "return true, fact:sum(function(item) return item.context.litres and item.amount or 0 end)",
      "return true, fact:sum(function(item) return item.quantity * vars.count + five end)",
      "return true, fact:sum(function(item) return item.context.litres end)",
      "return true, fact:count(function(item) return item.quantity == 1000 end)",
      "return fact:any(function(item) return vars.set[item.context.grade] end)",
      "return fact:any(function(item) return item.sku == 'nothing' end)",
      "local n = vars.count return fact:any(function(item) return item.quantity // 1000 == n end), n",
      "return fact:any(function(item) return fact:sum(function(other) return other.quantity end) > item.quantity end)",
      "if fact.amount > 100 then if fact.store == 'S1' then return false, 1 end return true, 2 end return true, 3",
      "return table.x == nil",
      "return lib.field(fact, 'store') == 'S1', lib.n + lib.inner.m",
      "return lib.nothing == nil, twice(fact.amount)",
      "local a, b, c = lib.two(1, 2) return b == nil and c == nil, a",
      "local name = 'total' return vars['count'] == 2, fact[name]",
      "return true, fact:sum(function(item) return twice(item.quantity) end)",
      "local f = function(a) return a end return f(true)",
      "return lib.down(5) == 0",
      "return lib.two(true, 1, 5)",
      "local k = fact.context return k['pump'] == 4",
      "local a, b = fact.amount, vars.count if a < b then a, b = b, a end return a > b, a - b",
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    bool set_field = strstr(bodies[i], "vars.set.x") || strstr(bodies[i], "#''");
    check(bodies[i], !set_field);
  }
}

// Everything else goes to Lua, which gives the result or says what is wrong.
static void test_not_followed(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "return fact.amount / 2 > 1",
      "return fact.amount + 0.5 > 1",
      "return fact.amount // 0 > 1",
      "return fact.store < 'S2'",
      "return fact.amount + '1' > 5000",
      "return fact.amount > 'x'",
      "return fact.nothing == 1",
      "return vars.nothing == 1",
      "return fact.amount",
      "return nil",
      "return fact == fact",
      "return fact.time == fact.time",
      "return fact.time.second == 1",
      "return fact.sum ~= nil",
      "return #fact.items == 3",
      "return fact.items[1].amount == 4000",
      "local n = 0 for i = 1, 10 do n = n + i end return true, n",
      "local n = 0 while n < 5 do n = n + 1 end return true, n",
      "local n = 0 repeat n = n + 1 until n == 5 return true, n",
      "local n = 0 repeat n = n + 1 until n > vars.count return true, n",
      "local n = 0 repeat n = n + 1 until not vars.count or n // 5 > 0 and vars.brand return true, n",
      "return math.max(fact.amount, 1) > 1",
      "return true, fact:sum('amount')",
      "return true, fact:count()",
      "return true, fact:sum(function(item) return item.sku end)",
      "return true, fact:sum(function(item) return 9223372036854775807 end)",
      "return true, fact:sum(function(item) return item.nothing end)",
      "local n = 0 fact:sum(function(item) n = n + 1 return 0 end) return true, n",
      "return vars.set[1]",
      "return lib.down(20) == 0",
      "return lib.list[1] == 'a'",
      "local k = 1 return true, item_of(fact, function(item) return item.quantity + k end)",
      "return lib.nothing()",
      "return true, lib.two(1, 2)",
      "local k = 1 local f = function(item) return k end return true, fact:sum(function(item) return fact:sum(f) end)",
      "return fact.context[1] == nil",
      "return (fact.store .. 'x') == 'S1x'",
      "error('no', 0)",
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) check(bodies[i], false);
}

// What the count hook would have counted is counted: more than its step here.
static void test_costs(void **state) {
  (void)state;
  char body[3800];
  size_t at = (size_t)snprintf(body, sizeof body, "return true, fact:sum(function(item) local n = 0");
  for (int i = 0; i < 180; i++) at += (size_t)snprintf(body + at, sizeof body - at, " n=n+item.quantity");
  snprintf(body + at, sizeof body - at, " return n end)");
  check(body, true);
}

// ---- effects

struct effects {
  bool good;
  int count;
  struct acr__effect list[8];
  uint64_t direct, instructions;
  char error[400], texts[8][2][40];
};

static struct effects effects_of(const char *head, const char *body) {
  char source[4096];
  snprintf(source, sizeof source,
           "local precisions <const> = { spend = 2 }\n"
           "local function movement(points, vars)\n"
           "  if points == 0 then return {} end\n"
           "  if points < 0 then return { accrue.effect.deduct { account = 'points', points = -points } } end\n"
           "  return { accrue.effect.award { account = 'points', source = vars.source, points = points, expires = vars.none } }\n"
           "end\n"
           "return accrue.outcome { title = 'x', variables = { count = accrue.var.integer(),\n"
           "none = accrue.var.duration { optional = true },\n"
           "source = accrue.var.text() }, effects = function(%s %s end }",
           head, body);
  const char *const texts[] = {"outcomes/x.lua", source, NULL};
  struct fixture f;
  struct receipt r;
  struct effects out = {0};
  receipt_fill(&r);
  if (!fixture_load(&f, texts)) fail_msg("%s", f.faults);
  const struct acr__component *component = fixture_find(&f, ACR_OUTCOME, "x");
  struct acr__value ordered[3];
  for (int i = 0; i < 3; i++) {
    ordered[i] = (struct acr__value){.present = !acr__span_is(component->vars[i].name, "none"), .i = 2};
    if (acr__span_is(component->vars[i].name, "source")) ordered[i].text = ACR__SPAN_LIT("promo");
  }
  char *message = NULL;
  int vars = acr__script_bind(f.script, component, ordered, f.arena, &message);
  acr__script_account(f.script, ACR__SPAN_LIT("points"), 1);
  struct acr__call call = {.script = f.script, .arena = f.arena};
  struct acr__script_stats stats;
  const struct acr__effect *list;
  acr__script_event_begin(f.script);
  acr__script_stats_read(f.script, &stats);
  uint64_t before = stats.instructions;
  out.good = acr__call_effects(&call, component, vars, &r.fact, &list, &out.count);
  if (!out.good) snprintf(out.error, sizeof out.error, "%.390s", call.error);
  acr__script_stats_read(f.script, &stats);
  out.direct = stats.direct;
  out.instructions = stats.instructions - before;
  for (int i = 0; out.good && i < out.count && i < 8; i++) {
    out.list[i] = list[i];
    snprintf(out.texts[i][0], sizeof out.texts[i][0], "%.*s", (int)list[i].account.len, list[i].account.len ? list[i].account.ptr : "");
    snprintf(out.texts[i][1], sizeof out.texts[i][1], "%.*s", (int)list[i].source.len, list[i].source.len ? list[i].source.ptr : "");
    out.list[i].account = out.list[i].source = (acr__span){NULL, 0};
  }
  fixture_free(&f);
  return out;
}

static void check_effects(const char *body, bool follows) {
  struct effects direct = effects_of("event, vars)", body), lua = effects_of("...) local event, vars = ...", body);
  bool same = direct.good == lua.good && direct.count == lua.count && direct.instructions == lua.instructions &&
              strcmp(direct.error, lua.error) == 0 && memcmp(direct.texts, lua.texts, sizeof lua.texts) == 0;
  for (int i = 0; same && i < lua.count; i++) {
    const struct acr__effect *a = &direct.list[i], *b = &lua.list[i];
    same = a->kind == b->kind && a->points == b->points && a->has_max == b->has_max && a->max == b->max && a->quantity == b->quantity &&
           a->has_expires == b->has_expires && a->expires == b->expires;
  }
  if (!same || direct.direct != follows || lua.direct)
    print_message("%s\n  direct %d %d %llu %s (%d)\n  lua    %d %d %llu %s\n", body, direct.good, direct.count,
                  (unsigned long long)direct.instructions, direct.error, (int)direct.direct, lua.good, lua.count,
                  (unsigned long long)lua.instructions, lua.error);
  assert_true(same);
  assert_int_equal(direct.direct, follows);
  assert_int_equal(lua.direct, 0);
}

static void test_effects_followed(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "return {}",
      "return movement(0, vars)",
      "return movement(event.total, vars)",
      "return movement(-event.amount, vars)",
      "return movement(accrue.points_per(event.amount, 1000000, vars.count * 1000, { precision = precisions.spend, rounding = 'up', "
      "account = 'points' }), vars)",
      "return movement(accrue.points_per(accrue.number(event, 'amount', 6), 3, 100, { precision = 4, hurdle = 6000 * 1000000 }), vars)",
      "return movement(accrue.points_per(accrue.number(event, 'items.quantity', 6), 3, 100), vars)",
      "return movement(accrue.number(event, 'tax', 0) or 1, vars)",
      "local a = event.type == 'purchase' and accrue.number(event, 'amount', 2) or nil return movement(a, vars)",
      "return { accrue.effect.award { account = 'points', source = 'base', points = 5, max = 3 }, "
      "accrue.effect.deduct { account = 'points', points = 0 }, accrue.effect.spend { account = 'points', points = vars.count } }",
      "return { nil, accrue.effect.deduct { account = 'points', points = event.amount } }",
      "return { accrue.effect.award { account = 'a', source = 's', points = 0 } }",
      "local e = accrue.effect.award { account = 'a', source = 's', points = 1 } return { e, e }",
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) check_effects(bodies[i], true);
}

static void test_effects_not_followed(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "return nil",
      "return { n = 1 }",
      "return { 1 }",
      "return { accrue.effect.award { account = 'points', source = 'base' } }",
      "return { accrue.effect.award { account = 'points', source = 'base', points = -1 } }",
      "return { accrue.effect.award { account = 'points', source = 'base', points = 1, other = 2 } }",
      "return { accrue.effect.award { account = 'points', source = 'b\\200', points = 1 } }",
      "return { accrue.effect.award { account = 'points', source = 'base', points = 1, points = 2 } }",
      "return { accrue.effect.award { account = 'points', source = 'base', points = event.amount, expires = '30 days' } }",
      "return { accrue.effect.tag { tag = 'x', expires = '1 year' } }",
      "return { accrue.effect.award { account = 1, source = 'base', points = 1 } }",
      "return { accrue.effect.nothing { points = 1 } }",
      "return movement(accrue.points_per(event.amount, 1, 0), vars)",
      "return movement(accrue.points_per(event.amount, 1, 2, { rounding = 'sideways' }), vars)",
      "return movement(accrue.points_per(event.amount, 1, 2, { precision = 7 }), vars)",
      "return movement(accrue.points_per(event.amount, 1, 2, { account = 'nothing' }), vars)",
      "return movement(accrue.number(event, 'nothing', 2), vars)",
      "return movement(accrue.number(event, 'amount', 10), vars)",
      "return movement(accrue.number(event, 'context.pump'), vars)",
      "local t = {} t.x = event.amount return movement(t.x, vars)",
      "local t = { event.amount } return movement(t[1], vars)",
      "local t = { x = 1 } t.x = nil return { t.x }",
      "for i = 1, 3 do if event.amount == i then return {} end end return {}",
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) check_effects(bodies[i], false);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_followed), cmocka_unit_test(test_not_followed), cmocka_unit_test(test_costs),
                                     cmocka_unit_test(test_effects_followed), cmocka_unit_test(test_effects_not_followed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
