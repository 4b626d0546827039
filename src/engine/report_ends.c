#include "engine/report_ends.h"
#include "base/mem.h"
#include "engine/expiry.h"
#include "engine/status.h"
#include <stdlib.h>

void acr__ends_begin(struct acr__ends *ends, acr_engine *engine) {
  *ends = (struct acr__ends){.any = false};
  acr__tally_begin(&ends->sums, engine, ACR_TIME_MAX);
  for (int i = 0; i < engine->release_count; i++) {
    const struct acr__release *release = engine->releases[i];
    for (int k = 0; acr__release_stands(release) && k < release->plan->account_count; k++)
      ends->any = ends->any || release->plan->accounts[k].expiry.mode == ACR_EXPIRY_AGING;
  }
}

void acr__ends_clear(struct acr__ends *ends) {
  for (int i = 0; i < ends->sums.count; i++)
    ends->sums.buckets[i].lots = 0;
  ends->count = ends->changed_count = 0;
}

static void add_lot(struct acr__ends *ends, acr_engine *engine, const struct acr__member *member, const struct acr__lot *lot, bool kept) {
  if (lot->expires != ACR_TIME_MAX || !lot->remaining) return;
  acr__time end = acr__aging_end(engine, member, (int)lot->account, lot->earned);
  if (end == ACR_TIME_MAX) return;
  int bucket = acr__tally_bucket(&ends->sums, lot->account, lot->source, end);
  ends->sums.buckets[bucket].lots += lot->remaining;
  if (!kept) return;
  if (ends->count == ends->cap) {
    ends->cap = ends->cap ? ends->cap * 2 : 256;
    ends->parts = acr__mem_resize(ends->parts, ends->cap * sizeof *ends->parts);
  }
  ends->parts[ends->count++] = (struct acr__ends_part){member->number, bucket, lot->remaining};
}

static void add_member(struct acr__ends *ends, acr_engine *engine, const struct acr__member *member, bool kept) {
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  while (acr__lots_next(&member->lots, &at, &lot))
    add_lot(ends, engine, member, &lot, kept);
  for (uint32_t i = 0; i < member->holds.open_count; i++)
    for (uint32_t k = 0; k < member->holds.open[i].count; k++)
      add_lot(ends, engine, member, &member->holds.open[i].lots[k], kept);
}

void acr__ends_member(struct acr__ends *ends, acr_engine *engine, const struct acr__member *member) {
  if (ends->any) add_member(ends, engine, member, true);
}

void acr__ends_changed(struct acr__ends *ends, uint32_t member) {
  if (!ends->any) return;
  if (ends->changed_count == ends->changed_cap) {
    ends->changed_cap = ends->changed_cap ? ends->changed_cap * 2 : 256;
    ends->changed = acr__mem_resize(ends->changed, ends->changed_cap * sizeof *ends->changed);
  }
  ends->changed[ends->changed_count++] = member;
}

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void take_back(struct acr__ends *ends, uint32_t member) {
  size_t low = 0, high = ends->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (ends->parts[middle].member < member)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < ends->count && ends->parts[low].member == member; low++)
    ends->sums.buckets[ends->parts[low].bucket].lots -= ends->parts[low].points;
}

struct again {
  struct acr__ends *ends;
  acr_engine *engine;
};

static void visit(void *arg, struct acr__member *member) {
  const struct again *again = arg;
  add_member(again->ends, again->engine, member, false);
}

void acr__ends_finish(struct acr__ends *ends, acr_engine *engine) {
  struct again again = {ends, engine};
  if (ends->changed_count) qsort(ends->changed, ends->changed_count, sizeof *ends->changed, by_number);
  for (size_t i = 0; i < ends->changed_count; i++) {
    if (i && ends->changed[i] == ends->changed[i - 1]) continue;
    take_back(ends, ends->changed[i]);
    acr__report_member(engine, ends->changed[i], visit, &again);
  }
  ends->changed_count = 0;
  acr__tally_sort(&ends->sums);
}

void acr__ends_write(const struct acr__ends *ends, acr_engine *names, acr__writer *w, const struct acr__bucket *row) {
  bool begun = false;
  for (int i = 0; row->month == ACR_MONTH_NEVER && i < ends->sums.count; i++) {
    const struct acr__bucket *b = &ends->sums.buckets[i];
    if (b->account != row->account || b->source != row->source || !b->lots) continue;
    if (!begun) acr__write_key(w, "ends");
    if (!begun) acr__write_array(w);
    begun = true;
    acr__write_object(w);
    acr__write_key(w, "month");
    acr__write_text(w, acr__arena_printf(names->arena, "%04d-%02d", b->month / 12, b->month % 12 + 1));
    acr__write_key(w, "points");
    acr__write_decimal(w, b->lots, names->accounts[b->account].decimals);
    acr__write_object_end(w);
  }
  if (begun) acr__write_array_end(w);
}

void acr__ends_free(struct acr__ends *ends) {
  acr__tally_free(&ends->sums);
  free(ends->parts);
  free(ends->changed);
}
