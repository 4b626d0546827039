// `threshold`: one more entrance rule of a level, on spend: since the anniversary or the last expiry of a level where the level ends
// by itself, else on all of it.
#include "base/decimal.h"
#include "program/compile.h"

static const struct acr__field_rule threshold_fields[] = {
    {"spend", NULL}, {"basis", NULL}, {"limit", NULL}, {"from", NULL}, {"until", NULL}};

// The spend of a purchase on the basis asked for, and a text for it: the same as a key phrase's where one measures the same.
static struct acr__path path_of(const struct acr__plan *plan, acr__amount_basis basis, const char **text) {
  static const char *const texts[] = {"(net)", "(subtotal)", "total"};
  struct acr__path path = {.root = ACR_PATH_BASIS, .field = (int)basis, .scale = plan->currency_scale, .money = true};
  *text = texts[basis];
  if (basis == ACR_BASIS_TOTAL) path = (struct acr__path){.root = ACR_PATH_TOTAL, .scale = plan->currency_scale, .money = true};
  if (basis == plan->amount_basis) {
    *text = "amount";
    path.root = ACR_PATH_AMOUNT;
    path.field = 0;
  }
  return path;
}

// A threshold needs no template: its condition type and key phrase are the core's own.
static const struct acr__component *core_type(struct acr__compile *ctx) {
  acr__span *facts = ACR__NEW(ctx->arena, acr__span);
  *facts = ACR__SPAN_LIT("purchase");
  struct acr__component *type = ACR__NEW(ctx->arena, struct acr__component);
  *type = (struct acr__component){.kind = ACR_CONDITION_TYPE, .name = ACR__SPAN_LIT("threshold"), .file = ACR__SPAN_LIT("threshold"),
                                  .title = ACR__SPAN_LIT("Spend"), .over = ACR_OVER_HISTORY, .facts = facts, .fact_count = 1};
  return type;
}

static const struct acr__component *core_phrase(struct acr__compile *ctx, const char *path) {
  struct acr__component *phrase = ACR__NEW(ctx->arena, struct acr__component);
  *phrase = (struct acr__component){.kind = ACR_KEY_PHRASE, .name = ACR__SPAN_LIT("threshold"), .file = ACR__SPAN_LIT("threshold"),
                                    .title = ACR__SPAN_LIT("Spend is at least the level's threshold"), .path = acr__span_of(path),
                                    .aggregate = ACR_AGG_SUM};
  return phrase;
}

int acr__spend_series(struct acr__compile *ctx, acr__amount_basis basis, const acr__node *node) {
  const char *text;
  const struct acr__path path = path_of(ctx->plan, basis, &text);
  const struct acr__vars vars = {.component = core_phrase(ctx, text)};
  const struct acr__facts facts = {.purchase = true};
  const struct acr__cond cond = {.type = core_type(ctx), .phrase = vars.component, .over = ACR_OVER_HISTORY, .has_path = true,
                                .path = path};
  return acr__series_of(ctx, &facts, &vars, NULL, &cond, NULL, 0, node);
}

// Domain 7.5.
static const acr__timeframe *frame_of(acr__level_end end) {
  static const acr__timeframe anniversary = {.since = ACR_SINCE_ANNIVERSARY}, expiry = {.since = ACR_SINCE_LEVEL_EXPIRY};
  if (end == ACR_LEVEL_END_NONE) return NULL;
  return end == ACR_LEVEL_END_POINTS || end == ACR_LEVEL_END_SPEND ? &expiry : &anniversary;
}

static bool make_cond(struct acr__compile *ctx, const acr__node *node, int level, acr__amount_basis basis, int64_t spend) {
  const acr__timeframe *frame = frame_of(ctx->levels[level].end);
  char spend_text[32], frame_text[160] = "at any time";
  if (frame) acr__timeframe_text(frame, frame_text, sizeof frame_text);
  acr__decimal_format(spend, ctx->plan->currency_scale, spend_text);
  struct acr__cond cond = {
    .type = core_type(ctx), .phrase = core_phrase(ctx, "total"), .over = ACR_OVER_HISTORY, .vars = -1, .has_operator = true,
    .op = ACR_OP_GE, .number = spend, .number_scale = ctx->plan->currency_scale, .value_mul = 1, .include_current = true,
    .timeframe = frame, .series = acr__spend_series(ctx, basis, node),
    .path_text = acr__node_path(ctx->doc->json, node, ctx->arena),
    .sentence = acr__span_of(acr__arena_printf(ctx->arena, "Spend %s is at least %s", frame_text, spend_text)),
  };
  *ACR__PUSH(ctx->arena, &ctx->conds, struct acr__cond) = cond;
  return cond.series >= 0;
}

int acr__threshold_read(struct acr__compile *ctx, const acr__node *node, int level) {
  if (!node || !acr__fields_check(ctx, node, "a threshold", threshold_fields, ACR_COUNT(threshold_fields), NULL)) return -1;
  const acr__node *spend_node = acr__node_get(node, "spend");
  int64_t spend = 0;
  int basis = ACR_BASIS_TOTAL;
  if (!spend_node) acr__fault(ctx, node, "missing", "`spend` is missing from a threshold");
  bool good = acr__decimal_read(ctx, spend_node, "spend", ctx->plan->currency_scale, &spend) && spend_node;
  if (good && spend <= 0) acr__fault(ctx, spend_node, "range", "found %s for `spend`, wanted more than 0", acr__show(ctx, spend_node));
  good = acr__word_read(ctx, acr__node_get(node, "basis"), "basis", acr__basis_words, 3, &basis) && good && spend > 0;
  if (!good || !make_cond(ctx, node, level, (acr__amount_basis)basis, spend)) return -1;

  struct acr__tree *tree = ACR__NEW(ctx->arena, struct acr__tree);
  *tree = (struct acr__tree){.kind = ACR_NODE_COND, .cond = ctx->conds.count - 1, .first_child = -1, .next = -1};
  struct acr__rule rule = {
    .name = ACR__SPAN_LIT("threshold"), .id = ACR__SPAN_LIT("threshold"), .behavior = ACR_BEHAVIOR_ENTRANCE, .level = level,
    .tree = tree, .tree_count = 1,
  };
  acr__rule_terms_read(ctx, node, &rule);
  *ACR__PUSH(ctx->arena, &ctx->rules, struct acr__rule) = rule;
  return ctx->rules.count - 1;
}
