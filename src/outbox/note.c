// LEDGER-outbox: lines that are only added, and written anew now and then. The first names the ledger; a line that is broken ends what
// counts, so that at worst something is sent again.
#include "base/mem.h"
#include "outbox/box.h"
#include "outbox/limits.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void put(acr__outbox *outbox, const char *text, int len) {
  if (outbox->file && len > 0 && fwrite(text, 1, (size_t)len, outbox->file) == (size_t)len) outbox->file_bytes += (size_t)len;
}

void acr__note_row(acr__outbox *outbox, const struct row *row) {
  char line[512];
  int len = snprintf(line, sizeof line, "row %" PRIu64 " %" PRIu64 " %d %d %" PRId64 " %" PRId64 " %d %s\n", row->pos, row->seq, row->index,
                     row->attempts, row->first_us, row->next_us, row->state == ROW_GIVEN_UP, row->error ? row->error : "");
  put(outbox, line, len);
}

void acr__note_gone(acr__outbox *outbox, const struct row *row) {
  char line[64];
  put(outbox, line, snprintf(line, sizeof line, "gone %" PRIu64 " %d\n", row->seq, row->index));
}

static void note_cursor(acr__outbox *outbox) {
  char line[64];
  put(outbox, line, snprintf(line, sizeof line, "cursor %" PRIu64 "\n", outbox->cursor));
  outbox->cursor_noted = outbox->cursor;
  outbox->cursor_due = false;
}

static void note_each(acr__span key, void *value, void *arg) {
  (void)key;
  acr__note_row(arg, value);
}

// Beside the old one, then in its place.
static bool write_anew(acr__outbox *outbox) {
  char id[33], line[128], *fresh = NULL;
  if (asprintf(&fresh, "%s.new", outbox->path) < 0) acr__mem_exhausted(strlen(outbox->path));
  int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  FILE *old = outbox->file, *file = fd >= 0 ? fdopen(fd, "w") : NULL;
  bool good = false;
  if (file) {
    acr_engine_ledger_id(outbox->engine, id);
    outbox->file = file;
    outbox->file_bytes = 0;
    put(outbox, line, snprintf(line, sizeof line, "accrue-outbox 1 %s %" PRId64 "\n", id, outbox->begin_us));
    acr__table_each(outbox->rows.by_id, note_each, outbox);
    note_cursor(outbox);
    good = fflush(file) == 0 && !ferror(file) && fsync(fd) == 0 && rename(fresh, outbox->path) == 0;
    outbox->kept_bytes = outbox->file_bytes;
  }
  if (good && old) fclose(old);
  if (!good) outbox->file = old;
  if (!good && file) fclose(file);
  free(fresh);
  return good;
}

void acr__notes_flush(acr__outbox *outbox) {
  if (!outbox->file) return;
  // Rows stand in front of the cursor that has passed them: what is lost of the end is found again.
  if (outbox->cursor_due || outbox->cursor - outbox->cursor_noted > OUTBOX_CURSOR_BYTES) note_cursor(outbox);
  bool good = fflush(outbox->file) == 0 && !ferror(outbox->file);
  if (good && outbox->file_bytes > OUTBOX_FILE_BYTES && outbox->file_bytes > 4 * outbox->kept_bytes) good = write_anew(outbox);
  if (!good && !outbox->broken)
    fprintf(stderr, "accrued: %s cannot be written: %s; web hooks may be sent again\n", outbox->path, strerror(errno));
  outbox->broken = !good;
  clearerr(outbox->file);
}

void acr__notes_close(acr__outbox *outbox) {
  if (!outbox->file) return;
  if (outbox->cursor != outbox->cursor_noted) note_cursor(outbox);
  acr__notes_flush(outbox);
  fclose(outbox->file);
  outbox->file = NULL;
}

// ---- reading

struct found {
  acr__outbox *outbox;
  struct row row; // as noted
  acr__span error;
  bool given_up;
};

static bool found_row(void *arg, const struct acr_webhook *hook) {
  struct found *f = arg;
  if (hook->pos != f->row.pos || hook->seq != f->row.seq) return false;
  if (hook->index != f->row.index) return true;
  f->row.recorded_at = hook->recorded_at;
  struct row *row = hook->url ? acr__rows_add(&f->outbox->rows, &f->row, (acr__span){hook->url, hook->url_len}) : NULL;
  if (!row) return false;
  if (f->error.len) acr__row_error(row, f->error);
  if (f->given_up) acr__rows_give_up(&f->outbox->rows, row);
  return false;
}

static bool read_line(acr__outbox *outbox, const char *line, size_t len) {
  struct found f = {.outbox = outbox};
  int given_up, at = 0, index;
  uint64_t seq;
  if (sscanf(line, "cursor %" SCNu64 "%n", &seq, &at) == 1 && at == (int)len) {
    outbox->cursor = seq;
    return true;
  }
  if (sscanf(line, "gone %" SCNu64 " %d%n", &seq, &index, &at) == 2 && at == (int)len) {
    struct row *row = acr__rows_find(&outbox->rows, seq, index);
    if (row) acr__rows_remove(&outbox->rows, row);
    return true;
  }
  if (sscanf(line, "row %" SCNu64 " %" SCNu64 " %d %d %" SCNd64 " %" SCNd64 " %d%n", &f.row.pos, &f.row.seq, &f.row.index, &f.row.attempts,
             &f.row.first_us, &f.row.next_us, &given_up, &at) != 7 || line[at] != ' ')
    return false;
  struct row *row = acr__rows_find(&outbox->rows, f.row.seq, f.row.index);
  if (row) acr__rows_remove(&outbox->rows, row);
  f.error = (acr__span){line + at + 1, len - (size_t)at - 1};
  f.given_up = given_up;
  acr_engine_webhooks(outbox->engine, f.row.pos, 1, found_row, &f);
  return true;
}

// false = there is none of this ledger.
static bool read_notes(acr__outbox *outbox, FILE *file) {
  char id[33], mine[33], *line = NULL;
  size_t cap = 0;
  ssize_t len = getline(&line, &cap, file);
  acr_engine_ledger_id(outbox->engine, mine);
  bool good = len > 0 && sscanf(line, "accrue-outbox 1 %32s %" SCNd64, id, &outbox->begin_us) == 2 && strcmp(id, mine) == 0;
  while (good && (len = getline(&line, &cap, file)) > 0) {
    if (line[len - 1] != '\n') break;
    line[len - 1] = 0;
    if (strlen(line) != (size_t)len - 1 || !read_line(outbox, line, (size_t)len - 1)) break;
  }
  free(line);
  return good && outbox->cursor <= acr_engine_log_end(outbox->engine);
}

bool acr__notes_open(acr__outbox *outbox, char **message) {
  FILE *file = fopen(outbox->path, "re");
  bool known = file && read_notes(outbox, file);
  if (file) fclose(file);
  if (!known) { // a new ledger, one that no daemon served yet, a restored one: what is long past is told to nobody
    acr__rows_free(&outbox->rows);
    acr__rows_init(&outbox->rows);
    outbox->cursor = 1;
    outbox->begin_us = acr__outbox_now() - outbox->options.give_up_us;
  }
  if (write_anew(outbox)) return true;
  if (asprintf(message, "%s cannot be written: %s", outbox->path, strerror(errno)) < 0) *message = NULL;
  return false;
}
