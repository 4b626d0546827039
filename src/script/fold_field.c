// Fields on the way of a function that is folded: those of vars and libraries are known, those of the fact become reads.
#include "script/fold.h"

static int declared(const struct acr__field *fields, int count, acr__span name) {
  for (int i = 0; i < count; i++)
    if (acr__span_eq(fields[i].name, name)) return i;
  return -1;
}

static bool context_field(struct acr__folding *g, struct acr__way *way, int level, acr__span key, struct acr__fold_value *out) {
  const struct acr__schema *schema = g->fact->schema;
  struct acr__fold *made = acr__fold_slot(g, way, level < 0 ? ACR_FOLD_CONTEXT : ACR_FOLD_ITEM_CONTEXT, out);
  made->level = (uint8_t)(level < 0 ? 0 : level);
  made->key = key;
  made->n = -1;
  if (schema && level < 0) made->n = declared(schema->fields, schema->field_count, key);
  if (schema && level >= 0) made->n = declared(schema->item_fields, schema->item_field_count, key);
  return true;
}

static bool fact_field(struct acr__folding *g, struct acr__way *way, const struct acr__direct_constant *key,
                       struct acr__fold_value *out) {
  const struct acr__fact *fact = g->fact;
  int number = key->fact[fact->kind];
  if (number) {
    struct acr__plain value;
    if (!acr__plain_fact(fact, number, &value)) return false;
    bool always = value.tag > ACR_PLAIN_TEXT || (acr__span_is(key->text, "type") && fact->kind != ACR_FACT_CUSTOM);
    if (always) return *out = acr__fold_known(value), true;
    acr__fold_slot(g, way, ACR_FOLD_FACT, out)->n = number;
    return true;
  }
  int at = fact->schema ? declared(fact->schema->fields, fact->schema->field_count, key->text) : -1;
  if (at < 0 || (fact->kind == ACR_FACT_PURCHASE && key->method < ACR_DIRECT_METHODS)) return false;
  acr__fold_slot(g, way, ACR_FOLD_DECLARED, out)->n = at;
  return true;
}

bool acr__fold_field(struct acr__folding *g, struct acr__way *way, const struct acr__fold_value *object, struct acr__direct_constant *key,
                     struct acr__fold_value *out) {
  struct acr__fold *made;
  if (object->slot >= 0 || !key->text.ptr) return false;
  switch (object->known.tag) {
  case ACR_PLAIN_VARS:
  case ACR_PLAIN_TABLE:
    *out = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_NIL});
    return acr__direct_field(g->script, g->vars, &object->known, key, &out->known, &way->looked);
  case ACR_PLAIN_FACT: way->looked = true; return fact_field(g, way, key, out);
  case ACR_PLAIN_ITEM:
    way->looked = true;
    if (acr__span_is(key->text, "context"))
      return *out = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_CONTEXT, .i = object->known.i + 1}), true;
    made = acr__fold_slot(g, way, ACR_FOLD_ITEM, out);
    made->n = key->item;
    made->level = (uint8_t)object->known.i;
    return true;
  case ACR_PLAIN_CONTEXT: way->looked = true; return context_field(g, way, (int)object->known.i - 1, key->text, out);
  case ACR_PLAIN_TIME:
  case ACR_PLAIN_LOCAL_TIME:
    way->looked = true;
    made = acr__fold_slot(g, way, ACR_FOLD_TIME, out);
    made->n = key->time;
    made->level = object->known.tag == ACR_PLAIN_LOCAL_TIME;
    return true;
  default: return false;
  }
}

bool acr__fold_element(struct acr__folding *g, struct acr__way *way, const struct acr__fold_value *object,
                       const struct acr__fold_value *key, struct acr__fold_value *out) {
  if (object->slot >= 0) return false;
  if (object->known.tag == ACR_PLAIN_SET && key->slot >= 0) {
    struct acr__fold *made = acr__fold_slot(g, way, ACR_FOLD_IN, out);
    made->a = *object;
    made->b = *key;
    return true;
  }
  if (key->slot >= 0) return false;
  if (object->known.tag == ACR_PLAIN_SET) {
    *out = acr__fold_known((struct acr__plain){.tag = ACR_PLAIN_NIL});
    return acr__direct_in(object->known.set, &key->known, &out->known);
  }
  acr__span text = {key->known.text, key->known.len};
  struct acr__direct_constant *name = key->known.tag == ACR_PLAIN_TEXT ? acr__direct_key(g->script, text) : NULL;
  return name && acr__fold_field(g, way, object, name, out);
}

bool acr__fold_upvalue(const struct acr__way *way, int index, struct acr__fold_value *out) {
  const struct acr__act *act = &way->acts[way->act];
  while (act->outer >= 0 && !act->function->upvalues[index].in_stack) {
    index = act->function->upvalues[index].index;
    act = &way->acts[act->outer];
  }
  *out = act->outer >= 0 ? way->acts[act->outer].at[act->function->upvalues[index].index] : acr__fold_known(act->function->outside[index]);
  return out->slot >= 0 || out->known.tag != ACR_PLAIN_OTHER;
}
