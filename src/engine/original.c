// What a return is about: the purchase (or custom event) in the log, and the returns of it that came before.
#include "base/limits.h"
#include "engine/door.h"
#include "engine/payload.h"
#include "engine/returned.h"
#include <string.h>

static bool any_type(void *arg, acr__span type) {
  (void)arg;
  (void)type;
  return true;
}

// The event as it was taken. Decimals that were let in then are let in again.
static const struct acr__event *event_of(acr_engine *engine, acr__arena *arena, const struct acr__record *record) {
  struct acr__payload payload;
  struct acr__json_fault fault;
  struct acr__reject reject;
  struct acr__event_env env = {.key = &engine->key,
                               .currency_scale = acr__door_scale(engine),
                               .round_decimals = true,
                               .now = record->time,
                               .latest = ACR_TIME_MAX,
                               .type_known = any_type,
                               .id_digest = &record->id_digest,
                               .content_digest = &record->content_digest};
  bool taken = (record->kind == ACR_RECORD_EVENT || record->kind == ACR_RECORD_RETRY) &&
               !(record->flags & (ACR_RECORD_REFUSED | ACR_RECORD_DUE | ACR_RECORD_SENT)) && record->member;
  if (!taken || !acr__payload_read(record->payload, &payload)) return NULL;
  acr__json *json = acr__json_parse(arena, acr__arena_span(arena, payload.line), NULL, &fault);
  return json ? acr__event_read(arena, json, &env, &reject) : NULL;
}

acr__pos acr__transaction_find(acr_engine *engine, acr__span source, acr__span transaction, acr__digest digest) {
  acr__pos pos = acr__find_id(engine, digest);
  struct acr__record record;
  if (pos) return pos;
  // A purchase whose event id is this transaction, and which named none or the same.
  pos = acr__find_id(engine, acr__digest_pair(&engine->key, source, transaction));
  if (!pos || !acr__read_record(engine, pos, &record)) return 0;
  if (record.payload.len == 0) return pos; // erased: it may have been one
  const struct acr__event *event = event_of(engine, engine->arena, &record);
  return event && event->kind == ACR_EVENT_PURCHASE && acr__span_eq(event->transaction, transaction) ? pos : 0;
}

// ---- the purchase and its returns

static void decode(acr__arena *arena, const struct acr__record *record, struct acr__part *out) {
  struct acr__record kept = {.decision = acr__arena_span(arena, record->decision), .payload = acr__arena_span(arena, record->payload)};
  struct acr__op_walk walk = acr__ops_of(&kept);
  struct acr__op op;
  for (struct acr__op_walk at = walk; acr__op_next(&at, &op);)
    out->op_count++;
  out->ops = ACR__NEW_N(arena, struct acr__op, out->op_count + 1);
  for (int i = 0; i < out->op_count; i++)
    acr__op_next(&walk, &out->ops[i]);
}

static bool add_part(acr_engine *engine, acr__arena *arena, acr__pos pos, struct acr__part *out, const struct acr__event **event) {
  struct acr__record record;
  if (!acr__read_record(engine, pos, &record)) return false;
  *out = (struct acr__part){.pos = pos, .seq = record.seq};
  decode(arena, &record, out);
  *event = event_of(engine, arena, &record);
  return *event != NULL;
}

static acr__pos before(const struct acr__part *part) {
  for (int i = 0; i < part->op_count; i++)
    if (part->ops[i].kind == ACR_OP_RETURN) return (acr__pos)part->ops[i].v[ACR_RETURN_PREVIOUS];
  return 0;
}

bool acr__original_step(struct acr__original *original, acr__arena *arena, const struct acr__event *event, struct acr__reject *reject) {
  struct acr__stand *stand = &original->stand;
  if (original->event->kind == ACR_EVENT_CUSTOM) {
    if (stand->voided) {
      *reject = (struct acr__reject){"already_returned", acr__arena_printf(arena, "that event was taken back already"), "$.data.of", 0, 0};
      return false;
    }
    stand->touched = stand->voided = true;
    return true;
  }
  if (event->kind == ACR_EVENT_RETURN) return acr__stand_take(stand, arena, event, reject);
  acr__stand_begin(arena, event, stand);
  stand->touched = true;
  return true;
}

