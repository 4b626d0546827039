// How often rules have fired: counted by event time in calendar periods of the program's zone, over releases.
#ifndef ACR_ENGINE_LIMITS_H
#define ACR_ENGINE_LIMITS_H
#include "engine/engine.h"

// Is the event's time within the rule's `from` and `until`?
bool acr__rule_dated(const struct acr__case *c, const struct acr__rule *rule);
// How often the rule may still give its outcomes in the period of the event's time; INT64_MAX without a limit.
int64_t acr__limit_left(const struct acr__case *c, const struct acr__rule *rule);
// The period that a limit counts in at a time: [from, to), open where it is for ever.
void acr__limit_period(const acr__zone *zone, bool forever, acr__unit per, acr__time time, acr__time *from, acr__time *to);
// The rule fires: marks the OUTCOME operation that was added last, and adds to its series where one is kept.
bool acr__fired_note(struct acr__case *c, const struct acr__rule *rule, bool met);

// Firings of a rule are kept where it has a limit, or something asks for them (acr__fired_series of program/compile.h).
// Number of times from <= t < to that it was met and gave its outcomes.
int64_t acr__fired_count(const struct acr__case *c, const struct acr__rule *rule, acr__time from, acr__time to);
// The last time before `before` that it was met; ACR_TIME_NONE when there is none.
acr__time acr__fired_last(const struct acr__case *c, const struct acr__rule *rule, acr__time before);

// ---- for the engine's own housekeeping
void acr__limits_bind(acr_engine *engine); // after the feeds have changed: release->fired and ->issued
// Does this operation of a log's record mean a firing of the rule that the series is about?
bool acr__fired_is(const acr_engine *engine, int family, const struct acr__series *series, const struct acr__op *op);

// ---- limits_show.c
void acr__write_limits(acr_engine *engine, acr__writer *w, const struct acr__member *member);    // "limits" of member.get
void acr__write_caps(acr_engine *engine, acr__writer *w, const struct acr__release *release); // "caps" of program.list
#endif
