// Twenty years of a thousand members in three programs with every way in which points and levels end: the invariants hold all the
// time, and who is looked at only when there is an event ends as who is looked at every night. Some members buy every few weeks, most
// go away for years and come back, as cohorts do.
#include "engine_fixture.h"
#include <time.h>

enum { YEARS = 20, FIRST_YEAR = 2026, DAYS = YEARS * 365, EVENTS_MAX = 64 };

#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":" when ",\"outcomes\":[" outcomes "]}"
#define EVERYONE "\"entrance\":[" RULE("Everyone", "\"no rules\"", "") "]"
#define SPEND(amount, frame) "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"" amount "\"" frame "}"
#define BOUGHT(operator, count, frame) "{\"key_phrase\":\"complete_transactions\",\"operator\":\"" operator"\",\"count\":" count frame "}"
#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"base\"}"
#define HALF_GONE "{\"outcome\":\"points_expiration\",\"percent\":\"50\",\"account\":\"points\"}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define LAST(span) ",\"timeframe\":{\"last\":\"" span "\"}"
#define EARN(account) "{\"points\":1,\"per\":\"1.00\",\"account\":\"" account "\",\"source\":\"base\"}"

// clang-format off
static const char club_accounts[] =
    "\"points\":{\"default\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"12 months\",\"into\":\"late\"}},"
    "\"late\":{\"expiry\":{\"mode\":\"inactivity\",\"after\":\"6 months\",\"percent\":\"50\"}},"
    "\"status\":{\"spendable\":false,\"expiry\":{\"mode\":\"fixed_date\",\"every\":\"year\",\"on\":\"12-31\"}}";
static const char club_rest[] =
    "\"base_earn\":[" EARN("points") "," EARN("status") "],"
    "\"purchase\":[" RULE("Win back", "{\"all\":[{\"key_phrase\":\"make_a_purchase\"}," BOUGHT("=", "1", LAST("1 year")) ","
                          BOUGHT(">=", "2", "") "]}", FIXED("25", "points")) "],"
    "\"event\":["
    RULE("Down", ON("level.demoted"), "{\"outcome\":\"add_tags\",\"tags\":\"down\",\"expires\":\"90 days\"}") ","
    RULE("Day", ON("member.anniversary"), FIXED("5", "points")) "],"
    "\"levels\":[{\"level\":\"Basic\"," EVERYONE "},"
    "{\"level\":\"Silver\",\"entrance\":[" RULE("Enter", SPEND("120.00", LAST("6 months")), FIXED("10", "points")) "],"
    "\"maintenance_schedule\":{\"every\":\"6 months\"},"
    "\"maintenance\":[" RULE("Keep", SPEND("60.00", LAST("6 months")), "") "]},"
    "{\"level\":\"Gold\",\"entrance\":[" RULE("Enter", SPEND("250.00", LAST("1 year")), "") "],"
    "\"maintenance_schedule\":{\"every\":\"1 year\",\"relative_to\":\"joining\",\"stay_at_least\":\"90 days\",\"grace\":\"60 days\"},"
    "\"maintenance\":[" RULE("Keep", SPEND("200.00", LAST("1 year")), FIXED("20", "points") "," HALF_GONE) "]},"
    "{\"level\":\"Top\",\"entrance\":[" RULE("Enter", SPEND("400.00", LAST("1 year")), "") "],"
    "\"maintenance_schedule\":{\"every\":\"3 months\",\"relative_to\":\"calendar\",\"demote_to\":\"highest_qualifying\"},"
    "\"maintenance\":[" RULE("Keep", SPEND("150.00", LAST("6 months")), "") "]}]";

static const char tally_accounts[] =
    "\"coins\":{\"default\":true,\"expiry\":{\"mode\":\"activity_based\",\"after\":\"12 months\"}},"
    "\"aged\":{\"expiry\":{\"mode\":\"points_aging\",\"after\":\"2 years\"}}";
static const char tally_rest[] =
    "\"base_earn\":[" EARN("coins") "," EARN("aged") "],"
    "\"levels\":[{\"level\":\"One\"," EVERYONE "},"
    "{\"level\":\"Two\",\"threshold\":{\"spend\":\"100.00\"},\"expiry\":{\"mode\":\"until_anniversary\"}},"
    "{\"level\":\"Three\",\"threshold\":{\"spend\":\"220.00\"},\"expiry\":{\"mode\":\"one_year_until_anniversary\"}}]";

