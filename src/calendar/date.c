#include "calendar/calendar.h"

enum { YEAR_MIN = 1, YEAR_MAX = 9999, DAYS_OF_ERA = 146097, DAYS_TO_1970 = 719468 };

static bool leap(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : days[month - 1];
}

// Years start in March here, so that the leap day is the last of its year; eras are 400 years.
int32_t acr__days_of(acr__date date) {
  int year = date.month <= 2 ? date.year - 1 : date.year;
  int era = (year >= 0 ? year : year - 399) / 400;
  int year_of_era = year - era * 400;
  int day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * DAYS_OF_ERA + day_of_era - DAYS_TO_1970;
}

acr__date acr__date_of(int32_t days) {
  int64_t shifted = (int64_t)days + DAYS_TO_1970;
  int era = (int)((shifted >= 0 ? shifted : shifted - (DAYS_OF_ERA - 1)) / DAYS_OF_ERA);
  int day_of_era = (int)(shifted - (int64_t)era * DAYS_OF_ERA);
  int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int march_month = (5 * day_of_year + 2) / 153;
  int month = march_month < 10 ? march_month + 3 : march_month - 9;
  return (acr__date){
      .year = year_of_era + era * 400 + (month <= 2),
      .month = month,
      .day = day_of_year - (153 * march_month + 2) / 5 + 1,
  };
}

int acr__weekday(int32_t days) {
  return (int)((((int64_t)days + 3) % 7 + 7) % 7) + 1; // 1970-01-01 was a Thursday
}

bool acr__date_valid(acr__date date) {
  return date.year >= YEAR_MIN && date.year <= YEAR_MAX && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= month_days(date.year, date.month);
}

static bool read_digits(const char *text, int count, int *out) {
  int value = 0;
  for (int i = 0; i < count; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  *out = value;
  return true;
}

bool acr__date_parse(acr__span text, acr__date *out) {
  acr__date date;
  bool ok = text.len == 10 && text.ptr[4] == '-' && text.ptr[7] == '-' && read_digits(text.ptr, 4, &date.year) &&
            read_digits(text.ptr + 5, 2, &date.month) && read_digits(text.ptr + 8, 2, &date.day) && acr__date_valid(date);
  if (ok) *out = date;
  return ok;
}

acr__date acr__add_months(acr__date date, int64_t n) {
  const int64_t enough = 12 * (YEAR_MAX + 1); // from any year, so many months leave the calendar
  if (n > enough) n = enough;
  if (n < -enough) n = -enough;
  int64_t months = date.year * 12LL + (date.month - 1) + n;
  if (months < YEAR_MIN * 12) return (acr__date){YEAR_MIN, 1, 1};
  if (months >= (YEAR_MAX + 1) * 12LL) return (acr__date){YEAR_MAX, 12, 31};
  acr__date moved = {(int)(months / 12), (int)(months % 12) + 1, date.day};
  int last = month_days(moved.year, moved.month);
  if (moved.day > last) moved.day = last;
  return moved;
}

acr__date acr__anniversary(acr__date date, int k, bool leap_mar1) {
  acr__date moved = acr__add_months(date, 12LL * k);
  bool clamped = date.month == 2 && date.day == 29 && moved.month == 2 && moved.day == 28;
  return clamped && leap_mar1 ? (acr__date){moved.year, 3, 1} : moved;
}

static acr__date add_days(acr__date date, int64_t n) {
  static const acr__date first = {YEAR_MIN, 1, 1}, last = {YEAR_MAX, 12, 31};
  const int64_t enough = 400LL * DAYS_OF_ERA;
  if (n > enough) n = enough;
  if (n < -enough) n = -enough;
  int64_t days = acr__days_of(date) + n;
  if (days < acr__days_of(first)) return first;
  if (days > acr__days_of(last)) return last;
  return acr__date_of((int32_t)days);
}

bool acr__date_add(acr__date date, acr__duration by, int sign, acr__date *out) {
  const int64_t enough = 1000000000; // beyond it the result is the calendar's end either way; keeps the products in range
  int64_t n = by.n > enough ? enough : by.n < -enough ? -enough : by.n;
  if (sign < 0) n = -n;
  switch (by.unit) {
  case ACR_UNIT_DAY:
    *out = add_days(date, n);
    return true;
  case ACR_UNIT_WEEK:
    *out = add_days(date, n * 7);
    return true;
  case ACR_UNIT_MONTH:
    *out = acr__add_months(date, n);
    return true;
  case ACR_UNIT_YEAR:
    *out = acr__add_months(date, n * 12);
    return true;
  default:
    return false;
  }
}

acr__date acr__period_start(acr__date date, acr__unit unit) {
  switch (unit) {
  case ACR_UNIT_WEEK:
    return add_days(date, 1 - acr__weekday(acr__days_of(date)));
  case ACR_UNIT_MONTH:
    return (acr__date){date.year, date.month, 1};
  case ACR_UNIT_YEAR:
    return (acr__date){date.year, 1, 1};
  default:
    return date;
  }
}

int64_t acr__duration_us(acr__duration duration) {
  static const int64_t seconds[] = {1, 60, 3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400};
  return duration.n * seconds[duration.unit] * ACR_SECOND_US;
}
