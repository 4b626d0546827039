// Event types that rules may look at, and the declared fields of events with money at the currency's scale.
#include "base/num.h"
#include "program/compile.h"

// What the core itself knows or raises. Only the first kind wakes rules.
enum core { CORE_WAKES, CORE_PURCHASE, CORE_SILENT };
static const struct { const char *name; enum core core; } core_types[] = {
  {"member.join", CORE_WAKES}, {"member.update", CORE_WAKES}, {"audience.enter", CORE_WAKES}, {"audience.leave", CORE_WAKES},
  {"purchase", CORE_PURCHASE}, {"order", CORE_PURCHASE}, {"transaction", CORE_PURCHASE},
  {"return", CORE_SILENT}, {"purchase.amended", CORE_SILENT},
#define RAISED(name, type) {type, CORE_WAKES},
  ACR_RAISED_MAP(RAISED)
#undef RAISED
  {"clock", CORE_SILENT}, {"points.adjust", CORE_SILENT}, {"points.spend", CORE_SILENT}, {"points.spend_cancelled", CORE_SILENT},
  {"points.hold", CORE_SILENT}, {"points.capture", CORE_SILENT}, {"points.release", CORE_SILENT}, {"points.import", CORE_SILENT},
  {"offer.redeem", CORE_WAKES}, {"offer.purchase", CORE_WAKES}, {"member.lock", CORE_SILENT}, {"member.unlock", CORE_SILENT},
  {"member.merge", CORE_SILENT}, {"member.leave", CORE_SILENT}, {"member.erase", CORE_SILENT}, {"level.set", CORE_SILENT},
};

static int core_find(acr__span name) {
  for (int i = 0; i < ACR_COUNT(core_types); i++) {
    if (acr__span_is(name, core_types[i].name)) return i;
  }
  return -1;
}

static int64_t rescaled(int64_t value, int from, int to) {
  int64_t out = value;
  if (to > from && !acr__mul(value, acr__pow10(to - from), &out)) return value > 0 ? INT64_MAX : INT64_MIN;
  return to < from ? value / acr__pow10(from - to) : out;
}

static const struct acr__field *fields_at_scale(struct acr__compile *ctx, const struct acr__field *fields, int count) {
  struct acr__field *out = ACR__NEW_N(ctx->arena, struct acr__field, count + 1);
  int scale = ctx->plan->currency_scale;
  for (int i = 0; i < count; i++) {
    out[i] = fields[i];
    if (fields[i].type != ACR_FIELD_MONEY) continue;
    out[i].min = rescaled(fields[i].min, fields[i].scale, scale);
    out[i].max = rescaled(fields[i].max, fields[i].scale, scale);
    out[i].scale = scale;
  }
  return out;
}

int acr__type_add(struct acr__compile *ctx, acr__span name) {
  for (int i = 0; i < ctx->types.count; i++) {
    if (acr__span_eq(*ACR__AT(&ctx->types, acr__span, i), name)) return i;
  }
  *ACR__PUSH(ctx->arena, &ctx->types, acr__span) = name;
  return ctx->types.count - 1;
}

void acr__types_start(struct acr__compile *ctx) {
  for (int i = 0; i < ctx->tpl->component_count; i++) {
    const struct acr__component *component = &ctx->tpl->components[i];
    if (component->kind != ACR_EVENT_TYPE) continue;
    if (acr__raised_find(component->name) >= 0) {
      acr__fault(ctx, NULL, "reserved_name", "the template declares the event type `%s`, which Accrue itself raises; give it another name",
                 acr__quote(ctx, component->name));
      continue;
    }
    struct acr__schema *schema = ACR__NEW(ctx->arena, struct acr__schema);
    *schema = component->schema;
    schema->type = component->name;
    schema->fields = fields_at_scale(ctx, schema->fields, schema->field_count);
    schema->item_fields = fields_at_scale(ctx, schema->item_fields, schema->item_field_count);
    *ACR__PUSH(ctx->arena, &ctx->schemas, const struct acr__schema *) = schema;
    if (acr__span_is(component->name, "purchase")) ctx->plan->purchase_schema = schema;
    else acr__type_add(ctx, component->name);
  }
}

const struct acr__schema *acr__schema_of(const struct acr__compile *ctx, acr__span type) {
  for (int i = 0; i < ctx->schemas.count; i++) {
    const struct acr__schema *schema = *ACR__AT(&ctx->schemas, const struct acr__schema *, i);
    if (acr__span_eq(schema->type, type)) return schema;
  }
  int raised = acr__raised_find(type);
  return raised < 0 ? NULL : acr__raised_schema(ctx, (acr__raised)raised);
}

static void type_unknown(struct acr__compile *ctx, const acr__node *node, acr__span name) {
  acr__span *names = ACR__NEW_N(ctx->arena, acr__span, ctx->tpl->component_count + ACR_COUNT(core_types));
  int count = 0;
  for (int i = 0; i < ctx->tpl->component_count; i++) {
    const struct acr__component *component = &ctx->tpl->components[i];
    if (component->kind == ACR_EVENT_TYPE && core_find(component->name) < 0) names[count++] = component->name;
  }
  for (int i = 0; i < ACR_COUNT(core_types); i++) {
    if (core_types[i].core == CORE_WAKES) names[count++] = acr__span_of(core_types[i].name);
  }
  acr__fault_unknown(ctx, node, "event type", name, names, count);
}

bool acr__type_is_purchase(acr__span name) {
  int core = core_find(name);
  return core >= 0 && core_types[core].core == CORE_PURCHASE;
}

bool acr__type_check(struct acr__compile *ctx, const acr__node *node, acr__span name) {
  int core = core_find(name);
  if (core < 0) {
    const struct acr__component *declared = acr__template_find(ctx->tpl, ACR_EVENT_TYPE, name);
    if (!declared && !acr__is_broken(ctx, ACR_EVENT_TYPE, name)) type_unknown(ctx, node, name);
    if (declared) acr__warn_deprecated(ctx, node, declared);
    return declared != NULL;
  }
  switch (core_types[core].core) {
  case CORE_WAKES: return true;
  case CORE_PURCHASE:
    if (ctx->takes_purchase) return true;
    acr__fault(ctx, node, "event_type", "`%s` is no custom event: purchases are looked at by conditions over purchases",
               core_types[core].name);
    return false;
  default: acr__fault(ctx, node, "event_type", "`%s` wakes no rule: it is handled by the core", core_types[core].name); return false;
  }
}
