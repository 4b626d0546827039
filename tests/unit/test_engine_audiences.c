// Audiences that end (domain 10.3), outcomes that enter and leave them, and splits.
#include "engine_fixture.h"

#define RULE(name, when, outcome) "{\"rule\":\"" name "\",\"when\":" when ",\"outcomes\":[" outcome "]}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define IN(audience) "{\"key_phrase\":\"in_audience\",\"audience\":\"" audience "\"}"
#define FIXED(points) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"points\",\"source\":\"base\"}"
#define RAISE(type, audience) "{\"outcome\":\"trigger_event\",\"event\":\"" type "\",\"data\":\"{\\\"audience\\\":\\\"" audience "\\\"}\"}"

static void club_of(struct world *w, const char *audiences, const char *rest) {
  char *text;
  assert_true(asprintf(&text,
                       "{\"program\":\"club\",\"effective_from\":\"2020-01-01\",\"currency\":\"USD\",\"timezone\":\"America/New_York\","
                       "\"accounts\":{\"points\":{\"default\":true}},\"sources\":{\"base\":{}},\"audiences\":{%s}%s%s}",
                       audiences, *rest ? "," : "", rest) > 0);
  world_file(w, "programs/club.json", text);
  free(text);
}

static void club(struct world *w, const char *audiences, const char *rest) {
  club_of(w, audiences, rest);
  publish(w, "club");
}

static void enter(struct world *w, const char *id, const char *time, const char *audience) {
  char data[64];
  snprintf(data, sizeof data, "\"audience\":\"%s\"", audience);
  event(w, id, "audience.enter", "m", time, data);
  assert_at(w, "status", "applied");
}

// Pings give a point to those in `one`: at the last instant of membership and at the first behind it.
static void assert_until(struct world *w, const char *inside, const char *outside, const char *points) {
  event(w, inside, "ping", "m", inside, "");
  assert_at(w, "balances/points", points);
  event(w, outside, "ping", "m", outside, "");
  assert_at(w, "balances/points", points);
  see(w, "m");
  assert_at(w, "result/audiences/0", "-");
}

#define PINGS "\"event\":[{\"rule\":\"Ping\",\"when\":{\"all\":[" ON("ping") "," IN("one") "]},\"outcomes\":[" FIXED("1") "]}]"

static void test_modes(void **state) {
  static const struct {
    const char *expiry, *inside, *outside;
  } modes[] = {
      {"\"mode\":\"until_anniversary\"", "2021-06-01T03:59:59Z", "2021-06-01T04:00:00Z"},
      {"\"mode\":\"one_year_until_anniversary\"", "2022-06-01T03:59:59Z", "2022-06-01T04:00:00Z"},
      {"\"mode\":\"period\",\"after\":\"90 days\"", "2021-03-24T03:59:59Z", "2021-03-24T04:00:00Z"},
      {"\"mode\":\"period\",\"after\":\"2 months\"", "2021-02-24T04:59:59Z", "2021-02-24T05:00:00Z"},
      {"\"mode\":\"period\",\"after\":\"5 years\"", "2025-12-24T04:59:59Z", "2025-12-24T05:00:00Z"},
      {"\"mode\":\"date\",\"on\":\"2021-07-31\"", "2021-08-01T03:59:59Z", "2021-08-01T04:00:00Z"},
  };
  for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
    struct world *w = world_new(true);
    char audiences[128];
    snprintf(audiences, sizeof audiences, "\"one\":{\"expiry\":{%s}}", modes[i].expiry);
    club(w, audiences, PINGS);
    event(w, "j", "member.join", "m", "2020-05-31T16:00:00Z", "");
    enter(w, "e", "2020-12-23T16:00:00Z", "one"); // the example of the document
    see(w, "m");
    assert_at(w, "result/audiences/0", "one");
    assert_at(w, "result/audiences_until/one", modes[i].outside);
    world_reopen(w);
    assert_until(w, modes[i].inside, modes[i].outside, "1");
    enter(w, "e2", modes[i].outside, "one"); // again: a new term, unless the date is over
    see(w, "m");
    assert_at(w, "result/audiences/0", i == 5 ? "-" : "one");
    assert_verified(w);
    world_free(w);
  }
  (void)state;
}

