// What points bring: the worked examples of offers and of points that rules spend or let expire.
#include "engine_fixture.h"

#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]},\"outcomes\":[" outcomes "]}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define ISSUE(offer) "{\"outcome\":\"issue_offer\",\"offer\":\"" offer "\"}"
#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define T1 "2026-03-01T12:00:00Z"
#define T2 "2026-03-02T12:00:00Z"
#define T3 "2026-03-03T12:00:00Z"

static const char *redeem(struct world *w, const char *id, const char *offer, const char *time) {
  char data[96];
  snprintf(data, sizeof data, "\"offer\":\"%s\",\"store\":\"S1\"", offer);
  return event(w, id, "offer.redeem", "m", time, data);
}

static void assert_refused(struct world *w, const char *code, const char *part) {
  assert_at(w, "status", "refused");
  assert_at(w, "error/code", code);
  if (!strstr(w->reply, part)) fail_msg("no \"%s\" in %s", part, w->reply);
}

#define TEN_OFF "\"offers\":{\"ten\":{\"price\":200,\"account\":\"points\",\"discount\":{\"amount\":\"10.00\"}}}"
#define AUTO(more) "{\"outcome\":\"auto_purchase\",\"offer\":\"ten\"" more "}"

static void test_auto_purchase(void **state) { // 17, 36
  struct world *w = *state;
  program(w, "shop", "2026-01-01", TEN_OFF ",\"purchase\":[" RULE("r", BUY, AUTO(",\"threshold\":200")) "]");
  publish(w, "shop");
  buy(w, "1", "m", T1, "199.00");
  assert_at(w, "offers/0", "-");
  buy(w, "2", "m", T1, "231.00");
  assert_at(w, "offers/0/offer", "ten");
  assert_at(w, "offers/1/offer", "ten");
  assert_at(w, "offers/2", "-");
  assert_at(w, "balances/points", "30");
  buy(w, "3", "m", T1, "170.00"); // every time 200 are accumulated
  assert_at(w, "offers/0/state", "purchased");
  assert_at(w, "balances/points", "0");
  assert_verified(w);
}

static void test_auto_purchase_by_rank(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"offers\":{\"ten\":{\"price\":100,\"limit\":{\"times\":3}}},\"purchase\":["
      RULE("r", BUY, AUTO(",\"threshold\":300,\"rank\":2,\"account\":\"points\"") "," FIXED("200", "points")) "]");
  publish(w, "shop");
  buy(w, "1", "m", T1, "100.00"); // 100 earned and 200 given at a lower rank: the threshold holds, then no more
  assert_at(w, "offers/0/offer", "ten");
  assert_at(w, "offers/1", "-");
  assert_at(w, "balances/points", "200");
  buy(w, "2", "m", T1, "300.00"); // 700
  assert_at(w, "offers/1/offer", "ten");
  assert_at(w, "offers/2", "-");
  assert_at(w, "outcomes/6/reason", "limit");
  assert_at(w, "balances/points", "500");
  assert_verified(w);
}

#define PAST(phrase, points) \
  "{\"key_phrase\":\"" phrase "\",\"operator\":\">\",\"points\":" points ",\"timeframe\":{\"last\":\"6 months\"}}"
#define HALF "\"offers\":{\"half\":{\"discount\":{\"percent\":50},\"limit\":{\"times\":1}}}"

static void test_points_since_joining(void **state) { // 23
  struct world *w = *state;
  program(w, "shop", "2026-01-01", HALF ",\"event\":["
      RULE("r", ON("ping") ",{\"key_phrase\":\"earn_points\",\"operator\":\">\",\"points\":10000,"
      "\"timeframe\":{\"since\":\"joining\"}}", ISSUE("half")) "]");
  publish(w, "shop");
  adjust(w, "1", "m", T1, "10000", "points");
  event(w, "2", "ping", "m", T2, "");
  assert_at(w, "offers/0", "-");
  adjust(w, "3", "m", T2, "1", "points");
  event(w, "4", "ping", "m", T3, "");
  assert_at(w, "offers/0/discount/percent", "50");
}

