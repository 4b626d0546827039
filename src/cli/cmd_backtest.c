#include "base/mem.h"
#include "cli/args.h"
#include "cli/backtest_show.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "cli/peer.h"
#include "cli/rpc.h"
#include "daemon/faults.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: accrue backtest DIR --ledger FILE [--program P] [--from DATE] [--to DATE] [--sample 5%] [--members ID,ID|@FILE]\n"
    "                       [--point-value 0.01] [--fail-if CONDITION]... [--json] [--html FILE] [--top N] [--workers N] [--all-levels]\n"
    "\n"
    "What the ledger would be if the programs of the rules template DIR had been there from the beginning: judges every event of the\n"
    "log again in memory, with them in place of all releases of the same programs, and compares points issued, spent, expired and\n"
    "outstanding, rules, levels and offers before and after. Nothing is written. It assumes that members would have behaved the same.\n"
    "FILE is opened here, so no daemon may have it: stop it, or judge a copy. Needs memory for the whole log.\n"
    "Members are judged on all cores when they share no budget and no link, else in one pass, and the result says so.\n"
    "\n"
    "  --program P      this program of DIR alone (all of them)\n"
    "  --from, --to     count only what happened then: a date, inclusive, or a time\n"
    "  --sample SHARE   so many of the members, always the same ones\n"
    "  --members LIST   these members alone; @FILE has one a line\n"
    "  --point-value V  what a point costs, in the program's currency: shows the cost in money too\n"
    "  --fail-if COND   exit 1 when the difference is such: points, spent, expired, reversed, liability, cost (of all accounts that are\n"
    "                   owed, or of one: liability.miles), offers, parked, members; > >= < <=; a number or a percentage\n"
    "  --html FILE      a page with charts that needs nothing else\n"
    "  --top N          so many members with the largest differences (20)\n"
    "  --workers N      threads (one a core)\n"
    "  --all-levels     levels that are draft in the ledger count as live\n"
    "\n"
    "Exit 0; 1 when a condition of --fail-if holds, or DIR has faults; 2 when it could not be done.\n"
    "\n"
    "example:\n"
    "  accrue backtest my-club --ledger club.ledger --fail-if 'points > +2%' --html backtest.html\n";

enum { ARENA_BYTES = 64 << 10 };
static const size_t result_bytes_max = (size_t)1 << 30;

struct ids {
  char **all; // owned
  size_t count;
};

static void add_id(struct ids *ids, const char *text, size_t len) {
  if (len == 0) return;
  ids->all = acr__mem_resize(ids->all, (ids->count + 1) * sizeof *ids->all);
  ids->all[ids->count++] = strndup(text, len);
}

static bool read_ids(const char *list, struct ids *ids) {
  if (list && list[0] == '@') {
    const char *file = list + 1;
    struct input input;
    acr__span line;
    input_result result = INPUT_FAILED;
    if (acr__input_open(&input, &file, 1) == CLI_OK)
      while ((result = acr__input_line(&input, &line)) == INPUT_LINE)
        add_id(ids, line.ptr, line.len);
    acr__input_close(&input);
    return result == INPUT_END;
  }
  for (const char *at = list, *comma; at; at = comma ? comma + 1 : NULL) {
    comma = strchr(at, ',');
    add_id(ids, at, comma ? (size_t)(comma - at) : strlen(at));
  }
  return true;
}

static void free_ids(struct ids *ids) {
  for (size_t i = 0; i < ids->count; i++)
    free(ids->all[i]);
  free(ids->all);
}

// What is wrong with DIR, or with what was asked.
static int print_problem(const acr__node *root) {
  const acr__node *faults = acr__node_get(root, "faults");
  if (!faults) return acr__args_fail("backtest", "%s", acr__node_word(root, "message").ptr);
  int count = acr__faults_print(stderr, faults, "");
  acr__args_fail("backtest", "%d fault%s; nothing was judged", count, count == 1 ? "" : "s");
  return CLI_REFUSED;
}

