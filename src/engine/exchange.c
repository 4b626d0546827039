// What history counts of a purchase of which something came back (domain N1, N5, N7): the facts of its own time are exchanged, so
// that sums are net and a purchase that came back whole is none.
#include "engine/returned.h"
#include "engine/window.h"

// One state of the purchase under the release whose series were looked at last: feeds of a release stand together mostly.
struct state {
  const struct acr__event *event; // NULL = it is no fact
  const struct acr__release *release;
  bool begun;
  struct acr__case c;
};

// The values that a series has of it.
static bool values_of(struct acr__judgement *j, const struct acr__feed *feed, struct state *s, struct acr__taken *out) {
  struct acr__reject ignored = {0};
  const struct acr__series *series = &feed->release->plan->series[feed->series];
  *out = (struct acr__taken){0};
  if (s->event && s->release != feed->release) s->begun = acr__case_begin(&s->c, j, feed->release, s->event, &ignored);
  s->release = feed->release;
  if (!s->event || !s->begun) return true;
  if (!acr__series_takes(series, &s->c)) return true;
  struct acr__fact fact = s->c.fact;
  return acr__series_take(&s->c, series, &fact, out);
}

static bool has(const struct acr__taken *taken, int64_t value) {
  for (int i = 0; i < taken->count; i++)
    if (taken->values[i] == value) return true;
  return false;
}

int acr__exchange_plan(const struct acr__series *series, const struct acr__taken *old, const struct acr__taken *new,
                       struct acr__exchanged *out) {
  int count = 0;
  if (series->numbered) return 0; // numbers are never given again
  if (old->count == 1 && new->count == 1) {
    if (old->values[0] == new->values[0]) return 0;
    out[0] = (struct acr__exchanged){3, old->values[0], new->values[0]};
    return 1;
  }
  for (int i = 0; i < old->count; i++)
    if (!has(new, old->values[i])) out[count++] = (struct acr__exchanged){1, old->values[i], 0};
  for (int i = 0; i < new->count; i++)
    if (!has(old, new->values[i])) out[count++] = (struct acr__exchanged){2, 0, new->values[i]};
  return count;
}

static bool change(struct acr__judgement *j, const struct acr__feed *feed, acr__time time, const struct acr__exchanged *one) {
  const struct acr__series_data *data = acr__member_series(j->member, feed->number);
  if ((one->how & 1) && !(data && acr__series_has(data, time, one->old))) return true; // a rate had left it out
  bool values = acr__holds_values(feed->release->plan->series[feed->series].aggregate);
  struct acr__op *op = acr__ops_add(&j->engine->ops, one->how == 2 ? (values ? ACR_OP_VALUE : ACR_OP_FACT) : ACR_OP_CHANGE);
  op->v[0] = feed->number;
  op->v[1] = time;
  op->v[2] = one->how == 2 ? one->new : one->how;
  op->v[ACR_CHANGE_OLD] = one->old;
  op->v[ACR_CHANGE_NEW] = one->new;
  return acr__apply(j, op);
}

bool acr__exchange(struct acr__judgement *j, const struct acr__event *before, const struct acr__event *now) {
  acr_engine *engine = j->engine;
  const struct acr__event *any = before ? before : now;
  struct state was = {.event = before}, is = {.event = now};
  for (int i = 0; any && i < engine->fact_feed_count; i++) {
    const struct acr__feed *feed = &engine->feeds[i];
    const struct acr__series *series = &feed->release->plan->series[feed->series];
    struct acr__taken old, new;
    if (!acr__series_is_of(series, any->kind == ACR_EVENT_PURCHASE ? ACR_FACT_PURCHASE : ACR_FACT_CUSTOM)) continue;
    if (!values_of(j, feed, &was, &old) || !values_of(j, feed, &is, &new)) return false;
    struct acr__exchanged *all = ACR__NEW_N(j->arena, struct acr__exchanged, old.count + new.count + 1);
    int count = acr__exchange_plan(series, &old, &new, all);
    for (int k = 0; k < count; k++)
      if (!change(j, feed, any->time, &all[k])) return false;
  }
  return true;
}