static void test_points_now_deposited_spent(void **state) { // 25
  struct world *w = *state;
  program(w, "shop", "2026-01-01", HALF ",\"event\":["
      RULE("now", ON("ping") ",{\"key_phrase\":\"current_point_balance\",\"operator\":\">\",\"points\":1000,"
           "\"constraints\":{\"point_account\":[\"points\"]}}", ISSUE("half")) ","
      RULE("deposited", ON("pong") "," PAST("points_deposited", "1000"), ISSUE("half")) ","
      RULE("spent", ON("visit") "," PAST("spend_points", "1000"), ISSUE("half")) ","
      RULE("spend", ON("member.update"), "{\"outcome\":\"spend_points\",\"points\":1001,\"account\":\"points\"}") "]");
  publish(w, "shop");
  static const char *const types[] = {"ping", "pong", "visit"};
  for (int i = 0; i < 3; i++) {
    char id[3] = {(char)('a' + i), '0', 0}, *member = id;
    adjust(w, id, member, T1, "1000", "points");
    if (i == 2) {
      event(w, "u0", "member.update", member, T1, "");
      assert_at(w, "outcomes/0/reason", "points_short"); // whole or not at all
      assert_at(w, "balances/points", "1000");
    }
    id[1] = '1';
    event(w, id, types[i], "x", T2, "");
    assert_at(w, "offers/0", "-");
    id[1] = '0';
    char more[8];
    snprintf(more, sizeof more, "%c2", 'a' + i);
    adjust(w, more, member, T2, "1", "points");
    if (i == 2) {
      event(w, "u1", "member.update", member, T2, "");
      assert_at(w, "balances/points", "0");
    }
    snprintf(more, sizeof more, "%c3", 'a' + i);
    event(w, more, types[i], member, T3, "");
    assert_at(w, "offers/0/offer", "half");
  }
  assert_verified(w);
}

static void test_registering(void **state) { // 27, 29
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"offers\":{\"first\":{\"discount\":{\"percent\":20},\"limit\":{\"times\":1}}},\"event\":["
      RULE("join", ON("member.join"), ISSUE("first")) "]");
  publish(w, "shop");
  event(w, "1", "member.join", "m", T1, "");
  assert_at(w, "offers/0/discount/percent", "20");
  event(w, "2", "member.join", "m", T2, "");
  assert_at(w, "offers/0", "-");
}

static void test_expiration(void **state) { // 28, P10
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"event\":["
      RULE("all", ON("ping"), "{\"outcome\":\"points_expiration\",\"account\":\"fine\"}") ","
      RULE("part", ON("pong"), "{\"outcome\":\"points_expiration\",\"account\":\"points\",\"percent\":\"33.33\"}") "]");
  publish(w, "shop");
  adjust(w, "1", "m", T1, "1.50", "fine");
  adjust(w, "2", "m", T1, "4", "points");
  adjust(w, "3", "m", T2, "6", "points");
  event(w, "4", "ping", "m", T3, "");
  assert_at(w, "outcomes/0/points", "-1.50");
  assert_at(w, "balances/fine", "0.00");
  assert_at(w, "balances/points", "10");
  event(w, "5", "pong", "m", T3, "");
  assert_at(w, "balances/points", "7"); // 3.333 is 3
  see(w, "m");
  assert_at(w, "result/lots/0/remaining", "1"); // of the oldest
  event(w, "6", "ping", "m", T3, "");
  assert_at(w, "outcomes", "[]");
  assert_at(w, "outcomes/0", "-");
  assert_verified(w);
}

