// member.erase: the record says so; then every payload of the member goes, his id, and where others name him. What the chain covers
// stays: decisions, lots, balances. The member goes on as `erased/NUMBER`, whom no event can be about.
#ifndef ACR_ENGINE_ERASE_H
#define ACR_ENGINE_ERASE_H
#include "engine/engine.h"

bool acr__erase_known(struct acr__judgement *j, struct acr__reject *reject); // is there such a member?
acr__span acr__erased_id(uint32_t number, char out[32]);
// Behind its record, live or during recovery: the member and all who were merged into it lose their ids; the rest is due.
void acr__erase_begin(acr_engine *engine, struct acr__member *member, acr__pos pos); // pos: of the record
// Does what is due. The records that say so must be committed, and the view must not contain them yet: so a process that ends in
// between does it again. false = the store failed.
bool acr__erase_run(acr_engine *engine);
bool acr__erase_resume(acr_engine *engine); // the same after recovery
void acr__erase_free(acr_engine *engine);

// ---- mention.c: records that name a member and are not his own
void acr__mention(acr_engine *engine, const struct acr__judgement *j, acr__pos pos); // what the record at pos names
void acr__mention_recover(acr_engine *engine, const struct acr__record *record);
acr__pos acr__mention_first(acr_engine *engine, acr__span id); // the first one that names him; 0 = none does
// Each id that the links in an event's line lead to.
void acr__mention_links(acr__arena *arena, acr__span line, void (*visit)(void *arg, acr__span id, acr__span raw), void *arg);
#endif
