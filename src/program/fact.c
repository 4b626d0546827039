// What a program makes of an event before any constraint: lines, amount, place. The engine and the specs' binding both ask here.
#include "program/plan.h"

// Lines that count at all: those priced zero do not unless the program says so (domain C9). NULL = every line.
static const uint8_t *priced_lines(const struct acr__plan *plan, acr__arena *arena, const struct acr__event *event) {
  uint8_t *lines = NULL;
  if (plan->settings.zero_priced_lines) return NULL;
  for (int i = 0; i < event->item_count; i++) {
    if (!event->items[i].has_amount || event->items[i].amount != 0) continue;
    if (!lines) {
      lines = acr__arena_alloc(arena, (size_t)event->item_count);
      memset(lines, 1, (size_t)event->item_count);
    }
    lines[i] = 0;
  }
  return lines;
}

bool acr__plan_fact(const struct acr__plan *plan, acr__arena *arena, struct acr__fact *fact) {
  const struct acr__event *event = fact->event;
  bool purchase = fact->kind == ACR_FACT_PURCHASE;
  acr__span name = purchase ? event->store : acr__event_context(event, ACR__SPAN_LIT("store"));
  const struct acr__plan_store *store = name.len ? acr__plan_store_find(plan, name) : NULL;
  fact->place = store && store->zone ? store->zone : plan->zone;
  fact->currency_scale = plan->currency_scale;
  if (!purchase) return true;
  if (store) {
    fact->store_groups = store->groups;
    fact->store_group_count = store->group_count;
  }
  fact->counts = priced_lines(plan, arena, event);
  return acr__event_amount(event, fact->counts, plan->amount_basis, false, &fact->amount);
}
