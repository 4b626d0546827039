#include "daemon/conn.h"
#include "daemon/watch.h"
#include <assert.h>

void acr__row_count(struct server *server) {
  atomic_store_explicit(&server->counters.queued_lines, server->lines, memory_order_relaxed);
  atomic_store_explicit(&server->counters.queued_cost, server->cost, memory_order_relaxed);
}

struct parcel *acr__row_add(struct conn *conn, parcel_kind kind) {
  struct parcel *parcel = acr__parcel_take(&conn->server->parcels, conn, kind);
  if (conn->last) {
    conn->last->next_in_conn = parcel;
  } else {
    conn->first = parcel;
  }
  conn->last = parcel;
  return parcel;
}

void acr__row_charge(struct conn *conn, struct parcel *parcel, size_t cost) {
  parcel->count++;
  parcel->cost += cost;
  conn->cost += cost;
  conn->server->cost += cost;
  conn->server->lines++;
}

void acr__row_pop(struct conn *conn) {
  struct server *server = conn->server;
  struct parcel *parcel = conn->first;
  conn->first = parcel->next_in_conn;
  if (!conn->first) conn->last = NULL;
  conn->cost -= parcel->cost;
  server->cost -= parcel->cost;
  server->lines -= parcel->count;
  if (parcel->holds) conn->held = false;
  acr__parcel_free(&server->parcels, &server->chunks, parcel);
}

static void start(struct parcel *parcel) {
  if (parcel->kind == PARCEL_RELOAD)
    acr__reload_start(parcel);
  else
    acr__beside_start(parcel);
}

void acr__row_advance(struct conn *conn) {
  while (conn->first && conn->first->kind != PARCEL_LINES) {
    struct parcel *parcel = conn->first;
    if (!parcel->answered && !parcel->started && !conn->closing) start(parcel);
    if (!parcel->answered && parcel->started) return;
    if (!conn->closing) acr__buf_put(&conn->out, parcel->text.ptr, parcel->text.len);
    acr__row_pop(conn);
  }
}

static void touch(struct conn **touched, struct conn *conn) {
  if (conn->touched) return;
  conn->touched = true;
  conn->next_touched = *touched;
  *touched = conn;
}

void acr__row_gather(struct server *server, struct flight *flight) {
  struct conn *touched = NULL;
  size_t at = 0;
  for (struct parcel *parcel = flight->first; parcel;) {
    struct parcel *next = parcel->next;
    struct conn *conn = parcel->conn;
    if (!conn) {
      acr__watch_answered(server, flight->batch, at);
      at += parcel->count;
      acr__parcel_free(&server->parcels, &server->chunks, parcel);
      parcel = next;
      continue;
    }
    assert(conn->first == parcel);
    for (unsigned i = 0; i < parcel->count; i++, at++) {
      const char *text;
      size_t len;
      void *tag;
      acr_batch_reply(flight->batch, at, &text, &len, &tag);
      assert(tag == parcel);
      if (!conn->closing) acr__buf_put(&conn->out, text, len);
    }
    acr__row_pop(conn);
    acr__row_advance(conn);
    touch(&touched, conn);
    parcel = next;
  }
  assert(at == acr_batch_count(flight->batch));
  acr__worker_gathered(&server->worker, flight);
  acr__row_count(server);
  while (touched) {
    struct conn *conn = touched;
    touched = conn->next_touched;
    conn->touched = false;
    acr__conn_send(conn);
    acr__conn_resume(conn);
  }
}

void acr__row_forget(struct server *server, struct parcel *parcels) {
  while (parcels) {
    struct parcel *next = parcels->next;
    struct conn *conn = parcels->conn;
    if (!conn) {
      acr__parcel_free(&server->parcels, &server->chunks, parcels);
      parcels = next;
      continue;
    }
    assert(conn->first == parcels && server == conn->server);
    acr__row_pop(conn);
    acr__row_advance(conn);
    acr__conn_settle(conn);
    parcels = next;
  }
}
