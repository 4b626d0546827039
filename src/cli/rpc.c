#include "cli/rpc.h"
#include "cli/commands.h"
#include "cli/excerpt.h"
#include "daemon/faults.h"
#include "json/writer.h"
#include <stdio.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 << 10, TRIES = 50, TRY_US = 100000 };
static const size_t reply_bytes_max = (size_t)1 << 30;

acr__span acr__node_word(const acr__node *object, const char *key) {
  const acr__node *value = acr__node_get(object, key);
  if (!value || acr__node_kind(value) == ACR_JSON_NULL) return (acr__span){"", 0};
  if (acr__node_kind(value) == ACR_JSON_ARRAY || acr__node_kind(value) == ACR_JSON_OBJECT) return (acr__span){"", 0};
  return acr__node_text(value);
}

static acr__span raw(const struct answer *answer, const acr__node *node) {
  return acr__node_raw(answer->json, node, (acr__span){(const char *)answer->text.ptr, answer->text.len});
}

void acr__rpc_print(const struct answer *answer) {
  acr__span text = raw(answer, answer->result);
  fwrite(text.ptr, 1, text.len, stdout);
  fputc('\n', stdout);
}

static int refused(const struct answer *answer, const char *command, const acr__node *error, bool json) {
  const acr__node *data = acr__node_get(error, "data");
  acr__faults_show(stderr, acr__node_get(data, "faults"), "", acr__excerpt_print);
  acr__faults_show(stderr, acr__node_get(data, "warnings"), "warning: ", acr__excerpt_print);
  fprintf(stderr, "accrue %s: ", command);
  acr__text_print(stderr, acr__node_word(error, "message"));
  fputc('\n', stderr);
  if (json) {
    acr__span text = raw(answer, error);
    printf("{\"error\":%.*s}\n", (int)text.len, text.ptr);
  }
  return CLI_REFUSED;
}

static bool overloaded(const acr__node *error) {
  return acr__span_is(acr__node_word(acr__node_get(error, "data"), "code"), "queue_full");
}

int acr__rpc_call(struct peer *peer, const char *method, const acr__buf *params, bool json, struct answer *answer) {
  *answer = (struct answer){.arena = acr__arena_new(ARENA_BYTES)};
  acr__buf line = {0};
  acr__writer w = {.out = &line};
  acr__write_object(&w);
  acr__write_key(&w, "jsonrpc");
  acr__write_text(&w, "2.0");
  acr__write_key(&w, "id");
  acr__write_int(&w, 1);
  acr__write_key(&w, "method");
  acr__write_text(&w, method);
  acr__write_key(&w, "params");
  acr__write_raw(&w, (acr__span){(const char *)params->ptr, params->len});
  acr__write_object_end(&w);
  int code = CLI_OK;
  const acr__node *error = NULL;
  for (int i = 0; i < TRIES && code == CLI_OK; i++) {
    code = acr__peer_ask(peer, (acr__span){(const char *)line.ptr, line.len}, &answer->text);
    if (code != CLI_OK) break;
    struct acr__json_fault fault;
    struct acr__json_limits limits = {.bytes_max = reply_bytes_max};
    acr__arena_reset(answer->arena);
    answer->json = acr__json_parse(answer->arena, (acr__span){(const char *)answer->text.ptr, answer->text.len}, &limits, &fault);
    const acr__node *root = answer->json ? acr__json_root(answer->json) : NULL;
    answer->result = acr__node_get(root, "result");
    error = acr__node_get(root, "error");
    if (!answer->result && !error)
      code = acr__args_fail(peer->command, "the answer is not JSON-RPC: %.200s", (const char *)answer->text.ptr);
    if (!error || !overloaded(error)) break;
    usleep(TRY_US);
  }
  acr__buf_free(&line);
  if (code == CLI_OK && error) code = refused(answer, peer->command, error, json);
  return code;
}

void acr__rpc_free(struct answer *answer) {
  if (answer->arena) acr__arena_free(answer->arena);
  acr__buf_free(&answer->text);
  *answer = (struct answer){0};
}
