// Records as bytes: what is written is read, what is damaged is refused, and erasing a payload keeps the chain.
#include "base/buf.h"
#include "ledger/ledger.h"
#include "ledger/record.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static const acr__key key = {{1, 2, 3}};

static struct acr__record sample(void) {
  struct acr__record record = {
      .kind = ACR_RECORD_RETRY,
      .flags = ACR_RECORD_LATE,
      .seq = UINT64_C(0x0102030405060708),
      .prev = 99,
      .member = 0xfffffffe,
      .release = 3,
      .time = -5,
      .ledger_time = INT64_MAX,
      .recorded_at = INT64_MIN,
      .decision = ACR__SPAN_LIT("decided"),
      .payload = ACR__SPAN_LIT("\x06member{\"id\":1}"),
  };
  memset(record.id_digest.bytes, 0xa1, sizeof record.id_digest.bytes);
  memset(record.content_digest.bytes, 0xb2, sizeof record.content_digest.bytes);
  return record;
}

static void test_round_trip(void **state) {
  (void)state;
  struct acr__record in = sample(), out;
  acr__buf bytes = {0};
  acr__buf_text(&bytes, "before");
  size_t length = acr__record_encode(&in, &bytes);
  assert_int_equal(bytes.len, 6 + length);
  const uint8_t *at = bytes.ptr + 6;
  assert_int_equal(acr__record_length(at, length), length);
  acr__hash hash;
  assert_true(acr__record_decode(at, length, 42, &out, &hash));
  assert_int_equal(out.kind, in.kind);
  assert_int_equal(out.flags, in.flags);
  assert_true(out.seq == in.seq && out.prev == in.prev && out.pos == 42);
  assert_true(out.member == in.member && out.release == in.release);
  assert_true(out.time == in.time && out.ledger_time == in.ledger_time && out.recorded_at == in.recorded_at);
  assert_memory_equal(&out.id_digest, &in.id_digest, sizeof in.id_digest);
  assert_memory_equal(&out.content_digest, &in.content_digest, sizeof in.content_digest);
  assert_true(acr__span_eq(out.decision, in.decision));
  assert_true(acr__span_eq(out.payload, in.payload));
  for (size_t i = 0; i < sizeof hash.bytes; i++) assert_int_equal(hash.bytes[i], 0);
  acr__buf_free(&bytes);
}

static void test_empty_parts(void **state) {
  (void)state;
  struct acr__record in = {.kind = ACR_RECORD_EVENT, .seq = 1}, out;
  acr__buf bytes = {0};
  size_t length = acr__record_encode(&in, &bytes);
  assert_true(acr__record_decode(bytes.ptr, length, 1, &out, NULL));
  assert_int_equal(out.decision.len, 0);
  assert_int_equal(out.payload.len, 0);
  acr__buf_free(&bytes);
}

static void test_every_truncation_is_refused(void **state) {
  (void)state;
  struct acr__record in = sample(), out;
  acr__buf bytes = {0};
  size_t length = acr__record_encode(&in, &bytes);
  for (size_t len = 0; len < length; len++) {
    uint8_t *exact = malloc(len ? len : 1); // so that ASan sees a read behind the end
    memcpy(exact, bytes.ptr, len);
    assert_false(acr__record_decode(exact, len, 1, &out, NULL));
    assert_int_equal(acr__record_length(exact, len), len < 40 ? 0 : length);
    free(exact);
  }
  acr__buf_free(&bytes);
}

static acr__hash resealed(const acr__buf *bytes) {
  acr__hash previous = acr__record_chain_start(&key);
  acr__buf copy = {0};
  acr__buf_put(&copy, bytes->ptr, bytes->len);
  acr__hash hash = acr__record_seal(copy.ptr, copy.len, &previous);
  acr__buf_free(&copy);
  return hash;
}

