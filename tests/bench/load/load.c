// Load generator: one connection a thread, events pipelined with a window of outstanding ones or at a fixed rate.
// Prints events a second per slice, then the round trips. With a rate a round trip begins when the event was due, not when
// there was room to send it, so a stall counts for every event that it held up.
#include "hist.h"
#include "source.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define OUT_CAP (4u << 20)
#define IN_CAP (4u << 20)
#define RATE_WINDOW 200000u

struct options {
  const char *socket;
  struct source_options source;
  uint64_t count;     // events in all; 0 = no bound
  uint64_t rate;      // events a second in all; 0 = as the window lets
  unsigned window, connections, seconds, slice;
};

struct client {
  pthread_t thread;
  const struct options *options;
  struct source *source;
  uint64_t sent, wanted, begun_ns;
  uint64_t *started;             // ring of `ring` start times, by event number
  unsigned ring;
  _Atomic uint64_t answered;
  uint64_t other;                // answers that were not `applied`
  int fd;
  char *out, *in;
  size_t out_at, out_len, in_len;
  bool ended;
  struct hist hist;
};

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(2);
}

static int dial(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    fail(path);
  }
  memcpy(address.sun_path, path, strlen(path));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail(path);
  return fd;
}

// How many events may have been begun by `now`.
static uint64_t due(const struct client *client, uint64_t now) {
  const struct options *options = client->options;
  uint64_t answered = atomic_load_explicit(&client->answered, memory_order_relaxed);
  uint64_t most = answered + client->ring, limit = client->wanted ? client->wanted : UINT64_MAX;
  if (options->rate) {
    uint64_t share = options->rate / options->connections;
    uint64_t by_time = (now - client->begun_ns) / 1000u * share / 1000000u;
    if (by_time < limit) limit = by_time;
  }
  return most < limit ? most : limit;
}

static void fill(struct client *client, uint64_t now) {
  if (client->out_at == client->out_len) client->out_at = client->out_len = 0;
  uint64_t until = due(client, now), share = client->options->rate / client->options->connections;
  while (!client->ended && client->sent < until && OUT_CAP - client->out_len >= SOURCE_LINE_MAX) {
    size_t len = source_next(client->source, client->out + client->out_len);
    if (len == 0) {
      client->ended = true;
      break;
    }
    client->out_len += len;
    client->started[client->sent % client->ring] = share ? client->begun_ns + client->sent * 1000000000u / share : now;
    client->sent++;
  }
}

static void flush(struct client *client) {
  while (client->out_at < client->out_len) {
    ssize_t n = send(client->fd, client->out + client->out_at, client->out_len - client->out_at, MSG_NOSIGNAL);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0) fail("send");
    client->out_at += (size_t)n;
  }
}

static void answer(struct client *client, const char *line, size_t len, uint64_t now) {
  uint64_t answered = atomic_load_explicit(&client->answered, memory_order_relaxed);
  hist_add(&client->hist, (now - client->started[answered % client->ring]) / 100u);
  atomic_store_explicit(&client->answered, answered + 1, memory_order_relaxed);
  size_t head = len < 200 ? len : 200;
  if (!memmem(line, head, "\"applied\"", 9) && client->other++ == 0) {
    fprintf(stderr, "load: not applied: %.*s\n", (int)(len < 1000 ? len : 1000), line);
  }
}

static void drain(struct client *client) {
  ssize_t n = recv(client->fd, client->in + client->in_len, IN_CAP - client->in_len, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) fail("the daemon closed the connection");
  uint64_t now = now_ns();
  char *line = client->in, *end = client->in + client->in_len + (size_t)n, *newline;
  while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
    answer(client, line, (size_t)(newline - line), now);
    line = newline + 1;
  }
  client->in_len = (size_t)(end - line);
  memmove(client->in, line, client->in_len);
}

static void *run(void *arg) {
  struct client *client = arg;
  uint64_t stop = client->options->seconds ? client->begun_ns + client->options->seconds * 1000000000ull : UINT64_MAX;
  for (;;) {
    uint64_t now = now_ns();
    if (now >= stop || (client->wanted && client->sent >= client->wanted)) client->ended = true;
    if (!client->ended) fill(client, now);
    flush(client);
    bool pending = client->out_at < client->out_len;
    if (client->ended && !pending && client->sent == atomic_load(&client->answered)) return NULL;
    struct pollfd poller = {.fd = client->fd, .events = (short)(pending ? POLLIN | POLLOUT : POLLIN)};
    struct timespec nap = {.tv_nsec = client->options->rate ? 100000 : 100000000};
    if (ppoll(&poller, 1, &nap, NULL) > 0 && poller.revents & (POLLIN | POLLHUP | POLLERR)) drain(client);
  }
}

