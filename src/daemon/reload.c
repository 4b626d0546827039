#include "base/arena.h"
#include "base/mem.h"
#include "daemon/answer.h"
#include "daemon/conn.h"
#include "daemon/watch.h"
#include "json/json.h"
#include "json/writer.h"
#include <stdlib.h>

enum { ARENA_BYTES = 4096 };

struct reload {
  uv_work_t work;
  struct parcel *parcel;
  char *dir; // owned
  const char *standard_dir;
};

static void load(uv_work_t *request) {
  struct reload *reload = request->data;
  reload->parcel->loaded = acr_loaded_new(reload->dir, reload->standard_dir, NULL);
}

static void hand_over(struct server *server, struct parcel *parcel) {
  parcel->kind = PARCEL_LINES;
  parcel->lines[0].text = (const char *)parcel->text.ptr;
  parcel->lines[0].len = parcel->text.len;
  acr__worker_push(&server->worker, parcel, parcel);
}

static void loaded(uv_work_t *request, int status) {
  struct reload *reload = request->data;
  struct parcel *parcel = reload->parcel;
  struct conn *conn = parcel->conn;
  free(reload->dir);
  free(reload);
  if (status == 0 && !conn->server->cut) {
    hand_over(conn->server, parcel);
    return;
  }
  parcel->answered = true; // the daemon ends: nobody reads it any more
  acr__buf_free(&parcel->text);
  acr__row_advance(conn);
  acr__conn_resume(conn);
}

// Of the request's `path`; else the daemon's own template.
static char *dir_of(const struct parcel *parcel) {
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(arena, (acr__span){(const char *)parcel->text.ptr, parcel->text.len}, NULL, &fault);
  const acr__node *path = json ? acr__node_get(acr__node_get(acr__json_root(json), "params"), "path") : NULL;
  bool given = path && acr__node_kind(path) == ACR_JSON_STRING;
  char *dir =
      given ? strndup(acr__node_text(path).ptr, acr__node_text(path).len) : strdup(parcel->conn->server->options.engine.template_dir);
  acr__arena_free(arena);
  return dir;
}

void acr__reload_start(struct parcel *parcel) {
  struct server *server = parcel->conn->server;
  struct reload *reload = acr__mem_alloc(sizeof *reload);
  *reload = (struct reload){.parcel = parcel, .dir = dir_of(parcel), .standard_dir = server->options.engine.standard_dir};
  reload->work.data = reload;
  parcel->started = true;
  if (uv_queue_work(&server->loop, &reload->work, load, loaded) != 0) acr__mem_exhausted(sizeof *reload);
}

void acr__reload_push(struct server *server, acr_loaded *with) {
  struct parcel *parcel = acr__parcel_take(&server->parcels, NULL, PARCEL_RELOAD);
  acr__writer w = {.out = &parcel->text};
  acr__write_object(&w);
  acr__write_key(&w, "jsonrpc");
  acr__write_text(&w, "2.0");
  acr__write_key(&w, "id");
  acr__write_text(&w, "watch");
  acr__write_key(&w, "method");
  acr__write_text(&w, "template.reload");
  acr__write_key(&w, "params");
  acr__write_object(&w);
  acr__write_key(&w, "active");
  acr__write_bool(&w, server->options.watch_active);
  acr__write_key(&w, "author");
  acr__write_text(&w, "accrued --watch");
  acr__write_key(&w, "note");
  acr__write_text(&w, "its files were edited");
  acr__write_object_end(&w);
  acr__write_object_end(&w);
  parcel->count = 1;
  parcel->loaded = with;
  hand_over(server, parcel);
}
