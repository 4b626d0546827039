#include "outbox/box.h"
#include "base/mem.h"
#include "outbox/limits.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IDLE_MS = 60000 };

int64_t acr__outbox_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

acr__outbox *acr__outbox_new(const struct acr__outbox_options *options) {
  acr__outbox *outbox = acr__mem_alloc(sizeof *outbox);
  *outbox = (acr__outbox){.options = *options};
  if (asprintf(&outbox->path, "%s-outbox", options->ledger) < 0) acr__mem_exhausted(strlen(options->ledger));
  pthread_mutex_init(&outbox->mutex, NULL);
  acr__rows_init(&outbox->rows);
  return outbox;
}

bool acr__outbox_open(acr__outbox *outbox, acr_engine *engine, char **message) {
  pthread_mutex_lock(&outbox->mutex);
  outbox->engine = engine;
  bool good = acr__notes_open(outbox, message);
  outbox->end = acr_engine_log_end(engine);
  outbox->behind = outbox->cursor < outbox->end;
  pthread_mutex_unlock(&outbox->mutex);
  return good;
}

// ---- taking up what the log holds

struct taking {
  acr__outbox *outbox;
  bool full, any;
};

static bool take(void *arg, const struct acr_webhook *hook) {
  struct taking *t = arg;
  acr__outbox *outbox = t->outbox;
  if (!hook->url || hook->recorded_at < outbox->begin_us) return true;
  pthread_mutex_lock(&outbox->mutex);
  t->full = outbox->rows.waiting >= OUTBOX_ROWS_MAX;
  struct row row = {.pos = hook->pos, .seq = hook->seq, .index = hook->index, .recorded_at = hook->recorded_at};
  struct row *own = t->full ? NULL : acr__rows_add(&outbox->rows, &row, (acr__span){hook->url, hook->url_len});
  if (own) acr__note_row(outbox, own);
  t->any |= own != NULL;
  pthread_mutex_unlock(&outbox->mutex);
  return !t->full; // else the record comes again as a whole; what of it is listed is known by its id
}

bool acr__outbox_scan(acr__outbox *outbox) {
  struct taking t = {.outbox = outbox};
  pthread_mutex_lock(&outbox->mutex);
  bool more = outbox->behind && outbox->rows.waiting < OUTBOX_ROWS_MAX;
  uint64_t from = outbox->cursor; // nobody else moves it while we are behind
  pthread_mutex_unlock(&outbox->mutex);
  if (!more) return false;
  uint64_t next = acr_engine_webhooks(outbox->engine, from, OUTBOX_SCAN_BYTES, take, &t);
  more = next != from && !t.full;
  pthread_mutex_lock(&outbox->mutex);
  outbox->cursor = next;
  outbox->cursor_due |= t.any;
  if (next >= outbox->end) outbox->behind = more = false;
  acr__notes_flush(outbox); // before anything of it is sent
  pthread_mutex_unlock(&outbox->mutex);
  return more;
}

void acr__outbox_take_up(acr__outbox *outbox) {
  while (acr__outbox_scan(outbox)) {
  }
}

void acr__outbox_committed(void *arg, uint64_t webhooks, uint64_t end) {
  acr__outbox *outbox = arg;
  if (!outbox->engine) return;
  pthread_mutex_lock(&outbox->mutex);
  outbox->end = end;
  if (webhooks)
    outbox->behind = true;
  else if (!outbox->behind)
    outbox->cursor = end;
  bool wake = outbox->threaded && (webhooks || outbox->cursor - outbox->cursor_noted > OUTBOX_CURSOR_BYTES);
  pthread_mutex_unlock(&outbox->mutex);
  if (wake) acr__sender_wake(outbox->sender);
}

// ---- what became of it

struct reading {
  const struct row *row;
  acr__buf *url, *body;
  bool found;
};

