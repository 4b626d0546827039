#include "cli/commands.h"
#include "cli/event_name.h"
#include <stdio.h>

static const char help[] = "usage: accrue retry SOURCE/ID | SEQ | ID [--json] [--socket PATH | --ledger FILE]\n"
                           "\n"
                           "Judges a parked event again, once the plugin that failed on it has been mended and published. It then\n"
                           "stands at its own place in the ledger. Due work (source accrue) is done as of its own time.\n"
                           "\n"
                           "example:\n"
                           "  accrue retry pos-17/r-1001 --socket /tmp/coffee.sock\n";

static int show(const struct answer *answer, bool json) {
  acr__span status = acr__node_word(answer->result, "status");
  if (!json) printf("%.*s\n", (int)status.len, status.ptr);
  return acr__span_is(status, "applied") ? CLI_OK : CLI_REFUSED;
}

int acr__cmd_retry(int argc, char **argv) {
  static const struct event_command command = {"retry", "parked.retry", help, show};
  return acr__event_command(&command, argc, argv);
}
