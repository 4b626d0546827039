// What a catalog variable names: category paths and single items.
#ifndef ACR_SCRIPT_CATALOG_H
#define ACR_SCRIPT_CATALOG_H
#include "script/script.h"

enum { ACR_CATALOG_ITEM_DEPTH = 1000 }; // an item's own entry beats every category

struct acr__catalog {
  const acr__span *categories, *items; // sorted
  int category_count, item_count;
};

// Copies the names into the arena, sorted.
const struct acr__catalog *acr__catalog_new(acr__arena *arena, const struct acr__value *value);
// How specific the best match of an item is: segments of the category path, 1000 for its sku, 0 when it is not covered.
int acr__catalog_depth(const struct acr__catalog *catalog, const struct acr__item *item);
// The same for a bare category path or sku.
int acr__catalog_depth_of_name(const struct acr__catalog *catalog, acr__span name);
#endif
