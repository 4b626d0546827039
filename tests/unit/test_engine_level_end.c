// Levels that end by themselves (domain 7.5, V10 to V14), moves by staff, levels that a new version no longer has.
#include "engine_fixture.h"

#define EVERYONE "\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]"
#define TAG(when, tag)                                                                                                                     \
  "{\"rule\":\"" tag "\",\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"" when "\"},"                                           \
  "\"outcomes\":[{\"outcome\":\"add_tags\",\"tags\":\"" tag "\"}]}"

static void tick(struct world *w, const char *time) {
  say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"%s\"}", time, time);
  assert_at(w, "status", "applied");
}

static const char *level(struct world *w, const char *member) {
  see(w, member);
  return at(w, "result/levels/club");
}

// Basic, Silver from 100 and Gold from 500, both with the expiry given; all in New York.
static void club(struct world *w, const char *expiry) {
  char *text;
  assert_true(asprintf(&text,
                       "\"levels\":[{\"level\":\"Basic\"," EVERYONE "},"
                       "{\"level\":\"Silver\",\"threshold\":{\"spend\":100},\"expiry\":{%s}},"
                       "{\"level\":\"Gold\",\"threshold\":{\"spend\":500},\"expiry\":{%s}}],"
                       "\"event\":[" TAG("level.expiring", "soon") "," TAG("level.demoted", "down") "]", expiry, expiry) > 0);
  program(w, "club", "2019-01-01", text);
  free(text);
  publish(w, "club");
}

static void join(struct world *w, const char *member, const char *time) {
  char id[32];
  snprintf(id, sizeof id, "j-%s", member);
  event(w, id, "member.join", member, time, "");
  assert_at(w, "status", "applied");
}

static void assert_ends(struct world *w, const char *member, const char *day_before, const char *last, const char *then) {
  tick(w, day_before);
  assert_string_equal(level(w, member), "Silver");
  tick(w, last);
  assert_string_equal(level(w, member), then);
}

static void test_until_anniversary(void **state) { // worked example 15
  struct world *w = *state;
  club(w, "\"mode\":\"until_anniversary\",\"warn\":\"30 days\"");
  join(w, "m", "2020-05-31T16:00:00Z");
  buy(w, "1", "m", "2020-12-23T16:00:00Z", "100.00");
  assert_string_equal(level(w, "m"), "Silver");
  assert_at(w, "result/progress/club/ends", "2021-06-01T04:00:00Z");
  tick(w, "2021-05-02T03:59:59Z");
  see(w, "m");
  assert_at(w, "result/tags/0/tag", "-");
  tick(w, "2021-05-02T04:00:00Z");
  see(w, "m");
  assert_at(w, "result/tags/0/tag", "soon");
  buy(w, "2", "m", "2021-05-20T16:00:00Z", "50.00"); // the same period: nothing changes
  assert_ends(w, "m", "2021-06-01T03:59:59Z", "2021-06-01T04:00:00Z", "Basic"); // through 31 May
  assert_at(w, "result/tags/1/tag", "down");
  assert_at(w, "result/levels_history/club/2/cause", "expiry");
  assert_at(w, "result/levels_history/club/1/until", "2021-06-01T04:00:00Z");
  assert_at(w, "result/levels_history/club/2/from", "2021-06-01T04:00:00Z");
  assert_at(w, "result/levels_history/club/2/until", "null");
  assert_verified(w);
}

static void test_one_year_until_anniversary(void **state) {
  struct world *w = *state;
  club(w, "\"mode\":\"one_year_until_anniversary\"");
  join(w, "m", "2020-05-31T16:00:00Z");
  join(w, "again", "2020-05-31T16:00:00Z");
  buy(w, "1", "m", "2020-12-23T16:00:00Z", "100.00");
  buy(w, "2", "again", "2020-12-23T16:00:00Z", "100.00");
  buy(w, "3", "m", "2021-08-01T16:00:00Z", "99.99");       // in the next period: not reached again
  buy(w, "4", "again", "2021-08-01T16:00:00Z", "100.00");  // reached: domain V13
  buy(w, "5", "again", "2021-09-01T16:00:00Z", "399.99");  // 499.99 since the anniversary: no Gold
  assert_string_equal(level(w, "again"), "Silver");
  assert_at(w, "result/progress/club/ends", "2023-06-01T04:00:00Z");
  assert_at(w, "result/progress/club/next", "Gold");
  assert_at(w, "result/progress/club/takes/0/conditions/0/measured", "499.99");
  assert_at(w, "result/progress/club/takes/0/conditions/0/required", "500.00");
  world_reopen(w);
  assert_ends(w, "m", "2022-06-01T03:59:59Z", "2022-06-01T04:00:00Z", "Basic"); // through 31 May 2022
  world_close(w);
  world_remove_view(w);
  world_open(w);
  assert_ends(w, "again", "2023-06-01T03:59:59Z", "2023-06-01T04:00:00Z", "Basic");
  assert_verified(w);
}

