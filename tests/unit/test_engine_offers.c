// Offers and reward stores: issued, bought, redeemed once, over in time; points that expire or are spent by a rule.
#include "engine_fixture.h"

#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]},\"outcomes\":[" outcomes "]}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define ISSUE(offer) "{\"outcome\":\"issue_offer\",\"offer\":\"" offer "\"}"
#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define T1 "2026-03-01T12:00:00Z"
#define T2 "2026-03-02T12:00:00Z"
#define T3 "2026-03-03T12:00:00Z"

static const char offers[] =
    "\"stores\":[\"S1\",\"S2\"],"
    "\"offers\":{"
    "\"cup\":{\"title\":\"A free cup\",\"valid\":\"30 days\","
    "\"discount\":{\"free\":1,\"catalog\":{\"include\":{\"categories\":[\"coffee\"]}}}},"
    "\"once\":{\"valid\":\"12 hours\",\"limit\":{\"times\":1}},"
    "\"monthly\":{\"limit\":{\"times\":2,\"per\":\"month\"},\"discount\":{\"percent\":\"12.5\"}},"
    "\"wash\":{\"price\":200,\"account\":\"points\",\"redeem\":{\"store\":{\"include\":[\"S1\"]}},\"discount\":{\"amount\":\"5.00\"}},"
    "\"gift\":{\"price\":0,\"account\":\"points\"},"
    "\"july\":{\"valid\":{\"from\":\"2026-07-01\",\"to\":\"2026-07-31\"},\"discount\":{\"amount\":\"20.00\"}},"
    "\"rare\":{\"price\":\"1.50\",\"account\":\"fine\",\"limit\":{\"times\":1}}},"
    "\"reward_stores\":{\"gold\":{\"offers\":[\"rare\",\"gift\"],\"levels\":[\"Gold\"]},\"silver\":{\"offers\":[\"rare\"]}},"
    "\"levels\":[{\"level\":\"Member\",\"entrance\":[{\"rule\":\"all\",\"when\":\"no rules\",\"outcomes\":[]}]},{\"level\":\"Gold\"}],"
    "\"event\":[" RULE("cup", ON("visit"), ISSUE("cup")) "," RULE("once", ON("ping"), ISSUE("once")) ","
    RULE("two", ON("pong"), "{\"outcome\":\"issue_offer\",\"offer\":\"monthly\",\"quantity\":3}") ","
    RULE("in", ON("audience.enter"), "{\"outcome\":\"reward_store\",\"store\":\"silver\"}") ","
    RULE("out", ON("audience.leave"), "{\"outcome\":\"reward_store\",\"store\":\"silver\",\"access\":\"revoke\"}") ","
    RULE("up", ON("member.update"), "{\"outcome\":\"tier_change\",\"level\":\"Gold\"}") ","
    RULE("thanks", ON("offer.redeem"), FIXED("7", "status")) "]";

static struct world *open(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", offers);
  publish(w, "shop");
  return w;
}

static const char *redeem(struct world *w, const char *id, const char *offer, const char *time) {
  char data[96];
  snprintf(data, sizeof data, "\"offer\":\"%s\",\"store\":\"S1\"", offer);
  return event(w, id, "offer.redeem", "m", time, data);
}

static const char *purchase(struct world *w, const char *id, const char *offer, const char *time) {
  char data[96];
  snprintf(data, sizeof data, "\"offer\":\"%s\"", offer);
  return event(w, id, "offer.purchase", "m", time, data);
}

static void assert_refused(struct world *w, const char *code, const char *part) {
  assert_at(w, "status", "refused");
  assert_at(w, "error/code", code);
  if (!strstr(w->reply, part)) fail_msg("no \"%s\" in %s", part, w->reply);
}

