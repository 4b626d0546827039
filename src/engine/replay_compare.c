// Two ledgers member by member: what people can see of a member, without numbers of records, and what its rules are judged by.
#include "base/mem.h"
#include "engine/at.h"
#include "engine/limits.h"
#include "engine/replay.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXAMPLES = 20, SHOWN = 200 };

static acr__span text_of(const acr__buf *buf) {
  return (acr__span){(const char *)buf->ptr, buf->len};
}

static void hashed(acr__writer *w, const char *key, const acr__buf *bytes) {
  char text[32];
  snprintf(text, sizeof text, "%016llx", (unsigned long long)acr__fast_hash(bytes->ptr, bytes->len));
  acr__write_key(w, key);
  acr__write_text(w, text);
}

static void write_series(const acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  acr__buf bytes = {0};
  for (int i = 0; i < engine->feed_count; i++) { // those that rules look at now
    const struct acr__series_data *series = acr__member_series(m, engine->feeds[i].number);
    if (series) acr__series_encode(series, &bytes);
  }
  hashed(w, "history", &bytes);
  acr__buf_free(&bytes);
}

static void write_waiting(acr_engine *engine, acr__writer *w, const struct acr__member *m) {
  acr__write_key(w, "waiting");
  acr__write_array(w);
  for (uint32_t i = 0; i < m->dues.pending_count; i++) {
    acr__write_array(w);
    acr__write_span(w, acr__name_text(engine, m->dues.pending[i].type));
    acr__write_time(w, m->dues.pending[i].at);
    acr__write_span(w, m->dues.pending[i].data);
    acr__write_array_end(w);
  }
  for (uint32_t i = 0; i < m->dues.mark_count; i++) {
    acr__write_array(w);
    acr__write_int(w, m->dues.marks[i].kind);
    acr__write_int(w, m->dues.marks[i].subject);
    acr__write_time(w, m->dues.marks[i].at);
    acr__write_array_end(w);
  }
  acr__write_array_end(w);
}

// By number: who was merged goes by the other's id.
static struct acr__member *same_member(struct acr__replay *r, const struct acr__member *m) {
  struct acr__member *there = acr__member_at(r->to, m->number, (acr__span){NULL, 0});
  return there && acr__span_eq(there->id, m->id) ? there : acr__member_find(r->to, m->id);
}

// Empty when there is no such member.
static void state_of(acr_engine *engine, struct acr__member *m, acr__buf *out) {
  acr__writer w = {out, false};
  acr__buf reached = {0};
  out->len = 0;
  acr__arena_reset(engine->arena);
  if (!m) return;
  acr__write_object(&w);
  acr__member_write(engine, &w, m, ACR_MEMBER_STATE);
  acr__reached_encode(&m->reached, &reached);
  hashed(&w, "reached", &reached);
  if (!acr__member_erased(m)) { // a release that came later could not look at what was erased
    acr__write_limits(engine, &w, m);
    write_series(engine, &w, m);
  }
  write_waiting(engine, &w, m);
  acr__write_object_end(&w);
  acr__buf_free(&reached);
}

static void difference(acr__writer *w, acr__span member, const char *what, acr__span ledger, acr__span replay) {
  acr__write_object(w);
  acr__write_key(w, "member");
  acr__write_span(w, member);
  acr__write_key(w, "what");
  acr__write_text(w, what);
  acr__write_key(w, "ledger");
  acr__write_span(w, (acr__span){ledger.ptr, ledger.len < SHOWN ? ledger.len : SHOWN});
  acr__write_key(w, "replay");
  acr__write_span(w, (acr__span){replay.ptr, replay.len < SHOWN ? replay.len : SHOWN});
  acr__write_object_end(w);
}

