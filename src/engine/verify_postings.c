// I1-I3, I5, I6, I8 and I14: what each record posts, against the model.
#include "base/mem.h"
#include "engine/payload.h"
#include "engine/verify.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct acr__verify_member *acr__verify_member(struct acr__verify *v, uint32_t number) {
  if (number >= v->member_cap) {
    uint32_t cap = v->member_cap ? v->member_cap : 1024;
    while (cap <= number)
      cap *= 2;
    v->members = acr__mem_resize(v->members, cap * sizeof *v->members);
    memset(v->members + v->member_cap, 0, (cap - v->member_cap) * sizeof *v->members);
    v->member_cap = cap;
  }
  v->member_total += !v->members[number].seen;
  v->members[number].seen = true;
  return &v->members[number];
}

struct acr__verify_sum *acr__verify_sum_of(struct acr__verify_member *m, int64_t account) {
  for (int i = 0; i < m->sum_count; i++)
    if (m->sums[i].account == account) return &m->sums[i];
  m->sums = acr__mem_resize(m->sums, ((size_t)m->sum_count + 1) * sizeof *m->sums);
  m->sums[m->sum_count] = (struct acr__verify_sum){.account = (int32_t)account};
  return &m->sums[m->sum_count++];
}

// I26: every balance can be written as a JSON number, exactly.
static void bounded(struct acr__verify *v, const struct acr__record *r, int64_t points, int64_t after) {
  if (points > ACR_POINTS_MAX || after > ACR_POINTS_MAX || after < -ACR_POINTS_MAX)
    acr__violation(v, "I26", r, "record %" PRIu64 " posts %" PRId64 " points and leaves %" PRId64 ": more than 2^53-1", r->seq, points,
                   after);
}

static bool known_account(struct acr__verify *v, const struct acr__record *r, int64_t account) {
  if (account >= 0 && account < v->account_count) return true;
  acr__violation(v, "I2", r, "record %" PRIu64 " posts to account %" PRId64 ", which no release made", r->seq, account);
  return false;
}

static void credit(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  int64_t points = op->v[ACR_CREDIT_POINTS], fills = op->v[ACR_CREDIT_DEBT], account = op->v[ACR_CREDIT_ACCOUNT];
  if (!known_account(v, r, account)) return;
  struct acr__verify_sum *s = acr__verify_sum_of(m, account);
  if (points <= 0) acr__violation(v, "I1", r, "record %" PRIu64 " credits %" PRId64 " points", r->seq, points);
  if (fills < 0 || fills > points || fills > -s->debt)
    acr__violation(v, "I6", r, "record %" PRIu64 " fills a debt of %" PRId64 " with %" PRId64, r->seq, -s->debt, fills);
  if (v->lot_seq == r->seq && op->v[ACR_CREDIT_INDEX] <= v->lot_index) // they are numbered as they are given
    acr__violation(v, "I14", r, "record %" PRIu64 " gives lot %" PRId64 " twice", r->seq, op->v[ACR_CREDIT_INDEX]);
  v->lot_seq = r->seq;
  v->lot_index = op->v[ACR_CREDIT_INDEX];
  s->sum += points;
  s->debt += fills;
  s->lots += points - fills;
  bounded(v, r, points, s->sum);
  if (points - fills > 0)
    acr__verify_lot_add(
        m, (struct acr__verify_lot){r->seq, (int32_t)op->v[ACR_CREDIT_INDEX], (int32_t)account, points - fills, points - fills,
                                    acr__verify_born(op->v[ACR_CREDIT_SOURCE], op->v[ACR_CREDIT_EARNED], op->v[ACR_CREDIT_EXPIRES]),
                                    op->v[ACR_CREDIT_EARNED], op->v[ACR_CREDIT_EXPIRES]});
  v->member_sums[account] += points;
  v->system_sums[account] -= points;
  if (s->sum != op->v[ACR_CREDIT_AFTER])
    acr__violation(v, "I3", r, "record %" PRIu64 " says the balance is %" PRId64 ", its postings add up to %" PRId64, r->seq,
                   op->v[ACR_CREDIT_AFTER], s->sum);
}

