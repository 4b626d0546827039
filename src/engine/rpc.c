// JSON-RPC 2.0 over the same lines: methods that read, and those that publish.
#include "engine/beside.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *name;
  acr__method method;
} methods[] = {
    {"member.get", acr__method_member_get},
    {"member.ledger", acr__method_member_ledger},
    {"member.explain", acr__method_member_explain},
    {"event.get", acr__method_event_get},
    {"event.find", acr__method_event_find},
    {"event.explain", acr__method_event_explain},
    {"event.simulate", acr__method_event_simulate},
    {"program.list", acr__method_program_list},
    {"program.describe", acr__method_program_describe},
    {"program.publish", acr__method_program_publish},
    {"program.set", acr__method_program_set},
    {"template.describe", acr__method_template_describe},
    {"parked.list", acr__method_parked_list},
    {"template.reload", acr__method_template_reload},
    {"parked.retry", acr__method_parked_retry},
    {"ledger.export", acr__method_export},
    {"report.activity", acr__method_activity},
    {"report.levels", acr__method_levels},
    {"report.liability", acr__method_liability},
    {"report.forecast", acr__method_forecast},
    {"server.backup", acr__method_backup},
    {"server.stats", acr__method_stats},
    {"ledger.time", acr__method_ledger_time},
    {"plugins.stats", acr__method_plugins_stats},
    {"maintenance.preview", acr__method_maintenance_preview},
    {"shadow.get", acr__method_shadow_get},
    {"outbox.list", acr__method_outbox},
    {"outbox.retry", acr__method_outbox},
    {"outbox.drop", acr__method_outbox},
};

bool acr__request_fail(struct acr__request *request, const char *error, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  request->error = error;
  request->message = acr__arena_text(request->engine->arena, acr__span_of(text));
  return false;
}

acr__span acr__param_text(const struct acr__request *request, const char *key) {
  const acr__node *node = acr__node_get(request->params, key);
  return node && acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : (acr__span){NULL, 0};
}

static void write_failure(acr__writer *w, const struct acr__request *request, int code) {
  acr__write_key(w, "error");
  acr__write_object(w);
  acr__write_key(w, "code");
  acr__write_int(w, code);
  acr__write_key(w, "message");
  acr__write_text(w, request->message);
  acr__write_key(w, "data");
  if (request->data.len) {
    acr__write_raw(w, request->data);
  } else {
    acr__write_object(w);
    acr__write_key(w, "code");
    acr__write_text(w, request->error);
    acr__write_object_end(w);
  }
  acr__write_object_end(w);
}

static acr__method find(acr__span name) {
  for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
    if (acr__span_is(name, methods[i].name)) return methods[i].method;
  return NULL;
}

void acr__take_request(acr_engine *engine, const acr__json *json, acr__span line) {
  const acr__node *root = acr__json_root(json), *id = acr__node_get(root, "id"), *name = acr__node_get(root, "method");
  acr__buf result = {0};
  acr__writer inner = {&result, false}, w = {&engine->filling->replies, false};
  struct acr__request request = {.engine = engine, .json = json, .params = acr__node_get(root, "params"), .line = line, .w = &inner};
  acr__method method = acr__node_kind(name) == ACR_JSON_STRING ? find(acr__node_text(name)) : NULL;
  int code = -32000;
  bool good = false;
  if (method) {
    good = method(&request);
    if (!good && strcmp(request.error, "param") == 0) code = -32602;
  } else {
    acr__span names[sizeof methods / sizeof methods[0]];
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
      names[i] = acr__span_of(methods[i].name);
    acr__span near = acr__nearest(acr__node_text(name), names, (int)(sizeof methods / sizeof methods[0]));
    code = -32601;
    if (near.len)
      acr__request_fail(&request, "method_unknown", "there is no method \"%.80s\"; the nearest is \"%.*s\"", acr__node_text(name).ptr,
                        (int)near.len, near.ptr);
    else
      acr__request_fail(&request, "method_unknown", "there is no such method");
  }
  acr__write_object(&w);
  acr__write_key(&w, "jsonrpc");
  acr__write_text(&w, "2.0");
  acr__write_key(&w, "id");
  if (id)
    acr__write_raw(&w, acr__node_raw(json, id, line));
  else
    acr__write_null(&w);
  if (good) {
    acr__write_key(&w, "result");
    acr__write_raw(&w, (acr__span){(const char *)result.ptr, result.len});
  } else {
    write_failure(&w, &request, code);
  }
  acr__write_object_end(&w);
  acr__buf_free(&result);
}
