// Due work: lazy and nightly, parked pieces, events for later, default events.
#include "engine_fixture.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIXED(points) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"points\",\"source\":\"promo\"}"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]},\"outcomes\":[" outcomes "]}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define TRIGGER(type, more) "{\"outcome\":\"trigger_event\",\"event\":\"" type "\"" more "}"

static const char *stats(struct world *w, const char *path) {
  char full[96];
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server.stats\"}");
  snprintf(full, sizeof full, "result/%s", path);
  return at(w, full);
}

static void tick_as(struct world *w, const char *time, const char *status) {
  say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"%s\"}", time, time);
  assert_at(w, "status", status);
}

static void tick(struct world *w, const char *time) {
  tick_as(w, time, "applied");
}

static void join(struct world *w, const char *member, const char *time, const char *data) {
  char id[64];
  snprintf(id, sizeof id, "join-%s", member);
  event(w, id, "member.join", member, time, data);
  assert_at(w, "status", "applied");
}

static const char *balance(struct world *w, const char *member) {
  see(w, member);
  return at(w, "result/balances/points");
}

// What a member's entries say, without sequence numbers and places.
static char *entries(struct world *w, const char *member) {
  char *out = calloc(1, 1 << 16);
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.ledger\",\"params\":{\"member\":\"%s\",\"limit\":1000}}", member);
  for (int i = 0; i < 1000; i++) {
    static const char *const keys[] = {"time", "event/type", "kind", "account", "points", "balance", "rule"};
    char path[64];
    snprintf(path, sizeof path, "result/entries/%d", i);
    if (strcmp(at(w, path), "-") == 0) break;
    for (int k = 0; k < 7; k++) {
      snprintf(path, sizeof path, "result/entries/%d/%s", i, keys[k]);
      strcat(strcat(out, at(w, path)), k == 6 ? "\n" : " ");
    }
  }
  return out;
}

static void listening(struct world *w) {
  program(w, "shop", "2026-01-01",
          "\"event\":[" RULE("gift", ON("member.birthday"), FIXED("100")) "," RULE("years", ON("member.anniversary"), FIXED("7")) "]");
  publish(w, "shop");
  join(w, "leap", "2026-01-10T12:00:00Z", "\"birthday\":\"1992-02-29\",\"joined\":\"2020-02-29\"");
}

static void birthdays(struct world *w) {
  listening(w);
  join(w, "new", "2026-03-01T12:00:00Z", "\"birthday\":\"1990-02-01\"");
  join(w, "tokyo", "2026-03-01T12:00:00Z", "\"birthday\":\"1990-04-01\",\"timezone\":\"Asia/Tokyo\"");
}

static void later_events(struct world *w) {
  buy(w, "b1", "leap", "2026-05-01T12:00:00Z", "1.00");
  buy(w, "b2", "tokyo", "2026-05-01T12:00:00Z", "1.00");
  buy(w, "b3", "new", "2028-05-01T12:00:00Z", "1.00");
  buy(w, "b4", "leap", "2028-05-01T12:00:00Z", "1.00");
  buy(w, "b5", "tokyo", "2028-05-01T12:00:00Z", "1.00");
}

static void test_birthdays(void **state) {
  struct world *w = *state;
  listening(w);
  buy(w, "1", "leap", "2026-02-28T04:59:59Z", "1.00"); // still the 27th in New York
  assert_at(w, "balances/points", "1");
  buy(w, "2", "leap", "2026-02-28T05:00:00Z", "1.00"); // domain V9, M11: before what comes at the boundary
  assert_at(w, "balances/points", "109");
  assert_at(w, "outcomes/0/points", "1");
  assert_at(w, "outcomes/1", "-"); // a reply is about its own event
  buy(w, "3", "leap", "2027-12-01T12:00:00Z", "1.00");
  assert_at(w, "balances/points", "217");
  buy(w, "4", "leap", "2028-02-28T12:00:00Z", "1.00"); // a leap year has its 29th
  assert_at(w, "balances/points", "218");
  buy(w, "5", "leap", "2028-02-29T12:00:00Z", "1.00");
  assert_at(w, "balances/points", "326");
  buy(w, "6", "leap", "2027-03-31T14:59:59Z", "1.00"); // late: nothing of the past comes again
  assert_at(w, "balances/points", "327");
  assert_string_equal(stats(w, "due_work/parked"), "0");
  event(w, "7", "points.earned", "leap", "2028-03-01T00:00:00Z", "\"points\":5");
  assert_at(w, "error/code", "type_reserved");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"x\",\"source\":\"accrue\",\"type\":\"clock\",\"time\":\"2028-03-01T00:00:00Z\"}");
  assert_at(w, "error/code", "source_reserved");
  assert_verified(w);
}

