#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: accrue shadow [--json] [--socket PATH | --ledger FILE]\n"
    "       accrue shadow --end [--reason TEXT] [--actor A] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Shows what the shadow release (accrue publish --shadow) would have done otherwise than the active release of its family: how often\n"
    "each rule fired under one alone or both, the points of each, levels and offers, and the members and events that differ most.\n"
    "accrue explain SEQ says why the active release did what it did; accrue simulate --program RELEASE why the shadow did.\n"
    "\n"
    "The shadow stands on the members as the active release makes them, with windows of its own over the whole history; how often its\n"
    "own rules fired and what its own sources gave count for its limits and budgets, and use up nothing of the ledger's. What falls due\n"
    "(reviews, expiry, events for later) is the active release's. An event at which a plugin of the shadow fails is counted and parks\n"
    "nothing.\n"
    "\n"
    "It never delays a reply: it reads the log behind the commits, with what the machine has to spare, and when it falls behind it\n"
    "judges fewer events. How many of those that were taken it judged is shown; all counts are of those. Counting begins anew when the\n"
    "daemon starts, which reads the whole log first, and when a release of the family is published, becomes active or changes its levels.\n"
    "\n"
    "  --end          the release is in test again, and what it found is shown once more\n"
    "  --reason TEXT  kept in the ledger with the end\n"
    "  --actor A      who ends it (the user's name)\n"
    "\n"
    "example:\n"
    "  accrue publish club/programs/club.json --shadow --all-levels --socket /tmp/coffee.sock\n"
    "  accrue shadow --socket /tmp/coffee.sock\n"
    "  accrue programs set club@2 --status active --reason \"as the shadow showed\" --socket /tmp/coffee.sock\n";

static const char *word(const acr__node *of, const char *key) {
  acr__span text = acr__node_word(of, key);
  return text.len ? text.ptr : "-";
}

static void add(struct grid *grid, const acr__node *of, const char *key) {
  acr__grid_add(grid, of ? acr__node_word(of, key) : (acr__span){NULL, 0});
}

static void add_points(struct grid *grid, const acr__node *points) {
  add(grid, points, "active");
  add(grid, points, "shadow");
  add(grid, points, "difference");
}

static void print_accounts(const struct answer *answer) {
  struct grid grid;
  acr__grid_begin(&grid, answer->arena, "account|>active|>shadow|>difference");
  for (const acr__node *row = acr__node_first(acr__node_get(answer->result, "accounts")); row; row = acr__node_next(row)) {
    add(&grid, row, "account");
    add_points(&grid, row);
  }
  if (grid.first) putchar('\n');
  acr__grid_print(&grid, stdout, "");
}

// One line an account; which rule it is and how often it fired stand in the first.
static void add_rule(struct grid *grid, const acr__node *rule) {
  const acr__node *points = acr__node_first(acr__node_get(rule, "points")), *named = rule;
  do {
    add(grid, named, "level");
    add(grid, named, "behavior");
    add(grid, named, "rule");
    add(grid, named, "both");
    add(grid, named, "active_only");
    add(grid, named, "shadow_only");
    add(grid, points, "account");
    add_points(grid, points);
    named = NULL;
    points = points ? acr__node_next(points) : NULL;
  } while (points);
}

static void print_rules(const struct answer *answer) {
  struct grid grid;
  acr__grid_begin(&grid, answer->arena,
                  "level|behavior|rule|>both|>active only|>shadow only|account|>active points|>shadow points|>difference");
  for (const acr__node *row = acr__node_first(acr__node_get(answer->result, "rules")); row; row = acr__node_next(row))
    add_rule(&grid, row);
  if (grid.first) putchar('\n');
  acr__grid_print(&grid, stdout, "");
}

static void print_moves(const struct answer *answer, const char *list, const char *key, const char *titles) {
  struct grid grid;
  acr__grid_begin(&grid, answer->arena, titles);
  for (const acr__node *row = acr__node_first(acr__node_get(answer->result, list)); row; row = acr__node_next(row)) {
    add(&grid, row, key);
    add(&grid, row, "both");
    add(&grid, row, "active_only");
    add(&grid, row, "shadow_only");
  }
  if (grid.first) putchar('\n');
  acr__grid_print(&grid, stdout, "");
}

