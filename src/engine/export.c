// ledger.export: events, entries or members, page by page in the order of the log, or of members' numbers. A page is what fits into
// PAGE_BYTES, so that a large ledger streams through the daemon; events go on between the pages, and within one.
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/at.h"
#include "engine/erase.h"
#include "engine/job.h"
#include "engine/payload.h"
#include <stdlib.h>
#include <string.h>

enum { PAGE_BYTES = 2 << 20, MEMBERS_MAX = 500, LOOKED_BYTES = 4 << 20 };

struct pages {
  struct acr__report_run run;
  acr_engine *engine; // at hand
  acr__arena *arena;  // for one record or member at a time
  acr__buf out;
  acr__writer w;
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
    const char *text = acr__arena_printf(p->engine->arena, "{\"time\":\"%s\",%.*s", stamp, (int)(line.len - head), line.ptr + head);
    acr__write_raw(&p->w, acr__span_of(text));
  } else {
    acr__write_raw(&p->w, line);
  }
}

// What the core made itself follows from the rest; what was judged again stands at its last place alone.
static bool is_input(acr_engine *engine, const struct acr__record *record) {
  if (record->kind == ACR_RECORD_RELEASE || record->kind == ACR_RECORD_STATUS) return false;
  if (record->flags & (ACR_RECORD_DUE | ACR_RECORD_SENT)) return false;
  return record->kind != ACR_RECORD_PARKED || acr__find_id(engine, record->id_digest) == record->pos;
}

static bool is_full(struct pages *p, const struct acr__record *record) {
  if (record->pos < p->until && p->out.len < PAGE_BYTES && record->pos - p->begun < LOOKED_BYTES) return false;
  p->next = record->pos < p->until ? record->pos : 0;
  return true;
}

static void write_record(struct pages *p, const struct acr__record *record) {
  struct acr__payload payload;
  bool there = acr__payload_read(record->payload, &payload);
  if (p->entries) {
    struct acr__entries entries = {0};
    char label[32]; // as what is left of an erased member is called everywhere
    acr__span member = there || !record->member ? payload.member : acr__erased_id(record->member, label);
    acr__entries_of(p->engine, record, ACR_ENTRY_RECORDED, member, &entries);
    while (entries.count)
      acr__write_raw(&p->w, entries.all[--entries.count]);
    free(entries.all);
  } else if (!there) {
    p->erased++;
  } else if (is_input(p->engine, record)) {
    write_event(p, record, payload.line);
  }
}

// What a request holds of the engine's own arena stays.
static acr__arena *lend_arena(struct pages *p, acr_engine *engine) {
  acr__arena *own = engine->arena;
  p->engine = engine;
  engine->arena = p->arena;
  return own;
}

static bool take_record(void *arg, acr_engine *engine, const struct acr__record *record) {
  struct pages *p = arg;
  // A reader does not know where else an event stands.
  if (is_full(p, record) || (engine == p->run.log.reader && record->kind == ACR_RECORD_PARKED)) return false;
  acr__arena *own = lend_arena(p, engine);
  write_record(p, record);
  acr__arena_reset(p->arena);
  engine->arena = own;
  return true;
}

static bool write_members(struct acr__report_run *run, acr_engine *engine, size_t members) {
  enum { EACH = 8 }; // one costs as much as so many that are merely looked at
  struct pages *p = (struct pages *)run;
  uint64_t n = p->next, most = p->begun + MEMBERS_MAX;
  acr__arena *own = lend_arena(p, engine);
  for (size_t i = 0; i < members && n <= engine->last_member && n < most && p->out.len < PAGE_BYTES; n++, i += EACH) {
    struct acr__member *m = acr__member_at(engine, (uint32_t)n, (acr__span){NULL, 0});
    if (!m) continue;
    acr__write_object(&p->w);
    acr__member_write(engine, &p->w, m, ACR_MEMBER_SHOWN);
    acr__write_object_end(&p->w);
    acr__arena_reset(p->arena);
  }
  engine->arena = own;
  p->next = n;
  return n <= engine->last_member && n < most && p->out.len < PAGE_BYTES;
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

static void free_run(struct acr__report_run *run) {
  struct pages *p = (struct pages *)run;
  acr__arena_free(p->arena);
  acr__buf_free(&p->out);
  acr__buf_free(&p->run.log.bytes);
  free(p);
}

struct acr__report_run *acr__export_begin(struct acr__request *request) {
  acr_engine *engine = request->engine;
  acr__span what = acr__param_text(request, "what");
  struct pages page = {.engine = engine, .begun = 1, .until = engine->end, .entries = acr__span_is(what, "entries")};
  bool members = acr__span_is(what, "members");
  if (!members && !page.entries && !acr__span_is(what, "events")) {
    acr__request_fail(request, "param", "`what`: found \"%.40s\", wanted \"events\", \"entries\" or \"members\"", what.ptr ? what.ptr : "");
    return NULL;
  }
  if (!cursor(request, "from", &page.begun) || !cursor(request, "until", &page.until)) return NULL;
  if (page.until > engine->end) page.until = engine->end;
  if (members) page.next = page.begun;
  struct pages *p = acr__mem_alloc(sizeof *p);
  *p = page;
  p->arena = acr__arena_new(64 * 1024);
  p->w = (acr__writer){&p->out, false};
  p->run = (struct acr__report_run){.alone = page.entries, .free = free_run};
  if (members)
    p->run.rest = write_members;
  else if (p->begun < p->until)
    p->run.log = (struct acr__log_ahead){.pos = p->begun, .take = take_record, .arg = p};
  acr__write_array(&p->w);
  return &p->run;
}

bool acr__method_export(struct acr__request *request) {
  struct pages *p = (struct pages *)acr__report_made(request, ACR_JOB_EXPORT, acr__export_begin);
  if (!p) return false;
  if (p->run.rest && p->next > request->engine->last_member) p->next = 0;
  acr__write_array_end(&p->w);
  acr__writer *w = request->w;
  acr__write_object(w);
  acr__write_key(w, "items");
  acr__write_raw(w, (acr__span){(const char *)p->out.ptr, p->out.len});
  acr__write_key(w, "erased");
  acr__write_int(w, p->erased);
  acr__write_key(w, "until");
  acr__write_int(w, (int64_t)p->until);
  acr__write_key(w, "next");
  if (p->next)
    acr__write_int(w, (int64_t)p->next);
  else
    acr__write_null(w);
  acr__write_object_end(w);
  acr__report_done(request, &p->run);
  return true;
}
