#include "cli/bench.h"
#include "cli/commands.h"
#include "cli/input.h"
#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "usage: accrue bench DIR | DIR/programs/P.json... [--events FILE] [--seconds N | --count N] [--window N | --rate N]\n"
    "                    [--members N] [--folder DIR] [--json]\n"
    "       accrue bench --socket PATH --into-ledger [--events FILE] ...\n"
    "\n"
    "What programs cost on this machine: events a second, how long a round trip took, the daemon's CPU per event, what the plugins took\n"
    "of it, and what a durable write costs on the disk, beside which all of it has to be read. A daemon serves a new ledger in a\n"
    "temporary folder; the programs (of DIR: all) are published there with all of their levels, and the folder is removed at the end.\n"
    "Nothing else of the machine should be busy. Exit 1: an event was rejected, parked or in conflict.\n"
    "\n"
    "  --events FILE   these events, one a line, plain or gzip, over and over: each time of other members or some years later. Without it\n"
    "                  purchases of three lines are made up, in the program's currency, stores and channels, from its effective_from\n"
    "                  on, each member one a day or so: rules that look at more than that do not fire\n"
    "  --seconds N     how long (10)\n"
    "  --count N       how many events instead\n"
    "  --window N      events on the way at a time (1000); 1 shows what a single till sees\n"
    "  --rate N        events a second instead; a round trip begins when the event was due\n"
    "  --members N     of made-up events (10000)\n"
    "  --folder DIR    where the temporary folder goes: its disk is the one measured (the current directory)\n"
    "  --into-ledger   send them to the daemon on --socket: the events and their members stay in its ledger for ever\n"
    "\n"
    "example:\n"
    "  accrue bench examples/coffee-club --seconds 5 --window 100\n";

enum { WINDOW = 1000, WINDOW_MAX = 1000000, SECONDS = 10, MEMBERS = 10000, ROUND_LINES = 10000, DAY_S = 86400, ARENA_BYTES = 1 << 20 };

static const uint64_t begin_s = 1735689600; // 2025-01-01T00:00:00Z

struct bench {
  const char *socket, *events, *folder;
  long seconds, count, window, rate, members;
  bool json, into_ledger;
  char *paths[ARG_WORDS_MAX]; // of programs, absolute
  int path_count;
  acr__arena *arena;
  acr__buf lines;
  size_t line_count;
  struct load_options load;
  struct bench_result result;
};

// ---- What is measured

static int add_path(struct bench *b, const char *path) {
  char *whole = realpath(path, NULL);
  if (!whole) return acr__args_fail("bench", "%s: %s", path, strerror(errno));
  if (b->path_count == ARG_WORDS_MAX) {
    free(whole);
    return acr__args_fail("bench", "at most %d programs", ARG_WORDS_MAX);
  }
  b->paths[b->path_count++] = whole;
  return CLI_OK;
}

static int is_program(const struct dirent *file) {
  size_t len = strlen(file->d_name);
  return len > 5 && strcmp(file->d_name + len - 5, ".json") == 0;
}

static int add_programs(struct bench *b, const char *dir) {
  struct dirent **files;
  const char *folder = acr__arena_printf(b->arena, "%s/programs", dir);
  int count = scandir(folder, &files, is_program, alphasort), code = CLI_OK;
  if (count <= 0) code = acr__args_fail("bench", "%s: %s", folder, count < 0 ? strerror(errno) : "there is no program");
  for (int i = 0; i < count; i++) {
    if (code == CLI_OK) code = add_path(b, acr__arena_printf(b->arena, "%s/%s", folder, files[i]->d_name));
    free(files[i]);
  }
  if (count >= 0) free(files);
  return code;
}

static int find_programs(struct bench *b, const struct args *args) {
  int code = CLI_OK;
  for (int i = 0; i < args->word_count && code == CLI_OK; i++) {
    struct stat status;
    bool is_dir = stat(args->words[i], &status) == 0 && S_ISDIR(status.st_mode);
    code = is_dir ? add_programs(b, args->words[i]) : add_path(b, args->words[i]);
  }
  return code;
}

