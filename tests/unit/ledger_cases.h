// One body of tests for every store.
#ifndef ACR_TESTS_LEDGER_CASES_H
#define ACR_TESTS_LEDGER_CASES_H
#include "ledger_fixture.h"

static void test_empty(void **state) {
  struct fixture *fix = *state;
  acr__buf out = {0};
  assert_int_equal(fix->info.last_seq, 0);
  assert_int_equal(fix->info.end, 1);
  assert_int_equal(fix->info.view_end, 1);
  assert_int_equal(fix->info.last_member, 0);
  assert_int_equal(acr__ledger_committed_end(fix->ledger), 1);
  assert_false(acr__ledger_read(fix->ledger, 0, &out));
  assert_false(acr__ledger_read(fix->ledger, 1, &out));
  assert_int_equal(acr__ledger_scan(fix->ledger, 1, 1000, &out), 1);
  assert_int_equal(acr__ledger_find_seq(fix->ledger, 0), 0);
  assert_int_equal(acr__ledger_find_seq(fix->ledger, 1), 0);
  assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(1)), 0);
  assert_int_equal(out.len, 0);
  acr__buf_free(&out);
  assert_null(acr__ledger_check(fix->ledger, true));
}

static void test_log(void **state) {
  struct fixture *fix = *state;
  enum { COUNT = 3000 };
  fill_log(fix, COUNT);
  assert_int_equal(acr__ledger_committed_end(fix->ledger), fix->end);
  assert_int_equal(walk(fix, 1), COUNT);
  assert_int_equal(walk(fix, 100000), COUNT);
  assert_int_equal(walk(fix, SIZE_MAX), COUNT);
  acr__buf out = {0};
  for (uint64_t seq = 1; seq <= COUNT; seq++) {
    acr__pos pos = fix->places[seq - 1];
    expect_record(fix, pos, seq);
    assert_int_equal(acr__ledger_find_seq(fix->ledger, seq), pos);
    if (seq % 50) continue;
    assert_false(acr__ledger_read(fix->ledger, pos + 1, &out)); // inside a record
    assert_false(acr__ledger_read(fix->ledger, pos + 40, &out));
    assert_int_equal(acr__ledger_scan(fix->ledger, pos + 1, 1000, &out), pos + 1);
    assert_int_equal(out.len, 0);
  }
  assert_int_equal(acr__ledger_find_seq(fix->ledger, COUNT + 1), 0);
  assert_false(acr__ledger_read(fix->ledger, fix->end, &out));
  assert_false(acr__ledger_read(fix->ledger, fix->end + 1000000, &out));
  assert_null(acr__ledger_check(fix->ledger, false));
  assert_null(acr__ledger_check(fix->ledger, true));
  struct acr__ledger_stats stats;
  acr__ledger_stats_read(fix->ledger, &stats);
  assert_int_equal(stats.records, COUNT);
  assert_int_equal(stats.end, fix->end);
  assert_int_equal(stats.view_lag_records, COUNT);
  acr__buf_free(&out);
}

static void test_read_in_flight(void **state) {
  struct fixture *fix = *state;
  for (int round = 0; round < 20; round++) {
    uint64_t first = fix->seq + 1;
    for (int i = 0; i < 500; i++) add_record(fix, 50, 400);
    struct acr__id_entry id = {digest_of(first), fix->places[first - 1]};
    struct waiter waiter;
    start_waiter(&waiter);
    acr__ledger_commit(fix->ledger, fix->batch.ptr, fix->batch.len, fix->end - fix->batch.len, &id, 1, on_done, &waiter);
    assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(first)), fix->places[first - 1]);
    for (uint64_t seq = first; seq < first + 500; seq += 13) expect_record(fix, fix->places[seq - 1], seq);
    assert_int_equal(wait_done(&waiter), ACR_E_OK);
    fix->batch.len = 0;
  }
  assert_int_equal(walk(fix, 1 << 20), 10000);
}

// What does not continue the log is never written, and nothing after it.
static void expect_refused(struct fixture *fix, uint64_t good) {
  assert_int_equal(commit_batch(fix), ACR_E_VIOLATION);
  assert_int_equal(walk(fix, 1 << 20), good);
  fix->seq = good;
  fix->end = acr__ledger_committed_end(fix->ledger);
  add_record(fix, 10, 10);
  assert_int_not_equal(commit_batch(fix), ACR_E_OK);
  assert_int_equal(walk(fix, 1 << 20), good);
}

static void test_gap_in_seq(void **state) {
  struct fixture *fix = *state;
  add_record(fix, 10, 10);
  assert_int_equal(commit_batch(fix), ACR_E_OK);
  add_record(fix, 10, 10);
  fix->seq++;
  add_record(fix, 10, 10);
  expect_refused(fix, 1);
}

static void test_wrong_place(void **state) {
  struct fixture *fix = *state;
  add_record(fix, 10, 10);
  fix->end++;
  expect_refused(fix, 0);
}

static void test_torn_record(void **state) {
  struct fixture *fix = *state;
  add_record(fix, 10, 10);
  fix->batch.len--;
  fix->end--;
  expect_refused(fix, 0);
}

static void test_clock_back(void **state) {
  struct fixture *fix = *state;
  add_record(fix, 10, 10);
  add_record(fix, 10, 10);
  size_t length = acr__record_length(fix->batch.ptr, fix->batch.len);
  fix->batch.ptr[length + 82] = 0; // the second one's recorded_at
  expect_refused(fix, 0);
}

