#include "base/thread.h"
#include "daemon/conn.h"
#include "daemon/daemon.h"
#include "daemon/watch.h"
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

static void batch_done(uv_async_t *handle) {
  struct server *server = handle->data;
  struct flight *flight;
  if (server->cut) return;
  while ((flight = acr__worker_done(&server->worker)))
    acr__row_gather(server, flight);
}

// From the store's thread or the worker's.
static void batch_ready(void *arg) {
  struct server *server = arg;
  uv_async_send(&server->batch_done);
}

static void tick(uv_timer_t *timer) {
  struct server *server = timer->data;
  size_t unsent = 0;
  for (struct conn *conn = server->conns; conn; conn = conn->next)
    unsent += acr__conn_unsent(conn);
  bool crowded = unsent > DAEMON_OUTPUT_ALL;
  unsent = 0;
  for (struct conn *conn = server->conns, *next; conn; conn = next) {
    next = conn->next;
    unsent += acr__conn_tick(conn, crowded);
  }
  if (unsent == 0) uv_timer_stop(timer);
}

void acr__server_connected(uv_stream_t *listener, int status) {
  struct server *server = listener->data;
  if (status < 0 || server->stopping) return;
  if (server->conn_count >= server->options.connections_max) {
    server->accept_waits = true; // not accepting stops the listener until one goes
    return;
  }
  acr__conn_accept(server);
}

static void close_handles(struct server *server) {
  uv_close((uv_handle_t *)&server->batch_done, NULL);
  uv_close((uv_handle_t *)&server->tick, NULL);
  uv_close((uv_handle_t *)&server->deadline, NULL);
  for (int i = 0; i < 3; i++)
    uv_close((uv_handle_t *)&server->signals[i], NULL);
}

void acr__server_conn_closed(struct server *server) {
  server->conn_count--;
  atomic_store_explicit(&server->counters.connections, (unsigned long long)server->conn_count, memory_order_relaxed);
  if (!server->accept_waits || server->stopping) return;
  server->accept_waits = false;
  acr__conn_accept(server);
}

void acr__server_conn_freed(struct server *server) {
  if (server->stopping && !server->conns && !uv_is_closing((uv_handle_t *)&server->tick)) close_handles(server);
}

static volatile sig_atomic_t all_answered, deadline_came, waited;

// The last resort, when a disk or a check keeps a thread: what was acknowledged is durable. A process that stood still together with
// its machine finds both times behind it at once: the loop, which knows what is unanswered, comes first then.
static void last_resort(int signal_number) {
  (void)signal_number;
  bool wait = !all_answered && !deadline_came && !waited;
  waited = true;
  if (wait) return;
  static const char line[] = "accrued: not everything could be answered in time: send it again\n";
  if (all_answered) _exit(ACR_EXIT_OK);
  if (write(STDERR_FILENO, line, sizeof line - 1) < 0) _exit(ACR_EXIT_UNKNOWN);
  _exit(ACR_EXIT_UNKNOWN);
}

// Peers that have not read their answers are cut; lines that the engine has not answered by now get no answer.
static void deadline(uv_timer_t *timer) {
  struct server *server = timer->data;
  bool unanswered = false;
  deadline_came = true;
  for (struct conn *conn = server->conns, *next; conn; conn = next) {
    next = conn->next;
    acr__conn_close(conn);
    unanswered |= conn->first && conn->first->kind == PARCEL_LINES;
  }
  all_answered = !unanswered;
  if (!unanswered) return;
  server->cut = true;
  acr__row_forget(server, acr__worker_stop(&server->worker, true));
}

static void stop(uv_signal_t *handle, int signal_number) {
  struct server *server = handle->data;
  if (signal_number == SIGHUP || server->stopping) return;
  server->stopping = true;
  signal(SIGALRM, last_resort);
  struct itimerval last = {.it_value = {DAEMON_STOP_LAST_MS / 1000, DAEMON_STOP_LAST_MS % 1000 * 1000L},
                           .it_interval = {0, (DAEMON_STOP_LAST_MS - DAEMON_STOP_MS) * 1000L}};
  setitimer(ITIMER_REAL, &last, NULL);
  uv_timer_start(&server->deadline, deadline, DAEMON_STOP_MS, 0);
  acr__outbox_stop(server->outbox);
  acr__watch_stop(server);
  acr__worker_cancel(&server->worker);
  uv_close((uv_handle_t *)&server->listener, NULL); // removes the socket file
  for (struct conn *conn = server->conns, *next; conn; conn = next) {
    next = conn->next;
    acr__conn_finish(conn);
  }
  acr__server_conn_freed(server);
}

void acr__server_prepare(struct server *server) {
  static const int numbers[3] = {SIGTERM, SIGINT, SIGHUP};
  uv_async_init(&server->loop, &server->batch_done, batch_done);
  uv_timer_init(&server->loop, &server->tick);
  uv_timer_init(&server->loop, &server->deadline);
  server->batch_done.data = server->tick.data = server->deadline.data = server;
  uv_timer_start(&server->tick, tick, DAEMON_TICK_MS, DAEMON_TICK_MS); // stops itself while nothing is unsent
  for (int i = 0; i < 3; i++) {
    uv_signal_init(&server->loop, &server->signals[i]);
    server->signals[i].data = server;
    uv_signal_start(&server->signals[i], stop, numbers[i]);
  }
}

void acr__server_run(struct server *server) {
  acr__worker_start(&server->worker, server->engine, (own_clock)server->options.own_clock, batch_ready, server);
  acr__watch_start(server);
  acr__thread_prompt();
  uv_run(&server->loop, UV_RUN_DEFAULT);
  if (!server->cut) {
    all_answered = true;
    struct parcel *left = acr__worker_stop(&server->worker, false);
    assert(!left || !left->conn);
    acr__row_forget(server, left);
  }
  acr__watch_free(server);
  uv_loop_close(&server->loop);
  acr__parcel_pool_free(&server->parcels);
  acr__chunk_pool_free(&server->chunks);
}
