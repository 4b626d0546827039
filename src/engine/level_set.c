// level.set: staff move a member (domain T10). No rule is asked, and nobody climbs for it.
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/status.h"

static bool unknown(struct acr__judgement *j, struct acr__reject *reject, const char *code, const char *what, const char *path,
                    acr__span name, const acr__span *names, int count) {
  acr__span near = acr__nearest(name, names, count);
  char *message = near.len ? acr__arena_printf(j->arena, "%s \"%.80s\"; the nearest is \"%.*s\"", what, name.ptr, (int)near.len, near.ptr)
                           : acr__arena_printf(j->arena, "%s \"%.80s\"", what, name.ptr);
  *reject = (struct acr__reject){code, message, acr__arena_text(j->arena, acr__span_of(path)), 0, 0};
  return false;
}

static bool find_program(struct acr__judgement *j, struct acr__reject *reject) {
  acr__span name = j->root->program, *names = ACR__NEW_N(j->arena, acr__span, j->release_count + 1);
  for (int i = 0; i < j->release_count; i++) {
    const struct acr__plan *plan = j->releases[i]->plan;
    names[i] = plan->program;
    bool named = acr__span_eq(name, plan->program) || acr__span_eq(name, plan->family);
    if (named || (name.len == 0 && j->release_count == 1)) j->owner = j->releases[i];
  }
  if (j->owner) return true;
  if (name.len)
    return unknown(j, reject, "program_unknown", "no program in force is named", "$.data.program", name, names, j->release_count);
  *reject = (struct acr__reject){
      "program_missing", acr__arena_printf(j->arena, "%d programs are in force: `program` says in which the level is", j->release_count),
      acr__arena_text(j->arena, ACR__SPAN_LIT("$.data.program")), 0, 0};
  return false;
}

bool acr__level_known(struct acr__judgement *j, struct acr__reject *reject) {
  const struct acr__event *event = j->root;
  if (event->kind != ACR_EVENT_LEVEL_SET) return true;
  if (!find_program(j, reject)) return false;
  const struct acr__plan *plan = j->owner->plan;
  j->level = event->level.len ? acr__plan_level_find(plan, event->level) : -1;
  if (event->level.len == 0 || acr__level_live(j->owner, j->level)) return true;
  if (j->level >= 0)
    return unknown(j, reject, "level_draft", "nobody can be moved to a level that is not live:", "$.data.level", event->level, NULL, 0);
  acr__span *names = ACR__NEW_N(j->arena, acr__span, plan->level_count + 1);
  for (int i = 0; i < plan->level_count; i++)
    names[i] = plan->levels[i].name;
  return unknown(j, reject, "level_unknown", "the program has no level", "$.data.level", event->level, names, plan->level_count);
}

// Whether or not the rules hold; what they measured is kept with what they give. Their limits and dates count as ever.
static bool give(struct acr__case *c, int level) {
  const struct acr__rule_list *list = &c->plan->levels[level].entrance;
  for (int i = 0; i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    bool holds;
    if (acr__rule_dated(c, rule) && (!acr__rule_holds(c, rule, &holds) || !acr__rule_outcomes(c, rule, true))) return false;
  }
  return true;
}

bool acr__level_set(struct acr__judgement *j, struct acr__case *cases) {
  struct acr__case *c = cases;
  while (c->release != j->owner)
    c++;
  const struct acr__standing *s = acr__member_standing(j->member, j->owner->family);
  int name = j->level >= 0 ? j->owner->level_names[j->level] : -1, before = s ? acr__level_index(j->owner, s->level) : -1;
  j->timed = true;
  j->cause = (struct acr__cause){NULL, c->release, NULL};
  if (s && s->level == name) return true;
  bool gives = acr__release_judges(j->engine, j->owner);
  if (!acr__level_move(c, &(struct acr__level_move){j->owner, j->level, ACR_LEVEL_CAUSE_MANUAL, NULL, j->root->time})) return false;
  for (int level = before + 1; gives && level < j->level && j->root->entrance == ACR_ENTRANCE_ALL; level++)
    if (acr__level_live(j->owner, level) && !give(c, level)) return false;
  return !gives || j->level < 0 || j->root->entrance == ACR_ENTRANCE_NONE || give(c, j->level);
}
