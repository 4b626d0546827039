// What `send` shares between its two ways: over a socket, and into a ledger opened here.
#ifndef ACR_CLI_SEND_H
#define ACR_CLI_SEND_H
#include "cli/input.h"
#include "cli/peer.h"
#include "cli/progress.h"
#include "cli/tally.h"

struct sending {
  struct input input;
  struct tally tally;
  struct progress progress;
  FILE *replies; // NULL unless --replies
  long window;   // lines on the way at most
};

// Counts and keeps a reply that is final.
void acr__send_reply(struct sending *sending, reply_status status, acr__span reply, const char *file, unsigned long long line);
// All of the input. CLI_OK when every line was answered, else CLI_FAILED after saying why.
int acr__send_socket(struct sending *sending, int fd);
int acr__send_engine(struct sending *sending, acr_engine *engine);
#endif