static void test_none_and_on_the_day(void **state) {
  struct world *w = *state;
  club(w, "\"one\":{\"expiry\":{\"mode\":\"none\"}},\"two\":{\"expiry\":{\"mode\":\"until_anniversary\"}},\"three\":{}", PINGS);
  event(w, "j", "member.join", "m", "2020-05-31T16:00:00Z", "");
  enter(w, "1", "2021-05-31T12:00:00Z", "one");
  enter(w, "2", "2021-05-31T12:00:00Z", "two"); // on the anniversary day: until that of the next year
  enter(w, "3", "2021-05-31T12:00:00Z", "three");
  see(w, "m");
  assert_at(w, "result/audiences_until/two", "2022-06-01T04:00:00Z");
  assert_at(w, "result/audiences_until/one", "-");
  event(w, "4", "ping", "m", "2049-01-01T00:00:00Z", "");
  assert_at(w, "balances/points", "1");
  event(w, "5", "audience.leave", "m", "2049-01-01T00:00:00Z", "\"audience\":\"three\"");
  see(w, "m");
  assert_at(w, "result/audiences/0", "one");
  assert_at(w, "result/audiences/1", "-");
}

// TallyMarks fills segments by fulfilment actions.
static void test_by_outcomes(void **state) {
  struct world *w = *state;
  club(w, "\"one\":{\"expiry\":{\"mode\":\"period\",\"after\":\"30 days\"}},\"part\":{\"split\":{\"test\":\"t\",\"from\":0,\"to\":100}}",
       "\"event\":[" RULE("Add", ON("ping"), RAISE("audience.enter", "one")) "," RULE(
           "Remove", ON("pong"), RAISE("audience.leave", "one")) "," RULE("Wrong", ON("visit"),
                                                                          RAISE("audience.enter", "none")) "," RULE("Told",
                                                                                                                    ON("audience.enter"),
                                                                                                                    FIXED("3")) "]");
  event(w, "1", "ping", "m", "2020-06-01T16:00:00Z", "");
  assert_at(w, "balances/points", "3");
  see(w, "m");
  assert_at(w, "result/audiences_until/one", "2020-07-02T04:00:00Z");
  event(w, "2", "pong", "m", "2020-06-02T16:00:00Z", "");
  see(w, "m");
  assert_at(w, "result/audiences/0", "part");
  event(w, "3", "visit", "m", "2020-06-03T16:00:00Z", "");
  assert_at(w, "status", "parked");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  see(w, "m");
  assert_at(w, "result/audiences/0", "part");
  assert_at(w, "result/balances/points", "3");
  event(w, "4", "audience.enter", "m", "2020-06-04T16:00:00Z", "\"audience\":\"part\"");
  assert_at(w, "error/code", "audience_split");
  assert_verified(w);
}

static void test_merged(void **state) {
  struct world *w = *state;
  club(w, "\"one\":{\"expiry\":{\"mode\":\"period\",\"after\":\"30 days\"}}", PINGS);
  enter(w, "1", "2020-06-01T16:00:00Z", "one");
  event(w, "2", "audience.enter", "n", "2020-06-11T16:00:00Z", "\"audience\":\"one\"");
  event(w, "3", "member.merge", "n", "2020-06-12T16:00:00Z", "\"into\":\"m\"");
  assert_at(w, "status", "applied");
  see(w, "m");
  assert_at(w, "result/audiences_until/one", "2020-07-12T04:00:00Z"); // the later of the two
}

