// What became of a lot: points of it that expired, and points that rolled over into another account (domain R5, G6).
#include "engine/returned.h"

// In the order of the record: the debit of the lot's account, the lot, and the lot that is born of it in the other account.
static void read_record(const struct acr__record *record, uint64_t seq, int64_t index, struct acr__gone *out) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  int64_t reason = ACR_REASONS, moving = 0;
  while (acr__op_read(&cur, &op)) {
    if (op.kind == ACR_OP_DEBIT) {
      reason = op.v[ACR_DEBIT_REASON];
      moving = 0;
    } else if (op.kind == ACR_OP_TAKE && op.v[ACR_LOT_SEQ] == (int64_t)seq && op.v[ACR_LOT_INDEX] == index) {
      if (reason == ACR_REASON_EXPIRE) out->expired += op.v[ACR_LOT_POINTS];
      if (reason == ACR_REASON_TRANSFER) moving = op.v[ACR_LOT_POINTS];
    } else if (op.kind == ACR_OP_CREDIT && moving && op.v[ACR_CREDIT_REASON] == ACR_REASON_TRANSFER) {
      out->moved += moving;
      out->seq = record->seq;
      out->index = op.v[ACR_CREDIT_INDEX];
      out->account = (int)op.v[ACR_CREDIT_ACCOUNT];
      moving = 0;
    }
  }
}

void acr__gone_find(struct acr__judgement *j, uint64_t seq, int64_t index, struct acr__gone *out) {
  struct acr__record record;
  acr__pos pos;
  *out = (struct acr__gone){0};
  for (uint32_t which = 0; acr__newest_record(j, which, &pos); which++)
    for (; pos && acr__read_record(j->engine, pos, &record) && record.seq > seq; pos = record.prev) {
      bool moved = record.kind != ACR_RECORD_PARKED && !(record.flags & ACR_RECORD_REFUSED);
      if (moved) read_record(&record, seq, index, out);
    }
}
