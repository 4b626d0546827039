// What sources and accounts let through: to the exact point, over members, periods, releases, restarts and parked events.
#include "engine_fixture.h"
#include "base/decimal.h"
#include "calendar/calendar.h"

enum { AWARDS = 2000, MEMBERS = 7, MILLION = 1000000 };

static const char *const kinds[] = {"points", "fine", "odd"};
static const int decimals[] = {0, 2, 6};
static const int64_t units[] = {MILLION, MILLION / 100, 1};

// `give` awards as many of the account's smallest units as the event says.
static void budget_template(const struct world *w) {
  world_file(w, "events/gift.lua",
             "return accrue.event { title = \"Gift\", fields = { n = accrue.var.integer { min = 0 }, kind = accrue.var.text() } }\n");
  world_file(w, "outcomes/give.lua",
             "return accrue.outcome { title = \"Gives\", variables = { source = accrue.var.source() }, effects = function(event, vars)\n"
             "  local awards = { accrue.effect.award { account = event.kind, source = vars.source, points = event.n } }\n"
             "  return awards\n"
             "end }\n");
}

static void publish_budget(struct world *w, const char *promo, const char *more) {
  char *text;
  assert_true(asprintf(&text,
                       "{\"program\":\"shop\",\"currency\":\"USD\",\"timezone\":\"America/New_York\",\"accounts\":{\"points\":{\"default\":"
                       "true,\"max_balance\":2500},\"fine\":{\"decimals\":2},\"odd\":{\"decimals\":6}},\"sources\":{\"promo\":{%s},"
                       "\"base\":{}},\"event\":[{\"rule\":\"Gift\",\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"gift\"},"
                       "\"outcomes\":[{\"outcome\":\"give\",\"source\":\"promo\"},{\"outcome\":\"boom\",\"word\":\"yes\"}]}]%s}",
                       promo, more) > 0);
  world_file(w, "programs/shop.json", text);
  free(text);
  publish(w, "shop");
}

// ---- the model: every award there was, added up anew each time

struct given { int member; acr__time time; int64_t millionths; };
struct cap { int64_t most; bool forever; acr__unit per; bool all; const char *why; };
struct model {
  struct given given[AWARDS];
  int count;
  int64_t balance[MEMBERS][3];
  const struct cap *caps;
  int cap_count;
  bool reject;
};

static bool same_period(const acr__zone *zone, const struct cap *cap, acr__time a, acr__time b) {
  if (cap->forever) return true;
  return acr__days_of(acr__period_start(acr__local_date(zone, a), cap->per)) ==
         acr__days_of(acr__period_start(acr__local_date(zone, b), cap->per));
}

static int64_t spent(const struct model *m, const struct cap *cap, int member, acr__time time) {
  const acr__zone *zone = acr__zone_find((acr__span){"America/New_York", 16});
  int64_t sum = 0;
  for (int i = 0; i < m->count; i++)
    if ((cap->all || m->given[i].member == member) && same_period(zone, cap, m->given[i].time, time)) sum += m->given[i].millionths;
  return sum;
}

static int64_t at_most(int64_t left, int64_t room) {
  return room < 0 ? 0 : room < left ? room : left;
}

// What is given of n; `clips` gets the reply's words of what is not.
static int64_t give(struct model *m, int member, int kind, acr__time time, int64_t n, char *clips, size_t size) {
  int64_t left = n;
  clips[0] = 0;
  for (int i = 0; i <= m->cap_count; i++) {
    bool own = i == m->cap_count; // the account's maximum comes last
    if (own && kind != 0) break;
    int64_t room = own ? 2500 - m->balance[member][0] : (m->caps[i].most - spent(m, &m->caps[i], member, time)) / units[kind];
    int64_t now = at_most(left, room);
    if (now == left) continue;
    char amount[40];
    acr__decimal_format(m->reject ? n : left - now, decimals[kind], amount);
    const char *quote = decimals[kind] ? "\"" : "";
    size_t used = strlen(clips);
    if (!m->reject || !clips[0])
      snprintf(clips + used, size - used, "\"clipped\":%s%s%s,%s\"reason\":\"%s\"}|", quote, amount, quote,
               own ? "" : "\"source\":\"promo\",", own ? "max_balance" : m->caps[i].why);
    left = m->reject ? 0 : now;
  }
  if (left > 0) m->given[m->count++] = (struct given){member, time, left * units[kind]};
  m->balance[member][kind] += left;
  return left;
}

static void assert_clips(struct world *w, const char *clips) {
  int count = 0;
  for (const char *p = clips; *p; count++) {
    char part[120];
    size_t n = strcspn(p, "|");
    snprintf(part, sizeof part, "%.*s", (int)n, p);
    if (!strstr(w->reply, part)) print_error("wanted %s of %s\n", part, w->reply);
    assert_non_null(strstr(w->reply, part));
    p += n + 1;
  }
  for (const char *p = w->reply; (p = strstr(p, "\"clipped\"")); p++)
    count--;
  if (count) print_error("wanted %s of %s\n", clips, w->reply);
  assert_int_equal(count, 0);
}

