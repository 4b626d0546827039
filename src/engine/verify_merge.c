// I24: a merge moves every point, hold and offer of a member, with its dates, and leaves the member at nothing.
#include "base/mem.h"
#include "engine/verify.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void broken(struct acr__verify *v, const struct acr__record *r, const char *what) {
  acr__violation(v, "I24", r, "record %" PRIu64 " merges two members: %s", r->seq, what);
}

int64_t acr__verify_born(int64_t source, acr__time earned, acr__time expires) {
  const int64_t all[] = {source, earned, expires};
  return (int64_t)acr__fast_hash(all, sizeof all);
}

static void out(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  struct acr__verify_sum *s = acr__verify_sum_of(m, op->v[ACR_MERGE_ACCOUNT]);
  if (s->lots != op->v[ACR_MERGE_LOTS] || s->debt != op->v[ACR_MERGE_DEBT] || op->v[ACR_MERGE_AFTER] != 0)
    broken(v, r, "what leaves an account is not what it held");
  s->leaving = true;
}

// The member's model becomes what is on its way; an empty one takes its place.
static void merged(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  for (int i = 0; i < m->sum_count; i++)
    if (!m->sums[i].leaving && (m->sums[i].lots || m->sums[i].debt)) broken(v, r, "an account of the member that goes is not emptied");
  if (v->moving.gone) broken(v, r, "the merge before has not arrived anywhere");
  acr__verify_member_free(&v->moving.had);
  v->moving.had = *m;
  v->moving.gone = r->member;
  v->moving.into = (uint32_t)op->v[0];
  v->moving.seq = r->seq;
  *m = (struct acr__verify_member){.seen = true, .last = m->last, .into = (uint32_t)op->v[0]};
  for (int i = 0; i < v->moving.had.sum_count; i++) {
    const struct acr__verify_sum *s = &v->moving.had.sums[i];
    v->member_sums[s->account] -= s->sum;
    acr__verify_sum_of(m, s->account);
  }
}

static void absorbed(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  bool chain = m->absorbing && op->v[1] == 0 && op->v[2] == 0; // who had been merged into the one that goes
  if (chain) return;
  m->absorbing = v->moving.gone && v->moving.gone == op->v[0] && v->moving.into == r->member && v->moving.seq + 1 == r->seq;
  if (!m->absorbing) broken(v, r, "the record in front of it does not send this member here");
}

static void in(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  int64_t account = op->v[ACR_MERGE_ACCOUNT], points = op->v[ACR_MERGE_LOTS] + op->v[ACR_MERGE_DEBT];
  if (account < 0 || account >= v->account_count) return broken(v, r, "an account that no release made");
  struct acr__verify_sum *s = acr__verify_sum_of(m, account);
  s->sum += points;
  s->lots += op->v[ACR_MERGE_LOTS];
  s->debt += op->v[ACR_MERGE_DEBT];
  v->member_sums[account] += points;
  if (s->sum != op->v[ACR_MERGE_AFTER])
    acr__violation(v, "I3", r, "record %" PRIu64 " says the balance is %" PRId64 ", its postings add up to %" PRId64, r->seq,
                   op->v[ACR_MERGE_AFTER], s->sum);
  struct acr__verify_sum *had = acr__verify_sum_of(&v->moving.had, account);
  if (had->lots != op->v[ACR_MERGE_LOTS] || had->debt != op->v[ACR_MERGE_DEBT])
    broken(v, r, "what arrives in an account is not what left it");
  had->sum = had->lots = had->debt = 0;
}

static int by_record(const void *a, const void *b) {
  const struct acr__verify_lot *x = a, *y = b;
  if (x->seq != y->seq) return x->seq < y->seq ? -1 : 1;
  return (x->index > y->index) - (x->index < y->index);
}

// Both in the order of their records, compared one by one.
static void lots_in(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  acr__cursor cur = {(const uint8_t *)op->text.ptr, (const uint8_t *)op->text.ptr + op->text.len, false};
  struct acr__lots lots = {0};
  struct acr__verify_member *had = &v->moving.had;
  int kept = 0, count = 0;
  if (!acr__lots_decode(&cur, &lots)) {
    acr__lots_free(&lots);
    return broken(v, r, "its lots cannot be read");
  }
  for (int i = 0; i < had->lot_count; i++)
    if (had->lots[i].remaining) had->lots[kept++] = had->lots[i];
  had->lot_count = kept;
  struct acr__verify_lot *all = acr__mem_resize(NULL, ((size_t)lots.count + 1) * sizeof *all);
  struct acr__lot lot;
  for (struct acr__lots_at at = {0}; acr__lots_next(&lots, &at, &lot);)
    all[count++] = (struct acr__verify_lot){lot.seq,     (int32_t)lot.index, (int32_t)lot.account,
                                            lot.granted, lot.remaining,      acr__verify_born(lot.source, lot.earned, lot.expires),
                                            lot.earned,  lot.expires};
  qsort(all, (size_t)count, sizeof *all, by_record);
  if (kept) qsort(had->lots, (size_t)kept, sizeof *all, by_record);
  bool same = count == kept;
  for (int i = 0; same && i < count; i++)
    same = by_record(&all[i], &had->lots[i]) == 0 && all[i].account == had->lots[i].account && all[i].granted == had->lots[i].granted &&
           all[i].remaining == had->lots[i].remaining && all[i].born == had->lots[i].born;
  if (!same) broken(v, r, "its lots are not those that left, with their dates");
  for (int i = 0; i < count; i++)
    acr__verify_lot_add(m, all[i]);
  had->lot_count = 0;
  free(all);
  acr__lots_free(&lots);
}

