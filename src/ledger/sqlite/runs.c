// Runs in memory: their filters and fences, and how entries are ordered.
#include "ledger/sqlite/runs.h"
#include <stdlib.h>

void acr__run_free(acr__run *run) {
  if (!run) return;
  free(run->fences);
  free(run->filter);
  free(run);
}

// Ids are sorted by prefix, so a filter is filled from its first block to its last. One bit in each of the eight words.
bool acr__run_maybe(const acr__run *run, const acr__digest *id) {
  const struct acr__filter_block *block = &run->filter[acr__run_block(run, id)];
  uint64_t bits = acr__id_suffix(id), all = 1;
  for (int i = 0; i < 8; i++) all &= block->words[i] >> ((bits >> (6 * i)) & 63);
  return all & 1;
}

size_t acr__run_chunk(const acr__run *run, const acr__digest *id, bool *before) {
  uint64_t prefix = acr__id_prefix(id);
  size_t low = 0, high = run->chunks; // the last chunk whose fence is at most the prefix; the first when none is
  while (low + 1 < high) {
    size_t middle = low + (high - low) / 2;
    if (run->fences[middle] <= prefix) low = middle;
    else high = middle;
  }
  *before = low > 0 && run->fences[low] == prefix;
  return low;
}

int acr__id_compare(const struct acr__id_entry *a, const struct acr__id_entry *b) {
  uint64_t left = acr__id_prefix(&a->id), right = acr__id_prefix(&b->id);
  if (left == right) {
    left = acr__id_suffix(&a->id);
    right = acr__id_suffix(&b->id);
  }
  if (left == right) {
    left = a->pos;
    right = b->pos;
  }
  return (left > right) - (left < right);
}

acr__pos acr__chunk_find(const struct acr__id_entry *entries, size_t count, const acr__digest *id) {
  struct acr__id_entry wanted = {*id, 0};
  size_t low = 0, high = count; // the first entry not below the id with place 0
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (acr__id_compare(&entries[middle], &wanted) < 0) low = middle + 1;
    else high = middle;
  }
  return low < count && memcmp(entries[low].id.bytes, id->bytes, sizeof id->bytes) == 0 ? entries[low].pos : 0;
}

static int compare(const void *a, const void *b) {
  return acr__id_compare(a, b);
}

static void insertion_sort(struct acr__id_entry *entries, size_t count) {
  for (size_t i = 1; i < count; i++) {
    struct acr__id_entry entry = entries[i];
    size_t at = i;
    for (; at > 0 && acr__id_compare(&entries[at - 1], &entry) > 0; at--) entries[at] = entries[at - 1];
    entries[at] = entry;
  }
}

// Digests are evenly spread: one pass puts them into buckets of a few by their first bits, which are then sorted in place.
static void bucket_sort(struct acr__id_entry *entries, size_t count) {
  enum { BUCKETS = 1 << 16, SMALL = 32 };
  struct acr__id_entry *sorted = malloc(count * sizeof *sorted);
  size_t *begin = calloc(BUCKETS + 1, sizeof *begin);
  if (!sorted || !begin) {
    qsort(entries, count, sizeof *entries, compare);
  } else {
    for (size_t i = 0; i < count; i++) begin[(acr__id_prefix(&entries[i].id) >> 48) + 1]++;
    for (size_t i = 0; i < BUCKETS; i++) begin[i + 1] += begin[i];
    for (size_t i = 0; i < count; i++) sorted[begin[acr__id_prefix(&entries[i].id) >> 48]++] = entries[i];
    for (size_t i = 0, from = 0; i < BUCKETS; from = begin[i++]) { // begin[i] is by now where bucket i ends
      if (begin[i] - from <= SMALL) insertion_sort(sorted + from, begin[i] - from);
      else qsort(sorted + from, begin[i] - from, sizeof *sorted, compare);
    }
    memcpy(entries, sorted, count * sizeof *entries);
  }
  free(begin);
  free(sorted);
}

size_t acr__ids_sort(struct acr__id_entry *entries, size_t count) {
  if (count > 4096) bucket_sort(entries, count);
  else if (count > 1) qsort(entries, count, sizeof *entries, compare);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    bool same = kept > 0 && memcmp(entries[kept - 1].id.bytes, entries[i].id.bytes, sizeof entries[i].id.bytes) == 0;
    if (same) kept--; // the later one has the higher place
    entries[kept++] = entries[i];
  }
  return kept;
}