static void test_lazy_and_nightly(void **state) {
  struct world *lazy = *state, *nightly = world_new(true);
  birthdays(lazy);
  later_events(lazy);
  birthdays(nightly);
  for (int month = 0; month < 26; month++) {
    char time[32];
    snprintf(time, sizeof time, "%d-%02d-15T03:00:00Z", 2026 + (month + 3) / 12, (month + 3) % 12 + 1);
    if (month == 1) later_events(nightly); // some of it is late, some of it far ahead
    tick(nightly, time);
  }
  static const char *const members[] = {"leap", "new", "tokyo"};
  for (int i = 0; i < 3; i++) {
    char *a = entries(lazy, members[i]), *b = entries(nightly, members[i]);
    assert_string_equal(a, b);
    assert_true(strlen(a) > 100);
    free(a);
    free(b);
  }
  assert_verified(lazy);
  assert_verified(nightly);
  world_free(nightly);
}

static void test_clock(void **state) {
  struct world *w = *state;
  birthdays(w);
  tick(w, "2026-12-31T00:00:00Z");
  assert_at(w, "due/ran", "3");
  assert_at(w, "due/parked", "0");
  assert_string_equal(balance(w, "leap"), "107");
  assert_string_equal(balance(w, "tokyo"), "100");
  assert_string_equal(balance(w, "new"), "0");
  tick(w, "2027-02-15T00:00:00Z");
  assert_at(w, "due/ran", "1");
  tick(w, "2026-06-01T00:00:00Z"); // time does not go back
  assert_at(w, "due/ran", "0");
  world_reopen(w);
  tick(w, "2027-12-31T00:00:00Z");
  assert_at(w, "due/ran", "5");
  tick_as(w, "2027-12-31T00:00:00Z", "duplicate");
  assert_at(w, "due/ran", "5");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  assert_string_equal(balance(w, "leap"), "214");
  tick(w, "2028-01-01T00:00:00Z");
  assert_at(w, "due/ran", "0");
  assert_verified(w);
}

static void test_parked_piece(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"event\":[" RULE("gift", ON("member.birthday"), FIXED("100")) ",{\"rule\":\"bad\",\"when\":{\"all\":[" ON("member.birthday")
          "]},\"outcomes\":[{\"outcome\":\"always\"}]}]");
  world_file(w, "outcomes/always.lua",
             "return accrue.outcome { title = \"Fails\", variables = {}, effects = function() error(\"no\") end }\n");
  publish(w, "shop");
  join(w, "m", "2026-01-10T12:00:00Z", "\"birthday\":\"1992-02-01\"");
  buy(w, "1", "m", "2026-03-01T12:00:00Z", "3.00");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "3");
  buy(w, "2", "m", "2026-03-02T12:00:00Z", "3.00");
  assert_string_equal(stats(w, "due_work/ran"), "1");
  assert_string_equal(stats(w, "due_work/parked"), "1");
  world_reopen(w);
  buy(w, "3", "m", "2026-03-03T12:00:00Z", "3.00");
  assert_at(w, "balances/points", "9");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  buy(w, "4", "m", "2026-03-04T12:00:00Z", "3.00");
  assert_string_equal(stats(w, "due_work/ran"), "0");
  assert_verified(w);
}

static void test_events_for_later(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"purchase\":[" RULE("remind", BUY, TRIGGER("ping", ",\"after\":\"30 days\",\"data\":\"{\\\"n\\\":1}\"")) "],"
          "\"event\":[" RULE("on ping", ON("ping"), FIXED("10")) "]");
  publish(w, "shop");
  buy(w, "1", "m", "2026-03-01T12:00:00Z", "1.00");
  buy(w, "2", "m", "2026-03-02T12:00:00Z", "1.00");
  world_reopen(w);
  buy(w, "3", "m", "2026-03-31T11:59:59Z", "1.00"); // 30 days on the clock of the wall: daylight saving began between
  assert_at(w, "balances/points", "13");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  tick(w, "2026-04-01T12:00:00Z");
  assert_at(w, "due/ran", "1");
  assert_string_equal(balance(w, "m"), "23");
  tick(w, "2026-05-01T12:00:00Z");
  assert_at(w, "due/ran", "1");
  assert_string_equal(balance(w, "m"), "33");
  char *text = entries(w, "m");
  assert_non_null(strstr(text, "2026-04-30T11:59:59Z ping credit points 10 33 on ping"));
  free(text);
  assert_verified(w);
}

