// A member's state: what operations make of it, and as bytes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "member/member.h"
#include "random.h"

static bool apply(struct acr__member *m, uint64_t seq, struct acr__op op) {
  return acr__member_apply(m, &op, seq);
}

#define CREDIT(...) ((struct acr__op){.kind = ACR_OP_CREDIT, .v = {__VA_ARGS__}})
#define DEBIT(...) ((struct acr__op){.kind = ACR_OP_DEBIT, .v = {__VA_ARGS__}})
#define TAKE(...) ((struct acr__op){.kind = ACR_OP_TAKE, .v = {__VA_ARGS__}})
#define OP(name, ...) ((struct acr__op){.kind = ACR_OP_##name, .v = {__VA_ARGS__}})

static void test_points(void **state) {
  struct acr__member *m = acr__member_new(7, ACR__SPAN_LIT("m-7"));
  (void)state;
  assert_int_equal(acr__member_balance(m, 2), 0);
  assert_null(acr__member_account(m, 2));
  assert_true(apply(m, 10, CREDIT(2, 5, 100, 1000, ACR_TIME_MAX, 0, 100, 0)));
  assert_true(apply(m, 11, CREDIT(2, 5, 50, 900, ACR_TIME_MAX, 0, 150, 0)));
  assert_true(apply(m, 12, DEBIT(2, 6, 120, 0, 30)));
  assert_true(apply(m, 12, TAKE(11, 0, 50)));
  assert_true(apply(m, 12, TAKE(10, 0, 70)));
  assert_int_equal(acr__member_balance(m, 2), 30);
  assert_int_equal(m->lots.count, 1);
  assert_true(apply(m, 13, DEBIT(2, 6, 40, 10, -10)));
  assert_true(apply(m, 13, TAKE(10, 0, 30)));
  assert_int_equal(acr__member_balance(m, 2), -10);
  assert_true(apply(m, 14, CREDIT(2, 5, 10, 1000, ACR_TIME_MAX, 10, 0, 0))); // the hole first: no lot is left
  assert_int_equal(m->lots.count, 0);
  assert_int_equal(m->entries, 5);
  acr__member_free(m);
}

// A log that contradicts the state is noticed.
static void test_contradictions(void **state) {
  (void)state;
  struct acr__op wrong[] = {
      CREDIT(2, 5, 0, 0, 0, 0, 100, 1),      CREDIT(2, 5, -5, 0, 0, 0, 95, 1),  CREDIT(2, 5, 5, 0, 0, 0, 104, 1),
      CREDIT(2, 5, 5, 0, 0, 1, 105, 1),      CREDIT(2, 5, 5, 0, 0, -1, 105, 1), CREDIT(2, 5, INT64_MAX, 0, 0, 0, INT64_MIN, 1),
      DEBIT(2, 5, 0, 0, 100),                DEBIT(2, 5, 101, 0, -1),           DEBIT(2, 5, 10, 11, 90),
      DEBIT(2, 5, 10, -1, 90),               DEBIT(2, 5, 10, 0, 91),            TAKE(10, 0, 101),
      TAKE(9, 0, 1),                         TAKE(10, 1, 1),                    TAKE(10, 0, 0),
      TAKE(10, 0, -1),
  };
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    struct acr__member *m = acr__member_new(7, ACR__SPAN_LIT("m-7"));
    assert_true(apply(m, 10, CREDIT(2, 5, 100, 1000, ACR_TIME_MAX, 0, 100, 0)));
    if (apply(m, 11, wrong[i]))
      print_error("operation %zu was taken\n", i);
    acr__member_free(m);
    m = acr__member_new(7, ACR__SPAN_LIT("m-7"));
    assert_true(apply(m, 10, CREDIT(2, 5, 100, 1000, ACR_TIME_MAX, 0, 100, 0)));
    assert_false(apply(m, 11, wrong[i]));
    acr__member_free(m);
  }
}

