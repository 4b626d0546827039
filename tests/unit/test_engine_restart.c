// Whatever way the process ends, the ledger taken up again says the same of every member, verifies, and knows every event.
#include "engine_fixture.h"
#include "base/buf.h"
#include "calendar/calendar.h"
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define RULE(name, when, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]},\"outcomes\":[" outcomes "]}"
#define LIMITED(name, times, when, outcomes) \
  "{\"rule\":\"" name "\",\"limit\":{\"times\":" #times ",\"per\":\"week\"},\"when\":{\"all\":[" when "]},\"outcomes\":[" outcomes "]}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define BUY "{\"key_phrase\":\"make_a_purchase\"}"
#define SPENT(amount, last) "{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"" amount "\"," \
  "\"timeframe\":{\"last\":\"" last "\"}}"
#define PROGRAM_RULES(bonus) \
  "\"purchase\":[" LIMITED("Month", 4, BUY "," SPENT("200.00", "1 month"), FIXED(bonus, "points") ",{\"outcome\":\"add_tags\"," \
      "\"tags\":[\"big\"]}") "," \
  RULE("Brief", BUY "," SPENT("90.00", "1 week"), "{\"outcome\":\"add_tags\",\"tags\":[\"brief\"],\"expires\":\"3 days\"}") "," \
  RULE("Staff", BUY ",{\"key_phrase\":\"in_audience\",\"audience\":\"staff\"}", FIXED("3", "capped")) "," \
  RULE("Boom", BUY, FIXED("9", "status") ",{\"outcome\":\"boom\",\"word\":\"yes\"}") "]," \
  "\"event\":[" RULE("Ping", ON("ping"), FIXED("\"0.25\"", "fine") ",{\"outcome\":\"trigger_event\",\"event\":\"pong\"}") "," \
  RULE("Pong", ON("pong") ",{\"key_phrase\":\"complete_events\",\"event\":\"pong\",\"operator\":\">=\",\"count\":3}", FIXED("-7", \
      "owing")) "]," \
  "\"levels\":[{\"level\":\"One\",\"entrance\":[{\"rule\":\"E\",\"when\":\"no rules\",\"outcomes\":[]}]}," \
  "{\"level\":\"Two\",\"entrance\":[" RULE("T", SPENT("300.00", "20 days"), FIXED("50", "points")) "]}," \
  "{\"level\":\"Three\",\"entrance\":[" RULE("H", "{\"key_phrase\":\"earn_points\",\"operator\":\">=\",\"points\":900}", FIXED("5", \
      "status")) "]}]"

enum { MEMBERS = 12, KEPT = 24 };
struct run { uint64_t seed; int number; char *first[KEPT]; char *line[KEPT]; };

static void random_line(struct run *run, char *line, size_t cap) {
  static const char *const zones[] = {"Asia/Tokyo", "Europe/Berlin", "America/Los_Angeles"};
  uint64_t *seed = &run->seed;
  char data[200], time[40];
  const char *type = "purchase";
  int kind = (int)test_below(seed, 20);
  acr__time_format(1769900000000000 + run->number * (ACR_DAY_US / 20) - (test_below(seed, 4) ? 0 : test_below(seed,
      40) * ACR_DAY_US), time);
  snprintf(data, sizeof data, "\"total\":\"%d.%02d\"%s", (int)test_below(seed, 120), (int)test_below(seed, 100),
           test_below(seed, 25) ? "" : ",\"context\":{\"boom\":\"yes\"}");
  if (kind == 0 || kind == 1) {
    type = "points.adjust";
    snprintf(data, sizeof data, "\"points\":%d,\"account\":\"%s\",\"reason\":\"r\",\"actor\":\"a\"", (int)test_below(seed, 300) - 200,
             test_below(seed, 3) ? "points" : "owing");
  } else if (kind < 5) {
    type = "ping";
    snprintf(data, sizeof data, "\"quantity\":%d", 1 + (int)test_below(seed, 3));
  } else if (kind < 7) {
    type = test_below(seed, 2) ? "audience.enter" : "audience.leave";
    snprintf(data, sizeof data, "\"audience\":\"%s\"", test_below(seed, 2) ? "staff" : "flyers");
  } else if (kind == 7) {
    type = test_below(seed, 2) ? "member.join" : "member.update";
    snprintf(data, sizeof data, "\"timezone\":\"%s\",\"attributes\":{\"n\":%d}", zones[test_below(seed, 3)], run->number);
  }
  snprintf(line, cap, "{\"specversion\":\"1.0\",\"id\":\"e%d\",\"source\":\"till\",\"type\":\"%s\",\"subject\":\"m%d\","
      "\"time\":\"%s\",\"data\":{%s}}",
           run->number, type, (int)test_below(seed, MEMBERS), time, data);
}

