// Components, and the core's own bounds, that made events park since the daemon started: what is told on its log and shown by stats.
#ifndef ACR_ENGINE_FAILING_H
#define ACR_ENGINE_FAILING_H
#include "engine/rpc.h"

// An event parks with this message. Tells it, at a bounded rate.
void acr__failing_note(acr_engine *engine, const struct acr__event *event, const char *message);
// "failing": [..], the newest last, into an object.
void acr__failing_write(const acr_engine *engine, acr__writer *w);
// The last message of "key phrase big_fill"; NULL = it did not fail.
const char *acr__failing_message(const acr_engine *engine, const char *what);
void acr__failing_free(acr_engine *engine);
#endif
