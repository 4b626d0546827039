// Facts that members get when they are next asked for, or by and by (ripen.c).
#ifndef ACR_ENGINE_RIPEN_H
#define ACR_ENGINE_RIPEN_H
#include "engine/built.h"

void acr__ripen_begin(acr_engine *engine, const struct acr__release *release, struct acr__built *built); // takes it over
void acr__ripen_member(acr_engine *engine, struct acr__member *member);
bool acr__ripen_some(acr_engine *engine, uint32_t members); // true = more are left
void acr__ripen_free(acr_engine *engine);
#endif
