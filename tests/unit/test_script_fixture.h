// What the tests of the Lua host share: a template from texts, faults as one text, a purchase to call with.
#ifndef TEST_SCRIPT_FIXTURE_H
#define TEST_SCRIPT_FIXTURE_H
#include "script/script.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

struct fixture {
  acr__arena *arena;
  acr__script *script;
  const struct acr__template *tpl;
  struct acr__layers layers;
  struct acr__file files[32];
  acr__diag diag;
  char faults[8192]; // "code|file|line|message\n" each
};

static int file_order(const void *a, const void *b) {
  return acr__span_cmp(((const struct acr__file *)a)->path, ((const struct acr__file *)b)->path);
}

// Loads a template of `texts`: path, source, path, source ..., NULL; template.lua and the condition type `purchase` are added.
static inline bool fixture_load(struct fixture *f, const char *const *texts) {
  static const char *const given[] = {
    "template.lua", "return { name = 't', version = '1', api = 1, extends = false }",
    "condition_types/purchase.lua", "return accrue.condition_type { title = 'P', over = 'current', facts = 'purchase' }",
    "condition_types/past_purchases.lua", "return accrue.condition_type { title = 'P', over = 'history', facts = { 'purchase' } }", NULL};
  *f = (struct fixture){.arena = acr__arena_new(65536)};
  acr__diag_init(&f->diag, f->arena);
  int count = 0;
  for (const char *const *list = given; list; list = list == given ? texts : NULL) {
    for (int i = 0; list[i]; i += 2) f->files[count++] = (struct acr__file){acr__span_of(list[i]), acr__span_of(list[i + 1])};
  }
  qsort(f->files, (size_t)count, sizeof *f->files, file_order);
  f->layers.layer[0] = (struct acr__layer){ACR__SPAN_LIT("t"), f->files, count};
  f->layers.count = 1;
  f->script = acr__script_new();
  f->tpl = acr__template_load(f->script, f->arena, &f->layers, &f->diag);
  size_t at = 0;
  for (const acr__diag_item *item = f->diag.first; item && at < sizeof f->faults; item = item->next) {
    at += (size_t)snprintf(f->faults + at, sizeof f->faults - at, "%s|%s|%d|%s\n", item->code, item->file ? item->file : "", item->line,
                           item->message);
  }
  return f->tpl != NULL;
}

static inline void fixture_free(struct fixture *f) {
  acr__script_free(f->script);
  acr__arena_free(f->arena);
}

static inline const struct acr__component *fixture_find(struct fixture *f, acr__component_kind kind, const char *name) {
  const struct acr__component *component = acr__template_find(f->tpl, kind, acr__span_of(name));
  assert_non_null(component);
  return component;
}

// A purchase of three lines: fuel for 40.00 (30.50 litres), wash for 10.00, an undeclared extra for nothing.
struct receipt {
  struct acr__event event;
  struct acr__item items[3];
  struct acr__payment payments[2];
  struct acr__fact fact;
  struct acr__field fields[1], item_fields[2];
  struct acr__field_value values[1], item_values[6];
  struct acr__schema schema;
};

static const acr__span fuel_paths[] = {{"fuel", 4}, {"fuel/95", 7}};
static const acr__span wash_paths[] = {{"wash", 4}};
static const acr__span groups[] = {{"north", 5}};

