#include "member/series.h"
#include "base/mem.h"
#include "base/num.h"
#include <stdlib.h>
#include <string.h>

uint32_t acr__series_before(const struct acr__series_data *s, acr__time t) {
  uint32_t low = 0, high = s->count;
  while (low < high) {
    uint32_t mid = low + (high - low) / 2;
    if (s->entries[mid].time < t)
      low = mid + 1;
    else
      high = mid;
  }
  return low;
}

static int64_t total_before(const struct acr__series_data *s, uint32_t index) {
  return index ? s->entries[index - 1].total : 0;
}

static void grow(struct acr__series_data *s) {
  if (s->count < s->cap) return;
  s->cap = s->cap < 4 ? 4 : s->cap + s->cap / 8 + 2; // a million members have the room each
  s->entries = acr__mem_resize(s->entries, s->cap * sizeof *s->entries);
}

// The index knows nothing of facts that come or go among those it has seen.
static void disturb(struct acr__series_data *s, uint32_t at) {
  if (!s->index || at >= acr__series_index_covered(s->index)) return;
  acr__series_index_free(s->index);
  s->index = NULL;
}

// Running totals of values of one sign are largest at the end; with mixed signs every one behind is looked at.
static bool fits(const struct acr__series_data *s, uint32_t at, int64_t value, int64_t *total) {
  int64_t ignored;
  for (uint32_t i = at; i < s->count; i++)
    if (!acr__add(s->entries[i].total, value, &ignored)) return false;
  return acr__add(total_before(s, at), value, total);
}

bool acr__series_add(struct acr__series_data *s, acr__time time, int64_t value) {
  uint32_t at = s->count && s->entries[s->count - 1].time > time ? acr__series_before(s, time + 1) : s->count;
  int64_t total = value;
  if (!s->values && !fits(s, at, value, &total)) return false;
  disturb(s, at);
  grow(s);
  memmove(s->entries + at + 1, s->entries + at, (s->count - at) * sizeof *s->entries);
  s->entries[at] = (struct acr__series_entry){time, total};
  s->count++;
  for (uint32_t i = at + 1; i < s->count && !s->values; i++)
    s->entries[i].total += value;
  return true;
}

bool acr__series_remove(struct acr__series_data *s, acr__time time, int64_t value) {
  uint32_t end = acr__series_before(s, time + 1);
  if (end == 0 || s->entries[end - 1].time != time || acr__series_value(s, end - 1) != value) return false;
  disturb(s, end - 1);
  for (uint32_t i = end; i < s->count && !s->values; i++)
    s->entries[i].total -= value;
  memmove(s->entries + end - 1, s->entries + end, (s->count - end) * sizeof *s->entries);
  s->count--;
  return true;
}

// Into `out`, or nowhere to see whether it can be.
static bool zip(const struct acr__series_data *a, const struct acr__series_data *b, struct acr__series_entry *out) {
  int64_t total = 0;
  for (uint32_t i = 0, k = 0; i < a->count || k < b->count;) {
    bool own = k == b->count || (i < a->count && a->entries[i].time <= b->entries[k].time);
    int64_t value = own ? acr__series_value(a, i) : acr__series_value(b, k);
    if (!a->values && !acr__add(total, value, &total)) return false;
    if (out) out[i + k] = (struct acr__series_entry){own ? a->entries[i].time : b->entries[k].time, a->values ? value : total};
    *(own ? &i : &k) += 1;
  }
  return true;
}

bool acr__series_mergeable(const struct acr__series_data *s, const struct acr__series_data *other) {
  return s->values == other->values && zip(s, other, NULL);
}

bool acr__series_merge(struct acr__series_data *s, const struct acr__series_data *other) {
  if (!acr__series_mergeable(s, other)) return false;
  uint32_t count = s->count + other->count;
  struct acr__series_entry *entries = acr__mem_resize(NULL, ((size_t)count + 1) * sizeof *entries);
  zip(s, other, entries);
  disturb(s, 0);
  free(s->entries);
  s->entries = entries;
  s->count = count;
  s->cap = count + 1;
  return true;
}

