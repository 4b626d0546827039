// What a backtest spares itself: the log read twice, and a record that came out as it was counted twice. Nothing of it may show.
#include "backtest_fixture.h"
#include "engine/sums.h"

// Who was erased or merged says something of the log's beginning; only then the log is read twice. The ledger knows whether anybody
// was from the journal alone, too.
static void test_altered(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  history(w);
  buy(w, "e1", "gone", "2026-04-04T12:00:00Z", "5.00");
  assert_unchanged(w);
  assert_at(w, "members", "3");
  world_reopen(w);
  assert_false(w->engine->altered);
  event(w, "e2", "member.erase", "gone", "2026-04-05T12:00:00Z", "");
  assert_at(w, "status", "applied");
  buy(w, "e3", "m", "2026-04-06T12:00:00Z", "5.00");
  for (int i = 0; i < 3; i++) {
    assert_true(w->engine->altered);
    assert_unchanged(w);
    assert_at(w, "members", "3");
    assert_at(w, "accounts/0/issued/before", "52");
    assert_non_null(strstr(w->reply, "1 member(s) were erased"));
    world_close(w);
    if (i) world_remove_view(w);
    world_open(w);
  }
}

static void test_altered_by_merge(void **state) {
  struct world *w = *state;
  publish_bang(w, "");
  history(w);
  merge(w, "g", "n", "m", "2026-04-05T12:00:00Z");
  assert_at(w, "status", "applied");
  for (int i = 0; i < 3; i++) {
    assert_true(w->engine->altered);
    assert_unchanged(w);
    world_close(w);
    if (i) world_remove_view(w);
    world_open(w);
  }
}

// ---- what both sides have alike is counted once

struct sides {
  struct acr__sums sums;
  struct acr__twin twin;
  struct acr__sums_members own, other, both;
  struct acr__record record, theirs;
  struct acr__ops ops;
  int family;
};

static void begin_sides(struct sides *s, struct world *w, const char *member) {
  const acr_engine *engine = w->engine;
  const acr__zone *zone = engine->releases[0]->plan->zone;
  const struct acr__member *m = acr__member_find(w->engine, acr__span_of(member));
  assert_non_null(m);
  *s = (struct sides){.family = engine->releases[0]->family};
  assert_true(acr__read_record(w->engine, m->prev, &s->record));
  assert_true(acr__ops_decode(acr__ops_of(&s->record), &s->ops));
  s->theirs = s->record;
  acr__sums_begin(&s->sums, engine, zone, ACR_TIME_MIN, ACR_TIME_MAX);
  acr__sums_begin(&s->twin.both, engine, zone, ACR_TIME_MIN, ACR_TIME_MAX);
  acr__sums_members_begin(&s->own, 8, 1);
  acr__sums_members_begin(&s->other, 8, 1);
  acr__sums_members_begin(&s->both, 8, 0);
  free(s->both.levels);
  s->both.levels = s->other.levels;
  s->both.family_count = 1;
  s->sums.members = &s->own;
  s->twin.both.members = &s->both;
  s->sums.families = s->twin.both.families = &s->family;
  s->twin.engine = engine;
  s->sums.twin = &s->twin;
}

static void end_sides(struct sides *s) {
  acr__sums_free(&s->sums);
  acr__sums_free(&s->twin.both);
  acr__sums_members_free(&s->own);
  acr__sums_members_free(&s->other);
  s->both.levels = NULL;
  acr__sums_members_free(&s->both);
  acr__ops_free(&s->ops);
}

static bool counted_once(struct sides *s) {
  s->twin.record = &s->theirs;
  acr__sums_decided(&s->sums, &s->record, &s->ops);
  bool once = s->twin.record == NULL;
  assert_int_equal(s->sums.count == 0, once);
  assert_int_equal(s->twin.both.count == 0, !once);
  return once;
}

static const char gold[] = ",\"levels\":[{\"level\":\"All\",\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]},"
                           "{\"level\":\"Gold\",\"threshold\":{\"spend\":\"50.00\"}}]";

