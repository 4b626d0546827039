// Dates, months, durations, and date-times as text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar/calendar.h"
#include <stdio.h>
#include <string.h>

static acr__date date_of(const char *text) {
  acr__date date = {0};
  if (!acr__date_parse(acr__span_of(text), &date)) fail_msg("no date: %s", text);
  return date;
}

static void check_date(acr__date date, const char *wanted) {
  char text[48];
  snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  assert_string_equal(text, wanted);
}

static void test_days_and_dates_agree(void **state) {
  (void)state;
  assert_int_equal(acr__days_of((acr__date){1970, 1, 1}), 0);
  assert_int_equal(acr__days_of((acr__date){2000, 3, 1}), 11017);
  assert_int_equal(acr__days_of((acr__date){1, 1, 1}), -719162);
  assert_int_equal(acr__days_of((acr__date){9999, 12, 31}), 2932896);
  acr__date date = {1, 1, 1};
  for (int32_t day = -719162; day <= 2932896; day++) {
    acr__date back = acr__date_of(day);
    if (back.year != date.year || back.month != date.month || back.day != date.day) fail_msg("day %d", (int)day);
    if (acr__days_of(back) != day || !acr__date_valid(back)) fail_msg("date of day %d", (int)day);
    date.day++;
    if (!acr__date_valid(date)) date.day = 1, date.month++;
    if (date.month == 13) date.month = 1, date.year++;
  }
  assert_int_equal(date.year, 10000);
}

static void test_weekdays_and_periods(void **state) {
  (void)state;
  assert_int_equal(acr__weekday(0), 4); // a Thursday
  assert_int_equal(acr__weekday(-1), 3);
  assert_int_equal(acr__weekday(acr__days_of((acr__date){2026, 3, 2})), 1);
  assert_int_equal(acr__weekday(acr__days_of((acr__date){2026, 3, 1})), 7);
  check_date(acr__period_start(date_of("2026-03-01"), ACR_UNIT_WEEK), "2026-02-23");
  check_date(acr__period_start(date_of("2026-03-02"), ACR_UNIT_WEEK), "2026-03-02");
  check_date(acr__period_start(date_of("2026-03-17"), ACR_UNIT_MONTH), "2026-03-01");
  check_date(acr__period_start(date_of("2026-03-17"), ACR_UNIT_YEAR), "2026-01-01");
  check_date(acr__period_start(date_of("2026-03-17"), ACR_UNIT_DAY), "2026-03-17");
}

static void test_date_parse(void **state) {
  (void)state;
  static const char *const refused[] = {"",           "2026",       "2026-6-1",   "2026-06-31", "2026-02-29", "1900-02-29",
                                        "2026-00-01", "2026-13-01", "2026-01-00", "0000-01-01", "2026/06/01", "2026-06-01 ",
                                        "26-06-01xx", "-026-06-01", "+026-06-01", "2026-06-0x"};
  acr__date date = {7, 7, 7};
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    if (acr__date_parse(acr__span_of(refused[i]), &date)) fail_msg("'%s' taken for a date", refused[i]);
  }
  assert_int_equal(date.year, 7);
  check_date(date_of("2024-02-29"), "2024-02-29");
  check_date(date_of("2000-02-29"), "2000-02-29");
  check_date(date_of("0001-01-01"), "0001-01-01");
}

static void test_months_clamp(void **state) {
  (void)state;
  check_date(acr__add_months(date_of("2026-01-31"), 1), "2026-02-28");
  check_date(acr__add_months(date_of("2024-01-31"), 1), "2024-02-29");
  check_date(acr__add_months(date_of("2026-01-31"), 2), "2026-03-31"); // from the original, never chained
  check_date(acr__add_months(date_of("2026-03-31"), -1), "2026-02-28");
  check_date(acr__add_months(date_of("2026-03-31"), -13), "2025-02-28");
  check_date(acr__add_months(date_of("2026-12-15"), 1), "2027-01-15");
  check_date(acr__add_months(date_of("2026-01-15"), -1), "2025-12-15");
  check_date(acr__add_months(date_of("2026-05-05"), 0), "2026-05-05");
  check_date(acr__add_months(date_of("2026-05-05"), INT64_MAX), "9999-12-31");
  check_date(acr__add_months(date_of("2026-05-05"), INT64_MIN), "0001-01-01");
  // V9, worked example 16
  acr__date leap = date_of("2020-02-29");
  check_date(acr__anniversary(leap, 1, false), "2021-02-28");
  check_date(acr__anniversary(leap, 3, false), "2023-02-28");
  check_date(acr__anniversary(leap, 4, false), "2024-02-29");
  check_date(acr__anniversary(leap, 1, true), "2021-03-01");
  check_date(acr__anniversary(leap, 4, true), "2024-02-29");
  check_date(acr__anniversary(date_of("2021-02-28"), 3, true), "2024-02-28");
}

