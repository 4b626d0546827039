#include "member/terms.h"
#include "base/mem.h"
#include "member/member.h"
#include <stdlib.h>

const struct acr__term *acr__term_of(const struct acr__terms *terms, int family) {
  for (uint32_t i = 0; i < terms->count; i++)
    if (terms->all[i].family == family) return &terms->all[i];
  return NULL;
}

static struct acr__term *add_term(struct acr__terms *terms) {
  terms->all = acr__mem_resize(terms->all, (terms->count + 1) * sizeof *terms->all);
  struct acr__term *term = &terms->all[terms->count++];
  *term = (struct acr__term){0, ACR_TIME_NONE, ACR_TIME_NONE, ACR_TIME_NONE, ACR_TIME_NONE, ACR_TIME_NONE};
  return term;
}

static void add_stay(struct acr__terms *terms, struct acr__stay stay) {
  terms->stays = acr__mem_resize(terms->stays, (terms->stay_count + 1) * sizeof *terms->stays);
  terms->stays[terms->stay_count++] = stay;
}

static struct acr__standing *standing_of(struct acr__member *m, int family) {
  struct acr__standing *s = (struct acr__standing *)acr__member_standing(m, family);
  if (s) return s;
  m->standings = acr__mem_resize(m->standings, (m->standing_count + 1) * sizeof *m->standings);
  return &m->standings[m->standing_count++];
}

// A new level begins anew; when a level of the family last ended stays known.
static bool enter(struct acr__member *m, const struct acr__op *op, uint64_t seq) {
  const int64_t *v = op->v;
  int family = (int)v[ACR_LEVEL_FAMILY];
  struct acr__term *term = (struct acr__term *)acr__term_of(&m->terms, family);
  struct acr__standing *standing = standing_of(m, family);
  acr__time since = v[ACR_LEVEL_SINCE];
  if (term && since < standing->since) return false; // intervals follow each other
  *standing = (struct acr__standing){family, (int32_t)v[ACR_LEVEL_NAME] - 1, since, false, false};
  if (!term) term = add_term(&m->terms);
  *term = (struct acr__term){family, ACR_TIME_NONE, ACR_TIME_NONE, ACR_TIME_NONE, since, term->expired};
  add_stay(&m->terms, (struct acr__stay){family, standing->level, (int32_t)v[ACR_LEVEL_CAUSE], (int32_t)v[ACR_LEVEL_RULE] - 1, since, seq});
  return true;
}

bool acr__terms_apply(struct acr__member *m, const struct acr__op *op, uint64_t seq) {
  if (op->kind == ACR_OP_LEVEL) return enter(m, op, seq);
  struct acr__term *term = (struct acr__term *)acr__term_of(&m->terms, (int)op->v[0]);
  if (!term) return false;
  if (op->kind == ACR_OP_REVIEW) {
    term->reviewed = op->v[ACR_REVIEW_AT];
    term->failed = op->v[ACR_REVIEW_FAILED];
    term->grace = op->v[ACR_REVIEW_GRACE];
  } else {
    term->reached = op->v[ACR_TERM_REACHED];
    term->expired = op->v[ACR_TERM_EXPIRED];
  }
  return true;
}

void acr__terms_free(struct acr__terms *terms) {
  free(terms->stays);
  free(terms->all);
}

size_t acr__terms_bytes(const struct acr__terms *terms) {
  return terms->stay_count * sizeof *terms->stays + terms->count * sizeof *terms->all;
}

void acr__terms_encode(const struct acr__terms *terms, acr__buf *out) {
  acr__buf_varu(out, terms->count);
  for (uint32_t i = 0; i < terms->count; i++) {
    const struct acr__term *t = &terms->all[i];
    const int64_t values[] = {t->family, t->reviewed, t->failed, t->grace, t->reached, t->expired};
    for (int k = 0; k < 6; k++)
      acr__buf_vari(out, values[k]);
  }
  acr__buf_varu(out, terms->stay_count);
  for (uint32_t i = 0; i < terms->stay_count; i++) {
    const struct acr__stay *s = &terms->stays[i];
    const int64_t values[] = {s->family, s->level, s->cause, s->rule, s->since, (int64_t)s->seq};
    for (int k = 0; k < 6; k++)
      acr__buf_vari(out, values[k]);
  }
}

static void read_six(acr__cursor *cur, int64_t *values) {
  for (int k = 0; k < 6; k++)
    values[k] = acr__get_vari(cur);
}

void acr__terms_decode(acr__cursor *cur, struct acr__terms *terms) {
  int64_t v[6];
  for (uint64_t left = acr__get_varu(cur); left && !cur->bad; left--) {
    read_six(cur, v);
    if (!cur->bad) *add_term(terms) = (struct acr__term){(int32_t)v[0], v[1], v[2], v[3], v[4], v[5]};
  }
  for (uint64_t left = acr__get_varu(cur); left && !cur->bad; left--) {
    read_six(cur, v);
    if (!cur->bad) add_stay(terms, (struct acr__stay){(int32_t)v[0], (int32_t)v[1], (int32_t)v[2], (int32_t)v[3], v[4], (uint64_t)v[5]});
  }
}
