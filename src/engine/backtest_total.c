// All accounts that are owed together, the cost, the conditions of --fail-if, and what to know when reading the result.
#include "base/decimal.h"
#include "engine/backtest.h"
#include <string.h>

static int decimals_of(const struct acr__backtest *b) {
  int decimals = 0;
  for (int i = 0; i < b->account_count; i++)
    if (b->accounts[i].flags & (ACR_ACCOUNT_SPENDABLE | ACR_ACCOUNT_ESCROW) && b->accounts[i].decimals > decimals)
      decimals = b->accounts[i].decimals;
  return decimals;
}

void acr__backtest_millionths(const struct acr__backtest *b, acr__writer *w, const char *key, int64_t before, int64_t after) {
  int decimals = decimals_of(b);
  int64_t unit = acr__pow10(ACR_CAP_SCALE - decimals);
  acr__backtest_figure(w, key, before / unit, after / unit, decimals);
}

static int64_t total(struct acr__backtest *b, const struct acr__sums *sums, acr__flow flow) {
  int64_t sum = 0;
  acr__backtest_total(b, sums, (acr__span){NULL, 0}, flow, &sum);
  return sum;
}

static void write_cost(struct acr__backtest *b, acr__writer *w) {
  const struct acr__plan *plan = b->candidates[0].compiled.plan;
  int64_t before = total(b, &b->before, ACR_FLOW_ISSUED) - total(b, &b->before, ACR_FLOW_REVERSED);
  int64_t after = total(b, &b->after, ACR_FLOW_ISSUED) - total(b, &b->after, ACR_FLOW_REVERSED), value, money;
  acr__write_key(w, "cost");
  acr__write_object(w);
  acr__backtest_millionths(b, w, "points", before, after);
  acr__write_key(w, "point_value");
  acr__write_text(w, b->options->point_value);
  acr__write_key(w, "currency");
  if (plan->currency.len)
    acr__write_span(w, plan->currency);
  else
    acr__write_null(w);
  acr__write_key(w, "money"); // of the difference
  if (b->options->point_value && acr__decimal_parse(acr__span_of(b->options->point_value), ACR_CAP_SCALE, &value) == ACR_DECIMAL_OK &&
      acr__scale(after - before, value, acr__pow10(2 * ACR_CAP_SCALE - plan->currency_scale), ACR_ROUND_HALF_UP, &money))
    acr__write_decimal(w, money, plan->currency_scale);
  else
    acr__write_null(w);
  acr__write_object_end(w);
}

void acr__backtest_totals(struct acr__backtest *b, acr__writer *w) {
  acr__write_key(w, "totals");
  acr__write_object(w);
  for (int flow = 0; flow < ACR_FLOWS; flow++)
    acr__backtest_millionths(b, w, acr__flow_name((acr__flow)flow), total(b, &b->before, (acr__flow)flow),
                             total(b, &b->after, (acr__flow)flow));
  acr__write_object_end(w);
  write_cost(b, w);
}

void acr__backtest_gates_write(struct acr__backtest *b, acr__writer *w) {
  acr__write_key(w, "fail_if");
  acr__write_array(w);
  for (size_t i = 0; i < b->options->fail_if_count; i++) {
    const struct acr__gate *gate = &b->gates[i];
    acr__write_object(w);
    acr__write_key(w, "condition");
    acr__write_text(w, gate->text);
    acr__write_key(w, "holds");
    acr__write_bool(w, gate->tripped);
    if (gate->problem) {
      acr__write_key(w, "problem");
      acr__write_text(w, gate->problem);
    } else {
      acr__backtest_millionths(b, w, "measured", gate->before, gate->after);
    }
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

// ---- notes

static void note(acr__writer *w, const char *text) {
  acr__write_text(w, text);
}

static void note_log(struct acr__backtest *b, acr__writer *w) {
  const struct acr__sum *parked = acr__backtest_sum(&b->before, ACR_SUM_FATE, ACR_FATE_PARKED, 0, 0, 0, 0);
  if (b->copied)
    note(w, acr__arena_printf(b->arena, "%llu member(s) were erased: what they got is counted as it was, since nothing is left to judge.",
                              (unsigned long long)b->copied));
  if (parked->count) note(w, "Events that were parked stay parked until the place in the log where they were retried.");
  note(w, "Events that were rejected when they came are not in the log, so they are not judged; due work is counted up to each member's "
          "newest event and the newest clock of the log.");
}

static void note_choice(struct acr__backtest *b, acr__writer *w) {
  const struct acr_backtest *o = b->options;
  if (o->sample)
    note(w,
         acr__arena_printf(b->arena, "A sample of %s of the members, chosen by their numbers: all figures are of the sample.", o->sample));
  if (o->member_count) note(w, "Only the members that were named, and those merged with them.");
  if (b->together && (o->sample || o->member_count))
    note(w, "Members that are not judged take what they took of shared budgets; events over links to them are not followed.");
  if (o->from || o->to)
    note(w, "All of the log is judged; only what happened in the period is counted. Outstanding points are those at its end.");
}

void acr__backtest_notes(struct acr__backtest *b, acr__writer *w) {
  acr__write_key(w, "members_apart");
  acr__write_bool(w, b->together == NULL);
  acr__write_key(w, "notes");
  acr__write_array(w);
  note(
      w,
      "This assumes that members would have behaved the same: they buy, return and spend as the log has it, whatever they would have got.");
  note(w, "The programs stand in place of all releases of theirs, over the whole log, from the first effective date on; they have the "
          "status that the program and its levels had at each moment, and levels that the ledger does not know are live.");
  if (b->options->all_levels) note(w, "Levels that are draft in the ledger count as live (--all-levels).");
  note_choice(b, w);
  if (b->together)
    note(w, acr__arena_printf(b->arena, "The members were judged in one pass, in the order of the log, because they touch each other: %s.",
                              b->together));
  note_log(b, w);
  if (b->before.overflow || b->after.overflow) note(w, "Some sums are too large to be counted, so figures are missing points.");
  acr__write_array_end(w);
}
