// member.leave: out of one program or all of them, until the member joins again.
#include "engine/profile.h"
#include "engine/spend.h"

static bool forfeit(struct acr__judgement *j, const struct acr__release *release) {
  int sink = acr__name_number(j->engine, ACR__SPAN_LIT("expire"));
  for (int i = 0; i < release->plan->account_count; i++) {
    int account = release->accounts[i];
    const struct acr__balance *b = acr__member_account(j->member, account);
    int64_t points = b ? b->lots : 0, taken;
    if (points == 0) continue;
    if (!acr__debit(j, account, sink, points, false, ACR_REASON_EXPIRE, j->root->time, &taken)) return false;
  }
  return true;
}

static bool set_left(struct acr__judgement *j, int family, bool left) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_LEFT);
  op->v[0] = family;
  op->v[1] = left;
  return acr__apply(j, op);
}

static bool leave(struct acr__judgement *j, const struct acr__release *release) {
  const struct acr__standing *s = acr__member_standing(j->member, release->family);
  if (s && s->left) return true;
  if (s && s->level < 0) return set_left(j, release->family, true);
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_LEVEL);
  op->v[ACR_LEVEL_FAMILY] = release->family;
  op->v[ACR_LEVEL_SINCE] = s && s->since > j->root->time ? s->since : j->root->time;
  op->v[ACR_LEVEL_CAUSE] = ACR_LEVEL_CAUSE_LEFT;
  return acr__apply(j, op) && set_left(j, release->family, true);
}

bool acr__leave(struct acr__judgement *j, struct acr__reject *reject) {
  const struct acr__release *only = j->root->program.len ? acr__program_named(j, j->root->program, reject) : NULL;
  if (j->root->program.len && !only) return false;
  for (int i = 0; i < j->release_count; i++) {
    if (only && j->releases[i] != only) continue;
    if (!leave(j, j->releases[i]) || (j->root->forfeit && !forfeit(j, j->releases[i]))) return false;
  }
  return true;
}

bool acr__rejoin(struct acr__judgement *j) {
  for (uint32_t i = 0; i < j->member->standing_count;) {
    if (!j->member->standings[i].left)
      i++;
    else if (!set_left(j, j->member->standings[i].family, false))
      return false;
  }
  return true;
}