static int64_t debit(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  int64_t points = op->v[ACR_DEBIT_POINTS], debt = op->v[ACR_DEBIT_DEBT], account = op->v[ACR_DEBIT_ACCOUNT];
  if (!known_account(v, r, account)) return 0;
  struct acr__verify_sum *s = acr__verify_sum_of(m, account);
  if (points <= 0) acr__violation(v, "I1", r, "record %" PRIu64 " debits %" PRId64 " points", r->seq, points);
  if (debt < 0 || debt > points || (debt > 0 && !(v->account_flags[account] & ACR_ACCOUNT_ALLOW_NEGATIVE)))
    acr__violation(v, "I6", r, "record %" PRIu64 " makes a debt of %" PRId64 " that its account does not allow", r->seq, debt);
  s->sum -= points;
  s->debt -= debt;
  s->lots -= points - debt;
  bounded(v, r, points, s->sum);
  v->member_sums[account] -= points;
  v->system_sums[account] += points;
  if (s->lots < 0) acr__violation(v, "I6", r, "record %" PRIu64 " takes more than the lots of its account hold", r->seq);
  if (s->sum != op->v[ACR_DEBIT_AFTER])
    acr__violation(v, "I3", r, "record %" PRIu64 " says the balance is %" PRId64 ", its postings add up to %" PRId64, r->seq,
                   op->v[ACR_DEBIT_AFTER], s->sum);
  return points - debt;
}

// Points given back: as a credit, but into the lots that its GIVEs name.
static int64_t restore(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  int64_t points = op->v[ACR_DEBIT_POINTS], fills = op->v[ACR_DEBIT_DEBT], account = op->v[ACR_DEBIT_ACCOUNT];
  if (!known_account(v, r, account)) return 0;
  struct acr__verify_sum *s = acr__verify_sum_of(m, account);
  if (points <= 0) acr__violation(v, "I1", r, "record %" PRIu64 " gives back %" PRId64 " points", r->seq, points);
  if (fills < 0 || fills > points || fills > -s->debt)
    acr__violation(v, "I6", r, "record %" PRIu64 " fills a debt of %" PRId64 " with %" PRId64, r->seq, -s->debt, fills);
  s->sum += points;
  s->debt += fills;
  s->lots += points - fills;
  v->member_sums[account] += points;
  v->system_sums[account] -= points;
  if (s->sum != op->v[ACR_DEBIT_AFTER])
    acr__violation(v, "I3", r, "record %" PRIu64 " says the balance is %" PRId64 ", its postings add up to %" PRId64, r->seq,
                   op->v[ACR_DEBIT_AFTER], s->sum);
  return points - fills;
}

// Lots of an account pay its own debt; the balance stays.
static int64_t settle(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  struct acr__verify_sum *s = acr__verify_sum_of(m, op->v[0]);
  if (op->v[1] <= 0 || op->v[1] > s->lots || op->v[1] > -s->debt)
    acr__violation(v, "I6", r, "record %" PRIu64 " pays a debt of %" PRId64 " with %" PRId64, r->seq, -s->debt, op->v[1]);
  s->lots -= op->v[1];
  s->debt += op->v[1];
  return op->v[1];
}

// What the reply said of an account is what its postings add up to.
static void said(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  int64_t sum = 0;
  for (int i = 0; i < m->sum_count; i++)
    if (m->sums[i].account == op->v[0]) sum = m->sums[i].sum;
  if (sum != op->v[1])
    acr__violation(v, "I3", r, "record %" PRIu64 " answered a balance of %" PRId64 ", its postings add up to %" PRId64, r->seq, op->v[1],
                   sum);
}

