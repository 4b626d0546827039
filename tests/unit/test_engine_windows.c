// Windows over a member's purchases, judged by the engine, against a recount of all purchases on the spot: in New York, with both
// changes of the clock, with late purchases and many at one time.
#include "engine_fixture.h"
#include "base/buf.h"
#include "calendar/calendar.h"

#define BUY "{\"key_phrase\":\"make_a_purchase\"}"

// Each window is measured twice: what was spent, and how often. The number that a rule compares with is chosen by the test.
struct window { const char *json; int days; bool month, from_to; };
static const struct window windows[] = {
    {"\"lifetime\"", 0, false, false},
    {"{\"last\":\"1 day\"}", 1, false, false},
    {"{\"last\":\"30 days\"}", 30, false, false},
    {"{\"this\":\"month\"}", 0, true, false},
    {"{\"from\":\"2026-03-05\",\"to\":\"2026-11-01\"}", 0, false, true},
};
enum { WINDOWS = 5, STEPS = 6, PURCHASES = 260 };
static const int64_t spent_steps[STEPS] = {1, 2000, 7000, 20000, 60000, 200000};
static const int64_t times_steps[STEPS] = {1, 2, 4, 10, 40, 120};

struct purchase { acr__time time; int64_t cents; };

// A rule for each window, measure and step: a point for each that holds, so that the balance tells the value's place.
static char *rules(void) {
  acr__buf out = {0};
  acr__buf_text(&out, "\"purchase\":[");
  for (int i = 0; i < WINDOWS; i++)
    for (int k = 0; k < 2 * STEPS; k++) {
      bool spent = k < STEPS;
      char number[64];
      if (spent)
        snprintf(number, sizeof number, "\"amount\":\"%d.%02d\"", (int)(spent_steps[k] / 100), (int)(spent_steps[k] % 100));
      else
        snprintf(number, sizeof number, "\"count\":%d", (int)times_steps[k - STEPS]);
      acr__buf_printf(&out, "%s{\"rule\":\"w%d k%d\",\"when\":{\"all\":[" BUY ",{\"key_phrase\":\"%s\",\"operator\":\">=\",%s,"
          "\"timeframe\":%s}]},"
                      "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"w%d%c\",\"source\":\"promo\"}]}",
                      i || k ? "," : "", i, k, spent ? "spend_currency" : "complete_transactions", number, windows[i].json, i,
                          spent ? 's' : 'n');
    }
  acr__buf_text(&out, "]");
  acr__buf_u8(&out, 0);
  return (char *)out.ptr;
}

static void publish_windows(struct world *w) {
  acr__buf accounts = {0}, names = {0};
  char *all = rules();
  for (int i = 0; i < WINDOWS; i++) {
    acr__buf_printf(&accounts, "%s\"w%ds\":{},\"w%dn\":{}", i ? "," : "", i, i);
    acr__buf_printf(&names, "%s\"w%ds\",\"w%dn\"", i ? "," : "", i, i);
  }
  acr__buf_u8(&accounts, 0);
  acr__buf_u8(&names, 0);
  program_of(w, "shop", "2025-01-01", (const char *)accounts.ptr, (const char *)names.ptr, all);
  publish(w, "shop");
  free(all);
  acr__buf_free(&accounts);
  acr__buf_free(&names);
}

static bool in_window(const struct window *window, const acr__zone *zone, acr__time now, acr__time time) {
  acr__date today = acr__local_date(zone, now), day = acr__local_date(zone, time);
  int32_t age = acr__days_of(today) - acr__days_of(day);
  if (time > now)
    return false; // domain W4: never beyond the event's own time
  if (window->month)
    return today.year == day.year && today.month == day.month;
  if (window->from_to)
    return acr__days_of(day) >= acr__days_of((acr__date){2026, 3, 5}) && acr__days_of(day) <= acr__days_of((acr__date){2026, 11, 1});
  return window->days == 0 || age < window->days;
}