static void test_on_the_day(void **state) { // V10, V11
  struct world *w = *state;
  club(w, "\"mode\":\"until_anniversary\"");
  join(w, "m", "1997-01-05T17:00:00Z");
  join(w, "day", "1997-01-05T17:00:00Z");
  join(w, "up", "1997-01-05T17:00:00Z");
  buy(w, "1", "m", "2020-01-05T17:00:00Z", "100.00"); // reached on the anniversary
  buy(w, "2", "day", "2020-03-05T17:00:00Z", "500.00");
  buy(w, "3", "up", "2020-03-05T17:00:00Z", "100.00");
  buy(w, "4", "up", "2020-04-05T17:00:00Z", "400.00"); // higher: replaces the lower at once
  assert_string_equal(level(w, "up"), "Gold");
  buy(w, "5", "day", "2021-01-05T17:00:00Z", "150.00"); // the last day of Gold; its spend counts for what comes
  assert_string_equal(level(w, "day"), "Gold");
  assert_string_equal(level(w, "m"), "Silver");
  tick(w, "2021-01-06T04:59:59Z");
  assert_string_equal(level(w, "m"), "Silver");
  tick(w, "2021-01-06T05:00:00Z");
  assert_string_equal(level(w, "m"), "Basic");
  assert_string_equal(level(w, "up"), "Basic");
  assert_string_equal(level(w, "day"), "Silver"); // supported by the period that has begun
  assert_at(w, "result/progress/club/ends", "2022-01-06T05:00:00Z");
  assert_verified(w);
}

static void test_leap_day(void **state) { // worked example 16
  static const char *const ends[] = {"2021-03-01T05:00:00Z", "2022-03-01T05:00:00Z", "2023-03-01T05:00:00Z", "2024-03-01T05:00:00Z"};
  struct world *w = *state;
  club(w, "\"mode\":\"until_anniversary\"");
  join(w, "m", "2020-02-29T17:00:00Z");
  for (int i = 0; i < 4; i++) {
    char id[8], time[32];
    snprintf(id, sizeof id, "b%d", i);
    snprintf(time, sizeof time, "%d-06-01T12:00:00Z", 2020 + i);
    buy(w, id, "m", time, "100.00");
    assert_string_equal(level(w, "m"), "Silver");
    assert_at(w, "result/progress/club/ends", ends[i]); // through 28 February, and 29 in the leap year: both end with March
  }
  tick(w, "2024-02-29T12:00:00Z");
  assert_string_equal(level(w, "m"), "Silver");
}

static void test_inactivity_spend(void **state) {
  struct world *w = *state;
  club(w, "\"mode\":\"inactivity_spend\",\"after\":\"30 days\"");
  buy(w, "1", "m", "2026-01-01T17:00:00Z", "60.00");
  buy(w, "2", "m", "2026-03-01T17:00:00Z", "40.00"); // nothing has ended yet: all of it counts
  assert_string_equal(level(w, "m"), "Silver");
  adjust(w, "3", "m", "2026-03-10T17:00:00Z", "5", NULL); // points are no spend
  buy(w, "4", "m", "2026-03-20T17:00:00Z", "1.00");
  assert_ends(w, "m", "2026-04-20T03:59:59Z", "2026-04-20T04:00:00Z", "Basic"); // 20 March and 30 days
  buy(w, "5", "m", "2026-05-01T17:00:00Z", "99.99"); // counting began at zero
  assert_string_equal(level(w, "m"), "Basic");
  buy(w, "6", "m", "2026-05-02T17:00:00Z", "0.01");
  assert_string_equal(level(w, "m"), "Silver");
  world_reopen(w);
  assert_ends(w, "m", "2026-06-02T03:59:59Z", "2026-06-02T04:00:00Z", "Basic");
  assert_verified(w);
}

static void test_inactivity_points(void **state) {
  struct world *w = *state;
  club(w, "\"mode\":\"inactivity_points\",\"after\":\"1 month\"");
  buy(w, "1", "m", "2026-01-15T17:00:00Z", "100.00");
  event(w, "2", "points.spend", "m", "2026-02-10T17:00:00Z", "\"points\":10");
  assert_at(w, "status", "applied");
  assert_ends(w, "m", "2026-03-11T03:59:59Z", "2026-03-11T04:00:00Z", "Basic");
  assert_verified(w);
}

