// A member as it was: its records applied again up to there. Facts of series that were built out of older records stand in none
// of them: they are taken out of those records once more.
#include "base/mem.h"
#include "engine/past.h"
#include <stdlib.h>
#include <string.h>

// The member's records in the order of the log, and in front of each that took somebody over those of whom it took over.
struct chain {
  struct link {
    acr__pos pos, joined; // joined: the member's record that took over whom it is of; 0 = the member's own
    size_t at;            // of its bytes, where it is the member's own
  } * all;                // owned
  size_t count, cap;
  acr__buf bytes; // each record is read once
};

static void push(struct chain *chain, const struct acr__record *record, acr__pos joined) {
  if (chain->count == chain->cap) {
    chain->cap = chain->cap ? chain->cap * 2 : 256;
    chain->all = acr__mem_resize(chain->all, chain->cap * sizeof *chain->all);
  }
  chain->all[chain->count++] = (struct link){record->pos, joined, chain->bytes.len};
  if (!joined) acr__record_encode(record, &chain->bytes);
}

static void walk(acr_engine *shadow, struct chain *chain, acr__pos from, acr__pos before, acr__pos joined);

static void absorbed(acr_engine *shadow, struct chain *chain, const struct acr__record *record, acr__pos joined) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  uint32_t gone = 0;
  acr__pos pos = record->pos;
  if (!(record->flags & ACR_RECORD_DUE)) return; // as merge.c writes it
  while (!gone && acr__op_read(&cur, &op))
    if (op.kind == ACR_OP_ABSORBED) gone = (uint32_t)op.v[0];
  const struct acr__member *one = gone ? acr__member_at(shadow->of, gone, (acr__span){NULL, 0}) : NULL;
  if (one) walk(shadow, chain, one->prev, pos, joined ? joined : pos);
}

static void walk(acr_engine *shadow, struct chain *chain, acr__pos from, acr__pos before, acr__pos joined) {
  struct acr__record record;
  for (acr__pos pos = from; pos && acr__read_record(shadow->of, pos, &record);) {
    acr__pos prev = record.prev;
    if (pos < before) {
      push(chain, &record, joined);
      absorbed(shadow, chain, &record, joined);
    }
    pos = prev;
  }
}

static int by_place(const void *a, const void *b) {
  const struct link *x = a, *y = b;
  acr__pos own = x->joined ? x->joined : x->pos, other = y->joined ? y->joined : y->pos;
  if (own != other) return own < other ? -1 : 1;
  return (x->pos > y->pos) - (x->pos < y->pos);
}

// ---- facts from before their series

struct before {
  struct acr__built_fact fact;
  const struct acr__release *release;
  acr__pos born;
};
struct befores {
  struct before *all; // owned
  size_t count, done;
};

static bool born_behind(const acr_engine *shadow, uint32_t series, acr__pos first) {
  return series < shadow->born_cap && shadow->series_born[series] > first;
}

static void take(const acr_engine *shadow, const struct chain *chain, const struct acr__release *release, const struct acr__built *built,
                 const size_t *ends, struct befores *out) {
  out->all = acr__mem_resize(out->all, (out->count + built->count + 1) * sizeof *out->all);
  for (size_t i = 0, at = 0; i < built->count; i++) {
    while (at < chain->count && ends[at] <= i)
      at++;
    if (at == chain->count) break;
    acr__pos born = shadow->series_born[release->series[built->facts[i].series]];
    if (chain->all[at].pos < born && chain->all[at].joined < born) out->all[out->count++] = (struct before){built->facts[i], release, born};
  }
}

static void collect(acr_engine *shadow, const struct chain *chain, struct befores *out) {
  acr__pos *records = acr__mem_resize(NULL, (chain->count + 1) * sizeof *records);
  size_t *ends = acr__mem_resize(NULL, (chain->count + 1) * sizeof *ends);
  acr__pos first = chain->all[0].pos;
  for (size_t i = 0; i < chain->count; i++) {
    records[i] = chain->all[i].pos;
    if (records[i] < first) first = records[i];
  }
  for (int f = 0; f < shadow->feed_count; f++) { // each series once, by the release that feeds it
    struct acr__release *release = shadow->feeds[f].release;
    bool any = false, done = false, *wanted = calloc((size_t)release->plan->series_count + 1, sizeof *wanted);
    for (int k = 0; k < f && !done; k++)
      done = shadow->feeds[k].release == release;
    for (int k = f; k < shadow->feed_count && !done; k++)
      if (shadow->feeds[k].release == release && born_behind(shadow, shadow->feeds[k].number, first))
        any = wanted[shadow->feeds[k].series] = true;
    struct acr__built built = {0};
    char *message;
    for (size_t i = 0; i < chain->count; i++)
      ends[i] = SIZE_MAX;
    if (any && acr__series_collect_of(shadow, release, wanted, records, chain->count, ends, &built, &message))
      take(shadow, chain, release, &built, ends, out);
    acr__built_free(&built);
    free(wanted);
  }
  free(records);
  free(ends);
}

static void give(struct acr__member *member, struct befores *b, acr__pos upto) {
  for (size_t i = 0; i < b->count; i++) {
    const struct before *one = &b->all[i];
    int64_t series = one->release->series[one->fact.series];
    bool values = acr__holds_values(one->release->plan->series[one->fact.series].aggregate);
    struct acr__op op = {.kind = values ? ACR_OP_VALUE : ACR_OP_FACT, .v = {series, one->fact.time, one->fact.value}};
    if (one->fact.how)
      op = (struct acr__op){.kind = ACR_OP_CHANGE, .v = {series, one->fact.time, one->fact.how, one->fact.old, one->fact.value}};
    if (one->born == 0 || one->born > upto) continue;
    acr__member_apply(member, &op, 0);
    b->all[i].born = 0;
  }
}

// A return changes facts that older records gave a series: those of a release that is over by then are nobody's business, and were
// not collected.
static const bool *feeds_of(const acr_engine *shadow) {
  bool *fed = calloc((size_t)shadow->series_count + 1, sizeof *fed);
  if (!fed) acr__mem_exhausted(shadow->series_count);
  for (int f = 0; f < shadow->feed_count; f++)
    fed[shadow->feeds[f].number] = true;
  return fed;
}

struct acr__member *acr__past_member(acr_engine *shadow, const struct acr__member *of) {
  struct chain chain = {0};
  struct befores befores = {0};
  struct acr__record record;
  uint32_t number = of->number;
  walk(shadow, &chain, of->prev, shadow->base, 0);
  if (!chain.count) {
    free(chain.all);
    return NULL;
  }
  qsort(chain.all, chain.count, sizeof *chain.all, by_place);
  struct acr__member *member = acr__member_plant(shadow, number, of->id);
  collect(shadow, &chain, &befores);
  const bool *fed = shadow->series_fed = feeds_of(shadow);
  for (size_t i = 0; i < chain.count; i++) {
    if (befores.count) give(member, &befores, chain.all[i].pos);
    const struct link *link = &chain.all[i];
    const uint8_t *bytes = chain.bytes.ptr + link->at;
    if (link->joined == 0 && acr__record_decode(bytes, chain.bytes.len - link->at, link->pos, &record, NULL))
      acr__recover_member(shadow, member, &record);
  }
  give(member, &befores, shadow->base);
  shadow->series_fed = NULL;
  free((bool *)fed);
  free(chain.all);
  acr__buf_free(&chain.bytes);
  free(befores.all);
  return member;
}
