#include "cli/event_name.h"
#include "cli/commands.h"
#include "json/writer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_name(acr__buf *out, acr__span source, acr__span id) {
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

static void note(struct found *found, const acr__node *item) {
  acr__span source = acr__node_word(item, "source"), id = acr__node_word(item, "id"), time = acr__node_word(item, "time");
  acr__span type = acr__node_word(item, "type"), subject = acr__node_word(item, "subject");
  if (found->count++ == 0) write_name(&found->params, source, id);
  acr__buf_printf(&found->names, "  %.*s/%.*s  %.*s %.*s %.*s\n", (int)source.len, source.ptr, (int)id.len, id.ptr, (int)type.len, type.ptr,
                  (int)subject.len, subject.ptr, (int)time.len, time.ptr);
}

// One page of the walk from `next`, which becomes the following one's, or empty at the end.
static int page(struct peer *peer, const char *id, char next[32], struct found *found) {
  struct answer answer = {0};
  acr__buf params = {0};
  acr__writer w = {.out = &params};
  acr__write_object(&w);
  acr__write_key(&w, "id");
  acr__write_text(&w, id);
  if (*next) {
    acr__write_key(&w, "from");
    acr__write_raw(&w, acr__span_of(next));
  }
  acr__write_object_end(&w);
  int code = acr__rpc_call(peer, "event.find", &params, false, &answer);
  if (code == CLI_OK) {
    for (const acr__node *item = acr__node_first(acr__node_get(answer.result, "found")); item; item = acr__node_next(item))
      note(found, item);
    acr__span following = acr__node_word(answer.result, "next");
    snprintf(next, 32, "%.*s", (int)following.len, following.len ? following.ptr : "");
  }
  acr__rpc_free(&answer);
  acr__buf_free(&params);
  return code;
}

static int walk(acr__buf *out, const char *command, const char *id, struct peer *peer) {
  struct found found = {0};
  char next[32] = "";
  int code;
  do
    code = page(peer, id, next, &found);
  while (code == CLI_OK && *next);
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
    write_name(out, (acr__span){name, (size_t)(slash - name)}, acr__span_of(slash + 1));
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
