#ifndef ACR_CLI_REPLAY_H
#define ACR_CLI_REPLAY_H
#include "accrue.h"

// Replays the ledger and prints what came of it; with `json` as the last member of an object that was begun. The exit code.
int acr__replay_report(acr_engine *engine, bool json);
#endif
