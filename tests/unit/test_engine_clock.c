// A clock in slices: the same ledger as one clock, whatever events come between; and when the ledger wants to be told the time.
#include "engine_fixture.h"

#define EVERYONE "\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]"
#define SPEND(amount) "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"" amount "\"}"
#define CLUB                                                                                                              \
  "\"levels\":[{\"level\":\"Basic\"," EVERYONE "},{\"level\":\"Gold\",\"entrance\":[{\"rule\":\"Enter\",\"when\":" SPEND( \
      "50.00") "}],"                                                                                                      \
               "\"maintenance_schedule\":{\"every\":\"1 month\"},\"maintenance\":[{\"rule\":\"Keep\",\"when\":" SPEND("60.00") "}]}]"

enum { MEMBERS = 150 };

static void start(struct world *w) {
  program_of(w, "club", "2026-01-01", "\"points\":{\"default\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"45 days\"}}", "\"points\"",
             BASE_EARN "," CLUB);
  publish(w, "club");
  for (int i = 0; i < MEMBERS; i++) {
    char id[16], time[40], total[16];
    snprintf(id, sizeof id, "m-%d", i);
    snprintf(time, sizeof time, "2026-01-%02dT12:00:00Z", 2 + i % 20);
    snprintf(total, sizeof total, "%d.00", 20 + i % 60);
    buy(w, id, id, time, total);
  }
}

static void done(acr_batch *batch, int error, void *arg) {
  (void)batch;
  assert_int_equal(error, ACR_E_OK);
  __atomic_store_n((bool *)arg, true, __ATOMIC_RELEASE);
}

static void finish(acr_batch *batch) {
  bool durable = false;
  acr_batch_commit(batch, done, &durable);
  while (!__atomic_load_n(&durable, __ATOMIC_ACQUIRE)) {
  }
  acr_batch_end(batch);
}

static void take_purchase(acr_batch *batch, int i, const char *time) {
  char line[256];
  int len =
      snprintf(line, sizeof line,
               "{\"specversion\":\"1.0\",\"id\":\"later-%d\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"m-%d\",\"time\":\"%s\","
               "\"data\":{\"total\":\"70.00\"}}",
               i, i % MEMBERS, time);
  acr_batch_take(batch, line, (size_t)len, NULL);
}

#define UNTIL "2026-05-01T12:00:00Z"

static char *states(struct world *w) {
  size_t len = 0, cap = 0;
  char *all = NULL;
  for (int i = 0; i < MEMBERS; i++) {
    char id[16];
    snprintf(id, sizeof id, "m-%d", i);
    char *one = member_text(w, id);
    const char *level = strdup(at_of(w, one, "result/levels_since/club")), *points = at_of(w, one, "result/balances/points");
    if (len + 256 > cap) all = realloc(all, cap = cap * 2 + 1024);
    len += (size_t)snprintf(all + len, 256, "%s %s %s %s\n", id, points, level, at_of(w, one, "result/entries"));
    free((void *)level);
    free(one);
  }
  return all;
}

static char *sliced(size_t pieces, bool restart) {
  struct world *w = world_new(true);
  int64_t until_us = 1777636800 * 1000000LL; // UNTIL
  start(w);
  bool more = true;
  size_t slices = 0, records = 0;
  for (int i = 0; more; slices++) {
    acr_batch *batch = acr_batch_begin(w->engine);
    records += acr_batch_due(batch, until_us, pieces, &more);
    if (i < MEMBERS) take_purchase(batch, i++, "2026-04-20T12:00:00Z");
    finish(batch);
    if (restart && slices == 7) world_reopen(w);
  }
  assert_true(slices > 10);
  for (int i = 0; i < MEMBERS; i++) { // those for whom there was no slice
    acr_batch *batch = acr_batch_begin(w->engine);
    take_purchase(batch, i, "2026-04-20T12:00:00Z");
    finish(batch);
  }
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"" UNTIL "\"}");
  assert_at(w, "status", "applied");
  assert_true(restart || atoi(at(w, "due/ran")) >= (int)records); // what ran ahead of it too
  assert_verified(w);
  char *json, *all = states(w);
  assert_int_equal(acr_engine_replay(w->engine, &json), ACR_E_OK);
  free(json);
  world_free(w);
  return all;
}

