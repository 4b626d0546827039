// Telling the ledger the time.
#ifndef ACR_CLI_CLOCK_H
#define ACR_CLI_CLOCK_H
#include "cli/peer.h"

// Sends a clock and says what ran; at NULL = now. An exit code.
int acr__clock_send(struct peer *peer, const char *command, const char *at, bool json);
#endif
