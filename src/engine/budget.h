// What sources have issued over all members: the one part of a decision that another member's events change. Kept by local day of
// the program's zone, so that whatever period a release asks for adds up exactly; made of the operations of the log alone.
#ifndef ACR_ENGINE_BUDGET_H
#define ACR_ENGINE_BUDGET_H
#include "engine/engine.h"

struct acr__budget_day {
  int32_t day;
  int64_t points; // millionths
};
struct acr__budget {
  int family, source; // names
  bool counted;       // some release in force has a cap over all members
  struct acr__budget_day *days; // owned; in order
  int count, cap;
};

struct acr__budget_day *acr__budget_day_of(struct acr__budget *budget, int64_t day); // added when it is not there
int64_t acr__budget_sum(const struct acr__budget *budget, int64_t from, int64_t to); // days from <= d < to
// Days of a cap's period at a time; the widest possible for ever.
void acr__budget_days(const acr__zone *zone, const struct acr__cap *cap, acr__time time, int64_t *from, int64_t *to);
// ISSUED for points that a counted source gives now, and a CAP for each of its caps over all.
bool acr__budget_issue(struct acr__case *c, int source, int64_t millionths);
void acr__budget_apply(acr_engine *engine, const struct acr__op *op); // BUDGET and ISSUED of the log; others are ignored
void acr__budget_undo(acr_engine *engine);                            // takes back what the operations of the line at hand did

// CAPs alone: nothing was given, and what the source had issued says why.
void acr__budget_full(struct acr__case *c, int source);
// In a shadow of the past: as the operations of what was decided there say it was before them (budget_past.c).
void acr__budget_recall(acr_engine *shadow, const struct acr__ops *ops);

// budget_used.c: what one shadow gave beyond what the engine below it has, for the next one to go on from. Zero at first.
struct acr__budgets_used {
  struct acr__budget *all; // by number; owned
  int count;
};
void acr__budgets_used_keep(struct acr__budgets_used *used, const acr_engine *shadow);
void acr__budgets_used_give(const struct acr__budgets_used *used, acr_engine *shadow);
void acr__budgets_used_free(struct acr__budgets_used *used);

void acr__budgets_bind(acr_engine *engine); // after releases have changed: release->budgets and ->issued
// What sources that a release going active caps, and none in force did, have given so far: counted from the log, record by record.
// NULL = there is none to be counted.
struct acr__issued *acr__issued_new(const acr_engine *engine, const struct acr__plan *plan);
void acr__issued_take(struct acr__issued *issued, const acr_engine *engine, const struct acr__record *record);
void acr__issued_free(struct acr__issued *issued); // NULL is fine
// Operations that begin the count of these; `issued` has the whole log, or is NULL: then it is read here.
void acr__budgets_begin(acr_engine *engine, const struct acr__plan *plan, struct acr__issued *issued);
// The note in the view: what the batch at hand leaves, when that is due; taken at its commit, written when it is durable.
void acr__budgets_snapshot(acr_engine *engine, acr_batch *batch);
void acr__budgets_note(acr_engine *engine, acr_batch *batch);
void acr__budgets_note_now(acr_engine *engine); // where all of the log is committed
// Recovery: the note, and the log from there to the end of what the view contains. The rest comes with the tail.
void acr__budgets_load(acr_engine *engine, acr__pos view_end);
void acr__budgets_free(acr_engine *engine);

// ---- award.c
// Domain L6: gives what every cap of source and account leaves room for; the rest is recorded, with the reason.
bool acr__award(struct acr__case *c, int account, int source, int64_t points, acr__time expires);
void acr__clip(acr_engine *engine, int account, int source_name, int64_t points, const char *why);
#endif
