// A case that is judged again: what the record kept of its conditions and reads, and what it would award.
#include "engine/returned.h"
#include "engine/window.h"

bool acr__computed_add(struct acr__case *c, int account, int source, int64_t points, acr__time expires) {
  struct acr__computed *tally = c->tally;
  if (points <= 0) return true; // domain P6
  for (int i = 0; i < tally->count; i++) {
    struct acr__computed_row *row = &tally->rows[i];
    if (row->account != account || row->source != source) continue;
    row->expires = expires;
    return acr__add(row->points, points, &row->points) || acr__fail(c->j, NULL, "the awards of a purchase add up to too much");
  }
  struct acr__computed_row *rows = ACR__NEW_N(c->j->arena, struct acr__computed_row, tally->count + 1);
  if (tally->count) memcpy(rows, tally->rows, (size_t)tally->count * sizeof *rows);
  rows[tally->count++] = (struct acr__computed_row){account, source, points, expires};
  tally->rows = rows;
  return true;
}

bool acr__computed_offer(struct acr__case *c, acr__span offer, int64_t quantity) {
  struct acr__computed *tally = c->tally;
  int number = acr__plan_offer_find(c->plan, offer);
  if (number < 0) return true;
  struct acr__computed_offer *offers = ACR__NEW_N(c->j->arena, struct acr__computed_offer, tally->offer_count + 1);
  if (tally->offer_count) memcpy(offers, tally->offers, (size_t)tally->offer_count * sizeof *offers);
  offers[tally->offer_count++] = (struct acr__computed_offer){number, quantity ? quantity : 1};
  tally->offers = offers;
  return true;
}

int acr__rule_times(const struct acr__case *c, const struct acr__rule *rule) {
  int times = 1;
  for (int n = 0; n < rule->tree_count; n++)
    if (rule->tree[n].kind == ACR_NODE_COND && c->plan->conds[rule->tree[n].cond].every && c->results[rule->tree[n].cond].truth)
      times = c->results[rule->tree[n].cond].times;
  return times;
}

// What a series has of a fact, as the condition compares it.
static bool part(struct acr__case *c, const struct acr__cond *cond, bool *accepted, int64_t *out) {
  struct acr__fact fact = c->fact;
  struct acr__taken taken;
  *out = 0;
  if (!acr__series_take(c, &c->plan->series[cond->series], &fact, &taken)) return false;
  *accepted = taken.accepted;
  for (int i = 0; i < taken.count && taken.accepted; i++)
    if (!acr__add(*out, taken.values[i], out)) return acr__fail(c->j, NULL, "a measured value is too large");
  return acr__mul(*out, cond->value_mul, out) || acr__fail(c->j, NULL, "a measured value is too large");
}

// A sum or count that held the purchase has its part exchanged; whatever else is as it was.
static bool exchanged(struct acr__case *c, const struct acr__cond *cond, int64_t measured, int64_t old, int64_t new, int64_t before,
                      struct acr__cond_result *out) {
  int64_t without;
  if (!acr__sub(measured, old, &without) || !acr__add(without, new, &measured))
    return acr__fail(c->j, NULL, "a measured value is too large");
  bool holds = acr__compare(measured, cond->op, cond->number);
  if (c->plan->settings.less_than_needs_activity && cond->op >= ACR_OP_LE && measured == 0) holds = false;
  out->measured = measured;
  if (cond->every) {
    int64_t times = measured > 0 ? measured / cond->number : 0;
    times = (cond->once && times > 1 ? 1 : times) - before;
    out->times = (int)(times < 0 ? 0 : times > cond->times_max ? cond->times_max : times);
    out->truth = out->times > 0;
  } else if (cond->crossing) {
    out->truth = holds && !acr__compare(without, cond->op, cond->number);
  } else {
    out->truth = holds && (out->truth || !cond->timeframe || !cond->timeframe->each);
  }
  return true;
}

bool acr__kept_condition(struct acr__case *c, int index, const struct acr__rule *rule, struct acr__cond_result *out) {
  const struct acr__cond *cond = &c->plan->conds[index];
  const struct acr__kept *kept = c->kept;
  const int64_t *v = NULL;
  for (int i = 0; i < kept->count && !v; i++)
    if (kept->ops[i].kind == ACR_OP_KEPT && kept->ops[i].v[ACR_KEPT_COND] == index) v = kept->ops[i].v;
  if (!v) return acr__fail(c->j, rule, "what a condition had measured was not kept");
  *out =
      (struct acr__cond_result){.truth = v[ACR_KEPT_TRUTH] != 0, .has_measured = v[ACR_KEPT_FLAGS] & 1, .measured = v[ACR_KEPT_MEASURED]};
  if (cond->every) out->times = INT32_MAX; // as often as it was
  if (cond->over != ACR_OVER_HISTORY || c->event->kind != ACR_EVENT_PURCHASE) return true;
  const struct acr__series *series = &c->plan->series[cond->series];
  if (!acr__series_is_of(series, ACR_FACT_PURCHASE)) return true;
  bool was, is;
  int64_t old, new;
  if (!part(kept->first, cond, &was, &old) || !part(c, cond, &is, &new)) return false;
  bool adds = series->aggregate == ACR_AGG_NONE || series->aggregate == ACR_AGG_SUM || series->aggregate == ACR_AGG_COUNT;
  if (adds && (v[ACR_KEPT_FLAGS] & 2) && !series->numbered && !exchanged(c, cond, v[ACR_KEPT_MEASURED], old, new, v[ACR_KEPT_BEFORE], out))
    return false;
  if (cond->same_facts && cond->include_current && rule->behavior == ACR_BEHAVIOR_PURCHASE && !is) out->truth = false;
  return true;
}

void acr__kept_reads(struct acr__case *c, int of, const struct acr__plan_reads *reads, struct acr__call *call) {
  const struct acr__kept *kept = c->kept;
  struct acr__read_value *values = ACR__NEW_N(c->j->arena, struct acr__read_value, reads->count + 1);
  for (int i = 0; i < reads->count; i++)
    values[i].name = reads->all[i].name;
  for (int i = 0; i < kept->count; i++) {
    const struct acr__op *op = &kept->ops[i];
    if (op->kind != ACR_OP_KEPT_READ || op->v[0] != of || op->v[1] < 0 || op->v[1] >= reads->count) continue;
    struct acr__read_value *value = &values[op->v[1]];
    value->type = (acr__read_type)op->v[2];
    value->number = op->v[3];
    value->text = op->text;
  }
  call->reads = values;
  call->read_count = reads->count;
}
