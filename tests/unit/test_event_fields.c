// Declared fields, typed at the door; and when two events have the same content.
#include "event_fixture.h"

static const acr__span moods[] = {{"good", 4}, {"bad", 3}};
static const struct acr__field fields[] = {
    {.name = {"stars", 5}, .type = ACR_FIELD_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 5},
    {.name = {"litres", 6}, .type = ACR_FIELD_DECIMAL, .scale = 2, .optional = true, .has_min = true, .min = 50},
    {.name = {"price", 5}, .type = ACR_FIELD_MONEY, .optional = true},
    {.name = {"share", 5}, .type = ACR_FIELD_PERCENT, .optional = true},
    {.name = {"note", 4}, .type = ACR_FIELD_TEXT, .optional = true},
    {.name = {"open", 4}, .type = ACR_FIELD_BOOLEAN, .optional = true},
    {.name = {"mood", 4}, .type = ACR_FIELD_CHOICE, .optional = true, .choices = moods, .choice_count = 2},
    {.name = {"day", 3}, .type = ACR_FIELD_DATE, .optional = true},
};
static const struct acr__schema schema = {{"visit", 5}, fields, 8, NULL, 0};

static bool fields_of(struct reading *r, const char *data, struct acr__field_value **values) {
  char line[512];
  struct acr__field_value *items;
  snprintf(line, sizeof line, "{" HEAD ",\"type\":\"visit\",\"subject\":\"m\"%s}", data);
  return acr__event_fields(r->arena, read_good(r, line), &schema, 2, values, &items, &r->reject);
}

static void test_typed(void **state) {
  struct acr__field_value *v;
  assert_true(fields_of(*state, ",\"data\":{\"stars\":3,\"litres\":\"30.5\",\"price\":\"1.25\",\"share\":\"12.5\",\"note\":\"hi\","
      "\"open\":true,"
                                "\"mood\":\"bad\",\"day\":\"1970-01-02\"}", &v));
  static const int64_t wanted[] = {3, 3050, 125, 1250, 0, 1, 0, 1};
  for (int i = 0; i < 8; i++) {
    assert_true(v[i].present);
    assert_int_equal(v[i].i, wanted[i]);
  }
  assert_true(acr__span_is(v[4].text, "hi") && acr__span_is(v[6].text, "bad"));
  // In the context, which comes first; null is absent.
  assert_true(fields_of(*state, ",\"data\":{\"stars\":9,\"litres\":null,\"context\":{\"stars\":\"5\",\"open\":false}}", &v));
  assert_int_equal(v[0].i, 5);
  assert_true(!v[1].present && v[5].present && v[5].i == 0);
}

static void test_field_faults(void **state) {
  struct reading *r = *state;
  static const struct { const char *data, *code, *path; } lines[] = {
      {"", "field_missing", "$.data.stars"},
      {",\"data\":{}", "field_missing", "$.data.stars"},
      {",\"data\":{\"stars\":null}", "field_missing", "$.data.stars"},
      {",\"data\":{\"context\":{}}", "field_missing", "$.data.context.stars"},
      {",\"data\":{\"stars\":0}", "field", "$.data.stars"},
      {",\"data\":{\"stars\":\"6\"}", "field", "$.data.stars"},
      {",\"data\":{\"stars\":\"1.5\"}", "decimals", "$.data.stars"},
      {",\"data\":{\"stars\":[]}", "field", "$.data.stars"},
      {",\"data\":{\"stars\":1,\"litres\":\"0.49\"}", "field", "$.data.litres"},
      {",\"data\":{\"stars\":1,\"litres\":\"0.501\"}", "decimals", "$.data.litres"},
      {",\"data\":{\"stars\":1,\"price\":\"1.001\"}", "decimals", "$.data.price"},
      {",\"data\":{\"stars\":1,\"share\":\"1.001\"}", "decimals", "$.data.share"},
      {",\"data\":{\"stars\":1,\"note\":5}", "field", "$.data.note"},
      {",\"data\":{\"stars\":1,\"open\":\"true\"}", "field", "$.data.open"},
      {",\"data\":{\"stars\":1,\"mood\":\"so-so\"}", "field", "$.data.mood"},
      {",\"data\":{\"stars\":1,\"context\":{\"day\":\"2026-02-30\"}}", "field", "$.data.context.day"},
  };
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    struct acr__field_value *v;
    r->reject = (struct acr__reject){0};
    assert_false(fields_of(r, lines[i].data, &v));
    assert_string_equal(r->reject.code, lines[i].code);
    assert_string_equal(r->reject.path, lines[i].path);
  }
}