static void write_difference(acr__writer *w, acr__span member, const acr__buf *ledger, const acr__buf *replay) {
  struct acr__json_limits limits = {0, SIZE_MAX};
  struct acr__json_fault fault;
  acr__arena *arena = acr__arena_new(64 * 1024);
  acr__json *a = ledger->len ? acr__json_parse(arena, text_of(ledger), &limits, &fault) : NULL;
  acr__json *b = replay->len ? acr__json_parse(arena, text_of(replay), &limits, &fault) : NULL;
  if (!a || !b) {
    difference(w, member, "member", a ? ACR__SPAN_LIT("known") : ACR__SPAN_LIT("unknown"),
               b ? ACR__SPAN_LIT("known") : ACR__SPAN_LIT("unknown"));
  } else {
    const acr__node *x = acr__node_first(acr__json_root(a));
    for (; x; x = acr__node_next(x)) {
      const acr__node *y = acr__node_get_span(acr__json_root(b), acr__node_key(x));
      acr__span left = acr__node_raw(a, x, text_of(ledger)), right = y ? acr__node_raw(b, y, text_of(replay)) : (acr__span){"", 0};
      if (acr__span_eq(left, right)) continue;
      difference(w, member, acr__node_key(x).ptr, left, right);
      break;
    }
    if (!x) difference(w, member, "more", (acr__span){"", 0}, text_of(replay));
  }
  acr__arena_free(arena);
}

static void write_hash(acr__writer *w, const char *key, const acr__hash *hash) {
  char text[65];
  acr__hash_hex(hash, text);
  acr__write_key(w, key);
  acr__write_text(w, text);
}

bool acr__replay_compare(struct acr__replay *r, acr__writer *w) {
  acr__hash ledger = {0}, replay = {0};
  acr__buf a = {0}, b = {0}, list = {0};
  acr__writer examples = {&list, false};
  uint64_t different = 0, members = 0;
  acr__write_array(&examples);
  for (uint32_t n = 1; n <= r->from->last_member; n++) {
    struct acr__member *m = acr__member_at(r->from, n, (acr__span){NULL, 0});
    if (!m) continue;
    members++;
    state_of(r->from, m, &a);
    state_of(r->to, same_member(r, m), &b);
    ledger = acr__hash_chain(&ledger, a.ptr, a.len);
    replay = acr__hash_chain(&replay, b.ptr, b.len);
    if (acr__span_eq(text_of(&a), text_of(&b))) continue;
    if (different++ < EXAMPLES) write_difference(&examples, m->id, &a, &b);
  }
  if (r->to->last_member != r->from->last_member) different += different == 0;
  acr__write_array_end(&examples);
  acr__write_key(w, "ok");
  acr__write_bool(w, different == 0);
  acr__write_key(w, "members");
  acr__write_int(w, (int64_t)members);
  write_hash(w, "state", &ledger);
  write_hash(w, "replayed", &replay);
  acr__write_key(w, "different");
  acr__write_int(w, (int64_t)different);
  acr__write_key(w, "differences");
  acr__write_raw(w, text_of(&list));
  acr__buf_free(&a);
  acr__buf_free(&b);
  acr__buf_free(&list);
  return different == 0;
}

int acr_engine_replay(acr_engine *engine, char **json) {
  struct acr__replay replay = {.from = engine};
  acr__buf out = {0};
  acr__writer w = {&out, false};
  bool good = acr__replay_run(&replay), equal = false;
  acr__write_object(&w);
  if (good) {
    acr__write_key(&w, "records");
    acr__write_int(&w, (int64_t)replay.records);
    acr__write_key(&w, "copied");
    acr__write_int(&w, (int64_t)replay.copied);
    equal = acr__replay_compare(&replay, &w);
    acr__write_key(&w, "strayed_at");
    if (replay.strayed) acr__write_int(&w, (int64_t)replay.strayed);
    else acr__write_null(&w);
  } else {
    acr__write_key(&w, "ok");
    acr__write_null(&w);
    acr__write_key(&w, "message");
    acr__write_text(&w, replay.failed ? replay.failed : "the replay could not be built");
  }
  acr__write_object_end(&w);
  *json = strndup((const char *)out.ptr, out.len);
  acr__buf_free(&out);
  acr_engine_close(replay.to);
  free(replay.failed);
  return !good ? ACR_E_CORRUPT : equal ? ACR_E_OK : ACR_E_VIOLATION;
}
