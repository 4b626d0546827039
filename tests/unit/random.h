// Random numbers for tests that compare with naive models; ACCRUE_TEST_SCALE multiplies their work.
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H
#include <stdint.h>
#include <stdlib.h>

static inline long test_scale(long n) {
  const char *text = getenv("ACCRUE_TEST_SCALE");
  double scale = text ? atof(text) : 1;
  long scaled = (long)((double)n * (scale > 0 ? scale : 1));
  return n > 0 && scaled < 1 ? 1 : scaled; // never nothing at all
}

static inline uint64_t test_random(uint64_t *state) { // splitmix64
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

static inline int64_t test_below(uint64_t *state, int64_t n) {
  return (int64_t)(test_random(state) % (uint64_t)n);
}
#endif