static inline void receipt_fill(struct receipt *r) {
  *r = (struct receipt){0};
  acr__time_parse(ACR__SPAN_LIT("2026-03-01T13:15:00Z"), &r->fact.time);
  r->items[0] = (struct acr__item){.line = ACR__SPAN_LIT("1"), .sku = ACR__SPAN_LIT("F95"), .categories = fuel_paths, .category_count = 2,
                                   .quantity = 30500, .amount = 4000, .has_amount = true};
  r->items[1] = (struct acr__item){.line = ACR__SPAN_LIT("2"), .sku = ACR__SPAN_LIT("W1"), .categories = wash_paths, .category_count = 1,
                                   .quantity = 1000, .amount = 1000, .has_amount = true};
  r->items[2] = (struct acr__item){.line = ACR__SPAN_LIT("3"), .sku = ACR__SPAN_LIT("X"), .quantity = 1000};
  r->payments[0] = (struct acr__payment){ACR__SPAN_LIT("card"), 3000};
  r->payments[1] = (struct acr__payment){ACR__SPAN_LIT("cash"), 2000};
  r->event = (struct acr__event){.kind = ACR_EVENT_PURCHASE, .id = ACR__SPAN_LIT("r-1"), .type = ACR__SPAN_LIT("purchase"),
    .transaction = ACR__SPAN_LIT("t-1"), .store = ACR__SPAN_LIT("S1"), .total = {true, 5250}, .subtotal = {true, 5000}, .tax = {true, 250},
    .items = r->items, .item_count = 3, .payments = r->payments, .payment_count = 2};
  r->fields[0] = (struct acr__field){.name = ACR__SPAN_LIT("pump"), .type = ACR_FIELD_INTEGER, .optional = true};
  r->item_fields[0] = (struct acr__field){.name = ACR__SPAN_LIT("grade"), .type = ACR_FIELD_TEXT, .optional = true};
  r->item_fields[1] = (struct acr__field){.name = ACR__SPAN_LIT("litres"), .type = ACR_FIELD_DECIMAL, .scale = 2, .optional = true};
  r->values[0] = (struct acr__field_value){.present = true, .i = 4};
  r->item_values[0] = (struct acr__field_value){.present = true, .text = ACR__SPAN_LIT("95")};
  r->item_values[1] = (struct acr__field_value){.present = true, .i = 3050};
  r->schema = (struct acr__schema){ACR__SPAN_LIT("purchase"), r->fields, 1, r->item_fields, 2};
  r->fact.kind = ACR_FACT_PURCHASE;
  r->fact.zone = acr__zone_find(ACR__SPAN_LIT("America/New_York"));
  r->fact.event = &r->event;
  r->fact.schema = &r->schema;
  r->fact.fields = r->values;
  r->fact.item_fields = r->item_values;
  r->fact.amount = 5000;
  r->fact.store_groups = groups;
  r->fact.store_group_count = 1;
}

// Runs `body` as test(fact, vars) of a key phrase on the receipt; the error is "" when it did not fail, else the message.
static inline bool run_test_body(const char *body, int64_t *measured, char error[1200]) {
  char source[4096];
  snprintf(source, sizeof source,
           "return accrue.key_phrase { title = 'x', conditions = 'purchase', variables = {},\ntest = function(fact, vars) %s end }", body);
  const char *const texts[] = {"key_phrases/x.lua", source, NULL};
  struct fixture f;
  struct receipt r;
  receipt_fill(&r);
  error[0] = 0;
  bool result = false, has = false;
  if (!fixture_load(&f, texts)) {
    snprintf(error, 1200, "%.1190s", f.faults);
  } else {
    const struct acr__component *component = fixture_find(&f, ACR_KEY_PHRASE, "x");
    char *message = NULL;
    int vars = acr__script_bind(f.script, component, NULL, f.arena, &message);
    struct acr__call call = {.script = f.script, .arena = f.arena};
    acr__script_event_begin(f.script);
    if (!acr__call_test(&call, component, vars, &r.fact, &result, measured, &has)) snprintf(error, 1200, "%.1190s", call.error);
  }
  fixture_free(&f);
  return result;
}

// The body must return true.
#define assert_lua(body)                                                        \
  do {                                                                          \
    char error_[1200];                                                           \
    int64_t measured_;                                                          \
    bool good_ = run_test_body(body, &measured_, error_);                       \
    if (!good_) print_message("%s\n  gave: %s\n", body, error_);                \
    assert_true(good_);                                                         \
  } while (0)

// The body must fail, with `text` in the message.
#define assert_lua_error(body, text)                                            \
  do {                                                                          \
    char error_[1200];                                                           \
    int64_t measured_;                                                          \
    run_test_body(body, &measured_, error_);                                    \
    if (!strstr(error_, text)) print_message("%s\n  gave: %s\n", body, error_); \
    assert_non_null(strstr(error_, text));                                      \
  } while (0)
#endif
