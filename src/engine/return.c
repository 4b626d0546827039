// return and purchase.amended: what they do by being one (domain R1 to R11).
#include "engine/budget.h"
#include "engine/returned.h"
#include "engine/status.h"
#include <string.h>

static struct acr__op *note(struct acr__judgement *j, const struct acr__original *original) {
  struct acr__op *op = acr__ops_add(&j->engine->ops, ACR_OP_RETURN);
  op->v[ACR_RETURN_SEQ] = (int64_t)original->seq;
  op->v[ACR_RETURN_POS] = (int64_t)original->pos;
  op->v[ACR_RETURN_PREVIOUS] = (int64_t)original->last;
  op->v[ACR_RETURN_OWN] = (int64_t)j->engine->end;
  return op;
}

static int place_of(const int *all, int count, int64_t number) {
  for (int i = 0; i < count; i++)
    if (all[i] == number) return i;
  return -1;
}

// What an amendment adds is a lot of its own time, within what today's limits and budgets leave.
static bool grow(struct acr__judgement *j, const struct acr__given_award *award) {
  struct acr__release *release = (struct acr__release *)award->by.release;
  struct acr__case c = {.j = j, .release = release, .plan = release->plan, .event = j->root};
  int64_t more = award->now - award->before, room = award->now - award->left;
  more = more < room ? more : room;
  if (more <= 0) return true;
  int account = place_of(release->accounts, c.plan->account_count, award->account);
  int source = place_of(release->sources, c.plan->source_count, award->source);
  acr__given_cause(j, award);
  j->cause = (struct acr__cause){NULL, release, NULL};
  return acr__award(&c, account, source, more, award->expires);
}

static bool grow_all(struct acr__judgement *j, const struct acr__given_all *given) {
  for (int i = 0; i < given->award_count && j->root->kind == ACR_EVENT_AMENDED; i++)
    if (!grow(j, &given->awards[i])) return false;
  return true;
}

static bool fall_all(struct acr__judgement *j, struct acr__case *cases) {
  for (int i = 0; i < j->release_count; i++)
    if (cases[i].plan->settings.return_affects_tier && acr__release_judges(j->engine, cases[i].release) && !acr__fall(&cases[i]))
      return false;
  return true;
}

bool acr__return(struct acr__judgement *j, struct acr__case *cases, struct acr__reject *reject) {
  struct acr__original original;
  struct acr__given_all given;
  if (!acr__original_find(j, &original, reject)) {
    bool unmatched = j->root->kind == ACR_EVENT_RETURN && strcmp(reject->code, "of_unknown") == 0 && acr__unmatched_wanted(j);
    if (!unmatched) return false;
    *reject = (struct acr__reject){0};
    return acr__unmatched(j, reject);
  }
  const struct acr__event *before = acr__stand_event(&original.stand, j->arena, original.event);
  if (!acr__original_step(&original, j->arena, j->root, reject)) return false;
  const struct acr__event *now = acr__stand_event(&original.stand, j->arena, original.event);
  return acr__apply(j, note(j, &original)) && acr__rejudge(j, &original, before, now, &given) && acr__reverse(j, &given) &&
         grow_all(j, &given) && acr__offers_reinstate(j, &original) && acr__offers_withdraw(j, &given) &&
         acr__exchange(j, before, now) && fall_all(j, cases);
}
