#include "outbox/row.h"
#include "base/mem.h"
#include "outbox/limits.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct id {
  char text[48];
};

static acr__span id_of(uint64_t seq, int index, struct id *id) {
  int len = snprintf(id->text, sizeof id->text, "%llu.%d", (unsigned long long)seq, index);
  return (acr__span){id->text, (size_t)len};
}

int64_t acr__backoff_us(int attempts) {
  int64_t ms = OUTBOX_DELAY_MS;
  for (int i = 1; i < attempts && ms < OUTBOX_DELAY_MAX_MS; i++)
    ms *= 2;
  return (ms < OUTBOX_DELAY_MAX_MS ? ms : OUTBOX_DELAY_MAX_MS) * 1000;
}

// ---- addresses

// The host, and where a login in front of it begins and ends.
static acr__span host_of(const char *url, size_t *login, size_t *login_len) {
  const char *scheme = strstr(url, "://");
  size_t begin = scheme ? (size_t)(scheme - url) + 3 : 0, len = strcspn(url + begin, "/?#");
  const char *at = memrchr(url + begin, '@', len);
  *login = begin;
  *login_len = at ? (size_t)(at - url) + 1 - begin : 0;
  return (acr__span){url + begin + *login_len, len - *login_len};
}

char *acr__url_shown(const char *url) {
  size_t login, login_len, len = strlen(url);
  host_of(url, &login, &login_len);
  char *shown = acr__mem_alloc(len + 1);
  memcpy(shown, url, login);
  memcpy(shown + login, url + login + login_len, len - login - login_len + 1);
  return shown;
}

// ---- heaps

static bool before(const struct row *a, const struct row *b) {
  if (a->next_us != b->next_us) return a->next_us < b->next_us;
  return a->seq != b->seq ? a->seq < b->seq : a->index < b->index;
}

static void sift_up(struct host *host, size_t i) {
  struct row *row = host->waiting[i];
  for (; i && before(row, host->waiting[(i - 1) / 2]); i = (i - 1) / 2)
    host->waiting[i] = host->waiting[(i - 1) / 2];
  host->waiting[i] = row;
}

static void sift_down(struct host *host, size_t i) {
  struct row *row = host->waiting[i];
  for (size_t child = 2 * i + 1; child < host->count; i = child, child = 2 * i + 1) {
    if (child + 1 < host->count && before(host->waiting[child + 1], host->waiting[child])) child++;
    if (!before(host->waiting[child], row)) break;
    host->waiting[i] = host->waiting[child];
  }
  host->waiting[i] = row;
}

static void push(struct host *host, struct row *row) {
  if (host->count == host->cap) {
    host->cap = host->cap ? host->cap * 2 : 8;
    host->waiting = acr__mem_resize(host->waiting, host->cap * sizeof *host->waiting);
  }
  host->waiting[host->count] = row;
  sift_up(host, host->count++);
}

static void take_out(struct host *host, size_t i) {
  host->waiting[i] = host->waiting[--host->count];
  if (i == host->count) return;
  sift_down(host, i);
  sift_up(host, i);
}

// ---- rows

static struct host *host_get(struct rows *rows, const char *url) {
  size_t login, login_len;
  acr__span name = host_of(url, &login, &login_len);
  for (size_t i = 0; i < rows->host_count; i++)
    if (acr__span_is(name, rows->hosts[i]->name)) return rows->hosts[i];
  rows->hosts = acr__mem_resize(rows->hosts, (rows->host_count + 1) * sizeof *rows->hosts);
  struct host *host = acr__mem_alloc(sizeof *host);
  *host = (struct host){.name = strndup(name.ptr, name.len)};
  return rows->hosts[rows->host_count++] = host;
}

static void host_free(struct host *host) {
  free(host->name);
  free(host->waiting);
  free(host);
}

static void host_leave(struct rows *rows, struct host *host) {
  if (host->count || host->sending) return;
  for (size_t i = 0; i < rows->host_count; i++)
    if (rows->hosts[i] == host) rows->hosts[i] = rows->hosts[--rows->host_count];
  host_free(host);
}

