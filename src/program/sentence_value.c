// Values of variables in words.
#include "base/decimal.h"
#include "program/sentence.h"
#include <ctype.h>

static const char *const operators[] = {
    [ACR_OP_GE] = "at least", [ACR_OP_GT] = "more than", [ACR_OP_EQ] = "exactly", [ACR_OP_LE] = "at most", [ACR_OP_LT] = "less than"};

bool acr__value_said(const struct acr__var *var, const struct acr__value *value) {
  return value->present && (var->type != ACR_VAR_TIMEFRAME || !acr__frame_is_lifetime(value->timeframe));
}

// A text of the user: what would break a line of the terminal does not get through.
static void put_text(acr__buf *out, acr__span text) {
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    acr__buf_u8(out, c < 0x20 || c == 0x7F ? '?' : c);
  }
}

static void put_list(acr__buf *out, const acr__span *list, int count, const char *before) {
  for (int i = 0; i < count; i++) {
    if (i) acr__buf_text(out, ", ");
    acr__buf_text(out, before);
    put_text(out, list[i]);
  }
  if (count == 0) acr__buf_text(out, "nothing");
}

// ---- Numbers: money with the currency's decimals, others with those that the author wrote

static int decimals_of(acr__span text) {
  const char *point = text.len ? memchr(text.ptr, '.', text.len) : NULL;
  return point ? (int)(text.len - (size_t)(point - text.ptr) - 1) : 0;
}

static void put_number(acr__buf *out, const struct acr__var *var, int64_t value, int scale, const acr__node *node) {
  int places = var->type == ACR_VAR_MONEY ? scale : node ? decimals_of(acr__node_text(node)) : 0;
  if (places > scale) places = scale;
  while (scale > places && value % 10 == 0)
    value /= 10, scale--;
  char text[32];
  acr__decimal_format(value, scale, text);
  acr__buf_printf(out, "%s%s", text, var->type == ACR_VAR_PERCENT ? "%" : "");
}

// ---- Names: as written, since a group of stores has become its stores by now

static void put_names(acr__buf *out, const acr__node *node, const char *before) {
  bool is_list = acr__node_kind(node) == ACR_JSON_ARRAY;
  for (const acr__node *at = is_list ? acr__node_first(node) : node; at; at = is_list ? acr__node_next(at) : NULL) {
    if (at != node && at != acr__node_first(node)) acr__buf_text(out, ", ");
    acr__buf_text(out, before);
    put_text(out, acr__node_text(at));
  }
}

static void put_members(acr__buf *out, const acr__node *node, const char *one, const char *before_one, const char *other,
                        const char *before_other) {
  const acr__node *first = acr__node_get(node, one), *second = acr__node_get(node, other);
  size_t start = out->len;
  if (first) put_names(out, first, before_one);
  size_t between = out->len;
  if (second && between > start) acr__buf_text(out, ", ");
  size_t after = out->len;
  if (second) put_names(out, second, before_other);
  if (out->len == after) out->len = between;
  if (out->len == start) acr__buf_text(out, "nothing");
}

static void put_set(acr__buf *out, const struct acr__value *value, const acr__node *node) {
  if (acr__node_kind(node) == ACR_JSON_OBJECT)
    put_members(out, node, "groups", "of group ", "stores", "");
  else if (acr__node_kind(node) == ACR_JSON_ARRAY && acr__node_first(node))
    put_names(out, node, "");
  else
    put_list(out, value->list, value->list_count, "");
}

static void put_catalog(acr__buf *out, const struct acr__value *value, const acr__node *node) {
  if (node) {
    put_members(out, node, "categories", "", "items", "item ");
    return;
  }
  if (value->category_count) put_list(out, value->categories, value->category_count, "");
  if (value->category_count && value->item_count) acr__buf_text(out, ", ");
  if (value->item_count) put_list(out, value->items, value->item_count, "item ");
}

static void put_days(acr__buf *out, const struct acr__value *value) {
  for (int i = 0; i < value->list_count; i++) {
    acr__span day = value->list[i];
    acr__buf_printf(out, "%s%c%.*s", i ? ", " : "", toupper((unsigned char)day.ptr[0]), (int)day.len - 1, day.ptr + 1);
  }
  if (value->list_count == 0) acr__buf_text(out, "no day");
}

// ---- The whole

void acr__frame_say(const acr__timeframe *frame, acr__buf *out) {
  char text[240];
  acr__timeframe_text(frame, text, sizeof text);
  acr__buf_text(out, text);
}

void acr__value_say(const struct acr__vars *vars, int index, acr__buf *out) {
  const struct acr__var *var = &vars->component->vars[index];
  const struct acr__value *value = &vars->values[index];
  const acr__node *node = vars->nodes[index];
  acr__date date;
  switch (var->type) {
  case ACR_VAR_OPERATOR:
    acr__buf_text(out, operators[value->i]);
    break;
  case ACR_VAR_BOOLEAN:
    acr__buf_text(out, value->i ? "true" : "false");
    break;
  case ACR_VAR_SET:
    put_set(out, value, node);
    break;
  case ACR_VAR_CATALOG:
    put_catalog(out, value, node);
    break;
  case ACR_VAR_TIMEFRAME:
    acr__frame_say(value->timeframe, out);
    break;
  case ACR_VAR_DURATION:
    acr__buf_text(out, acr__duration_text(value->duration, (char[ACR_DURATION_TEXT_MAX]){0}));
    break;
  case ACR_VAR_DATE:
    date = acr__date_of((int32_t)value->i);
    acr__buf_printf(out, "%04d-%02d-%02d", date.year, date.month, date.day);
    break;
  case ACR_VAR_DAYS:
    put_days(out, value);
    break;
  case ACR_VAR_SLOTS:
    put_list(out, value->list, value->list_count, "");
    break;
  default:
    if (acr__var_is_numeric(var->type))
      put_number(out, var, value->i, vars->scales[index], node);
    else
      put_text(out, value->text);
  }
}
