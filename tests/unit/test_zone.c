// Zones against a table made with Python's zoneinfo: both sides of clock changes, and the starts of odd days.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "calendar/calendar.h"
#include <pthread.h>
#include <stdio.h>

static const acr__zone *zone_named(const char *name) {
  const acr__zone *zone = acr__zone_find(acr__span_of(name));
  if (!zone) fail_msg("no zone %s", name);
  return zone;
}

static acr__time time_of(const char *text) {
  acr__time time = 0;
  if (!acr__time_parse(acr__span_of(text), &time)) fail_msg("no time: %s", text);
  return time;
}

static void test_local_times(void **state) {
  (void)state;
  // Later changes than the zone data lists (2038 on) follow the rules of the day; Dublin has a negative saving.
  static const struct {
    const char *zone, *instant, *date;
    int second_of_day;
  } cases[] = {
      {"Australia/Lord_Howe", "2026-04-04T14:59:59Z", "2026-04-05", 7199},
      {"Australia/Lord_Howe", "2026-04-04T15:00:00Z", "2026-04-05", 5400},
      {"Australia/Lord_Howe", "2026-10-03T15:29:59Z", "2026-10-04", 7199},
      {"Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04", 9000},
      {"Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29", 86399},
      {"Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31", 0},
      {"Asia/Kathmandu", "1985-12-31T18:29:59Z", "1985-12-31", 86399},
      {"Asia/Kathmandu", "1985-12-31T18:30:00Z", "1986-01-01", 900},
      {"America/New_York", "2026-03-08T06:59:59Z", "2026-03-08", 7199},
      {"America/New_York", "2026-03-08T07:00:00Z", "2026-03-08", 10800},
      {"America/New_York", "2026-11-01T05:59:59Z", "2026-11-01", 7199},
      {"America/New_York", "2026-11-01T06:00:00Z", "2026-11-01", 3600},
      {"Europe/London", "2026-03-29T00:59:59Z", "2026-03-29", 3599},
      {"Europe/London", "2026-03-29T01:00:00Z", "2026-03-29", 7200},
      {"Europe/London", "2026-10-25T00:59:59Z", "2026-10-25", 7199},
      {"Europe/London", "2026-10-25T01:00:00Z", "2026-10-25", 3600},
      {"America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-03", 86399},
      {"America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-04", 3600},
      {"America/New_York", "2077-03-14T06:59:59Z", "2077-03-14", 7199},
      {"America/New_York", "2077-03-14T07:00:00Z", "2077-03-14", 10800},
      {"Europe/Dublin", "2038-10-31T00:59:59Z", "2038-10-31", 7199},
      {"Europe/Dublin", "2038-10-31T01:00:00Z", "2038-10-31", 3600},
      {"Africa/Casablanca", "2023-03-19T01:59:59Z", "2023-03-19", 10799},
      {"Africa/Casablanca", "2023-03-19T02:00:00Z", "2023-03-19", 7200},
      {"Africa/Cairo", "2023-04-27T21:59:59Z", "2023-04-27", 86399},
      {"Africa/Cairo", "2023-04-27T22:00:00Z", "2023-04-28", 3600},
      {"Europe/London", "2130-10-29T00:59:59Z", "2130-10-29", 7199},
      {"Europe/London", "2130-10-29T01:00:00Z", "2130-10-29", 3600},
      {"UTC", "2045-01-15T10:29:59Z", "2045-01-15", 37799},
      {"Asia/Kolkata", "2045-01-15T10:29:59Z", "2045-01-15", 57599},
      {"Pacific/Kiritimati", "2045-01-15T10:29:59Z", "2045-01-16", 1799},
      {"America/St_Johns", "2045-01-15T10:29:59Z", "2045-01-15", 25199},
      {"Pacific/Chatham", "2045-01-15T10:29:59Z", "2045-01-16", 899},
      {"Europe/Dublin", "2045-01-15T10:29:59Z", "2045-01-15", 37799},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const acr__zone *zone = zone_named(cases[i].zone);
    acr__time time = time_of(cases[i].instant);
    acr__date date = acr__local_date(zone, time);
    char text[16];
    snprintf(text, sizeof text, "%04d-%02d-%02d", date.year % 10000, date.month % 100, date.day % 100);
    int second = (int)acr__local_second_of_day(zone, time);
    bool same = strcmp(text, cases[i].date) == 0 && second == cases[i].second_of_day;
    if (!same) fail_msg("%s %s: %s %d", cases[i].zone, cases[i].instant, text, second);
    assert_int_equal(acr__local_second_of_day(zone, time + ACR_SECOND_US - 1), second); // within the same second
  }
}

