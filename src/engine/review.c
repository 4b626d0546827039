// Maintenance: a level is kept when any of its rules holds (domain 16.9).
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/preview.h"

// ---- When

struct search {
  const struct acr__member *member;
  const acr_engine *engine;
  struct acr__due *due;
  bool found;
};

// Reviews are a day apart whatever becomes of the member's zone.
static acr__time behind(acr__time reviewed) {
  return reviewed == ACR_TIME_NONE ? ACR_TIME_MIN : reviewed + 20 * 3600 * ACR_SECOND_US;
}

static void look(void *arg, const struct acr__held_level *held) {
  struct search *s = arg;
  acr__time at, mark = acr__dues_mark(&s->member->dues, ACR_DUE_REVIEW, held->standing->family + 1);
  acr__time after = behind(held->term->reviewed);
  if (held->term->grace != ACR_TIME_NONE) {
    at = held->term->grace;
    if (at <= mark || held->level->maintenance.count == 0) return; // it failed by a plugin: left to a retry
    if (at <= held->start) at = acr__level_day_behind(held->zone, held->start);
  } else if (!acr__review_next(held, s->member, after > mark ? after : mark, &at)) {
    return;
  }
  if ((s->found && at >= s->due->at) || !acr__due_in_force(s->engine, held->release, at - 1)) return;
  s->due->at = at;
  s->due->subject = held->standing->family + 1;
  s->found = true;
}

bool acr__due_review(acr_engine *engine, const struct acr__member *member, struct acr__due *due) {
  struct search search = {member, engine, due, false};
  acr__held_levels(engine, member, ACR_LISTENS_REVIEW, look, &search);
  return search.found;
}

// ---- What

static bool note(struct acr__case *c, acr__time at, acr__time failed, acr__time grace) {
  struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_REVIEW);
  op->v[ACR_REVIEW_FAMILY] = c->release->family;
  op->v[ACR_REVIEW_AT] = at;
  op->v[ACR_REVIEW_FAILED] = failed;
  op->v[ACR_REVIEW_GRACE] = grace;
  return acr__apply(c->j, op);
}

// All against one snapshot (domain E2).
static bool judge(struct acr__case *c, int level, bool *holds, bool *kept) {
  const struct acr__rule_list *list = &c->plan->levels[level].maintenance;
  *kept = false;
  for (int i = 0; i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    holds[i] = false;
    if (acr__rule_dated(c, rule) && !acr__rule_holds(c, rule, &holds[i])) return false;
    *kept = *kept || holds[i];
  }
  return true;
}

bool acr__review_holds(struct acr__case *c, int level, bool *kept) {
  return judge(c, level, ACR__NEW_N(c->j->arena, bool, c->plan->levels[level].maintenance.count + 1), kept);
}

// Each rule that holds gives its outcomes; where none does, each gives what it has for that case (contract 4).
static bool give(struct acr__case *c, int level, const bool *holds, bool kept) {
  const struct acr__rule_list *list = &c->plan->levels[level].maintenance;
  for (int i = 0; i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    bool gives = kept ? holds[i] : rule->gives_unmet && acr__rule_dated(c, rule);
    if (gives && !acr__rule_outcomes(c, rule, kept)) return false;
  }
  return true;
}

// Domain M4, M5; -1 = there is nothing lower.
static bool target(struct acr__case *c, int level, int *out) {
  int lower = acr__level_lower(c->release, level);
  acr__demote demote = c->plan->levels[level].schedule.demote;
  *out = lower;
  if (demote == ACR_DEMOTE_PREVIOUS) return true;
  for (; lower >= 0; lower = acr__level_lower(c->release, lower)) {
    bool qualifies = false;
    *out = lower;
    if (demote == ACR_DEMOTE_QUALIFYING && !acr__level_qualifies(c, lower, &qualifies)) return false;
    if (qualifies) break;
  }
  return true;
}

static int held_index(const struct acr__case *c) {
  const struct acr__standing *s = acr__member_standing(c->j->member, c->release->family);
  return s ? acr__level_index(c->release, s->level) : -1;
}

static bool demote(struct acr__case *c, int level, int to, acr__time at) {
  if (to < 0 || held_index(c) != level) return true; // nothing lower, or an outcome has moved the member already
  acr__outcome_op(c, ACR_BEHAVIOR_MAINTENANCE, level, NULL, (acr__span){NULL, 0});
  c->j->cause = (struct acr__cause){c->chain, c->release, NULL};
  return acr__level_move(c, &(struct acr__level_move){c->release, to, ACR_LEVEL_CAUSE_MAINTENANCE, NULL, at});
}

static bool at_risk(struct acr__case *c, int level, acr__time at) {
  const struct acr__term *term = acr__term_of(&c->j->member->terms, c->release->family);
  const acr__zone *zone = acr__zone_of(c);
  acr__date end;
  if (!acr__date_add(acr__local_date(zone, at), c->plan->levels[level].schedule.grace, 1, &end))
    return acr__fail(c->j, NULL, "a grace leads out of the calendar");
  acr__time until = acr__day_start(zone, end);
  c->j->cause = (struct acr__cause){c->chain, c->release, NULL};
  acr__raise_term(c->j, ACR_RAISED_LEVEL_AT_RISK, c->release->family, c->release->level_names[level], "until", until);
  return note(c, term->reviewed, at, until);
}

bool acr__review_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due) {
  struct acr__case *c = NULL;
  for (int i = 0; i < j->release_count; i++)
    if (cases[i].release->family + 1 == due->subject) c = &cases[i];
  int level = c ? held_index(c) : -1, to = -1;
  if (level < 0) return acr__fail(j, NULL, "a review has no level to look at");
  bool *holds = ACR__NEW_N(j->arena, bool, c->plan->levels[level].maintenance.count + 1), kept;
  const struct acr__term *term = acr__term_of(&j->member->terms, c->release->family);
  if (!judge(c, level, holds, &kept) || (!kept && !target(c, level, &to))) return false;
  bool grace = !kept && to >= 0 && c->plan->levels[level].schedule.grace.n && term->grace == ACR_TIME_NONE;
  if (j->engine->preview) acr__preview_review(j->engine->preview, c, &(struct acr__preview_review){level, to, due->at, kept, grace});
  if (grace) return at_risk(c, level, due->at);
  return note(c, due->at, ACR_TIME_NONE, ACR_TIME_NONE) && give(c, level, holds, kept) && (kept || demote(c, level, to, due->at));
}

bool acr__review_again(struct acr__case *c) {
  const struct acr__term *term = acr__term_of(&c->j->member->terms, c->release->family);
  int level = term && term->grace != ACR_TIME_NONE ? held_index(c) : -1;
  if (!acr__level_live(c->release, level)) return true;
  bool *holds = ACR__NEW_N(c->j->arena, bool, c->plan->levels[level].maintenance.count + 1), kept;
  if (!judge(c, level, holds, &kept)) return false;
  if (!kept) return true;
  acr__time at = c->event->time + 1; // what has been counted is not counted again
  return note(c, at > term->failed ? at : term->failed, ACR_TIME_NONE, ACR_TIME_NONE) && give(c, level, holds, true);
}
