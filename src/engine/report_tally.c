#include "engine/report.h"
#include "engine/status.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

// What of a hold has not been captured or given back yet.
struct acr__tally_hold {
  int count;
  struct part {
    int bucket;
    uint64_t seq;
    int64_t index, points;
  } * parts; // owned
};

const acr__zone *acr__report_zone(const acr_engine *engine) {
  for (int i = engine->release_count; i > 0; i--)
    if (acr__release_stands(engine->releases[i - 1])) return engine->releases[i - 1]->plan->zone;
  return acr__zone_find(ACR__SPAN_LIT("UTC"));
}

void acr__tally_begin(struct acr__tally *t, acr_engine *engine, acr__time at) {
  *t = (struct acr__tally){.engine = engine, .zone = acr__report_zone(engine), .at = at};
  t->index = acr__table_new();
  t->holds = acr__table_new();
  t->posted = calloc((size_t)engine->account_count + 1, sizeof *t->posted);
}

int acr__tally_bucket(struct acr__tally *t, int64_t account, int64_t source, int64_t expires) {
  int32_t month = ACR_MONTH_NEVER;
  if (expires != ACR_TIME_MAX && source != ACR_SOURCE_DEBT) {
    acr__date date = acr__local_date(t->zone, expires - 1); // what expires at midnight is of the day before
    month = date.year * 12 + date.month - 1;
  }
  int32_t key[3] = {(int32_t)account, (int32_t)source, month};
  acr__span name = {(const char *)key, sizeof key};
  uintptr_t known = (uintptr_t)acr__table_get(t->index, name);
  if (known) return (int)known - 1;
  if (t->count == t->cap) {
    t->cap = t->cap ? t->cap * 2 : 64;
    t->buckets = acr__mem_resize(t->buckets, (size_t)t->cap * sizeof *t->buckets);
  }
  t->buckets[t->count] = (struct acr__bucket){.account = key[0], .source = key[1], .month = month};
  acr__table_put(t->index, name, (void *)(uintptr_t)(t->count + 1));
  return t->count++;
}

int64_t acr__bucket_outstanding(const struct acr__bucket *b) {
  return b->issued + b->adjusted + b->transferred - b->redeemed - b->expired - b->reversed;
}

// Points that came in (or went out: negative) for a reason. Into and out of a hold nothing comes or goes.
static void count(struct acr__tally *t, int bucket, acr__reason reason, int64_t points) {
  struct acr__bucket *b = &t->buckets[bucket];
  switch (reason) {
  case ACR_REASON_AWARD:
  case ACR_REASON_IMPORT:
    b->issued += points;
    break;
  case ACR_REASON_SPEND:
    b->redeemed -= points;
    break;
  case ACR_REASON_EXPIRE:
    b->expired -= points;
    break;
  case ACR_REASON_TRANSFER:
    b->transferred += points;
    break;
  case ACR_REASON_REVERSAL:
    b->reversed -= points;
    break;
  case ACR_REASON_HOLD:
    b->held -= points;
    break;
  default: // by people, by rules
    b->adjusted += points;
  }
}

static struct acr__tally_hold *hold_of(struct acr__tally *t, uint64_t seq, bool add) {
  acr__span key = {(const char *)&seq, sizeof seq};
  struct acr__tally_hold *hold = acr__table_get(t->holds, key);
  if (hold || !add) return hold;
  hold = acr__mem_resize(NULL, sizeof *hold);
  *hold = (struct acr__tally_hold){0};
  acr__table_put(t->holds, key, hold);
  return hold;
}

struct step {
  acr__reason reason;           // of the posting above
  struct acr__tally_hold *hold; // that the record closes
  uint64_t closed;
  uint64_t seq;
};

static int lot_bucket(struct acr__tally *t, const struct acr__op *op) {
  return acr__tally_bucket(t, op->v[ACR_LOT_ACCOUNT], op->v[ACR_LOT_SOURCE], op->v[ACR_LOT_EXPIRES]);
}

static void hold_add(struct acr__tally *t, const struct acr__op *op, uint64_t seq) {
  struct acr__tally_hold *hold = hold_of(t, seq, true);
  hold->parts = acr__mem_resize(hold->parts, ((size_t)hold->count + 1) * sizeof *hold->parts);
  hold->parts[hold->count++] =
      (struct part){lot_bucket(t, op), (uint64_t)op->v[ACR_LOT_SEQ], op->v[ACR_LOT_INDEX], op->v[ACR_LOT_POINTS]};
}

static void hold_less(const struct step *s, const struct acr__op *op) {
  for (int i = 0; s->hold && i < s->hold->count; i++)
    if (s->hold->parts[i].seq == (uint64_t)op->v[ACR_LOT_SEQ] && s->hold->parts[i].index == op->v[ACR_LOT_INDEX])
      s->hold->parts[i].points -= op->v[ACR_LOT_POINTS];
}

static void debt(struct acr__tally *t, int64_t account, acr__reason reason, int64_t points) {
  acr__reason why = reason == ACR_REASON_HOLD ? ACR_REASON_TRANSFER : reason; // what was held, and fills the debt
  if (points) count(t, acr__tally_bucket(t, account, ACR_SOURCE_DEBT, ACR_TIME_MAX), why, points);
}

