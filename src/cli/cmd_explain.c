#include "cli/commands.h"
#include "cli/event_name.h"
#include "cli/explain.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <stdio.h>

static const char help[] =
    "usage: accrue explain SOURCE/ID | SEQ | ID [--all] [--json] [--socket PATH | --ledger FILE]\n"
    "       accrue explain --member M --level L [--program P] [--at TIME] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Why a past event earned what it did, and why not more: it is judged again where it stood, by the releases of its day. For\n"
    "each rule whether it fired; for each condition what was measured, what is asked for and how much is missing; which\n"
    "constraint kept what out; limits and when they free up; outcomes with their arithmetic; what the next levels take; and due\n"
    "work that ran first. Nothing is written. SEQ is the number in the event's reply; an ID without its source is looked for in\n"
    "the whole log. With --member and --level: what the level takes of the member now.\n"
    "\n"
    "  --all       rules of levels that are far away too, and those that look at other kinds of events\n"
    "  --program P where several programs have such a level: the one that is meant\n"
    "  --at TIME   as of that time; a date is its end in the program's zone\n"
    "\n"
    "examples:\n"
    "  accrue explain pos-17/r-1001 --socket /tmp/coffee.sock\n"
    "  accrue explain --member m-42 --level Gold --ledger coffee.ledger\n";

static void put(acr__writer *w, const char *key, const char *value) {
  if (!value) return;
  acr__write_key(w, key);
  acr__write_text(w, value);
}

int acr__cmd_explain(int argc, char **argv) {
  struct peer_options where = {0};
  struct explain_options shown = {0};
  bool json = false;
  const char *member = NULL, *level = NULL, *program = NULL, *at = NULL;
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &json},
                          {"--all", ARG_FLAG, &shown.all},
                          {"--member", ARG_TEXT, &member},
                          {"--level", ARG_TEXT, &level},
                          {"--program", ARG_TEXT, &program},
                          {"--at", ARG_TEXT, &at}};
  struct args args = {.help = help, .options = options, .option_count = 8, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (args.word_count == 0 && (!member || !level))
    return acr__args_fail("explain", "wanted SOURCE/ID, SEQ or ID of an event, or --member and --level");
  if (args.word_count && (member || level)) return acr__args_fail("explain", "an event, or --member and --level; not both");
  acr__buf params = {0};
  struct peer peer = {.fd = -1};
  struct answer answer = {0};
  code = acr__peer_open(&peer, "explain", &where);
  if (code == CLI_OK && args.word_count) {
    code = acr__event_params(&params, "explain", args.words[0], &peer);
  } else if (code == CLI_OK) {
    acr__writer w = {.out = &params};
    acr__write_object(&w);
    put(&w, "member", member);
    put(&w, "level", level);
    put(&w, "program", program);
    put(&w, "at", at);
    acr__write_object_end(&w);
  }
  if (code == CLI_OK) code = acr__rpc_call(&peer, "event.explain", &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json) acr__explain_print(&answer, &shown);
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  acr__buf_free(&params);
  return code;
}
