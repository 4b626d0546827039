// Values that are several texts: sets, catalogs, days of the week, slots of the day.
#include "program/compile.h"
#include <stdlib.h>
#include <strings.h>

static bool read_list(struct acr__compile *ctx, const acr__node *node, acr__span kind, const acr__span **out, int *count) {
  const acr__span *names;
  bool good = acr__names_read(ctx, node, "a name", &names, count);
  acr__span *sorted = ACR__NEW_N(ctx->arena, acr__span, *count + 1);
  const acr__node *at = acr__node_kind(node) == ACR_JSON_ARRAY && good ? acr__node_first(node) : NULL;
  for (int i = 0; i < *count; i++) {
    sorted[i] = names[i];
    good = acr__name_check(ctx, at ? at : node, kind, names[i]) && good;
    at = acr__node_next(at);
  }
  acr__names_sort(sorted, count);
  *out = sorted;
  return good;
}

// ---- Sets

static bool has_group(const struct acr__plan_store *store, const acr__span *groups, int count) {
  for (int i = 0; i < store->group_count; i++) {
    if (acr__in_names(groups, count, store->groups[i])) return true;
  }
  return false;
}

// {"groups": ["franchise"], "stores": ["S1"]}: the stores named and those of the groups.
static bool read_stores(struct acr__compile *ctx, const acr__node *node, struct acr__value *out) {
  static const struct acr__field_rule fields[] = {{"groups", NULL}, {"stores", NULL}};
  const struct acr__plan *plan = ctx->plan;
  int faults = ctx->diag->faults, group_count, store_count, count = 0;
  acr__fields_check(ctx, node, "a set of stores", fields, ACR_COUNT(fields), NULL);
  const acr__node *group_node = acr__node_get(node, "groups");
  const acr__span *groups, *stores;
  acr__names_read(ctx, group_node, "a group's name", &groups, &group_count);
  for (int i = 0; i < group_count; i++) {
    if (!acr__in_names(ctx->groups.names, ctx->groups.count, groups[i])) {
      acr__fault_unknown(ctx, group_node, "store group", groups[i], ctx->groups.names, ctx->groups.count);
    }
  }
  read_list(ctx, acr__node_get(node, "stores"), ACR__SPAN_LIT("store"), &stores, &store_count);
  acr__span *names = ACR__NEW_N(ctx->arena, acr__span, store_count + plan->store_count + 1);
  for (int i = 0; i < store_count; i++) names[count++] = stores[i];
  for (int i = 0; i < plan->store_count; i++) {
    if (has_group(&plan->stores[i], groups, group_count)) names[count++] = plan->stores[i].name;
  }
  acr__names_sort(names, &count);
  out->list = names;
  out->list_count = count;
  return ctx->diag->faults == faults;
}

bool acr__set_read(struct acr__compile *ctx, const acr__node *node, const struct acr__var *var, struct acr__value *out) {
  if (acr__span_is(var->of, "store") && acr__node_kind(node) == ACR_JSON_OBJECT) return read_stores(ctx, node, out);
  return read_list(ctx, node, var->of, &out->list, &out->list_count);
}

bool acr__catalog_read(struct acr__compile *ctx, const acr__node *node, struct acr__value *out) {
  static const struct acr__field_rule fields[] = {{"categories", NULL}, {"items", NULL}};
  int faults = ctx->diag->faults;
  if (!acr__fields_check(ctx, node, "a catalog", fields, ACR_COUNT(fields), NULL)) return false;
  read_list(ctx, acr__node_get(node, "categories"), ACR__SPAN_LIT("category"), &out->categories, &out->category_count);
  read_list(ctx, acr__node_get(node, "items"), ACR__SPAN_LIT("item"), &out->items, &out->item_count);
  if (out->category_count + out->item_count == 0 && ctx->diag->faults == faults) {
    acr__fault(ctx, node, "missing", "found a catalog of nothing, wanted `categories` or `items`");
  }
  return ctx->diag->faults == faults;
}

// ---- Days and slots

static const char *const days[7] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

// "Monday", "mon" ... as 0 to 6, or -1.
static int day_of(acr__span text) {
  for (int day = 0; day < 7; day++) {
    bool length = text.len == 3 || text.len == strlen(days[day]);
    if (length && strncasecmp(text.ptr, days[day], text.len) == 0) return day;
  }
  return -1;
}

bool acr__days_read(struct acr__compile *ctx, const acr__node *node, struct acr__value *out) {
  const acr__span *given;
  int count;
  bool good = acr__names_read(ctx, node, "a day of the week", &given, &count), named[7] = {false};
  for (int i = 0; i < count; i++) {
    int day = day_of(given[i]);
    if (day >= 0) {
      named[day] = true;
      continue;
    }
    acr__fault(ctx, node, "type", "found \"%s\", wanted a day such as \"monday\" or \"mon\"", acr__quote(ctx, given[i]));
    good = false;
  }
  acr__span *list = ACR__NEW_N(ctx->arena, acr__span, 7);
  for (int day = 0; day < 7; day++) {
    if (named[day]) list[out->list_count++] = acr__span_of(days[day]);
  }
  out->list = list;
  return good;
}

// "14:00" as minutes; 24:00 only as an end.
static int minutes_of(const char *text, int most) {
  for (int i = 0; i < 5; i++) {
    if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9') return -1;
  }
  int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
  return minute < 60 && hour * 60 + minute <= most ? hour * 60 + minute : -1;
}

bool acr__slots_read(struct acr__compile *ctx, const acr__node *node, struct acr__value *out) {
  bool good = acr__names_read(ctx, node, "a slot of the day", &out->list, &out->list_count);
  for (int i = 0; i < out->list_count; i++) {
    acr__span slot = out->list[i];
    bool shaped = slot.len == 11 && slot.ptr[5] == '-';
    int from = shaped ? minutes_of(slot.ptr, 24 * 60 - 1) : -1, to = shaped ? minutes_of(slot.ptr + 6, 24 * 60) : -1;
    if (from >= 0 && to >= 0 && from != to) continue;
    acr__fault(ctx, node, "type", "found \"%s\", wanted a slot such as \"14:00-17:00\"", acr__quote(ctx, slot));
    good = false;
  }
  return good;
}
