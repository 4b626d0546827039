// What a record says it was made of: the event as it was sent (I12), the releases that judged it (I15), who adjusted points and why
// (I29).
#include "base/mem.h"
#include "engine/verify.h"
#include <inttypes.h>
#include <string.h>

static acr__span text_of(const acr__node *node, const char *key) {
  const acr__node *member = node ? acr__node_get(node, key) : NULL;
  return member && acr__node_kind(member) == ACR_JSON_STRING ? acr__node_text(member) : (acr__span){NULL, 0};
}

static bool same(const acr__digest *a, acr__digest b) {
  return memcmp(a, &b, sizeof b) == 0;
}

// ---- Releases

static void release(struct acr__verify *v, const struct acr__op *op) {
  if (op->kind == ACR_OP_RELEASE) {
    v->releases = acr__mem_resize(v->releases, ((size_t)v->release_count + 1) * sizeof *v->releases);
    v->releases[v->release_count++] = (struct acr__verify_release){.number = op->v[0], .family = op->v[2], .from = op->v[3]};
  }
  for (int i = 0; op->kind == ACR_OP_STATUS && op->v[1] == 0 && i < v->release_count; i++)
    if (v->releases[i].number == op->v[0]) v->releases[i].active = op->v[2] == ACR_STATUS_ACTIVE;
}

static void control(struct acr__verify *v, const struct acr__record *r) {
  acr__cursor cur = {(const uint8_t *)r->decision.ptr, (const uint8_t *)r->decision.ptr + r->decision.len, false};
  struct acr__payload payload;
  struct acr__op op;
  while (acr__op_read(&cur, &op))
    release(v, &op);
  if (!acr__payload_read(r->payload, &payload) ||
      !same(&r->content_digest, acr__digest_pair(v->key, payload.line, ACR__SPAN_LIT("content"))))
    acr__violation(v, "I15", r, "what record %" PRIu64 " published was changed since", r->seq);
}

// Domain V15: of a family's active ones the latest that was effective by then, of several the newest.
static const struct acr__verify_release *in_force(const struct acr__verify *v, int64_t family, acr__time time) {
  const struct acr__verify_release *best = NULL;
  for (int i = 0; i < v->release_count; i++) {
    const struct acr__verify_release *one = &v->releases[i];
    if (one->active && one->family == family && one->from <= time && (!best || one->from >= best->from)) best = one;
  }
  return best;
}

// Rules give something under the release that was in force. What comes back names the rules of its purchase, of another time.
static void judged(struct acr__verify *v, const struct acr__record *r) {
  acr__cursor cur = {(const uint8_t *)r->decision.ptr, (const uint8_t *)r->decision.ptr + r->decision.len, false}, again = cur;
  struct acr__op op;
  bool gave = false;
  while (acr__op_read(&cur, &op)) {
    if (op.kind == ACR_OP_RETURN) return;
    gave = gave || op.kind == ACR_OP_OUTCOME;
  }
  while (gave && acr__op_read(&again, &op)) {
    if (op.kind != ACR_OP_STANDING) continue;
    const struct acr__verify_release *release = in_force(v, op.v[0], r->time);
    if (!release || release->number != op.v[2])
      acr__violation(v, "I15", r, "record %" PRIu64 " was judged by release %" PRId64 ", which was not in force at its time", r->seq,
                     op.v[2]);
  }
}

// A rule that fired or earned names its family, and the record says by which release.
static void named(struct acr__verify *v, const struct acr__record *r) {
  acr__cursor cur = {(const uint8_t *)r->decision.ptr, (const uint8_t *)r->decision.ptr + r->decision.len, false};
  struct acr__op op;
  while (acr__op_read(&cur, &op)) {
    if (op.kind != ACR_OP_OUTCOME) continue;
    bool known = false;
    for (int i = 0; i < v->release_count; i++)
      known = known || v->releases[i].family == op.v[ACR_OUTCOME_FAMILY];
    if (!known) acr__violation(v, "I15", r, "an outcome of record %" PRIu64 " is of no program that was published", r->seq);
    if (!known) return;
  }
}

// ---- The event as it was sent

static void adjusted(struct acr__verify *v, const struct acr__record *r, const acr__node *data) {
  acr__cursor cur = {(const uint8_t *)r->decision.ptr, (const uint8_t *)r->decision.ptr + r->decision.len, false};
  struct acr__posting posting;
  struct acr__op op;
  while (acr__op_read(&cur, &op)) {
    if (!acr__op_posting(&op, &posting) || posting.reason != ACR_REASON_ADJUST) continue;
    if (text_of(data, "actor").len == 0 || text_of(data, "reason").len == 0)
      acr__violation(v, "I29", r, "record %" PRIu64 " adjusts points and does not say who did it, or why", r->seq);
    return;
  }
}

static bool is_stars(const acr__node *node) {
  acr__span text = acr__node_text(node);
  size_t n = 0;
  while (n < text.len && text.ptr[n] == '*') n++;
  return n > 0 && n == text.len;
}

// A link to a member who was erased since has stars for his id.
static bool links_to_nobody(const acr__node *data) {
  const acr__node *links = data ? acr__node_get(data, "links") : NULL;
  for (const acr__node *one = links ? acr__node_first(links) : NULL; one; one = acr__node_next(one)) {
    if (acr__node_kind(one) == ACR_JSON_STRING && is_stars(one)) return true;
    for (const acr__node *id = acr__node_kind(one) == ACR_JSON_ARRAY ? acr__node_first(one) : NULL; id; id = acr__node_next(id))
      if (acr__node_kind(id) == ACR_JSON_STRING && is_stars(id)) return true;
  }
  return false;
}

static void event(struct acr__verify *v, const struct acr__record *r) {
  struct acr__payload payload;
  struct acr__json_fault fault;
  if (!acr__payload_read(r->payload, &payload)) return; // erased
  acr__arena_reset(v->arena);
  const acr__json *json = acr__json_parse(v->arena, payload.line, NULL, &fault);
  const acr__node *root = json ? acr__json_root(json) : NULL, *data = root ? acr__node_get(root, "data") : NULL;
  if (links_to_nobody(data)) return;
  if (!root || !same(&r->content_digest, acr__event_content(v->key, text_of(root, "type"), text_of(root, "subject"),
                                                            text_of(root, "time"), data, &v->scratch)))
    acr__violation(v, "I12", r, "the event of record %" PRIu64 " is not the one that was sent", r->seq);
  adjusted(v, r, data);
}

void acr__verify_events(struct acr__verify *v, const struct acr__record *r) {
  if (r->kind == ACR_RECORD_RELEASE || r->kind == ACR_RECORD_STATUS) {
    control(v, r);
    return;
  }
  named(v, r);
  judged(v, r);
  event(v, r);
}
