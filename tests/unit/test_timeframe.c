// Timeframes: which instants count (domain W1-W10, contract 4).
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar/timeframe.h"
#include <stdio.h>

static acr__time time_of(const char *text) {
  acr__time time = 0;
  if (!acr__time_parse(acr__span_of(text), &time)) fail_msg("no time: %s", text);
  return time;
}

static acr__date date_of(const char *text) {
  acr__date date = {0};
  if (!acr__date_parse(acr__span_of(text), &date)) fail_msg("no date: %s", text);
  return date;
}

static struct acr__anchors anchors_at(const char *zone, const char *now) {
  return (struct acr__anchors){
      .zone = acr__zone_find(acr__span_of(zone)),
      .now = time_of(now),
      .joined = ACR_TIME_NONE,
      .level_entry = ACR_TIME_NONE,
      .last_fired = ACR_TIME_NONE,
      .last_maintenance = ACR_TIME_NONE,
  };
}

static acr__timeframe last(int64_t n, acr__unit unit) {
  return (acr__timeframe){.has_last = true, .last = {n, unit}};
}

static void check_time(acr__time time, const char *wanted) {
  char text[40];
  acr__time_format(time, text);
  assert_string_equal(time == ACR_TIME_MIN ? "open" : text, wanted);
}

// `to` NULL: one microsecond behind now.
static void check(acr__timeframe frame, struct acr__anchors anchors, const char *from, const char *to) {
  acr__time found_from, found_to;
  acr__window(&frame, &anchors, &found_from, &found_to);
  check_time(found_from, from);
  if (to)
    check_time(found_to, to);
  else
    assert_true(found_to == anchors.now + 1);
}

static void check_empty(acr__timeframe frame, struct acr__anchors anchors) {
  acr__time from, to;
  acr__window(&frame, &anchors, &from, &to);
  assert_true(from == to);
}

static void check_piece(acr__timeframe frame, struct acr__anchors anchors, int k, const char *from, const char *to) {
  acr__time found_from, found_to;
  frame.each = true;
  if (!acr__window_piece(&frame, &anchors, k, &found_from, &found_to)) fail_msg("no piece %d", k);
  check_time(found_from, from);
  if (to)
    check_time(found_to, to);
  else
    assert_true(found_to == anchors.now + 1);
}

static int pieces(acr__timeframe frame, struct acr__anchors anchors) {
  acr__time from, to, newer = ACR_TIME_MAX;
  int count = 0;
  frame.each = true;
  for (; acr__window_piece(&frame, &anchors, count, &from, &to); count++) {
    assert_true(from <= to && to <= newer);
    newer = from;
    assert_true(count < 10000);
  }
  assert_false(acr__window_piece(&frame, &anchors, count + 1, &from, &to));
  return count;
}

static void test_lifetime(void **state) {
  (void)state;
  check((acr__timeframe){0}, anchors_at("UTC", "2026-03-31T12:00:00Z"), "open", NULL);
  struct acr__anchors end = anchors_at("UTC", "2026-03-31T12:00:00Z");
  end.now = ACR_TIME_MAX;
  acr__time from, to;
  acr__window(&(acr__timeframe){0}, &end, &from, &to);
  assert_true(from == ACR_TIME_MIN && to == ACR_TIME_MAX);
}

static void test_last_counts_calendar_days(void **state) {
  (void)state;
  struct acr__anchors utc = anchors_at("UTC", "2026-03-31T12:00:00Z");
  check(last(30, ACR_UNIT_DAY), utc, "2026-03-02T00:00:00Z", NULL); // worked example 18
  check(last(1, ACR_UNIT_DAY), utc, "2026-03-31T00:00:00Z", NULL);
  check(last(2, ACR_UNIT_WEEK), utc, "2026-03-18T00:00:00Z", NULL);
  check(last(1, ACR_UNIT_MONTH), utc, "2026-03-01T00:00:00Z", NULL); // the day after 28 February
  check(last(1, ACR_UNIT_YEAR), utc, "2025-04-01T00:00:00Z", NULL);
  check(last(12, ACR_UNIT_HOUR), utc, "2026-03-31T00:00:00.000001Z", NULL);
  check(last(999999999, ACR_UNIT_YEAR), utc, "0001-01-02T00:00:00Z", NULL);
  // In the member's zone it is still the 30th, and the window reaches over a clock change
  check(last(30, ACR_UNIT_DAY), anchors_at("America/New_York", "2026-03-31T02:00:00Z"), "2026-03-01T05:00:00Z", NULL);
  check(last(10, ACR_UNIT_DAY), anchors_at("America/New_York", "2026-03-31T02:00:00Z"), "2026-03-21T04:00:00Z", NULL);
}

