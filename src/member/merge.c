// Two members become one: the member that goes is emptied by one record, the survivor takes everything in by another.
#include "base/mem.h"
#include "base/num.h"
#include "member/member.h"
#include <stdlib.h>
#include <string.h>

bool acr__member_includes(const struct acr__member *m, uint32_t number) {
  bool found = m->number == number;
  for (uint32_t i = 0; i < m->merged_count && !found; i++)
    found = m->merged[i] == number;
  return found;
}

static bool out(struct acr__member *m, const struct acr__op *op) {
  struct acr__balance *b = (struct acr__balance *)acr__member_account(m, (int)op->v[ACR_MERGE_ACCOUNT]);
  if (!b || b->lots != op->v[ACR_MERGE_LOTS] || b->debt != op->v[ACR_MERGE_DEBT] || op->v[ACR_MERGE_AFTER] != 0) return false;
  b->lots = b->debt = 0;
  m->entries++;
  return true;
}

// Nothing is left but who it was, where it went, and who had been merged into it before.
static bool empty(struct acr__member *m, uint32_t into) {
  for (uint32_t i = 0; i < m->balance_count; i++)
    if (m->balances[i].lots || m->balances[i].debt) return false;
  struct acr__member *old = acr__member_new(m->number, (acr__span){NULL, 0}), fresh = *old;
  *old = *m; // with all that it owns,
  *m = fresh;
  m->id = old->id; // but for its id, which others point to, and the list
  old->id = fresh.id;
  m->merged = old->merged;
  old->merged = NULL;
  m->merged_count = old->merged_count;
  m->into = into;
  m->joined = old->joined;
  m->prev = old->prev;
  m->applied = old->applied;
  m->entries = old->entries;
  m->events = old->events;
  m->dirty_prev = old->dirty_prev;
  m->dirty_next = old->dirty_next;
  m->dirty_since = old->dirty_since;
  m->ticket = old->ticket;
  m->used = old->used;
  m->bytes = old->bytes;
  acr__member_free(old);
  return into != 0 && into != m->number;
}

static bool in(struct acr__member *m, const struct acr__op *op) {
  const int64_t *v = op->v;
  struct acr__balance *b = (struct acr__balance *)acr__member_account(m, (int)v[ACR_MERGE_ACCOUNT]);
  if (!b) {
    m->balances = acr__mem_resize(m->balances, ((size_t)m->balance_count + 1) * sizeof *m->balances);
    b = &m->balances[m->balance_count++];
    *b = (struct acr__balance){(int32_t)v[ACR_MERGE_ACCOUNT], 0, 0, ACR_TIME_NONE, ACR_TIME_NONE, ACR_TIME_NONE};
  }
  if (v[ACR_MERGE_LOTS] < 0 || v[ACR_MERGE_DEBT] > 0 || !acr__add(b->lots, v[ACR_MERGE_LOTS], &b->lots) ||
      !acr__add(b->debt, v[ACR_MERGE_DEBT], &b->debt))
    return false;
  if (v[ACR_MERGE_EARNED] > b->earned) b->earned = v[ACR_MERGE_EARNED];
  if (v[ACR_MERGE_SPENT] > b->spent) b->spent = v[ACR_MERGE_SPENT];
  if (v[ACR_MERGE_ACTIVE] > b->active) b->active = v[ACR_MERGE_ACTIVE];
  m->entries += v[ACR_MERGE_LOTS] + v[ACR_MERGE_DEBT] != 0;
  return b->lots + b->debt == v[ACR_MERGE_AFTER];
}

static bool absorbed(struct acr__member *m, const struct acr__op *op) {
  uint32_t number = (uint32_t)op->v[0];
  if (acr__member_includes(m, number)) return false;
  m->merged = acr__mem_resize(m->merged, ((size_t)m->merged_count + 1) * sizeof *m->merged);
  m->merged[m->merged_count++] = number;
  m->events += op->v[1];
  m->entries += op->v[2];
  return true;
}

static bool lots_in(struct acr__member *m, acr__cursor *cur) {
  struct acr__lots lots = {0};
  bool good = acr__lots_decode(cur, &lots);
  if (good) acr__lots_merge(&m->lots, &lots);
  acr__lots_free(&lots);
  return good;
}

static bool holds_in(struct acr__member *m, acr__cursor *cur) {
  struct acr__holds holds = {0};
  bool good = acr__holds_decode(cur, &holds);
  if (good) acr__holds_merge(&m->holds, &holds);
  acr__holds_free(&holds);
  return good;
}

static bool series_in(struct acr__member *m, acr__cursor *cur) {
  struct acr__series_data other = {0};
  if (!acr__series_decode(cur, &other)) {
    acr__series_free(&other);
    return false;
  }
  struct acr__series_data *own = (struct acr__series_data *)acr__member_series(m, other.number);
  if (own) {
    bool good = acr__series_merge(own, &other);
    acr__series_free(&other);
    return good;
  }
  m->series = acr__mem_resize(m->series, ((size_t)m->series_count + 1) * sizeof *m->series);
  m->series[m->series_count++] = other;
  return true;
}

static int by_issue(const void *a, const void *b) {
  const struct acr__issue *x = a, *y = b;
  if (x->seq != y->seq) return x->seq < y->seq ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

static bool offers_in(struct acr__member *m, acr__cursor *cur) {
  struct acr__member *other = acr__member_new(0, (acr__span){NULL, 0});
  bool good = acr__offers_decode(cur, other);
  if (good && other->issue_count) {
    size_t count = (size_t)m->issue_count + other->issue_count;
    m->issues = acr__mem_resize(m->issues, count * sizeof *m->issues);
    memcpy(m->issues + m->issue_count, other->issues, other->issue_count * sizeof *m->issues);
    m->issue_count = (uint32_t)count;
    qsort(m->issues, count, sizeof *m->issues, by_issue);
  }
  for (uint32_t i = 0; good && i < other->grant_count; i++) {
    struct acr__op op = {.kind = ACR_OP_STORE, .v = {other->grants[i].family, other->grants[i].store, 1}};
    good = acr__offers_apply(m, &op, 0);
  }
  acr__member_free(other);
  return good;
}

static bool settle(struct acr__member *m, const struct acr__op *op) {
  struct acr__balance *b = (struct acr__balance *)acr__member_account(m, (int)op->v[0]);
  if (!b || op->v[1] <= 0 || op->v[1] > b->lots || op->v[1] > -b->debt) return false;
  b->lots -= op->v[1];
  b->debt += op->v[1];
  return true;
}

bool acr__merge_apply(struct acr__member *m, const struct acr__op *op) {
  acr__cursor cur = {(const uint8_t *)op->text.ptr, (const uint8_t *)op->text.ptr + op->text.len, false};
  switch (op->kind) {
  case ACR_OP_MERGE_OUT:
    return out(m, op);
  case ACR_OP_MERGED:
    return empty(m, (uint32_t)op->v[0]);
  case ACR_OP_ABSORBED:
    return absorbed(m, op);
  case ACR_OP_MERGE_IN:
    return in(m, op);
  case ACR_OP_LOTS_IN:
    return lots_in(m, &cur);
  case ACR_OP_HOLDS_IN:
    return holds_in(m, &cur);
  case ACR_OP_SERIES_IN:
    return series_in(m, &cur);
  case ACR_OP_OFFERS_IN:
    return offers_in(m, &cur);
  default:
    return settle(m, op);
  }
}
