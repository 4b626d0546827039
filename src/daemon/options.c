#include "daemon/options.h"
#include "base/limits.h"
#include "daemon/daemon.h"
#include "daemon/limits.h"
#include "daemon/worker.h"
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: accrued DIR --ledger FILE --socket PATH [options]      (the same as: accrue serve ...)\n"
    "\n"
    "Serves the ledger FILE over the Unix socket PATH; DIR is the rules template that programs are published from.\n"
    "\n"
    "  --ledger FILE           the ledger; made when it is missing\n"
    "  --no-create             refuse to start when the ledger is missing\n"
    "  --socket PATH           where to listen (or ACCRUE_SOCKET); at most 107 bytes\n"
    "  --socket-mode MODE      permissions of the socket, octal (0660)\n"
    "  --max-future DURATION   how far ahead of the clock an event may be, as \"5 minutes\", 90s, 2h; `none` = no bound (5 minutes)\n"
    "  --line-max BYTES        the longest line (1M)\n"
    "  --memory BYTES          memory for members in use, before cold ones are let go (8G)\n"
    "  --shadow-memory BYTES   memory for members of a shadow release; beyond it fewer members are followed (1G)\n"
    "  --queue BYTES           lines that may wait, all connections together; beyond it they are `overloaded` (128M)\n"
    "  --disk-free-min BYTES   with less free on the ledger's disk events are `overloaded` (64M)\n"
    "  --connections N         connections at a time (4096)\n"
    "  --clock auto|on|off     tell the ledger at the start of each day of its programs that time has come so far, so that what is due\n"
    "                          runs; auto: while its events are of these days (replays of old ones set the time themselves) (auto)\n"
    "  --watch                 watch DIR and what it extends: programs in test are what their files are, a moment after each edit;\n"
    "                          a fault leaves them as they are and is shown here\n"
    "  --watch-active          the same for active programs: each edit that holds is published\n"
    "  --no-deliver            web hooks are listed by accrue outbox and wait\n"
    "  --deliver-private       web hooks may go to addresses that are not public\n"
    "  --deliver-for DURATION  how long a web hook is tried before it is given up (3 days)\n"
    "  --help, --version\n"
    "\n"
    "example:\n"
    "  accrued examples/coffee-club --ledger coffee.ledger --socket /tmp/coffee.sock\n"
    "  accrue --socket /tmp/coffee.sock send events.ndjson\n"
    "\n"
    "ACCRUE_WEB_HOOK_SECRET in the environment signs web hooks.\n"
    "SIGTERM answers everything that was taken and ends with 0. Exit codes: 0 done, 1 the template has faults, 2 could not,\n"
    "74 a commit failed and its outcome is unknown: start again and send what was not answered once more.\n";

enum {
  OPT_LEDGER = 1,
  OPT_SOCKET,
  OPT_MODE,
  OPT_FUTURE,
  OPT_LINE,
  OPT_MEMORY,
  OPT_SHADOW_MEMORY,
  OPT_QUEUE,
  OPT_DISK,
  OPT_CONNECTIONS,
  OPT_CREATE,
  OPT_NO_CREATE,
  OPT_CLOCK,
  OPT_WATCH,
  OPT_WATCH_ACTIVE,
  OPT_NO_DELIVER,
  OPT_DELIVER_PRIVATE,
  OPT_DELIVER_FOR,
  OPT_UNSAFE_ACK,
  OPT_UNSAFE_SYNC,
  OPT_HELP,
  OPT_VERSION
};

static const struct option long_options[] = {
    {"ledger", required_argument, NULL, OPT_LEDGER},
    {"socket", required_argument, NULL, OPT_SOCKET},
    {"socket-mode", required_argument, NULL, OPT_MODE},
    {"max-future", required_argument, NULL, OPT_FUTURE},
    {"line-max", required_argument, NULL, OPT_LINE},
    {"memory", required_argument, NULL, OPT_MEMORY},
    {"shadow-memory", required_argument, NULL, OPT_SHADOW_MEMORY},
    {"queue", required_argument, NULL, OPT_QUEUE},
    {"disk-free-min", required_argument, NULL, OPT_DISK},
    {"connections", required_argument, NULL, OPT_CONNECTIONS},
    {"create", no_argument, NULL, OPT_CREATE},
    {"no-create", no_argument, NULL, OPT_NO_CREATE},
    {"clock", required_argument, NULL, OPT_CLOCK},
    {"watch", no_argument, NULL, OPT_WATCH},
    {"watch-active", no_argument, NULL, OPT_WATCH_ACTIVE},
    {"no-deliver", no_argument, NULL, OPT_NO_DELIVER},
    {"deliver-private", no_argument, NULL, OPT_DELIVER_PRIVATE},
    {"deliver-for", required_argument, NULL, OPT_DELIVER_FOR},
    {"unsafe-ack", no_argument, NULL, OPT_UNSAFE_ACK},       // for the control runs of tests/fault only
    {"unsafe-sync-off", no_argument, NULL, OPT_UNSAFE_SYNC}, // likewise, and for filling ledgers of benchmarks
    {"help", no_argument, NULL, OPT_HELP},
    {"version", no_argument, NULL, OPT_VERSION},
    {0}};