static void test_labels(void **state) {
  struct acr__member *m = acr__member_new(7, ACR__SPAN_LIT("m-7"));
  (void)state;
  assert_null(acr__member_standing(m, 4));
  apply(m, 1, OP(LEVEL, 4, 9, 100));
  assert_int_equal(acr__member_standing(m, 4)->level, 8);
  apply(m, 2, OP(LEVEL, 4, 0, 200));
  assert_int_equal(acr__member_standing(m, 4)->level, -1); // placed once, now in none
  assert_int_equal(acr__member_standing(m, 4)->since, 200);
  for (int i = 1; i <= 3; i++)
    apply(m, 3, OP(TAG, i, i * 10, 500));
  apply(m, 4, OP(TAG, 1, 0, 0));
  apply(m, 4, OP(TAG, 8, 0, 0)); // was never there
  assert_int_equal(m->tag_count, 2);
  assert_int_equal(acr__member_tag(m, 1, 0), 0);
  assert_int_equal(acr__member_tag(m, 2, 499), 20);
  assert_int_equal(acr__member_tag(m, 2, 500), 0); // out of date
  assert_int_equal(acr__member_tag(m, 3, 0), 30);
  apply(m, 5, OP(AUDIENCE, 1, 1, 800));
  apply(m, 5, OP(AUDIENCE, 2, 1, 700));
  apply(m, 5, OP(AUDIENCE, 2, 1, 900));
  apply(m, 6, OP(AUDIENCE, 1, 0));
  apply(m, 6, OP(AUDIENCE, 1, 0));
  assert_int_equal(m->audience_count, 1);
  assert_int_equal(acr__member_in_audience(m, 2), 900); // a new term
  assert_int_equal(acr__member_in_audience(m, 1), ACR_TIME_MIN);
  apply(m, 7, OP(MEMBER, 12345));
  assert_int_equal(m->joined, 12345);
  apply(m, 8, OP(FACT, 3, 50, 7));
  apply(m, 8, OP(FACT, 3, 40, 5));
  assert_int_equal(acr__series_sum(acr__member_series(m, 3), 40, 50), 5);
  assert_null(acr__member_series(m, 2));
  assert_int_equal(m->entries, 0);
  acr__member_free(m);
}

static void test_links(void **state) {
  struct acr__member *m = acr__member_new(7, ACR__SPAN_LIT("m-7"));
  const acr__span ids[] = {ACR__SPAN_LIT("m-1"), ACR__SPAN_LIT("m-2"), ACR__SPAN_LIT("m-3")};
  const acr__span friend = ACR__SPAN_LIT("friend"), referrer = ACR__SPAN_LIT("referrer");
  (void)state;
  size_t bytes = acr__member_bytes(m);
  acr__links_set(&m->links, friend, ids, 2);
  acr__links_set(&m->links, referrer, ids, 1);
  assert_true(acr__member_bytes(m) > bytes);
  acr__links_set(&m->links, friend, ids + 1, 2); // in place of the others
  assert_int_equal(acr__member_link_count(m, friend), 2);
  assert_true(acr__span_is(acr__member_link(m, friend, 0), "m-2") && acr__span_is(acr__member_link(m, friend, 1), "m-3"));
  assert_null(acr__member_link(m, friend, 2).ptr);
  assert_true(acr__span_is(acr__member_link(m, referrer, 0), "m-1"));
  acr__links_set(&m->links, referrer, NULL, 0);
  assert_int_equal(acr__member_link_count(m, referrer), 0);
  assert_int_equal(m->links.count, 2);
  assert_true(apply(m, 1, OP(MEMBER, 5)) && apply(m, 2, OP(JOINED, 4)));
  assert_int_equal(m->joined, 4);
  acr__member_free(m);
}

