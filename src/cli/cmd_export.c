#include "cli/commands.h"
#include "cli/csv.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <stdio.h>
#include <string.h>

static const char help[] =
    "usage: accrue export [FILE] [--what events|entries|members] [--format ndjson|csv] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Writes a ledger to standard output, in the order of its log. FILE is a ledger that no daemon has open; a daemon gives it page by\n"
    "page and takes events meanwhile, which are not part of the export.\n"
    "\n"
    "  --what events    (default) as they were sent: `accrue send` of them into an empty ledger with the same programs gives the same\n"
    "                   entries, members and liability. What the core made itself (due work, events over links) is left out, it comes\n"
    "                   about again, web hooks too; so is what was erased, and standard error says how much that is\n"
    "  --what entries   every posting with its cause and the balance behind it\n"
    "  --what members   everybody as `accrue member` shows them; CSV has a row for each member and account\n"
    "\n"
    "example:\n"
    "  accrue export coffee.ledger --what entries --format csv > entries.csv\n";

static const char *const event_columns[] = {"source", "id", "type", "subject", "time", "data", NULL};
static const char *const entry_columns[] = {"seq",  "time",    "recorded", "member", "event", "kind",    "account", "points", "balance",
                                            "source", "reason", "behavior", "level",  "rule",  "outcome", "release", NULL};
static const char *const member_columns[] = {"member", "joined", "events", "entries", "levels", NULL};
static const char *const account_columns[] = {"balances", "spendable", "pending", "held", "debts", NULL};

struct export {
  const char *command, *what;
  bool csv, headed;
  struct csv out;
  long long erased;
};

static acr__span whole(const struct answer *answer) {
  return (acr__span){(const char *)answer->text.ptr, answer->text.len};
}

static void head(struct export *e, const char *const *columns) {
  for (; *columns; columns++)
    acr__csv_field(&e->out, acr__span_of(*columns));
}

static void write_head(struct export *e) {
  if (e->headed || !e->csv) return;
  e->headed = true;
  if (strcmp(e->what, "members") == 0) {
    head(e, member_columns);
    acr__csv_field(&e->out, ACR__SPAN_LIT("account"));
    head(e, account_columns);
  } else {
    head(e, strcmp(e->what, "events") == 0 ? event_columns : entry_columns);
  }
  acr__csv_end(&e->out);
}

static void write_fields(struct export *e, const struct answer *answer, const acr__node *item, const char *const *columns) {
  for (; *columns; columns++)
    acr__csv_member(&e->out, answer->json, item, *columns, whole(answer));
}

static void write_member(struct export *e, const struct answer *answer, const acr__node *item) {
  for (const acr__node *a = acr__node_first(acr__node_get(item, "balances")); a; a = acr__node_next(a)) {
    write_fields(e, answer, item, member_columns);
    acr__csv_field(&e->out, acr__node_key(a));
    for (const char *const *column = account_columns; *column; column++)
      acr__csv_member(&e->out, answer->json, acr__node_get(item, *column), acr__node_key(a).ptr, whole(answer));
    acr__csv_end(&e->out);
  }
}

static void write_items(struct export *e, const struct answer *answer) {
  write_head(e);
  for (const acr__node *item = acr__node_first(acr__node_get(answer->result, "items")); item; item = acr__node_next(item)) {
    if (!e->csv) {
      acr__span text = acr__node_raw(answer->json, item, whole(answer));
      fwrite(text.ptr, 1, text.len, stdout);
      fputc('\n', stdout);
    } else if (strcmp(e->what, "members") == 0) {
      write_member(e, answer, item);
    } else {
      write_fields(e, answer, item, strcmp(e->what, "events") == 0 ? event_columns : entry_columns);
      acr__csv_end(&e->out);
    }
  }
}

static void write_number(acr__writer *w, const char *key, acr__span number) {
  if (!number.len) return;
  acr__write_key(w, key);
  acr__write_raw(w, number);
}

// One page; `next` and `until` are those of the page before, and become this one's.
static int page(struct export *e, struct peer *peer, char next[32], char until[32]) {
  struct answer answer = {0};
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  acr__write_key(&w, "what");
  acr__write_text(&w, e->what);
  write_number(&w, "from", acr__span_of(next));
  write_number(&w, "until", acr__span_of(until));
  acr__write_object_end(&w);
  int code = acr__rpc_call(peer, "ledger.export", &params, false, &answer);
  if (code == CLI_OK) {
    write_items(e, &answer);
    long long erased = 0;
    if (sscanf(acr__node_word(answer.result, "erased").ptr, "%lld", &erased) == 1) e->erased += erased;
    snprintf(next, 32, "%s", acr__node_word(answer.result, "next").ptr);
    snprintf(until, 32, "%s", acr__node_word(answer.result, "until").ptr);
  }
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  if (code == CLI_OK && ferror(stdout)) return acr__args_fail(e->command, "standard output cannot be written");
  return code;
}

static int one_of(const char *command, const char *option, const char *value, const char *const *words) {
  for (const char *const *word = words; *word; word++)
    if (strcmp(*word, value) == 0) return CLI_OK;
  return acr__args_fail(command, "%s: found '%s', wanted %s, %s%s%s", option, value, words[0], words[1], words[2] ? " or " : "",
                        words[2] ? words[2] : "");
}

int acr__cmd_export(int argc, char **argv) {
  static const char *const kinds[] = {"events", "entries", "members", NULL}, *const formats[] = {"ndjson", "csv", NULL, NULL};
  struct peer_options where = {0};
  const char *format = "ndjson";
  struct export e = {.command = "export", .what = "events", .out = {.out = stdout}};
  struct arg options[] = {PEER_ARGS(where), {"--what", ARG_TEXT, &e.what}, {"--format", ARG_TEXT, &format}};
  struct args args = {.help = help, .options = options, .option_count = 4, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (args.word_count && (where.ledger || where.socket))
    return acr__args_fail("export", "one ledger, either as FILE or by --ledger FILE or --socket PATH");
  if (args.word_count) where.ledger = args.words[0];
  code = one_of("export", "--what", e.what, kinds);
  if (code == CLI_OK) code = one_of("export", "--format", format, formats);
  if (code != CLI_OK) return code;
  e.csv = strcmp(format, "csv") == 0;
  char next[32] = "", until[32] = "";
  struct peer peer;
  code = acr__peer_open(&peer, "export", &where);
  do {
    if (code == CLI_OK) code = page(&e, &peer, next, until);
  } while (code == CLI_OK && next[0]);
  acr__peer_close(&peer);
  if (e.erased) fprintf(stderr, "accrue export: %lld records were erased and are not part of the export\n", e.erased);
  return code;
}
