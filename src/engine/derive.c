// Rules of one event, and the events that outcomes raise (domain E5).
#include "engine/audience.h"
#include "engine/expiry.h"
#include "engine/late.h"
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/returned.h"
#include "engine/status.h"
#include "engine/trace.h"
#include <string.h>

void acr__derive(struct acr__judgement *j, acr__span type, acr__span data) {
  struct acr__derived *d = ACR__NEW(j->arena, struct acr__derived);
  struct acr__chain *chain = ACR__NEW(j->arena, struct acr__chain);
  *chain = (struct acr__chain){j->cause.chain, j->cause.release, j->cause.rule, j->cause.chain ? j->cause.chain->depth + 1 : 1};
  *d = (struct acr__derived){NULL, chain, j->giving, type, data};
  *(j->last ? &j->last->next : &j->first) = d;
  j->last = d;
}

static bool in_chain(const struct acr__case *c, const struct acr__rule *rule) {
  for (const struct acr__chain *k = c->chain; k; k = k->parent)
    if (k->rule == rule && k->release == c->release) return true;
  return false;
}

struct fired {
  struct acr__case *c;
  const struct acr__rule *rule;
  bool met;
};

// Collects the rules of a list that have something to give; all are judged on the same snapshot.
static bool collect(struct acr__case *c, const struct acr__rule_list *list, struct fired *out, int *count) {
  for (int i = 0; list && i < list->count; i++) {
    const struct acr__rule *rule = &c->plan->rules[list->rules[i]];
    bool holds;
    bool again = in_chain(c, rule); // it raised this event
    if (again && c->j->engine->trace) acr__trace_skip(c, rule, "chain");
    if (again || !acr__rule_dated(c, rule)) continue;
    if (!acr__rule_holds(c, rule, &holds)) return false;
    if (holds || rule->gives_unmet) out[(*count)++] = (struct fired){c, rule, holds};
  }
  return true;
}

const struct acr__plan_level *acr__live_level(const struct acr__case *c) {
  struct acr__standing then;
  const struct acr__standing *s = acr__late_standing(c, c->release->family, &then);
  int level = s ? acr__level_held(c, s->level) : -1;
  return acr__level_live(c->release, level) ? &c->plan->levels[level] : NULL;
}

static bool collect_case(struct acr__case *c, struct fired *out, int *count) {
  const struct acr__plan *plan = c->plan;
  const struct acr__plan_level *level = acr__live_level(c);
  if (c->event->kind == ACR_EVENT_PURCHASE)
    return collect(c, &plan->purchase, out, count) && (!level || collect(c, &level->purchase, out, count));
  if (c->type < 0) return true;
  return collect(c, plan->event ? &plan->event[c->type] : NULL, out, count) &&
         (!level || collect(c, level->event ? &level->event[c->type] : NULL, out, count));
}

// Contract: a purchase in another currency than the program's earns nothing there; admit.c rejects it when no program has it. Who
// left a program is none of its business.
static bool judged(const struct acr__case *c) {
  if (!acr__release_judges(c->j->engine, c->release)) return false;
  const struct acr__standing *s = acr__member_standing(c->j->member, c->release->family);
  if (s && s->left) return false;
  return c->event->kind != ACR_EVENT_PURCHASE || c->event->currency.len == 0 || c->plan->currency.len == 0 ||
         acr__span_eq(c->event->currency, c->plan->currency);
}

bool acr__case_rules(struct acr__case *cases, int count) {
  int total = 0, fired = 0;
  for (int i = 0; i < count; i++)
    total += cases[i].plan->rule_count;
  struct fired *all = ACR__NEW_N(cases[0].j->arena, struct fired, total + 1);
  for (int i = 0; i < count; i++) {
    if (!judged(&cases[i]) || cases[i].j->timed) continue;
    if (!acr__level_carry(&cases[i]) || !acr__place(&cases[i])) return false;
    if (cases[i].plan->settings.entrance_before && !acr__entrance(&cases[i], false)) return false;
  }
  for (int i = 0; i < count; i++)
    cases[i].retro = cases[i].plan->settings.retro_tier;
  for (int i = 0; i < count; i++)
    if (judged(&cases[i]) && !collect_case(&cases[i], all, &fired)) return false;
  for (int i = 0; i < count; i++)
    if (judged(&cases[i]) && cases[i].event->kind == ACR_EVENT_PURCHASE && !acr__base_earn(&cases[i])) return false;
  for (int i = 0; i < fired; i++)
    if (!acr__rule_outcomes(all[i].c, all[i].rule, all[i].met)) return false;
  for (int i = 0; i < count; i++)
    cases[i].retro = false; // the climb begins where the member stands now
  for (int i = 0; i < count; i++)
    if (judged(&cases[i]) && !cases[i].j->timed && !acr__entrance(&cases[i], true)) return false;
  return true;
}

struct acr__event *acr__derived_event(acr_engine *engine, acr__arena *arena, uint64_t seq, int index, acr__span type, acr__span member,
                                      acr__time time, acr__span data, struct acr__reject *reject) {
  acr__span id = acr__span_of(acr__arena_printf(arena, "%llu.%d", (unsigned long long)seq, index));
  return acr__core_event(engine, arena, acr__sent_line(engine, arena, id, type, member, time, data, (acr__span){NULL, 0}, 0), reject);
}

static bool run_one(struct acr__judgement *j, const struct acr__derived *d) {
  acr_engine *engine = j->engine;
  int index = ++j->derived_count;
  bool deep = d->chain->depth > ACR_CHAIN_DEPTH_MAX;
  int type = acr__name_number(engine, d->type);
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_DERIVED);
  op->v[0] = index;
  op->v[1] = type;
  op->v[2] = deep;
  acr__buf_span(&j->derived_data, d->data);
  if (deep) return true;
  struct acr__reject reject = {0};
  struct acr__event *event = acr__derived_event(engine, j->arena, j->seq, index, d->type, j->member->id, j->root->time, d->data, &reject);
  struct acr__case *cases = ACR__NEW_N(j->arena, struct acr__case, j->release_count + 1);
  bool good = event != NULL;
  for (int i = 0; good && i < j->release_count; i++) {
    good = acr__case_begin(&cases[i], j, j->releases[i], event, &reject);
    cases[i].chain = d->chain;
  }
  struct acr__case whose = {.j = j, .release = (struct acr__release *)d->chain->release};
  if (d->chain->release) whose.plan = d->chain->release->plan;
  if (!good) {
    acr__fail(j, NULL,
              acr__arena_printf(j->arena, "effect emit: the event \"%.*s\" is not valid: %s: %s", (int)d->type.len, d->type.ptr,
                                reject.path ? reject.path : "$", reject.message));
    return acr__raised_refused(&whose, d);
  }
  if (!acr__audience_take(j, event)) return acr__raised_refused(&whose, d);
  return acr__feed_event(j, event, cases, j->release_count) && acr__activity(j, event) &&
         (j->release_count == 0 || acr__case_rules(cases, j->release_count));
}

bool acr__derived_run(struct acr__judgement *j) {
  while (j->first) {
    struct acr__derived *d = j->first;
    j->first = d->next;
    if (!j->first) j->last = NULL;
    if (!run_one(j, d)) return false;
  }
  return true;
}
