// Before and after as JSON: accounts, rules, levels, moves, offers, events. Lists stand in an order that does not depend on workers.
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/backtest.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct acr__sum nothing;

const struct acr__sum *acr__backtest_sum(const struct acr__sums *sums, acr__sum_kind kind, int a, int b, int c, int d, int e) {
  const int32_t key[5] = {a, b, c, d, e};
  const struct acr__sum *row = acr__sums_find(sums, kind, key);
  return row ? row : &nothing;
}

// ---- figures

// "+2.00": hundredths of a percent, cut towards zero; null where there was nothing before.
static void write_percent(acr__writer *w, int64_t before, int64_t difference) {
  char text[40];
  int64_t share = 0;
  acr__write_key(w, "percent");
  if (difference && (before == 0 || !acr__scale(difference, 10000, before < 0 ? -before : before, ACR_ROUND_DOWN, &share))) {
    acr__write_null(w);
    return;
  }
  text[0] = difference < 0 ? '-' : '+';
  acr__decimal_format(share < 0 ? -share : share, 2, text + (difference != 0));
  acr__write_text(w, text);
}

void acr__backtest_figure(acr__writer *w, const char *key, int64_t before, int64_t after, int decimals) {
  acr__write_key(w, key);
  acr__write_object(w);
  acr__write_key(w, "before");
  acr__write_decimal(w, before, decimals);
  acr__write_key(w, "after");
  acr__write_decimal(w, after, decimals);
  acr__write_key(w, "difference");
  acr__write_decimal(w, after - before, decimals);
  write_percent(w, before, after - before);
  acr__write_object_end(w);
}

// ---- rows of one kind, of both sides, in order

struct pair {
  int32_t key[5];
  const struct acr__sum *before, *after;
};

// Of what a key's parts are numbers: n a name, m a name + 1, l a level + 1, a an account, i itself.
static const char *const shapes[ACR_SUM_KINDS] = {
    [ACR_SUM_FATE] = "i",      [ACR_SUM_POINTS] = "ai", [ACR_SUM_DAY] = "aii",  [ACR_SUM_RULE] = "nilm",
    [ACR_SUM_GIVEN] = "nilma", [ACR_SUM_MOVE] = "nlli", [ACR_SUM_LEVEL] = "nl", [ACR_SUM_OFFER] = "nni"};

struct order {
  const struct acr__backtest *b;
  const char *shape;
};

// As the candidates have their levels, lowest first; others behind them.
static int rank(const struct acr__backtest *b, int32_t level_plus_one) {
  if (level_plus_one == 0) return -1;
  for (int i = 0; i < b->candidate_count; i++) {
    int at = acr__plan_level_find(b->candidates[i].compiled.plan, acr__names_text(b->names, level_plus_one - 1));
    if (at >= 0) return at;
  }
  return ACR_LEVELS_MAX;
}

static int compare_part(const struct order *o, char kind, int32_t x, int32_t y) {
  if (x == y) return 0;
  if (kind == 'i') return x < y ? -1 : 1;
  if (kind == 'a') return strcmp(o->b->accounts[x].label, o->b->accounts[y].label);
  if (kind == 'n') return acr__span_cmp(acr__names_text(o->b->names, x), acr__names_text(o->b->names, y));
  if (x == 0 || y == 0) return x == 0 ? -1 : 1;
  int low = kind == 'l' ? rank(o->b, x) : 0, high = kind == 'l' ? rank(o->b, y) : 0;
  return low != high ? low - high : acr__span_cmp(acr__names_text(o->b->names, x - 1), acr__names_text(o->b->names, y - 1));
}

static int compare(const void *left, const void *right, void *arg) {
  const struct pair *a = left, *b = right;
  const struct order *o = arg;
  for (int i = 0; o->shape[i]; i++) {
    int c = compare_part(o, o->shape[i], a->key[i], b->key[i]);
    if (c) return c;
  }
  return 0;
}

static struct pair *pairs(const struct acr__backtest *b, acr__sum_kind kind, int *count) {
  struct pair *all = ACR__NEW_N(b->arena, struct pair, b->before.count + b->after.count + 1);
  *count = 0;
  for (int side = 0; side < 2; side++) {
    const struct acr__sums *sums = side ? &b->after : &b->before, *other = side ? &b->before : &b->after;
    for (int i = 0; i < sums->count; i++) {
      const struct acr__sum *row = &sums->all[i], *twin;
      if (row->kind != kind || ((twin = acr__sums_find(other, kind, row->key)) && side)) continue;
      struct pair *p = &all[(*count)++];
      memcpy(p->key, row->key, sizeof p->key);
      p->before = side ? &nothing : row;
      p->after = side ? row : twin ? twin : &nothing;
    }
  }
  struct order order = {b, shapes[kind]};
  if (*count) qsort_r(all, (size_t)*count, sizeof *all, compare, &order);
  return all;
}

