// event.find: the events that came under an id, whatever their source; parked.list: those that are parked. Both walk the log page by
// page, so that events go on between the pages of a large one: an index has ids by source and id together, and none of them is asked
// for often.
#include "base/decimal.h"
#include "engine/payload.h"
#include "engine/rpc.h"
#include <string.h>

enum { PAGE_BYTES = 4 << 20, FOUND_MAX = 100 };

struct search {
  acr_engine *engine;
  acr__writer *w;
  acr__span id; // none = what is parked
  acr__pos begun, next, until;
  int found;
};

static void write_word(struct search *s, const acr__node *root, const char *key) {
  const acr__node *node = acr__node_get(root, key);
  if (!node || acr__node_kind(node) != ACR_JSON_STRING) return;
  acr__write_key(s->w, key);
  acr__write_span(s->w, acr__node_text(node));
}

static bool may_be(const struct search *s, const struct acr__record *record, acr__span line) {
  if (!s->id.len) return record->kind == ACR_RECORD_PARKED;
  return memmem(line.ptr, line.len, s->id.ptr, s->id.len) || memchr(line.ptr, '\\', line.len);
}

// An event that was parked stands in the log once more when it was judged again: only its last place counts.
static void look(struct search *s, const struct acr__record *record, acr__span line) {
  if (!may_be(s, record, line) || acr__find_id(s->engine, record->id_digest) != record->pos) return;
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(s->engine->arena, line, NULL, &fault);
  const acr__node *root = json ? acr__json_root(json) : NULL, *id = root ? acr__node_get(root, "id") : NULL;
  if (!id || acr__node_kind(id) != ACR_JSON_STRING || (s->id.len && !acr__span_eq(acr__node_text(id), s->id))) return;
  s->found++;
  acr__write_object(s->w);
  write_word(s, root, "source");
  write_word(s, root, "id");
  acr__write_key(s->w, "seq");
  acr__write_int(s->w, (int64_t)record->seq);
  write_word(s, root, "type");
  write_word(s, root, "subject");
  acr__write_key(s->w, "time");
  acr__write_time(s->w, record->time);
  acr__write_object_end(s->w);
}

static bool visit(void *arg, const struct acr__record *record) {
  struct search *s = arg;
  struct acr__payload payload;
  if (record->pos >= s->until || record->pos - s->begun >= PAGE_BYTES || s->found >= FOUND_MAX) {
    s->next = record->pos < s->until ? record->pos : 0;
    return false;
  }
  if (record->kind != ACR_RECORD_RELEASE && record->kind != ACR_RECORD_STATUS && acr__payload_read(record->payload, &payload))
    look(s, record, payload.line);
  acr__arena_reset(s->engine->arena);
  return true;
}

static bool walk(struct acr__request *request, acr__span id) {
  acr_engine *engine = request->engine;
  struct search s = {.engine = engine, .w = request->w, .id = id, .begun = 1, .until = engine->end};
  const acr__node *from = acr__node_get(request->params, "from");
  int64_t begun;
  if (from) {
    if (acr__decimal_parse(acr__node_text(from), 0, &begun) != ACR_DECIMAL_OK || begun < 1)
      return acr__request_fail(request, "param", "`from` is not what a page gave");
    s.begun = (acr__pos)begun;
  }
  acr__write_object(s.w);
  acr__write_key(s.w, "events");
  acr__write_array(s.w);
  acr__arena *held = engine->arena; // of the request; a page's own is emptied as it goes
  engine->arena = acr__arena_new(64 * 1024);
  if (s.begun < s.until) acr__scan(engine, s.begun, visit, &s);
  acr__arena_free(engine->arena);
  engine->arena = held;
  acr__write_array_end(s.w);
  acr__write_key(s.w, "next");
  if (s.next)
    acr__write_int(s.w, (int64_t)s.next);
  else
    acr__write_null(s.w);
  acr__write_object_end(s.w);
  return true;
}

bool acr__method_event_find(struct acr__request *request) {
  acr__span id = acr__param_text(request, "id");
  return id.len ? walk(request, id) : acr__request_fail(request, "param", "wanted `id`, the id of an event");
}

bool acr__method_parked_list(struct acr__request *request) {
  return walk(request, (acr__span){NULL, 0});
}
