// A parcel: some lines of one connection that are answered together. Each connection has its parcels in a row, in the order of its
// lines, and answers leave only from the front of that row. Made and freed by the loop thread; between acr__worker_push and its
// return the worker reads `lines` and `next`.
#ifndef ACR_DAEMON_PARCEL_H
#define ACR_DAEMON_PARCEL_H
#include "accrue.h"
#include "base/buf.h"
#include "daemon/chunk.h"
#include "daemon/limits.h"

struct conn;

typedef enum parcel_kind {
  PARCEL_LINES,  // for the engine
  PARCEL_TEXT,   // answered at the door: `text` holds the answers
  PARCEL_VERIFY, // server.verify: answered by a work thread
  PARCEL_BACKUP, // server.backup: likewise
  PARCEL_RELOAD, // template.reload: loaded by a work thread, then for the engine like PARCEL_LINES
} parcel_kind;

struct parcel {
  struct parcel *next;         // in the worker's queue or batch
  struct parcel *next_in_conn; // in the connection's row
  struct conn *conn;           // borrowed: a connection outlives its parcels; NULL = the daemon's own (watch.c)
  struct chunk *chunk;         // one reference; NULL unless PARCEL_LINES
  parcel_kind kind;
  bool started, answered; // of the kinds other than PARCEL_LINES
  bool holds;             // the next line of its connection waits for its answer
  bool ripe;              // a clock: what is due up to it has run (the worker's)
  unsigned count;         // lines
  size_t cost;            // see DAEMON_LINE_COST
  acr_ahead *ahead;       // the lines as read; kept with the parcel when it is used again
  acr_loaded *loaded;     // PARCEL_RELOAD: what was loaded for it; owned
  acr__buf text;          // PARCEL_TEXT: the answers; PARCEL_VERIFY, _BACKUP: the request, then the answer; PARCEL_RELOAD: the request
  struct {
    const char *text;
    size_t len;
  } lines[DAEMON_PARCEL_LINES];
};

struct parcel_pool {
  struct parcel *free;
  int count;
};

struct parcel *acr__parcel_take(struct parcel_pool *pool, struct conn *conn, parcel_kind kind);
void acr__parcel_free(struct parcel_pool *pool, struct chunk_pool *chunks, struct parcel *parcel);
void acr__parcel_pool_free(struct parcel_pool *pool);
#endif
