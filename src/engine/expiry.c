// Lots that have a date of expiry: which, and what becomes of them.
#include "engine/expiry.h"
#include "engine/budget.h"
#include "engine/raise.h"
#include "engine/spend.h"
#include "engine/status.h"

// The last day of the period around `day` that ends on the account's fixed day.
static acr__date fixed_end(const struct acr__expiry *expiry, acr__date day) {
  int32_t days = acr__days_of(day);
  if (expiry->every == ACR_UNIT_WEEK) return acr__date_of(days + (expiry->day - acr__weekday(days) + 7) % 7);
  acr__date first = {day.year, expiry->every == ACR_UNIT_YEAR ? expiry->month : day.month, 1};
  for (int k = 0;; k++) { // this period's day, or when it is past the next one's
    acr__date end = acr__add_months(first, (int64_t)k * (expiry->every == ACR_UNIT_YEAR ? 12 : 1));
    acr__date last = acr__date_of(acr__days_of(acr__add_months(end, 1)) - 1);
    end.day = expiry->day < last.day ? expiry->day : last.day;
    if (acr__days_of(end) >= days) return end;
  }
}

acr__time acr__lot_expires(const struct acr__plan *plan, int account, acr__time earned) {
  const struct acr__expiry *expiry = &plan->accounts[account].expiry;
  bool rolling = expiry->mode == ACR_EXPIRY_ROLLING;
  if (!rolling && expiry->mode != ACR_EXPIRY_FIXED) return ACR_TIME_MAX;
  acr__date day = acr__local_date(plan->zone, earned), end = day;
  if (rolling && !acr__date_add(day, expiry->after, 1, &end)) return earned + acr__duration_us(expiry->after);
  if (!rolling) end = fixed_end(expiry, day);
  return acr__day_start(plan->zone, acr__date_of(acr__days_of(end) + 1)); // domain G5: the end of that day
}

static const struct acr__release *owner_of(const struct acr__judgement *j, int account) {
  for (int i = 0; i < j->release_count; i++)
    if (j->releases[i]->family == j->engine->accounts[account].family) return j->releases[i];
  return NULL;
}

static bool expire_gone(struct acr__judgement *j, int account, struct acr__lot *lots, int count, acr__reason reason) {
  int sink = acr__name_number(j->engine, acr__span_of(acr__reason_name(reason)));
  struct acr__taking t = {&account, 1, sink, reason, j->root->time, 0, -1};
  int64_t left;
  for (int i = 0; i < count; i++)
    t.points += lots[i].remaining;
  if (t.points == 0) return true;
  return acr__take(j, &t, lots, count, &left);
}

// Domain G6: the rest of the lot as a new one of the other account, born now, with the source that it had; what the other account
// has no room for is gone. Where both end at one boundary it belongs to the period that begins there, and does not end at once.
static bool move_on(struct acr__judgement *j, const struct acr__release *owner, int from, int into, struct acr__lot *lot, acr__time at) {
  const struct acr__plan_account *a = &owner->plan->accounts[into], *b = &owner->plan->accounts[from];
  int account = owner->accounts[into], source = (int)lot->source;
  int64_t points;
  if (!acr__mul(lot->remaining, acr__pow10(a->decimals - b->decimals), &points)) return acr__fail(j, NULL, "a transfer is too large");
  if (!expire_gone(j, owner->accounts[from], lot, 1, ACR_REASON_TRANSFER)) return false;
  int64_t room = a->has_max ? a->max_balance - acr__member_balance(j->member, account) : points;
  int64_t fits = points < room ? points : room > 0 ? room : 0;
  if (fits < points) acr__clip(j->engine, account, source, points - fits, "max_balance");
  acr__time expires = acr__lot_expires(owner->plan, into, j->root->time);
  if (expires == at && j->root->time == at - 1) expires = acr__lot_expires(owner->plan, into, at);
  return acr__credit(j, account, source, fits, j->root->time, expires, ACR_REASON_TRANSFER);
}

struct acr__lot *acr__lots_to_spend(struct acr__judgement *j, const int *accounts, int account_count, int *count) {
  int open = 0;
  struct acr__lot *lots = acr__lots_in_order(j, accounts, account_count, count);
  for (int i = 0; i < *count; i++)
    if (lots[i].expires > j->root->time) lots[open++] = lots[i];
  *count = open;
  return lots;
}

bool acr__expire_lots(struct acr__judgement *j, acr__time at) {
  for (int account = 0; account < j->engine->account_count; account++) {
    const struct acr__release *owner = owner_of(j, account);
    int index = acr__purse_index(owner, account), into = index >= 0 ? owner->plan->accounts[index].expiry.into : -1, count, due = 0;
    struct acr__lot *lots = acr__lots_in_order(j, &account, 1, &count);
    for (int i = 0; i < count; i++)
      if (lots[i].expires <= at) lots[due++] = lots[i];
    for (int i = 0; into >= 0 && i < due; i++)
      if (!move_on(j, owner, index, into, &lots[i], at)) return false;
    if (into < 0 && !expire_gone(j, account, lots, due, ACR_REASON_EXPIRE)) return false;
  }
  return true;
}

