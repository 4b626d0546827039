// member.erase: nothing of the member is in any file, and the ledger is what it was.
#include "engine/engine.h"
#include "ledger/store.h"
#include "merge_fixture.h"
#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

static const char rules[] =
    "\"event\":[" RULE("later", ON("visit"), "",
                     "{\"outcome\":\"trigger_event\",\"event\":\"ping\",\"after\":\"60 days\",\"data\":\"{\\\"word\\\":\\\"x\\\"}\"}")
    "," RULE("told", ON("visit"), "",
             "{\"outcome\":\"web_hook\",\"url\":\"https://example.test/hook\","
             "\"body\":\"[{member.id},{member.attributes.name}]\"}")
    "," RULE("soon", ON("visit"), "", FIXED("7", "soon")) "]";

static void join(struct world *w, const char *id, const char *member, const char *data) {
  event(w, id, "member.join", member, T("01"), data);
  assert_at(w, "status", "applied");
}

// How many bytes sequences of the text the ledger's files have.
static int hits(const struct world *w, const char *text) {
  DIR *folder = opendir(w->dir);
  int count = 0;
  assert_non_null(folder);
  for (struct dirent *entry; (entry = readdir(folder));) {
    char path[512], part[4096];
    acr__buf bytes = {0};
    snprintf(path, sizeof path, "%s/%s", w->dir, entry->d_name);
    FILE *file = strncmp(path, w->ledger, strlen(w->ledger)) == 0 ? fopen(path, "rb") : NULL;
    for (size_t n; file && (n = fread(part, 1, sizeof part, file)) > 0;)
      acr__buf_put(&bytes, part, n);
    if (file) fclose(file);
    for (const uint8_t *at = bytes.ptr; bytes.len && (at = memmem(at, (size_t)(bytes.ptr + bytes.len - at), text, strlen(text))); at++)
      count++;
    acr__buf_free(&bytes);
  }
  closedir(folder);
  return count;
}

static void spend(struct world *w, const char *id, const char *member, const char *points, const char *time) {
  char data[96];
  snprintf(data, sizeof data, "\"points\":%s,\"reference\":\"MARK-ref\"", points);
  event(w, id, "points.spend", member, time, data);
}

// Refused before there is a member, joined, bought, spent, refused, parked; another has a link there.
static void lived(struct world *w) {
  start(w, rules);
  spend(w, "0", "MARK-id", "5", T("01"));
  assert_at(w, "status", "refused");
  join(w, "1", "MARK-id", "\"birthday\":\"1980-05-05\",\"attributes\":{\"name\":\"MARK-name\"}");
  join(w, "2", "friend", "\"links\":{\"referrer\":\"MARK-id\",\"friend\":[\"x\",\"MARK-id\"]}");
  event(w, "3", "purchase", "MARK-id", T("02"), "\"total\":\"100.00\",\"context\":{\"note\":\"MARK-note\"}");
  assert_at(w, "status", "applied");
  event(w, "4", "visit", "MARK-id", T("03"), "");
  assert_at(w, "status", "applied");
  spend(w, "5", "MARK-id", "30", T("04"));
  assert_at(w, "status", "applied");
  spend(w, "6", "MARK-id", "3000", T("04"));
  assert_at(w, "status", "refused");
  event(w, "7", "visit", "friend", T("05"), "");
}

static void erase(struct world *w, const char *id, const char *member) {
  event(w, id, "member.erase", member, T("06"), "");
}

static void test_nothing_is_left(void **state) {
  struct world *w = *state;
  lived(w);
  if (w->ledger[0]) {
    world_reopen(w); // the view has it too
    assert_true(hits(w, "MARK") > 10);
  }
  see(w, "MARK-id");
  assert_at(w, "result/balances/points", "70");
  erase(w, "8", "MARK-id");
  assert_at(w, "status", "applied");
  assert_at(w, "member", "MARK-id");
  if (w->ledger[0]) assert_int_equal(hits(w, "MARK"), 0);
  see(w, "MARK-id");
  assert_at(w, "error/data/code", "member_unknown");
  see(w, "erased/1");
  assert_at(w, "result/balances/points", "70");
  assert_null(strstr(w->reply, "1980"));
  assert_verified(w);
}

