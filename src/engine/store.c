// Reward stores: who may buy what in them.
#include "engine/offer.h"

static bool in_level(const struct acr__judgement *j, const struct acr__release *release, const struct acr__plan_reward_store *store) {
  const struct acr__standing *s = acr__member_standing(j->member, release->family);
  for (int i = 0; s && s->level >= 0 && i < store->level_count; i++)
    if (release->level_names[store->levels[i]] == s->level) return true;
  return false;
}

bool acr__store_open(const struct acr__judgement *j, const struct acr__release *release, int offer, acr__span named) {
  const struct acr__plan *plan = release->plan;
  int only = named.len ? acr__plan_reward_store_find(plan, named) : -1; // else it says where the member stands, not what is bought in
  bool sold = only >= 0;
  for (int i = 0; i < plan->reward_store_count; i++) {
    const struct acr__plan_reward_store *store = &plan->reward_stores[i];
    if ((only >= 0 && i != only) || !acr__types_have(store->offers, store->offer_count, offer)) continue;
    sold = true;
    if (in_level(j, release, store) || acr__member_granted(j->member, release->family, release->store_names[i])) return true;
  }
  return !sold;
}

bool acr__effect_store(struct acr__case *c, const struct acr__effect *e, const char **problem) {
  int store = acr__plan_reward_store_find(c->plan, e->store);
  bool grant = e->kind == ACR_EFFECT_GRANT_STORE;
  *problem = "reward store is none of this program";
  if (store < 0) return false;
  *problem = NULL;
  int name = c->release->store_names[store];
  if (acr__member_granted(c->j->member, c->release->family, name) == grant) return true; // nothing changes
  struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_STORE);
  op->v[0] = c->release->family;
  op->v[1] = name;
  op->v[2] = grant;
  return acr__apply(c->j, op);
}
