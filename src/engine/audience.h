// Who is in which audience.
#ifndef ACR_ENGINE_AUDIENCE_H
#define ACR_ENGINE_AUDIENCE_H
#include "engine/engine.h"

// Does a program in force have the audience that the event names, and may members enter it?
bool acr__audience_known(struct acr__judgement *j, const struct acr__event *event, struct acr__reject *reject);
// audience.enter and audience.leave, whoever sent them; every other event does nothing here.
bool acr__audience_take(struct acr__judgement *j, const struct acr__event *event);
bool acr__audience_has(const acr_engine *engine, const struct acr__plan *plan, const struct acr__member *member, acr__span name,
                       acr__time time);
void acr__audiences_write(acr_engine *engine, acr__writer *w, const struct acr__member *member); // of member.get
#endif
