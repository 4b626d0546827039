// I13: what is taken back of an award names its lot, and never adds up to more than the award posted.
#include "base/mem.h"
#include "engine/verify.h"
#include <inttypes.h>
#include <stdlib.h>

// Of the member itself, or of one that was merged into it by then.
static bool is_of(struct acr__verify *v, uint32_t owner, uint32_t member) {
  while (owner != member && owner < v->member_cap && v->members[owner].into)
    owner = v->members[owner].into;
  return owner == member;
}

// The purchase that a record is of: its own, or that which it amends.
static int64_t original(const struct acr__verify *v, uint64_t seq) {
  size_t low = 0, high = v->amended_count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (v->amended[middle].seq < seq)
      low = middle + 1;
    else
      high = middle;
  }
  return low < v->amended_count && v->amended[low].seq == seq ? v->amended[low].of : (int64_t)seq;
}

// What its record credited as that lot, which is that of the purchase or of an amendment of it; -1 when it is neither, or gave no
// such lot.
static int64_t posted(struct acr__verify *v, const struct acr__record *at, const struct acr__op *reversed, int64_t purchase) {
  uint64_t seq = (uint64_t)reversed->v[ACR_REVERSED_SEQ];
  int64_t points = -1;
  if (seq == 0 || seq > v->gave_count || !is_of(v, v->gave[seq - 1].member, at->member) || original(v, seq) != purchase) return -1;
  for (size_t i = v->gave[seq - 1].first; i < v->credit_count && (seq == v->gave_count || i < v->gave[seq].first); i++)
    if (v->credits[i].index == reversed->v[ACR_REVERSED_INDEX]) points = v->credits[i].points;
  return points;
}

static void reversed(struct acr__verify *v, const struct acr__record *r, const struct acr__op *op, int64_t purchase) {
  int64_t key[] = {op->v[ACR_REVERSED_SEQ], op->v[ACR_REVERSED_INDEX]};
  acr__span name = {(const char *)key, sizeof key};
  int64_t points = op->v[ACR_REVERSED_POINTS], most = posted(v, r, op, purchase);
  if (most < 0) {
    acr__violation(v, "I13", r, "record %" PRIu64 " takes back an award that record %" PRId64 " did not give", r->seq, key[0]);
    return;
  }
  int64_t sum = (int64_t)(uintptr_t)acr__table_get(v->reversed, name) + points;
  if (points < 0 || sum > most)
    acr__violation(v, "I13", r, "up to record %" PRIu64 " %" PRId64 " points are taken back of an award of %" PRId64, r->seq, sum, most);
  acr__table_put(v->reversed, name, (void *)(uintptr_t)sum);
}

// What a lot is asked for is settled by the lot itself and by those that it rolled over into, in the same record.
static void settled(struct acr__verify *v, const struct acr__record *r, const struct acr__op *asked) {
  int64_t sum = 0, points = asked->v[ACR_REVERSED_ASKED];
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    if (op->kind == ACR_OP_REVERSED && op->v[ACR_REVERSED_SEQ] == asked->v[ACR_REVERSED_SEQ] &&
        op->v[ACR_REVERSED_INDEX] == asked->v[ACR_REVERSED_INDEX])
      sum += op->v[ACR_REVERSED_POINTS];
  }
  if (points <= 0 || sum != points)
    acr__violation(v, "I13", r, "record %" PRIu64 " takes back %" PRId64 " points of an award and settles %" PRId64, r->seq, points, sum);
}

// Kept of every record, which are dense: a return names one of them.
static void keep(struct acr__verify *v, const struct acr__record *r) {
  int64_t of = 0;
  if (v->gave_count == v->gave_cap) {
    v->gave_cap = v->gave_cap ? v->gave_cap * 2 : 1024;
    v->gave = acr__mem_resize(v->gave, v->gave_cap * sizeof *v->gave);
  }
  v->gave[v->gave_count++] = (struct acr__verify_gave){v->credit_count, r->member};
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    if (op->kind == ACR_OP_RETURN) of = op->v[ACR_RETURN_SEQ];
    if (op->kind != ACR_OP_CREDIT) continue;
    if (v->credit_count == v->credit_cap) {
      v->credit_cap = v->credit_cap ? v->credit_cap * 2 : 1024;
      v->credits = acr__mem_resize(v->credits, v->credit_cap * sizeof *v->credits);
    }
    v->credits[v->credit_count++] = (struct acr__verify_credit){op->v[ACR_CREDIT_POINTS], op->v[ACR_CREDIT_INDEX]};
  }
  if (of == 0) return;
  if (v->amended_count == v->amended_cap) {
    v->amended_cap = v->amended_cap ? v->amended_cap * 2 : 1024;
    v->amended = acr__mem_resize(v->amended, v->amended_cap * sizeof *v->amended);
  }
  v->amended[v->amended_count++] = (struct acr__verify_amended){v->gave_count, of};
}

void acr__verify_returns(struct acr__verify *v, const struct acr__record *r) {
  int64_t purchase = 0;
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    if (op->kind == ACR_OP_RETURN) purchase = op->v[ACR_RETURN_SEQ];
    if (op->kind != ACR_OP_REVERSED) continue;
    reversed(v, r, op, purchase);
    bool itself = op->v[ACR_REVERSED_ASKED_SEQ] == op->v[ACR_REVERSED_SEQ] && op->v[ACR_REVERSED_ASKED_INDEX] == op->v[ACR_REVERSED_INDEX];
    if (itself) settled(v, r, op);
  }
  keep(v, r);
}