static void test_answers_stay(void **state) {
  struct world *w = *state;
  lived(w);
  erase(w, "8", "MARK-id");
  event(w, "3", "purchase", "MARK-id", T("02"), "\"total\":\"100.00\",\"context\":{\"note\":\"MARK-note\"}");
  assert_at(w, "status", "duplicate");
  assert_at(w, "outcomes/0/points", "100");
  spend(w, "6", "MARK-id", "3000", T("04"));
  assert_at(w, "status", "refused");
  assert_at(w, "error/code", "points_short");
  assert_at(w, "error/message", "why was erased with the member");
  spend(w, "0", "MARK-id", "5", T("01"));
  assert_at(w, "error/code", "points_short");
  erase(w, "8", "MARK-id");
  assert_at(w, "status", "duplicate");
  erase(w, "9", "MARK-id");
  assert_rejected(w, "member_unknown");
  event(w, "10", "visit", "erased/1", T("07"), "");
  assert_rejected(w, "member_erased");
  event(w, "11", "member.merge", "friend", T("07"), "\"into\":\"erased/1\"");
  assert_rejected(w, "member_unknown");
  event(w, "12", "purchase", "other", T("07"), "\"total\":\"10.00\",\"transaction\":\"3\"");
  assert_at(w, "status", "refused");        // the transaction stays taken
  buy(w, "13", "MARK-id", T("08"), "4.00"); // somebody new
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "4");
  event(w, "14", "return", "MARK-id", T("08"), "\"of\":\"3\",\"total\":\"1.00\"");
  assert_rejected(w, "of_unknown");
  assert_verified(w);
}

// Due work goes on: points expire, and nothing that was personal comes of it.
static void test_time_goes_on(void **state) {
  struct world *w = *state;
  lived(w);
  erase(w, "8", "MARK-id");
  see(w, "erased/1");
  assert_at(w, "result/balances/soon", "7");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"pos\",\"type\":\"clock\",\"time\":\"2027-06-01T00:00:00Z\"}");
  see(w, "erased/1");
  assert_at(w, "result/balances/soon", "0");
  assert_at(w, "result/balances/points", "70");
  assert_verified(w);
}

// The part of it that an export or a replay may compare.
static void assert_as_before(struct world *w, const char *erased, const char *friend) {
  char *again = member_text(w, "erased/1");
  assert_string_equal(erased, again);
  free(again);
  again = member_text(w, "friend");
  assert_string_equal(friend, again);
  free(again);
  assert_verified(w);
  char *json = NULL;
  int error = acr_engine_replay(w->engine, &json);
  if (error) print_error("%s\n", json);
  assert_int_equal(error, ACR_E_OK);
  free(json);
}

static void test_taken_up_again(void **state) {
  struct world *w = *state;
  lived(w);
  world_reopen(w);
  erase(w, "8", "MARK-id");
  say(w, "{\"specversion\":\"1.0\",\"id\":\"c\",\"source\":\"pos\",\"type\":\"clock\",\"time\":\"2026-06-20T00:00:00Z\"}");
  buy(w, "9", "friend", "2026-06-21T00:00:00Z", "9.00");
  char *erased = member_text(w, "erased/1"), *friend = member_text(w, "friend");
  assert_as_before(w, erased, friend);
  world_reopen(w);
  assert_int_equal(hits(w, "MARK"), 0);
  assert_as_before(w, erased, friend);
  world_close(w);
  world_remove_view(w);
  world_open(w);
  assert_as_before(w, erased, friend);
  world_close(w);
  assert_int_equal(hits(w, "MARK"), 0);
  world_open(w);
  free(erased);
  free(friend);
}

// ---- a process that ends in the middle

static const struct acr__store *whole;
static int die_before(acr__ledger *ledger, const struct acr__patch *patches, size_t count) {
  (void)ledger;
  (void)patches;
  (void)count;
  _exit(0);
}
static int die_behind(acr__ledger *ledger, const struct acr__patch *patches, size_t count) {
  whole->overwrite(ledger, patches, count);
  _exit(0);
}
static void die_at_scrub(acr__ledger *ledger, uint64_t ticket) {
  while (whole->pushed(ledger) < ticket)
    usleep(1000);
  _exit(0);
}