static const char idle_accounts[] = "\"bits\":{\"default\":true,\"allow_negative\":true}";
static const char idle_rest[] =
    "\"base_earn\":[" EARN("bits") "],"
    "\"levels\":[{\"level\":\"Low\"," EVERYONE "},"
    "{\"level\":\"Mid\",\"threshold\":{\"spend\":\"80.00\"},\"expiry\":{\"mode\":\"inactivity_spend\",\"after\":\"180 days\"}},"
    "{\"level\":\"High\",\"threshold\":{\"spend\":\"160.00\"},\"expiry\":{\"mode\":\"inactivity_points\",\"after\":\"9 months\"}}]";
// clang-format on

static void start(struct world *w) {
  program_of(w, "club", "2026-01-01", club_accounts, "\"points\",\"late\",\"status\"", club_rest);
  publish(w, "club");
  program_of(w, "tally", "2026-01-01", tally_accounts, "\"coins\",\"aged\"", tally_rest);
  publish(w, "tally");
  program_of(w, "idle", "2026-01-01", idle_accounts, "\"bits\"", idle_rest);
  publish(w, "idle");
}

// ---- What happens

struct step {
  int64_t second; // behind the start of 2026
  int member, kind, late;
  int64_t cents;
};
enum { BUY, JOIN, SPEND_POINTS };

static int by_time(const void *a, const void *b) {
  const struct step *x = a, *y = b;
  if (x->second != y->second) return x->second < y->second ? -1 : 1;
  return x->member - y->member;
}

static struct step *steps_of(int members, size_t *count) {
  uint64_t random = 20;
  size_t cap = (size_t)members * EVENTS_MAX;
  struct step *all = calloc(cap, sizeof *all);
  *count = 0;
  for (int m = 0; m < members; m++) {
    int64_t day = 5 + test_below(&random, 3 * 365), gap = m % 4 == 0 ? 40 : m % 4 == 1 ? 160 : 500;
    for (int n = 0; n < EVENTS_MAX && day < DAYS - 30; n++) {
      struct step *s = &all[(*count)++];
      *s = (struct step){day * 86400 + test_below(&random, 86400), m, BUY, 0, 500 + test_below(&random, 12000)};
      if (n == 0 && m % 3) s->kind = JOIN;
      if (n && test_below(&random, 8) == 0) s->kind = SPEND_POINTS;
      if (n && test_below(&random, 12) == 0) s->late = 1 + (int)test_below(&random, 20); // days
      bool away = m % 4 == 3 && test_below(&random, 6) == 0;
      day += 1 + test_below(&random, gap * 2) + (away ? 900 : 0);
    }
  }
  qsort(all, *count, sizeof *all, by_time);
  return all;
}

static const char *stamp(int64_t second, char text[40]) {
  time_t at = (time_t)(1767225600 + second); // 2026-01-01T00:00:00Z
  struct tm tm;
  strftime(text, 40, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&at, &tm));
  return text;
}

// A late one follows one of its own day, so that the ledger's time is the same whether or not there was a night between.
static void take(struct world *w, size_t number, const struct step *s) {
  char id[24], member[16], total[24], now[40], then[40];
  snprintf(id, sizeof id, "e-%zu", number);
  snprintf(member, sizeof member, "m-%d", s->member);
  snprintf(total, sizeof total, "%d.%02d", (int)(s->cents / 100), (int)(s->cents % 100));
  stamp(s->second, now);
  if (s->late) {
    char before[32];
    snprintf(before, sizeof before, "f-%zu", number);
    event(w, before, "ping", "somebody", now, "");
    buy(w, id, member, stamp(s->second - s->late * 86400LL, then), total);
  } else if (s->kind == JOIN) {
    event(w, id, "member.join", member, now, s->member % 2 ? "\"timezone\":\"Asia/Kathmandu\"" : "");
  } else if (s->kind == SPEND_POINTS) {
    event(w, id, "points.spend", member, now, "\"points\":3,\"account\":\"points\"");
  } else {
    buy(w, id, member, now, total);
  }
  const char *status = at(w, "status");
  if (strcmp(status, "applied") != 0 && strcmp(status, "refused") != 0) print_error("%s", w->reply);
  assert_true(strcmp(status, "applied") == 0 || strcmp(status, "refused") == 0);
}

static void night(struct world *w, int64_t day) {
  char now[40];
  stamp(day * 86400, now);
  say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"%s\"}", now, now);
  assert_at(w, "status", "applied");
}

// ---- What must hold