static void test_date_add(void **state) {
  (void)state;
  acr__date out = {7, 7, 7};
  assert_false(acr__date_add(date_of("2026-01-01"), (acr__duration){1, ACR_UNIT_HOUR}, 1, &out));
  assert_int_equal(out.year, 7);
  assert_true(acr__date_add(date_of("2026-02-28"), (acr__duration){1, ACR_UNIT_DAY}, 1, &out));
  check_date(out, "2026-03-01");
  assert_true(acr__date_add(date_of("2026-01-01"), (acr__duration){2, ACR_UNIT_WEEK}, -1, &out));
  check_date(out, "2025-12-18");
  assert_true(acr__date_add(date_of("2024-02-29"), (acr__duration){1, ACR_UNIT_YEAR}, 1, &out));
  check_date(out, "2025-02-28");
  static const acr__unit units[] = {ACR_UNIT_DAY, ACR_UNIT_WEEK, ACR_UNIT_MONTH, ACR_UNIT_YEAR};
  for (size_t i = 0; i < 4; i++) {
    assert_true(acr__date_add(date_of("2026-01-01"), (acr__duration){INT64_MAX, units[i]}, 1, &out));
    check_date(out, "9999-12-31");
    assert_true(acr__date_add(date_of("2026-01-01"), (acr__duration){INT64_MAX, units[i]}, -1, &out));
    check_date(out, "0001-01-01");
  }
}

static void test_durations(void **state) {
  (void)state;
  static const struct {
    const char *text;
    int64_t n;
    acr__unit unit;
  } taken[] = {{"30 days", 30, ACR_UNIT_DAY},   {"1 year", 1, ACR_UNIT_YEAR},        {"year", 1, ACR_UNIT_YEAR},
               {"3 months", 3, ACR_UNIT_MONTH}, {"1 days", 1, ACR_UNIT_DAY},         {"12 hours", 12, ACR_UNIT_HOUR},
               {"2 week", 2, ACR_UNIT_WEEK},    {"90 seconds", 90, ACR_UNIT_SECOND}, {"999999999 minutes", 999999999, ACR_UNIT_MINUTE},
               {"months", 1, ACR_UNIT_MONTH}};
  for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
    acr__duration out = {0};
    if (!acr__duration_parse(acr__span_of(taken[i].text), &out)) fail_msg("refused: %s", taken[i].text);
    assert_true(out.n == taken[i].n && out.unit == taken[i].unit);
  }
  static const char *const refused[] = {
      "",        "30",      "30days",       "days 30", "-3 days", "0 days", "1.5 days",        "3  days",
      "3 dayss", "3 Days",  "3 fortnights", " day",    "day ",    "3 ",     "9999999999 days", "99999999999999999999 days",
      "s",       "5 times", "3 d"};
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    acr__duration out;
    if (acr__duration_parse(acr__span_of(refused[i]), &out)) fail_msg("taken: %s", refused[i]);
  }
}

