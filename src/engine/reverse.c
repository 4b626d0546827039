// Taking awards back (domain R4, R5): the unspent rest of the very lots first, then the account's other lots, first in first out,
// then debt where the account allows it; what is left is written off. What expired of a lot is gone and is not taken again.
#include "engine/budget.h"
#include "engine/returned.h"
#include <string.h>

// What is to be taken back of one lot, or of one that it rolled over into.
struct claim {
  const struct acr__given_award *award;
  const struct acr__given_lot *lot;
  int64_t settled; // points of the award that are done with by it
  uint64_t seq;    // the lot that is asked first,
  int64_t index;
  int account; // and its account, whose points these are:
  int64_t asked;
  int64_t points;  // of them to be debited or written off,
  int64_t expired; // gone already
  int64_t own;     // taken from the lot itself
};

struct claims {
  struct claim *all;
  int count, cap;
};

static struct acr__lot *lot_of(struct acr__lot *lots, int count, const struct claim *c) {
  for (int i = 0; i < count; i++)
    if (lots[i].seq == c->seq && lots[i].index == c->index) return &lots[i];
  return NULL;
}

// The newest lots of an award give first, as if it had been smaller in the first place.
static void claims_of(struct acr__judgement *j, const struct acr__given_all *given, struct claims *out) {
  for (int a = 0; a < given->award_count; a++) {
    const struct acr__given_award *award = &given->awards[a];
    int64_t back = award->left > award->now ? award->left - award->now : 0;
    for (int i = given->lot_count - 1; i >= 0 && back > 0; i--) {
      const struct acr__given_lot *lot = &given->lots[i];
      int64_t left = lot->points - lot->reversed, points = left < back ? left : back;
      if (lot->award != a || points <= 0) continue;
      ACR__GROW(j->arena, out->all, out->count, out->cap);
      out->all[out->count++] = (struct claim){award, lot, points, lot->seq, lot->index, (int)award->account, points, points, 0, 0};
      back -= points;
    }
  }
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

// What of a claim its lot no longer has: expired points are let go, those that rolled over become claims on the lots they are in, as
// far as these were not asked before.
static void trace(struct acr__judgement *j, const struct acr__given_all *given, struct claims *claims, int i) {
  struct claim c = claims->all[i];
  struct acr__gone gone;
  acr__gone_find(j, c.seq, c.index, &gone);
  int64_t expired = gone.expired - acr__given_asked(given, c.seq, c.index).expired;
  c.expired = least(expired > 0 ? expired : 0, c.points - c.own);
  c.points -= c.expired;
  for (int k = 0; k < gone.count && c.points > c.own; k++) {
    const struct acr__gone_child *child = &gone.children[k];
    int64_t scale = acr__gone_scale(j->engine, c.account, child->account);
    int64_t room = child->points - acr__given_asked(given, child->seq, child->index).points;
    int64_t moved = least((room + scale - 1) / scale, c.points - c.own), points = least(moved * scale, room);
    if (moved <= 0) continue;
    int64_t settled = moved / acr__gone_scale(j->engine, (int)c.award->account, c.account);
    c.points -= moved;
    c.settled -= settled;
    ACR__GROW(j->arena, claims->all, claims->count, claims->cap);
    claims->all[claims->count++] = (struct claim){c.award, c.lot, settled, child->seq, child->index, child->account, points, points, 0, 0};
  }
  claims->all[i] = c;
}

// First every claim's own lot, so that none is emptied for another. Claims grow by what rolled over.
static void take_own(struct acr__judgement *j, const struct acr__given_all *given, struct claims *claims, struct acr__lot *lots,
                     int lot_count) {
  for (int i = 0; i < claims->count; i++) {
    struct claim *c = &claims->all[i];
    struct acr__lot *lot = lot_of(lots, lot_count, c);
    c->own = lot ? least(lot->remaining, c->points) : 0;
    if (lot) lot->remaining -= c->own;
    if (c->own < c->points) trace(j, given, claims, i);
  }
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
  op->v[ACR_REVERSED_POINTS] = c->settled;
  op->v[ACR_REVERSED_ASKED_SEQ] = (int64_t)c->seq;
  op->v[ACR_REVERSED_ASKED_INDEX] = c->index;
  op->v[ACR_REVERSED_ASKED] = c->asked;
  op->v[ACR_REVERSED_EXPIRED] = c->expired;
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
  struct claims claims = {0};
  int lot_count;
  claims_of(j, given, &claims);
  if (claims.count == 0) return true;
  int *accounts = ACR__NEW_N(j->arena, int, j->engine->account_count);
  for (int i = 0; i < j->engine->account_count; i++)
    accounts[i] = i;
  struct acr__lot *lots = acr__lots_in_order(j, accounts, j->engine->account_count, &lot_count);
  struct acr__lot *whole = ACR__NEW_N(j->arena, struct acr__lot, lot_count + 1);
  memcpy(whole, lots, (size_t)lot_count * sizeof *lots);
  take_own(j, given, &claims, lots, lot_count);
  for (int i = 0; i < claims.count; i++) {
    if (i == 0 || claims.all[i].award != claims.all[i - 1].award) acr__given_cause(j, claims.all[i].award);
    if (!post(j, &claims.all[i], lots, whole, lot_count)) return false;
  }
  return true;
}
