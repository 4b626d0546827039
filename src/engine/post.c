// Postings: points into lots, points out of the oldest lots. Every move is one operation with two sides (member account, and
// source or sink) and the balance after it.
#include "engine/engine.h"
#include <stdlib.h>

bool acr__apply(struct acr__judgement *j, struct acr__op *op) {
  if (acr__member_apply(j->member, op, j->seq)) return true;
  acr__fail(j, NULL,
            acr__arena_printf(j->arena, "the ledger refused operation %s: it would break its own arithmetic", acr__op_name(op->kind)));
  j->engine->ops.count--; // it was the last one, and did not happen
  return false;
}

bool acr__credit(struct acr__judgement *j, int account, int source_name, int64_t points, acr__time earned, acr__time expires,
                 acr__reason reason) {
  int64_t after, before = acr__member_balance(j->member, account);
  const struct acr__balance *b = acr__member_account(j->member, account);
  if (points <= 0) return true; // domain P6: a zero award makes no entry
  if (!acr__add(before, points, &after) || after > ACR_POINTS_MAX) return acr__fail(j, NULL, "a balance would exceed 2^53-1");
  int64_t owed = b ? -b->debt : 0;
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_CREDIT);
  op->v[ACR_CREDIT_ACCOUNT] = account;
  op->v[ACR_CREDIT_SOURCE] = source_name;
  op->v[ACR_CREDIT_POINTS] = points;
  op->v[ACR_CREDIT_EARNED] = earned;
  op->v[ACR_CREDIT_EXPIRES] = expires;
  op->v[ACR_CREDIT_DEBT] = owed < points ? owed : points; // domain G9: the hole first
  op->v[ACR_CREDIT_AFTER] = after;
  op->v[ACR_CREDIT_INDEX] = j->lot_index++;
  op->v[ACR_CREDIT_REASON] = reason;
  return acr__apply(j, op) && acr__feed_points(j, account, source_name, reason, points, earned);
}

// Oldest first by earning time; equal times in order of deposit.
static int older(const void *a, const void *b) {
  const struct acr__lot *x = a, *y = b;
  if (x->earned != y->earned) return x->earned < y->earned ? -1 : 1;
  if (x->seq != y->seq) return x->seq < y->seq ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

struct acr__op *acr__lot_op(struct acr__judgement *j, acr__op_kind kind, const struct acr__lot *lot, int64_t points) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, kind);
  op->v[ACR_LOT_SEQ] = (int64_t)lot->seq;
  op->v[ACR_LOT_INDEX] = lot->index;
  op->v[ACR_LOT_POINTS] = points;
  op->v[ACR_LOT_ACCOUNT] = lot->account;
  op->v[ACR_LOT_SOURCE] = lot->source;
  op->v[ACR_LOT_EARNED] = lot->earned;
  op->v[ACR_LOT_EXPIRES] = lot->expires;
  op->v[ACR_LOT_GRANTED] = lot->granted;
  return op;
}

static struct acr__lot *lots_of(struct acr__judgement *j, int account, int *count) {
  struct acr__lot *all = ACR__NEW_N(j->arena, struct acr__lot, j->member->lots.count + 1);
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  *count = 0;
  while (acr__lots_next(&j->member->lots, &at, &lot))
    if (lot.account == account) all[(*count)++] = lot;
  qsort(all, (size_t)*count, sizeof *all, older);
  return all;
}

bool acr__debit(struct acr__judgement *j, int account, int sink_name, int64_t points, bool may_owe, acr__reason reason, acr__time time,
                int64_t *taken) {
  const struct acr__balance *b = acr__member_account(j->member, account);
  int64_t held = b ? b->lots : 0, from_lots = points < held ? points : held;
  int64_t total = may_owe ? points : from_lots;
  *taken = total;
  if (total <= 0) return true;
  int count;
  struct acr__lot *lots = lots_of(j, account, &count);
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_DEBIT);
  op->v[ACR_DEBIT_ACCOUNT] = account;
  op->v[ACR_DEBIT_SINK] = sink_name;
  op->v[ACR_DEBIT_POINTS] = total;
  op->v[ACR_DEBIT_DEBT] = total - from_lots;
  op->v[ACR_DEBIT_AFTER] = acr__member_balance(j->member, account) - total;
  op->v[ACR_DEBIT_REASON] = reason;
  op->v[ACR_DEBIT_TIME] = time;
  if (op->v[ACR_DEBIT_AFTER] < -ACR_POINTS_MAX) return acr__fail(j, NULL, "a debt would exceed 2^53-1");
  if (!acr__apply(j, op)) return false;
  for (int i = 0; i < count && from_lots > 0; i++) {
    int64_t points_here = lots[i].remaining < from_lots ? lots[i].remaining : from_lots;
    from_lots -= points_here;
    if (!acr__apply(j, acr__lot_op(j, ACR_OP_TAKE, &lots[i], points_here))) return false;
  }
  return acr__feed_points(j, account, sink_name, reason, -total, time);
}
