// SOURCE/ID or SEQ, as commands take an event's name.
#ifndef ACR_CLI_EVENT_NAME_H
#define ACR_CLI_EVENT_NAME_H
#include "base/buf.h"

// The parameters that a method takes for it. CLI_OK, or CLI_FAILED after saying what was wanted.
int acr__event_params(acr__buf *out, const char *command, const char *name);
#endif
