// One operation of a record, applied to its member.
#include "base/mem.h"
#include "base/num.h"
#include "member/member.h"
#include <string.h>

#define GROW(array, count) ((array) = acr__mem_resize((array), ((size_t)(count) + 1) * sizeof *(array)))

static struct acr__balance *touch(struct acr__member *m, int account) {
  struct acr__balance *found = (struct acr__balance *)acr__member_account(m, account);
  if (found) return found;
  GROW(m->balances, m->balance_count);
  m->balances[m->balance_count] = (struct acr__balance){account, 0, 0, ACR_TIME_NONE, ACR_TIME_NONE, ACR_TIME_NONE};
  return &m->balances[m->balance_count++];
}

static bool credit(struct acr__member *m, const struct acr__op *op, uint64_t seq) {
  struct acr__balance *b = touch(m, (int)op->v[ACR_CREDIT_ACCOUNT]);
  int64_t points = op->v[ACR_CREDIT_POINTS], fills = op->v[ACR_CREDIT_DEBT];
  if (points <= 0 || fills < 0 || fills > points || fills > -b->debt) return false;
  int64_t left = points - fills;
  if (!acr__add(b->lots, left, &b->lots)) return false;
  b->debt += fills;
  m->entries++;
  acr__reason reason = (acr__reason)op->v[ACR_CREDIT_REASON];
  bool earned = reason == ACR_REASON_AWARD || reason == ACR_REASON_ADJUST || reason == ACR_REASON_IMPORT;
  if (earned && op->v[ACR_CREDIT_EARNED] > b->earned) b->earned = op->v[ACR_CREDIT_EARNED];
  if (left > 0)
    acr__lots_add(&m->lots, &(struct acr__lot){seq, op->v[ACR_CREDIT_INDEX], op->v[ACR_CREDIT_ACCOUNT], op->v[ACR_CREDIT_SOURCE],
                                               op->v[ACR_CREDIT_EARNED], op->v[ACR_CREDIT_EXPIRES], left, left});
  return b->lots + b->debt == op->v[ACR_CREDIT_AFTER];
}

static void redeemed(struct acr__balance *b, acr__time time) {
  if (time > b->spent) b->spent = time;
}

// The TAKEs behind it empty the lots; the balance moves here, at once.
static bool debit(struct acr__member *m, const struct acr__op *op) {
  struct acr__balance *b = touch(m, (int)op->v[ACR_DEBIT_ACCOUNT]);
  int64_t points = op->v[ACR_DEBIT_POINTS], debt = op->v[ACR_DEBIT_DEBT];
  if (points <= 0 || debt < 0 || debt > points || points - debt > b->lots) return false;
  b->lots -= points - debt;
  b->debt -= debt;
  m->entries++;
  if (op->v[ACR_DEBIT_REASON] == ACR_REASON_SPEND) redeemed(b, op->v[ACR_DEBIT_TIME]);
  return b->lots + b->debt == op->v[ACR_DEBIT_AFTER];
}

struct acr__lot acr__op_lot(const struct acr__op *op) {
  return (struct acr__lot){(uint64_t)op->v[ACR_LOT_SEQ], op->v[ACR_LOT_INDEX],   op->v[ACR_LOT_ACCOUNT], op->v[ACR_LOT_SOURCE],
                           op->v[ACR_LOT_EARNED],        op->v[ACR_LOT_EXPIRES], op->v[ACR_LOT_GRANTED], op->v[ACR_LOT_POINTS]};
}

// As a credit, but its GIVEs put the points back where they came from.
static bool restore(struct acr__member *m, const struct acr__op *op) {
  struct acr__balance *b = touch(m, (int)op->v[ACR_DEBIT_ACCOUNT]);
  int64_t points = op->v[ACR_DEBIT_POINTS], fills = op->v[ACR_DEBIT_DEBT];
  if (points <= 0 || fills < 0 || fills > points || fills > -b->debt || !acr__add(b->lots, points - fills, &b->lots)) return false;
  b->debt += fills;
  m->entries++;
  return b->lots + b->debt == op->v[ACR_DEBIT_AFTER];
}