static void print_members(const struct answer *answer) {
  struct grid grid;
  acr__grid_begin(&grid, answer->arena, "member|>events that differ|>active|>shadow|>difference");
  for (const acr__node *row = acr__node_first(acr__node_get(answer->result, "members")); row; row = acr__node_next(row)) {
    add(&grid, row, "member");
    add(&grid, row, "events");
    add_points(&grid, row);
  }
  if (grid.first) putchar('\n');
  acr__grid_print(&grid, stdout, "");
  acr__grid_begin(&grid, answer->arena, ">event|member|time|>active|>shadow|>difference");
  for (const acr__node *row = acr__node_first(acr__node_get(answer->result, "most_different")); row; row = acr__node_next(row)) {
    add(&grid, row, "seq");
    add(&grid, row, "member");
    add(&grid, row, "time");
    add_points(&grid, row);
  }
  if (grid.first) putchar('\n');
  acr__grid_print(&grid, stdout, "");
}

static void print(const struct answer *answer) {
  const acr__node *result = answer->result, *events = acr__node_get(result, "events");
  acr__span state = acr__node_word(result, "state");
  bool counted = events && acr__node_kind(events) == ACR_JSON_OBJECT;
  printf("%s beside %s", word(result, "release"), word(result, "against"));
  if (acr__span_is(state, "not_running")) fputs(": it is judged while a daemon runs", stdout);
  if (acr__span_is(state, "ended")) fputs(": ended", stdout);
  if (acr__span_is(state, "broken")) printf(": it cannot go on: %s", word(result, "message"));
  if (acr__span_is(state, "catching_up")) printf(": reading the log, %s records are left", word(result, "behind"));
  if (acr__span_is(state, "following")) printf(": %s records behind", word(result, "behind"));
  putchar('\n');
  if (!counted) return;
  printf("%s of %s events judged (%s %%) since %s, %s of them differ; at %s a plugin failed, %s it would not have taken\n",
         word(events, "judged"), word(events, "taken"), word(events, "judged_percent"), word(result, "since"), word(events, "different"),
         word(events, "failed"), word(events, "refused"));
  acr__span members = acr__node_word(result, "members_followed_percent");
  if (!acr__span_is(members, "100.00")) printf("%s %% of the members are followed; more do not fit into --shadow-memory\n", members.ptr);
  if (acr__node_word(result, "first_failure").len) printf("first failure: %s\n", word(result, "first_failure"));
  if (acr__node_word(result, "first_refusal").len) printf("first not taken: %s\n", word(result, "first_refusal"));
  print_accounts(answer);
  print_rules(answer);
  print_moves(answer, "levels", "to", "level entered|>both|>active only|>shadow only");
  print_moves(answer, "offers", "offer", "offer issued|>both|>active only|>shadow only");
  print_members(answer);
}

static int end(struct peer *peer, const struct answer *shown, const char *reason, const char *actor) {
  struct answer answer = {0};
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  acr__write_key(&w, "program");
  acr__write_span(&w, acr__node_word(shown->result, "release"));
  acr__write_key(&w, "status");
  acr__write_text(&w, "test");
  acr__write_key(&w, "reason");
  acr__write_text(&w, reason ? reason : "accrue shadow --end");
  acr__write_key(&w, "actor");
  acr__write_text(&w, actor ? actor : "");
  acr__write_object_end(&w);
  int code = acr__rpc_call(peer, "program.set", &params, false, &answer);
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

int acr__cmd_shadow(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false, ends = false;
  const char *reason = NULL, *actor = getenv("USER");
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &json},
                          {"--end", ARG_FLAG, &ends},
                          {"--reason", ARG_TEXT, &reason},
                          {"--actor", ARG_TEXT, &actor}};
  struct args args = {.help = help, .options = options, .option_count = sizeof options / sizeof *options};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (reason && !ends) return acr__args_fail("shadow", "--reason belongs to --end");
  acr__buf params = {0};
  acr__buf_text(&params, "{}");
  struct peer peer;
  struct answer answer = {0};
  code = acr__peer_open(&peer, "shadow", &where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, "shadow.get", &params, json, &answer);
  if (code == CLI_OK && ends) code = end(&peer, &answer, reason, actor);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json) print(&answer);
  if (code == CLI_OK && !json && ends) printf("\n%s is in test again\n", word(answer.result, "release"));
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  acr__buf_free(&params);
  return code;
}
