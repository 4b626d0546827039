// Two members become one (domain R12), and what is left of them afterwards.
#include "merge_fixture.h"
#include <unistd.h>

static void test_lots_move_with_their_dates(void **state) {
  struct world *w = *state;
  start(w, "");
  adjust(w, "a1", "old", T("01"), "100", "points");
  adjust(w, "a2", "new", T("02"), "40", "points");
  adjust(w, "a3", "old", T("03"), "7", "soon");
  adjust(w, "a4", "old", T("04"), "40", "capped");
  adjust(w, "a5", "new", T("04"), "30", "capped");
  merge(w, "m1", "old", "new", T("05"));
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "0");
  assert_at(w, "outcomes/0/points", "-100");
  see(w, "new");
  assert_at(w, "result/balances/points", "140");
  assert_at(w, "result/balances/soon", "7");
  assert_at(w, "result/balances/capped", "70"); // over the maximum it stays
  assert_at(w, "result/lots/0/earned", "2026-03-01T12:00:00Z");
  assert_at(w, "result/lots/0/seq", "2");
  assert_at(w, "result/lots/1/seq", "3");
  assert_at(w, "result/lots/2/expires", "2026-04-03T04:00:00Z");
  assert_at(w, "result/merged/0", "old");
  char *new = member_text(w, "new"), *old = member_text(w, "old");
  assert_string_equal(old, new); // the old id is a name of the survivor
  free(old);
  free(new);
  event(w, "s1", "points.spend", "new", T("06"), "\"points\":\"110\""); // the oldest first: 100 of the other's
  assert_at(w, "balances/points", "30");
  merge(w, "m1", "old", "new", T("05"));
  assert_at(w, "status", "duplicate");
  assert_at(w, "outcomes/0/points", "-100");
  assert_verified(w);
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"pos\",\"type\":\"clock\",\"time\":\"2026-05-01T00:00:00Z\"}");
  see(w, "new");
  assert_at(w, "result/balances/soon", "0"); // expired when it would have
  assert_same_after_restart(w, "new");
}

static void test_later_events_count_for_the_survivor(void **state) {
  struct world *w = *state;
  start(w, "");
  buy(w, "p1", "a", T("01"), "10.00");
  buy(w, "p2", "b", T("01"), "20.00");
  buy(w, "p3", "c", T("01"), "40.00");
  merge(w, "m1", "a", "b", T("02"));
  merge(w, "m2", "b", "c", T("03"));
  buy(w, "p4", "a", T("04"), "5.00");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "75");
  buy(w, "p4", "a", T("04"), "5.00");
  assert_at(w, "status", "duplicate");
  see(w, "c");
  assert_at(w, "result/balances/points", "75");
  assert_at(w, "result/merged/0", "b");
  assert_at(w, "result/merged/1", "a");
  assert_verified(w);
  assert_same_after_restart(w, "c");
  buy(w, "p5", "b", T("05"), "1.00");
  assert_at(w, "balances/points", "76");
  assert_verified(w);
}

static void test_what_is_no_merge(void **state) {
  struct world *w = *state;
  start(w, "");
  buy(w, "p1", "a", T("01"), "10.00");
  buy(w, "p2", "b", T("01"), "20.00");
  merge(w, "m1", "a", "a", T("02"));
  assert_rejected(w, "merge_self");
  merge(w, "m2", "a", "nobody", T("02"));
  assert_rejected(w, "member_unknown");
  merge(w, "m3", "a", "b", T("02"));
  assert_at(w, "status", "applied");
  buy(w, "p3", "c", T("02"), "1.00");
  merge(w, "m4", "c", "a", T("03"));
  assert_rejected(w, "merge_merged");
  merge(w, "m5", "a", "c", T("03"));
  assert_rejected(w, "merge_merged");
  merge(w, "m6", "b", "a", T("03"));
  assert_rejected(w, "merge_merged");
  event(w, "m7", "member.merge", "c", T("03"), "");
  assert_rejected(w, "field_missing");
  event(w, "m8", "member.merged", "c", T("03"), "\"from\":\"a\"");
  assert_rejected(w, "type_reserved");
  merge(w, "m9", "card-9", "b", T("03")); // never seen: its events to come are b's
  assert_at(w, "status", "applied");
  buy(w, "p9", "card-9", T("04"), "3.00");
  assert_at(w, "balances/points", "33");
  assert_verified(w);
}

