// Operations as bytes: back again exactly, and damage is noticed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ledger/ops.h"
#include "ledger/ops_pick.h"
#include "random.h"

static const int64_t numbers[] = {0, 1, -1, 63, 64, -64, -65, 1 << 20, INT64_MAX, INT64_MIN, 1760000000000000};

static void fill(struct acr__ops *ops, uint64_t *seed, int count) {
  static const char text[] = "some text of a rule, and a name behind it";
  for (int i = 0; i < count; i++) {
    struct acr__op *op = acr__ops_add(ops, (acr__op_kind)test_below(seed, ACR_OP_KINDS));
    for (int k = 0; k < ACR_OP_INTS; k++)
      op->v[k] = numbers[test_below(seed, sizeof numbers / sizeof numbers[0])];
    op->text = (acr__span){text, (size_t)test_below(seed, (int64_t)sizeof text)};
  }
}

static bool decode(const acr__buf *bytes, size_t len, const acr__buf *texts, struct acr__ops *out) {
  struct acr__op_walk walk = {.ops = {bytes->ptr, bytes->ptr + len, false}};
  if (texts->len) walk.texts = (acr__cursor){texts->ptr, texts->ptr + texts->len, false};
  return acr__ops_decode(walk, out);
}

static void test_round_trip(void **state) {
  uint64_t seed = 1;
  (void)state;
  for (int round = 0; round < 50; round++) {
    struct acr__ops ops = {0}, back = {0};
    acr__buf bytes = {0}, again = {0}, texts = {0}, texts_again = {0};
    fill(&ops, &seed, round * 3);
    acr__ops_encode(&ops, &bytes, &texts);
    assert_true(decode(&bytes, bytes.len, &texts, &back));
    assert_int_equal(back.count, ops.count);
    for (int i = 0; i < ops.count; i++)
      assert_int_equal(back.all[i].kind, ops.all[i].kind);
    acr__ops_encode(&back, &again, &texts_again);
    assert_int_equal(again.len, bytes.len);
    if (bytes.len)
      assert_memory_equal(again.ptr, bytes.ptr, bytes.len);
    assert_int_equal(texts_again.len, texts.len);
    if (texts.len)
      assert_memory_equal(texts_again.ptr, texts.ptr, texts.len);
    acr__buf_free(&texts);
    acr__buf_free(&texts_again);
    acr__ops_free(&ops);
    acr__ops_free(&back);
    acr__buf_free(&bytes);
    acr__buf_free(&again);
  }
}

// What is picked is what reading all of them and leaving out the others gives, and damage is noticed in what is stepped over, too.
static void test_pick(void **state) {
  uint64_t seed = 7;
  (void)state;
  for (int round = 0; round < 50; round++) {
    struct acr__ops ops = {0};
    acr__buf bytes = {0}, texts = {0};
    bool wanted[ACR_OP_KINDS];
    fill(&ops, &seed, round * 3);
    acr__ops_add(&ops, ACR_OP_CREDIT); // its last byte is missed
    acr__ops_encode(&ops, &bytes, &texts);
    for (int k = 0; k < ACR_OP_KINDS; k++)
      wanted[k] = test_below(&seed, 3) == 0;
    acr__cursor all = {bytes.ptr, bytes.ptr + bytes.len, false}, some = all;
    struct acr__op op = {0}, picked;
    for (; acr__op_read(&all, &op); op = (struct acr__op){0}) {
      if (!wanted[op.kind]) continue;
      picked = (struct acr__op){0};
      assert_true(acr__op_pick(&some, wanted, &picked));
      assert_int_equal(picked.kind, op.kind);
      assert_int_equal(picked.v[0], op.v[0]);
      assert_int_equal(picked.text.len, op.text.len);
    }
    assert_false(acr__op_pick(&some, wanted, &picked));
    assert_false(some.bad);
    static const bool none[ACR_OP_KINDS];
    acr__cursor torn = {bytes.ptr, bytes.ptr + bytes.len - 1, false};
    assert_false(acr__op_pick(&torn, none, &picked));
    assert_true(torn.bad);
    acr__buf_free(&texts);
    acr__ops_free(&ops);
    acr__buf_free(&bytes);
  }
}

