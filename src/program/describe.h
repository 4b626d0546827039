// A whole program as sentences, for people: what `accrue programs show` and `accrue check --sentences` print.
#ifndef ACR_PROGRAM_DESCRIBE_H
#define ACR_PROGRAM_DESCRIBE_H
#include "program/plan.h"
#include "json/writer.h"

// Members of an object that the caller opened: description, currency, timezone, amount_basis, accounts, sources, audiences, offers,
// reward_stores, links, stores, channels, payment_types, catalog or categories and items, settings, base_earn, purchase, event, levels.
// `status` (may be NULL) is one word for each level.
void acr__plan_describe(const struct acr__plan *plan, const char *const *status, acr__writer *w);
// ---- describe_assets.c: accounts, sources, offers, reward stores and links; members of an object that the caller opened
void acr__describe_assets(const struct acr__plan *plan, acr__writer *w);
// ---- describe_places.c: money and time, audiences, stores and the lists of known names, likewise
void acr__describe_money(const struct acr__plan *plan, acr__writer *w);
void acr__describe_audiences(const struct acr__plan *plan, acr__writer *w);
void acr__describe_places(const struct acr__plan *plan, acr__writer *w);
// ---- describe_settings.c: what is set otherwise than usual, likewise
void acr__describe_settings(const struct acr__settings *settings, acr__writer *w);
// ---- describe_terms.c: how long points and memberships last
// Puts behind what the sentence says already.
void acr__say_expiry(const struct acr__plan *plan, const struct acr__expiry *expiry, acr__buf *out);
// Members maintenance_schedule and expiry, where the level has them.
void acr__describe_terms(const struct acr__plan_level *level, acr__writer *w);
#endif
