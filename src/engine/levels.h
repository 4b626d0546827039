// Levels over time (domain 16.8, 16.9, 7.5): reviews, grace, terms that end, moves by staff.
#ifndef ACR_ENGINE_LEVELS_H
#define ACR_ENGINE_LEVELS_H
#include "engine/due.h"

// Bits of release->listens beside those of raised events: what of a release falls due.
#define ACR_LISTENS_IDLE (1u << 29)
#define ACR_LISTENS_REVIEW (1u << 30)
#define ACR_LISTENS_END (1u << 31)
uint32_t acr__levels_listen(const struct acr__plan *plan);

int acr__level_index(const struct acr__release *release, int name);  // of a level's name; -1 = it has no such level
int acr__level_lower(const struct acr__release *release, int level); // the next live one below; -1 = none

// ---- entrance.c
bool acr__place(struct acr__case *c);
bool acr__entrance(struct acr__case *c, bool after); // after = behind the event's outcomes, its last time for this event
bool acr__move(struct acr__case *c, struct acr__release *release, int level);
// Moves the member and raises level.promoted or level.demoted. level -1 = into none; rule NULL = none.
struct acr__level_move {
  struct acr__release *release;
  int level;
  acr__level_cause cause;
  const struct acr__rule *rule; // of the case's release
  acr__time since;              // no earlier than the level that it ends
};
bool acr__level_move(struct acr__case *c, const struct acr__level_move *move);
// Do any of its entrance rules hold? Nothing is given.
bool acr__level_qualifies(struct acr__case *c, int level, bool *qualifies);
// Contract 5: a member whose level the program no longer has takes the next lower one.
int acr__level_held(const struct acr__case *c, int name); // the index of a level's name or of what is taken for it; -1 = none
bool acr__level_carry(struct acr__case *c);

// ---- review_dates.c
// The level of a standing under the release that is in force just before some boundary, when it can be judged by time.
struct acr__held_level {
  struct acr__release *release;
  const struct acr__standing *standing;
  const struct acr__term *term;
  const struct acr__plan_level *level;
  int index;
  const acr__zone *zone; // the member's, else the program's
  acr__time start;       // what fell due before is not the release's business
};
// Calls visit for every level held and release that may judge it, in order of families and releases.
void acr__held_levels(acr_engine *engine, const struct acr__member *member, uint32_t listens,
                      void (*visit)(void *arg, const struct acr__held_level *held), void *arg);
// The first review behind `after`; false = none.
bool acr__review_next(const struct acr__held_level *held, const struct acr__member *member, acr__time after, acr__time *out);
acr__time acr__level_days_before(const acr__zone *zone, acr__time boundary, acr__duration by); // the start of that day
acr__time acr__level_day_behind(const acr__zone *zone, acr__time time);                        // the start of the next day

// ---- review.c
bool acr__due_review(acr_engine *engine, const struct acr__member *member, struct acr__due *due);
bool acr__review_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);
// While a failed review waits: kept as soon as it holds.
bool acr__review_again(struct acr__case *c);
// Would the level be kept as things stand?
bool acr__review_holds(struct acr__case *c, int level, bool *kept);

// ---- level_end.c
bool acr__due_level_end(acr_engine *engine, const struct acr__member *member, struct acr__due *due);
bool acr__level_end_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);
bool acr__due_level_warn(acr_engine *engine, const struct acr__member *member, struct acr__due *due);
bool acr__level_warn_run(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);
// Domain V13: reaching the level held once more renews its term.
bool acr__level_renew(struct acr__case *c);
// When the level held ends; ACR_TIME_MAX = never.
acr__time acr__level_ends(const acr_engine *engine, const struct acr__held_level *held, const struct acr__member *member, acr__time behind);

// ---- level_set.c
bool acr__level_known(struct acr__judgement *j, struct acr__reject *reject);
bool acr__level_set(struct acr__judgement *j, struct acr__case *cases);

// ---- level_show.c: parts of member.get
void acr__levels_write(acr_engine *engine, acr__writer *w, struct acr__member *member);
// A list `key`: each rule with what its conditions measure, require and miss.
void acr__level_rules_write(struct acr__case *c, acr__writer *w, const char *key, const struct acr__rule_list *list);
#endif
