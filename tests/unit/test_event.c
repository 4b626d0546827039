// The envelope and the data of every type, right and wrong: contract section 6.
#include "event_fixture.h"

static void test_envelope(void **state) {
  static const struct bad_line lines[] = {
      {"{\"id\":\"e\",\"source\":\"p\",\"type\":\"purchase\",\"subject\":\"m\"}", "field_missing", "$.specversion", "missing"},
      {"{\"specversion\":\"0.3\",\"id\":\"e\",\"source\":\"p\",\"type\":\"purchase\",\"subject\":\"m\"}", "field", "$.specversion", "1.0"},
      {"{\"specversion\":1.0,\"id\":\"e\",\"source\":\"p\",\"type\":\"purchase\",\"subject\":\"m\"}", "field", "$.specversion", "number"},
      {"{\"specversion\":\"1.0\",\"source\":\"p\",\"type\":\"purchase\",\"subject\":\"m\"}", "field_missing", "$.id", "missing"},
      {"{\"specversion\":\"1.0\",\"id\":\"e\",\"type\":\"purchase\",\"subject\":\"m\"}", "field_missing", "$.source", "missing"},
      {"{" HEAD ",\"subject\":\"m\"}", "field_missing", "$.type", "missing"},
      {"{\"specversion\":\"1.0\",\"id\":7,\"source\":\"p\",\"type\":\"purchase\",\"subject\":\"m\"}", "field", "$.id", "number 7"},
      {"{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"p\",\"type\":\"purchase\",\"subject\":\"m\"}", "field", "$.id", "empty"},
      {"{" HEAD ",\"type\":\"purchase\",\"data\":{\"total\":\"1\"}}", "member_missing", "$.subject", "missing"},
      {"{" HEAD ",\"type\":\"purchase\",\"subject\":null,\"data\":{\"total\":\"1\"}}", "member_missing", "$.subject", "missing"},
      {"{" HEAD ",\"type\":\"nobody knows\"}", "member_missing", "$.subject", "missing"}, // before type_unknown
      {"{" HEAD ",\"type\":\"vsit\",\"subject\":\"m\"}", "type_unknown", "$.type", "nearest is \"visit\""},
      {"{" HEAD ",\"type\":\"other\",\"subject\":\"m\"}", "type_unknown", "$.type", "\"other\""},
      {"{" HEAD ",\"type\":\"clock\",\"subject\":\"m\"}", "field", "$.subject", "no subject"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":{}}", "field", "$.subject", "an object"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"data\":[]}", "field", "$.data", "a list"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"data\":{\"context\":\"x\"}}", "field", "$.data.context", "wanted an object"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"time\":\"2026-03-01\"}", "field", "$.time", "offset"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"time\":\"2026-03-01T08:15:00\"}", "field", "$.time", "offset"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"time\":1772000000}", "field", "$.time", "number"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"time\":\"2026-02-29T08:15:00Z\"}", "field", "$.time", "2026-02-29"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"time\":\"2026-03-01T14:05:00.000001Z\"}", "time_in_future", "$.time", "14:05:00Z"},
      {"{" HEAD ",\"type\":\"clock\",\"time\":\"2026-03-01T14:06:00Z\"}", "time_in_future", "$.time", "ahead"},
  };
  ASSERT_BAD(*state, lines);
}

static void test_times(void **state) {
  struct reading *r = *state;
  const struct acr__event *event = read_good(r, "{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"time\":\"2026-03-01T14:05:00Z\"}");
  assert_true(event->has_time && event->time == r->env.latest); // five minutes ahead, to the microsecond
  event = read_good(r, "{" HEAD ",\"type\":\"visit\",\"subject\":\"m\"}");
  assert_true(!event->has_time && event->time == r->env.now);
  assert_null(event->data);
  assert_int_equal(event->quantity, 1000);
  event = read_good(r, "{" HEAD ",\"type\":\"clock\"" TIME "}");
  assert_int_equal(event->kind, ACR_EVENT_CLOCK);
  assert_int_equal(event->subject.len, 0);
  char line[2200], id[1026];
  memset(id, 'x', 1025);
  id[1025] = 0;
  snprintf(line, sizeof line, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"p\",\"type\":\"visit\",\"subject\":\"m\"}", id);
  assert_null(read_line(r, line));
  assert_string_equal(r->reject.path, "$.id");
  id[1024] = 0;
  snprintf(line, sizeof line, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"p\",\"type\":\"visit\",\"subject\":\"m\"}", id);
  read_good(r, line);
}

