// Late events (domain V2): older than the highest time that the log has seen.
#ifndef ACR_ENGINE_LATE_H
#define ACR_ENGINE_LATE_H
#include "engine/engine.h"

// Takes out of the judgement the releases whose program takes no event as late as this one (setting `max_late`): it is none of
// theirs. false with *reject when none is left of those in force. A retry came in time once and is not asked again.
bool acr__late_admit(struct acr__judgement *j, struct acr__reject *reject);

// The level that rules of the event look at: the one held now or, with `retro_tier`, the one that the member had at the event's
// time, from the level history; before its first level that first one. NULL = never placed. `then` is where it is made.
const struct acr__standing *acr__late_standing(const struct acr__case *c, int family, struct acr__standing *then);

// An event of the days of a release that another of its family has followed since. It moves nobody: its levels are those of then.
bool acr__late_release(const struct acr__case *c);
#endif
