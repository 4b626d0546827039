// Series and windows: what a series takes of a fact (history.c), what the facts of a window measure, and when a condition over
// them holds (window.c).
#ifndef ACR_ENGINE_WINDOW_H
#define ACR_ENGINE_WINDOW_H
#include "base/portion.h"
#include "engine/engine.h"

// What a series takes of one fact.
struct acr__taken {
  bool accepted; // its constraints let the fact through
  int count;     // values to store; of an accepted fact there may be none
  const int64_t *values;
};
bool acr__series_take(struct acr__case *c, const struct acr__series *series, struct acr__fact *fact, struct acr__taken *out);
// Does the series net what is taken back of awards? A number of movements, the largest one and the like are of those that were made.
bool acr__reversals_add(const struct acr__series *series);
// What `value` of a phrase that counts different values gives for a fact, each value once.
bool acr__different_values(struct acr__case *c, const struct acr__component *phrase, int vars, const struct acr__fact *fact,
                           const int64_t **out, int *count);
// Does `max_rate` and its like leave room for one more fact of that time? Those that came first in the log count.
bool acr__rate_open(const struct acr__series *series, const struct acr__series_data *data, const acr__zone *zone, acr__time time);
// Where the last `times` facts of [low, high) begin; *found = how many there are. Of a series of lists one fact has several
// values, which share its time.
uint32_t acr__facts_back(const struct acr__series_data *data, acr__aggregate aggregate, uint32_t low, uint32_t high, int64_t times,
                         int64_t *found);

// What the facts at [low, high) of a series measure; `current` of them, the newest, belong to the event at hand (`new` asks).
// false = too many facts to look at.
struct acr__measured {
  bool nothing;  // no fact, and no number for that
  int64_t value; // average: the sum
  int64_t per;   // average: the number of facts; else 1
  int64_t facts;
};
bool acr__window_measure(struct acr__series_data *data, acr__aggregate aggregate, uint32_t low, uint32_t high, uint32_t current,
                         struct acr__measured *out);
// `value` and `number` at the same scale; an average is compared as sum against number times count: no division. (evaluate.c)
bool acr__compare(acr__wide value, acr__operator op, acr__wide number);
// Where windows of this case are anchored; `rule` when some ask for its last firing.
struct acr__anchors acr__anchors_of(const struct acr__case *c, const struct acr__rule *rule);
// The window of a condition over history; between the last facts of `times` lie those that count. false = failed.
// `data`: what its component sees of the facts is told to who watches components; NULL = nobody.
bool acr__window_of(struct acr__case *c, const struct acr__cond *cond, const struct acr__series_data *data,
                    const struct acr__anchors *anchors, acr__time *from, acr__time *to);
// The rule was met: what its condition with `every` reached is reached for good. *times = how often the outcomes are given.
bool acr__every_note(struct acr__case *c, const struct acr__rule *rule, int *times);
bool acr__history_measure(struct acr__case *c, const struct acr__cond *cond, const struct acr__rule *rule, struct acr__cond_result *out);
#endif
