// Levels: the first one a member is placed in, and the climb after an event (domain 16.8).
#include "engine/engine.h"

static int level_of(const struct acr__case *c) {
  const struct acr__standing *s = acr__member_standing(c->j->member, c->release->family);
  for (int i = 0; s && s->level >= 0 && i < c->plan->level_count; i++)
    if (c->release->level_names[i] == s->level) return i;
  return -1;
}

static bool set_level(struct acr__case *c, struct acr__release *release, int level) {
  struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_LEVEL);
  op->v[0] = release->family;
  op->v[1] = level >= 0 ? release->level_names[level] + 1 : 0;
  op->v[2] = c->event->time;
  return acr__apply(c->j, op);
}

bool acr__move(struct acr__case *c, struct acr__release *release, int level) {
  const struct acr__standing *s = acr__member_standing(c->j->member, release->family);
  int name = level >= 0 ? release->level_names[level] : -1;
  return s && s->level == name ? true : set_level(c, release, level);
}

// Enters the level when any of its entrance rules holds; each rule that holds gives its outcomes.
static bool try_level(struct acr__case *c, int level, bool *entered) {
  const struct acr__rule_list *list = &c->plan->levels[level].entrance;
  bool *holds = ACR__NEW_N(c->j->arena, bool, list->count + 1);
  *entered = false;
  if (!acr__level_live(c->release, level)) return true; // domain T9: invisible
  for (int i = 0; i < list->count; i++) {
    if (!acr__rule_holds(c, &c->plan->rules[list->rules[i]], &holds[i])) return false;
    *entered = *entered || holds[i];
  }
  if (!*entered) return true;
  int first = 0;
  while (!holds[first])
    first++;
  const struct acr__rule *cause = &c->plan->rules[list->rules[first]];
  acr__outcome_op(c, ACR_BEHAVIOR_ENTRANCE, level, cause, (acr__span){NULL, 0});
  if (!set_level(c, c->release, level)) return false;
  for (int i = 0; i < list->count; i++)
    if (holds[i] && !acr__rule_outcomes(c, &c->plan->rules[list->rules[i]])) return false;
  return true;
}

// Once, at the member's first event under the family; where no level takes the member, that is recorded too, and later only the
// climb after an event leads into one.
bool acr__place(struct acr__case *c) {
  bool entered = false;
  if (acr__member_standing(c->j->member, c->release->family)) return true;
  for (int i = 0; i < c->plan->level_count && !entered; i++)
    if (!try_level(c, i, &entered)) return false;
  return entered || set_level(c, c->release, -1);
}

bool acr__entrance(struct acr__case *c) {
  for (int level = level_of(c) + 1; level < c->plan->level_count; level++) {
    bool entered;
    if (!try_level(c, level, &entered)) return false;
    if (entered && c->plan->settings.promote_one) break;
  }
  return true;
}
