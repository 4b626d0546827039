// Accounts, sources, offers, reward stores and links, one sentence each.
#include "base/decimal.h"
#include "program/describe.h"

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

static void describe_account(const struct acr__plan *plan, const struct acr__plan_account *account, acr__writer *w) {
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
  acr__say_expiry(plan, &account->expiry, &out);
  begin(w, "account", account->name);
  end(w, &out);
}

// "at most 500.00 a day for each member"
static void say_cap(const struct acr__cap *cap, acr__buf *out) {
  char text[32];
  int places = 6;
  int64_t points = cap->points;
  for (; places > 0 && points % 10 == 0; places--)
    points /= 10;
  acr__decimal_format(points, places, text);
  acr__buf_printf(out, "; at most %s", text);
  if (!cap->is_inventory && !cap->forever) acr__buf_printf(out, " a %s", acr__unit_names[cap->per]);
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
    acr__buf_printf(&out, "; valid for %s", acr__duration_text(offer->term, (char[ACR_DURATION_TEXT_MAX]){0}));
  if (offer->has_from) say_day("from", offer->from, &out);
  if (offer->has_to) say_day("until", offer->to, &out);
  if (offer->times) {
    acr__buf_printf(&out, "; at most %lld time%s", (long long)offer->times, offer->times == 1 ? "" : "s");
    acr__buf_printf(&out, offer->forever ? " ever%s" : " a %s", offer->forever ? "" : acr__unit_names[offer->per]);
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

// ---- Links

static void describe_link(const struct acr__plan_link *link, acr__writer *w) {
  acr__buf out = {0};
  acr__buf_printf(&out, "to %s%d member%s", link->max == 1 ? "" : "at most ", link->max, link->max == 1 ? "" : "s");
  begin(w, "link", link->name);
  end(w, &out);
}

// ---- All of them

void acr__describe_assets(const struct acr__plan *plan, acr__writer *w) {
  acr__write_key(w, "accounts");
  acr__write_array(w);
  for (int i = 0; i < plan->account_count; i++)
    describe_account(plan, &plan->accounts[i], w);
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
  acr__write_key(w, "links");
  acr__write_array(w);
  for (int i = 0; i < plan->link_count; i++)
    describe_link(&plan->links[i], w);
  acr__write_array_end(w);
}
