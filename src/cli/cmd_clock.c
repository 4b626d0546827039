#include "cli/clock.h"
#include "cli/commands.h"
#include "cli/rpc.h"
#include "json/writer.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char help[] = "usage: accrue clock TIME [--json] [--socket PATH | --ledger FILE]\n"
                           "\n"
                           "Tells the ledger that time has come to TIME: everything that is due of any member until then runs, and is\n"
                           "durable when the command ends. Told again it changes nothing.\n"
                           "\n"
                           "  TIME  a time with offset, or a date, which is its end in the program's zone\n"
                           "\n"
                           "examples:\n"
                           "  accrue clock 2026-04-01T00:00:00-05:00 --socket /tmp/coffee.sock\n"
                           "  accrue clock 2026-03-31 --ledger coffee.ledger\n";

static void write_event(acr__buf *out, const char *time) {
  static const char *const members[][2] = {{"specversion", "1.0"}, {"source", "clock"}, {"type", "clock"}};
  acr__writer w = {.out = out};
  acr__write_object(&w);
  for (int i = 0; i < 3; i++) {
    acr__write_key(&w, members[i][0]);
    acr__write_text(&w, members[i][1]);
  }
  acr__write_key(&w, "id");
  acr__write_text(&w, time);
  acr__write_key(&w, "time");
  acr__write_text(&w, time);
  acr__write_object_end(&w);
}

static acr__span text_of(const acr__node *object, const char *key) {
  const acr__node *node = acr__node_get(object, key);
  return node ? acr__node_text(node) : ACR__SPAN_LIT("-");
}

static int show(const char *command, const acr__buf *reply, bool json) {
  struct acr__json_fault fault;
  acr__arena *arena = acr__arena_new(4096);
  const acr__json *read = acr__json_parse(arena, (acr__span){(const char *)reply->ptr, reply->len}, NULL, &fault);
  const acr__node *root = read ? acr__json_root(read) : NULL, *due = acr__node_get(root, "due"), *error = acr__node_get(root, "error");
  acr__span ran = text_of(due, "ran"), parked = text_of(due, "parked"), message = text_of(error, "message");
  if (json) printf("%s\n", (const char *)reply->ptr);
  if (due && !json)
    printf("%.*s %s of due work, %.*s of them parked\n", (int)ran.len, ran.ptr, acr__span_is(ran, "1") ? "piece" : "pieces",
           (int)parked.len, parked.ptr);
  if (!due) fprintf(stderr, "accrue %s: %.*s\n", command, (int)message.len, message.ptr);
  acr__arena_free(arena);
  return due ? CLI_OK : CLI_REFUSED;
}

static int send(struct peer *peer, const char *command, const char *at, bool json) {
  acr__buf line = {0}, reply = {0};
  write_event(&line, at);
  int code = acr__peer_ask(peer, (acr__span){(const char *)line.ptr, line.len}, &reply);
  if (code == CLI_OK) code = show(command, &reply, json);
  acr__buf_free(&line);
  acr__buf_free(&reply);
  return code;
}

// An event has a time; what a date is only the ledger knows, whose programs have a zone.
static int send_date(struct peer *peer, const char *command, const char *date, bool json) {
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  struct answer answer;
  acr__write_object(&w);
  acr__write_key(&w, "at");
  acr__write_text(&w, date);
  acr__write_object_end(&w);
  int code = acr__rpc_call(peer, "ledger.time", &params, json, &answer);
  if (code == CLI_OK) code = send(peer, command, acr__node_word(answer.result, "at").ptr, json);
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

int acr__clock_send(struct peer *peer, const char *command, const char *at, bool json) {
  char now[40];
  time_t seconds = time(NULL);
  struct tm tm;
  if (at && !strchr(at, 'T')) return send_date(peer, command, at, json);
  if (!at) strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &tm));
  return send(peer, command, at ? at : now, json);
}

int acr__cmd_clock(int argc, char **argv) {
  struct peer_options where = {0};
  bool json = false;
  struct arg options[] = {PEER_ARGS(where), {"--json", ARG_FLAG, &json}};
  struct args args = {.help = help, .options = options, .option_count = 3, .words_min = 1, .words_max = 1};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  struct peer peer;
  code = acr__peer_open(&peer, "clock", &where);
  if (code == CLI_OK) code = acr__clock_send(&peer, "clock", args.words[0], json);
  acr__peer_close(&peer);
  return code;
}
