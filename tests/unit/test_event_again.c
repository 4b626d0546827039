// A purchase that is read again without its tree is the event that it was.
#include "event_fixture.h"

static const struct acr__event *read_again(struct reading *r, const char *line) {
  static const acr__digest id = {{1}}, content = {{2}};
  struct acr__event_env env = r->env;
  env.id_digest = &id;
  env.content_digest = &content;
  env.outside = true;
  env.latest = ACR_TIME_MAX;
  return acr__event_again(r->arena, acr__span_of(line), &env);
}

static void same_text(acr__span a, acr__span b) {
  assert_true(acr__span_eq(a, b));
  assert_true((a.ptr == NULL) == (b.ptr == NULL));
}

static void same_money(struct acr__money a, struct acr__money b) {
  assert_int_equal(a.has, b.has);
  assert_int_equal(a.value, b.value);
}

static void same_item(const struct acr__item *a, const struct acr__item *b, const char *const *keys) {
  same_text(a->line, b->line);
  same_text(a->sku, b->sku);
  assert_int_equal(a->quantity, b->quantity);
  assert_int_equal(a->amount, b->amount);
  assert_int_equal(a->has_amount, b->has_amount);
  assert_int_equal(a->category_count, b->category_count);
  for (int i = 0; i < a->category_count; i++)
    same_text(a->categories[i], b->categories[i]);
  for (; *keys; keys++)
    same_text(acr__item_context(a, acr__span_of(*keys)), acr__item_context(b, acr__span_of(*keys)));
}

static void same(struct reading *r, const char *line) {
  static const char *const keys[] = {"litres", "grade", "pump", "big", "yes", "none", "nothing", "sku", "amount", "total", "context", NULL};
  const struct acr__event *a = read_line(r, line), *b = read_again(r, line);
  assert_non_null(a);
  assert_non_null(b);
  assert_int_equal(b->kind, ACR_EVENT_PURCHASE);
  assert_int_equal(a->time, b->time);
  assert_int_equal(a->has_time, b->has_time);
  assert_int_equal(b->id_digest.bytes[0], 1);
  assert_int_equal(b->content_digest.bytes[0], 2);
  assert_memory_equal(&a->transaction_digest, &b->transaction_digest, sizeof a->transaction_digest);
  const acr__span ours[] = {a->id, a->source, a->type, a->subject, a->transaction, a->store, a->channel, a->currency};
  const acr__span theirs[] = {b->id, b->source, b->type, b->subject, b->transaction, b->store, b->channel, b->currency};
  for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
    same_text(ours[i], theirs[i]);
  same_money(a->total, b->total);
  same_money(a->subtotal, b->subtotal);
  same_money(a->tax, b->tax);
  same_money(a->shipping, b->shipping);
  assert_int_equal(a->quantity, b->quantity);
  assert_int_equal(a->item_count, b->item_count);
  for (int i = 0; i < a->item_count; i++)
    same_item(&a->items[i], &b->items[i], keys);
  for (int i = 0; keys[i]; i++)
    same_text(acr__event_context(a, acr__span_of(keys[i])), acr__event_context(b, acr__span_of(keys[i])));
}

static void test_same(void **state) {
  struct reading *r = *state;
  same(r, PURCHASE "\"total\":\"12.50\"}}");
  same(r, PURCHASE "\"total\":12.5,\"subtotal\":\"11\",\"tax\":1,\"shipping\":\"0.50\"}}");
  same(r, " { \"specversion\" : \"1.0\" , \"id\":\"x\",\"source\":\"s\",\"type\":\"order\",\"subject\":\"m\xc3\xa9\", \"extra\": 5,"
          "\"data\" : { \"total\" : \"1\" , \"transaction\":\"t-1\", \"store\":\"S1\",\"channel\":\"pos\",\"currency\":\"USD\" } } ");
  same(r, PURCHASE "\"total\":\"3.00\",\"pump\":4,\"yes\":true,\"none\":null,\"context\":{\"big\":-1.5e3,\"grade\":\"95\"},\"items\":[]}}");
  same(r, PURCHASE "\"total\":\"3.00\",\"items\":[{},{\"sku\":\"K\",\"line\":\"1\",\"amount\":\"2.00\",\"quantity\":\"1.5\","
                   "\"categories\":[\"a/b\",\"c\"],\"category\":\"d\",\"grade\":\"95\",\"context\":{\"litres\":\"30.50\"}},"
                   "{\"categories\":[],\"context\":{},\"amount\":1}]}}");
}