// What of a record still has to name its lots.
struct trace {
  int64_t owed, account;
  acr__op_kind by, or_by; // operations that name them
  bool touched;           // lots were taken from or given to
  int64_t reason;         // of the posting
  int64_t out_of_hold;    // captured and given back in this record
};

static void unnamed(struct acr__verify *v, const struct acr__record *r, struct trace *t) {
  if (t->owed) acr__violation(v, "I5", r, "a posting of record %" PRIu64 " does not name the lots of %" PRId64 " points", r->seq, t->owed);
  t->owed = 0;
}

static void name_lots(struct trace *t, int64_t owed, int64_t account, acr__op_kind by, acr__op_kind or_by) {
  *t = (struct trace){owed, account, by, or_by, true, ACR_REASONS, t->out_of_hold};
}

static void step(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op,
                 struct trace *t) {
  switch (op->kind) {
  case ACR_OP_CREDIT:
    credit(v, m, r, op);
    break;
  case ACR_OP_DEBIT:
    name_lots(t, debit(v, m, r, op), op->v[ACR_DEBIT_ACCOUNT], ACR_OP_TAKE, ACR_OP_HELD);
    t->reason = op->v[ACR_DEBIT_REASON];
    break;
  case ACR_OP_RESTORE:
    name_lots(t, restore(v, m, r, op), op->v[ACR_DEBIT_ACCOUNT], ACR_OP_GIVE, ACR_OP_GIVE);
    if (op->v[ACR_DEBIT_REASON] == ACR_REASON_HOLD) t->out_of_hold += op->v[ACR_DEBIT_POINTS];
    break;
  case ACR_OP_CAPTURE:
    name_lots(t, op->v[ACR_CAPTURE_POINTS], op->v[ACR_CAPTURE_ACCOUNT], ACR_OP_CAPTURED, ACR_OP_CAPTURED);
    t->out_of_hold += op->v[ACR_CAPTURE_POINTS];
    break;
  case ACR_OP_TAKE:
  case ACR_OP_HELD:
  case ACR_OP_GIVE:
  case ACR_OP_CAPTURED:
    if (op->kind == ACR_OP_HELD || (op->kind == ACR_OP_TAKE && t->reason == ACR_REASON_SPEND)) acr__verify_spent(v, m, r, op);
    acr__verify_lot_op(v, m, r, op, t->account);
    t->owed -= op->v[ACR_LOT_POINTS];
    break;
  case ACR_OP_SETTLE:
    name_lots(t, settle(v, m, r, op), op->v[0], ACR_OP_TAKE, ACR_OP_TAKE);
    break;
  case ACR_OP_MERGE_OUT:
  case ACR_OP_MERGED:
  case ACR_OP_ABSORBED:
  case ACR_OP_MERGE_IN:
  case ACR_OP_LOTS_IN:
  case ACR_OP_HOLDS_IN:
  case ACR_OP_OFFERS_IN:
    acr__verify_merge_op(v, m, r, op);
    t->touched = true;
    break;
  case ACR_OP_HOLD_END:
    acr__verify_hold_end(v, m, r, op);
    break;
  default:
    break;
  }
}

void acr__verify_postings(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, bool moved) {
  struct acr__posting posting;
  struct trace t = {0};
  m->ending = 0;
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    bool posts = acr__op_posting(op, &posting);
    if (posts && !moved) acr__violation(v, "I8", r, "record %" PRIu64 " was refused or parked and yet posts points", r->seq);
    if (t.owed && op->kind != t.by && op->kind != t.or_by) unnamed(v, r, &t);
    v->entries += posts;
    if (op->kind == ACR_OP_TEXTS && !acr__texts_true(v->key, r, op->text))
      acr__violation(v, "I12", r, "record %" PRIu64 " has other texts than when it was made", r->seq);
    if (op->kind == ACR_OP_BALANCE && moved)
      said(v, m, r, op);
    else
      step(v, m, r, op, &t);
  }
  if (v->ops_bad) acr__violation(v, "I12", r, "the decision of record %" PRIu64 " cannot be read", r->seq);
  unnamed(v, r, &t);
  acr__verify_past(v, m, r);
  if (t.out_of_hold != m->ending)
    acr__violation(v, "I7", r, "record %" PRIu64 " closes holds of %" PRId64 " points and accounts for %" PRId64, r->seq, m->ending,
                   t.out_of_hold);
  if (t.touched) acr__verify_lots(v, m, r);
}