static const struct cap first_caps[] = {{3000550000, true, 0, true, "inventory"},
                                        {100500000, false, ACR_UNIT_DAY, false, "source_limit"},
                                        {400000000, false, ACR_UNIT_WEEK, true, "source_limit"}};
static const struct cap second_caps[] = {{900000001, false, ACR_UNIT_MONTH, true, "source_limit"},
                                         {2500000000, true, 0, false, "source_limit"}};
static const struct cap fourth_caps[] = {{60000000000, true, 0, true, "inventory"},
                                         {300000000, false, ACR_UNIT_YEAR, false, "source_limit"}};
static const struct { const char *text, *more; const struct cap *caps; int count; } versions[] = {
    {"\"inventory\":\"3000.55\","
     "\"limit\":[{\"points\":\"100.5\",\"per\":\"day\",\"for\":\"member\"},{\"points\":400,\"per\":\"week\"}]", "",
     first_caps, 3},
    {"\"limit\":[{\"points\":\"900.000001\",\"per\":\"month\",\"for\":\"all\"},{\"points\":2500,\"for\":\"member\"}]", "", second_caps, 2},
    {"\"title\":\"No caps\"", "", NULL, 0},
    {"\"inventory\":60000,\"limit\":{\"points\":300,\"per\":\"year\",\"for\":\"member\"}",
     ",\"settings\":{\"on_cap\":\"reject\"}", fourth_caps, 2},
};

static void one(struct world *w, struct model *m, uint64_t *seed, int i) {
  int member = (int)test_below(seed, MEMBERS), kind = (int)test_below(seed, 3);
  int64_t n = (int64_t)test_below(seed, 60) * (kind == 0 ? 1 : kind == 1 ? 37 : 1234567);
  acr__time time = 1767600000000000 + i * (ACR_DAY_US / 9) - (test_below(seed, 4) ? 0 : (int64_t)test_below(seed, 30) * ACR_DAY_US);
  char stamp[40], id[16], data[120], subject[8], clips[600], path[32], wanted[40];
  acr__time_format(time, stamp);
  snprintf(id, sizeof id, "g%d", i);
  snprintf(subject, sizeof subject, "m%d", member);
  bool boom = test_below(seed, 15) == 0;
  snprintf(data, sizeof data, "\"n\":%lld,\"kind\":\"%s\"%s", (long long)n, kinds[kind], boom ? ",\"context\":{\"boom\":\"yes\"}" : "");
  event(w, id, "gift", subject, stamp, data);
  if (boom) {
    assert_at(w, "status", "parked"); // nothing of it counts
    return;
  }
  give(m, member, kind, time, n, clips, sizeof clips);
  assert_at(w, "status", "applied");
  snprintf(path, sizeof path, "balances/%s", kinds[kind]);
  acr__decimal_format(m->balance[member][kind], decimals[kind], wanted);
  assert_at(w, path, wanted);
  assert_clips(w, clips);
}

static void test_model(void **state) {
  struct world *w = *state;
  uint64_t seed = 20260301;
  struct model *m = calloc(1, sizeof *m);
  budget_template(w);
  world_reopen(w);
  for (int i = 0; i < AWARDS; i++) {
    if (i % (AWARDS / 4) == 0) {
      int v = i / (AWARDS / 4);
      publish_budget(w, versions[v].text, versions[v].more);
      m->caps = versions[v].caps;
      m->cap_count = versions[v].count;
      m->reject = v == 3;
    }
    one(w, m, &seed, i);
    if (test_below(&seed, 60) == 0)
      while (acr_engine_idle(w->engine)) {
      }
    if (test_below(&seed, 120) == 0) {
      world_close(w);
      if (test_below(&seed, 2)) world_remove_view(w);
      world_open(w);
    }
  }
  assert_verified(w);
  free(m);
}

static void gift(struct world *w, const char *id, const char *member, const char *time, int n) {
  char data[80];
  snprintf(data, sizeof data, "\"n\":%d,\"kind\":\"points\"", n);
  event(w, id, "gift", member, time, data);
}