// DIR of DIR/programs/P.json
static const char *template_of(const struct bench *b, int i) {
  return dirname(dirname(acr__arena_printf(b->arena, "%s", b->paths[i])));
}

static int check_one_template(const struct bench *b) {
  for (int i = 1; i < b->path_count; i++)
    if (strcmp(template_of(b, i), template_of(b, 0)) != 0)
      return acr__args_fail("bench", "programs of one rules template are wanted; found %s and %s", template_of(b, 0), template_of(b, i));
  return CLI_OK;
}

static int read_events(struct bench *b) {
  struct input input;
  acr__span line;
  input_result got;
  int code = acr__input_open(&input, &b->events, 1);
  if (code != CLI_OK) return code;
  for (; (got = acr__input_line(&input, &line)) == INPUT_LINE; b->line_count++) {
    if (line.len >= SOURCE_LINE_MAX / 2) code = acr__args_fail("bench", "%s line %zu is too long", b->events, b->line_count + 1);
    if (code != CLI_OK) break;
    acr__buf_put(&b->lines, line.ptr, line.len);
    acr__buf_u8(&b->lines, '\n');
  }
  acr__input_close(&input);
  if (got == INPUT_FAILED) code = CLI_FAILED;
  if (code == CLI_OK && !b->line_count) code = acr__args_fail("bench", "%s holds no event", b->events);
  b->load.source.text = (acr__span){(const char *)b->lines.ptr, b->lines.len};
  size_t copies = b->line_count ? (ROUND_LINES + b->line_count - 1) / b->line_count : 1;
  b->load.source.copies = (unsigned)copies;
  return code;
}

// ---- Measuring

static void take_reply(void *arg, acr__span line, bool applied) {
  struct bench *b = arg;
  unsigned long long number = b->result.tally.total / (b->events ? b->load.source.copies : 1);
  if (b->events) number %= b->line_count;
  acr__tally_add(&b->result.tally, applied ? REPLY_APPLIED : acr__tally_status(line), line, b->events ? b->events : "made-up events",
                 number + 1);
}

static int measure(struct bench *b, struct peer *peer, struct answer *components) {
  pid_t daemon = acr__bench_peer(peer->fd);
  double before = acr__bench_cpu(daemon);
  bool good = acr__bench_load(&b->load, &b->result.load);
  double after = acr__bench_cpu(daemon);
  b->result.cpu_s = before >= 0 && after >= 0 ? after - before : -1;
  if (!good) return acr__args_fail("bench", "%s", b->result.load.fault);
  if (b->into_ledger) return CLI_OK;
  acr__buf params = {0};
  acr__buf_text(&params, "{}");
  int code = acr__rpc_call(peer, "plugins.stats", &params, false, components);
  acr__buf_free(&params);
  if (code == CLI_OK) b->result.components = components;
  return code;
}

static int run(struct bench *b, struct peer *peer) {
  struct answer components = {0};
  acr__span release = {0};
  int code = CLI_OK;
  for (int i = b->path_count - 1; i >= 0 && code == CLI_OK; i--)
    code = acr__bench_publish(peer, b->paths[i], b->arena, &release);
  if (code == CLI_OK && !b->events) code = acr__bench_world(peer, release, b->arena, &b->load.source);
  if (code == CLI_OK && b->into_ledger) { // now, and of members that nobody else has
    b->load.source.begin_s = (uint64_t)time(NULL);
    b->load.source.spread_us = 0;
    b->load.source.source = acr__arena_printf(b->arena, "accrue-bench-%llu-%d", (unsigned long long)b->load.source.begin_s, (int)getpid());
  }
  if (code == CLI_OK) code = measure(b, peer, &components);
  if (code == CLI_OK && b->json) acr__bench_json(&b->result);
  if (code == CLI_OK && !b->json) acr__bench_print(&b->result, b->arena);
  if (code == CLI_OK) code = acr__tally_bad(&b->result.tally, &(struct arg_list){0}) ? CLI_REFUSED : CLI_OK;
  acr__rpc_free(&components);
  return code;
}

static int ask(struct bench *b) {
  struct peer peer;
  int code = acr__peer_open(&peer, "bench", &(struct peer_options){.socket = b->load.socket});
  if (code == CLI_OK) code = run(b, &peer);
  acr__peer_close(&peer);
  return code;
}

