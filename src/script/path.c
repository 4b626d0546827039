// Paths: values that are read without entering Lua.
#include "script/path.h"
#include "base/diag.h"
#include "base/num.h"

static const struct { const char *name; acr__path_root root; int scale; bool money, points;
} roots[] = {
    {"amount", ACR_PATH_AMOUNT, 0, true, false},     {"total", ACR_PATH_TOTAL, 0, true, false},
    {"subtotal", ACR_PATH_SUBTOTAL, 0, true, false}, {"tax", ACR_PATH_TAX, 0, true, false},
    {"shipping", ACR_PATH_SHIPPING, 0, true, false}, {"quantity", ACR_PATH_QUANTITY, 3, false, false},
    {"points", ACR_PATH_POINTS, 0, false, true},
};
enum { ROOTS = sizeof roots / sizeof *roots };

static bool starts(acr__span text, const char *prefix, acr__span *rest) {
  size_t len = strlen(prefix);
  if (text.len <= len || memcmp(text.ptr, prefix, len) != 0) return false;
  *rest = (acr__span){text.ptr + len, text.len - len};
  return true;
}

static bool is_number(acr__field_type type) {
  return type == ACR_FIELD_INTEGER || type == ACR_FIELD_DECIMAL || type == ACR_FIELD_MONEY || type == ACR_FIELD_PERCENT;
}

static bool find_field(const struct acr__field *fields, int count, acr__span name, int currency_scale, struct acr__path *out) {
  for (int i = 0; i < count; i++) {
    if (!acr__span_eq(fields[i].name, name) || !is_number(fields[i].type)) continue;
    out->field = i;
    out->money = fields[i].type == ACR_FIELD_MONEY;
    out->scale = out->money ? currency_scale : fields[i].scale;
    return true;
  }
  return false;
}

bool acr__path_item(acr__span text, const struct acr__schema *schema, int currency_scale, struct acr__path *out) {
  acr__span name;
  starts(text, "items.", &text);
  if (acr__span_is(text, "amount")) {
    *out = (struct acr__path){.root = ACR_PATH_ITEM_AMOUNT, .scale = currency_scale, .money = true};
    return true;
  }
  if (acr__span_is(text, "quantity")) {
    *out = (struct acr__path){.root = ACR_PATH_ITEM_QUANTITY, .scale = 3};
    return true;
  }
  *out = (struct acr__path){.root = ACR_PATH_ITEM_FIELD};
  return schema && starts(text, "context.", &name) && find_field(schema->item_fields, schema->item_field_count, name, currency_scale, out);
}

// Everything that a path of this schema may say, for the nearest.
static acr__span nearest(acr__arena *arena, acr__span text, const struct acr__schema *schema) {
  int cap = ROOTS + 2 + (schema ? 2 * schema->field_count + schema->item_field_count : 0), count = 0;
  acr__span *names = ACR__NEW_N(arena, acr__span, cap);
  for (int i = 0; i < ROOTS; i++) names[count++] = acr__span_of(roots[i].name);
  names[count++] = ACR__SPAN_LIT("items.amount");
  names[count++] = ACR__SPAN_LIT("items.quantity");
  for (int i = 0; schema && i < schema->field_count; i++) {
    acr__span name = schema->fields[i].name;
    names[count++] = acr__span_of(acr__arena_printf(arena, "context.%.*s", (int)name.len, name.ptr));
    if (!acr__span_is(schema->type, "purchase")) names[count++] = name;
  }
  for (int i = 0; schema && i < schema->item_field_count; i++) {
    acr__span name = schema->item_fields[i].name;
    names[count++] = acr__span_of(acr__arena_printf(arena, "items.context.%.*s", (int)name.len, name.ptr));
  }
  return acr__nearest(text, names, count);
}

