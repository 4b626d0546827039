// Notes: small named values. All of them are in memory; new ones go into the file with the next push, in its transaction.
#include "base/mem.h"
#include "ledger/sqlite/view.h"
#include <stdlib.h>

static void keep(acr__table *notes, acr__span name, acr__span value) {
  acr__buf *note = acr__table_get(notes, name);
  if (!note) {
    note = acr__mem_alloc(sizeof *note);
    *note = (acr__buf){0};
    acr__table_put(notes, name, note);
  }
  note->len = 0;
  acr__buf_put(note, value.ptr, value.len);
}

int acr__view_notes_load(acr__view *view) {
  sqlite3_stmt *rows = NULL;
  view->reader.notes = acr__table_new();
  int code = sqlite3_prepare_v2(view->reader.db, "SELECT name, value FROM note", -1, &rows, NULL);
  while (code == SQLITE_OK && (code = sqlite3_step(rows)) == SQLITE_ROW) {
    keep(view->reader.notes, acr__db_column(rows, 0), acr__db_column(rows, 1));
    code = SQLITE_OK;
  }
  sqlite3_finalize(rows);
  return code == SQLITE_DONE ? SQLITE_OK : code;
}

void acr__view_note(acr__view *view, acr__span name, acr__span value) {
  keep(view->reader.notes, name, value);
  struct acr__view_note *note = acr__mem_alloc(sizeof *note), **last = &view->reader.notes_unsent;
  *note = (struct acr__view_note){0};
  acr__buf_put(&note->name, name.ptr, name.len);
  acr__buf_put(&note->value, value.ptr, value.len);
  while (*last) last = &(*last)->next;
  *last = note;
}

bool acr__view_note_read(acr__view *view, acr__span name, acr__buf *out) {
  const acr__buf *note = acr__table_get(view->reader.notes, name);
  if (note) acr__buf_put(out, note->ptr, note->len);
  return note != NULL;
}

void acr__view_notes_free(struct acr__view_note *note) {
  while (note) {
    struct acr__view_note *next = note->next;
    acr__buf_free(&note->name);
    acr__buf_free(&note->value);
    free(note);
    note = next;
  }
}

static void free_kept(acr__span name, void *value, void *arg) {
  (void)name;
  (void)arg;
  acr__buf_free(value);
  free(value);
}

void acr__view_notes_close(acr__view *view) {
  if (!view->reader.notes) return;
  acr__table_each(view->reader.notes, free_kept, NULL);
  acr__table_free(view->reader.notes);
  acr__view_notes_free(view->reader.notes_unsent);
}