static void test_issue_and_redeem(void **state) {
  struct world *w = open(state);
  redeem(w, "r0", "cup", T1);
  assert_refused(w, "offer_used_up", "holds no offer");
  event(w, "1", "visit", "m", T1, "");
  assert_at(w, "outcomes/1/offer", "cup"); // behind the level
  assert_at(w, "offers/0/offer", "cup");
  assert_at(w, "offers/0/state", "issued");
  assert_at(w, "offers/0/discount/free", "1");
  assert_at(w, "offers/0/discount/catalog/include/categories/0", "coffee");
  assert_at(w, "offers/0/from", T1);
  assert_at(w, "offers/0/until", "2026-04-01T04:00:00Z"); // the end of 31 March in New York
  char *issue = strdup(at(w, "offers/0/issue")), *first, *again;
  event(w, "2", "visit", "m", T2, "");
  redeem(w, "r1", "cup", T3);
  assert_at(w, "status", "applied");
  assert_at(w, "offers/0/state", "redeemed");
  assert_at(w, "offers/0/issue", issue); // what ends first is used first
  assert_at(w, "offers/0/discount/free", "1");
  assert_at(w, "outcomes/0/rule", "thanks");
  first = strdup(at(w, "offers/0/issue"));
  redeem(w, "r1", "cup", T3);
  assert_at(w, "status", "duplicate");
  again = strdup(at(w, "offers/0/issue"));
  assert_string_equal(first, again);
  assert_at(w, "balances/status", "7");
  redeem(w, "r2", "cup", T3);
  assert_at(w, "status", "applied");
  redeem(w, "r3", "cup", T3);
  assert_refused(w, "offer_used_up", "redeemed already");
  redeem(w, "r3", "cup", T3);
  assert_refused(w, "offer_used_up", "redeemed already");
  see(w, "m");
  assert_at(w, "result/offers/0/state", "redeemed");
  assert_at(w, "result/offer_count", "2");
  assert_verified(w);
  free(issue);
  free(first);
  free(again);
}

static void test_end_of_an_offer(void **state) {
  struct world *w = open(state);
  event(w, "1", "ping", "m", T1, "");
  redeem(w, "r1", "once", "2026-03-02T00:00:00Z"); // to the microsecond: a term in hours is exact
  assert_refused(w, "offer_used_up", "ended at 2026-03-02T00:00:00Z");
  see(w, "m");
  assert_at(w, "result/offers/0/state", "expired"); // what was due by then was done before
  event(w, "2", "member.join", "n", T3, "");
  see(w, "m");
  assert_at(w, "result/offers/0/state", "expired");
  redeem(w, "r2", "once", "2026-03-01T23:59:59Z"); // by the event's own time
  assert_at(w, "status", "applied");
  assert_at(w, "offers/0/discount", "null");
  event(w, "3", "ping", "m", T3, "");
  assert_at(w, "offers", "[]");
  assert_at(w, "outcomes/0/clipped", "1");
  assert_at(w, "outcomes/0/reason", "limit");
  assert_verified(w);
}

static void test_limit_of_a_month(void **state) {
  struct world *w = open(state);
  event(w, "1", "pong", "m", T1, "");
  assert_at(w, "offers/1/offer", "monthly");
  assert_at(w, "offers/2", "-");
  assert_at(w, "outcomes/3/clipped", "1");
  event(w, "2", "pong", "n", T1, "");
  assert_at(w, "offers/1/offer", "monthly"); // each member has its own
  event(w, "3", "pong", "m", "2026-04-01T03:59:59Z", ""); // still March in New York
  assert_at(w, "offers/0", "-");
  event(w, "4", "pong", "m", "2026-04-01T04:00:00Z", "");
  assert_at(w, "offers/1/discount/percent", "12.5");
  assert_verified(w);
}