static void holds_in(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  acr__cursor cur = {(const uint8_t *)op->text.ptr, (const uint8_t *)op->text.ptr + op->text.len, false};
  struct acr__holds holds = {0};
  struct acr__verify_member *had = &v->moving.had;
  bool same = acr__holds_decode(&cur, &holds) && (int)holds.open_count == had->hold_count;
  for (uint32_t i = 0; i < holds.open_count; i++) {
    int64_t points = 0;
    bool found = false;
    for (uint32_t k = 0; k < holds.open[i].count; k++)
      points += holds.open[i].lots[k].remaining;
    for (int k = 0; k < had->hold_count; k++)
      found = found || (had->holds[k].seq == holds.open[i].seq && had->holds[k].points == points);
    same = same && found;
    m->holds = acr__mem_resize(m->holds, ((size_t)m->hold_count + 1) * sizeof *m->holds);
    m->holds[m->hold_count++] = (struct acr__verify_hold){holds.open[i].seq, points};
  }
  if (!same) broken(v, r, "its holds are not those that were open");
  had->hold_count = 0;
  acr__holds_free(&holds);
}

static void offers_in(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  acr__cursor cur = {(const uint8_t *)op->text.ptr, (const uint8_t *)op->text.ptr + op->text.len, false};
  struct acr__member *member = acr__member_new(0, (acr__span){NULL, 0});
  struct acr__verify_member *had = &v->moving.had;
  bool same = acr__offers_decode(&cur, member) && (int)member->issue_count == had->issue_count;
  for (int i = 0; same && i < had->issue_count; i++) {
    const struct acr__verify_issue *known = &had->issues[i];
    const struct acr__issue *issue = acr__member_issue(member, known->seq, known->index);
    same = issue && issue->family == known->family && issue->offer == known->offer && issue->from == known->from &&
           issue->until == known->until && (issue->state == ACR_ISSUE_REDEEMED) == known->redeemed &&
           (issue->state == ACR_ISSUE_WITHDRAWN) == known->withdrawn;
  }
  if (!same) broken(v, r, "its offers are not those that left");
  m->issues = acr__mem_resize(m->issues, ((size_t)m->issue_count + (size_t)had->issue_count + 1) * sizeof *m->issues);
  if (had->issue_count) memcpy(m->issues + m->issue_count, had->issues, (size_t)had->issue_count * sizeof *m->issues);
  m->issue_count += had->issue_count;
  m->issue_cap = m->issue_count + 1;
  had->issue_count = 0;
  acr__member_free(member);
}

void acr__verify_merge_op(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  if (op->kind == ACR_OP_MERGE_OUT) return out(v, m, r, op);
  if (op->kind == ACR_OP_MERGED) return merged(v, m, r, op);
  if (op->kind == ACR_OP_ABSORBED) return absorbed(v, m, r, op);
  if (!m->absorbing) return broken(v, r, "something arrives that nobody sent");
  if (op->kind == ACR_OP_MERGE_IN)
    in(v, m, r, op);
  else if (op->kind == ACR_OP_LOTS_IN)
    lots_in(v, m, r, op);
  else if (op->kind == ACR_OP_HOLDS_IN)
    holds_in(v, m, r, op);
  else if (op->kind == ACR_OP_OFFERS_IN)
    offers_in(v, m, r, op);
}

void acr__verify_merge_end(struct acr__verify *v, const struct acr__record *r) {
  struct acr__verify_member *had = &v->moving.had;
  if (!v->moving.gone || (r && r->seq == v->moving.seq)) return;
  if (had->hold_count || had->issue_count) acr__violation(v, "I24", r, "a merge loses holds or offers of member %u", v->moving.gone);
  int left = 0;
  for (int i = 0; i < had->lot_count; i++)
    left += had->lots[i].remaining > 0;
  for (int i = 0; i < had->sum_count; i++)
    left += had->sums[i].lots || had->sums[i].debt;
  if (left) acr__violation(v, "I24", r, "a merge loses points of member %u", v->moving.gone);
  if (r && r->member < v->member_cap) v->members[r->member].absorbing = false;
  acr__verify_member_free(had);
  *had = (struct acr__verify_member){0};
  v->moving.gone = 0;
}

void acr__verify_member_free(struct acr__verify_member *m) {
  free(m->sums);
  free(m->lots);
  free(m->holds);
  free(m->issues);
  free(m->levels);
}
