// Declared fields of the events that the core raises (src/engine/raise.c writes them).
#include "program/compile.h"

enum { FIELDS_MAX = 8 };
struct fields {
  const char *names[FIELDS_MAX];
};

// All are texts, but "points", which has the decimals of the program's finest account, and "total", which is money.
static const struct fields declared[ACR_RAISED_COUNT] = {
  [ACR_RAISED_POINTS_EARNED] = {{"points", "account", "source", "reason", "behavior", "rule"}},
  [ACR_RAISED_POINTS_SPENT] = {{"points", "account", "source", "reason", "behavior", "rule"}},
  [ACR_RAISED_POINTS_EXPIRED] = {{"points", "account", "source", "reason", "behavior", "rule"}},
  [ACR_RAISED_POINTS_EXPIRING] = {{"points", "account", "expires"}},
  [ACR_RAISED_LEVEL_PROMOTED] = {{"program", "from", "to"}},
  [ACR_RAISED_LEVEL_DEMOTED] = {{"program", "from", "to"}},
  [ACR_RAISED_LEVEL_AT_RISK] = {{"program", "level", "until"}},
  [ACR_RAISED_LEVEL_EXPIRING] = {{"program", "level", "expires"}},
  [ACR_RAISED_OFFER_ISSUED] = {{"offer", "issue", "expires"}},
  [ACR_RAISED_OFFER_PURCHASED] = {{"offer", "issue", "store", "points"}},
  [ACR_RAISED_OFFER_REDEEMED] = {{"offer", "issue", "store"}},
  [ACR_RAISED_OFFER_EXPIRING] = {{"offer", "issue", "expires"}},
  [ACR_RAISED_PURCHASE_COMPLETED] = {{"transaction", "total", "store", "channel", "currency"}},
};

static acr__field_type type_of(const char *name) {
  acr__span text = acr__span_of(name);
  if (acr__span_is(text, "points")) return ACR_FIELD_DECIMAL;
  return acr__span_is(text, "total") ? ACR_FIELD_MONEY : ACR_FIELD_TEXT;
}

const struct acr__schema *acr__raised_schema(const struct acr__compile *ctx, acr__raised what) {
  struct acr__schema *schema = ACR__NEW(ctx->arena, struct acr__schema);
  struct acr__field *fields = ACR__NEW_N(ctx->arena, struct acr__field, FIELDS_MAX);
  schema->type = acr__raised_type(what);
  schema->fields = fields;
  for (int i = 0; i < FIELDS_MAX && declared[what].names[i]; i++) {
    const char *name = declared[what].names[i];
    acr__field_type type = type_of(name);
    int scale = type == ACR_FIELD_DECIMAL ? ctx->plan->points_scale : type == ACR_FIELD_MONEY ? ctx->plan->currency_scale : 0;
    fields[schema->field_count++] = (struct acr__field){.name = acr__span_of(name), .type = type, .scale = scale, .optional = true};
  }
  return schema;
}