static bool held(struct acr__member *m, const struct acr__op *op, uint64_t seq) {
  struct acr__lot lot = acr__op_lot(op);
  return acr__lots_take(&m->lots, lot.seq, lot.index, lot.remaining) && acr__holds_add(&m->holds, seq, &lot);
}

static bool open_hold(struct acr__member *m, const struct acr__op *op, uint64_t seq) {
  acr__digest reference;
  if (op->text.len != sizeof reference) return false;
  memcpy(&reference, op->text.ptr, sizeof reference);
  acr__holds_open(&m->holds, seq, reference, op->v[0]);
  return true;
}

static void active(struct acr__balance *b, acr__time time) {
  if (time > b->active) b->active = time;
}

// Who comes back is placed at the next event, as at the first.
static bool left(struct acr__member *m, int family, bool left) {
  struct acr__standing *s = (struct acr__standing *)acr__member_standing(m, family);
  if (!s || s->level >= 0) return false;
  s->left = left;
  s->back = !left;
  return true;
}

static void tag(struct acr__member *m, int32_t name, int64_t count, acr__time expires) {
  uint32_t i = 0;
  while (i < m->tag_count && m->tags[i].tag != name)
    i++;
  if (count == 0) {
    if (i < m->tag_count) m->tags[i] = m->tags[--m->tag_count];
    return;
  }
  if (i == m->tag_count) {
    GROW(m->tags, m->tag_count);
    m->tag_count++;
  }
  m->tags[i] = (struct acr__tag){name, count, expires};
}

static void audience(struct acr__member *m, int32_t name, bool in, acr__time until) {
  uint32_t i = 0;
  while (i < m->audience_count && m->audiences[i].audience != name)
    i++;
  if (in && i == m->audience_count) {
    GROW(m->audiences, m->audience_count);
    m->audience_count++;
  }
  if (in)
    m->audiences[i] = (struct acr__belonging){name, until};
  else if (i < m->audience_count)
    m->audiences[i] = m->audiences[--m->audience_count];
}

static bool fact(struct acr__member *m, uint32_t number, bool values, acr__time time, int64_t value) {
  struct acr__series_data *s = (struct acr__series_data *)acr__member_series(m, number);
  if (!s) {
    GROW(m->series, m->series_count);
    s = &m->series[m->series_count++];
    *s = (struct acr__series_data){.number = number, .values = values};
  }
  return s->values == values && acr__series_add(s, time, value);
}

static bool reached(struct acr__member *m, const int64_t *v) {
  struct acr__reached_key key = {(int32_t)v[0], (int32_t)v[1], (int32_t)v[2], (int32_t)v[3], (uint32_t)v[4]};
  acr__reached_set(&m->reached, &(struct acr__reached){key, v[5], v[6]});
  return true;
}

static bool returned(struct acr__member *m, const int64_t *v) {
  acr__returned_set(&m->returned, (uint64_t)v[ACR_RETURN_SEQ], (uint64_t)v[ACR_RETURN_OWN]);
  return true;
}

static bool change(struct acr__member *m, const struct acr__op *op) {
  const int64_t *v = op->v;
  struct acr__series_data *s = (struct acr__series_data *)acr__member_series(m, (uint32_t)v[ACR_CHANGE_SERIES]);
  bool goes = v[ACR_CHANGE_HOW] & 1, comes = v[ACR_CHANGE_HOW] & 2;
  return s && acr__series_change(s, v[ACR_CHANGE_TIME], goes ? &v[ACR_CHANGE_OLD] : NULL, comes ? &v[ACR_CHANGE_NEW] : NULL);
}

static void due(struct acr__member *m, const struct acr__op *op) {
  if (op->v[ACR_DUE_PAST])
    acr__dues_pass(&m->dues, op->v[ACR_DUE_KIND], op->v[ACR_DUE_SUBJECT], op->v[ACR_DUE_AT]);
  else
    acr__dues_unpass(&m->dues, op->v[ACR_DUE_KIND], op->v[ACR_DUE_SUBJECT], op->v[ACR_DUE_AT]);
}

