// What points outcomes and base earning compute: units, rounding, hurdles, bases, lines that do not count; end to end.
#include "engine_fixture.h"

#define T1 "2026-03-02T12:00:00Z"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":" when ",\"outcomes\":[" outcomes "]}"
#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define PER(points, per, account, more) \
  "{\"outcome\":\"points_variable\",\"points\":" points ",\"per\":" per ",\"account\":\"" account "\",\"source\":\"promo\"" more "}"
#define EARN(per, account, more) "{\"points\":1,\"per\":\"" per "\",\"account\":\"" account "\",\"source\":\"base\"" more "}"

static void go(struct world *w, const char *rest) {
  program_of(w, "shop", "2026-01-01",
             "\"points\":{\"default\":true},\"fine\":{\"decimals\":2},\"status\":{},\"owing\":{\"allow_negative\":true},"
             "\"capped\":{\"max_balance\":5}",
             "\"points\",\"fine\",\"status\",\"owing\",\"capped\"", rest);
  publish(w, "shop");
}

static void pay(struct world *w, const char *id, const char *member, const char *data) {
  event(w, id, "purchase", member, T1, data);
  assert_at(w, "status", "applied");
}

// Domain P1, P2, P4, worked examples 7 and 8: each rule under its own account's balance of a new member.
static void test_worked_examples(void **state) {
  static const struct { const char *outcome, *data, *points; } cases[] = {
    {PER("2", "1", "points", ",\"hurdle\":\"400.00\""), "\"total\":\"475.00\"", "950"},
    {PER("2", "1", "points", ",\"hurdle\":\"400.00\""), "\"total\":\"400.00\"", "800"},
    {PER("2", "1", "points", ",\"hurdle\":\"400.00\""), "\"total\":\"399.99\"", "0"},
    {PER("1", "3", "points", ",\"unit\":\"items\",\"precision\":0"), "\"total\":\"1\",\"items\":[{\"quantity\":4}]", "1"},
    {PER("1", "3", "points", ",\"unit\":\"items\",\"precision\":1"), "\"total\":\"1\",\"items\":[{\"quantity\":4}]", "1"},
    {PER("1", "3", "points", ",\"unit\":\"items\",\"precision\":2"), "\"total\":\"1\",\"items\":[{\"quantity\":4}]", "1"},
    {PER("1", "3", "points", ",\"unit\":\"items\",\"precision\":2,\"rounding\":\"half_up\""),
     "\"total\":\"1\",\"items\":[{\"quantity\":5}]", "2"},
    {PER("1", "3", "points", ",\"unit\":\"items\",\"hurdle\":5"), "\"total\":\"1\",\"items\":[{\"quantity\":4}]", "0"},
    {PER("2", "1", "points", ""), "\"total\":\"19.99\"", "39"},
    {PER("2", "1", "points", ",\"precision\":0"), "\"total\":\"19.99\"", "38"},
    {PER("1", "2", "points", ",\"rounding\":\"up\""), "\"total\":\"4.02\"", "3"},
    {PER("1", "1", "points", ",\"max\":7"), "\"total\":\"19.99\"", "7"},
    {PER("1", "1", "points", ""), "\"total\":\"21.00\",\"items\":[{\"amount\":\"10.50\"},{\"amount\":\"10.50\"}]", "21"}, // once on the sum
    {PER("3", "1", "points", ",\"unit\":\"km\""), "\"total\":\"1\",\"context\":{\"km\":\"12.9\"}", "36"},
    {PER("3", "1", "points", ",\"unit\":\"km\",\"precision\":1"), "\"total\":\"1\",\"context\":{\"km\":12.9}", "38"},
    {PER("1", "1", "points", ",\"unit\":\"km\""), "\"total\":\"1\",\"items\":[{\"km\":\"1.5\"},{\"km\":\"1.5\"}]", "3"},
    {PER("1", "1", "points", ",\"unit\":\"km\""), "\"total\":\"1\",\"context\":{\"km\":\"far\"}", "0"},
    {PER("1", "1", "points", ",\"unit\":\"km\""), "\"total\":\"1\",\"context\":{\"km\":-5}", "0"}, // P6
  };
  struct world *w = *state;
  char rest[1000], id[16];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    snprintf(rest, sizeof rest, "\"purchase\":[" RULE("R", BUY, "%s") "]", cases[i].outcome);
    go(w, rest);
    snprintf(id, sizeof id, "m%d", (int)i);
    pay(w, id, id, cases[i].data);
    assert_at(w, "balances/points", cases[i].points);
  }
  assert_verified(w);
}