static void test_purchase(void **state) {
  struct reading *r = *state;
  const struct acr__event *e = read_good(r, PURCHASE
      "\"transaction\":\"t-1\",\"store\":\"S1\",\"channel\":\"pos\",\"currency\":\"USD\",\"total\":\"42.50\",\"subtotal\":\"40.00\","
      "\"tax\":2.5,\"shipping\":\"0\",\"items\":[{\"line\":\"1\",\"sku\":\"F95\",\"categories\":[\"fuel\",\"fuel/95\"],"
          "\"category\":\"car\","
      "\"quantity\":\"30.5\",\"amount\":\"40.00\",\"context\":{\"litres\":\"30.50\"},\"grade\":\"95\"},{\"category\":\"x\"},{}],"
      "\"payments\":[{\"type\":\"card\",\"amount\":\"42.50\"},{\"type\":\"cash\"}],\"discounts\":[],\"context\":{\"pump\":\"4\"},"
          "\"till\":7}}");
  assert_int_equal(e->kind, ACR_EVENT_PURCHASE);
  assert_true(acr__span_is(e->transaction, "t-1") && acr__span_is(e->store, "S1") && acr__span_is(e->channel, "pos"));
  assert_true(acr__span_is(e->currency, "USD"));
  assert_int_equal(e->total.value, 4250);
  assert_int_equal(e->subtotal.value, 4000);
  assert_int_equal(e->tax.value, 250);
  assert_true(e->shipping.has && e->shipping.value == 0);
  assert_int_equal(e->item_count, 3);
  assert_int_equal(e->items[0].quantity, 30500);
  assert_int_equal(e->items[0].amount, 4000);
  assert_true(e->items[0].has_amount && !e->items[1].has_amount);
  assert_int_equal(e->items[0].category_count, 3); // `category` is one more entry
  assert_true(acr__span_is(e->items[0].categories[1], "fuel/95") && acr__span_is(e->items[0].categories[2], "car"));
  assert_int_equal(e->items[1].category_count, 1);
  assert_int_equal(e->items[1].quantity, 1000);
  assert_int_equal(e->items[2].category_count, 0);
  assert_int_equal(e->payment_count, 2);
  assert_int_equal(e->payments[0].amount, 4250);
  assert_true(acr__span_is(e->payments[1].type, "cash"));
  // What nobody declared is readable as it was sent.
  assert_true(acr__span_is(acr__event_context(e, ACR__SPAN_LIT("pump")), "4"));
  assert_true(acr__span_is(acr__event_context(e, ACR__SPAN_LIT("till")), "7"));
  assert_true(acr__span_is(acr__item_context(&e->items[0], ACR__SPAN_LIT("litres")), "30.50"));
  assert_true(acr__span_is(acr__item_context(&e->items[0], ACR__SPAN_LIT("grade")), "95"));
  assert_null(acr__event_context(e, ACR__SPAN_LIT("nothing")).ptr);
  e = read_good(r, "{" HEAD ",\"type\":\"order\",\"subject\":\"m\",\"data\":{\"total\":0}}");
  assert_int_equal(e->kind, ACR_EVENT_PURCHASE);
  assert_true(acr__span_is(e->transaction, "e-1")); // the event's id
  assert_int_equal(read_good(r, "{" HEAD ",\"type\":\"transaction\",\"subject\":\"m\",\"data\":{\"total\":\"12.5\"}}")->total.value, 1250);
}

