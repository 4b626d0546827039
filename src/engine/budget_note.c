// Budgets in the view, so that opening a ledger need not read its log from the start: the note says up to where of the log it is
// right, and may be older than the rest of the view.
#include "engine/budget.h"
#include "base/mem.h"
#include <stdlib.h>

static void encode(const acr_engine *engine, acr__pos pos, acr__buf *out) {
  acr__buf_varu(out, pos);
  acr__buf_varu(out, (uint64_t)engine->budget_count);
  for (int i = 0; i < engine->budget_count; i++) {
    const struct acr__budget *budget = &engine->budgets[i];
    int32_t day = 0;
    acr__buf_vari(out, budget->family);
    acr__buf_vari(out, budget->source);
    acr__buf_varu(out, (uint64_t)budget->count);
    for (int k = 0; k < budget->count; k++) {
      acr__buf_vari(out, budget->days[k].day - day);
      acr__buf_vari(out, budget->days[k].points);
      day = budget->days[k].day;
    }
  }
}

static acr__pos decode(acr_engine *engine, acr__span bytes) {
  acr__cursor cur = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len, false};
  acr__pos pos = acr__get_varu(&cur);
  for (uint64_t n = acr__get_varu(&cur); n && !cur.bad; n--) {
    struct acr__op op = {.kind = ACR_OP_BUDGET};
    op.v[ACR_ISSUED_FAMILY] = acr__get_vari(&cur);
    op.v[ACR_ISSUED_SOURCE] = acr__get_vari(&cur);
    acr__budget_apply(engine, &op);
    op.kind = ACR_OP_ISSUED;
    for (uint64_t days = acr__get_varu(&cur); days && !cur.bad; days--) {
      op.v[ACR_ISSUED_DAY] += acr__get_vari(&cur);
      op.v[ACR_ISSUED_AFTER] = acr__get_vari(&cur);
      if (!cur.bad) acr__budget_apply(engine, &op);
    }
  }
  return pos;
}

void acr__budgets_snapshot(acr_engine *engine, acr_batch *batch) {
  const acr__pos often = 4u << 20; // so much of the log is read again at most
  batch->budgets.len = 0;
  if (!engine->budget_due && (engine->budget_count == 0 || engine->end - engine->budget_noted < often)) return;
  encode(engine, engine->end, &batch->budgets);
  engine->budget_noted = engine->end;
  engine->budget_due = false;
}

void acr__budgets_note(acr_engine *engine, acr_batch *batch) {
  if (batch->budgets.len == 0) return;
  acr__ledger_note(engine->ledger, ACR__SPAN_LIT("budgets"), (acr__span){(const char *)batch->budgets.ptr, batch->budgets.len});
  batch->budgets.len = 0;
}

void acr__budgets_note_now(acr_engine *engine) {
  if (engine->budget_count == 0 || acr__ledger_committed_end(engine->ledger) != engine->end || engine->filling) return;
  acr__buf out = {0};
  encode(engine, engine->end, &out);
  acr__ledger_note(engine->ledger, ACR__SPAN_LIT("budgets"), (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
  engine->budget_noted = engine->end;
  engine->budget_due = false;
}

struct missed {
  acr_engine *engine;
  acr__pos end;
};

static bool take_up(void *arg, const struct acr__record *record) {
  struct missed *m = arg;
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  if (record->pos >= m->end) return false;
  while (acr__op_read(&cur, &op))
    acr__budget_apply(m->engine, &op);
  return true;
}

void acr__budgets_load(acr_engine *engine, acr__pos view_end) {
  acr__buf bytes = {0};
  if (acr__ledger_note_read(engine->ledger, ACR__SPAN_LIT("budgets"), &bytes)) {
    struct missed missed = {engine, view_end};
    engine->budget_noted = decode(engine, (acr__span){(const char *)bytes.ptr, bytes.len});
    if (engine->budget_noted < view_end) acr__scan(engine, engine->budget_noted, take_up, &missed);
    engine->budget_due = false;
  }
  acr__buf_free(&bytes);
}

void acr__budgets_free(acr_engine *engine) {
  for (int i = 0; i < engine->budget_count; i++)
    free(engine->budgets[i].days);
  free(engine->budgets);
}
