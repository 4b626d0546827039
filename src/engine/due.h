// Due work: what becomes of a member because time has passed (domain 16.9, 16.11, V6, M11).
//
// Nothing is stored as a timer. Each kind of due work is a row of the table in due.c, which derives from a member's state when its
// next piece falls due. Before an event of a member every piece up to ledger time runs (lazy), a `clock` runs everybody's
// (clock.c); both give the same entries, because a piece is judged as of its boundary whenever it runs. Each piece is a record of
// its own with source `accrue`. One that fails parks alone; it is past then, and the member's events go on.
//
// A new kind is a row: a number that is never changed (it stands in the log), a name, `next`, and `run`:
// - `next` gives the earliest piece that is not past, or false. What is past is either derived (a lot that expired is gone) or read
//   off the mark that this frame keeps when `once` says so: acr__dues_mark(&member->dues, kind, subject). A row without `once` has
//   to look at the mark too: it stands there for a piece that was parked.
//   It is asked after every record of a member: let it cost nothing where there is nothing.
// - `run` does the work by operations, as any event does: acr__apply, acr__credit, acr__debit, acr__raise. The cases are those of
//   the releases in force at the last instant before the boundary, and their event's time is that instant (domain W4), so that
//   windows, limits and what is posted belong to the period that ends. The boundary itself is due->at.
//   After it `next` must give something else; a piece that is still there is parked. Of what `next` gives, all but `at` and `subject`
//   may be gone by then.
// - A row whose piece is an event instead (a birthday) has no `run`: `next` sets due->type (and due->data). It is judged at the
//   boundary itself like an event that was sent, without entrance when `timed` (domain T6).
// Rows stand in the order in which they run at one and the same boundary (domain M11).
#ifndef ACR_ENGINE_DUE_H
#define ACR_ENGINE_DUE_H
#include "engine/raise.h"

typedef enum acr__due_number { // in the log: never change one, never use one again
  ACR_DUE_ANNIVERSARY = 1,
  ACR_DUE_BIRTHDAY = 2,
  ACR_DUE_PENDING = 3,
  ACR_DUE_OFFER_END = 4,
  ACR_DUE_OFFER_WARN = 5,
  ACR_DUE_HOLD = 6,
  ACR_DUE_LOTS = 7,
  ACR_DUE_IDLE = 8,
  ACR_DUE_YEARLY = 9,
  ACR_DUE_EXPIRING = 10,
  ACR_DUE_PENDING_LINK = 11,
  ACR_DUE_REVIEW = 12,
  ACR_DUE_LEVEL_END = 13,
  ACR_DUE_LEVEL_WARN = 14,
} acr__due_number;

struct acr__due_row;

struct acr__due {
  const struct acr__due_row *row;
  acr__time at;    // the boundary
  int64_t subject; // what of the kind: an account, a family ...; 0 when there is but one
  // Rows whose piece is an event:
  acr__span type, data; // data may be empty
  const struct acr__pending *pending;
};

struct acr__due_row {
  acr__due_number kind;
  const char *name;
  acr__span type, path; // "due.NAME" and "due/NAME/"
  uint32_t listens;     // bits of which some release has one, or there is no such piece; 0 = there may be
  bool once;  // what has run is past, for good
  bool timed; // an event that time alone brings
  bool (*next)(acr_engine *engine, const struct acr__member *member, struct acr__due *due);
  bool (*run)(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);
};

// ---- due.c
// Runs the member's due work with boundaries up to `upto`; the member may be another struct afterwards, so look it up again.
void acr__due_before(acr_engine *engine, acr__span id, acr__time upto);
const struct acr__due_row *acr__due_row_of(int64_t kind); // NULL = there is none
// Finds out anew when the member's next piece is, which is kept; true = `ran` (may be NULL) is still due, although it has run.
bool acr__due_look(acr_engine *engine, struct acr__member *member, const struct acr__due *ran);
// Runs the pieces at exactly the earliest boundary of this member. false = nothing is due up to `upto`.
bool acr__due_step(acr_engine *engine, struct acr__member *member, acr__time upto);
acr__time acr__due_time(acr_engine *engine, struct acr__member *member); // when the earliest is; ACR_TIME_MAX = never
// After each record of a member; `looked` = its next piece was looked for behind the record's last operation.
void acr__due_changed(acr_engine *engine, struct acr__member *member, bool looked);

