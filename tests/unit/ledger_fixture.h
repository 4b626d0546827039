// A ledger under test and what the tests of all stores do with it: the file that includes it says how a ledger is opened.
#ifndef ACR_TESTS_LEDGER_FIXTURE_H
#define ACR_TESTS_LEDGER_FIXTURE_H
#include "accrue.h"
#include "ledger/ledger.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include <pthread.h>

struct fixture {
  acr__ledger *ledger;
  struct acr__ledger_info info;
  char *folder, *path; // NULL with the memory store
  acr__buf batch;      // records of the commit in flight
  uint64_t seq;
  acr__pos end;        // where the next record goes
  acr__pos places[20000];
};

static void open_ledger(struct fixture *fix); // creates when missing; fails the test on an error

struct waiter {
  pthread_mutex_t mutex;
  pthread_cond_t cond;
  bool done;
  int error;
};

static inline void on_done(void *arg, int error) {
  struct waiter *waiter = arg;
  pthread_mutex_lock(&waiter->mutex);
  waiter->done = true;
  waiter->error = error;
  pthread_cond_signal(&waiter->cond);
  pthread_mutex_unlock(&waiter->mutex);
}

static inline void start_waiter(struct waiter *waiter) {
  *waiter = (struct waiter){.done = false};
  pthread_mutex_init(&waiter->mutex, NULL);
  pthread_cond_init(&waiter->cond, NULL);
}

static inline int wait_done(struct waiter *waiter) {
  pthread_mutex_lock(&waiter->mutex);
  while (!waiter->done) pthread_cond_wait(&waiter->cond, &waiter->mutex);
  pthread_mutex_unlock(&waiter->mutex);
  pthread_cond_destroy(&waiter->cond);
  pthread_mutex_destroy(&waiter->mutex);
  return waiter->error;
}

static inline acr__digest digest_of(uint64_t number) {
  static const acr__key key = {{7}};
  return acr__digest_pair(&key, ACR__SPAN_LIT("shop"), (acr__span){(const char *)&number, sizeof number});
}

// Appends a record whose decision and payload are `decision` and `payload` bytes long to the batch.
static inline void add_record(struct fixture *fix, size_t decision, size_t payload) {
  acr__buf text = {0};
  for (size_t i = 0; i < decision + payload; i++) acr__buf_u8(&text, (uint8_t)(fix->seq * 31 + i));
  struct acr__record record = {
      .kind = ACR_RECORD_EVENT,
      .seq = ++fix->seq,
      .member = (uint32_t)(fix->seq % 1000 + 1),
      .time = (int64_t)fix->seq * 1000,
      .ledger_time = (int64_t)fix->seq * 1000,
      .recorded_at = 1000000 + (int64_t)fix->seq,
      .id_digest = digest_of(fix->seq),
      .decision = {(char *)text.ptr, decision},
      .payload = {(char *)text.ptr + decision, payload},
  };
  if (fix->seq <= 20000) fix->places[fix->seq - 1] = fix->end;
  fix->end += acr__record_encode(&record, &fix->batch);
  acr__buf_free(&text);
}

static inline int commit_ids(struct fixture *fix, const struct acr__id_entry *ids, size_t count) {
  struct waiter waiter;
  start_waiter(&waiter);
  acr__ledger_commit(fix->ledger, fix->batch.ptr, fix->batch.len, fix->end - fix->batch.len, ids, count, on_done, &waiter);
  int error = wait_done(&waiter);
  fix->batch.len = 0;
  return error;
}

static inline int commit_batch(struct fixture *fix) {
  return commit_ids(fix, NULL, 0);
}

// `count` records of changing sizes in batches of changing sizes; some longer than a row, some that fill one to the byte.
static inline void fill_log(struct fixture *fix, int count) {
  static const size_t sizes[] = {0, 1, 100, 466, 700, 5000, 65536 - 126, 65536 - 125, 65536, 200000, 30, 131072 - 126};
  unsigned state = 12345;
  for (int i = 0; i < count; i++) {
    state = state * 1103515245u + 12345u;
    size_t payload = (state >> 16) % 20 == 0 ? sizes[(state >> 20) % 12] : 300 + (state >> 16) % 400;
    add_record(fix, (state >> 8) % 100, payload);
    if ((state >> 12) % 37 == 0) assert_int_equal(commit_batch(fix), ACR_E_OK);
  }
  if (fix->batch.len) assert_int_equal(commit_batch(fix), ACR_E_OK);
}

