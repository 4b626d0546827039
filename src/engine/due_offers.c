// Offers as time passes: a warning before the end, and the end. Redeeming looks at the dates alone, so that it makes no difference
// when these run.
#include "engine/due.h"
#include "engine/offer.h"

static acr__time of_issue(const struct acr__issue *issue, acr__due_number kind) {
  if (issue->state != ACR_ISSUE_HELD) return ACR_TIME_MAX;
  return kind == ACR_DUE_OFFER_END ? issue->until : issue->warn;
}

// The earliest of all issues; what is at or before the mark was parked and is past.
static bool earliest(const struct acr__member *member, acr__due_number kind, struct acr__due *due) {
  if (member->issue_count == 0) return false;
  acr__time mark = acr__dues_mark(&member->dues, kind, 0);
  due->at = ACR_TIME_MAX;
  for (uint32_t i = 0; i < member->issue_count; i++) {
    acr__time at = of_issue(&member->issues[i], kind);
    if (at > mark && at < due->at) due->at = at;
  }
  return due->at != ACR_TIME_MAX;
}

bool acr__due_offer_end(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  (void)engine;
  return earliest(member, ACR_DUE_OFFER_END, due);
}

// Where nobody listens no warning is due; one that is listened to later is raised for what ends later.
bool acr__due_offer_warn(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  (void)engine;
  return earliest(member, ACR_DUE_OFFER_WARN, due);
}

static bool mark_all(struct acr__judgement *j, const struct acr__due *due, acr__due_number kind, acr__op_kind op_kind) {
  for (uint32_t i = 0; i < j->member->issue_count; i++) {
    const struct acr__issue *issue = &j->member->issues[i];
    if (of_issue(issue, kind) != due->at) continue;
    struct acr__op *op = acr__ops_add(&j->engine->ops, op_kind);
    op->v[ACR_REDEEM_FAMILY] = issue->family;
    op->v[ACR_REDEEM_NAME] = issue->offer;
    op->v[ACR_REDEEM_SEQ] = (int64_t)issue->seq;
    op->v[ACR_REDEEM_INDEX] = issue->index;
    if (!acr__apply(j, op)) return false;
    if (kind == ACR_DUE_OFFER_WARN) acr__offer_raise(j, ACR_RAISED_OFFER_EXPIRING, issue, (acr__span){NULL, 0});
  }
  return true;
}

bool acr__due_offer_ended(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  (void)cases;
  return mark_all(j, due, ACR_DUE_OFFER_END, ACR_OP_OFFER_END);
}

bool acr__due_offer_warned(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  (void)cases;
  return mark_all(j, due, ACR_DUE_OFFER_WARN, ACR_OP_OFFER_WARNED);
}