bool acr__path_find(acr__span text, const struct acr__schema *schema, int currency_scale, struct acr__path *out) {
  acr__span rest;
  *out = (struct acr__path){.root = ACR_PATH_FIELD};
  bool own_names = schema && !acr__span_is(schema->type, "purchase");
  if (own_names && find_field(schema->fields, schema->field_count, text, currency_scale, out)) return true;
  for (int i = 0; i < ROOTS; i++) {
    if (!acr__span_is(text, roots[i].name)) continue;
    *out = (struct acr__path){.root = roots[i].root, .money = roots[i].money, .points = roots[i].points};
    out->scale = out->money ? currency_scale : roots[i].scale;
    return true;
  }
  if (starts(text, "items.", &rest)) return acr__path_item(text, schema, currency_scale, out);
  return starts(text, "context.", &rest) && schema && find_field(schema->fields, schema->field_count, rest, currency_scale, out);
}

bool acr__path_compile(acr__arena *arena, acr__span text, const struct acr__schema *schema, int currency_scale, struct acr__path *out,
                       char **message) {
  if (acr__path_find(text, schema, currency_scale, out)) return true;
  acr__span near = nearest(arena, text, schema), type = schema ? schema->type : ACR__SPAN_LIT("purchase");
  char *message_near = near.len ? acr__arena_printf(arena, "; the nearest is '%.*s'", (int)near.len, near.ptr) : "";
  *message =
      acr__arena_printf(arena, "the path '%.*s' names no number of %.*s: fields below 'context' must be declared in events/%.*s.lua%s",
                        (int)text.len, text.ptr, (int)type.len, type.ptr, (int)type.len, type.ptr, message_near);
  return false;
}

void acr__path_item_value(const struct acr__path *path, const struct acr__fact *fact, int item, int64_t *out, bool *nil) {
  *nil = false;
  if (path->root == ACR_PATH_ITEM_AMOUNT) {
    *out = fact->event->items[item].amount;
  } else if (path->root == ACR_PATH_ITEM_QUANTITY) {
    *out = fact->event->items[item].quantity;
  } else {
    const struct acr__field_value *value =
        fact->item_fields ? &fact->item_fields[item * fact->schema->item_field_count + path->field] : NULL;
    *nil = !value || !value->present;
    *out = *nil ? 0 : value->i;
  }
}

static bool sum_items(const struct acr__path *path, const struct acr__fact *fact, int64_t *out, bool *nil) {
  int64_t sum = 0, value;
  bool any = path->root != ACR_PATH_ITEM_FIELD, absent;
  for (int i = 0; i < fact->event->item_count; i++) {
    if (fact->counts && !fact->counts[i]) continue;
    acr__path_item_value(path, fact, i, &value, &absent);
    if (absent) continue;
    any = true;
    if (!acr__add(sum, value, &sum)) return false;
  }
  *out = sum;
  *nil = !any;
  return true;
}

bool acr__path_value(const struct acr__path *path, const struct acr__fact *fact, int64_t *out, bool *nil) {
  const struct acr__event *event = fact->event;
  struct acr__money money = {false, 0};
  *out = 0;
  *nil = true;
  if (path->root == ACR_PATH_AMOUNT || path->root == ACR_PATH_POINTS) {
    *out = path->root == ACR_PATH_AMOUNT ? fact->amount : fact->points;
    *nil = false;
    return true;
  }
  if (!event) return true;
  if (path->root == ACR_PATH_BASIS) {
    *nil = false;
    return acr__event_amount(event, fact->counts, (acr__amount_basis)path->field, false, out);
  }
  switch (path->root) {
  case ACR_PATH_TOTAL: money = event->total; break;
  case ACR_PATH_SUBTOTAL: money = event->subtotal; break;
  case ACR_PATH_TAX: money = event->tax; break;
  case ACR_PATH_SHIPPING: money = event->shipping; break;
  case ACR_PATH_QUANTITY: money = (struct acr__money){true, event->quantity}; break;
  case ACR_PATH_FIELD:
    if (fact->fields && fact->fields[path->field].present) money = (struct acr__money){true, fact->fields[path->field].i};
    break;
  default: return sum_items(path, fact, out, nil);
  }
  *out = money.value;
  *nil = !money.has;
  return true;
}
