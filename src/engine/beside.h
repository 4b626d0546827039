// A shadow release: it judges what comes in beside the active one, on a thread of its own, and says what it would have done
// otherwise. Nothing that it does touches the ledger or a member.
//
// The thread follows the committed log. `base` is an engine with members of its own, made of the operations of the log as the active
// release decided them; only the series (windows) are the shadow release's, taken from the log's events from its beginning on. For an
// event that is judged, `judge` (a shadow of base, shadow.h) does it on a copy of the member, and what it did is compared with what
// the log says. How often its own rules fired, what its own sources gave and which multiples were reached is kept as it decided, so
// that its limits and budgets are its own. Due work is the active release's.
//
// The engine thread only starts it, asks it to stop, and copies the report that the thread has left: it never waits for the thread but
// when the ledger is closed.
//
//   beside.c        the engine thread's side: which release it is, start and stop, shadow.get
//   beside_open.c   base and judge
//   beside_run.c    the thread: the log, record after record; how much of it is judged
//   beside_judge.c  one event under the shadow release
//   beside_sums.c   what both did, compared and added up; beside_report.c: as JSON
#ifndef ACR_ENGINE_BESIDE_H
#define ACR_ENGINE_BESIDE_H
#include "engine/built.h"
#include "engine/rpc.h"
#include <pthread.h>

enum { ACR_BESIDE_ACTIVE, ACR_BESIDE_SHADOW, ACR_BESIDE_SIDES };
enum { ACR_BESIDE_EVENTS = 20, ACR_BESIDE_MEMBERS = 20, ACR_BESIDE_MEMBERS_MAX = 200000 }; // shown; members counted one by one

typedef enum acr__beside_kind { ACR_BESIDE_RULE, ACR_BESIDE_LEVEL, ACR_BESIDE_OFFER, ACR_BESIDE_KINDS } acr__beside_kind;

// Points of one account, smallest units.
struct acr__beside_points {
  int32_t account;
  int64_t points[ACR_BESIDE_SIDES];
};
struct acr__beside_row {
  acr__beside_kind kind;
  int32_t key[3];                       // names + 1: RULE behavior, level, rule; LEVEL to; OFFER offer
  int64_t both, only[ACR_BESIDE_SIDES]; // events
  struct acr__beside_points *points;    // owned
  int point_count;
};
// Points of all accounts that are owed for, in millionths.
struct acr__beside_member {
  uint32_t number;
  int64_t events, points[ACR_BESIDE_SIDES]; // of events that differ
};
struct acr__beside_event {
  uint64_t seq;
  uint32_t member;
  acr__time time;
  int64_t points[ACR_BESIDE_SIDES];
};
struct acr__beside_sums {
  acr__time since;   // when the first of its records was taken
  uint64_t first;    // its number
  uint32_t active;   // release that it is compared with, 0 = none yet
  int64_t seen, judged, different, failed, refused;
  char *failure, *refusal; // the first of each; owned
  struct acr__beside_row *rows; // owned
  int row_count;
  struct acr__beside_points *accounts; // owned
  int account_count;
  acr__table *members; // number -> struct acr__beside_member; owned
  int64_t members_beyond; // events of members that are not counted one by one
  struct acr__beside_event events[ACR_BESIDE_EVENTS]; // largest difference first
  int event_count;
};

typedef enum acr__beside_state { ACR_BESIDE_CATCHING_UP, ACR_BESIDE_FOLLOWING, ACR_BESIDE_ENDED, ACR_BESIDE_BROKEN } acr__beside_state;

struct acr__beside {
  struct acr__beside *older; // that were told to stop; the engine thread's
  uint32_t number;           // of the release
  char *label;               // owned
  int program, family;
  acr__pos pos, from; // of the release's record; what is judged begins there
  uint64_t bytes_max, behind_max;
  pthread_t thread;
  // Any thread, under the mutex:
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  bool stopping; // read without it, too
  acr__beside_state state;
  acr__buf report; // members of a JSON object
  uint64_t upto;   // seq of the newest record in it
  // The thread's own:
  acr_engine *base, *judge;
  struct acr__release *release;  // of judge; loaded
  struct acr__collector *collector;
  struct acr__built facts;
  bool *all, *of_log; // series that the collector asks for, by plan index; in the release's arena
  bool has_series, own_series;
  bool judged;        // the record at hand was: what fired is taken from `judge`
  acr__pos at;        // the next record
  uint64_t stride;    // one event in so many is judged
  uint64_t share;     // members whose hash is below it are followed
  const char *broken; // why it cannot go on; in base's arena
  struct acr__beside_sums sums;
  bool changed;       // since the report
  int64_t reported_us;
};

// After any change of releases: starts what has to run and stops what has not. Engine thread.
void acr__beside_settle(acr_engine *engine);
void acr__beside_stop(acr_engine *engine);
void acr__beside_close(acr_engine *engine); // waits for the threads, which were told to stop
bool acr__method_shadow_get(struct acr__request *request);

// ---- beside_open.c
void acr__beside_open(struct acr__beside *b, acr_engine *engine); // engine thread: base with copies of what numbers mean
bool acr__beside_load(struct acr__beside *b);                     // the thread: the release, judge; false: `broken`
void acr__beside_release(struct acr__beside *b);                  // levels and statuses of the release, after a record of control
void acr__beside_free(struct acr__beside *b);

// ---- beside_run.c
void *acr__beside_run(void *beside);
// Of a record that is applied to a member of `base`: false = it is not for it.
bool acr__beside_op(struct acr__beside *b, struct acr__member *member, const struct acr__op *op);

// ---- beside_judge.c
void acr__beside_judge(struct acr__beside *b, const struct acr__record *record);
void acr__beside_own(struct acr__beside *b, const struct acr__record *record); // into the member of base: what it fired and gave

// ---- beside_sums.c
void acr__beside_sums_begin(struct acr__beside_sums *sums);
void acr__beside_sums_free(struct acr__beside_sums *sums);
// `ops` = what the shadow release did, NULL = nothing could be done.
void acr__beside_compare(struct acr__beside *b, const struct acr__record *record, const struct acr__ops *ops);

// ---- beside_report.c
void acr__beside_report(struct acr__beside *b, acr__buf *out);

// ---- admit.c: does the ledger know whatever the event names?
bool acr__event_known(struct acr__judgement *j, struct acr__reject *reject);
// ---- undo.c: takes out of the member's series what the engine's operations at hand put in
void acr__series_undo(const acr_engine *engine, struct acr__member *member);
#endif
