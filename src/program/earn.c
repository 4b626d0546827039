// base_earn: what every purchase earns, without a rule.
#include "program/sentence.h"

const char *const acr__basis_words[3] = {"net", "subtotal", "total"};

static const struct acr__field_rule earn_fields[] = {
  {"points", NULL}, {"per", NULL}, {"account", NULL}, {"source", NULL}, {"basis", NULL}, {"constraints", NULL}, {"precision", NULL},
  {"rounding", NULL}, {"hurdle", NULL}, {"title", NULL}, {"description", NULL},
};

static bool need(struct acr__compile *ctx, const acr__node *object, const char *name) {
  if (acr__node_get(object, name)) return true;
  acr__fault(ctx, object, "missing", "`%s` is missing from `base_earn`", name);
  return false;
}

static void read_rate(struct acr__compile *ctx, const acr__node *node, struct acr__points_per *rate) {
  int scale = ctx->plan->currency_scale;
  const acr__node *points = acr__node_get(node, "points"), *per = acr__node_get(node, "per"), *hurdle = acr__node_get(node, "hurdle");
  rate->rate_scale = 6;
  if (need(ctx, node, "points") && acr__decimal_read(ctx, points, "points", 6, &rate->rate) && rate->rate <= 0) {
    acr__fault(ctx, points, "range", "found %s for `points`, wanted more than 0", acr__show(ctx, points));
  }
  while (rate->rate_scale > 0 && rate->rate % 10 == 0) rate->rate /= 10, rate->rate_scale--;
  rate->per = 1;
  if (need(ctx, node, "per") && acr__decimal_read(ctx, per, "per", scale, &rate->per) && rate->per <= 0) {
    acr__fault(ctx, per, "range", "found %s for `per`, wanted more than 0", acr__show(ctx, per));
  }
  if (acr__decimal_read(ctx, hurdle, "hurdle", scale, &rate->hurdle) && rate->hurdle < 0) {
    acr__fault(ctx, hurdle, "range", "found %s for `hurdle`, wanted 0 or more", acr__show(ctx, hurdle));
  }
  const acr__node *precision = acr__node_get(node, "precision");
  int64_t places = 2; // of money, domain P1
  if (acr__decimal_read(ctx, precision, "precision", 0, &places) && (places < 0 || places > 6)) {
    acr__fault(ctx, precision, "range", "found %s for `precision`, wanted 0 to 6", acr__show(ctx, precision));
  }
  rate->precision = (int)places;
  static const char *const words[] = {"down", "half_up", "up"};
  int rounding = 0;
  acr__word_read(ctx, acr__node_get(node, "rounding"), "rounding", words, 3, &rounding);
  rate->rounding = (acr__rounding)rounding;
}

static void read_target(struct acr__compile *ctx, const acr__node *node, struct acr__earn *out) {
  const acr__node *account = acr__node_get(node, "account"), *source = acr__node_get(node, "source");
  acr__span name = {0};
  out->account = out->source = -1;
  if (need(ctx, node, "account") && acr__text_read(ctx, account, "an account's name", &name) &&
      acr__name_check(ctx, account, ACR__SPAN_LIT("account"), name)) {
    out->account = acr__plan_account_find(ctx->plan, name);
    out->rate.decimals = ctx->plan->accounts[out->account].decimals;
  }
  if (need(ctx, node, "source") && acr__text_read(ctx, source, "a source's name", &name) &&
      acr__name_check(ctx, source, ACR__SPAN_LIT("source"), name)) {
    out->source = acr__plan_source_find(ctx->plan, name);
  }
  if (out->account >= 0 && out->source >= 0) acr__deposit_check(ctx, source, out->source, out->account);
}

static void read_earn(struct acr__compile *ctx, const acr__node *node, struct acr__earn *out) {
  if (!acr__fields_check(ctx, node, "`base_earn`", earn_fields, ACR_COUNT(earn_fields), NULL)) return;
  read_rate(ctx, node, &out->rate);
  read_target(ctx, node, out);
  int basis = ACR_BASIS_TOTAL;
  acr__word_read(ctx, acr__node_get(node, "basis"), "basis", acr__basis_words, 3, &basis);
  out->basis = (acr__amount_basis)basis;

  struct acr__list held = {0};
  acr__narrows_read(ctx, acr__node_get(node, "constraints"), &held);
  struct acr__narrow *narrows = ACR__NEW_N(ctx->arena, struct acr__narrow, held.count + 1);
  for (int i = 0; i < held.count; i++) {
    const struct acr__held *one = ACR__AT(&held, struct acr__held, i);
    if (!acr__narrow_fits_current(ctx, one->narrow.component, ACR_BEHAVIOR_PURCHASE)) acr__fault_narrow(ctx, one, "`base_earn`");
    narrows[i] = one->narrow;
  }
  out->narrows = narrows;
  out->narrow_count = held.count;
  out->count_all = held.count == 0;
  out->sentence = acr__sentence_earn(ctx, out, held.items, held.count);
}

void acr__earn_read(struct acr__compile *ctx, const acr__node *node, const struct acr__earn **out, int *count) {
  *out = NULL;
  *count = 0;
  if (!node) return;
  bool is_list = acr__node_kind(node) == ACR_JSON_ARRAY;
  struct acr__earn *earns = ACR__NEW_N(ctx->arena, struct acr__earn, is_list ? acr__node_count(node) + 1 : 1);
  for (const acr__node *at = is_list ? acr__node_first(node) : node; at; at = is_list ? acr__node_next(at) : NULL) {
    read_earn(ctx, at, &earns[(*count)++]);
  }
  *out = earns;
}
