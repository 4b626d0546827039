// What a survivor takes over from a member that was merged into it.
#include "base/num.h"
#include "engine/merge.h"
#include <string.h>

static bool sums_fit(int64_t a, int64_t b) {
  int64_t sum;
  return acr__add(a, b, &sum) && sum <= ACR_POINTS_MAX && sum >= -ACR_POINTS_MAX;
}

static const struct acr__tag *tag_of(const struct acr__member *m, int tag) {
  for (uint32_t i = 0; i < m->tag_count; i++)
    if (m->tags[i].tag == tag) return &m->tags[i];
  return NULL;
}

bool acr__absorbable(const struct acr__member *into, const struct acr__member *gone) {
  for (uint32_t i = 0; i < gone->balance_count; i++) {
    const struct acr__balance *b = &gone->balances[i], *own = acr__member_account(into, b->account);
    if (own && (!sums_fit(own->lots, b->lots) || !sums_fit(own->debt, b->debt))) return false;
  }
  for (uint32_t i = 0; i < gone->tag_count; i++) {
    const struct acr__tag *own = tag_of(into, gone->tags[i].tag);
    if (own && !sums_fit(own->count, gone->tags[i].count)) return false;
  }
  for (uint32_t i = 0; i < gone->series_count; i++) {
    const struct acr__series_data *own = acr__member_series(into, gone->series[i].number);
    if (own && !acr__series_mergeable(own, &gone->series[i])) return false;
  }
  return true;
}

static bool give(struct acr__judgement *j, acr__op_kind kind, int64_t a, int64_t b, int64_t c) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, kind);
  op->v[0] = a;
  op->v[1] = b;
  op->v[2] = c;
  return acr__apply(j, op);
}

static bool give_packed(struct acr__judgement *j, acr__op_kind kind, acr__buf *packed) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, kind);
  op->text = acr__arena_span(j->arena, (acr__span){(const char *)packed->ptr, packed->len});
  acr__buf_free(packed);
  return acr__apply(j, op);
}

static bool identity(struct acr__judgement *j, const struct acr__member *gone) {
  if (!give(j, ACR_OP_ABSORBED, gone->number, gone->events, gone->entries)) return false;
  for (uint32_t i = 0; i < gone->merged_count; i++) // chains are flattened
    if (!give(j, ACR_OP_ABSORBED, gone->merged[i], 0, 0)) return false;
  return true;
}

static bool balances(struct acr__judgement *j, const struct acr__member *gone) {
  int name = acr__name_number(j->engine, ACR__SPAN_LIT("merge"));
  for (uint32_t i = 0; i < gone->balance_count; i++) {
    const struct acr__balance *b = &gone->balances[i];
    struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_MERGE_IN);
    op->v[ACR_MERGE_ACCOUNT] = b->account;
    op->v[ACR_MERGE_NAME] = name;
    op->v[ACR_MERGE_LOTS] = b->lots;
    op->v[ACR_MERGE_DEBT] = b->debt;
    op->v[ACR_MERGE_AFTER] = acr__member_balance(j->member, b->account) + b->lots + b->debt;
    op->v[ACR_MERGE_TIME] = j->root->time;
    op->v[ACR_MERGE_EARNED] = b->earned;
    op->v[ACR_MERGE_SPENT] = b->spent;
    op->v[ACR_MERGE_ACTIVE] = b->active;
    if (!acr__apply(j, op)) return false;
  }
  return true;
}

static bool waiting(struct acr__judgement *j, const struct acr__member *gone) {
  for (uint32_t i = 0; i < gone->dues.pending_count; i++) {
    const struct acr__pending *p = &gone->dues.pending[i];
    struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_PENDING_IN);
    const int64_t v[] = {(int64_t)p->seq, p->index, p->type, p->at, p->depth, p->link};
    memcpy(op->v, v, sizeof v);
    op->text = acr__arena_span(j->arena, p->data);
    if (!acr__apply(j, op)) return false;
  }
  return true;
}

