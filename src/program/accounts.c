// Point accounts and point sources.
#include "program/compile.h"

static const struct acr__field_rule account_fields[] = {
  {"decimals", NULL}, {"default", NULL}, {"group", NULL}, {"allow_negative", NULL}, {"max_balance", NULL}, {"spendable", NULL},
  {"escrow", NULL}, {"status", NULL}, {"title", NULL}, {"description", NULL}, {"expiry", NULL}, {"warn", NULL},
};
static const struct acr__field_rule source_fields[] = {
  {"accounts", NULL}, {"title", NULL}, {"description", NULL}, {"inventory", NULL}, {"limit", NULL},
};

static void read_account(struct acr__compile *ctx, const acr__node *node, struct acr__plan_account *out) {
  *out = (struct acr__plan_account){.name = acr__node_key(node), .spendable = true, .active = true};
  acr__name_good(ctx, node, "an account's name", out->name);
  if (!acr__fields_check(ctx, node, "an account", account_fields, ACR_COUNT(account_fields), NULL)) return;

  const acr__node *decimals = acr__node_get(node, "decimals"), *max = acr__node_get(node, "max_balance");
  int64_t places = 0;
  if (acr__decimal_read(ctx, decimals, "decimals", 0, &places)) {
    if (places < 0 || places > 6) {
      acr__fault(ctx, decimals, "range", "found %s for `decimals`, wanted 0 to 6", acr__show(ctx, decimals));
    } else {
      out->decimals = (int)places;
    }
  }
  acr__bool_read(ctx, acr__node_get(node, "default"), "default", &out->is_default);
  acr__bool_read(ctx, acr__node_get(node, "allow_negative"), "allow_negative", &out->allow_negative);
  acr__bool_read(ctx, acr__node_get(node, "spendable"), "spendable", &out->spendable);
  acr__bool_read(ctx, acr__node_get(node, "escrow"), "escrow", &out->escrow);
  acr__name_read(ctx, acr__node_get(node, "group"), "a group's name", &out->group);
  if (max && acr__decimal_read(ctx, max, "max_balance", out->decimals, &out->max_balance)) {
    out->has_max = true;
    if (out->max_balance < 0 || out->max_balance > ACR_POINTS_MAX) {
      acr__fault(ctx, max, "range", "found %s for `max_balance`, wanted 0 or more", acr__show(ctx, max));
    }
  }
  static const char *const words[] = {"active", "inactive"};
  int status = 0;
  acr__word_read(ctx, acr__node_get(node, "status"), "status", words, 2, &status);
  out->active = status == 0;
}

static bool is_object(struct acr__compile *ctx, const acr__node *node, const char *what) {
  if (!node || acr__node_kind(node) == ACR_JSON_OBJECT) return node != NULL;
  acr__fault(ctx, node, "type", "found %s, wanted %s by name as an object", acr__show(ctx, node), what);
  return false;
}

// Points of the default accounts are spent together, so they must be of one size.
static void check_defaults(struct acr__compile *ctx, const acr__node *node) {
  const struct acr__plan_account *first = NULL;
  const acr__node *at = acr__node_first(node);
  for (int i = 0; i < ctx->plan->account_count; i++, at = acr__node_next(at)) {
    const struct acr__plan_account *account = &ctx->accounts[i];
    if (!account->is_default) continue;
    if (!account->spendable || account->escrow) {
      acr__fault(ctx, at, "default", "account `%s` may not be a default: its points cannot be spent", acr__quote(ctx, account->name));
    } else if (first && first->decimals != account->decimals) {
      acr__fault(ctx, at, "default", "default accounts `%s` and `%s` are spent together and need the same `decimals`",
                 acr__quote(ctx, first->name), acr__quote(ctx, account->name));
    }
    if (!first) first = account;
  }
}

