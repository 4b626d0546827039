// What of a purchase counts: shares, lines, places, known names, groups; end to end.
#include "engine_fixture.h"

#define T1 "2026-03-02T12:00:00Z" // a Monday, 07:00 in New York
#define VARIABLE(more) \
  "{\"outcome\":\"points_variable\",\"points\":1,\"per\":\"1.00\",\"account\":\"fine\",\"source\":\"promo\"" more "}"
#define FIXED(points) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"points\",\"source\":\"promo\"}"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":" when ",\"outcomes\":[" outcomes "]}"
#define BUY(constraints) "{\"key_phrase\":\"make_a_purchase\",\"constraints\":{" constraints "}}"
#define PAID(list, match) "\"payment_type\":{" list ",\"match\":\"" match "\"}"

// A program without base earning.
static void go(struct world *w, const char *rest) {
  program_of(w, "shop", "2026-01-01", "\"points\":{\"default\":true},\"fine\":{\"decimals\":2}", "\"points\",\"fine\"", rest);
  publish(w, "shop");
}

static void pay(struct world *w, const char *id, const char *data) {
  event(w, id, "purchase", "m", T1, data);
  assert_at(w, "status", "applied");
}

#define SPLIT "\"total\":\"42.50\",\"payments\":[{\"type\":\"points\",\"amount\":\"12.50\"},{\"type\":\"card\",\"amount\":\"30.00\"}]"

// Domain C4, C5, P7, worked examples 5 and 6: one tender is enough, or each must, or the part counts.
static void test_tenders(void **state) {
  static const struct { const char *constraint, *points; } cases[] = {
    {PAID("\"include\":[\"card\"]", "any"), "42.50"},   {PAID("\"include\":[\"card\"]", "all"), "0.00"},
    {PAID("\"exclude\":[\"points\"]", "any"), "42.50"}, {PAID("\"exclude\":[\"points\"]", "all"), "0.00"},
    {PAID("\"exclude\":[\"points\"]", "prorate"), "30.00"}, {PAID("\"include\":[\"cash\"]", "prorate"), "0.00"},
    {"\"payment_type\":{\"exclude\":[\"points\"]}", "30.00"}}; // as the setting says
  struct world *w = *state;
  char rest[2000], id[8];
  for (int i = 0; i < 7; i++)
    for (int own = 0; own < 2; own++) { // of the condition, and of the outcome
      snprintf(rest, sizeof rest,
               own ? "\"settings\":{\"tender_match\":\"prorate\"},\"purchase\":[" RULE("R", "{\"key_phrase\":\"make_a_purchase\"}",
                     VARIABLE(",\"constraints\":{%s}")) "]"
                   : "\"settings\":{\"tender_match\":\"prorate\"},\"purchase\":[" RULE("R", BUY("%s"), VARIABLE("")) "]",
               cases[i].constraint);
      go(w, rest);
      snprintf(id, sizeof id, "%d-%d", i, own);
      say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"m%s\",\"time\":\"" T1 "\","
             "\"data\":{" SPLIT "}}", id, id);
      assert_at(w, "balances/fine", cases[i].points);
    }
  assert_verified(w);
}

// Contract 3.5: the lines let through, times their portions, cut once; what is counted over history is cut the same.
static void test_portions_multiply(void **state) {
  struct world *w = *state;
  world_file(w, "constraints/third.lua",
             "return accrue.constraint { title = \"A third\", conditions = { \"purchase\", \"past_purchases\" }, variables = {},\n"
             "  portion = function() return 1, 3 end }\n");
  go(w, "\"purchase\":["
        RULE("Two thirds cut twice would be 1.11", BUY("\"third\":[{},{}],\"catalog\":{\"include\":{\"items\":[\"A\"]}}"), VARIABLE("")) ","
        RULE("Spend", "{\"all\":[{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"spend_currency\",\"operator\":\"=\","
             "\"amount\":\"1.11\",\"constraints\":{\"third\":[{},{}],\"catalog\":{\"include\":{\"items\":[\"A\"]}}}}]}", FIXED("1")) ","
        RULE("Check size is of the whole", "{\"all\":[{\"key_phrase\":\"total_spend\",\"operator\":\"=\",\"amount\":\"10.00\","
             "\"constraints\":{\"third\":{},\"check_size\":{\"min\":\"30.00\",\"max\":\"30.00\"}}}]}", FIXED("2")) ","
        RULE("The outcome's own third", BUY("\"third\":{}"), VARIABLE(",\"constraints\":{\"third\":{}},\"basis\":\"purchase\"")) "]");
  pay(w, "1", "\"total\":\"30.00\",\"items\":[{\"sku\":\"A\",\"amount\":\"10.00\"},{\"sku\":\"B\",\"amount\":\"20.00\"}]");
  assert_at(w, "balances/fine", "11.11"); // 1.11 + 10.00
  assert_at(w, "balances/points", "3");
}

