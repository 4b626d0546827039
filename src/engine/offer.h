// Offers and reward stores while an event is judged: issuing, buying and redeeming, and what a till is told.
#ifndef ACR_ENGINE_OFFER_H
#define ACR_ENGINE_OFFER_H
#include "engine/raise.h"

#define ACR_AUTO_PURCHASES_MAX 1000 // of one outcome; what is left is bought at the member's next event

// ---- issue.c
// Issues up to `quantity`, as its limit lets them; *issued = how many. `price` = paid for each, -1 = given. `terms` are the plan's,
// the accounts that pay narrowed perhaps.
bool acr__offer_issue(struct acr__judgement *j, const struct acr__release *release, const struct acr__plan_offer *terms, int offer,
                      int64_t quantity, int64_t price, acr__time time, int64_t *issued);
// How many more of it the member may be issued at that time, INT64_MAX = as many as one likes; 0 once it is over. *why says so.
int64_t acr__offer_room(const struct acr__judgement *j, const struct acr__release *release, int offer, acr__time time, const char **why);
// Notes that so many were not issued.
void acr__offer_clip(struct acr__judgement *j, const struct acr__release *release, int offer, int64_t quantity, const char *why);

// What the accounts that pay for it hold together; accounts of the ledger go to *accounts.
int64_t acr__offer_funds(struct acr__judgement *j, const struct acr__release *release, const struct acr__plan_offer *terms,
                         int **accounts);

// ---- offer_effect.c, store.c, expire.c: the effects of these names. `problem` says why the event parks.
bool acr__effect_offer(struct acr__case *c, const struct acr__effect *effect, const char **problem);
bool acr__effect_store(struct acr__case *c, const struct acr__effect *effect, const char **problem);
bool acr__effect_expire(struct acr__case *c, const struct acr__effect *effect, const char **problem);

// ---- store.c
// May the member buy the offer: it stands in no reward store, or in one that is open to the member.
bool acr__store_open(const struct acr__judgement *j, const struct acr__release *release, int offer, acr__span store);

// ---- offer_find.c, offer_event.c
bool acr__issue_read(acr__span text, uint64_t *seq, int64_t *index); // "18211.1" as record and index; false when it is none
// What offer.redeem and offer.purchase name; looked for before anything is touched. false with *reject.
bool acr__offer_known(struct acr__judgement *j, struct acr__reject *reject);
bool acr__offer_redeem(struct acr__judgement *j, struct acr__case *cases, struct acr__reject *reject);
bool acr__offer_purchase(struct acr__judgement *j, struct acr__reject *reject);

// ---- offer_raise.c: the default events of offers; `points` = the price as a text, may be empty
void acr__offer_raise(struct acr__judgement *j, acr__raised what, const struct acr__issue *issue, acr__span points);

// ---- offer_write.c
void acr__offers_reply(acr_engine *engine, acr__buf *out, const struct acr__record *record, const struct acr__ops *ops);
#endif
