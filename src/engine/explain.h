// Why, and what if: event.explain and event.simulate.
#ifndef ACR_ENGINE_EXPLAIN_H
#define ACR_ENGINE_EXPLAIN_H
#include "engine/rpc.h"
#include "engine/trace.h"

// ---- explain_write.c: members of an object that the caller opened
// "judged": what the record of that number met, event by event and family by family.
void acr__explain_judged(acr_engine *engine, acr__writer *w, const struct acr__trace *trace, uint64_t seq);
// "rules" of a list that was looked at.
void acr__explain_rules(acr_engine *engine, acr__writer *w, const struct acr__trace *trace, const struct acr__rule_list *list,
                        const struct acr__plan *plan);
// "due": the records of a shadow from number `from` up to `upto`: work that ran first.
void acr__explain_due(acr_engine *shadow, acr__writer *w, uint64_t from, uint64_t upto);
// An outcome of a record as its reply has it, with ids of the event that stands in it.
void acr__explain_reply(acr_engine *engine, acr__writer *w, const struct acr__record *record);

// ---- explain.c
struct acr__track;
bool acr__is_due_work(const struct acr__record *record); // of a member
// The explanation of a record, judged again where it stood: an object. The track goes there.
bool acr__explain_record(struct acr__request *request, struct acr__track *track, const struct acr__record *record);

// ---- explain_level.c: what a level takes now
bool acr__explain_level(struct acr__request *request);
#endif
