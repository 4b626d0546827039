// What a purchase would earn as it stands (contract 3.6): only the rules that gave something are judged, by their release and level;
// conditions over the purchase anew, the others as kept (kept.c).
#include "base/mem.h"
#include "engine/budget.h"
#include "engine/limits.h"
#include "engine/returned.h"

struct run {
  struct acr__judgement *j;
  const struct acr__original *original;
  const struct acr__event *before, *now;
  struct acr__given_all *out;
};

// Whose operations follow.
struct key {
  const struct acr__release *release;
  int64_t family, behavior, level, rule, id;
};

// ---- what the records gave

static struct acr__op *ops_of(acr__arena *arena, acr__span decision, int *count) {
  acr__cursor cur = {(const uint8_t *)decision.ptr, (const uint8_t *)decision.ptr + decision.len, false};
  struct acr__op op;
  *count = 0;
  for (acr__cursor at = cur; acr__op_read(&at, &op);)
    ++*count;
  struct acr__op *all = ACR__NEW_N(arena, struct acr__op, *count + 1);
  for (int i = 0; i < *count; i++)
    acr__op_read(&cur, &all[i]);
  return all;
}

// An OUTCOME that names a component goes on with the rule that fired before it.
static bool follow(struct key *key, const struct acr__op *op) {
  const int64_t *v = op->v;
  bool same = key->family == v[ACR_OUTCOME_FAMILY] && key->behavior == v[ACR_OUTCOME_BEHAVIOR] && key->level == v[ACR_OUTCOME_LEVEL] &&
              key->rule == v[ACR_OUTCOME_RULE];
  if (same && v[ACR_OUTCOME_COMPONENT] && !v[ACR_OUTCOME_FIRED]) return false;
  *key = (struct key){key->release,         v[ACR_OUTCOME_FAMILY], v[ACR_OUTCOME_BEHAVIOR],
                      v[ACR_OUTCOME_LEVEL], v[ACR_OUTCOME_RULE],   v[ACR_OUTCOME_ID] ? v[ACR_OUTCOME_ID] : v[ACR_OUTCOME_RULE]};
  return true;
}

static int award_of(struct run *r, const struct key *key, int64_t account, int64_t source) {
  struct acr__given_all *out = r->out;
  for (int i = 0; i < out->award_count; i++) {
    const struct acr__given_award *a = &out->awards[i];
    if (a->release->family == key->family && a->behavior == key->behavior && a->level == key->level && a->id == key->id &&
        a->account == account && a->source == source)
      return i;
  }
  if (out->award_count == out->award_cap) {
    struct acr__given_award *old = out->awards;
    out->award_cap = out->award_cap ? out->award_cap * 2 : 16;
    out->awards = ACR__NEW_N(r->j->arena, struct acr__given_award, out->award_cap);
    if (old) memcpy(out->awards, old, (size_t)out->award_count * sizeof *old);
  }
  out->awards[out->award_count] = (struct acr__given_award){.release = key->release,
                                                            .behavior = key->behavior,
                                                            .level = key->level,
                                                            .rule = key->rule,
                                                            .id = key->id,
                                                            .account = account,
                                                            .source = source,
                                                            .expires = ACR_TIME_MAX};
  return out->award_count++;
}

static void add_lot(struct run *r, const struct key *key, const struct acr__part *part, const struct acr__op *op) {
  struct acr__given_all *out = r->out;
  int award = award_of(r, key, op->v[ACR_CREDIT_ACCOUNT], op->v[ACR_CREDIT_SOURCE]);
  if (out->lot_count == out->lot_cap) {
    struct acr__given_lot *old = out->lots;
    out->lot_cap = out->lot_cap ? out->lot_cap * 2 : 16;
    out->lots = ACR__NEW_N(r->j->arena, struct acr__given_lot, out->lot_cap);
    if (old) memcpy(out->lots, old, (size_t)out->lot_count * sizeof *old);
  }
  out->lots[out->lot_count++] = (struct acr__given_lot){.award = award,
                                                        .seq = part->seq,
                                                        .pos = part->pos,
                                                        .index = op->v[ACR_CREDIT_INDEX],
                                                        .points = op->v[ACR_CREDIT_POINTS],
                                                        .earned = op->v[ACR_CREDIT_EARNED]};
  out->awards[award].left += op->v[ACR_CREDIT_POINTS];
}

static void take_back(struct run *r, const struct acr__op *op) {
  struct acr__given_all *out = r->out;
  for (int i = 0; i < out->lot_count; i++) {
    struct acr__given_lot *lot = &out->lots[i];
    if (lot->seq != (uint64_t)op->v[ACR_REVERSED_SEQ] || lot->index != op->v[ACR_REVERSED_INDEX]) continue;
    lot->reversed += op->v[ACR_REVERSED_POINTS] + op->v[ACR_REVERSED_EXPIRED];
    lot->expired += op->v[ACR_REVERSED_EXPIRED];
    lot->moved += op->v[ACR_REVERSED_MOVED];
    out->awards[lot->award].left -= op->v[ACR_REVERSED_POINTS] + op->v[ACR_REVERSED_EXPIRED];
  }
}

// ---- the releases that judged

static struct acr__release *loaded(struct acr__judgement *j, int64_t number) {
  struct acr__release *release = acr__release_number(j->engine, number);
  acr__diag diag = {0};
  if (release && !release->plan) {
    if (!acr__release_load(j->engine, release, &diag)) {
      acr__release_unload(release);
      release = NULL;
    } else {
      acr__limits_bind(j->engine);
      acr__budgets_bind(j->engine);
    }
  }
  if (!release) acr__fail(j, NULL, "the release that judged the purchase can no longer be loaded");
  return release;
}