static void apply(struct acr__tally *t, struct step *s, const struct acr__op *op) {
  int64_t points = op->v[ACR_LOT_POINTS];
  switch (op->kind) {
  case ACR_OP_CREDIT: {
    int bucket = acr__tally_bucket(t, op->v[ACR_CREDIT_ACCOUNT], op->v[ACR_CREDIT_SOURCE], op->v[ACR_CREDIT_EXPIRES]);
    count(t, bucket, (acr__reason)op->v[ACR_CREDIT_REASON], op->v[ACR_CREDIT_POINTS]);
    t->buckets[bucket].transferred -= op->v[ACR_CREDIT_DEBT];
    debt(t, op->v[ACR_CREDIT_ACCOUNT], ACR_REASON_TRANSFER, op->v[ACR_CREDIT_DEBT]);
    break;
  }
  case ACR_OP_DEBIT:
    s->reason = (acr__reason)op->v[ACR_DEBIT_REASON];
    debt(t, op->v[ACR_DEBIT_ACCOUNT], s->reason, -op->v[ACR_DEBIT_DEBT]);
    break;
  case ACR_OP_RESTORE:
    s->reason = (acr__reason)op->v[ACR_DEBIT_REASON];
    debt(t, op->v[ACR_DEBIT_ACCOUNT], s->reason, op->v[ACR_DEBIT_DEBT]);
    break;
  case ACR_OP_SETTLE:
    s->reason = ACR_REASON_TRANSFER;
    debt(t, op->v[0], s->reason, op->v[1]);
    break;
  case ACR_OP_TAKE:
    count(t, lot_bucket(t, op), s->reason, -points);
    break;
  case ACR_OP_GIVE:
    count(t, lot_bucket(t, op), s->reason, points);
    hold_less(s, op);
    break;
  case ACR_OP_HELD:
    count(t, lot_bucket(t, op), ACR_REASON_HOLD, -points);
    hold_add(t, op, s->seq);
    break;
  case ACR_OP_CAPTURED: {
    struct acr__bucket *b = &t->buckets[lot_bucket(t, op)];
    b->held -= points;
    b->redeemed += points;
    hold_less(s, op);
    break;
  }
  default:
    break;
  }
}

// Of a hold that is closed, what was neither captured nor given back to its lot has filled a debt.
static void close_hold(struct acr__tally *t, const struct step *s) {
  for (int i = 0; s->hold && i < s->hold->count; i++) {
    t->buckets[s->hold->parts[i].bucket].held -= s->hold->parts[i].points;
    t->buckets[s->hold->parts[i].bucket].transferred -= s->hold->parts[i].points;
  }
  if (!s->hold) return;
  acr__table_remove(t->holds, (acr__span){(const char *)&s->closed, sizeof s->closed});
  free(s->hold->parts);
  free(s->hold);
}

void acr__tally_record(struct acr__tally *t, const struct acr__record *r) {
  acr__cursor cur = {(const uint8_t *)r->decision.ptr, (const uint8_t *)r->decision.ptr + r->decision.len, false};
  struct step s = {.seq = r->seq};
  struct acr__posting posting;
  struct acr__op op;
  if (r->kind == ACR_RECORD_PARKED || (r->flags & ACR_RECORD_REFUSED) || r->member == 0) return;
  if (r->time > t->at) {
    t->left_out++;
    return;
  }
  acr__cursor ahead = cur;
  while (acr__op_read(&ahead, &op)) // its end may stand behind what it gives back
    if (op.kind == ACR_OP_HOLD_END) {
      s.closed = (uint64_t)op.v[0];
      s.hold = hold_of(t, s.closed, false);
    }
  while (acr__op_read(&cur, &op)) {
    if (acr__op_posting(&op, &posting) && posting.moves) t->posted[posting.account] += posting.points;
    apply(t, &s, &op);
  }
  close_hold(t, &s);
}

void acr__tally_again(struct acr__tally *t, const struct acr__record *r) {
  int count = t->count;
  int64_t *before = acr__mem_resize(NULL, ((size_t)count + 1) * sizeof *before);
  for (int i = 0; i < count; i++)
    before[i] = acr__bucket_outstanding(&t->buckets[i]);
  acr__tally_record(t, r);
  for (int i = 0; i < t->count; i++)
    t->buckets[i].lots += acr__bucket_outstanding(&t->buckets[i]) - (i < count ? before[i] : 0);
  free(before);
}

void acr__tally_member(struct acr__tally *t, const struct acr__member *m) {
  struct acr__lots_at at = {0};
  struct acr__lot lot;
  while (acr__lots_next(&m->lots, &at, &lot))
    t->buckets[acr__tally_bucket(t, lot.account, lot.source, lot.expires)].lots += lot.remaining;
  for (uint32_t i = 0; i < m->holds.open_count; i++)
    for (uint32_t k = 0; k < m->holds.open[i].count; k++) {
      const struct acr__lot *held = &m->holds.open[i].lots[k];
      t->buckets[acr__tally_bucket(t, held->account, held->source, held->expires)].lots += held->remaining;
    }
  for (uint32_t i = 0; i < m->balance_count; i++)
    if (m->balances[i].debt)
      t->buckets[acr__tally_bucket(t, m->balances[i].account, ACR_SOURCE_DEBT, ACR_TIME_MAX)].lots += m->balances[i].debt;
}

static int by_number(const void *left, const void *right) {
  const struct acr__bucket *a = left, *b = right;
  if (a->account != b->account) return a->account < b->account ? -1 : 1;
  if (a->source != b->source) return a->source < b->source ? -1 : 1;
  return a->month < b->month ? -1 : a->month > b->month;
}

void acr__tally_sort(struct acr__tally *t) {
  if (t->count) qsort(t->buckets, (size_t)t->count, sizeof *t->buckets, by_number);
}

static void free_hold(acr__span key, void *value, void *arg) {
  struct acr__tally_hold *hold = value;
  (void)key;
  (void)arg;
  free(hold->parts);
  free(hold);
}

void acr__tally_free(struct acr__tally *t) {
  acr__table_each(t->holds, free_hold, NULL);
  acr__table_free(t->holds);
  acr__table_free(t->index);
  free(t->buckets);
  free(t->posted);
}
