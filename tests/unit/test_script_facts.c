// What plugins see of facts, times and variables.
#include "script/script.h"
#include "test_script_fixture.h"

static void test_purchase(void **state) {
  (void)state;
  assert_lua(
      "return fact.type == 'purchase' and fact.id == 'r-1' and fact.transaction == 't-1' and fact.store == 'S1' and fact.channel == nil");
  assert_lua("return fact.total == 5250 and fact.subtotal == 5000 and fact.tax == 250 and fact.shipping == nil and fact.amount == 5000");
  assert_lua("return #fact.items == 3 and fact.items[1].sku == 'F95' and fact.items[4] == nil and fact.items[2].amount == 1000 and "
             "fact.items[3].amount == nil");
  assert_lua("return fact.items[1].quantity == 30500 and fact.items[1].categories[2] == 'fuel/95' and #fact.items[3].categories == 0");
  assert_lua("local n = 0 for i, item in ipairs(fact.items) do n = n + i end return n == 6");
  assert_lua("return fact.payments[1].type == 'card' and fact.payments[2].amount == 2000 and #fact.payments == 2 and fact.store_groups[1] "
             "== 'north'");
  assert_lua("local a, b = fact.items[1], fact.items[2] return a.sku == 'F95' and b.sku == 'W1' and a ~= b and a == fact.items[1]");
  assert_lua("return fact.items[1].context.litres == 3050 and fact.items[1].context.grade == '95' and fact.items[2].context.litres == nil");
  assert_lua("return fact.context.pump == 4 and fact.pump == 4");
  assert_lua_error("return fact.totl == 1", "purchase has no field 'totl'; the nearest is 'total'");
  assert_lua_error("return fact.items[1].skuu == 1", "an item has no field 'skuu'; the nearest is 'sku'");
  assert_lua_error("return fact.payments[1].typ == 1", "a payment has no field 'typ'");
  assert_lua_error("fact.total = 1 return true", "read-only");
  assert_lua_error("fact.items[1].sku = 'x' return true", "read-only");
  assert_lua_error("return fact.items.first == 1", "a list is indexed by");
}

static void test_sums(void **state) {
  (void)state;
  assert_lua("return fact:sum('amount') == 5000 and fact:sum('quantity') == 32500 and fact:sum('context.litres') == 3050 and "
             "fact:sum('items.amount') == 5000");
  assert_lua("return fact:sum(function(item) return item.amount end) == 5000 and fact:max('amount') == 4000 and fact:min('amount') == 0");
  assert_lua("return fact:max(function(item) return item.context.litres end) == 3050 and fact:max(function() end) == nil");
  assert_lua("return fact:count() == 3 and fact:count(function(item) return item.amount end) == 2 and fact:any(function(item) return "
             "item.sku == 'W1' end)");
  assert_lua("return not fact:any(function() return false end)");
  assert_lua_error("return fact:sum('context.grade') == 1", "'context.grade' names no number of an item");
  assert_lua_error("return fact:sum(function() return 0.5 end) == 1", "the function gave a float; wanted an integer or nil");
  assert_lua_error("return fact:sum(function() return math.maxinteger end) == 1", "does not fit 64 bits");
  assert_lua_error("return fact.sum('amount') == 1", "is it called with ':'?");
  assert_lua_error("return fact:sum(5) == 1", "sum wants a path or a function, found an integer");
}

