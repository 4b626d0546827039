// Fields of what a function that is followed without Lua may look at.
#include "script/direct.h"

static int declared(const struct acr__field *fields, int count, acr__span name) {
  for (int i = 0; i < count; i++)
    if (acr__span_eq(fields[i].name, name)) return i;
  return -1;
}

static bool context_field(const struct acr__fact *fact, int item, struct acr__direct_constant *key, struct acr__plain *out) {
  const struct acr__schema *schema = fact->schema;
  *out = (struct acr__plain){.tag = ACR_PLAIN_NIL};
  if (!fact->event) return true;
  if (item < 0) {
    int at = schema && fact->fields ? declared(schema->fields, schema->field_count, key->text) : -1;
    if (at >= 0) return acr__plain_declared(&schema->fields[at], &fact->fields[at], out);
    *out = acr__plain_text(acr__event_context(fact->event, key->text));
    return true;
  }
  if (key->schema != schema) {
    key->schema = schema;
    key->declared = schema ? declared(schema->item_fields, schema->item_field_count, key->text) : -1;
  }
  int at = fact->item_fields && schema ? key->declared : -1;
  if (at >= 0) return acr__plain_declared(&schema->item_fields[at], &fact->item_fields[item * schema->item_field_count + at], out);
  *out = acr__plain_text(acr__item_context(&fact->event->items[item], key->text));
  return true;
}

static bool fact_field(const struct acr__fact *fact, const struct acr__direct_constant *key, struct acr__plain *out) {
  if (key->fact[fact->kind]) return acr__plain_fact(fact, key->fact[fact->kind], out);
  if (fact->kind == ACR_FACT_PURCHASE && key->method < ACR_DIRECT_METHODS) return false;
  const struct acr__schema *schema = fact->fields ? fact->schema : NULL;
  int at = schema ? declared(schema->fields, schema->field_count, key->text) : -1;
  return at >= 0 && acr__plain_declared(&schema->fields[at], &fact->fields[at], out);
}

static bool var_field(const struct acr__bound *vars, struct acr__direct_constant *key, struct acr__plain *out) {
  const struct acr__component *component = vars->component;
  if (key->component != component) {
    key->component = component;
    key->variable = component->var_count - 1;
    while (key->variable >= 0 && !acr__span_eq(component->vars[key->variable].name, key->text))
      key->variable--;
  }
  if (key->variable < 0) return false;
  *out = vars->values[key->variable];
  return out->tag != ACR_PLAIN_OTHER;
}

bool acr__direct_field(acr__script *script, const struct acr__bound *vars, const struct acr__plain *object,
                       struct acr__direct_constant *key, struct acr__plain *out, bool *looked) {
  const struct acr__fact *fact = script->fact;
  const acr__zone *zone = fact->zone;
  if (!key->text.ptr) return false;
  if (object->tag == ACR_PLAIN_VARS) return var_field(vars, key, out);
  *looked = *looked || object->tag != ACR_PLAIN_TABLE;
  switch (object->tag) {
  case ACR_PLAIN_TABLE:
    return *out = acr__direct_entry(script, object->table, key->text), out->tag != ACR_PLAIN_OTHER;
  case ACR_PLAIN_FACT:
    return fact_field(fact, key, out);
  case ACR_PLAIN_ITEM:
    return acr__plain_item(fact, (int)object->i, key->item, out);
  case ACR_PLAIN_CONTEXT:
    return context_field(fact, (int)object->i - 1, key, out);
  case ACR_PLAIN_LOCAL_TIME:
    if (fact->place) zone = fact->place;
    // fall through
  case ACR_PLAIN_TIME: {
    int64_t part;
    if (!zone || !acr__time_part(fact->time, zone, key->time, &part)) return false;
    *out = acr__plain_integer(part);
    return true;
  }
  default:
    return false;
  }
}
