// The daemon's state: everything here belongs to the loop thread, but for the counters and what worker.h says.
#ifndef ACR_DAEMON_SERVER_H
#define ACR_DAEMON_SERVER_H
#include "daemon/options.h"
#include "daemon/worker.h"
#include "outbox/outbox.h"
#include <stdatomic.h>
#include <uv.h>

// Written by the loop, read by the worker for server.stats.
struct counters {
  atomic_ullong connections, accepted, cut, overloaded, queued_lines, queued_cost;
};

struct server {
  struct daemon_options options;
  uv_loop_t loop;
  uv_pipe_t listener;
  uv_async_t batch_done;
  uv_timer_t tick;     // runs while answers are unsent
  uv_timer_t deadline; // runs after SIGTERM
  uv_signal_t signals[3];
  struct worker worker;
  acr_engine *engine;
  acr__outbox *outbox;
  struct chunk_pool chunks;
  struct parcel_pool parcels;
  struct conn *conns; // all that are not freed yet
  int conn_count;     // that hold a file
  struct watch *watch; // watch.h; NULL without --watch
  size_t cost, lines; // of all that waits
  bool accept_waits;  // one connection is held back until another ends
  bool stopping;      // SIGTERM came
  bool cut;           // the deadline passed with lines unanswered; the worker has ended
  struct counters counters;
};

// Listens on options.socket_path: prints one line and returns ACR_EXIT_FAILED when it cannot.
int acr__server_listen(struct server *server, uv_connection_cb connected);
// A peer waits to be accepted.
void acr__server_connected(uv_stream_t *listener, int status);
// Runs until stopped and everybody is gone. The engine is open.
// Signals and timers: before the ledger is taken up, so that a SIGTERM meanwhile is heeded as soon as the loop runs.
void acr__server_prepare(struct server *server);
void acr__server_run(struct server *server);
// A connection's file was closed; another may be accepted.
void acr__server_conn_closed(struct server *server);
// A connection is gone altogether; after SIGTERM the last one ends the loop.
void acr__server_conn_freed(struct server *server);
#endif