// How many of the steps the value reached.
static int place(const int64_t *steps, int64_t value) {
  int n = 0;
  while (n < STEPS && value >= steps[n])
    n++;
  return n;
}

static void assert_windows(struct world *w, const struct purchase *all, int count, acr__time now, int64_t (*before)[2]) {
  const acr__zone *zone = acr__zone_find(ACR__SPAN_LIT("America/New_York"));
  for (int i = 0; i < WINDOWS; i++) {
    int64_t spent = 0, times = 0;
    for (int k = 0; k < count; k++)
      if (in_window(&windows[i], zone, now, all[k].time)) {
        spent += all[k].cents;
        times++;
      }
    for (int k = 0; k < 2; k++) {
      char path[32];
      snprintf(path, sizeof path, "balances/w%d%c", i, "sn"[k]);
      int64_t balance = strtoll(at(w, path), NULL, 10), reached = balance - before[i][k];
      before[i][k] = balance;
      int wanted = k ? place(times_steps, times) : place(spent_steps, spent);
      if (reached != wanted)
        print_error("window %s: spent %lld, times %lld, of which the engine saw %s step %lld, not %d\n", windows[i].json, (long long)spent,
                    (long long)times, k ? "times" : "spent", (long long)reached, wanted);
      assert_int_equal(reached, wanted);
    }
  }
}

static acr__time pick_time(uint64_t *seed, const struct purchase *all, int count) {
  static const char *const edges[] = {"2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T03:59:59.999999Z",
                                      "2026-03-09T04:00:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-02T04:59:59.999999Z",
                                      "2026-11-02T05:00:00Z", "2026-03-05T05:00:00Z", "2026-03-05T04:59:59Z", "2026-04-01T03:59:59Z"};
  acr__time time;
  int64_t kind = test_below(seed, 10);
  assert_true(acr__time_parse(acr__span_of(edges[test_below(seed, 12)]), &time));
  if (kind < 2)
    return time;
  if (kind < 4 && count)
    return all[test_below(seed, count)].time; // at one time with another
  if (kind == 4 && count)
    return all[test_below(seed, count)].time + (test_below(seed, 61) - 30) * ACR_DAY_US;
  acr__time_parse(ACR__SPAN_LIT("2026-01-02T00:00:00Z"), &time);
  return time + test_below(seed, 320) * ACR_DAY_US + test_below(seed, 86400) * ACR_SECOND_US;
}

static void play(struct world *w, uint64_t seed) {
  struct purchase *all = calloc(PURCHASES, sizeof *all);
  int64_t before[WINDOWS][2] = {{0}};
  char member[16];
  snprintf(member, sizeof member, "m%llu", (unsigned long long)seed);
  for (int i = 0; i < PURCHASES; i++) {
    char id[32], time[40], total[24];
    all[i].time = pick_time(&seed, all, i);
    all[i].cents = test_below(&seed, 8) ? test_below(&seed, 3000) : 0;
    acr__time_format(all[i].time, time);
    snprintf(id, sizeof id, "%s-%d", member, i);
    snprintf(total, sizeof total, "%d.%02d", (int)(all[i].cents / 100), (int)(all[i].cents % 100));
    buy(w, id, member, time, total);
    assert_at(w, "status", "applied");
    assert_windows(w, all, i + 1, all[i].time, before);
  }
  free(all);
}

static void test_against_recount(void **state) {
  struct world *w = *state;
  publish_windows(w);
  for (uint64_t round = 0; round < (uint64_t)test_scale(3); round++)
    play(w, round * 1000003);
  assert_verified(w);
}

