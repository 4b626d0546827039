// What a right program compiles to.
#include "program/plan.h"
#include "test_program.h"

static struct world world;

static int setup(void **state) {
  (void)state;
  world_open(&world);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  world_close(&world);
  return 0;
}

#define assert_span(span, text) assert_string_equal(acr__arena_text(world.arena, (span)), (text))

static const struct acr__cond *only_cond(const char *when) {
  const struct acr__plan *plan = world_plan(&world, program_when(&world, when));
  assert_int_equal(plan->cond_count, 1);
  return &plan->conds[0];
}

static void least_program(void **state) {
  (void)state;
  const struct acr__plan *plan = world_plan(&world, "{\"program\":\"club\",\"$schema\":\"x\"}");
  assert_span(plan->family, "club");
  assert_int_equal(plan->currency_scale, 2);
  assert_true(plan->effective_from == ACR_TIME_MIN);
  assert_int_equal(plan->level_count, 1);
  assert_span(plan->levels[0].name, "Tier Level 1");
  assert_int_equal(plan->levels[0].entrance.count, 1);
  assert_true(plan->rules[plan->levels[0].entrance.rules[0]].no_rules);
  assert_int_equal(plan->levels[0].threshold_rule, -1);
  assert_int_equal(plan->type_count, 2); // those that the template declares
  assert_non_null(plan->schemas[acr__plan_type_find(plan, ACR__SPAN_LIT("survey"))]);
  assert_non_null(plan->purchase_schema);
  assert_int_equal(plan->amount_basis, ACR_BASIS_NET);
}

static void head(void **state) {
  (void)state;
  const struct acr__plan *plan = world_plan(
      &world, "{\"program\":\"club\",\"family\":\"f\",\"title\":\"T\",\"effective_from\":\"2026-01-01\",\"currency\":\"JPY\","
              "\"timezone\":\"America/New_York\",\"amount_basis\":\"total\",\"links\":{\"referrer\":{\"max\":1}},"
              "\"accounts\":{\"points\":{\"decimals\":3,\"max_balance\":\"10.5\",\"group\":\"g\",\"allow_negative\":true}},"
              "\"settings\":{\"entrance_timing\":\"before\",\"promote\":\"all\",\"on_cap\":\"reject\",\"window\":\"rolling\","
              "\"zero_priced_lines\":true,\"leap_day\":\"mar1\",\"spend_order\":\"fifo\",\"excess_decimals\":\"round\"}}");
  assert_span(plan->family, "f");
  assert_true(plan->effective_from == 1767243600LL * ACR_SECOND_US); // 05:00 UTC
  assert_int_equal(plan->currency_scale, 0);
  assert_string_equal(acr__zone_name(plan->zone), "America/New_York");
  assert_int_equal(plan->amount_basis, ACR_BASIS_TOTAL);
  assert_true(plan->settings.entrance_before && plan->settings.clip_reject && plan->settings.rolling_windows);
  assert_true(plan->settings.zero_priced_lines && plan->settings.leap_mar1 && plan->settings.excess_round);
  assert_false(plan->settings.promote_one || plan->settings.less_than_needs_activity);
  assert_int_equal(plan->points_scale, 3);
  assert_true(plan->accounts[0].is_default && plan->accounts[0].has_max && plan->accounts[0].allow_negative);
  assert_int_equal(plan->accounts[0].max_balance, 10500);
  // Declared money is at the currency's scale.
  const struct acr__schema *visit = plan->schemas[acr__plan_type_find(plan, ACR__SPAN_LIT("service_visit"))];
  assert_int_equal(visit->fields[0].scale, 0);
  plan = world_plan(&world, "{\"program\":\"club\",\"currency\":\"USD\"}");
  visit = plan->schemas[acr__plan_type_find(plan, ACR__SPAN_LIT("service_visit"))];
  assert_int_equal(visit->fields[0].scale, 2);
  assert_int_equal(visit->fields[0].min, 100);
}

