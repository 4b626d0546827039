// Names in variables: do they exist in the program?
#include "program/compile.h"

// The names that a program lists of a kind; false when any name will do.
static bool names_of(struct acr__compile *ctx, acr__span kind, const acr__span **out, int *count) {
  const struct acr__plan *plan = ctx->plan;
  const struct acr__known *known = NULL;
  if (acr__span_is(kind, "payment_type")) known = &ctx->payment_types;
  else if (acr__span_is(kind, "channel")) known = &ctx->channels;
  else if (acr__span_is(kind, "category")) known = &ctx->categories;
  else if (acr__span_is(kind, "item")) known = &ctx->items;
  if (known) {
    *out = known->names;
    *count = known->count;
    return known->given;
  }
  if (acr__span_is(kind, "audience")) {
    *out = plan->audiences;
    *count = plan->audience_count;
    return true;
  }
  if (acr__span_is(kind, "offer") || acr__span_is(kind, "reward_store")) {
    bool offer = acr__span_is(kind, "offer");
    *count = offer ? plan->offer_count : plan->reward_store_count;
    acr__span *names = ACR__NEW_N(ctx->arena, acr__span, *count + 1);
    for (int i = 0; i < *count; i++) names[i] = offer ? plan->offers[i].name : plan->reward_stores[i].name;
    *out = names;
    return true;
  }
  bool account = acr__span_is(kind, "account"), source = acr__span_is(kind, "source"), level = acr__span_is(kind, "level");
  bool store = acr__span_is(kind, "store"), link = acr__span_is(kind, "link");
  if (store && !ctx->groups.given) return false;
  if (!account && !source && !level && !store && !link) return false;
  *count = link      ? plan->link_count
           : account ? plan->account_count
           : source  ? plan->source_count
           : level   ? plan->level_count
                     : plan->store_count;
  acr__span *names = ACR__NEW_N(ctx->arena, acr__span, *count + 1);
  for (int i = 0; i < *count; i++) {
    names[i] = link      ? plan->links[i].name
               : account ? plan->accounts[i].name
               : source  ? plan->sources[i].name
               : level   ? plan->levels[i].name
                         : plan->stores[i].name;
  }
  *out = names;
  return true;
}

// Also the path above a listed one is known: "fuel" when "fuel/95" is listed.
static bool is_above(acr__span name, const acr__span *names, int count) {
  for (int i = 0; i < count; i++) {
    if (names[i].len > name.len && names[i].ptr[name.len] == '/' && memcmp(names[i].ptr, name.ptr, name.len) == 0) return true;
  }
  return false;
}

bool acr__name_check(struct acr__compile *ctx, const acr__node *node, acr__span kind, acr__span name) {
  if (ctx->any_name) return true;
  if (acr__span_is(kind, "event")) return acr__type_check(ctx, node, name);
  if (acr__span_is(kind, "store") && acr__plan_store_find(ctx->plan, name)) return true; // thousands of them: sorted
  const acr__span *names;
  int count;
  if (!names_of(ctx, kind, &names, &count) || acr__in_names(names, count, name)) return true;
  if (acr__span_is(kind, "category") && is_above(name, names, count)) return true;
  const char *what = acr__span_is(kind, "reward_store") ? "reward store" : acr__arena_printf(ctx->arena, "%.*s", (int)kind.len, kind.ptr);
  acr__fault_unknown(ctx, node, what, name, names, count);
  return false;
}
