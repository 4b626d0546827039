#include "base/arena.h"
#include "base/mem.h"
#include "daemon/answer.h"
#include "daemon/conn.h"
#include "json/json.h"
#include <stdlib.h>

enum { ARENA_BYTES = 4096 };

struct verification {
  uv_work_t work;
  struct parcel *parcel;
  acr_engine *engine;
  int error;
  char *json;
};

bool acr__beside_wanted(acr__span line, parcel_kind *kind) {
  bool verify = memmem(line.ptr, line.len, "server.verify", 13), reload = memmem(line.ptr, line.len, "template.reload", 15);
  if (!verify && !reload) return false;
  acr__arena *arena = acr__arena_new(ARENA_BYTES);
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(arena, line, NULL, &fault);
  bool wanted = false;
  if (json) {
    const acr__node *root = acr__json_root(json);
    const acr__node *method = acr__node_get(root, "method");
    bool request = !acr__node_get(root, "specversion") && acr__node_get(root, "jsonrpc") && method;
    acr__span name = request && acr__node_kind(method) == ACR_JSON_STRING ? acr__node_text(method) : ACR__SPAN_LIT("");
    wanted = acr__span_is(name, "server.verify") || acr__span_is(name, "template.reload");
    *kind = acr__span_is(name, "server.verify") ? PARCEL_VERIFY : PARCEL_RELOAD;
  }
  acr__arena_free(arena);
  return wanted;
}

static void work(uv_work_t *request) {
  struct verification *v = request->data;
  v->error = acr_engine_verify(v->engine, &v->json);
}

static void answered(uv_work_t *request, int status) {
  struct verification *v = request->data;
  struct parcel *parcel = v->parcel;
  struct conn *conn = parcel->conn;
  bool checked = status == 0 && v->json && (v->error == ACR_E_OK || v->error == ACR_E_VIOLATION);
  acr__buf answer = {0};
  acr__answer_request(&answer, (acr__span){(const char *)parcel->text.ptr, parcel->text.len}, checked ? v->json : NULL,
                      acr_error_text(v->error));
  acr__buf_free(&parcel->text);
  parcel->text = answer;
  parcel->answered = true;
  conn->server->verifying--;
  free(v->json);
  free(v);
  acr__row_advance(conn);
  acr__conn_resume(conn);
}

void acr__verify_start(struct parcel *parcel) {
  struct verification *v = acr__mem_alloc(sizeof *v);
  *v = (struct verification){.parcel = parcel, .engine = parcel->conn->server->engine};
  v->work.data = v;
  parcel->started = true;
  parcel->conn->server->verifying++;
  if (uv_queue_work(&parcel->conn->server->loop, &v->work, work, answered) != 0) acr__mem_exhausted(sizeof *v);
}