static void test_resumed(void **state) {
  struct world *w = *state;
  struct acr__store store;
  for (int where = 0; where < 3; where++) {
    if (where) {
      world_free(w);
      w = *state = world_new(true);
    }
    lived(w);
    world_close(w);
    pid_t child = fork();
    if (child == 0) {
      world_open(w);
      whole = w->engine->ledger->store;
      store = *whole;
      if (where == 0) store.overwrite = die_before;
      if (where == 1) store.overwrite = die_behind;
      if (where == 2) store.scrub = die_at_scrub;
      w->engine->ledger->store = &store;
      erase(w, "8", "MARK-id");
      _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(hits(w, "MARK") > 0);
    world_open(w);
    assert_int_equal(hits(w, "MARK"), 0);
    see(w, "friend");
    assert_null(strstr(w->reply, "MARK"));
    see(w, "erased/1");
    assert_at(w, "result/balances/points", "70");
    erase(w, "8", "MARK-id");
    assert_at(w, "status", "duplicate");
    char *erased = member_text(w, "erased/1"), *friend = member_text(w, "friend");
    assert_as_before(w, erased, friend);
    free(erased);
    free(friend);
  }
}

// Of two that are one person nothing is left of either.
static void test_merged(void **state) {
  struct world *w = *state;
  lived(w);
  buy(w, "20", "MARK-two", T("05"), "11.00");
  merge(w, "21", "MARK-id", "MARK-two", T("05"));
  assert_at(w, "status", "applied");
  erase(w, "22", "MARK-id"); // by the id that was merged
  assert_at(w, "status", "applied");
  assert_int_equal(hits(w, "MARK"), 0);
  buy(w, "23", "MARK-id", T("06"), "1.00");
  assert_at(w, "balances/points", "1");
  see(w, "erased/3");
  assert_at(w, "result/balances/points", "81");
  char *erased = member_text(w, "erased/3"), *one = member_text(w, "erased/1"), *friend = member_text(w, "friend");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  char *again = member_text(w, "erased/3");
  assert_string_equal(erased, again);
  free(again);
  assert_as_before(w, one, friend);
  free(erased);
  free(one);
  free(friend);
}

static void ended(acr_batch *batch, int error, void *arg) {
  (void)batch;
  *(int *)arg = error;
}

// Several in one batch, and one of them comes again in it.
static void test_batch(void **state) {
  struct world *w = *state;
  lived(w);
  world_reopen(w);
  static const char *const lines[] = {"\"id\":\"30\",\"type\":\"member.erase\",\"subject\":\"MARK-id\",\"data\":{}",
                                      "\"id\":\"31\",\"type\":\"purchase\",\"subject\":\"MARK-id\",\"data\":{\"total\":\"5.00\"}",
                                      "\"id\":\"32\",\"type\":\"member.erase\",\"subject\":\"MARK-id\",\"data\":{}",
                                      "\"id\":\"33\",\"type\":\"member.erase\",\"subject\":\"friend\",\"data\":{}"};
  acr_batch *batch = acr_batch_begin(w->engine);
  for (int i = 0; i < 4; i++) {
    char line[400];
    snprintf(line, sizeof line, "{\"specversion\":\"1.0\",\"source\":\"pos\",\"time\":\"2026-03-07T12:00:00Z\",%s}", lines[i]);
    acr_batch_take(batch, line, strlen(line), NULL);
  }
  int error = -1;
  acr_batch_commit(batch, ended, &error);
  assert_int_equal(error, ACR_E_OK);
  for (int i = 0; i < 4; i++) {
    const char *text;
    size_t len;
    void *tag;
    acr_batch_reply(batch, (size_t)i, &text, &len, &tag);
    assert_non_null(memmem(text, len, "\"applied\"", 9));
  }
  acr_batch_end(batch);
  assert_int_equal(hits(w, "MARK"), 0);
  see(w, "erased/1");
  assert_at(w, "result/balances/points", "70");
  see(w, "erased/3");
  assert_at(w, "result/balances/points", "5");
  assert_verified(w);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_nothing_is_left, set_up_memory, tear_down),
                                     cmocka_unit_test_setup_teardown(test_nothing_is_left, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_answers_stay, set_up_memory, tear_down),
                                     cmocka_unit_test_setup_teardown(test_answers_stay, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_time_goes_on, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_taken_up_again, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_resumed, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_merged, set_up_file, tear_down),
                                     cmocka_unit_test_setup_teardown(test_batch, set_up_file, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
