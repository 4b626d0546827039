#include "daemon/answer.h"
#include "daemon/conn.h"
#include "daemon/glance.h"

// What one pass over a connection's bytes makes: parcels for the worker.
struct pass {
  struct conn *conn;
  struct parcel *open;         // takes more lines; NULL when the next line needs a new one
  struct parcel *first, *last; // for the worker
};

void acr__conn_room(struct conn *conn, uv_buf_t *buf) {
  struct chunk *chunk = conn->chunk;
  size_t left = conn->fill - conn->at;
  if (chunk && conn->at == conn->fill && chunk->refs == 1) conn->at = conn->scanned = conn->fill = 0;
  bool small = chunk && (chunk->cap < DAEMON_CHUNK_FIRST_BYTES || chunk->cap - conn->fill < chunk->cap / DAEMON_CHUNK_ROOM_SHARE);
  if (!chunk || small) {
    size_t bytes = acr__conn_allowance(conn) > DAEMON_INPUT_COST_MIN ? DAEMON_CHUNK_BYTES : DAEMON_CHUNK_FIRST_BYTES;
    while (bytes < 2 * left)
      bytes *= 2;
    conn->chunk = acr__chunk_take(&conn->server->chunks, bytes);
    if (left) memcpy(conn->chunk->bytes, chunk->bytes + conn->at, left);
    acr__chunk_drop(&conn->server->chunks, chunk);
    conn->scanned -= conn->at;
    conn->at = 0;
    conn->fill = left;
  }
  *buf = uv_buf_init(conn->chunk->bytes + conn->fill, (unsigned)(conn->chunk->cap - conn->fill));
}

void acr__conn_trim(struct conn *conn) {
  enum { SMALL = 4096 };
  struct chunk *chunk = conn->chunk;
  size_t left = conn->fill - conn->at;
  if (!chunk || chunk->refs > 1 || left > SMALL || (left && chunk->cap <= SMALL)) return;
  conn->chunk = left ? acr__chunk_take(&conn->server->chunks, left) : NULL;
  if (left) memcpy(conn->chunk->bytes, chunk->bytes + conn->at, left);
  acr__chunk_drop(&conn->server->chunks, chunk);
  conn->scanned -= conn->at;
  conn->at = 0;
  conn->fill = left;
}

// A line that is answered at the door.
static struct parcel *door(struct pass *pass, size_t len) {
  struct conn *conn = pass->conn;
  struct parcel *parcel = conn->last;
  pass->open = NULL;
  if (!parcel || parcel->kind != PARCEL_TEXT) parcel = acr__row_add(conn, PARCEL_TEXT);
  parcel->answered = true;
  acr__row_charge(conn, parcel, len);
  return parcel;
}

static void take(struct pass *pass, acr__span line, size_t cost, bool request) {
  struct conn *conn = pass->conn;
  bool alone = acr__glance_clock(line) || (request && acr__glance_job(line)); // the worker sets it aside
  if (alone || !pass->open || pass->open->count == DAEMON_PARCEL_LINES) {
    struct parcel *parcel = pass->open = acr__row_add(conn, PARCEL_LINES);
    parcel->chunk = conn->chunk;
    conn->chunk->refs++;
    if (pass->last) {
      pass->last->next = parcel;
    } else {
      pass->first = parcel;
    }
    pass->last = parcel;
  }
  struct parcel *parcel = pass->open;
  parcel->lines[parcel->count].text = line.ptr;
  parcel->lines[parcel->count].len = line.len;
  acr__row_charge(conn, parcel, cost);
  if (alone) pass->open = NULL;
}

static void too_long(struct pass *pass) {
  struct conn *conn = pass->conn;
  acr__answer_too_long(&door(pass, 0)->text, conn->server->options.line_bytes_max, conn->line_number);
}

// One whole line. false when it must wait: for room, or for a server.verify before it.
static bool line_taken(struct pass *pass, acr__span line, bool force) {
  struct conn *conn = pass->conn;
  struct server *server = conn->server;
  bool request = acr__glance_request(line);
  parcel_kind kind;
  size_t cost = line.len + DAEMON_LINE_COST + (request ? DAEMON_REQUEST_COST : 0);
  if (!force && conn->cost > 0 && conn->cost + cost > acr__conn_allowance(conn)) return false;
  conn->line_number++;
  if (line.len > server->options.line_bytes_max) {
    too_long(pass);
  } else if (request && acr__beside_wanted(line, &kind)) {
    struct parcel *parcel = acr__row_add(conn, kind);
    parcel->holds = true;
    acr__buf_put(&parcel->text, line.ptr, line.len);
    acr__row_charge(conn, parcel, cost);
    pass->open = NULL;
    conn->held = true;
  } else if (server->cost > 0 && server->cost + cost > server->options.queue_cost_max) {
    acr__answer_overloaded(&door(pass, DAEMON_LINE_COST)->text, line);
    atomic_fetch_add_explicit(&server->counters.overloaded, 1, memory_order_relaxed);
  } else {
    take(pass, line, cost, request);
  }
  return true;
}

// A line of which the end has not come. Above the limit it is answered now and the rest of it skipped.
// false when it must wait.
static bool rest(struct pass *pass, bool force) {
  struct conn *conn = pass->conn;
  size_t len = conn->fill - conn->at;
  conn->scanned = conn->fill;
  if (conn->skipping) {
    conn->at = conn->fill;
  } else if (len > conn->server->options.line_bytes_max) {
    conn->skipping = true;
    conn->at = conn->fill;
    conn->line_number++;
    too_long(pass);
  } else if (len && conn->ended && !conn->server->stopping) { // the peer's last line may lack its line end
    acr__span line = {conn->chunk->bytes + conn->at, len};
    if (!acr__glance_blank(line) && !line_taken(pass, line, force)) return false;
    conn->at = conn->fill;
  }
  return true;
}

// Lines are read here, on the loop's thread, while the worker judges those before them: each parcel goes as soon as it is read.
static void hand_over(struct worker *worker, struct parcel *parcels) {
  while (parcels) {
    struct parcel *parcel = parcels;
    parcels = parcel->next;
    parcel->next = NULL;
    if (!parcel->ahead) parcel->ahead = acr_ahead_new(worker->engine);
    acr_ahead_reset(parcel->ahead);
    for (unsigned i = 0; i < parcel->count; i++)
      acr_ahead_line(parcel->ahead, parcel->lines[i].text, parcel->lines[i].len);
    acr__worker_push(worker, parcel, parcel);
  }
}

bool acr__conn_frame(struct conn *conn, bool force) {
  struct pass pass = {.conn = conn};
  bool stopped = false;
  while (conn->chunk && !conn->held) {
    if (!force && acr__conn_unsent(conn) > DAEMON_OUTPUT_SOFT) {
      stopped = true;
      break;
    }
    const char *begin = conn->chunk->bytes + conn->at;
    const char *from = conn->chunk->bytes + conn->scanned;
    const char *end = conn->fill > conn->scanned ? memchr(from, '\n', conn->fill - conn->scanned) : NULL;
    if (!end) {
      stopped = !rest(&pass, force);
      break;
    }
    acr__span line = {begin, (size_t)(end - begin)};
    bool skip = conn->skipping || acr__glance_blank(line);
    stopped = !skip && !line_taken(&pass, line, force);
    if (stopped) break;
    conn->skipping = false;
    conn->at = conn->scanned = (size_t)(end - conn->chunk->bytes) + 1;
  }
  acr__row_count(conn->server); // before a line can be answered: who asks for the counts is among those that wait
  hand_over(&conn->server->worker, pass.first);
  acr__row_advance(conn);
  return stopped;
}
