// The one way in which a release comes to be: what was compiled is looked at, then recorded and bound (publish.c).
#ifndef ACR_ENGINE_PUBLISH_H
#define ACR_ENGINE_PUBLISH_H
#include "engine/built.h"
#include "engine/bundle.h"
#include "engine/rpc.h"

struct acr__publication {
  struct acr__release *built; // compiled; what it owns goes to the release
  const struct acr__bundle *bundle;
  acr__status status;
  acr__level_status level_status;  // of the levels that the request names
  acr__level_status new_levels;    // of others that the version before did not have
  const struct acr__release *ends; // archived with the same record; NULL = none
  struct acr__built facts;         // by prepare; freed by record
};
// Nothing is changed yet; false = failed.
bool acr__publish_prepare(struct acr__request *request, struct acr__publication *publication);
struct acr__release *acr__publish_record(struct acr__request *request, struct acr__publication *publication, acr__diag *diag);
// Fails the request with the faults.
// What failed goes on as it was: faults and warnings are copied into the answer.
bool acr__fail_diag(struct acr__request *request, const acr__diag *diag);
#endif
