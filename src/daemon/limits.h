// Every bound of the daemon, with its reason. A peer that reaches one waits, is told `overloaded`, or is cut; memory is bounded.
#ifndef ACR_DAEMON_LIMITS_H
#define ACR_DAEMON_LIMITS_H

enum {
  DAEMON_CHUNK_BYTES = 256 << 10,      // one read: a Unix socket holds about 200 KiB
  DAEMON_CHUNK_FIRST_BYTES = 32 << 10, // of a connection that has not shown yet that it reads its answers
  DAEMON_CHUNK_ROOM_SHARE = 8,         // less room than this part of a chunk and the next read goes into a new one
  DAEMON_CHUNKS_KEPT = 16,             // free chunks kept for reuse
  DAEMON_PARCEL_LINES = 64,            // lines handed to the engine together; it looks at nothing else in between
  DAEMON_PARCELS_KEPT = 4096,          // free parcels kept for reuse
  DAEMON_BATCH_LINES_ENOUGH = 1024,    // a batch this long is committed as soon as the store is free
  DAEMON_BATCH_US_ENOUGH = 4000,       // and so is one this old, unless more than as many lines wait behind it
  DAEMON_BATCH_LINES_MAX = 4096,       // and no batch grows longer: an answer waits for its whole batch
  DAEMON_BATCH_COST_MAX = 8 << 20,     // likewise in bytes, see DAEMON_LINE_COST
  DAEMON_CLOCK_PIECES = 64,            // pieces of due work that a clock runs between two parcels
  DAEMON_JOB_NICE = 10,                // of a thread that prepares a request: events go before it where cores are short
  DAEMON_QUIET_MS = 100,               // without a line, before what can wait is done: it would be in the way of the next
  DAEMON_CLOCK_RETRY_MS = 1000,        // before the daemon's own clock is tried again that could not be taken
  DAEMON_LINE_COST = 512,              // what a waiting line costs beside its bytes: its place and most of its answer
  DAEMON_REQUEST_COST = 128 << 10,     // a request's answer may be a page of the ledger
  DAEMON_SOCKET_BYTES = 256 << 10,     // what the kernel may hold of answers that nobody reads
  DAEMON_INPUT_COST_MIN = 32 << 10,    // what one connection may have waiting before it has read any answer
  DAEMON_INPUT_COST_MAX = 8 << 20,     // and when it has read as much: a few commits' worth at any speed
  DAEMON_QUEUE_COST = 128 << 20,       // what all connections together may have waiting; beyond it: overloaded
  DAEMON_OUTPUT_SOFT = 256 << 10,      // unsent answers above which nothing more is read from a connection
  DAEMON_OUTPUT_HARD = 4 << 20,        // unsent answers above which a peer that reads nothing is cut at the next tick
  DAEMON_OUTPUT_ALL = 64 << 20,        // the same for all connections together
  DAEMON_STALL_TICKS = 10,             // ticks without progress before a peer is cut that is stopped, or above the soft bound
  DAEMON_TICK_MS = 1000,               // the clock of the rules above; runs only while answers are unsent
  DAEMON_CONNECTIONS = 4096,           // unless the limit of open files is lower
  DAEMON_FILES_RESERVED = 48,          // of that limit, for the ledger and the program's own
  DAEMON_BACKLOG = 512,                // connections that wait to be accepted
  DAEMON_STOP_MS = 4000,               // after SIGTERM: peers that have not read their answers by then are cut
  DAEMON_STOP_LAST_MS = 4800,          // and the process ends, whatever is still going on
  DAEMON_SOCKET_PATH_MAX = 107         // sun_path has 108 bytes
};
#endif