__attribute__((format(printf, 2, 3))) static bool usage(int *exit_code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("accrued: ", stderr);
  vfprintf(stderr, format, args);
  fputs("; accrued --help shows the options\n", stderr);
  va_end(args);
  *exit_code = ACR_EXIT_FAILED;
  return false;
}

// "64M" in bytes; false unless digits with an optional K, M or G.
static bool read_bytes(const char *text, uint64_t min, uint64_t max, uint64_t *out) {
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (end == text || errno || text[0] < '0' || text[0] > '9') return false;
  int shift = 0;
  if (*end == 'K' || *end == 'k') shift = 10;
  if (*end == 'M' || *end == 'm') shift = 20;
  if (*end == 'G' || *end == 'g') shift = 30;
  if (shift) end++;
  if (*end || value > (UINT64_MAX >> shift)) return false;
  *out = (uint64_t)value << shift;
  return *out >= min && *out <= max;
}

// "5 minutes", "90s", "2h", "none".
static bool read_duration(const char *text, int64_t *us) {
  static const struct {
    const char *name;
    int64_t seconds;
  } units[] = {{"s", 1},    {"second", 1},  {"seconds", 1},  {"m", 60},    {"min", 60},    {"minute", 60}, {"minutes", 60},
               {"h", 3600}, {"hour", 3600}, {"hours", 3600}, {"d", 86400}, {"day", 86400}, {"days", 86400}};
  if (strcmp(text, "none") == 0) {
    *us = -1;
    return true;
  }
  char *end;
  errno = 0;
  long long count = strtoll(text, &end, 10);
  if (end == text || errno || count < 0 || count > 1000000) return false;
  while (*end == ' ')
    end++;
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    if (strcmp(end, units[i].name) != 0) continue;
    *us = count * units[i].seconds * 1000000;
    if (*us == 0) *us = 1; // 0 stands for the default
    return true;
  }
  return false;
}

static bool read_clock(const char *text, int *out) {
  static const char *const words[] = {[OWN_CLOCK_OFF] = "off", [OWN_CLOCK_AUTO] = "auto", [OWN_CLOCK_ON] = "on"};
  for (*out = 0; *out < 3; ++*out)
    if (strcmp(text, words[*out]) == 0) return true;
  return false;
}

static bool take_switch(int option, const char *text, struct daemon_options *o, int *exit_code) {
  switch (option) {
  case OPT_WATCH_ACTIVE:
    o->watch_active = true;
    o->watch = true;
    return true;
  case OPT_WATCH:
    o->watch = true;
    return true;
  case OPT_NO_DELIVER:
    o->deliver = false;
    return true;
  case OPT_DELIVER_PRIVATE:
    o->outbox.private_hosts = true;
    return true;
  case OPT_DELIVER_FOR:
    if (read_duration(text, &o->outbox.give_up_us) && o->outbox.give_up_us > 0) return true;
    return usage(exit_code, "--deliver-for wants a duration as \"3 days\", 90s, 2h; found '%s'", text);
  default:
    *exit_code = ACR_EXIT_FAILED;
    return false; // getopt has said what is wrong
  }
}

