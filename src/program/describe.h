// A whole program as sentences, for people: what `accrue programs show` and `accrue check --sentences` print.
#ifndef ACR_PROGRAM_DESCRIBE_H
#define ACR_PROGRAM_DESCRIBE_H
#include "program/plan.h"
#include "json/writer.h"

// Members of an object that the caller opened: accounts, sources, offers, reward_stores, base_earn, purchase, event, levels. `status` (may
// be NULL) is one word for each level.
void acr__plan_describe(const struct acr__plan *plan, const char *const *status, acr__writer *w);
#endif
