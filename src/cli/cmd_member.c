#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/levels.h"
#include "cli/rpc.h"
#include "daemon/faults.h"
#include "json/writer.h"
#include <stdio.h>

static const char help[] =
    "usage: accrue member ID [--at TIME] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Shows what a member can spend, what is pending, held and owed, levels, how far it is to the next one and to keeping this\n"
    "one, tags, audiences, offers, used limits and the lots with their expiry.\n"
    "\n"
    "  --at TIME   as a clock at TIME would leave the member: what falls due until then has run here and is not posted. A date is\n"
    "              its end in the program's zone. What links of other members would bring by then is not part of it.\n"
    "              Behind the ledger's time nothing is undone: what the balances were is told by accrue ledger ID --at TIME\n"
    "\n"
    "example:\n"
    "  accrue member m-42 --at 2026-12-31 --socket /tmp/coffee.sock\n";

// "title   name value" for every member of an object.
static void print_pairs(const acr__node *object, const char *titles, acr__arena *arena) {
  struct grid grid;
  acr__grid_begin(&grid, arena, titles);
  for (const acr__node *node = acr__node_first(object); node; node = acr__node_next(node)) {
    acr__grid_add(&grid, acr__node_key(node));
    acr__grid_add(&grid, acr__node_kind(node) == ACR_JSON_NULL ? ACR__SPAN_LIT("-") : acr__node_word(object, acr__node_key(node).ptr));
  }
  if (!grid.first) return;
  putchar('\n');
  acr__grid_print(&grid, stdout, "  ");
}

static void print_list(const acr__node *list, const char *title) {
  const acr__node *node = acr__node_first(list);
  if (!node) return;
  printf("\n  %s: ", title);
  for (; node; node = acr__node_next(node)) {
    bool tag = acr__node_kind(node) == ACR_JSON_OBJECT;
    acr__span expires = acr__node_word(node, "expires");
    acr__text_print(stdout, tag ? acr__node_word(node, "tag") : acr__node_text(node));
    if (expires.len) printf(" (until %.*s)", (int)expires.len, expires.ptr);
    fputs(acr__node_next(node) ? ", " : "\n", stdout);
  }
}

// Rules and sources that the member has used something of.
static void print_limits(const acr__node *limits, acr__arena *arena) {
  struct grid grid;
  acr__grid_begin(&grid, arena, "limit of|level|>used|>of|per|frees");
  for (const acr__node *limit = acr__node_first(limits); limit; limit = acr__node_next(limit)) {
    bool rule = acr__node_get(limit, "rule") != NULL;
    acr__grid_add(&grid, acr__node_word(limit, rule ? "rule" : "source"));
    acr__grid_add(&grid, acr__node_word(limit, "level"));
    acr__grid_add(&grid, acr__node_word(limit, "used"));
    acr__grid_add(&grid, acr__node_word(limit, "of"));
    acr__grid_add(&grid, acr__node_word(limit, "per"));
    acr__grid_add(&grid, acr__node_word(limit, "frees"));
  }
  if (!grid.first) return;
  putchar('\n');
  acr__grid_print(&grid, stdout, "  ");
}

static void print_lots(const acr__node *lots, acr__arena *arena) {
  static const char *const keys[] = {"account", "points", "remaining", "earned", "expires", "source", "seq"};
  struct grid grid;
  acr__grid_begin(&grid, arena, "lots of|>points|>remaining|earned|expires|source|>seq");
  for (const acr__node *lot = acr__node_first(lots); lot; lot = acr__node_next(lot)) {
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
      acr__grid_add(&grid, acr__node_word(lot, keys[i]));
  }
  if (!grid.first) return;
  putchar('\n');
  acr__grid_print(&grid, stdout, "  ");
}

static void print_offers(const acr__node *offers, acr__arena *arena) {
  static const char *const keys[] = {"offer", "state", "issued", "from", "until", "issue"};
  struct grid grid;
  acr__grid_begin(&grid, arena, "offer|state|issued|from|until|>issue");
  for (const acr__node *offer = acr__node_first(offers); offer; offer = acr__node_next(offer)) {
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
      acr__grid_add(&grid, acr__node_word(offer, keys[i]));
  }
  if (!grid.first) return;
  putchar('\n');
  acr__grid_print(&grid, stdout, "  ");
}