static const char *set(struct world *w, const char *id, const char *time, const char *data) {
  char all[256];
  snprintf(all, sizeof all, "%s,\"reason\":\"goodwill\",\"actor\":\"ann\"", data);
  event(w, id, "level.set", "m", time, all);
  return at(w, "status");
}

static void test_level_set(void **state) {
  struct world *w = *state;
  program(w, "club", "2020-01-01",
          "\"levels\":[{\"level\":\"Basic\"," EVERYONE "},{\"level\":\"Silver\",\"entrance\":[{\"rule\":\"S\",\"when\":{\"key_phrase\":"
          "\"spend_currency\",\"operator\":\">=\",\"amount\":\"1.00\"},\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":10,"
          "\"account\":\"points\",\"source\":\"promo\"}]}]},{\"level\":\"Gold\",\"entrance\":[{\"rule\":\"G\",\"when\":{\"key_phrase\":"
          "\"spend_currency\",\"operator\":\">=\",\"amount\":\"900.00\"},\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":100,"
          "\"account\":\"points\",\"source\":\"promo\"}]}]}],\"event\":[" TAG("level.promoted", "up") "," TAG("level.demoted", "down") "]");
  publish(w, "club");
  assert_string_equal(set(w, "1", "2026-01-01T12:00:00Z", "\"level\":\"Gold\""), "applied");
  assert_at(w, "levels/club", "Gold");
  assert_at(w, "balances/points", "0");
  buy(w, "2", "m", "2026-01-02T12:00:00Z", "5.00");
  assert_string_equal(set(w, "3", "2026-01-03T12:00:00Z", "\"level\":\"Basic\",\"program\":\"club\""), "applied");
  assert_at(w, "levels/club", "Basic"); // though Silver's entrance holds
  assert_string_equal(set(w, "4", "2026-01-04T12:00:00Z", "\"level\":\"Gold\",\"entrance_outcomes\":\"all\""), "applied");
  assert_at(w, "balances/points", "115");
  assert_string_equal(set(w, "5", "2026-01-05T12:00:00Z", "\"level\":null"), "applied");
  assert_at(w, "levels/club", "null");
  assert_string_equal(set(w, "6", "2026-01-06T12:00:00Z", "\"level\":\"Gold\",\"entrance_outcomes\":true"), "applied");
  assert_at(w, "balances/points", "215");
  assert_string_equal(set(w, "7", "2026-01-07T12:00:00Z", "\"level\":\"Golt\""), "rejected");
  assert_at(w, "error/code", "level_unknown");
  assert_non_null(strstr(at(w, "error/message"), "Gold"));
  assert_string_equal(set(w, "8", "2026-01-07T12:00:00Z", "\"program\":\"clib\",\"level\":\"Gold\""), "rejected");
  assert_at(w, "error/code", "program_unknown");
  event(w, "9", "level.set", "m", "2026-01-07T12:00:00Z", "\"level\":\"Basic\"");
  assert_at(w, "error/path", "$.data.reason");
  see(w, "m");
  assert_at(w, "result/levels_history/club/0/cause", "level.set");
  assert_at(w, "result/levels_history/club/4/level", "Gold");
  assert_at(w, "result/levels_history/club/5/level", "-");
  assert_verified(w);
}

static void test_level_gone(void **state) { // contract 5
  struct world *w = *state;
  club(w, "\"mode\":\"until_anniversary\"");
  buy(w, "1", "m", "2026-01-02T12:00:00Z", "500.00");
  assert_at(w, "levels/club", "Gold");
  program(w, "club", "2019-01-01",
          "\"levels\":[{\"level\":\"Basic\"," EVERYONE "},{\"level\":\"Silver\",\"threshold\":{\"spend\":9000}},"
          "{\"level\":\"Platinum\",\"threshold\":{\"spend\":10000}}]");
  publish(w, "club");
  world_reopen(w);
  buy(w, "2", "m", "2026-01-03T12:00:00Z", "1.00");
  assert_at(w, "levels/club", "Silver");
  see(w, "m");
  assert_at(w, "result/levels_history/club/3/cause", "release");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_until_anniversary, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_one_year_until_anniversary, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_on_the_day, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_leap_day, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_inactivity_spend, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_inactivity_points, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_level_set, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_level_gone, set_up_file, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
