// Reading of a decision only what one asks for.
#ifndef ACR_LEDGER_OPS_PICK_H
#define ACR_LEDGER_OPS_PICK_H
#include "ledger/ops.h"

// As acr__op_read, of the kinds that `wanted` flags alone; the others are
// stepped over.
bool acr__op_pick(acr__cursor *cur, const bool wanted[ACR_OP_KINDS], struct acr__op *out);
#endif