// The newest fact of that time and value; `count` = there is none.
static uint32_t find(const struct acr__series_data *s, acr__time time, int64_t value) {
  for (uint32_t i = acr__series_before(s, time + 1); i > 0 && s->entries[i - 1].time == time; i--)
    if (acr__series_value(s, i - 1) == value) return i - 1;
  return s->count;
}

bool acr__series_has(const struct acr__series_data *s, acr__time time, int64_t value) {
  return find(s, time, value) < s->count;
}

bool acr__series_change(struct acr__series_data *s, acr__time time, const int64_t *goes, const int64_t *comes) {
  if (!goes) return !comes || acr__series_add(s, time, *comes);
  uint32_t at = find(s, time, *goes);
  int64_t by, ignored;
  if (at == s->count || !acr__sub(comes ? *comes : 0, *goes, &by)) return false;
  for (uint32_t i = at; i < s->count && !s->values; i++)
    if (!acr__add(s->entries[i].total, by, &ignored)) return false;
  disturb(s, at);
  if (s->values && comes) s->entries[at].total = *comes;
  for (uint32_t i = at; i < s->count && !s->values; i++)
    s->entries[i].total += by;
  if (comes) return true;
  memmove(s->entries + at, s->entries + at + 1, (s->count - at - 1) * sizeof *s->entries);
  s->count--;
  return true;
}

int64_t acr__series_value(const struct acr__series_data *s, uint32_t at) {
  return s->values ? s->entries[at].total : s->entries[at].total - total_before(s, at);
}

int64_t acr__series_total(const struct acr__series_data *s, uint32_t low, uint32_t high) {
  return low >= high ? 0 : total_before(s, high) - total_before(s, low);
}

int64_t acr__series_sum(const struct acr__series_data *s, acr__time from, acr__time to) {
  return acr__series_total(s, acr__series_before(s, from), acr__series_before(s, to));
}

int64_t acr__series_count(const struct acr__series_data *s, acr__time from, acr__time to) {
  return from >= to ? 0 : (int64_t)acr__series_before(s, to) - (int64_t)acr__series_before(s, from);
}

void acr__series_encode(const struct acr__series_data *s, acr__buf *out) {
  acr__buf_varu(out, s->number);
  acr__buf_u8(out, s->values);
  acr__buf_varu(out, s->count);
  acr__time time = 0;
  for (uint32_t i = 0; i < s->count; i++) {
    acr__buf_vari(out, s->entries[i].time - time);
    acr__buf_vari(out, acr__series_value(s, i));
    time = s->entries[i].time;
  }
}

bool acr__series_decode(acr__cursor *cur, struct acr__series_data *s) {
  s->number = (uint32_t)acr__get_varu(cur);
  s->values = acr__get_u8(cur) != 0;
  uint64_t count = acr__get_varu(cur);
  if (cur->bad || count > (uint64_t)(cur->end - cur->ptr)) return false;
  s->count = s->cap = (uint32_t)count;
  s->entries = acr__mem_resize(NULL, (count ? count : 1) * sizeof *s->entries);
  acr__time time = 0;
  int64_t total = 0;
  for (uint64_t i = 0; i < count; i++) {
    time += acr__get_vari(cur);
    int64_t value = acr__get_vari(cur);
    total = s->values ? value : (int64_t)((uint64_t)total + (uint64_t)value);
    if (i && time < s->entries[i - 1].time) return false; // searched by halves: out of order they would lie
    s->entries[i] = (struct acr__series_entry){time, total};
  }
  return !cur->bad;
}

void acr__series_free(struct acr__series_data *s) {
  free(s->entries);
  acr__series_index_free(s->index);
}

size_t acr__series_bytes(const struct acr__series_data *s) {
  return sizeof *s + s->cap * sizeof *s->entries + acr__series_index_bytes(s->index);
}
