// Declared fields, checked at the door; and undeclared ones as the text that was sent.
#include "base/decimal.h"
#include "event/reader.h"
#include "event/sparse.h"

static acr__span text_of(const acr__node *node) {
  acr__json_kind kind = acr__node_kind(node);
  if (!node || kind == ACR_JSON_NULL || kind == ACR_JSON_ARRAY || kind == ACR_JSON_OBJECT) return (acr__span){NULL, 0};
  return acr__node_text(node);
}

static const acr__node *find(const acr__node *context, const acr__node *outer, acr__span key) {
  const acr__node *node = context ? acr__node_get_span(context, key) : NULL;
  if (!node && outer) node = acr__node_get_span(outer, key);
  return node && acr__node_kind(node) != ACR_JSON_NULL ? node : NULL;
}

acr__span acr__event_context(const struct acr__event *event, acr__span key) {
  acr__sparse_need(event->sparse, key);
  return text_of(find(event->context, event->data, key));
}

acr__span acr__item_context(const struct acr__item *item, acr__span key) {
  acr__sparse_need(item->sparse, key);
  return text_of(find(acr__node_get(item->node, "context"), item->node, key));
}

static bool read_choice(struct acr__reader *r, const struct acr__field *field, const acr__node *node, struct acr__field_value *out) {
  if (!acr__reader_text(r, node, &out->text)) return false;
  for (int i = 0; i < field->choice_count; i++)
    if (acr__span_eq(field->choices[i], out->text)) return true;
  return acr__reader_fail(r, "field", node, "found %s, which is none of the choices of `%.*s`", acr__reader_found(r, node),
                          (int)field->name.len, field->name.ptr);
}

static bool read_number(struct acr__reader *r, const struct acr__field *field, const acr__node *node, int scale, int64_t *out) {
  if (!acr__reader_decimal(r, node, scale, false, out)) return false;
  char bound[32];
  if (field->has_min && *out < field->min) {
    acr__decimal_format(field->min, scale, bound);
    return acr__reader_fail(r, "field", node, "found %s, at least %s is wanted", acr__reader_found(r, node), bound);
  }
  if (field->has_max && *out > field->max) {
    acr__decimal_format(field->max, scale, bound);
    return acr__reader_fail(r, "field", node, "found %s, at most %s is wanted", acr__reader_found(r, node), bound);
  }
  return true;
}

static bool read_field(struct acr__reader *r, const struct acr__field *field, const acr__node *node, int currency_scale,
                       struct acr__field_value *out) {
  acr__date date;
  out->present = true;
  switch (field->type) {
  case ACR_FIELD_INTEGER:
    return read_number(r, field, node, 0, &out->i);
  case ACR_FIELD_DECIMAL:
    return read_number(r, field, node, field->scale, &out->i);
  case ACR_FIELD_PERCENT:
    return read_number(r, field, node, 2, &out->i);
  case ACR_FIELD_MONEY:
    return read_number(r, field, node, currency_scale, &out->i);
  case ACR_FIELD_TEXT:
    return acr__reader_text(r, node, &out->text);
  case ACR_FIELD_CHOICE:
    return read_choice(r, field, node, out);
  case ACR_FIELD_DATE:
    if (!acr__reader_date(r, node, &date)) return false;
    out->i = acr__days_of(date);
    return true;
  case ACR_FIELD_BOOLEAN:
    break;
  }
  acr__json_kind kind = acr__node_kind(node);
  if (kind != ACR_JSON_TRUE && kind != ACR_JSON_FALSE)
    return acr__reader_fail(r, "field", node, "found %s, wanted true or false", acr__reader_found(r, node));
  out->i = kind == ACR_JSON_TRUE;
  return true;
}

static bool read_all(struct acr__reader *r, const struct acr__field *fields, int count, const acr__node *context, const acr__node *outer,
                     int currency_scale, struct acr__field_value *out) {
  for (int i = 0; i < count; i++) {
    const acr__node *node = find(context, outer, fields[i].name);
    if (node) {
      if (!read_field(r, &fields[i], node, currency_scale, &out[i])) return false;
    } else if (!fields[i].optional) {
      return acr__reader_missing(r, context ? context : outer, acr__arena_text(r->arena, fields[i].name),
                                 "a field that its event type declares");
    }
  }
  return true;
}

static bool read_schema(const struct acr__event *event, const struct acr__schema *schema, int currency_scale, acr__arena *arena,
                        struct acr__field_value *fields, struct acr__field_value *item_fields, struct acr__reject *reject) {
  struct acr__reader r = {arena, event->json, NULL, reject};
  if (!read_all(&r, schema->fields, schema->field_count, event->context, event->data, currency_scale, fields)) return false;
  for (int i = 0; item_fields && i < event->item_count; i++) {
    const acr__node *node = event->items[i].node;
    if (!read_all(&r, schema->item_fields, schema->item_field_count, acr__node_get(node, "context"), node, currency_scale,
                  item_fields + (size_t)i * (size_t)schema->item_field_count))
      return false;
  }
  return true;
}

// Of an event without its tree: what it lacks is made, where somebody declared it.
static void need(const struct acr__sparse *sparse, const struct acr__field *fields, int count) {
  for (int i = 0; i < count; i++)
    acr__sparse_need(sparse, fields[i].name);
}

bool acr__event_fields(acr__arena *arena, const struct acr__event *event, const struct acr__schema *schema, int currency_scale,
                       struct acr__field_value **fields, struct acr__field_value **item_fields, struct acr__reject *reject) {
  bool items = schema->item_field_count > 0 && event->item_count > 0;
  need(event->sparse, schema->fields, schema->field_count);
  need(event->sparse, schema->item_fields, schema->item_field_count);
  *fields = ACR__NEW_N(arena, struct acr__field_value, schema->field_count);
  *item_fields = items ? ACR__NEW_N(arena, struct acr__field_value, schema->item_field_count * event->item_count) : NULL;
  if (event->sparse && !event->sparse->whole) {
    struct acr__reject unplaced; // only the whole tree knows where it is
    if (read_schema(event, schema, currency_scale, arena, *fields, *item_fields, &unplaced)) return true;
    acr__event_whole(event);
  }
  return read_schema(event, schema, currency_scale, arena, *fields, *item_fields, reject);
}
