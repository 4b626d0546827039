// Verify finds what is wrong with holds, spending, expiry, levels, releases, web hooks, the events as sent, and the view.
#include "plant_fixture.h"

// Records by number: 1 the release; 2 and 3 purchases of m, who enters a level with 3; 4 a hold, 5 captures a part of it and gives
// back the rest; 6 spends, 7 cancels a part; 8 an adjustment; 9 gives two offers, with a web hook; 10 redeems one, 11 is the purchase
// that it was used on, 12 a return that gives it back; 13 to 16 let lots expire, 17 is the clock.
static void good_ledger(struct world *w) {
  program_of(w, "shop", "2026-01-01",
             "\"points\":{\"default\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"2 months\"}},\"status\":{\"spendable\":false}",
             "\"points\",\"status\"",
             BASE_EARN ",\"offers\":{\"cup\":{}},"
                       "\"levels\":[{\"level\":\"Member\",\"entrance\":[{\"rule\":\"All\",\"when\":\"no rules\"}]},"
                       "{\"level\":\"Gold\",\"threshold\":{\"spend\":\"120.00\"}}],"
                       "\"event\":[{\"rule\":\"P\",\"when\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"}],\"outcomes\":["
                       "{\"outcome\":\"issue_offer\",\"offer\":\"cup\",\"quantity\":2},"
                       "{\"outcome\":\"web_hook\",\"url\":\"https://example.com/a\",\"body\":\"1\"}]}]");
  publish(w, "shop");
  buy(w, "2", "m", "2026-02-01T12:00:00Z", "100.00");
  buy(w, "3", "m", "2026-02-02T12:00:00Z", "50.00");
  event(w, "4", "points.hold", "m", "2026-02-03T12:00:00Z", "\"points\":20,\"reference\":\"t\"");
  event(w, "5", "points.capture", "m", "2026-02-04T12:00:00Z", "\"points\":15,\"reference\":\"t\"");
  event(w, "6", "points.spend", "m", "2026-02-05T12:00:00Z", "\"points\":30,\"reference\":\"s\"");
  event(w, "7", "points.spend_cancelled", "m", "2026-02-06T12:00:00Z", "\"of\":\"6\",\"points\":10");
  adjust(w, "8", "m", "2026-02-07T12:00:00Z", "5", "points");
  event(w, "9", "ping", "m", "2026-02-07T12:00:00Z", "");
  event(w, "10", "offer.redeem", "m", "2026-02-08T12:00:00Z", "\"offer\":\"cup\"");
  event(w, "11", "purchase", "m", "2026-02-08T12:00:00Z", "\"total\":\"9.00\",\"discounts\":[{\"offer\":\"cup\"}]");
  event(w, "12", "return", "m", "2026-02-09T12:00:00Z", "\"of\":\"11\",\"total\":\"4.00\",\"reinstate_offers\":true");
  assert_at(w, "offers/0/state", "reinstated");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"pos\",\"type\":\"clock\",\"time\":\"2026-09-01T00:00:00Z\"}");
  assert_verified(w);
}

// ---- one thing wrong each

static void payload(struct copies *c, int record, const char *from, const char *to) {
  acr__buf *bytes = &c->all[record - 1].payload;
  char *at = memmem(bytes->ptr, bytes->len, from, strlen(from));
  assert_non_null(at);
  assert_int_equal(strlen(from), strlen(to));
  memcpy(at, to, strlen(to));
}

static void hold_closed_twice(struct copies *c) { add_op(c, 6, *op_of(c, 5, ACR_OP_HOLD_END, 0)); }
static void hold_unknown(struct copies *c) { op_of(c, 5, ACR_OP_HOLD_END, 0)->v[0] = 2; }
static void hold_captured_more(struct copies *c) {
  op_of(c, 5, ACR_OP_CAPTURE, 0)->v[ACR_CAPTURE_POINTS]++;
  op_of(c, 5, ACR_OP_CAPTURED, 0)->v[ACR_LOT_POINTS]++;
}
static void hold_rest_kept(struct copies *c) { drop_op(c, 5, op_of(c, 5, ACR_OP_HOLD_END, 0)); }