// Of several conditions that hold, the largest share; base earning has constraints of its own.
static void test_shares_of_rules(void **state) {
  struct world *w = *state;
  go(w, "\"base_earn\":{\"points\":1,\"per\":\"1.00\",\"account\":\"points\",\"source\":\"base\",\"constraints\":{"
        PAID("\"exclude\":[\"points\"]", "prorate") "}},\"purchase\":["
        RULE("R", "{\"any\":[" BUY(PAID("\"include\":[\"points\"]", "prorate")) "," BUY(PAID("\"include\":[\"card\"]", "prorate")) ","
             BUY(PAID("\"include\":[\"cash\"]", "prorate")) ",{\"key_phrase\":\"make_a_purchase\"}]}", VARIABLE("")) "]");
  pay(w, "1", SPLIT);
  assert_at(w, "balances/fine", "30.00");
  assert_at(w, "balances/points", "30");
  pay(w, "2", "\"total\":\"10.01\",\"payments\":[{\"type\":\"points\",\"amount\":\"5.01\"},{\"type\":\"card\",\"amount\":\"5.00\"}]");
  assert_at(w, "balances/points", "35");
  assert_at(w, "balances/fine", "35.01");
}

// A share that is no share parks the event, as does one too fine to be exact.
static void test_bad_portion(void **state) {
  struct world *w = *state;
  world_file(w, "constraints/odd.lua",
             "return accrue.constraint { title = \"Odd\", conditions = \"purchase\", variables = {},\n"
             "  portion = function(purchase) return purchase.total, 1000 end }\n");
  world_file(w, "constraints/fine.lua",
             "return accrue.constraint { title = \"Fine\", conditions = \"purchase\", variables = { n = accrue.var.integer() },\n"
             "  portion = function(purchase, vars) return math.maxinteger - vars.n, math.maxinteger - vars.n + 1 end }\n");
  go(w, "\"purchase\":[" RULE("R", BUY("\"odd\":{}"), FIXED("1")) "]");
  buy(w, "1", "m", T1, "9.99");
  assert_at(w, "balances/points", "1");
  buy(w, "2", "m", T1, "10.01");
  assert_at(w, "status", "parked");
  assert_non_null(strstr(w->reply, "wanted a part from nothing to the whole"));
  go(w, "\"purchase\":[" RULE("R", BUY("\"fine\":[{\"n\":1},{\"n\":3},{\"n\":5}]"), FIXED("1")) "]");
  buy(w, "3", "m", T1, "1.00");
  assert_at(w, "status", "parked");
  assert_non_null(strstr(w->reply, "too fine"));
}