static void accounts_sources_stores(void **state) {
  (void)state;
  const struct acr__plan *plan = world_plan(
      &world,
      program_with(&world, ",\"base_earn\":[{\"points\":\"1.08\",\"per\":\"1.00\",\"account\":\"status\",\"source\":\"base\"},"
                           "{\"points\":2,\"per\":5,\"account\":\"points\",\"source\":\"promo\",\"basis\":\"net\",\"rounding\":\"up\","
                           "\"constraints\":{\"store\":{\"include\":\"S1\"}}}]"));
  assert_int_equal(plan->account_count, 3);
  assert_int_equal(plan->points_scale, 2);
  assert_int_equal(acr__plan_account_find(plan, ACR__SPAN_LIT("status")), 1);
  assert_int_equal(acr__plan_account_find(plan, ACR__SPAN_LIT("statu")), -1);
  assert_int_equal(plan->sources[0].account_count, 3); // without a list: all
  assert_int_equal(plan->sources[1].account_count, 1);
  assert_int_equal(plan->base_earn_count, 2);
  assert_int_equal(plan->base_earn[0].rate.rate, 108);
  assert_int_equal(plan->base_earn[0].rate.rate_scale, 2);
  assert_int_equal(plan->base_earn[0].rate.per, 100);
  assert_int_equal(plan->base_earn[0].rate.precision, 2);
  assert_int_equal(plan->base_earn[0].rate.decimals, 2);
  assert_int_equal(plan->base_earn[0].basis, ACR_BASIS_TOTAL);
  assert_true(plan->base_earn[0].count_all);
  assert_int_equal(plan->base_earn[1].account, 0);
  assert_int_equal(plan->base_earn[1].source, 1);
  assert_int_equal(plan->base_earn[1].basis, ACR_BASIS_NET);
  assert_false(plan->base_earn[1].count_all);
  assert_int_equal(plan->base_earn[1].narrow_count, 1);
  assert_int_equal(plan->base_earn[1].rate.rounding, ACR_ROUND_UP);
  assert_span(acr__plan_store_find(plan, ACR__SPAN_LIT("S2"))->groups[0], "north");
  assert_non_null(acr__plan_store_find(plan, ACR__SPAN_LIT("S3"))->zone);
  assert_null(acr__plan_store_find(plan, ACR__SPAN_LIT("S4")));
}

// The tree in words: "all(c0 any(c1 c2))".
static void spell(const struct acr__tree *tree, int at, acr__buf *out) {
  static const char *const words[] = {"all", "any", "none"};
  if (tree[at].kind == ACR_NODE_COND) {
    acr__buf_printf(out, "c%d", tree[at].cond);
    return;
  }
  acr__buf_printf(out, "%s(", words[tree[at].kind]);
  for (int child = tree[at].first_child; child >= 0; child = tree[child].next) {
    assert_true(child > at);
    if (child != tree[at].first_child) acr__buf_text(out, " ");
    spell(tree, child, out);
  }
  acr__buf_text(out, ")");
}

static void assert_tree(const char *when, const char *wanted) {
  const struct acr__plan *plan = world_plan(&world, program_when(&world, when));
  acr__buf out = {0};
  spell(plan->rules[0].tree, 0, &out);
  acr__buf_u8(&out, 0);
  assert_string_equal((char *)out.ptr, wanted);
  acr__buf_free(&out);
}

#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define STAFF "{\"key_phrase\":\"in_audience\",\"audience\":\"staff\"}"
static void trees(void **state) {
  (void)state;
  assert_tree(BUY, "c0");
  assert_tree("[" BUY "," STAFF "]", "all(c0 c1)");
  assert_tree("{\"all\":[" BUY ",{\"any\":[" STAFF "," STAFF ",{\"none\":[" STAFF "]}],\"name\":\"g\"}," STAFF "]}",
              "all(c0 any(c1 c2 none(c3)) c4)");
}

