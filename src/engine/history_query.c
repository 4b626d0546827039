// member.ledger: a member's entries, by walking its records back from the newest.
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/rpc.h"
#include <stdlib.h>

struct page {
  acr__span *entries;
  int count, cap;
};

static void hold(struct page *page, acr__arena *arena, const acr__buf *text) {
  if (page->count == page->cap) {
    page->cap = page->cap ? page->cap * 2 : 128;
    page->entries = acr__mem_resize(page->entries, (size_t)page->cap * sizeof *page->entries);
  }
  page->entries[page->count++] = acr__arena_span(arena, (acr__span){(const char *)text->ptr, text->len});
}

static void write_event(acr__writer *w, const acr__json *json) {
  static const char *const keys[] = {"source", "id", "type"};
  acr__write_key(w, "event");
  if (!json) {
    acr__write_null(w);
    return;
  }
  acr__write_object(w);
  for (int i = 0; i < 3; i++) {
    acr__write_key(w, keys[i]);
    acr__write_span(w, acr__node_text(acr__node_get(acr__json_root(json), keys[i])));
  }
  acr__write_object_end(w);
}

static void name(acr_engine *engine, acr__writer *w, const char *key, int64_t plus_one) {
  if (plus_one <= 0) return;
  acr__write_key(w, key);
  acr__write_span(w, acr__name_text(engine, plus_one - 1));
}

struct line {
  const struct acr__record *record;
  acr__span other; // the member whose entry it was, where that one was merged into the one asked for
  const acr__json *json;
  const struct acr__op *cause;
  int64_t derived;
  int64_t returned; // record of the purchase that something came back of; 0 = none
};

static void write_entry(acr_engine *engine, acr__writer *w, const struct line *line, const struct acr__posting *p) {
  int account = (int)p->account, decimals = engine->accounts[account].decimals;
  const struct acr__release *release = acr__release_number(engine, line->record->release);
  acr__write_object(w);
  acr__write_key(w, "seq");
  acr__write_int(w, (int64_t)line->record->seq);
  acr__write_key(w, "time");
  acr__write_time(w, line->record->time);
  if (line->other.len) {
    acr__write_key(w, "member");
    acr__write_span(w, line->other);
  }
  write_event(w, line->json);
  acr__write_key(w, "kind");
  acr__write_text(w, !p->moves ? "capture" : p->points > 0 ? "credit" : "debit");
  acr__write_key(w, "account");
  engine->scratch.len = 0;
  acr__account_label(engine, account, &engine->scratch);
  acr__write_span(w, (acr__span){(const char *)engine->scratch.ptr, engine->scratch.len});
  acr__write_key(w, "points");
  acr__write_decimal(w, p->points, decimals);
  if (p->moves) {
    acr__write_key(w, "balance");
    acr__write_decimal(w, p->after, decimals);
  }
  acr__write_key(w, "source");
  acr__write_span(w, acr__name_text(engine, p->other));
  acr__write_key(w, "reason");
  acr__write_text(w, acr__reason_name(p->reason));
  if (line->cause) {
    acr__write_key(w, "behavior");
    acr__write_text(w, acr__behavior_name((acr__behavior)line->cause->v[ACR_OUTCOME_BEHAVIOR]));
    name(engine, w, "level", line->cause->v[ACR_OUTCOME_LEVEL]);
    name(engine, w, "rule", line->cause->v[ACR_OUTCOME_RULE]);
    name(engine, w, "outcome", line->cause->v[ACR_OUTCOME_COMPONENT]);
  }
  if (line->derived) {
    acr__write_key(w, "raised");
    acr__write_int(w, line->derived);
  }
  if (line->returned && (p->reason == ACR_REASON_REVERSAL || p->reason == ACR_REASON_AWARD)) {
    acr__write_key(w, "of");
    acr__write_int(w, line->returned);
  }
  acr__write_key(w, "release");
  acr__write_text(w, release ? release->label : NULL);
  acr__write_object_end(w);
}

