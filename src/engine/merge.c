// member.merge: the event, the record of the member that goes, and the survivor's.
#include "engine/merge.h"
#include "engine/due.h"
#include "engine/profile.h"
#include <stdio.h>
#include <stdlib.h>

enum { STATE_MAX = 32 << 20 }; // what one record can hold

struct acr__merging {
  uint32_t into;
  acr__span gone; // the state of the member that goes, before it went
};

static bool rejected(struct acr__judgement *j, struct acr__reject *reject, const char *code, const char *path, const char *format,
                     acr__span id, acr__span other) {
  *reject = (struct acr__reject){code, acr__arena_printf(j->arena, format, id.ptr, other.ptr),
                                 acr__arena_text(j->arena, acr__span_of(path)), 0, 0};
  return false;
}

bool acr__merge_known(struct acr__judgement *j, struct acr__reject *reject) {
  const struct acr__event *event = j->root;
  if (event->kind != ACR_EVENT_MERGE) return true;
  if (acr__span_eq(event->subject, event->into))
    return rejected(j, reject, "merge_self", "$.data.into", "the member \"%.80s\" cannot be merged into itself", event->into, event->into);
  const struct acr__member *gone = acr__member_find(j->engine, event->subject);
  if (gone && !acr__span_eq(gone->id, event->subject))
    return rejected(j, reject, "merge_merged", "$.subject", "the member \"%.80s\" was merged before; it is part of \"%.80s\"",
                    event->subject, gone->id);
  const struct acr__member *into = acr__member_find(j->engine, event->into);
  if (!into || acr__member_erased(into))
    return rejected(j, reject, "member_unknown", "$.data.into", "there is no member \"%.80s\"%.0s", event->into, event->into);
  if (acr__span_eq(into->id, event->into)) return true;
  return rejected(j, reject, "merge_merged", "$.data.into", "the member \"%.80s\" was itself merged; name \"%.80s\"", event->into,
                  into->id);
}

static bool empty_accounts(struct acr__judgement *j) {
  int name = acr__name_number(j->engine, ACR__SPAN_LIT("merge"));
  for (uint32_t i = 0; i < j->member->balance_count; i++) {
    const struct acr__balance *b = &j->member->balances[i];
    if (b->lots == 0 && b->debt == 0) continue;
    struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_MERGE_OUT);
    op->v[ACR_MERGE_ACCOUNT] = b->account;
    op->v[ACR_MERGE_NAME] = name;
    op->v[ACR_MERGE_LOTS] = b->lots;
    op->v[ACR_MERGE_DEBT] = b->debt;
    op->v[ACR_MERGE_TIME] = j->root->time;
    if (!acr__apply(j, op)) return false;
  }
  return true;
}

bool acr__merge(struct acr__judgement *j, struct acr__reject *reject) {
  acr_engine *engine = j->engine;
  const struct acr__member *into = acr__member_find(engine, j->root->into);
  acr__buf state = {0};
  acr__member_encode(j->member, &state);
  bool fits = state.len <= STATE_MAX && acr__absorbable(into, j->member);
  j->merging = ACR__NEW(j->arena, struct acr__merging);
  *j->merging = (struct acr__merging){into->number, acr__arena_span(j->arena, (acr__span){(const char *)state.ptr, state.len})};
  acr__buf_free(&state);
  if (!fits)
    return rejected(j, reject, "merge_too_large", "$.data.into", "\"%.80s\" and \"%.80s\" together have more than one member can hold",
                    j->root->subject, into->id);
  if (!empty_accounts(j)) return false;
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_MERGED);
  op->v[0] = into->number;
  return acr__apply(j, op);
}

// ---- The survivor's record. Whom links lead to stands in its payload, not in its decision.

static bool listed(const acr__span *all, int count, acr__span id) {
  for (int i = 0; i < count; i++)
    if (acr__span_eq(all[i], id)) return true;
  return false;
}

