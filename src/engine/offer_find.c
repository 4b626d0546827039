// Which offer an event means: by its bare name where one family has it, else as family.offer. What a program no longer has is
// still found with those who hold it.
#include "engine/offer.h"
#include <string.h>

static bool reject_offer(struct acr__reject *reject, const char *code, char *message) {
  *reject = (struct acr__reject){code, message, "$.data.offer", 0, 0};
  return false;
}

static void find_in(struct acr__judgement *j, struct acr__release *release, acr__span family, acr__span bare, int *hits) {
  const struct acr__plan *plan = release->plan;
  int index = acr__plan_offer_find(plan, j->root->offer);
  if (index < 0 && family.len && acr__span_eq(family, plan->family)) index = acr__plan_offer_find(plan, bare);
  if (index < 0) return;
  j->owner = release;
  j->offer = index;
  j->offer_family = release->family;
  j->offer_name = release->offer_names[index];
  (*hits)++;
}

static void find_held(struct acr__judgement *j, acr__span family, acr__span bare, int *hits) {
  const struct acr__member *member = acr__member_find(j->engine, j->root->subject);
  for (uint32_t i = 0; member && i < member->issue_count; i++) {
    const struct acr__issue *issue = &member->issues[i];
    acr__span name = acr__name_text(j->engine, issue->offer);
    bool meant = acr__span_eq(name, j->root->offer) ||
                 (family.len && acr__span_eq(name, bare) && acr__span_eq(acr__name_text(j->engine, issue->family), family));
    if (!meant || (*hits && j->offer_family == issue->family && j->offer_name == issue->offer)) continue;
    j->offer_family = issue->family;
    j->offer_name = issue->offer;
    (*hits)++;
  }
}

static bool unknown(struct acr__judgement *j, struct acr__reject *reject) {
  acr__span names[256], offer = j->root->offer;
  int count = 0;
  for (int i = 0; i < j->release_count; i++)
    for (int k = 0; k < j->releases[i]->plan->offer_count && count < 256; k++)
      names[count++] = j->releases[i]->plan->offers[k].name;
  acr__span near = acr__nearest(offer, names, count);
  return reject_offer(reject, "offer_unknown",
                      near.len ? acr__arena_printf(j->arena, "no program in force has the offer \"%.80s\"; the nearest is \"%.*s\"",
                                                   offer.ptr, (int)near.len, near.ptr)
                               : acr__arena_printf(j->arena, "no program in force has the offer \"%.80s\"", offer.ptr));
}

bool acr__offer_known(struct acr__judgement *j, struct acr__reject *reject) {
  acr__span offer = j->root->offer;
  const char *dot = offer.len ? memchr(offer.ptr, '.', offer.len) : NULL;
  acr__span family = {offer.ptr, dot ? (size_t)(dot - offer.ptr) : 0};
  acr__span bare = {dot ? dot + 1 : offer.ptr, dot ? offer.len - family.len - 1 : offer.len};
  int hits = 0;
  if (j->root->kind != ACR_EVENT_REDEEM && j->root->kind != ACR_EVENT_BUY_OFFER) return true;
  j->offer = -1;
  for (int i = 0; i < j->release_count; i++)
    find_in(j, j->releases[i], family, bare, &hits);
  if (hits == 0 && j->root->kind == ACR_EVENT_REDEEM) find_held(j, family, bare, &hits);
  if (hits == 1) return true;
  if (hits == 0) return unknown(j, reject);
  return reject_offer(reject, "offer_ambiguous",
                      acr__arena_printf(j->arena, "\"%.80s\" is an offer of %d families; write family.offer", offer.ptr, hits));
}
