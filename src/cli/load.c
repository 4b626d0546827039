#include "cli/load.h"
#include "base/mem.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { OUT_BYTES = 4 << 20, IN_BYTES = 4 << 20, RATE_WINDOW = 200000, HEAD_BYTES = 200 };

struct client {
  pthread_t thread;
  const struct load_options *options;
  struct source *source;
  uint64_t sent, wanted, begun_ns;
  uint64_t *started; // ring of `ring` start times, by event number
  unsigned ring;
  _Atomic uint64_t answered;
  int fd;
  char *out, *in;
  size_t out_at, out_len, in_len;
  bool ended, joined;
  struct hist hist;
  char fault[256];
};

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// Ends the client.
static void fail(struct client *client, const char *what, const char *why) {
  snprintf(client->fault, sizeof client->fault, "%s: %s", what, why);
}

static void dial(struct client *client, const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  client->fd = -1;
  if (strlen(path) >= sizeof address.sun_path) {
    fail(client, path, strerror(ENAMETOOLONG));
    return;
  }
  memcpy(address.sun_path, path, strlen(path));
  client->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (client->fd < 0 || connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0) fail(client, path, strerror(errno));
}

// How many events may have been begun by `now`.
static uint64_t due(const struct client *client, uint64_t now) {
  const struct load_options *options = client->options;
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
  while (!client->ended && client->sent < until && (size_t)OUT_BYTES - client->out_len >= SOURCE_LINE_MAX) {
    size_t len = acr__source_next(client->source, client->out + client->out_len);
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
    if (n < 0) {
      fail(client, "the connection was lost", strerror(errno));
      return;
    };
    client->out_at += (size_t)n;
  }
}

static void answer(struct client *client, acr__span line, uint64_t now) {
  uint64_t answered = atomic_load_explicit(&client->answered, memory_order_relaxed);
  hist_add(&client->hist, (now - client->started[answered % client->ring]) / 100u);
  atomic_store_explicit(&client->answered, answered + 1, memory_order_relaxed);
  if (!client->options->reply) return;
  bool applied = memmem(line.ptr, line.len < HEAD_BYTES ? line.len : HEAD_BYTES, "\"applied\"", 9) != NULL;
  client->options->reply(client->options->reply_arg, line, applied);
}

static void drain(struct client *client) {
  ssize_t n = recv(client->fd, client->in + client->in_len, IN_BYTES - client->in_len, 0);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    fail(client, "the connection was lost", n == 0 ? "the daemon closed it" : strerror(errno));
    return;
  }
  uint64_t now = now_ns();
  char *line = client->in, *end = client->in + client->in_len + (size_t)n, *newline;
  while ((newline = memchr(line, '\n', (size_t)(end - line)))) {
    answer(client, (acr__span){line, (size_t)(newline - line)}, now);
    line = newline + 1;
  }
  client->in_len = (size_t)(end - line);
  memmove(client->in, line, client->in_len);
}

static void *run(void *arg) {
  struct client *client = arg;
  uint64_t stop = client->options->seconds ? client->begun_ns + client->options->seconds * 1000000000ull : UINT64_MAX;
  while (!client->fault[0]) {
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
  return NULL;
}

static void start(struct client *client, const struct load_options *options, unsigned number) {
  struct source_options source = options->source;
  source.first += number * (options->count ? options->count / options->connections : 1000000000u);
  client->options = options;
  client->source = acr__source_open(&source);
  client->wanted = options->count / options->connections;
  client->ring = options->rate ? RATE_WINDOW : options->window;
  client->started = acr__mem_alloc(client->ring * sizeof *client->started);
  client->out = acr__mem_alloc(OUT_BYTES);
  client->in = acr__mem_alloc(IN_BYTES);
  dial(client, options->socket);
  client->begun_ns = now_ns();
  if (pthread_create(&client->thread, NULL, run, client) != 0) abort();
}

static void stop(struct client *client, struct load_figures *figures) {
  hist_merge(&figures->hist, &client->hist);
  figures->sent += client->sent;
  figures->answered += atomic_load(&client->answered);
  if (client->fault[0]) memcpy(figures->fault, client->fault, sizeof figures->fault);
  acr__source_close(client->source);
  if (client->fd >= 0) close(client->fd);
  free(client->started);
  free(client->out);
  free(client->in);
}

static uint64_t answered(struct client *clients, unsigned count) {
  uint64_t sum = 0;
  for (unsigned i = 0; i < count; i++)
    sum += atomic_load(&clients[i].answered);
  return sum;
}

// Waits for every client; tells how far they are.
static void watch(struct client *clients, const struct load_options *options, uint64_t begun) {
  uint64_t before = 0, last = begun;
  for (unsigned i = 0; i < options->connections;) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += options->slice_s;
    int failed = options->slice_s ? pthread_timedjoin_np(clients[i].thread, NULL, &until) : pthread_join(clients[i].thread, NULL);
    if (!failed) {
      i++;
      continue;
    }
    uint64_t now = now_ns(), all = answered(clients, options->connections);
    options->slice(options->slice_arg, (double)(now - begun) / 1e9, (double)(all - before) * 1e9 / (double)(now - last));
    before = all;
    last = now;
  }
}

bool acr__bench_load(const struct load_options *options, struct load_figures *figures) {
  struct client *clients = acr__mem_alloc(options->connections * sizeof *clients);
  memset(clients, 0, options->connections * sizeof *clients);
  memset(figures, 0, sizeof *figures);
  uint64_t begun = now_ns();
  for (unsigned i = 0; i < options->connections; i++)
    start(&clients[i], options, i);
  watch(clients, options, begun);
  figures->seconds = (double)(now_ns() - begun) / 1e9;
  for (unsigned i = 0; i < options->connections; i++)
    stop(&clients[i], figures);
  free(clients);
  return !figures->fault[0];
}
