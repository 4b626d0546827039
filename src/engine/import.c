// points.import: opening balances of members that come from another system, with the dates that they had there.
#include "base/decimal.h"
#include "engine/expiry.h"
#include "engine/spend.h"

static bool wrong(struct acr__judgement *j, int index, const char *field, const char *code, char *message, struct acr__reject *reject) {
  *reject = (struct acr__reject){code, message, acr__arena_printf(j->arena, "$.data.lots[%d].%s", index, field), 0, 0};
  return false;
}

// A date is a day of the program's zone; what expires on it can be spent through it.
static acr__time at_zone(const acr__zone *zone, acr__time time, bool is_date, int days) {
  return is_date ? acr__day_start(zone, acr__date_of((int32_t)(time / ACR_DAY_US) + days)) : time;
}

static bool import(struct acr__judgement *j, int index, struct acr__reject *reject) {
  const struct acr__import_lot *lot = &j->root->lots[index];
  struct acr__release *owner = NULL;
  int account = acr__account_resolve(j->releases, j->release_count, lot->account, &owner, j->arena, reject);
  if (account < 0) return wrong(j, index, "account", reject->code, reject->message, reject);
  const struct acr__plan *plan = owner->plan;
  int own = acr__purse_index(owner, account), decimals = plan->accounts[own].decimals;
  int64_t points;
  if (acr__decimal_parse(lot->points_text, decimals, &points) != ACR_DECIMAL_OK)
    return wrong(j, index, "points", "decimals",
                 acr__arena_printf(j->arena, "found %.40s; the account has %d decimals", lot->points_text.ptr, decimals), reject);
  if (lot->source.len && acr__plan_source_find(plan, lot->source) < 0)
    return wrong(j, index, "source", "source_unknown", acr__arena_printf(j->arena, "the program has no source \"%.80s\"", lot->source.ptr),
                 reject);
  acr__time now = j->root->time;
  acr__time earned = lot->earned == ACR_TIME_NONE ? now : at_zone(plan->zone, lot->earned, lot->earned_is_date, 0);
  if (earned > now)
    return wrong(j, index, "earned", "field", acr__arena_text(j->arena, ACR__SPAN_LIT("the lot would be earned after its import")), reject);
  acr__time expires =
      lot->expires == ACR_TIME_NONE ? acr__lot_expires(plan, own, earned) : at_zone(plan->zone, lot->expires, lot->expires_is_date, 1);
  if (expires <= earned)
    return wrong(j, index, "expires", "field", acr__arena_text(j->arena, ACR__SPAN_LIT("the lot would expire before it is earned")),
                 reject);
  int source = acr__name_number(j->engine, lot->source.len ? lot->source : ACR__SPAN_LIT("import"));
  return acr__credit(j, account, source, points, earned, expires, ACR_REASON_IMPORT);
}

bool acr__import(struct acr__judgement *j, struct acr__reject *reject) {
  for (int i = 0; i < j->root->lot_count; i++)
    if (!import(j, i, reject)) return false;
  return acr__expire_lots(j, j->root->time > j->engine->ledger_time ? j->root->time : j->engine->ledger_time);
}
