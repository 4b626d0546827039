#include "cli/commands.h"
#include "cli/excerpt.h"
#include "cli/rpc.h"
#include "daemon/faults.h"
#include "json/writer.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: accrue reload [DIR] [--program P]... [--active] [--author A] [--note N] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Loads the rules template DIR (that of the daemon) and its programs as their files are now. When all of it holds, every program in\n"
    "test becomes a new release in test, in place of the one before, all at once and between two events; one whose files did not\n"
    "change stays. Active programs are left alone: they change by accrue publish. When anything is wrong nothing changes, the faults\n"
    "are those of accrue check, and the exit code is 1. accrued --watch does the same after each edit.\n"
    "\n"
    "  --program P       this program alone; may be given several times\n"
    "  --active          active programs too: each that changed is published, with author and note\n"
    "  --author, --note  kept with the releases (author: the user's name)\n"
    "\n"
    "example:\n"
    "  accrue publish examples/coffee-club/programs/club.json --status test --all-levels --socket /tmp/coffee.sock\n"
    "  accrue reload --socket /tmp/coffee.sock\n";

static void write_params(acr__buf *out, const char *dir, const struct arg_list *programs, bool active, const char *author,
                         const char *note) {
  acr__writer w = {.out = out};
  acr__write_object(&w);
  if (dir) {
    acr__write_key(&w, "path");
    acr__write_text(&w, dir);
  }
  if (programs->count) {
    acr__write_key(&w, "programs");
    acr__write_array(&w);
    for (int i = 0; i < programs->count; i++)
      acr__write_text(&w, programs->texts[i]);
    acr__write_array_end(&w);
  }
  acr__write_key(&w, "active");
  acr__write_bool(&w, active);
  if (author) {
    acr__write_key(&w, "author");
    acr__write_text(&w, author);
  }
  if (note) {
    acr__write_key(&w, "note");
    acr__write_text(&w, note);
  }
  acr__write_object_end(&w);
}

static void print_program(const acr__node *program, bool active) {
  acr__span did = acr__node_word(program, "did"), status = acr__node_word(program, "status");
  bool unpublished = acr__span_is(did, "unpublished");
  acr__text_print(stdout, acr__node_word(program, unpublished ? "program" : "release"));
  if (unpublished) {
    fputs(" is not published: accrue publish ", stdout);
    acr__text_print(stdout, acr__node_word(program, "file"));
    fputs(" --status test\n", stdout);
    return;
  }
  fputs(" is ", stdout);
  acr__text_print(stdout, status);
  if (acr__span_is(did, "reloaded")) {
    fputs(", in place of ", stdout);
    acr__text_print(stdout, acr__node_word(program, "was"));
  } else if (acr__span_is(did, "unchanged")) {
    fputs(" and as its files are", stdout);
  } else {
    fputs(acr__span_is(status, "active") && !active ? " and left alone (accrue publish, or --active)" : " and left alone", stdout);
  }
  putchar('\n');
}

int acr__cmd_reload(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false, active = false;
  struct arg_list programs = {0};
  const char *author = getenv("USER"), *note = NULL;
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &json},
                          {"--program", ARG_LIST, &programs},
                          {"--active", ARG_FLAG, &active},
                          {"--author", ARG_TEXT, &author},
                          {"--note", ARG_TEXT, &note}};
  struct args args = {.help = help, .options = options, .option_count = sizeof options / sizeof *options, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  char *dir = args.word_count ? realpath(args.words[0], NULL) : NULL; // the daemon may stand elsewhere
  if (args.word_count && !dir) return acr__args_fail("reload", "%s: %s", args.words[0], strerror(errno));
  if (!dir && where.ledger && !where.socket) return acr__args_fail("reload", "with --ledger the template is wanted: accrue reload DIR");
  where.template_dir = dir;
  acr__buf params = {0};
  write_params(&params, dir, &programs, active, author, note);
  struct peer peer;
  struct answer answer = {0};
  code = acr__peer_open(&peer, "reload", &where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, "template.reload", &params, json, &answer);
  if (code == CLI_OK) {
    acr__faults_show(stderr, acr__node_get(answer.result, "warnings"), "warning: ", acr__excerpt_print);
    const acr__node *program = acr__node_first(acr__node_get(answer.result, "programs"));
    if (json) acr__rpc_print(&answer);
    for (; program && !json; program = acr__node_next(program))
      print_program(program, active);
  }
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  acr__peer_close(&peer);
  free(dir);
  return code;
}
