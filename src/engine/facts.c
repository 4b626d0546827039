// What counts of an event (contract 3.5): lines, amounts, constraints.
#include "engine/window.h"
#include <string.h>

bool acr__fail(struct acr__judgement *j, const struct acr__rule *rule, const char *message) {
  if (j->failed) return false;
  j->failed = rule ? acr__arena_printf(j->arena, "rule \"%.*s\": %s", (int)rule->name.len, rule->name.ptr, message ? message : "failed")
                   : acr__arena_text(j->arena, acr__span_of(message ? message : "failed"));
  return false;
}

struct acr__call acr__call_of(const struct acr__case *c) {
  return (struct acr__call){c->plan->script, c->j->arena, NULL};
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

// Lines that count at all: those priced zero do not unless the program says so (domain C9). NULL = every line.
static const uint8_t *base_lines(const struct acr__case *c) {
  const struct acr__event *event = c->event;
  uint8_t *lines = NULL;
  if (c->plan->settings.zero_priced_lines) return NULL;
  for (int i = 0; i < event->item_count; i++) {
    if (!event->items[i].has_amount || event->items[i].amount != 0) continue;
    if (!lines) {
      lines = acr__arena_alloc(c->j->arena, (size_t)event->item_count);
      memset(lines, 1, (size_t)event->item_count);
    }
    lines[i] = 0;
  }
  return lines;
}

void acr__fact_amount(const struct acr__case *c, struct acr__fact *fact, acr__amount_basis basis, bool narrowed) {
  const struct acr__event *event = c->event;
  bool priced = false;
  int64_t sum = 0;
  for (int i = 0; i < event->item_count; i++) {
    priced = priced || event->items[i].has_amount;
    if (!fact->counts || fact->counts[i]) sum += event->items[i].amount; // at most 10,000 lines of 15 digits: cannot overflow
  }
  // Contract 6: net is the lines, else subtotal, else total; subtotal falls back to the lines, then to the total.
  if (narrowed || (priced && (basis == ACR_BASIS_NET || (basis == ACR_BASIS_SUBTOTAL && !event->subtotal.has))))
    fact->amount = sum;
  else if (basis != ACR_BASIS_TOTAL && event->subtotal.has)
    fact->amount = event->subtotal.value;
  else
    fact->amount = event->total.value;
}

static void store_of(const struct acr__case *c, struct acr__fact *fact) {
  const struct acr__plan_store *store = c->event->store.len ? acr__plan_store_find(c->plan, c->event->store) : NULL;
  if (!store) return;
  fact->store_groups = store->groups;
  fact->store_group_count = store->group_count;
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
  if (schema && !acr__event_fields(j->arena, event, schema, plan->currency_scale, &fields, &item_fields, reject)) return false;
  c->fact.fields = fields;
  c->fact.item_fields = item_fields;
  if (purchase) {
    c->fact.counts = base_lines(c);
    acr__fact_amount(c, &c->fact, plan->amount_basis, false);
    store_of(c, &c->fact);
  }
  size_t feeds = (size_t)j->engine->feed_count;
  c->feed_accepts = acr__arena_zalloc(j->arena, feeds + 1);
  c->feed_stored = ACR__NEW_N(j->arena, int, feeds + 1);
  c->results = acr__arena_alloc(j->arena, sizeof *c->results * (size_t)(plan->cond_count + 1));
  c->evaluated = acr__arena_zalloc(j->arena, (size_t)plan->cond_count + 1);
  return true;
}

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
  return true;
}

bool acr__narrow_fact(struct acr__case *c, const struct acr__narrow *narrows, int count, struct acr__fact *fact, bool *holds,
                      bool *narrowed) {
  *holds = true;
  *narrowed = false;
  fact->zone = acr__zone_of(c);
  // `accepts` sees the purchase whole, so the order of constraints never matters: whole ones first, then lines.
  for (int i = 0; i < count && *holds; i++) {
    const struct acr__narrow *narrow = &narrows[i];
    struct acr__call call = acr__call_of(c);
    if (narrow->component->functions & ACR_HAS_ACCEPTS) {
      if (!acr__call_accepts(&call, narrow->component, narrow->vars, fact, holds)) return acr__fail(c->j, NULL, call.error);
    } else if (narrow->component->functions & ACR_HAS_WINDOW) {
      if (!in_window(c, narrow, fact, holds)) return false;
    }
  }
  for (int i = 0; i < count && *holds; i++)
    if (narrows[i].component->functions & ACR_HAS_ACCEPTS_ITEM) {
      *narrowed = true;
      if (!narrow_lines(c, &narrows[i], fact, holds)) return false;
    }
  if (*narrowed && *holds) acr__fact_amount(c, fact, c->plan->amount_basis, true);
  return true;
}
