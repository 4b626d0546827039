// Levels that end by themselves (domain 7.5, V10 to V14), and being told before (issue `warn`).
#include "engine/levels.h"

// ---- When

static acr__time end_of(const acr__zone *zone, acr__date last_day) {
  return acr__day_start(zone, acr__date_of(acr__days_of(last_day) + 1));
}

// Through the day of an anniversary: the first one behind the day on which the level was reached, or the one after that. Ends of
// before `behind` have passed without anybody to look at them.
static acr__time anniversary_end(const struct acr__held_level *held, const struct acr__member *member, acr__time behind) {
  enum { YEAR_MAX = 9990 };
  bool mar1 = held->release->plan->settings.leap_mar1;
  if (member->joined == ACR_TIME_NONE) return ACR_TIME_MAX;
  acr__date joined = acr__local_date(held->zone, member->joined), reached = acr__local_date(held->zone, held->term->reached);
  int k = reached.year - joined.year > 1 ? reached.year - joined.year : 1;
  while (acr__days_of(acr__anniversary(joined, k, mar1)) <= acr__days_of(reached)) // domain V11
    k++;
  k += held->level->end == ACR_LEVEL_END_NEXT_ANNIVERSARY;
  for (; joined.year + k <= YEAR_MAX; k++) {
    acr__time end = end_of(held->zone, acr__anniversary(joined, k, mar1));
    if (end > behind) return end;
  }
  return ACR_TIME_MAX;
}

static acr__time last_spend(const struct acr__held_level *held, const struct acr__member *member) {
  const struct acr__series_data *spend = acr__member_series(member, held->release->series[held->level->spend_series]);
  return spend && spend->count ? spend->entries[spend->count - 1].time : ACR_TIME_MIN;
}

static acr__time last_points(const acr_engine *engine, const struct acr__held_level *held, const struct acr__member *member) {
  acr__time last = ACR_TIME_MIN;
  for (uint32_t i = 0; i < member->balance_count; i++) {
    const struct acr__balance *b = &member->balances[i];
    if (engine->accounts[b->account].family != held->release->family) continue;
    if (b->earned > last) last = b->earned;
    if (b->spent > last) last = b->spent;
  }
  return last;
}

// Domain V14: so many days behind the last activity, that day included.
static acr__time idle_end(const acr_engine *engine, const struct acr__held_level *held, const struct acr__member *member,
                          acr__time behind) {
  acr__time last = held->level->end == ACR_LEVEL_END_SPEND ? last_spend(held, member) : last_points(engine, held, member);
  acr__date day;
  if (last < held->term->reached) last = held->term->reached;
  if (!acr__date_add(acr__local_date(held->zone, last), held->level->end_after, 1, &day) || day.year >= 9990) return ACR_TIME_MAX;
  acr__time end = end_of(held->zone, day);
  return end > behind ? end : acr__level_day_behind(held->zone, behind);
}

acr__time acr__level_ends(const acr_engine *engine, const struct acr__held_level *held, const struct acr__member *member,
                          acr__time behind) {
  if (held->level->end == ACR_LEVEL_END_NONE) return ACR_TIME_MAX;
  if (behind < held->start) behind = held->start;
  bool idle = held->level->end == ACR_LEVEL_END_POINTS || held->level->end == ACR_LEVEL_END_SPEND;
  return idle ? idle_end(engine, held, member, behind) : anniversary_end(held, member, behind);
}

struct search {
  acr_engine *engine;
  const struct acr__member *member;
  struct acr__due *due;
  bool found;
};

static void take(struct search *s, const struct acr__held_level *held, acr__time at, int64_t subject) {
  if (at == ACR_TIME_MAX || at == ACR_TIME_MIN || (s->found && at >= s->due->at)) return;
  if (!acr__due_in_force(s->engine, held->release, at - 1)) return;
  s->due->at = at;
  s->due->subject = subject;
  s->found = true;
}

static void look_end(void *arg, const struct acr__held_level *held) {
  struct search *s = arg;
  int64_t subject = held->standing->family + 1;
  take(s, held, acr__level_ends(s->engine, held, s->member, acr__dues_mark(&s->member->dues, ACR_DUE_LEVEL_END, subject)), subject);
}

bool acr__due_level_end(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  struct search search = {engine, member, due, false};
  acr__held_levels(engine, member, ACR_LISTENS_END, look_end, &search);
  return search.found;
}

// ---- What

static struct acr__case *case_of(struct acr__judgement *j, struct acr__case *cases, int family) {
  for (int i = 0; i < j->release_count; i++)
    if (cases[i].release->family == family) return &cases[i];
  return NULL;
}

static int index_of(const struct acr__case *c) {
  const struct acr__standing *s = c ? acr__member_standing(c->j->member, c->release->family) : NULL;
  return s ? acr__level_index(c->release, s->level) : -1;
}

