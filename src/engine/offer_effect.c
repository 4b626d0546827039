// What outcomes do with offers. Prices are paid at the outcome's rank, out of what lower ranks left (domain E4, P12).
#include "engine/offer.h"

static int64_t held(const struct acr__case *c, const struct acr__plan_offer *o) {
  int *accounts;
  return acr__offer_funds(c->j, c->release, o, &accounts);
}

// An outcome may name the account that pays; it is one that the offer is priced in.
static bool narrow_accounts(const struct acr__case *c, const struct acr__effect *e, struct acr__plan_offer *o, const char **problem) {
  int *only = ACR__NEW_N(c->j->arena, int, 1);
  if (e->account.len == 0) return true;
  only[0] = acr__plan_account_find(c->plan, e->account);
  *problem = "account that pays is none that the offer is priced in";
  if (!acr__types_have(o->accounts, o->account_count, only[0])) return false;
  o->accounts = only;
  o->account_count = 1;
  return true;
}

static bool buy(struct acr__case *c, int offer, const struct acr__plan_offer *o, int64_t quantity, int64_t *bought) {
  return acr__offer_issue(c->j, c->release, o, offer, quantity, o->price, c->event->time, bought);
}

// Domain P12: one after another while the balance is at the threshold and at the price.
static bool buy_repeatedly(struct acr__case *c, const struct acr__effect *e, int offer, const struct acr__plan_offer *o) {
  const char *why;
  int64_t most = e->quantity > 0 && e->quantity < ACR_AUTO_PURCHASES_MAX ? e->quantity : ACR_AUTO_PURCHASES_MAX, bought;
  for (int64_t balance = held(c, o); most > 0 && balance >= e->threshold && balance >= o->price; balance = held(c, o), most--) {
    if (acr__offer_room(c->j, c->release, offer, c->event->time, &why) == 0) {
      acr__offer_clip(c->j, c->release, offer, 1, why);
      break;
    }
    if (!buy(c, offer, o, 1, &bought)) return false;
  }
  return true;
}

static bool buy_all(struct acr__case *c, const struct acr__effect *e, int offer, const struct acr__plan_offer *o) {
  const char *why;
  int64_t price, room = acr__offer_room(c->j, c->release, offer, c->event->time, &why), quantity = e->quantity ? e->quantity : 1, bought;
  int64_t fits = quantity < room ? quantity : room;
  if (!acr__mul(o->price, fits, &price) || held(c, o) < price) { // whole or not at all
    acr__offer_clip(c->j, c->release, offer, quantity, "points_short");
    return true;
  }
  return buy(c, offer, o, quantity, &bought);
}

bool acr__effect_offer(struct acr__case *c, const struct acr__effect *e, const char **problem) {
  int offer = acr__plan_offer_find(c->plan, e->offer);
  int64_t issued, quantity = e->quantity ? e->quantity : 1;
  *problem = "offer is none of this program";
  if (offer < 0) return false;
  struct acr__plan_offer o = c->plan->offers[offer];
  *problem = "quantity is more than 1,000 offers";
  if (quantity > ACR_EFFECTS_MAX) return false;
  *problem = NULL;
  if (e->kind == ACR_EFFECT_ISSUE_OFFER) return acr__offer_issue(c->j, c->release, &o, offer, quantity, -1, c->event->time, &issued);
  *problem = "offer has no price";
  if (!o.for_sale) return false;
  if (!narrow_accounts(c, e, &o, problem)) return false;
  if (!e->has_threshold) {
    *problem = NULL;
    return buy_all(c, e, offer, &o);
  }
  *problem = "price is 0: there would be no end of buying it";
  if (o.price == 0) return false;
  *problem = NULL;
  return buy_repeatedly(c, e, offer, &o);
}