// Numbers whatever they are made of: core fields, declared ones, undeclared texts, at their own decimals or at those asked for.
static void test_numbers(void **state) {
  (void)state;
  assert_lua("local n, places = accrue.number(fact, 'items.context.litres') return n == 3050 and places == 2");
  assert_lua("return accrue.number(fact, 'items.context.litres', 1) == 305 and accrue.number(fact, 'items.context.litres', 4) == 305000");
  assert_lua("local n, places = accrue.number(fact, 'items.quantity') return n == 32500 and places == 3");
  assert_lua("return accrue.number(fact, 'amount', 2) == 500000 and accrue.number(fact, 'context.pump') == 4"); // a currency without cents
  assert_lua("return accrue.number(fact, 'shipping') == nil and accrue.number(fact, 'context.none') == nil");
  assert_lua("return accrue.number(fact, 'items.context.none', 3) == nil");
  assert_lua_error("return accrue.number(fact, 'litres') == 1", "'litres' is no path; wanted amount");
  assert_lua_error("return accrue.number(fact, 'points') == 1", "is no path");
  assert_lua_error("return accrue.number(fact, 'amount', 10) == 1", "decimals is no integer from 0 to 9");
  assert_lua_error("return accrue.number(fact, 'amount', 0.5) == 1", "decimals is no integer from 0 to 9");
  assert_lua_error("return accrue.number(5, 'amount') == 1", "wanted the fact, found an integer");
  assert_lua_error("return accrue.number(fact) == 1", "number wants a path, found nothing");
  assert_lua_error("return fact.base_points.points == 1", "no account of the program");
  assert_lua_error("return accrue.number(fact, 'base_points.x') == 1", "no account of the program");
}

static void test_local_time(void **state) {
  (void)state;
  assert_lua("return fact.local_time == fact.time and fact.local_time.hour == fact.time.hour"); // nobody says where
}

static void test_times(void **state) {
  (void)state;
  assert_lua(
      "local t = fact.time return t.year == 2026 and t.month == 3 and t.day == 1 and t.weekday == 7 and t.hour == 8 and t.minute == 15");
  assert_lua("return fact.time:date() == '2026-03-01' and tostring(fact.time) == '2026-03-01T13:15:00Z' and accrue.now() == fact.time");
  assert_lua("local t = fact.time return t < t:add('1 day') and t <= t and not (t < t) and t:add('2 hours').hour == 10");
  assert_lua("local t = fact.time:start_of('month') return t:date() == '2026-03-01' and t.hour == 0 and fact.time:start_of('month', "
             "-1):date() == '2026-02-01'");
  assert_lua("return fact.time:start_of('week'):date() == '2026-02-23' and fact.time:start_of('year', 1):date() == '2027-01-01'");
  assert_lua("return fact.time:add('7 days').hour == 8 and fact.time:add('10 days').hour == 8"); // summer time begins on 8 March
  assert_lua("return fact.time:add('30 days'):days_since(fact.time) == 30 and fact.time:days_since('2026-02-28') == 1");
  assert_lua("return fact.time ~= 5 and fact.time:add('1 month'):date() == '2026-04-01'");
  assert_lua_error("return fact.time < 5", "wanted a time, found an integer");
  assert_lua_error("return fact.time:add('soon') == 1", "add: found a text; wanted a duration");
  assert_lua_error("return fact.time.yeer == 1", "a time has no field 'yeer'; the nearest is 'year'");
  assert_lua_error("return fact.time:start_of('moon') == 1", "wanted day, week, month or year");
  assert_lua_error("return fact.time + 1 == 2", "attempt to perform arithmetic on a time value");
}

