// The SQLite store: the cases of every store, and what stays when it is closed and opened again.
#include "base/buf.h"
#include "ledger/ledger.h"
#include "ledger_cases.h"
#include "ledger_files.h"
#include <time.h>

static void test_reopen(void **state) {
  struct fixture *fix = *state;
  acr__key key = fix->info.key;
  assert_true(fix->info.view_rebuilt);
  fill_log(fix, 1000);
  struct acr__id_entry id = {digest_of(77), fix->places[76]};
  add_record(fix, 5, 5);
  assert_int_equal(commit_ids(fix, &id, 1), ACR_E_OK);
  acr__ledger_note(fix->ledger, ACR__SPAN_LIT("series"), ACR__SPAN_LIT("value"));
  push_member(fix, 5, "five", fix->end);
  push_member(fix, 6, "six", fix->end);
  for (int round = 0; round < 3; round++) {
    reopen(fix);
    assert_memory_equal(&key, &fix->info.key, sizeof key);
    assert_false(fix->info.view_rebuilt);
    assert_int_equal(fix->info.last_seq, 1001);
    assert_int_equal(fix->info.end, fix->end);
    assert_int_equal(fix->info.view_end, fix->end);
    assert_int_equal(fix->info.last_member, 6);
    assert_int_equal(fix->info.last_recorded_at, 1000000 + 1001);
    assert_int_equal(fix->info.ledger_time, 1001 * 1000);
    assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(77)), fix->places[76]);
    assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(78)), 0);
    expect_member(fix, 5, "five");
    expect_member(fix, 6, "six");
    acr__buf out = {0};
    assert_true(acr__ledger_note_read(fix->ledger, ACR__SPAN_LIT("series"), &out));
    acr__buf_free(&out);
    assert_int_equal(walk(fix, 1 << 20), 1001);
    struct acr__ledger_stats stats;
    acr__ledger_stats_read(fix->ledger, &stats);
    assert_int_equal(stats.view_lag_records, 0);
    assert_int_equal(stats.ids, 1);
    assert_null(acr__ledger_check(fix->ledger, true));
  }
  add_record(fix, 5, 5);
  assert_int_equal(commit_batch(fix), ACR_E_OK);
  assert_int_equal(walk(fix, 1 << 20), 1002);
}

// Lag is counted in records; ids alone or members alone do not advance the view.
static void test_view_end(void **state) {
  struct fixture *fix = *state;
  fill_log(fix, 100);
  acr__pos half = fix->places[50];
  push_member(fix, 1, "one", half);
  reopen(fix);
  assert_int_equal(fix->info.view_end, half);
  struct acr__ledger_stats stats;
  acr__ledger_stats_read(fix->ledger, &stats);
  assert_int_equal(stats.view_lag_records, 50);
  for (int i = 50; i < 100; i++) acr__ledger_add_id(fix->ledger, digest_of((uint64_t)i), fix->places[i]);
  push_member(fix, 1, "one", fix->end);
  reopen(fix);
  assert_int_equal(fix->info.view_end, fix->places[99]); // the last id that was added
}

// Until a run was added or eight became one.
static void wait_for_run(struct fixture *fix) {
  static uint64_t before;
  struct acr__ledger_stats stats;
  for (int i = 0; i < 2000; i++) {
    acr__ledger_find_id(fix->ledger, digest_of(0)); // takes up what was written
    acr__ledger_stats_read(fix->ledger, &stats);
    if (stats.id_runs != before) break;
    usleep(10000);
  }
  before = stats.id_runs;
}

static void test_many_ids(void **state) {
  struct fixture *fix = *state;
  enum { BATCHES = 14, COUNT = 50000 };
  struct acr__id_entry *ids = calloc(COUNT, sizeof *ids);
  for (uint64_t batch = 0; batch < BATCHES; batch++) {
    for (uint64_t i = 0; i < COUNT; i++) ids[i] = (struct acr__id_entry){digest_of(batch * COUNT + i), batch * COUNT + i + 1};
    if (batch > 0) ids[0] = (struct acr__id_entry){digest_of(3), batch * COUNT + 1}; // one id again and again
    add_record(fix, 1, 1);
    assert_int_equal(commit_ids(fix, ids, COUNT), ACR_E_OK);
    push_member(fix, 1, "one", fix->end);
    wait_for_run(fix); // so that each batch becomes one
  }
  for (int round = 0; round < 2; round++) {
    uint64_t wrong = 0;
    for (uint64_t i = 0; i < BATCHES * COUNT; i += 7) {
      acr__pos wanted = i == 3 ? (BATCHES - 1) * COUNT + 1 : i % COUNT == 0 && i > 0 ? 0 : i + 1;
      wrong += acr__ledger_find_id(fix->ledger, digest_of(i)) != wanted;
      wrong += acr__ledger_find_id(fix->ledger, digest_of(i + BATCHES * COUNT)) != 0;
    }
    assert_int_equal(wrong, 0);
    assert_int_equal(acr__ledger_find_id(fix->ledger, digest_of(3)), (BATCHES - 1) * COUNT + 1);
    struct acr__ledger_stats stats;
    for (int i = 0; i < 2400; i++) {
      acr__ledger_find_id(fix->ledger, digest_of(0)); // takes up what was merged
      acr__ledger_stats_read(fix->ledger, &stats);
      if (stats.id_runs < 8) break;
      usleep(50000);
    }
    assert_in_range(stats.id_runs, 1, 7);
    if (round == 0) reopen(fix);
  }
  assert_null(acr__ledger_check(fix->ledger, true));
  free(ids);
}

static void test_close_is_quick(void **state) {
  struct fixture *fix = *state;
  enum { COUNT = 1000000 };
  char text[300];
  memset(text, 'x', sizeof text);
  struct acr__member_blob *blobs = calloc(COUNT / 100, sizeof *blobs);
  for (uint32_t part = 0; part < 100; part++) {
    for (uint32_t i = 0; i < COUNT / 100; i++) {
      uint32_t number = (uint32_t)(((uint64_t)(part * (COUNT / 100) + i) * 7919) % COUNT) + 1;
      blobs[i] = (struct acr__member_blob){number, {(const char *)&blobs[i].number, sizeof number}, {text, sizeof text}, {NULL, 0}};
    }
    acr__ledger_push(fix->ledger, blobs, COUNT / 100, 1);
  }
  free(blobs);
  clock_t before = clock(); // of all threads: a machine that others use too makes it longer by the clock on the wall
  close_ledger(fix);
  long ms = (long)((clock() - before) / (CLOCKS_PER_SEC / 1000));
  print_message("closed in %ld ms of a processor\n", ms);
  assert_true(ms < 60000); // three seconds on a quiet machine; each write by itself would be many minutes
  open_ledger(fix);
  assert_false(fix->info.view_rebuilt);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      LEDGER_CASES,
      LEDGER_CASE(test_reopen),
      LEDGER_CASE(test_view_end),
      LEDGER_CASE(test_many_ids),
      LEDGER_CASE(test_close_is_quick),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
