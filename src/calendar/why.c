// What is wrong with a date or a time that looks like one.
#include "calendar/calendar.h"
#include <stdio.h>

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

// '0' stands for any digit.
static bool shaped(acr__span text, size_t at, const char *shape) {
  for (; *shape; shape++, at++) {
    if (at >= text.len) return false;
    bool digit = text.ptr[at] >= '0' && text.ptr[at] <= '9';
    if (*shape == '0' ? !digit : text.ptr[at] != *shape) return false;
  }
  return true;
}

static int two(acr__span text, size_t at) {
  return (text.ptr[at] - '0') * 10 + (text.ptr[at + 1] - '0');
}

static const char *clock_why(acr__span text, char buf[ACR_TIME_WHY_MAX]) {
  enum { HOUR = 11, MINUTE = 14, SECOND = 17, HOUR_LAST = 23, LAST = 59 };
  if (text.len <= HOUR || (text.ptr[HOUR - 1] != 'T' && text.ptr[HOUR - 1] != 't') || !shaped(text, HOUR, "00:00:00")) return NULL;
  if (two(text, HOUR) > HOUR_LAST)
    snprintf(buf, ACR_TIME_WHY_MAX, "a day has no hour %d", two(text, HOUR));
  else if (two(text, MINUTE) > LAST)
    snprintf(buf, ACR_TIME_WHY_MAX, "an hour has no minute %d", two(text, MINUTE));
  else if (two(text, SECOND) == LAST + 1)
    snprintf(buf, ACR_TIME_WHY_MAX, "leap seconds are not taken: second 60 is to be sent as 59");
  else if (two(text, SECOND) > LAST)
    snprintf(buf, ACR_TIME_WHY_MAX, "a minute has no second %d", two(text, SECOND));
  else
    return NULL;
  return buf;
}

const char *acr__time_why(acr__span text, char buf[ACR_TIME_WHY_MAX]) {
  enum { MONTH = 5, DAY = 8, MONTHS = 12 };
  if (!shaped(text, 0, "0000-00-00")) return NULL;
  acr__date date = {.year = two(text, 0) * 100 + two(text, 2), .month = two(text, MONTH), .day = two(text, DAY)};
  if (date.year == 0)
    snprintf(buf, ACR_TIME_WHY_MAX, "there is no year 0");
  else if (date.month < 1 || date.month > MONTHS)
    snprintf(buf, ACR_TIME_WHY_MAX, "there is no month %d", date.month);
  else if (!acr__date_valid(date))
    snprintf(buf, ACR_TIME_WHY_MAX, "%s %d has no day %d", months[date.month - 1], date.year, date.day);
  else
    return clock_why(text, buf);
  return buf;
}
