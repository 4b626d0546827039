// Opening balances: lots with the dates that they had elsewhere.
#include "engine_fixture.h"

#define NOW "2026-03-01T12:00:00Z"

static void start(struct world *w) {
  program_of(w, "shop", "2020-01-01",
             "\"points\":{\"default\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"1 year\"}},\"fine\":{\"decimals\":2}",
             "\"points\",\"fine\"", BASE_EARN);
  publish(w, "shop");
}

// Account and source may be said once for all lots, as points.adjust has them.
static void test_of_all_lots(void **state) {
  struct world *w = *state;
  start(w);
  event(w, "i1", "points.import", "m", NOW,
        "\"account\":\"fine\",\"source\":\"promo\",\"lots\":[{\"points\":\"2.50\"},{\"points\":7,\"account\":\"points\"}]");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "7");
  assert_at(w, "balances/fine", "2.50");
  see(w, "m");
  assert_at(w, "result/lots/0/source", "promo");
  event(w, "i2", "points.import", "m", NOW, "\"account\":\"fime\",\"lots\":[{\"points\":1}]");
  assert_at(w, "error/code", "account_unknown");
}

static void test_lots(void **state) {
  struct world *w = *state;
  start(w);
  event(w, "i1", "points.import", "m", NOW,
        "\"lots\":[{\"points\":100,\"earned\":\"2025-06-01\"},{\"points\":\"2.50\",\"account\":\"fine\",\"source\":\"promo\"},"
        "{\"points\":40,\"earned\":\"2025-05-01\",\"expires\":\"2026-03-31\"},{\"points\":7,\"expires\":null},"
        "{\"points\":9,\"earned\":\"2024-01-01\"}]");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "147"); // the nine had expired
  assert_at(w, "balances/fine", "2.50");
  see(w, "m");
  assert_at(w, "result/lots/0/expires", "2026-06-02T04:00:00Z"); // by the account's policy, from the day it was earned
  assert_at(w, "result/lots/1/source", "promo");
  assert_at(w, "result/lots/2/expires", "2026-04-01T04:00:00Z");
  assert_at(w, "result/lots/3/expires", "null");
  event(w, "s1", "points.spend", "m", NOW, "\"points\":50");
  see(w, "m");
  assert_at(w, "result/lots/0/remaining", "90"); // 40 of May first
  world_reopen(w);
  event(w, "i1", "points.import", "m", NOW, "\"lots\":[{\"points\":1}]");
  assert_at(w, "status", "conflict");
  assert_verified(w);
}

// What is over when it comes goes in the order of due work, account by account, whatever order the lots stand in.
static void test_over_of_two_programs(void **state) {
  struct world *w = *state;
  start(w);
  program_of(w, "cafe", "2020-01-01", "\"beans\":{\"expiry\":{\"mode\":\"rolling\",\"after\":\"1 month\"}}", "\"beans\"", "");
  publish(w, "cafe");
  event(w, "i1", "points.import", "m", NOW,
        "\"lots\":[{\"points\":3,\"account\":\"beans\",\"earned\":\"2026-01-01\"},"
        "{\"points\":9,\"account\":\"points\",\"earned\":\"2024-01-01\"}]");
  assert_at(w, "status", "applied");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.ledger\",\"params\":{\"member\":\"m\"}}");
  assert_at(w, "result/entries/3/points", "3"); // newest first
  assert_at(w, "result/entries/2/points", "9");
  assert_at(w, "result/entries/1/points", "-9");
  assert_at(w, "result/entries/0/points", "-3");
  assert_verified(w);
}

static void test_wrong(void **state) {
  static const struct {
    const char *data, *code, *path;
  } wrong[] = {
      {"", "field_missing", "$.data.lots"},
      {"\"lots\":[]", "field", "$.data.lots"},
      {"\"lots\":[1]", "field", "$.data.lots[0]"},
      {"\"lots\":[{\"points\":5},{}]", "field_missing", "$.data.lots[1].points"},
      {"\"lots\":[{\"points\":5},{\"points\":-1}]", "field", "$.data.lots[1].points"},
      {"\"lots\":[{\"points\":5},{\"points\":\"1.5\"}]", "decimals", "$.data.lots[1].points"},
      {"\"lots\":[{\"points\":5,\"account\":\"none\"}]", "account_unknown", "$.data.lots[0].account"},
      {"\"lots\":[{\"points\":5,\"source\":\"none\"}]", "source_unknown", "$.data.lots[0].source"},
      {"\"lots\":[{\"points\":5,\"earned\":\"2026-03-05\"}]", "field", "$.data.lots[0].earned"},
      {"\"lots\":[{\"points\":5,\"earned\":\"2026-02-05\",\"expires\":\"2026-02-01\"}]", "field", "$.data.lots[0].expires"},
      {"\"lots\":[{\"points\":5,\"earned\":\"soon\"}]", "field", "$.data.lots[0].earned"},
  };
  struct world *w = *state;
  start(w);
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    event(w, "i1", "points.import", "m", NOW, wrong[i].data);
    assert_at(w, "status", "rejected");
    assert_at(w, "error/code", wrong[i].code);
    assert_at(w, "error/path", wrong[i].path);
  }
  see(w, "m");
  assert_at(w, "error/data/code", "member_unknown"); // nothing moved, nobody was made
}

// A rejected attempt names nothing: what it would have called by a number that the log never gave out stays nameless.
static void test_rejected_names(void **state) {
  struct world *w = *state;
  start(w);
  event(w, "i1", "points.import", "m", NOW, "\"lots\":[{\"points\":5},{\"points\":\"1.5\"}]"); // the first lot went well
  assert_at(w, "error/code", "decimals");
  buy(w, "b1", "m", NOW, "3.00");
  event(w, "i2", "points.import", "m", NOW, "\"lots\":[{\"points\":5}]");
  assert_at(w, "status", "applied");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  see(w, "m");
  assert_at(w, "result/lots/0/source", "base");
  assert_at(w, "result/lots/1/source", "import");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_of_all_lots, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_lots, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_over_of_two_programs, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_rejected_names, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_wrong, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
