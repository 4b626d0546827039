// A loaded zone as a table of offsets: what zone.c (GLib) fills and local.c reads.
#ifndef ACR_CALENDAR_ZONE_H
#define ACR_CALENDAR_ZONE_H
#include "calendar/calendar.h"
#include <stdatomic.h>

struct acr__zone {
  char *name;      // owned, as everything here; zones live as long as the process
  int64_t *from;   // seconds since 1970 UTC at which interval i begins; from[0] = INT64_MIN, from[count] = INT64_MAX
  int32_t *offset; // seconds to add for local time in interval i
  int count;
  int horizon;          // years from this on repeat one of the 28 before it with the same calendar
  int64_t horizon_from; // seconds at which it begins (UTC)
  _Atomic int last;     // the interval that the last question fell into: a hint
};

// The first instant (seconds) at which the zone's clocks show `local` (seconds since 1970-01-01 of local time) or more.
int64_t acr__zone_instant(const acr__zone *zone, int64_t local);
#endif
