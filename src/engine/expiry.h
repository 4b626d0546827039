// Points that expire (domain 10, 16.11): when a lot does, and the due work that takes them.
#ifndef ACR_ENGINE_EXPIRY_H
#define ACR_ENGINE_EXPIRY_H
#include "engine/due.h"

// When a lot earned then expires by its account's policy of the day, fixed at its birth (domain G10); ACR_TIME_MAX = never.
acr__time acr__lot_expires(const struct acr__plan *plan, int account, acr__time earned);
// Takes what has expired by `at`, or moves it on as its account says.
bool acr__expire_lots(struct acr__judgement *j, acr__time at);
// Of acr__lots_in_order what can be spent: a point cannot from its expiry on, whether or not the run that takes it away has happened.
struct acr__lot *acr__lots_to_spend(struct acr__judgement *j, const int *accounts, int account_count, int *count);
// After an event of this type, or points moved: accounts that expire by inactivity note it.
bool acr__activity(struct acr__judgement *j, const struct acr__event *event);
bool acr__activity_points(struct acr__judgement *j, int account, acr__reason reason, acr__time time);

// ---- rows of due work
bool acr__due_hold(acr_engine *engine, const struct acr__member *member, struct acr__due *due);
bool acr__due_hold_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);
bool acr__due_lots(acr_engine *engine, const struct acr__member *member, struct acr__due *due);
bool acr__due_lots_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);
bool acr__due_idle(acr_engine *engine, const struct acr__member *member, struct acr__due *due); // inactivity
bool acr__due_idle_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);
bool acr__due_yearly(acr_engine *engine, const struct acr__member *member, struct acr__due *due); // activity_based, points_aging
// When what was earned then ends at an anniversary, if the account ages; ACR_TIME_MAX = it does not.
acr__time acr__aging_end(acr_engine *engine, const struct acr__member *member, int account, acr__time earned);
bool acr__due_yearly_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);
bool acr__due_expiring(acr_engine *engine, const struct acr__member *member, struct acr__due *due); // `warn`
#endif