static void test_purchase(void **state) {
  struct world *w = open(state);
  purchase(w, "1", "wash", T1);
  assert_refused(w, "points_short", "costs 200, the member has 0");
  purchase(w, "2", "wsh", T1);
  assert_at(w, "status", "rejected");
  assert_at(w, "error/code", "offer_unknown");
  assert_non_null(strstr(w->reply, "nearest is \\\"wash\\\""));
  purchase(w, "3", "cup", T1);
  assert_at(w, "error/code", "offer_price");
  adjust(w, "a", "m", T1, "250", "points");
  purchase(w, "4", "wash", T1);
  assert_at(w, "status", "applied");
  assert_at(w, "offers/0/state", "purchased");
  assert_at(w, "balances/points", "50");
  purchase(w, "4", "wash", T1);
  assert_at(w, "status", "duplicate");
  assert_at(w, "offers/0/discount/amount", "5.00");
  purchase(w, "5", "wash", T1);
  assert_refused(w, "points_short", "the member has 50");
  event(w, "6", "offer.redeem", "m", T1, "\"offer\":\"wash\",\"store\":\"S2\"");
  assert_at(w, "status", "rejected");
  assert_at(w, "error/code", "offer_restricted");
  redeem(w, "6", "wash", T1); // nothing was recorded under the id
  assert_at(w, "status", "applied");
  assert_verified(w);
}

static void test_locked_member(void **state) {
  struct world *w = open(state);
  adjust(w, "a", "m", T1, "500", "points");
  purchase(w, "1", "wash", T1);
  event(w, "l", "member.lock", "m", T1, "");
  purchase(w, "2", "wash", T1);
  assert_refused(w, "member_locked", "");
  redeem(w, "3", "wash", T1);
  assert_refused(w, "member_locked", "");
  event(w, "u", "member.unlock", "m", T1, "");
  redeem(w, "4", "wash", T1);
  assert_at(w, "status", "applied");
  event(w, "5", "points.spend_cancelled", "m", T1, "\"of\":\"1\"");
  assert_at(w, "status", "rejected"); // the points would come back and the offer stay
  assert_non_null(strstr(w->reply, "bought an offer"));
  assert_verified(w);
}

static void test_reward_stores(void **state) {
  struct world *w = open(state);
  adjust(w, "a", "m", T1, "4", "fine");
  purchase(w, "1", "rare", T1);
  assert_refused(w, "store_closed", "open to the member");
  event(w, "2", "audience.enter", "m", T1, "\"audience\":\"staff\"");
  assert_at(w, "outcomes/0/store", "silver");
  assert_at(w, "outcomes/0/access", "grant");
  see(w, "m");
  assert_at(w, "result/reward_stores/0", "silver");
  purchase(w, "3", "gift", T1);
  assert_refused(w, "store_closed", "gift");
  event(w, "4", "audience.leave", "m", T1, "\"audience\":\"staff\"");
  assert_at(w, "outcomes/0/access", "revoke");
  purchase(w, "5", "rare", T1);
  assert_refused(w, "store_closed", "rare");
  event(w, "6", "member.update", "m", T1, "");
  event(w, "7", "offer.purchase", "m", T1, "\"offer\":\"rare\",\"store\":\"silver\"");
  assert_refused(w, "store_closed", "rare");
  event(w, "8", "offer.purchase", "m", T1, "\"offer\":\"rare\",\"store\":\"S1\"");
  assert_at(w, "status", "applied"); // by the level, in the other store
  assert_at(w, "balances/fine", "2.50");
  purchase(w, "9", "rare", T1);
  assert_refused(w, "offer_used_up", "as often as its limit");
  purchase(w, "10", "gift", T1);
  assert_at(w, "offers/0/state", "purchased");
  assert_verified(w);
}

static void test_survives(void **state) {
  struct world *w = open(state);
  event(w, "1", "visit", "m", T1, "");
  event(w, "2", "visit", "m", T1, "");
  event(w, "3", "audience.enter", "m", T1, "\"audience\":\"staff\"");
  redeem(w, "r1", "cup", T2);
  char *before = member_text(w, "m");
  for (int round = 0; round < 2; round++) {
    world_close(w);
    if (round) world_remove_view(w);
    world_open(w);
    char *after = member_text(w, "m");
    assert_string_equal(before, after);
    free(after);
  }
  redeem(w, "r2", "cup", T2);
  assert_at(w, "status", "applied");
  redeem(w, "r3", "cup", T2);
  assert_refused(w, "offer_used_up", "redeemed");
  redeem(w, "r1", "cup", T2);
  assert_at(w, "offers/0/discount/free", "1");
  assert_verified(w);
  free(before);
}

