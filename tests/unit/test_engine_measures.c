// Every way to measure a window (average, last, smallest, largest, how many different, how many new, and how many pass a test), judged
// by the engine, against a recount on the spot: late purchases, many at one time, over old history and after a restart.
#include "engine_fixture.h"
#include "base/buf.h"
#include "calendar/calendar.h"

enum { PURCHASES = 120, SKUS = 4, STEPS = 5, WINDOWS = 5, PHRASES = 8 };
struct purchase { acr__time time; int64_t cents; int store, skus[SKUS], sku_count; };

static const char *const files[PHRASES] = {
    "title = \"A {operator} {n}\", aggregate = \"average\", value = \"amount\"",
    "title = \"B {operator} {n}\", aggregate = \"last\", value = \"amount\"",
    "title = \"C {operator} {n}\", aggregate = \"min\", value = \"amount\"",
    "title = \"D {operator} {n}\", aggregate = \"max\", value = function(p) return p.amount end",
    "title = \"E {operator} {n}\", aggregate = \"distinct\", value = function(p) return p.store end",
    "title = \"F {operator} {n}\", aggregate = \"distinct\", value = function(p) local all = {}\n"
    "  for i, item in ipairs(p.items) do all[i] = item.sku end return all end",
    "title = \"G {operator} {n}\", aggregate = \"new\", value = function(p) local all = {}\n"
    "  for i, item in ipairs(p.items) do all[i] = item.sku end return all end",
    "title = \"H {operator} {n}\", aggregate = \"max\", value = function(p) if #p.items > 1 then return #p.items end end",
};
static const int64_t steps[PHRASES][STEPS] = {{500, 600, 700, 800, 900}, {100, 400, 700, 1000, 1400}, {10, 50, 100, 300, 600},
                                              {900, 1200, 1400, 1500, 1550}, {1, 2, 3, 4, 5}, {1, 3, 6, 9, 12}, {1, 2, 3, 4, 5},
                                              {1, 2, 3, 4, 5}};
static const char *const windows[WINDOWS] = {"\"lifetime\"", "{\"last\":\"30 days\"}", "{\"last\":\"7 days\"}", "{\"previous\":\"month\"}",
                                             "{\"last\":\"3 times\"}"};

static void publish_measures(struct world *w, const char *name, const char *from, bool rules) {
  acr__buf accounts = {0}, names = {0}, all = {0};
  acr__buf_text(&all, "\"purchase\":[");
  for (int p = 0; p < PHRASES && rules; p++)
    for (int i = 0; i < WINDOWS; i++)
      for (int k = 0; k < STEPS; k++) {
        bool money = p < 4;
        char number[32];
        snprintf(number, sizeof number, money ? "\"%d.%02d\"" : "%d",
                 (int)(money ? steps[p][k] / 100 : steps[p][k]), (int)(steps[p][k] % 100));
        acr__buf_printf(&all, "%s{\"rule\":\"%d %d %d\",\"when\":[{\"key_phrase\":\"make_a_purchase\"},{\"key_phrase\":\"measure%d\","
                        "\"operator\":\"%s\",\"n\":%s,\"timeframe\":%s}],\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":1,"
                        "\"account\":\"a%d%d\",\"source\":\"promo\"}]}", p || i || k ? "," : "", p, i, k, p, k % 2 ? ">=" : "<", number,
                        windows[i], p, i);
      }
  acr__buf_text(&all, "]");
  for (int p = 0; p < PHRASES; p++)
    for (int i = 0; i < WINDOWS; i++) {
      acr__buf_printf(&accounts, "%s\"a%d%d\":{}", p || i ? "," : "", p, i);
      acr__buf_printf(&names, "%s\"a%d%d\"", p || i ? "," : "", p, i);
    }
  acr__buf_u8(&accounts, 0);
  acr__buf_u8(&names, 0);
  acr__buf_u8(&all, 0);
  program_of(w, name, from, (const char *)accounts.ptr, (const char *)names.ptr, (const char *)all.ptr);
  publish(w, name);
  acr__buf_free(&accounts);
  acr__buf_free(&names);
  acr__buf_free(&all);
}