static bool take(int option, const char *text, struct daemon_options *o, int *exit_code) {
  uint64_t bytes = 0;
  char *end;
  switch (option) {
  case OPT_LEDGER:
    o->engine.ledger = text;
    return true;
  case OPT_SOCKET:
    o->socket_path = text;
    return true;
  case OPT_CREATE:
    o->engine.create = true;
    return true;
  case OPT_NO_CREATE:
    o->engine.create = false;
    return true;
  case OPT_UNSAFE_ACK:
    o->engine.unsafe_ack = true;
    return true;
  case OPT_UNSAFE_SYNC:
    o->engine.unsafe_sync_off = true;
    return true;
  case OPT_MODE:
    o->socket_mode = (unsigned)strtoul(text, &end, 8);
    if (*end || end == text || o->socket_mode == 0 || o->socket_mode > 0777)
      return usage(exit_code, "--socket-mode wants octal permissions, as 0660; found '%s'", text);
    return true;
  case OPT_FUTURE:
    if (read_duration(text, &o->engine.max_future_us)) return true;
    return usage(exit_code, "--max-future wants a duration as \"5 minutes\", 90s, 2h, or none; found '%s'", text);
  case OPT_LINE:
    if (!read_bytes(text, 1024, 64 << 20, &bytes)) return usage(exit_code, "--line-max wants 1K to 64M; found '%s'", text);
    o->line_bytes_max = (size_t)bytes;
    return true;
  case OPT_MEMORY:
    if (!read_bytes(text, 1 << 20, UINT64_MAX, &o->engine.member_bytes_max))
      return usage(exit_code, "--memory wants bytes, at least 1M, as 512M or 8G; found '%s'", text);
    return true;
  case OPT_SHADOW_MEMORY:
    if (!read_bytes(text, 64 << 10, UINT64_MAX, &o->engine.shadow_bytes_max))
      return usage(exit_code, "--shadow-memory wants bytes, at least 64K, as 512M or 8G; found '%s'", text);
    return true;
  case OPT_QUEUE:
    if (!read_bytes(text, 1024, 64ULL << 30, &bytes)) return usage(exit_code, "--queue wants 1K to 64G; found '%s'", text);
    o->queue_cost_max = (size_t)bytes;
    return true;
  case OPT_DISK:
    if (!read_bytes(text, 1, UINT64_MAX, &o->engine.disk_free_min))
      return usage(exit_code, "--disk-free-min wants bytes, as 64M; found '%s'", text);
    return true;
  case OPT_CONNECTIONS:
    if (!read_bytes(text, 1, 1000000, &bytes)) return usage(exit_code, "--connections wants 1 to 1000000; found '%s'", text);
    o->connections_max = (int)bytes;
    return true;
  case OPT_CLOCK:
    if (read_clock(text, &o->own_clock)) return true;
    return usage(exit_code, "--clock wants auto, on or off; found '%s'", text);
  case OPT_HELP:
    fputs(help, stdout);
    *exit_code = ACR_EXIT_OK;
    return false;
  case OPT_VERSION:
    printf("accrued %s\n", ACR_VERSION);
    *exit_code = ACR_EXIT_OK;
    return false;
  default:
    return take_switch(option, text, o, exit_code);
  }
}

bool acr__daemon_options(int argc, char **argv, struct daemon_options *o, int *exit_code) {
  *o = (struct daemon_options){.engine = {.create = true},
                               .own_clock = OWN_CLOCK_AUTO,
                               .socket_path = getenv("ACCRUE_SOCKET"),
                               .socket_mode = 0660,
                               .line_bytes_max = ACR_LINE_BYTES_MAX,
                               .queue_cost_max = DAEMON_QUEUE_COST,
                               .connections_max = DAEMON_CONNECTIONS,
                               .outbox = {.give_up_us = ACR__OUTBOX_GIVE_UP_US, .secret = getenv("ACCRUE_WEB_HOOK_SECRET")},
                               .deliver = true};
  const char *unsafe = getenv("ACCRUE_UNSAFE_ACK");
  o->engine.unsafe_ack = unsafe && strcmp(unsafe, "1") == 0;
  optind = 0; // the command may have parsed before
  int option;
  while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
    if (!take(option, optarg, o, exit_code)) return false;
  }
  if (optind >= argc) return usage(exit_code, "wanted the directory of a rules template");
  if (optind + 1 < argc) return usage(exit_code, "one rules template is wanted; found also '%s'", argv[optind + 1]);
  if (!o->engine.ledger || !*o->engine.ledger) return usage(exit_code, "wanted --ledger FILE");
  if (!o->socket_path || !*o->socket_path) return usage(exit_code, "wanted --socket PATH (or ACCRUE_SOCKET)");
  o->outbox.ledger = o->engine.ledger;
  o->engine.template_dir = argv[optind];
  o->engine.line_bytes_max = o->line_bytes_max;
  return true;
}
