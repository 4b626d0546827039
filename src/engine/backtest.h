// accrue backtest: what a ledger would be if other programs had been there from the beginning. "Before" is the ledger as it stands;
// "after" are scratch engines in memory that judge the log's inputs again, each a part of the members when members do not touch each
// other. Both are summed by the same code (sums.h).
//
//   backtest.c           the call: options, workers, what comes of them
//   backtest_plan.c      the programs of the directory, what they replace, whether members stand apart
//   backtest_log.c       one reading of the log for all workers; who is judged, and by which worker
//   backtest_run.c       a worker: every record judged again at its place
//   backtest_release.c   releases and statuses of the log, with the candidates in place of what they replace
//   backtest_gather.c    the workers' sums together; backtest_gate.c: --fail-if
//   backtest_report.c    before and after as JSON; with backtest_total.c, backtest_chart.c and backtest_members.c (who differs most)
#ifndef ACR_ENGINE_BACKTEST_H
#define ACR_ENGINE_BACKTEST_H
#include "engine/bundle.h"
#include "engine/sums.h"
#include <pthread.h>

// A program of the directory.
struct acr__candidate {
  struct acr__bundle bundle;
  struct acr__release compiled; // its script is not run: workers have their own
  int replaces;                 // name of the program in the ledger, -1 = the ledger has none of it
  acr__time effective_from;     // the earliest of what it replaces; else ACR_TIME_NONE: its own
};

enum { ACR_LOG_CHUNKS = 6 }; // so far the fastest worker may be ahead of the slowest

// The log in chunks, each read once and seen by every worker.
struct acr__chunk {
  acr__buf bytes;
  acr__pos pos;
};
struct acr__log {
  acr_engine *from;
  pthread_mutex_t mutex;
  pthread_cond_t moved;
  struct acr__chunk chunks[ACR_LOG_CHUNKS];
  acr__pos next;
  uint64_t read;  // chunks so far
  uint64_t *done; // by worker: chunks it is through with; owned
  int workers;
  bool reading, ended, failed;
};

typedef enum acr__who {
  ACR_WHO_NOT,
  ACR_WHO_JUDGED,
  ACR_WHO_COPIED,  // erased, so taken as it was decided
  ACR_WHO_AWAITED, // JUDGED as soon as a record of his comes
} acr__who;

struct acr__run { // a worker
  struct acr__backtest *b;
  int number;
  pthread_t thread;
  acr_engine *to;
  acr__time ledger_time;                  // of the source log before the record at hand
  uint32_t last_member;                   // of the source; what the scratch ledger makes beyond it counts from there
  struct acr__sums before, after, copied; // copied: by the source's names
  struct acr__twin twin;                  // what came out as it was: part of both before and after
  int *families_before, *families_after;  // by place in b->families; owned
  int *statuses;                          // of the source's releases by number, acr__status + 1, as far as the log was read
  uint64_t rejected;                      // events that the log has, and that are not valid any more
  char *rejection;                        // the first of them; owned
  char *failed;                           // owned
};

struct acr__gate { // of --fail-if
  const char *text;
  int64_t before, after, difference; // millionths of what the metric counts
  const char *problem;               // why it cannot be measured; NULL = it can
  bool tripped;
};

struct acr__backtest {
  acr_engine *from;
  const struct acr_backtest *options;
  acr__arena *arena;
  acr__diag diag;
  const char *message; // why there is no result
  struct acr__candidate *candidates;
  int candidate_count;
  const acr__zone *zone;
  acr__time from_time, to_time;
  acr__span *families;
  int family_count;
  // who
  uint32_t member_cap; // highest number + 1
  uint8_t *who;        // acr__who, by number; owned
  uint32_t *group;     // of the number that it was merged into in the end; owned
  uint64_t records, members, copied;
  const char *together; // why there is but one pass; NULL = members stand apart
  struct acr__log log;
  struct acr__run *runs;
  int workers;
  struct acr__sums_members members_before, members_after, members_both;
  // everything, by names that both sides share
  acr__names *names;
  struct acr__book_account {
    int family, name, decimals, flags;
    char *label;
  } * accounts;
  int account_count;
  struct acr__sums before, after;
  struct acr__gate *gates;
};

// ---- backtest_plan.c
bool acr__backtest_plan(struct acr__backtest *b);                                            // false: `message`, or faults in `diag`
struct acr__candidate *acr__candidate_for(const struct acr__backtest *b, acr__span program); // that replaces it; NULL = none

// ---- backtest_log.c
bool acr__backtest_who(struct acr__backtest *b);
void acr__backtest_who_came(struct acr__backtest *b); // once the log is through: those who are still awaited are not there
bool acr__backtest_mine(const struct acr__run *run, const struct acr__record *record);
void acr__log_open(struct acr__log *log, acr_engine *from, int workers);
const struct acr__chunk *acr__log_next(struct acr__log *log, int worker); // NULL at the end
void acr__log_leave(struct acr__log *log, int worker);                    // it asks no more
void acr__log_close(struct acr__log *log);

// ---- backtest_run.c
void *acr__backtest_run(void *run); // a thread's

// ---- backtest_release.c
bool acr__backtest_begin(struct acr__run *run);                                     // programs that the ledger does not have
bool acr__backtest_control(struct acr__run *run, const struct acr__record *record); // false: `failed`

// ---- backtest_gather.c
void acr__backtest_gather(struct acr__backtest *b); // workers' sums into b->before and b->after

// ---- backtest_report.c
void acr__backtest_write(struct acr__backtest *b, acr__writer *w);
const struct acr__sum *acr__backtest_sum(const struct acr__sums *sums, acr__sum_kind kind, int a, int b, int c, int d, int e); // or zeros
// {"before":..,"after":..,"difference":..,"percent":".."}
void acr__backtest_figure(acr__writer *w, const char *key, int64_t before, int64_t after, int decimals);

// ---- backtest_total.c
// The same of all accounts together, from millionths.
void acr__backtest_millionths(const struct acr__backtest *b, acr__writer *w, const char *key, int64_t before, int64_t after);
void acr__backtest_totals(struct acr__backtest *b, acr__writer *w);
void acr__backtest_notes(struct acr__backtest *b, acr__writer *w); // what to know when reading the result
void acr__backtest_gates_write(struct acr__backtest *b, acr__writer *w);

// ---- backtest_chart.c
void acr__backtest_over_time(struct acr__backtest *b, acr__writer *w);
void acr__backtest_distribution(struct acr__backtest *b, acr__writer *w);

// ---- backtest_members.c
int64_t acr__backtest_differing(const struct acr__backtest *b); // members that differ in anything
void acr__backtest_members(struct acr__backtest *b, acr__writer *w);

// ---- backtest_gate.c
bool acr__backtest_gates_read(struct acr__backtest *b);  // false: `message`
bool acr__backtest_gates_judge(struct acr__backtest *b); // false = one holds
// In millionths of a point, of one account or of all that are owed; false when there is no such account.
bool acr__backtest_total(const struct acr__backtest *b, const struct acr__sums *sums, acr__span account, acr__flow flow, int64_t *out);
#endif
