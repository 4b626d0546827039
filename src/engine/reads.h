// What components with `reads` are told: fetched before the call, and kept with the decision, so that a return is judged by what
// the day saw.
#ifndef ACR_ENGINE_READS_H
#define ACR_ENGINE_READS_H
#include "engine/engine.h"

// Fetches the reads of a component for its next call under `call`. false = parked.
bool acr__reads_fetch(struct acr__case *c, const struct acr__rule *rule, const struct acr__plan_reads *reads, struct acr__call *call);
// Keeps what a condition (its plan index) or an outcome (-1 - its position) was told.
void acr__reads_keep(struct acr__case *c, int of, const struct acr__read_value *values, int count);
#endif
