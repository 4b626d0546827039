// What the files of the outbox share.
#ifndef ACR_OUTBOX_BOX_H
#define ACR_OUTBOX_BOX_H
#include "base/buf.h"
#include "outbox/outbox.h"
#include "outbox/row.h"
#include <pthread.h>
#include <stdio.h>

struct acr__outbox {
  struct acr__outbox_options options;
  acr_engine *engine; // borrowed; NULL until it is opened
  char *path;         // owned
  pthread_t thread;
  bool threaded, deliver;
  struct sender *sender; // send.c; the thread's own
  pthread_mutex_t mutex;
  // Under the mutex:
  bool stopping;
  struct rows rows;
  uint64_t cursor;       // web hooks of records before it are sent or listed
  uint64_t end;          // of the log
  bool behind;           // there may be web hooks between the two
  uint64_t delivered, failed;
  // The notes: note.c
  FILE *file;
  size_t file_bytes, kept_bytes; // in all, and when it was written anew
  uint64_t cursor_noted;
  bool cursor_due;               // rows in front of it were noted
  int64_t begin_us;              // web hooks recorded before this are none of ours
  bool broken;                   // it cannot be written: said once
};

int64_t acr__outbox_now(void); // wall clock

// ---- note.c: with the mutex
bool acr__notes_open(acr__outbox *outbox, char **message); // what was kept; written anew
void acr__note_row(acr__outbox *outbox, const struct row *row);
void acr__note_gone(acr__outbox *outbox, const struct row *row); // sent or dropped
void acr__notes_flush(acr__outbox *outbox);
void acr__notes_close(acr__outbox *outbox);

// ---- send.c
struct sender *acr__sender_new(acr__outbox *outbox);
void acr__sender_free(struct sender *sender);
void acr__sender_wake(struct sender *sender); // any thread
// Begins what is due and goes on with what was begun; waits for at most wait_ms for something to happen. The number under way.
int acr__sender_turn(struct sender *sender, bool begin, int wait_ms);

// ---- box.c
bool acr__outbox_read(acr__outbox *outbox, const struct row *row, acr__buf *url, acr__buf *body); // out of the log; false = erased
bool acr__outbox_scan(acr__outbox *outbox); // a turn of taking up; true = there is more and room for it
// What became of an attempt: http_status 0 = there was no answer.
void acr__outbox_settle(acr__outbox *outbox, struct row *row, long http_status, const char *error);
#endif
