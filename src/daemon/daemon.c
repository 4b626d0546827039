#include "daemon/daemon.h"
#include "daemon/faults.h"
#include "daemon/limits.h"
#include "daemon/server.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { ARENA_BYTES = 64 << 10, REPORT_BYTES_MAX = 64 << 20, CONNECTIONS_MIN = 1 };

// 0, or the exit code after printing every fault of the template.
static int check_template(const char *dir, const char *standard_dir) {
  char *report = NULL;
  int error = acr_template_check(dir, standard_dir, &report);
  int code = ACR_EXIT_OK;
  if (error == ACR_E_FAULTS) {
    acr__arena *arena = acr__arena_new(ARENA_BYTES);
    struct acr__json_fault fault;
    struct acr__json_limits limits = {.bytes_max = REPORT_BYTES_MAX};
    acr__json *json = acr__json_parse(arena, acr__span_of(report), &limits, &fault);
    int faults = json ? acr__faults_print(stderr, acr__node_get(acr__json_root(json), "faults"), "") : 0;
    fprintf(stderr, "accrued: the template %s has %d fault%s\n", dir, faults, faults == 1 ? "" : "s");
    acr__arena_free(arena);
    code = ACR_EXIT_REFUSED;
  } else if (error != ACR_E_OK) {
    const char *why = access(dir, F_OK) != 0 ? "there is no such directory" : acr_error_text(error);
    fprintf(stderr, "accrued: the template %s cannot be read: %s\n", dir, why);
    code = ACR_EXIT_FAILED;
  }
  free(report);
  return code;
}

// As many files as we may have, and no more connections than fit.
static void fit_files(struct daemon_options *options) {
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  rlim_t wanted = (rlim_t)options->connections_max + DAEMON_FILES_RESERVED;
  if (files.rlim_cur < wanted && files.rlim_cur < files.rlim_max) {
    struct rlimit more = {.rlim_cur = wanted < files.rlim_max ? wanted : files.rlim_max, .rlim_max = files.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &more) == 0) files = more;
  }
  if (files.rlim_cur >= wanted) return;
  bool room = files.rlim_cur > DAEMON_FILES_RESERVED + CONNECTIONS_MIN;
  options->connections_max = room ? (int)(files.rlim_cur - DAEMON_FILES_RESERVED) : CONNECTIONS_MIN;
}

static unsigned long long read_counter(const atomic_ullong *counter) {
  return atomic_load_explicit(counter, memory_order_relaxed);
}

// From the worker's thread, inside server.stats.
static int stats(void *arg, char *buf, size_t cap) {
  struct server *server = arg;
  const struct counters *counters = &server->counters;
  int len = snprintf(buf, cap,
                     "\"connections\":%llu,\"connections_accepted\":%llu,\"connections_cut\":%llu,\"queued_lines\":%llu,"
                     "\"queued_bytes\":%llu,\"overloaded\":%llu,",
                     read_counter(&counters->connections), read_counter(&counters->accepted), read_counter(&counters->cut),
                     read_counter(&counters->queued_lines), read_counter(&counters->queued_cost), read_counter(&counters->overloaded));
  return len > 0 && (size_t)len < cap ? len + acr__outbox_stats(server->outbox, buf + len, cap - (size_t)len) : 0;
}

// From the worker's thread: a few lines a minute.
static void warn(void *arg, const char *line) {
  (void)arg;
  fprintf(stderr, "accrued: warning: %s\n", line);
}

// One line, when everything is open: "accrued: ready on PATH (ledger FILE: 1 release, 5 members, 12 records)".
static void say_ready(const struct server *server) {
  static const char request[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server.stats\"}";
  static const char *const keys[] = {"releases", "members", "records"};
  char *reply = NULL;
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  struct acr__json_fault fault;
  bool answered = acr_engine_apply(server->engine, request, sizeof request - 1, &reply) == ACR_E_OK;
  acr__json *json = answered ? acr__json_parse(arena, acr__span_of(reply), NULL, &fault) : NULL;
  const acr__node *result = json ? acr__node_get(acr__json_root(json), "result") : NULL;
  fprintf(stderr, "accrued: ready on %s (ledger %s", server->options.socket_path, server->options.engine.ledger);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    const acr__node *value = acr__node_get(result, keys[i]);
    if (value) fprintf(stderr, "%s %s %s", i ? "," : ":", acr__node_text(value).ptr, keys[i]);
  }
  fputs(")\n", stderr);
  acr__arena_free(arena);
  free(reply);
}

static int serve(struct server *server) {
  struct acr_options *options = &server->options.engine;
  options->stats = stats;
  options->warn = warn;
  options->shadows = true;
  options->committed = acr__outbox_committed;
  options->outbox = acr__outbox_request;
  options->stats_arg = server;
  server->outbox = acr__outbox_new(&server->options.outbox);
  options->committed_arg = options->outbox_arg = server->outbox;
  uv_loop_init(&server->loop);
  int code = acr__server_listen(server, acr__server_connected);
  if (code != ACR_EXIT_OK) return code;
  acr__server_prepare(server);
  char *message = NULL;
  int error = acr_engine_open(options, &server->engine, &message);
  if (error == ACR_E_OK && !acr__outbox_open(server->outbox, server->engine, &message)) error = ACR_E_IO;
  if (error != ACR_E_OK) {
    fprintf(stderr, "accrued: %s\n", message ? message : acr_error_text(error));
    free(message);
    unlink(server->options.socket_path);
    return error == ACR_E_FAULTS ? ACR_EXIT_REFUSED : ACR_EXIT_FAILED;
  }
  say_ready(server);
  acr__outbox_start(server->outbox, server->options.deliver);
  acr__server_run(server);
  acr__outbox_close(server->outbox);
  acr_engine_close(server->engine);
  if (!server->cut) return ACR_EXIT_OK;
  fputs("accrued: not everything could be answered in time: send it again\n", stderr);
  return ACR_EXIT_UNKNOWN;
}

int acr__daemon_main(int argc, char **argv) {
  static struct server server; // handles that are open at an early end stay reachable
  int code = ACR_EXIT_OK;
  if (!acr__daemon_options(argc, argv, &server.options, &code)) return code;
  signal(SIGPIPE, SIG_IGN);
  code = check_template(server.options.engine.template_dir, server.options.engine.standard_dir);
  if (code != ACR_EXIT_OK) return code;
  fit_files(&server.options);
  return serve(&server);
}
