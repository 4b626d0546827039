// A member's offers and the reward stores that rules let it into. Issues are kept after they were used or ended: limits count
// them, and none is redeemed twice.
#include "base/mem.h"
#include "member/member.h"

#define GROW(array, count) ((array) = acr__mem_resize((array), ((size_t)(count) + 1) * sizeof *(array)))

const struct acr__issue *acr__member_issue(const struct acr__member *m, uint64_t seq, int64_t index) {
  for (uint32_t i = 0; i < m->issue_count; i++)
    if (m->issues[i].seq == seq && m->issues[i].index == index) return &m->issues[i];
  return NULL;
}

bool acr__member_granted(const struct acr__member *m, int family, int store) {
  for (uint32_t i = 0; i < m->grant_count; i++)
    if (m->grants[i].family == family && m->grants[i].store == store) return true;
  return false;
}

static bool issue(struct acr__member *m, const struct acr__op *op, uint64_t seq) {
  const int64_t *v = op->v;
  if (acr__member_issue(m, seq, v[ACR_OFFER_INDEX])) return false;
  GROW(m->issues, m->issue_count);
  m->issues[m->issue_count++] = (struct acr__issue){.family = (int32_t)v[ACR_OFFER_FAMILY],
                                                    .offer = (int32_t)v[ACR_OFFER_NAME],
                                                    .seq = seq,
                                                    .index = (int32_t)v[ACR_OFFER_INDEX],
                                                    .issued = v[ACR_OFFER_ISSUED],
                                                    .from = v[ACR_OFFER_FROM],
                                                    .until = v[ACR_OFFER_UNTIL],
                                                    .warn = v[ACR_OFFER_WARN],
                                                    .discount = (int32_t)v[ACR_OFFER_DISCOUNT] - 1};
  return true;
}

static bool end(struct acr__member *m, const struct acr__op *op, acr__issue_state state) {
  struct acr__issue *issue = (struct acr__issue *)acr__member_issue(m, (uint64_t)op->v[ACR_REDEEM_SEQ], op->v[ACR_REDEEM_INDEX]);
  // What a run marked as over may still be redeemed by an event from before its end, but nothing is redeemed twice.
  if (!issue || issue->state == ACR_ISSUE_REDEEMED || issue->state == ACR_ISSUE_WITHDRAWN || issue->state == state) return false;
  issue->state = state;
  return true;
}

static bool reinstate(struct acr__member *m, const struct acr__op *op) {
  struct acr__issue *issue = (struct acr__issue *)acr__member_issue(m, (uint64_t)op->v[ACR_REDEEM_SEQ], op->v[ACR_REDEEM_INDEX]);
  if (!issue || issue->state != ACR_ISSUE_REDEEMED) return false;
  issue->state = ACR_ISSUE_HELD;
  return true;
}

static bool warned(struct acr__member *m, const struct acr__op *op) {
  struct acr__issue *issue = (struct acr__issue *)acr__member_issue(m, (uint64_t)op->v[ACR_REDEEM_SEQ], op->v[ACR_REDEEM_INDEX]);
  if (!issue || issue->warn == ACR_TIME_MAX) return false;
  issue->warn = ACR_TIME_MAX;
  return true;
}

static void store(struct acr__member *m, int32_t family, int32_t name, bool granted) {
  uint32_t i = 0;
  while (i < m->grant_count && !(m->grants[i].family == family && m->grants[i].store == name))
    i++;
  if (granted && i == m->grant_count) {
    GROW(m->grants, m->grant_count);
    m->grants[m->grant_count++] = (struct acr__grant){family, name};
  } else if (!granted && i < m->grant_count) {
    m->grants[i] = m->grants[--m->grant_count];
  }
}

bool acr__offers_apply(struct acr__member *m, const struct acr__op *op, uint64_t seq) {
  switch (op->kind) {
  case ACR_OP_OFFER:
    return issue(m, op, seq);
  case ACR_OP_REDEEM:
    return end(m, op, ACR_ISSUE_REDEEMED);
  case ACR_OP_REINSTATE:
    return reinstate(m, op);
  case ACR_OP_WITHDRAW:
    return end(m, op, ACR_ISSUE_WITHDRAWN);
  case ACR_OP_OFFER_END:
    return end(m, op, ACR_ISSUE_EXPIRED);
  case ACR_OP_OFFER_WARNED:
    return warned(m, op);
  case ACR_OP_STORE:
    store(m, (int32_t)op->v[0], (int32_t)op->v[1], op->v[2] != 0);
    return true;
  default:
    return true; // no business of a member's state
  }
}

void acr__offers_encode(const struct acr__member *m, acr__buf *out) {
  acr__buf_varu(out, m->issue_count);
  for (uint32_t i = 0; i < m->issue_count; i++) {
    const struct acr__issue *a = &m->issues[i];
    acr__buf_vari(out, a->family);
    acr__buf_vari(out, a->offer);
    acr__buf_varu(out, a->seq);
    acr__buf_vari(out, a->index);
    acr__buf_u8(out, (uint8_t)a->state);
    acr__buf_vari(out, a->issued);
    acr__buf_vari(out, a->from);
    acr__buf_vari(out, a->until);
    acr__buf_vari(out, a->warn);
    acr__buf_vari(out, a->discount);
  }
  acr__buf_varu(out, m->grant_count);
  for (uint32_t i = 0; i < m->grant_count; i++) {
    acr__buf_vari(out, m->grants[i].family);
    acr__buf_vari(out, m->grants[i].store);
  }
}

static bool count_of(acr__cursor *cur, uint64_t *n) {
  *n = acr__get_varu(cur);
  return !cur->bad && *n <= (uint64_t)(cur->end - cur->ptr); // each takes a byte at least
}

bool acr__offers_decode(acr__cursor *cur, struct acr__member *m) {
  uint64_t count;
  if (!count_of(cur, &count)) return false;
  m->issues = count ? acr__mem_resize(NULL, count * sizeof *m->issues) : NULL;
  for (; m->issue_count < count && !cur->bad; m->issue_count++) {
    struct acr__issue *a = &m->issues[m->issue_count];
    a->family = (int32_t)acr__get_vari(cur);
    a->offer = (int32_t)acr__get_vari(cur);
    a->seq = acr__get_varu(cur);
    a->index = (int32_t)acr__get_vari(cur);
    a->state = (acr__issue_state)acr__get_u8(cur);
    a->issued = acr__get_vari(cur);
    a->from = acr__get_vari(cur);
    a->until = acr__get_vari(cur);
    a->warn = acr__get_vari(cur);
    a->discount = (int32_t)acr__get_vari(cur);
  }
  if (!count_of(cur, &count)) return false;
  m->grants = count ? acr__mem_resize(NULL, count * sizeof *m->grants) : NULL;
  for (; m->grant_count < count && !cur->bad; m->grant_count++) {
    m->grants[m->grant_count].family = (int32_t)acr__get_vari(cur);
    m->grants[m->grant_count].store = (int32_t)acr__get_vari(cur);
  }
  return !cur->bad;
}