static inline void expect_record(struct fixture *fix, acr__pos pos, uint64_t seq) {
  acr__buf bytes = {0};
  struct acr__record record;
  assert_true(acr__ledger_read(fix->ledger, pos, &bytes));
  assert_int_equal(acr__record_length(bytes.ptr, bytes.len), bytes.len);
  assert_true(acr__record_decode(bytes.ptr, bytes.len, pos, &record, NULL));
  assert_int_equal(record.seq, seq);
  assert_int_equal(record.pos, pos);
  assert_memory_equal(record.id_digest.bytes, digest_of(seq).bytes, 16);
  for (size_t i = 0; i < record.payload.len; i += 97) {
    assert_int_equal((uint8_t)record.payload.ptr[i], (uint8_t)((seq - 1) * 31 + record.decision.len + i));
  }
  acr__buf_free(&bytes);
}

// Walks the whole log in scans of `max_bytes`, checks numbers, places and the hash chain; returns how many records there are.
static inline uint64_t walk(struct fixture *fix, size_t max_bytes) {
  acr__hash previous = acr__record_chain_start(&fix->info.key), hash;
  acr__pos pos = 1;
  uint64_t seq = 0;
  acr__buf bytes = {0};
  for (;;) {
    bytes.len = 0;
    acr__pos next = acr__ledger_scan(fix->ledger, pos, max_bytes, &bytes);
    assert_int_equal(next - pos, bytes.len);
    if (next == pos) break;
    for (size_t at = 0, length; at < bytes.len; at += length) {
      struct acr__record record;
      length = acr__record_length(bytes.ptr + at, bytes.len - at);
      assert_true(acr__record_decode(bytes.ptr + at, bytes.len - at, pos + at, &record, &hash));
      assert_int_equal(record.seq, ++seq);
      if (seq <= 20000 && fix->places[seq - 1]) assert_int_equal(record.pos, fix->places[seq - 1]);
      acr__hash wanted = acr__record_seal(bytes.ptr + at, length, &previous);
      assert_memory_equal(hash.bytes, wanted.bytes, sizeof hash.bytes);
      previous = hash;
    }
    pos = next;
  }
  acr__buf_free(&bytes);
  assert_int_equal(pos, acr__ledger_committed_end(fix->ledger));
  return seq;
}

static inline acr__span member_id(uint32_t number) {
  static char text[32];
  snprintf(text, sizeof text, "member-%u", number);
  return acr__span_of(text);
}

static inline uint64_t push_member(struct fixture *fix, uint32_t number, const char *value, acr__pos complete_to) {
  struct acr__member_blob blob = {number, member_id(number), acr__span_of(value), {NULL, 0}};
  return acr__ledger_push(fix->ledger, &blob, 1, complete_to);
}

static inline void wait_pushed(struct fixture *fix, uint64_t ticket) {
  for (int i = 0; i < 12000 && acr__ledger_pushed(fix->ledger) < ticket; i++) usleep(10000);
  assert_true(acr__ledger_pushed(fix->ledger) >= ticket);
}

static inline void expect_member(struct fixture *fix, uint32_t number, const char *value) {
  acr__buf id = {0}, out = {0};
  uint32_t found = 0;
  assert_true(acr__ledger_load_id(fix->ledger, member_id(number), &found, &out));
  assert_int_equal(found, number);
  assert_int_equal(out.len, strlen(value));
  assert_memory_equal(out.ptr, value, out.len);
  out.len = 0;
  assert_true(acr__ledger_load_number(fix->ledger, number, &id, &out));
  assert_true(acr__span_eq((acr__span){(char *)id.ptr, id.len}, member_id(number)));
  assert_memory_equal(out.ptr, value, strlen(value));
  acr__buf_free(&id);
  acr__buf_free(&out);
}

#define LEDGER_CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#endif