static void test_debt(void **state) {
  struct world *w = *state;
  start(w, "");
  adjust(w, "a1", "old", T("01"), "-30", "points");
  adjust(w, "a2", "new", T("01"), "20", "points");
  adjust(w, "a3", "new", T("02"), "25", "points");
  merge(w, "m1", "old", "new", T("03"));
  assert_at(w, "outcomes/0/points", "30"); // a debt leaves
  see(w, "new");
  assert_at(w, "result/balances/points", "15");
  assert_at(w, "result/debts/points", "-");
  assert_at(w, "result/lot_count", "1"); // the oldest lots paid
  assert_at(w, "result/lots/0/remaining", "15");
  adjust(w, "a4", "poor", T("04"), "-100", "points");
  merge(w, "m2", "new", "poor", T("05"));
  see(w, "poor");
  assert_at(w, "result/balances/points", "-85");
  assert_at(w, "result/debts/points", "-85");
  assert_at(w, "result/lot_count", "0");
  assert_verified(w);
  assert_same_after_restart(w, "poor");
}

static void test_holds(void **state) {
  struct world *w = *state;
  start(w, "");
  adjust(w, "a1", "old", T("01"), "100", "points");
  adjust(w, "a2", "new", T("01"), "10", "points");
  event(w, "h1", "points.hold", "old", T("02"), "\"points\":\"60\",\"reference\":\"cart\"");
  event(w, "h2", "points.hold", "old", T("02"), "\"points\":\"5\",\"reference\":\"desk\"");
  event(w, "s1", "points.spend", "old", T("02"), "\"points\":\"20\"");
  merge(w, "m1", "old", "new", T("03"));
  see(w, "new");
  assert_at(w, "result/balances/points", "25");
  assert_at(w, "result/held/points", "65");
  event(w, "c1", "points.capture", "new", T("04"), "\"reference\":\"cart\",\"points\":\"50\""); // under the survivor's id
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "35");
  event(w, "c2", "points.release", "old", T("04"), "\"reference\":\"desk\"");
  assert_at(w, "balances/points", "40");
  event(w, "c3", "points.release", "new", T("04"), "\"reference\":\"desk\"");
  assert_at(w, "error/code", "hold_closed");
  event(w, "u1", "points.spend_cancelled", "new", T("05"), "\"of\":\"s1\"");
  assert_at(w, "balances/points", "60");
  assert_verified(w);
  assert_same_after_restart(w, "new");
}

// What is given once a person is given once to the two together, by the history of both.
static void test_history_and_limits(void **state) {
  struct world *w = *state;
  start(w, "\"event\":[" RULE("Fourth", ON("visit") "," VISITS("4"), "\"limit\":1,", FIXED("100", "bonus")) ","
           RULE("Welcome", ON("visit"), "\"limit\":1,", FIXED("5", "points")) "]");
  for (int i = 0; i < 3; i++) {
    char id[8];
    snprintf(id, sizeof id, "o%d", i);
    event(w, id, "visit", "old", T("01"), "");
  }
  assert_at(w, "balances/points", "5");
  adjust(w, "a1", "new", T("01"), "1", "bonus");
  adjust(w, "a2", "new", T("01"), "-1", "bonus");
  merge(w, "m1", "old", "new", T("03"));
  event(w, "n2", "visit", "new", T("04"), "");
  assert_at(w, "balances/points", "5"); // had its welcome
  assert_at(w, "balances/bonus", "100");
  event(w, "n3", "visit", "old", T("05"), "");
  assert_at(w, "balances/bonus", "100");
  assert_same_after_restart(w, "new");
}

static void test_labels_and_links(void **state) {
  struct world *w = *state;
  start(w, "");
  event(w, "j1", "member.join", "old", T("01"), "\"joined\":\"2020-01-01\",\"birthday\":\"1980-05-05\","
        "\"links\":{\"referrer\":\"r1\",\"friend\":[\"f1\",\"new\",\"f2\"]}");
  event(w, "j2", "member.join", "new", T("01"), "\"joined\":\"2024-01-01\",\"links\":{\"referrer\":\"r2\",\"friend\":[\"f2\",\"f3\"]}");
  event(w, "l1", "member.lock", "old", T("01"), "");
  event(w, "e1", "audience.enter", "old", T("01"), "\"audience\":\"staff\"");
  event(w, "e2", "audience.enter", "new", T("01"), "\"audience\":\"flyers\"");
  merge(w, "m1", "old", "new", T("02"));
  see(w, "new");
  assert_at(w, "result/joined", "2024-01-01T05:00:00Z");
  assert_at(w, "result/birthday", "-");
  assert_at(w, "result/locked", "true");
  assert_at(w, "result/audiences/0", "flyers");
  assert_at(w, "result/audiences/1", "staff");
  assert_at(w, "result/links/referrer/0", "r2");
  assert_at(w, "result/links/friend/0", "f2");
  assert_at(w, "result/links/friend/1", "f3");
  assert_at(w, "result/links/friend/2", "f1");
  assert_at(w, "result/links/friend/3", "-");
  assert_verified(w);
  assert_same_after_restart(w, "new");
}

