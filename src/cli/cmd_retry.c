#include "cli/commands.h"
#include "cli/event_name.h"
#include "cli/rpc.h"
#include <stdio.h>

static const char help[] = "usage: accrue retry SOURCE/ID | SEQ [--json] [--socket PATH | --ledger FILE]\n"
                           "\n"
                           "Judges a parked event again, once the plugin that failed on it has been mended and published. It then\n"
                           "stands at its own place in the ledger. Due work (source accrue) is done as of its own time.\n"
                           "\n"
                           "example:\n"
                           "  accrue retry pos-17/r-1001 --socket /tmp/coffee.sock\n";

int acr__cmd_retry(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false;
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}};
  struct args args = {.help = help, .options = options, .option_count = 3, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  acr__buf params = {0};
  struct peer peer = {.fd = -1};
  struct answer answer = {0};
  code = acr__event_params(&params, "retry", args.words[0]);
  if (code == CLI_OK) code = acr__peer_open(&peer, "retry", &where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, "parked.retry", &params, json, &answer);
  if (code == CLI_OK) {
    acr__span status = acr__node_word(answer.result, "status");
    if (json)
      acr__rpc_print(&answer);
    else
      printf("%.*s\n", (int)status.len, status.ptr);
    if (!acr__span_is(status, "applied")) code = CLI_REFUSED;
  }
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  acr__buf_free(&params);
  return code;
}
