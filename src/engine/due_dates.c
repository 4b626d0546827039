// Birthdays and anniversaries: events at the start of the day, in the member's zone, else the program's; only where a rule of the
// release in force then listens, and not for the time before it, or before the date was known.
#include "engine/due.h"
#include "engine/status.h"

bool acr__due_in_force(const acr_engine *engine, const struct acr__release *release, acr__time time) {
  return acr__release_at(engine, release->family, time) == release;
}

// The first return of the date under this release behind `after`.
static bool first_return(const acr_engine *engine, const struct acr__release *release, const struct acr__member *member, acr__date date,
                         acr__time after, acr__time *out) {
  enum { YEAR_MAX = 9998 };
  const acr__zone *zone = member->zone ? member->zone : release->plan->zone;
  if (release->active_since > after) after = release->active_since;
  if (release->effective_from > after) after = release->effective_from - 1; // its own first instant counts
  int year = acr__local_date(zone, after).year;
  for (int k = year - date.year > 1 ? year - date.year : 1; date.year + k <= YEAR_MAX; k++) {
    *out = acr__day_start(zone, acr__anniversary(date, k, release->plan->settings.leap_mar1));
    if (*out > after) return acr__due_in_force(engine, release, *out); // once another one is in force it stays so
  }
  return false;
}

static bool first_of_all(const acr_engine *engine, const struct acr__member *member, acr__raised what, acr__due_number kind,
                         struct acr__due *due) {
  acr__time after = acr__dues_mark(&member->dues, kind, 0);
  bool found = false;
  if (member->dues.since > after) after = member->dues.since;
  for (int i = 0; i < engine->release_count; i++) {
    const struct acr__release *release = engine->releases[i];
    acr__time at;
    if (!(release->listens & 1u << what) || !acr__release_judges(engine, release)) continue;
    const acr__zone *zone = member->zone ? member->zone : release->plan->zone;
    acr__date date = kind == ACR_DUE_BIRTHDAY ? member->birthday : acr__local_date(zone, member->joined);
    if (!first_return(engine, release, member, date, after, &at) || (found && at >= due->at)) continue;
    due->at = at;
    found = true;
  }
  due->type = acr__raised_type(what);
  return found;
}

bool acr__due_anniversary(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  if (member->dues.since == ACR_TIME_NONE || member->joined == ACR_TIME_NONE) return false;
  return first_of_all(engine, member, ACR_RAISED_MEMBER_ANNIVERSARY, ACR_DUE_ANNIVERSARY, due);
}

bool acr__due_birthday(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  if (!member->has_birthday || member->dues.since == ACR_TIME_NONE) return false;
  return first_of_all(engine, member, ACR_RAISED_MEMBER_BIRTHDAY, ACR_DUE_BIRTHDAY, due);
}
