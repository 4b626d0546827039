#include "calendar/zone.h"

enum { DAY_SECONDS = 86400, CYCLE_YEARS = 28 };

static int64_t floor_div(int64_t value, int64_t by) {
  int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

static int32_t new_year(int year) {
  return acr__days_of((acr__date){year, 1, 1});
}

// Days from the nearest year before the horizon with the same weekdays and leap day to `year`; 0 before the horizon.
static int64_t days_past_horizon(const acr__zone *zone, int year) {
  if (year < zone->horizon) return 0;
  int32_t start = new_year(year), length = new_year(year + 1) - start;
  for (int like = zone->horizon - 1; like >= zone->horizon - CYCLE_YEARS; like--) {
    int32_t like_start = new_year(like);
    bool same = (start - like_start) % 7 == 0 && new_year(like + 1) - like_start == length;
    if (same) return start - like_start;
  }
  return 0; // 28 years without a missing leap day hold every calendar: not reached
}

static int interval_of(const acr__zone *zone, int64_t seconds) {
  acr__zone *hinted = (acr__zone *)(uintptr_t)zone; // the hint is the one thing that changes, and is atomic
  int last = atomic_load_explicit(&hinted->last, memory_order_relaxed);
  if (zone->from[last] <= seconds && seconds < zone->from[last + 1]) return last;
  int low = 0, high = zone->count - 1;
  while (low < high) {
    int middle = low + (high - low + 1) / 2;
    if (zone->from[middle] <= seconds)
      low = middle;
    else
      high = middle - 1;
  }
  atomic_store_explicit(&hinted->last, low, memory_order_relaxed);
  return low;
}

static int64_t local_seconds(const acr__zone *zone, acr__time time) {
  int64_t seconds = floor_div(time, ACR_SECOND_US), like = seconds;
  if (seconds >= zone->horizon_from) {
    int year = acr__date_of((int32_t)floor_div(seconds, DAY_SECONDS)).year;
    like -= days_past_horizon(zone, year) * DAY_SECONDS;
  }
  return seconds + zone->offset[interval_of(zone, like)];
}

acr__date acr__local_date(const acr__zone *zone, acr__time time) {
  return acr__date_of((int32_t)floor_div(local_seconds(zone, time), DAY_SECONDS));
}

int64_t acr__local_second_of_day(const acr__zone *zone, acr__time time) {
  int64_t local = local_seconds(zone, time);
  return local - floor_div(local, DAY_SECONDS) * DAY_SECONDS;
}

int64_t acr__zone_instant(const acr__zone *zone, int64_t local) {
  int year = acr__date_of((int32_t)floor_div(local, DAY_SECONDS)).year;
  int64_t shift = days_past_horizon(zone, year) * DAY_SECONDS;
  local -= shift;
  int i = interval_of(zone, local - 2 * DAY_SECONDS); // no offset is larger: what is wanted is in this interval or later
  while (i + 1 < zone->count && zone->from[i + 1] + zone->offset[i] <= local)
    i++;
  int64_t instant = local - zone->offset[i];
  return (instant > zone->from[i] ? instant : zone->from[i]) + shift;
}

acr__time acr__day_start(const acr__zone *zone, acr__date date) {
  int64_t seconds = acr__zone_instant(zone, (int64_t)acr__days_of(date) * DAY_SECONDS);
  acr__time time;
  if (__builtin_mul_overflow(seconds, ACR_SECOND_US, &time)) return seconds < 0 ? ACR_TIME_MIN : ACR_TIME_MAX;
  return time;
}

// Most days lie in one interval with their neighbours, far from the calendar's ends: then days are all that has to be counted.
bool acr__day_start_back(const acr__zone *zone, acr__time time, int64_t days, acr__time *out) {
  enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; // years 1 to 9999
  int64_t seconds = floor_div(time, ACR_SECOND_US);
  if (seconds >= zone->horizon_from || days < 0 || days > LAST_DAY) return false;
  int i = interval_of(zone, seconds);
  int64_t day = floor_div(seconds + zone->offset[i], DAY_SECONDS) - days, local = day * DAY_SECONDS;
  if (day <= FIRST_DAY || day > LAST_DAY || local >= zone->horizon_from || zone->from[i] > local - 2 * DAY_SECONDS) return false;
  if (i + 1 < zone->count && zone->from[i + 1] + zone->offset[i] <= local) return false;
  *out = (local - zone->offset[i]) * ACR_SECOND_US;
  return true;
}

acr__time acr__same_time_of_day(const acr__zone *zone, acr__time time, acr__date date) {
  int64_t second = acr__local_second_of_day(zone, time);
  int64_t micros = ((time % ACR_SECOND_US) + ACR_SECOND_US) % ACR_SECOND_US;
  return acr__zone_instant(zone, (int64_t)acr__days_of(date) * DAY_SECONDS + second) * ACR_SECOND_US + micros;
}

const char *acr__zone_name(const acr__zone *zone) {
  return zone->name;
}
