#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/replay.h"
#include "cli/rpc.h"
#include "daemon/faults.h"
#include "json/writer.h"
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: accrue verify [FILE] [--full] [--replay] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Checks every invariant of a ledger. FILE is opened here, so no daemon may have it; when one has, it is asked on --socket or\n"
    "ACCRUE_SOCKET. Exit 0: all hold. 1: one does not, and its name and examples are shown. 2: could not check.\n"
    "\n"
    "  --full     every record from the first, and the pages and indexes of the files (I30); verify does so without it too, and with\n"
    "             it a script says that it counts on it\n"
    "  --replay   also builds the ledger again in memory from the events of its log and compares every member (I22). It takes as long\n"
    "             as taking all the events did, and memory for the whole log; only of a FILE, so stop the daemon or take a copy\n"
    "\n"
    "example:\n"
    "  accrue verify coffee.ledger\n";

enum { ARENA_BYTES = 64 << 10 };
static const size_t report_bytes_max = (size_t)1 << 30;

static int print_report(const acr__node *report, acr__arena *arena) {
  bool ok = acr__node_kind(acr__node_get(report, "ok")) == ACR_JSON_TRUE;
  struct grid grid;
  acr__grid_begin(&grid, arena, "broken|>seq|member|what");
  for (const acr__node *v = acr__node_first(acr__node_get(report, "violations")); v; v = acr__node_next(v)) {
    acr__grid_add(&grid, acr__node_word(v, "invariant"));
    acr__grid_add(&grid, acr__node_word(v, "seq"));
    acr__grid_add(&grid, acr__node_word(v, "member"));
    acr__grid_add(&grid, acr__node_word(v, "message"));
  }
  acr__grid_print(&grid, stdout, "");
  acr__span records = acr__node_word(report, "records"), members = acr__node_word(report, "members");
  acr__span entries = acr__node_word(report, "entries"), count = acr__node_word(report, "violation_count");
  printf("records %.*s, members %.*s, entries %.*s; checked", (int)records.len, records.ptr, (int)members.len, members.ptr,
         (int)entries.len, entries.ptr);
  for (const acr__node *name = acr__node_first(acr__node_get(report, "checked")); name; name = acr__node_next(name))
    printf(" %s", acr__node_text(name).ptr);
  if (ok) {
    puts(": all hold");
  } else {
    printf(": %.*s violations\n", (int)count.len, count.ptr);
  }
  return ok ? CLI_OK : CLI_REFUSED;
}

static int report_file(const char *text, bool json, bool open) {
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  struct acr__json_fault fault;
  struct acr__json_limits limits = {.bytes_max = report_bytes_max};
  acr__json *parsed = acr__json_parse(arena, acr__span_of(text), &limits, &fault);
  const acr__node *root = parsed ? acr__json_root(parsed) : NULL;
  int code = CLI_FAILED;
  if (root && json) {
    printf("%.*s%s", (int)strlen(text) - open, text, open ? "" : "\n");
    code = acr__node_kind(acr__node_get(root, "ok")) == ACR_JSON_TRUE ? CLI_OK : CLI_REFUSED;
  } else if (root) {
    code = print_report(root, arena);
  }
  acr__arena_free(arena);
  return code;
}

static int ask_daemon(const char *socket, bool json) {
  struct peer_options where = {.socket = socket};
  struct peer peer;
  struct answer answer = {0};
  acr__buf params = {0};
  acr__buf_text(&params, "{}");
  int code = acr__peer_open(&peer, "verify", &where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, "server.verify", &params, false, &answer);
  if (code == CLI_REFUSED) code = CLI_FAILED; // it could not check
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK) {
    bool ok = acr__node_kind(acr__node_get(answer.result, "ok")) == ACR_JSON_TRUE;
    code = json ? (ok ? CLI_OK : CLI_REFUSED) : print_report(answer.result, answer.arena);
  }
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  acr__peer_close(&peer);
  return code;
}

// A log that contradicts itself cannot be taken up, so this is all that is known of it.
static void print_unopened(const char *message) {
  acr__buf out = {0};
  acr__writer w = {.out = &out};
  acr__write_object(&w);
  acr__write_key(&w, "ok");
  acr__write_bool(&w, false);
  acr__write_key(&w, "message");
  acr__write_text(&w, message);
  acr__write_object_end(&w);
  printf("%.*s\n", (int)out.len, (const char *)out.ptr);
  acr__buf_free(&out);
}

static int check_file(const char *file, const char *socket, bool json, bool replay) {
  struct acr_options options = {.ledger = file};
  acr_engine *engine = NULL;
  char *text = NULL;
  int error = acr_engine_open(&options, &engine, &text);
  if (error == ACR_E_IN_USE && socket && *socket && !replay) {
    free(text);
    return ask_daemon(socket, json);
  }
  if (error != ACR_E_OK) {
    acr__args_fail("verify", "%s", text ? text : acr_error_text(error));
    if (json && error == ACR_E_VIOLATION) print_unopened(text);
    free(text);
    return error == ACR_E_VIOLATION ? CLI_REFUSED : CLI_FAILED; // the log was read far enough to know
  }
  free(text);
  text = NULL;
  error = acr_engine_verify(engine, &text);
  int code = CLI_FAILED;
  if (text && (error == ACR_E_OK || error == ACR_E_VIOLATION)) code = report_file(text, json, json && replay);
  if (code == CLI_FAILED) acr__args_fail("verify", "%s could not be checked: %s", file, acr_error_text(error));
  if (replay && code != CLI_FAILED) {
    int replayed = acr__replay_report(engine, json);
    if (replayed > code) code = replayed;
  }
  free(text);
  acr_engine_close(engine);
  return code;
}

int acr__cmd_verify(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false, replay = false, full = false; // it is always full
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}, {"--replay", ARG_FLAG, &replay}, {"--full", ARG_FLAG, &full}};
  struct args args = {.help = help, .options = options, .option_count = 5, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (args.word_count && where.ledger) return acr__args_fail("verify", "one ledger, either as FILE or as --ledger FILE");
  const char *file = args.word_count ? args.words[0] : where.ledger;
  const char *socket = where.socket ? where.socket : getenv("ACCRUE_SOCKET");
  if (file) return check_file(file, socket, json, replay);
  if (replay) return acr__args_fail("verify", "--replay wants the ledger FILE, which no daemon has open");
  if (!socket || !*socket) return acr__args_fail("verify", "wanted a ledger FILE, or --socket PATH (or ACCRUE_SOCKET) of a daemon");
  return ask_daemon(socket, json);
}
