#include "binding/workshop.h"
#include "cli/commands.h"
#include "cli/rpc.h"
#include "daemon/faults.h"
#include "json/writer.h"
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] =
    "usage: accrue publish DIR/programs/P.json [--status active|test|configure | --shadow] [--level L]...\n"
    "                      [--level-status live|draft|paused] [--all-levels] [--require-tests] [--author A] [--note N] [--json]\n"
    "                      [--socket PATH | --ledger FILE]\n"
    "\n"
    "Makes a new release of the program in the rules template DIR. Publishing a program does not publish its levels:\n"
    "name them with --level, or all of them with --all-levels. Every fault is shown as file:line:column: message; then nothing\n"
    "has changed, and the exit code is 1.\n"
    "\n"
    "  --status S        active; test (judged by simulations alone); or configure (the default: not in force yet)\n"
    "  --shadow          a daemon judges what comes in by the release too, beside the active one, and writes nothing of it; accrue\n"
    "                    shadow shows what it would have done otherwise. One release at a time: those before it are in test again\n"
    "  --level L         a level that gets --level-status (live); may be given several times\n"
    "  --all-levels      all of them\n"
    "  --require-tests   first run the template's specs (accrue test); nothing is published when one fails\n"
    "  --author, --note  kept with the release (author: the user's name)\n"
    "\n"
    "example:\n"
    "  accrue publish examples/coffee-club/programs/club.json --status active --all-levels --socket /tmp/coffee.sock\n";

struct publication {
  const char *path, *status, *level_status, *author, *note;
  struct arg_list levels;
  bool all_levels, require_tests;
};

static void optional(acr__writer *w, const char *key, const char *text) {
  if (!text) return;
  acr__write_key(w, key);
  acr__write_text(w, text);
}

static void write_params(acr__buf *out, const struct publication *p) {
  acr__writer w = {.out = out};
  acr__write_object(&w);
  optional(&w, "path", p->path);
  optional(&w, "status", p->status);
  if (p->levels.count) {
    acr__write_key(&w, "levels");
    acr__write_array(&w);
    for (int i = 0; i < p->levels.count; i++)
      acr__write_text(&w, p->levels.texts[i]);
    acr__write_array_end(&w);
  }
  if (p->levels.count || p->all_levels) optional(&w, "level_status", p->level_status);
  if (p->all_levels) {
    acr__write_key(&w, "all_levels");
    acr__write_bool(&w, true);
  }
  optional(&w, "author", p->author);
  optional(&w, "note", p->note);
  acr__write_object_end(&w);
}

// The specs run in a process of their own; what they say goes to standard error.
static int run_specs(const char *dir) {
  int status = 0;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    char name[] = "test", quiet[] = "--quiet", *words[] = {name, (char *)dir, quiet, NULL};
    dup2(STDERR_FILENO, STDOUT_FILENO);
    int code = acr__workshop_run(name, 3, words);
    fflush(NULL);
    _exit(code);
  }
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) > CLI_REFUSED)
    return acr__args_fail("publish", "the specs of %s could not be run; nothing was published", dir);
  if (WEXITSTATUS(status) == CLI_OK) return CLI_OK;
  fprintf(stderr, "accrue publish: specs of %s fail; nothing was published\n", dir);
  return CLI_REFUSED;
}

static int publish(const struct publication *p, const struct peer_options *where, bool json) {
  struct peer peer;
  struct answer answer = {0};
  acr__buf params = {0};
  write_params(&params, p);
  int code = acr__peer_open(&peer, "publish", where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, "program.publish", &params, json, &answer);
  if (code == CLI_OK) {
    acr__faults_print(stderr, acr__node_get(answer.result, "warnings"), "warning: ");
    if (json) {
      acr__rpc_print(&answer);
    } else {
      acr__text_print(stdout, acr__node_word(answer.result, "release"));
      fputs(" is ", stdout);
      acr__text_print(stdout, acr__node_word(answer.result, "status"));
      if (acr__node_kind(acr__node_get(answer.result, "pending")) == ACR_JSON_TRUE)
        printf(", pending until %s", acr__node_word(answer.result, "effective_from").ptr);
      putchar('\n');
    }
  }
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  acr__peer_close(&peer);
  return code;
}

int acr__cmd_publish(int argc, char **argv) {
  const char *status = NULL;
  struct publication p = {.level_status = "live", .author = getenv("USER")};
  struct peer_options where = {.create = true};
  bool json = false, shadow = false;
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &json},
                          {"--status", ARG_TEXT, &status},
                          {"--shadow", ARG_FLAG, &shadow},
                          {"--level", ARG_LIST, &p.levels},
                          {"--level-status", ARG_TEXT, &p.level_status},
                          {"--all-levels", ARG_FLAG, &p.all_levels},
                          {"--require-tests", ARG_FLAG, &p.require_tests},
                          {"--author", ARG_TEXT, &p.author},
                          {"--note", ARG_TEXT, &p.note}};
  struct args args = {.help = help, .options = options, .option_count = sizeof options / sizeof *options, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (shadow && status) return acr__args_fail("publish", "one of --shadow and --status, not both");
  p.status = shadow ? "shadow" : status ? status : "configure";
  char *path = realpath(args.words[0], NULL); // the daemon may stand elsewhere
  if (!path) return acr__args_fail("publish", "%s: %s", args.words[0], strerror(errno));
  p.path = path;
  char *copy = strdup(path);
  char *folder = copy ? dirname(copy) : NULL; // DIR/programs
  char *template_dir = folder ? strdup(dirname(folder)) : NULL;
  where.template_dir = template_dir;
  code = p.require_tests && template_dir ? run_specs(template_dir) : CLI_OK;
  if (code == CLI_OK) code = publish(&p, &where, json);
  free(template_dir);
  free(copy);
  free(path);
  return code;
}