static void feed(struct world *w, struct run *run, long count) {
  char line[600];
  for (long i = 0; i < count; i++) {
    run->number++;
    random_line(run, line, sizeof line);
    say(w, "%s", line);
    const char *status = at(w, "status");
    if (strcmp(status, "applied") != 0 && strcmp(status, "refused") != 0 && strcmp(status, "parked") != 0)
      print_error("%s\n%s", line, w->reply);
    assert_true(!strcmp(status, "applied") || !strcmp(status, "refused") || !strcmp(status, "parked"));
    int slot = run->number % KEPT;
    if (strcmp(status, "parked") != 0) {
      free(run->line[slot]);
      free(run->first[slot]);
      run->line[slot] = strdup(line);
      run->first[slot] = strdup(strstr(w->reply, "\"seq\""));
    }
    if (test_below(&run->seed, 40) == 0)
      while (acr_engine_idle(w->engine)) {
      }
  }
}

static void assert_duplicates(struct world *w, const struct run *run) {
  for (int i = 0; i < KEPT; i++)
    if (run->line[i]) {
      say(w, "%s", run->line[i]);
      assert_at(w, "status", strstr(run->first[i], "\"error\"") ? "refused" : "duplicate");
      assert_string_equal(strstr(w->reply, "\"seq\""), run->first[i]);
    }
}

static char *everybody(struct world *w) {
  acr__buf out = {0};
  for (int i = 0; i < MEMBERS; i++) {
    char id[8];
    snprintf(id, sizeof id, "m%d", i);
    see(w, id);
    acr__buf_text(&out, w->reply);
  }
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.list\"}");
  const char *left = "", *next = strstr(w->reply, "\"caps\":");
  for (; next; next = strstr(next + 1, "\"caps\":"))
    left = next; // what those of the release in force have left
  acr__buf_text(&out, left);
  acr__buf_u8(&out, 0);
  return (char *)out.ptr;
}

static void assert_everybody(struct world *w, const char *wanted) {
  char *now = everybody(w);
  if (strcmp(now, wanted) != 0)
    print_error("was: %s\nis:  %s\n", wanted, now);
  assert_string_equal(now, wanted);
  free(now);
  assert_verified(w);
}

static void run_free(struct run *run) {
  for (int i = 0; i < KEPT; i++) {
    free(run->line[i]);
    free(run->first[i]);
  }
}

static void publish_two(struct world *w, const char *bonus_rules) {
  promo_caps = ",\"inventory\":\"5000.75\","
               "\"limit\":[{\"points\":120,\"per\":\"day\"},{\"points\":60,\"per\":\"week\",\"for\":\"member\"}]";
  program(w, "shop", "2025-01-01", bonus_rules);
  publish(w, "shop");
}

static void test_clean(void **state) {
  struct world *w = *state;
  for (uint64_t round = 0; round < (uint64_t)test_scale(3); round++) {
    struct run run = {.seed = round, .number = (int)round * 10000};
    publish_two(w, round % 2 ? PROGRAM_RULES("11") : PROGRAM_RULES("10"));
    for (int stage = 0; stage < 4; stage++) {
      feed(w, &run, 150);
      char *wanted = everybody(w);
      world_close(w);
      if (stage == 1 || stage == 3)
        world_remove_view(w);
      world_open(w);
      assert_everybody(w, wanted);
      if (stage == 3) { // made anew, closed at once: what it wrote behind must stand on its own
        world_reopen(w);
        assert_everybody(w, wanted);
      }
      assert_duplicates(w, &run);
      assert_everybody(w, wanted);
      free(wanted);
    }
    run_free(&run);
  }
}

