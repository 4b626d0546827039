// How long members stay in a level: `maintenance_schedule` and `expiry`.
#include "program/compile.h"

enum { UNITS_MAX = 100000 };

static const struct acr__field_rule schedule_fields[] = {
  {"every", NULL}, {"relative_to", NULL}, {"day", NULL}, {"stay_at_least", NULL}, {"demote_to", NULL},
  {"grace", NULL}, {"warn", NULL},
};
static const struct acr__field_rule end_fields[] = {{"mode", NULL}, {"after", NULL}, {"warn", NULL}};

// Whole days, as members are looked at when a day begins or ends.
static bool days_read(struct acr__compile *ctx, const acr__node *node, const char *what, acr__duration *out) {
  acr__duration found;
  if (!node) return false;
  if (acr__node_kind(node) == ACR_JSON_STRING && acr__duration_parse(acr__node_text(node), &found) && found.unit >= ACR_UNIT_DAY &&
      found.n > 0 && found.n <= UNITS_MAX) {
    *out = found;
    return true;
  }
  acr__fault(ctx, node, "type", "found %s for `%s`, wanted whole days, weeks, months or years such as \"90 days\"", acr__show(ctx, node),
             what);
  return false;
}

// ---- The days of a schedule for all members together

static bool weekday_read(acr__span text, acr__date *out) {
  static const char *const days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  const acr__date monday = {2000, 1, 3};
  for (int i = 0; i < 7; i++) {
    bool same = text.len == strlen(days[i]);
    for (size_t k = 0; same && k < text.len; k++) same = (text.ptr[k] | 0x20) == days[i][k];
    if (same) *out = acr__date_of(acr__days_of(monday) + i);
    if (same) return true;
  }
  return false;
}

static bool day_of_year_read(acr__span text, acr__date *out) {
  char full[] = "2000-MM-DD"; // a leap year: every day is one
  if (text.len != 5) return false;
  memcpy(full + 5, text.ptr, 5);
  return acr__date_parse(acr__span_of(full), out);
}

// Periods of several months or years begin as if counted from January 2000, so that quarters are those of the year.
static void day_read(struct acr__compile *ctx, const acr__node *node, struct acr__schedule *out) {
  acr__span text = node && acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : (acr__span){0};
  bool number = node && acr__node_kind(node) == ACR_JSON_NUMBER;
  int64_t day = 0;
  out->day = out->every.unit == ACR_UNIT_WEEK ? (acr__date){2000, 1, 3} : (acr__date){2000, 1, 1};
  if (!node) return;
  if (out->relative != ACR_RELATIVE_CALENDAR) {
    acr__fault(ctx, node, "range", "`day` goes with `relative_to` \"calendar\": others are looked at on days of their own");
    return;
  }
  if (acr__date_parse(text, &out->day)) return;
  if (out->every.unit == ACR_UNIT_WEEK && weekday_read(text, &out->day)) return;
  if (out->every.unit == ACR_UNIT_YEAR && day_of_year_read(text, &out->day)) return;
  if (out->every.unit == ACR_UNIT_MONTH && number && acr__decimal_read(ctx, node, "day", 0, &day) && day >= 1 && day <= 31) {
    out->day.day = (int)day;
    return;
  }
  static const char *const wanted[] = {[ACR_UNIT_DAY] = "a date such as \"2026-01-15\" to count from",
                                       [ACR_UNIT_WEEK] = "a weekday such as \"Monday\", or a date to count from",
                                       [ACR_UNIT_MONTH] = "a day of the month from 1 to 31, or a date to count from",
                                       [ACR_UNIT_YEAR] = "a day of the year such as \"01-31\", or a date to count from"};
  acr__fault_date(ctx, node, "type", "day", wanted[out->every.unit]);
}

void acr__schedule_read(struct acr__compile *ctx, const acr__node *node, struct acr__schedule *out) {
  static const char *const relatives[] = {"level_entry", "joining", "calendar"};
  static const char *const demotes[] = {"previous", "highest_qualifying", "lowest"};
  int relative = ACR_RELATIVE_ENTRY, demote = ACR_DEMOTE_PREVIOUS;
  const acr__node *every = acr__node_get(node, "every");
  if (!node || !acr__fields_check(ctx, node, "a maintenance schedule", schedule_fields, ACR_COUNT(schedule_fields), NULL)) return;
  if (!every) acr__fault(ctx, node, "missing", "`every` is missing from a maintenance schedule: how often members are looked at");
  acr__word_read(ctx, acr__node_get(node, "relative_to"), "relative_to", relatives, 3, &relative);
  acr__word_read(ctx, acr__node_get(node, "demote_to"), "demote_to", demotes, 3, &demote);
  out->relative = (acr__relative)relative;
  out->demote = (acr__demote)demote;
  days_read(ctx, acr__node_get(node, "stay_at_least"), "stay_at_least", &out->stay);
  days_read(ctx, acr__node_get(node, "grace"), "grace", &out->grace);
  days_read(ctx, acr__node_get(node, "warn"), "warn", &out->warn);
  if (days_read(ctx, every, "every", &out->every)) day_read(ctx, acr__node_get(node, "day"), out);
}

// ---- Expiry

void acr__level_end_read(struct acr__compile *ctx, const acr__node *node, struct acr__plan_level *out) {
  static const char *const modes[] = {"until_anniversary", "one_year_until_anniversary", "inactivity_points", "inactivity_spend"};
  int mode = 0;
  if (!node || !acr__fields_check(ctx, node, "the expiry of a level", end_fields, ACR_COUNT(end_fields), NULL)) return;
  const acr__node *mode_node = acr__node_get(node, "mode"), *after = acr__node_get(node, "after");
  if (!mode_node) {
    acr__fault(ctx, node, "missing", "`mode` is missing from the expiry of a level: \"%s\", \"%s\", \"%s\" or \"%s\"", modes[0], modes[1],
               modes[2], modes[3]);
    return;
  }
  if (!acr__word_read(ctx, mode_node, "mode", modes, 4, &mode)) return;
  bool idle = mode >= 2;
  if (idle && !after) acr__fault(ctx, node, "missing", "`after` is missing: how long without activity, such as \"180 days\"");
  if (!idle && after) acr__fault(ctx, after, "range", "`after` goes with the modes \"%s\" and \"%s\"", modes[2], modes[3]);
  days_read(ctx, after, "after", &out->end_after);
  days_read(ctx, acr__node_get(node, "warn"), "warn", &out->end_warn);
  out->end = (acr__level_end)(mode + 1);
}