static void test_purchase_faults(void **state) {
  static const struct bad_line lines[] = {
      {"{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\"}", "field_missing", "$.data.total", "missing"},
      {PURCHASE "\"store\":\"S\"}}", "field_missing", "$.data.total", "missing"},
      {PURCHASE "\"total\":\"12.505\"}}", "decimals", "$.data.total", "12.505"},
      {PURCHASE "\"total\":12.505}}", "decimals", "$.data.total", "12.505"},
      {PURCHASE "\"total\":\"1,5\"}}", "field", "$.data.total", "1,5"},
      {PURCHASE "\"total\":\"+1\"}}", "field", "$.data.total", "+1"},
      {PURCHASE "\"total\":1e2}}", "field", "$.data.total", "1e2"},
      {PURCHASE "\"total\":true}}", "field", "$.data.total", "true"},
      {PURCHASE "\"total\":null}}", "field", "$.data.total", "null"},
      {PURCHASE "\"total\":\"99999999999999.99\"}}", "field", "$.data.total", "15 digits"},
      {PURCHASE "\"total\":\"1\",\"tax\":\"0.001\"}}", "decimals", "$.data.tax", "0.001"},
      {PURCHASE "\"total\":\"1\",\"store\":5}}", "field", "$.data.store", "wanted a text"},
      {PURCHASE "\"total\":\"1\",\"transaction\":\"\"}}", "field", "$.data.transaction", "empty"},
      {PURCHASE "\"total\":\"1\",\"items\":{}}}", "field", "$.data.items", "a list of items"},
      {PURCHASE "\"total\":\"1\",\"items\":[{},7]}}", "field", "$.data.items[1]", "an item object"},
      {PURCHASE "\"total\":\"1\",\"items\":[{},{\"amount\":\"0.005\"}]}}", "decimals", "$.data.items[1].amount", "0.005"},
      {PURCHASE "\"total\":\"1\",\"items\":[{\"quantity\":\"0.0005\"}]}}", "decimals", "$.data.items[0].quantity", "3 decimals"},
      {PURCHASE "\"total\":\"1\",\"items\":[{\"sku\":1}]}}", "field", "$.data.items[0].sku", "wanted a text"},
      {PURCHASE "\"total\":\"1\",\"items\":[{\"categories\":\"a\"}]}}", "field", "$.data.items[0].categories", "list of category"},
      {PURCHASE "\"total\":\"1\",\"items\":[{\"categories\":[\"a\",1]}]}}", "field", "$.data.items[0].categories[1]", "wanted a text"},
      {PURCHASE "\"total\":\"1\",\"items\":[{\"category\":[]}]}}", "field", "$.data.items[0].category", "wanted a text"},
      {PURCHASE "\"total\":\"1\",\"items\":[{\"context\":1}]}}", "field", "$.data.items[0].context", "wanted an object"},
      {PURCHASE "\"total\":\"1\",\"payments\":{}}}", "field", "$.data.payments", "list of payments"},
      {PURCHASE "\"total\":\"1\",\"payments\":[7]}}", "field", "$.data.payments[0]", "wanted a payment"},
      {PURCHASE "\"total\":\"1\",\"payments\":[{\"amount\":\"1\"}]}}", "field_missing", "$.data.payments[0].type", "missing"},
      {PURCHASE "\"total\":\"1\",\"payments\":[{\"type\":\"c\",\"amount\":\"x\"}]}}", "field", "$.data.payments[0].amount", "decimal"},
      {PURCHASE "\"total\":\"1\",\"discounts\":1}}", "field", "$.data.discounts", "list of discounts"},
  };
  ASSERT_BAD(*state, lines);
}

static void test_excess_decimals_round(void **state) {
  struct reading *r = *state;
  r->env.round_decimals = true;
  const struct acr__event *e = read_good(r, PURCHASE "\"total\":\"12.505\",\"tax\":1.004,\"items\":[{\"amount\":\"0.995\","
      "\"quantity\":\"1.0005\"}]}}");
  assert_int_equal(e->total.value, 1251);
  assert_int_equal(e->tax.value, 100);
  assert_int_equal(e->items[0].amount, 100);
  assert_int_equal(e->items[0].quantity, 1001);
  r->env.currency_scale = 0;
  assert_int_equal(read_good(r, PURCHASE "\"total\":\"99.5\"}}")->total.value, 100);
}

static void test_items_bound(void **state) {
  struct reading *r = *state;
  for (int count = 10000; count <= 10001; count++) {
    acr__buf line = {0};
    acr__buf_text(&line, PURCHASE "\"total\":\"1\",\"items\":[{}");
    for (int i = 1; i < count; i++)
      acr__buf_text(&line, ",{}");
    acr__buf_text(&line, "]}}");
    acr__buf_u8(&line, 0);
    assert_int_equal(read_line(r, (const char *)line.ptr) != NULL, count == 10000);
    acr__buf_free(&line);
  }
  assert_string_equal(r->reject.path, "$.data.items");
}

#define MEMBER(type) "{" HEAD ",\"type\":\"member." type "\",\"subject\":\"m\"" TIME ",\"data\":{"
#define ADJUST "{" HEAD ",\"type\":\"points.adjust\",\"subject\":\"m\"" TIME ",\"data\":{"

