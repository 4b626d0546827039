// What a purchase would earn as it stands (contract 3.6): only the rules that gave something are judged, by their release and level;
// conditions over the purchase anew, the others as kept (kept.c).
#include "engine/returned.h"

struct run {
  struct acr__judgement *j;
  const struct acr__original *original;
  const struct acr__event *before, *now;
  struct acr__given_all *out;
};

// One family, judged on one state of the purchase.
struct judged {
  struct run *run;
  struct acr__case c;
  struct acr__computed tally;
  struct acr__kept kept;
  bool now; // else as it stood before
};

static const struct acr__rule *rule_of(const struct acr__release *release, const struct acr__given_by *by, int *index) {
  for (int i = 0; i < release->plan->rule_count; i++) {
    const struct acr__rule *rule = &release->plan->rules[i];
    int64_t level = rule->level >= 0 ? release->level_names[rule->level] + 1 : 0;
    *index = i;
    if ((int64_t)rule->behavior == by->behavior && level == by->level && release->rule_ids[i] + 1 == by->id) return rule;
  }
  return NULL;
}

static void settle(struct judged *g, const struct acr__given_by *by) {
  acr__arena *arena = g->run->j->arena;
  const struct acr__release *release = g->c.release;
  for (int i = 0; i < g->tally.count; i++) {
    const struct acr__computed_row *row = &g->tally.rows[i];
    struct acr__given_award *award =
        acr__given_award(g->run->out, arena, by, release->accounts[row->account], release->sources[row->source]);
    if (g->now) award->expires = row->expires;
    *(g->now ? &award->now : &award->before) += row->points;
  }
  for (int i = 0; i < g->tally.offer_count && g->now; i++)
    acr__given_offer(g->run->out, arena, by, release->offer_names[g->tally.offers[i].offer])->now += g->tally.offers[i].quantity;
  g->tally.count = g->tally.offer_count = 0;
}

static bool judge_rule(struct judged *g, const struct acr__given_by *by, const struct acr__op *ops, int at, int count, int again) {
  int index;
  const struct acr__rule *rule = rule_of(g->c.release, by, &index);
  bool met = ops[at].v[ACR_OUTCOME_FIRED] == 1, holds;
  if (!rule) return acr__fail(g->run->j, NULL, "a rule that gave points is no longer in its release");
  int end = at + 1;
  while (end < count && ops[end].kind != ACR_OP_DERIVED &&
         !(ops[end].kind == ACR_OP_OUTCOME && (ops[end].v[ACR_OUTCOME_FIRED] || !ops[end].v[ACR_OUTCOME_COMPONENT])))
    end++;
  g->kept.ops = ops + at;
  g->kept.count = end - at;
  if (!acr__rule_holds(&g->c, rule, &holds)) return false;
  return holds != met || again >= acr__rule_times(&g->c, rule) || acr__rule_tally(&g->c, rule, met);
}

static bool judge_family(struct run *r, struct acr__release *release, const struct acr__event *event, bool now) {
  const struct acr__op *ops = r->original->parts[0].ops;
  int count = r->original->parts[0].op_count;
  struct acr__reject reject = {0};
  struct acr__case first;
  struct judged g = {.run = r, .now = now};
  struct acr__given_by by = {.release = release};
  bool base = false;
  if (!acr__case_begin(&g.c, r->j, release, event, &reject) || !acr__case_begin(&first, r->j, release, r->original->event, &reject))
    return acr__fail(r->j, NULL,
                     acr__arena_printf(r->j->arena, "the purchase as it stands is not one that its release takes: %s",
                                       reject.message ? reject.message : ""));
  g.c.tally = &g.tally;
  g.c.kept = &g.kept;
  g.kept.first = &first;
  int *fired = ACR__NEW_N(r->j->arena, int, release->plan->rule_count + 1), index;
  for (int i = 0; i < count && ops[i].kind != ACR_OP_DERIVED; i++) {
    if (ops[i].kind != ACR_OP_OUTCOME || !acr__given_follow(&by, &ops[i]) || by.family != release->family) continue;
    if (by.behavior == ACR_BEHAVIOR_BASE) {
      g.kept.level = (int)by.level;
      if (!base && !acr__base_earn(&g.c)) return false;
      base = true;
    } else if (ops[i].v[ACR_OUTCOME_FIRED]) {
      int again = rule_of(release, &by, &index) ? fired[index]++ : 0;
      if (!judge_rule(&g, &by, ops, i, count, again)) return false;
    }
    settle(&g, &by);
  }
  return true;
}

static bool judge(struct run *r) {
  const struct acr__part *purchase = &r->original->parts[0];
  for (int i = 0; i < purchase->op_count; i++) {
    if (purchase->ops[i].kind != ACR_OP_STANDING) continue;
    struct acr__release *release = acr__given_release(r->j, purchase->ops[i].v[2]);
    if (!release) return false;
    acr__script_event_begin(release->plan->script);
    if (r->now && !judge_family(r, release, r->now, true)) return false;
    if (r->before && r->j->root->kind == ACR_EVENT_AMENDED && !judge_family(r, release, r->before, false)) return false;
  }
  return true;
}

bool acr__rejudge(struct acr__judgement *j, const struct acr__original *original, const struct acr__event *before,
                  const struct acr__event *now, struct acr__given_all *out) {
  struct run r = {j, original, before, now, out};
  return acr__given_read(j, original, out) && judge(&r);
}