// A share of a movement is a share of its points, at the decimals of the finest account; days are the program's.
static void test_shares_of_points(void **state) {
  struct world *w = *state;
  world_file(w, "constraints/third.lua",
             "return accrue.constraint { title = \"A third\", conditions = \"past_points\", variables = {},\n"
             "  portion = function() return 1, 3 end }\n");
#define EARNED(points, day) \
  "{\"all\":[{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"earn_points\",\"operator\":\"=\",\"points\":" points "," \
  "\"constraints\":{\"third\":{},\"day_of_week\":[\"" day "\"]}}]}"
  go(w, "\"base_earn\":{\"points\":1,\"per\":\"1.00\",\"account\":\"points\",\"source\":\"base\"},\"purchase\":["
        RULE("R", EARNED("\"7.33\"", "sun"), VARIABLE("")) "," RULE("S", EARNED("6", "mon"), VARIABLE("")) "]");
  event(w, "1", "purchase", "m", "2026-03-02T04:00:00Z", "\"total\":\"10\""); // Sunday 23:00 in New York
  event(w, "2", "purchase", "m", "2026-03-02T04:30:00Z", "\"total\":\"12\"");
  event(w, "3", "purchase", "m", "2026-03-02T05:30:00Z", "\"total\":\"9\"");
  assert_at(w, "balances/fine", "9.00"); // 3.33 and 4 on Sunday; what this one earns is not yet seen
  event(w, "4", "purchase", "m", "2026-03-02T06:30:00Z", "\"total\":\"1\"");
  assert_at(w, "balances/fine", "11.00"); // a third of 9 and of the 9.00 in `fine`, on Monday
  assert_verified(w);
}

// Domain C13: the clock of the store, else of the program; over history as over the present.
static void test_days_and_hours(void **state) {
  struct world *w = *state;
  go(w, "\"stores\":{\"H\":{\"timezone\":\"Pacific/Honolulu\"},\"N\":{}},\"purchase\":["
        RULE("Late", BUY("\"time_of_day\":[\"22:00-02:00\"]"), FIXED("1")) ","
        RULE("Two Mondays", "{\"all\":[{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"complete_transactions\",\"operator\":\"=\","
             "\"count\":2,\"constraints\":{\"day_of_week\":[\"mon\"]}}]}", FIXED("10")) "],\"event\":["
        RULE("Visit", "{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\",\"constraints\":{\"time_of_day\":[\"17:00-18:00\"]}}",
             FIXED("100")) "]");
  event(w, "1", "purchase", "m", "2026-03-02T03:00:00Z", "\"total\":\"1\""); // Sunday 22:00 in New York
  assert_at(w, "balances/points", "1");
  event(w, "2", "purchase", "m", "2026-03-02T07:00:00Z", "\"total\":\"1\",\"store\":\"N\""); // Monday 02:00
  assert_at(w, "balances/points", "1");
  event(w, "3", "purchase", "m", "2026-03-03T09:30:00Z", "\"total\":\"1\",\"store\":\"H\""); // Monday 23:30 there: late, the second
  assert_at(w, "balances/points", "12");
  event(w, "4", "visit", "m", "2026-03-04T03:59:00Z", "\"context\":{\"store\":\"H\"}"); // 17:59
  assert_at(w, "balances/points", "112");
  event(w, "5", "visit", "m", "2026-03-04T03:59:00Z", "");
  assert_at(w, "balances/points", "112");
}

// A release that moves a store to another zone sees past purchases by the new clock.
static void test_moved_store(void **state) {
  struct world *w = *state;
  char rest[1000];
  static const char *const zones[] = {"Pacific/Honolulu", "America/New_York"};
  for (int i = 0; i < 2; i++) {
    snprintf(rest, sizeof rest, "\"stores\":{\"H\":{\"timezone\":\"%s\"}},\"purchase\":["
             RULE("R", "{\"all\":[{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"complete_transactions\",\"operator\":\"=\","
                  "\"count\":%d,\"constraints\":{\"day_of_week\":[\"mon\"]}}]}", FIXED("1")) "]", zones[i], i ? 1 : 2);
    go(w, rest);
    event(w, i ? "b" : "a", "purchase", "m", i ? "2026-03-09T12:00:00Z" : "2026-03-03T09:30:00Z", "\"total\":\"1\",\"store\":\"H\"");
    assert_at(w, "balances/points", i ? "1" : "0");
  }
}

