// I19, I21: a member's levels in each family follow each other, each with its cause; what a reply says is the last one; and nobody
// falls by time and climbs in one record.
#include "base/mem.h"
#include "engine/verify.h"
#include <inttypes.h>

static struct acr__verify_level *find(struct acr__verify_member *m, int64_t family) {
  for (int i = 0; i < m->level_count; i++)
    if (m->levels[i].family == family) return &m->levels[i];
  return NULL;
}

static void move(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  struct acr__verify_level *level = find(m, op->v[ACR_LEVEL_FAMILY]);
  int64_t cause = op->v[ACR_LEVEL_CAUSE];
  bool fell = cause == ACR_LEVEL_CAUSE_MAINTENANCE || cause == ACR_LEVEL_CAUSE_EXPIRY;
  if (cause < 0 || cause >= ACR_LEVEL_CAUSES)
    acr__violation(v, "I19", r, "record %" PRIu64 " changes a level and does not say why", r->seq);
  if (!level) {
    m->levels = acr__mem_resize(m->levels, ((size_t)m->level_count + 1) * sizeof *m->levels);
    level = &m->levels[m->level_count++];
    *level = (struct acr__verify_level){.family = op->v[ACR_LEVEL_FAMILY], .since = INT64_MIN};
  } else if (level->level == op->v[ACR_LEVEL_NAME]) {
    acr__violation(v, "I19", r, "record %" PRIu64 " moves its member to the level that it has", r->seq);
  }
  if (op->v[ACR_LEVEL_SINCE] < level->since)
    acr__violation(v, "I19", r, "record %" PRIu64 " begins a level before the one that it ends", r->seq);
  if (level->seq == r->seq && (fell || level->fell))
    acr__violation(v, "I21", r, "record %" PRIu64 " moves its member by time, and again", r->seq);
  *level = (struct acr__verify_level){op->v[ACR_LEVEL_FAMILY], op->v[ACR_LEVEL_NAME], op->v[ACR_LEVEL_SINCE], r->seq, fell};
}

void acr__verify_levels(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, bool moved) {
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    bool changes = op->kind == ACR_OP_LEVEL || op->kind == ACR_OP_REVIEW || op->kind == ACR_OP_TERM;
    if (changes && !moved) acr__violation(v, "I8", r, "record %" PRIu64 " was refused or parked and yet changes a level", r->seq);
    if (op->kind == ACR_OP_LEVEL) move(v, m, r, op);
    if ((op->kind == ACR_OP_REVIEW || op->kind == ACR_OP_TERM) && !find(m, op->v[0]))
      acr__violation(v, "I19", r, "record %" PRIu64 " looks at a level that its member never had", r->seq);
    if (op->kind != ACR_OP_STANDING) continue;
    const struct acr__verify_level *level = find(m, op->v[0]);
    if (op->v[1] != (level ? level->level : 0))
      acr__violation(v, "I19", r, "record %" PRIu64 " says another level than the one its member was moved to last", r->seq);
  }
}
