// offer.issued, offer.purchased, offer.redeemed and offer.expiring: what the core tells rules of offers.
#include "engine/offer.h"
#include "engine/raise.h"

static void put(acr__writer *w, const char *key, acr__span text) {
  if (text.len == 0) return;
  acr__write_key(w, key);
  acr__write_span(w, text);
}

void acr__offer_raise(struct acr__judgement *j, acr__raised what, const struct acr__issue *issue, acr__span points) {
  acr__buf out = {0}, label = {0};
  acr__writer w = {&out, false};
  char until[40] = "";
  if (!acr__raise_wanted(j, what)) return;
  acr__offer_label(j->engine, issue->family, issue->offer, &label);
  if (issue->until != ACR_TIME_MAX) acr__time_format(issue->until, until);
  acr__write_object(&w);
  put(&w, "offer", (acr__span){(const char *)label.ptr, label.len});
  put(&w, "issue", acr__span_of(acr__arena_printf(j->arena, "%llu.%d", (unsigned long long)issue->seq, (int)issue->index)));
  if (what == ACR_RAISED_OFFER_ISSUED || what == ACR_RAISED_OFFER_EXPIRING) put(&w, "expires", acr__span_of(until));
  if (what == ACR_RAISED_OFFER_PURCHASED || what == ACR_RAISED_OFFER_REDEEMED) put(&w, "store", j->root->store);
  put(&w, "points", points);
  acr__write_object_end(&w);
  acr__span text = acr__arena_span(j->arena, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
  acr__buf_free(&label);
  acr__raise(j, what, text);
}