// A process that ends without closing anything, at some point between two events.
static char *crash(struct world *w, struct run *run, long count) {
  char path[128];
  snprintf(path, sizeof path, "%s/said", w->dir);
  pid_t child = fork();
  if (child == 0) {
    world_open(w);
    publish_two(w, run->number % 2 ? PROGRAM_RULES("11") : PROGRAM_RULES("12"));
    feed(w, run, count);
    char *text = everybody(w);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    _exit(0);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  FILE *file = fopen(path, "r");
  acr__buf out = {0};
  char part[4096];
  for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
    acr__buf_put(&out, part, n);
  fclose(file);
  acr__buf_u8(&out, 0);
  return (char *)out.ptr;
}

static void test_crash(void **state) {
  struct world *w = *state;
  struct run run = {.seed = 42};
  feed(w, &run, 0);
  for (int stage = 0; stage < (int)test_scale(4); stage++) {
    world_close(w);
    char *wanted = crash(w, &run, 120 + stage * 7);
    run.number += 1000; // the child's went unseen here
    run.seed += 77;
    if (stage % 2)
      world_remove_view(w);
    world_open(w);
    assert_everybody(w, wanted);
    world_reopen(w);
    assert_everybody(w, wanted);
    feed(w, &run, 40);
    assert_duplicates(w, &run);
    free(wanted);
  }
  run_free(&run);
}

// Members that were let go come back as they were.
static void test_little_memory(void **state) {
  struct world *w = *state;
  struct run run = {.seed = 5};
  world_close(w);
  struct acr_options options = {.ledger = w->ledger, .max_future_us = -1, .disk_free_min = 1, .member_bytes_max = 1};
  char *message = NULL;
  assert_int_equal(acr_engine_open(&options, &w->engine, &message), ACR_E_OK);
  publish_two(w, PROGRAM_RULES("10"));
  for (int i = 0; i < 6; i++) {
    feed(w, &run, 60);
    while (acr_engine_idle(w->engine)) {
    }
  }
  char *wanted = everybody(w);
  assert_everybody(w, wanted);
  world_reopen(w);
  assert_everybody(w, wanted);
  assert_duplicates(w, &run);
  free(wanted);
  run_free(&run);
}

static long place_of(const char *path, const char *mark) {
  FILE *file = fopen(path, "rb");
  acr__buf out = {0};
  char part[4096];
  assert_non_null(file);
  for (size_t n; (n = fread(part, 1, sizeof part, file)) > 0;)
    acr__buf_put(&out, part, n);
  fclose(file);
  const uint8_t *found = memmem(out.ptr, out.len, mark, strlen(mark));
  long place = found ? (long)(found - out.ptr) : -1;
  acr__buf_free(&out);
  return place;
}

// A member whose state in the view is damaged is never taken for a new one: the process ends, and verify tells.
static void test_damaged_state(void **state) {
  struct world *w = *state;
  char view[128];
  publish_two(w, PROGRAM_RULES("10"));
  event(w, "1", "member.join", "m", "2026-02-01T00:00:00Z", "\"attributes\":{\"mark\":\"QwErTzUiOp\"}");
  world_reopen(w);
  event(w, "2", "ping", "n", "2026-02-01T00:00:00Z", ""); // so that the first is written behind
  world_close(w);
  snprintf(view, sizeof view, "%s-view", w->ledger);
  long place = place_of(view, "QwErTzUiOp");
  assert_true(place > 0);
  FILE *file = fopen(view, "r+b");
  fseek(file, place, SEEK_SET);
  fputc('q', file);
  fclose(file);
  world_open(w);
  char *json = NULL;
  assert_int_equal(acr_engine_verify(w->engine, &json), ACR_E_VIOLATION);
  assert_string_equal(at_of(w, json, "violations/0/invariant"), "I3");
  free(json);
  world_close(w);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGABRT, SIG_DFL);
    assert_non_null(freopen("/dev/null", "w", stderr));
    world_open(w);
    buy(w, "3", "m", "2026-02-01T00:00:00Z", "1.00");
    _exit(0);
  }
  int status;
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
  world_remove_view(w); // what the sentence says to do
  world_open(w);
  buy(w, "3", "m", "2026-02-01T00:00:00Z", "1.00");
  assert_at(w, "status", "applied");
  assert_verified(w);
}

// Events may come before any program does.
static void test_before_any_program(void **state) {
  struct world *w = *state;
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "10.00");
  assert_at(w, "status", "applied");
  world_reopen(w);
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "10.00");
  assert_at(w, "status", "duplicate");
  world_reopen(w);
  assert_verified(w);
}

#define IN_FILE(test) cmocka_unit_test_setup_teardown(test, set_up_file, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {IN_FILE(test_clean), IN_FILE(test_crash), IN_FILE(test_little_memory), IN_FILE(test_damaged_state),
                                     IN_FILE(test_before_any_program)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
