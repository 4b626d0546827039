// Statuses of programs and levels: which changes there are, and what each stops and lets go on (contract 5).
#include "calendar/calendar.h"
#include "engine_fixture.h"

#define EVERYONE "\"entrance\":[{\"rule\":\"Everyone\",\"when\":\"no rules\",\"outcomes\":[]}]"
#define ENTER "\"entrance\":[{\"rule\":\"Enter\",\"when\":{\"key_phrase\":\"spend_currency\",\"operator\":\">=\",\"amount\":\"100.00\"}}]"
#define KEEP                                                                                                                          \
  "\"maintenance_schedule\":{\"every\":\"1 month\"},\"maintenance\":[{\"rule\":\"Keep\",\"when\":{\"key_phrase\":\"spend_currency\"," \
  "\"operator\":\">=\",\"amount\":\"1.00\"}}]"
#define CLUB "\"levels\":[{\"level\":\"Basic\"," EVERYONE "},{\"level\":\"Gold\"," ENTER "," KEEP "}]"

static const char *const statuses[] = {"configure", "test", "active", "paused", "inactive", "archived", "shadow"};

static void tick(struct world *w, const char *time) {
  say(w, "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"night\",\"type\":\"clock\",\"time\":\"%s\"}", time, time);
  assert_at(w, "status", "applied");
}

static void set(struct world *w, const char *program, const char *status) {
  say(w,
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"%s\",\"status\":\"%s\",\"reason\":\"why\","
      "\"actor\":\"ann\"}}",
      program, status);
}

static void set_to(struct world *w, const char *program, const char *status) {
  set(w, program, status);
  assert_at(w, "result/status", status);
}

static void set_level(struct world *w, const char *level, const char *status) {
  say(w,
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.set\",\"params\":{\"program\":\"club\",\"level\":\"%s\",\"level_status\":\"%s\"}"
      "}",
      level, status);
}

static void describe(struct world *w, const char *program) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.describe\",\"params\":{\"program\":\"%s\"}}", program);
}

// Leads a new version of the club to a status, the shortest way.
static void lead(struct world *w, const char *status) {
  bool after = strcmp(status, "paused") == 0 || strcmp(status, "inactive") == 0;
  publish_as(w, "club", after ? "active" : strcmp(status, "archived") == 0 ? "configure" : status);
  if (after || strcmp(status, "archived") == 0) set_to(w, at(w, "result/release"), status);
}

static void test_every_transition(void **state) {
  static const char *const may[] = {".YY..YY", "Y.Y..YY", "...YYY.", "..Y.YY.", ".....Y.", ".......", "YYY..Y."};
  struct world *w = *state;
  program(w, "club", "2026-01-01", CLUB);
  for (int from = 0; from < 7; from++)
    for (int to = 0; to < 7; to++) {
      char release[32];
      lead(w, statuses[from]);
      snprintf(release, sizeof release, "%s", at(w, "result/release"));
      set(w, release, statuses[to]);
      if (may[from][to] == 'Y') {
        assert_at(w, "result/status", statuses[to]);
      } else {
        assert_at(w, "error/data/code", "transition");
        describe(w, release);
        assert_at(w, "result/programs/0/status", statuses[from]);
      }
    }
  assert_verified(w);
}

