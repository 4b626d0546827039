#include "engine/erase.h"
#include "engine/payload.h"
#include "base/mem.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct acr__erasing {
  uint32_t *numbers; // owned
  size_t count, cap;
  acr__table *ids; // that they had
};

struct wipe {
  acr_engine *engine;
  acr__arena *arena;
  uint8_t *gone;              // by member number
  struct acr__patch *patches; // owned
  size_t count, cap;
  struct acr__member **members; // to be written; owned
  size_t member_count;
  const struct acr__record *record; // at hand, of somebody else
};

bool acr__erase_known(struct acr__judgement *j, struct acr__reject *reject) {
  const struct acr__event *event = j->root;
  if (event->kind != ACR_EVENT_ERASE || acr__member_find(j->engine, event->subject)) return true;
  *reject = (struct acr__reject){"member_unknown", acr__arena_printf(j->arena, "there is no member \"%.80s\"", event->subject.ptr),
                                 "$.subject", 0, 0};
  return false;
}

acr__span acr__erased_id(uint32_t number, char out[32]) {
  int len = snprintf(out, 32, ACR_ERASED_ID "%u", number);
  return (acr__span){out, (size_t)len};
}

static void one(acr_engine *engine, struct acr__member *member, acr__pos pos) {
  struct acr__erasing *e = engine->erasing;
  char label[32];
  acr__span id = acr__erased_id(member->number, label);
  if (e->count == e->cap) {
    e->cap = e->cap ? e->cap * 2 : 16;
    e->numbers = acr__mem_resize(e->numbers, e->cap * sizeof *e->numbers);
  }
  e->numbers[e->count++] = member->number;
  acr__member_forget(member);
  if (acr__span_eq(member->id, id)) return; // recovery: its payloads are gone already
  acr__table_put(e->ids, member->id, e);
  acr__member_rename(engine, member, id);
  acr__member_dirty(engine, member, pos);
}

void acr__erase_begin(acr_engine *engine, struct acr__member *member, acr__pos pos) {
  if (!engine->erasing) {
    engine->erasing = acr__mem_alloc(sizeof *engine->erasing);
    *engine->erasing = (struct acr__erasing){.ids = acr__table_new()};
  }
  acr__registry_altered(engine);
  one(engine, member, pos);
  for (uint32_t i = 0; i < member->merged_count; i++) {
    struct acr__member *part = acr__member_at(engine, member->merged[i], (acr__span){NULL, 0});
    if (part) one(engine, part, pos);
  }
}

void acr__erase_free(acr_engine *engine) {
  if (!engine->erasing) return;
  acr__table_free(engine->erasing->ids);
  free(engine->erasing->numbers);
  free(engine->erasing);
  engine->erasing = NULL;
}

// ---- what is to be overwritten

static void patch(struct wipe *w, struct acr__patch what) {
  if (w->count == w->cap) {
    w->cap = w->cap ? w->cap * 2 : 64;
    w->patches = acr__mem_resize(w->patches, w->cap * sizeof *w->patches);
  }
  w->patches[w->count++] = what;
}

static void empty(struct wipe *w, const struct acr__record *record) {
  struct acr__patch all[2];
  if (record->payload.len == 0) return;
  acr__record_erase(record, all);
  patch(w, all[0]);
  patch(w, all[1]);
}

static void own_records(struct wipe *w, const struct acr__member *member) {
  struct acr__record record;
  for (acr__pos pos = member->prev; pos && acr__read_record(w->engine, pos, &record); pos = record.prev)
    empty(w, &record);
}

static void add_member(struct wipe *w, struct acr__member *member) {
  for (size_t i = 0; i < w->member_count; i++)
    if (w->members[i] == member) return;
  w->members = acr__mem_resize(w->members, (w->member_count + 1) * sizeof(void *));
  w->members[w->member_count++] = member;
}