static void add_points(struct grid *grid, const acr__node *member, const char *key, acr__span account) {
  acr__grid_add(grid, acr__node_word(acr__node_get(member, key), account.ptr));
}

static void print_accounts(const acr__node *member, acr__arena *arena) {
  struct grid grid;
  acr__grid_begin(&grid, arena, "account|>points|>spendable|>pending|>held|>debt|>soonest|expires");
  for (const acr__node *node = acr__node_first(acr__node_get(member, "balances")); node; node = acr__node_next(node)) {
    acr__span account = acr__node_key(node);
    const acr__node *soon = acr__node_first(acr__node_get(member, "soonest"));
    while (soon && !acr__span_eq(acr__node_word(soon, "account"), account))
      soon = acr__node_next(soon);
    acr__grid_add(&grid, account);
    add_points(&grid, member, "balances", account);
    add_points(&grid, member, "spendable", account);
    add_points(&grid, member, "pending", account);
    add_points(&grid, member, "held", account);
    add_points(&grid, member, "debts", account);
    acr__grid_add(&grid, acr__node_word(soon, "points"));
    acr__grid_add(&grid, acr__node_word(soon, "expires"));
  }
  if (!grid.first) return;
  putchar('\n');
  acr__grid_print(&grid, stdout, "  ");
}

static void print_holds(const acr__node *holds, acr__arena *arena) {
  struct grid grid;
  acr__grid_begin(&grid, arena, ">held|until|>seq");
  for (const acr__node *hold = acr__node_first(holds); hold; hold = acr__node_next(hold)) {
    acr__grid_add(&grid, acr__node_word(hold, "points"));
    acr__grid_add(&grid, acr__node_word(hold, "until"));
    acr__grid_add(&grid, acr__node_word(hold, "seq"));
  }
  if (!grid.first) return;
  putchar('\n');
  acr__grid_print(&grid, stdout, "  ");
}

static void print_at(const acr__node *member) {
  acr__span at = acr__node_word(member, "at"), pieces = acr__node_word(member, "not_posted");
  if (at.len)
    printf("as of %.*s; %.*s %s of due work until then not yet posted\n", (int)at.len, at.ptr, (int)pieces.len, pieces.ptr,
           acr__span_is(pieces, "1") ? "piece" : "pieces");
  if (acr__node_get(member, "locked")) puts("locked: may not spend");
}

static void print_member(const struct answer *answer) {
  const acr__node *member = answer->result;
  acr__span joined = acr__node_word(member, "joined");
  fputs("member ", stdout);
  acr__text_print(stdout, acr__node_word(member, "member"));
  if (joined.len) {
    fputs(", joined ", stdout);
    acr__text_print(stdout, joined);
  }
  fputs(", events ", stdout);
  acr__text_print(stdout, acr__node_word(member, "events"));
  fputs(", entries ", stdout);
  acr__text_print(stdout, acr__node_word(member, "entries"));
  putchar('\n');
  print_at(member);
  print_accounts(member, answer->arena);
  print_pairs(acr__node_get(member, "groups"), "group|>points", answer->arena);
  acr__member_levels_print(member, answer->arena);
  print_list(acr__node_get(member, "tags"), "tags");
  print_list(acr__node_get(member, "audiences"), "audiences");
  print_list(acr__node_get(member, "reward_stores"), "reward stores");
  print_offers(acr__node_get(member, "offers"), answer->arena);
  print_limits(acr__node_get(member, "limits"), answer->arena);
  print_holds(acr__node_get(member, "holds"), answer->arena);
  print_lots(acr__node_get(member, "lots"), answer->arena);
}

int acr__cmd_member(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false;
  const char *at = NULL;
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}, {"--at", ARG_TEXT, &at}};
  struct args args = {.help = help, .options = options, .option_count = 4, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  acr__write_key(&w, "member");
  acr__write_text(&w, args.words[0]);
  acr__write_key(&w, "at");
  acr__write_text(&w, at);
  acr__write_object_end(&w);
  struct peer peer;
  struct answer answer = {0};
  code = acr__peer_open(&peer, "member", &where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, "member.get", &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json) print_member(&answer);
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  acr__buf_free(&params);
  return code;
}
