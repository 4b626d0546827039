// What components with `reads` are told: fetched before the call, and kept with the decision, so that a return is judged by what
// the day saw.
#ifndef ACR_ENGINE_READS_H
#define ACR_ENGINE_READS_H
#include "engine/engine.h"

// Fetches the reads of a component, that of a condition (its plan index) or of an outcome (-1 - its position), for its next call
// under `call`. false = parked.
bool acr__reads_fetch(struct acr__case *c, const struct acr__rule *rule, int of, const struct acr__plan_reads *reads,
                      struct acr__call *call);
// The balance that rules see, of an account of the plan: unexpired (domain N6), whether or not an expiry could be posted.
int64_t acr__balance_seen(const struct acr__case *c, int account);
void acr__reads_keep(struct acr__case *c, int of, const struct acr__read_value *values, int count);
#endif
