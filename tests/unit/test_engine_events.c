// What becomes of one event: applied, duplicate, conflict, rejected, refused, parked.
#include "engine_fixture.h"

#define T1 "2026-03-01T12:00:00Z"
#define T2 "2026-03-02T12:00:00Z"
#define BOOM \
  "\"purchase\":[{\"rule\":\"Explosive\",\"when\":{\"all\":[{\"key_phrase\":\"make_a_purchase\"}]},\"outcomes\":[" \
  "{\"outcome\":\"points_fixed\",\"points\":7,\"account\":\"points\",\"source\":\"promo\",\"rank\":1}," \
  "{\"outcome\":\"add_tags\",\"tags\":[\"lit\"],\"rank\":2},{\"outcome\":\"boom\",\"word\":\"yes\",\"rank\":3}]}]"

static const char *boom(struct world *w, const char *id, const char *member, const char *time) {
  return event(w, id, "purchase", member, time, "\"total\":\"10.00\",\"context\":{\"boom\":\"yes\"}");
}

static void test_applied_duplicate_conflict(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "e1", "m", T1, "12.50");
  assert_at(w, "status", "applied");
  assert_at(w, "member", "m");
  assert_at(w, "release", "shop@1");
  assert_at(w, "outcomes/0/behavior", "entrance");
  assert_at(w, "outcomes/0/change_level/to", "Tier Level 1");
  assert_at(w, "outcomes/1/behavior", "base");
  assert_at(w, "outcomes/1/points", "12");
  assert_at(w, "balances/points", "12");
  assert_at(w, "balances/fine", "0.00");
  assert_at(w, "levels/shop", "Tier Level 1");
  char *first = strdup(strstr(w->reply, "\"seq\"")), *before = member_text(w, "m");
  buy(w, "e2", "m", T2, "3.00");
  assert_at(w, "balances/points", "15");
  say(w, " {\"data\":{ \"total\" : \"12.50\"},\"time\":\"" T1 "\",\"type\":\"purchase\",\"source\":\"pos\",\"subject\":\"m\",\"id\":\"e1\","
         "\"specversion\":\"1.0\",\"traceparent\":\"kept, not compared\"}");
  assert_at(w, "status", "duplicate");
  assert_string_equal(strstr(w->reply, "\"seq\""), first);
  buy(w, "e1", "m", T1, "12.51");
  assert_at(w, "status", "conflict");
  assert_at(w, "error/code", "conflict");
  buy(w, "e1", "n", T1, "12.50");
  assert_at(w, "status", "conflict");
  buy(w, "e1", "m", "2026-03-01T12:00:01Z", "12.50");
  assert_at(w, "status", "conflict");
  see(w, "m");
  assert_at(w, "result/balances/points", "15");
  assert_at(w, "result/events", "2");
  assert_verified(w);
  free(first);
  free(before);
}

static void test_rejected_leaves_nothing(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "e1", "m", T1, "12.505");
  assert_at(w, "status", "rejected");
  assert_at(w, "id", "e1");
  assert_at(w, "error/code", "decimals");
  assert_at(w, "error/path", "$.data.total");
  see(w, "m");
  assert_at(w, "error/data/code", "member_unknown");
  buy(w, "e1", "m", T1, "12.50"); // the id is free
  assert_at(w, "status", "applied");
  assert_at(w, "seq", "2");
  say(w, "{\"specversion\":");
  assert_at(w, "status", "rejected");
  assert_at(w, "error/line", "1");
  say(w, "[1]");
  assert_at(w, "error/code", "envelope");
  event(w, "e9", "purchase", "m", T1, "\"total\":\"1.00\",\"currency\":\"EUR\"");
  assert_at(w, "error/code", "currency");
  event(w, "e9", "visitt", "m", T1, "");
  assert_at(w, "error/code", "type_unknown");
  event(w, "e9", "visit", "m", T1, "\"stars\":6");
  assert_at(w, "error/path", "$.data.stars");
  assert_verified(w);
}