// A bit changed anywhere but in the payload is refused or seen in the hash.
static void test_every_flip_is_seen(void **state) {
  (void)state;
  struct acr__record in = sample(), out;
  acr__buf bytes = {0};
  size_t length = acr__record_encode(&in, &bytes), payload_at = length - in.payload.len;
  acr__hash previous = acr__record_chain_start(&key), stored;
  acr__hash sealed = acr__record_seal(bytes.ptr, bytes.len, &previous);
  assert_true(acr__record_decode(bytes.ptr, bytes.len, 1, &out, &stored));
  assert_memory_equal(&sealed, &stored, sizeof sealed);
  for (size_t bit = 0; bit < 8 * payload_at; bit++) {
    bytes.ptr[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    if (acr__record_decode(bytes.ptr, bytes.len, 1, &out, &stored)) {
      acr__hash again = resealed(&bytes);
      assert_memory_not_equal(&again, &stored, sizeof stored);
    }
    bytes.ptr[bit / 8] ^= (uint8_t)(1u << (bit % 8));
  }
  acr__buf_free(&bytes);
}

static void test_erased_payload_keeps_the_chain(void **state) {
  (void)state;
  struct acr__record in = sample(), out;
  acr__buf bytes = {0};
  acr__record_encode(&in, &bytes);
  acr__hash previous = acr__record_chain_start(&key), stored;
  acr__hash sealed = acr__record_seal(bytes.ptr, bytes.len, &previous);
  memset(bytes.ptr, 0, 4);
  memset(bytes.ptr + bytes.len - in.payload.len, 0, in.payload.len);
  assert_true(acr__record_decode(bytes.ptr, bytes.len, 1, &out, &stored));
  assert_int_equal(out.payload.len, 0);
  assert_true(acr__span_eq(out.decision, in.decision));
  acr__hash again = resealed(&bytes);
  assert_memory_equal(&again, &sealed, sizeof sealed);
  acr__buf_free(&bytes);
}

static void test_chain_depends_on_what_came_before(void **state) {
  (void)state;
  struct acr__record in = sample();
  acr__buf bytes = {0};
  acr__record_encode(&in, &bytes);
  acr__key other = {{9}};
  acr__hash one = acr__record_chain_start(&key), two = acr__record_chain_start(&other);
  acr__hash first = acr__record_seal(bytes.ptr, bytes.len, &one), second = acr__record_seal(bytes.ptr, bytes.len, &two);
  assert_memory_not_equal(&first, &second, sizeof first);
  acr__buf_free(&bytes);
}

static void test_begins(void **state) {
  (void)state;
  acr__buf bytes = {0};
  size_t places[10], count = 0;
  for (; count < 10; count++) {
    struct acr__record record = sample();
    record.payload.len = count;
    places[count] = bytes.len;
    acr__record_encode(&record, &bytes);
  }
  for (size_t offset = 0, next = 0; offset < bytes.len + 10; offset++) {
    bool begins = next < count && offset == places[next];
    assert_int_equal(acr__record_begins(bytes.ptr, bytes.len, offset), begins);
    next += begins;
  }
  acr__buf_free(&bytes);
}

// Random damage of several bytes: whatever comes out lies inside the record.
static void test_damage_stays_inside(void **state) {
  (void)state;
  struct acr__record in = sample(), out;
  acr__buf bytes = {0};
  acr__record_encode(&in, &bytes);
  unsigned seed = 1;
  for (int round = 0; round < 200000; round++) {
    acr__buf copy = {0};
    acr__buf_put(&copy, bytes.ptr, bytes.len);
    for (int i = 0; i < 4; i++) {
      seed = seed * 1664525u + 1013904223u;
      copy.ptr[(seed >> 8) % copy.len] = (uint8_t)(seed >> 24);
    }
    if (acr__record_decode(copy.ptr, copy.len, 1, &out, NULL)) {
      const char *begin = (const char *)copy.ptr, *end = begin + copy.len;
      assert_true(out.decision.ptr >= begin && out.decision.ptr + out.decision.len <= end);
      assert_true(out.payload.ptr >= begin && out.payload.ptr + out.payload.len <= end);
    }
    acr__buf_free(&copy);
  }
  acr__buf_free(&bytes);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_empty_parts),
      cmocka_unit_test(test_every_truncation_is_refused),
      cmocka_unit_test(test_every_flip_is_seen),
      cmocka_unit_test(test_erased_payload_keeps_the_chain),
      cmocka_unit_test(test_chain_depends_on_what_came_before),
      cmocka_unit_test(test_begins),
      cmocka_unit_test(test_damage_stays_inside),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
