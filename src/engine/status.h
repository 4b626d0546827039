// Statuses of programs and their levels (contract 5): they live in the ledger, with who and when.
#ifndef ACR_ENGINE_STATUS_H
#define ACR_ENGINE_STATUS_H
#include "engine/built.h"
#include "engine/rpc.h"

const char *acr__status_name(acr__status status);
const char *acr__level_status_name(acr__level_status status);
bool acr__status_find(acr__span name, acr__status *out);
bool acr__level_status_find(acr__span name, acr__level_status *out);
bool acr__status_may(acr__status from, acr__status to);

// Its rules are judged: it is active, or in test where an engine that is thrown away looks at those too.
bool acr__release_judges(const acr_engine *engine, const struct acr__release *release);
// It was active once, and no later one has taken its place: its accounts, offers and points that expire go on.
bool acr__release_stands(const struct acr__release *release);
// It judges nothing any more and never will: not kept in memory.
bool acr__release_over(const struct acr__release *release);
// Facts are kept for its rules.
bool acr__release_fed(const struct acr__release *release);
// The one of a family at a time: of those that judge, else of those that stand; NULL = none.
const struct acr__release *acr__release_at(const acr_engine *engine, int family, acr__time time);

// One thing that became of a release (registry.c).
struct acr__change {
  int level; // of the plan, -1 = the program
  int status, name;
  acr__pos pos;
  acr__time time; // ledger time
};

// ---- publish.c
// Fails the request: there is no such level, and the nearest that there is. A plan may be NULL.
bool acr__level_unknown(struct acr__request *request, const struct acr__plan *plan, acr__span level);
void acr__status_op(acr_engine *engine, uint32_t number, int level, int name, int status); // level -1 = of the program
void acr__shadows_end(acr_engine *engine); // operations: one release is a shadow, those before it are in test again (status.c)
void acr__control_append(acr_engine *engine, acr__record_kind kind, acr__span bytes);
bool acr__series_fed(const acr_engine *engine, const struct acr__series *series); // by a release in force
bool acr__history_collect(struct acr__request *request, struct acr__release *release, struct acr__built *facts);
void acr__history_keep(acr_engine *engine, const struct acr__release *release, struct acr__built *facts); // takes them over
struct acr__issued *acr__issued_of(const acr_engine *engine, const struct acr__plan *plan); // as counted ahead; NULL = not
void acr__series_number(acr_engine *engine, const struct acr__plan *plan);
void acr__levels_settle(acr_engine *engine); // what fell due under the releases as they are is not left to those that come
#endif
