#include "daemon/conn.h"
#include "base/mem.h"
#include <assert.h>
#include <stdlib.h>

static void allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buf) {
  (void)suggested;
  acr__conn_room(handle->data, buf);
}

static void read_some(uv_stream_t *stream, ssize_t count, const uv_buf_t *buf) {
  (void)buf;
  struct conn *conn = stream->data;
  if (count < 0 && count != UV_EOF) {
    acr__conn_close(conn);
    return;
  }
  if (count == UV_EOF) {
    conn->ended = true;
  } else {
    conn->fill += (size_t)count;
  }
  acr__conn_resume(conn);
}

// All was read, answered and sent.
static bool finished(const struct conn *conn) {
  return conn->ended && !conn->first && acr__conn_unsent(conn) == 0 && (conn->at == conn->fill || conn->server->stopping);
}

void acr__conn_resume(struct conn *conn) {
  if (conn->closing) {
    acr__conn_settle(conn);
    return;
  }
  bool more;
  do {
    more = acr__conn_frame(conn, false);
    acr__conn_send(conn);
    if (conn->closing) return;
    // What was answered at the door made room again; anything else does so later, and comes here then.
  } while (more && conn->cost == 0 && acr__conn_unsent(conn) <= DAEMON_OUTPUT_SOFT);
  acr__conn_trim(conn);
  if (finished(conn)) {
    acr__conn_close(conn);
    return;
  }
  // Lines that were read but may not be taken yet, or a slow reader: what more there is stays in the socket.
  size_t left = conn->fill - conn->at;
  bool waits = conn->held || acr__conn_unsent(conn) > DAEMON_OUTPUT_SOFT || (left && conn->scanned < conn->fill);
  bool wanted = !conn->ended && !waits && (conn->cost == 0 || conn->cost + DAEMON_LINE_COST <= acr__conn_allowance(conn));
  if (wanted == conn->reading) return;
  conn->reading = wanted;
  if (!wanted) {
    uv_read_stop((uv_stream_t *)&conn->pipe);
  } else if (uv_read_start((uv_stream_t *)&conn->pipe, allocate, read_some) != 0) {
    acr__conn_close(conn);
  }
}

void acr__conn_finish(struct conn *conn) {
  if (conn->closing) return;
  if (conn->reading) uv_read_stop((uv_stream_t *)&conn->pipe);
  conn->reading = false;
  conn->ended = true;
  acr__conn_frame(conn, true);
  acr__conn_send(conn);
  acr__conn_resume(conn);
}

static void closed(uv_handle_t *handle) {
  struct conn *conn = handle->data;
  conn->closed = true;
  acr__server_conn_closed(conn->server);
  acr__conn_settle(conn);
}

void acr__conn_close(struct conn *conn) {
  if (conn->closing) return;
  conn->closing = true;
  conn->reading = false;
  uv_close((uv_handle_t *)&conn->pipe, closed);
  acr__row_advance(conn);
}

void acr__conn_settle(struct conn *conn) {
  if (!conn->closed || conn->first || conn->write_busy || conn->touched) return;
  struct server *server = conn->server;
  if (conn->previous) {
    conn->previous->next = conn->next;
  } else {
    server->conns = conn->next;
  }
  if (conn->next) conn->next->previous = conn->previous;
  acr__chunk_drop(&server->chunks, conn->chunk);
  acr__buf_free(&conn->out);
  acr__buf_free(&conn->writing);
  free(conn);
  acr__server_conn_freed(server);
}

void acr__conn_accept(struct server *server) {
  struct conn *conn = acr__mem_alloc(sizeof *conn);
  memset(conn, 0, sizeof *conn);
  conn->server = server;
  conn->next = server->conns;
  if (conn->next) conn->next->previous = conn;
  server->conns = conn;
  server->conn_count++;
  atomic_store_explicit(&server->counters.connections, (unsigned long long)server->conn_count, memory_order_relaxed);
  uv_pipe_init(&server->loop, &conn->pipe, 0);
  conn->pipe.data = conn;
  if (uv_accept((uv_stream_t *)&server->listener, (uv_stream_t *)&conn->pipe) != 0) {
    acr__conn_close(conn);
    return;
  }
  atomic_fetch_add_explicit(&server->counters.accepted, 1, memory_order_relaxed);
  acr__conn_resume(conn);
}