// The entries of one record, newest first, each as its JSON text.
static void entries_of(acr_engine *engine, const struct acr__record *record, acr__span other, struct page *page) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__payload payload;
  struct acr__json_fault fault;
  struct acr__op op, cause;
  struct acr__posting posting;
  struct line line = {.record = record, .other = other};
  acr__buf text = {0};
  int first = page->count;
  if (acr__payload_read(record->payload, &payload)) line.json = acr__json_parse(engine->arena, payload.line, NULL, &fault);
  while (acr__op_read(&cur, &op)) {
    if (op.kind == ACR_OP_OUTCOME) {
      cause = op;
      line.cause = &cause;
    } else if (op.kind == ACR_OP_RETURN) {
      line.returned = op.v[ACR_RETURN_SEQ];
    } else if (op.kind == ACR_OP_DERIVED) {
      line.derived = op.v[0];
      line.returned = 0;
      line.cause = NULL;
    } else if (acr__op_posting(&op, &posting)) {
      acr__writer w = {&text, false};
      text.len = 0;
      write_entry(engine, &w, &line, &posting);
      hold(page, engine->arena, &text);
    }
  }
  acr__buf_free(&text);
  for (int a = first, b = page->count - 1; a < b; a++, b--) {
    acr__span swap = page->entries[a];
    page->entries[a] = page->entries[b];
    page->entries[b] = swap;
  }
}

// The histories of a member and of those merged into it, read together from the newest record back.
struct chains {
  acr__pos *at; // the next record of each; 0 = at its end
  acr__span *ids; // empty for the member itself
  int count;
};

static bool step_back(acr_engine *engine, acr__pos *at) {
  struct acr__record record;
  if (!acr__read_record(engine, *at, &record)) return false;
  *at = record.prev;
  return true;
}

// `from`: the cursor of a page, 0 = the newest. false when it is a record of none of them.
static bool open_chains(acr_engine *engine, const struct acr__member *member, acr__pos from, struct chains *out) {
  int most = (int)member->merged_count + 1;
  bool found = from == 0;
  *out = (struct chains){ACR__NEW_N(engine->arena, acr__pos, most), ACR__NEW_N(engine->arena, acr__span, most), most};
  for (int i = 0; i < most; i++) {
    const struct acr__member *one = i ? acr__member_at(engine, member->merged[i - 1], (acr__span){NULL, 0}) : member;
    out->at[i] = one ? one->prev : 0;
    out->ids[i] = i && one ? one->id : (acr__span){NULL, 0};
    struct acr__record record;
    if (from && most == 1 && acr__read_record(engine, from, &record) && record.member == member->number) out->at[i] = from;
    while (from && out->at[i] > from && step_back(engine, &out->at[i])) {
    }
    found = found || out->at[i] == from;
  }
  return found;
}

static int newest(const struct chains *chains) {
  int best = 0;
  for (int i = 1; i < chains->count; i++)
    if (chains->at[i] > chains->at[best]) best = i;
  return best;
}

bool acr__method_member_ledger(struct acr__request *request) {
  acr_engine *engine = request->engine;
  const struct acr__member *member = acr__request_member(request);
  const acr__node *before = acr__node_get(request->params, "before"), *limit = acr__node_get(request->params, "limit");
  int64_t most = 100, from = 0;
  struct page page = {0};
  struct chains chains;
  if (!member) return false;
  if ((limit && acr__decimal_parse(acr__node_text(limit), 0, &most) != ACR_DECIMAL_OK) || most < 1 || most > 1000)
    return acr__request_fail(request, "param", "`limit` is a number from 1 to 1000");
  if (before && acr__node_kind(before) != ACR_JSON_NULL &&
      (acr__decimal_parse(acr__node_text(before), 0, &from) != ACR_DECIMAL_OK || from < 1 || (acr__pos)from >= engine->end))
    return acr__request_fail(request, "param", "`before` is not a cursor that a page gave");
  if (!open_chains(engine, member, (acr__pos)from, &chains))
    return acr__request_fail(request, "param", "`before` is not a cursor of this member");
  int at = newest(&chains);
  while (chains.at[at] && page.count < most) {
    struct acr__record record;
    if (!acr__read_record(engine, chains.at[at], &record)) break;
    entries_of(engine, &record, chains.ids[at], &page);
    chains.at[at] = record.prev;
    at = newest(&chains);
  }
  acr__write_object(request->w);
  acr__write_key(request->w, "member");
  acr__write_span(request->w, member->id);
  acr__write_key(request->w, "entries");
  acr__write_array(request->w);
  for (int i = 0; i < page.count; i++)
    acr__write_raw(request->w, page.entries[i]);
  acr__write_array_end(request->w);
  acr__write_key(request->w, "before");
  if (chains.at[at])
    acr__write_int(request->w, (int64_t)chains.at[at]);
  else
    acr__write_null(request->w);
  acr__write_object_end(request->w);
  free(page.entries);
  return true;
}