// Domain example 19.
static void test_no_loop(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"event\":[" RULE("one more", ON("points.earned"), FIXED("1")) "]");
  publish(w, "shop");
  buy(w, "1", "m", "2026-03-01T12:00:00Z", "5.00");
  assert_at(w, "balances/points", "6");
  adjust(w, "2", "m", "2026-03-01T12:00:00Z", "10", NULL);
  assert_at(w, "balances/points", "17");
  assert_verified(w);
}

static void test_default_events(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"levels\":[{\"level\":\"Low\"},{\"level\":\"High\",\"threshold\":{\"spend\":\"100.00\"}}],"
          "\"event\":[" RULE("up", ON("level.promoted") ",{\"key_phrase\":\"event_attribute\",\"event\":\"level.promoted\",\"key\":\"to\","
                             "\"value\":\"High\"}", FIXED("1000")) ","
          RULE("down", ON("level.demoted"), FIXED("3")) "," RULE("fall", ON("ping"), "{\"outcome\":\"tier_change\",\"level\":\"Low\"}") ","
          RULE("done", ON("purchase.completed") ",{\"key_phrase\":\"event_attribute\",\"event\":\"purchase.completed\",\"key\":\"total\","
               "\"operator\":\">=\",\"value\":\"50.00\"}", FIXED("20")) "]");
  publish(w, "shop");
  buy(w, "1", "m", "2026-03-01T12:00:00Z", "10.00");
  assert_at(w, "balances/points", "10");
  buy(w, "2", "m", "2026-03-01T12:00:00Z", "90.00");
  assert_at(w, "balances/points", "1120");
  assert_at(w, "levels/shop", "High");
  event(w, "3", "ping", "m", "2026-03-01T12:00:00Z", "");
  assert_at(w, "balances/points", "2123"); // and the next entrance lifts it again
  assert_verified(w);
}

// A referral pays both, each by its own log.
static void test_link(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"links\":{\"referrer\":{\"max\":2}},\"event\":["
          RULE("welcome", ON("member.join"), FIXED("5") "," TRIGGER("ping", ",\"to\":\"referrer\",\"data\":\"{\\\"n\\\":1}\"")) ","
          RULE("thanks", ON("ping"), FIXED("50") "," TRIGGER("pong", ",\"after\":\"1 day\",\"to\":\"referrer\"")) ","
          RULE("far", ON("pong"), FIXED("1")) "]");
  publish(w, "shop");
  join(w, "root", "2026-03-01T10:00:00Z", "");
  join(w, "middle", "2026-03-01T11:00:00Z", "\"links\":{\"referrer\":\"root\"}");
  assert_at(w, "balances/points", "5");
  assert_at(w, "outcomes/2/sends", "ping");
  assert_at(w, "outcomes/2/to", "referrer");
  assert_string_equal(balance(w, "root"), "55");
  join(w, "leaf", "2026-03-02T12:00:00Z", "\"links\":{\"referrer\":[\"middle\",\"nobody\"]}");
  assert_at(w, "outcomes/2/sends", "ping");
  assert_at(w, "outcomes/3/target_unknown", "ping");
  assert_string_equal(balance(w, "middle"), "55");
  see(w, "nobody");
  assert_at(w, "error/data/code", "member_unknown");
  tick(w, "2026-03-04T00:00:00Z");
  assert_at(w, "due/ran", "2"); // of root, which leads nowhere, and of middle, to root
  assert_string_equal(balance(w, "root"), "56");
  char *before = entries(w, "root");
  assert_non_null(strstr(before, "2026-03-01T11:00:00Z ping credit points 50 55 thanks"));
  world_close(w);
  world_remove_view(w);
  world_open(w);
  char *after = entries(w, "root");
  assert_string_equal(before, after);
  free(before);
  free(after);
  assert_verified(w);
}

// Two who lead to each other: the chain's depth counts across members.
static void test_link_loop(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"links\":{\"friend\":{}},\"event\":[" RULE("echo", ON("ping"), FIXED("1") "," TRIGGER("ping", ",\"to\":\"friend\"")) "]");
  publish(w, "shop");
  join(w, "a", "2026-03-01T10:00:00Z", "\"links\":{\"friend\":\"b\"}");
  join(w, "b", "2026-03-01T10:00:00Z", "\"links\":{\"friend\":\"a\"}");
  event(w, "1", "ping", "a", "2026-03-01T11:00:00Z", "");
  assert_at(w, "balances/points", "1");
  assert_string_equal(balance(w, "a"), "5"); // itself and depths 2, 4, 6, 8
  assert_string_equal(balance(w, "b"), "4");
  assert_verified(w);
}