static void test_ids(void **state) {
  struct fixture *fix = *state;
  enum { COUNT = 3000 };
  struct acr__id_entry ids[COUNT];
  for (uint64_t i = 0; i < COUNT; i++) ids[i] = (struct acr__id_entry){digest_of(i), i + 1};
  add_record(fix, 0, 0);
  assert_int_equal(commit_ids(fix, ids, COUNT), ACR_E_OK);
  for (uint64_t i = 0; i < COUNT; i++) assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(i)), i + 1);
  for (uint64_t i = COUNT; i < 2 * COUNT; i++) assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(i)), 0);
  acr__ledger_add_id(fix->ledger, digest_of(5), 70000); // judged again
  acr__ledger_add_id(fix->ledger, digest_of(COUNT), 70001);
  assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(5)), 70000);
  assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(COUNT)), 70001);
}

struct visited {
  uint32_t count, last, stop_at;
};

static bool visit(void *arg, uint32_t number, acr__span id, acr__span state) {
  struct visited *visited = arg;
  assert_true(number > visited->last);
  assert_true(acr__span_eq(id, member_id(number)));
  assert_true(state.len > 0);
  visited->last = number;
  return ++visited->count != visited->stop_at;
}

static void test_members(void **state) {
  struct fixture *fix = *state;
  acr__buf out = {0};
  uint32_t number;
  assert_false(acr__ledger_load_id(fix->ledger, member_id(1), &number, &out));
  assert_false(acr__ledger_load_number(fix->ledger, 1, &out, &out));
  push_member(fix, 7, "seven", 1);
  push_member(fix, 9, "nine", 1);
  push_member(fix, 7, "seven again", 1);
  uint64_t ticket = push_member(fix, 3, "three", 1);
  wait_pushed(fix, ticket);
  expect_member(fix, 7, "seven again");
  expect_member(fix, 9, "nine");
  expect_member(fix, 3, "three"); // a lower number than those before is new all the same
  ticket = push_member(fix, 9, "", 1);
  wait_pushed(fix, ticket);
  expect_member(fix, 9, "");
  ticket = push_member(fix, 9, "9", 1);
  for (uint32_t i = 10; i < 3010; i++) ticket = push_member(fix, i, "x", 1);
  wait_pushed(fix, ticket);
  struct visited all = {0}, some = {.stop_at = 5};
  acr__ledger_each_member(fix->ledger, visit, &all);
  assert_int_equal(all.count, 3003);
  assert_int_equal(all.last, 3009);
  acr__ledger_each_member(fix->ledger, visit, &some);
  assert_int_equal(some.count, 5);
}

static void test_notes(void **state) {
  struct fixture *fix = *state;
  acr__buf out = {0};
  assert_false(acr__ledger_note_read(fix->ledger, ACR__SPAN_LIT("series"), &out));
  acr__ledger_note(fix->ledger, ACR__SPAN_LIT("series"), ACR__SPAN_LIT("1"));
  acr__ledger_note(fix->ledger, ACR__SPAN_LIT("empty"), (acr__span){NULL, 0});
  acr__ledger_note(fix->ledger, ACR__SPAN_LIT("series"), ACR__SPAN_LIT("22"));
  assert_true(acr__ledger_note_read(fix->ledger, ACR__SPAN_LIT("series"), &out));
  assert_int_equal(out.len, 2);
  assert_memory_equal(out.ptr, "22", 2);
  assert_true(acr__ledger_note_read(fix->ledger, ACR__SPAN_LIT("empty"), &out));
  assert_int_equal(out.len, 2);
  acr__buf_free(&out);
}

struct scanner {
  struct fixture *fix;
  _Atomic bool stop;
  _Atomic uint64_t turns;
};

static void *scan_on(void *arg) {
  struct scanner *scanner = arg;
  acr__buf bytes = {0};
  acr__pos pos = 1;
  while (!scanner->stop) {
    bytes.len = 0;
    acr__pos next = acr__ledger_scan(scanner->fix->ledger, pos, 1 << 20, &bytes);
    pos = next == pos ? 1 : next;
    scanner->turns++;
  }
  acr__buf_free(&bytes);
  return NULL;
}

// A scanner on another thread neither stops the commits nor starves.
static void test_scan_beside_commits(void **state) {
  struct fixture *fix = *state;
  struct scanner scanner = {.fix = fix};
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, scan_on, &scanner), 0);
  for (int i = 0; i < 100 || (scanner.turns < 20 && i < 10000); i++) {
    for (int k = 0; k < 10; k++) add_record(fix, 50, 400);
    assert_int_equal(commit_batch(fix), ACR_E_OK);
  }
  scanner.stop = true;
  pthread_join(thread, NULL);
  assert_true(scanner.turns >= 20);
  assert_int_equal(walk(fix, 1 << 20), fix->seq);
}

#define LEDGER_CASES                                                                                                              \
  LEDGER_CASE(test_empty), LEDGER_CASE(test_log), LEDGER_CASE(test_read_in_flight), LEDGER_CASE(test_gap_in_seq),                 \
      LEDGER_CASE(test_wrong_place), LEDGER_CASE(test_torn_record), LEDGER_CASE(test_clock_back), LEDGER_CASE(test_ids),          \
      LEDGER_CASE(test_members), LEDGER_CASE(test_notes), LEDGER_CASE(test_scan_beside_commits)
#endif
