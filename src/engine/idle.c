// Accounts that expire because nothing happened: by inactivity, and TallyMarks' two modes that are judged at the anniversary.
#include "engine/expiry.h"
#include "engine/raise.h"
#include "engine/status.h"

// ---- What counts as activity

static bool note(struct acr__judgement *j, int account, acr__time time) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_ACTIVE);
  op->v[0] = account;
  op->v[1] = time;
  return acr__apply(j, op);
}

static bool listed(const struct acr__expiry *expiry, acr__span type) {
  for (int i = 0; i < expiry->event_count; i++)
    if (acr__span_eq(expiry->events[i], type)) return true;
  return false;
}

bool acr__activity(struct acr__judgement *j, const struct acr__event *event) {
  acr__span type = event->kind == ACR_EVENT_PURCHASE ? ACR__SPAN_LIT("purchase") : event->type;
  for (int i = 0; i < j->release_count; i++) {
    const struct acr__release *release = j->releases[i];
    for (int k = 0; release->plan->idles && k < release->plan->account_count; k++) {
      const struct acr__expiry *expiry = &release->plan->accounts[k].expiry;
      if (expiry->mode == ACR_EXPIRY_INACTIVITY && listed(expiry, type) && !note(j, release->accounts[k], j->root->time)) return false;
    }
  }
  return true;
}

// Domain V14: without `events`, earning and redeeming; earning is noted by the credit itself.
bool acr__activity_points(struct acr__judgement *j, int account, acr__reason reason, acr__time time) {
  if (reason != ACR_REASON_SPEND) return true;
  for (int i = 0; i < j->release_count; i++) {
    const struct acr__release *release = j->releases[i];
    for (int k = 0; release->plan->idles && k < release->plan->account_count; k++) {
      const struct acr__expiry *expiry = &release->plan->accounts[k].expiry;
      bool counts = release->accounts[k] == account && expiry->mode == ACR_EXPIRY_INACTIVITY && expiry->event_count == 0;
      if (counts && !note(j, account, time)) return false;
    }
  }
  return true;
}

// ---- Inactivity

static acr__time oldest(const struct acr__member *member, int account) {
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  acr__time earned = ACR_TIME_MAX;
  while (acr__lots_next(&member->lots, &at, &lot))
    if (lot.account == account && lot.earned < earned) earned = lot.earned;
  return earned;
}

// The end of the day that lies `after` behind that time.
static acr__time end_behind(const struct acr__plan *plan, acr__time time, acr__duration after) {
  acr__date day;
  acr__date_add(acr__local_date(plan->zone, time), after, 1, &day);
  return acr__day_start(plan->zone, acr__date_of(acr__days_of(day) + 1));
}

static acr__time idle_end(const struct acr__member *member, const struct acr__plan *plan, const struct acr__expiry *expiry, int account) {
  const struct acr__balance *b = acr__member_account(member, account);
  acr__time past = acr__dues_mark(&member->dues, ACR_DUE_IDLE, account), last;
  int64_t share;
  if (!b || !acr__scale(b->lots, expiry->percent, 100 * 100, ACR_ROUND_DOWN, &share) || share == 0) return ACR_TIME_MAX;
  if (expiry->event_count)
    last = b->active != ACR_TIME_NONE ? b->active : oldest(member, account);
  else
    last = b->earned > b->active ? b->earned : b->active;
  if (last == ACR_TIME_NONE) return ACR_TIME_MAX;
  acr__time at = end_behind(plan, last, expiry->after);
  while (at <= past) // a share went, and still nothing happens
    at = end_behind(plan, at - 1, expiry->after);
  return at;
}

typedef acr__time (*boundary)(const struct acr__member *member, const struct acr__release *release, int account);

// The earliest of all accounts of the releases that are in force then.
static bool earliest(acr_engine *engine, const struct acr__member *member, boundary of, struct acr__due *due) {
  bool found = false;
  for (int i = 0; i < engine->release_count; i++) {
    const struct acr__release *release = engine->releases[i];
    if (!acr__release_stands(release) || !release->plan->idles) continue;
    for (int k = 0; k < release->plan->account_count; k++) {
      acr__time at = of(member, release, k);
      if (at == ACR_TIME_MAX || (found && at >= due->at) || !acr__due_in_force(engine, release, at - 1)) continue;
      due->at = at;
      due->subject = release->accounts[k];
      found = true;
    }
  }
  return found;
}

static acr__time idle_of(const struct acr__member *member, const struct acr__release *release, int k) {
  const struct acr__expiry *expiry = &release->plan->accounts[k].expiry;
  if (expiry->mode != ACR_EXPIRY_INACTIVITY) return ACR_TIME_MAX;
  acr__time at = idle_end(member, release->plan, expiry, release->accounts[k]);
  return at > release->first_active ? at : ACR_TIME_MAX;
}

bool acr__due_idle(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  return earliest(engine, member, idle_of, due);
}

