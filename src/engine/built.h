// Series of a new rule over old history (build.c).
#ifndef ACR_ENGINE_BUILT_H
#define ACR_ENGINE_BUILT_H
#include "engine/engine.h"

// Facts of the whole log for the series of a release that `wanted` flags (by plan index); nothing is changed. false = a plugin failed.
struct acr__built {
  struct acr__built_fact {
    uint32_t member, series;
    acr__time time;
    int64_t value, old, how; // how: as of CHANGE, 0 = one more value
  } * facts; // in log order
  size_t count, cap;
  struct acr__built_joined { // behind the first `at` facts one member became part of another
    size_t at;
    uint32_t gone, into;
  } * joined;
  size_t joined_count, joined_cap;
};
void acr__built_free(struct acr__built *built); // what it owns; it is empty then
bool acr__series_collect(acr_engine *engine, struct acr__release *release, const bool *wanted, struct acr__built *out, char **message);
// The same of these records alone, in their order; ends[i] = how many facts there were behind the i-th.
bool acr__series_collect_of(acr_engine *engine, struct acr__release *release, const bool *wanted, const acr__pos *records, size_t count,
                            size_t *ends, struct acr__built *out, char **message);
// One fact into its member; NULL = he is not there.
struct acr__member *acr__built_apply(acr_engine *engine, const struct acr__release *release, const struct acr__built_fact *fact);
// The same of records in the order of the log, as they come. NULL, or why a plugin failed: the record has no facts then.
struct acr__collector *acr__collector_new(acr_engine *engine, struct acr__release *release, struct acr__built *out);
const char *acr__collector_take(struct acr__collector *collector, const bool *wanted, const struct acr__record *record);
void acr__collector_engine(struct acr__collector *collector, acr_engine *engine); // reads with another one from now on
void acr__collector_free(struct acr__collector *collector); // NULL is fine
void acr__series_keep(acr_engine *engine, const struct acr__release *release, struct acr__built *built); // into the members; frees it
#endif