static bool read_one(void *arg, const struct acr_webhook *hook) {
  struct reading *r = arg;
  if (hook->seq != r->row->seq) return false;
  if (hook->index != r->row->index) return true;
  r->found = hook->url != NULL;
  if (r->found) acr__buf_put(r->url, hook->url, hook->url_len);
  if (r->found) acr__buf_put(r->body, hook->body, hook->body_len);
  return false;
}

bool acr__outbox_read(acr__outbox *outbox, const struct row *row, acr__buf *url, acr__buf *body) {
  struct reading r = {row, url, body, false};
  acr_engine_webhooks(outbox->engine, row->pos, 1, read_one, &r);
  return r.found;
}

static void give_up(acr__outbox *outbox, struct row *row) {
  acr__rows_give_up(&outbox->rows, row);
  fprintf(stderr, "accrued: web hook %" PRIu64 ".%d is given up after %d attempts (%s); ", row->seq, row->index, row->attempts, row->error);
  fprintf(stderr, "accrue outbox retry %" PRIu64 ".%d sends it again\n", row->seq, row->index);
  if (outbox->rows.given_up <= OUTBOX_GIVEN_UP_MAX) return;
  struct row *oldest = acr__rows_oldest(&outbox->rows, true);
  acr__note_gone(outbox, oldest);
  acr__rows_remove(&outbox->rows, oldest);
}

// 2xx is taken, 410 wants no more of it; anything else may get better.
void acr__outbox_settle(acr__outbox *outbox, struct row *row, long http_status, const char *error) {
  int64_t now = acr__outbox_now();
  pthread_mutex_lock(&outbox->mutex);
  if (http_status >= 200 && http_status < 300) {
    acr__note_gone(outbox, row);
    acr__rows_remove(&outbox->rows, row);
    outbox->delivered++;
  } else {
    outbox->failed++;
    row->attempts++;
    if (!row->first_us) row->first_us = now;
    acr__row_error(row, acr__span_of(error));
    acr__rows_wait(&outbox->rows, row, now + acr__backoff_us(row->attempts));
    if (http_status == 410 || row->next_us > row->first_us + outbox->options.give_up_us) give_up(outbox, row);
    acr__note_row(outbox, row);
  }
  pthread_mutex_unlock(&outbox->mutex);
}

// ---- the thread

static void *run(void *arg) {
  acr__outbox *outbox = arg;
  bool stopping = false;
  int64_t until = 0;
  for (;;) {
    bool more = !stopping && acr__outbox_scan(outbox);
    int wait_ms = more ? 0 : stopping ? 100 : IDLE_MS;
    int sending = acr__sender_turn(outbox->sender, outbox->deliver && !stopping, wait_ms);
    pthread_mutex_lock(&outbox->mutex);
    if (outbox->stopping && !stopping) until = acr__outbox_now() + OUTBOX_STOP_MS * 1000LL;
    stopping = outbox->stopping;
    acr__notes_flush(outbox);
    pthread_mutex_unlock(&outbox->mutex);
    if (stopping && (!sending || acr__outbox_now() >= until)) return NULL;
  }
}

void acr__outbox_start(acr__outbox *outbox, bool deliver) {
  outbox->deliver = deliver;
  outbox->sender = acr__sender_new(outbox);
  outbox->threaded = true;
  if (pthread_create(&outbox->thread, NULL, run, outbox) == 0) return;
  fputs("accrued: the system gives no thread\n", stderr);
  abort();
}

void acr__outbox_stop(acr__outbox *outbox) {
  pthread_mutex_lock(&outbox->mutex);
  outbox->stopping = true;
  pthread_mutex_unlock(&outbox->mutex);
  if (outbox->threaded) acr__sender_wake(outbox->sender);
}

void acr__outbox_close(acr__outbox *outbox) {
  if (!outbox) return;
  acr__outbox_stop(outbox);
  if (outbox->threaded) {
    pthread_join(outbox->thread, NULL);
    acr__sender_free(outbox->sender);
  }
  acr__notes_close(outbox);
  acr__rows_free(&outbox->rows);
  pthread_mutex_destroy(&outbox->mutex);
  free(outbox->path);
  free(outbox);
}