static const char every_type[] =
    "local v = accrue.var\n"
    "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {\n"
    "a_catalog = v.catalog(), b_set = v.set { of = 'text' }, c_money = v.money(), d_flag = v.boolean(), e_text = v.text { optional = true "
    "},\n"
    "f_duration = v.duration(), g_date = v.date(), h_slots = v.slots(), operator = v.operator { of = 'c_money' } },\n"
    "test = function(p, vars)\n"
    "  local c, s = vars.a_catalog, vars.b_set\n"
    "  assert(c[p.items[1]] == true and c[p.items[2]] == true and c[p.items[3]] == false and c[nil] == false)\n"
    "  assert(c:depth(p.items[1]) == 1 and c:depth(p.items[2]) == 1000 and c:depth(p.items[3]) == nil and c['fuel/95/x'] and not "
    "c['fuels'])\n"
    "  assert(s.red == true and s.blue == false and s[nil] == false and s[1] == false)\n"
    "  local names = '' for name in pairs(s) do names = names .. name end assert(names == 'greenred')\n"
    "  assert(vars.c_money == 1250 and vars.d_flag == true and vars.e_text == nil and vars.operator == '<=')\n"
    "  assert(tostring(vars.f_duration) == '3 months' and vars.f_duration.n == 3 and p.time:add(vars.f_duration).month == 6)\n"
    "  assert(#c.categories == 1 and c.categories[1] == 'fuel' and c.items[1] == 'W1' and not pcall(ipairs, s))\n"
    "  assert(vars.g_date == '2026-06-01' and vars.h_slots[1] == '14:00-17:00' and #vars.h_slots == 1)\n"
    "  assert(not pcall(function() vars.c_money = 1 end) and not pcall(function() s.blue = true end) and not pcall(function() "
    "vars.h_slots[1] = 1 end))\n"
    "  local ok, why = pcall(function() return vars.c_mony end) assert(not ok and why:find(\"the nearest is 'c_money'\"), why)\n"
    "  return true\n"
    "end,\n"
    "check = function(vars) if vars.c_money > 9999 then error('too much money') end return vars.c_money ~= 7, 'seven is unlucky' end }";

static void test_variables(void **state) {
  (void)state;
  const char *const texts[] = {"key_phrases/x.lua", every_type, NULL};
  static const acr__span categories[] = {{"fuel", 4}}, items[] = {{"W1", 2}}, set[] = {{"red", 3}, {"green", 5}},
                         slots[] = {{"14:00-17:00", 11}};
  struct acr__value values[] = {{.present = true, .categories = categories, .category_count = 1, .items = items, .item_count = 1},
                                {.present = true, .list = set, .list_count = 2},
                                {.present = true, .i = 1250},
                                {.present = true, .i = 1},
                                {.present = false},
                                {.present = true, .duration = {3, ACR_UNIT_MONTH}},
                                {.present = true, .i = acr__days_of((acr__date){2026, 6, 1})},
                                {.present = true, .list = slots, .list_count = 1},
                                {.present = true, .i = ACR_OP_LE}};
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  if (!fixture_load(&f, texts)) print_message("%s", f.faults);
  assert_non_null(f.tpl);
  const struct acr__component *x = fixture_find(&f, ACR_KEY_PHRASE, "x");
  char *message = NULL;
  int vars = acr__script_bind(f.script, x, values, f.arena, &message);
  assert_true(vars >= 0);
  struct acr__call call = {.script = f.script, .arena = f.arena};
  bool holds = false, has;
  int64_t measured;
  bool good = acr__call_test(&call, x, vars, &r.fact, &holds, &measured, &has);
  if (!good) print_message("%s\n", call.error);
  assert_true(good && holds);
  values[2].i = 10000;
  assert_int_equal(acr__script_bind(f.script, x, values, f.arena, &message), -1);
  assert_non_null(strstr(message, "too much money"));
  values[2].i = 7;
  assert_int_equal(acr__script_bind(f.script, x, values, f.arena, &message), -1);
  assert_string_equal(message, "seven is unlucky");
  fixture_free(&f);
}

static bool in_audience(const void *state, acr__span name) {
  (void)state;
  return acr__span_is(name, "staff");
}
static int64_t tag_count(const void *state, acr__span name) {
  (void)state;
  return acr__span_is(name, "vip") ? 2 : 0;
}
static acr__span level(const void *state, acr__span name) {
  (void)state;
  return acr__span_is(name, "fuel") ? ACR__SPAN_LIT("Gold") : (acr__span){0};
}
static acr__span attribute(const void *state, acr__span name) {
  (void)state;
  return acr__span_is(name, "car") ? ACR__SPAN_LIT("") : (acr__span){0};
}

