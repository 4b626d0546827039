// Offers in the log: issued once (I14), redeemed once and in their time (I17), and what was bought was paid for (I5).
#include "base/mem.h"
#include "engine/verify.h"
#include <inttypes.h>

static struct acr__verify_issue *find(const struct acr__verify_member *m, uint64_t seq, int64_t index) {
  for (int i = 0; i < m->issue_count; i++)
    if (m->issues[i].seq == seq && m->issues[i].index == index) return &m->issues[i];
  return NULL;
}

static void issue(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  const int64_t *o = op->v;
  if (find(m, r->seq, o[ACR_OFFER_INDEX]))
    acr__violation(v, "I14", r, "record %" PRIu64 " issues offer %" PRId64 " twice", r->seq, o[ACR_OFFER_INDEX]);
  if (o[ACR_OFFER_UNTIL] <= o[ACR_OFFER_ISSUED])
    acr__violation(v, "I17", r, "record %" PRIu64 " issues an offer that ended before", r->seq);
  if (m->issue_count == m->issue_cap) {
    m->issue_cap = m->issue_cap ? m->issue_cap * 2 : 4;
    m->issues = acr__mem_resize(m->issues, (size_t)m->issue_cap * sizeof *m->issues);
  }
  m->issues[m->issue_count++] = (struct acr__verify_issue){.seq = r->seq,
                                                           .index = (int32_t)o[ACR_OFFER_INDEX],
                                                           .family = (int32_t)o[ACR_OFFER_FAMILY],
                                                           .offer = (int32_t)o[ACR_OFFER_NAME],
                                                           .from = o[ACR_OFFER_FROM],
                                                           .until = o[ACR_OFFER_UNTIL]};
}

static void redeem(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  struct acr__verify_issue *issue = find(m, (uint64_t)op->v[ACR_REDEEM_SEQ], op->v[ACR_REDEEM_INDEX]);
  if (!issue || issue->family != op->v[ACR_REDEEM_FAMILY] || issue->offer != op->v[ACR_REDEEM_NAME]) {
    acr__violation(v, "I17", r, "record %" PRIu64 " redeems an offer that its member was not issued", r->seq);
    return;
  }
  if (issue->redeemed) acr__violation(v, "I17", r, "record %" PRIu64 " redeems an offer that was redeemed already", r->seq);
  if (issue->withdrawn) acr__violation(v, "I17", r, "record %" PRIu64 " redeems an offer that was withdrawn", r->seq);
  if (r->time < issue->from || r->time >= issue->until)
    acr__violation(v, "I17", r, "record %" PRIu64 " redeems an offer outside of its time", r->seq);
  issue->redeemed = true;
}

static void end(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op) {
  struct acr__verify_issue *issue = find(m, (uint64_t)op->v[ACR_REDEEM_SEQ], op->v[ACR_REDEEM_INDEX]);
  if (!issue || issue->redeemed || issue->withdrawn || issue->ended || r->time < issue->until)
    acr__violation(v, "I18", r, "record %" PRIu64 " ends an offer that is not over", r->seq);
  if (issue) issue->ended = true;
}

// With a return alone, and only what was used; only what was not is withdrawn.
static void give_back(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, const struct acr__op *op,
                      bool returned) {
  struct acr__verify_issue *issue = find(m, (uint64_t)op->v[ACR_REDEEM_SEQ], op->v[ACR_REDEEM_INDEX]);
  bool again = op->kind == ACR_OP_REINSTATE;
  if (!issue || !returned || issue->withdrawn || issue->redeemed != again || issue->offer != op->v[ACR_REDEEM_NAME])
    acr__violation(v, "I13", r, "record %" PRIu64 " %s", r->seq,
                   again ? "gives an offer back that was not used" : "withdraws an offer that its member does not hold");
  if (issue && again) issue->redeemed = issue->ended = false;
  if (issue && !again) issue->withdrawn = true;
}

static void unpaid(struct acr__verify *v, const struct acr__record *r, int64_t price, int64_t debited) {
  if (price < 0) {
    acr__violation(v, "I5", r, "record %" PRIu64 " sells an offer and does not say what was paid", r->seq);
    return;
  }
  acr__violation(v, "I5", r, "an offer of record %" PRIu64 " was sold for %" PRId64 " points, %" PRId64 " were debited", r->seq, price,
                 debited);
}

void acr__verify_offers(struct acr__verify *v, struct acr__verify_member *m, const struct acr__record *r, bool moved) {
  bool owes = false, returned = false; // owes: an offer was sold, and what was paid has not been said yet
  int64_t debited = 0;
  for (int i = 0; i < v->ops.count; i++) {
    const struct acr__op *op = &v->ops.all[i];
    if (op->kind == ACR_OP_RETURN) returned = true;
    if (op->kind == ACR_OP_REINSTATE || op->kind == ACR_OP_WITHDRAW) give_back(v, m, r, op, returned);
    bool offer = op->kind == ACR_OP_OFFER, redeemed = op->kind == ACR_OP_REDEEM;
    if ((offer || redeemed) && !moved)
      acr__violation(v, "I8", r, "record %" PRIu64 " was refused or parked and yet gives or uses an offer", r->seq);
    if (op->kind == ACR_OP_DEBIT) debited += op->v[ACR_DEBIT_POINTS];
    if (op->kind == ACR_OP_PAID && (!owes || op->v[2] != debited)) unpaid(v, r, op->v[2], owes ? debited : 0);
    if (op->kind == ACR_OP_PAID) owes = false;
    if (offer && owes) unpaid(v, r, -1, debited);
    if (offer) {
      issue(v, m, r, op);
      owes = op->v[ACR_OFFER_BOUGHT] != 0;
      debited = 0;
    } else if (redeemed) {
      redeem(v, m, r, op);
    } else if (op->kind == ACR_OP_OFFER_END) {
      end(v, m, r, op);
    }
  }
  if (owes) unpaid(v, r, -1, debited);
}