// Numbers of records are not part of what is compared.
static char *state_of(struct world *w, int member) {
  char id[16];
  snprintf(id, sizeof id, "m-%d", member);
  char *text = member_text(w, id), *to = text;
  for (const char *from = text; *from;) {
    if (strncmp(from, "\"seq\":", 6) == 0) {
      from += 6;
      from += strspn(from, "0123456789");
    } else {
      *to++ = *from++;
    }
  }
  *to = 0;
  return text;
}

// I18: nothing is left that has expired by ledger time. I19: the intervals follow each other, and the level held is the last one.
static void assert_member(struct world *w, int member, const char *now) {
  static const char *const families[] = {"club", "tally", "idle"};
  char id[16], path[64], until[40], level[32];
  snprintf(id, sizeof id, "m-%d", member);
  char *text = member_text(w, id);
  for (int i = 0; i < 1000; i++) {
    snprintf(path, sizeof path, "result/lots/%d/expires", i);
    const char *expires = at_of(w, text, path);
    if (strcmp(expires, "-") == 0) break;
    assert_true(strcmp(expires, "null") == 0 || strcmp(expires, now) > 0);
  }
  for (int f = 0; f < 3; f++) {
    until[0] = level[0] = 0;
    for (int i = 0; i < 1000; i++) {
      snprintf(path, sizeof path, "result/levels_history/%s/%d/from", families[f], i);
      const char *from = at_of(w, text, path);
      if (strcmp(from, "-") == 0) break;
      assert_true(i == 0 || strcmp(from, until) == 0);
      snprintf(path, sizeof path, "result/levels_history/%s/%d/until", families[f], i);
      snprintf(until, sizeof until, "%s", at_of(w, text, path));
      snprintf(path, sizeof path, "result/levels_history/%s/%d/level", families[f], i);
      snprintf(level, sizeof level, "%s", at_of(w, text, path));
    }
    assert_string_equal(until, "null");
    snprintf(path, sizeof path, "result/levels/%s", families[f]);
    assert_string_equal(level, at_of(w, text, path));
  }
  free(text);
}

static void test_twenty_years(void **state) {
  (void)state;
  int members = (int)(test_scale(test_scale(1000))); // work grows with the members and with the nights that there are for so many
  if (members < 20) members = 20;
  bool all = members >= 200;
  struct world *lazy = world_new(true), *nightly = world_new(true);
  size_t count, taken = 0;
  struct step *steps = steps_of(members, &count);
  start(lazy);
  start(nightly);
  for (int64_t day = 0; day < DAYS; day++) {
    if (day % (all ? 1 : 10) == 0) night(nightly, day);
    for (; taken < count && steps[taken].second < (day + 1) * 86400; taken++) {
      char now[40];
      take(lazy, taken, &steps[taken]);
      take(nightly, taken, &steps[taken]);
      if (taken % 7 == 0 && !steps[taken].late) // domain V4: what came late may have expired before it came
        assert_member(taken % 2 ? lazy : nightly, steps[taken].member, stamp(steps[taken].second, now));
    }
    if (day % (5 * 365) == 4 * 365) { // an open ledger or one taken up again, a view or none: all the same
      world_close(lazy);
      world_remove_view(lazy);
      world_open(lazy);
      world_reopen(nightly);
    }
    if (day % (all ? 365 : 5 * 365) == 0) assert_verified(day % 2 ? lazy : nightly);
  }
  assert_int_equal(taken, count);
  night(lazy, DAYS);
  night(nightly, DAYS);
  int ended = 0, demoted = 0, rose = 0;
  for (int m = 0; m < members; m++) {
    char *a = state_of(lazy, m), *b = state_of(nightly, m);
    assert_string_equal(a, b);
    demoted += strstr(a, "\"cause\":\"maintenance\"") != NULL;
    ended += strstr(a, "\"cause\":\"expiry\"") != NULL;
    rose += strstr(a, "\"level\":\"Top\"") != NULL;
    free(a);
    free(b);
  }
  assert_true(demoted > members / 4 && ended > members / 2 && rose > 0);
  assert_verified(lazy);
  assert_verified(nightly);
  char *json = NULL;
  int error = acr_engine_replay(nightly->engine, &json); // I20, I22
  if (error) print_error("%s\n", json);
  assert_int_equal(error, ACR_E_OK);
  free(json);
  say(nightly, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server.stats\"}");
  assert_at(nightly, "result/due_work/parked", "0");
  free(steps);
  world_free(lazy);
  world_free(nightly);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_twenty_years)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
