#include "daemon/conn.h"
#include <assert.h>

size_t acr__conn_unsent(const struct conn *conn) {
  return conn->out.len + (conn->write_busy ? uv_stream_get_write_queue_size((const uv_stream_t *)&conn->pipe) : 0);
}

// Bytes that the kernel has taken, in all.
static unsigned long long sent(const struct conn *conn) {
  return conn->handed_over - (acr__conn_unsent(conn) - conn->out.len);
}

size_t acr__conn_allowance(const struct conn *conn) {
  unsigned long long gone = sent(conn);
  unsigned long long read_by_peer = gone > DAEMON_SOCKET_BYTES ? gone - DAEMON_SOCKET_BYTES : 0;
  if (read_by_peer > DAEMON_INPUT_COST_MAX - DAEMON_INPUT_COST_MIN) return DAEMON_INPUT_COST_MAX;
  return DAEMON_INPUT_COST_MIN + (size_t)read_by_peer;
}

static void written(uv_write_t *request, int status) {
  struct conn *conn = request->data;
  conn->write_busy = false;
  acr__buf_free(&conn->writing);
  if (conn->closing) {
    acr__conn_settle(conn);
    return;
  }
  if (status < 0) {
    acr__conn_close(conn);
    return;
  }
  acr__conn_send(conn);
  acr__conn_resume(conn);
}

static uv_buf_t bytes(const acr__buf *buf, size_t from) {
  return uv_buf_init((char *)buf->ptr + from, (unsigned)(buf->len - from));
}

void acr__conn_send(struct conn *conn) {
  if (conn->closing || conn->write_busy || conn->out.len == 0) return;
  uv_stream_t *stream = (uv_stream_t *)&conn->pipe;
  uv_buf_t buf = bytes(&conn->out, 0);
  int taken = uv_try_write(stream, &buf, 1);
  if (taken < 0 && taken != UV_EAGAIN) {
    acr__conn_close(conn);
    return;
  }
  size_t from = taken > 0 ? (size_t)taken : 0;
  conn->handed_over += conn->out.len;
  if (from == conn->out.len) {
    conn->out.len = 0;
    if (conn->out.cap > DAEMON_OUTPUT_SOFT / 4) acr__buf_free(&conn->out); // an idle connection holds little
    return;
  }
  conn->writing = conn->out;
  conn->out = (acr__buf){0};
  conn->write_busy = true;
  conn->write.data = conn;
  buf = bytes(&conn->writing, from);
  if (uv_write(&conn->write, stream, &buf, 1, written) != 0) {
    conn->write_busy = false;
    acr__conn_close(conn);
    return;
  }
  struct server *server = conn->server;
  if (!uv_is_active((uv_handle_t *)&server->tick)) uv_timer_again(&server->tick);
}

size_t acr__conn_tick(struct conn *conn, bool crowded) {
  size_t unsent = acr__conn_unsent(conn);
  if (conn->closing || unsent == 0) {
    conn->stalled_ticks = 0;
    return 0;
  }
  unsigned long long now = sent(conn);
  conn->stalled_ticks = now == conn->sent_seen ? conn->stalled_ticks + 1 : 0;
  conn->sent_seen = now;
  bool stalled = conn->stalled_ticks > 0;
  if ((stalled && (crowded || unsent > DAEMON_OUTPUT_HARD)) ||
      (conn->stalled_ticks >= DAEMON_STALL_TICKS && (unsent > DAEMON_OUTPUT_SOFT || !conn->reading))) {
    atomic_fetch_add_explicit(&conn->server->counters.cut, 1, memory_order_relaxed);
    acr__conn_close(conn);
    return 0;
  }
  return unsent;
}
