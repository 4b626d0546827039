// Plain functions are followed without entering Lua, and folded when they are called again and again: with the same results, and for the
// same costs, as in Lua.
#include "script/script.h"
#include "test_script_fixture.h"

struct outcome {
  bool good, truth, has;
  int64_t measured;
  uint64_t direct, folded, instructions;
  char error[400];
};

enum { CALLS = 12 }; // enough to be folded

// Other purchases than the receipt: a tree that was made on one has to be right for all.
enum { THE_RECEIPT, LESS_COUNTS, HARDLY_ANYTHING, NO_LINES, NOT_DECLARED, TOO_MUCH, ANOTHER_TIME, RECEIPTS };

static void vary(struct receipt *r, int which) {
  static const uint8_t counts[] = {0, 1, 1};
  switch (which) {
  case LESS_COUNTS: r->fact.counts = counts; r->fact.amount = 1000; break;
  case HARDLY_ANYTHING:
    r->event.store = r->event.channel = (acr__span){NULL, 0};
    r->event.total = r->event.tax = (struct acr__money){false, 0};
    r->items[0].has_amount = false;
    r->values[0].present = r->item_values[0].present = false;
    break;
  case NO_LINES: r->event.item_count = 0; break;
  case NOT_DECLARED: r->fact.schema = NULL; r->fact.fields = r->fact.item_fields = NULL; break;
  case TOO_MUCH: r->items[0].amount = r->items[1].amount = r->items[2].quantity = INT64_MAX; break;
  case ANOTHER_TIME: r->fact.time += 40 * 86400 + 3661; r->fact.amount = -r->fact.amount; break;
  default: break;
  }
}

// One call: what it gave, and what it cost.
static void ask(struct fixture *f, struct acr__call *call, const struct acr__component *component, int vars, const struct acr__fact *fact,
                struct outcome *out) {
  struct acr__script_stats before, after;
  *out = (struct outcome){0};
  acr__script_event_begin(f->script);
  acr__script_stats_read(f->script, &before);
  out->good = acr__call_test(call, component, vars, fact, &out->truth, &out->measured, &out->has);
  if (!out->good) snprintf(out->error, sizeof out->error, "%.390s", call->error);
  acr__script_stats_read(f->script, &after);
  out->direct = after.direct - before.direct;
  out->folded = after.folded - before.folded;
  out->instructions = after.instructions - before.instructions;
}

// Runs `test = function(HEAD BODY end` on the receipt once; where that is well, until it is folded, and then on
// another. The variables are count = 2, brand = "95", set = { "95", "x" }.
static struct outcome run(const char *before, const char *head, const char *body, int which) {
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
  ask(&f, &call, component, vars, &r.fact, &out);
  const struct outcome first = out;
  for (int i = 1; out.good && i < CALLS; i++) {
    ask(&f, &call, component, vars, &r.fact, &out);
    assert_true(out.good && out.truth == first.truth && out.has == first.has && (!out.has || out.measured == first.measured));
    assert_int_equal(out.instructions, first.instructions);
  }
  out.direct = first.direct; // what is kept is not called again
  if (which != THE_RECEIPT) {
    vary(&r, which);
    ask(&f, &call, component, vars, &r.fact, &out);
  }
  fixture_free(&f);
  return out;
}

// The same body once followed and once in Lua, where a function of any number of arguments goes.
static void check_receipt(const char *body, bool follows, bool folds, int which) {
  static const char before[] = "local five <const>, word, yes, table = 5, 'fuel', true, {}\n"
                               "local lib = { n = 3, inner = { m = 4 }, list = { 'a' } }\n"
                               "function lib.field(fact, name) if fact.type == 'purchase' then return fact[name] end return 0 end\n"
                               "function lib.two(a, b, c) return a, c end\n"
                               "function lib.down(n) if n == 0 then return 0 end return lib.down(n - 1) end\n"
                               "local function twice(n) return n * 2 end\n"
                               "local function item_of(fact, f) return fact:sum(f) end\n";
  struct outcome direct = run(before, "fact, vars)", body, which);
  struct outcome lua = run(before, "...) local fact, vars = ...", body, which);
  bool same = direct.good == lua.good && direct.truth == lua.truth && direct.has == lua.has &&
              (!direct.has || direct.measured == lua.measured) && direct.instructions == lua.instructions &&
              strcmp(direct.error, lua.error) == 0;
  if (!same || (which == THE_RECEIPT && direct.direct != follows) || lua.direct)
    print_message("%s\n  direct %d %d %d %lld %llu %s (%d)\n  lua    %d %d %d %lld %llu %s\n", body, direct.good, direct.truth, direct.has,
                  (long long)direct.measured, (unsigned long long)direct.instructions, direct.error, (int)direct.direct, lua.good,
                  lua.truth, lua.has, (long long)lua.measured, (unsigned long long)lua.instructions, lua.error);
  assert_true(same);
  if (which == THE_RECEIPT) assert_int_equal(direct.direct, follows);
  if (which == THE_RECEIPT) assert_int_equal(direct.folded, folds);
  assert_int_equal(lua.direct + lua.folded, 0);
}

