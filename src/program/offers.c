// Offers and reward stores. An offer's limit counts what one member was issued of it, however it came: by a rule or bought.
#include "json/writer.h"
#include "program/compile.h"

static const struct acr__field_rule offer_fields[] = {
  {"title", NULL}, {"description", NULL}, {"price", NULL}, {"account", NULL}, {"valid", NULL}, {"limit", NULL},
  {"discount", NULL}, {"redeem", NULL}, {"warn", NULL},
};
static const struct acr__field_rule discount_fields[] = {{"percent", NULL}, {"amount", NULL}, {"free", NULL}, {"catalog", NULL}};
static const struct acr__field_rule store_fields[] = {{"offers", NULL}, {"levels", NULL}, {"title", NULL}, {"description", NULL}};

static bool by_name(struct acr__compile *ctx, const acr__node *node, const char *what) {
  if (!node || acr__node_kind(node) == ACR_JSON_OBJECT) return node != NULL;
  acr__fault(ctx, node, "type", "found %s, wanted %s by name as an object", acr__show(ctx, node), what);
  return false;
}

// ---- What it costs

// The named account, else the default ones, which all have the same decimals.
static void find_accounts(struct acr__compile *ctx, const acr__node *named, struct acr__plan_offer *out) {
  const struct acr__plan *plan = ctx->plan;
  int *accounts = ACR__NEW_N(ctx->arena, int, plan->account_count + 1);
  acr__span name = {0};
  out->accounts = accounts;
  if (named) {
    if (!acr__name_read(ctx, named, "an account's name", &name) || !acr__name_check(ctx, named, ACR__SPAN_LIT("account"), name)) return;
    accounts[out->account_count++] = acr__plan_account_find(plan, name);
    return;
  }
  for (int i = 0; i < plan->account_count; i++)
    if (plan->accounts[i].is_default) accounts[out->account_count++] = i;
}

static void read_price(struct acr__compile *ctx, const acr__node *node, struct acr__plan_offer *out) {
  const acr__node *price = acr__node_get(node, "price"), *named = acr__node_get(node, "account");
  int faults = ctx->diag->faults;
  find_accounts(ctx, named, out);
  if (named && !price) acr__fault(ctx, named, "missing", "`account` says what pays for the offer, but it has no `price`");
  if (!price || ctx->diag->faults != faults) return;
  if (out->account_count == 0) {
    acr__fault(ctx, price, "missing", "`account` is missing: what pays for the offer; the program has no default account");
    return;
  }
  int decimals = ctx->plan->accounts[out->accounts[0]].decimals;
  if (!acr__decimal_read(ctx, price, "price", decimals, &out->price)) return;
  out->for_sale = true;
  if (out->price < 0 || out->price > ACR_POINTS_MAX) {
    acr__fault(ctx, price, "range", "found %s for `price`, wanted 0 or more points", acr__show(ctx, price));
  }
}

// ---- When it holds

static bool read_date(struct acr__compile *ctx, const acr__node *node, const char *what, acr__date *out) {
  if (!node) return false;
  if (acr__node_kind(node) == ACR_JSON_STRING && acr__date_parse(acr__node_text(node), out)) return true;
  acr__fault_date(ctx, node, "type", what, "a date such as \"2026-06-01\"");
  return false;
}

static bool read_duration(struct acr__compile *ctx, const acr__node *node, const char *what, const char *wanted, acr__duration *out) {
  if (!node) return false;
  if (acr__node_kind(node) == ACR_JSON_STRING && acr__duration_parse(acr__node_text(node), out) && out->n > 0) return true;
  acr__fault(ctx, node, "type", "found %s for `%s`, wanted %s", acr__show(ctx, node), what, wanted);
  return false;
}