static void operators_and_scales(void **state) {
  (void)state;
  const struct acr__cond *cond = only_cond("{\"key_phrase\":\"total_spend\",\"operator\":\"Less than or equal to\",\"amount\":\"20\"}");
  assert_int_equal(cond->op, ACR_OP_LE);
  assert_true(cond->has_operator && cond->has_path && cond->is_purchase);
  assert_int_equal(cond->path.root, ACR_PATH_AMOUNT);
  assert_int_equal(cond->number, 2000);
  assert_int_equal(cond->number_scale, 2);
  assert_int_equal(cond->value_mul, 1);
  assert_int_equal(cond->series, -1);
  assert_string_equal(cond->path_text, "$.purchase[0].when");
  assert_int_equal(only_cond("{\"key_phrase\":\"total_spend\",\"amount\":7.25}")->op, ACR_OP_GE);
  assert_int_equal(only_cond("{\"key_phrase\":\"total_spend\",\"amount\":7.25}")->number, 725);
  assert_int_equal(only_cond("{\"key_phrase\":\"litres\",\"litres\":\"30.50\"}")->number, 3050);
  assert_int_equal(only_cond("{\"key_phrase\":\"bulky\",\"amount\":\"3.5\"}")->number, 35); // a function measures at the number's scale
  const struct acr__plan *plan = world_plan(
      &world,
      program_with(&world,
                   ",\"event\":[{\"rule\":\"r\",\"outcomes\":[],\"when\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"survey\"},"
                   "{\"key_phrase\":\"complete_events\",\"event\":\"survey\",\"count\":3},"
                   "{\"key_phrase\":\"current_point_balance\",\"points\":-5,\"operator\":\"<\"},"
                   "{\"key_phrase\":\"complete_transactions\",\"count\":2}]}]"));
  assert_int_equal(plan->conds[1].number, 3000); // quantities are thousandths
  assert_int_equal(plan->conds[1].number_scale, 3);
  assert_int_equal(plan->conds[2].number, -500); // at the finest account
  assert_int_equal(plan->conds[2].value_mul, 1);
  assert_int_equal(plan->conds[3].number, 2);
  assert_int_equal(plan->conds[3].value_mul, 1);
  assert_int_equal(plan->series[plan->conds[3].series].aggregate, ACR_AGG_COUNT);
}

static void balance_accounts(void **state) {
  (void)state;
  const struct acr__plan *plan = world_plan(
      &world, program_when(&world, "[" BUY ",{\"key_phrase\":\"current_point_balance\",\"points\":\"0\",\"operator\":\"<=\"},"
                                   "{\"key_phrase\":\"current_point_balance\",\"points\":1,"
                                   "\"constraints\":{\"point_account\":[\"status\",\"pot\"]}}]"));
  assert_int_equal(plan->conds[1].account_count, 1); // not escrow, not unspendable
  assert_int_equal(plan->conds[1].accounts[0], 0);
  assert_int_equal(plan->conds[2].account_count, 2);
  assert_int_equal(plan->conds[2].accounts[0], 1);
  assert_int_equal(plan->conds[2].accounts[1], 2);
}

#define SPEND(amount, more) "{\"key_phrase\":\"spend_currency\",\"amount\":\"" amount "\"" more "}"
static void series_are_shared(void **state) {
  (void)state;
  const struct acr__plan *plan = world_plan(
      &world,
      program_when(
          &world,
          "[" BUY "," SPEND("100", "") "," SPEND("200.00", ",\"operator\":\"<\",\"timeframe\":{\"last\":\"30 days\"}") "," SPEND(
              "100",
              ",\"constraints\":{\"store\":{\"include\":[\"S2\",\"S1\"]}}") "," SPEND("5",
                                                                                      ",\"constraints\":{\"store\":{\"include\":{"
                                                                                      "\"groups\":[\"north\"]}},\"time\":{\"last\":\"1 "
                                                                                      "year\"}}") "," SPEND("100",
                                                                                                            ",\"constraints\":{\"store\":{"
                                                                                                            "\"include\":[\"S1\"]}}") "]"));
  assert_int_equal(plan->series_count, 3);
  const struct acr__cond *conds = plan->conds;
  assert_int_equal(conds[1].series, conds[2].series);
  assert_null(conds[1].timeframe);
  assert_true(conds[2].timeframe->has_last && !conds[2].timeframe->rolling);
  assert_int_equal(conds[3].series, conds[4].series); // a group is the stores of it, a window is no part of a series
  assert_int_equal(conds[4].window_count, 1);
  assert_int_equal(conds[4].narrow_count, 1);
  assert_true(conds[3].series != conds[5].series && conds[3].series != conds[1].series);
  assert_true(conds[3].same_facts && conds[4].same_facts);
  assert_false(conds[1].same_facts);
  assert_true(conds[1].include_current && !conds[1].has_path);
  assert_true(plan->series[0].has_path);
  assert_int_equal(plan->series[0].kinds, 1u << ACR_FACT_PURCHASE);
  assert_int_equal(plan->series[0].aggregate, ACR_AGG_SUM);
}

