// The web hooks of the log, for those who send them.
#include "engine/rpc.h"
#include "engine/web_hook.h"
#include <stdlib.h>

void acr__hooks_committed(acr_engine *engine, const acr_batch *batch) {
  if (engine->options.committed && !batch->failed)
    engine->options.committed(engine->options.committed_arg, batch->hooks, batch->first + batch->records.len);
}

// false when the visitor ended it.
static bool visit_record(const struct acr__record *record, bool (*visit)(void *arg, const struct acr_webhook *webhook), void *arg) {
  struct acr__hook_walk walk;
  struct acr__hook hook;
  acr__hooks_begin(record, &walk);
  while (acr__hooks_next(&walk, &hook)) {
    struct acr_webhook webhook = {.pos = record->pos, .seq = record->seq, .index = hook.index, .recorded_at = record->recorded_at,
                                  .url = hook.url.ptr, .url_len = hook.url.len, .body = hook.body.ptr, .body_len = hook.body.len};
    if (!visit(arg, &webhook)) return false;
  }
  return true;
}

uint64_t acr_engine_webhooks(acr_engine *engine, uint64_t from, size_t bytes_max,
                             bool (*visit)(void *arg, const struct acr_webhook *webhook), void *arg) {
  acr__buf bytes = {0};
  acr__pos end = acr__ledger_scan(engine->ledger, from, bytes_max, &bytes), pos = from;
  bool going = true;
  for (size_t at = 0; going && pos < end && at < bytes.len;) {
    struct acr__record record;
    size_t n = acr__record_length(bytes.ptr + at, bytes.len - at);
    if (n == 0 || !acr__record_decode(bytes.ptr + at, bytes.len - at, pos, &record, NULL)) break;
    going = !(record.flags & ACR_RECORD_HOOKS) || visit_record(&record, visit, arg);
    at += n;
    if (going) pos += n;
  }
  acr__buf_free(&bytes);
  return pos;
}

uint64_t acr_engine_log_end(acr_engine *engine) {
  return acr__ledger_committed_end(engine->ledger);
}

void acr_engine_ledger_id(const acr_engine *engine, char id[33]) {
  char hex[65];
  acr__hash hash = acr__hash_bytes(engine->key.bytes, sizeof engine->key.bytes);
  acr__hash_hex(&hash, hex);
  memcpy(id, hex, 32);
  id[32] = 0;
}

bool acr__method_outbox(struct acr__request *request) {
  const struct acr_options *options = &request->engine->options;
  const char *method = acr__node_text(acr__node_get(acr__json_root(request->json), "method")).ptr, *code = NULL;
  char *result = NULL, *message = NULL;
  acr__span params = request->params ? acr__node_raw(request->json, request->params, request->line) : ACR__SPAN_LIT("{}");
  if (!options->outbox) return acr__request_fail(request, "outbox_none", "nobody sends web hooks here");
  bool good = options->outbox(options->outbox_arg, method, params.ptr, params.len, &result, &code, &message);
  if (good)
    acr__write_raw(request->w, acr__span_of(result));
  else
    acr__request_fail(request, code, "%s", message);
  free(result);
  free(message);
  return good;
}