static void read_valid(struct acr__compile *ctx, const acr__node *node, struct acr__plan_offer *out) {
  static const struct acr__field_rule fields[] = {{"from", NULL}, {"to", NULL}};
  if (!node) return;
  if (acr__node_kind(node) != ACR_JSON_OBJECT) {
    out->has_term = read_duration(ctx, node, "valid", "a duration such as \"30 days\", or dates as {\"from\", \"to\"}", &out->term);
    return;
  }
  acr__fields_check(ctx, node, "`valid`", fields, ACR_COUNT(fields), NULL);
  const acr__node *from = acr__node_get(node, "from"), *to = acr__node_get(node, "to");
  out->has_from = read_date(ctx, from, "from", &out->from);
  out->has_to = read_date(ctx, to, "to", &out->to);
  if (!from && !to) acr__fault(ctx, node, "missing", "found an empty `valid`, wanted `from`, `to` or both");
  if (out->has_from && out->has_to && acr__days_of(out->from) > acr__days_of(out->to)) {
    acr__fault(ctx, node, "range", "`from` is later than `to`: the offer is never valid");
  }
}

static void read_limit(struct acr__compile *ctx, const acr__node *node, struct acr__plan_offer *out) {
  static const struct acr__field_rule fields[] = {{"times", NULL}, {"per", NULL}};
  static const char *const words[] = {"day", "week", "month", "year", "forever"};
  static const acr__unit units[] = {ACR_UNIT_DAY, ACR_UNIT_WEEK, ACR_UNIT_MONTH, ACR_UNIT_YEAR};
  if (!node || !acr__fields_check(ctx, node, "`limit` of an offer", fields, ACR_COUNT(fields), NULL)) return;
  const acr__node *times = acr__node_get(node, "times");
  int per = 4;
  if (!times) acr__fault(ctx, node, "missing", "`times` is missing: how often a member may be issued the offer");
  if (times && acr__decimal_read(ctx, times, "times", 0, &out->times) && out->times < 1) {
    acr__fault(ctx, times, "range", "found %s for `times`, wanted 1 or more", acr__show(ctx, times));
  }
  acr__word_read(ctx, acr__node_get(node, "per"), "per", words, ACR_COUNT(words), &per);
  out->forever = per == 4;
  if (!out->forever) out->per = units[per];
}

// ---- What it brings

// On one line, as replies are; the numbers as they were written.
static void write_json(acr__writer *w, const acr__node *node) {
  switch (acr__node_kind(node)) {
  case ACR_JSON_OBJECT:
    acr__write_object(w);
    for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
      acr__write_key_span(w, acr__node_key(at));
      write_json(w, at);
    }
    acr__write_object_end(w);
    break;
  case ACR_JSON_ARRAY:
    acr__write_array(w);
    for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) write_json(w, at);
    acr__write_array_end(w);
    break;
  case ACR_JSON_STRING: acr__write_span(w, acr__node_text(node)); break;
  default: acr__write_raw(w, acr__node_text(node));
  }
}

static void read_catalog(struct acr__compile *ctx, const acr__node *node) {
  static const struct acr__field_rule fields[] = {{"include", NULL}, {"exclude", NULL}};
  if (!node || !acr__fields_check(ctx, node, "`catalog` of a discount", fields, ACR_COUNT(fields), NULL)) return;
  if (!acr__node_first(node)) acr__fault(ctx, node, "missing", "found an empty `catalog`, wanted `include`, `exclude` or both");
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    struct acr__value ignored = {0};
    acr__catalog_read(ctx, at, &ignored);
  }
}