// The survivor's own first, then the other's as far as the program lets the link lead; to neither of the two.
static int link_of(const struct acr__judgement *j, const struct acr__member *gone, acr__span name, acr__span *out) {
  int count = 0, most = acr__link_max(j, name);
  for (int who = 0; who < 2; who++) {
    const struct acr__member *m = who ? gone : j->member;
    int n = acr__member_link_count(m, name);
    for (int i = 0; i < n && (who == 0 || most == 0 || count < most); i++) {
      acr__span id = acr__member_link(m, name, i);
      const struct acr__member *leads = acr__member_find(j->engine, id);
      bool own = acr__span_eq(id, gone->id) || acr__span_eq(id, j->member->id) || leads == j->member;
      if (!own && !listed(out, count, id)) out[count++] = id;
    }
  }
  return count;
}

static void write_links(const struct acr__judgement *j, const struct acr__member *gone, acr__writer *w) {
  uint32_t total = j->member->links.count + gone->links.count;
  acr__span *names = ACR__NEW_N(j->arena, acr__span, total + 1), *ids = ACR__NEW_N(j->arena, acr__span, total + 1);
  int name_count = 0;
  acr__write_key(w, "links");
  acr__write_object(w);
  for (uint32_t i = 0; i < total; i++) {
    acr__span name = i < j->member->links.count ? j->member->links.all[i].name : gone->links.all[i - j->member->links.count].name;
    if (listed(names, name_count, name)) continue;
    names[name_count++] = name;
    int count = link_of(j, gone, name, ids);
    acr__write_key_span(w, name);
    acr__write_array(w);
    for (int k = 0; k < count; k++)
      acr__write_span(w, ids[k]);
    acr__write_array_end(w);
  }
  acr__write_object_end(w);
}

static acr__span line_of(const struct acr__judgement *j, const struct acr__member *gone, uint64_t cause) {
  acr__buf data = {0};
  acr__writer w = {&data, false};
  acr__write_object(&w);
  acr__write_key(&w, "from");
  acr__write_span(&w, gone->id);
  if (j->member->links.count + gone->links.count) write_links(j, gone, &w);
  acr__write_object_end(&w);
  acr__span seq = acr__span_of(acr__arena_printf(j->arena, "%llu", (unsigned long long)cause));
  acr__span id = acr__span_of(acr__arena_printf(j->arena, "merged/%.*s", (int)seq.len, seq.ptr));
  acr__span line = acr__sent_line(j->engine, j->arena, id, ACR__SPAN_LIT("member.merged"), j->member->id, j->root->time,
                                  (acr__span){(const char *)data.ptr, data.len}, seq, 0);
  acr__buf_free(&data);
  return line;
}

static bool take_over(struct acr__judgement *j, const struct acr__member *gone) {
  return acr__absorb(j, gone) && acr__profile_take(j) && acr__closing(j);
}

void acr__merge_finish(acr_engine *engine, struct acr__judgement *j) {
  if (!j->merging) return;
  struct acr__reject reject = {0};
  struct acr__member *gone = acr__member_decode(j->member->number, j->member->id, j->merging->gone);
  struct acr__judgement s = {.engine = engine,
                             .arena = j->arena,
                             .member = acr__member_at(engine, j->merging->into, (acr__span){NULL, 0}),
                             .root = j->root,
                             .seq = engine->last_seq + 1,
                             .releases = j->releases,
                             .release_count = j->release_count};
  s.line = line_of(&s, gone, j->seq);
  s.root = acr__core_event(engine, s.arena, s.line, &reject);
  engine->ops.count = 0;
  if (!s.root || !take_over(&s, gone)) {
    // Half a merge must not become durable: the batch is not committed yet.
    fprintf(stderr, "accrue: the merge of record %llu cannot be completed: %s\n", (unsigned long long)j->seq,
            s.failed ? s.failed : reject.message);
    abort();
  }
  acr__member_free(gone);
  struct acr__record record = {.kind = ACR_RECORD_EVENT,
                               .flags = ACR_RECORD_DUE, // no fact: all of it happened before
                               .time = s.root->time,
                               .id_digest = s.root->id_digest,
                               .content_digest = s.root->content_digest};
  acr__record_finish(engine, &s, &record, s.line, NULL);
}