// The identity of a series holds over releases, and changes with what it measures.
static void series_keys(void **state) {
  (void)state;
  char *text = program_when(&world, "[" BUY "," SPEND("100", "") "]");
  acr__digest first = world_plan(&world, text)->series[0].key, again = world_plan(&world, text)->series[0].key;
  assert_memory_equal(&first, &again, sizeof first);
  char *other = acr__arena_printf(world.arena, "{\"amount_basis\":\"total\",%s", text + 1);
  again = world_plan(&world, other)->series[0].key;
  assert_memory_not_equal(&first, &again, sizeof first);
}

static void series_of_functions(void **state) {
  (void)state;
  const char *const bulk =
      "[" BUY ",{\"key_phrase\":\"bulky\",\"amount\":5,\"timeframe\":\"lifetime\"},"
      "{\"key_phrase\":\"bulky\",\"amount\":9,\"step\":2,\"include_current\":false,\"constraints\":{\"catalog\":{\"include\":"
      "{\"categories\":[\"fuel\"]}}}},"
      "{\"key_phrase\":\"bulky\",\"amount\":9,\"step\":2,\"condition\":\"past_purchases\"},"
      "{\"key_phrase\":\"bulky\",\"amount\":5,\"timeframe\":\"lifetime\",\"step\":3},"
      "{\"key_phrase\":\"points_deposited\",\"points\":5,\"constraints\":{\"point_account\":\"status\"}},"
      "{\"key_phrase\":\"points_deposited\",\"points\":5}]";
  const struct acr__plan *plan = world_plan(&world, program_when(&world, bulk));
  assert_int_equal(plan->conds[1].series, plan->conds[3].series); // the default is the same as the number written
  assert_true(plan->conds[1].series != plan->conds[2].series && plan->conds[1].series != plan->conds[4].series);
  assert_true(plan->series[plan->conds[1].series].vars >= 0);
  assert_false(plan->conds[2].same_facts); // it does not count the current purchase
  assert_true(plan->series[plan->conds[5].series].names_account);
  assert_false(plan->series[plan->conds[6].series].names_account);
  assert_int_equal(plan->conds[6].number, 500);
}

static void condition_type_by_behavior(void **state) {
  (void)state;
  assert_int_equal(only_cond("{\"key_phrase\":\"litres\",\"litres\":1}")->over, ACR_OVER_CURRENT);
  const struct acr__plan *plan = world_plan(
      &world, program_with(
                  &world, ",\"levels\":[{\"level\":\"A\",\"entrance\":[{\"rule\":\"e\",\"when\":{\"key_phrase\":\"litres\",\"litres\":1}}],"
                          "\"purchase\":[{\"rule\":\"p\",\"when\":[" BUY ",{\"key_phrase\":\"litres\",\"litres\":1,\"timeframe\":"
                          "{\"this\":\"year\"}}]}]}]"));
  assert_int_equal(plan->conds[0].over, ACR_OVER_HISTORY);
  assert_int_equal(plan->conds[2].over, ACR_OVER_HISTORY);
  assert_true(plan->conds[2].timeframe->has_this);
  assert_int_equal(plan->conds[0].series, plan->conds[2].series);
}