static bool parts(struct acr__judgement *j, const struct acr__member *gone) {
  acr__buf packed = {0};
  if (gone->lots.count) {
    acr__lots_encode(&gone->lots, &packed);
    if (!give_packed(j, ACR_OP_LOTS_IN, &packed)) return false;
  }
  if (gone->holds.open_count || gone->holds.back_count) {
    acr__holds_encode(&gone->holds, &packed);
    if (!give_packed(j, ACR_OP_HOLDS_IN, &packed)) return false;
  }
  for (uint32_t i = 0; i < gone->series_count; i++) {
    acr__series_encode(&gone->series[i], &packed);
    if (!give_packed(j, ACR_OP_SERIES_IN, &packed)) return false;
  }
  if (gone->issue_count || gone->grant_count) {
    acr__offers_encode(gone, &packed);
    if (!give_packed(j, ACR_OP_OFFERS_IN, &packed)) return false;
  }
  return waiting(j, gone);
}

// Counters add, and the later of two dates holds; of a tag that is over by then nothing does.
static bool labels(struct acr__judgement *j, const struct acr__member *gone) {
  for (uint32_t i = 0; i < gone->tag_count; i++) {
    const struct acr__tag *tag = &gone->tags[i], *own = tag_of(j->member, tag->tag);
    bool alive = tag->expires > j->root->time, own_alive = own && own->expires > j->root->time;
    if (!alive) continue;
    int64_t count = tag->count + (own_alive ? own->count : 0);
    acr__time expires = own_alive && own->expires > tag->expires ? own->expires : tag->expires;
    if (!give(j, ACR_OP_TAG, tag->tag, count, expires)) return false;
  }
  for (uint32_t i = 0; i < gone->audience_count; i++) {
    const struct acr__belonging *b = &gone->audiences[i];
    if (acr__member_in_audience(j->member, b->audience) < b->until && !give(j, ACR_OP_AUDIENCE, b->audience, 1, b->until)) return false;
  }
  return !gone->locked || j->member->locked || give(j, ACR_OP_LOCK, 1, 0, 0);
}

static bool reached(struct acr__judgement *j, const struct acr__member *gone) {
  for (uint32_t i = 0; i < gone->reached.count; i++) {
    const struct acr__reached *r = &gone->reached.all[i];
    bool met;
    const struct acr__reached *own = acr__reached_find(&j->member->reached, &r->key, r->from, &met);
    if (own && own->value >= r->value) continue;
    struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_REACHED);
    op->v[0] = r->key.family;
    op->v[1] = r->key.behavior;
    op->v[2] = r->key.level;
    op->v[3] = r->key.rule;
    op->v[4] = r->key.series;
    op->v[5] = r->from;
    op->v[6] = r->value;
    if (!acr__apply(j, op)) return false;
  }
  return true;
}

// What came back of its purchases: no line of them comes back twice.
static bool returned(struct acr__judgement *j, const struct acr__member *gone) {
  for (uint32_t i = 0; i < gone->returned.count; i++) {
    struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_RETURN);
    op->v[ACR_RETURN_SEQ] = (int64_t)gone->returned.all[i].seq;
    op->v[ACR_RETURN_OWN] = (int64_t)gone->returned.all[i].last;
    if (!acr__apply(j, op)) return false;
  }
  return true;
}

// Where one of the two owed and the other had, what was had pays.
static bool settle(struct acr__judgement *j) {
  for (uint32_t i = 0; i < j->member->balance_count; i++) {
    const struct acr__balance *b = &j->member->balances[i];
    int account = b->account, count;
    int64_t left = b->lots < -b->debt ? b->lots : -b->debt;
    if (left == 0) continue;
    struct acr__lot *lots = acr__lots_in_order(j, &account, 1, &count);
    if (!give(j, ACR_OP_SETTLE, account, left, 0)) return false;
    for (int k = 0; k < count && left > 0; k++) {
      int64_t points = lots[k].remaining < left ? lots[k].remaining : left;
      left -= points;
      if (!acr__apply(j, acr__lot_op(j, ACR_OP_TAKE, &lots[k], points))) return false;
    }
  }
  return true;
}

bool acr__absorb(struct acr__judgement *j, const struct acr__member *gone) {
  return identity(j, gone) && balances(j, gone) && parts(j, gone) && labels(j, gone) && reached(j, gone) &&
         returned(j, gone) && settle(j);
}
