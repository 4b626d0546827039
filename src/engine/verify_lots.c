// I4, I5 and I7: the lots of a member, and the holds that they may be in.
#include "base/mem.h"
#include "engine/due.h"
#include "engine/verify.h"
#include <inttypes.h>

static void held(struct acr__verify_member *m, int64_t account, int64_t points) {
  for (int i = 0; i < m->sum_count; i++)
    if (m->sums[i].account == account) m->sums[i].held += points;
}

void acr__verify_lot_add(struct acr__verify_member *m, struct acr__verify_lot lot) {
  if (m->lot_count == m->lot_cap && m->lot_dead * 2 > m->lot_count) {
    int kept = 0; // emptied lots are dropped in bulk
    for (int i = 0; i < m->lot_count; i++)
      if (m->lots[i].remaining) m->lots[kept++] = m->lots[i];
    m->lot_count = kept;
    m->lot_dead = m->lot_from = 0;
  }
  if (m->lot_count == m->lot_cap) {
    m->lot_cap = m->lot_cap ? m->lot_cap * 2 : 8;
    m->lots = acr__mem_resize(m->lots, (size_t)m->lot_cap * sizeof *m->lots);
  }
  m->lots[m->lot_count++] = lot;
  held(m, lot.account, lot.remaining);
}

static void give(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  struct acr__lot lot = acr__op_lot(op);
  for (int i = 0; i < m->lot_count; i++) {
    struct acr__verify_lot *known = &m->lots[i];
    if (known->seq != lot.seq || known->index != lot.index) continue;
    m->lot_dead -= known->remaining == 0;
    known->remaining += lot.remaining;
    held(m, known->account, lot.remaining);
    if (i < m->lot_from) m->lot_from = i;
    if (lot.remaining <= 0 || known->remaining > known->granted)
      acr__violation(v, "I4", r, "record %" PRIu64 " gives a lot of %" PRId64 " points %" PRId64 " too many", r->seq, known->granted,
                     known->remaining - known->granted);
    return;
  }
  // Emptied lots are dropped from the model in bulk; what the operation says of the lot was written when it was emptied.
  acr__verify_lot_add(m, (struct acr__verify_lot){lot.seq, (int32_t)lot.index, (int32_t)lot.account, lot.granted, lot.remaining,
                                                  acr__verify_born(lot.source, lot.earned, lot.expires), lot.earned, lot.expires});
}

// Mostly the oldest one that is not empty yet.
static struct acr__verify_lot *find(struct acr__verify_member *m, uint64_t seq, int64_t index) {
  while (m->lot_from < m->lot_count && m->lots[m->lot_from].remaining == 0)
    m->lot_from++;
  for (int k = 0; k < m->lot_count; k++) {
    struct acr__verify_lot *lot = &m->lots[(m->lot_from + k) % m->lot_count];
    if (lot->seq == seq && lot->index == index) return lot;
  }
  return NULL;
}

static void take(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op,
                 int64_t account) {
  struct acr__verify_lot *lot = find(m, (uint64_t)op->v[ACR_LOT_SEQ], op->v[ACR_LOT_INDEX]);
  int64_t points = op->v[ACR_LOT_POINTS];
  if (!lot) {
    acr__violation(v, "I5", r, "record %" PRIu64 " takes points from a lot that its member does not have", r->seq);
    return;
  }
  if (lot->account != account) acr__violation(v, "I5", r, "record %" PRIu64 " takes points of one account from a lot of another", r->seq);
  if (op->v[ACR_LOT_EXPIRES] != lot->expires)
    acr__violation(v, "I18", r, "record %" PRIu64 " takes points of a lot, and says another end than it was born with", r->seq);
  else if (acr__verify_born(op->v[ACR_LOT_SOURCE], op->v[ACR_LOT_EARNED], op->v[ACR_LOT_EXPIRES]) != lot->born)
    acr__violation(v, "I5", r, "record %" PRIu64 " takes points of a lot, and says another source or date than it has", r->seq);
  lot->remaining -= points;
  held(m, lot->account, -points);
  if (points <= 0 || lot->remaining < 0)
    acr__violation(v, "I4", r, "record %" PRIu64 " takes %" PRId64 " points from a lot that holds %" PRId64, r->seq, points,
                   lot->remaining + points);
  m->lot_dead += lot->remaining == 0;
}

