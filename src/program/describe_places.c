// Money, time and who and where: audiences, stores, and the names that a program lists.
#include "base/decimal.h"
#include "program/compile.h"
#include "program/describe.h"

void acr__describe_money(const struct acr__plan *plan, acr__writer *w) {
  if (plan->description.len) {
    acr__write_key(w, "description");
    acr__write_span(w, plan->description);
  }
  if (plan->currency.len) {
    acr__write_key(w, "currency");
    acr__write_span(w, plan->currency);
    acr__write_key(w, "currency_decimals");
    acr__write_int(w, plan->currency_scale);
  }
  acr__write_key(w, "timezone");
  acr__write_text(w, acr__zone_name(plan->zone));
  acr__write_key(w, "amount_basis");
  acr__write_text(w, acr__basis_words[plan->amount_basis]);
}

// ---- Audiences

static void say_percent(int hundredths, acr__buf *out) {
  char text[32];
  int places = 2;
  for (; places > 0 && hundredths % 10 == 0; places--)
    hundredths /= 10;
  acr__decimal_format(hundredths, places, text);
  acr__buf_text(out, text);
}

static void say_segment(const struct acr__segment *segment, acr__buf *out) {
  if (segment->test.len) {
    acr__buf_text(out, "members from ");
    say_percent(segment->from, out);
    acr__buf_text(out, " % to ");
    say_percent(segment->to, out);
    acr__buf_printf(out, " %% of the test %.*s; nobody enters it", (int)segment->test.len, segment->test.ptr);
    return;
  }
  switch (segment->end) {
  case ACR_SEGMENT_STAYS:
    break;
  case ACR_SEGMENT_ANNIVERSARY:
    acr__buf_text(out, "ends with the day of the next anniversary");
    break;
  case ACR_SEGMENT_NEXT_ANNIVERSARY:
    acr__buf_text(out, "ends with the day of the anniversary behind the next one");
    break;
  case ACR_SEGMENT_PERIOD:
    acr__buf_printf(out, "ends %s after it was entered", acr__duration_text(segment->after, (char[ACR_DURATION_TEXT_MAX]){0}));
    break;
  case ACR_SEGMENT_DATE:
    acr__buf_printf(out, "ends with %04d-%02d-%02d", segment->on.year, segment->on.month, segment->on.day);
    break;
  }
}

static void write_named(acr__writer *w, const char *key, acr__span name, acr__buf *sentence) {
  acr__write_object(w);
  acr__write_key(w, key);
  acr__write_span(w, name);
  acr__write_key(w, "sentence");
  acr__write_span(w, (acr__span){(const char *)sentence->ptr, sentence->len});
  acr__write_object_end(w);
  acr__buf_free(sentence);
}

void acr__describe_audiences(const struct acr__plan *plan, acr__writer *w) {
  acr__write_key(w, "audiences");
  acr__write_array(w);
  for (int i = 0; i < plan->audience_count; i++) {
    acr__buf out = {0};
    say_segment(&plan->segments[i], &out);
    write_named(w, "audience", plan->audiences[i], &out);
  }
  acr__write_array_end(w);
}

// ---- Stores and lists of names

static void describe_store(const struct acr__plan_store *store, acr__writer *w) {
  acr__buf out = {0};
  for (int i = 0; i < store->group_count; i++)
    acr__buf_printf(&out, "%s%.*s", i ? ", " : "of ", (int)store->groups[i].len, store->groups[i].ptr);
  if (store->zone) acr__buf_printf(&out, "%sin the zone %s", out.len ? "; " : "", acr__zone_name(store->zone));
  write_named(w, "store", store->name, &out);
}

static void describe_names(acr__writer *w, const char *key, struct acr__plan_names list) {
  if (!list.count) return;
  acr__write_key(w, key);
  acr__write_array(w);
  for (int i = 0; i < list.count; i++)
    acr__write_span(w, list.names[i]);
  acr__write_array_end(w);
}

void acr__describe_places(const struct acr__plan *plan, acr__writer *w) {
  acr__write_key(w, "stores");
  acr__write_array(w);
  for (int i = 0; i < plan->store_count; i++)
    describe_store(&plan->stores[i], w);
  acr__write_array_end(w);
  describe_names(w, "channels", plan->channels);
  describe_names(w, "payment_types", plan->payment_types);
  bool one_list = plan->categories.names == plan->items.names;
  describe_names(w, one_list ? "catalog" : "categories", plan->categories);
  if (!one_list) describe_names(w, "items", plan->items);
}