// ---- emit.c
// An event that an outcome raises: now, for later (it waits in the member's list), or for those whom a link leads to.
bool acr__emit(struct acr__case *c, const struct acr__effect *effect);
bool acr__emit_pending(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due); // a row's run
void acr__deliver(acr_engine *engine, struct acr__judgement *j); // what it sent over links, once its record stands

// ---- due_dates.c
// The release is the one of its family that judges at this time.
bool acr__due_in_force(const acr_engine *engine, const struct acr__release *release, acr__time time);
bool acr__due_anniversary(acr_engine *engine, const struct acr__member *member, struct acr__due *due);
bool acr__due_birthday(acr_engine *engine, const struct acr__member *member, struct acr__due *due);

// ---- due_offers.c
bool acr__due_offer_end(acr_engine *engine, const struct acr__member *member, struct acr__due *due);
bool acr__due_offer_ended(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);
bool acr__due_offer_warn(acr_engine *engine, const struct acr__member *member, struct acr__due *due);
bool acr__due_offer_warned(struct acr__judgement *j, struct acr__case *cases, const struct acr__due *due);

// ---- sent.c: events that the core sends to a member's log
// A JSON line for it, in the arena; data, cause and depth where there are any.
acr__span acr__sent_line(acr_engine *engine, acr__arena *arena, acr__span id, acr__span type, acr__span member, acr__time time,
                         acr__span data, acr__span cause, int depth);
struct acr__sent {
  acr__span line;
  struct acr__event *event; // of the line; NULL = the line is to be read
  struct acr__member *member;
  const struct acr__due *due; // NULL = over a link
  int depth;                  // of the chain that it continues
  bool timed, retry;
};
// The event of a piece of work as reading its line would give it, and then that line: it says no more than what it is.
void acr__sent_work(acr_engine *engine, struct acr__sent *sent, acr__span stamp);
void acr__sent_name(acr_engine *engine, struct acr__sent *sent, acr__span id, acr__digest digest, acr__span stamp);
// Judges it and appends its record; false = it was parked.
bool acr__sent_take(acr_engine *engine, const struct acr__sent *sent);

// ---- judge.c, undo.c, batch.c: what units of both sorts share
bool acr__closing(struct acr__judgement *j); // what the reply says of balances and levels; always true
bool acr__ops_few(struct acr__judgement *j); // false = the decision is too long
// The member as it was, its failure as an operation; the first `names` operations and all names stay.
void acr__refusal_ops(acr_engine *engine, const char *code, const char *message);
void acr__park_undo(acr_engine *engine, struct acr__judgement *j, int names);
// Makes what the batch holds so far durable and goes on filling it, between two units. false = the store failed.
bool acr__batch_flush(acr_engine *engine);

// ---- fetch.c: brings near what a member's turn will need, and first of all where that is
void acr__fetch_member(const acr_engine *engine, uint32_t number, bool parts);

// ---- clock.c
// Runs everybody's due work up to `upto`; what is large is made durable as it goes.
struct acr__clock_sum {
  int64_t ran, parked;
};
void acr__clock_run(acr_engine *engine, acr__time upto, struct acr__clock_sum *sum);
// The numbers of those to whom something falls due up to `upto`, as things stand; malloc'ed.
uint32_t *acr__clock_members(acr_engine *engine, acr__time upto, size_t *count);
// Finds out when something falls due to some more of those of whom it is not known; true = more are left.
bool acr__clock_look(acr_engine *engine, uint32_t members);
bool acr__clock_busy(const acr_engine *engine, acr__time upto); // slices of another time are under way
// Some of it, ahead of a clock `of` that time (ACR_TIME_MIN = of none); false = nothing is left up to then.
bool acr__clock_slice(acr_engine *engine, acr__time of, acr__time upto, size_t pieces);
// A clock `of` that time, which did everything up to `upto`, has come to its end: what ran in slices ahead of it is added to *sum.
void acr__clock_done(acr_engine *engine, acr__time of, acr__time upto, struct acr__clock_sum *sum);
acr__time acr__clock_last(const acr_engine *engine); // the time of the last one since the start; ACR_TIME_MIN = there was none
void acr__clock_note(acr_engine *engine, struct acr__member *member); // when it is next has changed
void acr__clock_forget(acr_engine *engine); // releases have changed: nobody's time is known any more
void acr__clock_free(acr_engine *engine);
#endif
