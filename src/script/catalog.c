#include "script/catalog.h"
#include "base/arena.h"
#include <stdlib.h>

static int compare(const void *a, const void *b) {
  return acr__span_cmp(*(const acr__span *)a, *(const acr__span *)b);
}

static const acr__span *sorted(acr__arena *arena, const acr__span *names, int count) {
  acr__span *copy = ACR__NEW_N(arena, acr__span, count + 1);
  for (int i = 0; i < count; i++) copy[i] = acr__arena_span(arena, names[i]);
  qsort(copy, (size_t)count, sizeof *copy, compare);
  return copy;
}

const struct acr__catalog *acr__catalog_new(acr__arena *arena, const struct acr__value *value) {
  struct acr__catalog *catalog = ACR__NEW(arena, struct acr__catalog);
  catalog->categories = sorted(arena, value->categories, value->category_count);
  catalog->category_count = value->category_count;
  catalog->items = sorted(arena, value->items, value->item_count);
  catalog->item_count = value->item_count;
  return catalog;
}

static bool has(const acr__span *names, int count, acr__span name) {
  return count && bsearch(&name, names, (size_t)count, sizeof name, compare);
}

// Segments of the longest listed path that is this one or above it; 0 when there is none.
static int category_depth(const struct acr__catalog *catalog, acr__span path) {
  if (!catalog->category_count || !path.len) return 0;
  int segments = 1;
  for (size_t i = 0; i < path.len; i++) segments += path.ptr[i] == '/';
  for (; segments > 0; segments--) {
    if (has(catalog->categories, catalog->category_count, path)) return segments;
    while (path.len > 0 && path.ptr[path.len - 1] != '/') path.len--;
    if (path.len > 0) path.len--;
  }
  return 0;
}

int acr__catalog_depth(const struct acr__catalog *catalog, const struct acr__item *item) {
  if (item->sku.len && has(catalog->items, catalog->item_count, item->sku)) return ACR_CATALOG_ITEM_DEPTH;
  int best = 0;
  for (int i = 0; i < item->category_count; i++) {
    int depth = category_depth(catalog, item->categories[i]);
    if (depth > best) best = depth;
  }
  return best;
}

int acr__catalog_depth_of_name(const struct acr__catalog *catalog, acr__span name) {
  if (has(catalog->items, catalog->item_count, name)) return ACR_CATALOG_ITEM_DEPTH;
  return category_depth(catalog, name);
}
