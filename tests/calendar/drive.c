// Boundaries as Accrue computes them, for the comparison with Python's zoneinfo: int64 numbers on standard output.
//   calendar_drive FIRST LAST ZONE...   dates as days since 1970, LAST excluded
// For each day: the starts of its week, month and year, then its anniversaries 1 to 4 with leap days on 28 February and on 1 March, as
// days since 1970. Then for each zone and day: the instant at which it starts in microseconds, the local days at that instant, a
// microsecond before it and twelve hours behind it, and the second of the day at the first and the last of these.
#include "calendar/calendar.h"
#include <stdio.h>
#include <stdlib.h>

static void put(int64_t value) {
  if (fwrite(&value, sizeof value, 1, stdout) != 1) exit(1);
}

static void calendar(int32_t day) {
  acr__date date = acr__date_of(day);
  put(acr__days_of(acr__period_start(date, ACR_UNIT_WEEK)));
  put(acr__days_of(acr__period_start(date, ACR_UNIT_MONTH)));
  put(acr__days_of(acr__period_start(date, ACR_UNIT_YEAR)));
  for (int mar1 = 0; mar1 < 2; mar1++)
    for (int k = 1; k <= 4; k++)
      put(acr__days_of(acr__anniversary(date, k, mar1)));
}

static void local(const acr__zone *zone, int32_t day) {
  acr__time start = acr__day_start(zone, acr__date_of(day));
  put(start);
  put(acr__days_of(acr__local_date(zone, start)));
  put(acr__days_of(acr__local_date(zone, start - 1)));
  put(acr__days_of(acr__local_date(zone, start + ACR_DAY_US / 2)));
  put(acr__local_second_of_day(zone, start));
  put(acr__local_second_of_day(zone, start + ACR_DAY_US / 2));
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  int32_t first = (int32_t)atol(argv[1]), last = (int32_t)atol(argv[2]);
  for (int32_t day = first; day < last; day++)
    calendar(day);
  for (int i = 3; i < argc; i++) {
    const acr__zone *zone = acr__zone_find(acr__span_of(argv[i]));
    if (!zone) {
      fprintf(stderr, "no zone %s\n", argv[i]);
      return 2;
    }
    for (int32_t day = first; day < last; day++)
      local(zone, day);
  }
  return fflush(stdout) == 0 ? 0 : 1;
}
