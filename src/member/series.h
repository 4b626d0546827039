// Windows over history: for each series of a member the times and running totals of its facts, so that a window is two binary
// searches whatever the length of the history. Facts of value 0 are stored only where their number matters (the plan says so).
// Series whose values cannot be added up (the largest, the number of different ones) hold the values themselves.
#ifndef ACR_MEMBER_SERIES_H
#define ACR_MEMBER_SERIES_H
#include "base/buf.h"
#include "calendar/calendar.h"

struct acr__series_entry {
  acr__time time;
  int64_t total; // of this fact and all before it; of a series of values: the value
};
struct acr__series_index;

struct acr__series_data {
  uint32_t number; // the ledger's number of the series
  bool values;     // entries hold values, not running totals
  uint32_t count, cap;
  struct acr__series_entry *entries; // owned; by time, equal times in log order
  struct acr__series_index *index;   // owned; made when a window first asks (series_index.c), never written
};

// Inserts behind all facts of the same time. false on overflow of a running total (nothing changed).
bool acr__series_add(struct acr__series_data *series, acr__time time, int64_t value);
// Takes the newest fact of that time and value out again. false when the newest of that time is another.
bool acr__series_remove(struct acr__series_data *series, acr__time time, int64_t value);
// Facts of another member with the same number, among these by time; behind them where times are equal. false on overflow of a
// running total (nothing changed).
bool acr__series_merge(struct acr__series_data *series, const struct acr__series_data *other);
bool acr__series_mergeable(const struct acr__series_data *series, const struct acr__series_data *other);
// Takes a fact of that time and value out (NULL = none), puts another in (NULL = none): at its place, else behind all of the same
// time. false when there is no such fact or a total overflows (nothing changed).
bool acr__series_change(struct acr__series_data *series, acr__time time, const int64_t *goes, const int64_t *comes);
bool acr__series_has(const struct acr__series_data *series, acr__time time, int64_t value);
// How many facts are older than `time`: the facts of from <= time < to stand at [before(from), before(to)).
uint32_t acr__series_before(const struct acr__series_data *series, acr__time time);
int64_t acr__series_value(const struct acr__series_data *series, uint32_t at);
// Of a series of running totals: the sum of the facts at [low, high).
int64_t acr__series_total(const struct acr__series_data *series, uint32_t low, uint32_t high);
// Sum and number of the facts with from <= time < to.
int64_t acr__series_sum(const struct acr__series_data *series, acr__time from, acr__time to);
int64_t acr__series_count(const struct acr__series_data *series, acr__time from, acr__time to);
void acr__series_encode(const struct acr__series_data *series, acr__buf *out);
bool acr__series_decode(acr__cursor *cur, struct acr__series_data *series);
void acr__series_free(struct acr__series_data *series); // what it owns
size_t acr__series_bytes(const struct acr__series_data *series);

// ---- series_index.c: of a series of values. Up to the newest fact O(log n); up to an older one the facts of the window are
// looked at one by one, at most ACR_WINDOW_FACTS_MAX: false when there are more.

// The largest (or smallest) value at [low, high), which is not empty.
bool acr__series_extreme(struct acr__series_data *series, uint32_t low, uint32_t high, bool largest, int64_t *out);
// How many different values stand at [low, high).
bool acr__series_distinct(struct acr__series_data *series, uint32_t low, uint32_t high, int64_t *out);
// How many of the values at [middle, high), all different, do not stand at [low, middle).
bool acr__series_new(struct acr__series_data *series, uint32_t low, uint32_t middle, uint32_t high, int64_t *out);
void acr__series_index_free(struct acr__series_index *index);
size_t acr__series_index_bytes(const struct acr__series_index *index);
uint32_t acr__series_index_covered(const struct acr__series_index *index); // it knows the facts at [0, covered)
#endif
