// Arena, buffer and cursor, checked arithmetic, tables, names, digests, diagnostics.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/portion.h"
#include "base/table.h"
#include <stdio.h>

#define LIT ACR__SPAN_LIT

static void test_arena_pieces_do_not_overlap(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(1000);
  for (int round = 0; round < 3; round++) {
    uint8_t *pieces[200];
    size_t wanted = 0;
    for (size_t i = 0; i < 200; i++) {
      size_t bytes = i * 37 % 1500; // some larger than a block
      pieces[i] = acr__arena_alloc(arena, bytes);
      assert_int_equal((uintptr_t)pieces[i] % 16, 0);
      if (bytes) memset(pieces[i], (int)i, bytes);
      wanted += bytes;
    }
    for (size_t i = 0; i < 200; i++) {
      for (size_t b = 0; b < i * 37 % 1500; b++)
        assert_int_equal(pieces[i][b], (uint8_t)i);
    }
    assert_int_equal(acr__arena_used(arena), wanted);
    acr__arena_reset(arena);
    assert_int_equal(acr__arena_used(arena), 0);
  }
  uint8_t *clear = acr__arena_zalloc(arena, 900);
  for (size_t i = 0; i < 900; i++)
    assert_int_equal(clear[i], 0);
  acr__arena_free(arena);
}

static void test_arena_texts(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(0);
  assert_string_equal(acr__arena_text(arena, (acr__span){"abcdef", 3}), "abc");
  assert_string_equal(acr__arena_text(arena, (acr__span){NULL, 0}), "");
  assert_string_equal(acr__arena_printf(arena, "%d %s", 42, "answers"), "42 answers");
  char *wide = acr__arena_printf(arena, "%5000d", 7);
  assert_int_equal(strlen(wide), 5000);
  assert_true(acr__span_is(acr__arena_span(arena, LIT("xy")), "xy"));
  acr__arena_free(arena);
}

static void test_buf_integers_come_back(void **state) {
  (void)state;
  static const int64_t values[] = {0, 1, -1, 63, 64, -64, -65, 127, 128, 300, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN};
  enum { COUNT = sizeof values / sizeof values[0] };
  acr__buf buf = {0};
  for (size_t i = 0; i < COUNT; i++) {
    acr__buf_vari(&buf, values[i]);
    acr__buf_varu(&buf, (uint64_t)values[i]);
    acr__buf_u64(&buf, (uint64_t)values[i]);
    acr__buf_u32(&buf, (uint32_t)values[i]);
    acr__buf_u8(&buf, (uint8_t)values[i]);
  }
  acr__buf_span(&buf, LIT("text"));
  acr__buf_span(&buf, (acr__span){0});
  acr__buf_printf(&buf, "%s", "!");
  acr__cursor cur = {buf.ptr, buf.ptr + buf.len, false};
  for (size_t i = 0; i < COUNT; i++) {
    assert_true(acr__get_vari(&cur) == values[i]);
    assert_true(acr__get_varu(&cur) == (uint64_t)values[i]);
    assert_true(acr__get_u64(&cur) == (uint64_t)values[i]);
    assert_int_equal(acr__get_u32(&cur), (uint32_t)values[i]);
    assert_int_equal(acr__get_u8(&cur), (uint8_t)values[i]);
  }
  assert_true(acr__span_is(acr__get_span(&cur), "text"));
  assert_true(acr__span_is(acr__get_span(&cur), ""));
  assert_int_equal(acr__get_u8(&cur), '!');
  assert_false(cur.bad);
  assert_int_equal(acr__get_u8(&cur), 0);
  assert_true(cur.bad);
  acr__buf_free(&buf);
  assert_null(buf.ptr);
}