static void test_transaction_exists(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  struct { const char *id, *data, *status; } lines[] = {
      {"a", "\"total\":\"1.00\"", "applied"},                              // transaction a, implied
      {"b", "\"total\":\"1.00\",\"transaction\":\"a\"", "refused"},
      {"c", "\"total\":\"1.00\",\"transaction\":\"t\"", "applied"},
      {"d", "\"total\":\"2.00\",\"transaction\":\"t\"", "refused"},
      {"t", "\"total\":\"2.00\"", "refused"},                              // its id is a transaction that was taken
      {"f", "\"total\":\"1.00\",\"transaction\":\"f\"", "applied"},        // named, and the same as the id
      {"g", "\"total\":\"1.00\",\"transaction\":\"f\"", "refused"},
      {"c", "\"total\":\"1.00\",\"transaction\":\"t\"", "duplicate"},
  };
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    event(w, lines[i].id, "purchase", "m", T1, lines[i].data);
    assert_at(w, "status", lines[i].status);
    if (strcmp(lines[i].status, "refused") == 0)
      assert_at(w, "error/code", "transaction_exists");
  }
  event(w, "b", "purchase", "m", T1, "\"total\":\"1.00\",\"transaction\":\"a\"");
  assert_at(w, "status", "refused"); // recorded: the same answer again
  assert_at(w, "error/code", "transaction_exists");
  event(w, "z", "visit", "m", T1, "");
  event(w, "y", "purchase", "m", T1, "\"total\":\"1.00\",\"transaction\":\"z\""); // z is no purchase
  assert_at(w, "status", "applied");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"h\",\"source\":\"till\",\"type\":\"order\",\"subject\":\"m\",\"time\":\"" T1 "\","
         "\"data\":{\"total\":\"1.00\",\"transaction\":\"t\"}}");
  assert_at(w, "status", "applied"); // another source
  see(w, "m");
  assert_at(w, "result/balances/points", "5");
  assert_verified(w);
}

static void test_points_short(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  adjust(w, "a0", "new", T1, "-1", NULL); // a member that does not exist is not made by a refusal
  assert_at(w, "status", "refused");
  see(w, "new");
  assert_at(w, "error/data/code", "member_unknown");
  buy(w, "e1", "m", T1, "10.00");
  char *before = member_text(w, "m");
  adjust(w, "a1", "m", T2, "-11", NULL);
  assert_at(w, "status", "refused");
  assert_at(w, "error/code", "points_short");
  char *after = member_text(w, "m");
  assert_string_equal(before, after);
  adjust(w, "a1", "m", T2, "-11", NULL);
  assert_at(w, "status", "refused");
  assert_at(w, "error/code", "points_short");
  adjust(w, "a2", "m", T2, "-10", NULL);
  assert_at(w, "outcomes/0/points", "-10");
  assert_at(w, "balances/points", "0");
  buy(w, "e2", "new", T1, "1.00");
  assert_at(w, "status", "applied");
  assert_verified(w);
  free(before);
  free(after);
}

// What a failing plugin began is gone, for a member that was new and for one with a history.
static void park_leaves_no_trace(struct world *w) {
  program(w, "shop", "2026-01-01", BOOM);
  publish(w, "shop");
  boom(w, "p1", "new", T1);
  assert_at(w, "status", "parked");
  assert_at(w, "error/code", "plugin_failed");
  assert_non_null(strstr(w->reply, "Explosive"));
  assert_non_null(strstr(w->reply, "boom.lua:3"));
  see(w, "new");
  assert_at(w, "error/data/code", "member_unknown");
  for (int i = 0; i < 40; i++) {
    char id[16];
    snprintf(id, sizeof id, "h%d", i);
    buy(w, id, i % 2 ? "m" : "k", T1, "2.00");
  }
  event(w, "j", "member.update", "m", T1, "\"birthday\":\"1980-02-29\",\"timezone\":\"Asia/Tokyo\",\"attributes\":{\"a\":1}");
  adjust(w, "take", "m", T1, "-25", NULL);
  while (acr_engine_idle(w->engine)) {
  }
  char *before = member_text(w, "m");
  boom(w, "p2", "m", T2);
  assert_at(w, "status", "parked");
  char *after = member_text(w, "m");
  assert_string_equal(before, after);
  event(w, "p2", "purchase", "m", T2, "\"total\":\"11.00\",\"context\":{\"boom\":\"yes\"}");
  assert_at(w, "status", "conflict");
  boom(w, "p2", "m", T2);
  assert_at(w, "status", "parked"); // judged again, and failed again
  assert_verified(w);
  free(before);
  free(after);
}

static void test_park_memory(void **state) { park_leaves_no_trace(*state); }
static void test_park_file(void **state) {
  struct world *w = *state;
  park_leaves_no_trace(w);
  char *before = member_text(w, "m");
  world_reopen(w);
  char *after = member_text(w, "m");
  assert_string_equal(before, after);
  boom(w, "p2", "m", T2);
  assert_at(w, "status", "parked");
  assert_verified(w);
  free(before);
  free(after);
}