// "5 times" and `each` mean in a `time` constraint what they mean in the condition's own timeframe (contract 4).
static void test_constraint_is_timeframe(void **state) {
  struct world *w = *state;
  program(w, "shop", "2025-01-01",
          "\"purchase\":[{\"rule\":\"two\",\"when\":{\"all\":[" BUY ",{\"none\":[{\"key_phrase\":\"items_bought\",\"operator\":\"<\","
          "\"count\":1,\"constraints\":{\"time\":{\"last\":\"2 times\"}}}]}]},"
          "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"fine\",\"source\":\"promo\"}]},"
          "{\"rule\":\"each\",\"when\":{\"all\":[" BUY ",{\"key_phrase\":\"complete_transactions\",\"operator\":\">=\",\"count\":1,"
          "\"constraints\":{\"time\":{\"last\":\"2 days\",\"each\":\"day\"}}}]},"
          "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"capped\",\"source\":\"promo\"}]}]");
  publish(w, "shop");
  buy(w, "1", "ann", "2026-03-01T12:00:00Z", "5.00");
  assert_at(w, "balances/fine", "1.00"); // one purchase is no two: the condition is false, `none` of it true
  assert_at(w, "balances/capped", "0");
  buy(w, "2", "ann", "2026-03-02T12:00:00Z", "5.00");
  assert_at(w, "balances/fine", "1.00");
  assert_at(w, "balances/capped", "1");
  buy(w, "3", "ann", "2026-03-04T12:00:00Z", "5.00");
  assert_at(w, "balances/capped", "1");
}

// Of events too: a condition about visits to S1 holds only at a visit to S1, whatever else wakes the rule (contract 4).
static void test_same_events(void **state) {
  struct world *w = *state;
  program(w, "shop", "2025-01-01",
          "\"event\":[{\"rule\":\"S1\",\"when\":{\"all\":[{\"any\":[{\"key_phrase\":\"trigger_an_event\",\"event\":\"visit\"},"
          "{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"}]},"
          "{\"key_phrase\":\"complete_events\",\"event\":\"visit\",\"operator\":\">=\",\"count\":1,"
          "\"constraints\":{\"store\":{\"include\":[\"S1\"]}}}]},"
          "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,\"account\":\"points\",\"source\":\"promo\"}]}]");
  publish(w, "shop");
  event(w, "1", "visit", "ann", "2026-03-01T12:00:00Z", "\"store\":\"S1\"");
  assert_at(w, "balances/points", "1");
  event(w, "2", "visit", "ann", "2026-03-02T12:00:00Z", "\"store\":\"S2\"");
  assert_at(w, "balances/points", "1");
  event(w, "3", "ping", "ann", "2026-03-03T12:00:00Z", "");
  assert_at(w, "balances/points", "2"); // a ping is no visit: the past alone is asked
}

// Who is in no level has entered none.
static void test_no_level(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"event\":[{\"rule\":\"e\",\"when\":[{\"key_phrase\":\"trigger_an_event\","
          "\"event\":\"ping\"},{\"key_phrase\":\"complete_events\","
          "\"event\":\"ping\","
          "\"count\":1,\"timeframe\":{\"since\":\"level_entry\"}}],\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,"
          "\"account\":\"points\",\"source\":\"promo\"}]}],\"levels\":[{\"level\":\"One\",\"entrance\":[{\"rule\":\"a\",\"when\":"
          "{\"key_phrase\":\"complete_events\",\"event\":\"visit\",\"count\":1},\"outcomes\":[]}]}]");
  publish(w, "shop");
  event(w, "1", "ping", "ann", "2026-03-01T12:00:00Z", "");
  event(w, "2", "ping", "ann", "2026-03-02T12:00:00Z", "");
  assert_at(w, "balances/points", "0");
  event(w, "3", "visit", "ann", "2026-03-03T12:00:00Z", "");
  event(w, "4", "ping", "ann", "2026-03-04T12:00:00Z", "");
  assert_at(w, "balances/points", "1");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_constraint_is_timeframe, set_up_memory, tear_down),
                                     cmocka_unit_test_setup_teardown(test_same_events, set_up_memory, tear_down),
                                     cmocka_unit_test_setup_teardown(test_no_level, set_up_memory, tear_down),
                                     cmocka_unit_test_setup_teardown(test_against_recount, set_up_memory, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
