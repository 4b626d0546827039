// offer.redeem and offer.purchase: answered at once, for a till waits.
#include "base/decimal.h"
#include "engine/offer.h"
#include "engine/spend.h"
#include <string.h>

static bool refuse(struct acr__reject *reject, const char *code, char *message) {
  *reject = (struct acr__reject){code, message, "$.data.offer", 0, 0};
  return false;
}

// ---- Redeeming

// "18211.1" as record and index; false when it is none.
bool acr__issue_read(acr__span text, uint64_t *seq, int64_t *index) {
  const char *dot = memchr(text.ptr, '.', text.len);
  int64_t number;
  size_t head = dot ? (size_t)(dot - text.ptr) : 0;
  if (!dot || acr__decimal_parse((acr__span){text.ptr, head}, 0, &number) != ACR_DECIMAL_OK || number < 1) return false;
  *seq = (uint64_t)number;
  return acr__decimal_parse((acr__span){dot + 1, text.len - head - 1}, 0, index) == ACR_DECIMAL_OK;
}

static bool usable(const struct acr__issue *issue, acr__time time) {
  // By its dates alone: whether a run has marked it as over makes no difference.
  bool gone = issue->state == ACR_ISSUE_REDEEMED || issue->state == ACR_ISSUE_WITHDRAWN;
  return !gone && issue->from <= time && time < issue->until;
}

static bool is_meant(const struct acr__judgement *j, const struct acr__issue *issue) {
  uint64_t seq;
  int64_t index;
  if (issue->family != j->offer_family || issue->offer != j->offer_name) return false;
  return j->root->issue.len == 0 || (acr__issue_read(j->root->issue, &seq, &index) && issue->seq == seq && issue->index == index);
}

// The one that ends first; *other = one that cannot be used, for the message.
static const struct acr__issue *choose(const struct acr__judgement *j, const struct acr__issue **other) {
  const struct acr__issue *best = NULL;
  *other = NULL;
  for (uint32_t i = 0; i < j->member->issue_count; i++) {
    const struct acr__issue *issue = &j->member->issues[i];
    if (!is_meant(j, issue)) continue;
    if (!usable(issue, j->root->time))
      *other = issue;
    else if (!best || issue->until < best->until)
      best = issue;
  }
  return best;
}

static bool none_usable(struct acr__judgement *j, const struct acr__issue *other, struct acr__reject *reject) {
  const char *offer = j->root->offer.ptr;
  char when[40];
  char *message;
  if (!other && j->root->issue.len) {
    message = acr__arena_printf(j->arena, "the member holds no issue \"%.40s\" of offer \"%.80s\"", j->root->issue.ptr, offer);
  } else if (!other) {
    message = acr__arena_printf(j->arena, "the member holds no offer \"%.80s\"", offer);
  } else if (other->state == ACR_ISSUE_REDEEMED) {
    message = acr__arena_printf(j->arena, "offer \"%.80s\" was redeemed already", offer);
  } else if (other->state == ACR_ISSUE_WITHDRAWN) {
    message = acr__arena_printf(j->arena, "offer \"%.80s\" was withdrawn with the purchase that gave it", offer);
  } else {
    bool early = j->root->time < other->from;
    acr__time_format(early ? other->from : other->until, when);
    message = acr__arena_printf(j->arena, "offer \"%.80s\" %s %s", offer, early ? "is valid from" : "ended at", when);
  }
  return refuse(reject, "offer_used_up", message);
}

// Each constraint by itself, so that the answer can say which one it was.
static bool passes(struct acr__judgement *j, struct acr__case *cases, struct acr__reject *reject) {
  struct acr__case *c = NULL;
  for (int i = 0; i < j->release_count; i++)
    if (j->releases[i] == j->owner) c = &cases[i];
  if (!c || j->offer < 0) return true; // the program no longer has it: what was issued stays good
  const struct acr__plan_offer *offer = &j->owner->plan->offers[j->offer];
  for (int i = 0; i < offer->redeem_count; i++) {
    struct acr__fact fact = c->fact;
    bool holds;
    if (!acr__narrow_fact(c, &offer->redeem[i], 1, &fact, &holds)) return false;
    if (holds) continue;
    acr__span name = offer->redeem[i].component->name;
    return refuse(reject, "offer_restricted",
                  acr__arena_printf(j->arena, "offer \"%.80s\" cannot be redeemed here: its constraint `%.*s` does not hold",
                                    j->root->offer.ptr, (int)name.len, name.ptr));
  }
  return true;
}

bool acr__offer_redeem(struct acr__judgement *j, struct acr__case *cases, struct acr__reject *reject) {
  if (acr__locked(j, reject)) return false; // domain G4
  const struct acr__issue *other, *issue = choose(j, &other);
  if (!issue) return none_usable(j, other, reject);
  if (!passes(j, cases, reject)) return false;
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_REDEEM);
  op->v[ACR_REDEEM_FAMILY] = issue->family;
  op->v[ACR_REDEEM_NAME] = issue->offer;
  op->v[ACR_REDEEM_SEQ] = (int64_t)issue->seq;
  op->v[ACR_REDEEM_INDEX] = issue->index;
  op->v[ACR_REDEEM_DISCOUNT] = issue->discount + 1;
  if (!acr__apply(j, op)) return false;
  acr__offer_raise(j, ACR_RAISED_OFFER_REDEEMED, issue, (acr__span){NULL, 0});
  return true;
}

// ---- Buying

bool acr__offer_purchase(struct acr__judgement *j, struct acr__reject *reject) {
  const struct acr__release *release = j->owner;
  const struct acr__plan_offer *offer = &release->plan->offers[j->offer];
  acr__time time = j->root->time;
  const char *why, *name = j->root->offer.ptr;
  int64_t issued;
  if (!offer->for_sale)
    return refuse(reject, "offer_price", acr__arena_printf(j->arena, "offer \"%.80s\" has no price: rules give it", name));
  if (acr__locked(j, reject)) return false;
  if (!acr__store_open(j, release, j->offer, j->root->store))
    return refuse(reject, "store_closed",
                  acr__arena_printf(j->arena, "no reward store that is open to the member sells offer \"%.80s\"", name));
  if (acr__offer_room(j, release, j->offer, time, &why) < 1)
    return refuse(reject, "offer_used_up",
                  strcmp(why, "limit") == 0
                      ? acr__arena_printf(j->arena, "the member was issued offer \"%.80s\" as often as its limit allows", name)
                      : acr__arena_printf(j->arena, "the time of offer \"%.80s\" is over", name));
  int *accounts;
  int64_t held = acr__offer_funds(j, release, offer, &accounts);
  if (held < offer->price) {
    char has[32], wanted[32];
    int decimals = release->plan->accounts[offer->accounts[0]].decimals;
    acr__decimal_format(held, decimals, has);
    acr__decimal_format(offer->price, decimals, wanted);
    return refuse(reject, "points_short", acr__arena_printf(j->arena, "offer \"%.80s\" costs %s, the member has %s", name, wanted, has));
  }
  return acr__offer_issue(j, release, offer, j->offer, 1, offer->price, time, &issued);
}