// Worked examples 31 and 33; domain C7, C8, C9: categories cover what lies under them, single items are left out.
static void test_catalog(void **state) {
  struct world *w = *state;
  go(w, "\"purchase\":["
        RULE("Coats but one", BUY("\"catalog\":{\"include\":{\"categories\":[\"coats\"]},\"exclude\":{\"items\":[\"C9\"]}}"),
             VARIABLE("")) ","
        RULE("Deeper wins", BUY("\"catalog\":{\"include\":{\"categories\":[\"coats/rain\"],\"items\":[\"S1\"]},"
             "\"exclude\":{\"categories\":[\"coats\",\"shoes\"]}}"), FIXED("1")) ","
        RULE("Equal depth: out", BUY("\"catalog\":{\"include\":{\"categories\":[\"hats\"]},\"exclude\":{\"categories\":[\"hats\"]}}"),
             FIXED("100")) "]");
  pay(w, "1", "\"total\":\"50.00\",\"items\":[{\"sku\":\"C9\",\"category\":\"coats/women\",\"amount\":\"50.00\"}]");
  assert_at(w, "balances/fine", "0.00");
  pay(w, "2", "\"total\":\"90.00\",\"items\":[{\"sku\":\"C9\",\"category\":\"coats\",\"amount\":\"50.00\"},"
              "{\"sku\":\"C1\",\"category\":\"coats/rain\",\"amount\":\"30.00\"},"
              "{\"sku\":\"S9\",\"category\":\"shoes\",\"amount\":\"10\"}]");
  assert_at(w, "balances/fine", "30.00");
  assert_at(w, "balances/points", "1");
  pay(w, "3", "\"total\":\"10.00\",\"items\":[{\"sku\":\"S1\",\"category\":\"shoes\",\"amount\":\"10.00\"}]");
  assert_at(w, "balances/points", "2");
  pay(w, "4", "\"total\":\"0\",\"items\":[{\"sku\":\"S1\",\"amount\":\"0.00\"},{\"sku\":\"H\",\"category\":\"hats\",\"amount\":\"5\"}]");
  assert_at(w, "balances/points", "2"); // what is given away does not count
  assert_at(w, "balances/fine", "30.00");
}

// Worked example 32, domain O8: check size inclusive; stores and groups; several uses of one constraint must all hold.
static void test_check_and_stores(void **state) {
  struct world *w = *state;
  go(w, "\"stores\":{\"S1\":{\"groups\":[\"franchise\"]},\"S2\":{\"groups\":[\"franchise\"]},\"S3\":{}},\"purchase\":["
        RULE("Ten", BUY("\"check_size\":{\"min\":\"10.00\",\"max\":\"20.00\"}"), FIXED("1")) ","
        RULE("Franchise", BUY("\"store\":{\"include\":{\"groups\":[\"franchise\"],\"stores\":[\"S3\"]},\"exclude\":[\"S2\"]}"),
             FIXED("10")) ","
        RULE("Not S1 and not S2", BUY("\"store\":[{\"exclude\":[\"S1\"]},{\"exclude\":[\"S2\"]}]"), FIXED("100")) "]");
  static const struct { const char *data, *points; } cases[] = {
    {"\"total\":\"9.99\",\"store\":\"S1\"", "10"},   {"\"total\":\"10.00\",\"store\":\"S2\"", "11"},
    {"\"total\":\"20.00\",\"store\":\"S3\"", "122"}, {"\"total\":\"20.01\"", "222"}}; // missing: include fails, exclude passes (C3)
  for (int i = 0; i < 4; i++) {
    pay(w, (char[]){(char)('a' + i), 0}, cases[i].data);
    assert_at(w, "balances/points", cases[i].points);
  }
}

