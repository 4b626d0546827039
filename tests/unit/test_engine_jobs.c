// Publishing beside the engine's thread: whatever comes meanwhile, the ledger is the one that publishing at that place gives.
#include "engine_fixture.h"
#include <pthread.h>

#define FIXED(points) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"status\",\"source\":\"promo\"}"
#define RULE(name, when, points) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]},\"outcomes\":[" FIXED(points) "]}"
#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define COUNTS                                                                                                         \
  "\"purchase\":[" RULE("Spent", BUY ",{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"25.00\"}", "1") "," \
  RULE("Pings", BUY ",{\"key_phrase\":\"complete_events\",\"event\":\"ping\",\"operator\":\">=\",\"count\":2}", "100") "," \
  RULE("Earned", BUY ",{\"key_phrase\":\"earn_points\",\"operator\":\">=\",\"points\":25}", "10000") "]"

enum { MEMBERS = 12, EVENTS = 240 };

// The i-th event; the same in every world.
static const char *step(struct world *w, int i) {
  char id[16], member[16], time[32];
  snprintf(id, sizeof id, "e%d", i);
  snprintf(member, sizeof member, "m%d", i * 7 % MEMBERS);
  snprintf(time, sizeof time, "2026-02-%02dT12:%02d:00Z", 1 + i / 30, i % 60);
  if (i % 40 == 39) return event(w, id, "member.merge", member, time, i % 80 == 39 ? "\"into\":\"m1\"" : "\"into\":\"m2\"");
  if (i % 3 == 0) return event(w, id, "ping", member, time, "");
  return buy(w, id, member, time, "1.25");
}

static char *states(struct world *w) {
  char *all = strdup(""), *longer;
  for (int i = 0; i < MEMBERS; i++) {
    char name[16];
    snprintf(name, sizeof name, "m%d", i);
    char *text = member_text(w, name);
    assert_true(asprintf(&longer, "%s%s", all, text) > 0);
    free(text);
    free(all);
    all = longer;
  }
  return all;
}

static char *publishing(const struct world *w, const char *status) {
  char *line;
  assert_true(asprintf(&line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/shop.json\","
                              "\"status\":\"%s\",\"all_levels\":true,\"author\":\"test\"}}", w->dir, status) > 0);
  return line;
}

static void *prepare(void *arg) {
  acr_job_prepare(arg);
  return NULL;
}

static void ended(acr_batch *batch, int error, void *arg) {
  (void)batch;
  __atomic_store_n((int *)arg, error + 1000, __ATOMIC_RELEASE);
}

static void commit(acr_batch *batch) {
  int state = 0;
  acr_batch_commit(batch, ended, &state);
  while (!__atomic_load_n(&state, __ATOMIC_ACQUIRE)) {
  }
  assert_int_equal(state, 1000 + ACR_E_OK);
}

static void carry_out(struct world *w, acr_job *job, const char *line) {
  const char *text;
  size_t len;
  void *tag;
  acr_batch *batch = acr_batch_begin(w->engine);
  acr_batch_take_job(batch, job, line, strlen(line), NULL);
  commit(batch);
  free(w->reply);
  acr_batch_reply(batch, 0, &text, &len, &tag);
  w->reply = strndup(text, len);
  acr_batch_end(batch);
  acr_job_free(job);
}

