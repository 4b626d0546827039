// Members: look-ups through the engine's connection, and the queue of states that are written behind.
#include "base/mem.h"
#include "ledger/sqlite/view.h"
#include <assert.h>
#include <stdlib.h>

bool acr__view_load_id(acr__view *view, acr__span id, uint32_t *number, acr__buf *out) {
  sqlite3_stmt *by_id = view->reader.by_id;
  sqlite3_bind_blob64(by_id, 1, id.ptr ? id.ptr : "", id.len, SQLITE_STATIC);
  int code = sqlite3_step(by_id);
  if (code == SQLITE_ROW) {
    *number = (uint32_t)sqlite3_column_int64(by_id, 0);
    acr__span state = acr__db_column(by_id, 1);
    acr__buf_put(out, state.ptr, state.len);
  }
  sqlite3_reset(by_id);
  if (code != SQLITE_ROW && code != SQLITE_DONE) acr__view_stop(view, view->reader.db, code);
  return code == SQLITE_ROW;
}

bool acr__view_load_number(acr__view *view, uint32_t number, acr__buf *id, acr__buf *out) {
  sqlite3_stmt *by_number = view->reader.by_number;
  sqlite3_bind_int64(by_number, 1, number);
  int code = sqlite3_step(by_number);
  if (code == SQLITE_ROW) {
    acr__span name = acr__db_column(by_number, 0), state = acr__db_column(by_number, 1);
    acr__buf_put(id, name.ptr, name.len);
    acr__buf_put(out, state.ptr, state.len);
  }
  sqlite3_reset(by_number);
  if (code != SQLITE_ROW && code != SQLITE_DONE) acr__view_stop(view, view->reader.db, code);
  return code == SQLITE_ROW;
}

static char *copy(char *at, acr__span *span) {
  if (span->len) memcpy(at, span->ptr, span->len);
  span->ptr = at;
  return at + span->len;
}

// One piece of memory: the push, its members, their bytes.
static struct acr__push *push_new(const struct acr__member_blob *members, size_t count) {
  size_t bytes = sizeof(struct acr__push) + count * sizeof *members;
  for (size_t i = 0; i < count; i++) bytes += members[i].id.len + members[i].state.len + members[i].was.len;
  struct acr__push *push = acr__mem_alloc(bytes);
  *push = (struct acr__push){.count = count};
  char *at = (char *)(push->members + count);
  for (size_t i = 0; i < count; i++) {
    assert(members[i].number > 0);
    push->members[i] = members[i];
    at = copy(at, &push->members[i].id);
    at = copy(at, &push->members[i].state);
    at = copy(at, &push->members[i].was);
  }
  return push;
}

void acr__view_push_free(struct acr__push *push) {
  while (push) {
    struct acr__push *next = push->next;
    acr__view_notes_free(push->notes);
    free(push);
    push = next;
  }
}

uint64_t acr__view_push(acr__view *view, const struct acr__member_blob *members, size_t count, acr__pos complete_to) {
  enum { SEAL_AT = 50000 };
  struct acr__push *push = push_new(members, count);
  uint64_t ticket = push->ticket = ++view->reader.tickets;
  push->complete_to = complete_to;
  push->notes = view->reader.notes_unsent;
  view->reader.notes_unsent = NULL;
  pthread_mutex_lock(&view->mutex);
  if (!view->queue) view->queued_at_ms = acr__view_now_ms();
  bool wake = !view->queue || view->queued_members / SEAL_AT != (view->queued_members + count) / SEAL_AT;
  *view->queue_last = push;
  view->queue_last = &push->next;
  view->queued_members += count;
  if (wake) pthread_cond_signal(&view->wake);
  pthread_mutex_unlock(&view->mutex);
  acr__view_seal(view, SEAL_AT);
  return ticket;
}

// What one statement read; the visitor sees it after the statement's end, so that no reader holds the WAL for long.
struct page {
  acr__buf bytes;
  size_t count;
  struct { uint32_t number; size_t id_len, state_len; } rows[1000];
};

static int read_page(sqlite3_stmt *from, uint32_t after, struct page *page) {
  enum { BYTES = 4 << 20 };
  int code = SQLITE_DONE;
  page->bytes.len = page->count = 0;
  sqlite3_bind_int64(from, 1, after);
  while (page->count < ACR__COUNT(page->rows) && page->bytes.len < BYTES && (code = sqlite3_step(from)) == SQLITE_ROW) {
    acr__span id = acr__db_column(from, 1), state = acr__db_column(from, 2);
    page->rows[page->count].number = (uint32_t)sqlite3_column_int64(from, 0);
    page->rows[page->count].id_len = id.len;
    page->rows[page->count++].state_len = state.len;
    acr__buf_put(&page->bytes, id.ptr, id.len);
    acr__buf_put(&page->bytes, state.ptr, state.len);
  }
  sqlite3_reset(from);
  return code == SQLITE_ROW ? SQLITE_DONE : code;
}

static bool visit_page(const struct page *page, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg) {
  const char *at = (const char *)page->bytes.ptr;
  for (size_t i = 0; i < page->count; i++) {
    acr__span id = {at, page->rows[i].id_len}, state = {at + id.len, page->rows[i].state_len};
    if (!visit(arg, page->rows[i].number, id, state)) return false;
    at += id.len + state.len;
  }
  return page->count > 0;
}

void acr__view_each_member(acr__view *view, bool (*visit)(void *arg, uint32_t number, acr__span id, acr__span state), void *arg) {
  sqlite3 *db = NULL;
  sqlite3_stmt *from = NULL;
  int code = acr__view_reader_connect(view->path, &db);
  if (code == SQLITE_OK) code = acr__db_prepare(db, "SELECT number, id, state FROM member WHERE number > ? ORDER BY number", &from);
  if (code != SQLITE_OK) acr__view_stop(view, db, code);
  struct page *page = calloc(1, sizeof *page);
  if (!page) acr__mem_exhausted(sizeof *page);
  uint32_t after = 0;
  do {
    code = read_page(from, after, page);
    if (code != SQLITE_DONE) acr__view_stop(view, db, code);
    if (page->count) after = page->rows[page->count - 1].number;
  } while (visit_page(page, visit, arg));
  acr__buf_free(&page->bytes);
  free(page);
  sqlite3_finalize(from);
  acr__db_close(db);
}
