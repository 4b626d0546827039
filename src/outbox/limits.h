// Every bound of the outbox, with its reason.
#ifndef ACR_OUTBOX_LIMITS_H
#define ACR_OUTBOX_LIMITS_H

enum {
  OUTBOX_SENDING_MAX = 16,       // requests at a time
  OUTBOX_HOST_SENDING_MAX = 4,   // of them to one host: a slow one holds no other up
  OUTBOX_ROWS_MAX = 100000,      // listed at a time; more stay in the log until there is room
  OUTBOX_GIVEN_UP_MAX = 10000,   // kept to be sent again by hand; beyond it the oldest go
  OUTBOX_LISTED_MAX = 1000,      // in one answer of outbox.list
  OUTBOX_SCAN_BYTES = 1 << 20,   // of the log in one turn: commits go on in between
  OUTBOX_CURSOR_BYTES = 16 << 20, // of the log without web hooks before the place in it is noted again
  OUTBOX_FILE_BYTES = 1 << 20,   // of notes before they are written anew, unless what is listed takes as much
  OUTBOX_ANSWER_BYTES = 64 << 10, // read of an answer; nobody looks at it
  OUTBOX_CONNECT_MS = 5000,      // a host that does not answer by then is down
  OUTBOX_TIMEOUT_MS = 10000,     // of a request: a web hook takes a notice, it does not work on it
  OUTBOX_STOP_MS = 2500,         // that requests under way have after a stop; the daemon has 5 s in all
  OUTBOX_DELAY_MS = 1000,        // before the second attempt; doubles with each
  OUTBOX_DELAY_MAX_MS = 3600000, // until it is an hour
  OUTBOX_ERROR_BYTES = 160       // of what is kept of a failure
};
#endif
