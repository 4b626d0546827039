#include "cli/commands.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char help[] =
    "usage: accrue backup TO [--unchecked] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Copies a ledger to the file TO while events go on, and verifies the copy. It has every event that was answered\n"
    "before the command; TO-outbox beside it says which web hooks were delivered. Nothing is replaced. To restore,\n"
    "start accrued on the copy. Do not copy a running ledger's file by other means.\n"
    "\n"
    "  --unchecked   leave the copy as it is; accrue verify TO checks it later, on another machine perhaps\n"
    "\n"
    "Exit 0: the copy is there, and every invariant holds in it. 1: refused, or one does not hold. 2: could not.\n"
    "\n"
    "example:\n"
    "  accrue backup /backups/club-2026-11-22.ledger --socket /tmp/coffee.sock\n";

// The daemon has a working directory of its own.
static int params_of(acr__buf *params, const char *to) {
  char folder[PATH_MAX];
  if (*to != '/' && !getcwd(folder, sizeof folder)) return acr__args_fail("backup", "the working directory cannot be told");
  acr__writer w = {.out = params};
  char *path;
  if (asprintf(&path, "%s%s%s", *to == '/' ? "" : folder, *to == '/' ? "" : "/", to) < 0) abort();
  acr__write_object(&w);
  acr__write_key(&w, "path");
  acr__write_text(&w, path);
  acr__write_object_end(&w);
  free(path);
  return CLI_OK;
}

// What it makes of the copy to look at it is taken away again, so that the copy stays the two files.
static int check(const char *to, bool json) {
  static const char *const made[] = {"-view", "-view-wal", "-view-shm", "-lock", "-wal", "-shm"};
  struct acr_options options = {.ledger = to};
  acr_engine *engine = NULL;
  char *text = NULL;
  int error = acr_engine_open(&options, &engine, &text), code = CLI_OK;
  if (error == ACR_E_OK) {
    error = acr_engine_verify(engine, &text);
    acr_engine_close(engine);
  }
  if (error != ACR_E_OK) {
    acr__args_fail("backup", "the copy %s does not hold: %s (accrue verify shows more)", to, text ? text : acr_error_text(error));
    code = error == ACR_E_VIOLATION ? CLI_REFUSED : CLI_FAILED;
  } else if (!json) {
    puts("every invariant holds in it");
  }
  free(text);
  for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
    char *name;
    if (asprintf(&name, "%s%s", to, made[i]) < 0) abort();
    unlink(name);
    free(name);
  }
  return code;
}

static void print(const struct answer *answer) {
  acr__span path = acr__node_word(answer->result, "path"), records = acr__node_word(answer->result, "records");
  acr__span bytes = acr__node_word(answer->result, "bytes");
  printf("%.*s: %.*s records, %.*s bytes\n", (int)path.len, path.ptr, (int)records.len, records.ptr, (int)bytes.len, bytes.ptr);
}

int acr__cmd_backup(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false, unchecked = false;
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}, {"--unchecked", ARG_FLAG, &unchecked}};
  struct args args = {.help = help, .options = options, .option_count = 4, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  struct peer peer = {.fd = -1};
  struct answer answer = {0};
  acr__buf params = {0};
  code = params_of(&params, args.words[0]);
  if (code == CLI_OK) code = acr__peer_open(&peer, "backup", &where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, "server.backup", &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json) print(&answer);
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  acr__buf_free(&params);
  return code == CLI_OK && !unchecked ? check(args.words[0], json) : code;
}
