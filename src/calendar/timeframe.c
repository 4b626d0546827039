#include "calendar/timeframe.h"

static bool clock_unit(acr__unit unit) {
  return unit == ACR_UNIT_SECOND || unit == ACR_UNIT_MINUTE || unit == ACR_UNIT_HOUR;
}

static acr__date shifted(acr__date date, int64_t n, acr__unit unit) {
  acr__duration by = {n, unit};
  acr__date moved = date;
  acr__date_add(date, by, 1, &moved);
  return moved;
}

static acr__date today(const struct acr__anchors *anchors) {
  return acr__local_date(anchors->zone, anchors->now);
}

static acr__time after(acr__time time) {
  return time == ACR_TIME_MAX ? time : time + 1;
}

// now minus n exact units, as the last instant that is too old. Months and years keep the local time of day.
static acr__time exact_back(const struct acr__anchors *anchors, int64_t n, acr__unit unit) {
  static const int64_t lengths[] = {[ACR_UNIT_SECOND] = ACR_SECOND_US,
                                    [ACR_UNIT_MINUTE] = 60 * ACR_SECOND_US,
                                    [ACR_UNIT_HOUR] = 3600 * ACR_SECOND_US,
                                    [ACR_UNIT_DAY] = ACR_DAY_US,
                                    [ACR_UNIT_WEEK] = 7 * ACR_DAY_US};
  if (n == 0) return anchors->now;
  if (unit == ACR_UNIT_MONTH || unit == ACR_UNIT_YEAR) {
    return acr__same_time_of_day(anchors->zone, anchors->now, shifted(today(anchors), -n, unit));
  }
  int64_t length, back;
  if (__builtin_mul_overflow(n, lengths[unit], &length) || __builtin_sub_overflow(anchors->now, length, &back)) return ACR_TIME_MIN;
  return back;
}

// Where the last n units begin: by days of the calendar, or by the clock. 0 units begin behind now.
static acr__time back(const acr__timeframe *frame, const struct acr__anchors *anchors, int64_t n, acr__unit unit) {
  if (frame->rolling || clock_unit(unit)) return after(exact_back(anchors, n, unit));
  int64_t days = unit == ACR_UNIT_DAY ? n : unit == ACR_UNIT_WEEK && n < ACR_DAY_US ? 7 * n : 0;
  acr__time start;
  if (days > 0 && acr__day_start_back(anchors->zone, anchors->now, days - 1, &start)) return start;
  acr__date first = shifted(shifted(today(anchors), -n, unit), 1, ACR_UNIT_DAY);
  return acr__day_start(anchors->zone, first);
}

// The day behind the last one of `previous`.
static acr__date previous_end(const acr__timeframe *frame, const struct acr__anchors *anchors) {
  return acr__period_start(today(anchors), frame->previous.unit);
}

static void narrow(acr__time from, acr__time to, acr__time *window_from, acr__time *window_to) {
  if (from > *window_from) *window_from = from;
  if (to < *window_to) *window_to = to;
}

// Start of the current year of membership.
static acr__time anniversary(const struct acr__anchors *anchors) {
  acr__date joined = acr__local_date(anchors->zone, anchors->joined), now = today(anchors);
  int k = now.year - joined.year;
  if (k > 0 && acr__days_of(acr__anniversary(joined, k, anchors->leap_mar1)) > acr__days_of(now)) k--;
  return acr__day_start(anchors->zone, acr__anniversary(joined, k > 0 ? k : 0, anchors->leap_mar1));
}

