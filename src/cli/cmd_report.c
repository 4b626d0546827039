#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/forecast_show.h"
#include "cli/grid.h"
#include "cli/report_show.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: accrue report liability [--at TIME] [--all] [--csv | --json] [--socket PATH | --ledger FILE]\n"
    "       accrue report liability --forecast [--months N] [--all] [--csv | --json] [--socket PATH | --ledger FILE]\n"
    "       accrue report activity [--from DATE] [--to DATE] [--by day|week|month] [--csv | --json] [--socket PATH | --ledger FILE]\n"
    "       accrue report levels [--from DATE] [--to DATE] [--csv | --json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "liability shows points issued, redeemed, expired, reversed, adjusted, transferred and outstanding by account, source and month of\n"
    "expiry.\n"
    "issued + adjusted + transferred - redeemed - expired - reversed = outstanding, which is compared with the members' lots to the\n"
    "point: exit 1 and the differences where it is not equal. What members owe stands as the source (debt). It reads the whole log;\n"
    "a daemon takes events meanwhile. Points that age (points_aging) end at anniversaries: for what is left of them the months are shown\n"
    "behind.\n"
    "\n"
    "  --at TIME   events up to then, and what falls due until then though it is not posted yet; a date is its end in the program's\n"
    "              zone. Without it everything that is posted\n"
    "  --forecast  what becomes of it month after month if nothing more happens, beginning with the month of the ledger's time: what\n"
    "              expires, what moves on into another account as its expiry says, and what else falls due gives and takes. Held\n"
    "              points are outstanding until they expire. It is what a clock would do, tried on copies; nothing is written\n"
    "  --months N  so many months (12, at most 120)\n"
    "  --all       also accounts with \"spendable\": false, which are no liability\n"
    "\n"
    "activity shows what was posted by day, week or month (the default) in the program's zone: events, members who had any, points by\n"
    "account and by rule, and moves between levels. levels shows how many members were in each level at the beginning of the period,\n"
    "how many of them stayed, rose or fell, who entered, and how many are there at its end; retention counts who is there or higher.\n"
    "\n"
    "  --from, --to   the period: a date, inclusive, or a time\n"
    "  --by UNIT      day, week or month\n"
    "\n"
    "example:\n"
    "  accrue report liability --at 2026-12-31 --ledger coffee.ledger\n"
    "  accrue report liability --forecast --months 6 --ledger coffee.ledger\n"
    "  accrue report activity --by week --csv --ledger coffee.ledger\n";

static const char *const columns[] = {"account",     "source",      "expires", "issued", "redeemed", "expired", "reversed",
                                      "adjusted", "transferred", "outstanding", "held"};
enum { COLUMNS = sizeof columns / sizeof columns[0], SUMS_FROM = 3 };

static acr__span whole(const struct answer *answer) {
  return (acr__span){(const char *)answer->text.ptr, answer->text.len};
}

static void print_csv(const struct answer *answer) {
  struct csv csv = {.out = stdout};
  for (int i = 0; i < COLUMNS; i++)
    acr__csv_field(&csv, acr__span_of(columns[i]));
  acr__csv_end(&csv);
  for (const acr__node *row = acr__node_first(acr__node_get(answer->result, "rows")); row; row = acr__node_next(row)) {
    for (int i = 0; i < COLUMNS; i++)
      acr__csv_member(&csv, answer->json, row, columns[i], whole(answer));
    acr__csv_end(&csv);
  }
}

// "2027-03 40, 2028-03 12": what ends at its members' anniversaries.
static void add_ends(struct grid *grid, const acr__node *list) {
  acr__buf text = {0};
  for (const acr__node *at = acr__node_first(list); at; at = acr__node_next(at)) {
    acr__span month = acr__node_word(at, "month"), points = acr__node_word(at, "points");
    acr__buf_printf(&text, "%s%.*s %.*s", text.len ? ", " : "", (int)month.len, month.ptr, (int)points.len, points.ptr);
  }
  acr__grid_add(grid, (acr__span){(const char *)text.ptr, text.len});
  acr__buf_free(&text);
}

static void add_row(struct grid *grid, const acr__node *row, const char *source) {
  acr__grid_add(grid, acr__node_word(row, "account"));
  acr__grid_add(grid, source ? acr__span_of(source) : acr__node_word(row, "source"));
  acr__span month = acr__node_word(row, "expires");
  const acr__node *ends = acr__node_get(row, "ends");
  acr__grid_add(grid, month.len || source ? month : ends ? ACR__SPAN_LIT("anniversary") : ACR__SPAN_LIT("never"));
  for (int i = SUMS_FROM; i < COLUMNS; i++)
    acr__grid_add(grid, acr__node_word(row, columns[i]));
  add_ends(grid, ends);
}

