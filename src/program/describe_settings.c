// What a program sets otherwise than usual, one sentence each.
#include "program/describe.h"
#include <stddef.h>
#include <stdio.h>

static const struct {
  const char *name;
  size_t at; // in struct acr__settings
  const char *sentence;
} set[] = {
    {"entrance_timing", offsetof(struct acr__settings, entrance_before), "A level is entered before the purchase that reaches it earns"},
    {"promote", offsetof(struct acr__settings, promote_one), "An event lifts a member by one level at most"},
    {"on_cap", offsetof(struct acr__settings, clip_reject), "An award that does not fit is not given at all"},
    {"less_than_needs_activity", offsetof(struct acr__settings, less_than_needs_activity),
     "\"At most\" and \"less than\" hold only for members who have any"},
    {"excess_decimals", offsetof(struct acr__settings, excess_round), "Amounts with too many decimals are rounded"},
    {"zero_priced_lines", offsetof(struct acr__settings, zero_priced_lines), "Lines that cost nothing count"},
    {"leap_day", offsetof(struct acr__settings, leap_mar1), "29 February is kept on 1 March in common years"},
    {"window", offsetof(struct acr__settings, rolling_windows), "Windows of days count exact durations, not calendar days"},
    {"spend_order", offsetof(struct acr__settings, spend_earliest), "Points that expire first are spent first"},
    {"allow_negative_on_spend", offsetof(struct acr__settings, spend_owes), "Spending may take an account below zero"},
    {"unmatched_returns", offsetof(struct acr__settings, deduct_unmatched),
     "A return without its purchase takes back what a purchase of its lines would earn"},
    {"return_withdraws_offers", offsetof(struct acr__settings, return_withdraws_offers),
     "A return takes back unused offers that its purchase gave"},
    {"return_affects_tier", offsetof(struct acr__settings, return_affects_tier),
     "A return may take back the level that its purchase reached"},
    {"retro_tier", offsetof(struct acr__settings, retro_tier), "A late event is judged at the level that its member had at its time"},
};
static const char *const tender[] = {NULL, "Payment constraints ask for all payments, where they do not say",
                                     "Payment constraints count the share of their payments, where they do not say"};

static void write_setting(acr__writer *w, const char *name, const char *sentence) {
  acr__write_object(w);
  acr__write_key(w, "setting");
  acr__write_text(w, name);
  acr__write_key(w, "sentence");
  acr__write_text(w, sentence);
  acr__write_object_end(w);
}

void acr__describe_settings(const struct acr__settings *settings, acr__writer *w) {
  char text[ACR_DURATION_TEXT_MAX + 64], within[ACR_DURATION_TEXT_MAX];
  acr__duration late = settings->max_late;
  acr__write_key(w, "settings");
  acr__write_array(w);
  for (size_t i = 0; i < sizeof set / sizeof *set; i++)
    if (*(const bool *)(const void *)((const char *)settings + set[i].at)) write_setting(w, set[i].name, set[i].sentence);
  if (tender[settings->tender_match]) write_setting(w, "tender_match", tender[settings->tender_match]);
  if (late.n != ACR_MAX_LATE_DAYS || late.unit != ACR_UNIT_DAY) {
    snprintf(text, sizeof text, "Purchases and events count up to %s late", acr__duration_text(late, within));
    write_setting(w, "max_late", text);
  }
  acr__write_array_end(w);
}
