// What of a record can be erased: the payload, and the texts in it that operations of the decision say.
#ifndef ACR_ENGINE_PAYLOAD_H
#define ACR_ENGINE_PAYLOAD_H
#include "accrue.h"
#include "ledger/ledger.h"
#include "ledger/ops.h"

// Texts of operations (behind a salt, or nothing), the member's id, the event as sent, the data of derived events (JSON
// texts), web hooks
struct acr__payload {
  acr__span texts, member, line;
  acr__cursor derived;
};
bool acr__payload_read(acr__span bytes, struct acr__payload *out); // false = it was erased
void acr__payload_begin(acr_engine *engine); // engine->payload: its texts; and the digest of them, behind the decision
bool acr__texts_true(const acr__key *key, const struct acr__record *record, acr__span digest); // what TEXTS says
struct acr__op_walk acr__ops_of(const struct acr__record *record);
#endif