static void test_parked_event_issues_nothing(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"offers\":{\"cup\":{}},\"event\":[" RULE("r", ON("ping"),
          ISSUE("cup") ",{\"outcome\":\"boom\",\"word\":\"x\"}") "]");
  publish(w, "shop");
  event(w, "1", "ping", "m", T1, "");
  event(w, "2", "ping", "m", T1, "\"boom\":\"x\"");
  assert_at(w, "status", "parked");
  see(w, "m");
  assert_at(w, "result/offer_count", "1");
  redeem(w, "r1", "cup", T1);
  assert_at(w, "status", "applied");
  redeem(w, "r2", "cup", T1);
  assert_at(w, "status", "refused");
  assert_verified(w);
}

// What a program no longer has stays with those who hold it.
static void test_vanished_offer(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"offers\":{\"cup\":{\"discount\":{\"percent\":5}}},\"event\":[" RULE("r", ON("ping"), ISSUE("cup")) "]");
  publish(w, "shop");
  event(w, "1", "ping", "m", T1, "");
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  event(w, "2", "offer.redeem", "n", T2, "\"offer\":\"cup\"");
  assert_at(w, "error/code", "offer_unknown");
  redeem(w, "3", "cup", T2);
  assert_at(w, "status", "applied");
  assert_at(w, "offers/0/discount/percent", "5");
  redeem(w, "4", "cup", T2);
  assert_refused(w, "offer_used_up", "redeemed already");
  assert_verified(w);
}

static void test_two_families(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"offers\":{\"cup\":{}},\"event\":[" RULE("r", ON("ping"), ISSUE("cup")) "]");
  publish(w, "shop");
  program(w, "club", "2026-01-01",
          "\"offers\":{\"cup\":{},\"hat\":{}},\"event\":[" RULE("r", ON("ping"), ISSUE("cup") "," ISSUE("hat")) "]");
  publish(w, "club");
  event(w, "1", "ping", "m", T1, "");
  assert_at(w, "offers/0/offer", "shop.cup");
  assert_at(w, "offers/1/offer", "club.cup");
  assert_at(w, "offers/2/offer", "hat");
  redeem(w, "2", "cup", T1);
  assert_at(w, "error/code", "offer_ambiguous");
  redeem(w, "3", "club.cup", T1);
  assert_at(w, "offers/0/offer", "club.cup");
  redeem(w, "4", "club.cup", T1);
  assert_at(w, "status", "refused");
  redeem(w, "5", "shop.cup", T1);
  assert_at(w, "status", "applied");
  assert_verified(w);
}

// The default accounts pay together, the oldest points first.
static void test_default_accounts_pay(void **state) {
  struct world *w = *state;
  program_of(w, "shop", "2026-01-01", "\"a\":{\"default\":true},\"b\":{\"default\":true},\"c\":{}", "\"a\",\"b\",\"c\"",
             "\"offers\":{\"cup\":{\"price\":70}}");
  publish(w, "shop");
  adjust(w, "1", "m", T1, "30", "a");
  adjust(w, "2", "m", T2, "50", "b");
  adjust(w, "3", "m", T3, "50", "a");
  adjust(w, "4", "m", T1, "90", "c");
  purchase(w, "5", "cup", T3);
  assert_at(w, "balances/a", "50");
  assert_at(w, "balances/b", "10");
  assert_at(w, "balances/c", "90");
  purchase(w, "6", "cup", T3);
  assert_refused(w, "points_short", "the member has 60");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_issue_and_redeem, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_end_of_an_offer, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_limit_of_a_month, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_purchase, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_locked_member, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_reward_stores, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_survives, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_parked_event_issues_nothing, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_vanished_offer, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_two_families, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_default_accounts_pay, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