static void test_refusals(void **state) {
  struct world *w = *state;
  program(w, "club", "2026-01-01", CLUB);
  publish(w, "club");
  set(w, "club", "configure");
  assert_at(w, "error/message", "\"club@1\" is active and cannot become configure; from active it can become paused, inactive or archived");
  set(w, "club", "active");
  assert_at(w, "error/message", "\"club@1\" is active already; from active it can become paused, inactive or archived");
  set_to(w, "club", "inactive");
  set(w, "club", "active");
  assert_at(w, "error/message", "\"club@1\" is inactive and cannot become active; from inactive it can become archived");
  set_to(w, "club", "archived");
  set(w, "club", "test");
  assert_at(w, "error/message", "\"club@1\" is archived and read-only; it cannot become test, nor anything else");
  set_level(w, "Gold", "paused");
  assert_at(w, "error/message", "\"club@1\" is archived and read-only; its levels stay as they are");
  set(w, "club", "archive");
  assert_at(w, "error/message",
            "found status \"archive\", wanted configure, active, test, paused, inactive, archived or shadow; the nearest is archived");
  set(w, "klub", "active");
  assert_at(w, "error/message", "there is no program \"klub\" in this ledger; the nearest is \"club\"");
  say(w,
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/club.json\",\"status\":\"paused\"}}",
      w->dir);
  assert_at(w, "error/message", "found status \"paused\"; a release begins as configure, test, shadow or active");
  assert_verified(w);
}

// Who, when and why stay in the ledger.
static void test_changes(void **state) {
  struct world *w = *state;
  program(w, "club", "2026-01-01", CLUB);
  publish_as(w, "club", "test");
  set_to(w, "club", "active");
  set_level(w, "Gold", "paused");
  for (int again = 0; again < 3; again++) {
    describe(w, "club");
    assert_at(w, "result/programs/0/changes/0/status", "test");
    assert_at(w, "result/programs/0/changes/0/published", "true");
    assert_at(w, "result/programs/0/changes/0/by", "test");
    assert_at(w, "result/programs/0/changes/2/level", "Gold");
    assert_at(w, "result/programs/0/changes/2/status", "live");
    assert_at(w, "result/programs/0/changes/3/status", "active");
    assert_at(w, "result/programs/0/changes/3/by", "ann");
    assert_at(w, "result/programs/0/changes/3/reason", "why");
    assert_at(w, "result/programs/0/changes/4/status", "paused");
    assert_at(w, "result/programs/0/changes/5", "-");
    assert_at(w, "result/programs/0/levels/1/status", "paused");
    assert_at(w, "result/programs/0/zone_data", acr__zone_data());
    assert_at(w, "result/programs/0/semantics", "1");
    world_close(w);
    if (again) world_remove_view(w);
    world_open(w);
  }
  assert_verified(w);
}

static const char *points(struct world *w) {
  see(w, "m");
  return at(w, "result/balances/points");
}

static void spend(struct world *w, const char *id, const char *time, const char *points_text) {
  char data[64];
  snprintf(data, sizeof data, "\"points\":%s", points_text);
  event(w, id, "points.spend", "m", time, data);
  assert_at(w, "status", "applied");
}

#define EXPIRING \
  "\"points\":{\"default\":true,\"expiry\":{\"mode\":\"rolling\",\"after\":\"60 days\",\"into\":\"late\"}},\"late\":{\"spendable\":false}"

static void expiring_club(struct world *w, const char *from) {
  program_of(w, "club", from, EXPIRING, "\"points\",\"late\"", BASE_EARN "," CLUB);
}

// Nothing is earned, nobody rises or is looked at; what there is can be spent, comes back, expires and rolls over.
static void stopped(struct world *w, const char *status) {
  expiring_club(w, "2026-01-01");
  publish(w, "club");
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "200.00");
  assert_at(w, "levels/club", "Gold");
  buy(w, "2", "n", "2026-02-01T12:00:00Z", "60.00");
  set_to(w, "club", status);
  world_reopen(w);
  buy(w, "3", "m", "2026-02-10T12:00:00Z", "300.00");
  assert_at(w, "status", "applied");
  assert_at(w, "outcomes/0", "-");
  assert_at(w, "balances/points", "200");
  buy(w, "4", "n", "2026-02-10T12:00:00Z", "60.00");
  assert_at(w, "levels/club", "Basic");
  buy(w, "5", "new", "2026-02-10T12:00:00Z", "60.00");
  assert_at(w, "levels/club", "null");
  spend(w, "6", "2026-02-11T12:00:00Z", "30");
  event(w, "7", "return", "m", "2026-02-12T12:00:00Z", "\"of\":\"1\",\"total\":\"20.00\"");
  assert_at(w, "status", "applied");
  assert_string_equal(points(w), "150");
  tick(w, "2026-05-01T12:00:00Z"); // two reviews were due, and the 60 days are over
  assert_string_equal(points(w), "0");
  assert_at(w, "result/balances/late", "150");
  assert_at(w, "result/levels/club", "Gold");
  assert_verified(w);
}

