// One JSON-RPC request and its answer.
#ifndef ACR_CLI_RPC_H
#define ACR_CLI_RPC_H
#include "cli/peer.h"
#include "json/json.h"

struct answer {
  acr__buf text; // the reply line
  acr__arena *arena;
  acr__json *json;
  const acr__node *result;
};

// Calls `method` with `params` (a JSON object). CLI_OK with answer->result; CLI_REFUSED after printing the error (with `json` the
// error object on standard output too) and its faults; CLI_FAILED after saying what happened. Free the answer in every case.
int acr__rpc_call(struct peer *peer, const char *method, const acr__buf *params, bool json, struct answer *answer);
void acr__rpc_free(struct answer *answer);
// The result as it came, and a line end.
void acr__rpc_print(const struct answer *answer);

// The text of a member of an object; empty when absent or null.
acr__span acr__node_word(const acr__node *object, const char *key);
#endif
