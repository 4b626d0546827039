// points.spend and points.spend_cancelled.
#include "engine/expiry.h"
#include "engine/spend.h"
#include "base/decimal.h"
#include <string.h>

static char *shortage(struct acr__judgement *j, const struct acr__purse *purse, int64_t held, int64_t wanted) {
  char has[32], wants[32];
  acr__decimal_format(held, purse->decimals, has);
  acr__decimal_format(wanted, purse->decimals, wants);
  return acr__arena_printf(j->arena, "%s can be spent, %s were wanted", has, wants);
}

// The first account that may be overdrawn, where the program lets spending do that (domain G3); -1 = none.
static int overdrawn(const struct acr__judgement *j, const struct acr__purse *purse) {
  if (!purse->owner->plan->settings.spend_owes) return -1;
  for (int i = 0; i < purse->account_count; i++)
    if (j->engine->accounts[purse->accounts[i]].flags & ACR_ACCOUNT_ALLOW_NEGATIVE) return purse->accounts[i];
  return -1;
}

static bool take_whole(struct acr__judgement *j, const char *sink, acr__reason reason, struct acr__reject *reject) {
  struct acr__purse purse;
  int64_t points, held = 0, short_by;
  int count;
  if (!acr__purse_find(j, &purse, reject) || !acr__points_read(j, purse.decimals, &points, reject)) return false;
  if (acr__locked(j, reject)) return false; // what is not valid is rejected, whoever asks
  struct acr__lot *lots = acr__lots_to_spend(j, purse.accounts, purse.account_count, &count);
  for (int i = 0; i < count; i++)
    held += lots[i].remaining;
  int owing = reason == ACR_REASON_SPEND ? overdrawn(j, &purse) : -1;
  if (held < points && owing < 0) {
    *reject = (struct acr__reject){"points_short", shortage(j, &purse, held, points), "$.data.points", 0, 0};
    return false;
  }
  struct acr__taking t = {.accounts = purse.accounts,
                          .account_count = purse.account_count,
                          .sink = acr__name_number(j->engine, acr__span_of(sink)),
                          .reason = reason,
                          .time = j->root->time,
                          .points = points,
                          .owing = owing};
  return acr__take(j, &t, lots, count, &short_by);
}

bool acr__spend(struct acr__judgement *j, struct acr__reject *reject) {
  return take_whole(j, "spend", ACR_REASON_SPEND, reject);
}

bool acr__hold(struct acr__judgement *j, struct acr__reject *reject) {
  const struct acr__event *event = j->root;
  acr__digest reference = acr__hold_digest(j->engine, event);
  acr__time until = event->until == ACR_TIME_NONE ? event->time + 7 * ACR_DAY_US : event->until; // contract 6
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_HOLD);
  op->v[0] = until;
  op->text = acr__arena_span(j->arena, (acr__span){(const char *)reference.bytes, sizeof reference.bytes});
  return acr__apply(j, op) && take_whole(j, "hold", ACR_REASON_HOLD, reject);
}

// ---- Giving back

static bool restore_account(struct acr__judgement *j, int account, const struct acr__lot *lots, int count, int sink, acr__reason reason,
                            acr__time time) {
  const struct acr__balance *b = acr__member_account(j->member, account);
  int64_t total = 0, owed = b ? -b->debt : 0;
  for (int i = 0; i < count; i++)
    total += lots[i].account == account ? lots[i].remaining : 0;
  if (total == 0) return true;
  int64_t into_lots = owed < total ? total - owed : 0;
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_RESTORE);
  op->v[ACR_DEBIT_ACCOUNT] = account;
  op->v[ACR_DEBIT_SINK] = sink;
  op->v[ACR_DEBIT_POINTS] = total;
  op->v[ACR_DEBIT_DEBT] = total - into_lots; // domain G9: the hole first
  op->v[ACR_DEBIT_AFTER] = acr__member_balance(j->member, account) + total;
  op->v[ACR_DEBIT_REASON] = reason;
  op->v[ACR_DEBIT_TIME] = time;
  if (!acr__apply(j, op)) return false;
  for (int i = 0; i < count && into_lots > 0; i++) {
    if (lots[i].account != account) continue;
    int64_t points = lots[i].remaining < into_lots ? lots[i].remaining : into_lots;
    into_lots -= points;
    if (points && !acr__apply(j, acr__lot_op(j, ACR_OP_GIVE, &lots[i], points))) return false;
  }
  return acr__feed_points(j, account, sink, reason, total, time);
}

bool acr__give_back(struct acr__judgement *j, const struct acr__lot *lots, int count, int sink, acr__reason reason, acr__time time) {
  for (int i = 0; i < count; i++) {
    bool done = false;
    for (int k = 0; k < i && !done; k++)
      done = lots[k].account == lots[i].account;
    if (!done && !restore_account(j, (int)lots[i].account, lots, count, sink, reason, time)) return false;
  }
  return true;
}

// ---- Cancelling

