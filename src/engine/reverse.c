// Taking awards back (domain R4, R5): the unspent rest of the very lots first, then the account's other lots, first in first out,
// then debt where the account allows it; what is left is written off. What expired of a lot is gone and is not taken again.
#include "engine/budget.h"
#include "engine/returned.h"
#include <string.h>

// What is to be taken back of one lot, or of the one that it rolled over into.
struct claim {
  const struct acr__given_award *award;
  const struct acr__given_lot *lot;
  uint64_t seq; // the lot that is asked first,
  int64_t index;
  int account;     // and its account
  int64_t points;  // to be debited or written off
  int64_t expired; // gone already
  int64_t own;     // taken from the lot itself
  bool moved;
};

// At most so many accounts does a lot roll through; behind them the last one's other lots give.
enum { MOVES_MAX = 4 };

static struct acr__lot *lot_of(struct acr__lot *lots, int count, const struct claim *c) {
  for (int i = 0; i < count; i++)
    if (lots[i].seq == c->seq && lots[i].index == c->index) return &lots[i];
  return NULL;
}

// The newest lots of an award give first, as if it had been smaller in the first place.
static int claims_of(const struct acr__given_all *given, struct claim *out) {
  int count = 0;
  for (int a = 0; a < given->award_count; a++) {
    const struct acr__given_award *award = &given->awards[a];
    int64_t back = award->left > award->now ? award->left - award->now : 0;
    for (int i = given->lot_count - 1; i >= 0 && back > 0; i--) {
      const struct acr__given_lot *lot = &given->lots[i];
      int64_t left = lot->points - lot->reversed, points = left < back ? left : back;
      if (lot->award != a || points <= 0) continue;
      out[count++] = (struct claim){award, lot, lot->seq, lot->index, (int)award->account, points, 0, 0, false};
      back -= points;
    }
  }
  return count;
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

// What of a claim its lot no longer has: expired points are let go, those that rolled over become a claim on the lot they are in.
// false: they do not.
static bool trace(struct acr__judgement *j, struct claim *c, struct claim *next) {
  struct acr__gone gone;
  acr__gone_find(j, c->seq, c->index, &gone);
  int64_t expired = gone.expired - c->lot->expired, moved = gone.moved - (c->moved ? 0 : c->lot->moved);
  c->expired = least(expired > 0 ? expired : 0, c->points - c->own);
  c->points -= c->expired;
  moved = least(moved, c->points - c->own);
  if (moved <= 0) return false;
  *next = (struct claim){c->award, c->lot, gone.seq, gone.index, gone.account, moved, 0, 0, true};
  c->points -= moved;
  return true;
}

// First every claim's own lot, so that none is emptied for another. Claims grow by what rolled over; returns their number.
static int take_own(struct acr__judgement *j, struct claim *claims, int count, int most, struct acr__lot *lots, int lot_count) {
  for (int i = 0; i < count; i++) {
    struct claim *c = &claims[i];
    struct acr__lot *lot = lot_of(lots, lot_count, c);
    c->own = lot ? least(lot->remaining, c->points) : 0;
    if (lot) lot->remaining -= c->own;
    if (c->own < c->points && count < most && trace(j, c, &claims[count])) count++;
  }
  return count;
}

static bool take_of(struct acr__judgement *j, const struct acr__lot *lot, int64_t points) {
  return points == 0 || acr__apply(j, acr__lot_op(j, ACR_OP_TAKE, lot, points));
}

// One claim: a debit back to the award's source, dated with the award (domain W4).
static bool post(struct acr__judgement *j, const struct claim *c, struct acr__lot *lots, const struct acr__lot *whole, int count) {
  acr_engine *engine = j->engine;
  int account = c->account;
  int64_t *taken = ACR__NEW_N(j->arena, int64_t, count + 1), left = c->points - c->own;
  for (int i = 0; i < count; i++) {
    if (lots[i].account != account) continue;
    taken[i] = lots[i].remaining < left ? lots[i].remaining : left;
    lots[i].remaining -= taken[i];
    left -= taken[i];
    if (lots[i].seq == c->seq && lots[i].index == c->index) taken[i] += c->own;
  }
  bool owes = engine->accounts[account].flags & ACR_ACCOUNT_ALLOW_NEGATIVE;
  int64_t debt = owes ? left : 0, total = c->points - (left - debt);
  struct acr__op *op;
  if (total > 0) {
    op = acr__ops_add(&engine->ops, ACR_OP_DEBIT);
    op->v[ACR_DEBIT_ACCOUNT] = account;
    op->v[ACR_DEBIT_SINK] = c->award->source;
    op->v[ACR_DEBIT_POINTS] = total;
    op->v[ACR_DEBIT_DEBT] = debt;
    op->v[ACR_DEBIT_AFTER] = acr__member_balance(j->member, account) - total;
    op->v[ACR_DEBIT_REASON] = ACR_REASON_REVERSAL;
    op->v[ACR_DEBIT_TIME] = c->lot->earned;
    if (op->v[ACR_DEBIT_AFTER] < -ACR_POINTS_MAX) return acr__fail(j, NULL, "a debt would exceed 2^53-1");
    if (!acr__apply(j, op)) return false;
    for (int i = 0; i < count; i++)
      if (!take_of(j, &whole[i], taken[i])) return false;
  }
  if (total < c->points) acr__clip(engine, account, (int)c->award->source, c->points - total, "written_off");
  op = acr__ops_add(&engine->ops, ACR_OP_REVERSED);
  op->v[ACR_REVERSED_SEQ] = (int64_t)c->lot->seq;
  op->v[ACR_REVERSED_INDEX] = c->lot->index;
  op->v[ACR_REVERSED_POINTS] = c->points;
  op->v[ACR_REVERSED_EXPIRED] = c->expired;
  op->v[ACR_REVERSED_MOVED] = c->moved ? c->points + c->expired : 0;
  return total == 0 || acr__feed_points(j, account, (int)c->award->source, ACR_REASON_REVERSAL, -total, c->lot->earned);
}

void acr__given_cause(struct acr__judgement *j, const struct acr__given_award *award) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_OUTCOME);
  op->v[ACR_OUTCOME_FAMILY] = award->by.family;
  op->v[ACR_OUTCOME_BEHAVIOR] = award->by.behavior;
  op->v[ACR_OUTCOME_LEVEL] = award->by.level;
  op->v[ACR_OUTCOME_RULE] = award->by.rule;
  if (award->by.id != award->by.rule) op->v[ACR_OUTCOME_ID] = award->by.id;
}

bool acr__reverse(struct acr__judgement *j, const struct acr__given_all *given) {
  int most = given->lot_count * MOVES_MAX, lot_count;
  struct claim *claims = ACR__NEW_N(j->arena, struct claim, most + 1);
  int count = claims_of(given, claims);
  if (count == 0) return true;
  int *accounts = ACR__NEW_N(j->arena, int, j->engine->account_count);
  for (int i = 0; i < j->engine->account_count; i++)
    accounts[i] = i;
  struct acr__lot *lots = acr__lots_in_order(j, accounts, j->engine->account_count, &lot_count);
  struct acr__lot *whole = ACR__NEW_N(j->arena, struct acr__lot, lot_count + 1);
  memcpy(whole, lots, (size_t)lot_count * sizeof *lots);
  count = take_own(j, claims, count, most, lots, lot_count);
  for (int i = 0; i < count; i++) {
    if (claims[i].points + claims[i].expired == 0) continue;
    if (i == 0 || claims[i].award != claims[i - 1].award) acr__given_cause(j, claims[i].award);
    if (!post(j, &claims[i], lots, whole, lot_count)) return false;
  }
  return true;
}