// Domain P6, P8: what is deducted is cut in the member's favour, down to zero or into debt as the account says.
static void test_deducting(void **state) {
  struct world *w = *state;
  go(w, "\"base_earn\":[" EARN("2.00", "points", "") "," EARN("2.00", "owing", "") "],\"purchase\":["
        RULE("R", BUY, PER("-1", "1", "points", ",\"rounding\":\"up\"") "," PER("-1", "1", "owing", ",\"max\":6")) "]");
  pay(w, "1", "m", "\"total\":\"5.99\"");
  assert_at(w, "balances/points", "0");
  assert_at(w, "balances/owing", "-3"); // 2 - 5
  pay(w, "2", "m", "\"total\":\"0.99\"");
  assert_at(w, "balances/owing", "-3");
  pay(w, "3", "m", "\"total\":\"10.00\"");
  assert_at(w, "balances/owing", "-4"); // +5 -6
  assert_verified(w);
}

// Domain P5, E6: base earning first; multipliers see what it gave, never each other; by account, before a maximum took some.
static void test_base_points(void **state) {
  struct world *w = *state;
#define DOUBLE(account, more) PER("1", "1", account, ",\"unit\":\"base_points\"" more)
  go(w, "\"settings\":{\"entrance_timing\":\"before\"},\"base_earn\":[" EARN("1.00", "points", "") "," EARN("1.00", "points", "") ","
        EARN("1.00", "fine", "") "," EARN("1.00", "capped", "") "],\"purchase\":["
        RULE("Twice", BUY, DOUBLE("points", "")) "," RULE("Half more", BUY, PER("\"0.5\"", "1", "points", ",\"unit\":\"base_points\"")) ","
        RULE("Fine", BUY, DOUBLE("fine", "")) "," RULE("Status", BUY, DOUBLE("status", ",\"base_account\":\"capped\"")) ","
        RULE("None", BUY, DOUBLE("owing", "")) "],\"event\":["
        RULE("Visit", "{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\"}", DOUBLE("owing", "")) "],"
        "\"levels\":[{\"level\":\"A\",\"entrance\":[" RULE("First", "\"no rules\"", DOUBLE("points", "")) "]}]");
  pay(w, "1", "m", "\"total\":\"10.55\"");
  assert_at(w, "balances/points", "50"); // 10 + 10, 20 more, 10 more; nothing before base earning
  assert_at(w, "balances/fine", "21.10");
  assert_at(w, "balances/capped", "5");
  assert_at(w, "balances/status", "10");
  assert_at(w, "balances/owing", "0");
  event(w, "v", "visit", "m", T1, "");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/owing", "0");
  world_file(w, "constraints/early.lua",
             "return accrue.constraint { title = \"Early\", conditions = \"purchase\", variables = {},\n"
             "  accepts = function(purchase) return purchase.base_points.points > 0 end }\n");
  go(w, "\"purchase\":[" RULE("R", "{\"key_phrase\":\"make_a_purchase\",\"constraints\":{\"early\":{}}}", DOUBLE("points", "")) "]");
  buy(w, "2", "m", T1, "1.00");
  assert_at(w, "status", "parked");
  assert_non_null(strstr(w->reply, "known when outcomes of a purchase are given"));
}

#define NET "\"items\":[{\"sku\":\"A\",\"amount\":\"10.00\"},{\"sku\":\"B\",\"amount\":\"5.00\"}]"

