#include "cli/commands.h"
#include "cli/event_name.h"
#include "cli/explain.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <stdio.h>

static const char help[] =
    "usage: accrue explain SOURCE/ID | SEQ | ID [--all] [--json] [--socket PATH | --ledger FILE]\n"
    "       accrue explain --member M [--from TIME] [--to TIME] [--all] [--json] [--socket PATH | --ledger FILE]\n"
    "       accrue explain --member M --level L [--program P] [--at TIME] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Why a past event earned what it did, and why not more: it is judged again where it stood, by the releases of its day. For\n"
    "each rule whether it fired; for each condition what was measured, what is asked for and how much is missing; which\n"
    "constraint kept what out; limits and when they free up; outcomes with their arithmetic; what the next levels take; and due\n"
    "work that ran first. Nothing is written. SEQ is the number in the event's reply; an ID without its source is looked for in\n"
    "the whole log. With --member alone: every event of the member, one behind another; with --json one a line. With --member and\n"
    "--level: what the level takes of the member now.\n"
    "\n"
    "  --all       rules of levels that are far away too, and those that look at other kinds of events\n"
    "  --from TIME, --to TIME\n"
    "              only events of that time; a date is its beginning, or its end, in the program's zone\n"
    "  --program P where several programs have such a level: the one that is meant\n"
    "  --at TIME   as of that time; a date is its end in the program's zone\n"
    "\n"
    "examples:\n"
    "  accrue explain pos-17/r-1001 --socket /tmp/coffee.sock\n"
    "  accrue explain --member m-42 --from 2026-03-01 --to 2026-03-31 --socket /tmp/coffee.sock\n"
    "  accrue explain --member m-42 --level Gold --ledger coffee.ledger\n";

static void put(acr__writer *w, const char *key, const char *value) {
  if (!value) return;
  acr__write_key(w, key);
  acr__write_text(w, value);
}

struct asked {
  const char *event, *member, *level, *program, *at, *from, *to;
  bool json;
  struct explain_options shown;
};

static int check(const struct asked *a) {
  if (!a->event && !a->member)
    return acr__args_fail("explain", "wanted SOURCE/ID, SEQ or ID of an event, or --member with or without --level");
  if (a->event && (a->member || a->level)) return acr__args_fail("explain", "an event, or --member; not both");
  if (!a->level && (a->program || a->at)) return acr__args_fail("explain", "--program and --at go with --level");
  if ((a->from || a->to) && (a->event || a->level)) return acr__args_fail("explain", "--from and --to go with --member alone");
  return CLI_OK;
}

// An event, or a level.
static int one(struct peer *peer, const struct asked *a) {
  acr__buf params = {0};
  struct answer answer = {0};
  int code = CLI_OK;
  if (a->event) {
    code = acr__event_params(&params, "explain", a->event, peer);
  } else {
    acr__writer w = {.out = &params};
    acr__write_object(&w);
    put(&w, "member", a->member);
    put(&w, "level", a->level);
    put(&w, "program", a->program);
    put(&w, "at", a->at);
    acr__write_object_end(&w);
  }
  if (code == CLI_OK) code = acr__rpc_call(peer, "event.explain", &params, a->json, &answer);
  if (code == CLI_OK && a->json) acr__rpc_print(&answer);
  if (code == CLI_OK && !a->json) acr__explain_print(&answer, &a->shown);
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

static void print_lines(const struct answer *answer) {
  const acr__span text = {(const char *)answer->text.ptr, answer->text.len};
  const acr__node *event = acr__node_first(acr__node_get(answer->result, "events"));
  for (; event; event = acr__node_next(event)) {
    acr__span line = acr__node_raw(answer->json, event, text);
    fwrite(line.ptr, 1, line.len, stdout);
    putchar('\n');
  }
}

static int page(struct peer *peer, const struct asked *a, acr__buf *next, int *seen) {
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  struct answer answer = {0};
  acr__write_object(&w);
  put(&w, "member", a->member);
  put(&w, "from", a->from);
  put(&w, "to", a->to);
  if (next->len) {
    acr__write_key(&w, "after");
    acr__write_raw(&w, (acr__span){(const char *)next->ptr, next->len});
  }
  acr__write_object_end(&w);
  int code = acr__rpc_call(peer, "member.explain", &params, a->json, &answer);
  next->len = 0;
  if (code == CLI_OK) {
    acr__span more = acr__node_word(answer.result, "next");
    if (more.len) acr__buf_put(next, more.ptr, more.len);
    *seen += acr__node_count(acr__node_get(answer.result, "events"));
    if (a->json)
      print_lines(&answer);
    else
      acr__explain_print(&answer, &a->shown);
  }
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

static int all(struct peer *peer, const struct asked *a) {
  acr__buf next = {0};
  int code, seen = 0;
  do
    code = page(peer, a, &next, &seen);
  while (code == CLI_OK && next.len);
  if (code == CLI_OK && !seen && !a->json) puts("no events");
  acr__buf_free(&next);
  return code;
}

int acr__cmd_explain(int argc, char **argv) {
  struct peer_options where = {0};
  struct asked a = {0};
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &a.json},
                          {"--all", ARG_FLAG, &a.shown.all},
                          {"--member", ARG_TEXT, &a.member},
                          {"--level", ARG_TEXT, &a.level},
                          {"--program", ARG_TEXT, &a.program},
                          {"--at", ARG_TEXT, &a.at},
                          {"--from", ARG_TEXT, &a.from},
                          {"--to", ARG_TEXT, &a.to}};
  struct args args = {.help = help, .options = options, .option_count = 10, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  a.event = args.word_count ? args.words[0] : NULL;
  code = check(&a);
  struct peer peer = {.fd = -1};
  if (code == CLI_OK) code = acr__peer_open(&peer, "explain", &where);
  if (code == CLI_OK) code = a.member && !a.level ? all(&peer, &a) : one(&peer, &a);
  acr__peer_close(&peer);
  return code;
}
