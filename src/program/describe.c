#include "program/describe.h"
#include "base/decimal.h"
#include "calendar/calendar.h"

// ---- Accounts and sources

static void begin(acr__writer *w, const char *key, acr__span name) {
  acr__write_object(w);
  acr__write_key(w, key);
  acr__write_span(w, name);
  acr__write_key(w, "sentence");
}

static void end(acr__writer *w, acr__buf *sentence) {
  acr__write_span(w, (acr__span){(const char *)sentence->ptr, sentence->len});
  acr__write_object_end(w);
  acr__buf_free(sentence);
}

static void say(acr__buf *out, bool holds, const char *words) {
  if (holds) acr__buf_printf(out, "%s%s", out->len ? "; " : "", words);
}

static void describe_account(const struct acr__plan_account *account, acr__writer *w) {
  acr__buf out = {0};
  char text[32];
  say(&out, account->is_default, "default");
  if (account->decimals) acr__buf_printf(&out, "%s%d decimal%s", out.len ? "; " : "", account->decimals, account->decimals == 1 ? "" : "s");
  say(&out, !account->spendable, "moved by rules only");
  say(&out, account->escrow, "not the member's yet (escrow)");
  say(&out, account->allow_negative, "may go below zero");
  if (account->has_max) {
    acr__decimal_format(account->max_balance, account->decimals, text);
    acr__buf_printf(&out, "%sat most %s", out.len ? "; " : "", text);
  }
  say(&out, !account->active, "inactive");
  if (account->group.len) acr__buf_printf(&out, "%sgroup %.*s", out.len ? "; " : "", (int)account->group.len, account->group.ptr);
  begin(w, "account", account->name);
  end(w, &out);
}

static const char *const units[] = {"second", "minute", "hour", "day", "week", "month", "year"};

// "at most 500.00 a day for each member"
static void say_cap(const struct acr__cap *cap, acr__buf *out) {
  char text[32];
  int places = 6;
  int64_t points = cap->points;
  for (; places > 0 && points % 10 == 0; places--)
    points /= 10;
  acr__decimal_format(points, places, text);
  acr__buf_printf(out, "; at most %s", text);
  if (!cap->is_inventory && !cap->forever) acr__buf_printf(out, " a %s", units[cap->per]);
  acr__buf_text(out, cap->is_inventory || cap->for_all ? " over all members" : " for each member");
}

static void describe_source(const struct acr__plan *plan, const struct acr__plan_source *source, acr__writer *w) {
  acr__buf out = {0};
  acr__buf_text(&out, source->account_count == plan->account_count ? "into every account" : "into ");
  for (int i = 0; source->account_count != plan->account_count && i < source->account_count; i++) {
    acr__span name = plan->accounts[source->accounts[i]].name;
    acr__buf_printf(&out, "%s%.*s", i ? ", " : "", (int)name.len, name.ptr);
  }
  for (int i = 0; i < source->cap_count; i++)
    say_cap(&source->caps[i], &out);
  begin(w, "source", source->name);
  end(w, &out);
}

static void describe_earning(const struct acr__earn *earns, int count, acr__writer *w) {
  acr__write_key(w, "base_earn");
  acr__write_array(w);
  for (int i = 0; i < count; i++)
    acr__write_span(w, earns[i].sentence);
  acr__write_array_end(w);
}

// ---- Rules

static void describe_tree(const struct acr__plan *plan, const struct acr__tree *tree, int at, acr__writer *w) {
  static const char *const words[] = {[ACR_NODE_ALL] = "all", [ACR_NODE_ANY] = "any", [ACR_NODE_NONE] = "none"};
  const struct acr__tree *node = &tree[at];
  acr__write_object(w);
  if (node->kind == ACR_NODE_COND) {
    acr__write_key(w, "sentence");
    acr__write_span(w, plan->conds[node->cond].sentence);
    acr__write_object_end(w);
    return;
  }
  if (node->name.len) {
    acr__write_key(w, "name");
    acr__write_span(w, node->name);
  }
  if (node->sentence.len) {
    acr__write_key(w, "constraints");
    acr__write_span(w, node->sentence);
  }
  acr__write_key(w, words[node->kind]);
  acr__write_array(w);
  for (int child = node->first_child; child >= 0; child = tree[child].next)
    describe_tree(plan, tree, child, w);
  acr__write_array_end(w);
  acr__write_object_end(w);
}

