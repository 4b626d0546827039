// Web hooks: what an outcome wants told to somebody else. The address and the body stand in the record's payload, so that they are
// durable with their cause and go when the member is erased; sending them is the outbox's, behind the commit.
#ifndef ACR_ENGINE_WEB_HOOK_H
#define ACR_ENGINE_WEB_HOOK_H
#include "engine/engine.h"

bool acr__effect_webhook(struct acr__case *c, const struct acr__effect *e);

// The web hooks of a record, one after another; zero-initialise `index`. false = no more, or they were erased.
struct acr__hook {
  int index; // from 1
  acr__span url, body;
  acr__digest digest; // as the decision has it
};
struct acr__hook_walk {
  acr__cursor ops, payload;
  bool erased;
};
void acr__hooks_begin(const struct acr__record *record, struct acr__hook_walk *walk);
bool acr__hooks_next(struct acr__hook_walk *walk, struct acr__hook *out);
void acr__hooks_committed(acr_engine *engine, const acr_batch *batch); // web_hook_log.c
#endif