void acr__verify_totals(struct acr__verify *v) {
  for (int i = 0; i < v->account_count; i++) {
    int64_t members = 0;
    for (uint32_t n = 0; n < v->member_cap; n++)
      for (int k = 0; k < v->members[n].sum_count; k++)
        members += v->members[n].sums[k].account == i ? v->members[n].sums[k].sum : 0;
    if (members != v->member_sums[i] || members + v->system_sums[i] != 0)
      acr__violation(v, "I2", NULL, "account %d: members hold %" PRId64 ", sources and sinks %" PRId64, i, members, v->system_sums[i]);
  }
}

struct states {
  struct acr__verify *v;
  acr__pos end;
};

// The view's states that stand at the very record where the model stands must be the model's.
static bool check_state(void *arg, uint32_t number, acr__span id, acr__span state) {
  struct states *s = arg;
  struct acr__verify *v = s->v;
  struct acr__record where = {.member = number};
  struct acr__member *m = acr__member_decode(number, id, state);
  if (!m) {
    acr__violation(v, "I3", &where, "the state of member %u in the view cannot be read", number);
    return true;
  }
  const struct acr__verify_member *model = number < v->member_cap ? &v->members[number] : NULL;
  if (model && m->applied == model->last && m->applied < s->end) {
    for (int i = 0; i < model->sum_count; i++)
      if (acr__member_balance(m, model->sums[i].account) != model->sums[i].sum)
        acr__violation(v, "I3", &where, "member %u: the view says %" PRId64 ", the postings add up to %" PRId64, number,
                       acr__member_balance(m, model->sums[i].account), model->sums[i].sum);
    struct acr__lots_at at = {0};
    struct acr__lot lot;
    int64_t held = 0, wanted = 0;
    while (acr__lots_next(&m->lots, &at, &lot))
      held += lot.remaining;
    for (int i = 0; i < model->lot_count; i++)
      wanted += model->lots[i].remaining;
    if (held != wanted)
      acr__violation(v, "I4", &where, "member %u: the view's lots hold %" PRId64 ", the log's %" PRId64, number, held, wanted);
  }
  acr__member_free(m);
  return true;
}

void acr__verify_states(struct acr__verify *v, acr__pos end) {
  struct states states = {v, end};
  for (uint32_t n = 0; n < v->member_cap; n++)
    if (v->members[n].seen) acr__verify_lots_all(v, &v->members[n], &(struct acr__record){.member = n});
  acr__ledger_each_member(v->ledger, check_state, &states);
}

void acr__verify_free(struct acr__verify *v) {
  for (uint32_t n = 0; n < v->member_cap; n++)
    acr__verify_member_free(&v->members[n]);
  acr__verify_member_free(&v->moving.had);
  free(v->members);
  free(v->gave);
  free(v->credits);
  free(v->amended);
  acr__table_free(v->reversed);
  free(v->account_flags);
  free(v->account_family);
  free(v->terms);
  free(v->account_decimals);
  for (int i = 0; i < v->budget_count; i++)
    free(v->budgets[i].days);
  free(v->budgets);
  free(v->releases);
  acr__arena_free(v->arena);
  free(v->member_sums);
  free(v->system_sums);
  acr__idset_free(&v->ids);
  acr__ops_free(&v->ops);
  pthread_mutex_destroy(&v->mutex);
  free(v);
}
