// Windows over history: for each series of a member the times and running totals of its facts, so that a window is two binary
// searches whatever the length of the history. Facts of value 0 are stored only where
// their number matters (the plan says so).
#ifndef ACR_MEMBER_SERIES_H
#define ACR_MEMBER_SERIES_H
#include "base/buf.h"
#include "calendar/calendar.h"

struct acr__series_entry {
  acr__time time;
  int64_t total; // of this fact and all before it
};

struct acr__series_data {
  uint32_t number; // the ledger's number of the series
  uint32_t count, cap;
  struct acr__series_entry *entries; // owned; by time, equal times in log order
};

// Inserts behind all facts of the same time. false on overflow of a running total (nothing changed).
bool acr__series_add(struct acr__series_data *series, acr__time time, int64_t value);
// Takes the newest fact of that time and value out again. false when the newest of that time is another.
bool acr__series_remove(struct acr__series_data *series, acr__time time, int64_t value);
// Sum and number of the facts with from <= time < to.
int64_t acr__series_sum(const struct acr__series_data *series, acr__time from, acr__time to);
int64_t acr__series_count(const struct acr__series_data *series, acr__time from, acr__time to);
// Sum of the last n facts before `to`; false when there are fewer.
bool acr__series_last(const struct acr__series_data *series, acr__time to, int64_t n, int64_t *sum, int64_t *count);
void acr__series_encode(const struct acr__series_data *series, acr__buf *out);
bool acr__series_decode(acr__cursor *cur, struct acr__series_data *series);
#endif
