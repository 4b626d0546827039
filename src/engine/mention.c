#include "engine/erase.h"
#include "engine/payload.h"
#include <string.h>

static acr__digest digest_of(const acr_engine *engine, acr__span id) {
  return acr__digest_pair(&engine->key, ACR__SPAN_LIT("named"), id);
}

acr__pos acr__mention_first(acr_engine *engine, acr__span id) {
  return acr__ledger_find_id(engine->ledger, digest_of(engine, id));
}

// Of what names somebody the first place is known, and everything else is behind it: so few are ever named that this is enough.
static void note(acr_engine *engine, acr__span id, acr__pos pos) {
  acr__digest digest = digest_of(engine, id);
  if (!acr__find_id(engine, digest)) acr__batch_id(engine, digest, pos);
}

void acr__mention(acr_engine *engine, const struct acr__judgement *j, acr__pos pos) {
  if (!j->member && j->root->subject.len) note(engine, j->root->subject, pos); // refused or parked before there was a member
  for (int i = 0; i < j->root->link_count; i++)
    for (int k = 0; k < j->root->links[i].member_count; k++)
      note(engine, j->root->links[i].members[k], pos);
}

static void visit_one(const acr__json *json, const acr__node *node, acr__span line, void (*visit)(void *arg, acr__span id, acr__span raw),
                      void *arg) {
  if (acr__node_kind(node) == ACR_JSON_STRING) visit(arg, acr__node_text(node), acr__node_raw(json, node, line));
}

void acr__mention_links(acr__arena *arena, acr__span line, void (*visit)(void *arg, acr__span id, acr__span raw), void *arg) {
  struct acr__json_fault fault;
  if (!memmem(line.ptr, line.len, "\"links\"", 7)) return;
  acr__json *json = acr__json_parse(arena, line, NULL, &fault);
  const acr__node *data = json ? acr__node_get(acr__json_root(json), "data") : NULL, *links = data ? acr__node_get(data, "links") : NULL;
  if (!links || acr__node_kind(links) != ACR_JSON_OBJECT) return;
  for (const acr__node *link = acr__node_first(links); link; link = acr__node_next(link)) {
    visit_one(json, link, line, visit, arg);
    if (acr__node_kind(link) != ACR_JSON_ARRAY) continue;
    for (const acr__node *one = acr__node_first(link); one; one = acr__node_next(one))
      visit_one(json, one, line, visit, arg);
  }
}

struct recovering {
  acr_engine *engine;
  acr__pos pos;
};

static void recovered(void *arg, acr__span id, acr__span raw) {
  struct recovering *r = arg;
  acr__digest digest = digest_of(r->engine, id);
  (void)raw;
  if (!acr__ledger_find_id(r->engine->ledger, digest)) acr__ledger_add_id(r->engine->ledger, digest, r->pos);
}

void acr__mention_recover(acr_engine *engine, const struct acr__record *record) {
  struct recovering r = {engine, record->pos};
  struct acr__payload payload;
  if (!acr__payload_read(record->payload, &payload)) return;
  if (!record->member && payload.member.len) recovered(&r, payload.member, payload.member);
  if (record->kind == ACR_RECORD_RELEASE || record->kind == ACR_RECORD_STATUS) return;
  if (!memmem(payload.line.ptr, payload.line.len, "\"links\"", 7)) return;
  acr__arena *arena = acr__arena_new(4096);
  acr__mention_links(arena, payload.line, recovered, &r);
  acr__arena_free(arena);
}
