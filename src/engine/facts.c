// What counts of an event (contract 3.5): lines, amounts, constraints.
#include "engine/window.h"
#include "script/seen.h"
#include <string.h>

bool acr__fail(struct acr__judgement *j, const struct acr__rule *rule, const char *message) {
  if (j->failed) return false;
  j->failed = rule ? acr__arena_printf(j->arena, "rule \"%.*s\": %s", (int)rule->name.len, rule->name.ptr, message ? message : "failed")
                   : acr__arena_text(j->arena, acr__span_of(message ? message : "failed"));
  return false;
}

struct acr__call acr__call_of(const struct acr__case *c) {
  return (struct acr__call){.script = c->plan->script, .arena = c->j->arena};
}

const acr__zone *acr__zone_of(const struct acr__case *c) {
  return c->j->member && c->j->member->zone ? c->j->member->zone : c->plan->zone;
}

// plan->types is sorted by nobody; the lists of numbers are.
bool acr__types_have(const int *types, int count, int type) {
  for (int i = 0; i < count; i++)
    if (types[i] == type) return true;
  return false;
}

bool acr__series_takes(const struct acr__series *series, const struct acr__case *c) {
  if (c->event->kind == ACR_EVENT_PURCHASE) return acr__series_is_of(series, ACR_FACT_PURCHASE);
  return acr__series_is_of(series, ACR_FACT_CUSTOM) && (!series->type_count || acr__types_have(series->types, series->type_count, c->type));
}

bool acr__fact_amount(const struct acr__case *c, struct acr__fact *fact, acr__amount_basis basis) {
  if (!acr__event_amount(c->event, fact->counts, basis, fact->narrowed, &fact->amount))
    return acr__fail(c->j, NULL, "the lines of this event add up to too much");
  if (!acr__portion_of(&fact->portion, fact->amount, &fact->amount))
    return acr__fail(c->j, NULL, "the shares that constraints take of this event are too fine");
  return true;
}

bool acr__case_begin(struct acr__case *c, struct acr__judgement *j, struct acr__release *release, const struct acr__event *event,
                     struct acr__reject *reject) {
  const struct acr__plan *plan = release->plan;
  memset(c, 0, sizeof *c);
  c->j = j;
  c->release = release;
  c->plan = plan;
  c->event = event;
  bool purchase = event->kind == ACR_EVENT_PURCHASE;
  c->type = purchase ? -1 : acr__plan_type_find(plan, event->type);
  const struct acr__schema *schema = purchase ? plan->purchase_schema : c->type >= 0 ? plan->schemas[c->type] : NULL;
  c->fact =
      (struct acr__fact){.kind = purchase ? ACR_FACT_PURCHASE : ACR_FACT_CUSTOM, .time = event->time, .event = event, .schema = schema};
  struct acr__field_value *fields = NULL, *item_fields = NULL;
  if (schema && !acr__event_fields(j->arena, event, schema, plan->currency_scale, &fields, &item_fields, reject)) {
    if (acr__raised_find(event->type) < 0) return false;
    c->type = -1; // about another family, whose accounts have more decimals: nothing here is about it
    c->fact.schema = NULL;
    *reject = (struct acr__reject){0};
  }
  c->fact.fields = fields;
  c->fact.item_fields = item_fields;
  if (!acr__plan_fact(plan, j->arena, &c->fact)) {
    *reject = (struct acr__reject){.code = "field", .message = acr__arena_printf(j->arena, "the amounts of the items add up to too much")};
    return false;
  }
  size_t feeds = (size_t)j->engine->feed_count;
  c->feed_accepts = acr__arena_zalloc(j->arena, feeds + 1);
  c->feed_stored = ACR__NEW_N(j->arena, int, feeds + 1);
  c->results = acr__arena_alloc(j->arena, sizeof *c->results * (size_t)(plan->cond_count + 1));
  c->evaluated = acr__arena_zalloc(j->arena, (size_t)plan->cond_count + 1);
  return true;
}