static void read_discount(struct acr__compile *ctx, const acr__node *node, struct acr__plan_offer *out) {
  static const char *const names[] = {"percent", "amount", "free"};
  const int scales[] = {2, ctx->plan->currency_scale, 0};
  int64_t most[] = {10000, INT64_MAX, ACR_ITEMS_MAX};
  int given = 0, faults = ctx->diag->faults;
  if (!node || !acr__fields_check(ctx, node, "a discount", discount_fields, ACR_COUNT(discount_fields), NULL)) return;
  for (int i = 0; i < 3; i++) {
    const acr__node *at = acr__node_get(node, names[i]);
    int64_t value = 0;
    if (!at) continue;
    given++;
    out->discount = (acr__discount)(ACR_DISCOUNT_PERCENT + i);
    if (acr__decimal_read(ctx, at, names[i], scales[i], &value) && (value < 1 || value > most[i])) {
      static const char *const wanted[] = {"more than 0 and at most 100", "more than 0", "1 item or more"};
      acr__fault(ctx, at, "range", "found %s for `%s`, wanted %s", acr__show(ctx, at), names[i], wanted[i]);
    }
  }
  if (given != 1) {
    acr__fault(ctx, node, "missing", "found %s, wanted one of `percent`, `amount` and `free` (items)",
               given ? "several kinds of discount" : "a discount of nothing");
  }
  read_catalog(ctx, acr__node_get(node, "catalog"));
  if (ctx->diag->faults != faults) return;
  acr__buf text = {0};
  acr__writer w = {&text, false};
  write_json(&w, node);
  out->discount_json = acr__arena_span(ctx->arena, (acr__span){(const char *)text.ptr, text.len});
  acr__buf_free(&text);
}

// Checked by offer.redeem, whose fact is an event.
static void read_redeem(struct acr__compile *ctx, const acr__node *node, struct acr__plan_offer *out) {
  struct acr__list held = {0};
  acr__narrows_read(ctx, node, &held);
  struct acr__narrow *narrows = ACR__NEW_N(ctx->arena, struct acr__narrow, held.count + 1);
  for (int i = 0; i < held.count; i++) {
    const struct acr__held *one = ACR__AT(&held, struct acr__held, i);
    if (!acr__narrow_fits_current(ctx, one->narrow.component, ACR_BEHAVIOR_EVENT)) acr__fault_narrow(ctx, one, "an `offer.redeem` event");
    narrows[i] = one->narrow;
  }
  out->redeem = narrows;
  out->redeem_count = held.count;
}

static void read_offer(struct acr__compile *ctx, const acr__node *node, struct acr__plan_offer *out) {
  acr__span description = {0};
  const acr__node *warn = acr__node_get(node, "warn");
  out->name = acr__node_key(node);
  acr__name_good(ctx, node, "an offer's name", out->name);
  if (!acr__fields_check(ctx, node, "an offer", offer_fields, ACR_COUNT(offer_fields), NULL)) return;
  acr__text_read(ctx, acr__node_get(node, "title"), "a title", &out->title);
  acr__text_read(ctx, acr__node_get(node, "description"), "a description", &description);
  read_price(ctx, node, out);
  read_valid(ctx, acr__node_get(node, "valid"), out);
  read_limit(ctx, acr__node_get(node, "limit"), out);
  read_discount(ctx, acr__node_get(node, "discount"), out);
  read_redeem(ctx, acr__node_get(node, "redeem"), out);
  out->has_warn = read_duration(ctx, warn, "warn", "a duration such as \"3 days\"", &out->warn);
  if (out->has_warn && !out->has_term && !out->has_to) {
    acr__fault(ctx, warn, "missing", "`warn` counts back from the end of the offer, which has none: `valid` says until when");
  }
}

void acr__offers_read(struct acr__compile *ctx, const acr__node *node) {
  struct acr__plan *plan = ctx->plan;
  if (!by_name(ctx, node, "offers")) return;
  struct acr__plan_offer *offers = ACR__NEW_N(ctx->arena, struct acr__plan_offer, acr__node_count(node) + 1);
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) read_offer(ctx, at, &offers[plan->offer_count++]);
  plan->offers = offers;
}

// ---- Reward stores

