#include "base/mem.h"
#include "cli/commands.h"
#include "cli/as_of.h"
#include "cli/grid.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

static const char help[] =
    "usage: accrue ledger ID [--at TIME] [--known TIME] [--limit N] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Shows every entry of a member, newest last, with the balance of its account behind it.\n"
    "\n"
    "  --at TIME      entries of events up to TIME, in the order of their times, with the balance as of each; and what a clock at TIME\n"
    "                 would post, without a seq since it is not posted\n"
    "  --known TIME   only what was recorded up to TIME: the balance as it was known then. Nothing is added that was not posted\n"
    "  --limit N      only the newest N\n"
    "\n"
    "A date is its end in the program's zone.\n"
    "\n"
    "example:\n"
    "  accrue ledger m-42 --at 2026-03-31 --known 2026-04-02 --socket /tmp/coffee.sock\n";

enum { PAGE = 1000, ARENA_BYTES = 256 << 10 };

struct asked {
  const char *member, *at, *known;
  bool json;
};

struct pages {
  struct answer *answers; // newest page first; each lives until the table is printed
  size_t count;
  long surplus; // oldest entries above --limit: a page ends with a whole event
};

static int fetch(struct peer *peer, const struct asked *asked, acr__span before, long limit, struct answer *answer) {
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  acr__write_key(&w, "member");
  acr__write_text(&w, asked->member);
  acr__write_key(&w, "at");
  acr__write_text(&w, asked->at);
  acr__write_key(&w, "known");
  acr__write_text(&w, asked->known);
  acr__write_key(&w, "limit");
  acr__write_int(&w, limit < PAGE ? limit : PAGE);
  if (before.len) {
    acr__write_key(&w, "before");
    acr__write_raw(&w, before);
  }
  acr__write_object_end(&w);
  int code = acr__rpc_call(peer, "member.ledger", &params, asked->json, answer);
  acr__buf_free(&params);
  return code;
}

static acr__span raw(const struct answer *answer, const acr__node *node) {
  return acr__node_raw(answer->json, node, (acr__span){(const char *)answer->text.ptr, answer->text.len});
}

static int fetch_all(struct peer *peer, const struct asked *asked, long limit, struct pages *pages) {
  acr__span before = {0};
  while (limit > 0) {
    pages->answers = acr__mem_resize(pages->answers, (pages->count + 1) * sizeof *pages->answers);
    struct answer *answer = &pages->answers[pages->count++];
    int code = fetch(peer, asked, before, limit, answer);
    if (code != CLI_OK) return code;
    int entries = acr__node_count(acr__node_get(answer->result, "entries"));
    const acr__node *cursor = acr__node_get(answer->result, "before");
    limit -= entries;
    if (!cursor || acr__node_kind(cursor) == ACR_JSON_NULL) break;
    before = raw(answer, cursor);
  }
  pages->surplus = limit < 0 ? -limit : 0;
  return CLI_OK;
}

// Calls `each` with the entries, oldest first.
static void in_order(const struct pages *pages, void (*each)(const struct answer *, const acr__node *, void *), void *arg) {
  long surplus = pages->surplus;
  for (size_t page = pages->count; page-- > 0;) {
    const struct answer *answer = &pages->answers[page];
    const acr__node *entries = acr__node_get(answer->result, "entries");
    size_t count = (size_t)acr__node_count(entries), at = 0;
    const acr__node **nodes = acr__mem_alloc(count * sizeof *nodes);
    for (const acr__node *node = acr__node_first(entries); node && at < count; node = acr__node_next(node))
      nodes[at++] = node;
    while (at-- > 0) {
      if (surplus-- <= 0) each(answer, nodes[at], arg);
    }
    free(nodes);
  }
}

static void add_as_of(const struct answer *answer, const acr__node *entry, void *arg) {
  acr__as_of_add(arg, answer->json, entry, (acr__span){(const char *)answer->text.ptr, answer->text.len});
}

static void add_row(const struct answer *answer, const acr__node *entry, void *arg) {
  struct grid *grid = arg;
  (void)answer;
  const acr__node *event = acr__node_get(entry, "event");
  acr__grid_add(grid, acr__node_word(entry, "seq"));
  acr__grid_add(grid, acr__node_word(entry, "time"));
  acr__grid_add(grid, acr__node_word(event, "type"));
  acr__grid_add(grid, acr__node_word(event, "id"));
  acr__grid_add(grid, acr__node_word(entry, "account"));
  acr__grid_add(grid, acr__node_word(entry, "points"));
  acr__grid_add(grid, acr__node_word(entry, "balance"));
  acr__grid_add(grid, acr__node_word(entry, "source"));
  acr__grid_add(grid, acr__node_word(entry, "behavior"));
  acr__grid_add(grid, acr__node_word(entry, "level"));
  acr__grid_add(grid, acr__node_word(entry, "rule"));
}

static void add_json(const struct answer *answer, const acr__node *entry, void *arg) {
  acr__write_raw(arg, raw(answer, entry));
}

static void print_table(const struct pages *pages) {
  struct grid grid;
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  acr__grid_begin(&grid, arena, ">seq|time|event|id|account|>points|>balance|source|behavior|level|rule");
  in_order(pages, add_row, &grid);
  acr__grid_print(&grid, stdout, "");
  if (!grid.first) puts("no entries");
  acr__arena_free(arena);
}

static void print_json(const struct pages *pages, const char *member) {
  acr__buf out = {0};
  acr__writer w = {.out = &out};
  acr__write_object(&w);
  acr__write_key(&w, "member");
  acr__write_text(&w, member);
  acr__write_key(&w, "entries");
  acr__write_array(&w);
  in_order(pages, add_json, &w);
  acr__write_array_end(&w);
  acr__write_object_end(&w);
  acr__buf_u8(&out, '\n');
  fwrite(out.ptr, 1, out.len, stdout);
  acr__buf_free(&out);
}

static void print(const struct pages *pages, const struct asked *asked, long limit) {
  if (asked->at || asked->known) {
    struct as_of as_of = {0};
    in_order(pages, add_as_of, &as_of);
    acr__as_of_print(&as_of, asked->member, limit, asked->json);
    acr__as_of_free(&as_of);
  } else if (asked->json) {
    print_json(pages, asked->member);
  } else {
    print_table(pages);
  }
}

int acr__cmd_ledger(int argc, char **argv) {
  struct peer_options where = {0};
  struct asked asked = {0};
  long limit = LONG_MAX;
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &asked.json},
                          {"--limit", ARG_COUNT, &limit},
                          {"--at", ARG_TEXT, &asked.at},
                          {"--known", ARG_TEXT, &asked.known}};
  struct args args = {.help = help, .options = options, .option_count = 6, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  asked.member = args.words[0];
  bool whole = asked.at || asked.known; // the order of times is not that of records, so the newest N are known last
  struct peer peer;
  struct pages pages = {0};
  code = acr__peer_open(&peer, "ledger", &where);
  if (code == CLI_OK) code = fetch_all(&peer, &asked, whole ? LONG_MAX : limit, &pages);
  if (code == CLI_OK) print(&pages, &asked, limit);
  for (size_t i = 0; i < pages.count; i++)
    acr__rpc_free(&pages.answers[i]);
  free(pages.answers);
  acr__peer_close(&peer);
  return code;
}
