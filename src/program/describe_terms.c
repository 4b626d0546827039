// How long points and memberships last, as people read it.
#include "program/describe.h"

static void say_with(const char *before, acr__duration d, const char *after, acr__buf *out) {
  acr__buf_printf(out, "%s%s%s", before, acr__duration_text(d, (char[ACR_DURATION_TEXT_MAX]){0}), after);
}

// ---- Points

static void say_fixed(const struct acr__expiry *expiry, acr__buf *out) {
  static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                                       "November", "December"};
  static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  acr__buf_text(out, "expires with the end of ");
  if (expiry->every == ACR_UNIT_WEEK)
    acr__buf_text(out, days[expiry->day - 1]);
  else if (expiry->every == ACR_UNIT_YEAR)
    acr__buf_printf(out, "%d %s", expiry->day, months[expiry->month - 1]);
  else if (expiry->day == 31)
    acr__buf_text(out, "each month");
  else
    acr__buf_printf(out, "day %d of each month", expiry->day);
}

static void say_inactivity(const struct acr__expiry *expiry, acr__buf *out) {
  int64_t whole = expiry->percent / 100, rest = expiry->percent % 100;
  if (whole < 100 && rest) acr__buf_printf(out, "%lld.%02lld %% ", (long long)whole, (long long)rest);
  if (whole < 100 && !rest) acr__buf_printf(out, "%lld %% ", (long long)whole);
  say_with("expires after ", expiry->after, " without ", out);
  if (expiry->event_count == 0) acr__buf_text(out, "earning or spending");
  for (int i = 0; i < expiry->event_count; i++)
    acr__buf_printf(out, "%s%.*s", i ? " or " : "", (int)expiry->events[i].len, expiry->events[i].ptr);
}

void acr__say_expiry(const struct acr__plan *plan, const struct acr__expiry *expiry, acr__buf *out) {
  if (expiry->mode == ACR_EXPIRY_NONE) return;
  if (out->len) acr__buf_text(out, "; ");
  switch (expiry->mode) {
  case ACR_EXPIRY_NONE:
    break;
  case ACR_EXPIRY_ROLLING:
    say_with("expires ", expiry->after, " after it was earned", out);
    break;
  case ACR_EXPIRY_FIXED:
    say_fixed(expiry, out);
    break;
  case ACR_EXPIRY_INACTIVITY:
    say_inactivity(expiry, out);
    break;
  case ACR_EXPIRY_ACTIVITY:
    say_with("expires at the anniversary when nothing was earned for ", expiry->after, "", out);
    break;
  case ACR_EXPIRY_AGING:
    say_with("what is older than ", expiry->after, " expires at the anniversary", out);
    break;
  }
  if (expiry->into >= 0) {
    acr__span into = plan->accounts[expiry->into].name;
    acr__buf_printf(out, " and moves into %.*s", (int)into.len, into.ptr);
  }
  if (expiry->has_warn) say_with(", announced ", expiry->warn, " before", out);
}

// ---- Levels

static void write_sentence(const char *key, acr__buf *sentence, acr__writer *w) {
  acr__write_key(w, key);
  acr__write_span(w, (acr__span){(const char *)sentence->ptr, sentence->len});
  acr__buf_free(sentence);
}

static void write_schedule(const struct acr__schedule *schedule, acr__writer *w) {
  static const char *const anchors[] = {[ACR_RELATIVE_ENTRY] = " from the entry into the level",
                                        [ACR_RELATIVE_JOINING] = " from the day of joining",
                                        [ACR_RELATIVE_CALENDAR] = ", for all members together"};
  static const char *const moves[] = {[ACR_DEMOTE_PREVIOUS] = "one level down",
                                      [ACR_DEMOTE_QUALIFYING] = "to the highest level that qualifies",
                                      [ACR_DEMOTE_LOWEST] = "to the lowest level"};
  acr__buf out = {0};
  if (schedule->every.n == 1)
    acr__buf_printf(&out, "Reviewed every %s%s", acr__unit_names[schedule->every.unit], anchors[schedule->relative]);
  else
    say_with("Reviewed every ", schedule->every, anchors[schedule->relative], &out);
  if (schedule->relative == ACR_RELATIVE_CALENDAR)
    acr__buf_printf(&out, ", on days such as %04d-%02d-%02d", schedule->day.year, schedule->day.month, schedule->day.day);
  if (schedule->stay.n) say_with(", after ", schedule->stay, " in the level at the earliest", &out);
  acr__buf_printf(&out, "; who fails goes %s", moves[schedule->demote]);
  if (schedule->grace.n) say_with(" after ", schedule->grace, " of grace", &out);
  if (schedule->warn.n) say_with("; announced ", schedule->warn, " before", &out);
  write_sentence("maintenance_schedule", &out, w);
}

static void write_end(const struct acr__plan_level *level, acr__writer *w) {
  acr__buf out = {0};
  switch (level->end) {
  case ACR_LEVEL_END_NONE:
    break;
  case ACR_LEVEL_END_ANNIVERSARY:
    acr__buf_text(&out, "Ends with the day of the next anniversary");
    break;
  case ACR_LEVEL_END_NEXT_ANNIVERSARY:
    acr__buf_text(&out, "Ends with the day of the anniversary behind the next one");
    break;
  case ACR_LEVEL_END_POINTS:
    say_with("Ends after ", level->end_after, " without earning or redeeming points", &out);
    break;
  case ACR_LEVEL_END_SPEND:
    say_with("Ends after ", level->end_after, " without a purchase", &out);
    break;
  }
  if (level->end_warn.n) say_with("; announced ", level->end_warn, " before", &out);
  write_sentence("expiry", &out, w);
}

void acr__describe_terms(const struct acr__plan_level *level, acr__writer *w) {
  if (level->schedule.every.n) write_schedule(&level->schedule, w);
  if (level->end != ACR_LEVEL_END_NONE) write_end(level, w);
}