static struct acr__release *release_of(struct acr__judgement *j, const struct acr__op *ops, int count, int64_t family) {
  for (int i = 0; i < count; i++)
    if (ops[i].kind == ACR_OP_STANDING && ops[i].v[0] == family) return loaded(j, ops[i].v[2]);
  acr__fail(j, NULL, "the record of the purchase does not say by which release it was judged");
  return NULL;
}

// ---- one family, judged on one state of the purchase

struct judged {
  struct run *run;
  struct acr__case c;
  struct acr__computed tally;
  struct acr__kept kept;
  bool now; // else as it stood before
};

static const struct acr__rule *rule_of(const struct acr__release *release, const struct key *key, int *index) {
  for (int i = 0; i < release->plan->rule_count; i++) {
    const struct acr__rule *rule = &release->plan->rules[i];
    int64_t level = rule->level >= 0 ? release->level_names[rule->level] + 1 : 0;
    *index = i;
    if ((int64_t)rule->behavior == key->behavior && level == key->level && release->rule_ids[i] + 1 == key->id) return rule;
  }
  return NULL;
}

static void settle(struct judged *g, const struct key *key) {
  for (int i = 0; i < g->tally.count; i++) {
    const struct acr__computed_row *row = &g->tally.rows[i];
    int at = award_of(g->run, key, g->c.release->accounts[row->account], g->c.release->sources[row->source]);
    struct acr__given_award *award = &g->run->out->awards[at];
    if (g->now) award->expires = row->expires;
    *(g->now ? &award->now : &award->before) += row->points;
  }
  g->tally.count = 0;
}

static bool judge_rule(struct judged *g, const struct key *key, const struct acr__op *ops, int at, int count, int again) {
  int index;
  const struct acr__rule *rule = rule_of(g->c.release, key, &index);
  bool met = ops[at].v[ACR_OUTCOME_FIRED] == 1, holds;
  if (!rule) return acr__fail(g->run->j, NULL, "a rule that gave points is no longer in its release");
  int end = at + 1;
  while (end < count && ops[end].kind != ACR_OP_DERIVED &&
         !(ops[end].kind == ACR_OP_OUTCOME && (ops[end].v[ACR_OUTCOME_FIRED] || !ops[end].v[ACR_OUTCOME_COMPONENT])))
    end++;
  g->kept.ops = ops + at;
  g->kept.count = end - at;
  if (!acr__rule_holds(&g->c, rule, &holds)) return false;
  int times = 1;
  for (int n = 0; n < rule->tree_count && holds; n++)
    if (rule->tree[n].kind == ACR_NODE_COND && g->c.plan->conds[rule->tree[n].cond].every && g->c.results[rule->tree[n].cond].truth)
      times = g->c.results[rule->tree[n].cond].times;
  if (holds != met || again >= times) return true;
  return acr__rule_tally(&g->c, rule, met);
}

static bool judge_family(struct run *r, struct acr__release *release, const struct acr__op *ops, int count, const struct acr__event *event,
                         bool now) {
  struct acr__reject reject = {0};
  struct acr__case first;
  struct judged g = {.run = r, .now = now};
  struct key key = {.release = release};
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
    if (ops[i].kind != ACR_OP_OUTCOME || !follow(&key, &ops[i]) || key.family != release->family) continue;
    if (key.behavior == ACR_BEHAVIOR_BASE) {
      g.kept.level = (int)key.level;
      if (!base && !acr__base_earn(&g.c)) return false;
      base = true;
    } else if (ops[i].v[ACR_OUTCOME_FIRED]) {
      int again = rule_of(release, &key, &index) ? fired[index]++ : 0;
      if (!judge_rule(&g, &key, ops, i, count, again)) return false;
    }
    settle(&g, &key);
  }
  return true;
}

static bool judge(struct run *r, const struct acr__op *ops, int count) {
  for (int i = 0; i < count; i++) {
    if (ops[i].kind != ACR_OP_STANDING) continue;
    struct acr__release *release = loaded(r->j, ops[i].v[2]);
    if (!release) return false;
    acr__script_event_begin(release->plan->script);
    if (r->now && !judge_family(r, release, ops, count, r->now, true)) return false;
    if (r->before && r->j->root->kind == ACR_EVENT_AMENDED && !judge_family(r, release, ops, count, r->before, false)) return false;
  }
  return true;
}

bool acr__rejudge(struct acr__judgement *j, const struct acr__original *original, const struct acr__event *before,
                  const struct acr__event *now, struct acr__given_all *out) {
  struct run r = {j, original, before, now, out};
  struct acr__op *own = NULL;
  int own_count = 0;
  *out = (struct acr__given_all){0};
  for (int p = 0; p < original->part_count; p++) {
    struct key key = {0};
    int count;
    struct acr__op *ops = ops_of(j->arena, original->parts[p].decision, &count);
    if (p == 0) own = ops, own_count = count;
    for (int i = 0; i < count && ops[i].kind != ACR_OP_DERIVED; i++) {
      if (ops[i].kind == ACR_OP_REVERSED) take_back(&r, &ops[i]);
      if (ops[i].kind == ACR_OP_OUTCOME) follow(&key, &ops[i]);
      if (ops[i].kind != ACR_OP_CREDIT || ops[i].v[ACR_CREDIT_REASON] != ACR_REASON_AWARD) continue;
      if (!key.release || key.release->family != key.family) key.release = release_of(j, own, own_count, key.family);
      if (!key.release) return false;
      add_lot(&r, &key, &original->parts[p], &ops[i]);
    }
  }
  return judge(&r, own, own_count);
}