static void given_too_much(struct copies *c) { op_of(c, 7, ACR_OP_GIVE, 0)->v[ACR_LOT_POINTS] += 90; }
static void spent_expired(struct copies *c) {
  op_of(c, 2, ACR_OP_CREDIT, 0)->v[ACR_CREDIT_EXPIRES] = c->all[5].record.time;
  op_of(c, 6, ACR_OP_TAKE, 0)->v[ACR_LOT_EXPIRES] = c->all[5].record.time;
}
static void spent_newer(struct copies *c) { // of the lot of record 3, though that of 2 has enough
  const struct acr__op *credit = op_of(c, 3, ACR_OP_CREDIT, 0);
  struct acr__op *take = op_of(c, 6, ACR_OP_TAKE, 0);
  take->v[ACR_LOT_SEQ] = 3;
  take->v[ACR_LOT_INDEX] = credit->v[ACR_CREDIT_INDEX];
  take->v[ACR_LOT_EARNED] = credit->v[ACR_CREDIT_EARNED];
  take->v[ACR_LOT_EXPIRES] = credit->v[ACR_CREDIT_EXPIRES];
}
static void take_renamed(struct copies *c) { op_of(c, 6, ACR_OP_TAKE, 0)->v[ACR_LOT_SOURCE]++; }
static void expiry_missing(struct copies *c) {
  drop_op(c, 13, op_of(c, 13, ACR_OP_TAKE, 0));
  drop_op(c, 13, op_of(c, 13, ACR_OP_DEBIT, 0));
}
static void lot_lives_longer(struct copies *c) { op_of(c, 2, ACR_OP_CREDIT, 0)->v[ACR_CREDIT_EXPIRES] -= 40 * ACR_DAY_US; }

static void huge(struct copies *c) {
  struct acr__op *credit = op_of(c, 8, ACR_OP_CREDIT, 0);
  credit->v[ACR_CREDIT_POINTS] += (int64_t)1 << 53;
  credit->v[ACR_CREDIT_AFTER] += (int64_t)1 << 53;
}

static void level_again(struct copies *c) { add_op(c, 6, *op_of(c, 3, ACR_OP_LEVEL, 0)); }
static void level_early(struct copies *c) { op_of(c, 3, ACR_OP_LEVEL, 0)->v[ACR_LEVEL_SINCE] -= 30 * ACR_DAY_US; }
static void level_uncaused(struct copies *c) { op_of(c, 3, ACR_OP_LEVEL, 0)->v[ACR_LEVEL_CAUSE] = 77; }
static void level_said(struct copies *c) { op_of(c, 4, ACR_OP_STANDING, 0)->v[1]++; }
static void level_dropped(struct copies *c) { drop_op(c, 3, op_of(c, 3, ACR_OP_LEVEL, 0)); }
static void level_to_and_fro(struct copies *c) {
  struct acr__op op = *op_of(c, 3, ACR_OP_LEVEL, 0);
  op.v[ACR_LEVEL_NAME] = 0;
  op.v[ACR_LEVEL_CAUSE] = ACR_LEVEL_CAUSE_MAINTENANCE;
  add_op(c, 3, op);
}
static void refused_level(struct copies *c) {
  add_op(c, 6, *op_of(c, 3, ACR_OP_LEVEL, 0));
  c->all[5].record.flags |= ACR_RECORD_REFUSED;
}
static void review_of_none(struct copies *c) {
  add_op(c, 6, (struct acr__op){.kind = ACR_OP_REVIEW, .v = {op_of(c, 3, ACR_OP_LEVEL, 0)->v[ACR_LEVEL_NAME], 1, 1, 1}});
}

static void release_other(struct copies *c) { op_of(c, 3, ACR_OP_STANDING, 0)->v[2] = 9; }
static void release_later(struct copies *c) { op_of(c, 1, ACR_OP_RELEASE, 0)->v[3] = c->all[2].record.time; }
static void release_inactive(struct copies *c) { op_of(c, 1, ACR_OP_STATUS, 0)->v[2] = ACR_STATUS_CONFIGURE; }
static void release_edited(struct copies *c) { payload(c, 1, "120.00", "110.00"); }
static void outcome_of_none(struct copies *c) { op_of(c, 3, ACR_OP_OUTCOME, 0)->v[ACR_OUTCOME_FAMILY] += 5; }

static void event_edited(struct copies *c) { payload(c, 2, "100.00", "900.00"); }
static void event_of_another(struct copies *c) { payload(c, 3, "\"subject\":\"m\"", "\"subject\":\"n\""); }
static void actor_missing(struct copies *c) { payload(c, 8, "\"actor\":\"a\"", "\"acter\":\"a\""); }
static void reason_empty(struct copies *c) { payload(c, 8, "\"reason\":\"r\"", "\"reason\":\" \""); }

static void hook_number(struct copies *c) { op_of(c, 9, ACR_OP_WEBHOOK, 0)->v[0] = 2; }
static void hook_edited(struct copies *c) { payload(c, 9, "example.com/a", "example.com/b"); }
static void hook_unsaid(struct copies *c) { c->all[8].record.flags &= (uint8_t)~ACR_RECORD_HOOKS; }