static void start(struct client *client, const struct options *options, unsigned number) {
  struct source_options source = options->source;
  source.first += number * (options->count ? options->count / options->connections : 1000000000u);
  client->options = options;
  client->source = source_open(&source);
  client->wanted = options->count / options->connections;
  client->ring = options->rate ? RATE_WINDOW : options->window;
  client->started = calloc(client->ring, sizeof *client->started);
  client->out = malloc(OUT_CAP);
  client->in = malloc(IN_CAP);
  if (!client->started || !client->out || !client->in) abort();
  client->fd = dial(options->socket);
  client->begun_ns = now_ns();
  if (pthread_create(&client->thread, NULL, run, client) != 0) abort();
}

static uint64_t answered(struct client *clients, unsigned count) {
  uint64_t sum = 0;
  for (unsigned i = 0; i < count; i++) sum += atomic_load(&clients[i].answered);
  return sum;
}

// Prints a line a slice until every client is done.
static void watch(struct client *clients, const struct options *options, uint64_t begun) {
  uint64_t before = 0, last = begun;
  for (unsigned i = 0; i < options->connections;) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += options->slice;
    if (pthread_timedjoin_np(clients[i].thread, NULL, &until) == 0) {
      i++;
      continue;
    }
    uint64_t now = now_ns(), all = answered(clients, options->connections);
    printf("slice %.1f s: %.0f events/s\n", (double)(now - begun) / 1e9, (double)(all - before) * 1e9 / (double)(now - last));
    fflush(stdout);
    before = all;
    last = now;
  }
}

static void usage(void) {
  fputs("usage: bench_load --socket PATH [--count N] [--seconds N] [--window N | --rate N] [--connections N] [--slice N]\n"
        "  made up: [--first N] [--members N] [--subject ID] [--spread-us N] [--ordered-ids]\n"
        "  from a file: --replay FILE [--copies N] [--rounds N]\n", stderr);
  exit(2);
}

static struct options parse(int argc, char **argv) {
  static const struct option known[] = {{"socket", 1, 0, 's'}, {"count", 1, 0, 'n'}, {"seconds", 1, 0, 't'}, {"window", 1, 0, 'w'},
    {"rate", 1, 0, 'r'}, {"connections", 1, 0, 'c'}, {"slice", 1, 0, 'l'}, {"first", 1, 0, 'f'}, {"members", 1, 0, 'm'},
    {"subject", 1, 0, 'u'}, {"spread-us", 1, 0, 'p'}, {"ordered-ids", 0, 0, 'o'}, {"replay", 1, 0, 'y'}, {"copies", 1, 0, 'k'},
    {"rounds", 1, 0, 'd'}, {0, 0, 0, 0}};
  struct options options = {.window = 1000, .connections = 1, .slice = 5,
    .source = {.members = 1000000, .spread_us = 700000, .copies = 1, .rounds = 1}};
  for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    uint64_t number = optarg ? strtoull(optarg, NULL, 10) : 0;
    switch (c) {
    case 's': options.socket = optarg; break;
    case 'n': options.count = number; break;
    case 't': options.seconds = (unsigned)number; break;
    case 'w': options.window = (unsigned)number; break;
    case 'r': options.rate = number; break;
    case 'c': options.connections = (unsigned)number; break;
    case 'l': options.slice = (unsigned)number; break;
    case 'f': options.source.first = number; break;
    case 'm': options.source.members = number; break;
    case 'u': options.source.subject = optarg; break;
    case 'p': options.source.spread_us = number; break;
    case 'o': options.source.ordered_ids = true; break;
    case 'y': options.source.file = optarg; break;
    case 'k': options.source.copies = (unsigned)number; break;
    case 'd': options.source.rounds = (unsigned)number; break;
    default: usage();
    }
  }
  if (!options.socket || !options.window || !options.connections || !options.source.members || optind < argc) usage();
  return options;
}

int main(int argc, char **argv) {
  struct options options = parse(argc, argv);
  struct client *clients = calloc(options.connections, sizeof *clients);
  struct hist *all = calloc(1, sizeof *all);
  if (!clients || !all) abort();
  uint64_t begun = now_ns(), other = 0, sent = 0;
  for (unsigned i = 0; i < options.connections; i++) start(&clients[i], &options, i);
  watch(clients, &options, begun);
  double seconds = (double)(now_ns() - begun) / 1e9;
  for (unsigned i = 0; i < options.connections; i++) {
    hist_merge(all, &clients[i].hist);
    other += clients[i].other;
    sent += clients[i].sent;
    source_close(clients[i].source);
    close(clients[i].fd);
    free(clients[i].started);
    free(clients[i].out);
    free(clients[i].in);
  }
  printf("events %llu\nnot_applied %llu\n", (unsigned long long)sent, (unsigned long long)other);
  printf("seconds %.3f\nevents_per_s %.0f\n", seconds, (double)sent / seconds);
  printf("p50_us %.1f\np99_us %.1f\n", (double)hist_quantile(all, 500) / 10, (double)hist_quantile(all, 990) / 10);
  printf("p999_us %.1f\nmax_us %.1f\n", (double)hist_quantile(all, 999) / 10, (double)all->max / 10);
  free(clients);
  free(all);
  return other ? 1 : 0;
}
