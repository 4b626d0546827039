// SOURCE/ID, SEQ or ID, as commands take an event's name, and commands that ask for one event.
#ifndef ACR_CLI_EVENT_NAME_H
#define ACR_CLI_EVENT_NAME_H
#include "cli/rpc.h"

// The parameters that a method takes for it. An ID without its source is looked for in the whole log; CLI_REFUSED after saying that
// none or several have it, CLI_FAILED when the ledger cannot be asked.
int acr__event_params(acr__buf *out, const char *command, const char *name, struct peer *peer);

void acr__event_name_write(acr__buf *out, acr__span source, acr__span id); // the parameters of an event with both

// `seen` gets each event that a method which walks the log (event.find with its id, parked.list) gives, in the log's order.
typedef void acr__event_seen(void *arg, const acr__node *item);
int acr__events_walk(struct peer *peer, const char *method, const char *id, acr__event_seen *seen, void *arg);

// A command over one event that calls one method; `show` prints its result (without --json) and gives the exit code.
struct event_command {
  const char *name, *method;
  int (*show)(const struct answer *answer, bool json);
};
int acr__event_command(const struct event_command *command, const char *name, const struct peer_options *where, bool json);
#endif
