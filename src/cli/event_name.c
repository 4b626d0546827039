#include "cli/event_name.h"
#include "cli/commands.h"
#include "json/writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void acr__event_name_write(acr__buf *out, acr__span source, acr__span id) {
  acr__writer w = {.out = out};
  acr__write_object(&w);
  acr__write_key(&w, "source");
  acr__write_span(&w, source);
  acr__write_key(&w, "id");
  acr__write_span(&w, id);
  acr__write_object_end(&w);
}

// What a walk of the log found so far under an id.
struct found {
  int count;
  acr__buf params; // the first one's name
  acr__buf names;  // a line each
};

static void note(void *arg, const acr__node *item) {
  struct found *found = arg;
  acr__span source = acr__node_word(item, "source"), id = acr__node_word(item, "id"), time = acr__node_word(item, "time");
  acr__span type = acr__node_word(item, "type"), subject = acr__node_word(item, "subject");
  if (found->count++ == 0) acr__event_name_write(&found->params, source, id);
  acr__buf_printf(&found->names, "  %.*s/%.*s  %.*s %.*s %.*s\n", (int)source.len, source.ptr, (int)id.len, id.ptr, (int)type.len, type.ptr,
                  (int)subject.len, subject.ptr, (int)time.len, time.ptr);
}

// One page of the walk from `next`, which becomes the following one's, or empty at the end.
static int page(struct peer *peer, const char *method, const char *id, char next[32], acr__event_seen *seen, void *arg) {
  struct answer answer = {0};
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  if (id) {
    acr__write_key(&w, "id");
    acr__write_text(&w, id);
  }
  if (*next) {
    acr__write_key(&w, "from");
    acr__write_raw(&w, acr__span_of(next));
  }
  acr__write_object_end(&w);
  int code = acr__rpc_call(peer, method, &params, false, &answer);
  const acr__node *item = code == CLI_OK ? acr__node_first(acr__node_get(answer.result, "events")) : NULL;
  for (; item; item = acr__node_next(item))
    seen(arg, item);
  acr__span following = code == CLI_OK ? acr__node_word(answer.result, "next") : (acr__span){NULL, 0};
  snprintf(next, 32, "%.*s", (int)following.len, following.len ? following.ptr : "");
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

int acr__events_walk(struct peer *peer, const char *method, const char *id, acr__event_seen *seen, void *arg) {
  char next[32] = "";
  int code;
  do
    code = page(peer, method, id, next, seen, arg);
  while (code == CLI_OK && *next);
  return code;
}

static int walk(acr__buf *out, const char *command, const char *id, struct peer *peer) {
  struct found found = {0};
  int code = acr__events_walk(peer, "event.find", id, note, &found);
  if (code == CLI_OK && found.count == 0) {
    fprintf(stderr, "accrue %s: no event has the id '%s' (wanted SOURCE/ID, its ID, or the number SEQ)\n", command, id);
    code = CLI_REFUSED;
  } else if (code == CLI_OK && found.count > 1) {
    fprintf(stderr, "accrue %s: %d events have the id '%s': say which one, with its source:\n%.*s", command, found.count, id,
            (int)found.names.len, (const char *)found.names.ptr);
    code = CLI_REFUSED;
  } else if (code == CLI_OK) {
    acr__buf_put(out, found.params.ptr, found.params.len);
  }
  acr__buf_free(&found.params);
  acr__buf_free(&found.names);
  return code;
}

int acr__event_params(acr__buf *out, const char *command, const char *name, struct peer *peer) {
  const char *slash = strrchr(name, '/'); // a source may be a path; an id seldom is
  if (slash) {
    acr__event_name_write(out, (acr__span){name, (size_t)(slash - name)}, acr__span_of(slash + 1));
    return CLI_OK;
  }
  if (name[strspn(name, "0123456789")] || strlen(name) > 18) return walk(out, command, name, peer);
  acr__writer w = {.out = out};
  acr__write_object(&w);
  acr__write_key(&w, "seq");
  acr__write_int(&w, strtoll(name, NULL, 10));
  acr__write_object_end(&w);
  return CLI_OK;
}

int acr__event_command(const struct event_command *command, const char *name, const struct peer_options *where, bool json) {
  acr__buf params = {0};
  struct peer peer = {.fd = -1};
  struct answer answer = {0};
  int code = acr__peer_open(&peer, command->name, where);
  if (code == CLI_OK) code = acr__event_params(&params, command->name, name, &peer);
  if (code == CLI_OK) code = acr__rpc_call(&peer, command->method, &params, json, &answer);
  if (code == CLI_OK && json) acr__rpc_print(&answer);
  if (code == CLI_OK) code = command->show(&answer, json);
  acr__rpc_free(&answer);
  acr__peer_close(&peer);
  acr__buf_free(&params);
  return code;
}