static bool note_term(struct acr__case *c, acr__time reached, acr__time expired) {
  struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_TERM);
  op->v[ACR_TERM_FAMILY] = c->release->family;
  op->v[ACR_TERM_REACHED] = reached;
  op->v[ACR_TERM_EXPIRED] = expired;
  return acr__apply(c->j, op);
}

// Domain V12: the highest level that what was done in the period now beginning supports, or none.
bool acr__level_end_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  struct acr__case *c = case_of(j, cases, (int)due->subject - 1);
  int level = index_of(c);
  if (level < 0) return acr__fail(j, NULL, "a level that is not held cannot end");
  if (!note_term(c, acr__term_of(&j->member->terms, c->release->family)->reached, due->at)) return false;
  int lower = acr__level_lower(c->release, level);
  for (; lower >= 0; lower = acr__level_lower(c->release, lower)) {
    bool qualifies;
    if (!acr__level_qualifies(c, lower, &qualifies)) return false;
    if (qualifies) break;
  }
  j->cause = (struct acr__cause){c->chain, c->release, NULL};
  return acr__level_move(c, &(struct acr__level_move){c->release, lower, ACR_LEVEL_CAUSE_EXPIRY, NULL, due->at});
}

bool acr__level_renew(struct acr__case *c) {
  int level = index_of(c);
  bool again, anniversary = level >= 0 && (c->plan->levels[level].end == ACR_LEVEL_END_ANNIVERSARY ||
                                           c->plan->levels[level].end == ACR_LEVEL_END_NEXT_ANNIVERSARY);
  if (!anniversary || !acr__level_live(c->release, level)) return true;
  const struct acr__term *term = acr__term_of(&c->j->member->terms, c->release->family);
  if (c->event->time <= term->reached) return true;
  struct acr__term then = *term;
  struct acr__held_level held = {
      .release = c->release, .term = &then, .level = &c->plan->levels[level], .zone = acr__zone_of(c), .start = ACR_TIME_MIN};
  acr__time now = acr__level_ends(c->j->engine, &held, c->j->member, ACR_TIME_MIN);
  then.reached = c->event->time;
  if (acr__level_ends(c->j->engine, &held, c->j->member, ACR_TIME_MIN) <= now) return true;
  if (!acr__level_qualifies(c, level, &again)) return false;
  return !again || note_term(c, c->event->time, term->expired);
}

// ---- Being told

enum { WARN_END = 0, WARN_REVIEW = 1 };

static int64_t warn_subject(const struct acr__held_level *held, int which) {
  return ((int64_t)held->standing->family + 1) * 2 + which;
}

static void warn_at(struct search *s, const struct acr__held_level *held, acr__time end, acr__duration by, int which) {
  int64_t subject = warn_subject(held, which);
  if (by.n == 0 || end == ACR_TIME_MAX) return;
  acr__time at = acr__level_days_before(held->zone, end, by);
  if (at > held->standing->since && at > held->start && at > acr__dues_mark(&s->member->dues, ACR_DUE_LEVEL_WARN, subject))
    take(s, held, at, subject);
}

static void look_warn(void *arg, const struct acr__held_level *held) {
  struct search *s = arg;
  acr__time review;
  warn_at(s, held, acr__level_ends(s->engine, held, s->member, ACR_TIME_MIN), held->level->end_warn, WARN_END);
  if (held->level->schedule.warn.n == 0 || held->term->grace != ACR_TIME_NONE) return;
  if (acr__review_next(held, s->member, held->term->reviewed, &review)) warn_at(s, held, review, held->level->schedule.warn, WARN_REVIEW);
}

bool acr__due_level_warn(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  struct search search = {engine, member, due, false};
  acr__held_levels(engine, member, 1u << ACR_RAISED_LEVEL_EXPIRING, look_warn, &search);
  return search.found;
}

bool acr__level_warn_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  struct acr__case *c = case_of(j, cases, (int)(due->subject / 2) - 1);
  int level = index_of(c);
  if (level < 0) return true;
  const struct acr__plan_level *plan = &c->plan->levels[level];
  const struct acr__term *term = acr__term_of(&j->member->terms, c->release->family);
  struct acr__held_level held = {.release = c->release,
                                 .standing = acr__member_standing(j->member, c->release->family),
                                 .term = term,
                                 .level = plan,
                                 .index = level,
                                 .zone = acr__zone_of(c),
                                 .start = ACR_TIME_MIN};
  acr__time end = acr__level_ends(j->engine, &held, j->member, ACR_TIME_MIN);
  bool kept = false;
  if (due->subject % 2 == WARN_REVIEW) {
    if (!acr__review_next(&held, j->member, due->at, &end) || !acr__review_holds(c, level, &kept)) return !j->failed;
  }
  j->cause = (struct acr__cause){c->chain, c->release, NULL};
  if (!kept) acr__raise_term(j, ACR_RAISED_LEVEL_EXPIRING, c->release->family, c->release->level_names[level], "expires", end);
  return true;
}