static void write_phrases(const struct world *w) {
  for (int p = 0; p < PHRASES; p++) {
    char name[64], text[1024];
    snprintf(name, sizeof name, "key_phrases/measure%d.lua", p);
    snprintf(text, sizeof text, "return accrue.key_phrase { conditions = \"past_purchases\", %s,\n"
             "  variables = { operator = accrue.var.operator(), n = accrue.var.%s(),\n"
             "    timeframe = accrue.var.timeframe { optional = true } } }\n", files[p], p < 4 ? "money" : "integer");
    world_file(w, name, text);
  }
}

static bool in_window(int window, acr__time now, acr__time time) {
  const acr__zone *zone = acr__zone_find(ACR__SPAN_LIT("America/New_York"));
  acr__date today = acr__local_date(zone, now), day = acr__local_date(zone, time);
  int32_t age = acr__days_of(today) - acr__days_of(day);
  if (time > now) return false;
  if (window == 3) return (day.year * 12 + day.month) == (today.year * 12 + today.month) - 1;
  return window == 1 ? age < 30 : window == 2 ? age < 7 : true;
}

// Purchases by time, equal ones as they came.
static int by_time(const struct purchase *all, int count, int *order) {
  for (int i = 0; i < count; i++) {
    int at = i;
    for (; at > 0 && all[order[at - 1]].time > all[i].time; at--) order[at] = order[at - 1];
    order[at] = i;
  }
  return count;
}

struct seen { int64_t sum, facts, last, min, max, stores, skus, fresh, lines; bool lined; };

static bool bought(const struct purchase *p, int sku) {
  for (int i = 0; i < p->sku_count; i++)
    if (p->skus[i] == sku) return true;
  return false;
}

// What stands in the window, all looked at anew; `count - 1` is the event at hand.
static void look(const struct purchase *all, int count, int window, bool lists, struct seen *out) {
  int order[PURCHASES], inside[PURCHASES], n = 0;
  acr__time now = all[count - 1].time;
  bool stores[64] = {0}, skus[64] = {0}, before[64] = {0};
  *out = (struct seen){.min = INT64_MAX, .max = INT64_MIN};
  by_time(all, count, order);
  for (int i = 0; i < count; i++)
    if (in_window(window, now, all[order[i]].time)) inside[n++] = order[i];
  int first = window == 4 ? n - 3 : 0;
  if (window == 4 && lists) { // purchases of one time are one fact there
    int times = 0;
    for (first = n; first > 0; first--) {
      bool other = first == n || all[inside[first - 1]].time != all[inside[first]].time;
      if (other && times == 3) break;
      times += other;
    }
    if (times < 3) first = n;
  }
  if (first < 0) first = n; // fewer than three: nothing
  for (int i = first; i < n; i++) {
    const struct purchase *p = &all[inside[i]];
    out->sum += p->cents;
    out->facts++;
    out->last = p->cents;
    out->min = p->cents < out->min ? p->cents : out->min;
    out->max = p->cents > out->max ? p->cents : out->max;
    stores[p->store] = true;
    for (int k = 0; k < SKUS * 5; k++) {
      skus[k] = skus[k] || bought(p, k);
      if (inside[i] != count - 1) before[k] = before[k] || bought(p, k);
    }
  }
  for (int k = 0; k < 64; k++) {
    out->stores += stores[k];
    out->skus += skus[k];
    out->fresh += in_window(window, now, now) && skus[k] && !before[k];
  }
}

