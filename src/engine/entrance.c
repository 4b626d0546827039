// Levels: the first one a member is placed in, and the climb after an event (domain 16.8).
#include "engine/late.h"
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/returned.h"
#include "engine/trace.h"

static int level_of(const struct acr__case *c) {
  const struct acr__standing *s = acr__member_standing(c->j->member, c->release->family);
  return s ? acr__level_index(c->release, s->level) : -1;
}

// Being placed is no promotion; of a level that the program no longer has everything is a step down.
static void tell(struct acr__case *c, const struct acr__release *release, int from, int level) {
  int before = acr__level_index(release, from);
  if (from >= 0 && before < 0) before = release->plan->level_count;
  if (level == before) return;
  acr__raise_level(c->j, level > before ? ACR_RAISED_LEVEL_PROMOTED : ACR_RAISED_LEVEL_DEMOTED, release->family, from,
                   level >= 0 ? release->level_names[level] : -1);
}

bool acr__level_move(struct acr__case *c, const struct acr__level_move *move) {
  const struct acr__release *release = move->release;
  const struct acr__standing *s = acr__member_standing(c->j->member, release->family);
  if (s && !s->back) tell(c, release, s->level, move->level);
  struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_LEVEL);
  op->v[ACR_LEVEL_FAMILY] = release->family;
  op->v[ACR_LEVEL_NAME] = move->level >= 0 ? release->level_names[move->level] + 1 : 0;
  op->v[ACR_LEVEL_SINCE] = s && s->since > move->since ? s->since : move->since; // a late event ends no interval before it begins
  op->v[ACR_LEVEL_CAUSE] = move->cause;
  op->v[ACR_LEVEL_RULE] = move->rule ? c->release->rule_names[move->rule - c->plan->rules] + 1 : 0;
  return acr__apply(c->j, op);
}

static bool set_level(struct acr__case *c, int level, acr__level_cause cause, const struct acr__rule *rule) {
  return acr__level_move(c, &(struct acr__level_move){c->release, level, cause, rule, c->event->time});
}

struct acr__left {
  const struct acr__left *next;
  int family;
};

// Who was taken out of a program is not let in again by the same event: like who was demoted, at the next one at the earliest.
static void leave(struct acr__judgement *j, int family) {
  struct acr__left *left = ACR__NEW(j->arena, struct acr__left);
  *left = (struct acr__left){j->left, family};
  j->left = left;
}

static bool has_left(const struct acr__judgement *j, int family) {
  const struct acr__left *left = j->left;
  while (left && left->family != family)
    left = left->next;
  return left != NULL;
}

bool acr__move(struct acr__case *c, struct acr__release *release, int level) {
  if (level < 0) leave(c->j, release->family);
  const struct acr__standing *s = acr__member_standing(c->j->member, release->family);
  int name = level >= 0 ? release->level_names[level] : -1;
  if (s && (s->level == name || s->left)) return true;
  return acr__level_move(c, &(struct acr__level_move){release, level, ACR_LEVEL_CAUSE_OUTCOME, c->j->cause.rule, c->event->time});
}

bool acr__level_qualifies(struct acr__case *c, int level, bool *qualifies) {
  const struct acr__rule_list *list = &c->plan->levels[level].entrance;
  *qualifies = false;
  for (int i = 0; i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    bool holds = false;
    if (acr__rule_dated(c, rule) && !acr__rule_holds(c, rule, &holds)) return false;
    *qualifies = *qualifies || holds;
  }
  return true;
}

// The highest level that stood below one of this name when the family last had it, and is still there; -1 = none.
static int below_gone(const struct acr__case *c, int name) {
  for (int i = c->j->engine->release_count - 1; i >= 0; i--) {
    const struct acr__release *old = c->j->engine->releases[i];
    int at = old->family == c->release->family ? old->level_count - 1 : -1;
    while (at >= 0 && old->levels[at].name != name)
      at--;
    if (at < 0) continue;
    for (at--; at >= 0; at--) {
      int level = acr__level_index(c->release, old->levels[at].name);
      if (acr__level_live(c->release, level)) return level;
    }
    return -1;
  }
  return -1;
}

int acr__level_held(const struct acr__case *c, int name) {
  int level = name >= 0 ? acr__level_index(c->release, name) : -1;
  return name >= 0 && level < 0 ? below_gone(c, name) : level;
}