static void event_rules_by_type(void **state) {
  (void)state;
  const struct acr__plan *plan = world_plan(
      &world,
      program_with(&world,
                   ",\"event\":[{\"rule\":\"a\",\"when\":{\"any\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"member.join\"},"
                   "{\"key_phrase\":\"trigger_an_event\",\"event\":\"survey\"}]}},"
                   "{\"rule\":\"b\",\"when\":{\"key_phrase\":\"visit\",\"cost\":\"9.5\"}}],"
                   "\"levels\":[{\"level\":\"A\",\"entrance\":[{\"rule\":\"all\",\"when\":\"no rules\"}],"
                   "\"event\":[{\"rule\":\"c\",\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"survey\"}},"
                   "{\"rule\":\"d\",\"when\":{\"key_phrase\":\"any_event\"}}]}]"));
  int survey = acr__plan_type_find(plan, ACR__SPAN_LIT("survey")), join = acr__plan_type_find(plan, ACR__SPAN_LIT("member.join"));
  int visit = acr__plan_type_find(plan, ACR__SPAN_LIT("service_visit"));
  assert_int_equal(plan->type_count, 3);
  assert_true(survey >= 0 && join >= 0 && visit >= 0);
  assert_int_equal(plan->event[survey].count, 1);
  assert_int_equal(plan->event[join].count, 1);
  assert_int_equal(plan->event[visit].count, 1);
  assert_span(plan->rules[plan->event[visit].rules[0]].name, "b");
  assert_int_equal(plan->levels[0].event[survey].count, 2);
  assert_int_equal(plan->levels[0].event[visit].count, 1); // the rule that anything wakes
  assert_int_equal(plan->rules[0].type_count, 2);
  assert_true(plan->rules[0].types[0] < plan->rules[0].types[1]);
  assert_null(plan->schemas[join]);
}

static void levels_and_outcomes(void **state) {
  (void)state;
  const struct acr__plan *plan = world_plan(
      &world,
      program_with(
          &world,
          ",\"levels\":[{\"level\":\"A\",\"entrance\":[{\"rule\":\"all\",\"when\":\"no rules\",\"outcomes\":[{\"outcome\":\"welcome\"}]}]},"
          "{\"level\":\"B\",\"base_earn\":{\"points\":2,\"per\":1,\"account\":\"points\",\"source\":\"base\"},"
          "\"threshold\":{\"spend\":\"500.00\"},\"purchase\":[{\"rule\":\"r\",\"id\":\"x\",\"when\":" BUY ",\"outcomes\":["
          "{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"points\",\"source\":\"base\",\"rank\":2},"
          "{\"outcome\":\"points_fixed\",\"points\":\"2.50\",\"account\":\"status\",\"source\":\"base\",\"basis\":\"purchase\"},"
          "{\"outcome\":\"points_fixed\",\"points\":3,\"account\":\"points\",\"source\":\"base\",\"rank\":2,\"on\":\"met\","
          "\"constraints\":{\"store\":[{\"include\":[\"S1\"]},{\"exclude\":\"S2\"}]}}]}]}]"));
  assert_int_equal(plan->level_count, 2);
  const struct acr__plan_level *b = &plan->levels[1];
  assert_true(b->has_base_earn && !plan->levels[0].has_base_earn);
  assert_int_equal(b->base_earn_count, 1);
  assert_int_equal(b->entrance.count, 1);
  assert_int_equal(b->entrance.rules[0], b->threshold_rule);
  const struct acr__rule *threshold = &plan->rules[b->threshold_rule];
  const struct acr__cond *spend = &plan->conds[threshold->tree[0].cond];
  assert_int_equal(spend->number, 50000);
  assert_int_equal(plan->series[spend->series].path.root, ACR_PATH_TOTAL);
  const struct acr__rule *rule = &plan->rules[b->purchase.rules[0]];
  assert_span(rule->id, "x");
  assert_int_equal(rule->level, 1);
  assert_int_equal(rule->out_count, 3);
  assert_int_equal(rule->outs[0].position, 1);
  assert_true(rule->outs[0].basis_purchase && !rule->outs[1].basis_purchase);
  assert_int_equal(rule->outs[1].position, 0);
  assert_int_equal(rule->outs[2].position, 2);
  assert_int_equal(rule->outs[2].narrow_count, 2);
}

static void group_constraints(void **state) {
  (void)state;
  const struct acr__plan *plan = world_plan(
      &world, program_when(&world, "{\"all\":[" BUY "," STAFF "," SPEND("5", ",\"constraints\":{\"channel\":\"pos\"}") "],"
                                   "\"constraints\":{\"store\":{\"exclude\":\"S1\"},\"time\":{\"this\":\"month\"}}}"));
  assert_int_equal(plan->conds[0].narrow_count, 2); // over the current fact a window is a constraint like any other
  assert_int_equal(plan->conds[1].narrow_count, 0);
  assert_int_equal(plan->conds[2].narrow_count, 2);
  assert_int_equal(plan->conds[2].window_count, 1);
}

