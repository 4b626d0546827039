// Running totals against a list of facts that is counted anew each time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "member/series.h"
#include "random.h"

enum { FACTS_MAX = 600 };
struct fact { acr__time time; int64_t value; };
struct model { struct fact facts[FACTS_MAX]; int count; };

static void model_add(struct model *m, acr__time time, int64_t value) {
  int at = m->count;
  while (at > 0 && m->facts[at - 1].time > time)
    at--;
  memmove(m->facts + at + 1, m->facts + at, (size_t)(m->count - at) * sizeof *m->facts);
  m->facts[at] = (struct fact){time, value};
  m->count++;
}

static bool model_remove(struct model *m, acr__time time, int64_t value) {
  int at = m->count;
  while (at > 0 && m->facts[at - 1].time > time)
    at--;
  if (at == 0 || m->facts[at - 1].time != time || m->facts[at - 1].value != value)
    return false;
  memmove(m->facts + at - 1, m->facts + at, (size_t)(m->count - at) * sizeof *m->facts);
  m->count--;
  return true;
}

static void assert_window(const struct acr__series_data *s, const struct model *m, acr__time from, acr__time to) {
  int64_t sum = 0, count = 0;
  for (int i = 0; i < m->count; i++)
    if (m->facts[i].time >= from && m->facts[i].time < to) {
      sum += m->facts[i].value;
      count++;
    }
  assert_int_equal(acr__series_sum(s, from, to), sum);
  assert_int_equal(acr__series_count(s, from, to), count);
}

static void assert_last(const struct acr__series_data *s, const struct model *m, acr__time to, int64_t n) {
  int end = 0;
  int64_t wanted = 0;
  while (end < m->count && m->facts[end].time < to)
    end++;
  bool enough = end >= n;
  uint32_t before = acr__series_before(s, to);
  assert_int_equal(before, end);
  for (int64_t i = 0; enough && i < n; i++)
    wanted += m->facts[end - 1 - i].value;
  if (enough) assert_int_equal(acr__series_total(s, before - (uint32_t)n, before), wanted);
}

static void assert_same(const struct acr__series_data *s, const struct model *m, uint64_t *seed) {
  assert_int_equal(s->count, m->count);
  assert_window(s, m, ACR_TIME_MIN, ACR_TIME_MAX);
  for (int i = 0; i < 60; i++) {
    acr__time from = test_below(seed, 110) - 5, to = test_below(seed, 110) - 5;
    assert_window(s, m, from, to);
    assert_last(s, m, to, test_below(seed, 12));
  }
}

static void test_against_model(void **state) {
  struct model *m = calloc(1, sizeof *m);
  (void)state;
  for (uint64_t round = 0; round < (uint64_t)test_scale(60); round++) {
    struct acr__series_data s = {.number = 3}, back = {0};
    uint64_t seed = round;
    acr__buf bytes = {0};
    m->count = 0;
    for (int i = 0; i < 400; i++) {
      acr__time time = test_below(&seed, 10) < 7 ? i / 4 : test_below(&seed, 100); // most in order, many late, many equal
      int64_t value = test_below(&seed, 40) - 10;
      if (test_below(&seed, 6) == 0) {
        assert_int_equal(acr__series_remove(&s, time, value), model_remove(m, time, value));
        continue;
      }
      assert_true(acr__series_add(&s, time, value));
      model_add(m, time, value);
    }
    assert_same(&s, m, &seed);
    acr__series_encode(&s, &bytes);
    acr__cursor cur = {bytes.ptr, bytes.ptr + bytes.len, false};
    assert_true(acr__series_decode(&cur, &back));
    assert_ptr_equal(cur.ptr, cur.end);
    assert_int_equal(back.number, 3);
    assert_same(&back, m, &seed);
    free(s.entries);
    free(back.entries);
    acr__buf_free(&bytes);
  }
  free(m);
}

static int64_t different(const struct acr__series_data *s, uint32_t low, uint32_t high) {
  int64_t count = 0;
  for (uint32_t i = low; i < high; i++) {
    bool first = true;
    for (uint32_t k = low; k < i && first; k++)
      first = s->entries[k].total != s->entries[i].total;
    count += first;
  }
  return count;
}

// Largest, smallest, how many different and how many new, against a look at every value, for windows that end now and others.
static void assert_values(struct acr__series_data *of[4], uint64_t *seed) {
  int64_t found, wanted = 0;
  uint32_t end = of[0]->count, high = test_below(seed, 3) ? end : (uint32_t)test_below(seed, end + 1);
  uint32_t low = (uint32_t)test_below(seed, high + 1), middle = high - (uint32_t)test_below(seed, (high - low) % 4 + 1);
  for (uint32_t i = low; i < high; i++)
    wanted = i == low || of[0]->entries[i].total > wanted ? of[0]->entries[i].total : wanted;
  if (low < high) {
    assert_true(acr__series_extreme(of[0], low, high, true, &found));
    assert_int_equal(found, wanted);
    for (uint32_t i = low; i < high; i++)
      wanted = of[1]->entries[i].total < wanted ? of[1]->entries[i].total : wanted;
    assert_true(acr__series_extreme(of[1], low, high, false, &found));
    assert_int_equal(found, wanted);
  }
  assert_true(acr__series_distinct(of[2], low, high, &found));
  assert_int_equal(found, different(of[2], low, high));
  if (different(of[3], middle, high) == high - middle) { // an event's values are all different
    assert_true(acr__series_new(of[3], low, middle, high, &found));
    assert_int_equal(found, different(of[3], low, high) - different(of[3], low, middle));
  }
}