// Contract 5 and 6: three bases with what they fall back on; base earning has its own; narrowed lines count as they are.
static void test_bases(void **state) {
  static const char *const bases[] = {"net", "subtotal", "total"};
  static const struct { const char *data, *amounts[3]; } cases[] = {
    {"\"total\":\"20.00\",\"subtotal\":\"17.00\"," NET, {"15.00", "17.00", "20.00"}},
    {"\"total\":\"20.00\"," NET, {"15.00", "15.00", "20.00"}},
    {"\"total\":\"20.00\",\"subtotal\":\"17.00\"", {"17.00", "17.00", "20.00"}},
    {"\"total\":\"20.00\",\"subtotal\":\"17.00\",\"items\":[{\"sku\":\"A\"}]", {"17.00", "17.00", "20.00"}},
    {"\"total\":\"20.00\"", {"20.00", "20.00", "20.00"}}};
  struct world *w = *state;
  char rest[2000], id[16];
  for (int i = 0; i < 3; i++) {
    snprintf(rest, sizeof rest,
             "\"amount_basis\":\"%s\",\"base_earn\":[" EARN("1.00", "points", "") "," EARN("1.00", "status", ",\"basis\":\"%s\"") ","
             EARN("1.00", "owing", ",\"basis\":\"%s\",\"constraints\":{\"catalog\":{\"include\":{\"items\":[\"A\"]}}}")
             "],\"purchase\":[" RULE("R", BUY, PER("1", "1", "fine", "")) "]", bases[i], bases[i], bases[i]);
    go(w, rest);
    for (int k = 0; k < 5; k++) {
      snprintf(id, sizeof id, "%d-%d", i, k);
      pay(w, id, id, cases[k].data);
      assert_at(w, "balances/fine", cases[k].amounts[i]);
      assert_at(w, "balances/points", "20");
      assert_int_equal(atoi(at(w, "balances/status")), atoi(cases[k].amounts[i]));
      assert_at(w, "balances/owing", k < 2 ? "10" : "0");
    }
  }
}

// Contract 3.5: `"basis": "purchase"` gives an outcome the whole, its own constraints apart.
static void test_basis_of_outcome(void **state) {
  struct world *w = *state;
#define ONLY_A "\"constraints\":{\"catalog\":{\"include\":{\"items\":[\"A\"]}}}"
  go(w, "\"purchase\":[" RULE("R", "{\"key_phrase\":\"make_a_purchase\"," ONLY_A "}",
        PER("1", "1", "points", "") "," PER("1", "1", "status", ",\"basis\":\"purchase\"") ","
        PER("1", "1", "fine", "," ONLY_A) "," PER("1", "1", "owing", ",\"basis\":\"purchase\"," ONLY_A)) "]");
  pay(w, "1", "m", "\"total\":\"15.00\"," NET);
  assert_at(w, "balances/points", "10");
  assert_at(w, "balances/status", "15");
  assert_at(w, "balances/fine", "10.00");
  assert_at(w, "balances/owing", "10");
}

// A threshold is of the total unless it says otherwise.
static void test_threshold_basis(void **state) {
  static const char *const bases[] = {"", ",\"basis\":\"subtotal\"", ",\"basis\":\"net\"", ",\"basis\":\"total\""};
  static const char *const levels[] = {"C", "B", "A", "C"};
  struct world *w = *state;
  char rest[1000], id[16];
  for (int i = 0; i < 4; i++) {
    snprintf(rest, sizeof rest,
             "\"amount_basis\":\"total\",\"levels\":[{\"level\":\"A\",\"entrance\":[{\"rule\":\"All\",\"when\":\"no rules\"}]},"
             "{\"level\":\"B\",\"threshold\":{\"spend\":\"16.00\"%s}},{\"level\":\"C\",\"threshold\":{\"spend\":\"20.00\"%s}}]",
             bases[i], bases[i]);
    go(w, rest);
    snprintf(id, sizeof id, "m%d", i);
    pay(w, id, id, "\"total\":\"20.00\",\"subtotal\":\"17.00\"," NET);
    assert_at(w, "levels/shop", levels[i]);
  }
}

