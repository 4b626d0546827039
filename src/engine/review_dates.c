// When a member's level is looked at: the days of a schedule (domain M1 to M3).
#include "engine/levels.h"
#include "engine/status.h"

uint32_t acr__levels_listen(const struct acr__plan *plan) {
  uint32_t bits = 0;
  for (int i = 0; i < plan->level_count; i++) {
    if (plan->levels[i].schedule.every.n && plan->levels[i].maintenance.count) bits |= ACR_LISTENS_REVIEW;
    if (plan->levels[i].end) bits |= ACR_LISTENS_END;
  }
  return bits;
}

int acr__level_index(const struct acr__release *release, int name) {
  for (int i = 0; name >= 0 && i < release->plan->level_count; i++)
    if (release->level_names[i] == name) return i;
  return -1;
}

int acr__level_lower(const struct acr__release *release, int level) {
  for (level--; level >= 0; level--)
    if (acr__level_live(release, level)) break;
  return level;
}

static acr__time later(acr__time a, acr__time b) {
  return a > b ? a : b;
}

static void visit_standing(acr_engine *engine, const struct acr__member *member, const struct acr__standing *s, uint32_t listens,
                           void (*visit)(void *arg, const struct acr__held_level *held), void *arg) {
  for (int i = 0; i < engine->release_count; i++) {
    struct acr__release *release = engine->releases[i];
    if (release->family != s->family || !(release->listens & listens) || !acr__release_judges(engine, release)) continue;
    int index = acr__level_index(release, s->level);
    if (!acr__level_live(release, index)) continue; // domain T9: suspended
    acr__time start = later(later(release->effective_from, release->active_since), release->levels[index].live_since);
    struct acr__held_level held = {release,
                                   s,
                                   acr__term_of(&member->terms, s->family),
                                   &release->plan->levels[index],
                                   index,
                                   member->zone ? member->zone : release->plan->zone,
                                   start};
    visit(arg, &held);
  }
}

void acr__held_levels(acr_engine *engine, const struct acr__member *member, uint32_t listens,
                      void (*visit)(void *arg, const struct acr__held_level *held), void *arg) {
  if (!(engine->listens & listens)) return;
  for (uint32_t i = 0; i < member->standing_count; i++)
    if (member->standings[i].level >= 0) visit_standing(engine, member, &member->standings[i], listens, visit, arg);
}

acr__time acr__level_days_before(const acr__zone *zone, acr__time boundary, acr__duration by) {
  acr__date day = acr__local_date(zone, boundary), before;
  return acr__date_add(day, by, -1, &before) ? acr__day_start(zone, before) : ACR_TIME_MIN;
}

acr__time acr__level_day_behind(const acr__zone *zone, acr__time time) {
  return acr__day_start(zone, acr__date_of(acr__days_of(acr__local_date(zone, time)) + 1));
}

// Day number k of a schedule: always from the original date, never chained.
static acr__date scheduled(acr__date from, acr__duration every, int64_t k) {
  if (every.unit >= ACR_UNIT_MONTH) return acr__add_months(from, k * every.n * (every.unit == ACR_UNIT_YEAR ? 12 : 1));
  return acr__date_of((int32_t)(acr__days_of(from) + k * every.n * (every.unit == ACR_UNIT_WEEK ? 7 : 1)));
}

// The one that lies at a date or before it, or one before that.
static int64_t estimate(acr__date from, acr__duration every, acr__date at) {
  int64_t apart, period = every.n;
  if (every.unit >= ACR_UNIT_MONTH) {
    apart = (int64_t)(at.year - from.year) * 12 + at.month - from.month;
    period *= every.unit == ACR_UNIT_YEAR ? 12 : 1;
  } else {
    apart = acr__days_of(at) - acr__days_of(from);
    period *= every.unit == ACR_UNIT_WEEK ? 7 : 1;
  }
  return apart / period - (apart < 0);
}

static bool is_later(acr__date a, acr__date b) {
  return a.year != b.year ? a.year > b.year : a.month != b.month ? a.month > b.month : a.day > b.day;
}

bool acr__review_next(const struct acr__held_level *held, const struct acr__member *member, acr__time after, acr__time *out) {
  enum { YEAR_MAX = 9990 };
  const struct acr__schedule *schedule = &held->level->schedule;
  bool calendar = schedule->relative == ACR_RELATIVE_CALENDAR;
  const acr__zone *zone = calendar ? held->release->plan->zone : held->zone; // domain V7: mass runs
  acr__time entered = held->standing->since;
  acr__date from = schedule->day, first;
  if (held->level->maintenance.count == 0 || schedule->every.n == 0) return false;
  if (schedule->relative == ACR_RELATIVE_JOINING) {
    if (member->joined == ACR_TIME_NONE) return false;
    from = acr__local_date(zone, member->joined);
  } else if (!calendar) {
    from = acr__local_date(zone, entered);
  }
  after = later(later(after, entered), held->start);
  if (schedule->stay.n) { // domain M3: earlier ones are skipped
    if (!acr__date_add(acr__local_date(zone, entered), schedule->stay, 1, &first) || first.year > YEAR_MAX) return false;
    after = later(after, acr__day_start(zone, first) - 1);
  }
  acr__date seen = acr__local_date(zone, after);
  if (seen.year > YEAR_MAX || schedule->every.n > (int64_t)YEAR_MAX * 366) return false;
  int64_t k = estimate(from, schedule->every, seen);
  acr__date day = scheduled(from, schedule->every, k);
  while (!is_later(day, seen))
    day = scheduled(from, schedule->every, ++k);
  if (day.year > YEAR_MAX) return false;
  *out = acr__day_start(zone, day);
  return true;
}