static const char reloading[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"template.reload\",\"params\":{\"active\":true}}";

enum { PUBLISH, RELOAD }; // how the version comes

// Brings a version with rules over history behind event number `place`; prepared when there were `from` events, while the rest of them
// came (from == place: not prepared at all); caught up in at most `most` slices; then the
// rest of the events.
static char *world_of(int how, bool in_file, int from, int place, bool restart, int most) {
  struct world *w = world_new(in_file);
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  acr_job *job = NULL;
  pthread_t thread;
  program(w, "shop", "2026-01-01", COUNTS);
  char *line = how == RELOAD ? strdup(reloading) : publishing(w, "active");
  acr_loaded *loaded = how == RELOAD ? acr_loaded_new(w->dir, NULL, NULL) : NULL;
  for (int i = 0; i < EVENTS; i++) {
    if (i == from && from < place) {
      job = acr_job_begin(w->engine, line, strlen(line), loaded);
      assert_non_null(job);
      assert_int_equal(pthread_create(&thread, NULL, prepare, job), 0);
    }
    if (i == place && job) {
      bool more = true;
      pthread_join(thread, NULL);
      for (int slices = 0; more && slices < most; slices++) {
        acr_batch *batch = acr_batch_begin(w->engine);
        acr_batch_job(batch, job, 1, &more);
        commit(batch);
        acr_batch_end(batch);
      }
      carry_out(w, job, line);
      job = NULL;
      assert_at(w, how == RELOAD ? "result/programs/0/release" : "result/release", "shop@2");
    } else if (i == place) {
      publish(w, "shop");
    }
    step(w, i);
    if (restart && i == place) world_reopen(w); // not everybody has the new history yet
  }
  char *all = states(w), *json = NULL;
  assert_verified(w);
  int same = acr_engine_replay(w->engine, &json);
  if (same != ACR_E_OK) print_error("%s\n", json);
  assert_int_equal(same, ACR_E_OK);
  free(json);
  free(line);
  acr_loaded_free(loaded);
  world_free(w);
  return all;
}

static void compare_how(int how, bool in_file, int from, int place, bool restart, int most) {
  char *plain = world_of(PUBLISH, in_file, place, place, false, 0), *beside = world_of(how, in_file, from, place, restart, most);
  assert_non_null(strstr(plain, "101")); // the rules do count what was before them
  assert_string_equal(beside, plain);
  free(plain);
  free(beside);
}

static void compare(bool in_file, int from, int place, bool restart, int most) {
  compare_how(PUBLISH, in_file, from, place, restart, most);
}

// The files of an active program were edited: as if it had been published.
static void test_reload(void **state) {
  (void)state;
  compare_how(RELOAD, false, 60, 120, false, 100);
  compare_how(RELOAD, false, 60, 120, false, 0);
  compare_how(RELOAD, true, 119, 120, false, 100);
  compare_how(RELOAD, true, 60, 120, true, 100);
}

static void test_beside(void **state) {
  (void)state;
  compare(false, 60, 120, false, 100);
  compare(false, 60, 120, false, 0); // what is left is read when it is carried out
  compare(true, 60, 120, false, 100);
  compare(true, 119, 120, false, 100);
}

static void test_restart(void **state) {
  (void)state;
  compare(true, 60, 120, true, 100);
  compare(true, 1, 200, true, 100);
}

// Each has a history of its own, and one of them has nothing to do with the job.
static void test_reload_of_two(void **state) {
  struct world *w = *state;
  static const char *const names[] = {"shop", "club", "test"};
  for (int i = 0; i < 3; i++) {
    program(w, names[i], "2026-01-01", "");
    publish_as(w, names[i], i == 2 ? "test" : "active");
  }
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "20.00");
  for (int i = 0; i < 3; i++)
    program(w, names[i], "2026-01-01", COUNTS);
  acr_loaded *loaded = acr_loaded_new(w->dir, NULL, NULL);
  acr_job *job = acr_job_begin(w->engine, reloading, sizeof reloading - 1, loaded);
  assert_non_null(job);
  acr_job_prepare(job);
  buy(w, "2", "m", "2026-02-01T12:00:01Z", "10.00");
  carry_out(w, job, reloading);
  for (int i = 0; i < 3; i++) {
    char path[40];
    snprintf(path, sizeof path, "result/programs/%d/did", i);
    assert_at(w, path, "reloaded");
  }
  acr_loaded_free(loaded);
  loaded = acr_loaded_new(w->dir, NULL, NULL);
  assert_null(acr_job_begin(w->engine, reloading, sizeof reloading - 1, loaded)); // nothing has changed since
  acr_loaded_free(loaded);
  buy(w, "3", "m", "2026-02-01T12:00:02Z", "1.00");
  char *text = member_text(w, "m");
  assert_non_null(strstr(text, "10001"));
  free(text);
  world_reopen(w);
  assert_verified(w);
}

// What was refused beside says what it says otherwise, and changes nothing.
static void test_refused(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  program(w, "shop", "2026-01-01", "\"purchase\":[" RULE("P", "{\"key_phrase\":\"make_a_purchas\"}", "1") "]");
  char *line = publishing(w, "active");
  say(w, "%s", line);
  assert_at(w, "error/data/code", "faults");
  char *plain = strdup(w->reply);
  acr_job *job = acr_job_begin(w->engine, line, strlen(line), NULL);
  acr_job_prepare(job);
  carry_out(w, job, line);
  assert_string_equal(w->reply, plain);
  free(plain);
  free(line);
}

static void test_cancelled(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "30.00");
  program(w, "shop", "2026-01-01", COUNTS);
  char *line = publishing(w, "active");
  acr_job *job = acr_job_begin(w->engine, line, strlen(line), NULL);
  acr_job_cancel(job);
  acr_job_prepare(job);
  carry_out(w, job, line);
  assert_at(w, "error/data/code", "stopping");
  buy(w, "2", "m", "2026-02-01T12:00:01Z", "1.00");
  assert_at(w, "release", "shop@1");
  free(line);
}

// Another version has come between the preparation and the end of it: what was prepared fits it no longer.
static void test_overtaken(void **state) {
  struct world *w = *state;
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "30.00");
  program(w, "shop", "2026-01-01", COUNTS);
  char *line = publishing(w, "active");
  acr_job *job = acr_job_begin(w->engine, line, strlen(line), NULL);
  acr_job_prepare(job);
  publish(w, "shop");
  carry_out(w, job, line);
  assert_at(w, "result/release", "shop@3");
  buy(w, "2", "m", "2026-02-01T12:00:01Z", "1.00");
  assert_at(w, "balances/status", "10001");
  assert_verified(w);
  free(line);
}

