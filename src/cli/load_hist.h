// A histogram of durations with a relative error under 2 %: 64 linear buckets per power of two.
#ifndef ACR_CLI_LOAD_HIST_H
#define ACR_CLI_LOAD_HIST_H
#include <stdint.h>
#include <string.h>

#define HIST_SUB 64
#define HIST_BUCKETS (HIST_SUB * 40)

struct hist {
  uint64_t count, max;
  uint64_t bucket[HIST_BUCKETS];
};

static inline unsigned hist_index(uint64_t value) {
  if (value < HIST_SUB) return (unsigned)value;
  unsigned shift = 63u - 6u - (unsigned)__builtin_clzll(value);
  unsigned index = (shift + 1) * HIST_SUB + (unsigned)((value >> shift) - HIST_SUB);
  return index < HIST_BUCKETS ? index : HIST_BUCKETS - 1;
}

static inline uint64_t hist_value(unsigned index) {
  if (index < HIST_SUB) return index;
  return (uint64_t)(HIST_SUB + index % HIST_SUB) << (index / HIST_SUB - 1);
}

static inline void hist_add(struct hist *hist, uint64_t value) {
  hist->count++;
  if (value > hist->max) hist->max = value;
  hist->bucket[hist_index(value)]++;
}

// The value that `per_mille` thousandths of what was added do not exceed.
static inline uint64_t hist_quantile(const struct hist *hist, uint64_t per_mille) {
  uint64_t wanted = (hist->count * per_mille + 999) / 1000, seen = 0;
  for (unsigned i = 0; i < HIST_BUCKETS; i++) {
    seen += hist->bucket[i];
    if (seen >= wanted && seen > 0) return hist_value(i);
  }
  return hist->max;
}

static inline void hist_merge(struct hist *into, const struct hist *from) {
  into->count += from->count;
  if (from->max > into->max) into->max = from->max;
  for (unsigned i = 0; i < HIST_BUCKETS; i++)
    into->bucket[i] += from->bucket[i];
}
#endif