static void test_slices(void **state) {
  (void)state;
  struct world *w = world_new(true);
  start(w);
  for (int i = 0; i < MEMBERS; i++) {
    acr_batch *batch = acr_batch_begin(w->engine);
    take_purchase(batch, i, "2026-04-20T12:00:00Z");
    finish(batch);
  }
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"" UNTIL "\"}");
  char *whole = states(w);
  world_free(w);
  for (int i = 0; i < 3; i++) {
    char *other = sliced(i == 1 ? 7 : 3, i == 2);
    assert_string_equal(other, whole);
    free(other);
  }
  free(whole);
}

#define SECOND 1000000LL

static void test_boundary(void **state) {
  struct world *w = *state;
  int64_t noon = 1772280000 * SECOND; // 2026-02-28T12:00:00Z; New York's day began at 05:00
  int64_t begun = noon - 7 * 3600 * SECOND, next = begun + 24 * 3600 * SECOND;
  assert_true(acr_engine_boundary(w->engine, noon, true) == INT64_MAX);
  program(w, "club", "2026-01-01", "");
  publish(w, "club");
  assert_true(acr_engine_boundary(w->engine, noon, false) == next); // no event yet: nothing says that they are of these days
  assert_true(acr_engine_boundary(w->engine, noon, true) == begun);
  buy(w, "1", "m", "2026-02-20T12:00:00Z", "1.00");
  assert_true(acr_engine_boundary(w->engine, noon, false) == next); // events of long ago are being taken
  buy(w, "2", "m", "2026-02-28T11:00:00Z", "1.00");
  assert_true(acr_engine_boundary(w->engine, noon, false) == begun);
  acr_batch *batch = acr_batch_begin(w->engine);
  assert_true(acr_batch_clock(batch, begun));
  assert_int_equal(acr_batch_count(batch), 0);
  finish(batch);
  assert_true(acr_engine_boundary(w->engine, noon, false) == next);
  assert_true(acr_engine_boundary(w->engine, next + SECOND, false) == next);
  assert_verified(w);
}

// The daemon's own clock may end while a sent one is under way: each is told what ran for itself.
static void test_two_clocks(void **state) {
  (void)state;
  struct world *w = world_new(true);
  int64_t until_us = 1777636800 * 1000000LL; // UNTIL
  start(w);
  bool more = true;
  size_t records = 0;
  for (int i = 0; more; i++) {
    acr_batch *batch = acr_batch_begin(w->engine);
    records += acr_batch_due(batch, until_us, 16, &more);
    if (i == 3) assert_true(acr_batch_clock(batch, until_us - 3600 * 1000000LL)); // whose own count is nobody else's
    finish(batch);
  }
  acr_batch *batch = acr_batch_begin(w->engine);
  assert_true(acr_batch_clock(batch, until_us - 1800 * 1000000LL));
  finish(batch);
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"" UNTIL "\"}");
  assert_int_equal(atoi(at(w, "due/ran")), (int)records);
  world_free(w);
}

// A clock of a time that is over brings what others have let fall due since, and says so.
static void test_early_clock(void **state) {
  (void)state;
  struct world *w = world_new(true);
  int64_t early_us = (1777636800 - 3600) * 1000000LL; // before UNTIL
  start(w);
  buy(w, "ahead", "somebody", UNTIL, "1.00");
  bool more = true;
  size_t records = 0;
  while (more) {
    acr_batch *batch = acr_batch_begin(w->engine);
    records += acr_batch_due(batch, early_us, 16, &more);
    finish(batch);
  }
  assert_true(records > 0);
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"2026-05-01T11:00:00Z\"}");
  assert_int_equal(atoi(at(w, "due/ran")), (int)records);
  assert_verified(w);
  world_free(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_slices), cmocka_unit_test(test_two_clocks),
                                     cmocka_unit_test(test_early_clock),
                                     cmocka_unit_test_setup_teardown(test_boundary, set_up_file, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
