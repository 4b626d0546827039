// Why: past events judged again where they stood. Each has to do again exactly what the ledger has ("exact"), whatever came since.
#include "merge_fixture.h"

#define DOUBLE(name, more) "{\"rule\":\"" name "\",\"when\":{\"all\":[" more "]},\"outcomes\":[" FIXED("20", "points") "]}"

static void explain(struct world *w, uint64_t seq) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.explain\",\"params\":{\"seq\":%llu}}", (unsigned long long)seq);
}

// Every event of the ledger; how many there were.
static int all_exact(struct world *w, uint64_t last) {
  int count = 0;
  for (uint64_t seq = 1; seq <= last; seq++) {
    explain(w, seq);
    if (strcmp(at(w, "result/exact"), "-") == 0) continue; // a release, a status, a clock
    if (strcmp(at(w, "result/exact"), "true") != 0) print_error("%s\n", w->reply);
    assert_at(w, "result/exact", "true");
    count++;
  }
  return count;
}

// The whole member in one pass: byte for byte what each event says alone, however the pages are cut. How many events there were.
static int along(struct world *w, const char *member, int limit) {
  uint64_t seqs[64];
  int count = 0, page = 0;
  char after[32] = "null", path[32];
  do {
    say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.explain\",\"params\":{\"member\":\"%s\",\"limit\":%d,\"after\":%s}}", member,
        limit, after);
    char *found = strdup(w->reply);
    page = 0;
    for (;; page++) {
      snprintf(path, sizeof path, "result/events/%d/seq", page);
      if (strcmp(at(w, path), "-") == 0) break;
      assert_true(count + page < 64);
      seqs[count + page] = strtoull(at(w, path), NULL, 10);
    }
    snprintf(after, sizeof after, "%s", at(w, "result/next"));
    const char *rest = strstr(found, "\"events\":[");
    assert_non_null(rest);
    rest += strlen("\"events\":[");
    for (int i = 0; i < page; i++) {
      explain(w, seqs[count + i]);
      const char *alone = strstr(w->reply, "\"result\":");
      assert_non_null(alone);
      alone += strlen("\"result\":");
      size_t len = strlen(alone) - 1; // the object that it stands in ends behind it
      while (alone[len] != '}')
        len--;
      if (strncmp(rest, alone, len) != 0) print_error("%.*s\nin\n%s\n", (int)len, alone, rest);
      assert_int_equal(strncmp(rest, alone, len), 0);
      rest += len + (i + 1 < page);
    }
    free(found);
    count += page;
    assert_true(page <= limit);
  } while (after[0] != 'n' && after[0] != '-');
  return count;
}

