// Timeframes of contract section 4: which part of a history counts, as half-open instants [from, to).
#ifndef ACR_CALENDAR_TIMEFRAME_H
#define ACR_CALENDAR_TIMEFRAME_H
#include "calendar/calendar.h"

typedef enum acr__since {
  ACR_SINCE_NONE,
  ACR_SINCE_DATE,
  ACR_SINCE_JOINING,
  ACR_SINCE_LEVEL_ENTRY,
  ACR_SINCE_ANNIVERSARY,
  ACR_SINCE_LAST_FIRED,
  ACR_SINCE_LAST_MAINTENANCE,
  ACR_SINCE_LEVEL_EXPIRY // of thresholds whose levels end by inactivity; without an expiry so far: always
} acr__since;

typedef struct acr__timeframe {
  bool has_last, has_this, has_previous; // overlap of all that is given; none = lifetime
  acr__duration last, previous;
  acr__unit this_unit;
  bool rolling;  // last: exact durations instead of calendar days
  int32_t times; // {"last": "5 times"}: the last facts; 0 = not used
  bool has_from, has_to;
  acr__date from, to; // both inclusive
  acr__since since;
  acr__date since_date;
  bool each; // the comparison must hold in every `each_unit` of last, this or previous
  acr__unit each_unit;
} acr__timeframe;

// What a window needs of its member.
struct acr__anchors {
  const acr__zone *zone;                                       // the member's, else the program's
  acr__time now;                                               // the event's time: no window reaches past it
  acr__time joined, level_entry, last_fired, last_maintenance; // ACR_TIME_NONE when there is none
  acr__time level_expiry;                                      // likewise
  bool leap_mar1;
};

// Bounds of the whole frame; a frame whose anchor is absent is empty (from == to). `to` is at most now + 1 us, so that
// facts of the very same time count.
void acr__window(const acr__timeframe *frame, const struct acr__anchors *anchors, acr__time *from, acr__time *to);
// With `each`: the bounds of piece k = 0, 1, ..., newest first; false when there is no such piece.
bool acr__window_piece(const acr__timeframe *frame, const struct acr__anchors *anchors, int k, acr__time *from, acr__time *to);
// "in the last 30 days", "this month", "since joining" ...: for sentences; terminated, buf of at least 160 bytes.
int acr__timeframe_text(const acr__timeframe *frame, char *buf, size_t cap);
#endif
