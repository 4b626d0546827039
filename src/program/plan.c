#include "program/plan.h"

const char *acr__behavior_name(acr__behavior behavior) {
  static const char *const names[] = {"base", "entrance", "purchase", "event", "maintenance"};
  return names[behavior];
}

int acr__plan_account_find(const struct acr__plan *plan, acr__span name) {
  for (int i = 0; i < plan->account_count; i++) {
    if (acr__span_eq(plan->accounts[i].name, name)) return i;
  }
  return -1;
}

int acr__plan_source_find(const struct acr__plan *plan, acr__span name) {
  for (int i = 0; i < plan->source_count; i++) {
    if (acr__span_eq(plan->sources[i].name, name)) return i;
  }
  return -1;
}

int acr__plan_offer_find(const struct acr__plan *plan, acr__span name) {
  for (int i = 0; i < plan->offer_count; i++) {
    if (acr__span_eq(plan->offers[i].name, name)) return i;
  }
  return -1;
}

int acr__plan_reward_store_find(const struct acr__plan *plan, acr__span name) {
  for (int i = 0; i < plan->reward_store_count; i++) {
    if (acr__span_eq(plan->reward_stores[i].name, name)) return i;
  }
  return -1;
}

int acr__plan_level_find(const struct acr__plan *plan, acr__span name) {
  for (int i = 0; i < plan->level_count; i++) {
    if (acr__span_eq(plan->levels[i].name, name)) return i;
  }
  return -1;
}

int acr__plan_type_find(const struct acr__plan *plan, acr__span type) {
  for (int i = 0; i < plan->type_count; i++) {
    if (acr__span_eq(plan->types[i], type)) return i;
  }
  return -1;
}

// Stores are sorted by name: a chain has thousands of them, and every purchase asks.
const struct acr__plan_store *acr__plan_store_find(const struct acr__plan *plan, acr__span name) {
  int low = 0, high = plan->store_count;
  while (low < high) {
    int middle = low + (high - low) / 2, order = acr__span_cmp(plan->stores[middle].name, name);
    if (order == 0) return &plan->stores[middle];
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return NULL;
}

bool acr__holds_values(acr__aggregate aggregate) {
  return aggregate == ACR_AGG_MIN || aggregate == ACR_AGG_MAX || aggregate == ACR_AGG_DISTINCT || aggregate == ACR_AGG_NEW;
}