bool acr__original_read(acr_engine *engine, acr__arena *arena, acr__pos pos, acr__pos last, struct acr__original *out) {
  struct came_back { // newest first
    struct acr__part part;
    const struct acr__event *event;
  } *back = NULL;
  int count = 0, cap = 0;
  struct acr__reject ignored;
  struct acr__part own;
  *out = (struct acr__original){.pos = pos, .last = last};
  if (!add_part(engine, arena, pos, &own, &out->event)) return false;
  for (acr__pos at = last; at; at = before(&back[count++].part)) {
    ACR__GROW(arena, back, count, cap);
    if (!add_part(engine, arena, at, &back[count].part, &back[count].event)) return false;
  }
  out->seq = own.seq;
  out->parts = ACR__NEW_N(arena, struct acr__part, count + 1);
  out->parts[out->part_count++] = own;
  acr__stand_begin(arena, out->event, &out->stand);
  while (count--) {
    out->parts[out->part_count++] = back[count].part;
    if (!acr__original_step(out, arena, back[count].event, &ignored)) return false;
  }
  return true;
}

// ---- which one is meant

static bool unknown(struct acr__judgement *j, struct acr__reject *reject, const char *format) {
  char *path = j->root->kind == ACR_EVENT_AMENDED ? "$.data.transaction" : "$.data.of";
  *reject = (struct acr__reject){"of_unknown", acr__arena_printf(j->arena, format, j->root->of.len ? j->root->of.ptr : ""), path, 0, 0};
  return false;
}

bool acr__newest_record(struct acr__judgement *j, uint32_t which, acr__pos *pos) {
  if (which > j->member->merged_count) return false;
  const struct acr__member *one = which ? acr__member_at(j->engine, j->member->merged[which - 1], (acr__span){NULL, 0}) : j->member;
  *pos = one ? one->prev : 0;
  return true;
}

// Among the member's purchases of every source; *hits = how many bear the name.
static acr__pos walk(struct acr__judgement *j, int *hits) {
  acr__pos found = 0, pos;
  struct acr__record record;
  *hits = 0;
  for (uint32_t which = 0; acr__newest_record(j, which, &pos); which++) {
    while (pos && acr__read_record(j->engine, pos, &record)) {
      acr__pos next = record.prev;
      const struct acr__event *event = event_of(j->engine, j->arena, &record);
      if (event && event->kind == ACR_EVENT_PURCHASE && acr__span_eq(event->transaction, j->root->of)) {
        found = pos;
        ++*hits;
      }
      pos = next;
    }
  }
  return found;
}

bool acr__original_find(struct acr__judgement *j, struct acr__original *out, struct acr__reject *reject) {
  acr_engine *engine = j->engine;
  const struct acr__event *event = j->root;
  struct acr__record record;
  int hits = 1;
  if (!event->of.len) return unknown(j, reject, "`of` is missing; wanted the transaction that something comes back of");
  acr__pos pos = acr__transaction_find(engine, event->source, event->of, acr__event_transaction(&engine->key, event->source, event->of));
  if (!pos && event->kind == ACR_EVENT_RETURN) pos = acr__find_id(engine, acr__digest_pair(&engine->key, event->source, event->of));
  if (!pos) pos = walk(j, &hits);
  if (hits > 1) {
    *reject = (struct acr__reject){
        "of_ambiguous", acr__arena_printf(j->arena, "the member has %d purchases \"%.80s\", of several sources", hits, event->of.ptr),
        event->kind == ACR_EVENT_AMENDED ? "$.data.transaction" : "$.data.of", 0, 0};
    return false;
  }
  if (!pos || !acr__read_record(engine, pos, &record)) return unknown(j, reject, "the member has no purchase \"%.80s\"");
  if (!acr__member_includes(j->member, record.member)) return unknown(j, reject, "the purchase \"%.80s\" is another member's");
  bool good = acr__original_read(engine, j->arena, pos, acr__returned_last(&j->member->returned, record.seq), out);
  if (!out->event || (out->event->kind != ACR_EVENT_PURCHASE && out->event->kind != ACR_EVENT_CUSTOM))
    return unknown(j, reject, "\"%.80s\" is neither a purchase that was taken nor an event of one's own");
  return good || unknown(j, reject, "the purchase \"%.80s\" can no longer be read");
}
