// A tiny rules template in memory, and programs compiled on it.
#ifndef ACR_TEST_PROGRAM_H
#define ACR_TEST_PROGRAM_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "program/plan.h"

#define FILE_OF(path, text) {{path, sizeof path - 1}, {text, sizeof text - 1}}

// Sorted by path.
static const struct acr__file tiny_files[] = {
    FILE_OF("condition_types/audience.lua", "return accrue.condition_type { title = 'Audience', over = 'member', facts = { 'member' } }"),
    FILE_OF("condition_types/event.lua", "return accrue.condition_type { title = 'Event', over = 'current', facts = { '*' } }"),
    FILE_OF("condition_types/past_events.lua", "return accrue.condition_type { title = 'Past events', over = 'history', facts = { '*' } }"),
    FILE_OF("condition_types/past_points.lua",
            "return accrue.condition_type { title = 'Past points', over = 'history', facts = { 'points' } }"),
    FILE_OF("condition_types/past_purchases.lua",
            "return accrue.condition_type { title = 'Past purchases', over = 'history', facts = { 'purchase' } }"),
    FILE_OF("condition_types/purchase.lua",
            "return accrue.condition_type { title = 'Purchase', over = 'current', facts = { 'purchase' } }"),
    FILE_OF("condition_types/service_visit.lua",
            "return accrue.condition_type { title = 'Visit', over = 'current', facts = { 'service_visit' }, constraints = { 'time' } }"),
    FILE_OF("condition_types/total_points.lua",
            "return accrue.condition_type { title = 'Total points', over = 'balance', facts = { 'balance' } }"),
    FILE_OF("constraints/catalog.lua",
            "return accrue.constraint { title = 'Catalog', conditions = { 'purchase', 'past_purchases' },"
            " variables = { include = accrue.var.catalog { optional = true }, exclude = accrue.var.catalog { optional = true } },"
            " accepts_item = function(item, vars) return vars.include[item] end }"),
    FILE_OF("constraints/channel.lua",
            "return accrue.constraint { title = 'Channel', conditions = { 'purchase', 'past_purchases', 'event', 'past_events' },"
            " variables = { include = accrue.var.set { of = 'channel' } }, accepts = function(fact, vars) return "
            "vars.include[fact.channel] end }"),
    FILE_OF("constraints/point_account.lua", "return accrue.constraint { title = 'Account', conditions = { 'past_points', 'total_points' },"
                                             " variables = { accounts = accrue.var.set { of = 'account' } },"
                                             " accepts = function(fact, vars) return vars.accounts[fact.account] end }"),
    FILE_OF("constraints/share.lua", "return accrue.constraint { title = 'Share', conditions = { 'purchase', 'event', 'audience' },"
                                     " variables = {},"
                                     " portion = function(fact, vars) return 1, 2 end }"),
    FILE_OF("constraints/store.lua",
            "return accrue.constraint { title = 'Store', conditions = { 'purchase', 'past_purchases', 'event', 'past_events' },"
            " variables = { include = accrue.var.set { of = 'store', optional = true }, exclude = accrue.var.set { of = 'store', optional "
            "= true } },"
            " accepts = function(fact, vars) return not vars.include or vars.include[fact.store] end }"),
    FILE_OF("constraints/time.lua",
            "return accrue.constraint { title = 'Time', conditions = { 'purchase', 'past_purchases', 'event', 'past_events' },"
            " variables = { timeframe = accrue.var.timeframe() }, window = function(vars, now) return vars.timeframe:window(now) end }"),
    FILE_OF("events/purchase.lua", "return accrue.event { title = 'Purchase', fields = {},"
                                   " item_fields = { litres = accrue.var.decimal { scale = 2, optional = true } } }"),
    FILE_OF("events/service_visit.lua",
            "return accrue.event { title = 'Visit', fields = { cost = accrue.var.money { optional = true, min = '1' } } }"),
    FILE_OF("events/survey.lua", "return accrue.event { title = 'Survey', fields = {} }"),
    FILE_OF("key_phrases/any_event.lua",
          "return accrue.key_phrase { title = 'Anything', conditions = 'event', variables = {}, test = function() return true end }"),
  FILE_OF("key_phrases/average_spend.lua", "return accrue.key_phrase { title = 'Average {operator} {amount}', conditions = "
                                             "'past_purchases', aggregate = 'average', value = 'amount',"
                                             " variables = { operator = accrue.var.operator {}, amount = accrue.var.money {} } }"),
    FILE_OF("key_phrases/bulky.lua",
            "return accrue.key_phrase { title = 'Bulk {operator} {amount} {step}', conditions = { 'purchase', 'past_purchases' },"
            " variables = { operator = accrue.var.operator { of = 'amount' }, amount = accrue.var.decimal { scale = 1 },"
            " step = accrue.var.integer { default = 2, max = 9 } },"
            " check = function(vars) if vars.amount - 70 == 0 then error('seven is too much') end end,"
            " value = function(fact, vars) return #fact.items // vars.step end }"),
    FILE_OF("key_phrases/complete_events.lua",
            "return accrue.key_phrase { title = '{event} {operator} {count}', conditions = 'past_events', value = 'quantity',"
            " variables = { event = accrue.var.event(), operator = accrue.var.operator {}, count = accrue.var.integer {} } }"),
    FILE_OF("key_phrases/complete_transactions.lua",
            "return accrue.key_phrase { title = 'Transactions {operator} {count}', conditions = 'past_purchases', aggregate = 'count',"
            " value = 'amount', variables = { operator = accrue.var.operator {}, count = accrue.var.integer { min = 0 } } }"),
    FILE_OF("key_phrases/current_point_balance.lua",
            "return accrue.key_phrase { title = 'Balance {operator} {points}', conditions = 'total_points', value = 'points',"
            " variables = { operator = accrue.var.operator {}, points = accrue.var.points {} } }"),
    FILE_OF("key_phrases/in_audience.lua",
            "return accrue.key_phrase { title = 'In {audience}', conditions = 'audience', variables = { audience = accrue.var.audience() },"
            " test = function(member, vars) return member.audiences[vars.audience] end }"),
    FILE_OF("key_phrases/litres.lua",
            "return accrue.key_phrase { title = 'Litres {timeframe} {operator} {litres}', conditions = { 'purchase', 'past_purchases' },"
            " variables = { operator = accrue.var.operator { of = 'litres' }, litres = accrue.var.decimal { scale = 2, min = '0.00' },"
            " timeframe = accrue.var.timeframe { optional = true } }, aggregate = 'sum', value = 'items.context.litres' }"),
    FILE_OF("key_phrases/make_a_purchase.lua",
            "return accrue.key_phrase { title = 'Make a purchase', conditions = 'purchase', variables = {},"
            " test = function() return true end }"),
    FILE_OF("key_phrases/points_deposited.lua",
            "return accrue.key_phrase { title = 'Deposited {operator} {points}', conditions = 'past_points', value = 'points',"
            " variables = { operator = accrue.var.operator {}, points = accrue.var.points {} } }"),
    FILE_OF("key_phrases/purchase_attribute.lua",
            "return accrue.key_phrase { title = '{key} {value} {mode}', conditions = 'purchase', variables = { key = accrue.var.text {},"
            " value = accrue.var.text {}, mode = accrue.var.choice { of = { 'equal', 'other' }, default = 'equal' } },"
            " test = function(fact, vars) return fact.context[vars.key] == vars.value end }"),
    FILE_OF("key_phrases/spend_currency.lua",
            "return accrue.key_phrase { title = 'Spend {operator} {amount}', conditions = 'past_purchases', value = 'amount',"
            " variables = { operator = accrue.var.operator {}, amount = accrue.var.money { max = '9999.999' } } }"),
    FILE_OF("key_phrases/total_spend.lua",
            "return accrue.key_phrase { title = 'Total {operator} {amount}', conditions = 'purchase', value = 'amount',"
            " variables = { operator = accrue.var.operator {}, amount = accrue.var.money {} } }"),
    FILE_OF("key_phrases/trigger_an_event.lua",
            "return accrue.key_phrase { title = '{event} happens', conditions = { 'event' }, variables = { event = accrue.var.event() },"
            " test = function() return true end }"),
    FILE_OF("key_phrases/visit.lua",
            "return accrue.key_phrase { title = 'Visit {operator} {cost}', conditions = 'service_visit', value = 'cost',"
            " variables = { operator = accrue.var.operator {}, cost = accrue.var.money {} } }"),
    FILE_OF("outcomes/points_fixed.lua", "return accrue.outcome { title = '{points} points', variables = { points = accrue.var.points {},"
                                         " account = accrue.var.account(), source = accrue.var.source() },"
                                         " effects = function(event, vars) return { accrue.effect.award { account = vars.account, source = "
                                         "vars.source, points = vars.points } } end }"),
    FILE_OF("outcomes/welcome.lua",
            "return accrue.outcome { title = 'Welcome', behaviors = { 'entrance' }, variables = {}, effects = function() return {} end }"),
    FILE_OF("template.lua", "return { name = 'tiny', version = '1.0.0', api = 1, extends = false }"),
};