static void test_set(void **state) {
  struct world *w = *state;
  static const char set[] =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"shop\",\"status\":\"active\"}}";
  program(w, "shop", "2026-01-01", "");
  publish(w, "shop");
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "20.00");
  program(w, "shop", "2026-01-01", COUNTS);
  publish_as(w, "shop", "configure");
  acr_job *job = acr_job_begin(w->engine, set, sizeof set - 1, NULL);
  acr_job_prepare(job);
  buy(w, "2", "m", "2026-02-01T12:00:01Z", "10.00");
  carry_out(w, job, set);
  assert_at(w, "result/status", "active");
  buy(w, "3", "m", "2026-02-01T12:00:02Z", "1.00");
  assert_at(w, "balances/status", "10001");
  world_reopen(w);
  buy(w, "4", "m", "2026-02-01T12:00:03Z", "1.00");
  assert_at(w, "balances/status", "20002");
  assert_verified(w);
}

// Begun behind event `from`, and what it lacks read piece by piece between the events behind: it is of the place where it is answered.
static void report_beside(bool in_file, const char *line, int from, int until) {
  struct world *w = world_new(in_file);
  program(w, "shop", "2026-01-01", COUNTS);
  publish(w, "shop");
  acr_job *job = NULL;
  for (int i = 0; i < until; i++) {
    if (i == from) {
      job = acr_job_begin(w->engine, line, strlen(line), NULL);
      assert_non_null(job);
      acr_job_prepare(job);
    }
    if (i == from + 1) buy(w, "new", "somebody", "2026-02-01T12:00:00Z", "30.00"); // whom it did not know of
    bool more;
    for (int slices = 0; job && slices < 3; slices++) {
      acr_batch *batch = acr_batch_begin(w->engine);
      acr_batch_job(batch, job, 1, &more);
      commit(batch);
      acr_batch_end(batch);
    }
    step(w, i);
  }
  carry_out(w, job, line);
  char *beside = strdup(w->reply);
  say(w, "%s", line);
  assert_string_equal(beside, w->reply);
  if (strstr(line, "liability")) {
    assert_at(w, "result/equal", "true");
    assert_at(w, "result/compared_with", "lots and entries");
  }
  assert_null(strstr(beside, "\"error\""));
  free(beside);
  world_free(w);
}

static bool slice_of(struct world *w, acr_job *job) {
  bool more;
  acr_batch *batch = acr_batch_begin(w->engine);
  acr_batch_job(batch, job, 1, &more);
  commit(batch);
  acr_batch_end(batch);
  return more;
}

// Made in slices, with `between` events among them; it is what the whole was when it was asked for.
static void page_beside(bool in_file, const char *line, int from, int between) {
  struct world *w = world_new(in_file);
  int slices = 1;
  program(w, "shop", "2026-01-01", COUNTS);
  publish(w, "shop");
  for (int i = 0; i < from; i++)
    step(w, i);
  say(w, "%s", line);
  char *whole = strdup(w->reply);
  assert_null(strstr(whole, "\"error\""));
  acr_job *job = acr_job_begin(w->engine, line, strlen(line), NULL);
  assert_non_null(job);
  acr_job_prepare(job);
  for (int i = from; slice_of(w, job); slices++)
    if (i < from + between) step(w, i++);
  assert_true(slices > 2 || strstr(line, "\"what\":\"e")); // so little of the log is one slice
  carry_out(w, job, line);
  assert_string_equal(w->reply, whole);
  free(whole);
  world_free(w);
}

static void test_pages(void **state) {
  static const char *const requests[] = {
      "ledger.export\",\"params\":{\"what\":\"events\"}", "ledger.export\",\"params\":{\"what\":\"entries\"}",
      "ledger.export\",\"params\":{\"what\":\"members\"}", "member.explain\",\"params\":{\"member\":\"m1\"}",
      "member.explain\",\"params\":{\"member\":\"m3\",\"limit\":7}", "report.forecast\",\"params\":{\"months\":3,\"all\":true}"};
  (void)state;
  for (int i = 0; i < 6; i++) {
    char line[200];
    bool as_it_is = strstr(requests[i], "members") || strstr(requests[i], "forecast"); // of members, not of the log
    snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s}", requests[i]);
    page_beside(false, line, 130, as_it_is ? 0 : 40);
    page_beside(true, line, 100, as_it_is ? 0 : 30);
  }
}

static void test_reports(void **state) {
  (void)state;
  static const char *const methods[] = {"report.liability", "report.activity", "report.levels"};
  for (int i = 0; i < 3; i++) {
    char line[200];
    snprintf(line, sizeof line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":{\"by\":\"day\"}}", methods[i]);
    report_beside(false, line, 60, 75);  // nobody is merged while lots are added up
    report_beside(false, line, 60, 130); // some are
    report_beside(true, line, 100, 102);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_beside),
      cmocka_unit_test(test_restart),
      cmocka_unit_test(test_reload),
      cmocka_unit_test(test_reports),
      cmocka_unit_test(test_pages),
      cmocka_unit_test_setup_teardown(test_reload_of_two, set_up_file, tear_down),
      cmocka_unit_test_setup_teardown(test_refused, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_cancelled, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_overtaken, set_up_memory, tear_down),
      cmocka_unit_test_setup_teardown(test_set, set_up_file, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
