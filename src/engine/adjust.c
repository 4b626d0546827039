// points.adjust: manual work, and what a bare account name means.
#include "base/decimal.h"
#include "engine/budget.h"
#include "engine/expiry.h"
#include "engine/spend.h"
#include <string.h>

static int reject_account(struct acr__reject *reject, const char *code, char *message) {
  *reject = (struct acr__reject){code, message, "$.data.account", 0, 0};
  return -1;
}

// The account that a family's events without account mean: its only one, or its only default.
static int default_of(const struct acr__plan *plan) {
  int found = plan->account_count == 1 ? 0 : -1, defaults = 0;
  for (int i = 0; i < plan->account_count; i++)
    if (plan->accounts[i].is_default) {
      found = i;
      defaults++;
    }
  return defaults > 1 ? -1 : found;
}

int acr__account_resolve(struct acr__release **releases, int count, acr__span name, struct acr__release **owner, acr__arena *arena,
                         struct acr__reject *reject) {
  int found = -1, hits = 0, total = 0;
  const char *dot = name.len ? memchr(name.ptr, '.', name.len) : NULL;
  acr__span all[256];
  for (int i = 0; i < count; i++) {
    const struct acr__plan *plan = releases[i]->plan;
    int index = name.len ? acr__plan_account_find(plan, name) : default_of(plan);
    acr__span prefix = {name.ptr, dot ? (size_t)(dot - name.ptr) : 0};
    if (index < 0 && dot && acr__span_eq(prefix, plan->family))
      index = acr__plan_account_find(plan, (acr__span){dot + 1, name.len - prefix.len - 1});
    for (int k = 0; k < plan->account_count && total < 256; k++)
      all[total++] = plan->accounts[k].name;
    if (index < 0) continue;
    found = releases[i]->accounts[index];
    *owner = releases[i];
    hits++;
  }
  if (hits == 1) return found;
  if (hits > 1)
    return reject_account(
        reject, "account_ambiguous",
        acr__arena_printf(arena, "\"%.*s\" is an account of %d families; write family.account", (int)name.len, name.ptr, hits));
  if (name.len == 0)
    return reject_account(reject, "account_missing",
                          acr__arena_text(arena, ACR__SPAN_LIT("`account` is missing, and the programs have no single default account")));
  acr__span near = acr__nearest(name, all, total);
  if (near.len == 0)
    return reject_account(reject, "account_unknown", acr__arena_printf(arena, "no program in force has the account \"%.80s\"", name.ptr));
  return reject_account(reject, "account_unknown",
                        acr__arena_printf(arena, "no program in force has the account \"%.80s\"; the nearest is \"%.*s\"", name.ptr,
                                          (int)near.len, near.ptr));
}

// Domain L6: an account's maximum holds for manual points too.
static int64_t fitting(const struct acr__judgement *j, int64_t points) {
  const struct acr__plan *plan = j->owner->plan;
  for (int i = 0; i < plan->account_count; i++) {
    const struct acr__plan_account *a = &plan->accounts[i];
    if (j->owner->accounts[i] != j->account || !a->has_max) continue;
    int64_t room = a->max_balance - acr__member_balance(j->member, j->account);
    if (room < points) return room > 0 && !plan->settings.clip_reject ? room : 0;
  }
  return points;
}

bool acr__adjust(struct acr__judgement *j, struct acr__reject *reject) {
  acr_engine *engine = j->engine;
  const struct acr__event *event = j->root;
  const struct acr__account *a = &engine->accounts[j->account];
  const struct acr__plan *plan = j->owner->plan;
  int64_t points, taken;
  if (acr__decimal_parse(event->points_text, a->decimals, &points) != ACR_DECIMAL_OK) {
    *reject = (struct acr__reject){
        "decimals", acr__arena_printf(j->arena, "found %.40s; the account has %d decimals", event->points_text.ptr, a->decimals),
        "$.data.points", 0, 0};
    return false;
  }
  if (event->point_source.len && acr__plan_source_find(plan, event->point_source) < 0) {
    *reject =
        (struct acr__reject){"source_unknown", acr__arena_printf(j->arena, "the program has no source \"%.80s\"", event->point_source.ptr),
                             "$.data.source", 0, 0};
    return false;
  }
  int64_t balance = acr__member_balance(j->member, j->account);
  bool may_owe = (a->flags & ACR_ACCOUNT_ALLOW_NEGATIVE) != 0;
  if (points < 0 && !may_owe && balance < -points) {
    char held[32], wanted[32];
    acr__decimal_format(balance, a->decimals, held);
    acr__decimal_format(-points, a->decimals, wanted);
    *reject = (struct acr__reject){"points_short", acr__arena_printf(j->arena, "the account holds %s, %s were to be taken", held, wanted),
                                   "$.data.points", 0, 0};
    return false;
  }
  int source = acr__name_number(engine, event->point_source.len ? event->point_source : ACR__SPAN_LIT("adjust"));
  if (points >= 0) {
    int64_t fits = fitting(j, points);
    acr__time expires = acr__lot_expires(plan, acr__purse_index(j->owner, j->account), event->time);
    if (fits < points) acr__clip(engine, j->account, source, points - fits, "max_balance");
    return acr__credit(j, j->account, source, fits, event->time, expires, ACR_REASON_ADJUST);
  }
  return acr__debit(j, j->account, source, -points, may_owe, ACR_REASON_ADJUST, event->time, &taken);
}
