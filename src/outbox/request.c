// What people ask of it: outbox.list, outbox.retry, outbox.drop, and the figures for server.stats.
#include "base/mem.h"
#include "calendar/calendar.h"
#include "json/json.h"
#include "json/writer.h"
#include "outbox/box.h"
#include "outbox/limits.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 4096 };

struct list {
  struct row **all; // owned
  size_t count;
};

static void gather(acr__span key, void *value, void *arg) {
  struct list *list = arg;
  (void)key;
  list->all[list->count++] = value;
}

static int by_number(const void *a, const void *b) {
  const struct row *left = *(struct row *const *)a, *right = *(struct row *const *)b;
  if (left->seq != right->seq) return left->seq < right->seq ? -1 : 1;
  return left->index - right->index;
}

static struct list in_order(const acr__outbox *outbox) {
  struct list list = {acr__mem_alloc((acr__table_count(outbox->rows.by_id) + 1) * sizeof *list.all), 0};
  acr__table_each(outbox->rows.by_id, gather, &list);
  qsort(list.all, list.count, sizeof *list.all, by_number);
  return list;
}

static void write_time(acr__writer *w, const char *key, int64_t us) {
  char text[40];
  acr__write_key(w, key);
  if (us == 0) {
    acr__write_null(w);
    return;
  }
  acr__time_format(us, text);
  acr__write_text(w, text);
}

static void write_row(acr__writer *w, const struct row *row) {
  static const char *const states[] = {"waiting", "sending", "given_up"};
  char id[48], *url = acr__url_shown(row->url);
  snprintf(id, sizeof id, "%" PRIu64 ".%d", row->seq, row->index);
  acr__write_object(w);
  acr__write_key(w, "id");
  acr__write_text(w, id);
  acr__write_key(w, "state");
  acr__write_text(w, states[row->state]);
  acr__write_key(w, "url");
  acr__write_text(w, url);
  acr__write_key(w, "attempts");
  acr__write_int(w, row->attempts);
  write_time(w, "recorded", row->recorded_at);
  write_time(w, "next", row->state == ROW_WAITING && row->attempts ? row->next_us : 0);
  acr__write_key(w, "error");
  acr__write_text(w, row->error);
  acr__write_object_end(w);
  free(url);
}

static void write_count(acr__writer *w, const char *key, uint64_t value) {
  acr__write_key(w, key);
  acr__write_int(w, (int64_t)value);
}

static void write_list(acr__outbox *outbox, acr__writer *w) {
  struct list list = in_order(outbox);
  acr__write_object(w);
  write_count(w, "waiting", outbox->rows.waiting);
  write_count(w, "given_up", outbox->rows.given_up);
  acr__write_key(w, "delivering");
  acr__write_bool(w, outbox->deliver);
  acr__write_key(w, "behind"); // the log may hold more
  acr__write_bool(w, outbox->behind);
  acr__write_key(w, "web_hooks");
  acr__write_array(w);
  for (size_t i = 0; i < list.count && i < OUTBOX_LISTED_MAX; i++)
    write_row(w, list.all[i]);
  acr__write_array_end(w);
  acr__write_object_end(w);
  free(list.all);
}

static void retry(acr__outbox *outbox, struct row *row) {
  if (row->state == ROW_GIVEN_UP) row->attempts = 0;
  row->first_us = 0;
  acr__rows_wait(&outbox->rows, row, 0);
  acr__note_row(outbox, row);
}

static void drop(acr__outbox *outbox, struct row *row) {
  acr__note_gone(outbox, row);
  acr__rows_remove(&outbox->rows, row);
}

static bool fail(const char **code, char **message, const char *is, const char *format, ...) __attribute__((format(printf, 4, 5)));
static bool fail(const char **code, char **message, const char *is, const char *format, ...) {
  va_list args;
  *code = is;
  va_start(args, format);
  if (vasprintf(message, format, args) < 0) acr__mem_exhausted(strlen(format));
  va_end(args);
  return false;
}