// Takes lines away; a purchase without any left is not let through.
static bool narrow_lines(struct acr__case *c, const struct acr__narrow *narrow, struct acr__fact *fact, bool *any) {
  struct acr__call call = acr__call_of(c);
  int count = fact->event->item_count;
  uint8_t *lines = acr__arena_alloc(c->j->arena, (size_t)count + 1);
  *any = false;
  for (int i = 0; i < count; i++) {
    bool in = !fact->counts || fact->counts[i];
    if (in && !acr__call_accepts_item(&call, narrow->component, narrow->vars, fact, i, &in)) return acr__fail(c->j, NULL, call.error);
    lines[i] = in;
    *any = *any || in;
  }
  fact->counts = lines;
  return true;
}

static bool in_window(struct acr__case *c, const struct acr__narrow *narrow, const struct acr__fact *fact, bool *holds) {
  struct acr__call call = acr__call_of(c);
  struct acr__anchors anchors = acr__anchors_of(c, NULL);
  acr__time from, to;
  if (!acr__call_window(&call, narrow->component, narrow->vars, &anchors, &from, &to)) return acr__fail(c->j, NULL, call.error);
  *holds = fact->time >= from && fact->time < to;
  acr__seen(narrow->component, *holds);
  return true;
}

static bool take_portion(struct acr__case *c, const struct acr__narrow *narrow, const struct acr__fact *whole, struct acr__fact *fact,
                         bool *holds) {
  struct acr__call call = acr__call_of(c);
  int64_t n, d;
  if (!acr__call_portion(&call, narrow->component, narrow->vars, whole, &n, &d)) return acr__fail(c->j, NULL, call.error);
  *holds = n > 0;
  return acr__portion_times(&fact->portion, n, d) ||
         acr__fail(c->j, NULL, "the shares that constraints take of this event are too fine");
}

// Constraints on the fact as a whole; those on its lines come after.
static bool narrow_whole(struct acr__case *c, const struct acr__narrow *narrow, const struct acr__fact *whole, struct acr__fact *fact,
                         bool *holds) {
  unsigned functions = narrow->component->functions;
  if (functions & ACR_HAS_WINDOW) return in_window(c, narrow, whole, holds);
  if (functions & ACR_HAS_PORTION) return take_portion(c, narrow, whole, fact, holds);
  if (!(functions & ACR_HAS_ACCEPTS)) return true;
  struct acr__call call = acr__call_of(c);
  return acr__call_accepts(&call, narrow->component, narrow->vars, whole, holds) || acr__fail(c->j, NULL, call.error);
}

bool acr__narrow_fact(struct acr__case *c, const struct acr__narrow *narrows, int count, struct acr__fact *fact, bool *holds) {
  bool lines = false;
  *holds = true;
  fact->zone = acr__zone_of(c);
  if (count == 0 && fact->kind != ACR_FACT_POINTS && !fact->portion.d) return true;
  struct acr__fact whole = *fact; // `accepts` and `portion` see the purchase whole, so the order of constraints never matters
  if (fact->event) whole.counts = c->fact.counts, whole.amount = c->fact.amount;
  for (int i = 0; i < count && *holds; i++)
    if (!narrow_whole(c, &narrows[i], &whole, fact, holds)) return false;
  for (int i = 0; i < count && *holds; i++)
    if (narrows[i].component->functions & ACR_HAS_ACCEPTS_ITEM) {
      lines = true;
      if (!narrow_lines(c, &narrows[i], fact, holds)) return false;
    }
  fact->narrowed = fact->narrowed || lines;
  if (fact->kind == ACR_FACT_POINTS && !acr__portion_of(&fact->portion, fact->points, &fact->points))
    return acr__fail(c->j, NULL, "the shares that constraints take of this movement are too fine");
  bool changed = fact->event && fact->kind == ACR_FACT_PURCHASE && *holds && (lines || fact->portion.d);
  return !changed || acr__fact_amount(c, fact, c->plan->amount_basis);
}