static const struct acr__expiry *expiry_of(const struct acr__judgement *j, int account, const struct acr__release **owner) {
  for (int i = 0; i < j->release_count; i++)
    for (int k = 0; k < j->releases[i]->plan->account_count; k++)
      if (j->releases[i]->accounts[k] == account) {
        *owner = j->releases[i];
        return &j->releases[i]->plan->accounts[k].expiry;
      }
  return NULL;
}

static bool expire(struct acr__judgement *j, int account, struct acr__lot *lots, int count, int64_t points) {
  int sink = acr__name_number(j->engine, ACR__SPAN_LIT("expire"));
  struct acr__taking t = {&account, 1, sink, ACR_REASON_EXPIRE, j->root->time, points, -1};
  int64_t left;
  return points == 0 || acr__take(j, &t, lots, count, &left);
}

bool acr__due_idle_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  const struct acr__release *owner;
  int account = (int)due->subject, count;
  const struct acr__expiry *expiry = expiry_of(j, account, &owner);
  const struct acr__balance *b = acr__member_account(j->member, account);
  (void)cases;
  struct acr__lot *lots = acr__lots_in_order(j, &account, 1, &count);
  int64_t points = 0;
  if (expiry && b && !acr__scale(b->lots, expiry->percent, 100 * 100, ACR_ROUND_DOWN, &points)) // domain P10: what is not whole stays
    return acr__fail(j, NULL, "a share of the balance is too large");
  return expire(j, account, lots, count, points);
}

// ---- At the anniversary

static acr__date yearly_limit(acr__date anniversary, acr__duration after) {
  acr__date limit;
  acr__date_add(anniversary, after, -1, &limit);
  return limit;
}

// Domain G11 and V10: judged when the anniversary day ends, by what was earned strictly before it less the period.
static acr__time yearly_end(const struct acr__member *member, const struct acr__release *release, int k, acr__time earned) {
  enum { YEARS_MAX = 8 }; // the longest period is five years
  const struct acr__plan *plan = release->plan;
  acr__duration after = plan->accounts[k].expiry.after;
  const acr__zone *zone = member->zone ? member->zone : plan->zone;
  acr__time past = acr__dues_mark(&member->dues, ACR_DUE_YEARLY, release->accounts[k]);
  if (release->first_active > past) past = release->first_active;
  acr__date joined = acr__local_date(zone, member->joined);
  int year = acr__local_date(zone, earned > past ? earned : past).year - joined.year;
  for (int n = year > 1 ? year : 1; n <= year + YEARS_MAX; n++) {
    acr__date day = acr__anniversary(joined, n, plan->settings.leap_mar1);
    acr__time at = acr__day_start(zone, acr__date_of(acr__days_of(day) + 1));
    if (at > past && earned < acr__day_start(zone, yearly_limit(day, after))) return at;
  }
  return ACR_TIME_MAX;
}

static acr__time yearly_of(const struct acr__member *member, const struct acr__release *release, int k) {
  const struct acr__expiry *expiry = &release->plan->accounts[k].expiry;
  int account = release->accounts[k];
  const struct acr__balance *b = acr__member_account(member, account);
  if ((expiry->mode != ACR_EXPIRY_ACTIVITY && expiry->mode != ACR_EXPIRY_AGING) || !b || b->lots == 0) return ACR_TIME_MAX;
  acr__time earned = expiry->mode == ACR_EXPIRY_ACTIVITY ? b->earned : oldest(member, account);
  if (earned == ACR_TIME_NONE) earned = oldest(member, account);
  return yearly_end(member, release, k, earned);
}

acr__time acr__aging_end(acr_engine *engine, const struct acr__member *member, int account, acr__time earned) {
  acr__time end = ACR_TIME_MAX;
  for (int i = 0; i < engine->release_count && member->joined != ACR_TIME_NONE; i++) {
    const struct acr__release *release = engine->releases[i];
    for (int k = 0; acr__release_stands(release) && k < release->plan->account_count; k++) {
      if (release->accounts[k] != account || release->plan->accounts[k].expiry.mode != ACR_EXPIRY_AGING) continue;
      acr__time at = yearly_end(member, release, k, earned);
      if (at < end && acr__due_in_force(engine, release, at - 1)) end = at;
    }
  }
  return end;
}

bool acr__due_yearly(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  return member->joined != ACR_TIME_NONE && earliest(engine, member, yearly_of, due);
}

bool acr__due_yearly_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  const struct acr__release *owner = NULL;
  int account = (int)due->subject, count, old = 0;
  const struct acr__expiry *expiry = expiry_of(j, account, &owner);
  (void)cases;
  if (!expiry) return true;
  const acr__zone *zone = j->member->zone ? j->member->zone : owner->plan->zone;
  acr__time limit = acr__day_start(zone, yearly_limit(acr__local_date(zone, due->at - 1), expiry->after));
  struct acr__lot *lots = acr__lots_in_order(j, &account, 1, &count);
  int64_t points = 0;
  for (int i = 0; i < count; i++)
    if (expiry->mode == ACR_EXPIRY_ACTIVITY || lots[i].earned < limit) {
      points += lots[i].remaining;
      lots[old++] = lots[i];
    }
  return expire(j, account, lots, old, points);
}
