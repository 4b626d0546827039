// Reads: what components are told before their calls, what is kept of it, and that it outlives a restart.
#include "engine/engine.h"
#include "engine_fixture.h"

#define T1 "2026-03-01T12:00:00Z"
#define T2 "2026-03-02T12:00:00Z"
#define T3 "2026-03-03T12:00:00Z"

// An outcome that gives as many points as its read says, one where it says nothing.
static void outcome(const struct world *w, const char *read) {
  char text[1500];
  snprintf(text, sizeof text,
           "return accrue.outcome { title = \"Told\", variables = { word = accrue.var.text { optional = true },\n"
           "  least = accrue.var.money { default = \"0\" }, stores = accrue.var.set { of = \"store\", optional = true },\n"
           "  what = accrue.var.catalog { optional = true }, timeframe = accrue.var.timeframe { optional = true } },\n"
           "  reads = function(vars) return { it = %s } end,\n"
           "  effects = function(_, _, reads)\n"
           "    local points = reads.it or 1\n"
           "    if type(points) == \"string\" then points = #points end\n"
           "    return { accrue.effect.award { account = \"status\", source = \"promo\", points = points } }\n"
           "  end }\n", read);
  world_file(w, "outcomes/told.lua", text);
}

// A fresh engine whose purchases give what the read says.
static void go(struct world *w, const char *read, const char *vars, const char *rest) {
  char all[2000];
  outcome(w, read);
  world_reopen(w);
  snprintf(all, sizeof all,
           "%s%s\"links\":{\"friend\":{\"max\":3}},\"stores\":[\"S1\",\"S2\"],\"purchase\":[{\"rule\":\"R\","
           "\"when\":{\"key_phrase\":\"make_a_purchase\"},\"outcomes\":[{\"outcome\":\"told\"%s%s}]}]",
           rest, *rest ? "," : "", *vars ? "," : "", vars);
  program(w, "shop", "2026-01-01", all);
  publish(w, "shop");
  assert_at(w, "error", "-");
}

static const char *shop(struct world *w, const char *id, const char *time, const char *amount, const char *store, const char *sku) {
  return say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"pos\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"%s\","
                "\"data\":{"
                "\"total\":\"%s\",\"store\":\"%s\",\"items\":[{\"sku\":\"%s\",\"categories\":[\"%s\"],\"amount\":\"%s\"}]}}",
             id, time, amount, store, sku, sku, amount);
}

// Five purchases: 3.00 and 5.00 in S1, 7.00 in S2, 11.00 in S1 two months later, and the one that is told, 13.00 in S2.
static void history(struct world *w, const char *read, const char *vars, const char *wanted) {
  char id[16];
  static int run;
  run++;
  go(w, read, vars, "");
  static const struct { const char *time, *amount, *store, *sku; } all[] = {
      {T1, "3.00", "S1", "tea"}, {T2, "5.00", "S1", "cake"}, {T3, "7.00", "S2", "tea"}, {"2026-05-01T12:00:00Z", "11.00", "S1", "cake"},
      {"2026-05-02T12:00:00Z", "13.00", "S2", "tea"}};
  char before[32] = "0", text[32];
  for (int i = 0; i < 5; i++) {
    snprintf(id, sizeof id, "%d.%d", run, i);
    snprintf(before, sizeof before, "%s", i ? at(w, "balances/status") : "0");
    shop(w, id, all[i].time, all[i].amount, all[i].store, all[i].sku);
    assert_at(w, "status", "applied");
  }
  snprintf(text, sizeof text, "%d", atoi(at(w, "balances/status")) - atoi(before));
  if (strcmp(text, wanted) != 0) print_error("%s with %s\n", read, vars);
  assert_string_equal(text, wanted);
  assert_verified(w);
}

