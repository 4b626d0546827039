// What a purchase and its amendments gave, rule by rule, and what of it came back since: read out of their records.
#include "engine/budget.h"
#include "engine/limits.h"
#include "engine/returned.h"
#include <string.h>

// An OUTCOME that names a component goes on with the rule that fired before it.
bool acr__given_follow(struct acr__given_by *by, const struct acr__op *op) {
  const int64_t *v = op->v;
  bool same = by->family == v[ACR_OUTCOME_FAMILY] && by->behavior == v[ACR_OUTCOME_BEHAVIOR] && by->level == v[ACR_OUTCOME_LEVEL] &&
              by->rule == v[ACR_OUTCOME_RULE];
  if (same && v[ACR_OUTCOME_COMPONENT] && !v[ACR_OUTCOME_FIRED]) return false;
  *by = (struct acr__given_by){by->release,          v[ACR_OUTCOME_FAMILY], v[ACR_OUTCOME_BEHAVIOR],
                               v[ACR_OUTCOME_LEVEL], v[ACR_OUTCOME_RULE],   v[ACR_OUTCOME_ID] ? v[ACR_OUTCOME_ID] : v[ACR_OUTCOME_RULE]};
  return true;
}

static bool same_rule(const struct acr__given_by *a, const struct acr__given_by *b) {
  return a->family == b->family && a->behavior == b->behavior && a->level == b->level && a->id == b->id;
}

struct acr__given_award *acr__given_award(struct acr__given_all *out, acr__arena *arena, const struct acr__given_by *by, int64_t account,
                                          int64_t source) {
  for (int i = 0; i < out->award_count; i++) {
    struct acr__given_award *a = &out->awards[i];
    if (same_rule(&a->by, by) && a->account == account && a->source == source) return a;
  }
  ACR__GROW(arena, out->awards, out->award_count, out->award_cap);
  out->awards[out->award_count] = (struct acr__given_award){.by = *by, .account = account, .source = source, .expires = ACR_TIME_MAX};
  return &out->awards[out->award_count++];
}

struct acr__given_offer *acr__given_offer(struct acr__given_all *out, acr__arena *arena, const struct acr__given_by *by, int64_t offer) {
  for (int i = 0; i < out->offer_count; i++)
    if (same_rule(&out->offers[i].by, by) && out->offers[i].offer == offer) return &out->offers[i];
  ACR__GROW(arena, out->offers, out->offer_count, out->offer_cap);
  out->offers[out->offer_count] = (struct acr__given_offer){.by = *by, .offer = offer};
  return &out->offers[out->offer_count++];
}

static void add_lot(struct acr__given_all *out, acr__arena *arena, const struct acr__given_by *by, const struct acr__part *part,
                    const struct acr__op *op) {
  struct acr__given_award *award = acr__given_award(out, arena, by, op->v[ACR_CREDIT_ACCOUNT], op->v[ACR_CREDIT_SOURCE]);
  ACR__GROW(arena, out->lots, out->lot_count, out->lot_cap);
  out->lots[out->lot_count++] = (struct acr__given_lot){.award = (int)(award - out->awards),
                                                        .seq = part->seq,
                                                        .pos = part->pos,
                                                        .index = op->v[ACR_CREDIT_INDEX],
                                                        .points = op->v[ACR_CREDIT_POINTS],
                                                        .earned = op->v[ACR_CREDIT_EARNED]};
  award->left += op->v[ACR_CREDIT_POINTS];
}

static void add_issue(struct acr__given_all *out, acr__arena *arena, const struct acr__given_by *by, const struct acr__part *part,
                      const struct acr__op *op) {
  struct acr__given_offer *offer = acr__given_offer(out, arena, by, op->v[ACR_OFFER_NAME]);
  ACR__GROW(arena, out->issues, out->issue_count, out->issue_cap);
  out->issues[out->issue_count++] = (struct acr__given_issue){(int)(offer - out->offers), part->seq, op->v[ACR_OFFER_INDEX], false};
  offer->left++;
}

struct acr__given_asked acr__given_asked(const struct acr__given_all *given, uint64_t seq, int64_t index) {
  for (int i = 0; i < given->asked_count; i++)
    if (given->asked[i].seq == seq && given->asked[i].index == index) return given->asked[i];
  return (struct acr__given_asked){seq, index, 0, 0};
}

