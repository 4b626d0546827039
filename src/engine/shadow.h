// What would be: an engine on top of another one's state, in which events and due work are judged as ever and which is thrown away.
// Its members are copies, made when they are asked for; its records stay in a batch that is never committed. It lives within one
// call on the engine thread, while the other one stands still.
#ifndef ACR_ENGINE_SHADOW_H
#define ACR_ENGINE_SHADOW_H
#include "engine/engine.h"

acr_engine *acr__shadow_new(acr_engine *of);
void acr__shadow_free(acr_engine *shadow);
// Forgets what was done in it, but for the budgets that it used up: for asking of the next member.
void acr__shadow_reset(acr_engine *shadow);
// No member and nothing done, budgets as the engine below it has them; the caller says where it stands now and begins a batch.
void acr__shadow_empty(acr_engine *shadow);
// Runs what is due of the member up to `at`, which its time has come to then; how many pieces that were. NULL in *member = unknown.
uint64_t acr__shadow_clock(acr_engine *shadow, acr__span id, acr__time at, struct acr__member **member);
// Calls visit for every record that it holds, in their order.
void acr__shadow_records(acr_engine *shadow, void (*visit)(void *arg, const struct acr__record *record), void *arg);
#endif
