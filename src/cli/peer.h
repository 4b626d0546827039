// Who answers: a daemon on its socket, or, with the daemon stopped, an engine opened here.
#ifndef ACR_CLI_PEER_H
#define ACR_CLI_PEER_H
#include "accrue.h"
#include "base/buf.h"
#include "cli/args.h"
#include "outbox/outbox.h"

struct peer_options {
  const char *socket, *ledger; // --socket, --ledger
  const char *template_dir;    // for publishing into --ledger
  bool create;                 // the ledger
  bool outbox;                 // its web hooks are asked for
};

// The two options, for a command's table.
#define PEER_ARGS(options)                     \
  {"--socket", ARG_TEXT, &(options).socket}, { \
    "--ledger", ARG_TEXT, &(options).ledger    \
  }

struct peer {
  const char *command;
  int fd;             // -1 when there is an engine
  acr_engine *engine; // NULL when there is a socket
  acr__outbox *outbox; // where it was asked for
  acr__buf in;        // of the socket, behind the last line taken
};

// CLI_OK, or CLI_FAILED after saying why. --socket goes before --ledger before ACCRUE_SOCKET.
int acr__peer_open(struct peer *peer, const char *command, const struct peer_options *options);
void acr__peer_close(struct peer *peer);
// One line (without its end) in, one reply line (without its end, terminated) out.
int acr__peer_ask(struct peer *peer, acr__span line, acr__buf *reply);
// A connected socket, or -1 after saying why.
int acr__peer_connect(const char *command, const char *path);
#endif
