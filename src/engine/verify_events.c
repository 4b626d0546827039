// What a record says of its making: the releases that judged it (I15), who adjusted points and why (I29).
#include "engine/verify.h"
#include <inttypes.h>

// Domain V15: of a family's active ones the latest that was effective by then, of several the newest.
static const struct acr__verify_release *in_force(const struct acr__verify *v, int64_t family, acr__time time) {
  const struct acr__verify_release *best = NULL;
  for (int i = 0; i < v->release_count; i++) {
    const struct acr__verify_release *one = &v->releases[i];
    if (one->active && !one->replaced && one->family == family && one->from <= time && (!best || one->from >= best->from)) best = one;
  }
  return best;
}

static bool gave(const struct acr__verify *v, int64_t family) {
  for (int i = 0; i < v->ops.count; i++)
    if (v->ops.all[i].kind == ACR_OP_OUTCOME && v->ops.all[i].v[ACR_OUTCOME_FAMILY] == family) return true;
  return false;
}

// Rules give something under the release that was in force. What comes back names the rules of its purchase, of another time. A
// record also names releases that only hold accounts and levels, as those of a paused program.
static void judged(struct acr__verify *v, const struct acr__record *r) {
  for (int i = 0; i < v->ops.count; i++)
    if (v->ops.all[i].kind == ACR_OP_RETURN) return;
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    if (op->kind != ACR_OP_STANDING || !gave(v, op->v[0])) continue;
    const struct acr__verify_release *release = in_force(v, op->v[0], r->time);
    if (!release || release->number != op->v[2])
      acr__violation(v, "I15", r, "record %" PRIu64 " was judged by release %" PRId64 ", which was not in force at its time", r->seq,
                     op->v[2]);
  }
}

// A rule that fired or earned names its family, and the record says by which release.
static void named(struct acr__verify *v, const struct acr__record *r) {
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    bool known = op->kind != ACR_OP_OUTCOME;
    for (int k = 0; k < v->release_count && !known; k++)
      known = v->releases[k].family == op->v[ACR_OUTCOME_FAMILY];
    if (!known) acr__violation(v, "I15", r, "an outcome of record %" PRIu64 " is of no program that was published", r->seq);
    if (!known) return;
  }
}

// ---- Who adjusted points, and why

static bool says(const acr__node *data, const char *key) {
  const acr__node *member = data ? acr__node_get(data, key) : NULL;
  return member && acr__node_kind(member) == ACR_JSON_STRING && acr__node_text(member).len > 0;
}

static void adjusted(struct acr__verify *v, const struct acr__record *r) {
  struct acr__posting posting;
  struct acr__payload payload;
  struct acr__json_fault fault;
  bool any = false;
  for (int i = 0; i < v->ops.count && !any; i++)
    any = acr__op_posting(&v->ops.all[i], &posting) && posting.reason == ACR_REASON_ADJUST;
  if (!any || !acr__payload_read(r->payload, &payload)) return; // erased
  acr__arena_reset(v->arena);
  const acr__json *json = acr__json_parse(v->arena, payload.line, NULL, &fault);
  const acr__node *data = json ? acr__node_get(acr__json_root(json), "data") : NULL;
  if (!says(data, "actor") || !says(data, "reason"))
    acr__violation(v, "I29", r, "record %" PRIu64 " adjusts points and does not say who did it, or why", r->seq);
}

void acr__verify_events(struct acr__verify *v, const struct acr__record *r) {
  if (r->kind == ACR_RECORD_RELEASE || r->kind == ACR_RECORD_STATUS) return;
  named(v, r);
  judged(v, r);
  adjusted(v, r);
}
