// Verify finds what is wrong with points, lots, offers, returns, the chain and the file.
#include "plant_fixture.h"

#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]},\"outcomes\":[" outcomes "]}"

// Records by number: 1 the release, 2 to 4 purchases of m (3 late), 5 an adjustment out of two lots, 6 into debt, 7 refused,
// 8 parked, 9 and 10 purchases of n, 11 gives n two offers, 12 redeems one, 13 buys one; 14 and 15
// give parts of purchase 10 back.
static void good_ledger(struct world *w) {
  promo_caps = ",\"inventory\":27,\"limit\":{\"points\":26,\"per\":\"month\"}"; // each purchase gives 5 of it
  program(w, "shop", "2026-01-01", "\"purchase\":[" RULE("B", "{\"key_phrase\":\"make_a_purchase\"}",
                                   FIXED("5", "owing") ",{\"outcome\":\"boom\",\"word\":\"yes\"}") "],"
          "\"offers\":{\"cup\":{\"price\":20,\"valid\":\"30 days\"}},\"event\":[" RULE("E",
          "{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"}",
          "{\"outcome\":\"issue_offer\",\"offer\":\"cup\",\"quantity\":2}") "]");
  publish(w, "shop");
  buy(w, "2", "m", "2026-02-02T12:00:00Z", "100.00");
  buy(w, "3", "m", "2026-02-01T12:00:00Z", "50.00");
  buy(w, "4", "m", "2026-02-03T12:00:00Z", "30.00");
  adjust(w, "5", "m", "2026-02-04T12:00:00Z", "-70", "points");
  adjust(w, "6", "m", "2026-02-04T12:00:00Z", "-40", "owing");
  adjust(w, "7", "m", "2026-02-04T12:00:00Z", "-400", "points");
  event(w, "8", "purchase", "m", "2026-02-05T12:00:00Z", "\"total\":\"1\",\"context\":{\"boom\":\"yes\"}");
  buy(w, "9", "n", "2026-02-05T12:00:00Z", "10.00");
  buy(w, "10", "n", "2026-02-06T12:00:00Z", "20.00");
  event(w, "11", "ping", "n", "2026-02-06T12:00:00Z", "");
  event(w, "12", "offer.redeem", "n", "2026-02-07T12:00:00Z", "\"offer\":\"cup\"");
  event(w, "13", "offer.purchase", "n", "2026-02-08T12:00:00Z", "\"offer\":\"cup\"");
  event(w, "14", "return", "n", "2026-02-09T12:00:00Z", "\"of\":\"10\",\"total\":\"5.00\"");
  event(w, "15", "return", "n", "2026-02-09T12:00:00Z", "\"of\":\"10\",\"total\":\"15.00\"");
  assert_at(w, "status", "applied");
  assert_verified(w);
}

// ---- one thing wrong each