// Domain C9; lines that take something off; amounts with more decimals than the currency.
static void test_odd_lines(void **state) {
  struct world *w = *state;
  static const char gift[] = "\"total\":\"7.00\","
                             "\"items\":[{\"amount\":\"10.00\"},{\"amount\":\"-3.00\",\"quantity\":2},{\"amount\":\"0.00\"},{}]";
#define COUNTING "\"purchase\":[" RULE("R", BUY, PER("1", "1", "points", ",\"unit\":\"items\"") "," PER("1", "1", "fine", "")) "]"
  go(w, COUNTING);
  pay(w, "1", "a", gift);
  assert_at(w, "balances/points", "4"); // 1 + 2 + 1 without a price; what is given away does not count
  assert_at(w, "balances/fine", "7.00");
  pay(w, "2", "a", "\"total\":\"1.00\",\"items\":[{\"amount\":\"-3.00\"}]");
  assert_at(w, "balances/fine", "7.00"); // P6: nothing of less than nothing
  say(w, "{\"specversion\":\"1.0\",\"id\":\"3\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"a\",\"time\":\"" T1 "\","
         "\"data\":{\"total\":\"1.005\"}}");
  assert_at(w, "error/code", "decimals");
  go(w, "\"settings\":{\"zero_priced_lines\":true,\"excess_decimals\":\"round\"}," COUNTING);
  pay(w, "4", "b", gift);
  assert_at(w, "balances/points", "5");
  pay(w, "5", "c", "\"total\":\"1.005\"");
  assert_at(w, "balances/fine", "1.01");
  pay(w, "6", "d", "\"total\":\"1\",\"items\":[{\"amount\":\"1.0049\",\"quantity\":\"2.0005\"}]");
  assert_at(w, "balances/fine", "1.00");
}

// Lines of fifteen digits each add up to more than fits: the event is refused as it is, and nothing is harmed.
static void test_too_much(void **state) {
  struct world *w = *state;
  go(w, "\"base_earn\":[" EARN("1.00", "points", "") "]");
  size_t size = 10000 * 32 + 200, len;
  char *line = malloc(size);
  len = (size_t)snprintf(line, size, "{\"specversion\":\"1.0\",\"id\":\"big\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"m\","
                                     "\"time\":\"" T1 "\",\"data\":{\"total\":\"1\",\"items\":[");
  for (int i = 0; i < 10000; i++) len += (size_t)snprintf(line + len, size - len, "%s{\"amount\":\"9999999999999.99\"}", i ? "," : "");
  snprintf(line + len, size - len, "]}}");
  say(w, "%s", line);
  free(line);
  assert_at(w, "status", "rejected");
  assert_non_null(strstr(w->reply, "add up to too much"));
  pay(w, "1", "m", "\"total\":\"1.00\"");
  assert_at(w, "balances/points", "1");
}

// Points with a term of their own; the account's otherwise.
static void test_expires(void **state) {
  struct world *w = *state;
  go(w, "\"purchase\":[" RULE("R", BUY, PER("1", "1", "points", ",\"expires\":\"30 days\"") ","
        "{\"outcome\":\"points_fixed\",\"points\":5,\"account\":\"fine\",\"source\":\"promo\",\"expires\":\"1 month\"}") "]");
  buy(w, "1", "m", T1, "3.00");
  see(w, "m");
  assert_at(w, "result/lots/0/expires", "2026-04-02T04:00:00Z"); // through 1 April in New York
  assert_at(w, "result/lots/1/expires", "2026-04-03T04:00:00Z");
}

#define IN_MEMORY(name) cmocka_unit_test_setup_teardown(name, set_up_memory, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_MEMORY(test_worked_examples),  IN_MEMORY(test_deducting), IN_MEMORY(test_base_points),
                                     IN_MEMORY(test_bases),            IN_MEMORY(test_basis_of_outcome),
                                     IN_MEMORY(test_threshold_basis),  IN_MEMORY(test_odd_lines), IN_MEMORY(test_too_much),
                                     IN_MEMORY(test_expires)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
