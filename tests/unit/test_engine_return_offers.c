// Offers and returns (domain R6): used ones come back on request, unused ones are withdrawn where the program says so.
#include "return_fixture.h"
#include "engine/engine.h"

#define OFFERS                                                                                                                 \
  "\"offers\":{\"mug\":{\"valid\":\"10 days\"},\"pen\":{},\"cup\":{\"price\":5,\"account\":\"points\",\"discount\":{\"amount\":\"1.00\"}}},"
#define GIVES                                                                                                                  \
  "\"purchase\":[{\"rule\":\"Big\",\"when\":{\"key_phrase\":\"total_spend\",\"operator\":\">=\",\"amount\":\"20.00\"},"        \
  "\"outcomes\":[{\"outcome\":\"issue_offer\",\"offer\":\"mug\",\"quantity\":2}]},"                                            \
  "{\"rule\":\"Any\",\"when\":{\"key_phrase\":\"make_a_purchase\"},\"outcomes\":[{\"outcome\":\"issue_offer\",\"offer\":\"pen\"}]}]"
#define WITHDRAWS "\"settings\":{\"return_withdraws_offers\":true},"

static void redeem(struct world *w, const char *id, const char *day, const char *offer) {
  char data[128];
  snprintf(data, sizeof data, "\"offer\":\"%s\"", offer);
  event(w, id, "offer.redeem", "m", day, data);
}

static void with_discount(struct world *w, const char *id, const char *day, const char *discount) {
  char data[256];
  snprintf(data, sizeof data, "\"total\":\"10.00\",\"discounts\":[{\"amount\":\"1.00\"%s}]", discount);
  event(w, id, "purchase", "m", day, data);
  assert_at(w, "status", "applied");
}

static void states(struct world *w, const char *wanted) { // newest first
  char found[256] = "";
  see(w, "m");
  for (int i = 0; i < 8; i++) {
    char path[64];
    snprintf(path, sizeof path, "result/offers/%d/offer", i);
    if (strcmp(at(w, path), "-") == 0) break;
    snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s ", found[0] ? "" : "", at(w, path));
    snprintf(path, sizeof path, "result/offers/%d/state", i);
    snprintf(found + strlen(found), sizeof found - strlen(found), "%s,", at(w, path));
  }
  assert_string_equal(found, wanted);
}

// On request only, once for each use, and it may be used again; a second return does not bring back what was used elsewhere since.
static void test_reinstated(void **state) {
  struct world *w = *state;
  start(w, OFFERS "\"event\":[{\"rule\":\"R\",\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\"},\"outcomes\":["
                  "{\"outcome\":\"issue_offer\",\"offer\":\"pen\",\"quantity\":2}]}]");
  event(w, "v1", "visit", "m", T("01"), "");
  redeem(w, "o1", T("02"), "pen");
  assert_at(w, "offers/0/state", "redeemed");
  char issue[64];
  snprintf(issue, sizeof issue, ",\"issue\":\"%s\"", at(w, "offers/0/issue"));
  with_discount(w, "b1", T("02"), issue);
  states(w, "pen issued,pen redeemed,");
  give_back(w, "r1", "b1", "\"total\":\"4.00\"");
  states(w, "pen issued,pen redeemed,");
  give_back(w, "r2", "b1", "\"total\":\"1.00\",\"reinstate_offers\":true");
  assert_at(w, "offers/0/state", "reinstated");
  assert_at(w, "offers/0/offer", "pen");
  assert_at(w, "offers/1", "-");
  states(w, "pen issued,pen issued,");
  give_back(w, "r2", "b1", "\"total\":\"1.00\",\"reinstate_offers\":true");
  assert_at(w, "status", "duplicate");
  assert_at(w, "offers/0/state", "reinstated");
  redeem(w, "o2", T("21"), "pen");
  redeem(w, "o3", T("21"), "pen");
  states(w, "pen redeemed,pen redeemed,");
  give_back(w, "r3", "b1", "\"total\":\"1.00\",\"reinstate_offers\":true");
  assert_at(w, "offers/0", "-");
  states(w, "pen redeemed,pen redeemed,");
  with_discount(w, "b2", T("21"), ",\"offer\":\"pen\"");
  give_back(w, "r4", "b2", "\"total\":\"1.00\",\"reinstate_offers\":true");
  states(w, "pen issued,pen redeemed,");
  assert_verified(w);
}

// What has ended meanwhile ends again, as points of a cancelled spend expire at once.
static void test_reinstated_late(void **state) {
  struct world *w = *state;
  start(w, OFFERS GIVES);
  buy(w, "b0", "m", T("01"), "25.00");
  redeem(w, "o1", T("02"), "mug");
  with_discount(w, "b1", T("02"), ",\"offer\":\"mug\"");
  event(w, "c1", "purchase", "other", T("15"), "\"total\":\"1.00\"");
  give_back(w, "r1", "b1", "\"total\":\"1.00\",\"reinstate_offers\":true");
  assert_at(w, "offers/0/state", "reinstated");
  redeem(w, "o2", T("21"), "mug");
  assert_at(w, "error/code", "offer_used_up");
  states(w, "pen issued,pen issued,mug expired,mug expired,");
  assert_verified(w);
}

static void test_kept(void **state) {
  struct world *w = *state;
  start(w, OFFERS GIVES);
  buy(w, "b1", "m", T("18"), "25.00");
  give_back(w, "r1", "b1", "\"total\":\"25.00\"");
  states(w, "pen issued,mug issued,mug issued,");
  assert_verified(w);
}

// Only what the purchase would not give as it stands, and only what was not used.
static void test_withdrawn(void **state) {
  struct world *w = *state;
  start(w, OFFERS WITHDRAWS GIVES);
  buy(w, "b1", "m", T("18"), "25.00");
  buy(w, "b2", "m", T("18"), "5.00");
  redeem(w, "o1", T("19"), "mug");
  give_back(w, "r1", "b1", "\"total\":\"5.00\"");
  assert_at(w, "offers/0", "-");
  give_back(w, "r2", "b1", "\"total\":\"0.01\"");
  assert_at(w, "offers/0/state", "withdrawn");
  assert_at(w, "offers/0/offer", "mug");
  assert_at(w, "offers/1", "-");
  states(w, "pen issued,pen issued,mug withdrawn,mug redeemed,");
  redeem(w, "o2", T("21"), "mug");
  assert_at(w, "status", "refused");
  assert_at(w, "error/code", "offer_used_up");
  give_back(w, "r3", "b1", "\"total\":\"19.99\"");
  assert_at(w, "offers/0/offer", "pen");
  states(w, "pen issued,pen withdrawn,mug withdrawn,mug redeemed,");
  assert_verified(w);
  char *before = member_text(w, "m");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  see(w, "m");
  assert_string_equal(w->reply, before);
  free(before);
}

// What was bought was paid for.
static void test_bought_stays(void **state) {
  struct world *w = *state;
  start(w, OFFERS WITHDRAWS
        "\"purchase\":[{\"rule\":\"Auto\",\"when\":{\"key_phrase\":\"make_a_purchase\"},\"outcomes\":[{\"outcome\":\"auto_purchase\","
        "\"offer\":\"cup\",\"threshold\":10,\"account\":\"points\"}]}]");
  buy(w, "b0", "m", T("01"), "9.00");
  buy(w, "b1", "m", T("18"), "4.00");
  states(w, "cup issued,");
  give_back(w, "r1", "b1", "\"total\":\"4.00\"");
  states(w, "cup issued,");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_reinstated, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_reinstated_late, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_kept, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_withdrawn, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_bought_stays, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