static void test_distance_and_what_was_kept_out(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"purchase\":[" DOUBLE("Large", "{\"key_phrase\":\"total_spend\",\"operator\":\">=\",\"amount\":\"50.00\","
                                           "\"constraints\":{\"store\":{\"include\":[\"S1\",\"S2\"]}}},"
                                           "{\"any\":[{\"key_phrase\":\"items_purchased\",\"operator\":\">\",\"count\":2},"
                                           "{\"key_phrase\":\"make_a_purchase\"}]}") "]");
  publish(w, "shop");
  event(w, "p1", "purchase", "m", T("01"), "\"total\":\"37.60\",\"store\":\"S1\"");
  explain(w, 2);
  assert_at(w, "result/exact", "true");
  assert_at(w, "result/judged/0/rules/1/rule", "Large");
  assert_at(w, "result/judged/0/rules/1/why", "conditions");
  assert_at(w, "result/judged/0/rules/1/when/all/0/actual", "37.60");
  assert_at(w, "result/judged/0/rules/1/when/all/0/required", "50.00");
  assert_at(w, "result/judged/0/rules/1/when/all/0/distance", "12.40");
  assert_at(w, "result/judged/0/rules/1/when/all/0/is", "short");
  assert_at(w, "result/judged/0/rules/1/when/all/1/holds", "true");
  assert_at(w, "result/judged/0/rules/1/when/all/1/any/0/holds", "false");
  assert_at(w, "result/judged/0/rules/1/when/all/1/any/1/holds", "true"); // the branch that made it true
  assert_at(w, "result/judged/0/base/0/arithmetic/0/amount", "37.60");
  assert_at(w, "result/judged/0/base/0/arithmetic/0/points", "37");
  event(w, "p2", "purchase", "m", T("02"), "\"total\":\"80.00\",\"store\":\"S17\"");
  explain(w, 3);
  assert_at(w, "result/judged/0/rules/0/when/all/0/excluded/0/constraint", "store");
  assert_at(w, "result/judged/0/rules/0/when/all/0/excluded/0/looked_at/store", "S17");
  assert_at(w, "result/judged/0/rules/0/when/all/0/distance", "-"); // nothing was measured
  event(w, "p3", "purchase", "m", T("03"), "\"total\":\"80.00\",\"store\":\"S2\"");
  explain(w, 4);
  assert_at(w, "result/judged/0/rules/0/fired", "1");
  assert_at(w, "result/judged/0/rules/0/when/all/0/is", "to_spare");
  assert_at(w, "result/judged/0/rules/0/outcomes/0/effects/0/points", "20");
  explain(w, 1);
  assert_at(w, "error/data/code", "event_unknown");
}

static void test_limits_windows_and_multiples(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"purchase\":[{\"rule\":\"Monthly\",\"when\":{\"key_phrase\":\"make_a_purchase\"},\"limit\":{\"times\":1,\"per\":\"month\"},"
          "\"outcomes\":[" FIXED("20", "points") "]}," DOUBLE("Recent", "{\"key_phrase\":\"complete_transactions\",\"operator\":\">=\","
          "\"count\":3,\"timeframe\":{\"last\":\"10 days\"}},{\"key_phrase\":\"make_a_purchase\"}") ","
          DOUBLE("Hundreds", "{\"key_phrase\":\"spend_currency\",\"every\":\"100.00\"},"
          "{\"key_phrase\":\"make_a_purchase\"}") "]");
  publish(w, "shop");
  buy(w, "p1", "m", T("01"), "30.00");
  buy(w, "p2", "m", T("15"), "30.00");
  buy(w, "p3", "m", T("20"), "30.00");
  explain(w, 4);
  assert_at(w, "result/exact", "true");
  assert_at(w, "result/judged/0/rules/0/why", "limit");
  assert_at(w, "result/judged/0/rules/0/limit/used", "1");
  assert_at(w, "result/judged/0/rules/0/limit/left", "0");
  assert_at(w, "result/judged/0/rules/0/limit/frees", "2026-04-01T04:00:00Z");
  assert_at(w, "result/judged/0/rules/1/when/all/0/window/inside", "2");
  assert_at(w, "result/judged/0/rules/1/when/all/0/window/outside", "1");
  assert_at(w, "result/judged/0/rules/1/when/all/0/distance", "1");
  assert_int_equal(all_exact(w, 4), 3);
  assert_int_equal(along(w, "m", 100), 3);
  assert_int_equal(along(w, "m", 1), 3);
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.explain\","
         "\"params\":{\"member\":\"m\",\"from\":\"2026-03-02\",\"to\":\"2026-03-15\"}}");
  assert_at(w, "result/events/0/seq", "3");
  assert_at(w, "result/events/1/seq", "-");
  assert_at(w, "result/next", "null");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.explain\",\"params\":{\"member\":\"m\",\"from\":\"March\"}}");
  assert_non_null(strstr(at(w, "error/message"), "`from`: found \"March\""));
}