static void test_other_types(void **state) {
  struct reading *r = *state;
  const struct acr__event *e = read_good(r, MEMBER("join") "\"joined\":\"2020-02-29\",\"birthday\":\"1980-12-31\","
      "\"timezone\":\"Asia/Tokyo\","
                                                           "\"attributes\":{\"a\":[1]},\"unknown\":1}}");
  assert_int_equal(e->kind, ACR_EVENT_JOIN);
  assert_true(e->joined_is_date && e->joined == (acr__time)acr__days_of((acr__date){2020, 2, 29}) * ACR_DAY_US);
  assert_true(e->has_birthday && e->birthday.year == 1980 && e->birthday.month == 12 && e->birthday.day == 31);
  assert_true(acr__span_is(e->timezone, "Asia/Tokyo") && e->attributes);
  e = read_good(r, MEMBER("update") "\"joined\":\"2020-02-29T01:00:00+02:00\"}}");
  assert_true(e->kind == ACR_EVENT_UPDATE && !e->joined_is_date && !e->has_birthday);
  e = read_good(r, "{" HEAD ",\"type\":\"audience.leave\",\"subject\":\"m\",\"data\":{\"audience\":\"staff\"}}");
  assert_true(e->kind == ACR_EVENT_AUDIENCE_LEAVE && acr__span_is(e->audience, "staff"));
  e = read_good(r, ADJUST "\"points\":\"-1.25\",\"account\":\"a\",\"source\":\"s\",\"reason\":\"r\",\"actor\":\"b\",\"reference\":\"c\"}}");
  assert_true(acr__span_is(e->points_text, "-1.25") && acr__span_is(e->account, "a") && acr__span_is(e->point_source, "s"));
  assert_int_equal(read_good(r, "{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"data\":{\"quantity\":\"2.5\"}}")->quantity, 2500);
  static const struct bad_line lines[] = {
      {MEMBER("join") "\"joined\":\"yesterday\"}}", "field", "$.data.joined", "a date or a time"},
      {MEMBER("join") "\"joined\":20200101}}", "field", "$.data.joined", "number"},
      {MEMBER("join") "\"birthday\":\"1981-02-29\"}}", "field", "$.data.birthday", "1981-02-29"},
      {MEMBER("join") "\"birthday\":\"1981-02-30\"}}", "field", "$.data.birthday", "February 1981 has no day 30"},
      {MEMBER("join") "\"joined\":\"2016-12-31T23:59:60Z\"}}", "field", "$.data.joined", "leap seconds are not taken"},
      {"{" HEAD ",\"time\":\"2016-12-31T23:59:60Z\",\"type\":\"visit\",\"subject\":\"m\"}", "field", "$.time",
       "leap seconds are not taken"},
      {"{" HEAD ",\"type\":\"purchase\",\"subject\":\"m\",\"data\":{\"totl\":\"1.00\"}}", "field_missing", "$.data.total",
       "found `totl`: did you mean `total`?"},
      {MEMBER("join") "\"birthday\":\"1980-12-31T00:00:00Z\"}}", "field", "$.data.birthday", "wanted a date"},
      {MEMBER("update") "\"timezone\":\"Mars/Olympus\"}}", "field", "$.data.timezone", "Mars/Olympus"},
      {MEMBER("update") "\"attributes\":[]}}", "field", "$.data.attributes", "wanted an object"},
      {"{" HEAD ",\"type\":\"audience.enter\",\"subject\":\"m\"}", "field_missing", "$.data.audience", "missing"},
      {"{" HEAD ",\"type\":\"audience.enter\",\"subject\":\"m\",\"data\":{\"audience\":1}}", "field", "$.data.audience", "wanted a text"},
      {ADJUST "\"reason\":\"r\",\"actor\":\"a\"}}", "field_missing", "$.data.points", "missing"},
      {ADJUST "\"points\":\"0.0000001\",\"reason\":\"r\",\"actor\":\"a\"}}", "decimals", "$.data.points", "6 decimals"},
      {ADJUST "\"points\":\"1\",\"actor\":\"a\"}}", "field_missing", "$.data.reason", "missing"},
      {ADJUST "\"points\":\"1\",\"reason\":\"r\"}}", "field_missing", "$.data.actor", "missing"},
      {ADJUST "\"points\":\"1\",\"reason\":\"r\",\"actor\":\"a\",\"account\":9}}", "field", "$.data.account", "wanted a text"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"data\":{\"quantity\":\"x\"}}", "field", "$.data.quantity", "decimal"},
      {"{" HEAD ",\"type\":\"visit\",\"subject\":\"m\",\"data\":{\"quantity\":\"0.0001\"}}", "decimals", "$.data.quantity", "3 decimals"},
  };
  ASSERT_BAD(r, lines);
}

int main(void) {
  const struct CMUnitTest tests[] = {READING(test_envelope),   READING(test_times),        READING(test_purchase),
                                     READING(test_purchase_faults), READING(test_excess_decimals_round), READING(test_items_bound),
                                     READING(test_other_types)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