static bool one(acr__outbox *outbox, acr__span id, bool retried, const char **code, char **message) {
  uint64_t seq;
  int index, at = 0;
  bool number = id.len && sscanf(id.ptr, "%" SCNu64 ".%d%n", &seq, &index, &at) == 2 && at == (int)id.len;
  struct row *row = number ? acr__rows_find(&outbox->rows, seq, index) : NULL;
  if (!row)
    return fail(code, message, "web_hook_unknown", "there is no web hook \"%.60s\" that waits or was given up", id.len ? id.ptr : "");
  if (row->state == ROW_SENDING) return fail(code, message, "web_hook_busy", "web hook %.60s is being sent just now", id.ptr);
  (retried ? retry : drop)(outbox, row);
  return true;
}

// "all": everything that was given up, and what waits for its next attempt too when it is to be sent again.
static int every(acr__outbox *outbox, bool retried) {
  struct list list = in_order(outbox);
  int count = 0;
  for (size_t i = 0; i < list.count; i++) {
    struct row *row = list.all[i];
    if (row->state != ROW_GIVEN_UP && (!retried || row->state != ROW_WAITING || !row->attempts)) continue;
    (retried ? retry : drop)(outbox, row);
    count++;
  }
  free(list.all);
  return count;
}

static bool change(acr__outbox *outbox, const acr__node *id, bool retried, acr__writer *w, const char **code, char **message) {
  int count = 1;
  if (!id || acr__node_kind(id) != ACR_JSON_STRING)
    return fail(code, message, "param", "wanted `id` of a web hook, as \"18211.1\", or \"all\"");
  if (acr__span_is(acr__node_text(id), "all"))
    count = every(outbox, retried);
  else if (!one(outbox, acr__node_text(id), retried, code, message))
    return false;
  acr__notes_flush(outbox);
  acr__write_object(w);
  write_count(w, retried ? "retried" : "dropped", (uint64_t)count);
  acr__write_object_end(w);
  return true;
}

bool acr__outbox_request(void *arg, const char *method, const char *params, size_t params_len, char **result, const char **code,
                         char **message) {
  acr__outbox *outbox = arg;
  struct acr__json_fault fault;
  acr__buf out = {0};
  acr__writer w = {.out = &out};
  bool good = true;
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  acr__json *json = acr__json_parse(arena, (acr__span){params, params_len}, NULL, &fault);
  pthread_mutex_lock(&outbox->mutex);
  if (!outbox->engine)
    good = fail(code, message, "outbox_none", "web hooks are not being sent yet");
  else if (strcmp(method, "outbox.list") == 0)
    write_list(outbox, &w);
  else
    good = change(outbox, json ? acr__node_get(acr__json_root(json), "id") : NULL, strcmp(method, "outbox.retry") == 0, &w, code, message);
  pthread_mutex_unlock(&outbox->mutex);
  if (good && outbox->threaded) acr__sender_wake(outbox->sender);
  acr__arena_free(arena);
  if (good) *result = strndup((const char *)out.ptr, out.len);
  acr__buf_free(&out);
  return good;
}

int acr__outbox_stats(acr__outbox *outbox, char *buf, size_t cap) {
  acr__buf out = {0};
  acr__writer w = {.out = &out};
  pthread_mutex_lock(&outbox->mutex);
  const struct row *oldest = outbox->rows.waiting ? acr__rows_oldest(&outbox->rows, false) : NULL;
  acr__write_key(&w, "outbox");
  acr__write_object(&w);
  write_count(&w, "waiting", outbox->rows.waiting);
  write_count(&w, "given_up", outbox->rows.given_up);
  write_count(&w, "delivered", outbox->delivered);
  write_count(&w, "failed", outbox->failed);
  write_time(&w, "oldest", oldest ? oldest->recorded_at : 0);
  acr__write_object_end(&w);
  pthread_mutex_unlock(&outbox->mutex);
  int len = out.len < cap ? (int)out.len : 0;
  memcpy(buf, out.ptr, (size_t)len);
  acr__buf_free(&out);
  return len;
}