void acr__accounts_read(struct acr__compile *ctx, const acr__node *node) {
  struct acr__plan *plan = ctx->plan;
  if (!is_object(ctx, node, "accounts")) return;
  int count = acr__node_count(node);
  if (count > ACR_ACCOUNTS_MAX) {
    acr__fault(ctx, node, "limit", "found %d accounts, wanted at most %d", count, ACR_ACCOUNTS_MAX);
    return;
  }
  ctx->accounts = ACR__NEW_N(ctx->arena, struct acr__plan_account, count + 1);
  plan->accounts = ctx->accounts;
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    struct acr__plan_account *account = &ctx->accounts[plan->account_count++];
    read_account(ctx, at, account);
    if (account->decimals > plan->points_scale) plan->points_scale = account->decimals;
  }
  const struct acr__plan_account *only = plan->account_count == 1 ? plan->accounts : NULL;
  if (only && only->spendable && !only->escrow) ctx->accounts[0].is_default = true;
  check_defaults(ctx, node);
  const acr__node *each = acr__node_first(node);
  for (int i = 0; i < plan->account_count; i++, each = acr__node_next(each)) acr__expiry_read(ctx, each, i, &ctx->accounts[i].expiry);
  for (int i = 0; i < plan->account_count; i++) acr__script_account(ctx->script, plan->accounts[i].name, plan->accounts[i].decimals);
}

static void read_linked(struct acr__compile *ctx, const acr__node *named, int *accounts, struct acr__plan_source *out) {
  const acr__span *names;
  int count;
  acr__names_read(ctx, named, "an account's name", &names, &count);
  if (count == 0) acr__fault(ctx, named, "missing", "found %s, wanted at least one account of source `%s`", acr__show(ctx, named),
                             acr__quote(ctx, out->name));
  for (int i = 0; i < count; i++) {
    if (!acr__name_check(ctx, named, ACR__SPAN_LIT("account"), names[i])) continue;
    if (!acr__in_names(names, i, names[i])) accounts[out->account_count++] = acr__plan_account_find(ctx->plan, names[i]);
  }
}

// Without `accounts` a source may deposit into every active one.
static void read_source(struct acr__compile *ctx, const acr__node *node, struct acr__plan_source *out) {
  struct acr__plan *plan = ctx->plan;
  out->name = acr__node_key(node);
  acr__name_good(ctx, node, "a source's name", out->name);
  if (!acr__fields_check(ctx, node, "a source", source_fields, ACR_COUNT(source_fields), NULL)) return;

  const acr__node *named = acr__node_get(node, "accounts");
  int *accounts = ACR__NEW_N(ctx->arena, int, plan->account_count + 1);
  out->accounts = accounts;
  for (int i = 0; !named && i < plan->account_count; i++) {
    if (plan->accounts[i].active) accounts[out->account_count++] = i;
  }
  if (named) read_linked(ctx, named, accounts, out);
  for (int i = 0; i < out->account_count; i++) {
    int decimals = plan->accounts[accounts[i]].decimals;
    if (decimals > out->scale) out->scale = decimals;
  }
  acr__caps_read(ctx, node, out);
}

void acr__sources_read(struct acr__compile *ctx, const acr__node *node) {
  struct acr__plan *plan = ctx->plan;
  if (!is_object(ctx, node, "sources")) return;
  int count = acr__node_count(node);
  if (count > ACR_ACCOUNTS_MAX) {
    acr__fault(ctx, node, "limit", "found %d sources, wanted at most %d", count, ACR_ACCOUNTS_MAX);
    return;
  }
  struct acr__plan_source *sources = ACR__NEW_N(ctx->arena, struct acr__plan_source, count + 1);
  plan->sources = ctx->sources = sources;
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) read_source(ctx, at, &sources[plan->source_count++]);
}

void acr__deposit_check(struct acr__compile *ctx, const acr__node *node, int source, int account) {
  const struct acr__plan_source *from = &ctx->plan->sources[source];
  for (int i = 0; i < from->account_count; i++) {
    if (from->accounts[i] == account) return;
  }
  acr__fault(ctx, node, "source_account", "source `%s` may not deposit into account `%s`; its `accounts` do not name it",
             acr__quote(ctx, from->name), acr__quote(ctx, ctx->plan->accounts[account].name));
}