// Of every length, with other bytes behind it or not.
static void test_buf_integers_of_all_lengths_come_back(void **state) {
  (void)state;
  for (int bits = 0; bits < 64; bits++)
    for (int less = 0; less < 2; less++) {
      uint64_t value = (UINT64_C(1) << bits) - (uint64_t)less;
      for (int behind = 0; behind < 9; behind++) {
        acr__buf buf = {0};
        acr__buf_varu(&buf, value);
        size_t len = buf.len;
        acr__buf_put(&buf, "\xff\xff\xff\xff\xff\xff\xff\xff", (size_t)behind);
        acr__cursor cur = {buf.ptr, buf.ptr + buf.len, false};
        assert_true(acr__get_varu(&cur) == value);
        assert_true(!cur.bad && cur.ptr == buf.ptr + len);
        acr__buf_free(&buf);
      }
    }
}

static void refuse_varu(const char *bytes, size_t len) {
  acr__cursor cur = {(const uint8_t *)bytes, (const uint8_t *)bytes + len, false};
  assert_true(acr__get_varu(&cur) == 0);
  assert_true(cur.bad);
  assert_int_equal(acr__get_u32(&cur), 0); // bad for good
}

static void test_cursor_refuses_what_is_malformed(void **state) {
  (void)state;
  refuse_varu("", 0);
  refuse_varu("\x80", 1);     // cut off
  refuse_varu("\x80\x00", 2); // not the shortest form
  refuse_varu("\x80\x00\x01\x01\x01\x01\x01\x01", 8);
  refuse_varu("\xff\xff\xff\xff\xff\xff\xff\x00\x01", 9);
  refuse_varu("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10); // 2^64 and more
  refuse_varu("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x01", 11);
  acr__cursor cur = {(const uint8_t *)"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", NULL, false};
  cur.end = cur.ptr + 10;
  assert_true(acr__get_varu(&cur) == UINT64_MAX);
  assert_false(cur.bad);
  acr__cursor text = {(const uint8_t *)"\x05text", NULL, false}; // says five bytes, has four
  text.end = text.ptr + 5;
  assert_int_equal(acr__get_span(&text).len, 0);
  assert_true(text.bad);
}

static void test_checked_arithmetic(void **state) {
  (void)state;
  int64_t out = 7;
  assert_false(acr__add(INT64_MAX, 1, &out));
  assert_false(acr__sub(INT64_MIN, 1, &out));
  assert_false(acr__mul(INT64_MAX / 2, 3, &out));
  assert_true(out == 7);
  assert_true(acr__add(2, 3, &out) && out == 5);
  assert_true(acr__sub(2, 3, &out) && out == -1);
  assert_true(acr__mul(-4, 3, &out) && out == -12);
  assert_true(acr__pow10(0) == 1 && acr__pow10(18) == 1000000000000000000LL);
  for (int i = 1; i <= 18; i++)
    assert_true(acr__pow10(i) == acr__pow10(i - 1) * 10);
}

static void test_scale_rounds_one_way(void **state) {
  (void)state;
  static const struct {
    int64_t amount, times, per;
    int64_t down, half_up, up;
  } cases[] = {
      {7, 1, 2, 3, 4, 4},
      {-7, 1, 2, -3, -4, -4},
      {7, 1, -2, -3, -4, -4},
      {10, 1, 3, 3, 3, 4},
      {11, 1, 3, 3, 4, 4},
      {-10, 1, 3, -3, -3, -4},
      {6, 1, 3, 2, 2, 2},
      {0, 5, 3, 0, 0, 0},
      {1, 1, 1000, 0, 0, 1},
      {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX}, // through 128 bits
      {INT64_MIN, 1, 1, INT64_MIN, INT64_MIN, INT64_MIN},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t down, half_up, up;
    assert_true(acr__scale(cases[i].amount, cases[i].times, cases[i].per, ACR_ROUND_DOWN, &down));
    assert_true(acr__scale(cases[i].amount, cases[i].times, cases[i].per, ACR_ROUND_HALF_UP, &half_up));
    assert_true(acr__scale(cases[i].amount, cases[i].times, cases[i].per, ACR_ROUND_UP, &up));
    assert_true(down == cases[i].down && half_up == cases[i].half_up && up == cases[i].up);
  }
  int64_t out = 7;
  assert_false(acr__scale(1, 1, 0, ACR_ROUND_DOWN, &out));
  assert_false(acr__scale(INT64_MAX, 2, 1, ACR_ROUND_DOWN, &out));
  assert_false(acr__scale(INT64_MIN, 1, -1, ACR_ROUND_DOWN, &out));
  assert_true(out == 7);
}

static int64_t points(int64_t amount, struct acr__points_per rule) {
  int64_t out = -999;
  assert_true(acr__points_per(amount, &rule, &out));
  return out;
}

static void test_points_per(void **state) {
  (void)state;
  struct acr__points_per money = {.rate = 2, .per = 100, .precision = 2};
  assert_int_equal(points(1999, money), 39); // P2: 19.99 at 2 per dollar
  money.precision = 0;
  assert_int_equal(points(1999, money), 38);
  struct acr__points_per hurdle = {.rate = 2, .per = 100, .precision = 2, .hurdle = 40000};
  assert_int_equal(points(47500, hurdle), 950); // worked example 7
  assert_int_equal(points(40000, hurdle), 800);
  assert_int_equal(points(39999, hurdle), 0);
  for (int precision = 0; precision <= 2; precision++) { // worked example 8
    assert_int_equal(points(4, (struct acr__points_per){.rate = 1, .per = 3, .precision = precision}), 1);
  }
  assert_int_equal(points(4, (struct acr__points_per){.rate = 1, .per = 3, .precision = 2, .decimals = 2}), 133);
  struct acr__points_per up = {.rate = 15, .rate_scale = 1, .per = 100, .precision = 2, .rounding = ACR_ROUND_UP};
  assert_int_equal(points(101, up), 2);  // 1.515 up
  assert_int_equal(points(-500, up), 0); // P6
  up.rate = -15;
  assert_int_equal(points(101, up), -1); // a deduction is rounded toward zero
  int64_t out = 7;
  struct acr__points_per large = {.rate = INT64_MAX, .per = 1};
  assert_false(acr__points_per(2, &large, &out));
  large.precision = 6, large.decimals = 6;
  assert_false(acr__points_per(INT64_MAX, &large, &out));
  large.per = 0;
  assert_false(acr__points_per(1, &large, &out));
  assert_int_equal(out, 7);
}

struct seen {
  int count;
  char first[8];
};

static void see(acr__span key, void *value, void *arg) {
  struct seen *seen = arg;
  if (seen->count++ == 0) snprintf(seen->first, sizeof seen->first, "%.*s", (int)key.len, key.ptr);
  assert_non_null(value);
}

static void test_table(void **state) {
  (void)state;
  acr__table *table = acr__table_new();
  static int values[20000];
  char key[16];
  for (int i = 0; i < 20000; i++) {
    int len = snprintf(key, sizeof key, "k%d", i);
    acr__table_put(table, (acr__span){key, (size_t)len}, &values[i]);
  }
  assert_int_equal(acr__table_count(table), 20000);
  assert_ptr_equal(acr__table_get(table, LIT("k777")), &values[777]);
  acr__table_put(table, LIT("k777"), &values[0]); // replaces
  assert_ptr_equal(acr__table_get(table, LIT("k777")), &values[0]);
  acr__table_put(table, (acr__span){NULL, 0}, &values[5]); // the empty key is a key
  assert_ptr_equal(acr__table_get(table, LIT("")), &values[5]);
  acr__table_put(table, LIT("a\0b"), &values[6]);
  assert_null(acr__table_get(table, LIT("a")));
  acr__table_remove(table, LIT("k0"));
  acr__table_remove(table, LIT("k0"));
  assert_null(acr__table_get(table, LIT("k0")));
  struct seen seen = {0};
  acr__table_each(table, see, &seen);
  assert_int_equal(seen.count, 20001);
  assert_string_equal(seen.first, "k1");
  acr__table_free(table);
}

static void test_names(void **state) {
  (void)state;
  acr__names *names = acr__names_new();
  assert_int_equal(acr__names_find(names, LIT("points")), -1);
  assert_int_equal(acr__names_add(names, LIT("points")), 0);
  assert_int_equal(acr__names_add(names, LIT("status")), 1);
  assert_int_equal(acr__names_add(names, LIT("points")), 0);
  for (int i = 0; i < 1000; i++) {
    char name[16];
    int len = snprintf(name, sizeof name, "n%d", i);
    assert_int_equal(acr__names_add(names, (acr__span){name, (size_t)len}), i + 2);
  }
  assert_int_equal(acr__names_count(names), 1002);
  assert_true(acr__span_is(acr__names_text(names, 1), "status"));
  assert_int_equal(acr__names_text(names, 1002).len, 0);
  acr__names_free(names);
}

static void test_digests(void **state) {
  (void)state;
  acr__key key, other;
  acr__key_random(&key);
  acr__key_random(&other);
  assert_memory_not_equal(key.bytes, other.bytes, sizeof key.bytes);
  acr__digest a = acr__digest_pair(&key, LIT("ab"), LIT("c")), b = acr__digest_pair(&key, LIT("a"), LIT("bc"));
  acr__digest again = acr__digest_pair(&key, LIT("ab"), LIT("c")), keyed = acr__digest_pair(&other, LIT("ab"), LIT("c"));
  assert_memory_equal(a.bytes, again.bytes, sizeof a.bytes);
  assert_memory_not_equal(a.bytes, b.bytes, sizeof a.bytes);
  assert_memory_not_equal(a.bytes, keyed.bytes, sizeof a.bytes);
  for (size_t i = 0; i < sizeof key.bytes; i++)
    key.bytes[i] = (uint8_t)i;
  // By another SipHash-2-4-128 over the lengths (64 bits, little endian) and the texts.
  static const uint8_t short_one[] = {0xBC, 0x24, 0x9B, 0x02, 0xFA, 0x40, 0x1B, 0x08, 0x54, 0xE6, 0xB9, 0x57, 0x26, 0x78, 0x08, 0x20};
  static const uint8_t long_one[] = {0x52, 0xE9, 0xD4, 0x52, 0x4D, 0x86, 0xD7, 0x4B, 0x0B, 0x06, 0x66, 0x9E, 0x23, 0xD0, 0xEE, 0x0B};
  char big[5000];
  memset(big, 'x', sizeof big);
  a = acr__digest_pair(&key, LIT("ab"), LIT("c"));
  assert_memory_equal(a.bytes, short_one, sizeof short_one);
  a = acr__digest_pair(&key, (acr__span){big, sizeof big}, (acr__span){NULL, 0});
  assert_memory_equal(a.bytes, long_one, sizeof long_one);
  char hex[65];
  acr__hash hash = acr__hash_bytes("abc", 3); // hashlib.blake2b(b"abc", digest_size=32)
  acr__hash_hex(&hash, hex);
  assert_string_equal(hex, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  acr__hash zero = {0}, chained = acr__hash_chain(&zero, "abc", 3), longer = acr__hash_chain(&chained, "abc", 3);
  assert_memory_not_equal(chained.bytes, hash.bytes, sizeof hash.bytes);
  assert_memory_not_equal(chained.bytes, longer.bytes, sizeof hash.bytes);
  assert_true(acr__fast_hash("abc", 3) != acr__fast_hash("abd", 3));
  acr__hash_bytes(NULL, 0);
}

static void test_diag(void **state) {
  (void)state;
  acr__arena *arena = acr__arena_new(4096);
  acr__diag diag;
  acr__diag_init(&diag, arena);
  acr__diag_add(&diag, ACR_FAULT, "unknown_name", (struct acr__place){"a.json", 3, 5, "$.levels"}, "found '%s'", "x");
  acr__diag_add(&diag, ACR_WARNING, "odd", (struct acr__place){NULL, 0, 0, "$.b"}, "odd");
  acr__diag_add(&diag, ACR_WARNING, "odd", (struct acr__place){"b.lua", 7, 0, NULL}, "odd");
  acr__diag_add(&diag, ACR_WARNING, "odd", (struct acr__place){0}, "nowhere");
  acr__diag_item *item = diag.first;
  assert_string_equal(acr__diag_line(&diag, item), "a.json:3:5: found 'x'");
  assert_string_equal(acr__diag_line(&diag, item->next), "[$.b]: odd");
  assert_string_equal(acr__diag_line(&diag, item->next->next), "b.lua:7: odd");
  assert_string_equal(acr__diag_line(&diag, diag.last), "nowhere");
  for (int i = 0; i < 2 * ACR_DIAG_MAX; i++)
    acr__diag_add(&diag, ACR_FAULT, "x", (struct acr__place){0}, "%d", i);
  int kept = 0;
  for (item = diag.first; item; item = item->next)
    kept++;
  assert_int_equal(kept, ACR_DIAG_MAX);
  assert_int_equal(diag.faults, 1 + 2 * ACR_DIAG_MAX);
  assert_int_equal(diag.warnings, 3);
  acr__arena_free(arena);
}

static int64_t share(const struct acr__portion *portion, int64_t amount) {
  int64_t out;
  assert_true(acr__portion_of(portion, amount, &out));
  return out;
}

static void test_portions(void **state) {
  (void)state;
  struct acr__portion p = {0}, q = {0};
  assert_int_equal(share(&p, 1001), 1001); // nobody asked
  assert_true(acr__portion_times(&p, 2, 3));
  assert_int_equal(share(&p, 1000), 666);
  assert_int_equal(share(&p, -1000), -666); // toward zero
  assert_true(acr__portion_times(&p, 3, 2000));
  assert_int_equal(share(&p, 1000), 1); // exact: 666 cut first would give 0
  assert_true(acr__portion_most(&q, &p));
  assert_int_equal(share(&q, 1000), 1);
  assert_true(acr__portion_times(&q, 0, 5));
  assert_int_equal(share(&q, INT64_MAX), 0);
  assert_true(acr__portion_most(&q, &p));
  assert_int_equal(share(&q, 1000), 1);
  assert_true(acr__portion_most(&q, &(struct acr__portion){0}));
  assert_int_equal(share(&q, 1000), 1);
  struct acr__portion fine = {0};
  assert_true(acr__portion_times(&fine, INT64_MAX - 1, INT64_MAX) && acr__portion_times(&fine, INT64_MAX - 3, INT64_MAX - 2));
  struct acr__portion before = fine;
  assert_false(acr__portion_times(&fine, INT64_MAX - 5, INT64_MAX - 4));
  assert_true(fine.n == before.n && fine.d == before.d);
  int64_t out = 7;
  assert_false(acr__portion_of(&fine, INT64_MAX, &out));
  assert_int_equal(out, 7);
}

static void test_nearest(void **state) {
  (void)state;
  static const acr__span names[] = {LIT("purchase"), LIT("past_purchases"), LIT("event"), LIT("store"), LIT("id")};
  assert_true(acr__span_is(acr__nearest(LIT("purchse"), names, 5), "purchase"));
  assert_true(acr__span_is(acr__nearest(LIT("pruchase"), names, 5), "purchase")); // a swap is one edit
  assert_true(acr__span_is(acr__nearest(LIT("sotre"), names, 5), "store"));
  assert_true(acr__span_is(acr__nearest(LIT("ix"), names, 5), "id"));
  assert_int_equal(acr__nearest(LIT("weather"), names, 5).len, 0);
  assert_int_equal(acr__nearest(LIT("xy"), names, 5).len, 0);
  assert_int_equal(acr__nearest(LIT(""), names, 4).len, 0);
  char longest[5000];
  memset(longest, 'a', sizeof longest);
  assert_int_equal(acr__nearest((acr__span){longest, sizeof longest}, names, 5).len, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_arena_pieces_do_not_overlap),
      cmocka_unit_test(test_arena_texts),
      cmocka_unit_test(test_buf_integers_come_back),
      cmocka_unit_test(test_buf_integers_of_all_lengths_come_back),
      cmocka_unit_test(test_cursor_refuses_what_is_malformed),
      cmocka_unit_test(test_checked_arithmetic),
      cmocka_unit_test(test_scale_rounds_one_way),
      cmocka_unit_test(test_points_per),
      cmocka_unit_test(test_portions),
      cmocka_unit_test(test_table),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_digests),
      cmocka_unit_test(test_diag),
      cmocka_unit_test(test_nearest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
