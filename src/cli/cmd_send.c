#include "cli/commands.h"
#include "cli/send.h"
#include <errno.h>

static const char help[] =
    "usage: accrue send FILE...|- [--replies FILE] [--allow CODE[,CODE]]... [--window N] [--json] [--socket PATH | --ledger FILE]\n"
    "\n"
    "Sends events, one a line, plain or gzip; - is standard input. Several files are merged by the `time` of their events, each of\n"
    "them staying in its own order: at equal times the file that is named first goes first, and a line without a time that can be\n"
    "read follows the line before it. Shows how many were applied, duplicate, refused and rejected, by code with the first of each.\n"
    "Lines that are `overloaded` are sent again. Sending a file twice does no harm: what was applied comes back as duplicate.\n"
    "Exit 0: all answered. 1: a line was rejected, parked or in conflict, with a code that is not allowed. 2: could not go on.\n"
    "\n"
    "  --replies FILE  writes the reply lines\n"
    "  --allow CODE    a code that is expected, as member_missing; may be given several times\n"
    "  --window N      lines on the way at a time (2000)\n"
    "\n"
    "examples:\n"
    "  accrue send events.ndjson.gz --allow member_missing --socket /tmp/coffee.sock\n"
    "  accrue send tills.ndjson.gz web.ndjson --socket /tmp/coffee.sock\n";

enum { WINDOW = 2000, WINDOW_MAX = 1000000 };

void acr__send_reply(struct sending *s, reply_status status, acr__span reply, const char *file, unsigned long long line) {
  acr__tally_add(&s->tally, status, reply, file, line);
  if (!s->replies) return;
  fwrite(reply.ptr, 1, reply.len, s->replies);
  fputc('\n', s->replies);
}

static int close_replies(struct sending *s, const char *path) {
  if (!s->replies) return CLI_OK;
  bool bad = ferror(s->replies) != 0;
  bad = fclose(s->replies) != 0 || bad;
  return bad ? acr__args_fail("send", "%s: the replies could not all be written", path) : CLI_OK;
}

static int send_all(struct sending *s, const struct peer_options *where) {
  struct peer peer;
  int code = acr__peer_open(&peer, "send", where);
  if (code != CLI_OK) return code;
  acr__progress_begin(&s->progress);
  code = peer.engine ? acr__send_engine(s, peer.engine) : acr__send_socket(s, peer.fd);
  acr__peer_close(&peer);
  return code;
}

static void summary(const struct sending *s, const struct arg_list *allow, double seconds, bool json) {
  if (json) {
    acr__tally_json(&s->tally, seconds, stdout);
    return;
  }
  char count[32], rate[32];
  double per_second = seconds > 0 ? (double)s->tally.total / seconds : 0;
  printf("%s %s answered in %.1f s (%s/s)\n", acr__grouped(s->tally.total, count), s->tally.total == 1 ? "line" : "lines", seconds,
         acr__grouped((unsigned long long)per_second, rate));
  acr__tally_print(&s->tally, allow, stdout);
}

int acr__cmd_send(int argc, char **argv) {
  static struct sending s; // the tally is large
  s = (struct sending){.window = WINDOW};
  struct peer_options where = {0};
  struct arg_list allow = {0};
  const char *replies = NULL;
  bool json = false;
  struct arg options[] = {PEER_ARGS(where),
                          {"--json", ARG_FLAG, &json},
                          {"--replies", ARG_TEXT, &replies},
                          {"--allow", ARG_LIST, &allow},
                          {"--window", ARG_COUNT, &s.window}};
  struct args args = {.help = help, .options = options, .option_count = 6, .words_min = 1, .words_max = ARG_WORDS_MAX};
  int code = acr__args_read(&args, argc, argv);
  if (code != ARGS_GO_ON) return code;
  if (s.window > WINDOW_MAX) return acr__args_fail("send", "--window is at most %d", WINDOW_MAX);
  code = acr__input_open(&s.input, args.words, args.word_count);
  if (code != CLI_OK) return code;
  if (replies) s.replies = fopen(replies, "w");
  if (replies && !s.replies) return acr__args_fail("send", "%s: %s", replies, strerror(errno));
  code = send_all(&s, &where);
  bool began = s.progress.begun > 0;
  if (began) {
    acr__progress_end(&s.progress);
    summary(&s, &allow, acr__progress_seconds(&s.progress), json);
  }
  int kept = close_replies(&s, replies);
  acr__input_close(&s.input);
  if (code == CLI_OK) code = kept;
  return code == CLI_OK && acr__tally_bad(&s.tally, &allow) ? CLI_REFUSED : code;
}
