// ledger.export: events, entries or members, page by page in the order of the log, or of members' numbers. A page is what fits into
// PAGE_BYTES, so that a large ledger streams through the daemon while events go on between the pages.
#include "base/decimal.h"
#include "engine/at.h"
#include "engine/erase.h"
#include "engine/payload.h"
#include <stdlib.h>
#include <string.h>

enum { PAGE_BYTES = 2 << 20, MEMBERS_MAX = 500, LOOKED_BYTES = 4 << 20 };

struct pages {
  acr_engine *engine;
  acr__writer *w;
  acr__pos begun, next, until;
  int64_t erased;
  bool entries;
};

// An event as it was sent, with the time of its arrival where it came without one.
static void write_event(struct pages *p, const struct acr__record *record, acr__span line) {
  struct acr__json_fault fault;
  acr__json *json = acr__json_parse(p->engine->arena, line, NULL, &fault);
  const char *brace = memchr(line.ptr, '{', line.len);
  if (json && brace && !acr__node_get(acr__json_root(json), "time")) {
    char stamp[40];
    acr__time_format(record->time, stamp);
    size_t head = (size_t)(brace - line.ptr) + 1;
    const char *text =
        acr__arena_printf(p->engine->arena, "{\"time\":\"%s\",%.*s", stamp, (int)(line.len - head), line.ptr + head);
    acr__write_raw(p->w, acr__span_of(text));
  } else {
    acr__write_raw(p->w, line);
  }
}

// What the core made itself follows from the rest; what was judged again stands at its last place alone.
static bool is_input(acr_engine *engine, const struct acr__record *record) {
  if (record->kind == ACR_RECORD_RELEASE || record->kind == ACR_RECORD_STATUS) return false;
  if (record->flags & (ACR_RECORD_DUE | ACR_RECORD_SENT)) return false;
  return record->kind != ACR_RECORD_PARKED || acr__find_id(engine, record->id_digest) == record->pos;
}

static bool visit(void *arg, const struct acr__record *record) {
  struct pages *p = arg;
  struct acr__payload payload;
  if (record->pos >= p->until || p->w->out->len >= PAGE_BYTES || record->pos - p->begun >= LOOKED_BYTES) {
    p->next = record->pos < p->until ? record->pos : 0;
    return false;
  }
  bool there = acr__payload_read(record->payload, &payload);
  if (p->entries) {
    struct acr__entries entries = {0};
    char label[32]; // as what is left of an erased member is called everywhere
    acr__span member = there || !record->member ? payload.member : acr__erased_id(record->member, label);
    acr__entries_of(p->engine, record, ACR_ENTRY_RECORDED, member, &entries);
    while (entries.count)
      acr__write_raw(p->w, entries.all[--entries.count]);
    free(entries.all);
  } else if (!there) {
    p->erased++;
  } else if (is_input(p->engine, record)) {
    write_event(p, record, payload.line);
  }
  acr__arena_reset(p->engine->arena);
  return true;
}

static void write_members(struct pages *p) {
  acr_engine *engine = p->engine;
  uint64_t n = p->begun;
  for (int shown = 0; n <= engine->last_member && shown < MEMBERS_MAX && p->w->out->len < PAGE_BYTES; n++, shown++) {
    struct acr__member *m = acr__member_at(engine, (uint32_t)n, (acr__span){NULL, 0});
    if (!m) continue;
    acr__write_object(p->w);
    acr__member_write(engine, p->w, m, ACR_MEMBER_SHOWN);
    acr__write_object_end(p->w);
    acr__arena_reset(engine->arena);
  }
  p->next = n <= engine->last_member ? n : 0;
}

static bool cursor(struct acr__request *request, const char *key, acr__pos *out) {
  const acr__node *node = acr__node_get(request->params, key);
  int64_t value;
  if (!node || acr__node_kind(node) == ACR_JSON_NULL) return true;
  if (acr__decimal_parse(acr__node_text(node), 0, &value) != ACR_DECIMAL_OK || value < 1)
    return acr__request_fail(request, "param", "`%s` is not what a page gave", key);
  *out = (acr__pos)value;
  return true;
}

bool acr__method_export(struct acr__request *request) {
  acr_engine *engine = request->engine;
  acr__span what = acr__param_text(request, "what");
  struct pages p = {.engine = engine, .w = request->w, .begun = 1, .until = engine->end, .entries = acr__span_is(what, "entries")};
  bool members = acr__span_is(what, "members");
  if (!members && !p.entries && !acr__span_is(what, "events"))
    return acr__request_fail(request, "param", "`what`: found \"%.40s\", wanted \"events\", \"entries\" or \"members\"",
                             what.ptr ? what.ptr : "");
  if (!cursor(request, "from", &p.begun) || !cursor(request, "until", &p.until)) return false;
  if (p.until > engine->end) p.until = engine->end;
  acr__write_object(request->w);
  acr__write_key(request->w, "items");
  acr__write_array(request->w);
  acr__arena *held = engine->arena; // of the request; a page's own is emptied as it grows
  engine->arena = acr__arena_new(64 * 1024);
  if (members)
    write_members(&p);
  else if (p.begun < p.until)
    acr__scan(engine, p.begun, visit, &p);
  acr__arena_free(engine->arena);
  engine->arena = held;
  acr__write_array_end(request->w);
  acr__write_key(request->w, "erased");
  acr__write_int(request->w, p.erased);
  acr__write_key(request->w, "until");
  acr__write_int(request->w, (int64_t)p.until);
  acr__write_key(request->w, "next");
  if (p.next)
    acr__write_int(request->w, (int64_t)p.next);
  else
    acr__write_null(request->w);
  acr__write_object_end(request->w);
  return true;
}