static void test_paused(void **state) {
  struct world *w = *state;
  stopped(w, "paused");
  set_to(w, "club", "active");
  buy(w, "8", "n", "2026-05-02T12:00:00Z", "1.00"); // what was bought meanwhile counts
  assert_at(w, "levels/club", "Gold");
  assert_at(w, "outcomes/0/points", "1");
  tick(w, "2026-05-31T12:00:00Z"); // what fell due meanwhile is not made up for
  assert_string_equal(points(w), "0");
  assert_at(w, "result/levels/club", "Gold");
  tick(w, "2026-06-02T12:00:00Z"); // the next review is as ever, and what was bought meanwhile counts since the entry
  see(w, "m");
  assert_at(w, "result/levels/club", "Gold");
  tick(w, "2026-07-02T12:00:00Z");
  see(w, "m");
  assert_at(w, "result/levels/club", "Basic");
  assert_verified(w);
}

static void test_inactive(void **state) {
  stopped(*state, "inactive");
}

static void test_archived(void **state) {
  stopped(*state, "archived");
}

static void test_in_test(void **state) {
  struct world *w = *state;
  program(w, "club", "2026-01-01", CLUB);
  publish_as(w, "club", "test");
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "200.00");
  assert_at(w, "status", "applied");
  assert_at(w, "balances/points", "-");
  set_to(w, "club", "active");
  buy(w, "2", "m", "2026-02-02T12:00:00Z", "1.00"); // the history of before counts
  assert_at(w, "balances/points", "1");
  assert_at(w, "levels/club", "Gold");
  assert_verified(w);
}

// A program's name means what is in force of it, club@1 that version alone: then the one before it is used again.
static void test_versions(void **state) {
  struct world *w = *state;
  program(w, "club", "2026-01-01", CLUB);
  publish(w, "club");
  program(w, "club", "2026-03-01", CLUB ",\"description\":\"second\"");
  publish(w, "club");
  program(w, "club", "2026-06-01", CLUB ",\"description\":\"third\"");
  publish_as(w, "club", "configure");
  set_to(w, "club", "paused");
  assert_at(w, "result/release", "club@2"); // the third is not in force
  buy(w, "1", "m", "2026-04-01T12:00:00Z", "5.00");
  assert_at(w, "balances/points", "0");
  buy(w, "2", "m", "2026-02-01T12:00:00Z", "5.00");
  assert_at(w, "balances/points", "0");
  assert_at(w, "release", "club@1");
  set_to(w, "club@1", "active");
  buy(w, "3", "m", "2026-04-01T12:00:00Z", "5.00");
  assert_at(w, "balances/points", "5");
  assert_at(w, "release", "club@1");
  set_to(w, "club@2", "active");
  buy(w, "4", "m", "2026-04-01T12:00:00Z", "5.00");
  assert_at(w, "release", "club@2");
  set_to(w, "club", "active"); // the newest that can: the third
  assert_at(w, "result/release", "club@3");
  world_close(w);
  world_remove_view(w);
  world_open(w);
  buy(w, "5", "m", "2026-07-01T12:00:00Z", "5.00");
  assert_at(w, "release", "club@3");
  assert_verified(w);
}

// One that took another's place keeps it, whatever becomes of it.
static void test_replaced(void **state) {
  struct world *w = *state;
  program(w, "club", "2026-01-01", CLUB);
  publish(w, "club");
  publish(w, "club");
  set_to(w, "club", "inactive");
  assert_at(w, "result/release", "club@2");
  for (int again = 0; again < 2; again++) {
    char id[8];
    snprintf(id, sizeof id, "%d", again);
    buy(w, id, "m", "2026-02-01T12:00:00Z", "5.00");
    assert_at(w, "release", "club@2");
    assert_at(w, "balances/points", "0");
    world_reopen(w);
  }
  assert_verified(w);
}

