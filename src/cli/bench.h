// `accrue bench`: a daemon of its own on a ledger that is thrown away, what the programs want of made-up events, and what came of it.
#ifndef ACR_CLI_BENCH_H
#define ACR_CLI_BENCH_H
#include "base/arena.h"
#include "cli/args.h"
#include "cli/fsync.h"
#include "cli/load.h"
#include "cli/rpc.h"
#include "cli/tally.h"
#include <limits.h>
#include <sys/types.h>

// ---- bench_daemon.c
struct bench_daemon {
  char folder[PATH_MAX]; // of ledger, socket and what it says; the process stands in it
  pid_t pid;
};

enum { BENCH_SOCKET_MAX = 108 };

// Serves `template_dir` from a new folder in `parent`, which becomes the working directory. CLI_OK, or what else after saying why.
int acr__bench_start(struct bench_daemon *daemon, const char *template_dir, const char *parent);
// Ends it and removes the folder.
void acr__bench_stop(struct bench_daemon *daemon);
// The process at the other end of a socket.
pid_t acr__bench_peer(int fd);
// CPU seconds that a process has used; negative when nobody may know.
double acr__bench_cpu(pid_t pid);

// ---- bench_world.c
// Publishes a program, all of its levels live, and gives its release ("club@1") in `arena`.
int acr__bench_publish(struct peer *peer, const char *path, acr__arena *arena, acr__span *release);
// The program whose events are made up: the newest active one when `release` is empty. Texts of `source` are in `arena`.
int acr__bench_world(struct peer *peer, acr__span release, acr__arena *arena, struct source_options *source);

// ---- bench_show.c
struct bench_result {
  struct load_figures load;
  struct tally tally;
  struct fsync_figures fsync;      // zero = nobody knows
  double cpu_s;                    // of the daemon; negative = nobody knows
  const struct answer *components; // plugins.stats; NULL = nobody knows
};

void acr__bench_print(const struct bench_result *result, acr__arena *arena);
void acr__bench_json(const struct bench_result *result);
#endif