static void amount(struct copies *c) { op_of(c, 2, ACR_OP_CREDIT, 0)->v[ACR_CREDIT_POINTS]++; }
static void zero_amount(struct copies *c) {
  add_op(c, 10, (struct acr__op){.kind = ACR_OP_CREDIT, .v = {0, 1, 0, 0, 0, 0, 30, 77}});
}
static void after(struct copies *c) { op_of(c, 3, ACR_OP_CREDIT, 0)->v[ACR_CREDIT_AFTER]--; }
static void debit_after(struct copies *c) { op_of(c, 5, ACR_OP_DEBIT, 0)->v[ACR_DEBIT_AFTER] += 2; }
static void take_more(struct copies *c) {
  op_of(c, 5, ACR_OP_TAKE, 0)->v[2] += 5; // more of one lot than there is, less of the other
  op_of(c, 5, ACR_OP_TAKE, 1)->v[2] -= 5;
}
static void take_less(struct copies *c) { op_of(c, 5, ACR_OP_TAKE, 1)->v[2]--; }
static void take_elsewhere(struct copies *c) { op_of(c, 5, ACR_OP_TAKE, 0)->v[0] = 9; } // a lot of another member
static void take_other_account(struct copies *c) { op_of(c, 5, ACR_OP_TAKE, 1)->v[1] = op_of(c, 2, ACR_OP_CREDIT, 1)->v[ACR_CREDIT_INDEX]; }
static void take_dropped(struct copies *c) { drop_op(c, 5, op_of(c, 5, ACR_OP_TAKE, 1)); }
static void credit_dropped(struct copies *c) { drop_op(c, 2, op_of(c, 2, ACR_OP_CREDIT, 0)); }
static void last_debit_dropped(struct copies *c) {
  for (int i = 0; i < 2; i++)
    drop_op(c, 5, op_of(c, 5, ACR_OP_TAKE, 0));
  drop_op(c, 5, op_of(c, 5, ACR_OP_DEBIT, 0)); // nothing of m moves behind it but another account; what the reply said stays
}
static void unknown_account(struct copies *c) { op_of(c, 9, ACR_OP_CREDIT, 0)->v[ACR_CREDIT_ACCOUNT] = 55; }
static void debt_forbidden(struct copies *c) {
  add_op(c, 10, (struct acr__op){.kind = ACR_OP_DEBIT, .v = {0, 1, 40, 40, -10}});
}
static void debt_filled_twice(struct copies *c) { op_of(c, 10, ACR_OP_CREDIT, 0)->v[ACR_CREDIT_DEBT] = 3; }
static void refused_posts(struct copies *c) { add_op(c, 7, *op_of(c, 4, ACR_OP_CREDIT, 0)); }
static void parked_posts(struct copies *c) { add_op(c, 8, *op_of(c, 4, ACR_OP_CREDIT, 0)); }
static void same_id(struct copies *c) { c->all[9].record.id_digest = c->all[8].record.id_digest; }
static void seq_gap(struct copies *c) { c->all[9].record.seq++; }
static void seq_again(struct copies *c) { c->all[9].record.seq--; }
static void clock_back(struct copies *c) { c->all[9].record.recorded_at = c->all[8].record.recorded_at - 1; }
static void ledger_time_back(struct copies *c) { c->all[9].record.ledger_time = c->all[8].record.ledger_time - 1; }
static void prev_wrong(struct copies *c) { c->all[4].record.prev = c->all[2].record.pos; }
static void prev_other(struct copies *c) { c->all[9].record.prev = 0; }
static void member_huge(struct copies *c) { c->all[9].record.member = 0xfffffff0u; }
static void lot_twice(struct copies *c) {
  struct acr__op op = *op_of(c, 10, ACR_OP_CREDIT, 0);
  op.v[ACR_CREDIT_AFTER] += op.v[ACR_CREDIT_POINTS];
  add_op(c, 10, op);
}
static void closing_wrong(struct copies *c) { op_of(c, 10, ACR_OP_BALANCE, 0)->v[1]++; }

static void issued_twice(struct copies *c) { op_of(c, 11, ACR_OP_OFFER, 1)->v[ACR_OFFER_INDEX] = 1; }
static void issued_over(struct copies *c) { op_of(c, 11, ACR_OP_OFFER, 1)->v[ACR_OFFER_UNTIL] = 5; }
static void redeemed_twice(struct copies *c) { add_op(c, 12, *op_of(c, 12, ACR_OP_REDEEM, 0)); }
static void redeemed_unknown(struct copies *c) { op_of(c, 12, ACR_OP_REDEEM, 0)->v[ACR_REDEEM_SEQ] = 9; }
static void redeemed_other(struct copies *c) { op_of(c, 12, ACR_OP_REDEEM, 0)->v[ACR_REDEEM_NAME]++; }
static void redeemed_late(struct copies *c) { op_of(c, 11, ACR_OP_OFFER, 0)->v[ACR_OFFER_UNTIL] = c->all[11].record.time; }
static void redeemed_early(struct copies *c) { op_of(c, 11, ACR_OP_OFFER, 0)->v[ACR_OFFER_FROM] = c->all[11].record.time + 1; }
static void refused_redeems(struct copies *c) { add_op(c, 7, *op_of(c, 12, ACR_OP_REDEEM, 0)); }
static void sold_cheaper(struct copies *c) { op_of(c, 13, ACR_OP_PAID, 0)->v[2]++; }
static void sold_unpaid(struct copies *c) { drop_op(c, 13, op_of(c, 13, ACR_OP_PAID, 0)); }