// Out of what its state holds it in.
static void leave(struct rows *rows, struct row *row) {
  struct host *host = row->host;
  if (row->state == ROW_GIVEN_UP) {
    rows->given_up--;
    return;
  }
  rows->waiting--;
  if (row->state == ROW_SENDING) host->sending--;
  for (size_t i = 0; row->state == ROW_WAITING && i < host->count; i++)
    if (host->waiting[i] == row) {
      take_out(host, i);
      break;
    }
  host_leave(rows, host);
}

void acr__rows_init(struct rows *rows) {
  *rows = (struct rows){.by_id = acr__table_new()};
}

static void free_row(acr__span key, void *value, void *arg) {
  struct row *row = value;
  (void)key;
  (void)arg;
  free(row->url);
  free(row->error);
  free(row);
}

void acr__rows_free(struct rows *rows) {
  acr__table_each(rows->by_id, free_row, NULL);
  acr__table_free(rows->by_id);
  for (size_t i = 0; i < rows->host_count; i++)
    host_free(rows->hosts[i]);
  free(rows->hosts);
}

struct row *acr__rows_find(const struct rows *rows, uint64_t seq, int index) {
  struct id id;
  return acr__table_get(rows->by_id, id_of(seq, index, &id));
}

struct row *acr__rows_add(struct rows *rows, const struct row *row, acr__span url) {
  struct id id;
  if (acr__rows_find(rows, row->seq, row->index)) return NULL;
  struct row *own = acr__mem_alloc(sizeof *own);
  *own = *row;
  own->url = strndup(url.ptr, url.len);
  own->error = NULL;
  own->state = ROW_WAITING;
  own->host = host_get(rows, own->url);
  acr__table_put(rows->by_id, id_of(row->seq, row->index, &id), own);
  rows->waiting++;
  push(own->host, own);
  return own;
}

void acr__rows_remove(struct rows *rows, struct row *row) {
  struct id id;
  leave(rows, row);
  acr__table_remove(rows->by_id, id_of(row->seq, row->index, &id));
  free_row((acr__span){NULL, 0}, row, NULL);
}

void acr__rows_wait(struct rows *rows, struct row *row, int64_t next_us) {
  leave(rows, row);
  row->next_us = next_us;
  row->state = ROW_WAITING;
  row->host = host_get(rows, row->url);
  rows->waiting++;
  push(row->host, row);
}

void acr__rows_give_up(struct rows *rows, struct row *row) {
  leave(rows, row);
  row->state = ROW_GIVEN_UP;
  row->host = NULL;
  rows->given_up++;
}

struct row *acr__rows_take(struct rows *rows, int64_t now, int64_t *next_us) {
  struct row *found = NULL;
  *next_us = INT64_MAX;
  for (size_t i = 0; i < rows->host_count; i++) {
    const struct host *host = rows->hosts[i];
    if (!host->count || host->sending >= OUTBOX_HOST_SENDING_MAX) continue;
    struct row *row = host->waiting[0];
    if (row->next_us > now) {
      if (row->next_us < *next_us) *next_us = row->next_us;
    } else if (!found || before(row, found)) {
      found = row;
    }
  }
  if (!found) return NULL;
  take_out(found->host, 0);
  found->host->sending++;
  found->state = ROW_SENDING;
  return found;
}

struct search {
  bool given_up;
  struct row *found;
};

static void look(acr__span key, void *value, void *arg) {
  struct search *s = arg;
  struct row *row = value;
  (void)key;
  if ((row->state == ROW_GIVEN_UP) != s->given_up) return;
  if (!s->found || row->seq < s->found->seq || (row->seq == s->found->seq && row->index < s->found->index)) s->found = row;
}

struct row *acr__rows_oldest(const struct rows *rows, bool given_up) {
  struct search s = {given_up, NULL};
  acr__table_each(rows->by_id, look, &s);
  return s.found;
}

void acr__row_error(struct row *row, acr__span text) {
  free(row->error);
  size_t len = text.len > OUTBOX_ERROR_BYTES ? OUTBOX_ERROR_BYTES : text.len;
  row->error = strndup(text.ptr ? text.ptr : "", len);
  for (char *at = row->error; *at; at++)
    if ((unsigned char)*at < 0x20 || (unsigned char)*at >= 0x7F) *at = '?';
}