static void test_rolling_counts_exact_durations(void **state) {
  (void)state;
  struct acr__anchors york = anchors_at("America/New_York", "2026-03-31T16:00:00.5Z");
  acr__timeframe days = last(30, ACR_UNIT_DAY), months = last(1, ACR_UNIT_MONTH), year = last(1, ACR_UNIT_YEAR);
  days.rolling = months.rolling = year.rolling = true;
  check(days, york, "2026-03-01T16:00:00.500001Z", NULL);
  check(months, york, "2026-02-28T17:00:00.500001Z", NULL); // noon in winter
  check(year, york, "2025-03-31T16:00:00.500001Z", NULL);
  york.now = time_of("1969-12-31T23:59:59.5Z");
  months.last.n = 2;
  check(months, york, "1969-10-31T23:59:59.500001Z", NULL);
}

static void test_this_and_previous(void **state) {
  (void)state;
  struct acr__anchors utc = anchors_at("UTC", "2026-03-31T12:00:00Z"); // a Tuesday
  check((acr__timeframe){.has_this = true, .this_unit = ACR_UNIT_DAY}, utc, "2026-03-31T00:00:00Z", NULL);
  check((acr__timeframe){.has_this = true, .this_unit = ACR_UNIT_WEEK}, utc, "2026-03-30T00:00:00Z", NULL);
  check((acr__timeframe){.has_this = true, .this_unit = ACR_UNIT_MONTH}, utc, "2026-03-01T00:00:00Z", NULL);
  check((acr__timeframe){.has_this = true, .this_unit = ACR_UNIT_YEAR}, utc, "2026-01-01T00:00:00Z", NULL);
  acr__timeframe previous = {.has_previous = true, .previous = {3, ACR_UNIT_MONTH}};
  check(previous, utc, "2025-12-01T00:00:00Z", "2026-03-01T00:00:00Z");
  previous.previous = (acr__duration){1, ACR_UNIT_WEEK};
  check(previous, utc, "2026-03-23T00:00:00Z", "2026-03-30T00:00:00Z");
  previous.previous = (acr__duration){1, ACR_UNIT_DAY};
  check(previous, utc, "2026-03-30T00:00:00Z", "2026-03-31T00:00:00Z");
  previous.previous = (acr__duration){2, ACR_UNIT_YEAR};
  check(previous, utc, "2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
  // Due work is judged at the last instant before its boundary: that is still the old year
  check((acr__timeframe){.has_this = true, .this_unit = ACR_UNIT_YEAR}, anchors_at("UTC", "2025-12-31T23:59:59.999999Z"),
        "2025-01-01T00:00:00Z", NULL);
}

static void test_ranges(void **state) {
  (void)state;
  struct acr__anchors london = anchors_at("Europe/London", "2026-07-15T12:00:00Z");
  acr__timeframe june = {.has_from = true, .has_to = true, .from = date_of("2026-06-01"), .to = date_of("2026-06-30")};
  check(june, london, "2026-05-31T23:00:00Z", "2026-06-30T23:00:00Z"); // both dates inclusive
  london.now = time_of("2026-06-10T12:00:00Z");
  check(june, london, "2026-05-31T23:00:00Z", NULL);
  london.now = time_of("2026-05-10T12:00:00Z");
  check_empty(june, london);
  june.has_from = false;
  check(june, london, "open", NULL);
  check((acr__timeframe){.since = ACR_SINCE_DATE, .since_date = date_of("2026-01-01")}, london, "2026-01-01T00:00:00Z", NULL);
  // Two in one object: their overlap
  acr__timeframe both = last(30, ACR_UNIT_DAY);
  both.has_to = true;
  both.to = date_of("2026-04-20");
  check(both, london, "2026-04-10T23:00:00Z", "2026-04-20T23:00:00Z");
  both.to = date_of("2026-04-01");
  check_empty(both, london);
}

static void test_since(void **state) {
  (void)state;
  struct acr__anchors a = anchors_at("America/New_York", "2026-03-31T12:00:00Z");
  for (acr__since since = ACR_SINCE_JOINING; since <= ACR_SINCE_LAST_MAINTENANCE; since++)
    check_empty((acr__timeframe){.since = since}, a);
  a.joined = time_of("2024-02-29T15:00:00Z");
  a.level_entry = time_of("2025-05-05T15:00:00Z");
  a.last_fired = time_of("2026-01-05T15:00:00Z");
  a.last_maintenance = time_of("2026-01-01T05:00:00Z");
  check((acr__timeframe){.since = ACR_SINCE_JOINING}, a, "2024-02-29T05:00:00Z", NULL);
  check((acr__timeframe){.since = ACR_SINCE_LEVEL_ENTRY}, a, "2025-05-05T15:00:00Z", NULL);
  check((acr__timeframe){.since = ACR_SINCE_LAST_FIRED}, a, "2026-01-05T15:00:00.000001Z", NULL);
  check((acr__timeframe){.since = ACR_SINCE_LAST_MAINTENANCE}, a, "2026-01-01T05:00:00Z", NULL);
  acr__timeframe anniversary = {.since = ACR_SINCE_ANNIVERSARY};
  check(anniversary, a, "2026-02-28T05:00:00Z", NULL);
  a.leap_mar1 = true;
  check(anniversary, a, "2026-03-01T05:00:00Z", NULL);
  a.now = time_of("2026-02-28T12:00:00Z");
  check(anniversary, a, "2025-03-01T05:00:00Z", NULL);
  a.leap_mar1 = false;
  check(anniversary, a, "2026-02-28T05:00:00Z", NULL); // on the day itself
  a.now = time_of("2024-10-01T12:00:00Z");
  check(anniversary, a, "2024-02-29T05:00:00Z", NULL); // no anniversary yet: since joining
  a.now = time_of("2023-10-01T12:00:00Z");
  check_empty(anniversary, a);
}

static void test_each_of_last(void **state) {
  (void)state;
  struct acr__anchors utc = anchors_at("UTC", "2026-03-31T12:00:00Z");
  acr__timeframe months = last(3, ACR_UNIT_MONTH);
  months.each_unit = ACR_UNIT_MONTH;
  assert_int_equal(pieces(months, utc), 3);
  check_piece(months, utc, 0, "2026-03-01T00:00:00Z", NULL);
  check_piece(months, utc, 1, "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"); // the day after 31 January
  check_piece(months, utc, 2, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
  acr__timeframe year = last(1, ACR_UNIT_YEAR);
  year.each_unit = ACR_UNIT_MONTH;
  assert_int_equal(pieces(year, utc), 12);
  year.each_unit = ACR_UNIT_WEEK;
  assert_int_equal(pieces(year, utc), 52); // the 365th day is no week
  check_piece(year, utc, 51, "2025-04-02T00:00:00Z", "2025-04-09T00:00:00Z");
  year.each_unit = ACR_UNIT_DAY;
  assert_int_equal(pieces(year, utc), 365);
  acr__timeframe days = last(10, ACR_UNIT_DAY);
  days.each_unit = ACR_UNIT_MONTH;
  assert_int_equal(pieces(days, utc), 1); // the whole of it
  check_piece(days, utc, 0, "2026-03-22T00:00:00Z", NULL);
  days.each_unit = ACR_UNIT_DAY;
  days.rolling = true;
  assert_int_equal(pieces(days, utc), 10);
  check_piece(days, utc, 9, "2026-03-21T12:00:00.000001Z", "2026-03-22T12:00:00.000001Z");
}

static void test_each_of_this_and_previous(void **state) {
  (void)state;
  struct acr__anchors utc = anchors_at("UTC", "2026-03-31T12:00:00Z");
  acr__timeframe year = {.has_this = true, .this_unit = ACR_UNIT_YEAR, .each_unit = ACR_UNIT_MONTH};
  assert_int_equal(pieces(year, utc), 3);
  check_piece(year, utc, 0, "2026-03-01T00:00:00Z", NULL);
  check_piece(year, utc, 2, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z");
  acr__timeframe month = {.has_this = true, .this_unit = ACR_UNIT_MONTH, .each_unit = ACR_UNIT_WEEK};
  assert_int_equal(pieces(month, utc), 6); // 1 March is a Sunday: a week of one day
  check_piece(month, utc, 0, "2026-03-30T00:00:00Z", NULL);
  check_piece(month, utc, 5, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z");
  acr__timeframe previous = {.has_previous = true, .previous = {3, ACR_UNIT_MONTH}, .each_unit = ACR_UNIT_MONTH};
  assert_int_equal(pieces(previous, utc), 3);
  check_piece(previous, utc, 0, "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
  check_piece(previous, utc, 2, "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z");
}

static void test_each_in_an_overlap(void **state) {
  (void)state;
  struct acr__anchors utc = anchors_at("UTC", "2026-03-31T12:00:00Z");
  acr__timeframe year = last(12, ACR_UNIT_MONTH);
  year.each_unit = ACR_UNIT_MONTH;
  year.since = ACR_SINCE_JOINING;
  utc.joined = time_of("2026-01-15T10:00:00Z");
  assert_int_equal(pieces(year, utc), 3);
  check_piece(year, utc, 2, "2026-01-15T00:00:00Z", "2026-02-01T00:00:00Z");
  utc.joined = ACR_TIME_NONE;
  assert_int_equal(pieces(year, utc), 1); // an empty frame is one empty piece
  year.since = ACR_SINCE_NONE;
  year.has_to = true;
  year.to = date_of("2025-12-31");
  assert_int_equal(pieces(year, utc), 9);
  check_piece(year, utc, 0, "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z");
  acr__timeframe alone = {.each_unit = ACR_UNIT_MONTH};
  assert_int_equal(pieces(alone, utc), 1);
  struct acr__anchors first = anchors_at("America/New_York", "0001-01-01T00:00:00Z"); // the calendar's beginning
  acr__timeframe days = last(3, ACR_UNIT_DAY);
  days.each_unit = ACR_UNIT_DAY;
  assert_true(pieces(days, first) <= 3);
}

static void check_text(acr__timeframe frame, const char *wanted) {
  char text[160];
  assert_int_equal(acr__timeframe_text(&frame, text, sizeof text), strlen(wanted));
  assert_string_equal(text, wanted);
}

static void test_texts(void **state) {
  (void)state;
  check_text((acr__timeframe){0}, "at any time");
  check_text(last(30, ACR_UNIT_DAY), "in the last 30 days");
  check_text(last(1, ACR_UNIT_YEAR), "in the last 1 year");
  acr__timeframe frame = last(6, ACR_UNIT_MONTH);
  frame.each = true;
  frame.each_unit = ACR_UNIT_MONTH;
  frame.since = ACR_SINCE_JOINING;
  check_text(frame, "in each month of the last 6 months, since joining");
  check_text((acr__timeframe){.has_this = true, .this_unit = ACR_UNIT_MONTH}, "this month");
  check_text((acr__timeframe){.has_previous = true, .previous = {3, ACR_UNIT_MONTH}}, "in the previous 3 months");
  check_text((acr__timeframe){.times = 5}, "among the last 5");
  check_text((acr__timeframe){.has_from = true, .from = {2026, 6, 1}, .has_to = true, .to = {2026, 6, 30}},
             "from 2026-06-01, up to 2026-06-30");
  check_text((acr__timeframe){.since = ACR_SINCE_DATE, .since_date = {2026, 1, 1}}, "since 2026-01-01");
  frame.rolling = frame.has_this = frame.has_previous = frame.has_from = frame.has_to = true;
  char small[20];
  assert_int_equal(acr__timeframe_text(&frame, small, sizeof small), 19);
  assert_int_equal(strlen(small), 19);
  char full[160];
  frame.since = ACR_SINCE_ANNIVERSARY;
  frame.last.n = frame.previous.n = 999999999;
  frame.times = INT32_MAX;
  acr__timeframe_text(&frame, full, sizeof full);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lifetime),
      cmocka_unit_test(test_last_counts_calendar_days),
      cmocka_unit_test(test_rolling_counts_exact_durations),
      cmocka_unit_test(test_this_and_previous),
      cmocka_unit_test(test_ranges),
      cmocka_unit_test(test_since),
      cmocka_unit_test(test_each_of_last),
      cmocka_unit_test(test_each_of_this_and_previous),
      cmocka_unit_test(test_each_in_an_overlap),
      cmocka_unit_test(test_texts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
