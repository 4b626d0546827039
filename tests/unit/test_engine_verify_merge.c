// Verify finds what is wrong with a merge of two members.
#include "plant_fixture.h"

// Records by number: 1 the release, 2 a purchase of m, 3 and 4 of n, 5 gives n an offer, 6 takes points of n, 7 empties n into m,
// 8 takes it in.
static void good_ledger(struct world *w) {
  program(w, "shop", "2026-01-01", "\"offers\":{\"cup\":{\"valid\":\"30 days\"}},\"event\":[{\"rule\":\"E\",\"when\":{\"all\":["
          "{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"}]},\"outcomes\":[{\"outcome\":\"issue_offer\",\"offer\":\"cup\"}]}]");
  publish(w, "shop");
  buy(w, "2", "m", "2026-02-02T12:00:00Z", "100.00");
  buy(w, "3", "n", "2026-02-05T12:00:00Z", "10.00");
  buy(w, "4", "n", "2026-02-06T12:00:00Z", "20.00");
  event(w, "5", "ping", "n", "2026-02-06T12:00:00Z", "");
  adjust(w, "6", "n", "2026-02-07T12:00:00Z", "-15", "points");
  event(w, "7", "member.merge", "n", "2026-02-09T12:00:00Z", "\"into\":\"m\"");
  assert_at(w, "status", "applied");
  assert_verified(w);
}

static void merge_leaves_less(struct copies *c) { op_of(c, 7, ACR_OP_MERGE_OUT, 0)->v[ACR_MERGE_LOTS]--; }
static void merge_arrives_more(struct copies *c) { op_of(c, 8, ACR_OP_MERGE_IN, 0)->v[ACR_MERGE_LOTS]++; }
static void merge_forgets(struct copies *c) { drop_op(c, 7, op_of(c, 7, ACR_OP_MERGE_OUT, 0)); }
static void merge_from_another(struct copies *c) { op_of(c, 8, ACR_OP_ABSORBED, 0)->v[0] = 7; }
static void merge_unsent(struct copies *c) { drop_op(c, 8, op_of(c, 8, ACR_OP_ABSORBED, 0)); }
static void merge_without_lots(struct copies *c) { drop_op(c, 8, op_of(c, 8, ACR_OP_LOTS_IN, 0)); }
static void merge_without_offers(struct copies *c) { drop_op(c, 8, op_of(c, 8, ACR_OP_OFFERS_IN, 0)); }
static void merge_half(struct copies *c) {
  c->count--;
  acr__ops_free(&c->all[c->count].ops);
  acr__buf_free(&c->all[c->count].decision);
  acr__buf_free(&c->all[c->count].payload);
}
static void merge_other_dates(struct copies *c) {
  static char text[4096];
  struct acr__op *op = op_of(c, 8, ACR_OP_LOTS_IN, 0);
  struct acr__lots lots = {0}, other = {0};
  acr__cursor cur = {(const uint8_t *)op->text.ptr, (const uint8_t *)op->text.ptr + op->text.len, false};
  assert_true(acr__lots_decode(&cur, &lots));
  struct acr__lot lot;
  for (struct acr__lots_at at = {0}; acr__lots_next(&lots, &at, &lot);) {
    lot.earned += ACR_SECOND_US;
    acr__lots_add(&other, &lot);
  }
  acr__buf bytes = {0};
  acr__lots_encode(&other, &bytes);
  assert_true(bytes.len < sizeof text);
  memcpy(text, bytes.ptr, bytes.len);
  op->text = (acr__span){text, bytes.len};
  acr__buf_free(&bytes);
  acr__lots_free(&lots);
  acr__lots_free(&other);
}
static void merged_lives_on(struct copies *c) {
  struct copy *copy = &c->all[c->count++];
  *copy = (struct copy){.record = c->all[3].record};
  copy->record.seq = 9;
  copy->record.id_digest.bytes[0] ^= 1;
  copy->record.prev = c->all[6].record.pos;
  copy->record.recorded_at = c->all[7].record.recorded_at;
  copy->record.ledger_time = c->all[7].record.ledger_time;
}

static const struct plant plants[] = {
    {"a merge that takes too little out", merge_leaves_less, "I24", 7},
    {"a merge that brings too much in", merge_arrives_more, "I24", 8},
    {"a merge that leaves something behind", merge_forgets, "I24", 7},
    {"a merge with somebody else", merge_from_another, "I24", 8},
    {"a merge that takes what nobody sent", merge_unsent, "I24", 8},
    {"a merge that loses lots", merge_without_lots, "I24", 8},
    {"a merge that loses offers", merge_without_offers, "I24", 8},
    {"a merge of which half is missing", merge_half, "I24", 0},
    {"a merge that changes dates", merge_other_dates, "I24", 8},
    {"a record of who was merged", merged_lives_on, "I24", 9},
};

static void test_plants(void **state) {
  struct world *w = *state;
  good_ledger(w);
  assert_plants(w, plants, sizeof plants / sizeof plants[0], 8);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_plants, set_up_memory, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