struct world {
  acr__arena *arena;
  acr__script *script;
  const struct acr__template *tpl;
  acr__diag diag;
  const char *rule_name, *rule_text; // the only rules file
  struct acr__rule_file rule_file;   // the same, and its uses by the last program
};

static void world_open(struct world *world) {
  *world = (struct world){.arena = acr__arena_new(1 << 16), .script = acr__script_new()};
  acr__diag_init(&world->diag, world->arena);
  struct acr__layers layers = {.count = 1};
  layers.layer[0] = (struct acr__layer){ACR__SPAN_LIT("tiny"), tiny_files, sizeof tiny_files / sizeof *tiny_files};
  world->tpl = acr__template_load(world->script, world->arena, &layers, &world->diag);
  for (const acr__diag_item *item = world->diag.first; item; item = item->next) {
    if (item->severity == ACR_FAULT) fail_msg("%s", acr__diag_line(&world->diag, item));
  }
  assert_non_null(world->tpl);
}

static void world_close(struct world *world) {
  acr__script_free(world->script);
  acr__arena_free(world->arena);
}

static struct acr__plan *world_compile(struct world *world, const char *text) {
  acr__diag_init(&world->diag, world->arena);
  world->rule_file = (struct acr__rule_file){.name = acr__span_of(world->rule_name ? world->rule_name : ""),
                                             .text = acr__span_of(world->rule_text ? world->rule_text : "")};
  struct acr__rule_files rules = {&world->rule_file, world->rule_name ? 1 : 0};
  return acr__plan_compile(world->arena, world->script, world->tpl, acr__span_of(text), "DIR/programs/p.json", &rules, &world->diag);
}

