// Postings: points into lots, points out of the oldest lots. Every move is one operation with two sides (member account, and
// source or sink) and the balance after it.
#include "engine/expiry.h"
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

// Oldest first by earning time; equal times in order of deposit.
static int older(const void *a, const void *b) {
  const struct acr__lot *x = a, *y = b;
  if (x->earned != y->earned) return x->earned < y->earned ? -1 : 1;
  if (x->seq != y->seq) return x->seq < y->seq ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

static int ends_sooner(const void *a, const void *b) {
  const struct acr__lot *x = a, *y = b;
  if (x->expires != y->expires) return x->expires < y->expires ? -1 : 1;
  return older(a, b);
}

// Domain G1: first in, first out, or earliest expiry first where the program says so.
static bool by_expiry(const struct acr__judgement *j, int account) {
  for (int i = 0; i < j->release_count; i++)
    if (j->releases[i]->family == j->engine->accounts[account].family) return j->releases[i]->plan->settings.spend_earliest;
  return false;
}

void acr__lots_sort(const struct acr__judgement *j, struct acr__lot *lots, int count) {
  if (count > 1) qsort(lots, (size_t)count, sizeof *lots, by_expiry(j, (int)lots[0].account) ? ends_sooner : older);
}

struct acr__lot *acr__lots_in_order(struct acr__judgement *j, const int *accounts, int account_count, int *count) {
  struct acr__lot *all = ACR__NEW_N(j->arena, struct acr__lot, j->member->lots.count + 1);
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  *count = 0;
  while (acr__lots_next(&j->member->lots, &at, &lot))
    if (acr__types_have(accounts, account_count, (int)lot.account)) all[(*count)++] = lot;
  acr__lots_sort(j, all, *count);
  return all;
}

// One account's share: the debit, then the lots it empties, whose `remaining` is what is taken of them.
static bool debit_share(struct acr__judgement *j, const struct acr__taking *t, int account, const struct acr__lot *lots, int count,
                        int64_t debt) {
  int64_t total = debt;
  for (int i = 0; i < count; i++)
    total += lots[i].account == account ? lots[i].remaining : 0;
  if (total == 0) return true;
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_DEBIT);
  op->v[ACR_DEBIT_ACCOUNT] = account;
  op->v[ACR_DEBIT_SINK] = t->sink;
  op->v[ACR_DEBIT_POINTS] = total;
  op->v[ACR_DEBIT_DEBT] = debt;
  op->v[ACR_DEBIT_AFTER] = acr__member_balance(j->member, account) - total;
  op->v[ACR_DEBIT_REASON] = t->reason;
  op->v[ACR_DEBIT_TIME] = t->time;
  if (op->v[ACR_DEBIT_AFTER] < -ACR_POINTS_MAX) return acr__fail(j, NULL, "a debt would exceed 2^53-1");
  if (!acr__apply(j, op)) return false;
  acr__op_kind kind = t->reason == ACR_REASON_HOLD ? ACR_OP_HELD : ACR_OP_TAKE;
  for (int i = 0; i < count; i++)
    if (lots[i].account == account && lots[i].remaining > 0 && !acr__apply(j, acr__lot_op(j, kind, &lots[i], lots[i].remaining)))
      return false;
  return acr__feed_points(j, account, t->sink, t->reason, -total, t->time) && acr__activity_points(j, account, t->reason, t->time);
}

bool acr__take(struct acr__judgement *j, const struct acr__taking *t, struct acr__lot *lots, int count, int64_t *short_by) {
  int64_t left = t->points;
  for (int i = 0; i < count; i++) {
    if (lots[i].remaining > left) lots[i].remaining = left;
    left -= lots[i].remaining;
  }
  *short_by = t->owing >= 0 ? 0 : left;
  for (int k = 0; k < t->account_count; k++)
    if (!debit_share(j, t, t->accounts[k], lots, count, t->accounts[k] == t->owing ? left : 0)) return false;
  return true;
}

bool acr__debit(struct acr__judgement *j, int account, int sink_name, int64_t points, bool may_owe, acr__reason reason, acr__time time,
                int64_t *taken) {
  struct acr__taking t = {&account, 1, sink_name, reason, time, points, may_owe ? account : -1};
  int count;
  int64_t left;
  struct acr__lot *lots =
      reason == ACR_REASON_SPEND ? acr__lots_to_spend(j, &account, 1, &count) : acr__lots_in_order(j, &account, 1, &count);
  if (!acr__take(j, &t, lots, count, &left)) return false;
  *taken = points - left;
  return true;
}