static void test_ledger_of_both(void **state) {
  struct world *w = *state;
  start(w, "");
  adjust(w, "a1", "old", T("01"), "1", "points");
  adjust(w, "a2", "new", T("01"), "2", "points");
  adjust(w, "a3", "old", T("01"), "4", "points");
  merge(w, "m1", "old", "new", T("02"));
  adjust(w, "a4", "old", T("03"), "8", "points");
  ledger(w, "new", "");
  assert_at(w, "result/entries/0/points", "8");
  assert_at(w, "result/entries/1/points", "5");
  assert_at(w, "result/entries/1/reason", "merge");
  assert_at(w, "result/entries/1/balance", "7");
  assert_at(w, "result/entries/2/points", "-5");
  assert_at(w, "result/entries/2/member", "old");
  assert_at(w, "result/entries/3/points", "4");
  assert_at(w, "result/entries/4/points", "2");
  assert_at(w, "result/entries/4/member", "-");
  assert_at(w, "result/entries/5/member", "old");
  ledger(w, "new", ",\"limit\":2");
  char more[64];
  snprintf(more, sizeof more, ",\"limit\":2,\"before\":%s", at(w, "result/before"));
  ledger(w, "new", more);
  assert_at(w, "result/entries/0/points", "-5");
  assert_at(w, "result/entries/1/points", "4");
  ledger(w, "new", ",\"before\":3");
  assert_at(w, "error/data/code", "param");
}

// A release that first asks for a history counts both.
static void test_new_rule_over_both_histories(void **state) {
  struct world *w = *state;
  start(w, "");
  event(w, "o1", "visit", "old", T("01"), "");
  event(w, "j1", "member.join", "new", T("01"), "");
  merge(w, "m1", "old", "new", T("02"));
  event(w, "n1", "visit", "old", T("03"), "");
  program(w, "other", "2026-01-01",
          "\"event\":[" RULE("Third", ON("visit") "," VISITS("3"), "", FIXED("9", "points")) "]");
  publish(w, "other");
  event(w, "n2", "visit", "new", T("04"), "");
  assert_at(w, "balances/other.points", "9");
  assert_same_after_restart(w, "new");
}

// Random histories of eight members that become fewer, against sums alone.
struct sums {
  int into[8]; // itself, or whom it was merged into
  long points[8], bonus[8], held[8];
};

static int whole(const struct sums *s, int n) {
  while (s->into[n] != n)
    n = s->into[n];
  return n;
}

static void random_step(struct world *w, struct sums *s, uint64_t *seed, int step) {
  char id[24], member[8], data[96], other[8];
  int named = (int)test_below(seed, 8), n = whole(s, named), to = (int)test_below(seed, 8);
  long points = 1 + (long)test_below(seed, 50);
  snprintf(id, sizeof id, "e%d", step);
  snprintf(member, sizeof member, "m%d", named);
  snprintf(other, sizeof other, "m%d", to);
  switch (test_below(seed, 8)) {
  case 0:
    merge(w, id, member, other, T("05"));
    if (strcmp(at(w, "status"), "applied") == 0) {
      assert_true(named == n && to == whole(s, to) && to != n);
      s->points[to] += s->points[n];
      s->bonus[to] += s->bonus[n];
      s->held[to] += s->held[n];
      s->into[n] = to;
    }
    break;
  case 1:
  case 2:
    snprintf(data, sizeof data, "-%ld", points);
    adjust(w, id, member, T("04"), data, "points");
    s->points[n] -= points;
    break;
  case 3:
    snprintf(data, sizeof data, "\"points\":%ld", points);
    event(w, id, "points.hold", member, T("06"), data);
    if (strcmp(at(w, "status"), "applied") == 0) {
      long had = s->points[n] + s->bonus[n]; // of which account does not matter here
      s->held[n] += points;
      s->points[n] = had - points;
      s->bonus[n] = 0;
    }
    break;
  default:
    snprintf(data, sizeof data, "%ld", points);
    adjust(w, id, member, test_below(seed, 2) ? T("03") : T("04"), data, test_below(seed, 2) ? "points" : "bonus");
    s->points[n] += points; // the two together are compared
  }
}

