// Members that become one: a program, and what the tests of it say and check.
#ifndef ACR_TESTS_MERGE_FIXTURE_H
#define ACR_TESTS_MERGE_FIXTURE_H
#include "engine_fixture.h"
#include <time.h>

#define FIXED(points, account) "{\"outcome\":\"points_fixed\",\"points\":" points ",\"account\":\"" account "\",\"source\":\"promo\"}"
#define ON(type) "{\"key_phrase\":\"trigger_an_event\",\"event\":\"" type "\"}"
#define VISITS(times) "{\"key_phrase\":\"complete_events\",\"event\":\"visit\",\"operator\":\">=\",\"count\":" times "}"
#define RULE(name, when, more, outcomes) "{\"rule\":\"" name "\",\"when\":{\"all\":[" when "]}," more "\"outcomes\":[" outcomes "]}"
#define T(day) "2026-03-" day "T12:00:00Z"

static inline void start(struct world *w, const char *more) {
  char *all;
  assert_true(asprintf(&all, BASE_EARN ",\"links\":{\"referrer\":{\"max\":1},\"friend\":{\"max\":3}}%s%s", *more ? "," : "", more) > 0);
  program_of(w, "shop", "2026-01-01",
             "\"points\":{\"default\":true,\"allow_negative\":true},\"bonus\":{\"default\":true},"
             "\"soon\":{\"expiry\":{\"mode\":\"rolling\",\"after\":\"30 days\"}},\"capped\":{\"max_balance\":50}",
             "\"points\",\"bonus\",\"soon\",\"capped\"", all);
  free(all);
  publish(w, "shop");
}

static inline void merge(struct world *w, const char *id, const char *gone, const char *into, const char *time) {
  char data[64];
  snprintf(data, sizeof data, "\"into\":\"%s\"", into);
  event(w, id, "member.merge", gone, time, data);
}

static inline void assert_rejected(struct world *w, const char *code) {
  assert_at(w, "status", "rejected");
  assert_at(w, "error/code", code);
}

static inline void ledger(struct world *w, const char *member, const char *params) {
  say(w, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"member.ledger\",\"params\":{\"member\":\"%s\"%s}}", member, params);
}

// The state survives: from the journal alone, and from the view.
static inline void assert_same_after_restart(struct world *w, const char *member) {
  char *before = member_text(w, member);
  if (!w->ledger[0]) {
    free(before);
    return;
  }
  world_reopen(w);
  char *again = member_text(w, member);
  assert_string_equal(before, again);
  free(again);
  world_close(w);
  world_remove_view(w);
  world_open(w);
  again = member_text(w, member);
  assert_string_equal(before, again);
  free(again);
  free(before);
  assert_verified(w);
}

#endif