static struct acr__member *random_member(uint64_t *seed) {
  struct acr__member *m = acr__member_new(7, ACR__SPAN_LIT("m-7"));
  int64_t after[3] = {0};
  for (int i = 0; i < 60; i++) {
    int64_t account = test_below(seed, 3), points = 1 + test_below(seed, 500);
    after[account] += points;
    assert_true(apply(m, (uint64_t)i, CREDIT(account, 4, points, test_below(seed, 1u << 30) * 1000, ACR_TIME_MAX, 0, after[account], 0)));
    assert_true(apply(m, (uint64_t)i, OP(FACT, test_below(seed, 4), test_below(seed, 1000), 1 + test_below(seed, 9))));
  }
  after[0] += m->balances[0].lots; // some debt in an account of its own
  assert_true(apply(m, 90, DEBIT(9, 4, 33, 33, -33)));
  apply(m, 91, OP(MEMBER, -5));
  apply(m, 92, OP(LEVEL, 1, 3, 77));
  apply(m, 92, OP(LEVEL, 2, 0, -77));
  apply(m, 93, OP(TAG, 5, 2, ACR_TIME_MAX));
  apply(m, 93, OP(AUDIENCE, 6, 1));
  apply(m, 94, OP(OFFER, 1, 7, 1, 100, 100, 900, 800, 4, 1));
  apply(m, 94, OP(OFFER, 1, 7, 2, 100, 150, ACR_TIME_MAX, ACR_TIME_MAX, 0, 0));
  apply(m, 95, OP(REDEEM, 1, 7, 94, 2, 0));
  apply(m, 95, OP(STORE, 1, 8, 1));
  for (int i = 0; i < 20; i++) {
    apply(m, 94, OP(VALUE, 7, test_below(seed, 100), (int64_t)test_random(seed)));
    apply(m, 94, OP(REACHED, 1, 2, 0, test_below(seed, 3), 7, test_below(seed, 4) - 2, i * 10));
  }
  m->has_birthday = true;
  m->birthday = (acr__date){1980, 2, 29};
  m->zone = acr__zone_find(ACR__SPAN_LIT("Asia/Tokyo"));
  acr__member_set_attributes(m, ACR__SPAN_LIT("{\"a\":[1]}"));
  const acr__span friends[] = {ACR__SPAN_LIT("m-1"), ACR__SPAN_LIT("m-2")};
  acr__links_set(&m->links, ACR__SPAN_LIT("friend"), friends, 2);
  acr__links_set(&m->links, ACR__SPAN_LIT("referrer"), friends, 1);
  m->applied = 123456;
  m->prev = 123400;
  m->events = 61;
  return m;
}

static void test_offers(void **state) {
  (void)state;
  struct acr__member *m = acr__member_new(7, ACR__SPAN_LIT("m-7"));
  assert_true(apply(m, 10, OP(OFFER, 1, 7, 1, 100, 100, 900, 800, 4, 1)));
  assert_false(apply(m, 10, OP(OFFER, 1, 7, 1, 100, 100, 900, 800, 4, 1))); // the same issue again
  assert_true(apply(m, 11, OP(OFFER, 1, 7, 1, 100, 100, 900, 800, 4, 1)));
  assert_false(apply(m, 12, OP(REDEEM, 1, 7, 10, 2, 0)));
  assert_true(apply(m, 12, OP(OFFER_END, 1, 7, 10, 1)));
  assert_false(apply(m, 12, OP(OFFER_END, 1, 7, 10, 1)));
  assert_true(apply(m, 12, OP(REDEEM, 1, 7, 10, 1, 0))); // by an event from before its end
  assert_false(apply(m, 13, OP(REDEEM, 1, 7, 10, 1, 0)));
  assert_false(apply(m, 13, OP(OFFER_END, 1, 7, 10, 1)));
  assert_int_equal(acr__member_issue(m, 11, 1)->state, ACR_ISSUE_HELD);
  assert_null(acr__member_issue(m, 11, 2));
  assert_true(apply(m, 14, OP(STORE, 1, 8, 1)));
  assert_true(apply(m, 14, OP(STORE, 2, 8, 1)));
  assert_true(apply(m, 15, OP(STORE, 1, 8, 0)));
  assert_false(acr__member_granted(m, 1, 8));
  assert_true(acr__member_granted(m, 2, 8));
  acr__member_free(m);
}

// Due work: what is past, and what waits in order of its time.
static void add_dues(struct acr__member *m) {
  const struct acr__op ops[] = {{.kind = ACR_OP_DATES, .v = {77}},
                                {.kind = ACR_OP_DUE, .v = {2, 0, 500, 1}},
                                {.kind = ACR_OP_DUE, .v = {9, 4, 600, 1}},
                                {.kind = ACR_OP_DUE, .v = {9, 5, 600, 1}},
                                {.kind = ACR_OP_DUE, .v = {9, 4, 600, 0}},
                                {.kind = ACR_OP_DUE, .v = {9, 5, 599, 0}},
                                {.kind = ACR_OP_PENDING, .v = {1, 3, 900, 2, 0}, .text = ACR__SPAN_LIT("{\"n\":1}")},
                                {.kind = ACR_OP_PENDING, .v = {2, 3, 800, 1, 6}},
                                {.kind = ACR_OP_PENDING, .v = {3, 3, 850, 1, 0}},
                                {.kind = ACR_OP_PENDING_DONE, .v = {1000001, 3}}};
  for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++)
    assert_true(acr__member_apply(m, &ops[i], 1000001));
  assert_false(acr__member_apply(m, &ops[9], 1000001)); // its time does not come twice
}

