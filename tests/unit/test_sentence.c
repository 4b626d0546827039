// Sentences: titles with their variables, constraints behind them, and the examples of components.
#include "program/example.h"
#include "test_program.h"

static const struct acr__file spoken_files[] = {
    FILE_OF("condition_types/past.lua", "return accrue.condition_type { title = 'Past', over = 'history', facts = { 'purchase' } }"),
    FILE_OF("condition_types/purchase.lua", "return accrue.condition_type { title = 'Now', over = 'current', facts = { 'purchase' } }"),
    FILE_OF("constraints/grade.lua", "return accrue.constraint { title = 'Grade is {grades}', conditions = { 'purchase', 'past' },"
                                     " variables = { grades = accrue.var.set { of = 'text' } }, accepts = function() return true end }"),
    FILE_OF("constraints/sku.lua", "return accrue.constraint { title = 'SKU is {sku}', conditions = { 'purchase', 'past' },"
                                   " variables = { sku = accrue.var.text() }, accepts = function() return true end }"),
    FILE_OF("constraints/store.lua",
            "return accrue.constraint { title = '[at stores {include}][, not at stores {exclude}]', conditions = { 'purchase', 'past' },"
            " variables = { include = accrue.var.set { of = 'store', optional = true }, exclude = accrue.var.set { of = 'store', optional ="
            " true } }, accepts = function() return true end }"),
    FILE_OF("key_phrases/buy.lua", "return accrue.key_phrase { title = 'Make a purchase', conditions = 'purchase', variables = {},"
                                   " test = function() return true end }"),
    FILE_OF(
        "key_phrases/kinds.lua",
        "return accrue.key_phrase { title = 'Kinds: {text}, {set}; {catalog}: {duration}, {date}, {days}, {slots}, {percent}, {whole}, "
        "{d}.',"
        " conditions = 'purchase', variables = { text = accrue.var.text { optional = true }, set = accrue.var.set { of = 'text', optional ="
        " true }, catalog = accrue.var.catalog { optional = true }, duration = accrue.var.duration { optional = true },"
        " date = accrue.var.date { optional = true }, days = accrue.var.days { optional = true }, slots = accrue.var.slots { optional ="
        " true }, percent = accrue.var.percent { optional = true }, whole = accrue.var.integer { optional = true },"
        " d = accrue.var.decimal { scale = 3, optional = true } }, test = function() return true end }"),
    FILE_OF("key_phrases/member.lua",
            "return accrue.key_phrase { title = 'Member is {is|in|not in} {group}[ from {low} to {high}| of {low} or more| up to {high}]',"
            " conditions = 'purchase', variables = { is = accrue.var.boolean { default = true }, group = accrue.var.text(),"
            " low = accrue.var.integer { optional = true }, high = accrue.var.integer { optional = true } },"
            " test = function() return true end }"),
    FILE_OF("key_phrases/spend.lua",
            "return accrue.key_phrase { title = 'Total spend {timeframe} is {operator} {amount}', conditions = { 'purchase', 'past' },"
            " value = 'amount', variables = { operator = accrue.var.operator { of = 'amount' }, amount = accrue.var.money(),"
            " timeframe = accrue.var.timeframe { optional = true } } }"),
    FILE_OF("key_phrases/visits.lua",
            "return accrue.key_phrase { title = '{count|visit|visits}', conditions = 'past', aggregate = 'count', variables = { count ="
            " accrue.var.integer() } }"),
    FILE_OF("template.lua", "return { name = 'spoken', version = '1.0.0', api = 1, extends = false }"),
};

static struct world world;

static int start(void **state) {
  (void)state;
  world = (struct world){.arena = acr__arena_new(1 << 16), .script = acr__script_new()};
  acr__diag_init(&world.diag, world.arena);
  struct acr__layers layers = {.count = 1};
  layers.layer[0] = (struct acr__layer){ACR__SPAN_LIT("spoken"), spoken_files, sizeof spoken_files / sizeof *spoken_files};
  world.tpl = acr__template_load(world.script, world.arena, &layers, &world.diag);
  for (const acr__diag_item *item = world.diag.first; item; item = item->next)
    print_error("%s\n", acr__diag_line(&world.diag, item));
  return world.tpl ? 0 : -1;
}

static int end(void **state) {
  (void)state;
  world_close(&world);
  return 0;
}

static void reads(const char *phrase, const char *vars, const char *wanted) {
  const struct acr__component *component = acr__template_find(world.tpl, ACR_KEY_PHRASE, acr__span_of(phrase));
  assert_non_null(component);
  acr__diag_init(&world.diag, world.arena);
  acr__span found = acr__example_sentence(world.arena, world.script, world.tpl, component, acr__span_of(vars), &world.diag);
  if (world.diag.first) fail_msg("%s: %s", vars, world.diag.first->message);
  assert_string_equal(acr__arena_text(world.arena, found), wanted);
}

static void of_operators_and_money(void **state) {
  (void)state;
  static const char *const words[][2] = {
      {">=", "at least"},           {">", "more than"},       {"=", "exactly"},       {"<=", "at most"},
      {"<", "less than"},           {"at least", "at least"}, {"Exactly", "exactly"}, {"less than or equal to", "at most"},
      {"greater than", "more than"}};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    reads("spend", acr__arena_printf(world.arena, "{\"operator\":\"%s\",\"amount\":\"20\"}", words[i][0]),
          acr__arena_printf(world.arena, "Total spend is %s 20.00", words[i][1]));
  }
}