// ---- Due work

bool acr__due_lots(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  (void)engine;
  acr__time past = acr__dues_mark(&member->dues, ACR_DUE_LOTS, 0);
  due->at = acr__lots_soonest(&member->lots);
  if (due->at > past) return due->at != ACR_TIME_MAX;
  struct acr__lots_at at = {0}; // a piece was parked: the lots behind it
  struct acr__lot lot;
  due->at = ACR_TIME_MAX;
  while (acr__lots_next(&member->lots, &at, &lot))
    if (lot.expires > past && lot.expires < due->at) due->at = lot.expires;
  return due->at != ACR_TIME_MAX;
}

bool acr__due_lots_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  (void)cases;
  return acr__expire_lots(j, due->at);
}

bool acr__due_hold(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  (void)engine;
  acr__time past = acr__dues_mark(&member->dues, ACR_DUE_HOLD, 0);
  due->at = ACR_TIME_MAX;
  for (uint32_t i = 0; i < member->holds.open_count; i++)
    if (member->holds.open[i].until > past && member->holds.open[i].until < due->at) due->at = member->holds.open[i].until;
  return due->at != ACR_TIME_MAX;
}

bool acr__due_hold_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  (void)cases;
  for (uint32_t i = 0; i < j->member->holds.open_count;) {
    if (j->member->holds.open[i].until > due->at)
      i++;
    else if (!acr__hold_release(j, &j->member->holds.open[i], due->at))
      return false;
  }
  return true;
}

// `warn` before the date, once for each account and date, where a rule listens.
static acr__time warned_at(const struct acr__plan *plan, const struct acr__expiry *expiry, acr__time expires) {
  acr__date day;
  if (!acr__date_add(acr__local_date(plan->zone, expires), expiry->warn, -1, &day)) return expires - acr__duration_us(expiry->warn);
  return acr__day_start(plan->zone, day);
}

static void warn_of(const struct acr__member *member, const struct acr__release *release, int index, struct acr__due *due, bool *found) {
  int account = release->accounts[index];
  acr__time past = acr__dues_mark(&member->dues, ACR_DUE_EXPIRING, account);
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  if (release->active_since > past) past = release->active_since;
  while (acr__lots_next(&member->lots, &at, &lot)) {
    if (lot.account != account || lot.expires == ACR_TIME_MAX) continue;
    acr__time warned = warned_at(release->plan, &release->plan->accounts[index].expiry, lot.expires);
    if (warned <= past || warned <= lot.earned || (*found && warned >= due->at)) continue;
    due->at = warned;
    due->subject = account;
    *found = true;
  }
}

static acr__span warn_data(acr_engine *engine, const struct acr__member *member, const struct acr__due *due,
                           const struct acr__release *release, int index) {
  const struct acr__expiry *expiry = &release->plan->accounts[index].expiry;
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  acr__time expires = ACR_TIME_MAX;
  int64_t points = 0;
  while (acr__lots_next(&member->lots, &at, &lot)) {
    if (lot.account != due->subject || lot.expires == ACR_TIME_MAX || warned_at(release->plan, expiry, lot.expires) != due->at) continue;
    points += lot.remaining;
    expires = lot.expires < expires ? lot.expires : expires;
  }
  acr__buf out = {0}, label = {0};
  acr__writer w = {&out, false};
  acr__account_label(engine, (int)due->subject, &label);
  acr__write_object(&w);
  acr__write_key(&w, "points");
  acr__write_decimal(&w, points, engine->accounts[due->subject].decimals);
  acr__write_key(&w, "account");
  acr__write_span(&w, (acr__span){(const char *)label.ptr, label.len});
  acr__write_key(&w, "expires");
  acr__write_time(&w, expires);
  acr__write_object_end(&w);
  acr__span text = acr__arena_span(engine->arena, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&label);
  acr__buf_free(&out);
  return text;
}

bool acr__due_expiring(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  bool found = false;
  for (int i = 0; i < engine->release_count; i++) {
    const struct acr__release *release = engine->releases[i];
    if (!acr__release_judges(engine, release)) continue;
    for (int k = 0; k < release->plan->account_count; k++) {
      struct acr__due one = *due;
      bool any = false;
      if (!release->plan->accounts[k].expiry.has_warn) continue;
      warn_of(member, release, k, &one, &any);
      if (!any || (found && one.at >= due->at) || !acr__due_in_force(engine, release, one.at)) continue;
      one.data = warn_data(engine, member, &one, release, k);
      *due = one;
      found = true;
    }
  }
  due->type = acr__raised_type(ACR_RAISED_POINTS_EXPIRING);
  return found;
}
