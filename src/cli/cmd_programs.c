#include "cli/commands.h"
#include "cli/describe.h"
#include "cli/grid.h"
#include "cli/rpc.h"
#include "daemon/faults.h"
#include "json/writer.h"
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: accrue programs [show P | set P --status S [--level L] --reason TEXT [--actor A]] [--json]\n"
    "                       [--socket PATH | --ledger FILE]\n"
    "\n"
    "Lists the programs, shows one in sentences (P is a program, or a release such as club@2), or sets a status: of the program, or\n"
    "with --level of a level. A program's name means its newest version that can make the change, and with it its other versions\n"
    "that are in force or paused alongside; club@2 means that one alone. What became of it, by whom and why, is shown by `show`.\n"
    "\n"
    "  --status S     of a program: configure, test, shadow, active, paused, inactive, archived; of a level: draft, live, paused\n"
    "  --reason TEXT  kept in the ledger with the change\n"
    "  --actor A      who makes it (the user's name)\n"
    "\n"
    "configure, test and shadow <-> each other; these -> active or archived; active <-> paused; both -> inactive or archived;\n"
    "inactive -> archived. A program in test is judged by simulations alone, a shadow beside the active one (accrue shadow). While\n"
    "it is paused, inactive or archived nothing is earned and no rule, entrance or maintenance is judged; balances, spending, returns\n"
    "and points that expire go on. A level begins as a draft and becomes live or paused, each of which may become the other; nobody\n"
    "enters one that is not live, and who is in a paused one stays.\n"
    "\n"
    "examples:\n"
    "  accrue programs --socket /tmp/coffee.sock\n"
    "  accrue programs set club --level Gold --status live --reason \"launch\" --socket /tmp/coffee.sock\n";

static void list_programs(const struct answer *answer) {
  struct grid grid;
  acr__grid_begin(&grid, answer->arena, "program|title|release|status|effective from|levels|published|author|note");
  const acr__node *program = acr__node_first(acr__node_get(answer->result, "programs"));
  for (; program; program = acr__node_next(program)) {
    acr__buf levels = {0};
    for (const acr__node *level = acr__node_first(acr__node_get(program, "levels")); level; level = acr__node_next(level)) {
      acr__span name = acr__node_word(level, "level"), status = acr__node_word(level, "status");
      acr__buf_printf(&levels, "%s%.*s (%.*s)", levels.len ? ", " : "", (int)name.len, name.ptr, (int)status.len, status.ptr);
    }
    acr__grid_add(&grid, acr__node_word(program, "program"));
    acr__grid_add(&grid, acr__node_word(program, "title"));
    acr__grid_add(&grid, acr__node_word(program, "release"));
    bool pending = acr__node_kind(acr__node_get(program, "pending")) == ACR_JSON_TRUE;
    bool replaced = acr__node_kind(acr__node_get(program, "replaced")) == ACR_JSON_TRUE;
    acr__grid_add(&grid, replaced ? ACR__SPAN_LIT("replaced") : pending ? ACR__SPAN_LIT("pending") : acr__node_word(program, "status"));
    acr__grid_add(&grid, acr__node_word(program, "effective_from"));
    acr__grid_add(&grid, (acr__span){(const char *)levels.ptr, levels.len});
    acr__grid_add(&grid, acr__node_word(program, "published"));
    acr__grid_add(&grid, acr__node_word(program, "author"));
    acr__grid_add(&grid, acr__node_word(program, "note"));
    acr__buf_free(&levels);
  }
  acr__grid_print(&grid, stdout, "");
  if (!grid.first) puts("no program is published; accrue publish --help says how");
}

static void line(const char *title, acr__span text) {
  if (!text.len) return;
  printf("  %-15s", title);
  acr__text_print(stdout, text);
  putchar('\n');
}

// What sources have left; limits that each member has are shown with the member.
static void show_caps(const acr__node *caps, acr__arena *arena) {
  static const char *const keys[] = {"source", "cap", "for", "points", "issued", "left", "per", "frees"};
  struct grid grid;
  acr__grid_begin(&grid, arena, "source|cap|for|>points|>issued|>left|per|frees");
  for (const acr__node *source = acr__node_first(caps); source; source = acr__node_next(source)) {
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
      acr__grid_add(&grid, acr__node_word(source, keys[i]));
  }
  if (grid.first) acr__grid_print(&grid, stdout, "  ");
}

