// How long members stay in a level.
#ifndef ACR_PROGRAM_TERMS_H
#define ACR_PROGRAM_TERMS_H
#include "base/span.h"
#include "calendar/calendar.h"

// `maintenance_schedule` of a level: when its maintenance rules are judged, and what becomes of a member that fails.
typedef enum acr__relative { ACR_RELATIVE_ENTRY, ACR_RELATIVE_JOINING, ACR_RELATIVE_CALENDAR } acr__relative;
typedef enum acr__demote { ACR_DEMOTE_PREVIOUS, ACR_DEMOTE_QUALIFYING, ACR_DEMOTE_LOWEST } acr__demote;
struct acr__schedule {
  acr__duration every;     // days, weeks, months or years; n 0 = there is none
  acr__relative relative;
  acr__date day;           // CALENDAR: one of the days, the others lie whole periods before and behind it
  acr__duration stay, grace, warn; // n 0 = none
  acr__demote demote;
};

// `expiry` of a level: when membership ends by itself.
typedef enum acr__level_end {
  ACR_LEVEL_END_NONE,
  ACR_LEVEL_END_ANNIVERSARY,      // with the day of the next anniversary
  ACR_LEVEL_END_NEXT_ANNIVERSARY, // of the one behind it
  ACR_LEVEL_END_POINTS,           // with the last of `after` without earning or redeeming points
  ACR_LEVEL_END_SPEND             // ... without a purchase
} acr__level_end;

// `expiry` and `split` of an audience (domain 10.3).
typedef enum acr__segment_end {
  ACR_SEGMENT_STAYS,
  ACR_SEGMENT_ANNIVERSARY,      // with the day of the next anniversary
  ACR_SEGMENT_NEXT_ANNIVERSARY, // of the one behind it
  ACR_SEGMENT_PERIOD,           // with the last day of `after`
  ACR_SEGMENT_DATE              // with that day
} acr__segment_end;
struct acr__segment {
  acr__segment_end end;
  acr__duration after;
  acr__date on;
  acr__span test; // not empty: a part of the members, by a hash of this and their ids
  int from, to;   // in hundredths of a percent, half-open
};
#endif