static void pending(struct acr__member *m, const int64_t *v, acr__span data, uint64_t seq) {
  acr__dues_add(&m->dues, &(struct acr__pending){.seq = seq,
                                                 .index = (int32_t)v[0],
                                                 .type = (int32_t)v[1],
                                                 .at = v[2],
                                                 .depth = (int32_t)v[3],
                                                 .link = (int32_t)v[4],
                                                 .data = data});
}

static bool points(struct acr__member *m, const struct acr__op *op, uint64_t seq) {
  switch (op->kind) {
  case ACR_OP_CREDIT:
    return credit(m, op, seq);
  case ACR_OP_DEBIT:
    return debit(m, op);
  case ACR_OP_TAKE:
    return acr__lots_take(&m->lots, (uint64_t)op->v[0], op->v[1], op->v[2]);
  case ACR_OP_ACTIVE:
    active(touch(m, (int)op->v[0]), op->v[1]);
    return true;
  case ACR_OP_RESTORE:
    return restore(m, op);
  case ACR_OP_GIVE: {
    struct acr__lot lot = acr__op_lot(op);
    return acr__lots_give(&m->lots, &lot);
  }
  case ACR_OP_HOLD:
    return open_hold(m, op, seq);
  case ACR_OP_HELD:
    return held(m, op, seq);
  case ACR_OP_HOLD_END:
    return acr__holds_end(&m->holds, (uint64_t)op->v[0]);
  case ACR_OP_CAPTURE:
    m->entries++;
    redeemed(touch(m, (int)op->v[ACR_CAPTURE_ACCOUNT]), op->v[ACR_CAPTURE_TIME]);
    return true;
  case ACR_OP_GIVEN_BACK:
    acr__holds_give_back(&m->holds, (uint64_t)op->v[0], op->v[1]);
    return true;
  default:
    return acr__offers_apply(m, op, seq);
  }
}

bool acr__member_apply(struct acr__member *m, const struct acr__op *op, uint64_t seq) {
  switch (op->kind) {
  case ACR_OP_MEMBER:
  case ACR_OP_JOINED:
    m->joined = op->v[0];
    return true;
  case ACR_OP_FACT:
  case ACR_OP_VALUE:
    return fact(m, (uint32_t)op->v[0], op->kind == ACR_OP_VALUE, op->v[1], op->v[2]);
  case ACR_OP_CHANGE:
    return change(m, op);
  case ACR_OP_REACHED:
    return reached(m, op->v);
  case ACR_OP_RETURN:
    return returned(m, op->v);
  case ACR_OP_LOCK:
    m->locked = op->v[0] != 0;
    return true;
  case ACR_OP_LEVEL:
  case ACR_OP_REVIEW:
  case ACR_OP_TERM:
    return acr__terms_apply(m, op, seq);
  case ACR_OP_LEFT:
    return left(m, (int)op->v[0], op->v[1] != 0);
  case ACR_OP_TAG:
    tag(m, (int32_t)op->v[0], op->v[1], op->v[2]);
    return true;
  case ACR_OP_AUDIENCE:
    audience(m, (int32_t)op->v[0], op->v[1] != 0, op->v[2]);
    return true;
  case ACR_OP_DATES:
    m->dues.since = op->v[0];
    return true;
  case ACR_OP_DUE:
    due(m, op);
    return true;
  case ACR_OP_ERASED:
    acr__member_forget(m);
    return true;
  case ACR_OP_PENDING:
    pending(m, op->v, op->text, seq);
    return true;
  case ACR_OP_PENDING_IN:
    pending(m, op->v + 1, op->text, (uint64_t)op->v[0]);
    return true;
  case ACR_OP_PENDING_DONE:
    return acr__dues_remove(&m->dues, (uint64_t)op->v[0], (int32_t)op->v[1]);
  case ACR_OP_MERGE_OUT:
  case ACR_OP_MERGED:
  case ACR_OP_ABSORBED:
  case ACR_OP_MERGE_IN:
  case ACR_OP_LOTS_IN:
  case ACR_OP_HOLDS_IN:
  case ACR_OP_SERIES_IN:
  case ACR_OP_OFFERS_IN:
  case ACR_OP_SETTLE:
    return acr__merge_apply(m, op);
  default:
    return points(m, op, seq);
  }
}