static void test_values(void **state) {
  struct acr__ops ops = {0}, back = {0};
  acr__buf bytes = {0}, texts = {0};
  (void)state;
  struct acr__op *op = acr__ops_add(&ops, ACR_OP_CREDIT);
  for (int k = 0; k < 8; k++) {
    assert_int_equal(op->v[k], 0); // born empty
    op->v[k] = 100 - k * 33;
  }
  op = acr__ops_add(&ops, ACR_OP_CLIP);
  op->v[2] = 7;
  op->text = ACR__SPAN_LIT("max_balance");
  acr__ops_encode(&ops, &bytes, &texts);
  assert_true(decode(&bytes, bytes.len, &texts, &back));
  for (int k = 0; k < 8; k++)
    assert_int_equal(back.all[0].v[k], 100 - k * 33);
  assert_int_equal(back.all[1].v[2], 7);
  assert_true(acr__span_is(back.all[1].text, "max_balance"));
  assert_string_equal(acr__op_name(ACR_OP_CREDIT), "CREDIT");
  assert_string_equal(acr__op_name(ACR_OP_STANDING), "STANDING");
  acr__ops_free(&ops);
  acr__ops_free(&back);
  acr__buf_free(&bytes);
  acr__buf_free(&texts);
}

// What may be personal stands apart from the decision, and the decision is read without it.
static void test_texts(void **state) {
  struct acr__ops ops = {0}, back = {0};
  acr__buf bytes = {0}, texts = {0}, none = {0};
  (void)state;
  acr__ops_add(&ops, ACR_OP_REFUSED)->text = ACR__SPAN_LIT("points_short");
  acr__ops_add(&ops, ACR_OP_MESSAGE)->text = ACR__SPAN_LIT("Ann has 3");
  acr__ops_add(&ops, ACR_OP_LOCK)->v[0] = 1;
  acr__ops_encode(&ops, &bytes, &texts);
  assert_null(memmem(bytes.ptr, bytes.len, "Ann", 3));
  assert_true(decode(&bytes, bytes.len, &texts, &back));
  assert_true(acr__span_is(back.all[1].text, "Ann has 3"));
  back.count = 0;
  assert_true(decode(&bytes, bytes.len, &none, &back));
  assert_int_equal(back.count, 3);
  assert_true(acr__span_is(back.all[0].text, "points_short"));
  assert_int_equal(back.all[1].text.len, 0);
  assert_int_equal(back.all[2].v[0], 1);
  acr__ops_free(&ops);
  acr__ops_free(&back);
  acr__buf_free(&bytes);
  acr__buf_free(&texts);
}

// Cut short, every decision is malformed unless the cut falls between two operations; an unknown kind always is.
static void test_damage(void **state) {
  struct acr__ops ops = {0};
  acr__buf bytes = {0}, texts = {0};
  uint64_t seed = 2;
  int whole = 0;
  (void)state;
  fill(&ops, &seed, 40);
  acr__ops_encode(&ops, &bytes, &texts);
  for (size_t n = 0; n < bytes.len; n++) {
    struct acr__ops back = {0};
    whole += decode(&bytes, n, &texts, &back);
    assert_true(back.count <= 40);
    acr__ops_free(&back);
  }
  assert_int_equal(whole, 40); // in front of each of the operations
  static const uint8_t unknown[] = {ACR_OP_KINDS}, open_number[] = {ACR_OP_PROFILE, ACR_OP_NAME, 0x80};
  struct acr__ops back = {0};
  assert_false(acr__ops_decode((struct acr__op_walk){.ops = {unknown, unknown + 1, false}}, &back));
  assert_false(acr__ops_decode((struct acr__op_walk){.ops = {open_number, open_number + 3, false}}, &back));
  assert_int_equal(back.count, 1);
  acr__ops_free(&back);
  for (long i = 0; i < test_scale(2000); i++) { // no mutation is read beyond its end
    char *copy = malloc(bytes.len);
    memcpy(copy, bytes.ptr, bytes.len);
    for (int64_t k = 1 + test_below(&seed, 4); k; k--)
      copy[test_below(&seed, (int64_t)bytes.len)] = (char)test_random(&seed);
    const uint8_t *begin = (const uint8_t *)copy;
    acr__ops_decode((struct acr__op_walk){.ops = {begin, begin + bytes.len, false}, .texts = {texts.ptr, texts.ptr + texts.len, false}},
                    &back);
    acr__ops_free(&back);
    free(copy);
  }
  acr__ops_free(&ops);
  acr__buf_free(&bytes);
  acr__buf_free(&texts);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_round_trip), cmocka_unit_test(test_values), cmocka_unit_test(test_texts),
                                     cmocka_unit_test(test_damage), cmocka_unit_test(test_pick)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