static void reinstated_twice(struct copies *c) { add_op(c, 12, *op_of(c, 12, ACR_OP_REINSTATE, 0)); }
static void reinstated_unused(struct copies *c) { op_of(c, 12, ACR_OP_REINSTATE, 0)->v[ACR_REDEEM_INDEX]++; }
static void reinstated_alone(struct copies *c) { add_op(c, 11, *op_of(c, 12, ACR_OP_REINSTATE, 0)); }
static void withdrawn_used(struct copies *c) { op_of(c, 12, ACR_OP_REINSTATE, 0)->kind = ACR_OP_WITHDRAW; }

static const struct plant plants[] = {
    {"a hold closed twice", hold_closed_twice, "I7", 6},
    {"a hold closed that there was not", hold_unknown, "I7", 5},
    {"more captured than was held", hold_captured_more, "I7", 5},
    {"a hold that was captured and stays open", hold_rest_kept, "I7", 5},
    {"more given back than a lot had", given_too_much, "I4", 7},
    {"a lot spent after its end", spent_expired, "I17", 6},
    {"a newer lot spent before an older one", spent_newer, "I17", 6},
    {"a lot that a run left behind", expiry_missing, "I18", 13},
    {"an end of a lot that was moved", lot_lives_longer, "I18", 4},
    {"a lot taken under another source", take_renamed, "I5", 6},
    {"a balance beyond what is exact", huge, "I26", 8},
    {"a move to the level that there is", level_again, "I19", 6},
    {"a level that begins before the one before", level_early, "I19", 3},
    {"a level without a cause", level_uncaused, "I19", 3},
    {"a level that was answered", level_said, "I19", 4},
    {"a move that is missing", level_dropped, "I19", 3},
    {"a level reviewed that there never was", review_of_none, "I19", 6},
    {"up and down in one record", level_to_and_fro, "I21", 3},
    {"a refused event that moves", refused_level, "I8", 6},
    {"judged by a release that there is not", release_other, "I15", 3},
    {"judged by a release before its time", release_later, "I15", 2},
    {"judged by a release that was not active", release_inactive, "I15", 2},
    {"a release that was edited", release_edited, "I15", 1},
    {"an outcome of no program", outcome_of_none, "I15", 3},
    {"an event that was edited", event_edited, "I12", 2},
    {"an event of somebody else", event_of_another, "I12", 3},
    {"an adjustment by nobody", actor_missing, "I29", 8},
    {"an adjustment that was edited", reason_empty, "I12", 8},
    {"a web hook numbered wrongly", hook_number, "I27", 9},
    {"a web hook to somewhere else", hook_edited, "I27", 9},
    {"a web hook that its record does not speak of", hook_unsaid, "I27", 9},
    {"an offer given back twice", reinstated_twice, "I13", 12},
    {"an offer given back that was not used", reinstated_unused, "I13", 12},
    {"an offer given back without a return", reinstated_alone, "I13", 11},
    {"an offer withdrawn that was used", withdrawn_used, "I13", 12},
};

static void test_plants(void **state) {
  good_ledger(*state);
  assert_plants(*state, plants, sizeof plants / sizeof plants[0], 17);
}

// ---- the view: what it says of a member that the log does not

static void lot_less(struct acr__member *m) {
  struct acr__lots_at walk = {0};
  struct acr__lot lot;
  assert_true(acr__lots_next(&m->lots, &walk, &lot));
  assert_true(acr__lots_take(&m->lots, lot.seq, lot.index, 1));
}
static void balance_more(struct acr__member *m) { m->balances[0].lots++; }

static void assert_view(struct world *w, void (*change)(struct acr__member *), const char *invariant) {
  char *json = NULL;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "2", "m", "2026-02-01T12:00:00Z", "100.00");
  struct acr__member *m = acr__member_find(w->engine, ACR__SPAN_LIT("m"));
  change(m);
  world_reopen(w); // it is written when the engine closes
  assert_int_equal(acr_engine_verify(w->engine, &json), ACR_E_VIOLATION);
  assert_string_equal(at_of(w, json, "violations/0/invariant"), invariant);
  assert_string_equal(at_of(w, json, "violations/0/member"), "1");
  free(json);
}

static void test_view_lots(void **state) { assert_view(*state, lot_less, "I4"); }
static void test_view_balance(void **state) { assert_view(*state, balance_more, "I3"); }

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_plants, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_view_lots, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_view_balance, set_up_file, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