static void windows(void **state) {
  (void)state;
  const char *rest = ",\"settings\":{\"window\":\"rolling\"},\"purchase\":[{\"rule\":\"r\",\"when\":[" BUY
                     "," SPEND("1", ",\"timeframe\":{\"last\":\"year\"}") "," SPEND("1", ",\"timeframe\":{\"last\":\"30 "
                                                                                         "days\",\"rolling\":false}") "," SPEND(
                         "1", ",\"timeframe\":{\"this\":\"month\",\"since\":\"joining\"}") "," SPEND("1",
                                                                                                     ",\"timeframe\":{\"last\":\"5 "
                                                                                                     "times\"}") "," SPEND("1",
                                                                                                                           ",\"timeframe\":"
                                                                                                                           "{\"previous\":"
                                                                                                                           "\"3 "
                                                                                                                           "months\","
                                                                                                                           "\"each\":\"1 "
                                                                                                                           "month\","
                                                                                                                           "\"from\":"
                                                                                                                           "\"2026-01-"
                                                                                                                           "31\"}") "]}]";
  const struct acr__cond *conds = world_plan(&world, program_with(&world, rest))->conds;
  assert_true(conds[1].timeframe->rolling && conds[1].timeframe->last.n == 1 && conds[1].timeframe->last.unit == ACR_UNIT_YEAR);
  assert_false(conds[2].timeframe->rolling);
  assert_true(conds[3].timeframe->has_this && !conds[3].timeframe->rolling && conds[3].timeframe->since == ACR_SINCE_JOINING);
  assert_int_equal(conds[4].timeframe->times, 5);
  assert_true(conds[5].timeframe->has_previous && conds[5].timeframe->each && conds[5].timeframe->each_unit == ACR_UNIT_MONTH);
  assert_true(conds[5].timeframe->has_from && !conds[5].timeframe->has_to && conds[5].timeframe->from.day == 31);
}

static void named_rules(void **state) {
  (void)state;
  world.rule_name = "morning";
  world.rule_text =
      "{\"rule\":\"Morning\",\"when\":" BUY ",\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"points\","
      "\"source\":\"base\"}]}";
  const struct acr__plan *plan = world_plan(
      &world,
      program_with(&world, ",\"purchase\":[\"morning\"],\"levels\":[{\"level\":\"A\",\"entrance\":[{\"rule\":\"e\",\"when\":\"no rules\"}],"
                           "\"purchase\":[\"morning\"]}]"));
  assert_int_equal(plan->purchase.count, 1);
  assert_span(plan->rules[plan->levels[0].purchase.rules[0]].name, "Morning");
}

int main(void) {
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(least_program, setup, teardown),
    cmocka_unit_test_setup_teardown(head, setup, teardown),
    cmocka_unit_test_setup_teardown(accounts_sources_stores, setup, teardown),
    cmocka_unit_test_setup_teardown(trees, setup, teardown),
    cmocka_unit_test_setup_teardown(operators_and_scales, setup, teardown),
    cmocka_unit_test_setup_teardown(balance_accounts, setup, teardown),
    cmocka_unit_test_setup_teardown(series_are_shared, setup, teardown),
    cmocka_unit_test_setup_teardown(series_keys, setup, teardown),
    cmocka_unit_test_setup_teardown(series_of_functions, setup, teardown),
    cmocka_unit_test_setup_teardown(condition_type_by_behavior, setup, teardown),
    cmocka_unit_test_setup_teardown(event_rules_by_type, setup, teardown),
    cmocka_unit_test_setup_teardown(levels_and_outcomes, setup, teardown),
    cmocka_unit_test_setup_teardown(group_constraints, setup, teardown),
    cmocka_unit_test_setup_teardown(windows, setup, teardown),
    cmocka_unit_test_setup_teardown(named_rules, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
