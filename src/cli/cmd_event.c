#include "cli/commands.h"
#include "cli/event_name.h"
#include "cli/pretty.h"
#include <stdio.h>

static const char help[] = "usage: accrue event SOURCE/ID | SEQ | ID [--json] [--socket PATH | --ledger FILE]\n"
                           "\n"
                           "Shows a recorded event and the reply it got. SEQ is the number in its reply. An ID without its source is\n"
                           "looked for in the whole log; one of digits alone is a SEQ.\n"
                           "\n"
                           "example:\n"
                           "  accrue event pos-17/r-1001 --socket /tmp/coffee.sock\n";

int acr__event_command(const struct event_command *command, int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false;
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}};
  struct args args = {.help = command->help, .options = options, .option_count = 3, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  acr__buf params = {0};
  struct peer peer = {.fd = -1};
  struct answer answer = {0};
  code = acr__peer_open(&peer, command->name, &where);
  if (code == CLI_OK) code = acr__event_params(&params, command->name, args.words[0], &peer);
  if (code == CLI_OK) code = acr__rpc_call(&peer, command->method, &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK) code = command->show(&answer, json);
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  acr__buf_free(&params);
  return code;
}

static int show(const struct answer *answer, bool json) {
  if (json) return CLI_OK;
  acr__pretty_print(stdout, answer->json, answer->result, (acr__span){(const char *)answer->text.ptr, answer->text.len}, 0);
  putchar('\n');
  return CLI_OK;
}

int acr__cmd_event(int argc, char **argv) {
  static const struct event_command command = {"event", "event.get", help, show};
  return acr__event_command(&command, argc, argv);
}