// What came later must not show: a release in place of that of the day, series built out of older records, statuses.
static void test_under_the_release_of_the_day(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"purchase\":[" DOUBLE("Old", "{\"key_phrase\":\"make_a_purchase\"}") "]");
  publish(w, "shop");
  buy(w, "p1", "m", T("01"), "30.00");
  buy(w, "p2", "m", T("02"), "30.00");
  program(w, "shop", "2026-01-01",
          "\"purchase\":[" DOUBLE("New", "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"100.00\"},"
                                         "{\"key_phrase\":\"make_a_purchase\"}") "]");
  publish(w, "shop"); // takes the place of the other
  buy(w, "p3", "m", T("03"), "30.00");
  buy(w, "p4", "m", T("04"), "30.00");
  publish(w, "shop");
  buy(w, "p5", "m", T("05"), "30.00");
  for (int again = 0; again < 2; again++) {
    explain(w, 2);
    assert_at(w, "result/exact", "true");
    assert_at(w, "result/judged/0/release", "shop@1");
    assert_at(w, "result/judged/0/rules/1/rule", "Old");
    explain(w, 5); // with the history from before its rule
    assert_at(w, "result/exact", "true");
    assert_at(w, "result/judged/0/release", "shop@2");
    assert_at(w, "result/judged/0/rules/0/when/all/0/actual", "90.00");
    explain(w, 6);
    assert_at(w, "result/judged/0/rules/0/fired", "1");
    assert_int_equal(all_exact(w, 8), 5);
    assert_int_equal(along(w, "m", 2), 5);
    assert_int_equal(along(w, "m", 100), 5); // over both releases
    if (!again) world_reopen(w); // where statuses and series came from stands in the view
  }
  world_remove_view(w);
  world_reopen(w);
  assert_int_equal(all_exact(w, 8), 5);
  assert_verified(w);
}

static void test_budgets_of_others(void **state) {
  struct world *w = *state;
  promo_caps = ",\"inventory\":50,\"limit\":[{\"points\":30,\"per\":\"day\",\"for\":\"all\"}]";
  program(w, "shop", "2026-01-01", "\"purchase\":[" DOUBLE("Gift", "{\"key_phrase\":\"make_a_purchase\"}") "]");
  promo_caps = "";
  publish(w, "shop");
  static const char *const days[] = {T("01"), T("01"), T("01"), T("02"), T("02"), T("03")};
  for (int i = 0; i < 6; i++) {
    char id[8], member[8];
    snprintf(id, sizeof id, "p%d", i);
    snprintf(member, sizeof member, "m%d", i % 3);
    buy(w, id, member, days[i], "30.00");
  }
  explain(w, 3);
  assert_at(w, "result/judged/0/rules/1/outcomes/0/effects/0/clipped", "10");
  assert_int_equal(all_exact(w, 7), 6);
  assert_int_equal(along(w, "m0", 100) + along(w, "m1", 100) + along(w, "m2", 100), 6);
  assert_verified(w);
}

static void test_merged_members_and_due_work(void **state) {
  struct world *w = *state;
  start(w, "\"purchase\":[" RULE("Third", "{\"key_phrase\":\"complete_transactions\",\"operator\":\">=\",\"count\":3},"
                                          "{\"key_phrase\":\"make_a_purchase\"}", "", FIXED("5", "bonus")) "]");
  adjust(w, "a1", "old", T("01"), "7", "soon");
  buy(w, "p1", "old", T("02"), "10.00");
  buy(w, "p2", "new", T("03"), "10.00");
  merge(w, "m1", "old", "new", T("05"));
  buy(w, "p3", "old", T("06"), "10.00"); // counts for the survivor
  say(w, "{\"specversion\":\"1.0\",\"id\":\"p4\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"new\","
         "\"time\":\"2026-06-01T00:00:00Z\",\"data\":{\"total\":\"10.00\"}}");
  explain(w, 9);
  assert_at(w, "result/exact", "true");
  assert_at(w, "result/due/0/at", "2026-04-01T04:00:00Z"); // expired first
  explain(w, 8);
  assert_at(w, "result/exact", "true");
  assert_int_equal(all_exact(w, 9), 7);
  assert_int_equal(along(w, "new", 100), 7); // the other's events too, and what it took over; what had expired stands with p4
  assert_int_equal(along(w, "new", 3), 7);
}

