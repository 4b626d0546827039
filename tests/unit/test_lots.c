// Packed lots against a plain array.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "member/lots.h"
#include "random.h"

enum { MODEL_MAX = 400 };
struct model { struct acr__lot lots[MODEL_MAX]; int count; };

static struct acr__lot random_lot(uint64_t *seed, uint64_t seq) {
  struct acr__lot lot = {.seq = seq, .index = test_below(seed, 5), .account = test_below(seed, 200), .source = test_below(seed, 3000)};
  lot.earned = 1700000000000000 + test_below(seed, 100000000) * 1000000 - 50000000000000;
  if (test_below(seed, 3) == 0)
    lot.earned += test_below(seed, 1000000); // not a whole second
  switch (test_below(seed, 4)) {
  case 0: lot.expires = ACR_TIME_MAX; break;
  case 1: lot.expires = lot.earned; break;
  case 2: lot.expires = lot.earned - 86400000001; break; // late and out of date at once
  default: lot.expires = lot.earned + test_below(seed, 40000000) * 1000000;
  }
  lot.granted = 1 + (test_below(seed, 10) ? test_below(seed, 1000) : test_below(seed, 9007199254740991));
  lot.remaining = test_below(seed, 2) ? lot.granted : 1 + test_below(seed, lot.granted);
  return lot;
}

static void assert_same(const struct acr__lots *lots, const struct model *model) {
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  acr__time soonest = ACR_TIME_MAX;
  for (int i = 0; i < model->count; i++)
    if (model->lots[i].expires < soonest) soonest = model->lots[i].expires;
  assert_true(acr__lots_soonest(lots) == soonest);
  assert_int_equal(lots->count, model->count);
  for (int i = 0; i < model->count; i++) {
    const struct acr__lot *want = &model->lots[i];
    assert_true(acr__lots_next(lots, &at, &lot));
    assert_true(lot.seq == want->seq && lot.index == want->index && lot.account == want->account && lot.source == want->source);
    assert_true(lot.earned == want->earned && lot.expires == want->expires);
    assert_true(lot.granted == want->granted && lot.remaining == want->remaining);
  }
  assert_false(acr__lots_next(lots, &at, &lot));
}

static void add(struct acr__lots *lots, struct model *model, uint64_t *seed, uint64_t seq) {
  if (model->count == MODEL_MAX)
    return;
  model->lots[model->count] = random_lot(seed, seq);
  acr__lots_add(lots, &model->lots[model->count++]);
}

// Taking what a lot may hold, what it does not, and from one that is not there.
static void take(struct acr__lots *lots, struct model *model, uint64_t *seed) {
  if (model->count == 0 || test_below(seed, 8) == 0) {
    assert_false(acr__lots_take(lots, 5, 99, 1));
    return;
  }
  int i = 0, at = (int)test_below(seed, model->count);
  struct acr__lot picked = model->lots[at];
  while (model->lots[i].seq != picked.seq || model->lots[i].index != picked.index)
    i++; // the first of that identity
  struct acr__lot *lot = &model->lots[i];
  assert_false(acr__lots_take(lots, lot->seq, lot->index, lot->remaining + 1));
  int64_t points = test_below(seed, 2) ? lot->remaining : 1 + test_below(seed, lot->remaining);
  assert_true(acr__lots_take(lots, lot->seq, lot->index, points));
  lot->remaining -= points;
  if (lot->remaining == 0) {
    memmove(lot, lot + 1, (size_t)(model->count - i - 1) * sizeof *lot);
    model->count--;
  }
}

static void round_trip(const struct acr__lots *lots, const struct model *model) {
  struct acr__lots back = {0};
  acr__buf bytes = {0};
  acr__lots_encode(lots, &bytes);
  acr__cursor cur = {bytes.ptr, bytes.ptr + bytes.len, false};
  assert_true(acr__lots_decode(&cur, &back));
  assert_ptr_equal(cur.ptr, cur.end);
  assert_same(&back, model);
  acr__lots_free(&back);
  acr__buf_free(&bytes);
}

static void test_against_model(void **state) {
  struct model *model = calloc(1, sizeof *model);
  (void)state;
  for (uint64_t round = 0; round < (uint64_t)test_scale(20); round++) {
    struct acr__lots lots = {0};
    uint64_t seed = round, seq = 1;
    model->count = 0;
    for (int i = 0; i < 400; i++) {
      seq += 1 + (uint64_t)test_below(&seed, 1000);
      if (test_below(&seed, 10) < 6)
        add(&lots, model, &seed, seq);
      else
        take(&lots, model, &seed);
      if (i % 16 == 0) assert_same(&lots, model);
    }
    assert_same(&lots, model);
    round_trip(&lots, model);
    while (model->count) // down to nothing
      take(&lots, model, &seed);
    assert_int_equal(lots.count, 0);
    round_trip(&lots, model);
    acr__lots_free(&lots);
  }
  free(model);
}

// Damaged bytes are refused, or make lots that can be walked and are as many as they say.
static void test_damage(void **state) {
  uint64_t seed = 77;
  struct acr__lots lots = {0};
  acr__buf bytes = {0};
  (void)state;
  for (uint64_t i = 0; i < 40; i++) {
    struct acr__lot lot = random_lot(&seed, i * 3);
    acr__lots_add(&lots, &lot);
  }
  acr__lots_encode(&lots, &bytes);
  for (long i = 0; i < test_scale(20000); i++) {
    size_t len = test_below(&seed, 4) ? bytes.len : (size_t)test_below(&seed, (int64_t)bytes.len);
    uint8_t *copy = malloc(len + 1);
    memcpy(copy, bytes.ptr, len);
    for (int64_t k = test_below(&seed, 4); k && len; k--)
      copy[test_below(&seed, (int64_t)len)] = (uint8_t)test_random(&seed);
    acr__cursor cur = {copy, copy + len, false};
    struct acr__lots back = {0};
    struct acr__lots_at at = {0};
    struct acr__lot lot;
    uint32_t count = 0;
    if (acr__lots_decode(&cur, &back)) {
      while (acr__lots_next(&back, &at, &lot))
        assert_true(++count <= back.count && lot.remaining > 0 && lot.remaining <= lot.granted);
      assert_int_equal(count, back.count);
    }
    acr__lots_free(&back);
    free(copy);
  }
  acr__lots_free(&lots);
  acr__buf_free(&bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_model), cmocka_unit_test(test_damage)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