// I17: what is spent or held has not expired by then, and nothing older, or nothing that ends sooner, is left in its account.
void acr__verify_spent(struct acr__verify *v, const struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  struct acr__lot lot = acr__op_lot(op);
  bool older = false, sooner = false;
  if (lot.expires <= r->time) acr__violation(v, "I17", r, "record %" PRIu64 " spends points that have expired", r->seq);
  for (int i = m->lot_from; i < m->lot_count; i++) {
    const struct acr__verify_lot *other = &m->lots[i];
    if (other->remaining == 0 || other->account != lot.account || other->expires <= r->time) continue;
    older = older || other->earned < lot.earned;
    sooner = sooner || other->expires < lot.expires;
  }
  if (older && sooner)
    acr__violation(v, "I17", r, "record %" PRIu64 " spends points while older ones, and some that end sooner, are left", r->seq);
}

// I18: a run of lots that end leaves none of them.
void acr__verify_past(struct acr__verify *v, const struct acr__verify_member *m, const struct acr__record *r) {
  if (!(r->flags & ACR_RECORD_DUE) || r->kind == ACR_RECORD_PARKED) return;
  for (int k = 0; k < v->ops.count; k++) {
    const struct acr__op *op = &v->ops.all[k];
    if (op->kind != ACR_OP_DUE || op->v[ACR_DUE_KIND] != ACR_DUE_LOTS) continue;
    for (int i = 0; i < m->lot_count; i++)
      if (m->lots[i].remaining && m->lots[i].expires <= op->v[ACR_DUE_AT])
        acr__violation(v, "I18", r, "record %" PRIu64 " lets lots expire and leaves one that has", r->seq);
  }
}

static void hold(struct acr__verify_member *m, uint64_t seq, int64_t points) {
  if (m->hold_count == 0 || m->holds[m->hold_count - 1].seq != seq) {
    m->holds = acr__mem_resize(m->holds, ((size_t)m->hold_count + 1) * sizeof *m->holds);
    m->holds[m->hold_count++] = (struct acr__verify_hold){seq, 0};
  }
  m->holds[m->hold_count - 1].points += points;
}

void acr__verify_lot_op(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op,
                        int64_t account) {
  if (op->kind == ACR_OP_GIVE) {
    give(v, m, r, op);
  } else if (op->kind != ACR_OP_CAPTURED) { // captured points left their lot when they were held
    take(v, m, r, op, account);
    if (op->kind == ACR_OP_HELD) hold(m, r->seq, op->v[ACR_LOT_POINTS]);
  }
}

void acr__verify_hold_end(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  for (int i = 0; i < m->hold_count; i++) {
    if (m->holds[i].seq != (uint64_t)op->v[0]) continue;
    m->ending += m->holds[i].points;
    m->holds[i] = m->holds[--m->hold_count];
    return;
  }
  acr__violation(v, "I7", r, "record %" PRIu64 " closes a hold that is not open", r->seq);
}

static void check(struct acr__verify *v, const struct acr__verify_sum *s, const struct acr__record *r, int64_t points) {
  if (points != s->lots || points + s->debt != s->sum)
    acr__violation(v, "I4", r, "after record %" PRIu64 " the lots of an account hold %" PRId64 ", its balance says %" PRId64, r->seq,
                   points, s->lots);
}

void acr__verify_lots(struct acr__verify *v, const struct acr__verify_member *m, const struct acr__record *r) {
  for (int i = 0; i < m->sum_count; i++)
    check(v, &m->sums[i], r, m->sums[i].held);
}

void acr__verify_lots_all(struct acr__verify *v, const struct acr__verify_member *m, const struct acr__record *r) {
  for (int i = 0; i < m->sum_count; i++) {
    int64_t points = 0;
    for (int k = 0; k < m->lot_count; k++)
      if (m->lots[k].account == m->sums[i].account) points += m->lots[k].remaining;
    check(v, &m->sums[i], r, points);
  }
}