static void test_random_merges(void **state) {
  struct world *w = *state;
  uint64_t seed = 20260301;
  struct sums s = {0};
  start(w, "");
  for (int i = 0; i < 8; i++) {
    char member[8], id[8];
    s.into[i] = i;
    snprintf(member, sizeof member, "m%d", i);
    snprintf(id, sizeof id, "j%d", i);
    event(w, id, "member.join", member, T("01"), "");
  }
  for (int step = 0; step < 400; step++) {
    random_step(w, &s, &seed, step);
    if (w->ledger[0] && step % 97 == 0) world_reopen(w);
  }
  for (int i = 0; i < 8; i++) {
    char member[8], *text;
    int n = whole(&s, i);
    snprintf(member, sizeof member, "m%d", i);
    text = member_text(w, member);
    long points = atol(at_of(w, text, "result/balances/points")), bonus = atol(at_of(w, text, "result/balances/bonus"));
    long held = atol(strcmp(at_of(w, text, "result/held/points"), "-") ? at_of(w, text, "result/held/points") : "0") +
                atol(strcmp(at_of(w, text, "result/held/bonus"), "-") ? at_of(w, text, "result/held/bonus") : "0");
    assert_int_equal(points + bonus, s.points[n] + s.bonus[n]);
    assert_int_equal(held, s.held[n]);
    free(text);
    assert_same_after_restart(w, member);
  }
  assert_verified(w);
}

static double timed_merge(struct world *w, const char *id, const char *gone, const char *into, const char *time) {
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  merge(w, id, gone, into, time);
  clock_gettime(CLOCK_MONOTONIC, &to);
  return (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6;
}

static void told(acr_batch *batch, int error, void *arg) {
  (void)batch;
  __atomic_store_n((int *)arg, error + 1000, __ATOMIC_RELEASE);
}

// In a few commits, as a slow disk takes its time for each.
static void many_buy(struct world *w, int count) {
  for (int i = 0; i < count;) {
    acr_batch *batch = acr_batch_begin(w->engine);
    int state = 0;
    for (int end = i + 1000; i < end; i++) {
      char line[256];
      int len = snprintf(line, sizeof line,
                         "{\"specversion\":\"1.0\",\"id\":\"p%d\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"%s\","
                         "\"time\":\"" T("01") "\",\"data\":{\"total\":\"3.00\"}}",
                         i, i % 2 ? "old" : "new");
      acr_batch_take(batch, line, (size_t)len, NULL);
    }
    acr_batch_commit(batch, told, &state);
    while (__atomic_load_n(&state, __ATOMIC_ACQUIRE) == 0)
      usleep(1000);
    assert_int_equal(state, 1000 + ACR_E_OK);
    acr_batch_end(batch);
  }
}

static void test_large(void **state) {
  struct world *w = *state;
  start(w, "\"event\":[" RULE("Rich", ON("visit") ",{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"99999999\"}", "",
                             FIXED("1", "bonus")) "]");
  many_buy(w, 20000);
  double ms = timed_merge(w, "m1", "old", "new", T("02"));
  print_message("a merge of twice 10,000 entries: %.1f ms\n", ms);
  assert_at(w, "status", "applied");
  see(w, "new");
  assert_at(w, "result/balances/points", "60000");
  assert_at(w, "result/lot_count", "20000");
  adjust(w, "a1", "poor", T("02"), "-59999", "points");
  ms = timed_merge(w, "m2", "new", "poor", T("03"));
  print_message("a debt that 20,000 lots pay: %.1f ms\n", ms);
  see(w, "poor");
  assert_at(w, "result/balances/points", "1");
  assert_at(w, "result/lot_count", "1");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
#define FILED(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)
#define BOTH(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down), FILED(test)
      BOTH(test_lots_move_with_their_dates),
      BOTH(test_later_events_count_for_the_survivor),
      BOTH(test_what_is_no_merge),
      BOTH(test_debt),
      BOTH(test_holds),
      BOTH(test_history_and_limits),
      BOTH(test_labels_and_links),
      BOTH(test_ledger_of_both),
      BOTH(test_new_rule_over_both_histories),
      BOTH(test_random_merges),
      BOTH(test_large),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
