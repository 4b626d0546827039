#include "accrue.h"
#include "base/diag.h"
#include "binding/workshop.h"
#include "cli/args.h"
#include "cli/commands.h"
#include <signal.h>
#include <stdio.h>

struct command {
  const char *name;
  int (*run)(int argc, char **argv);
  const char *summary;
};

static int version(int argc, char **argv);
static int help(int argc, char **argv);
static int workshop(int argc, char **argv);

static const struct command commands[] = {
    {"new", workshop, "make a rules template, or add a component with its spec"},
    {"test", workshop, "run a template's specs on the real core (busted)"},
    {"schema", workshop, "JSON Schemas of a template's programs, rules and events"},
    {"types", workshop, "the Lua API as types for editors"},
    {"docs", workshop, "the manual of a template's components"},
    {"serve", acr__cmd_serve, "serve a ledger over a Unix socket (the same as accrued)"},
    {"check", acr__cmd_check, "load a rules template and its programs; show every fault"},
    {"publish", acr__cmd_publish, "publish a program as a new release"},
    {"reload", acr__cmd_reload, "take over the edited files of programs in test"},
    {"programs", acr__cmd_programs, "list programs, show one, set a status"},
    {"send", acr__cmd_send, "send events, show a summary of the replies"},
    {"member", acr__cmd_member, "balances, lots, levels and tags of a member"},
    {"ledger", acr__cmd_ledger, "the entries of a member, newest last"},
    {"event", acr__cmd_event, "a recorded event and its reply"},
    {"report", acr__cmd_report, "the liability, what happened by month, members by level"},
    {"export", acr__cmd_export, "events, entries or members of a ledger, as NDJSON or CSV"},
    {"backtest", acr__cmd_backtest, "what the ledger would be under another template or program"},
    {"explain", acr__cmd_explain, "which rules fired, which did not and by how much"},
    {"simulate", acr__cmd_simulate, "what would happen; nothing is written"},
    {"backup", acr__cmd_backup, "copy a ledger while it is used, and verify the copy"},
    {"verify", acr__cmd_verify, "check the invariants of a ledger"},
    {"retry", acr__cmd_retry, "judge a parked event again"},
    {"clock", acr__cmd_clock, "time has come so far: run what is due of everybody"},
    {"maintenance", acr__cmd_maintenance, "run the reviews that are due; or show who would be demoted"},
    {"shadow", acr__cmd_shadow, "what a shadow release does otherwise than the active one; end it"},
    {"stats", acr__cmd_stats, "what a daemon is doing"},
    {"outbox", acr__cmd_outbox, "web hooks that wait or were given up; send them again, drop them"},
    {"bench", acr__cmd_bench, "what a program costs on this machine: events a second, round trips, CPU"},
    {"version", version, "the version"},
    {"help", help, "this text, or the help of a command"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct command *find(const char *name) {
  for (int i = 0; i < COMMANDS; i++) {
    if (strcmp(commands[i].name, name) == 0) return &commands[i];
  }
  acr__span names[COMMANDS];
  for (int i = 0; i < COMMANDS; i++)
    names[i] = acr__span_of(commands[i].name);
  acr__span near = acr__nearest(acr__span_of(name), names, COMMANDS);
  fprintf(stderr, "accrue: no command '%s'; ", name);
  if (near.len) {
    fprintf(stderr, "did you mean %.*s?\n", (int)near.len, near.ptr);
  } else {
    fputs("accrue help lists them\n", stderr);
  }
  return NULL;
}

static void list(FILE *out) {
  fputs("usage: accrue COMMAND ...\n\n", out);
  for (int i = 0; i < COMMANDS; i++)
    fprintf(out, "  %-11s %s\n", commands[i].name, commands[i].summary);
  fputs("\nEach has --help with an example, and --json for machines. Exit codes: 0 done, 1 refused, 2 could not.\n"
        "They ask the daemon on --socket PATH (or ACCRUE_SOCKET) or, while no daemon runs, open --ledger FILE.\n",
        out);
}

static int version(int argc, char **argv) {
  bool json = false;
  struct arg options[] = {{"--json", ARG_FLAG, &json}};
  struct args args = {.help = "usage: accrue version [--json]\n\nexample:\n  accrue version\n", .options = options, .option_count = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  printf(json ? "{\"version\":\"%s\",\"semantics\":%d}\n" : "accrue %s (semantics %d)\n", ACR_VERSION, ACR_SEMANTICS);
  return CLI_OK;
}

static int workshop(int argc, char **argv) {
  return acr__workshop_run(argv[0], argc, argv);
}

static int help(int argc, char **argv) {
  if (argc < 2 || argv[1][0] == '-') {
    list(stdout);
    return CLI_OK;
  }
  const struct command *command = find(argv[1]);
  char option[] = "--help";
  char *of_command[] = {argv[1], option, NULL};
  return command ? command->run(2, of_command) : CLI_FAILED;
}

int main(int argc, char **argv) {
  signal(SIGPIPE, SIG_IGN);
  if (argc < 2) {
    list(stderr);
    return CLI_FAILED;
  }
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) return help(1, argv + 1);
  if (strcmp(argv[1], "--version") == 0) return version(1, argv + 1);
  if (argc > 3 && (strcmp(argv[1], "--socket") == 0 || strcmp(argv[1], "--ledger") == 0)) {
    char *command_first[] = {argv[3], argv[1], argv[2]}; // accrue --socket PATH member m-1
    memcpy(argv + 1, command_first, sizeof command_first);
  }
  const struct command *command = find(argv[1]);
  if (!command) return CLI_FAILED;
  int code = command->run(argc - 1, argv + 1);
  if (fflush(stdout) != 0 || ferror(stdout)) return code ? code : CLI_FAILED; // a full disk or a closed pipe
  return code;
}