static void test_history(void **state) {
  static const struct { const char *read, *vars, *wanted; } all[] = {
      {"accrue.read.count { \"past_purchases\" }", "", "5"},
      {"accrue.read.sum { \"past_purchases\", value = \"amount\" }", "", "3900"},
      {"accrue.read.sum { \"past_purchases\", value = \"amount\", include_current = false }", "", "2600"},
      {"accrue.read.sum { \"past_purchases\", value = \"amount\", timeframe = { this = \"month\" } }", "", "2400"},
      {"accrue.read.sum { \"past_purchases\", value = \"amount\", timeframe = { last = \"2 times\" } }", "", "2400"},
      {"accrue.read.count { \"past_purchases\", constraints = { store = { include = { \"S1\" } } } }", "", "3"},
      {"accrue.read.count { \"past_purchases\", constraints = { store = { include = vars.stores } } }", "\"stores\":[\"S2\"]", "2"},
      {"accrue.read.sum { \"past_purchases\", value = \"amount\", constraints = { catalog = { include = vars.what } } }",
       "\"what\":{\"items\":[\"cake\"]}", "1600"},
      {"accrue.read.count { \"past_purchases\", constraints = { check_size = { min = vars.least } } }", "\"least\":\"7.00\"", "3"},
      {"accrue.read.count { \"past_purchases\", constraints = { check_size = { min = \"7.01\" } } }", "", "2"},
      {"accrue.read.count { \"past_purchases\", timeframe = vars.timeframe }",
       "\"timeframe\":{\"from\":\"2026-03-02\",\"to\":\"2026-03-31\"}",
       "2"},
      {"accrue.read.count { \"past_purchases\", timeframe = vars.timeframe }", "\"timeframe\":\"lifetime\"", "5"},
      {"accrue.read.sum { \"past_purchases\", value = function(p) return #p.items * 10 + p.amount // 100 end }", "", "89"},
      {"accrue.read.sum { \"past_purchases\", value = function(p, v) return p.amount > v.least and 1 or 0 end }",
       "\"least\":\"5.00\"", "3"},
      {"accrue.read.sum { \"past_purchases\", value = function(p) return p.amount > vars.least and 1 or 0 end }",
       "\"least\":\"7.00\"", "2"},
      {"accrue.read.average { \"past_purchases\", value = \"amount\" }", "", "780"},
      {"accrue.read.min { \"past_purchases\", value = \"amount\" }", "", "300"},
      {"accrue.read.max { \"past_purchases\", value = \"amount\", timeframe = { to = \"2026-04-30\" } }", "", "700"},
      {"accrue.read.last { \"past_purchases\", value = \"amount\", include_current = false }", "", "1100"},
      {"accrue.read.distinct { \"past_purchases\", value = function(p) return p.store == \"S1\" and 1 or 2 end }", "", "2"},
      {"accrue.read.min { \"past_purchases\", value = \"amount\", timeframe = { to = \"2026-02-01\" } }", "", "1"}, // nothing was there
      {"accrue.read.sum { \"spend_currency\" }", "", "3900"},
      {"accrue.read.count { \"spend_currency\", timeframe = { last = \"1 month\" } }", "", "2"},
      {"accrue.read.max { \"spend_currency\" }", "", "1300"},
      {"accrue.read.sum { \"past_total\", unit = \"transactions\" }", "", "5000000"},
      {"accrue.read.sum { \"complete_events\", event = \"visit\" }", "", "0"}, // no points: no award
      {"accrue.read.sum { \"earn_points\" }", "", "3900"}, // base points, at the finest scale; an outcome sees what came before it
      {"accrue.read.fired {}", "", "5"}, // this firing is one of them
      {"accrue.read.fired { \"R\", timeframe = { this = \"month\" } }", "", "2"},
  };
  struct world *w = *state;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) history(w, all[i].read, all[i].vars, all[i].wanted);
}

