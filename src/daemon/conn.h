// One connection: bytes in, lines framed into parcels, answers out in the order of the lines.
#ifndef ACR_DAEMON_CONN_H
#define ACR_DAEMON_CONN_H
#include "daemon/server.h"

struct conn {
  struct server *server;
  struct conn *next, *previous; // in server->conns
  uv_pipe_t pipe;
  // Input: chunk->bytes[at..fill) is not framed yet, and holds no line end before `scanned`.
  struct chunk *chunk;
  size_t at, scanned, fill;
  unsigned long long line_number; // lines seen, for errors
  bool skipping;                  // the rest of a line above the limit
  bool reading;
  bool ended; // no more will come: the peer's end, or SIGTERM
  // Parcels in the order of their lines.
  struct parcel *first, *last;
  size_t cost; // of those
  bool held;   // behind a server.verify or template.reload: the next line waits for its answer
  // Output.
  acr__buf out;     // answers not yet given to the socket
  acr__buf writing; // given to uv_write; owned by it until `write_busy` ends
  uv_write_t write;
  bool write_busy;
  unsigned long long handed_over; // answer bytes given to the socket or to uv_write, in all
  unsigned long long sent_seen;   // bytes sent, as the last tick saw it
  int stalled_ticks;
  struct conn *next_touched; // of a batch that is being gathered
  bool touched;
  bool closing, closed;
};

// conn.c: life and reading.
void acr__conn_accept(struct server *server);
// Reads on, or not: whatever input, output and the server's state allow now. Frames what was held back.
void acr__conn_resume(struct conn *conn);
// SIGTERM: takes the lines that were read, reads no more, closes when all is answered.
void acr__conn_finish(struct conn *conn);
void acr__conn_close(struct conn *conn);
// Frees it when its file is closed and no parcel is out.
void acr__conn_settle(struct conn *conn);

// frame.c: bytes to parcels.
void acr__conn_room(struct conn *conn, uv_buf_t *buf);
// Frames the lines that may be taken now (all of them with `force`), hands them to the worker, answers what the door answers.
// true when lines are left for which there is no room.
bool acr__conn_frame(struct conn *conn, bool force);
// Gives the chunk back when nothing needs it.
void acr__conn_trim(struct conn *conn);

// row.c: the row of parcels, and answers.
struct parcel *acr__row_add(struct conn *conn, parcel_kind kind);
void acr__row_charge(struct conn *conn, struct parcel *parcel, size_t cost);
// Moves the answers at the front of the row to the output; starts a server.verify that got there. Of a closing connection they
// are thrown away.
void acr__row_advance(struct conn *conn);
// The front parcel's answers are in the output.
void acr__row_pop(struct conn *conn);
// Every answer of a durable batch.
void acr__row_gather(struct server *server, struct flight *flight);
// Shows what waits to server.stats.
void acr__row_count(struct server *server);
// Parcels that come back without answers, at the end.
void acr__row_forget(struct server *server, struct parcel *parcels);

// output.c
size_t acr__conn_unsent(const struct conn *conn);
// How much of its input may wait for answers: a peer that reads may have more.
size_t acr__conn_allowance(const struct conn *conn);
void acr__conn_send(struct conn *conn);
// Once a tick: cuts who does not read. Returns the bytes unsent.
size_t acr__conn_tick(struct conn *conn, bool crowded);

// beside.c: server.verify and server.backup on a work thread. And which of the requests is done beside the engine; false = none of them.
bool acr__beside_wanted(acr__span line, parcel_kind *kind);
void acr__beside_start(struct parcel *parcel);

// reload.c: template.reload, loaded on a work thread and taken over by the engine between two lines.
void acr__reload_start(struct parcel *parcel);
#endif
