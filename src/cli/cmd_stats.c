#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/rpc.h"

static const char help[] = "usage: accrue stats [plugins] [--json] [--socket PATH | --ledger FILE]\n"
                           "\n"
                           "Shows what a daemon is doing: connections, what waits, records, members, memory.\n"
                           "plugins: what each component has cost since the daemon started, the dearest first: calls, instructions,\n"
                           "time (one call in 64 is timed) and how many of its calls failed, each of which parked an event, with the last\n"
                           "message.\n"
                           "What keeps making events park is also named below the figures, and on the daemon's log.\n"
                           "\n"
                           "example:\n"
                           "  accrue stats plugins --socket /tmp/coffee.sock\n";

// Inner objects as "replies.applied".
static void add(struct grid *grid, const acr__node *object, const char *prefix) {
  for (const acr__node *node = acr__node_first(object); node; node = acr__node_next(node)) {
    char *name = acr__arena_printf(grid->arena, "%s%s", prefix, acr__node_key(node).ptr);
    if (acr__node_kind(node) == ACR_JSON_OBJECT) {
      add(grid, node, acr__arena_printf(grid->arena, "%s.", name));
      continue;
    }
    if (acr__node_kind(node) == ACR_JSON_ARRAY) continue; // shown below
    acr__grid_add(grid, acr__span_of(name));
    acr__grid_add(grid, acr__node_word(object, acr__node_key(node).ptr));
  }
}

static void print_components(const struct answer *answer) {
  static const char *const fields[] = {"kind",         "component", "calls",       "instructions", "instructions_a_call",
                                       "microseconds", "failures",  "last_failure"};
  struct grid grid;
  acr__grid_begin(&grid, answer->arena, "kind|component|>calls|>instructions|>a call|>microseconds|>failures|last failure");
  const acr__node *at = acr__node_first(acr__node_get(answer->result, "components"));
  if (!at) puts("no component has been called yet");
  for (; at; at = acr__node_next(at))
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
      acr__grid_add(&grid, acr__node_word(at, fields[i]));
  acr__grid_print(&grid, stdout, "");
}

// What makes events park, below the figures.
static void print_failing(const struct answer *answer) {
  static const char *const fields[] = {"what", "events", "last_event", "last", "message"};
  const acr__node *at = acr__node_first(acr__node_get(answer->result, "failing"));
  if (!at) return;
  struct grid grid;
  acr__grid_begin(&grid, answer->arena, "failing|>events parked|last event|last|message");
  for (; at; at = acr__node_next(at))
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
      acr__grid_add(&grid, acr__node_word(at, fields[i]));
  putchar('\n');
  acr__grid_print(&grid, stdout, "");
}

int acr__cmd_stats(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false;
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}};
  struct args args = {.help = help, .options = options, .option_count = 3, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  bool plugins = args.word_count == 1;
  if (plugins && strcmp(args.words[0], "plugins") != 0)
    return acr__args_fail("stats", "found '%s'; wanted plugins, or nothing", args.words[0]);
  acr__buf params = {0};
  acr__buf_text(&params, "{}");
  struct peer peer;
  struct answer answer = {0};
  code = acr__peer_open(&peer, "stats", &where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, plugins ? "plugins.stats" : "server.stats", &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json && plugins) print_components(&answer);
  if (code == CLI_OK && !json && !plugins) {
    struct grid grid;
    acr__grid_begin(&grid, answer.arena, "what|>figure");
    add(&grid, answer.result, "");
    acr__grid_print(&grid, stdout, "");
    print_failing(&answer);
  }
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  acr__buf_free(&params);
  return code;
}