// More items, and more categories, than there is room for at first.
static void test_many(void **state) {
  struct reading *r = *state;
  char line[16384];
  size_t at = (size_t)snprintf(line, sizeof line, PURCHASE "\"total\":\"3.00\",\"items\":[");
  for (int i = 0; i < 200; i++)
    at += (size_t)snprintf(line + at, sizeof line - at, "%s{\"line\":\"%d\",\"amount\":\"%d.05\",\"pump\":%d}", i ? "," : "", i, i, i);
  snprintf(line + at, sizeof line - at, "]}}");
  same(r, line);
}

// What is not plain is read as any line is.
static void test_left(void **state) {
  struct reading *r = *state;
  static const char *const lines[] = {
      "{" HEAD ",\"type\":\"visit\",\"subject\":\"m\"" TIME ",\"data\":{}}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME "}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME ",\"more\":{},\"data\":{\"total\":\"1\"}}",
      "{" HEAD ",\"type\":\"purchase\"" TIME ",\"data\":{\"total\":\"1\"}}",
      PURCHASE "\"total\":\"1\",\"store\":\"a\\u0041\"}}",
      PURCHASE "\"total\":\"1\",\"store\":\"\"}}",
      PURCHASE "\"total\":\"1\",\"store\":5}}",
      PURCHASE "\"total\":\"1\",\"payments\":[]}}",
      PURCHASE "\"total\":\"1\",\"discounts\":[]}}",
      PURCHASE "\"total\":\"1\",\"pump\":[]}}",
      PURCHASE "\"total\":\"1\",\"context\":null}}",
      PURCHASE "\"total\":\"1.234\"}}",
      PURCHASE "\"store\":\"S1\"}}",
      PURCHASE "\"total\":\"1\"}} 5",
      PURCHASE "\"total\":\"1\"",
      PURCHASE "\"total\":\"1\",\"items\":[{\"context\":{\"a\":{}}}]}}",
      PURCHASE "\"total\":\"1\",\"items\":[{\"categories\":[5]}]}}",
      PURCHASE "\"total\":\"1\",\"items\":[5]}}",
  };
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
    assert_null(read_again(r, lines[i]));
}

static void test_fields(void **state) {
  struct reading *r = *state;
  static const struct acr__field fields[] = {{.name = ACR__SPAN_LIT("pump"), .type = ACR_FIELD_INTEGER}};
  static const struct acr__field item_fields[] = {
      {.name = ACR__SPAN_LIT("litres"), .type = ACR_FIELD_DECIMAL, .scale = 2, .optional = true},
      {.name = ACR__SPAN_LIT("sku"), .type = ACR_FIELD_TEXT}};
  static const struct acr__schema schema = {ACR__SPAN_LIT("purchase"), fields, 1, item_fields, 2},
                                  outer = {ACR__SPAN_LIT("purchase"), fields, 1, item_fields, 1};
  struct acr__field_value *values, *items;
  struct acr__reject reject = {0};
  const struct acr__event *e =
      read_again(r, PURCHASE "\"total\":\"1\",\"pump\":7,\"items\":[{\"sku\":\"K\",\"context\":{\"litres\":\"3.5\"}}]}}");
  assert_true(acr__event_fields(r->arena, e, &outer, 2, &values, &items, &reject));
  assert_null(e->json); // what was asked for was there
  assert_int_equal(items[0].i, 350);
  assert_true(acr__event_fields(r->arena, e, &schema, 2, &values, &items, &reject));
  assert_int_equal(values[0].i, 7);
  assert_true(acr__span_is(items[1].text, "K"));
  assert_non_null(e->json);
  e = read_again(r, PURCHASE "\"total\":\"1\",\"pump\":7,\"items\":[{\"sku\":\"K\",\"context\":{\"litres\":\"3.555\"}}]}}");
  assert_false(acr__event_fields(r->arena, e, &outer, 2, &values, &items, &reject));
  assert_string_equal(reject.path, "$.data.items[0].context.litres");
  e = read_again(r, PURCHASE "\"total\":\"1\"}}");
  assert_false(acr__event_fields(r->arena, e, &outer, 2, &values, &items, &reject));
  assert_string_equal(reject.path, "$.data.pump");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_same, reading_begin, reading_end),
      cmocka_unit_test_setup_teardown(test_many, reading_begin, reading_end),
      cmocka_unit_test_setup_teardown(test_left, reading_begin, reading_end),
      cmocka_unit_test_setup_teardown(test_fields, reading_begin, reading_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
