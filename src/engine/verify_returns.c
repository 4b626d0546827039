// I13: what is taken back of an award names its lot, and never adds up to more than the award posted.
#include "engine/verify.h"
#include "ledger/record.h"
#include <inttypes.h>
#include <stdlib.h>

// Of the member itself, or of one that was merged into it by then.
static bool is_of(struct acr__verify *v, uint32_t owner, uint32_t member) {
  while (owner != member && owner < v->member_cap && v->members[owner].into)
    owner = v->members[owner].into;
  return owner == member;
}

// What its record credited as that lot, which is that of the purchase or of an amendment of it; -1 when it is neither, or gave no
// such lot.
static int64_t posted(struct acr__verify *v, const struct acr__record *at, const struct acr__op *reversed, int64_t purchase) {
  acr__buf bytes = {0};
  struct acr__record record;
  struct acr__op op;
  int64_t points = -1, of = reversed->v[ACR_REVERSED_SEQ];
  acr__pos pos = acr__ledger_find_seq(v->ledger, (uint64_t)of);
  if (pos && pos < at->pos && acr__ledger_read(v->ledger, pos, &bytes) && acr__record_decode(bytes.ptr, bytes.len, pos, &record, NULL) &&
      is_of(v, record.member, at->member)) {
    acr__cursor cur = {(const uint8_t *)record.decision.ptr, (const uint8_t *)record.decision.ptr + record.decision.len, false};
    while (acr__op_read(&cur, &op)) {
      if (op.kind == ACR_OP_RETURN) of = op.v[ACR_RETURN_SEQ];
      if (op.kind == ACR_OP_CREDIT && op.v[ACR_CREDIT_INDEX] == reversed->v[ACR_REVERSED_INDEX]) points = op.v[ACR_CREDIT_POINTS];
    }
  }
  acr__buf_free(&bytes);
  return of == purchase ? points : -1;
}

static void reversed(struct acr__verify *v, const struct acr__record *r, const struct acr__op *op, int64_t purchase) {
  int64_t key[] = {op->v[ACR_REVERSED_SEQ], op->v[ACR_REVERSED_INDEX]};
  acr__span name = {(const char *)key, sizeof key};
  int64_t points = op->v[ACR_REVERSED_POINTS], most = posted(v, r, op, purchase);
  if (most < 0) {
    acr__violation(v, "I13", r, "record %" PRIu64 " takes back an award that record %" PRId64 " did not give", r->seq, key[0]);
    return;
  }
  int64_t sum = (int64_t)(uintptr_t)acr__table_get(v->reversed, name) + points;
  if (points < 0 || sum > most)
    acr__violation(v, "I13", r, "up to record %" PRIu64 " %" PRId64 " points are taken back of an award of %" PRId64, r->seq, sum, most);
  acr__table_put(v->reversed, name, (void *)(uintptr_t)sum);
}

// What a lot is asked for is settled by the lot itself and by those that it rolled over into, in the same record.
static void settled(struct acr__verify *v, const struct acr__record *r, const struct acr__op *asked) {
  int64_t sum = 0, points = asked->v[ACR_REVERSED_ASKED];
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    if (op->kind == ACR_OP_REVERSED && op->v[ACR_REVERSED_SEQ] == asked->v[ACR_REVERSED_SEQ] &&
        op->v[ACR_REVERSED_INDEX] == asked->v[ACR_REVERSED_INDEX])
      sum += op->v[ACR_REVERSED_POINTS];
  }
  if (points <= 0 || sum != points)
    acr__violation(v, "I13", r, "record %" PRIu64 " takes back %" PRId64 " points of an award and settles %" PRId64, r->seq, points, sum);
}

void acr__verify_returns(struct acr__verify *v, const struct acr__record *r) {
  int64_t purchase = 0;
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    if (op->kind == ACR_OP_RETURN) purchase = op->v[ACR_RETURN_SEQ];
    if (op->kind != ACR_OP_REVERSED) continue;
    reversed(v, r, op, purchase);
    bool itself = op->v[ACR_REVERSED_ASKED_SEQ] == op->v[ACR_REVERSED_SEQ] && op->v[ACR_REVERSED_ASKED_INDEX] == op->v[ACR_REVERSED_INDEX];
    if (itself) settled(v, r, op);
  }
}
