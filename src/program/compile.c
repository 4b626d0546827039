// A program's JSON, top down: what is named first, then the rules that name it.
#include "program/lint.h"

static const struct acr__field_rule program_fields[] = {
  {"$schema", NULL}, {"program", NULL}, {"family", NULL}, {"title", NULL}, {"description", NULL}, {"effective_from", NULL},
  {"currency", NULL}, {"timezone", NULL}, {"amount_basis", NULL}, {"accounts", NULL}, {"sources", NULL}, {"base_earn", NULL},
  {"audiences", NULL}, {"links", NULL}, {"stores", NULL}, {"payment_types", NULL}, {"channels", NULL}, {"catalog", NULL},
  {"settings", NULL}, {"levels", NULL}, {"purchase", NULL}, {"event", NULL}, {"offers", NULL}, {"reward_stores", NULL},
};

static void read_zone(struct acr__compile *ctx, const acr__node *node) {
  acr__span name = ACR__SPAN_LIT("UTC");
  acr__text_read(ctx, node, "a time zone", &name);
  ctx->plan->zone = acr__zone_find(name);
  if (ctx->plan->zone) return;
  acr__fault(ctx, node, "unknown_name", "unknown time zone `%s`; wanted a name such as `America/New_York`", acr__quote(ctx, name));
  ctx->plan->zone = acr__zone_find(ACR__SPAN_LIT("UTC"));
}

static void read_effective_from(struct acr__compile *ctx, const acr__node *node) {
  struct acr__plan *plan = ctx->plan;
  plan->effective_from = ACR_TIME_MIN;
  acr__date date;
  if (!acr__text_read(ctx, node, "`effective_from`", &plan->effective_from_text) || !node) return;
  if (acr__date_parse(plan->effective_from_text, &date)) plan->effective_from = acr__day_start(plan->zone, date);
  else acr__fault_date(ctx, node, "type", "effective_from", "a date such as \"2026-06-01\"");
}

static void read_currency(struct acr__compile *ctx, const acr__node *node) {
  struct acr__plan *plan = ctx->plan;
  plan->currency_scale = 2; // any currency is taken then
  if (!node || !acr__text_read(ctx, node, "a currency", &plan->currency)) return;
  int scale = acr__currency_scale(plan->currency);
  if (scale >= 0) plan->currency_scale = scale;
  else acr__fault(ctx, node, "type", "found %s for `currency`, wanted an ISO 4217 code such as \"USD\"", acr__show(ctx, node));
}

static void read_identity(struct acr__compile *ctx, const acr__node *root) {
  struct acr__plan *plan = ctx->plan;
  const acr__node *program = acr__node_get(root, "program");
  if (!program) acr__fault(ctx, root, "missing", "`program` is missing: the name of the program");
  acr__name_read(ctx, program, "a program's name", &plan->program);
  plan->family = plan->program;
  acr__name_read(ctx, acr__node_get(root, "family"), "a family's name", &plan->family);
  acr__text_read(ctx, acr__node_get(root, "title"), "a title", &plan->title);
  acr__text_read(ctx, acr__node_get(root, "description"), "a description", &plan->description);
  read_zone(ctx, acr__node_get(root, "timezone"));
  read_effective_from(ctx, acr__node_get(root, "effective_from"));
  read_currency(ctx, acr__node_get(root, "currency"));
  int basis = ACR_BASIS_NET;
  acr__word_read(ctx, acr__node_get(root, "amount_basis"), "amount_basis", acr__basis_words, 3, &basis);
  plan->amount_basis = (acr__amount_basis)basis;
}

static void read_program(struct acr__compile *ctx, const acr__node *root) {
  struct acr__plan *plan = ctx->plan;
  if (!acr__fields_check(ctx, root, "a program", program_fields, ACR_COUNT(program_fields), NULL)) return;
  read_identity(ctx, root);
  acr__settings_read(ctx, acr__node_get(root, "settings"));
  acr__script_leap_day(ctx->script, plan->settings.leap_mar1);
  acr__accounts_read(ctx, acr__node_get(root, "accounts"));
  acr__sources_read(ctx, acr__node_get(root, "sources"));
  acr__audiences_read(ctx, acr__node_get(root, "audiences"));
  acr__stores_read(ctx, acr__node_get(root, "stores"));
  acr__known_lists_read(ctx, root);
  acr__links_read(ctx, acr__node_get(root, "links"));
  acr__level_names_read(ctx, acr__node_get(root, "levels"));
  acr__types_start(ctx);
  acr__offers_read(ctx, acr__node_get(root, "offers"));
  acr__reward_stores_read(ctx, acr__node_get(root, "reward_stores"));
  acr__earn_read(ctx, acr__node_get(root, "base_earn"), &plan->base_earn, &plan->base_earn_count);
  acr__levels_read(ctx, root);
}

static void finish(struct acr__compile *ctx) {
  struct acr__plan *plan = ctx->plan;
  acr__limits_finish(ctx);
  acr__reads_finish(ctx);
  plan->types = ctx->types.items;
  plan->type_count = ctx->types.count;
  plan->schemas = ACR__NEW_N(ctx->arena, const struct acr__schema *, plan->type_count + 1);
  for (int i = 0; i < plan->type_count; i++) plan->schemas[i] = acr__schema_of(ctx, plan->types[i]);
  plan->rules = ctx->rules.items;
  plan->rule_count = ctx->rules.count;
  plan->conds = ctx->conds.items;
  plan->cond_count = ctx->conds.count;
  plan->series = ctx->series.items;
  plan->series_count = ctx->series.count;
}

struct acr__plan *acr__plan_compile(acr__arena *arena, acr__script *script, const struct acr__template *tpl, acr__span text,
                                    const char *file, struct acr__rule_files *rules, acr__diag *diag) {
  struct acr__json_limits limits = {.depth_max = ACR_PROGRAM_DEPTH_MAX, .bytes_max = ACR_PROGRAM_BYTES_MAX};
  struct acr__json_fault fault;
  int faults = diag->faults;
  acr__json *json = acr__json_parse(arena, text, &limits, &fault);
  if (!json) {
    struct acr__place place = {.file = file, .line = fault.line, .column = fault.column};
    acr__diag_add(diag, ACR_FAULT, fault.code, place, "%s", fault.message);
    return NULL;
  }
  struct acr__doc doc = {.json = json, .file = file};
  struct acr__plan *plan = ACR__NEW(arena, struct acr__plan);
  struct acr__compile ctx = {.arena = arena, .script = script, .tpl = tpl, .diag = diag, .plan = plan, .doc = &doc,
                             .rule_files = rules};
  plan->hash = acr__hash_bytes(text.ptr, text.len);
  plan->tpl = tpl;
  plan->script = script;
  read_program(&ctx, acr__json_root(json));
  finish(&ctx);
  if (diag->faults == faults && !ctx.gaps) acr__lint(&ctx, acr__json_root(json));
  return diag->faults == faults && !ctx.gaps ? plan : NULL;
}