static void test_gas_in_july(void **state) { // 30
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"offers\":{\"gas\":{\"valid\":{\"from\":\"2026-07-01\",\"to\":\"2026-07-31\"},\"limit\":{\"times\":1},"
      "\"discount\":{\"amount\":\"20.00\",\"catalog\":{\"include\":{\"categories\":[\"gas\"]}}}}},\"purchase\":["
      RULE("june", BUY ",{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"100.00\","
           "\"timeframe\":{\"from\":\"2026-06-01\",\"to\":\"2026-06-30\"},"
           "\"constraints\":{\"catalog\":{\"include\":{\"categories\":[\"gas\"]}}}}", ISSUE("gas")) "]");
  publish(w, "shop");
  const char *line = "{\"specversion\":\"1.0\","
                     "\"id\":\"%s\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"%s\",\"data\":"
                     "{\"total\":\"%s\",\"items\":[{\"sku\":\"x\",\"category\":\"%s\",\"amount\":\"%s\"}]}}";
  say(w, line, "1", "2026-06-10T12:00:00Z", "99.99", "gas", "99.99");
  assert_at(w, "offers/0", "-");
  say(w, line, "2", "2026-06-11T12:00:00Z", "15.00", "wash", "15.00");
  assert_at(w, "offers/0", "-");
  say(w, line, "3", "2026-06-12T12:00:00Z", "0.01", "gas", "0.01");
  assert_at(w, "offers/0/discount/amount", "20.00");
  assert_at(w, "offers/0/discount/catalog/include/categories/0", "gas");
  assert_at(w, "offers/0/from", "2026-07-01T04:00:00Z");
  redeem(w, "4", "gas", "2026-07-01T03:59:59Z");
  assert_refused(w, "offer_used_up", "is valid from 2026-07-01T04:00:00Z");
  redeem(w, "5", "gas", "2026-08-01T04:00:00Z");
  assert_refused(w, "offer_used_up", "ended at");
  redeem(w, "6", "gas", "2026-08-01T03:59:59Z");
  assert_at(w, "status", "applied");
  say(w, line, "7", "2026-08-01T12:00:00Z", "500.00", "gas", "500.00");
  assert_at(w, "offers/0", "-");
  assert_verified(w);
}

#define NOTE(type, points) RULE("on " type, ON(type), FIXED(points, "fine"))

// What the core tells of offers, each once, and what time brings.
static void test_told_of_offers(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"offers\":{\"cup\":{\"price\":5,\"account\":\"points\",\"valid\":\"30 days\",\"warn\":\"3 days\"}},"
      "\"event\":[" RULE("give", ON("ping"), ISSUE("cup")) "," NOTE("offer.issued", "\"0.01\"") ","
      NOTE("offer.purchased", "\"0.10\"") "," NOTE("offer.redeemed", "\"1\"") "," NOTE("offer.expiring", "\"10\"") "]");
  publish(w, "shop");
  event(w, "1", "ping", "m", T1, "");
  event(w, "1b", "ping", "m", T1, "");
  assert_at(w, "balances/fine", "0.02");
  adjust(w, "2", "m", T1, "5", "points");
  event(w, "3", "offer.purchase", "m", T1, "\"offer\":\"cup\"");
  assert_at(w, "balances/fine", "0.12");
  redeem(w, "4", "cup", T2);
  assert_at(w, "balances/fine", "1.12");
  event(w, "5", "member.join", "n", "2026-03-28T03:59:59Z", ""); // it ends with 31 March in New York; three days before is the 28th
  adjust(w, "6", "m", "2026-03-28T03:59:59Z", "1", "points");
  assert_at(w, "balances/fine", "1.12");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"s\",\"type\":\"clock\",\"time\":\"2026-03-28T04:00:00Z\"}");
  assert_at(w, "status", "applied");
  see(w, "m");
  assert_at(w, "result/balances/fine", "21.12"); // two are left unused
  adjust(w, "8", "m", "2026-05-01T12:00:00Z", "1", "points");
  assert_at(w, "balances/fine", "21.12");
  adjust(w, "9", "m", "2026-05-01T12:00:00Z", "1", "points");
  see(w, "m");
  assert_at(w, "result/offers/0/state", "expired");
  assert_at(w, "result/offer_count", "3");
  redeem(w, "10", "cup", "2026-04-01T03:59:59Z"); // late, but in its time
  assert_at(w, "status", "applied");
  redeem(w, "11", "cup", "2026-04-01T04:00:00Z");
  assert_refused(w, "offer_used_up", "ended at");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_auto_purchase, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_auto_purchase_by_rank, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_points_since_joining, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_points_now_deposited_spent, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_registering, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_expiration, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_told_of_offers, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_gas_in_july, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