// ---- sections

static void write_accounts(struct acr__backtest *b, acr__writer *w) {
  int count, last = -1;
  struct pair *all = pairs(b, ACR_SUM_POINTS, &count);
  acr__write_key(w, "accounts");
  acr__write_array(w);
  for (int i = 0; i < count; i++) {
    int at = all[i].key[0];
    if (at == last) continue;
    last = at;
    acr__write_object(w);
    acr__write_key(w, "account");
    acr__write_text(w, b->accounts[at].label);
    acr__write_key(w, "liability"); // its points are owed
    acr__write_bool(w, (b->accounts[at].flags & (ACR_ACCOUNT_SPENDABLE | ACR_ACCOUNT_ESCROW)) != 0);
    for (int flow = 0; flow < ACR_FLOWS; flow++)
      acr__backtest_figure(w, acr__flow_name((acr__flow)flow), acr__backtest_sum(&b->before, ACR_SUM_POINTS, at, flow, 0, 0, 0)->points,
                           acr__backtest_sum(&b->after, ACR_SUM_POINTS, at, flow, 0, 0, 0)->points, b->accounts[at].decimals);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

static void write_name(const struct acr__backtest *b, acr__writer *w, const char *key, int32_t name_plus_one) {
  acr__write_key(w, key);
  if (name_plus_one)
    acr__write_span(w, acr__names_text(b->names, name_plus_one - 1));
  else
    acr__write_null(w);
}

static void write_rule(struct acr__backtest *b, acr__writer *w, const struct pair *p, const struct pair *given, int given_count) {
  acr__write_object(w);
  write_name(b, w, "family", p->key[0] + 1);
  write_name(b, w, "level", p->key[2]);
  acr__write_key(w, "behavior");
  acr__write_text(w, acr__behavior_name((acr__behavior)p->key[1]));
  write_name(b, w, "rule", p->key[3]);
  acr__backtest_figure(w, "met", p->before->count, p->after->count, 0);
  if (p->before->points || p->after->points) acr__backtest_figure(w, "unmet", p->before->points, p->after->points, 0);
  acr__write_key(w, "given");
  acr__write_object(w);
  for (int i = 0; i < given_count; i++)
    if (memcmp(given[i].key, p->key, 4 * sizeof p->key[0]) == 0)
      acr__backtest_figure(w, b->accounts[given[i].key[4]].label, given[i].before->points, given[i].after->points,
                           b->accounts[given[i].key[4]].decimals);
  acr__write_object_end(w);
  acr__write_object_end(w);
}

// What gave points without having fired (base earning, returns) has a row, too.
static void add_given(struct acr__backtest *b) {
  for (int side = 0; side < 2; side++) {
    struct acr__sums *sums = side ? &b->after : &b->before;
    for (int i = 0; i < sums->count; i++) {
      if (sums->all[i].kind != ACR_SUM_GIVEN) continue;
      const int32_t key[5] = {sums->all[i].key[0], sums->all[i].key[1], sums->all[i].key[2], sums->all[i].key[3]};
      acr__sums_at(sums, ACR_SUM_RULE, key);
    }
  }
}

static void write_rules(struct acr__backtest *b, acr__writer *w) {
  int count, given_count;
  add_given(b);
  struct pair *all = pairs(b, ACR_SUM_RULE, &count), *given = pairs(b, ACR_SUM_GIVEN, &given_count);
  acr__write_key(w, "rules");
  acr__write_array(w);
  for (int i = 0; i < count; i++)
    write_rule(b, w, &all[i], given, given_count);
  acr__write_array_end(w);
}

static void write_levels(struct acr__backtest *b, acr__writer *w) {
  int count;
  struct pair *all = pairs(b, ACR_SUM_LEVEL, &count);
  acr__write_key(w, "levels");
  acr__write_array(w);
  for (int i = 0; i < count; i++) {
    acr__write_object(w);
    write_name(b, w, "family", all[i].key[0] + 1);
    write_name(b, w, "level", all[i].key[1]);
    acr__backtest_figure(w, "members", all[i].before->count, all[i].after->count, 0);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  all = pairs(b, ACR_SUM_MOVE, &count);
  acr__write_key(w, "moves");
  acr__write_array(w);
  for (int i = 0; i < count; i++) {
    acr__write_object(w);
    write_name(b, w, "family", all[i].key[0] + 1);
    write_name(b, w, "from", all[i].key[1]);
    write_name(b, w, "to", all[i].key[2]);
    acr__write_key(w, "cause");
    acr__write_text(w, acr__level_cause_name(all[i].key[3]));
    acr__backtest_figure(w, "members", all[i].before->count, all[i].after->count, 0);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

static void write_offers(struct acr__backtest *b, acr__writer *w) {
  static const char *const fates[] = {"issued", "sold", "redeemed", "expired"};
  int count;
  struct pair *all = pairs(b, ACR_SUM_OFFER, &count);
  acr__write_key(w, "offers");
  acr__write_array(w);
  for (int i = 0; i < count; i++) {
    if (i && memcmp(all[i].key, all[i - 1].key, 2 * sizeof all[i].key[0]) == 0) continue;
    acr__write_object(w);
    write_name(b, w, "family", all[i].key[0] + 1);
    write_name(b, w, "offer", all[i].key[1] + 1);
    for (int fate = 0; fate < ACR_OFFER_FATES; fate++)
      acr__backtest_figure(w, fates[fate], acr__backtest_sum(&b->before, ACR_SUM_OFFER, all[i].key[0], all[i].key[1], fate, 0, 0)->count,
                           acr__backtest_sum(&b->after, ACR_SUM_OFFER, all[i].key[0], all[i].key[1], fate, 0, 0)->count, 0);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

static void write_events(struct acr__backtest *b, acr__writer *w) {
  static const char *const fates[] = {"applied", "refused", "parked", "due_work"};
  int64_t rejected = 0;
  const char *example = NULL;
  for (int i = 0; i < b->workers; i++) {
    rejected += (int64_t)b->runs[i].rejected;
    if (b->runs[i].rejection && (!example || strcmp(b->runs[i].rejection, example) < 0)) example = b->runs[i].rejection;
  }
  acr__write_key(w, "events");
  acr__write_object(w);
  for (int fate = 0; fate < ACR_FATES; fate++)
    acr__backtest_figure(w, fates[fate], acr__backtest_sum(&b->before, ACR_SUM_FATE, fate, 0, 0, 0, 0)->count,
                         acr__backtest_sum(&b->after, ACR_SUM_FATE, fate, 0, 0, 0, 0)->count, 0);
  acr__backtest_figure(w, "rejected", 0, rejected, 0);
  acr__write_object_end(w);
  acr__write_key(w, "rejected_example");
  if (example)
    acr__write_raw(w, acr__span_of(example));
  else
    acr__write_null(w);
}

static void write_programs(struct acr__backtest *b, acr__writer *w) {
  acr__write_key(w, "programs");
  acr__write_array(w);
  for (int i = 0; i < b->candidate_count; i++) {
    const struct acr__candidate *c = &b->candidates[i];
    acr__write_object(w);
    acr__write_key(w, "program");
    acr__write_span(w, c->compiled.plan->program);
    acr__write_key(w, "file");
    acr__write_span(w, c->bundle.file);
    acr__write_key(w, "in_place_of");
    acr__write_array(w);
    for (int k = 0; k < b->from->release_count; k++)
      if (c->replaces >= 0 && b->from->releases[k]->program == c->replaces) acr__write_text(w, b->from->releases[k]->label);
    acr__write_array_end(w);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_key(w, "kept");
  acr__write_array(w);
  for (int k = 0; k < b->from->release_count; k++)
    if (!acr__candidate_for(b, acr__name_text(b->from, b->from->releases[k]->program))) acr__write_text(w, b->from->releases[k]->label);
  acr__write_array_end(w);
}

void acr__backtest_write(struct acr__backtest *b, acr__writer *w) {
  acr__write_object(w);
  write_programs(b, w);
  acr__write_key(w, "records");
  acr__write_int(w, (int64_t)b->records);
  acr__write_key(w, "members");
  acr__write_int(w, (int64_t)b->members);
  acr__backtest_notes(b, w);
  acr__backtest_totals(b, w);
  write_accounts(b, w);
  write_rules(b, w);
  write_levels(b, w);
  write_offers(b, w);
  write_events(b, w);
  acr__backtest_over_time(b, w);
  acr__backtest_distribution(b, w);
  acr__backtest_members(b, w);
  acr__backtest_gates_write(b, w);
  acr__write_object_end(w);
}