static void test_alike(void **state) {
  struct world *w = *state, *bare = world_new(false);
  struct sides s;
  program(w, "p", "2026-01-01", gold + 1); // without its comma
  publish(w, "p");
  buy(w, "a", "m", "2026-01-10T12:00:00Z", "2.00");
  buy(w, "b", "m", "2026-01-11T12:00:00Z", "60.00");
  assert_at(w, "levels/p", "Gold");
  begin_sides(&s, w, "m"); // the first level is the one before in both
  assert_true(counted_once(&s));
  assert_int_equal(s.both.all[1].issued, s.both.all[1].outstanding);
  assert_true(s.both.all[1].issued > 0);
  assert_true(s.own.levels[1] != 0);
  assert_int_equal(s.own.levels[1], s.other.levels[1]);
  end_sides(&s);
  begin_sides(&s, w, "m");
  s.own.levels[1] = 5; // not where the other has him
  assert_false(counted_once(&s));
  end_sides(&s);
  begin_sides(&s, w, "m");
  s.theirs.time++;
  assert_false(counted_once(&s));
  end_sides(&s);
  begin_sides(&s, w, "m");
  s.theirs.decision.len--;
  assert_false(counted_once(&s));
  end_sides(&s);
  begin_sides(&s, w, "m");
  s.theirs.flags |= ACR_RECORD_DUE;
  assert_false(counted_once(&s));
  end_sides(&s);
  begin_sides(&s, w, "m");
  s.theirs.member++;
  assert_false(counted_once(&s));
  end_sides(&s);
  begin_sides(&s, w, "m");
  s.twin.engine = bare->engine; // numbers are other names there
  assert_false(counted_once(&s));
  assert_true(s.twin.apart);
  end_sides(&s);
  begin_sides(&s, w, "m");
  struct acr__account was = w->engine->accounts[0];
  acr_engine other = *w->engine;
  other.accounts = &was;
  other.account_count = 1;
  w->engine->account_count = 1;
  assert_true(counted_once(&s));
  end_sides(&s);
  begin_sides(&s, w, "m");
  s.twin.engine = &other;
  was.flags ^= ACR_ACCOUNT_SPENDABLE; // owed on one side alone
  assert_false(counted_once(&s));
  end_sides(&s);
  world_free(bare);
}

// What stood before is the same whether it was counted for both sides or alone: here names have other numbers.
static void test_names_apart(void **state) {
  static const char *const places[] = {"accounts/0/issued/before",  "accounts/0/spent/before", "accounts/0/expired/before",
                                       "totals/outstanding/before", "levels/0/members/before", "levels/1/members/before",
                                       "moves/0/members/before",    "events/applied/before",   "rules/0/given/points/before",
                                       "events/due_work/before",    "events/refused/before"};
  struct world *w = *state;
  char *rest, own[sizeof places / sizeof places[0]][32];
  publish_bang(w, gold);
  history(w);
  buy(w, "k", "m", "2026-04-04T12:00:00Z", "80.00");
  assert_unchanged(w);
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
    snprintf(own[i], sizeof own[i], "%s", at(w, places[i]));
  assert_string_equal(own[0], "122");
  assert_true(asprintf(&rest, BASE_EARN ",\"purchase\":[%s],%s%s",
                       RULE("Aardvark", "{\"key_phrase\":\"make_a_purchase\"}," VISITS("1"), "", FIXED("1", "points")), bang, gold) > 0);
  program_of(w, "p", "2026-01-01",
             "\"bonus\":{},\"points\":{\"default\":true,\"allow_negative\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"2 months\"}}",
             "\"bonus\",\"points\"", rest);
  free(rest);
  struct acr_backtest options = {.workers = 1};
  assert_int_equal(backtest(w, &options), ACR_E_OK);
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
    if (strncmp(places[i], "accounts", 8) != 0 && strncmp(places[i], "rules", 5) != 0) assert_at(w, places[i], own[i]);
  assert_at(w, "totals/issued/before", "122");
  assert_at(w, "totals/issued/after", "122");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_altered, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_altered_by_merge, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_alike, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_names_apart, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