static void check_dues(const struct acr__dues *dues) {
  assert_int_equal(dues->since, 77);
  assert_int_equal(acr__dues_mark(dues, 2, 0), 500);
  assert_int_equal(acr__dues_mark(dues, 9, 4), ACR_TIME_MIN);
  assert_int_equal(acr__dues_mark(dues, 9, 5), 600);
  assert_int_equal(dues->pending_count, 2);
  assert_int_equal(dues->pending[0].at, 800);
  assert_int_equal(dues->pending[0].link, 6);
  assert_int_equal(dues->pending[1].depth, 2);
  assert_true(acr__span_is(dues->pending[1].data, "{\"n\":1}"));
}

static void test_round_trip(void **state) {
  (void)state;
  for (uint64_t round = 0; round < 30; round++) {
    uint64_t seed = round;
    acr__buf bytes = {0}, again = {0};
    struct acr__member *m = random_member(&seed);
    add_dues(m);
    acr__buf_text(&bytes, "in front"); // a state is appended
    acr__member_encode(m, &bytes);
    acr__span span = {(const char *)bytes.ptr + 8, bytes.len - 8};
    struct acr__member *back = acr__member_decode(7, ACR__SPAN_LIT("m-7"), span);
    assert_non_null(back);
    acr__member_encode(back, &again);
    assert_int_equal(again.len, span.len);
    assert_memory_equal(again.ptr, span.ptr, span.len);
    assert_true(acr__span_is(back->id, "m-7") && back->number == 7 && back->zone == m->zone && back->prev == 123400);
    assert_int_equal(acr__member_balance(back, 9), -33);
    assert_int_equal(acr__member_balance(back, 1), acr__member_balance(m, 1));
    assert_string_equal(back->attributes, "{\"a\":[1]}");
    assert_int_equal(acr__member_issue(back, 94, 1)->warn, 800);
    assert_int_equal(acr__member_issue(back, 94, 1)->state, ACR_ISSUE_HELD);
    assert_int_equal(acr__member_issue(back, 94, 2)->state, ACR_ISSUE_REDEEMED);
    assert_true(acr__member_granted(back, 1, 8));
    assert_true(acr__member_series(back, 7)->values && !acr__member_series(back, 0)->values);
    assert_int_equal(back->reached.count, m->reached.count);
    check_dues(&back->dues);
    acr__member_free(m);
    acr__member_free(back);
    acr__buf_free(&bytes);
    acr__buf_free(&again);
  }
}

// Whatever is changed or cut off, the state is not taken for a good one.
static void test_damage(void **state) {
  uint64_t seed = 3;
  acr__buf bytes = {0};
  struct acr__member *m = random_member(&seed);
  (void)state;
  acr__member_encode(m, &bytes);
  acr__member_free(m);
  for (size_t n = 0; n < bytes.len; n++)
    assert_null(acr__member_decode(7, ACR__SPAN_LIT("m"), (acr__span){(const char *)bytes.ptr, n}));
  for (long i = 0; i < test_scale(5000); i++) {
    uint8_t *copy = malloc(bytes.len);
    memcpy(copy, bytes.ptr, bytes.len);
    for (int64_t k = 1 + test_below(&seed, 3); k; k--)
      copy[test_below(&seed, (int64_t)bytes.len)] = (uint8_t)test_random(&seed);
    if (memcmp(copy, bytes.ptr, bytes.len) != 0)
      assert_null(acr__member_decode(7, ACR__SPAN_LIT("m"), (acr__span){(const char *)copy, bytes.len}));
    free(copy);
  }
  acr__buf_free(&bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_points), cmocka_unit_test(test_contradictions),
                                     cmocka_unit_test(test_labels), cmocka_unit_test(test_links), cmocka_unit_test(test_offers),
                                     cmocka_unit_test(test_round_trip), cmocka_unit_test(test_damage)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
