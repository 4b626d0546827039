#include "program/compile.h"
#include <stddef.h>

// A setting is false by default. With words it is written as one of two texts, the default first; else as true or false.
struct setting {
  const char *name;
  const char *words[2];
  size_t at; // in struct acr__settings
};

static const struct setting settings[] = {
  {"entrance_timing", {"after", "before"}, offsetof(struct acr__settings, entrance_before)},
  {"promote", {"all", "one"}, offsetof(struct acr__settings, promote_one)},
  {"on_cap", {"clip", "reject"}, offsetof(struct acr__settings, clip_reject)},
  {"less_than_needs_activity", {NULL, NULL}, offsetof(struct acr__settings, less_than_needs_activity)},
  {"excess_decimals", {"reject", "round"}, offsetof(struct acr__settings, excess_round)},
  {"zero_priced_lines", {NULL, NULL}, offsetof(struct acr__settings, zero_priced_lines)},
  {"leap_day", {"feb28", "mar1"}, offsetof(struct acr__settings, leap_mar1)},
  {"window", {"calendar", "rolling"}, offsetof(struct acr__settings, rolling_windows)},
  {"spend_order", {"fifo", "earliest_expiry"}, offsetof(struct acr__settings, spend_earliest)},
  {"allow_negative_on_spend", {NULL, NULL}, offsetof(struct acr__settings, spend_owes)},
  {"unmatched_returns", {"reject", "deduct"}, offsetof(struct acr__settings, deduct_unmatched)},
  {"return_withdraws_offers", {NULL, NULL}, offsetof(struct acr__settings, return_withdraws_offers)},
  {"return_affects_tier", {NULL, NULL}, offsetof(struct acr__settings, return_affects_tier)},
  {"retro_tier", {NULL, NULL}, offsetof(struct acr__settings, retro_tier)},
};

// Settings of several words, the default first.
struct word_setting {
  const char *name;
  const char *words[4];
  size_t at; // an int
};
static const struct word_setting word_settings[] = {
  {"tender_match", {"any", "all", "prorate", NULL}, offsetof(struct acr__settings, tender_match)},
};

static const char max_late[] = "max_late"; // a duration

static void unknown(struct acr__compile *ctx, const acr__node *member) {
  acr__span names[ACR_COUNT(settings) + ACR_COUNT(word_settings) + 1];
  int count = 0;
  for (int i = 0; i < ACR_COUNT(settings); i++) names[count++] = acr__span_of(settings[i].name);
  for (int i = 0; i < ACR_COUNT(word_settings); i++) names[count++] = acr__span_of(word_settings[i].name);
  names[count++] = acr__span_of(max_late);
  acr__fault_unknown(ctx, member, "setting", acr__node_key(member), names, count);
}

static bool read_setting(struct acr__compile *ctx, const acr__node *member, struct acr__settings *out) {
  for (int i = 0; i < ACR_COUNT(settings); i++) {
    const struct setting *setting = &settings[i];
    if (!acr__span_is(acr__node_key(member), setting->name)) continue;
    bool *value = (bool *)(void *)((char *)out + setting->at);
    int word = 0;
    if (!setting->words[0]) acr__bool_read(ctx, member, setting->name, value);
    else if (acr__word_read(ctx, member, setting->name, setting->words, 2, &word)) *value = word == 1;
    return true;
  }
  return false;
}

static bool read_words(struct acr__compile *ctx, const acr__node *member, struct acr__settings *out) {
  for (int i = 0; i < ACR_COUNT(word_settings); i++) {
    const struct word_setting *setting = &word_settings[i];
    if (!acr__span_is(acr__node_key(member), setting->name)) continue;
    int count = 0;
    while (setting->words[count]) count++;
    acr__word_read(ctx, member, setting->name, setting->words, count, (int *)(void *)((char *)out + setting->at));
    return true;
  }
  return false;
}

const char *acr__setting_word(const struct acr__settings *values, acr__span name) {
  for (int i = 0; i < ACR_COUNT(word_settings); i++) {
    const struct word_setting *setting = &word_settings[i];
    if (acr__span_is(name, setting->name)) return setting->words[*(const int *)(const void *)((const char *)values + setting->at)];
  }
  return NULL;
}

static bool read_max_late(struct acr__compile *ctx, const acr__node *member, struct acr__settings *out) {
  if (!acr__span_is(acr__node_key(member), max_late)) return false;
  acr__duration found;
  if (acr__node_kind(member) == ACR_JSON_STRING && acr__duration_parse(acr__node_text(member), &found) && found.n > 0)
    out->max_late = found;
  else
    acr__fault(ctx, member, "type", "found %s for setting `max_late`, wanted a duration such as \"400 days\"", acr__show(ctx, member));
  return true;
}

void acr__settings_read(struct acr__compile *ctx, const acr__node *node) {
  ctx->plan->settings.max_late = (acr__duration){ACR_MAX_LATE_DAYS, ACR_UNIT_DAY};
  if (!node) return;
  if (acr__node_kind(node) != ACR_JSON_OBJECT) {
    acr__fault(ctx, node, "type", "found %s, wanted settings as an object", acr__show(ctx, node));
    return;
  }
  for (const acr__node *member = acr__node_first(node); member; member = acr__node_next(member)) {
    struct acr__settings *out = &ctx->plan->settings;
    if (!read_setting(ctx, member, out) && !read_words(ctx, member, out) && !read_max_late(ctx, member, out)) unknown(ctx, member);
  }
}
