// Two batches at work, one being committed while the next is filled; and lines that are nearly events.
#include "engine_fixture.h"
#include <time.h>

#define LINE(id, total, more) \
  "{\"specversion\":\"1.0\",\"id\":\"" id "\",\"source\":\"s\",\"type\":\"purchase\",\"subject\":\"m\",\"time\":\"2026-03-01T12:00:00Z\"," \
  "\"data\":{\"total\":\"" total "\"" more "}}"
#define BOOM ",\"context\":{\"boom\":\"yes\"}"
#define RULES \
  "\"purchase\":[{\"rule\":\"B\",\"when\":{\"all\":[{\"key_phrase\":\"make_a_purchase\"}]},\"outcomes\":[" \
  "{\"outcome\":\"points_fixed\",\"points\":7,\"account\":\"points\",\"source\":\"promo\"},{\"outcome\":\"boom\",\"word\":\"yes\"}]}]"

static void committed(acr_batch *batch, int error, void *arg) {
  (void)batch;
  __atomic_store_n((int *)arg, error == ACR_E_OK ? 1 : -1, __ATOMIC_RELEASE);
}

static void wait_for(int *state) {
  while (__atomic_load_n(state, __ATOMIC_ACQUIRE) == 0)
    nanosleep(&(struct timespec){0, 100000}, NULL);
  assert_int_equal(*state, 1);
}

static void take(acr_batch *batch, const char *line) {
  acr_batch_take(batch, line, strlen(line), NULL);
}

static void assert_reply(struct world *w, const acr_batch *batch, size_t i, const char *path, const char *wanted) {
  const char *text;
  size_t len;
  void *tag;
  acr_batch_reply(batch, i, &text, &len, &tag);
  free(w->reply);
  w->reply = strndup(text, len);
  assert_at(w, path, wanted);
}

// The second batch stands on the first, though nobody knows yet whether that is durable.
static void test_overlap(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", RULES);
  publish(w, "shop");
  for (int round = 0; round < 3; round++) {
    int first_done = 0, second_done = 0;
    char ids[3][300];
    snprintf(ids[0], sizeof ids[0], LINE("a%d", "10", ""), round);
    snprintf(ids[1], sizeof ids[1], LINE("b%d", "20", ""), round);
    snprintf(ids[2], sizeof ids[2], LINE("c%d", "40", BOOM), round);
    acr_batch *first = acr_batch_begin(w->engine);
    take(first, ids[0]);
    acr_batch_commit(first, committed, &first_done);
    acr_batch *second = acr_batch_begin(w->engine);
    assert_null(acr_batch_begin(w->engine)); // no third
    take(second, ids[0]);
    take(second, ids[2]); // undone, over a record that is on its way
    take(second, ids[1]);
    wait_for(&first_done);
    assert_reply(w, first, 0, "status", "applied");
    acr_batch_end(first);
    acr_batch_commit(second, committed, &second_done);
    wait_for(&second_done);
    assert_reply(w, second, 0, "status", "duplicate");
    assert_reply(w, second, 1, "status", "parked");
    assert_reply(w, second, 2, "status", "applied");
    char total[16];
    snprintf(total, sizeof total, "%d", (round + 1) * 44);
    assert_reply(w, second, 2, "balances/points", total);
    acr_batch_end(second);
  }
  char *before = member_text(w, "m");
  world_reopen(w);
  char *after = member_text(w, "m");
  assert_string_equal(before, after);
  assert_verified(w);
  free(before);
  free(after);
}

// Anything but an event is answered as such, and harms nothing.
static void test_nearly_events(void **state) {
  static const char *const lines[] = {
      LINE("x1", "10.00", ",\"items\":[{\"sku\":\"a\",\"categories\":[\"b/c\"],\"quantity\":\"2.5\",\"amount\":\"9\"}],"
          "\"payments\":[{\"type\":\"c\"}]"),
      "{\"specversion\":\"1.0\",\"id\":\"x2\",\"source\":\"s\",\"type\":\"points.adjust\",\"subject\":\"m\",\"data"
          "\":{\"points\":\"-1.5\",\"account\":"
      "\"shop.fine\",\"source\":\"base\",\"reason\":\"r\",\"actor\":\"a\"}}",
      "{\"specversion\":\"1.0\",\"id\":\"x3\",\"source\":\"s\",\"type\":\"member.join\",\"subject\":\"m\","
          "\"data\":{\"joined\":\"2020-01-01\",\"birthday\":"
      "\"1980-02-29\",\"timezone\":\"Asia/Tokyo\",\"attributes\":{\"a\":1}}}",
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"member.ledger\",\"params\":{\"member\":\"m\",\"limit\":5,\"before\":1}}",
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"event.get\",\"params\":{\"source\":\"s\",\"id\":\"x1\",\"seq\":2}}",
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"program.set\",\"params\":{\"program\":\"shop\",\"level\":\"One\","
          "\"level_status\":\"live\"}}",
  };
  struct world *w = *state;
  uint64_t seed = 11;
  program(w, "shop", "2026-01-01", RULES);
  publish(w, "shop");
  for (long i = 0; i < test_scale(6000); i++) {
    char line[600];
    const char *whole = lines[test_below(&seed, 6)];
    size_t len = strlen(whole);
    memcpy(line, whole, len);
    for (int64_t k = test_below(&seed, 4); k; k--) {
      size_t at = (size_t)test_below(&seed, (int64_t)len);
      static const char bytes[] = "\"{}[],:0-9.eE\\x\x80\xff\n ";
      if (test_below(&seed, 5) == 0)
        len = at + 1;
      else
        line[at] = test_below(&seed, 3) ? bytes[test_below(&seed, sizeof bytes)] : (char)test_random(&seed);
    }
    free(w->reply);
    w->reply = NULL;
    assert_int_equal(acr_engine_apply(w->engine, line, len, &w->reply), ACR_E_OK);
    const char *status = at(w, "status");
    if (strcmp(status, "-") == 0)
      assert_at(w, "jsonrpc", "2.0");
  }
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_overlap, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_nearly_events, set_up_memory, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
