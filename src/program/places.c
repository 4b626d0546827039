// Stores and the lists of known names.
#include "program/compile.h"
#include <stdlib.h>

static const struct acr__field_rule store_fields[] = {
  {"timezone", NULL}, {"groups", NULL}, {"title", NULL}, {"description", NULL},
};

static void read_store(struct acr__compile *ctx, const acr__node *node, struct acr__plan_store *out) {
  if (!acr__fields_check(ctx, node, "a store", store_fields, ACR_COUNT(store_fields), NULL)) return;
  const acr__node *zone_node = acr__node_get(node, "timezone");
  acr__span zone = {0};
  if (zone_node && acr__text_read(ctx, zone_node, "a time zone", &zone)) {
    out->zone = acr__zone_find(zone);
    if (!out->zone) {
      acr__fault(ctx, zone_node, "unknown_name", "unknown time zone `%s`; wanted a name such as `America/New_York`", acr__quote(ctx, zone));
    }
  }
  acr__names_read(ctx, acr__node_get(node, "groups"), "a group's name", &out->groups, &out->group_count);
}

static int by_name(const void *a, const void *b) {
  return acr__span_cmp(((const struct acr__plan_store *)a)->name, ((const struct acr__plan_store *)b)->name);
}

// All groups of all stores, sorted.
static void gather_groups(struct acr__compile *ctx) {
  struct acr__plan *plan = ctx->plan;
  int total = 0, count = 0;
  for (int i = 0; i < plan->store_count; i++) total += plan->stores[i].group_count;
  acr__span *groups = ACR__NEW_N(ctx->arena, acr__span, total + 1);
  for (int i = 0; i < plan->store_count; i++) {
    for (int j = 0; j < plan->stores[i].group_count; j++) groups[count++] = plan->stores[i].groups[j];
  }
  acr__names_sort(groups, &count);
  ctx->groups = (struct acr__known){true, groups, count};
}

void acr__stores_read(struct acr__compile *ctx, const acr__node *node) {
  struct acr__plan *plan = ctx->plan;
  if (!node) return;
  bool is_list = acr__node_kind(node) == ACR_JSON_ARRAY;
  if (!is_list && acr__node_kind(node) != ACR_JSON_OBJECT) {
    acr__fault(ctx, node, "type", "found %s, wanted stores by name as an object, or a list of their names", acr__show(ctx, node));
    return;
  }
  struct acr__plan_store *stores = ACR__NEW_N(ctx->arena, struct acr__plan_store, acr__node_count(node) + 1);
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    struct acr__plan_store *store = &stores[plan->store_count];
    if (is_list ? !acr__name_read(ctx, at, "a store's name", &store->name)
                : !acr__name_good(ctx, at, "a store's name", store->name = acr__node_key(at))) continue;
    if (!is_list) read_store(ctx, at, store);
    plan->store_count++;
  }
  qsort(stores, (size_t)plan->store_count, sizeof *stores, by_name);
  plan->stores = stores;
  gather_groups(ctx);
}

static void read_known(struct acr__compile *ctx, const acr__node *node, const char *what, struct acr__known *out) {
  if (!node) return;
  const acr__span *names;
  acr__names_read(ctx, node, what, &names, &out->count);
  out->names = names;
  out->given = true;
}

static struct acr__plan_names listed(const struct acr__known *known) {
  return (struct acr__plan_names){known->names, known->count};
}

static void read_catalog(struct acr__compile *ctx, const acr__node *catalog) {
  static const struct acr__field_rule catalog_fields[] = {{"categories", NULL}, {"items", NULL}};
  if (acr__node_kind(catalog) != ACR_JSON_OBJECT) {
    read_known(ctx, catalog, "a category or item", &ctx->categories);
    ctx->items = ctx->categories;
    return;
  }
  acr__fields_check(ctx, catalog, "a catalog", catalog_fields, ACR_COUNT(catalog_fields), NULL);
  read_known(ctx, acr__node_get(catalog, "categories"), "a category", &ctx->categories);
  read_known(ctx, acr__node_get(catalog, "items"), "an item", &ctx->items);
}

// `catalog` is an object of categories and items, or one list that both are taken from.
void acr__known_lists_read(struct acr__compile *ctx, const acr__node *program) {
  struct acr__plan *plan = ctx->plan;
  read_known(ctx, acr__node_get(program, "payment_types"), "a payment type", &ctx->payment_types);
  read_known(ctx, acr__node_get(program, "channels"), "a channel", &ctx->channels);
  const acr__node *catalog = acr__node_get(program, "catalog");
  if (catalog) read_catalog(ctx, catalog);
  plan->payment_types = listed(&ctx->payment_types);
  plan->channels = listed(&ctx->channels);
  plan->categories = listed(&ctx->categories);
  plan->items = listed(&ctx->items);
}