struct spent { // what a record spent
  struct acr__record record;
  struct acr__lot *lots; // newest first
  int count;
  int64_t total, owed; // owed: spent on credit, from no lot
  int account;         // one of those spent from; where something is owed, the one that owes
};

static bool spend_of(struct acr__judgement *j, struct spent *out, struct acr__reject *reject) {
  acr_engine *engine = j->engine;
  acr__pos pos = acr__find_id(engine, acr__digest_pair(&engine->key, j->root->source, j->root->of));
  const char *wrong = "no event of this source has the id \"%.80s\"";
  struct acr__op op;
  if (pos && acr__read_record(engine, pos, &out->record)) {
    acr__span decision = acr__arena_span(j->arena, out->record.decision);
    acr__cursor cur = {(const uint8_t *)decision.ptr, (const uint8_t *)decision.ptr + decision.len, false};
    bool own = acr__member_includes(j->member, out->record.member);
    int most = 0;
    wrong = own ? "the event \"%.80s\" spent nothing" : "the event \"%.80s\" is another member's";
    for (acr__cursor at = cur; acr__op_read(&at, &op);)
      most++;
    out->lots = ACR__NEW_N(j->arena, struct acr__lot, most + 1);
    bool spending = false;
    while (own && acr__op_read(&cur, &op)) {
      if (op.kind == ACR_OP_OUTCOME || op.kind == ACR_OP_DERIVED) break; // what its rules did is not the spend
      if (op.kind == ACR_OP_OFFER) { // points would come back and the offer stay
        wrong = "the event \"%.80s\" bought an offer; that is not undone";
        break;
      }
      if (op.kind == ACR_OP_DEBIT) {
        spending = op.v[ACR_DEBIT_REASON] == ACR_REASON_SPEND;
        if (!spending) continue;
        out->total += op.v[ACR_DEBIT_POINTS];
        if (out->owed == 0) out->account = (int)op.v[ACR_DEBIT_ACCOUNT];
        out->owed += op.v[ACR_DEBIT_DEBT];
      } else if (op.kind == ACR_OP_CAPTURE) {
        out->total += op.v[ACR_CAPTURE_POINTS];
        out->account = (int)op.v[ACR_CAPTURE_ACCOUNT];
      } else if ((op.kind == ACR_OP_TAKE && spending) || op.kind == ACR_OP_CAPTURED) {
        out->lots[out->count++] = acr__op_lot(&op);
      }
    }
  }
  acr__lots_sort(j, out->lots, out->count);
  for (int a = 0, b = out->count - 1; a < b; a++, b--) {
    struct acr__lot swap = out->lots[a];
    out->lots[a] = out->lots[b];
    out->lots[b] = swap;
  }
  if (out->total) return true;
  *reject = (struct acr__reject){"of_unknown", acr__arena_printf(j->arena, wrong, j->root->of.ptr), "$.data.of", 0, 0};
  return false;
}

// The last points taken come back first, as if less had been spent in the first place; `skip` of them are back already.
static void part_of(struct spent *spent, int64_t skip, int64_t points) {
  for (int i = 0; i < spent->count; i++) {
    int64_t gone = spent->lots[i].remaining < skip ? spent->lots[i].remaining : skip;
    skip -= gone;
    spent->lots[i].remaining -= gone;
    if (spent->lots[i].remaining > points) spent->lots[i].remaining = points;
    points -= spent->lots[i].remaining;
  }
}

bool acr__spend_cancel(struct acr__judgement *j, struct acr__reject *reject) {
  acr_engine *engine = j->engine;
  struct spent spent = {0};
  int64_t points;
  if (!spend_of(j, &spent, reject)) return false;
  int64_t before = acr__holds_given_back(&j->member->holds, spent.record.seq), left = spent.total - before;
  points = left;
  if (j->root->points_text.len && !acr__points_read(j, engine->accounts[spent.account].decimals, &points, reject)) return false;
  if (points > left || left == 0) {
    char has[32];
    acr__decimal_format(left, engine->accounts[spent.account].decimals, has);
    *reject = (struct acr__reject){"already_returned", acr__arena_printf(j->arena, "of that spend %s are left to be given back", has),
                                   "$.data.points", 0, 0};
    return false;
  }
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_GIVEN_BACK);
  op->v[0] = (int64_t)spent.record.seq;
  op->v[1] = points;
  if (!acr__apply(j, op)) return false;
  int sink = acr__name_number(engine, ACR__SPAN_LIT("spend"));
  int64_t credit = spent.owed > before ? spent.owed - before : 0; // what was spent on credit was spent last
  credit = credit < points ? credit : points;
  part_of(&spent, before > spent.owed ? before - spent.owed : 0, points - credit);
  return acr__credit(j, spent.account, sink, credit, spent.record.time, ACR_TIME_MAX, ACR_REASON_SPEND) &&
         acr__give_back(j, spent.lots, spent.count, sink, ACR_REASON_SPEND, spent.record.time) &&
         acr__expire_lots(j, j->root->time > engine->ledger_time ? j->root->time : engine->ledger_time); // domain R10: at once
}
