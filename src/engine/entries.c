// Entries as people read them: what a record posted, each with its cause.
#include "base/mem.h"
#include "engine/at.h"
#include "engine/payload.h"

static void hold(struct acr__entries *page, acr__arena *arena, const acr__buf *text) {
  if (page->count == page->cap) {
    page->cap = page->cap ? page->cap * 2 : 128;
    page->all = acr__mem_resize(page->all, (size_t)page->cap * sizeof *page->all);
  }
  page->all[page->count++] = acr__arena_span(arena, (acr__span){(const char *)text->ptr, text->len});
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
  acr__entry_kind kind;
  acr__span member; // to be named: exported, or merged into the one asked for; may be empty
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
  if (line->kind == ACR_ENTRY_DUE) // no record has it
    acr__write_null(w);
  else
    acr__write_int(w, (int64_t)line->record->seq);
  acr__write_key(w, "time");
  acr__write_time(w, line->record->time);
  if (line->kind != ACR_ENTRY) {
    acr__write_key(w, "recorded");
    acr__write_time(w, line->kind == ACR_ENTRY_DUE ? ACR_TIME_NONE : line->record->recorded_at);
  }
  if (line->member.len) {
    acr__write_key(w, "member");
    acr__write_span(w, line->member);
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

void acr__entries_of(acr_engine *engine, const struct acr__record *record, acr__entry_kind kind, acr__span member,
                     struct acr__entries *page) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__payload payload;
  struct acr__json_fault fault;
  struct acr__op op, cause;
  struct acr__posting posting;
  struct line line = {.record = record, .kind = kind, .member = member};
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
    acr__span swap = page->all[a];
    page->all[a] = page->all[b];
    page->all[b] = swap;
  }
}