static int print_gates(const acr__node *root) {
  int code = CLI_OK;
  for (const acr__node *gate = acr__node_first(acr__node_get(root, "fail_if")); gate; gate = acr__node_next(gate)) {
    if (acr__node_kind(acr__node_get(gate, "holds")) != ACR_JSON_TRUE) continue;
    const acr__node *measured = acr__node_get(gate, "measured");
    acr__span percent = acr__node_word(measured, "percent"), problem = acr__node_word(gate, "problem");
    code = CLI_REFUSED;
    if (problem.len)
      acr__args_fail("backtest", "--fail-if %s: %s", acr__node_word(gate, "condition").ptr, problem.ptr);
    else
      acr__args_fail("backtest", "--fail-if %s: before %s, after %s, difference %s%s%s%s", acr__node_word(gate, "condition").ptr,
                     acr__node_word(measured, "before").ptr, acr__node_word(measured, "after").ptr,
                     acr__node_word(measured, "difference").ptr, percent.len ? " (" : "", percent.len ? percent.ptr : "",
                     percent.len ? "%)" : "");
  }
  return code;
}

static int show(const char *text, bool json, const char *html) {
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  struct acr__json_fault fault;
  struct acr__json_limits limits = {.bytes_max = result_bytes_max};
  acr__json *parsed = acr__json_parse(arena, acr__span_of(text), &limits, &fault);
  const acr__node *root = parsed ? acr__json_root(parsed) : NULL;
  int code = CLI_FAILED;
  if (json) puts(text);
  if (!root)
    acr__args_fail("backtest", "the result cannot be read: %s", fault.message);
  else if (!acr__node_get(root, "totals"))
    code = print_problem(root);
  else if (html && !acr__backtest_page(html, acr__span_of(text)))
    acr__args_fail("backtest", "%s cannot be written: %s", html, strerror(errno));
  else {
    if (!json) acr__backtest_print(root, arena);
    code = print_gates(root);
  }
  acr__arena_free(arena);
  return code;
}

static int run(const struct acr_backtest *wanted, const char *ledger, bool json, const char *html) {
  struct acr_options options = {.ledger = ledger};
  acr_engine *engine = NULL;
  char *text = NULL;
  int error = acr_engine_open(&options, &engine, &text);
  if (error != ACR_E_OK) {
    acr__args_fail("backtest", "%s%s", text ? text : acr_error_text(error),
                   error == ACR_E_IN_USE ? "; stop it, or judge a copy of the ledger" : "");
    free(text);
    return CLI_FAILED;
  }
  acr_engine_backtest(engine, wanted, &text);
  int code = show(text, json, html);
  free(text);
  acr_engine_close(engine);
  return code;
}

int acr__cmd_backtest(int argc, char **argv) {
  struct acr_backtest wanted = {0};
  struct arg_list fail_if = {0};
  struct ids ids = {0};
  const char *ledger = NULL, *members = NULL, *html = NULL;
  bool json = false;
  long top = 0, workers = 0;
  struct arg options[] = {{"--ledger", ARG_TEXT, &ledger},
                          {"--program", ARG_TEXT, &wanted.program},
                          {"--from", ARG_TEXT, &wanted.from},
                          {"--to", ARG_TEXT, &wanted.to},
                          {"--sample", ARG_TEXT, &wanted.sample},
                          {"--members", ARG_TEXT, &members},
                          {"--point-value", ARG_TEXT, &wanted.point_value},
                          {"--fail-if", ARG_LIST, &fail_if},
                          {"--html", ARG_TEXT, &html},
                          {"--top", ARG_COUNT, &top},
                          {"--workers", ARG_COUNT, &workers},
                          {"--all-levels", ARG_FLAG, &wanted.all_levels},
                          {"--json", ARG_FLAG, &json}};
  struct args args = {.help = help, .options = options, .option_count = sizeof options / sizeof *options, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (!ledger) return acr__args_fail("backtest", "wanted --ledger FILE");
  wanted.template_dir = args.words[0];
  wanted.fail_if = fail_if.texts;
  wanted.fail_if_count = (size_t)fail_if.count;
  wanted.shown = top > 1000 ? 1000 : (int)top;
  wanted.workers = workers > 64 ? 64 : (int)workers;
  if (read_ids(members, &ids)) {
    wanted.members = (const char *const *)ids.all;
    wanted.member_count = ids.count;
    code = members && !ids.count ? acr__args_fail("backtest", "--members names nobody") : run(&wanted, ledger, json, html);
  } else {
    code = CLI_FAILED;
  }
  free_ids(&ids);
  return code;
}
