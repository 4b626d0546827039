// Settings of a program: every Config of the domain's decisions by its name there.
#ifndef ACR_PROGRAM_SETTINGS_H
#define ACR_PROGRAM_SETTINGS_H
#include "calendar/calendar.h"

#define ACR_MAX_LATE_DAYS 400 // unless the program says otherwise
struct acr__settings {
  bool entrance_before;                // entrance_timing = before
  bool promote_one;                    // promote = one
  bool clip_reject;                    // on_cap = reject
  bool less_than_needs_activity;
  bool excess_round;                   // excess_decimals = round
  int tender_match;                    // any, all, prorate: what payment constraints that do not say take
  bool zero_priced_lines;              // lines priced 0 count
  bool leap_mar1;                      // leap_day = mar1
  bool rolling_windows;                // window = rolling
  bool spend_earliest;                 // spend_order = earliest_expiry
  bool spend_owes;                     // allow_negative_on_spend
  bool deduct_unmatched;               // unmatched_returns = deduct
  bool return_affects_tier, return_withdraws_offers;
  bool retro_tier;                     // a late event is judged at the level that its member had at its time
  acr__duration max_late;              // an event so far behind the ledger's time is judged, one further behind is not
};
#endif