// Compiles what must be right.
static struct acr__plan *world_plan(struct world *world, const char *text) {
  struct acr__plan *plan = world_compile(world, text);
  for (const acr__diag_item *item = world->diag.first; item; item = item->next) {
    if (item->severity == ACR_FAULT) fail_msg("%s", acr__diag_line(&world->diag, item));
  }
  assert_non_null(plan);
  return plan;
}

// A program around the members of `rest` (which begins with a comma or is empty).
static char *program_with(struct world *world, const char *rest) {
  return acr__arena_printf(
      world->arena,
      "{\"program\":\"club\",\"currency\":\"USD\",\n"
      "\"accounts\":{\"points\":{\"default\":true},\"status\":{\"spendable\":false,\"decimals\":2},\"pot\":{\"escrow\":true}},\n"
      "\"sources\":{\"base\":{},\"promo\":{\"accounts\":[\"points\"]}},\n"
      "\"audiences\":[\"staff\"],\n"
      "\"stores\":{\"S1\":{\"groups\":[\"north\"]},\"S2\":{\"groups\":[\"north\"]},\"S3\":{\"timezone\":\"America/Chicago\"}},\n"
      "\"catalog\":{\"categories\":[\"fuel/95\",\"shop\"],\"items\":[\"cola\"]}\n%s}",
      rest);
}

// A program with one purchase rule whose `when` is given.
static char *program_when(struct world *world, const char *when) {
  return program_with(world, acr__arena_printf(world->arena, ",\"purchase\":[{\"rule\":\"r\",\"outcomes\":[{\"outcome\":\"points_fixed\","
                                               "\"points\":5,\"account\":\"points\",\"source\":\"base\"}],\"when\":\n%s}]", when));
}
#endif
