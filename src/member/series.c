#include "member/series.h"
#include "base/mem.h"
#include "base/num.h"
#include <string.h>

// First entry with time >= t.
static uint32_t lower(const struct acr__series_data *s, acr__time t) {
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
  s->cap = s->cap < 4 ? 4 : s->cap + s->cap / 2;
  s->entries = acr__mem_resize(s->entries, s->cap * sizeof *s->entries);
}

bool acr__series_add(struct acr__series_data *s, acr__time time, int64_t value) {
  uint32_t at = s->count && s->entries[s->count - 1].time > time ? lower(s, time + 1) : s->count;
  int64_t ignored;
  // Running totals of values of one sign are largest at the end; with mixed signs every one behind is looked at.
  for (uint32_t i = at; i < s->count; i++)
    if (!acr__add(s->entries[i].total, value, &ignored)) return false;
  int64_t total;
  if (!acr__add(total_before(s, at), value, &total)) return false;
  grow(s);
  memmove(s->entries + at + 1, s->entries + at, (s->count - at) * sizeof *s->entries);
  s->entries[at] = (struct acr__series_entry){time, total};
  s->count++;
  for (uint32_t i = at + 1; i < s->count; i++)
    s->entries[i].total += value;
  return true;
}

bool acr__series_remove(struct acr__series_data *s, acr__time time, int64_t value) {
  uint32_t end = lower(s, time + 1);
  if (end == 0 || s->entries[end - 1].time != time || s->entries[end - 1].total - total_before(s, end - 1) != value) return false;
  for (uint32_t i = end; i < s->count; i++)
    s->entries[i].total -= value;
  memmove(s->entries + end - 1, s->entries + end, (s->count - end) * sizeof *s->entries);
  s->count--;
  return true;
}

int64_t acr__series_sum(const struct acr__series_data *s, acr__time from, acr__time to) {
  return from >= to ? 0 : total_before(s, lower(s, to)) - total_before(s, lower(s, from));
}

int64_t acr__series_count(const struct acr__series_data *s, acr__time from, acr__time to) {
  return from >= to ? 0 : (int64_t)lower(s, to) - (int64_t)lower(s, from);
}

bool acr__series_last(const struct acr__series_data *s, acr__time to, int64_t n, int64_t *sum, int64_t *count) {
  uint32_t end = lower(s, to);
  if (n < 0 || (int64_t)end < n) return false;
  *sum = total_before(s, end) - total_before(s, end - (uint32_t)n);
  *count = n;
  return true;
}

void acr__series_encode(const struct acr__series_data *s, acr__buf *out) {
  acr__buf_varu(out, s->number);
  acr__buf_varu(out, s->count);
  acr__time time = 0;
  int64_t total = 0;
  for (uint32_t i = 0; i < s->count; i++) {
    acr__buf_vari(out, s->entries[i].time - time);
    acr__buf_vari(out, s->entries[i].total - total);
    time = s->entries[i].time;
    total = s->entries[i].total;
  }
}

bool acr__series_decode(acr__cursor *cur, struct acr__series_data *s) {
  s->number = (uint32_t)acr__get_varu(cur);
  uint64_t count = acr__get_varu(cur);
  if (cur->bad || count > (uint64_t)(cur->end - cur->ptr)) return false;
  s->count = s->cap = (uint32_t)count;
  s->entries = acr__mem_resize(NULL, (count ? count : 1) * sizeof *s->entries);
  acr__time time = 0;
  int64_t total = 0;
  for (uint64_t i = 0; i < count; i++) {
    time += acr__get_vari(cur);
    total += acr__get_vari(cur);
    if (i && time < s->entries[i - 1].time) return false; // searched by halves: out of order they would lie
    s->entries[i] = (struct acr__series_entry){time, total};
  }
  return !cur->bad;
}