// Names of one kind as their indexes.
static const int *read_indexes(struct acr__compile *ctx, const acr__node *node, const char *kind,
                               int (*find)(const struct acr__plan *plan, acr__span name), int *count) {
  const acr__span *names;
  int named;
  acr__names_read(ctx, node, acr__arena_printf(ctx->arena, "names of %ss", kind), &names, &named);
  int *out = ACR__NEW_N(ctx->arena, int, named + 1);
  for (int i = 0; i < named; i++) {
    if (acr__name_check(ctx, node, acr__span_of(kind), names[i])) out[(*count)++] = find(ctx->plan, names[i]);
  }
  return out;
}

static void read_reward_store(struct acr__compile *ctx, const acr__node *node, struct acr__plan_reward_store *out) {
  acr__span text = {0};
  const acr__node *offers = acr__node_get(node, "offers");
  out->name = acr__node_key(node);
  acr__name_good(ctx, node, "a reward store's name", out->name);
  if (!acr__fields_check(ctx, node, "a reward store", store_fields, ACR_COUNT(store_fields), NULL)) return;
  acr__text_read(ctx, acr__node_get(node, "title"), "a title", &text);
  acr__text_read(ctx, acr__node_get(node, "description"), "a description", &text);
  if (!offers) acr__fault(ctx, node, "missing", "`offers` is missing: what the reward store sells");
  out->offers = read_indexes(ctx, offers, "offer", acr__plan_offer_find, &out->offer_count);
  out->levels = read_indexes(ctx, acr__node_get(node, "levels"), "level", acr__plan_level_find, &out->level_count);
  for (int i = 0; i < out->offer_count; i++) {
    const struct acr__plan_offer *offer = &ctx->plan->offers[out->offers[i]];
    if (offer->for_sale) continue;
    acr__fault(ctx, offers, "missing", "offer `%s` has no `price`, so that a reward store cannot sell it", acr__quote(ctx, offer->name));
  }
}

void acr__reward_stores_read(struct acr__compile *ctx, const acr__node *node) {
  struct acr__plan *plan = ctx->plan;
  if (!by_name(ctx, node, "reward stores")) return;
  struct acr__plan_reward_store *stores = ACR__NEW_N(ctx->arena, struct acr__plan_reward_store, acr__node_count(node) + 1);
  for (const acr__node *at = acr__node_first(node); at; at = acr__node_next(at)) {
    read_reward_store(ctx, at, &stores[plan->reward_store_count++]);
  }
  plan->reward_stores = stores;
}

// ---- Outcomes that buy

// One with an offer and an account, and no source to give from, pays for the one out of the other.
void acr__offer_check(struct acr__compile *ctx, const struct acr__vars *vars) {
  int offer = acr__var_of_type(vars->component, ACR_VAR_OFFER), account = acr__var_of_type(vars->component, ACR_VAR_ACCOUNT);
  if (offer < 0 || account < 0 || acr__var_of_type(vars->component, ACR_VAR_SOURCE) >= 0 || !vars->values[offer].present) return;
  const struct acr__plan_offer *bought = &ctx->plan->offers[acr__plan_offer_find(ctx->plan, vars->values[offer].text)];
  if (!bought->for_sale || bought->price == 0) {
    acr__fault(ctx, vars->nodes[offer], "offer_price", "outcome `%s` buys offer `%s`, which has no `price` of 1 point or more",
               acr__quote(ctx, vars->component->name), acr__quote(ctx, bought->name));
    return;
  }
  if (!vars->values[account].present) return;
  for (int i = 0; i < bought->account_count; i++) {
    if (acr__span_eq(ctx->plan->accounts[bought->accounts[i]].name, vars->values[account].text)) return;
  }
  acr__fault(ctx, vars->nodes[account], "offer_account", "outcome `%s` pays from `%s`, but offer `%s` is priced in `%s`",
             acr__quote(ctx, vars->component->name), acr__quote(ctx, vars->values[account].text), acr__quote(ctx, bought->name),
             acr__quote(ctx, ctx->plan->accounts[bought->accounts[0]].name));
}