static void test_times_read_and_written(void **state) {
  (void)state;
  static const struct {
    const char *text, *utc;
  } taken[] = {
      {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
      {"2026-03-01T08:15:00-05:00", "2026-03-01T13:15:00Z"},
      {"2026-03-01t08:15:00z", "2026-03-01T08:15:00Z"},
      {"2026-01-01T00:30:00+05:45", "2025-12-31T18:45:00Z"},
      {"2026-01-01T00:00:00-00:00", "2026-01-01T00:00:00Z"},
      {"2026-01-01T00:00:00+23:59", "2025-12-31T00:01:00Z"},
      {"2026-01-01T23:59:59.999999Z", "2026-01-01T23:59:59.999999Z"},
      {"2026-01-01T23:59:59.123456789Z", "2026-01-01T23:59:59.123456Z"},
      {"2026-01-01T23:59:59.5+00:00", "2026-01-01T23:59:59.5Z"},
      {"1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.25Z"},
      {"2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
      {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
  };
  for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
    acr__time time, again;
    char text[40];
    if (!acr__time_parse(acr__span_of(taken[i].text), &time)) fail_msg("refused: %s", taken[i].text);
    assert_int_equal(acr__time_format(time, text), strlen(taken[i].utc));
    assert_string_equal(text, taken[i].utc);
    assert_true(acr__time_parse(acr__span_of(text), &again) && again == time);
  }
  char text[40];
  acr__time_format(ACR_TIME_MIN, text);
  acr__time_format(ACR_TIME_MAX, text);
}

static void test_times_refused(void **state) {
  (void)state;
  static const char *const refused[] = {"",
                                        "2026-03-01",
                                        "2026-03-01T08:15:00",
                                        "2026-03-01 08:15:00Z",
                                        "2026-03-01T08:15Z",
                                        "2026-03-01T24:00:00Z",
                                        "2026-03-01T23:60:00Z",
                                        "2026-12-31T23:59:60Z",
                                        "2026-03-01T08:15:00.Z",
                                        "2026-03-01T08:15:00.1234567890Z",
                                        "2026-03-01T08:15:00,5Z",
                                        "2026-03-01T08:15:00+5:00",
                                        "2026-03-01T08:15:00+0500",
                                        "2026-03-01T08:15:00+24:00",
                                        "2026-03-01T08:15:00+05:60",
                                        "2026-03-01T08:15:00ZZ",
                                        "2026-03-01T08:15:00Z ",
                                        "2026-02-29T08:15:00Z",
                                        "0000-01-01T00:00:00Z",
                                        "0001-01-01T00:00:00+01:00",
                                        "9999-12-31T23:59:59-01:00",
                                        "2026-03-01T-8:15:00Z",
                                        "2026-03-01T08:15:00+",
                                        "20260301T081500Z",
                                        "2026-03-01T08:15:0xZ",
                                        "2026-03-01T08-15-00Z"};
  acr__time time = 7;
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    if (acr__time_parse(acr__span_of(refused[i]), &time)) fail_msg("taken: %s", refused[i]);
  }
  assert_true(time == 7);
}

static void test_times_told_why(void **state) {
  (void)state;
  static const struct {
    const char *text, *why; // NULL = another matter
  } told[] = {{"2026-12-31T23:59:60Z", "leap seconds are not taken: second 60 is to be sent as 59"},
              {"2016-12-31t23:59:60+00:00", "leap seconds are not taken: second 60 is to be sent as 59"},
              {"2026-12-31T23:59:61Z", "a minute has no second 61"},
              {"2026-12-31T23:60:00Z", "an hour has no minute 60"},
              {"2026-12-31T24:00:00Z", "a day has no hour 24"},
              {"2026-02-30T08:15:00Z", "February 2026 has no day 30"},
              {"2026-02-29", "February 2026 has no day 29"},
              {"1900-02-29", "February 1900 has no day 29"},
              {"2026-09-31", "September 2026 has no day 31"},
              {"2026-09-00", "September 2026 has no day 0"},
              {"2026-13-01T25:00:00Z", "there is no month 13"},
              {"2026-00-01", "there is no month 0"},
              {"0000-01-01", "there is no year 0"},
              {"2028-02-29", NULL},
              {"2026-03-01T08:15:00", NULL}, // it is the offset that lacks
              {"2026-03-01T08:15:60x", "leap seconds are not taken: second 60 is to be sent as 59"},
              {"2026-03-01 08:15:60Z", NULL},
              {"2026-03-01T08:15", NULL},
              {"2026-03-01T", NULL},
              {"2026-3-32", NULL},
              {"yesterday", NULL},
              {"", NULL}};
  char buf[ACR_TIME_WHY_MAX];
  for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
    const char *why = acr__time_why(acr__span_of(told[i].text), buf);
    if (told[i].why ? !why || strcmp(why, told[i].why) != 0 : why != NULL) fail_msg("%s: %s", told[i].text, why ? why : "nothing");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_days_and_dates_agree),
      cmocka_unit_test(test_weekdays_and_periods),
      cmocka_unit_test(test_date_parse),
      cmocka_unit_test(test_months_clamp),
      cmocka_unit_test(test_date_add),
      cmocka_unit_test(test_durations),
      cmocka_unit_test(test_times_read_and_written),
      cmocka_unit_test(test_times_refused),
      cmocka_unit_test(test_times_told_why),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