static void test_levels(void **state) {
  struct world *w = *state;
  program(w, "club", "2026-01-01", CLUB);
  publish(w, "club");
  buy(w, "1", "m", "2026-02-01T12:00:00Z", "200.00");
  set_level(w, "Gold", "paused");
  assert_at(w, "result/levels/1/status", "paused");
  buy(w, "2", "n", "2026-02-01T13:00:00Z", "200.00"); // invisible for entrance
  assert_at(w, "levels/club", "Basic");
  tick(w, "2026-04-10T12:00:00Z"); // who is inside stays
  see(w, "m");
  assert_at(w, "result/levels/club", "Gold");
  publish(w, "club");
  assert_at(w, "result/levels/1/status", "live"); // --all-levels
  set_level(w, "Gold", "paused");
  say(w,
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/club.json\",\"status\":\"active\"}}",
      w->dir);
  assert_at(w, "result/levels/1/status", "paused"); // as it was in the version before
  say(w,
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"program.publish\",\"params\":{\"path\":\"%s/programs/club.json\",\"status\":\"active\","
      "\"levels\":[\"Gold\"],\"level_status\":\"draft\"}}",
      w->dir);
  assert_at(w, "result/levels/1/status", "draft");
  assert_non_null(strstr(w->reply, "\"draft_levels\""));
  set_level(w, "Gold", "paused");
  assert_at(w, "result/levels/1/status", "paused");
  set_level(w, "Gold", "draft");
  assert_at(w, "error/message", "level \"Gold\" is paused and cannot become draft again; from paused it can become live");
  set_level(w, "Gold", "live");
  assert_at(w, "result/levels/1/status", "live");
  set_level(w, "Gold", "draft");
  assert_at(w, "error/message", "level \"Gold\" is live and cannot become draft again; from live it can become paused");
  set_level(w, "Gold", "open");
  assert_at(w, "error/message", "found status of a level \"open\", wanted draft, live or paused");
  set_level(w, "Golt", "live");
  assert_at(w, "error/message", "the program has no level \"Golt\"; the nearest is Gold");
  assert_verified(w);
}

// Shown, not stored: the wall clock has not come so far, and no event either.
static void test_pending(void **state) {
  struct world *w = *state;
  program(w, "club", "2990-01-01", CLUB);
  publish(w, "club");
  assert_at(w, "result/status", "active");
  assert_at(w, "result/pending", "true");
  buy(w, "1", "m", "2990-01-02T12:00:00Z", "5.00");
  assert_at(w, "balances/points", "5");
  describe(w, "club");
  assert_at(w, "result/programs/0/pending", "false");
}

// One that another took the place of does not come back when that one is paused.
static void test_paused_behind_a_replaced_one(void **state) {
  static const char *const from[] = {"2026-01-01", "2026-02-01", "2026-02-01"};
  struct world *w = *state;
  for (int i = 0; i < 3; i++) {
    program(w, "club", from[i], "");
    publish(w, "club");
  }
  set_to(w, "club@3", "paused");
  buy(w, "1", "m", "2026-03-01T12:00:00Z", "10.00");
  assert_at(w, "balances/points", "10");
  describe(w, "club");
  assert_at(w, "result/programs/1/replaced", "true");
  assert_verified(w);
}

#define IN(where, test) cmocka_unit_test_setup_teardown(test, set_up_##where, tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      IN(memory, test_every_transition), IN(memory, test_refusals), IN(file, test_changes),   IN(file, test_paused),
      IN(file, test_inactive),           IN(file, test_archived),   IN(memory, test_in_test), IN(file, test_versions),
      IN(file, test_replaced),           IN(memory, test_levels),   IN(memory, test_pending),
      IN(memory, test_paused_behind_a_replaced_one)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
