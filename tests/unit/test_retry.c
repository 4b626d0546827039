// parked.retry: events that were sent, and due work as of its boundary.
#include "engine_fixture.h"

#define FIXED(points) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"points\",\"source\":\"promo\"}"
#define ON(type) "\"when\":{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define FAILS "return accrue.outcome { title = \"Gives\", variables = {}, effects = function() error(\"no\") end }\n"
#define GIVES                                                                                                                  \
  "return accrue.outcome { title = \"Gives\", variables = {}, effects = function()\n"                                          \
  "  return { accrue.effect.award { account = \"points\", source = \"promo\", points = 7 } } end }\n"

static void retry(struct world *w, const char *source, const char *id, const char *path, const char *wanted) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"parked.retry\",\"params\":{\"source\":\"%s\",\"id\":\"%s\"}}", source, id);
  assert_at(w, path, wanted);
}

static void broken(struct world *w) {
  program(w, "shop", "2026-01-01",
          "\"event\":[{\"rule\":\"gift\"," ON("member.birthday") ",\"outcomes\":[{\"outcome\":\"gives\"}]},"
          "{\"rule\":\"pay\"," ON("ping") ",\"outcomes\":[{\"outcome\":\"gives\"}]},"
          "{\"rule\":\"more\"," ON("member.birthday") ",\"limit\":{\"times\":1,\"per\":\"year\"},\"outcomes\":[" FIXED("100") "]}]");
  world_file(w, "outcomes/gives.lua", FAILS);
  publish(w, "shop");
  event(w, "j", "member.join", "m", "2026-01-10T12:00:00Z", "\"birthday\":\"1992-02-01\"");
  buy(w, "b", "m", "2026-03-01T12:00:00Z", "1.00");
  assert_at(w, "balances/points", "1");
}

static void test_due_work(void **state) {
  static const char id[] = "due/birthday/m/2026-02-01T05:00:00Z";
  struct world *w = *state;
  broken(w);
  retry(w, "accrue", id, "result/status", "parked");
  retry(w, "accrue", id, "result/status", "parked");
  world_file(w, "outcomes/gives.lua", GIVES);
  publish(w, "shop");
  world_reopen(w);
  retry(w, "accrue", id, "result/status", "applied");
  retry(w, "accrue", id, "error/data/code", "not_parked");
  see(w, "m");
  assert_at(w, "result/balances/points", "108");
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.ledger\",\"params\":{\"member\":\"m\"}}");
  assert_at(w, "result/entries/0/time", "2026-02-01T05:00:00Z");
  buy(w, "c", "m", "2027-02-02T12:00:00Z", "1.00");
  assert_at(w, "balances/points", "216");
  assert_verified(w);
}

static void test_events(void **state) {
  struct world *w = *state;
  broken(w);
  event(w, "p", "ping", "m", "2026-03-02T12:00:00Z", "");
  assert_at(w, "status", "parked");
  retry(w, "pos", "p", "result/status", "parked");
  world_file(w, "outcomes/gives.lua", GIVES);
  publish(w, "shop");
  retry(w, "pos", "p", "result/status", "applied");
  assert_at(w, "result/balances/points", "8");
  retry(w, "pos", "p", "error/data/code", "not_parked");
  retry(w, "pos", "q", "error/data/code", "event_unknown");
  event(w, "p", "ping", "m", "2026-03-02T12:00:00Z", "");
  assert_at(w, "status", "duplicate");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_due_work, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_events, set_up_memory, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