// As many stars as the id has bytes in the line, there and in the state: what the log then says is what the state has.
static void link_to(void *arg, acr__span id, acr__span raw) {
  struct wipe *w = arg;
  if (raw.len < 3 || !acr__table_get(w->engine->erasing->ids, id)) return;
  patch(w, (struct acr__patch){.at = acr__record_payload_pos(w->record, raw.ptr + 1), .len = raw.len - 2, .with = '*'});
  struct acr__member *member = w->record->member ? acr__member_at(w->engine, w->record->member, (acr__span){NULL, 0}) : NULL;
  if (member && acr__links_redact(&member->links, id, raw.len - 2)) add_member(w, member);
}

static bool others_record(void *arg, const struct acr__record *record) {
  struct wipe *w = arg;
  struct acr__payload payload;
  if (record->kind == ACR_RECORD_RELEASE || record->kind == ACR_RECORD_STATUS) return true;
  if (record->member <= w->engine->last_member && w->gone[record->member]) return true;
  if (!acr__payload_read(record->payload, &payload)) return true;
  if (!record->member && acr__table_get(w->engine->erasing->ids, payload.member)) {
    empty(w, record);
    return true;
  }
  acr__arena_reset(w->arena);
  w->record = record;
  acr__mention_links(w->arena, payload.line, link_to, w);
  return true;
}

static void first_mention(acr__span id, void *value, void *arg) {
  struct {
    struct wipe *w;
    acr__pos from;
  } *search = arg;
  acr__pos pos = acr__mention_first(search->w->engine, id);
  (void)value;
  if (pos && (!search->from || pos < search->from)) search->from = pos;
}

static void others(struct wipe *w) {
  struct {
    struct wipe *w;
    acr__pos from;
  } search = {w, 0};
  acr__table_each(w->engine->erasing->ids, first_mention, &search);
  if (search.from) acr__scan(w->engine, search.from, others_record, w);
}

// ---- doing it

bool acr__erase_run(acr_engine *engine) {
  struct acr__erasing *e = engine->erasing;
  if (!e || engine->of) return true;
  struct wipe w = {.engine = engine, .arena = acr__arena_new(16 * 1024), .gone = calloc((size_t)engine->last_member + 1, 1)};
  if (!w.gone) acr__mem_exhausted(engine->last_member);
  for (size_t i = 0; i < e->count; i++) {
    struct acr__member *member = acr__member_at(engine, e->numbers[i], (acr__span){NULL, 0});
    if (w.gone[e->numbers[i]] || !member) continue;
    w.gone[e->numbers[i]] = 1;
    own_records(&w, member);
    add_member(&w, member);
  }
  others(&w);
  bool good = acr__ledger_overwrite(engine->ledger, w.patches, w.count) == ACR_E_OK;
  engine->read_pos = 0;
  if (good) acr__ledger_scrub_begin(engine->ledger);
  if (good) acr__ledger_scrub(engine->ledger, acr__members_push(engine, w.members, w.member_count));
  acr__arena_free(w.arena);
  free(w.gone);
  free(w.patches);
  free((void *)w.members);
  if (good) acr__erase_free(engine);
  return good;
}

struct in_states {
  acr_engine *engine;
  acr__span state;
  bool found;
};

static void names(acr__span id, void *value, void *arg) {
  struct in_states *s = arg;
  (void)value;
  s->found = s->found || memmem(s->state.ptr, s->state.len, id.ptr, id.len);
}

static void redact(acr__span id, void *value, void *arg) {
  (void)value;
  acr__links_redact(&((struct acr__member *)arg)->links, id, id.len);
}

static bool stored(void *arg, uint32_t number, acr__span id, acr__span state) {
  struct in_states *s = arg;
  s->state = state;
  s->found = false;
  acr__table_each(s->engine->erasing->ids, names, s);
  if (!s->found) return true;
  struct acr__member *member = acr__member_at(s->engine, number, id);
  acr__table_each(s->engine->erasing->ids, redact, member);
  if (member) acr__members_push(s->engine, &member, 1);
  return true;
}

// The journal may have been done with and the view not: then the log no longer says who named them.
bool acr__erase_resume(acr_engine *engine) {
  struct in_states s = {.engine = engine};
  acr__ledger_scrub_begin(engine->ledger);
  if (acr__table_count(engine->erasing->ids)) acr__ledger_each_member(engine->ledger, stored, &s);
  return acr__erase_run(engine);
}
