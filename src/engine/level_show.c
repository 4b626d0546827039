// Levels in member.get: when the one held ends or is looked at, what the next one takes, and those of before.
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/status.h"

// ---- The history

static void write_time_of(acr__writer *w, const char *key, acr__time time) {
  if (time == ACR_TIME_NONE || time == ACR_TIME_MAX) return;
  acr__write_key(w, key);
  acr__write_time(w, time);
}

static void write_name(acr_engine *engine, acr__writer *w, const char *key, int32_t name) {
  acr__write_key(w, key);
  if (name >= 0)
    acr__write_span(w, acr__name_text(engine, name));
  else
    acr__write_null(w);
}

static const struct acr__stay *next_stay(const struct acr__terms *terms, const struct acr__stay *stay) {
  for (const struct acr__stay *s = stay + 1; s < terms->stays + terms->stay_count; s++)
    if (s->family == stay->family) return s;
  return NULL;
}

static void write_stay(acr_engine *engine, acr__writer *w, const struct acr__terms *terms, const struct acr__stay *stay) {
  const struct acr__stay *next = next_stay(terms, stay);
  acr__write_object(w);
  write_name(engine, w, "level", stay->level);
  acr__write_key(w, "from");
  acr__write_time(w, stay->since);
  acr__write_key(w, "until");
  acr__write_time(w, next ? next->since : ACR_TIME_MAX);
  acr__write_key(w, "cause");
  acr__write_text(w, acr__level_cause_name(stay->cause));
  if (stay->rule >= 0) write_name(engine, w, "rule", stay->rule);
  acr__write_key(w, "seq");
  acr__write_int(w, (int64_t)stay->seq);
  acr__write_object_end(w);
}

static void write_history(acr_engine *engine, acr__writer *w, const struct acr__member *member) {
  const struct acr__terms *terms = &member->terms;
  acr__write_key(w, "levels_history");
  acr__write_object(w);
  for (uint32_t i = 0; i < terms->count; i++) {
    acr__write_key_span(w, acr__name_text(engine, terms->all[i].family));
    acr__write_array(w);
    for (uint32_t k = 0; k < terms->stay_count; k++)
      if (terms->stays[k].family == terms->all[i].family) write_stay(engine, w, terms, &terms->stays[k]);
    acr__write_array_end(w);
  }
  acr__write_object_end(w);
}

// ---- The next level

// By how much a comparison is missed; 0 = it is not, or by less than can be said.
static int64_t missing(const struct acr__cond *cond, int64_t measured) {
  int64_t more;
  bool least = cond->op == ACR_OP_GE || cond->op == ACR_OP_GT || (cond->op == ACR_OP_EQ && measured < cond->number);
  if (!acr__sub(least ? cond->number : measured, least ? measured : cond->number, &more)) return 0;
  return more > 0 ? more : 0;
}

static void write_condition(struct acr__case *c, acr__writer *w, int index) {
  const struct acr__cond *cond = &c->plan->conds[index];
  const struct acr__cond_result *r = &c->results[index];
  acr__write_object(w);
  acr__write_key(w, "condition");
  acr__write_span(w, cond->sentence);
  acr__write_key(w, "holds");
  acr__write_bool(w, r->truth);
  if (cond->has_operator && cond->over != ACR_OVER_CURRENT) {
    acr__write_key(w, "measured");
    acr__write_decimal(w, r->measured, cond->number_scale);
    acr__write_key(w, "required");
    acr__write_decimal(w, cond->number, cond->number_scale);
    if (!r->truth && missing(cond, r->measured)) {
      acr__write_key(w, "missing");
      acr__write_decimal(w, missing(cond, r->measured), cond->number_scale);
    }
  }
  acr__write_object_end(w);
}

// Looking must not note a multiple as reached.
static bool can_look(const struct acr__plan *plan, const struct acr__rule *rule) {
  for (int n = 0; n < rule->tree_count; n++)
    if (rule->tree[n].kind == ACR_NODE_COND && plan->conds[rule->tree[n].cond].every) return false;
  return true;
}

