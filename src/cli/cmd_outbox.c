#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <string.h>

static const char help[] = "usage: accrue outbox [list | retry ID | drop ID] [--json] [--socket PATH | --ledger FILE]\n"
                           "\n"
                           "Shows the web hooks that wait to be sent or were given up, oldest first.\n"
                           "\n"
                           "  list       the default\n"
                           "  retry ID   sends one again at once; `all` = everything that failed\n"
                           "  drop ID    never sends it; `all` = everything that was given up\n"
                           "\n"
                           "An ID is that of the web hook in the reply of its event, as 18211.1.\n"
                           "\n"
                           "example:\n"
                           "  accrue outbox --socket /tmp/coffee.sock\n"
                           "  accrue outbox retry 18211.1 --socket /tmp/coffee.sock\n";

static void print_list(const struct answer *answer) {
  static const char *const columns[] = {"id", "state", "attempts", "recorded", "next", "url", "error"};
  struct grid grid;
  acr__grid_begin(&grid, answer->arena, "web hook|state|>attempts|recorded|next attempt|url|error");
  const acr__node *rows = acr__node_get(answer->result, "web_hooks");
  for (const acr__node *row = acr__node_first(rows); row; row = acr__node_next(row))
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
      acr__grid_add(&grid, acr__node_word(row, columns[i]));
  acr__grid_print(&grid, stdout, "");
  printf("%s waiting, %s given up\n", acr__node_word(answer->result, "waiting").ptr, acr__node_word(answer->result, "given_up").ptr);
}

static int ask(struct peer *peer, const char *verb, const char *id, bool json) {
  struct answer answer = {0};
  acr__buf params = {0}, method = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  if (id) {
    acr__write_key(&w, "id");
    acr__write_text(&w, id);
  }
  acr__write_object_end(&w);
  acr__buf_printf(&method, "outbox.%s", verb);
  acr__buf_u8(&method, 0);
  int code = acr__rpc_call(peer, (const char *)method.ptr, &params, json, &answer);
  if (code == CLI_OK && json)
    acr__rpc_print(&answer);
  else if (code == CLI_OK && !id)
    print_list(&answer);
  else if (code == CLI_OK)
    printf("%s %s\n", acr__node_word(answer.result, strcmp(verb, "retry") == 0 ? "retried" : "dropped").ptr,
           strcmp(verb, "retry") == 0 ? "to be sent again" : "dropped");
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  acr__buf_free(&method);
  return code;
}

int acr__cmd_outbox(int argc, char **argv) {
  struct peer_options where = {.outbox = true};
  bool json = false;
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}};
  struct args args = {.help = help, .options = options, .option_count = 3, .words_max = 2};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  const char *verb = args.word_count ? args.words[0] : "list";
  bool list = strcmp(verb, "list") == 0;
  if (!list && strcmp(verb, "retry") != 0 && strcmp(verb, "drop") != 0)
    return acr__args_fail("outbox", "wanted list, retry ID or drop ID; found '%s'", verb);
  if (args.word_count != (list ? args.word_count > 0 : 2))
    return acr__args_fail("outbox", list ? "list takes no ID" : "wanted the ID of a web hook behind %s, as 18211.1, or all", verb);
  struct peer peer;
  code = acr__peer_open(&peer, "outbox", &where);
  if (code == CLI_OK) code = ask(&peer, verb, list ? NULL : args.words[1], json);
  acr__peer_close(&peer);
  return code;
}
