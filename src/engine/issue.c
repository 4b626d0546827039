// Issuing an offer: when it holds, how often a member may have it. Terms are those of the day of issue, as lots keep the expiry
// that they were born with (domain G10).
#include "engine/expiry.h"
#include "engine/offer.h"
#include "base/decimal.h"

static acr__time end_of(const acr__zone *zone, acr__date last) { // domain G5
  return acr__day_start(zone, acr__date_of(acr__days_of(last) + 1));
}

static bool exact(acr__duration term, int sign, acr__time time, acr__time *out) {
  static const int64_t seconds[] = {1, 60, 3600};
  int64_t us;
  return acr__mul(term.n, seconds[term.unit] * ACR_SECOND_US * sign, &us) && acr__add(time, us, out);
}

static acr__time until_of(const struct acr__plan *plan, const struct acr__plan_offer *offer, acr__time time) {
  acr__date last;
  acr__time end;
  if (offer->has_to) return end_of(plan->zone, offer->to);
  if (!offer->has_term) return ACR_TIME_MAX;
  if (offer->term.unit <= ACR_UNIT_HOUR) return exact(offer->term, 1, time, &end) ? end : ACR_TIME_MAX;
  if (!acr__date_add(acr__local_date(plan->zone, time), offer->term, 1, &last) || !acr__date_valid(last)) return ACR_TIME_MAX;
  return end_of(plan->zone, last);
}

// So long before its last day ends; a term in days counts back from that day and begins with its morning.
static acr__time warn_before(const struct acr__plan *plan, const struct acr__plan_offer *offer, acr__time until) {
  acr__date day;
  acr__time at;
  if (!offer->has_warn || until == ACR_TIME_MAX) return ACR_TIME_MAX;
  if (offer->warn.unit <= ACR_UNIT_HOUR) return exact(offer->warn, -1, until, &at) ? at : ACR_TIME_MAX;
  return acr__date_add(acr__local_date(plan->zone, until - 1), offer->warn, -1, &day) ? acr__day_start(plan->zone, day) : ACR_TIME_MAX;
}

// Not what would be said at once.
static acr__time warn_of(const struct acr__plan *plan, const struct acr__plan_offer *offer, acr__time until, acr__time time) {
  acr__time at = warn_before(plan, offer, until);
  return at > time ? at : ACR_TIME_MAX;
}

int64_t acr__offer_room(const struct acr__judgement *j, const struct acr__release *release, int offer, acr__time time, const char **why) {
  const struct acr__plan *plan = release->plan;
  const struct acr__plan_offer *o = &plan->offers[offer];
  *why = "ended";
  if (until_of(plan, o, time) <= time) return 0;
  *why = "limit";
  if (o->times == 0) return INT64_MAX;
  acr__time from = ACR_TIME_MIN, to = ACR_TIME_MAX;
  if (!o->forever) {
    acr__date first = acr__period_start(acr__local_date(plan->zone, time), o->per), next;
    from = acr__day_start(plan->zone, first);
    if (acr__date_add(first, (acr__duration){1, o->per}, 1, &next)) to = acr__day_start(plan->zone, next);
  }
  int64_t had = 0;
  for (uint32_t i = 0; i < j->member->issue_count; i++) {
    const struct acr__issue *issue = &j->member->issues[i];
    had += issue->family == release->family && issue->offer == release->offer_names[offer] && issue->issued >= from && issue->issued < to;
  }
  return had < o->times ? o->times - had : 0;
}

void acr__offer_clip(struct acr__judgement *j, const struct acr__release *release, int offer, int64_t quantity, const char *why) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_OFFER_CLIP);
  op->v[0] = release->family;
  op->v[1] = release->offer_names[offer];
  op->v[2] = quantity;
  op->text = acr__span_of(why);
}

int64_t acr__offer_funds(struct acr__judgement *j, const struct acr__release *release, const struct acr__plan_offer *terms,
                         int **accounts) {
  int count;
  int64_t held = 0;
  *accounts = ACR__NEW_N(j->arena, int, terms->account_count + 1);
  for (int i = 0; i < terms->account_count; i++)
    (*accounts)[i] = release->accounts[terms->accounts[i]];
  const struct acr__lot *lots = acr__lots_to_spend(j, *accounts, terms->account_count, &count);
  for (int i = 0; i < count; i++)
    held += lots[i].remaining; // each account holds at most 2^53-1
  return held;
}

static bool pay(struct acr__judgement *j, const struct acr__release *release, const struct acr__plan_offer *o, int offer, int64_t price,
                acr__time time) {
  int count, *accounts;
  int64_t short_by = price - acr__offer_funds(j, release, o, &accounts);
  if (short_by > 0) return acr__fail(j, NULL, "an offer was sold for more points than there are"); // its caller looked before
  if (price > 0) {
    struct acr__lot *lots = acr__lots_to_spend(j, accounts, o->account_count, &count);
    struct acr__taking taking = {accounts, o->account_count, acr__name_number(j->engine, ACR__SPAN_LIT("spend")), ACR_REASON_SPEND, time,
                                 price, -1};
    if (!acr__take(j, &taking, lots, count, &short_by)) return false;
  }
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_PAID);
  op->v[0] = release->family;
  op->v[1] = release->offer_names[offer];
  op->v[2] = price;
  return true;
}

static acr__span price_text(const struct acr__judgement *j, const struct acr__release *release, const struct acr__plan_offer *o,
                            int64_t price) {
  if (price < 0) return (acr__span){NULL, 0};
  char *text = acr__arena_alloc(j->arena, 40);
  acr__decimal_format(price, release->plan->accounts[o->accounts[0]].decimals, text);
  return acr__span_of(text);
}

bool acr__offer_issue(struct acr__judgement *j, const struct acr__release *release, const struct acr__plan_offer *o, int offer,
                      int64_t quantity, int64_t price, acr__time time, int64_t *issued) {
  const struct acr__plan *plan = release->plan;
  const char *why;
  int64_t room = acr__offer_room(j, release, offer, time, &why);
  *issued = quantity < room ? quantity : room;
  acr__time until = until_of(plan, o, time), from = o->has_from ? acr__day_start(plan->zone, o->from) : time;
  int discount = o->discount_json.len ? acr__name_number(j->engine, o->discount_json) : -1;
  for (int64_t i = 0; i < *issued; i++) {
    struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_OFFER);
    op->v[ACR_OFFER_FAMILY] = release->family;
    op->v[ACR_OFFER_NAME] = release->offer_names[offer];
    op->v[ACR_OFFER_INDEX] = ++j->issue_index;
    op->v[ACR_OFFER_ISSUED] = time;
    op->v[ACR_OFFER_FROM] = from > time ? from : time;
    op->v[ACR_OFFER_UNTIL] = until;
    op->v[ACR_OFFER_WARN] = warn_of(plan, o, until, time);
    op->v[ACR_OFFER_DISCOUNT] = discount + 1;
    op->v[ACR_OFFER_BOUGHT] = price >= 0;
    struct acr__issue given = {.family = release->family, .offer = release->offer_names[offer], .seq = j->seq, .index = j->issue_index,
                               .until = until};
    if (!acr__apply(j, op) || (price >= 0 && !pay(j, release, o, offer, price, time))) return false;
    acr__offer_raise(j, price >= 0 ? ACR_RAISED_OFFER_PURCHASED : ACR_RAISED_OFFER_ISSUED, &given, price_text(j, release, o, price));
  }
  if (*issued < quantity) acr__offer_clip(j, release, offer, quantity - *issued, why);
  return true;
}