void acr__level_rules_write(struct acr__case *c, acr__writer *w, const char *key, const struct acr__rule_list *list) {
  acr__write_key(w, key);
  acr__write_array(w);
  for (int i = 0; i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    bool holds;
    if (!acr__rule_dated(c, rule) || !can_look(c->plan, rule) || !acr__rule_holds(c, rule, &holds)) continue;
    acr__write_object(w);
    acr__write_key(w, "rule");
    acr__write_span(w, rule->name);
    acr__write_key(w, "holds");
    acr__write_bool(w, holds);
    acr__write_key(w, "conditions");
    acr__write_array(w);
    for (int n = 0; n < rule->tree_count; n++)
      if (rule->tree[n].kind == ACR_NODE_COND) write_condition(c, w, rule->tree[n].cond);
    acr__write_array_end(w);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
}

struct looking {
  struct acr__case *c;
  const struct acr__held_level *held;
  struct acr__held_level found;
};

static void note_held(void *arg, const struct acr__held_level *held) {
  struct looking *look = arg;
  if (held->release != look->c->release) return;
  look->found = *held;
  look->held = &look->found;
}

static void write_terms(acr_engine *engine, acr__writer *w, struct looking *look, const struct acr__member *member) {
  const struct acr__held_level *held = look->held;
  acr__time review;
  write_time_of(w, "reviewed", held->term->reviewed);
  write_time_of(w, "at_risk_until", held->term->grace);
  if (held->term->grace == ACR_TIME_NONE && acr__review_next(held, member, engine->ledger_time, &review))
    write_time_of(w, "next_review", review);
  write_time_of(w, "ends", acr__level_ends(engine, held, member, engine->ledger_time));
}

// Of a program that judges nobody any more no facts are kept: there is nothing that would take anyone further.
static bool goes_on(const struct acr__case *c) {
  return acr__release_fed(c->release) || acr__release_judges(c->j->engine, c->release);
}

static void write_progress(struct acr__case *c, acr__writer *w) {
  struct acr__member *member = c->j->member;
  const struct acr__standing *s = acr__member_standing(member, c->release->family);
  struct looking look = {.c = c};
  int level = s ? acr__level_index(c->release, s->level) : -1, next = level + 1;
  while (next < c->plan->level_count && !acr__level_live(c->release, next))
    next++;
  acr__write_key_span(w, acr__name_text(c->j->engine, c->release->family));
  acr__write_object(w);
  acr__held_levels(c->j->engine, member, ACR_LISTENS_REVIEW | ACR_LISTENS_END, note_held, &look);
  if (look.held) write_terms(c->j->engine, w, &look, member);
  bool going = goes_on(c);
  if (going && look.held && look.held->level->maintenance.count) acr__level_rules_write(c, w, "keeps", &look.held->level->maintenance);
  if (going && next < c->plan->level_count) {
    acr__write_key(w, "next");
    acr__write_span(w, c->plan->levels[next].name);
    acr__level_rules_write(c, w, "takes", &c->plan->levels[next].entrance);
  }
  acr__write_object_end(w);
}

// As of ledger time; nothing is changed.
void acr__levels_write(acr_engine *engine, acr__writer *w, struct acr__member *member) {
  struct acr__judgement j = {.engine = engine, .arena = engine->arena, .member = member, .seq = engine->last_seq + 1};
  struct acr__reject reject = {0};
  acr__span none = {NULL, 0};
  acr__span line =
      acr__sent_line(engine, j.arena, ACR__SPAN_LIT("look"), ACR__SPAN_LIT("look"), member->id, engine->ledger_time, none, none, 0);
  write_history(engine, w, member);
  j.releases = ACR__NEW_N(j.arena, struct acr__release *, engine->release_count + 1);
  j.root = acr__core_event(engine, j.arena, line, &reject);
  if (!j.root) return;
  engine->ops.count = 0;
  j.release_count = acr__releases_at(engine, engine->ledger_time, j.releases);
  acr__write_key(w, "progress");
  acr__write_object(w);
  for (int i = 0; i < j.release_count; i++) {
    struct acr__case c;
    acr__script_event_begin(j.releases[i]->plan->script);
    if (acr__case_begin(&c, &j, j.releases[i], j.root, &reject)) write_progress(&c, w);
  }
  acr__write_object_end(w);
}
