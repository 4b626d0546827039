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

static int show(const struct answer *answer, bool json) {
  if (json) return CLI_OK;
  acr__pretty_print(stdout, answer->json, answer->result, (acr__span){(const char *)answer->text.ptr, answer->text.len}, 0);
  putchar('\n');
  return CLI_OK;
}

int acr__cmd_event(int argc, char **argv) {
  static const struct event_command command = {"event", "event.get", show};
  struct peer_options where = {0};
  bool json = false;
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}};
  struct args args = {.help = help, .options = options, .option_count = 3, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  return code == ARGS_GO_ON ? acr__event_command(&command, args.words[0], &where, json) : code;
}