static void print_table(const struct answer *answer) {
  struct grid grid;
  acr__span at = acr__node_word(answer->result, "at"), pieces = acr__node_word(answer->result, "not_posted");
  printf("as of %s", at.len ? at.ptr : "the beginning");
  bool one = acr__span_is(pieces, "1");
  if (!acr__span_is(pieces, "0")) printf("; %s %s of due work until then not yet posted", pieces.ptr, one ? "piece" : "pieces");
  fputs("\n\n", stdout);
  acr__grid_begin(&grid, answer->arena,
                  "account|source|expires|>issued|>redeemed|>expired|>reversed|>adjusted|>transferred|>outstanding|>held|"
                  "outstanding by month of its end");
  for (const acr__node *row = acr__node_first(acr__node_get(answer->result, "rows")); row; row = acr__node_next(row))
    add_row(&grid, row, NULL);
  for (const acr__node *row = acr__node_first(acr__node_get(answer->result, "accounts")); row; row = acr__node_next(row))
    add_row(&grid, row, "all");
  acr__grid_print(&grid, stdout, "");
}

static int print_differences(const struct answer *answer) {
  if (acr__node_kind(acr__node_get(answer->result, "equal")) == ACR_JSON_TRUE) return CLI_OK;
  for (const acr__node *d = acr__node_first(acr__node_get(answer->result, "differences")); d; d = acr__node_next(d)) {
    bool lots = acr__node_get(d, "lots") != NULL;
    fprintf(stderr, "accrue report: I25: account %s, source %s, expires %s: %s are outstanding, the %s say %s\n",
            acr__node_word(d, "account").ptr, acr__node_word(d, "source").ptr, acr__node_word(d, "expires").ptr,
            acr__node_word(d, "outstanding").ptr, lots ? "members' lots" : "entries", acr__node_word(d, lots ? "lots" : "entries").ptr);
  }
  return CLI_REFUSED;
}

static int report(const char *name, struct peer_options *where, const acr__buf *params, bool json, bool csv) {
  struct peer peer;
  struct answer answer = {0};
  char method[40];
  bool liability = strcmp(name, "liability") == 0, forecast = strcmp(name, "forecast") == 0;
  snprintf(method, sizeof method, "report.%s", name);
  int code = acr__peer_open(&peer, "report", where);
  if (code == CLI_OK) code = acr__rpc_call(&peer, method, params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK && !json && forecast) acr__forecast_show(&answer, csv);
  if (code == CLI_OK && !json && !liability && !forecast) acr__report_show(&answer, strcmp(name, "levels") == 0, csv);
  if (code == CLI_OK && liability && csv) print_csv(&answer);
  if (code == CLI_OK && liability && !json && !csv) print_table(&answer);
  if (code == CLI_OK && liability) code = print_differences(&answer);
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  return code;
}

static void write_text(acr__writer *w, const char *key, const char *text) {
  if (!text) return;
  acr__write_key(w, key);
  acr__write_text(w, text);
}

int acr__cmd_report(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false, all = false, csv = false, forecast = false;
  long months = 0;
  const char *at = NULL, *from = NULL, *to = NULL, *by = NULL;
  struct arg options[] = {PEER_ARGS(where),           {"--json", ARG_FLAG, &json}, {"--csv", ARG_FLAG, &csv}, {"--all", ARG_FLAG, &all},
                          {"--at", ARG_TEXT, &at},    {"--from", ARG_TEXT, &from}, {"--to", ARG_TEXT, &to},   {"--by", ARG_TEXT, &by},
                          {"--forecast", ARG_FLAG, &forecast}, {"--months", ARG_COUNT, &months}};
  struct args args = {.help = help, .options = options, .option_count = sizeof options / sizeof *options, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  bool liability = strcmp(args.words[0], "liability") == 0, activity = strcmp(args.words[0], "activity") == 0;
  if (!liability && !activity && strcmp(args.words[0], "levels") != 0)
    return acr__args_fail("report", "there is no report '%s'; there are liability, activity and levels", args.words[0]);
  if (json && csv) return acr__args_fail("report", "one of --json and --csv, not both");
  if (liability ? from || to || by : at || all || (by && !activity))
    return acr__args_fail("report", "%s has no such option; accrue report --help shows which has which", args.words[0]);
  if (months && !forecast) return acr__args_fail("report", "--months belongs to liability --forecast");
  if (forecast && (!liability || at)) return acr__args_fail("report", "--forecast belongs to liability, without --at");
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  if (months) {
    acr__write_key(&w, "months");
    acr__write_int(&w, months);
  }
  if (liability) {
    write_text(&w, "at", at);
    acr__write_key(&w, "all");
    acr__write_bool(&w, all);
  }
  write_text(&w, "from", from);
  write_text(&w, "to", to);
  write_text(&w, "by", by);
  acr__write_object_end(&w);
  code = report(forecast ? "forecast" : args.words[0], &where, &params, json, csv);
  acr__buf_free(&params);
  return code;
}