// A rule that looks back comes between two merges: what the first brought is counted once.
static void test_merged_before_and_after_a_rule(void **state) {
  struct world *w = *state;
  start(w, "");
  buy(w, "p1", "first", T("01"), "30.00");
  buy(w, "p2", "second", T("01"), "1.00");
  buy(w, "p3", "third", T("01"), "1.00");
  merge(w, "m1", "first", "second", T("02"));
  start(w, "\"purchase\":[" RULE("Fifty", "{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"spend_currency\",\"operator\":\">=\","
                                "\"amount\":\"50.00\"}", "", FIXED("5", "bonus")) "]");
  merge(w, "m2", "second", "third", T("03"));
  buy(w, "p4", "third", T("04"), "10.00"); // 42 in all
  explain(w, 10);
  assert_at(w, "result/exact", "true");
  assert_int_equal(all_exact(w, 10), 6);
}

// The work in front of it gave out a name there, which the one who explains it knows already.
static void test_returned_behind_due_work(void **state) {
  struct world *w = *state;
  start(w, "");
  adjust(w, "a", "m", T("01"), "7", "soon");
  buy(w, "p", "m", T("02"), "10.00");
  event(w, "r", "return", "m", "2026-05-01T12:00:00Z", "\"of\":\"p\",\"total\":\"4.00\"");
  assert_at(w, "status", "applied");
  explain(w, 5);
  assert_at(w, "result/due/0/at", "2026-04-01T04:00:00Z");
  assert_at(w, "result/exact", "true");
}

static void test_refused_parked_returned(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"purchase\":[{\"rule\":\"Twice\",\"when\":{\"key_phrase\":\"make_a_purchase\"},\"outcomes\":[" FIXED("20", "points") ","
          "{\"outcome\":\"boom\",\"word\":\"yes\"}]}]");
  publish(w, "shop");
  event(w, "s1", "points.spend", "m", T("01"), "\"points\":5");
  assert_at(w, "status", "refused");
  event(w, "p1", "purchase", "m", T("02"), "\"total\":\"10.00\",\"context\":{\"boom\":\"yes\"}");
  assert_at(w, "status", "parked");
  buy(w, "p2", "m", T("03"), "30.00");
  event(w, "r1", "return", "m", T("04"), "\"of\":\"p2\",\"total\":\"10.00\"");
  assert_at(w, "status", "applied");
  buy(w, "p3", "m", T("05"), "30.00");
  explain(w, 2);
  assert_at(w, "result/reply/error/code", "points_short");
  event(w, "s2", "points.spend", "m", T("06"), "\"points\":5000");
  assert_at(w, "status", "refused");
  event(w, "p4", "purchase", "m", T("07"), "\"total\":\"10.00\",\"context\":{\"boom\":\"yes\"}");
  assert_at(w, "status", "parked");
  assert_int_equal(all_exact(w, 8), 7);
  assert_int_equal(along(w, "m", 100), 5); // s1 and p1 came before there was a member
}

static void simulate(struct world *w, const char *more, const char *event_json) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.simulate\",\"params\":{%s\"events\":[%s,%s]}}", more, event_json, event_json);
}