static void of_timeframes(void **state) {
  (void)state;
  reads("spend", "{\"amount\":1000,\"timeframe\":{\"last\":\"1 year\"}}", "Total spend in the last 1 year is at least 1000.00");
  reads("spend", "{\"amount\":1000,\"timeframe\":{\"last\":\"year\"}}", "Total spend in the last 1 year is at least 1000.00");
  reads("spend", "{\"amount\":\"0.5\",\"timeframe\":{\"this\":\"month\"}}", "Total spend this month is at least 0.50");
  reads("spend", "{\"amount\":1,\"timeframe\":\"lifetime\"}", "Total spend is at least 1.00");
  reads("visits", "{\"count\":1,\"timeframe\":{\"last\":\"30 days\"}}", "1 visit in the last 30 days");
  reads("visits", "{\"count\":2,\"timeframe\":{\"from\":\"2026-06-01\",\"to\":\"2026-06-30\"}}",
        "2 visits from 2026-06-01, up to 2026-06-30");
}

static void of_constraints(void **state) {
  (void)state;
  reads("spend", "{\"amount\":1000,\"timeframe\":{\"last\":\"1 year\"},\"constraints\":{\"store\":{\"include\":[\"S2\",\"S1\"]}}}",
        "Total spend in the last 1 year is at least 1000.00 at stores S2, S1");
  reads("buy", "{\"constraints\":{\"grade\":[\"95\",\"98\"],\"store\":{\"exclude\":[\"S9\"]},\"sku\":\"X\"}}",
        "Make a purchase not at stores S9 where grade is 95, 98 and SKU is X");
  reads("buy", "{\"constraints\":{\"store\":{\"include\":[\"S1\"],\"exclude\":[\"S9\"]}}}",
        "Make a purchase at stores S1, not at stores S9");
}

static void of_what_is_absent(void **state) {
  (void)state;
  reads("kinds", "{}", "Kinds.");
  reads("kinds", "{\"set\":[\"b\",\"a\"]}", "Kinds: b, a.");
  reads("kinds", "{\"whole\":3,\"text\":\"t\"}", "Kinds: t, 3.");
  reads("member", "{\"group\":\"staff\"}", "Member is in staff");
  reads("member", "{\"group\":\"staff\",\"is\":false,\"low\":2}", "Member is not in staff of 2 or more");
  reads("member", "{\"group\":\"staff\",\"high\":9}", "Member is in staff up to 9");
  reads("member", "{\"group\":\"staff\",\"low\":2,\"high\":9}", "Member is in staff from 2 to 9");
}

static void of_every_type(void **state) {
  (void)state;
  reads(
      "kinds",
      "{\"text\":\"a\\nb\",\"set\":[\"x\"],\"catalog\":{\"items\":[\"i\"],\"categories\":[\"c\",\"d\"]},\"duration\":\"1 month\","
      "\"date\":\"2026-02-28\",\"days\":[\"tue\",\"monday\"],\"slots\":[\"22:00-02:00\"],\"percent\":\"12.5\",\"whole\":-3,\"d\":\"1.50\"}",
      "Kinds: a?b, x; c, d, item i: 1 month, 2026-02-28, Monday, Tuesday, 22:00-02:00, 12.5%, -3, 1.50.");
}

static void of_examples_that_say_otherwise(void **state) {
  (void)state;
  acr__script *script = acr__script_new();
  acr__diag diag;
  acr__diag_init(&diag, world.arena);
  struct acr__file files[] = {
      FILE_OF("condition_types/purchase.lua", "return accrue.condition_type { title = 'Now', over = 'current', facts = { 'purchase' } }"),
      FILE_OF(
          "key_phrases/buy.lua",
          "return accrue.key_phrase {\n  title = 'Buy {n}', conditions = 'purchase',\n  variables = { n = accrue.var.integer { max = 5 } },"
          "\n  test = function() return true end,\n  examples = { { vars = { n = 1 }, sentence = 'Buy 1' },\n    { vars = { n = 2 },"
          " sentence = 'Buy two' }, { vars = { n = 9 }, sentence = 'Buy 9' }, { vars = { m = 1, n = 1 }, sentence = 'Buy 1' } } }"),
      FILE_OF("template.lua", "return { name = 'own', version = '1.0.0', api = 1, extends = false }"),
  };
  struct acr__layers layers = {.count = 1};
  layers.layer[0] = (struct acr__layer){ACR__SPAN_LIT("own"), files, sizeof files / sizeof *files};
  const struct acr__template *tpl = acr__template_load(script, world.arena, &layers, &diag);
  assert_non_null(tpl);
  acr__examples_check(world.arena, script, tpl, &diag);
  static const char *const wanted[] = {
      "own/key_phrases/buy.lua:5: example 2 says \"Buy two\", but reads \"Buy 2\"",
      "own/key_phrases/buy.lua:5: example 3 cannot be used: found number 9 for `n`, wanted at most 5",
      "own/key_phrases/buy.lua:5: example 4 cannot be used: key phrase `buy` has no field `m`; did you mean `n`?",
  };
  const acr__diag_item *item = diag.first;
  for (size_t i = 0; i < 3; i++, item = item->next) {
    assert_non_null(item);
    assert_string_equal(acr__diag_line(&diag, item), wanted[i]);
  }
  assert_null(item);
  acr__script_free(script);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(of_operators_and_money), cmocka_unit_test(of_timeframes), cmocka_unit_test(of_constraints),
      cmocka_unit_test(of_what_is_absent),      cmocka_unit_test(of_every_type), cmocka_unit_test(of_examples_that_say_otherwise),
  };
  return cmocka_run_group_tests(tests, start, end);
}
