// Facts into series.
#include "engine/limits.h"
#include "engine/raise.h"
#include "engine/window.h"
#include <stdlib.h>

static bool one_value(struct acr__case *c, const struct acr__series *series, const struct acr__fact *fact, int64_t *value, bool *nil) {
  struct acr__call call = acr__call_of(c);
  *value = 1;
  *nil = false;
  if (series->phrase->functions & ACR_HAS_TEST) { // over history a test counts the facts that it holds for
    struct acr__cond_result ignored;
    bool truth;
    if (!acr__call_test(&call, series->phrase, series->vars, fact, &truth, &ignored.measured, &ignored.has_measured))
      return acr__fail(c->j, NULL, call.error);
    *value = truth;
  } else if (series->aggregate == ACR_AGG_COUNT) {
    return true;
  } else if (series->has_path) {
    if (!acr__path_value(&series->path, fact, value, nil)) return acr__fail(c->j, NULL, "a sum over the lines of this event is too large");
  } else if (series->phrase->functions & ACR_HAS_VALUE) {
    if (!acr__call_value(&call, series->phrase, series->vars, fact, value, nil)) return acr__fail(c->j, NULL, call.error);
  }
  return true;
}

static int by_number(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

// Texts are kept as 64 bits of a digest under the ledger's key: two of a member's texts fall together once in 10^13 members of
// a thousand texts each, and nobody outside can make them.
static int64_t text_number(const struct acr__case *c, acr__span text) {
  static const acr__span what = ACR__SPAN_LIT("accrue/value");
  acr__digest digest = acr__digest_pair(&c->j->engine->key, what, text);
  uint64_t bits = 0;
  for (int i = 0; i < 8; i++)
    bits = bits << 8 | digest.bytes[i];
  return (int64_t)bits;
}

bool acr__different_values(struct acr__case *c, const struct acr__component *phrase, int vars, const struct acr__fact *fact,
                           const int64_t **out, int *out_count) {
  struct acr__call call = acr__call_of(c);
  const struct acr__given *given;
  int count, kept = 0;
  if (!acr__call_values(&call, phrase, vars, fact, &given, &count)) return acr__fail(c->j, NULL, call.error);
  int64_t *values = ACR__NEW_N(c->j->arena, int64_t, count + 1);
  for (int i = 0; i < count; i++)
    values[i] = given[i].is_text ? text_number(c, given[i].text) : given[i].number;
  qsort(values, (size_t)count, sizeof *values, by_number);
  for (int i = 0; i < count; i++)
    if (i == 0 || values[i] != values[kept - 1]) values[kept++] = values[i];
  *out = values;
  *out_count = kept;
  return true;
}

bool acr__series_take(struct acr__case *c, const struct acr__series *series, struct acr__fact *fact, struct acr__taken *out) {
  *out = (struct acr__taken){0};
  if (!acr__narrow_fact(c, series->narrows, series->narrow_count, fact, &out->accepted)) return false;
  if (!out->accepted) return true;
  bool different = series->aggregate == ACR_AGG_DISTINCT || series->aggregate == ACR_AGG_NEW;
  if (different && !series->has_path) return acr__different_values(c, series->phrase, series->vars, fact, &out->values, &out->count);
  int64_t *value = ACR__NEW(c->j->arena, int64_t);
  bool nil;
  if (!one_value(c, series, fact, value, &nil)) return false;
  bool added = series->aggregate == ACR_AGG_SUM || series->aggregate == ACR_AGG_COUNT;
  if (nil && added) *value = 0;
  out->values = value;
  out->count = added ? *value != 0 || series->keeps_zeros : !nil;
  return true;
}

uint32_t acr__facts_back(const struct acr__series_data *data, acr__aggregate aggregate, uint32_t low, uint32_t high, int64_t times,
                         int64_t *found) {
  bool lists = aggregate == ACR_AGG_DISTINCT || aggregate == ACR_AGG_NEW;
  *found = high - low < times ? high - low : times;
  if (!lists) return high - (uint32_t)*found;
  uint32_t at = high;
  for (*found = 0; at > low; at--) {
    bool other = at == high || data->entries[at - 1].time != data->entries[at].time;
    if (other && *found == times) break;
    *found += other;
  }
  return at;
}

bool acr__rate_open(const struct acr__series *series, const struct acr__series_data *data, const acr__zone *zone, acr__time time) {
  for (int i = 0; i < series->rate_count && data; i++) {
    acr__time from, to;
    acr__limit_period(zone, false, series->rates[i].period, time, &from, &to);
    uint32_t low = acr__series_before(data, from), high = acr__series_before(data, to);
    int64_t found;
    acr__facts_back(data, series->aggregate, low, high, series->rates[i].times, &found);
    if (found == series->rates[i].times) return false;
  }
  return true;
}

// Adds what the series takes of a fact to the member's; *stored = how many values.
static bool append(struct acr__case *c, const struct acr__series *series, uint32_t number, const acr__zone *zone, acr__time time,
                   const struct acr__taken *taken, int *stored) {
  struct acr__judgement *j = c->j;
  *stored = 0;
  if (!acr__rate_open(series, acr__member_series(j->member, number), zone, time)) return true;
  for (; *stored < taken->count; ++*stored) {
    struct acr__op *op = acr__ops_add(&j->engine->ops, acr__holds_values(series->aggregate) ? ACR_OP_VALUE : ACR_OP_FACT);
    op->v[0] = number;
    op->v[1] = time;
    op->v[2] = taken->values[*stored];
    if (!acr__apply(j, op)) return false;
  }
  return true;
}

// The case that runs under the release that computes a feed; a superseded release gets one of its own.
static struct acr__case *case_of(struct acr__judgement *j, const struct acr__feed *feed, const struct acr__event *event,
                                 struct acr__case *cases, int count, struct acr__case *spare) {
  for (int i = 0; i < count; i++)
    if (cases[i].release == feed->release) return &cases[i];
  if (spare->release != feed->release) {
    struct acr__reject ignored = {0};
    if (!acr__case_begin(spare, j, feed->release, event, &ignored))
      spare->release = NULL; // a field that only the old release declares is absent: no fact under it
  }
  return spare->release ? spare : NULL;
}

bool acr__feed_event(struct acr__judgement *j, const struct acr__event *event, struct acr__case *cases, int case_count) {
  acr_engine *engine = j->engine;
  struct acr__case spare = {0};
  if (event->kind == ACR_EVENT_RETURN || event->kind == ACR_EVENT_AMENDED) return true; // they change the fact of the purchase
  for (int i = 0; i < engine->fact_feed_count; i++) {
    const struct acr__feed *feed = &engine->feeds[i];
    const struct acr__series *series = &feed->release->plan->series[feed->series];
    if (!acr__series_is_of(series, event->kind == ACR_EVENT_PURCHASE ? ACR_FACT_PURCHASE : ACR_FACT_CUSTOM)) continue;
    struct acr__case *c = case_of(j, feed, event, cases, case_count, &spare);
    if (!c || !acr__series_takes(series, c)) continue;
    struct acr__fact fact = c->fact;
    struct acr__taken taken;
    int stored;
    if (!acr__series_take(c, series, &fact, &taken) ||
        !append(c, series, feed->number, acr__zone_of(c), event->time, &taken, &stored))
      return false;
    for (int k = 0; k < case_count; k++) {
      cases[k].feed_accepts[i] = taken.accepted;
      cases[k].feed_stored[i] = stored;
    }
  }
  return true;
}

void acr__points_fact(const struct acr__plan *plan, const struct acr__account *account, acr__span account_name, acr__span source,
                      acr__reason reason, int64_t points, acr__time time, struct acr__fact *out) {
  *out = (struct acr__fact){.kind = ACR_FACT_POINTS,
                            .time = time,
                            .zone = plan->zone,
                            .place = plan->zone,
                            .account = account_name,
                            .point_source = source,
                            .reason = acr__span_of(acr__reason_name(reason)),
                            .points = points};
  if (plan->points_scale > account->decimals) acr__mul(points, acr__pow10(plan->points_scale - account->decimals), &out->points);
}

bool acr__reversals_add(const struct acr__series *series) {
  return series->aggregate == ACR_AGG_SUM || (series->phrase->functions & ACR_HAS_TEST);
}

bool acr__feed_points(struct acr__judgement *j, int account, int source, acr__reason reason, int64_t points, acr__time time) {
  acr_engine *engine = j->engine;
  if (points > 0 && (reason == ACR_REASON_AWARD || reason == ACR_REASON_ADJUST))
    acr__raise_points(j, ACR_RAISED_POINTS_EARNED, account, source, reason, points); // domain N3
  else if (points < 0 && reason == ACR_REASON_SPEND) // what is given back again is no spending
    acr__raise_points(j, ACR_RAISED_POINTS_SPENT, account, source, reason, -points);
  else if (points < 0 && reason == ACR_REASON_EXPIRE)
    acr__raise_points(j, ACR_RAISED_POINTS_EXPIRED, account, source, reason, -points);
  const struct acr__account *a = &engine->accounts[account];
  for (int i = 0; i < engine->fact_feed_count; i++) {
    const struct acr__feed *feed = &engine->feeds[i];
    const struct acr__series *series = &feed->release->plan->series[feed->series];
    if (!acr__series_is_of(series, ACR_FACT_POINTS) || feed->release->family != a->family) continue;
    // Domain C12: without an account named, escrow and what rules alone move are left out.
    if (!series->names_account && (!(a->flags & ACR_ACCOUNT_SPENDABLE) || (a->flags & ACR_ACCOUNT_ESCROW))) continue;
    if (reason == ACR_REASON_REVERSAL && !acr__reversals_add(series)) continue;
    struct acr__case c = {.j = j, .release = feed->release, .plan = feed->release->plan};
    struct acr__fact fact;
    acr__points_fact(c.plan, a, acr__name_text(engine, a->name), acr__name_text(engine, source), reason, points, time, &fact);
    struct acr__taken taken;
    int stored;
    if (!acr__series_take(&c, series, &fact, &taken) || !append(&c, series, feed->number, acr__zone_of(&c), time, &taken, &stored))
      return false;
  }
  return true;
}
