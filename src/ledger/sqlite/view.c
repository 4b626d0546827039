// Opening, closing and checking the view.
#include "ledger/sqlite/view.h"
#include "base/mem.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int64_t acr__view_now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

_Noreturn void acr__view_stop(const acr__view *view, sqlite3 *db, int code) {
  static const int passing[] = {SQLITE_IOERR, SQLITE_NOMEM, SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_BUSY, SQLITE_PERM, SQLITE_READONLY};
  bool passes = false;
  for (size_t i = 0; i < ACR__COUNT(passing); i++) passes = passes || (code & 0xff) == passing[i];
  const char *cause = passes ? sqlite3_errmsg(db) : "it is damaged and was removed; the next start rebuilds it from the journal";
  fprintf(stderr, "accrue: %s: %s\n", view->path, cause);
  if (!passes) acr__view_file_remove(view->path);
  abort();
}

static acr__view *view_new(const char *path, acr__journal *journal) {
  acr__view *view = calloc(1, sizeof *view);
  if (!view) acr__mem_exhausted(sizeof *view);
  view->path = acr__text("%s-view", path);
  view->journal = journal;
  pthread_condattr_t clock;
  pthread_condattr_init(&clock);
  pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
  pthread_mutex_init(&view->mutex, NULL);
  pthread_cond_init(&view->wake, &clock);
  pthread_cond_init(&view->scrubbing, &clock);
  pthread_condattr_destroy(&clock);
  view->queue_last = &view->queue;
  view->to_write_last = &view->to_write;
  return view;
}

static void forget_writer(acr__view *view) {
  struct acr__view_writer *writer = &view->writer;
  acr__round_free(&writer->round);
  acr__run_free(writer->merge.builder.run);
  free(writer->merge.inputs);
  while (writer->drops) {
    struct acr__drop *drop = writer->drops;
    writer->drops = drop->next;
    free(drop);
  }
  while (writer->retired) {
    struct acr__retired *retired = writer->retired;
    writer->retired = retired->next;
    for (size_t i = 0; i < retired->count; i++) acr__run_free(retired->runs[i]);
    free(retired->set);
    free(retired);
  }
  for (size_t i = 0; i < writer->run_count; i++) acr__run_free(writer->runs[i]);
  free((void *)writer->runs);
  acr__view_file_close(view);
  *writer = (struct acr__view_writer){0};
}

static void close_reader(struct acr__view_reader *reader) {
  sqlite3_finalize(reader->by_id);
  sqlite3_finalize(reader->by_number);
  sqlite3_finalize(reader->get_chunk);
  acr__db_close(reader->db);
}

static void view_free(acr__view *view) {
  acr__view_ids_close(view);
  acr__view_notes_close(view);
  close_reader(&view->reader);
  forget_writer(view);
  free((acr__runset *)atomic_load(&view->published));
  acr__view_push_free(view->queue);
  pthread_mutex_destroy(&view->mutex);
  pthread_cond_destroy(&view->wake);
  pthread_cond_destroy(&view->scrubbing);
  free(view->path);
  free(view);
}

static int open_reader(acr__view *view) {
  struct acr__view_reader *reader = &view->reader;
  int code = acr__view_reader_connect(view->path, &reader->db);
  static const char by_id[] = "SELECT number, state FROM member WHERE number = (SELECT number FROM member_id WHERE id = ?)";
  if (code == SQLITE_OK) code = acr__db_prepare(reader->db, by_id, &reader->by_id);
  if (code == SQLITE_OK) code = acr__db_prepare(reader->db, "SELECT id, state FROM member WHERE number = ?", &reader->by_number);
  if (code == SQLITE_OK) code = acr__db_prepare(reader->db, "SELECT entries FROM idchunk WHERE key = ?", &reader->get_chunk);
  return code == SQLITE_OK ? acr__view_notes_load(view) : code;
}

// What is there, or an empty one when that is missing or cannot be believed.
static int take_up(acr__view *view, struct acr__view_info *info) {
  *info = (struct acr__view_info){.view_end = 1};
  int code = acr__view_file_open(view, info);
  if (code == SQLITE_OK || !(acr__db_is_damage(code) || code == SQLITE_CANTOPEN || code == SQLITE_ERROR)) return code;
  forget_writer(view);
  atomic_store(&view->ids, 0);
  atomic_store(&view->id_runs, 0);
  *info = (struct acr__view_info){.view_end = 1, .rebuilt = true};
  code = acr__view_file_create(view);
  return code == SQLITE_OK ? acr__view_file_open(view, info) : code;
}

int acr__view_open(const char *path, acr__journal *journal, acr__view **opened, struct acr__view_info *info, char **message) {
  acr__view *view = view_new(path, journal);
  int code = take_up(view, info);
  if (code == SQLITE_OK) {
    acr__runset *set = acr__runset_new(&view->writer);
    atomic_store(&view->published, set);
    atomic_store(&view->adopted, set);
    code = open_reader(view);
  }
  acr__view_ids_open(view);
  if (code != SQLITE_OK) {
    *message = acr__text("%s: %s", view->path, sqlite3_errstr(code));
    view_free(view);
    int primary = code & 0xff;
    if (primary == SQLITE_BUSY) return ACR_E_IN_USE;
    return primary == SQLITE_CANTOPEN || primary == SQLITE_READONLY || primary == SQLITE_PERM ? ACR_E_PERMISSION : ACR_E_IO;
  }
  view->reader.known_end = info->view_end;
  view->reader.generations->end = info->view_end;
  atomic_store(&view->view_end, info->view_end);
  if (pthread_create(&view->thread, NULL, acr__view_thread, view) != 0) acr__mem_exhausted(0);
  *opened = view;
  return ACR_E_OK;
}

void acr__view_close(acr__view *view) {
  if (view->reader.notes_unsent) acr__view_push(view, NULL, 0, 0);
  acr__view_seal(view, 0);
  pthread_mutex_lock(&view->mutex);
  view->closing_ms = acr__view_now_ms();
  pthread_cond_signal(&view->wake);
  pthread_mutex_unlock(&view->mutex);
  pthread_join(view->thread, NULL);
  if (!acr__journal_failed(view->journal)) acr__view_file_settle(view);
  view_free(view);
}

char *acr__view_check(acr__view *view, bool full) {
  sqlite3 *db = NULL;
  sqlite3_stmt *check = NULL;
  char *found = NULL;
  int code = acr__view_reader_connect(view->path, &db);
  const char *pragma = full ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)";
  if (code == SQLITE_OK) code = sqlite3_prepare_v2(db, pragma, -1, &check, NULL);
  if (code == SQLITE_OK) code = sqlite3_step(check);
  if (code != SQLITE_ROW) found = acr__text("%s: %s", view->path, sqlite3_errstr(code));
  else if (!acr__span_is(acr__db_column(check, 0), "ok")) found = acr__text("%s: %s", view->path, sqlite3_column_text(check, 0));
  sqlite3_finalize(check);
  acr__db_close(db);
  return found;
}