// ACR_TIME_NONE when the anchor is absent.
static acr__time since(const acr__timeframe *frame, const struct acr__anchors *anchors) {
  const acr__zone *zone = anchors->zone;
  switch (frame->since) {
  case ACR_SINCE_DATE:
    return acr__day_start(zone, frame->since_date);
  case ACR_SINCE_JOINING:
    return anchors->joined == ACR_TIME_NONE ? ACR_TIME_NONE : acr__day_start(zone, acr__local_date(zone, anchors->joined));
  case ACR_SINCE_ANNIVERSARY:
    return anchors->joined == ACR_TIME_NONE ? ACR_TIME_NONE : anniversary(anchors);
  case ACR_SINCE_LEVEL_ENTRY:
    return anchors->level_entry;
  case ACR_SINCE_LAST_MAINTENANCE:
    return anchors->last_maintenance;
  case ACR_SINCE_LEVEL_EXPIRY:
    return anchors->level_expiry == ACR_TIME_NONE ? ACR_TIME_MIN : anchors->level_expiry;
  case ACR_SINCE_LAST_FIRED: // the fact that fired it has been counted
    return anchors->last_fired == ACR_TIME_NONE ? ACR_TIME_NONE : after(anchors->last_fired);
  default:
    return ACR_TIME_MIN;
  }
}

void acr__window(const acr__timeframe *frame, const struct acr__anchors *anchors, acr__time *from, acr__time *to) {
  const acr__zone *zone = anchors->zone;
  *from = ACR_TIME_MIN;
  *to = after(anchors->now);
  if (frame->has_last) narrow(back(frame, anchors, frame->last.n, frame->last.unit), ACR_TIME_MAX, from, to);
  if (frame->has_this) {
    narrow(acr__day_start(zone, acr__period_start(today(anchors), frame->this_unit)), ACR_TIME_MAX, from, to);
  }
  if (frame->has_previous) {
    acr__date end = previous_end(frame, anchors);
    acr__date start = shifted(end, -frame->previous.n, frame->previous.unit);
    narrow(acr__day_start(zone, start), acr__day_start(zone, end), from, to);
  }
  if (frame->has_from) narrow(acr__day_start(zone, frame->from), ACR_TIME_MAX, from, to);
  if (frame->has_to) narrow(ACR_TIME_MIN, acr__day_start(zone, shifted(frame->to, 1, ACR_UNIT_DAY)), from, to);
  if (frame->since != ACR_SINCE_NONE) {
    acr__time start = since(frame, anchors);
    if (start == ACR_TIME_NONE)
      *from = *to;
    else
      narrow(start, ACR_TIME_MAX, from, to);
  }
  if (*from > *to) *from = *to;
}

// Where piece k ends and piece k - 1 begins.
static acr__time boundary(const acr__timeframe *frame, const struct acr__anchors *anchors, int64_t k) {
  acr__unit unit = frame->each_unit;
  if (frame->has_last || clock_unit(unit)) return back(frame, anchors, k, unit);
  acr__date last_day = frame->has_this ? today(anchors) : shifted(previous_end(frame, anchors), -1, ACR_UNIT_DAY);
  return acr__day_start(anchors->zone, shifted(acr__period_start(last_day, unit), 1 - k, unit));
}

bool acr__window_piece(const acr__timeframe *frame, const struct acr__anchors *anchors, int k, acr__time *from, acr__time *to) {
  acr__time start, end;
  acr__window(frame, anchors, &start, &end);
  *from = start;
  *to = end;
  bool split = frame->each && (frame->has_last || frame->has_this || frame->has_previous);
  if (k < 0 || !split || start == end) return k == 0; // an empty window is one empty piece

  int64_t first = 0;                     // newer pieces may lie outside the overlap with the rest of the frame
  acr__time newer = ACR_TIME_MAX, older; // at the calendar's beginning boundaries stop getting older
  for (; (older = boundary(frame, anchors, first + 1)) >= end && older < newer; newer = older)
    first++;
  *from = boundary(frame, anchors, first + k + 1);
  *to = boundary(frame, anchors, first + k);
  if (*to <= start) return false;
  // The last n units are cut into whole pieces: what remains of them is none, unless it is all there is.
  bool remainder = frame->has_last && k > 0 && *from < back(frame, anchors, frame->last.n, frame->last.unit);
  narrow(start, end, from, to);
  return !remainder;
}
