// What of a series of values can still matter to a window that ends now. For the largest value: the facts that no later one
// outdoes, whose values fall from the oldest to the newest, so that the first of them inside a window is its largest. For the
// number of different values: the last fact of each value, so that a window has as many as stand in it. Both are lists of
// positions, brought up to date when a window asks and made anew after a fact came late.
#include "base/limits.h"
#include "base/mem.h"
#include "member/series.h"
#include <stdlib.h>
#include <string.h>

enum kind { LARGEST, SMALLEST, LAST };

struct acr__series_index {
  enum kind kind;
  uint32_t covered;
  uint32_t count, cap;
  uint32_t *kept;  // owned; positions, ascending
  uint32_t *slots; // owned; LAST: position + 1 of each value's last fact by its value, open addressing
  uint32_t mask;
};

void acr__series_index_free(struct acr__series_index *index) {
  if (!index) return;
  free(index->kept);
  free(index->slots);
  free(index);
}

size_t acr__series_index_bytes(const struct acr__series_index *index) {
  if (!index) return 0;
  return sizeof *index + index->cap * sizeof *index->kept + (index->slots ? ((size_t)index->mask + 1) * sizeof *index->slots : 0);
}

uint32_t acr__series_index_covered(const struct acr__series_index *index) {
  return index->covered;
}

// The first kept position that is not below `at`.
static uint32_t first_kept(const struct acr__series_index *x, uint32_t at) {
  uint32_t low = 0, high = x->count;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (x->kept[mid] < at)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

static void push(struct acr__series_index *x, uint32_t at) {
  if (x->count == x->cap) {
    x->cap = x->cap < 16 ? 16 : x->cap + x->cap / 2;
    x->kept = acr__mem_resize(x->kept, x->cap * sizeof *x->kept);
  }
  x->kept[x->count++] = at;
}

static uint32_t *slot_of(const struct acr__series_index *x, const struct acr__series_data *s, int64_t value) {
  uint32_t at = (uint32_t)(((uint64_t)value * 0x9e3779b97f4a7c15u) >> 32) & x->mask;
  while (x->slots[at] && s->entries[x->slots[at] - 1].total != value)
    at = (at + 1) & x->mask;
  return &x->slots[at];
}

static void widen(struct acr__series_index *x, const struct acr__series_data *s) {
  if (x->slots && (uint64_t)x->count * 2 <= x->mask) return;
  uint32_t size = x->slots ? (x->mask + 1) * 2 : 32;
  free(x->slots);
  x->slots = acr__mem_resize(NULL, size * sizeof *x->slots);
  memset(x->slots, 0, size * sizeof *x->slots);
  x->mask = size - 1;
  for (uint32_t i = 0; i < x->count; i++)
    *slot_of(x, s, s->entries[x->kept[i]].total) = x->kept[i] + 1;
}

static void take(struct acr__series_index *x, const struct acr__series_data *s, uint32_t at) {
  int64_t value = s->entries[at].total;
  if (x->kind == LAST) {
    widen(x, s);
    uint32_t *slot = slot_of(x, s, value);
    if (*slot) {
      uint32_t old = first_kept(x, *slot - 1);
      memmove(x->kept + old, x->kept + old + 1, (x->count - old - 1) * sizeof *x->kept);
      x->count--;
    }
    *slot = at + 1;
  } else {
    while (x->count) {
      int64_t other = s->entries[x->kept[x->count - 1]].total;
      if (x->kind == LARGEST ? other > value : other < value) break;
      x->count--;
    }
  }
  push(x, at);
}

// The index over exactly the facts at [0, high); NULL when it has seen later ones.
static struct acr__series_index *reach(struct acr__series_data *s, enum kind kind, uint32_t high) {
  if (s->index && s->index->kind != kind) {
    acr__series_index_free(s->index);
    s->index = NULL;
  }
  if (s->index && s->index->covered > high) return NULL;
  if (!s->index) {
    s->index = acr__mem_resize(NULL, sizeof *s->index);
    *s->index = (struct acr__series_index){.kind = kind};
  }
  for (; s->index->covered < high; s->index->covered++)
    take(s->index, s, s->index->covered);
  return s->index;
}

bool acr__series_extreme(struct acr__series_data *s, uint32_t low, uint32_t high, bool largest, int64_t *out) {
  const struct acr__series_index *x = reach(s, largest ? LARGEST : SMALLEST, high);
  if (x) {
    *out = s->entries[x->kept[first_kept(x, low)]].total;
    return true;
  }
  if (high - low > ACR_WINDOW_FACTS_MAX) return false;
  *out = s->entries[low].total;
  for (uint32_t i = low + 1; i < high; i++) {
    int64_t value = s->entries[i].total;
    if (largest ? value > *out : value < *out) *out = value;
  }
  return true;
}

static int by_value(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

// The values at [low, high) in order; owned by the caller.
static int64_t *sorted(const struct acr__series_data *s, uint32_t low, uint32_t high) {
  int64_t *values = acr__mem_resize(NULL, ((size_t)(high - low) + 1) * sizeof *values);
  for (uint32_t i = low; i < high; i++)
    values[i - low] = s->entries[i].total;
  qsort(values, high - low, sizeof *values, by_value);
  return values;
}

bool acr__series_distinct(struct acr__series_data *s, uint32_t low, uint32_t high, int64_t *out) {
  const struct acr__series_index *x = reach(s, LAST, high);
  *out = 0;
  if (x) *out = x->count - first_kept(x, low);
  if (x || low >= high) return true;
  if (high - low > ACR_WINDOW_FACTS_MAX) return false;
  int64_t *values = sorted(s, low, high);
  for (uint32_t i = 0; i < high - low; i++)
    *out += i == 0 || values[i] != values[i - 1];
  free(values);
  return true;
}

bool acr__series_new(struct acr__series_data *s, uint32_t low, uint32_t middle, uint32_t high, int64_t *out) {
  *out = 0;
  if (middle >= high) return true;
  struct acr__series_index *x = reach(s, LAST, middle);
  if (!x && middle - low > ACR_WINDOW_FACTS_MAX) return false;
  if (x) widen(x, s); // without facts there are no slots yet
  int64_t *before = x ? NULL : sorted(s, low, middle);
  for (uint32_t i = middle; i < high; i++) {
    int64_t value = s->entries[i].total;
    uint32_t last = x ? *slot_of(x, s, value) : 0;
    bool seen = x ? last > low : bsearch(&value, before, middle - low, sizeof value, by_value) != NULL;
    *out += !seen;
  }
  free(before);
  return true;
}
