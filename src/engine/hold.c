// points.capture and points.release: a hold leaves `open` once.
#include "base/decimal.h"
#include "engine/expiry.h"
#include "engine/spend.h"
#include <string.h>

static acr__digest digest_of(const acr_engine *engine, acr__span member, acr__span reference) {
  static const char mark[] = "hold/"; // keeps references apart from event ids
  char scope[ACR_TEXT_BYTES_MAX + sizeof mark];
  memcpy(scope, mark, sizeof mark - 1);
  memcpy(scope + sizeof mark - 1, member.ptr, member.len);
  return acr__digest_pair(&engine->key, (acr__span){scope, sizeof mark - 1 + member.len}, reference);
}

acr__digest acr__hold_digest(const acr_engine *engine, const struct acr__event *event) {
  return digest_of(engine, event->subject, event->reference);
}

// The reference as the subject gave it, else as any did who is the same person: -1 the survivor, from 0 on those merged into it.
static acr__digest digest_by(const struct acr__judgement *j, int who) {
  const struct acr__member *one = j->member;
  if (who >= 0) one = acr__member_at(j->engine, j->member->merged[who], (acr__span){NULL, 0});
  return digest_of(j->engine, one ? one->id : j->root->subject, j->root->reference);
}

static const struct acr__hold *find(struct acr__judgement *j, struct acr__reject *reject) {
  acr__digest digest = acr__hold_digest(j->engine, j->root);
  const struct acr__hold *hold = acr__holds_find(&j->member->holds, digest);
  bool closed = acr__find_id(j->engine, digest) != 0;
  for (int who = -1; !hold && who < (int)j->member->merged_count; who++) {
    digest = digest_by(j, who);
    hold = acr__holds_find(&j->member->holds, digest);
    closed = closed || acr__find_id(j->engine, digest) != 0;
  }
  if (hold) return hold;
  *reject = (struct acr__reject){closed ? "hold_closed" : "hold_unknown",
                                 acr__arena_printf(j->arena,
                                                   closed ? "the hold \"%.80s\" was captured, released or has ended"
                                                          : "the member has no hold with the reference \"%.80s\"",
                                                   j->root->reference.ptr),
                                 "$.data.reference", 0, 0};
  return NULL;
}

static bool end(struct acr__judgement *j, uint64_t seq) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_HOLD_END);
  op->v[0] = (int64_t)seq;
  return acr__apply(j, op);
}

// The lots of a hold in the order in which they are spent.
static struct acr__lot *lots_of(struct acr__judgement *j, const struct acr__hold *hold) {
  struct acr__lot *lots = ACR__NEW_N(j->arena, struct acr__lot, hold->count + 1);
  memcpy(lots, hold->lots, hold->count * sizeof *lots);
  acr__lots_sort(j, lots, (int)hold->count);
  return lots;
}

// They the other way round, less what was captured of the oldest.
static struct acr__lot *rest_of(struct acr__judgement *j, const struct acr__hold *hold, int64_t captured) {
  struct acr__lot *rest = ACR__NEW_N(j->arena, struct acr__lot, hold->count + 1), *lots = lots_of(j, hold);
  for (uint32_t i = 0; i < hold->count; i++) {
    struct acr__lot *lot = &rest[hold->count - 1 - i];
    *lot = lots[i];
    int64_t gone = lot->remaining < captured ? lot->remaining : captured;
    lot->remaining -= gone;
    captured -= gone;
  }
  return rest;
}

static acr__time now_of(const struct acr__judgement *j) {
  return j->root->time > j->engine->ledger_time ? j->root->time : j->engine->ledger_time;
}

static bool give_rest(struct acr__judgement *j, const struct acr__hold *hold, int64_t captured, acr__time now) {
  uint64_t seq = hold->seq;
  int count = (int)hold->count;
  struct acr__lot *rest = rest_of(j, hold, captured);
  int sink = acr__name_number(j->engine, ACR__SPAN_LIT("hold"));
  return end(j, seq) && acr__give_back(j, rest, count, sink, ACR_REASON_HOLD, j->root->time) &&
         acr__expire_lots(j, now); // under the hold they could not
}

bool acr__hold_release(struct acr__judgement *j, const struct acr__hold *hold, acr__time now) {
  return give_rest(j, hold, 0, now);
}

static bool capture_account(struct acr__judgement *j, const struct acr__lot *lots, int count, int account, int sink) {
  int64_t total = 0;
  for (int i = 0; i < count; i++)
    total += lots[i].account == account ? lots[i].remaining : 0;
  if (total == 0) return true;
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_CAPTURE);
  op->v[ACR_CAPTURE_ACCOUNT] = account;
  op->v[ACR_CAPTURE_SINK] = sink;
  op->v[ACR_CAPTURE_POINTS] = total;
  op->v[ACR_CAPTURE_TIME] = j->root->time;
  if (!acr__apply(j, op)) return false;
  for (int i = 0; i < count; i++)
    if (lots[i].account == account && lots[i].remaining && !acr__apply(j, acr__lot_op(j, ACR_OP_CAPTURED, &lots[i], lots[i].remaining)))
      return false;
  return acr__feed_points(j, account, sink, ACR_REASON_SPEND, -total, j->root->time) &&
         acr__activity_points(j, account, ACR_REASON_SPEND, j->root->time);
}

static bool capture(struct acr__judgement *j, const struct acr__hold *hold, int64_t points) {
  int sink = acr__name_number(j->engine, ACR__SPAN_LIT("spend")), count = (int)hold->count;
  struct acr__lot *lots = lots_of(j, hold);
  int64_t left = points;
  for (int i = 0; i < count; i++) {
    if (lots[i].remaining > left) lots[i].remaining = left;
    left -= lots[i].remaining;
  }
  for (int i = 0; i < count; i++) {
    bool done = false;
    for (int k = 0; k < i && !done; k++)
      done = lots[k].account == lots[i].account;
    if (!done && !capture_account(j, lots, count, (int)lots[i].account, sink)) return false;
  }
  return give_rest(j, hold, points, now_of(j));
}

bool acr__hold_settle(struct acr__judgement *j, struct acr__reject *reject) {
  const struct acr__hold *hold = find(j, reject);
  if (!hold) return false;
  int decimals = j->engine->accounts[hold->lots[0].account].decimals;
  int64_t held = 0, points;
  for (uint32_t i = 0; i < hold->count; i++)
    held += hold->lots[i].remaining;
  points = held;
  if (j->root->points_text.len && !acr__points_read(j, decimals, &points, reject)) return false;
  if (j->root->kind == ACR_EVENT_CAPTURE && points <= held) return capture(j, hold, points);
  if (j->root->kind == ACR_EVENT_RELEASE && points == held) return acr__hold_release(j, hold, now_of(j));
  char has[32], wants[32];
  acr__decimal_format(held, decimals, has);
  acr__decimal_format(points, decimals, wants);
  bool capturing = j->root->kind == ACR_EVENT_CAPTURE;
  *reject = (struct acr__reject){
      capturing ? "points_short" : "field",
      acr__arena_printf(j->arena,
                        capturing ? "the hold has %s points, %s were to be captured"
                                  : "the hold has %s points and is released whole, %s were given; a `points.capture` may take a part",
                        has, wants),
      "$.data.points", 0, 0};
  return false;
}
