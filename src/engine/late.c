#include "engine/late.h"
#include "base/num.h"
#include "engine/status.h"

// ---- too late

static acr__time earliest(const struct acr__plan *plan, acr__time now) {
  static const int64_t seconds[] = {1, 60, 3600};
  acr__duration by = plan->settings.max_late;
  int64_t us;
  acr__time out;
  if (by.unit <= ACR_UNIT_HOUR)
    return acr__mul(by.n, seconds[by.unit] * ACR_SECOND_US, &us) && acr__add(now, -us, &out) ? out : ACR_TIME_MIN;
  acr__date then;
  if (!acr__date_add(acr__local_date(plan->zone, now), by, -1, &then) || !acr__date_valid(then)) return ACR_TIME_MIN;
  return acr__same_time_of_day(plan->zone, now, then);
}

// Purchases, events and audiences are what rules judge. What staff and tills order is done whatever its time.
static bool is_judged(acr__event_kind kind) {
  return kind == ACR_EVENT_PURCHASE || kind == ACR_EVENT_CUSTOM || kind == ACR_EVENT_AUDIENCE_ENTER || kind == ACR_EVENT_AUDIENCE_LEAVE;
}

static bool too_late(struct acr__judgement *j, const struct acr__plan *plan, struct acr__reject *reject) {
  char within[ACR_DURATION_TEXT_MAX], time[40];
  acr__time_format(j->engine->ledger_time, time);
  *reject = (struct acr__reject){
      .code = "too_late",
      .message = acr__arena_printf(j->arena,
                                   "the event is older than what program \"%.*s\" takes: at most %s before the ledger's time, which is %s "
                                   "(setting `max_late`)",
                                   (int)plan->program.len, plan->program.ptr, acr__duration_text(plan->settings.max_late, within), time),
      .path = "$.time"};
  return false;
}

bool acr__late_admit(struct acr__judgement *j, struct acr__reject *reject) {
  acr__time now = j->engine->ledger_time, time = j->root->time;
  const struct acr__plan *refuses = NULL;
  int count = 0;
  if (time >= now || j->retry || !is_judged(j->root->kind)) return true;
  for (int i = 0; i < j->release_count; i++) {
    if (time < earliest(j->releases[i]->plan, now))
      refuses = j->releases[i]->plan;
    else
      j->releases[count++] = j->releases[i];
  }
  j->release_count = count;
  return count || !refuses || too_late(j, refuses, reject);
}

// ---- the level of then

const struct acr__standing *acr__late_standing(const struct acr__case *c, int family, struct acr__standing *then) {
  const struct acr__terms *terms = &c->j->member->terms;
  const struct acr__standing *now = acr__member_standing(c->j->member, family);
  acr__time time = c->event->time;
  const struct acr__stay *found = NULL;
  if (!now || !c->retro || now->since <= time) return now;
  for (uint32_t i = 0; i < terms->stay_count; i++) {
    const struct acr__stay *stay = &terms->stays[i];
    if (stay->family != family) continue;
    if (found && stay->since > time) break;
    found = stay;
  }
  if (!found) return now;
  *then = (struct acr__standing){.family = family, .level = found->level, .since = found->since < time ? found->since : time};
  return then;
}

bool acr__late_release(const struct acr__case *c) {
  const acr_engine *engine = c->j->engine;
  return c->event->time < engine->ledger_time && acr__release_at(engine, c->release->family, engine->ledger_time) != c->release;
}