static void ask(struct acr__given_all *out, acr__arena *arena, const struct acr__op *op) {
  uint64_t seq = (uint64_t)op->v[ACR_REVERSED_ASKED_SEQ];
  int64_t index = op->v[ACR_REVERSED_ASKED_INDEX];
  int i = 0;
  while (i < out->asked_count && (out->asked[i].seq != seq || out->asked[i].index != index))
    i++;
  if (i == out->asked_count) {
    ACR__GROW(arena, out->asked, out->asked_count, out->asked_cap);
    out->asked[out->asked_count++] = (struct acr__given_asked){seq, index, 0, 0};
  }
  out->asked[i].points += op->v[ACR_REVERSED_ASKED];
  out->asked[i].expired += op->v[ACR_REVERSED_EXPIRED];
}

static void take_back(struct acr__given_all *out, const struct acr__op *op) {
  for (int i = 0; i < out->lot_count; i++) {
    struct acr__given_lot *lot = &out->lots[i];
    if (lot->seq != (uint64_t)op->v[ACR_REVERSED_SEQ] || lot->index != op->v[ACR_REVERSED_INDEX]) continue;
    lot->reversed += op->v[ACR_REVERSED_POINTS];
    out->awards[lot->award].left -= op->v[ACR_REVERSED_POINTS];
  }
}

static void withdraw(struct acr__given_all *out, const struct acr__op *op) {
  for (int i = 0; i < out->issue_count; i++) {
    struct acr__given_issue *issue = &out->issues[i];
    if (issue->seq != (uint64_t)op->v[ACR_REDEEM_SEQ] || issue->index != op->v[ACR_REDEEM_INDEX]) continue;
    issue->withdrawn = true;
    out->offers[issue->offer].left--;
  }
}

// ---- the releases that judged

struct acr__release *acr__given_release(struct acr__judgement *j, int64_t number) {
  struct acr__release *release = acr__release_number(j->engine, number);
  acr__diag diag = {0};
  if (release && !release->plan) {
    if (!acr__release_load(j->engine, release, &diag)) {
      acr__release_unload(release);
      release = NULL;
    } else {
      acr__limits_bind(j->engine);
      acr__budgets_bind(j->engine);
    }
  }
  if (!release) acr__fail(j, NULL, "the release that judged the purchase can no longer be loaded");
  return release;
}

static struct acr__release *release_of(struct acr__judgement *j, const struct acr__part *purchase, int64_t family) {
  for (int i = 0; i < purchase->op_count; i++)
    if (purchase->ops[i].kind == ACR_OP_STANDING && purchase->ops[i].v[0] == family) return acr__given_release(j, purchase->ops[i].v[2]);
  acr__fail(j, NULL, "the record of the purchase does not say by which release it was judged");
  return NULL;
}

static bool read_part(struct acr__judgement *j, const struct acr__original *original, const struct acr__part *part,
                      struct acr__given_all *out) {
  struct acr__given_by by = {0};
  for (int i = 0; i < part->op_count && part->ops[i].kind != ACR_OP_DERIVED; i++) {
    const struct acr__op *op = &part->ops[i];
    if (op->kind == ACR_OP_REVERSED) {
      take_back(out, op);
      ask(out, j->arena, op);
    }
    if (op->kind == ACR_OP_WITHDRAW) withdraw(out, op);
    if (op->kind == ACR_OP_OUTCOME) acr__given_follow(&by, op);
    bool award = op->kind == ACR_OP_CREDIT && op->v[ACR_CREDIT_REASON] == ACR_REASON_AWARD;
    bool offer = op->kind == ACR_OP_OFFER && !op->v[ACR_OFFER_BOUGHT];
    if (!award && !offer) continue;
    if (!by.release || by.release->family != by.family) by.release = release_of(j, &original->parts[0], by.family);
    if (!by.release) return false;
    if (award)
      add_lot(out, j->arena, &by, part, op);
    else
      add_issue(out, j->arena, &by, part, op);
  }
  return true;
}

bool acr__given_read(struct acr__judgement *j, const struct acr__original *original, struct acr__given_all *out) {
  *out = (struct acr__given_all){0};
  for (int p = 0; p < original->part_count; p++)
    if (!read_part(j, original, &original->parts[p], out)) return false;
  return true;
}
