// Two members that are one person: the one that goes is emptied by the event's own record, the other takes over in a record
// behind it, of the same batch (domain R12). Each can be rebuilt from its own records alone.
#ifndef ACR_ENGINE_MERGE_H
#define ACR_ENGINE_MERGE_H
#include "engine/engine.h"

// ---- merge.c
bool acr__merge_known(struct acr__judgement *j, struct acr__reject *reject); // may these two be merged?
bool acr__merge(struct acr__judgement *j, struct acr__reject *reject);       // the member that goes: everything out
void acr__merge_finish(acr_engine *engine, struct acr__judgement *j);        // behind its record: the survivor's
// ---- absorb.c
// What `gone` had becomes the survivor's, by operations of the record at hand. Links are the caller's.
bool acr__absorb(struct acr__judgement *j, const struct acr__member *gone);
bool acr__absorbable(const struct acr__member *into, const struct acr__member *gone); // no sum would overflow
#endif
