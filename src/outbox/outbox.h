// Sends web hooks behind the commit. What is to be sent stands in the log; this keeps how far it got, beside the ledger and outside of
// the state: a place in the log before which everything is sent or listed, and the list. At least once: what was sent when the process
// or the machine went down before that was noted is sent again under the same delivery id.
//
// A thread of its own sends; the other calls may come from any thread.
#ifndef ACR_OUTBOX_OUTBOX_H
#define ACR_OUTBOX_OUTBOX_H
#include "accrue.h"

#define ACR__OUTBOX_GIVE_UP_US (3LL * 86400 * 1000000) // unless it is said: a web hook is tried for a long weekend

typedef struct acr__outbox acr__outbox;

struct acr__outbox_options {
  const char *ledger;  // its path; what is kept stands in LEDGER-outbox
  bool private_hosts;  // addresses that are not public may be sent to
  int64_t give_up_us;  // after the first attempt
  const char *secret;  // signs what is sent; NULL = nothing is signed
};

// Before the engine is opened: acr__outbox_committed and acr__outbox_request go into its options. Options are borrowed.
acr__outbox *acr__outbox_new(const struct acr__outbox_options *options);
// Takes up what was kept. false = the file cannot be used, *message (malloc'ed) says why.
bool acr__outbox_open(acr__outbox *outbox, acr_engine *engine, char **message);
void acr__outbox_start(acr__outbox *outbox, bool deliver); // its thread; !deliver = web hooks are listed and wait
void acr__outbox_take_up(acr__outbox *outbox);             // all that the log holds, without a thread
void acr__outbox_stop(acr__outbox *outbox);                // begins nothing more; what is being sent has a moment
void acr__outbox_close(acr__outbox *outbox);               // before the engine is closed; NULL is fine

void acr__outbox_committed(void *outbox, uint64_t webhooks, uint64_t end);
bool acr__outbox_request(void *outbox, const char *method, const char *params, size_t params_len, char **result, const char **code,
                         char **message);
int acr__outbox_stats(acr__outbox *outbox, char *buf, size_t cap); // members for server.stats
#endif