static void test_simulate_leaves_nothing(void **state) {
  struct world *w = *state;
  static const char bought[] = "{\"specversion\":\"1.0\",\"id\":\"x\",\"source\":\"sim\",\"type\":\"purchase\",\"subject\":\"m\","
                               "\"time\":\"2026-03-10T00:00:00Z\",\"data\":{\"total\":\"12.50\"}}";
  char more[128];
  program(w, "shop", "2026-01-01",
          "\"purchase\":[{\"rule\":\"Once\",\"when\":{\"key_phrase\":\"make_a_purchase\"},\"limit\":{\"times\":1,\"per\":\"year\"},"
          "\"outcomes\":[" FIXED("20", "points") "]}]");
  publish(w, "shop");
  buy(w, "p1", "known", T("01"), "10.00");
  for (int i = 0; i < 2; i++) {
    simulate(w, "", bought); // of a member that there is not; each after those before it
    assert_at(w, "result/events/0/reply/status", "applied");
    assert_at(w, "result/events/0/reply/balances/points", "32");
    assert_at(w, "result/events/0/judged/0/rules/0/fired", "1");
    assert_at(w, "result/events/1/reply/balances/points", "44");
    assert_at(w, "result/events/1/judged/0/rules/0/why", "limit");
    simulate(w, "\"member\":\"known\",", bought);
    assert_at(w, "result/events/0/reply/balances/points", "42");
    simulate(w, "\"member\":\"known\",\"at\":\"2026-02-01T00:00:00Z\",", bought); // before it bought anything
    assert_at(w, "result/events/0/judged/0/rules/0/fired", "1");
  }
  see(w, "m");
  assert_at(w, "error/data/code", "member_unknown");
  see(w, "known");
  assert_at(w, "result/balances/points", "30");
  program(w, "next", "2030-01-01",
          "\"family\":\"shop\",\"purchase\":[" RULE("Much", "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"20.00\"},"
          "{\"key_phrase\":\"make_a_purchase\"}", "", FIXED("7", "points")) "]");
  snprintf(more, sizeof more, "\"member\":\"known\",\"path\":\"%s/programs/next.json\",", w->dir);
  simulate(w, more, bought);
  assert_at(w, "result/events/0/reply/release", "next@1"); // whatever its date
  assert_at(w, "result/events/0/judged/0/rules/0/when/all/0/actual", "22.50"); // history counts
  assert_at(w, "result/events/0/reply/balances/points", "49");
  publish_as(w, "next", "test");
  simulate(w, "\"member\":\"known\",\"program\":\"next\",", bought);
  assert_at(w, "result/events/0/reply/balances/points", "49");
  simulate(w, "", bought);
  assert_at(w, "result/events/0/reply/release", "shop@1");
  see(w, "known");
  assert_at(w, "result/balances/points", "30");
  assert_verified(w);
}

static void test_what_a_level_takes(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"levels\":[{\"level\":\"Member\",\"entrance\":[{\"rule\":\"All\",\"when\":\"no rules\",\"outcomes\":[]}]},"
          "{\"level\":\"Gold\",\"threshold\":{\"spend\":\"500.00\"},\"maintenance\":[]}]");
  publish(w, "shop");
  buy(w, "p1", "m", T("01"), "120.00");
  explain(w, 2);
  assert_at(w, "result/judged/0/rules/1/level", "Gold"); // the entrance of the next level
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.explain\",\"params\":{\"member\":\"m\",\"level\":\"Gold\"}}");
  assert_at(w, "result/held", "Member");
  assert_at(w, "result/stands", "above");
  assert_at(w, "result/entrance/rules/0/when/distance", "380.00");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.explain\",\"params\":{\"member\":\"m\",\"level\":\"Golt\"}}");
  assert_non_null(strstr(at(w, "error/message"), "Gold"));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_memory, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_distance_and_what_was_kept_out),
      TEST(test_limits_windows_and_multiples),
      cmocka_unit_test_setup_teardown(test_under_the_release_of_the_day, set_up_file, tear_down),
      TEST(test_budgets_of_others),
      TEST(test_merged_members_and_due_work),
      TEST(test_merged_before_and_after_a_rule),
      TEST(test_returned_behind_due_work),
      TEST(test_refused_parked_returned),
      TEST(test_simulate_leaves_nothing),
      TEST(test_what_a_level_takes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