static void show_changes(const acr__node *changes, acr__arena *arena) {
  static const char *const keys[] = {"at", "level", "status", "by", "reason"};
  struct grid grid;
  acr__grid_begin(&grid, arena, "since|level|status|by|reason");
  for (const acr__node *one = acr__node_first(changes); one; one = acr__node_next(one))
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
      acr__grid_add(&grid, acr__node_word(one, keys[i]));
  acr__grid_print(&grid, stdout, "  ");
}

static void show(const struct answer *answer, const acr__node *program) {
  static const char *const keys[][2] = {{"title", "title"},
                                        {"description", "description"},
                                        {"family", "family"},
                                        {"status", "status"},
                                        {"effective from", "effective_from"},
                                        {"currency", "currency"},
                                        {"time zone", "timezone"},
                                        {"amounts", "amount_basis"},
                                        {"template", "template"},
                                        {"version", "version"},
                                        {"published", "published"},
                                        {"author", "author"},
                                        {"note", "note"},
                                        {"zone data", "zone_data"}};
  acr__text_print(stdout, acr__node_word(program, "release"));
  putchar('\n');
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    line(keys[i][0], acr__node_word(program, keys[i][1]));
  acr__describe_print(program);
  show_caps(acr__node_get(program, "caps"), answer->arena);
  show_changes(acr__node_get(program, "changes"), answer->arena);
}

// The newest release whole, and the names of those before it.
static void show_newest(const struct answer *answer) {
  const acr__node *programs = acr__node_get(answer->result, "programs");
  const acr__node *newest = NULL;
  for (const acr__node *at = acr__node_first(programs); at; at = acr__node_next(at))
    newest = at;
  if (newest) show(answer, newest);
  for (const acr__node *at = acr__node_first(programs); at && at != newest; at = acr__node_next(at)) {
    fputs(at == acr__node_first(programs) ? "earlier releases: " : ", ", stdout);
    acr__text_print(stdout, acr__node_word(at, "release"));
    if (acr__node_next(at) == newest) putchar('\n');
  }
}

static int show_program(struct peer *peer, const char *name, bool json) {
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  acr__write_key(&w, "program");
  acr__write_text(&w, name);
  acr__write_object_end(&w);
  struct answer answer;
  int code = acr__rpc_call(peer, "program.describe", &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json) show_newest(&answer);
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

struct change {
  const char *program, *status, *level, *reason, *actor;
};

static int set(struct peer *peer, const struct change *change, bool json) {
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  acr__write_key(&w, "program");
  acr__write_text(&w, change->program);
  if (change->level) {
    acr__write_key(&w, "level");
    acr__write_text(&w, change->level);
  }
  acr__write_key(&w, change->level ? "level_status" : "status");
  acr__write_text(&w, change->status);
  acr__write_key(&w, "reason");
  acr__write_text(&w, change->reason);
  acr__write_key(&w, "actor");
  acr__write_text(&w, change->actor ? change->actor : "");
  acr__write_object_end(&w);
  struct answer answer;
  int code = acr__rpc_call(peer, "program.set", &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json)
    printf("%s%s%s is %s\n", change->program, change->level ? ", level " : "", change->level ? change->level : "", change->status);
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

static int list(struct peer *peer, bool json) {
  acr__buf params = {0};
  acr__buf_text(&params, "{}");
  struct answer answer;
  int code = acr__rpc_call(peer, "program.list", &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json) list_programs(&answer);
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

int acr__cmd_programs(int argc, char **argv) {
  struct peer_options where = {0};
  struct change change = {.actor = getenv("USER")};
  bool json = false;
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &json},
                          {"--status", ARG_TEXT, &change.status},
                          {"--level", ARG_TEXT, &change.level},
                          {"--reason", ARG_TEXT, &change.reason},
                          {"--actor", ARG_TEXT, &change.actor}};
  struct args args = {.help = help, .options = options, .option_count = 7, .words_max = 2};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  const char *verb = args.word_count ? args.words[0] : "list";
  bool changes = strcmp(verb, "set") == 0;
  if (args.word_count == 1 || (args.word_count == 2 && !changes && strcmp(verb, "show") != 0))
    return acr__args_fail("programs", "wanted `show P` or `set P ...`; found '%s'", verb);
  if (changes && (!change.status || !change.reason)) return acr__args_fail("programs", "set wants --status S and --reason TEXT");
  if (!changes && (change.status || change.level || change.reason))
    return acr__args_fail("programs", "--status, --level and --reason belong to `set P`");
  const char *name = change.program = args.word_count ? args.words[1] : NULL;
  struct peer peer;
  code = acr__peer_open(&peer, "programs", &where);
  if (code == CLI_OK) code = changes ? set(&peer, &change, json) : name ? show_program(&peer, name, json) : list(&peer, json);
  acr__peer_close(&peer);
  return code;
}