static void test_item_fields(void **state) {
  struct reading *r = *state;
  static const struct acr__schema purchase = {{"purchase", 8}, NULL, 0, fields, 2};
  struct acr__field_value *v, *items;
  const struct acr__event *e = read_good(r, PURCHASE "\"total\":\"1\",\"items\":[{\"stars\":1},{\"context\":{\"stars\":2,"
      "\"litres\":\"1\"}}]}}");
  assert_true(acr__event_fields(r->arena, e, &purchase, 2, &v, &items, &r->reject));
  assert_int_equal(items[0].i, 1);
  assert_false(items[1].present);
  assert_int_equal(items[2].i, 2);
  assert_int_equal(items[3].i, 100);
  e = read_good(r, PURCHASE "\"total\":\"1\",\"items\":[{\"stars\":1},{\"stars\":9}]}}");
  assert_false(acr__event_fields(r->arena, e, &purchase, 2, &v, &items, &r->reject));
  assert_string_equal(r->reject.path, "$.data.items[1].stars");
  e = read_good(r, PURCHASE "\"total\":\"1\",\"items\":[{}]}}");
  assert_false(acr__event_fields(r->arena, e, &purchase, 2, &v, &items, &r->reject));
  assert_string_equal(r->reject.path, "$.data.items[0].stars");
  e = read_good(r, PURCHASE "\"total\":\"1\"}}"); // no items, no item fields
  assert_true(acr__event_fields(r->arena, e, &purchase, 2, &v, &items, &r->reject));
}

#define BODY "{\"total\":\"1.50\",\"items\":[{\"sku\":\"a\"},{\"sku\":\"b\"}],\"note\":\"x\"}"

static void test_same_content(void **state) {
  struct reading *r = *state;
  const struct acr__event *e = read_good(r, "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME ",\"data\":" BODY "}");
  acr__digest wanted = e->content_digest, id = e->id_digest;
  static const char *const same[] = {
      "{\"data\":{ \"note\" : \"x\", \"items\":[ {\"sku\":\"a\"} ,{\"sku\":\"b\"}],\"total\":\"1.50\" }" TIME ",\"subject\":\"m\","
          "\"type\":\"purchase\"," HEAD "}",
      "{" HEAD ",\"traceparent\":\"00-1\",\"datacontenttype\":\"application/json\",\"type\":\"purchase\",\"subject\":\"m\"" TIME ","
          "\"data\":" BODY "}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME ",\"data\":{\"total\":\"1.50\",\"items\":[{\"sku\":\"\\u0061\"},"
          "{\"sku\":\"b\"}],\"note\":\"x\"}}",
  };
  for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
    e = read_good(r, same[i]);
    assert_memory_equal(&e->content_digest, &wanted, sizeof wanted);
    assert_memory_equal(&e->id_digest, &id, sizeof id);
  }
  static const char *const other[] = {
      "{" HEAD ",\"type\":\"order\",\"subject\":\"m\"" TIME ",\"data\":" BODY "}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"n\"" TIME ",\"data\":" BODY "}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\",\"data\":" BODY "}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"2026-03-01T08:15:01-05:00\",\"data\":" BODY "}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME ",\"data\":{\"total\":\"1.5\",\"items\":[{\"sku\":\"a\"},"
          "{\"sku\":\"b\"}],\"note\":\"x\"}}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME ",\"data\":{\"total\":1.50,\"items\":[{\"sku\":\"a\"},{\"sku\":\"b\"}],"
          "\"note\":\"x\"}}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME ",\"data\":{\"total\":\"1.50\",\"items\":[{\"sku\":\"b\"},"
          "{\"sku\":\"a\"}],\"note\":\"x\"}}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME ",\"data\":{\"total\":\"1.50\",\"items\":[{\"sku\":\"a\"},"
          "{\"sku\":\"b\"}]}}",
      "{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"" TIME ",\"data\":{\"total\":\"1.50\",\"items\":[{\"sku\":\"a\"},"
          "{\"sku\":\"b\"}],\"note\":\"x\",\"n\":null}}",
  };
  for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
    e = read_good(r, other[i]);
    assert_memory_not_equal(&e->content_digest, &wanted, sizeof wanted);
    assert_memory_equal(&e->id_digest, &id, sizeof id);
  }
  e = read_good(r, "{\"specversion\":\"1.0\",\"id\":\"-1\",\"source\":\"pose\",\"type\":\"purchase\",\"subject\":\"m\"" TIME ","
      "\"data\":" BODY "}");
  assert_memory_not_equal(&e->id_digest, &id, sizeof id); // "pos" + "e-1" are not "pose" + "-1"
}

// The arrival time is not compared: without `time` two arrivals have the same content.
static void test_time_of_arrival(void **state) {
  struct reading *r = *state;
  const struct acr__event *first = read_good(r, "{" HEAD ",\"type\":\"visit\",\"subject\":\"m\"}");
  r->env.now += ACR_DAY_US;
  const struct acr__event *second = read_good(r, "{" HEAD ",\"type\":\"visit\",\"subject\":\"m\"}");
  assert_memory_equal(&first->content_digest, &second->content_digest, sizeof first->content_digest);
  assert_true(first->time != second->time);
}

int main(void) {
  const struct CMUnitTest tests[] = {READING(test_typed), READING(test_field_faults), READING(test_item_fields), READING(test_same_content),
                                     READING(test_time_of_arrival)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
