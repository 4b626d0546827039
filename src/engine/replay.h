// accrue verify --replay: a ledger built again in memory from the events of another one's log, and compared with it.
#ifndef ACR_ENGINE_REPLAY_H
#define ACR_ENGINE_REPLAY_H
#include "engine/engine.h"

struct acr__replay {
  acr_engine *from, *to;
  uint64_t records, copied; // copied: taken as the log has them, since they cannot be judged again
  char *failed;             // what kept it from going on; malloc'ed
  uint64_t strayed;         // the first record at which the replay did something else; 0 = none
};

// Everything up to the end of the log. false = it could not be built; `failed` says why.
bool acr__replay_run(struct acr__replay *replay);
// Members "ok", "members", "state", "replayed", "different" and "differences" of an object that the caller opened; true = all equal.
bool acr__replay_compare(struct acr__replay *replay, acr__writer *w);
#endif