static void test_retry(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", BOOM);
  publish(w, "shop");
  boom(w, "p1", "m", T1);
  boom(w, "p2", "m", T1);
  boom(w, "p3", "m", T1);
  buy(w, "later", "m", T2, "1.00");
  program(w, "shop", "2026-01-01", ""); // the same day: takes the place of the one that fails
  publish(w, "shop");
  boom(w, "p1", "m", T1);
  assert_at(w, "status", "applied");
  assert_at(w, "late", "true");
  assert_at(w, "release", "shop@2");
  assert_at(w, "balances/points", "18"); // 1 + 7 of the old rule, and 10
  char *first = strdup(strstr(w->reply, "\"seq\""));
  boom(w, "p1", "m", T1);
  assert_at(w, "status", "duplicate");
  assert_string_equal(strstr(w->reply, "\"seq\""), first);
  event(w, "other", "purchase", "m", T2, "\"total\":\"1.00\",\"transaction\":\"p1\"");
  assert_at(w, "status", "refused"); // the transaction of an event that was judged at its second try
  event(w, "o3", "purchase", "m", T2, "\"total\":\"1.00\",\"transaction\":\"p3\"");
  assert_at(w, "status", "applied"); // what is parked is no fact
  boom(w, "p3", "m", T1);
  assert_at(w, "status", "refused"); // too late for it
  assert_verified(w);
  world_reopen(w);
  boom(w, "p1", "m", T1);
  assert_at(w, "status", "duplicate");
  assert_string_equal(strstr(w->reply, "\"seq\""), first);
  boom(w, "p3", "m", T1);
  assert_at(w, "status", "refused");
  boom(w, "p2", "m", T1);
  assert_at(w, "status", "applied");
  assert_verified(w);
  free(first);
}

// Facts that publishing collected from the old log are in no record: undoing a parked event must not lose them.
static void test_park_keeps_collected_facts(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "e1", "m", T1, "100.00");
  program(w, "shop", "2026-01-01", BOOM ",\"levels\":[{\"level\":\"Gold\",\"entrance\":[{\"rule\":\"G\",\"when\":{\"all\":[{\"key_phrase\":"
                                        "\"spend_currency\",\"operator\":\">=\",\"amount\":\"105.00\"}]},\"outcomes\":[]}]}]");
  publish(w, "shop");
  boom(w, "p1", "m", T1);
  assert_at(w, "status", "parked");
  buy(w, "e2", "m", T2, "4.99");
  assert_at(w, "levels/shop", "null"); // the level is gone, and there is no lower one
  buy(w, "e3", "m", T2, "0.01");
  assert_at(w, "levels/shop", "Gold");
  assert_verified(w);
}

static void done(acr_batch *batch, int error, void *arg) {
  (void)batch;
  (void)arg;
  assert_int_equal(error, ACR_E_OK);
}

static void test_many_in_one_batch(void **state) {
  struct world *w = *state;
  static const char *const lines[] = {
      "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"" T1 "\","
          "\"data\":{\"total\":\"5\"}}",
      "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"" T1 "\","
          "\"data\":{\"total\":\"5\"}}",
      "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"" T1 "\","
          "\"data\":{\"total\":\"6\"}}",
      "{\"specversion\":\"1.0\",\"id\":\"2\",\"source\":\"s\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"" T1 "\","
          "\"data\":{\"total\":\"7\"}}",
      "nonsense"};
  static const char *const wanted[] = {"applied", "duplicate", "conflict", "applied", "rejected"};
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  acr_batch *batch = acr_batch_begin(w->engine);
  for (int i = 0; i < 5; i++)
    acr_batch_take(batch, lines[i], strlen(lines[i]), w->dir + i);
  assert_int_equal(acr_batch_count(batch), 5);
  for (int i = 0; i < 5; i++) {
    const char *text;
    size_t len;
    void *tag;
    acr_batch_reply(batch, (size_t)i, &text, &len, &tag);
    char *copy = strndup(text, len);
    assert_string_equal(at_of(w, copy, "status"), wanted[i]);
    assert_ptr_equal(tag, w->dir + i);
    assert_int_equal(copy[len - 1], '\n');
    free(copy);
  }
  acr_batch_commit(batch, done, w);
  acr_batch_end(batch);
  see(w, "m");
  assert_at(w, "result/balances/points", "12");
  assert_verified(w);
}

#define IN_MEMORY(test) cmocka_unit_test_setup_teardown(test, set_up_memory, tear_down)
#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN_MEMORY(test_applied_duplicate_conflict), IN_MEMORY(test_rejected_leaves_nothing), IN_MEMORY(test_transaction_exists),
      IN_MEMORY(test_points_short), IN_MEMORY(test_park_memory), IN_FILE(test_park_file), IN_FILE(test_retry),
      IN_MEMORY(test_park_keeps_collected_facts), IN_MEMORY(test_many_in_one_batch)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