static void check(struct world *w, const struct purchase *all, int count, int64_t (*before)[WINDOWS]) {
  for (int p = 0; p < PHRASES; p++)
    for (int i = 0; i < WINDOWS; i++) {
      struct seen s;
      char path[32];
      if (p == 7 && i == 4) continue; // of purchases that have a value
      look(all, count, i, p >= 4 && p <= 6, &s);
      int64_t wanted = 0, values[] = {0, s.last, s.min, s.max, s.stores, s.skus, s.fresh, 0};
      if (p == 7) {
        for (int k = 0; k < count; k++) {
          const struct purchase *b = &all[k];
          if (in_window(i, all[count - 1].time, b->time) && b->sku_count > 1 && b->sku_count > values[7]) values[7] = b->sku_count;
        }
      }
      bool nothing = (p < 4 && s.facts == 0) || (p == 7 && values[7] == 0) || (i == 4 && s.facts == 0);
      for (int k = 0; k < STEPS && !nothing; k++) {
        bool less = p == 0 ? s.sum < steps[p][k] * s.facts : values[p] < steps[p][k];
        wanted += k % 2 ? !less : less;
      }
      snprintf(path, sizeof path, "balances/a%d%d", p, i);
      int64_t balance = strtoll(at(w, path), NULL, 10), given = balance - before[p][i];
      before[p][i] = balance;
      if (given != wanted)
        print_error("phrase %d in window %s after %d purchases: %lld, not %lld\n", p, windows[i], count, (long long)given,
                    (long long)wanted);
      assert_int_equal(given, wanted);
    }
}

static void draw(uint64_t *seed, struct purchase *all, int i) {
  struct purchase *p = &all[i];
  int64_t kind = test_below(seed, 10);
  acr__time_parse(ACR__SPAN_LIT("2026-01-02T12:00:00Z"), &p->time);
  p->time += i * ACR_DAY_US / 2 + test_below(seed, 7200) * ACR_SECOND_US;
  if (kind == 0 && i) p->time = all[test_below(seed, i)].time;
  if (kind == 1) p->time -= test_below(seed, 40) * ACR_DAY_US; // late
  p->store = (int)test_below(seed, 6);
  p->cents = 0;
  p->sku_count = 1 + (int)test_below(seed, SKUS);
  for (int k = 0; k < p->sku_count; k++) p->skus[k] = k * 5 + (int)test_below(seed, 5);
}

static void shop(struct world *w, uint64_t *seed, struct purchase *all, int i) {
  struct purchase *p = &all[i];
  char time[40], items[512] = "";
  draw(seed, all, i);
  for (int k = 0; k < p->sku_count; k++) {
    int cents = 1 + (int)test_below(seed, 400);
    p->cents += cents;
    snprintf(items + strlen(items), sizeof items - strlen(items), "%s{\"sku\":\"k%d\",\"amount\":\"%d.%02d\"}", k ? "," : "", p->skus[k],
             cents / 100, cents % 100);
  }
  acr__time_format(p->time, time);
  say(w, "{\"specversion\":\"1.0\",\"id\":\"%d\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"%s\",\"data\":{"
      "\"store\":\"S%d\",\"total\":\"%d.%02d\",\"items\":[%s]}}", i, time, p->store, (int)(p->cents / 100), (int)(p->cents % 100), items);
  assert_at(w, "status", "applied");
}

static void play(struct world *w, int built_at, int reopen_at) {
  struct purchase *all = calloc(PURCHASES, sizeof *all);
  int64_t before[PHRASES][WINDOWS] = {{0}};
  uint64_t seed = (uint64_t)built_at;
  write_phrases(w);
  publish_measures(w, "shop", "2025-01-01", built_at == 0);
  for (int i = 0; i < PURCHASES; i++) {
    if (i && i == built_at) publish_measures(w, "shop", "2025-01-01", true);
    if (i && i == reopen_at) world_reopen(w);
    if (i && i == reopen_at + 20) {
      world_close(w);
      world_remove_view(w);
      world_open(w);
    }
    shop(w, &seed, all, i);
    if (i >= built_at) check(w, all, i + 1, before);
  }
  free(all);
  assert_verified(w);
}

static void test_as_they_come(void **state) { play(*state, 0, PURCHASES); }
static void test_over_old_history(void **state) { play(*state, 50, 70); }

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_as_they_come, set_up_memory, tear_down),
                                     cmocka_unit_test_setup_teardown(test_over_old_history, set_up_file, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