// Base earning is cut by the same caps; staff's points by the account's alone.
static void test_base(void **state) {
  struct world *w = *state;
  budget_template(w);
  world_reopen(w);
  publish_budget(w, "\"inventory\":100", ",\"base_earn\":{\"points\":1,\"per\":\"1.00\",\"account\":\"points\",\"source\":\"promo\"}");
  buy(w, "1", "m", "2026-03-02T12:00:00Z", "70.00");
  buy(w, "2", "n", "2026-03-02T12:00:00Z", "70.00");
  assert_at(w, "balances/points", "30");
  assert_at(w, "outcomes/1/clipped", "40");
  assert_at(w, "outcomes/1/reason", "inventory");
  assert_at(w, "outcomes/1/source", "promo");
  assert_at(w, "outcomes/2/points", "30");
  buy(w, "3", "o", "2026-03-02T12:00:00Z", "7.00");
  assert_at(w, "outcomes/1/clipped", "7");
  assert_at(w, "outcomes/2/points", "-");
  event(w, "a", "points.adjust", "n", "2026-03-02T12:00:00Z",
        "\"points\":5000,\"account\":\"points\",\"source\":\"promo\",\"reason\":\"r\",\"actor\":\"a\"");
  assert_at(w, "balances/points", "2500");
  assert_at(w, "outcomes/1/clipped", "-");
  assert_at(w, "outcomes/0/clipped", "2530");
  assert_at(w, "outcomes/0/reason", "max_balance");
  assert_verified(w);
}

// A reply is the same when the event comes again, and so is what is left.
static void test_again(void **state) {
  struct world *w = *state;
  budget_template(w);
  world_reopen(w);
  publish_budget(w, "\"inventory\":100", "");
  gift(w, "1", "m", "2026-03-02T12:00:00Z", 80);
  gift(w, "2", "n", "2026-03-02T12:00:00Z", 80);
  assert_at(w, "balances/points", "20");
  gift(w, "2", "n", "2026-03-02T12:00:00Z", 80);
  assert_at(w, "status", "duplicate");
  assert_at(w, "outcomes/1/clipped", "60");
  publish_budget(w, "\"inventory\":90", ""); // less than was issued: nothing more
  gift(w, "3", "n", "2026-03-02T12:00:00Z", 80);
  assert_at(w, "outcomes/0/clipped", "80");
  publish_budget(w, "\"inventory\":110", "");
  gift(w, "4", "n", "2026-03-02T12:00:00Z", 80);
  assert_at(w, "balances/points", "30");
  assert_verified(w);
}

// A source that two families name alike is two sources.
static void test_families(void **state) {
  struct world *w = *state;
  budget_template(w);
  world_reopen(w);
  publish_budget(w, "\"inventory\":10", "");
  world_file(w, "programs/club.json",
             "{\"program\":\"club\",\"accounts\":{\"stamps\":{}},\"sources\":{\"promo\":{\"inventory\":25}},\"event\":[{\"rule\":\"Gift\","
             "\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"gift\"},\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":20,"
             "\"account\":\"stamps\",\"source\":\"promo\"}]}]}");
  publish(w, "club");
  gift(w, "1", "m", "2026-03-02T12:00:00Z", 15);
  assert_at(w, "balances/points", "10");
  assert_at(w, "balances/stamps", "20");
  gift(w, "2", "m", "2026-03-02T12:00:00Z", 15);
  assert_at(w, "balances/points", "10");
  assert_at(w, "balances/stamps", "25");
  assert_verified(w);
}

// What is left of the budgets, as program.list says, and of a member's own limits, as member.get says.
static void test_shown(void **state) {
  struct world *w = *state;
  budget_template(w);
  world_reopen(w);
  publish_budget(w, "\"inventory\":\"100.5\",\"limit\":[{\"points\":50,\"per\":\"month\",\"for\":\"member\"},"
                    "{\"points\":70,\"per\":\"week\"}]", "");
  assert_at(w, "result/caps/0/left", "100.500000"); // of the answer to program.publish
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.list\"}");
  assert_at(w, "result/programs/0/caps/2/per", "week");
  assert_at(w, "result/programs/0/caps/2/frees", "null"); // nothing has happened: no week yet
  gift(w, "1", "m", "2026-03-02T12:00:00Z", 60);
  gift(w, "2", "n", "2026-03-01T12:00:00Z", 5); // the week before
  see(w, "m");
  assert_at(w, "result/limits/0/source", "promo");
  assert_at(w, "result/limits/0/used", "50.000000");
  assert_at(w, "result/limits/0/of", "50.000000");
  assert_at(w, "result/limits/0/per", "month");
  assert_at(w, "result/limits/0/frees", "2026-04-01T04:00:00Z");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.list\"}");
  assert_at(w, "result/programs/0/caps/0/cap", "inventory");
  assert_at(w, "result/programs/0/caps/0/issued", "55.000000");
  assert_at(w, "result/programs/0/caps/0/left", "45.500000");
  assert_at(w, "result/programs/0/caps/0/frees", "null");
  assert_at(w, "result/programs/0/caps/1/for", "member");
  assert_at(w, "result/programs/0/caps/1/left", "-");
  assert_at(w, "result/programs/0/caps/2/left", "20.000000");
  assert_at(w, "result/programs/0/caps/2/frees", "2026-03-09T04:00:00Z");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_model, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_base, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_again, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_families, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_shown, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
