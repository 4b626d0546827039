// Releases and accounts as the log gives them out: which were active when, and what each says of its accounts.
#include "base/mem.h"
#include "engine/verify.h"
#include <stdlib.h>

static void release(struct acr__verify *v, const struct acr__op *op) {
  v->releases = acr__mem_resize(v->releases, ((size_t)v->release_count + 1) * sizeof *v->releases);
  v->releases[v->release_count++] = (struct acr__verify_release){.number = op->v[0], .family = op->v[2], .from = op->v[3]};
}

// One of the same family that takes effect at the same time replaces those before it once it is active: for good, they do not come
// back when it is paused.
static void status(struct acr__verify *v, const struct acr__op *op) {
  for (int i = 0; i < v->release_count; i++) {
    struct acr__verify_release *it = &v->releases[i];
    if (it->number != op->v[0]) continue;
    it->active = op->v[2] == ACR_STATUS_ACTIVE;
    it->once = it->once || it->active;
    for (int k = 0; k < i && it->once; k++)
      v->releases[k].replaced = v->releases[k].replaced || (v->releases[k].family == it->family && v->releases[k].from == it->from);
  }
}

static void account(struct acr__verify *v, const struct acr__op *op) {
  int number = (int)op->v[ACR_ACCOUNT_NUMBER];
  if (op->v[ACR_ACCOUNT_NUMBER] < 0 || op->v[ACR_ACCOUNT_NUMBER] >= ACR_ACCOUNTS_MAX) return;
  if (number >= v->account_count) {
    size_t n = (size_t)number + 1;
    v->account_flags = acr__mem_resize(v->account_flags, n * sizeof *v->account_flags);
    v->account_family = acr__mem_resize(v->account_family, n * sizeof *v->account_family);
    v->account_decimals = acr__mem_resize(v->account_decimals, n * sizeof *v->account_decimals);
    v->member_sums = acr__mem_resize(v->member_sums, n * sizeof *v->member_sums);
    v->system_sums = acr__mem_resize(v->system_sums, n * sizeof *v->system_sums);
    for (int i = v->account_count; i <= number; i++)
      v->account_flags[i] = v->account_family[i] = v->account_decimals[i] = 0, v->member_sums[i] = v->system_sums[i] = 0;
    v->account_count = number + 1;
  }
  v->account_family[number] = (int32_t)op->v[ACR_ACCOUNT_FAMILY];
  v->account_decimals[number] = (int32_t)op->v[ACR_ACCOUNT_DECIMALS];
  v->terms = acr__mem_resize(v->terms, ((size_t)v->term_count + 1) * sizeof *v->terms);
  v->terms[v->term_count++] = (struct acr__verify_term){op->v[ACR_ACCOUNT_RELEASE], number, (int32_t)op->v[ACR_ACCOUNT_FLAGS], -1};
}

// Those that judge have the word before those that did once, and those before what was replaced. -1 = not in force by then.
static int rank(const struct acr__verify_release *one, acr__time time) {
  if (!one->once || one->from > time) return -1;
  return one->replaced ? 0 : one->active ? 2 : 1;
}

static struct acr__verify_release *release_of(struct acr__verify *v, struct acr__verify_term *term) {
  for (int i = 0; i < v->release_count && term->at < 0; i++)
    if (v->releases[i].number == term->release) term->at = i;
  return term->at < 0 ? NULL : &v->releases[term->at];
}

// What an account allows is what the release in force at that ledger time says of it.
static void set_flags(struct acr__verify *v, acr__time time) {
  const struct acr__verify_release **best = calloc((size_t)v->account_count + 1, sizeof(struct acr__verify_release *));
  if (!best) acr__mem_exhausted((size_t)v->account_count * sizeof *best);
  v->flags_until = ACR_TIME_MAX;
  for (int i = 0; i < v->release_count; i++)
    if (v->releases[i].from > time && v->releases[i].from < v->flags_until) v->flags_until = v->releases[i].from;
  for (int i = 0; i < v->term_count; i++) {
    struct acr__verify_term *term = &v->terms[i];
    const struct acr__verify_release *one = release_of(v, term), **before = &best[term->account];
    if (!one) continue;
    int is = rank(one, time), was = *before ? rank(*before, time) : -1;
    if (is < was || (is >= 0 && is == was && one->from < (*before)->from)) continue;
    *before = one;
    v->account_flags[term->account] = term->flags;
  }
  free(best);
}

void acr__verify_registry(struct acr__verify *v, const struct acr__record *r) {
  bool changed = r->kind == ACR_RECORD_RELEASE || r->kind == ACR_RECORD_STATUS;
  for (int k = 0; k < v->ops.count && changed; k++) {
    const struct acr__op *op = &v->ops.all[k];
    if (op->kind == ACR_OP_RELEASE) release(v, op);
    if (op->kind == ACR_OP_STATUS && op->v[1] == 0) status(v, op);
    if (op->kind == ACR_OP_ACCOUNT && r->kind == ACR_RECORD_RELEASE) account(v, op);
  }
  if (changed || r->ledger_time >= v->flags_until) set_flags(v, r->ledger_time);
}
