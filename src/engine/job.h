// Requests that take long: what they need is prepared on another thread, beside the engine's, and caught up in slices between
// events. What they do happens at one place of the log, in one piece, as if nothing had been prepared.
#ifndef ACR_ENGINE_JOB_H
#define ACR_ENGINE_JOB_H
#include "engine/budget.h"
#include "engine/built.h"
#include "engine/bundle.h"
#include "engine/preview.h"
#include "engine/ripen.h"
#include "engine/rpc.h"

// ---- log_ahead.c: the records of the log one after another, at first on another thread
struct acr__log_ahead {
  acr__pos pos;                                                                  // everything before it has been taken
  acr__pos until;                                                                // where the reader stops
  acr_engine *reader;                                                            // that reads it ahead; NULL = none does
  const int *stop;                                                               // set from any thread
  bool (*take)(void *arg, acr_engine *engine, const struct acr__record *record); // false = enough
  void *arg;
  acr__buf bytes; // owned
  bool damaged;
};
// Reads on, at most about so many bytes; true = more is left.
bool acr__log_ahead(struct acr__log_ahead *log, acr_engine *engine, size_t bytes);

// ---- history_ahead.c: the history of a release that is to become active, read off the log piece by piece
struct acr__history {
  struct acr__release *release; // borrowed: its plan and family
  bool *wanted;                 // per series of the plan; owned
  bool any;                     // something is to be read at all
  struct acr__collector *collector;
  struct acr__built built;
  struct acr__issued *issued; // budget.c
  struct acr__log_ahead log;
  char *failed; // owned
};
// Which series are wanted and what is to be counted is asked of `engine`, on its thread or of a reader.
struct acr__history *acr__history_new(acr_engine *engine, struct acr__release *release);
// Reads on, at most about so many bytes; true = more is left. False: all is read, or `failed` says why not.
bool acr__history_read(struct acr__history *history, acr_engine *engine, size_t bytes);
void acr__history_free(struct acr__history *history); // NULL is fine

// ---- reader.c: reads the committed log on another thread; knows the names, accounts and feeds of the moment it was made
acr_engine *acr__reader_new(const acr_engine *engine);
void acr__reader_free(acr_engine *reader);

// ---- job.c: what takes long
typedef enum acr__job_kind {
  ACR_JOB_PUBLISH,
  ACR_JOB_SET,
  ACR_JOB_PREVIEW,
  ACR_JOB_RELOAD,
  ACR_JOB_LIABILITY,
  ACR_JOB_ACTIVITY,
  ACR_JOB_LEVELS,
  ACR_JOB_FORECAST,
  ACR_JOB_EXPORT,
  ACR_JOB_EXPLAIN
} acr__job_kind;

struct acr_job {
  acr_engine *engine, *reader;
  acr__arena *arena;
  acr__job_kind kind;
  struct acr__request request; // as the reader sees it
  int stop;                    // atomic
  bool failed;                 // request.error and .message say why
  uint64_t epoch;              // of releases: when others have come meanwhile, nothing that was prepared is used
  // publish; and set, which compiles the release once more for itself, because its plan may be in use
  struct acr__bundle bundle;
  struct acr__release built;
  acr__diag diag;
  acr__pos release_pos;
  struct acr_loaded *loaded;       // reload; borrowed
  struct acr__release **releases;  // that are to become active,
  struct acr__history **histories; // and the history of each
  int release_count;
  bool settles, settled; // everybody's due work runs before
  acr__time settle_at;
  struct acr__preview_run *preview;
  struct acr__report_run *report;
};

// Of the request at hand; NULL = nothing was prepared for it.
struct acr_job *acr__job_of(const acr_engine *engine, acr__job_kind kind);
// What was read for a release with that plan; NULL = nothing.
struct acr__history *acr__job_history(const acr_engine *engine, const struct acr__plan *plan);
bool acr__job_refused(struct acr__request *request, const struct acr_job *job); // true = it was, and the request says why

// ---- report_run.c: a report, or a page of what there is, that is being made; events may come between two steps
struct acr__report_run {
  struct acr__log_ahead log; // no `take`: the log is not read
  bool alone;                // the log is read on the engine's thread only
  // Besides the log, before anything else: what another thread can do. NULL = nothing.
  void (*ahead)(struct acr__report_run *run, acr_engine *reader);
  // Behind the log: some of what is left, about so many members; false = nothing is. NULL = there is no such thing.
  bool (*rest)(struct acr__report_run *run, acr_engine *engine, size_t members);
  void (*free)(struct acr__report_run *run);
};
bool acr__report_step(struct acr__report_run *run, acr_engine *engine, size_t bytes, size_t members); // false = it is of the log's end
// To the log's end, from what the job of the request prepared or from `begin`; NULL = the request failed.
struct acr__report_run *acr__report_made(struct acr__request *request, acr__job_kind kind,
                                         struct acr__report_run *(*begin)(struct acr__request *request));
void acr__report_done(struct acr__request *request, struct acr__report_run *run);
struct acr__report_run *acr__liability_begin(struct acr__request *request); // report_liability.c; NULL = failed
struct acr__report_run *acr__activity_begin(struct acr__request *request);  // report_activity.c; likewise
struct acr__report_run *acr__forecast_begin(struct acr__request *request);  // report_forecast.c
struct acr__report_run *acr__export_begin(struct acr__request *request);    // export.c
struct acr__report_run *acr__explain_begin(struct acr__request *request);   // explain_member.c

// ---- publish.c, status.c, preview.c, reload.c: what a job of theirs begins with
bool acr__publish_prepare_ahead(struct acr_job *job);
bool acr__set_begin(struct acr__request *request, acr__pos *release, bool *settles); // false = nothing to prepare
struct acr__preview_run *acr__preview_begin(struct acr__request *request);           // NULL = failed
bool acr__reload_begin(struct acr_job *job);                                         // false = nothing to prepare
bool acr__preview_slice(acr_engine *engine, struct acr__preview_run *run, size_t members);
void acr__preview_free(struct acr__preview_run *run);
#endif