// The halves of a test have everybody between them, nobody twice, and are about halves; another test divides anew.
static void test_split(void **state) {
  struct world *w = *state;
  int in[4] = {0}, both = 0, neither = 0, same = 0;
  club(
      w,
      "\"a\":{\"split\":{\"test\":\"spring\",\"from\":\"0\",\"to\":\"50\"}},\"b\":{\"split\":{\"test\":\"spring\",\"from\":50,\"to\":100}},"
      "\"c\":{\"split\":{\"test\":\"autumn\",\"from\":0,\"to\":50}},\"d\":{\"split\":{\"test\":\"spring\",\"from\":\"99.5\",\"to\":100}}",
      "\"event\":[" RULE("A", "{\"all\":[" ON("ping") "," IN("a") "]}", FIXED("1")) "," RULE(
          "B", "{\"all\":[" ON("ping") "," IN("b") "]}",
          FIXED("10")) "," RULE("C", "{\"all\":[" ON("ping") "," IN("c") "]}",
                                FIXED("100")) "," RULE("D", "{\"all\":[" ON("ping") "," IN("d") "]}", FIXED("1000")) "]");
  for (int i = 0; i < 2000; i++) {
    char id[16];
    snprintf(id, sizeof id, "m-%d", i);
    event(w, id, "ping", id, "2020-06-01T16:00:00Z", "");
    const char *points = at(w, "balances/points");
    int number = atoi(points), a = number % 10, b = number / 10 % 10, c = number / 100 % 10;
    in[0] += a;
    in[1] += b;
    in[2] += c;
    in[3] += number / 1000;
    both += a && b;
    neither += !a && !b;
    same += a == c;
  }
  assert_int_equal(both, 0);
  assert_int_equal(neither, 0);
  assert_in_range(in[0], 920, 1080);
  assert_in_range(same, 920, 1080);
  assert_in_range(in[3], 2, 25);
  event(w, "again", "ping", "m-1", "2021-06-01T16:00:00Z", "");
  char first[16];
  snprintf(first, sizeof first, "%s", at(w, "outcomes/0/points"));
  assert_non_null(strstr("1 10 100 1000", first));
  see(w, "m-0"); // the same in every ledger: what it is here it is for ever
  assert_at(w, "result/audiences/0", "b");
}

static void test_faults(void **state) {
  static const struct {
    const char *audiences, *message;
  } faults[] = {
      {"\"a\":{\"expiry\":{}}", "`mode` is missing from the expiry of an audience"},
      {"\"a\":{\"expiry\":{\"mode\":\"periot\",\"after\":\"1 year\"}}", "period"},
      {"\"a\":{\"expiry\":{\"mode\":\"period\"}}", "`after` is missing: the mode \\\"period\\\" needs it"},
      {"\"a\":{\"expiry\":{\"mode\":\"period\",\"after\":\"61 months\"}}", "up to 5 years"},
      {"\"a\":{\"expiry\":{\"mode\":\"period\",\"after\":\"2 hours\"}}", "up to 5 years"},
      {"\"a\":{\"expiry\":{\"mode\":\"date\",\"on\":\"2025-01-02\"}}", "at most 5 years behind `effective_from`"},
      {"\"a\":{\"expiry\":{\"mode\":\"none\",\"after\":\"1 year\"}}", "`after` goes with the mode \\\"period\\\""},
      {"\"a\":{\"split\":{\"test\":\"t\",\"from\":50,\"to\":50}}", "nobody in it"},
      {"\"a\":{\"split\":{\"test\":\"t\",\"from\":50,\"to\":101}}", "from 0 to 100"},
      {"\"a\":{\"split\":{\"from\":0,\"to\":50}}", "`test` is missing"},
      {"\"a\":{\"split\":{\"test\":\"t\",\"from\":0,\"to\":50},\"expiry\":{\"mode\":\"none\"}}", "nobody enters it"},
  };
  struct world *w = *state;
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    club_of(w, faults[i].audiences, "");
    say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/club.json\"}}", w->dir);
    if (!strstr(w->reply, faults[i].message)) print_error("%s\n%s\n", faults[i].message, w->reply);
    assert_non_null(strstr(w->reply, faults[i].message));
  }
}

#define TEST(where, test) cmocka_unit_test_setup_teardown(test, set_up_##where, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_modes), TEST(memory, test_none_and_on_the_day),
                                     TEST(file, test_by_outcomes), TEST(memory, test_merged),
                                     TEST(memory, test_split),     TEST(memory, test_faults)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