static void test_other_facts(void **state) {
  (void)state;
  const char *const texts[] = {
      "key_phrases/m.lua",
      "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, test = function(m)\n"
      "return m.audiences.staff and not m.audiences.other and m.tags.vip == 2 and m.tags.none == nil and m.levels.fuel == 'Gold' and "
      "m.levels.x == nil\n"
      "and m.attributes.car == '' and m.attributes.x == nil and m.id == 'm-1' and m.birthday == '1990-02-28' and m.type == 'member' and "
      "m.joined.year == 2025 end }",
      "key_phrases/p.lua",
      "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, value = function(p)\n"
      "return p.reason == 'award' and p.account == 'points' and p.point_source == 'base' and p.context.x == nil and p.points or nil end }",
      "key_phrases/c.lua",
      "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {}, value = function(e)\n"
      "return e.symbol == 'visit' and e.quantity + e.pages end }",
      NULL};
  struct fixture f;
  if (!fixture_load(&f, texts)) print_message("%s", f.faults);
  assert_non_null(f.tpl);
  struct acr__call call = {.script = f.script, .arena = f.arena};
  struct acr__member_view member = {.id = ACR__SPAN_LIT("m-1"), .has_birthday = true, .birthday = {1990, 2, 28}, .in_audience = in_audience,
                                    .tag_count = tag_count, .level = level, .attribute = attribute};
  acr__time_parse(ACR__SPAN_LIT("2025-06-01T00:00:00Z"), &member.joined);
  const acr__zone *zone = acr__zone_find(ACR__SPAN_LIT("UTC"));
  struct acr__fact fact = {.kind = ACR_FACT_MEMBER, .zone = zone, .member = &member};
  bool holds = false, has, nil;
  int64_t measured;
  bool good = acr__call_test(&call, fixture_find(&f, ACR_KEY_PHRASE, "m"), 0, &fact, &holds, &measured, &has);
  if (!good) print_message("%s\n", call.error);
  assert_true(good && holds);
  fact = (struct acr__fact){.kind = ACR_FACT_POINTS,
                            .zone = zone,
                            .points = 42,
                            .account = ACR__SPAN_LIT("points"),
                            .point_source = ACR__SPAN_LIT("base"),
                            .reason = ACR__SPAN_LIT("award")};
  assert_true(acr__call_value(&call, fixture_find(&f, ACR_KEY_PHRASE, "p"), 0, &fact, &measured, &nil));
  assert_true(!nil && measured == 42);
  struct acr__event event = {.kind = ACR_EVENT_CUSTOM, .type = ACR__SPAN_LIT("visit"), .quantity = 2000};
  struct acr__field fields[] = {{.name = ACR__SPAN_LIT("pages"), .type = ACR_FIELD_INTEGER}};
  struct acr__field_value values[] = {{true, 5, {0}}};
  struct acr__schema schema = {ACR__SPAN_LIT("visit"), fields, 1, NULL, 0};
  fact = (struct acr__fact){.kind = ACR_FACT_CUSTOM, .zone = zone, .event = &event, .schema = &schema, .fields = values};
  assert_true(acr__call_value(&call, fixture_find(&f, ACR_KEY_PHRASE, "c"), 0, &fact, &measured, &nil));
  assert_true(!nil && measured == 2005);
  fact.schema = NULL;
  assert_false(acr__call_value(&call, fixture_find(&f, ACR_KEY_PHRASE, "c"), 0, &fact, &measured, &nil));
  assert_non_null(strstr(call.error, "key phrase c: t/key_phrases/c.lua:2: event has no field 'pages'"));
  fixture_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_purchase), cmocka_unit_test(test_sums),
                                     cmocka_unit_test(test_numbers), cmocka_unit_test(test_local_time), cmocka_unit_test(test_times),
                                     cmocka_unit_test(test_variables), cmocka_unit_test(test_other_facts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
