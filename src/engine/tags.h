// Tags: a counter, or kept for a term; never both (domain St6).
#ifndef ACR_ENGINE_TAGS_H
#define ACR_ENGINE_TAGS_H
#include "engine/engine.h"

bool acr__tag_effect(struct acr__case *c, const struct acr__effect *effect); // tag, untag
#endif
