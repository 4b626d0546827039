// Movements of points as the event at hand: what points.earned, points.spent and points.expired tell of.
#include "base/num.h"
#include "engine/raise.h"
#include <string.h>

// The account that the event's label means, when this release's program has it; -1 = not. The label is that of its day: bare names
// may need a family since.
static int account_of(const struct acr__case *c, acr__span label) {
  acr__span family = c->plan->family, rest = label;
  if (label.len > family.len && label.ptr[family.len] == '.' && memcmp(label.ptr, family.ptr, family.len) == 0)
    rest = (acr__span){label.ptr + family.len + 1, label.len - family.len - 1};
  int found = acr__plan_account_find(c->plan, label);
  return found >= 0 ? found : acr__plan_account_find(c->plan, rest);
}

static acr__span declared(const struct acr__case *c, const char *name, int64_t *number) {
  const struct acr__schema *schema = c->fact.schema;
  for (int i = 0; schema && c->fact.fields && i < schema->field_count; i++) {
    if (!acr__span_is(schema->fields[i].name, name) || !c->fact.fields[i].present) continue;
    if (number) *number = c->fact.fields[i].i;
    return c->fact.fields[i].text;
  }
  return (acr__span){NULL, 0};
}

bool acr__movement_of(const struct acr__case *c, const struct acr__cond *cond, struct acr__fact *out) {
  static const acr__raised raised[] = {ACR_RAISED_POINTS_EARNED, ACR_RAISED_POINTS_SPENT, ACR_RAISED_POINTS_EXPIRED};
  int what = 0;
  if (c->event->kind != ACR_EVENT_CUSTOM) return true;
  while (what < 3 && !acr__span_eq(c->event->type, acr__raised_type(raised[what])))
    what++;
  if (what == 3) return true; // another event that the condition looks at too
  int64_t points = 0;
  int account = account_of(c, declared(c, "account", NULL));
  declared(c, "points", &points); // at the scale of the program's points
  if (account < 0) return false;
  const struct acr__plan_account *of = &c->plan->accounts[account];
  if (!cond->names_account && (!of->spendable || of->escrow)) return false;
  *out = (struct acr__fact){.kind = ACR_FACT_POINTS,
                            .time = c->event->time,
                            .zone = c->fact.zone,
                            .place = c->fact.place,
                            .account = of->name,
                            .point_source = declared(c, "source", NULL),
                            .reason = declared(c, "reason", NULL),
                            .points = what == 0 ? points : -points};
  return true;
}
