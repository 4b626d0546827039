#include "base/arena.h"
#include "base/mem.h"
#include "daemon/answer.h"
#include "daemon/conn.h"
#include "json/json.h"
#include <stdlib.h>

enum { ARENA_BYTES = 4096 };

struct beside {
  uv_work_t work;
  struct parcel *parcel;
  acr_engine *engine;
  char *path; // of a backup
  int error;
  char *json, *message;
};

static const struct {
  const char *name;
  parcel_kind kind;
} methods[] = {{"server.verify", PARCEL_VERIFY}, {"server.backup", PARCEL_BACKUP}, {"template.reload", PARCEL_RELOAD}};

static const acr__node *parsed(acr__arena *arena, acr__span line) {
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(arena, line, NULL, &fault);
  return json ? acr__json_root(json) : NULL;
}

static acr__span text_of(const acr__node *node) {
  return node && acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : ACR__SPAN_LIT("");
}

bool acr__beside_wanted(acr__span line, parcel_kind *kind) {
  bool wanted = false;
  for (size_t i = 0; i < sizeof methods / sizeof *methods && !wanted; i++)
    wanted = memmem(line.ptr, line.len, methods[i].name, strlen(methods[i].name)) != NULL;
  if (!wanted) return false;
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  const acr__node *root = parsed(arena, line);
  bool request = root && !acr__node_get(root, "specversion") && acr__node_get(root, "jsonrpc");
  acr__span name = text_of(request ? acr__node_get(root, "method") : NULL);
  wanted = false;
  for (size_t i = 0; i < sizeof methods / sizeof *methods && !wanted; i++) {
    wanted = acr__span_is(name, methods[i].name);
    *kind = methods[i].kind;
  }
  acr__arena_free(arena);
  return wanted;
}

static void work(uv_work_t *request) {
  struct beside *b = request->data;
  if (b->parcel->kind == PARCEL_VERIFY)
    b->error = acr_engine_verify(b->engine, &b->json);
  else
    b->error = acr_engine_backup(b->engine, b->path, &b->json, &b->message);
}

static void answered(uv_work_t *request, int status) {
  struct beside *b = request->data;
  struct parcel *parcel = b->parcel;
  struct conn *conn = parcel->conn;
  bool done = status == 0 && b->json && (b->error == ACR_E_OK || b->error == ACR_E_VIOLATION);
  acr__buf answer = {0};
  acr__answer_request(&answer, (acr__span){(const char *)parcel->text.ptr, parcel->text.len}, done ? b->json : NULL,
                      b->message ? b->message : acr_error_text(b->error));
  acr__buf_free(&parcel->text);
  parcel->text = answer;
  parcel->answered = true;
  free(b->path);
  free(b->json);
  free(b->message);
  free(b);
  acr__row_advance(conn);
  acr__conn_resume(conn);
}

// An empty path is what the engine says no to.
static char *path_of(const struct parcel *parcel) {
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  const acr__node *root = parsed(arena, (acr__span){(const char *)parcel->text.ptr, parcel->text.len});
  acr__span path = text_of(root ? acr__node_get(acr__node_get(root, "params"), "path") : NULL);
  char *copy = strndup(path.ptr, path.len);
  acr__arena_free(arena);
  return copy;
}

void acr__beside_start(struct parcel *parcel) {
  struct server *server = parcel->conn->server;
  struct beside *b = acr__mem_alloc(sizeof *b);
  *b = (struct beside){.parcel = parcel, .engine = server->engine, .path = path_of(parcel)};
  b->work.data = b;
  parcel->started = true;
  if (uv_queue_work(&server->loop, &b->work, work, answered) != 0) acr__mem_exhausted(sizeof *b);
}
