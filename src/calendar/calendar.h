// Civil dates, months with clamping, zones. Instants are microseconds since 1970 UTC; days are days since 1970-01-01.
#ifndef ACR_CALENDAR_CALENDAR_H
#define ACR_CALENDAR_CALENDAR_H
#include "base/span.h"
#include <stdint.h>

typedef int64_t acr__time; // microseconds since 1970-01-01T00:00:00Z
#define ACR_TIME_NONE INT64_MIN
#define ACR_TIME_MIN (INT64_MIN + 1) // open start of a window
#define ACR_TIME_MAX INT64_MAX       // open end; "never" as an expiry
#define ACR_SECOND_US 1000000LL
#define ACR_DAY_US (86400LL * ACR_SECOND_US)

typedef struct acr__date {
  int year, month, day;
} acr__date; // month and day from 1

typedef enum acr__unit {
  ACR_UNIT_SECOND,
  ACR_UNIT_MINUTE,
  ACR_UNIT_HOUR,
  ACR_UNIT_DAY,
  ACR_UNIT_WEEK,
  ACR_UNIT_MONTH,
  ACR_UNIT_YEAR
} acr__unit;
extern const char *const acr__unit_names[]; // "second" ... "year"
typedef struct acr__duration {
  int64_t n;
  acr__unit unit;
} acr__duration; // "30 days", "1 year", "12 hours"

int32_t acr__days_of(acr__date date);
acr__date acr__date_of(int32_t days);
int acr__weekday(int32_t days);                       // 1 = Monday .. 7 = Sunday
bool acr__date_valid(acr__date date);                 // year 1..9999
bool acr__date_parse(acr__span text, acr__date *out); // "2026-06-01"
// Months later, the day clamped to the month's end; n may be negative. Always from the original date, never chained.
acr__date acr__add_months(acr__date date, int64_t n);
// Anniversary number k of a date: 29 February becomes 28 February in common years, or 1 March when leap_mar1.
acr__date acr__anniversary(acr__date date, int k, bool leap_mar1);
// date + n days, weeks, months or years (clamped); clock units are refused (false).
bool acr__date_add(acr__date date, acr__duration by, int sign, acr__date *out);
// "30 days", "1 year", "year", "3 months", singular or plural.
bool acr__duration_parse(acr__span text, acr__duration *out);
#define ACR_DURATION_TEXT_MAX 32
// "30 days", "1 year": into buf, which it returns.
const char *acr__duration_text(acr__duration duration, char buf[ACR_DURATION_TEXT_MAX]);
int64_t acr__duration_us(acr__duration duration); // exact, for units up to weeks; a month counts 30 days, a year 365
acr__date acr__period_start(acr__date date, acr__unit unit); // day, week (Monday), month, year

// RFC 3339 date-time with offset or Z; up to 9 fractional digits, those past the sixth dropped; leap second 60 refused.
bool acr__time_parse(acr__span text, acr__time *out);
// Why a text of the shape of a date, or of a date and a clock, is none: "February 2026 has no day 30". NULL where the shape is wrong,
// or nothing is in front of the offset. Into buf, which it returns.
#define ACR_TIME_WHY_MAX 80
const char *acr__time_why(acr__span text, char buf[ACR_TIME_WHY_MAX]);
// "2026-03-01T13:15:00Z", fraction only when there is one; buf of at least 40 bytes, terminated. Returns the length.
int acr__time_format(acr__time time, char *buf);

// A time zone of the system's zone data, kept for the life of the process; NULL when the name is unknown. Thread-safe.
typedef struct acr__zone acr__zone;
const acr__zone *acr__zone_find(acr__span name);
const char *acr__zone_name(const acr__zone *zone);
const char *acr__zone_data(void); // the version of the system's zone data, as "2026a"; "unknown" where it does not say
acr__date acr__local_date(const acr__zone *zone, acr__time time);
int64_t acr__local_second_of_day(const acr__zone *zone, acr__time time);
// The instant at which a local day starts: in a gap the first valid instant after, in an overlap the first occurrence.
acr__time acr__day_start(const acr__zone *zone, acr__date date);
// Where the day began that is `days` before that of `time`, without a look at the calendar; false = it has to be looked at.
bool acr__day_start_back(const acr__zone *zone, acr__time time, int64_t days, acr__time *out);
// The time of day that `time` shows there, on another date; in a gap and an overlap likewise.
acr__time acr__same_time_of_day(const acr__zone *zone, acr__time time, acr__date date);
#endif
