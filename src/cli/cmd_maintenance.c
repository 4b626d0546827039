#include "cli/clock.h"
#include "cli/commands.h"
#include "cli/grid.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <stdio.h>

static const char help[] =
    "usage: accrue maintenance [--until TIME] [--json] [--socket PATH | --ledger FILE]\n"
    "       accrue maintenance --preview TIME [--limit N] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Without --preview the reviews that are due run, as `accrue clock` runs everything that is due. A run that was cut short goes on\n"
    "where it stopped; told again it changes nothing.\n"
    "\n"
    "With --preview nothing is written: it lists who would be demoted by then if nothing more happened, from which level to which,\n"
    "and what the rules that keep the level measured, required and missed.\n"
    "\n"
    "  --preview TIME  look at what is due until then\n"
    "  --limit N       at most so many of the list (100000)\n"
    "  --until TIME    run what is due until then (now)\n"
    "\n"
    "TIME is a time with offset, or a date, which is its end in the program's zone.\n"
    "\n"
    "examples:\n"
    "  accrue maintenance --preview 2026-12-31 --ledger coffee.ledger\n"
    "  accrue maintenance --until 2027-01-01T00:00:00-05:00 --socket /tmp/coffee.sock\n";

static void add(struct grid *grid, const acr__node *of, const char *key) {
  acr__grid_add(grid, of ? acr__node_word(of, key) : (acr__span){NULL, 0});
}

// One row a condition; who and where stand in the first of a member.
static void add_member(struct grid *grid, const acr__node *member) {
  const acr__node *first = member;
  const acr__node *rule = acr__node_first(acr__node_get(member, "rules"));
  do {
    const acr__node *named = rule, *cond = rule ? acr__node_first(acr__node_get(rule, "conditions")) : NULL;
    do {
      bool at_risk = first && acr__node_kind(acr__node_get(first, "at_risk")) == ACR_JSON_TRUE;
      add(grid, first, "member");
      add(grid, first, "level");
      acr__grid_add(grid, at_risk ? ACR__SPAN_LIT("at risk") : first ? acr__node_word(first, "to") : (acr__span){NULL, 0});
      add(grid, first, "at");
      add(grid, named, "rule");
      add(grid, cond, "condition");
      add(grid, cond, "measured");
      add(grid, cond, "required");
      add(grid, cond, "missing");
      first = named = NULL;
      cond = cond ? acr__node_next(cond) : NULL;
    } while (cond);
    rule = rule ? acr__node_next(rule) : NULL;
  } while (rule);
}

static void print(const struct answer *answer) {
  struct grid grid;
  const acr__node *result = answer->result;
  acr__grid_begin(&grid, answer->arena, "member|level|to|at|rule|condition|>measured|>required|>missing");
  for (const acr__node *member = acr__node_first(acr__node_get(result, "members")); member; member = acr__node_next(member))
    add_member(&grid, member);
  acr__grid_print(&grid, stdout, "");
  acr__span reviews = acr__node_word(result, "reviews");
  printf("%s%s %s until %s: %s kept, %s at risk, %s demoted; nothing was written\n", grid.first ? "\n" : "", reviews.ptr,
         acr__span_is(reviews, "1") ? "review" : "reviews", acr__node_word(result, "at").ptr, acr__node_word(result, "kept").ptr,
         acr__node_word(result, "at_risk").ptr, acr__node_word(result, "demoted").ptr);
}

static int preview(struct peer *peer, const char *at, const char *limit, bool json) {
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  acr__write_key(&w, "at");
  acr__write_text(&w, at);
  if (limit) {
    acr__write_key(&w, "limit");
    acr__write_text(&w, limit);
  }
  acr__write_object_end(&w);
  struct answer answer = {0};
  int code = acr__rpc_call(peer, "maintenance.preview", &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json) print(&answer);
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

int acr__cmd_maintenance(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false;
  const char *date = NULL, *limit = NULL, *until = NULL;
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &json},
                          {"--preview", ARG_TEXT, &date},
                          {"--limit", ARG_TEXT, &limit},
                          {"--until", ARG_TEXT, &until}};
  struct args args = {.help = help, .options = options, .option_count = 6};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (date && until) return acr__args_fail("maintenance", "one of --preview and --until, not both");
  if (limit && !date) return acr__args_fail("maintenance", "--limit belongs to --preview TIME");
  struct peer peer;
  code = acr__peer_open(&peer, "maintenance", &where);
  if (code == CLI_OK) code = date ? preview(&peer, date, limit, json) : acr__clock_send(&peer, "maintenance", until, json);
  acr__peer_close(&peer);
  return code;
}
