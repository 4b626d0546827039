// Limits of rules (domain 16.7). Each firing is one fact of the member at the event's time: of value 1 where the rule was met, of 0
// where it gave its outcomes because it was not. A limit counts both, everything else those that were met.
#include "engine/limits.h"
#include "engine/trace.h"
#include <stdlib.h>

bool acr__rule_dated(const struct acr__case *c, const struct acr__rule *rule) {
  acr__time time = c->event->time;
  bool dated = (!rule->has_from || time >= rule->from) && (!rule->has_until || time < rule->until);
  if (!dated && c->j->engine->trace) acr__trace_skip(c, rule, "dates");
  return dated;
}

void acr__limit_period(const acr__zone *zone, bool forever, acr__unit per, acr__time time, acr__time *from, acr__time *to) {
  *from = ACR_TIME_MIN;
  *to = ACR_TIME_MAX;
  if (forever) return;
  acr__date start = acr__period_start(acr__local_date(zone, time), per), end;
  acr__duration one = {1, per};
  *from = acr__day_start(zone, start);
  if (acr__date_add(start, one, 1, &end)) *to = acr__day_start(zone, end);
}

static const struct acr__series_data *firings(const struct acr__case *c, const struct acr__rule *rule) {
  uint32_t number = c->release->fired[rule - c->plan->rules];
  return number == UINT32_MAX ? NULL : acr__member_series(c->j->member, number);
}

int64_t acr__limit_left(const struct acr__case *c, const struct acr__rule *rule) {
  acr__time from, to;
  if (!rule->limit.times) return INT64_MAX;
  const struct acr__series_data *data = firings(c, rule);
  acr__limit_period(c->plan->zone, rule->limit.forever, rule->limit.per, c->event->time, &from, &to);
  int64_t used = data ? acr__series_count(data, from, to) : 0;
  return used < rule->limit.times ? rule->limit.times - used : 0;
}

bool acr__fired_note(struct acr__case *c, const struct acr__rule *rule, bool met) {
  struct acr__ops *ops = &c->j->engine->ops;
  struct acr__op *cause = &ops->all[ops->count - 1];
  size_t index = (size_t)(rule - c->plan->rules);
  if (c->release->rule_ids[index] != c->release->rule_names[index]) cause->v[ACR_OUTCOME_ID] = c->release->rule_ids[index] + 1;
  cause->v[ACR_OUTCOME_FIRED] = met ? 1 : 2;
  cause->v[ACR_OUTCOME_SHIFT] = c->event->time - c->j->root->time;
  if (c->release->fired[index] == UINT32_MAX) return true;
  struct acr__op *op = acr__ops_add(ops, ACR_OP_FACT);
  op->v[0] = c->release->fired[index];
  op->v[1] = c->event->time;
  op->v[2] = met;
  return acr__apply(c->j, op);
}

int64_t acr__fired_count(const struct acr__case *c, const struct acr__rule *rule, acr__time from, acr__time to) {
  const struct acr__series_data *data = firings(c, rule);
  return data ? acr__series_sum(data, from, to) : 0;
}

acr__time acr__fired_last(const struct acr__case *c, const struct acr__rule *rule, acr__time before) {
  const struct acr__series_data *data = firings(c, rule);
  for (uint32_t i = data ? data->count : 0; i > 0; i--) {
    int64_t value = data->entries[i - 1].total - (i > 1 ? data->entries[i - 2].total : 0);
    if (data->entries[i - 1].time < before && value) return data->entries[i - 1].time;
  }
  return ACR_TIME_NONE;
}

// ---- which series the rules and sources of any release feed

static uint32_t fed(const acr_engine *engine, const bool *is_fed, const acr__digest *key) {
  uintptr_t number = (uintptr_t)acr__table_get(engine->series_keys, (acr__span){(const char *)key->bytes, sizeof key->bytes});
  return number && is_fed[number - 1] ? (uint32_t)(number - 1) : UINT32_MAX;
}

void acr__limits_bind(acr_engine *engine) {
  bool *is_fed = calloc((size_t)engine->series_count + 1, sizeof *is_fed);
  if (!is_fed) abort();
  for (int i = 0; i < engine->feed_count; i++)
    is_fed[engine->feeds[i].number] = true;
  for (int i = 0; i < engine->release_count; i++) {
    struct acr__release *release = engine->releases[i];
    if (!release->plan) continue;
    for (int k = 0; k < release->plan->rule_count; k++)
      release->fired[k] = fed(engine, is_fed, &release->plan->rules[k].fired_key);
    for (int k = 0; k < release->plan->source_count; k++)
      release->issued[k] = fed(engine, is_fed, &release->plan->sources[k].issued_key);
  }
  free(is_fed);
}

bool acr__fired_is(const acr_engine *engine, int family, const struct acr__series *series, const struct acr__op *op) {
  if (op->kind != ACR_OP_OUTCOME || !op->v[ACR_OUTCOME_FIRED] || op->v[ACR_OUTCOME_FAMILY] != family) return false;
  int64_t id = op->v[ACR_OUTCOME_ID] ? op->v[ACR_OUTCOME_ID] : op->v[ACR_OUTCOME_RULE];
  acr__span level = op->v[ACR_OUTCOME_LEVEL] ? acr__name_text(engine, op->v[ACR_OUTCOME_LEVEL] - 1) : (acr__span){NULL, 0};
  return op->v[ACR_OUTCOME_BEHAVIOR] == (int64_t)series->behavior && acr__span_eq(acr__name_text(engine, id - 1), series->id) &&
         acr__span_eq(level, series->level);
}