static void test_parked_over_a_link(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01",
          "\"links\":{\"friend\":{}},\"event\":[" RULE("tell", ON("pong"), FIXED("3") "," TRIGGER("ping", ",\"to\":\"friend\"")
          ",{\"outcome\":\"boom\",\"word\":\"here\"}") ",{\"rule\":\"bad\",\"when\":{\"all\":[" ON("ping")
          "]},\"outcomes\":[{\"outcome\":\"always\"}]}]");
  world_file(w, "outcomes/always.lua",
             "return accrue.outcome { title = \"Fails\", variables = {}, effects = function() error(\"no\") end }\n");
  publish(w, "shop");
  join(w, "a", "2026-03-01T10:00:00Z", "");
  join(w, "b", "2026-03-01T10:00:00Z", "\"links\":{\"friend\":\"a\"}");
  event(w, "1", "pong", "b", "2026-03-01T11:00:00Z", "\"boom\":\"here\"");
  assert_at(w, "status", "parked"); // and nothing was sent
  assert_string_equal(stats(w, "records"), "4");
  event(w, "2", "pong", "b", "2026-03-01T11:00:00Z", "");
  assert_at(w, "balances/points", "3"); // what fails there is a matter of the other one's log
  assert_string_equal(stats(w, "records"), "6");
  buy(w, "3", "a", "2026-03-01T12:00:00Z", "2.00");
  assert_at(w, "balances/points", "2");
  assert_verified(w);
}

// ---- a clock that is cut off

static void ignore_done(acr_batch *batch, int error, void *arg) {
  (void)batch;
  __atomic_store_n((int *)arg, error + 1000, __ATOMIC_RELEASE);
}

static void many_join(struct world *w, int members) {
  acr_batch *batch = acr_batch_begin(w->engine);
  int state = 0;
  for (int i = 0; i < members; i++) {
    char line[256];
    int len = snprintf(line, sizeof line,
                       "{\"specversion\":\"1.0\",\"id\":\"j%d\",\"source\":\"pos\",\"type\":\"member.join\",\"subject\":\"m%d\","
                       "\"time\":\"2026-03-01T12:00:00Z\",\"data\":{\"birthday\":\"1990-04-01\"}}", i, i);
    acr_batch_take(batch, line, (size_t)len, NULL);
  }
  acr_batch_commit(batch, ignore_done, &state);
  while (__atomic_load_n(&state, __ATOMIC_ACQUIRE) == 0)
    usleep(1000);
  assert_int_equal(state, 1000 + ACR_E_OK);
  acr_batch_end(batch);
}

// In a process of its own, whose files may have so many bytes only: the WAL fails in the middle of the clock.
static int cut_off_clock(struct world *w, rlim_t bytes) {
  pid_t child = fork();
  if (child == 0) {
    struct rlimit limit = {bytes, bytes};
    world_open(w);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    const char *line = "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"n\",\"type\":\"clock\",\"time\":\"2026-04-03T00:00:00Z\"}";
    char *reply = NULL;
    _exit(acr_engine_apply(w->engine, line, strlen(line), &reply) == ACR_E_OK ? 0 : 1);
  }
  int status = 0;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void test_clock_cut_off(void **state) {
  enum { MEMBERS = 9000 };
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "\"event\":[" RULE("gift", ON("member.birthday"), FIXED("100")) "]");
  publish(w, "shop");
  many_join(w, MEMBERS);
  buy(w, "late", "m8999", "2026-04-02T12:00:00Z", "1.00"); // this one has come by itself
  assert_at(w, "balances/points", "101");
  world_close(w);
  assert_int_equal(cut_off_clock(w, 2200000), 1);
  world_open(w);
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"n\",\"type\":\"clock\",\"time\":\"2026-04-03T00:00:00Z\"}");
  assert_at(w, "status", "applied");
  int ran = atoi(at(w, "due/ran"));
  if (ran == 0 || ran >= MEMBERS - 1) print_error("%d pieces were left\n", ran);
  assert_true(ran > 0 && ran < MEMBERS - 1);
  for (int i = 0; i < MEMBERS; i += 499) {
    char id[16];
    snprintf(id, sizeof id, "m%d", i);
    assert_string_equal(balance(w, id), "100");
  }
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_birthdays, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_lazy_and_nightly, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_clock, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_parked_piece, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_events_for_later, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_no_loop, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_default_events, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_link, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_link_loop, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_parked_over_a_link, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_clock_cut_off, set_up_file, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
