// The web hooks that are listed: those that wait, by host and time, and those that were given up.
#ifndef ACR_OUTBOX_ROW_H
#define ACR_OUTBOX_ROW_H
#include "base/table.h"
#include <stdbool.h>
#include <stdint.h>

typedef enum row_state { ROW_WAITING, ROW_SENDING, ROW_GIVEN_UP } row_state;

struct row {
  uint64_t pos, seq;
  int index;
  row_state state;
  int attempts;
  int64_t recorded_at, first_us, next_us; // first_us: of the first attempt, 0 = none yet
  char *url, *error;                      // owned; error of the last attempt, may be NULL
  struct host *host;
};

struct host {
  char *name;             // owned
  struct row **waiting;   // owned; a heap, the first to be sent on top
  size_t count, cap;
  int sending;
};

struct rows {
  acr__table *by_id;   // "SEQ.INDEX" -> row; owned with the rows
  struct host **hosts; // owned
  size_t host_count;
  size_t waiting, given_up;
};

void acr__rows_init(struct rows *rows);
void acr__rows_free(struct rows *rows);
struct row *acr__rows_find(const struct rows *rows, uint64_t seq, int index);
struct row *acr__rows_add(struct rows *rows, const struct row *row, acr__span url); // waiting; NULL = it is there already
void acr__rows_remove(struct rows *rows, struct row *row); // frees it
void acr__rows_wait(struct rows *rows, struct row *row, int64_t next_us); // from any state
void acr__rows_give_up(struct rows *rows, struct row *row);
// The next that is due at a host with room, taken out to be sent; NULL when there is none, *next_us then says when to look again
// (INT64_MAX = not before something changes).
struct row *acr__rows_take(struct rows *rows, int64_t now, int64_t *next_us);
struct row *acr__rows_oldest(const struct rows *rows, bool given_up); // by its number; NULL = none
void acr__row_error(struct row *row, acr__span text);
// Without a login: "https://example.com/hook".
char *acr__url_shown(const char *url); // malloc'ed
int64_t acr__backoff_us(int attempts); // after so many
#endif