static int ask_own(struct bench *b) {
  struct bench_daemon daemon = {.pid = 0};
  char *parent = realpath(b->folder ? b->folder : ".", NULL);
  if (!parent) return acr__args_fail("bench", "%s: %s", b->folder, strerror(errno));
  int code = acr__bench_start(&daemon, template_of(b, 0), parent);
  b->load.socket = "socket";
  if (code == CLI_OK && !acr__fsync_measure(".", &b->result.fsync)) b->result.fsync = (struct fsync_figures){0};
  if (code == CLI_OK) code = ask(b);
  acr__bench_stop(&daemon);
  free(parent);
  return code;
}

static int check(const struct bench *b, const struct args *args) {
  if (b->count && b->seconds) return acr__args_fail("bench", "one of --seconds and --count, not both");
  if (b->window && b->rate) return acr__args_fail("bench", "one of --window and --rate, not both");
  if (b->window > WINDOW_MAX || b->seconds > DAY_S)
    return acr__args_fail("bench", "--window is at most %d, --seconds %d", WINDOW_MAX, DAY_S);
  if (!b->socket && b->into_ledger) return acr__args_fail("bench", "--into-ledger wants --socket PATH of the daemon");
  if (!b->socket && !args->word_count) return acr__args_fail("bench", "wanted the directory of a rules template, or a program of one");
  if (!b->socket) return CLI_OK;
  if (args->word_count || b->folder) return acr__args_fail("bench", "the daemon on --socket has its programs and its ledger");
  if (b->into_ledger) return CLI_OK;
  acr__args_fail("bench",
                 "what is sent to %s stays in its ledger for ever, and points with it; --into-ledger does so, without "
                 "--socket a temporary ledger is measured",
                 b->socket);
  return CLI_REFUSED;
}

static void set_load(struct bench *b) {
  long members = b->members ? b->members : MEMBERS;
  b->load = (struct load_options){
      .socket = b->socket,
      .count = (uint64_t)b->count,
      .rate = (uint64_t)b->rate,
      .window = (unsigned)(b->window ? b->window : WINDOW),
      .connections = 1,
      .seconds = (unsigned)(b->seconds ? b->seconds
                            : b->count ? 0
                                       : SECONDS),
      .reply = take_reply,
      .reply_arg = b,
      .source = {.members = (uint64_t)members,
                 .source = "bench",
                 .member = "bench-",
                 .begin_s = begin_s,
                 .spread_us = (uint64_t)DAY_S * 1000000u / (uint64_t)members},
  };
}

int acr__cmd_bench(int argc, char **argv) {
  static struct bench b; // tally and histogram are large
  b = (struct bench){.arena = NULL};
  struct arg options[] = {{"--socket", ARG_TEXT, &b.socket}, {"--json", ARG_FLAG, &b.json},
                          {"--events", ARG_TEXT, &b.events}, {"--seconds", ARG_COUNT, &b.seconds},
                          {"--count", ARG_COUNT, &b.count},  {"--window", ARG_COUNT, &b.window},
                          {"--rate", ARG_COUNT, &b.rate},    {"--members", ARG_COUNT, &b.members},
                          {"--folder", ARG_TEXT, &b.folder}, {"--into-ledger", ARG_FLAG, &b.into_ledger}};
  struct args args = {.help = help, .options = options, .option_count = sizeof options / sizeof *options, .words_max = ARG_WORDS_MAX};
  int code = acr__args_read(&args, argc, argv);
  if (code == ARGS_GO_ON)
    code = check(&b, &args);
  else
    return code;
  if (code != CLI_OK) return code;
  b.arena = acr__arena_new(ARENA_BYTES);
  set_load(&b);
  code = find_programs(&b, &args);
  if (code == CLI_OK) code = check_one_template(&b);
  if (code == CLI_OK && b.events) code = read_events(&b);
  if (code == CLI_OK) code = b.socket ? ask(&b) : ask_own(&b);
  for (int i = 0; i < b.path_count; i++)
    free(b.paths[i]);
  acr__buf_free(&b.lines);
  acr__arena_free(b.arena);
  return code;
}