static void issued_more(struct copies *c) { op_of(c, 9, ACR_OP_ISSUED, 0)->v[ACR_ISSUED_POINTS]++; }
static void issued_after(struct copies *c) { op_of(c, 9, ACR_OP_ISSUED, 0)->v[ACR_ISSUED_AFTER]--; }
static void issued_dropped(struct copies *c) { drop_op(c, 3, op_of(c, 3, ACR_OP_ISSUED, 0)); }
static void cap_said(struct copies *c) { op_of(c, 4, ACR_OP_CAP, 1)->v[ACR_CAP_ISSUED]--; }
static void cap_broken(struct copies *c) { op_of(c, 4, ACR_OP_CAP, 0)->v[ACR_CAP_MOST] = 9999999; }

static void message_changed(struct copies *c) { c->all[6].payload.ptr[c->all[6].payload.len > 30 ? 20 : 0] ^= 1; }
static void reversed_more(struct copies *c) { op_of(c, 15, ACR_OP_REVERSED, 0)->v[ACR_REVERSED_POINTS]++; }
static void reversed_again(struct copies *c) { add_op(c, 15, *op_of(c, 14, ACR_OP_REVERSED, 0)); }
static void reversed_other(struct copies *c) { op_of(c, 14, ACR_OP_REVERSED, 0)->v[ACR_REVERSED_SEQ]--; }
static void reversed_nothing(struct copies *c) { op_of(c, 14, ACR_OP_REVERSED, 0)->v[ACR_REVERSED_POINTS] = 0; }

static const struct plant plants[] = {
    {"an amount", amount, "I3", 2},
    {"a posting of nothing", zero_amount, "I1", 10},
    {"a balance behind a credit", after, "I3", 3},
    {"a balance behind a debit", debit_after, "I3", 5},
    {"more taken than a lot holds", take_more, "I4", 5},
    {"less taken than was debited", take_less, "I5", 5},
    {"taken from a lot of another member", take_elsewhere, "I5", 5},
    {"taken from a lot of another account", take_other_account, "I5", 5},
    {"a take that is missing", take_dropped, "I5", 5},
    {"a credit that is missing", credit_dropped, "I3", 3},
    {"the last debit is missing", last_debit_dropped, "I3", 5},
    {"an account that nobody made", unknown_account, "I2", 9},
    {"a debt where none may be", debt_forbidden, "I6", 10},
    {"a debt filled that was not there", debt_filled_twice, "I6", 10},
    {"a refused event that posts", refused_posts, "I8", 7},
    {"a parked event that posts", parked_posts, "I8", 8},
    {"an event id twice", same_id, "I8", 10},
    {"a number left out", seq_gap, "I10", 11},
    {"a number twice", seq_again, "I10", 9},
    {"a clock that went back", clock_back, "I10", 10},
    {"a ledger time that went back", ledger_time_back, "I10", 10},
    {"a member's history that skips a record", prev_wrong, "I12", 5},
    {"a member's history that begins anew", prev_other, "I12", 10},
    {"a member that cannot be", member_huge, "I12", 10},
    {"a lot given twice", lot_twice, "I14", 10},
    {"a balance that was answered", closing_wrong, "I3", 10},
    {"more of a source counted than awarded", issued_more, "I16", 9},
    {"a day's total of a source", issued_after, "I16", 9},
    {"an award that its source did not count", issued_dropped, "I16", 3},
    {"what a limit's period was said to have given", cap_said, "I16", 4},
    {"more issued than an inventory has", cap_broken, "I16", 4},
    {"an offer issued twice", issued_twice, "I14", 11},
    {"an offer issued after its end", issued_over, "I17", 11},
    {"an offer redeemed twice", redeemed_twice, "I17", 12},
    {"an offer redeemed that was not issued", redeemed_unknown, "I17", 12},
    {"an offer redeemed under another name", redeemed_other, "I17", 12},
    {"an offer redeemed at its end", redeemed_late, "I17", 12},
    {"an offer redeemed before it was valid", redeemed_early, "I17", 12},
    {"a refused event that redeems", refused_redeems, "I8", 7},
    {"an offer sold for more than was debited", sold_cheaper, "I5", 13},
    {"an offer sold for nothing", sold_unpaid, "I5", 13},
    {"a text of a record", message_changed, "I12", 7},
    {"more taken back than an award gave", reversed_more, "I13", 15},
    {"an award taken back twice", reversed_again, "I13", 15},
    {"taken back of a record that did not give it", reversed_other, "I13", 14},
    {"nothing taken back", reversed_nothing, "I13", 14},
};