static void test_state(void **state) {
  static const struct { const char *read, *wanted; } all[] = {
      {"accrue.read.balance { \"points\" }", "50"},
      {"accrue.read.balance { \"fine\" }", "125"},
      {"accrue.read.balance {}", "5125"}, // of the spendable accounts, at the finest scale
      {"accrue.read.level {}", "12"},     // as long as the level's name
      {"accrue.read.level { \"shop\" }", "12"},
      {"accrue.read.level { \"elsewhere\" }", "1"},
      {"accrue.read.tags { \"fan\" }", "2"},
      {"accrue.read.tags { \"foe\" }", "1"},
      {"accrue.read.audiences { \"staff\" } or nil", "1"},
      {"accrue.read.offers { \"wash\" }", "2"},
      {"accrue.read.offers { \"wash\", state = \"redeemed\" }", "1"}, // nothing: one point
      {"accrue.read.member { \"id\" }", "1"},
      {"accrue.read.member { \"joined\" }", "10"},
      {"accrue.read.member { \"birthday\" }", "10"},
      {"accrue.read.member { \"timezone\" }", "10"},
      {"accrue.read.member { \"level_since\" }", "10"},
      {"accrue.read.member { attribute = \"city\" }", "5"},
      {"accrue.read.member { attribute = \"county\" }", "1"},
      {"accrue.read.member { link = \"friend\" }", "2"},
  };
  static const char rest[] =
      "\"offers\":{\"wash\":{\"title\":\"Wash\",\"valid\":\"30 days\"}},"
      "\"event\":[{\"rule\":\"tag\",\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"ping\"},"
      "\"outcomes\":[{\"outcome\":\"add_tags\","
      "\"tags\":[\"fan\"]},{\"outcome\":\"issue_offer\",\"offer\":\"wash\"},{\"outcome\":\"points_fixed\","
      "\"account\":\"fine\",\"source\":\"promo\",\"points\":\"1.25\"}]}]";
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    struct world *w = world_new(false);
    go(w, all[i].read, "", rest);
    event(w, "j", "member.join", "m", T1, "\"birthday\":\"1990-01-02\",\"timezone\":\"Asia/Tokyo\",\"links\":{\"friend\":[\"a\",\"b\"]},"
          "\"attributes\":{\"city\":\"Leeds\"}");
    event(w, "a", "audience.enter", "m", T1, "\"audience\":\"staff\"");
    event(w, "p1", "ping", "m", T1, "");
    event(w, "p2", "ping", "m", T1, "");
    adjust(w, "less", "m", T1, "-1.25", "fine");
    adjust(w, "more", "m", T1, "50", "points");
    buy(w, "b", "m", T2, "0.50");
    if (strcmp(at(w, "balances/status"), all[i].wanted) != 0) print_error("%s\n", all[i].read);
    assert_at(w, "balances/status", all[i].wanted);
    world_free(w);
  }
  (void)state;
}

// An outcome sees the balance that the one before it left; a test sees the snapshot before all of them.
static void test_when_it_is_fetched(void **state) {
  struct world *w = *state;
  world_file(w, "outcomes/doubled.lua",
             "return accrue.outcome { title = \"Doubled\", variables = {},\n"
             "  reads = function() return { now = accrue.read.balance { \"status\" } } end,\n"
             "  effects = function(_, _, reads)\n"
             "    return { accrue.effect.award { account = \"status\", source = \"promo\", points = reads.now } } end }\n");
  world_file(w, "key_phrases/has_status.lua",
             "return accrue.key_phrase { title = \"Has {points} status\", conditions = \"purchase\",\n"
             "  variables = { points = accrue.var.integer() },\n"
             "  reads = function() return { now = accrue.read.balance { \"status\" } } end,\n"
             "  test = function(_, vars, reads) return reads.now >= vars.points, reads.now end }\n");
  world_reopen(w);
  program(w, "shop", "2026-01-01",
          "\"purchase\":[{\"rule\":\"A\",\"when\":{\"key_phrase\":\"make_a_purchase\"},"
          "\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":3,"
          "\"account\":\"status\",\"source\":\"promo\"},{\"outcome\":\"doubled\"}]},"
          "{\"rule\":\"B\",\"when\":{\"key_phrase\":\"has_status\","
          "\"points\":6},\"outcomes\":[{\"outcome\":\"points_fixed\",\"points\":100,\"account\":\"capped\",\"source\":\"promo\"}]}]");
  publish(w, "shop");
  buy(w, "1", "m", T1, "1.00");
  assert_at(w, "balances/status", "6");
  assert_at(w, "balances/capped", "0");
  char first[2000];
  buy(w, "2", "m", T2, "1.00");
  assert_at(w, "balances/status", "18"); // 6 + 3, and 9 more
  assert_at(w, "balances/capped", "50");
  snprintf(first, sizeof first, "%s", w->reply);
  world_close(w);
  world_remove_view(w);
  world_open(w);
  buy(w, "2", "m", T2, "1.00");
  assert_at(w, "status", "duplicate");
  assert_string_equal(strstr(w->reply, "\"outcomes\""), strstr(first, "\"outcomes\""));
  buy(w, "3", "m", T3, "1.00");
  assert_at(w, "balances/status", "42");
  assert_verified(w);
}

