// Offers of a purchase of which something came back (domain R6): those that were used on it are good again where the return asks for
// it, unused ones that it was given and would not be given as it stands are withdrawn where its program says so.
#include "engine/offer.h"
#include "engine/returned.h"

static bool note(struct acr__judgement *j, acr__op_kind kind, const struct acr__issue *issue) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, kind);
  op->v[ACR_REDEEM_FAMILY] = issue->family;
  op->v[ACR_REDEEM_NAME] = issue->offer;
  op->v[ACR_REDEEM_SEQ] = (int64_t)issue->seq;
  op->v[ACR_REDEEM_INDEX] = issue->index;
  op->v[ACR_REDEEM_DISCOUNT] = issue->discount + 1;
  return acr__apply(j, op);
}

// ---- Used on the purchase

// It may have been used again since, for something else.
static bool given_back_before(const struct acr__original *original, const struct acr__issue *issue) {
  for (int p = 1; p < original->part_count; p++)
    for (int i = 0; i < original->parts[p].op_count; i++) {
      const struct acr__op *op = &original->parts[p].ops[i];
      if (op->kind == ACR_OP_REINSTATE && op->v[ACR_REDEEM_SEQ] == (int64_t)issue->seq && op->v[ACR_REDEEM_INDEX] == issue->index)
        return true;
    }
  return false;
}

static bool is_named(const struct acr__judgement *j, const struct acr__issue *issue, acr__span offer, acr__span which) {
  uint64_t seq;
  int64_t index;
  if (which.len) return acr__issue_read(which, &seq, &index) && issue->seq == seq && issue->index == index;
  acr__buf label = {0};
  acr__span family = acr__name_text(j->engine, issue->family), name = acr__name_text(j->engine, issue->offer);
  acr__buf_put(&label, family.ptr, family.len);
  acr__buf_text(&label, ".");
  acr__buf_put(&label, name.ptr, name.len);
  bool named = acr__span_eq(offer, name) || acr__span_eq(offer, (acr__span){(const char *)label.ptr, label.len});
  acr__buf_free(&label);
  return named;
}

// The newest one that is meant. A discount that names no issue means any of its offer: they are alike but for their dates.
static const struct acr__issue *used(const struct acr__judgement *j, const struct acr__original *original, acr__span offer,
                                     acr__span which) {
  for (uint32_t i = j->member->issue_count; i > 0; i--) {
    const struct acr__issue *issue = &j->member->issues[i - 1];
    if (issue->state == ACR_ISSUE_REDEEMED && is_named(j, issue, offer, which) && !given_back_before(original, issue)) return issue;
  }
  return NULL;
}

static acr__span text_of(const acr__node *node, const char *key) {
  const acr__node *member = acr__node_get(node, key);
  return member && acr__node_kind(member) == ACR_JSON_STRING ? acr__node_text(member) : (acr__span){NULL, 0};
}

bool acr__offers_reinstate(struct acr__judgement *j, const struct acr__original *original) {
  const acr__node *data = original->stand.base->data, *discounts = data ? acr__node_get(data, "discounts") : NULL;
  if (!j->root->reinstate_offers || !discounts) return true;
  for (const acr__node *one = acr__node_first(discounts); one; one = acr__node_next(one)) {
    if (acr__node_kind(one) != ACR_JSON_OBJECT) continue;
    acr__span offer = text_of(one, "offer"), which = text_of(one, "issue");
    if (offer.len + which.len == 0) continue;
    const struct acr__issue *issue = used(j, original, offer, which);
    if (issue && !note(j, ACR_OP_REINSTATE, issue)) return false;
  }
  return true;
}

// ---- Given by the purchase

static bool unused(const struct acr__judgement *j, const struct acr__issue *issue) {
  return issue && issue->state == ACR_ISSUE_HELD && issue->until > j->root->time;
}

// The newest go first, as if fewer had been given in the first place.
bool acr__offers_withdraw(struct acr__judgement *j, const struct acr__given_all *given) {
  for (int i = given->issue_count - 1; i >= 0; i--) {
    const struct acr__given_issue *one = &given->issues[i];
    struct acr__given_offer *offer = &given->offers[one->offer];
    const struct acr__issue *issue = acr__member_issue(j->member, one->seq, one->index);
    if (!offer->by.release->plan->settings.return_withdraws_offers) continue;
    if (one->withdrawn || offer->left <= offer->now || !unused(j, issue)) continue;
    offer->left--;
    if (!note(j, ACR_OP_WITHDRAW, issue)) return false;
  }
  return true;
}
