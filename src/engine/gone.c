// What became of a lot: points of it that expired, and points that rolled over into another account (domain R5, G6).
#include "engine/returned.h"
#include <string.h>

int64_t acr__gone_scale(const acr_engine *engine, int from, int into) {
  return acr__pow10(engine->accounts[into].decimals - engine->accounts[from].decimals);
}

// Newer records are read before older ones.
static void add_child(struct acr__judgement *j, struct acr__gone *out, struct acr__gone_child child) {
  ACR__GROW(j->arena, out->children, out->count, out->cap);
  int at = out->count++;
  for (; at > 0; at--) {
    const struct acr__gone_child *before = &out->children[at - 1];
    if (before->seq < child.seq || (before->seq == child.seq && before->index < child.index)) break;
    out->children[at] = *before;
  }
  out->children[at] = child;
}

// In the order of the record: the debit of the lot's account, the lot, and the lot that is born of it in the other account, unless
// there was no room for it. What there was no room for is gone.
static void read_record(struct acr__judgement *j, const struct acr__record *record, uint64_t seq, int64_t index, struct acr__gone *out) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  int64_t reason = ACR_REASONS;
  int from = -1;
  while (acr__op_read(&cur, &op)) {
    if (op.kind == ACR_OP_DEBIT) {
      reason = op.v[ACR_DEBIT_REASON];
      from = -1;
    } else if (op.kind == ACR_OP_TAKE && op.v[ACR_LOT_SEQ] == (int64_t)seq && op.v[ACR_LOT_INDEX] == index) {
      if (reason != ACR_REASON_EXPIRE && reason != ACR_REASON_TRANSFER) continue;
      out->expired += op.v[ACR_LOT_POINTS];
      if (reason == ACR_REASON_TRANSFER) from = (int)op.v[ACR_LOT_ACCOUNT];
    } else if (op.kind == ACR_OP_CREDIT && from >= 0 && op.v[ACR_CREDIT_REASON] == ACR_REASON_TRANSFER) {
      int account = (int)op.v[ACR_CREDIT_ACCOUNT];
      int64_t points = op.v[ACR_CREDIT_POINTS], scale = acr__gone_scale(j->engine, from, account);
      out->expired -= (points + scale - 1) / scale;
      add_child(j, out, (struct acr__gone_child){record->seq, op.v[ACR_CREDIT_INDEX], points, account});
      from = -1;
    }
  }
}

void acr__gone_find(struct acr__judgement *j, uint64_t seq, int64_t index, struct acr__gone *out) {
  struct acr__record record;
  acr__pos pos;
  *out = (struct acr__gone){0};
  for (uint32_t which = 0; acr__newest_record(j, which, &pos); which++)
    for (; pos && acr__read_record(j->engine, pos, &record) && record.seq >= seq; pos = record.prev) {
      bool moved = record.kind != ACR_RECORD_PARKED && !(record.flags & ACR_RECORD_REFUSED);
      if (moved) read_record(j, &record, seq, index, out);
    }
}