static void test_day_starts(void **state) {
  (void)state;
  static const struct {
    const char *zone, *date, *start;
  } cases[] = {
      {"America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"},
      {"America/New_York", "2026-03-09", "2026-03-09T04:00:00Z"},
      {"America/New_York", "2026-11-01", "2026-11-01T04:00:00Z"},
      {"America/New_York", "2026-11-02", "2026-11-02T05:00:00Z"},
      {"Europe/London", "2026-03-29", "2026-03-29T00:00:00Z"},
      {"Europe/London", "2026-10-25", "2026-10-24T23:00:00Z"},
      {"Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00Z"},
      {"Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z"},
      {"Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z"},
      {"Asia/Kathmandu", "1986-01-01", "1985-12-31T18:30:00Z"},
      {"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"},
      {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
      {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
      {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
      {"America/Havana", "2020-11-01", "2020-11-01T04:00:00Z"},
      {"Africa/Cairo", "2023-04-28", "2023-04-27T22:00:00Z"},
      {"Africa/Cairo", "2023-10-27", "2023-10-26T22:00:00Z"},
      {"Asia/Beirut", "2019-03-31", "2019-03-30T22:00:00Z"},
      {"Pacific/Kwajalein", "1993-08-21", "1993-08-21T12:00:00Z"},
      {"America/Scoresbysund", "2023-10-29", "2023-10-29T00:00:00Z"},
      {"Europe/Dublin", "2044-12-25", "2044-12-25T00:00:00Z"},
      {"America/New_York", "2400-07-04", "2400-07-04T04:00:00Z"},
      {"UTC", "1900-01-01", "1900-01-01T00:00:00Z"},
      {"America/St_Johns", "2006-10-29", "2006-10-29T02:30:00Z"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    acr__date date;
    assert_true(acr__date_parse(acr__span_of(cases[i].date), &date));
    acr__time start = acr__day_start(zone_named(cases[i].zone), date);
    char text[40];
    acr__time_format(start, text);
    if (strcmp(text, cases[i].start) != 0) fail_msg("%s %s starts at %s, not %s", cases[i].zone, cases[i].date, text, cases[i].start);
  }
}

// Days follow each other, and the last microsecond before a day's start belongs to an earlier one.
static void test_days_join_up(void **state) {
  (void)state;
  static const char *const zones[] = {"UTC",          "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Europe/Dublin",
                                      "Africa/Cairo", "America/St_Johns", "Pacific/Chatham",     "Asia/Beirut",    "America/Havana"};
  for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
    const acr__zone *zone = zone_named(zones[i]);
    for (int32_t day = acr__days_of((acr__date){2007, 1, 1}); day < acr__days_of((acr__date){2200, 1, 1}); day++) {
      acr__date date = acr__date_of(day);
      acr__time start = acr__day_start(zone, date), next = acr__day_start(zone, acr__date_of(day + 1));
      assert_true(next - start >= 22 * 3600 * ACR_SECOND_US && next - start <= 26 * 3600 * ACR_SECOND_US);
      assert_int_equal(acr__days_of(acr__local_date(zone, start)), day);
      assert_true(acr__days_of(acr__local_date(zone, start - 1)) < day);
    }
  }
}

// Days are counted back without the calendar only where that comes to the same.
static void test_days_back(void **state) {
  (void)state;
  static const char *const zones[] = {"UTC",          "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
                                      "Africa/Cairo", "America/St_Johns", "Europe/Dublin",       "Asia/Kathmandu"};
  static const int64_t backs[] = {0, 1, 6, 30, 89, 182, 364, 40000, 800000};
  int counted = 0;
  for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
    const acr__zone *zone = zone_named(zones[i]);
    for (acr__time time = time_of("1890-01-01T00:00:01Z"); time < time_of("2190-01-01T00:00:00Z"); time += 9 * ACR_DAY_US + 12345678901) {
      for (size_t k = 0; k < sizeof backs / sizeof backs[0]; k++) {
        acr__date day = acr__local_date(zone, time), moved;
        acr__time start;
        if (!acr__day_start_back(zone, time, backs[k], &start)) continue;
        assert_true(acr__date_add(day, (acr__duration){backs[k], ACR_UNIT_DAY}, -1, &moved));
        assert_true(start == acr__day_start(zone, moved));
        counted++;
      }
    }
  }
  assert_true(counted > 100000); // most of them
}

static void test_extreme_instants(void **state) {
  (void)state;
  const acr__zone *zone = zone_named("America/New_York");
  acr__local_date(zone, ACR_TIME_MIN);
  acr__local_date(zone, ACR_TIME_MAX);
  acr__day_start(zone, acr__local_date(zone, ACR_TIME_MIN));
  acr__day_start(zone, acr__local_date(zone, ACR_TIME_MAX));
  acr__date first = acr__local_date(zone, time_of("0001-01-02T00:00:00Z"));
  assert_int_equal(first.year, 1);
  assert_int_equal(acr__local_date(zone, -1).year, 1969);
}

static void test_names(void **state) {
  (void)state;
  static const char *const refused[] = {"",
                                        "Nowhere/City",
                                        "America/New_Yor",
                                        "america",
                                        "../../etc/passwd",
                                        "/etc/localtime",
                                        "/usr/share/zoneinfo/UTC",
                                        "localtime",
                                        "posixrules",
                                        "EST5EDT,M3.2.0,M11.1.0",
                                        "+05:00",
                                        "UTC+3",
                                        "zone.tab",
                                        "America",
                                        "right/UTC",
                                        "Europe/./London",
                                        "Europe/London ",
                                        " UTC"};
  for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
    if (acr__zone_find(acr__span_of(refused[i]))) fail_msg("'%s' taken for a zone", refused[i]);
  }
  assert_null(acr__zone_find(ACR__SPAN_LIT("UTC\0x")));
  assert_null(acr__zone_find((acr__span){NULL, 0}));
  assert_string_equal(acr__zone_name(zone_named("Europe/London")), "Europe/London");
  assert_ptr_equal(zone_named("Europe/London"), zone_named("Europe/London"));
}

static void *ask(void *arg) {
  const acr__zone *zone = acr__zone_find(ACR__SPAN_LIT("Asia/Tokyo"));
  const acr__time base = 1700000000 * ACR_SECOND_US;
  for (int i = 0; i < 20000; i++) {
    acr__time time = base - (acr__time)i * 40 * ACR_DAY_US; // back into many intervals: the hint is contended
    acr__date date = acr__local_date(zone, time);
    acr__time start = acr__day_start(zone, date);
    if (start > time || time - start > 26 * 3600 * ACR_SECOND_US) return NULL;
  }
  return arg;
}

static void test_threads(void **state) {
  (void)state;
  pthread_t threads[4];
  int asked[4] = {0};
  for (int i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, ask, &asked[i]), 0);
  for (int i = 0; i < 4; i++) {
    void *result = NULL;
    pthread_join(threads[i], &result);
    assert_ptr_equal(result, &asked[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_local_times), cmocka_unit_test(test_day_starts),       cmocka_unit_test(test_days_join_up),
      cmocka_unit_test(test_days_back),   cmocka_unit_test(test_extreme_instants), cmocka_unit_test(test_names),
      cmocka_unit_test(test_threads),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