// Domain B5: what a group has, everything inside has that it fits.
static void test_groups(void **state) {
  struct world *w = *state;
  go(w, "\"purchase\":["
        RULE("Inherited", "{\"all\":[{\"any\":[{\"key_phrase\":\"make_a_purchase\"},"
             "{\"key_phrase\":\"in_audience\",\"audience\":\"staff\"}],\"constraints\":{\"channel\":{\"include\":[\"app\"]}}},"
             "{\"key_phrase\":\"total_spend\",\"operator\":\">=\",\"amount\":\"2\"}],"
             "\"constraints\":{\"store\":{\"include\":[\"S1\"]}}}", FIXED("1")) "]");
  pay(w, "1", "\"total\":\"5\",\"store\":\"S1\",\"channel\":\"pos\"");
  assert_at(w, "balances/points", "0");
  pay(w, "2", "\"total\":\"5\",\"store\":\"S2\",\"channel\":\"app\"");
  assert_at(w, "balances/points", "0");
  pay(w, "3", "\"total\":\"5\",\"store\":\"S1\",\"channel\":\"app\"");
  assert_at(w, "balances/points", "1");
  event(w, "s", "audience.enter", "m", T1, "\"audience\":\"staff\"");
  pay(w, "4", "\"total\":\"5\",\"store\":\"S1\",\"channel\":\"pos\"");
  assert_at(w, "balances/points", "2"); // the channel does not fit an audience
}

// Domain B3: several purchases as operands, under every operator.
static void test_several_purchases(void **state) {
  struct world *w = *state;
#define AT(store) BUY("\"store\":{\"include\":[\"" store "\"]}")
  go(w, "\"purchase\":[" RULE("Any", "{\"any\":[" AT("S1") "," AT("S2") "]}", FIXED("1")) ","
        RULE("None", "{\"none\":[" AT("S1") "," AT("S2") "]}", FIXED("10")) ","
        RULE("All", "{\"all\":[" AT("S1") "," BUY("\"channel\":{\"include\":[\"app\"]}") "]}", FIXED("100")) "]");
  pay(w, "1", "\"total\":\"5\",\"store\":\"S1\"");
  assert_at(w, "balances/points", "1");
  pay(w, "2", "\"total\":\"5\",\"store\":\"S3\"");
  assert_at(w, "balances/points", "11");
  pay(w, "3", "\"total\":\"5\",\"store\":\"S1\",\"channel\":\"app\"");
  assert_at(w, "balances/points", "112");
}

// Numbers as numbers, exactly; missing and blank fail whatever the operator.
static void test_context(void **state) {
  struct world *w = *state;
#define CONTEXT(name, op, value, points) \
  RULE(name, BUY("\"context\":{\"key\":\"kg\",\"operator\":\"" op "\",\"value\":\"" value "\"}"), FIXED(points))
  go(w, "\"purchase\":[" CONTEXT("a", ">", "9", "1") "," CONTEXT("b", "=", "10.50", "10") "," CONTEXT("c", "<=", "10.5", "100") ","
        CONTEXT("d", "<", "10.5000000000000000001", "1000") "," CONTEXT("e", ">=", "10.51", "10000") "]");
  static const struct { const char *data, *points; } cases[] = {
    {"\"kg\":\"10.5\"", "1111"}, {"\"kg\":10.50", "2222"}, {"\"kg\":\"\"", "2222"}, {"\"kg\":\" \"", "2222"}, {"\"kg\":null", "2222"},
    {"\"kg\":\"ten\"", "2222"},  {"\"lb\":\"1\"", "2222"}, {"\"kg\":\"-3\"", "3322"}};
  for (int i = 0; i < 8; i++) {
    char data[100];
    snprintf(data, sizeof data, "\"total\":\"1\",\"context\":{%s}", cases[i].data);
    pay(w, (char[]){(char)('a' + i), 0}, data);
    assert_at(w, "balances/points", cases[i].points);
  }
}

#define IN_MEMORY(name) cmocka_unit_test_setup_teardown(name, set_up_memory, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_MEMORY(test_tenders),        IN_MEMORY(test_portions_multiply), IN_MEMORY(test_shares_of_rules),
                                     IN_MEMORY(test_shares_of_points), IN_MEMORY(test_bad_portion),
                                     IN_MEMORY(test_days_and_hours),    IN_MEMORY(test_moved_store),
                                     IN_MEMORY(test_catalog),        IN_MEMORY(test_check_and_stores),  IN_MEMORY(test_groups),
                                     IN_MEMORY(test_several_purchases), IN_MEMORY(test_context)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