bool acr__level_carry(struct acr__case *c) {
  const struct acr__standing *s = acr__member_standing(c->j->member, c->release->family);
  if (!s || s->level < 0 || acr__level_index(c->release, s->level) >= 0 || acr__late_release(c)) return true;
  c->j->cause = (struct acr__cause){c->chain, c->release, NULL};
  return set_level(c, below_gone(c, s->level), ACR_LEVEL_CAUSE_RELEASE, NULL);
}

// What rules of a level give that do not hold: once an event, in its last look at the levels.
static bool give_unmet(struct acr__case *c, const struct acr__rule_list *list, const bool *holds) {
  for (int i = 0; i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    if (!holds[i] && rule->gives_unmet && acr__rule_dated(c, rule) && !acr__rule_outcomes(c, rule, false)) return false;
  }
  return true;
}

// Enters the level when any of its entrance rules holds; each rule that holds gives its outcomes.
static bool try_level(struct acr__case *c, int level, bool unmet, bool *entered) {
  const struct acr__rule_list *list = &c->plan->levels[level].entrance;
  bool *holds = ACR__NEW_N(c->j->arena, bool, list->count + 1);
  *entered = false;
  for (int i = 0; i < list->count && c->j->engine->trace && !acr__level_live(c->release, level); i++)
    acr__trace_skip(c, &c->plan->rules[list->rules[i]], "draft");
  if (!acr__level_live(c->release, level)) return true; // domain T9: invisible
  for (int i = 0; i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    if (acr__rule_dated(c, rule) && !acr__rule_holds(c, rule, &holds[i])) return false;
    *entered = *entered || holds[i];
  }
  if (!*entered) return !unmet || give_unmet(c, list, holds);
  int first = 0;
  while (!holds[first])
    first++;
  const struct acr__rule *cause = &c->plan->rules[list->rules[first]];
  acr__outcome_op(c, ACR_BEHAVIOR_ENTRANCE, level, cause, (acr__span){NULL, 0});
  c->j->cause = (struct acr__cause){c->chain, c->release, cause};
  if (!set_level(c, level, ACR_LEVEL_CAUSE_ENTRANCE, cause)) return false;
  for (int i = 0; i < list->count; i++)
    if (holds[i] && !acr__rule_outcomes(c, &c->plan->rules[list->rules[i]], true)) return false;
  return !unmet || give_unmet(c, list, holds);
}

// Once, at the member's first event under the family; where no level takes the member, that is recorded too, and later only the
// climb after an event leads into one.
bool acr__place(struct acr__case *c) {
  const struct acr__standing *s = acr__member_standing(c->j->member, c->release->family);
  bool entered = false;
  if (s && !s->back) return true;
  for (int i = 0; i < c->plan->level_count && !entered; i++)
    if (!try_level(c, i, false, &entered)) return false;
  return entered || set_level(c, -1, ACR_LEVEL_CAUSE_PLACED, NULL);
}

bool acr__entrance(struct acr__case *c, bool after) {
  const struct acr__standing *s = acr__member_standing(c->j->member, c->release->family);
  if (has_left(c->j, c->release->family)) return true;
  if (s && s->level >= 0 && level_of(c) < 0) return true; // a level that a later release has
  if (after && (!acr__review_again(c) || !acr__level_renew(c))) return false;
  for (int level = level_of(c) + 1; level < c->plan->level_count; level++) {
    bool entered;
    if (!try_level(c, level, after, &entered)) return false;
    if (entered && c->plan->settings.promote_one) break;
  }
  return true;
}

// A level without entrance rules was given by an outcome or by hand, and a return does not take it.
bool acr__fall(struct acr__case *c) {
  int level = level_of(c), to = level;
  struct acr__computed nothing = {0};
  c->tally = &nothing; // looking gives nothing and marks nothing as reached
  for (; to >= 0 && c->plan->levels[to].entrance.count; to--) {
    bool holds;
    if (!acr__level_qualifies(c, to, &holds)) return false;
    if (holds && acr__level_live(c->release, to)) break;
  }
  c->tally = NULL;
  c->j->cause = (struct acr__cause){c->chain, c->release, NULL};
  return to == level || set_level(c, to, ACR_LEVEL_CAUSE_RETURN, NULL);
}