static void test_plants(void **state) {
  struct world *w = *state;
  good_ledger(w);
  assert_plants(w, plants, sizeof plants / sizeof plants[0], 15);
}

// Changes one byte of the closed ledger's file, in the record numbered `seq`.
static void flip(struct world *w, int seq, bool in_decision) {
  struct copies *copies = read_all(w);
  const struct copy *copy = &copies->all[seq - 1];
  acr__buf bytes = {0};
  char part[4096];
  world_close(w);
  FILE *file = fopen(w->ledger, "r+b");
  for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
    acr__buf_put(&bytes, part, n);
  const acr__digest *content = &copy->record.content_digest;
  const uint8_t *found = in_decision ? memmem(bytes.ptr, bytes.len, copy->decision.ptr, copy->decision.len)
                                     : memmem(bytes.ptr, bytes.len, content, sizeof *content);
  assert_non_null(found);
  size_t at = (size_t)(found - bytes.ptr);
  if (in_decision) { // the balance behind its first debit
    struct acr__ops one = {.all = op_of(copies, seq, ACR_OP_DEBIT, 0), .count = 1};
    acr__buf debit = {0};
    acr__ops_encode(&one, &debit, &debit);
    found = memmem(found, copy->decision.len, debit.ptr, debit.len);
    assert_non_null(found);
    at = (size_t)(found - bytes.ptr) + debit.len - 1;
    debit.len = 0;
    for (int k = ACR_DEBIT_AFTER + 1; k <= ACR_DEBIT_TIME; k++) // what stands behind the balance
      acr__buf_vari(&debit, one.all->v[k]);
    at -= debit.len;
    acr__buf_free(&debit);
  }
  fseek(file, (long)at, SEEK_SET);
  fputc(bytes.ptr[at] ^ 1, file);
  fclose(file);
  acr__buf_free(&bytes);
  copies_free(copies);
}

// In a part that no posting is read from: the chain notices, and that the event is no longer the one that was sent.
static void test_byte_of_the_file(void **state) {
  struct world *w = *state;
  good_ledger(w);
  flip(w, 9, false);
  world_open(w);
  char *json = NULL;
  assert_int_equal(acr_engine_verify(w->engine, &json), ACR_E_VIOLATION);
  assert_string_equal(at_of(w, json, "violations/0/invariant"), "I11");
  assert_string_equal(at_of(w, json, "violations/0/seq"), "9");
  assert_string_equal(at_of(w, json, "violation_count"), "2");
  assert_string_equal(at_of(w, json, "ok"), "false");
  free(json);
}

// A log that cannot be taken up says where it is wrong.
static void test_contradicting_log(void **state) {
  struct world *w = *state;
  char *message = NULL;
  good_ledger(w);
  flip(w, 5, true);
  world_remove_view(w);
  assert_int_equal(world_try_open(w, &message), ACR_E_VIOLATION);
  assert_null(w->engine);
  assert_non_null(strstr(message, "I11: "));
  assert_non_null(strstr(message, "record 5"));
  free(message);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_plants, set_up_memory, tear_down),
                                     cmocka_unit_test_setup_teardown(test_byte_of_the_file, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_contradicting_log, set_up_file, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