// What never looks at the fact is known after one call.
static bool looks(const char *body) { return strstr(body, "fact") != NULL; }

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
    for (int which = 0; which < RECEIPTS; which++) check_receipt(bodies[i], !set_field, !set_field && looks(bodies[i]), which);
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
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) check_receipt(bodies[i], false, false, THE_RECEIPT);
}

// What the count hook would have counted is counted: more than its step here.
static void test_costs(void **state) {
  (void)state;
  char body[3800];
  size_t at = (size_t)snprintf(body, sizeof body, "return true, fact:sum(function(item) local n = 0");
  for (int i = 0; i < 180; i++) at += (size_t)snprintf(body + at, sizeof body - at, " n=n+item.quantity");
  snprintf(body + at, sizeof body - at, " return n end)");
  check_receipt(body, true, false, THE_RECEIPT); // its tree would be too large
  at = (size_t)snprintf(body, sizeof body, "return true, fact:sum(function(item) local n = item.quantity - item.quantity");
  for (int i = 0; i < 10; i++) at += (size_t)snprintf(body + at, sizeof body - at, " n=n+1");
  at += (size_t)snprintf(body + at, sizeof body - at, " local m = 0");
  for (int i = 0; i < 400; i++) at += (size_t)snprintf(body + at, sizeof body - at, " m=m+1");
  snprintf(body + at, sizeof body - at, " return n + m end)");
  for (int which = 0; which < RECEIPTS; which++) check_receipt(body, true, true, which);
}

// Functions of an item, on each of the receipt's again and again.
static void items_of(const char *head, const char *body, uint64_t *folded, uint64_t *instructions, unsigned *accepted) {
  char source[1024];
  snprintf(source, sizeof source,
           "return accrue.constraint { title = 'x', conditions = 'purchase', variables = { count = accrue.var.integer() },\n"
           "accepts_item = function(%s %s end }",
           head, body);
  const char *const texts[] = {"constraints/x.lua", source, NULL};
  struct fixture f;
  struct receipt r;
  struct acr__script_stats stats;
  receipt_fill(&r);
  if (!fixture_load(&f, texts)) fail_msg("%s", f.faults);
  const struct acr__component *component = fixture_find(&f, ACR_CONSTRAINT, "x");
  const struct acr__value value = {.present = true, .i = 1500};
  char *message = NULL;
  int vars = acr__script_bind(f.script, component, &value, f.arena, &message);
  struct acr__call call = {.script = f.script, .arena = f.arena};
  *accepted = 0;
  for (int i = 0; i < 3 * CALLS; i++) {
    bool in;
    acr__script_event_begin(f.script);
    assert_true(acr__call_accepts_item(&call, component, vars, &r.fact, i % 3, &in));
    assert_true(i < 3 || in == (*accepted >> i % 3 & 1));
    if (in) *accepted |= 1u << i % 3;
  }
  acr__script_stats_read(f.script, &stats);
  *folded = stats.folded;
  *instructions = stats.instructions;
  fixture_free(&f);
}

static void test_items(void **state) {
  (void)state;
  static const char *const bodies[] = {
      "return item.context.litres ~= nil and item.amount > vars.count",
      "return item.quantity < vars.count",
      "return item.context.grade == '95' or item.line == '3'",
      "return not item.context.litres",
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    uint64_t folded, not_folded, instructions, in_lua;
    unsigned accepted, by_lua;
    items_of("item, vars)", bodies[i], &folded, &instructions, &accepted);
    items_of("...) local item, vars = ...", bodies[i], &not_folded, &in_lua, &by_lua);
    assert_int_equal(accepted, by_lua);
    assert_int_equal(instructions, in_lua);
    assert_true(folded > 2 * CALLS && not_folded == 0 && accepted > 0 && accepted < 7);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_followed), cmocka_unit_test(test_not_followed), cmocka_unit_test(test_costs),
                                     cmocka_unit_test(test_items)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