// Results are never kept from one event to the next, though the function does not look at its fact.
static void test_not_kept(void **state) {
  struct world *w = *state;
  go(w, "accrue.read.count { \"past_purchases\" }", "", "");
  buy(w, "1", "m", T1, "1.00");
  buy(w, "2", "m", T2, "1.00");
  buy(w, "3", "m", T3, "1.00");
  assert_at(w, "balances/status", "6");
}

static int kept(const struct world *w, int from, const struct acr__op **out) {
  int at = from;
  while (at < w->engine->ops.count && w->engine->ops.all[at].kind != ACR_OP_KEPT_READ) at++;
  *out = at < w->engine->ops.count ? &w->engine->ops.all[at] : NULL;
  return at + 1;
}

// Contract 3.6: what was fetched is in the decision, of conditions by their number and of outcomes by their position.
static void test_kept(void **state) {
  struct world *w = *state;
  const struct acr__op *op;
  world_file(w, "key_phrases/told.lua",
             "return accrue.key_phrase { title = \"Told\", conditions = \"purchase\", variables = {},\n"
             "  reads = function() return { a = accrue.read.member { \"id\" }, b = accrue.read.tags { \"fan\" } } end,\n"
             "  test = function(_, _, reads) return reads.a == \"m\" and reads.b == nil end }\n");
  outcome(w, "accrue.read.sum { \"past_purchases\", value = \"amount\" }");
  world_reopen(w);
  program(w, "shop", "2026-01-01",
          "\"purchase\":[{\"rule\":\"R\",\"when\":{\"key_phrase\":\"told\"},\"outcomes\":[{\"outcome\":\"told\"}]}]");
  publish(w, "shop");
  buy(w, "1", "m", T1, "1.25");
  assert_at(w, "balances/status", "125");
  int at = kept(w, 0, &op);
  assert_true(op && op->v[0] == 0 && op->v[1] == 0 && op->v[2] == ACR_READ_TEXT && acr__span_is(op->text, "m"));
  at = kept(w, at, &op);
  assert_true(op && op->v[0] == 0 && op->v[1] == 1 && op->v[2] == ACR_READ_NIL);
  at = kept(w, at, &op);
  assert_true(op && op->v[0] == -1 && op->v[1] == 0 && op->v[2] == ACR_READ_NUMBER && op->v[3] == 125);
  kept(w, at, &op);
  assert_null(op);
}

// A release that reads what no release did before knows it on its first event.
static void test_built(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "1", "m", T1, "4.00");
  buy(w, "2", "m", T2, "5.00");
  go(w, "accrue.read.sum { \"past_purchases\", value = \"amount\" }", "", "");
  buy(w, "3", "m", T3, "6.00");
  assert_at(w, "balances/status", "1500");
  assert_verified(w);
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)
#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_MEMORY(test_history), cmocka_unit_test(test_state), IN_FILE(test_when_it_is_fetched),
                                     IN_MEMORY(test_not_kept), IN_MEMORY(test_kept), IN_FILE(test_built)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