static void test_values(void **state) {
  (void)state;
  for (uint64_t round = 0; round < (uint64_t)test_scale(40); round++) {
    struct acr__series_data all[4] = {{.values = true}, {.values = true}, {.values = true}, {.values = true}};
    struct acr__series_data *of[4] = {&all[0], &all[1], &all[2], &all[3]};
    uint64_t seed = round;
    int64_t span = test_below(&seed, 2) ? 8 : 200;
    for (int i = 0; i < 300; i++) {
      acr__time time = test_below(&seed, 10) < 8 ? i : test_below(&seed, 300);
      int64_t value = test_below(&seed, span) - 4;
      if (test_below(&seed, 50) == 0) value = test_below(&seed, 2) ? INT64_MAX : INT64_MIN; // a running total would not hold them
      bool takes = test_below(&seed, 12) == 0;
      for (int k = 0; k < 4; k++) {
        assert_true(acr__series_add(of[k], time, value));
        if (takes) assert_true(acr__series_remove(of[k], time, value));
      }
      assert_values(of, &seed);
    }
    for (int k = 0; k < 4; k++) acr__series_free(of[k]);
  }
}

// What was added last comes out first: an attempt is undone whatever it added.
static void test_undo(void **state) {
  struct acr__series_data s = {.number = 1};
  struct fact added[200];
  uint64_t seed = 9;
  (void)state;
  for (int i = 0; i < 50; i++)
    acr__series_add(&s, i % 7, i + 1);
  int64_t sum = acr__series_sum(&s, 2, 5), all = acr__series_sum(&s, ACR_TIME_MIN, ACR_TIME_MAX);
  for (int i = 0; i < 200; i++) {
    added[i] = (struct fact){test_below(&seed, 9), 1 + test_below(&seed, 5)};
    assert_true(acr__series_add(&s, added[i].time, added[i].value));
  }
  for (int i = 199; i >= 0; i--)
    assert_true(acr__series_remove(&s, added[i].time, added[i].value));
  assert_int_equal(s.count, 50);
  assert_int_equal(acr__series_sum(&s, 2, 5), sum);
  assert_int_equal(acr__series_sum(&s, ACR_TIME_MIN, ACR_TIME_MAX), all);
  free(s.entries);
}

static void test_overflow_changes_nothing(void **state) {
  struct acr__series_data s = {.number = 1};
  (void)state;
  assert_true(acr__series_add(&s, 10, INT64_MAX - 5));
  assert_true(acr__series_add(&s, 20, -100));
  assert_false(acr__series_add(&s, 5, 6)); // the total behind 10 would not fit
  assert_true(acr__series_add(&s, 15, -1));
  assert_int_equal(s.count, 3);
  assert_int_equal(acr__series_sum(&s, 0, 11), INT64_MAX - 5);
  assert_int_equal(acr__series_sum(&s, 0, 100), INT64_MAX - 106);
  free(s.entries);
}

static void test_damage(void **state) {
  struct acr__series_data s = {.number = 9};
  acr__buf bytes = {0};
  uint64_t seed = 4;
  (void)state;
  for (int i = 0; i < 60; i++)
    acr__series_add(&s, test_below(&seed, 1000000), 1 + test_below(&seed, 1000));
  acr__series_encode(&s, &bytes);
  for (long i = 0; i < test_scale(20000); i++) {
    size_t len = test_below(&seed, 4) ? bytes.len : (size_t)test_below(&seed, (int64_t)bytes.len);
    uint8_t *copy = malloc(len + 1);
    memcpy(copy, bytes.ptr, len);
    for (int64_t k = test_below(&seed, 3); k && len; k--)
      copy[test_below(&seed, (int64_t)len)] = (uint8_t)test_random(&seed);
    acr__cursor cur = {copy, copy + len, false};
    struct acr__series_data back = {0};
    if (acr__series_decode(&cur, &back))
      for (uint32_t k = 1; k < back.count; k++)
        assert_true(back.entries[k - 1].time <= back.entries[k].time);
    free(back.entries);
    free(copy);
  }
  free(s.entries);
  acr__buf_free(&bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_model), cmocka_unit_test(test_values), cmocka_unit_test(test_undo),
                                     cmocka_unit_test(test_overflow_changes_nothing), cmocka_unit_test(test_damage)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
