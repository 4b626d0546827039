// Awards, within what their source and their account allow.
#include "engine/budget.h"
#include "engine/expiry.h"
#include "engine/limits.h"
#include "engine/returned.h"

// What was cut off an award, in the order of the caps.
enum { CUTS_MAX = 16 };
struct cuts {
  int count;
  int64_t left;
  struct { int64_t points; const char *why; } all[CUTS_MAX];
};

void acr__clip(acr_engine *engine, int account, int source_name, int64_t points, const char *why) {
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_CLIP);
  op->v[0] = account;
  op->v[1] = source_name;
  op->v[2] = points;
  op->text = acr__span_of(why);
}

static void cut(struct cuts *cuts, int64_t room, const char *why) {
  room = room > 0 ? room : 0;
  if (room >= cuts->left || cuts->count == CUTS_MAX) return;
  cuts->all[cuts->count].points = cuts->left - room;
  cuts->all[cuts->count++].why = why;
  cuts->left = room;
}

// What a cap leaves in its period of the event's own time, in millionths.
static int64_t room_of(const struct acr__case *c, int source, const struct acr__cap *cap) {
  const struct acr__release *release = c->release;
  if (cap->for_all) {
    int64_t first, behind;
    if (release->budgets[source] < 0) return INT64_MAX; // an amendment by a release whose cap is not in force any more
    acr__budget_days(c->plan->zone, cap, c->event->time, &first, &behind);
    return cap->points - acr__budget_sum(&c->j->engine->budgets[release->budgets[source]], first, behind);
  }
  acr__time from, to;
  const struct acr__series_data *given = acr__member_series(c->j->member, release->issued[source]);
  acr__limit_period(c->plan->zone, cap->forever, cap->per, c->event->time, &from, &to);
  return cap->points - (given ? acr__series_sum(given, from, to) : 0);
}

static bool note_issued(struct acr__case *c, int source, int64_t points, int64_t unit) {
  uint32_t series = c->release->issued[source];
  int64_t millionths;
  if (series == UINT32_MAX && c->release->budgets[source] < 0) return true;
  if (!acr__mul(points, unit, &millionths)) return acr__fail(c->j, NULL, "a source would issue more than can be counted");
  if (series != UINT32_MAX) {
    struct acr__op *op = acr__ops_add(&c->j->engine->ops, ACR_OP_FACT);
    op->v[0] = series;
    op->v[1] = c->event->time;
    op->v[2] = millionths;
    if (!acr__apply(c->j, op)) return false;
  }
  return acr__budget_issue(c, source, millionths);
}

bool acr__award(struct acr__case *c, int account, int source, int64_t points, acr__time expires) {
  const struct acr__plan_account *a = &c->plan->accounts[account];
  const struct acr__plan_source *s = &c->plan->sources[source];
  int number = c->release->accounts[account], source_name = c->release->sources[source];
  int64_t unit = acr__pow10(ACR_CAP_SCALE - a->decimals); // millionths in the account's smallest unit
  struct cuts cuts; // all but its list, which is long
  cuts.count = 0;
  cuts.left = points;
  if (c->tally) return acr__computed_add(c, account, source, points, expires);
  if (points <= 0) return true; // domain P6
  if (!a->active) cut(&cuts, 0, "inactive");
  for (int i = 0; i < s->cap_count; i++)
    cut(&cuts, room_of(c, source, &s->caps[i]) / unit, s->caps[i].is_inventory ? "inventory" : "source_limit");
  if (a->has_max) cut(&cuts, a->max_balance - acr__member_balance(c->j->member, number), "max_balance");
  if (cuts.count && c->plan->settings.clip_reject) { // on_cap: all or nothing
    cuts.all[0].points = points;
    cuts.count = 1;
    cuts.left = 0;
  }
  for (int i = 0; i < cuts.count; i++)
    acr__clip(c->j->engine, number, source_name, cuts.all[i].points, cuts.all[i].why);
  if (cuts.left == 0) {
    acr__budget_full(c, source);
    return true;
  }
  if (expires == ACR_TIME_MAX) expires = acr__lot_expires(c->plan, account, c->event->time);
  return acr__credit(c->j, number, source_name, cuts.left, c->event->time, expires, ACR_REASON_AWARD) &&
         note_issued(c, source, cuts.left, unit);
}