static void describe_limit(const struct acr__limit *limit, acr__writer *w) {
  acr__buf out = {0};
  if (limit->times == 0) return;
  if (limit->times == 1)
    acr__buf_text(&out, "at most once");
  else
    acr__buf_printf(&out, "at most %lld times", (long long)limit->times);
  if (limit->forever)
    acr__buf_text(&out, " ever");
  else
    acr__buf_printf(&out, " a %s", units[limit->per]);
  acr__write_key(w, "limit");
  acr__write_span(w, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
}

static void describe_day(const struct acr__plan *plan, const char *key, bool given, acr__time at, acr__writer *w) {
  if (!given) return;
  acr__date date = acr__local_date(plan->zone, at);
  acr__buf out = {0};
  acr__buf_printf(&out, "%04d-%02d-%02d", date.year, date.month, date.day);
  acr__write_key(w, key);
  acr__write_span(w, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
}

static void describe_outcome(const struct acr__out *out, acr__writer *w) {
  acr__write_object(w);
  acr__write_key(w, "rank");
  acr__write_int(w, out->rank);
  acr__write_key(w, "sentence");
  acr__write_span(w, out->sentence);
  if (out->on_unmet) {
    acr__write_key(w, "on");
    acr__write_text(w, "unmet");
  }
  if (out->basis_purchase) {
    acr__write_key(w, "basis");
    acr__write_text(w, "purchase");
  }
  acr__write_object_end(w);
}

static void describe_rule(const struct acr__plan *plan, const struct acr__rule *rule, acr__writer *w) {
  acr__write_object(w);
  acr__write_key(w, "rule");
  acr__write_span(w, rule->name);
  if (!acr__span_eq(rule->id, rule->name)) {
    acr__write_key(w, "id");
    acr__write_span(w, rule->id);
  }
  describe_limit(&rule->limit, w);
  describe_day(plan, "from", rule->has_from, rule->from, w);
  describe_day(plan, "until", rule->has_until, rule->until - 1, w);
  acr__write_key(w, "when");
  if (rule->tree_count)
    describe_tree(plan, rule->tree, 0, w);
  else
    acr__write_text(w, "no rules");
  acr__write_key(w, "outcomes");
  acr__write_array(w);
  for (int i = 0; i < rule->out_count; i++)
    describe_outcome(&rule->outs[i], w);
  acr__write_array_end(w);
  acr__write_object_end(w);
}

static void describe_rules(const struct acr__plan *plan, acr__behavior behavior, int level, acr__writer *w) {
  acr__write_key(w, acr__behavior_name(behavior));
  acr__write_array(w);
  for (int i = 0; i < plan->rule_count; i++) {
    if (plan->rules[i].behavior == behavior && plan->rules[i].level == level) describe_rule(plan, &plan->rules[i], w);
  }
  acr__write_array_end(w);
}

// ---- Offers and reward stores

static void say_day(const char *word, acr__date date, acr__buf *out) {
  acr__buf_printf(out, "; valid %s %04d-%02d-%02d", word, date.year, date.month, date.day);
}

static void describe_offer(const struct acr__plan *plan, const struct acr__plan_offer *offer, acr__writer *w) {
  acr__buf out = {0};
  char text[32];
  acr__buf_put(&out, offer->title.ptr, offer->title.len);
  if (offer->for_sale) {
    acr__decimal_format(offer->price, offer->account_count ? plan->accounts[offer->accounts[0]].decimals : 0, text);
    acr__buf_printf(&out, "%sfor %s point%s", out.len ? "; " : "", text, strcmp(text, "1") == 0 ? "" : "s");
  }
  if (offer->has_term)
    acr__buf_printf(&out, "; valid for %lld %s%s", (long long)offer->term.n, units[offer->term.unit], offer->term.n == 1 ? "" : "s");
  if (offer->has_from) say_day("from", offer->from, &out);
  if (offer->has_to) say_day("until", offer->to, &out);
  if (offer->times) {
    acr__buf_printf(&out, "; at most %lld time%s", (long long)offer->times, offer->times == 1 ? "" : "s");
    acr__buf_printf(&out, offer->forever ? " ever%s" : " a %s", offer->forever ? "" : units[offer->per]);
  }
  begin(w, "offer", offer->name);
  end(w, &out);
}

static void describe_store(const struct acr__plan *plan, const struct acr__plan_reward_store *store, acr__writer *w) {
  acr__buf out = {0};
  for (int i = 0; i < store->offer_count; i++) {
    acr__span name = plan->offers[store->offers[i]].name;
    acr__buf_printf(&out, "%s%.*s", i ? ", " : "offers ", (int)name.len, name.ptr);
  }
  for (int i = 0; i < store->level_count; i++) {
    acr__span name = plan->levels[store->levels[i]].name;
    acr__buf_printf(&out, "%s%.*s", i ? ", " : "; open at levels ", (int)name.len, name.ptr);
  }
  begin(w, "reward_store", store->name);
  end(w, &out);
}

// ---- The whole

static void describe_level(const struct acr__plan *plan, int number, const char *status, acr__writer *w) {
  const struct acr__plan_level *level = &plan->levels[number];
  acr__write_object(w);
  acr__write_key(w, "level");
  acr__write_span(w, level->name);
  if (status) {
    acr__write_key(w, "status");
    acr__write_text(w, status);
  }
  if (level->has_base_earn) describe_earning(level->base_earn, level->base_earn_count, w);
  for (acr__behavior behavior = ACR_BEHAVIOR_ENTRANCE; behavior <= ACR_BEHAVIOR_MAINTENANCE; behavior++)
    describe_rules(plan, behavior, number, w);
  acr__write_object_end(w);
}

void acr__plan_describe(const struct acr__plan *plan, const char *const *status, acr__writer *w) {
  acr__write_key(w, "accounts");
  acr__write_array(w);
  for (int i = 0; i < plan->account_count; i++)
    describe_account(&plan->accounts[i], w);
  acr__write_array_end(w);
  acr__write_key(w, "sources");
  acr__write_array(w);
  for (int i = 0; i < plan->source_count; i++)
    describe_source(plan, &plan->sources[i], w);
  acr__write_array_end(w);
  acr__write_key(w, "offers");
  acr__write_array(w);
  for (int i = 0; i < plan->offer_count; i++)
    describe_offer(plan, &plan->offers[i], w);
  acr__write_array_end(w);
  acr__write_key(w, "reward_stores");
  acr__write_array(w);
  for (int i = 0; i < plan->reward_store_count; i++)
    describe_store(plan, &plan->reward_stores[i], w);
  acr__write_array_end(w);
  describe_earning(plan->base_earn, plan->base_earn_count, w);
  describe_rules(plan, ACR_BEHAVIOR_PURCHASE, -1, w);
  describe_rules(plan, ACR_BEHAVIOR_EVENT, -1, w);
  acr__write_key(w, "levels");
  acr__write_array(w);
  for (int i = 0; i < plan->level_count; i++)
    describe_level(plan, i, status ? status[i] : NULL, w);
  acr__write_array_end(w);
}
