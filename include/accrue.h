// Accrue: a loyalty-points engine. The whole public C API; everything else is internal.
//
// One engine owns one ledger. It is driven by one thread (the "engine thread"); only acr_engine_verify and acr_batch_*reply
// may be called from others. Texts are UTF-8. Times are microseconds since 1970 UTC.
#ifndef ACCRUE_H
#define ACCRUE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ACR_VERSION "0.6.0"
#define ACR_SEMANTICS 1 // raised when the meaning of rules changes in the core

#if defined(__GNUC__)
#define ACR_API __attribute__((visibility("default")))
#else
#define ACR_API
#endif

// number, name, sentence
#define ACR_ERROR_MAP(X)                                                    \
  X(0, OK, "done")                                                          \
  X(-1, FAULTS, "the template or program has faults; see the report")       \
  X(-2, NOT_FOUND, "there is no such file")                                 \
  X(-3, NOT_A_LEDGER, "the file is not an Accrue ledger")                   \
  X(-4, NEWER, "the ledger was written by a newer version of Accrue")       \
  X(-5, IN_USE, "another process has the ledger open")                      \
  X(-6, PERMISSION, "no permission")                                        \
  X(-7, IO, "the store failed")                                             \
  X(-8, UNKNOWN_OUTCOME, "a commit failed: what became of it is unknown")   \
  X(-9, CORRUPT, "the ledger is damaged")                                   \
  X(-10, INVALID, "an argument is not valid")                               \
  X(-11, VIOLATION, "an invariant does not hold")                           \
  X(-12, OLDER, "the ledger was written by an older version of Accrue")

typedef enum acr_error {
#define ACR_ERROR_ENUM(number, name, sentence) ACR_E_##name = number,
  ACR_ERROR_MAP(ACR_ERROR_ENUM)
#undef ACR_ERROR_ENUM
} acr_error;

// "IN_USE" and its sentence; static.
ACR_API const char *acr_error_name(int error);
ACR_API const char *acr_error_text(int error);

typedef struct acr_engine acr_engine;
typedef struct acr_batch acr_batch;
typedef struct acr_ahead acr_ahead;
typedef struct acr_loaded acr_loaded;
typedef struct acr_job acr_job;

struct acr_options {
  const char *ledger;         // the journal file; its view stands beside it as FILE-view. NULL = memory store
  bool create;                // make the ledger when the file is missing
  const char *template_dir;   // rules template that program.publish and template.describe use; may be NULL
  const char *standard_dir;   // plugins/standard; NULL = ACCRUE_SHARE, the build's source tree, the installed share, in this order
  int64_t max_future_us;      // an event may be ahead of the wall clock by so much; 0 = 5 minutes, negative = no bound
  size_t line_bytes_max;      // 0 = 1 MiB
  uint64_t member_bytes_max;  // memory for members in use before cold ones are let go; 0 = 8 GiB
  uint64_t disk_free_min;     // below this events are answered `overloaded` with disk_low; 0 = 64 MiB
  bool shadows;               // judge the shadow release, when there is one, beside the active one on a thread of its own
  uint64_t shadow_bytes_max;  // memory for its members; beyond it follows fewer of them; 0 = 1 GiB
  uint64_t shadow_behind_max; // bytes of the log that it may be behind before it judges fewer events; 0 = 8 MiB
  bool unsafe_ack;            // acknowledge before the commit: only for the control run of tests/fault
  bool unsafe_sync_off;       // synchronous=OFF for the journal: only for control runs and fills of benchmarks
  // Writes further members of the server.stats result ("\"connections\":3") into buf; returns the length. May be NULL.
  int (*stats)(void *arg, char *buf, size_t cap);
  void *stats_arg;
  // Called on the engine thread behind every commit: the place of the first record that has web hooks (0 = none has) and the log's
  // end. May be NULL.
  void (*committed)(void *arg, uint64_t webhooks, uint64_t end);
  void *committed_arg;
  // A line for the log: a component keeps failing, and events park. Engine thread; may be NULL.
  void (*warn)(void *arg, const char *line);
  void *warn_arg;
  // Answers outbox.list, outbox.retry and outbox.drop: *result (JSON), or *code (static) and *message; malloc'ed. Without it they are
  // refused.
  bool (*outbox)(void *arg, const char *method, const char *params, size_t params_len, char **result, const char **code, char **message);
  void *outbox_arg;
};

// Opens or creates a ledger and takes up its releases and members. On failure *message is a malloc'ed sentence (with path and
// cause) for the user, and *engine is NULL.
ACR_API int acr_engine_open(const struct acr_options *options, acr_engine **engine, char **message);
// Writes what is cheap to write behind, closes the files. No batch may be open.
ACR_API void acr_engine_close(acr_engine *engine);

// ---- Batches. A batch is filled and judged on the engine thread; while one is being committed the next may be filled.

// A new, empty batch. At most two exist at a time (one committing, one filling).
ACR_API acr_batch *acr_batch_begin(acr_engine *engine);
// Judges one line (an event or a JSON-RPC request, no newline needed) against the state that includes everything taken before.
// The line is copied where it is kept. `tag` comes back with the reply. Every line gets exactly one reply.
ACR_API void acr_batch_take(acr_batch *batch, const char *line, size_t len, void *tag);
// The same for line i of `ahead`, which was read from these very bytes.
ACR_API void acr_batch_take_ahead(acr_batch *batch, const acr_ahead *ahead, size_t i, const char *line, size_t len, void *tag);
// The same for a template.reload, with what was loaded for it beside the engine; of that it takes what it needs. The rest, and
// `loaded` itself, stay the caller's.
ACR_API void acr_batch_take_loaded(acr_batch *batch, const char *line, size_t len, acr_loaded *loaded, void *tag);
ACR_API size_t acr_batch_count(const acr_batch *batch);
// Runs some of what is due of everybody up to `time_us`, ahead of a clock of that time: about `pieces` of it. The events of other
// members need not wait for it. Gives the number of records; *more = some is left.
ACR_API size_t acr_batch_due(acr_batch *batch, int64_t time_us, size_t pieces, bool *more);
// Tells the ledger that time has come to `time_us`, without a reply; false = it could not be taken now.
ACR_API bool acr_batch_clock(acr_batch *batch, int64_t time_us);
// When the ledger wants to be told the time: now (`now_us` or before), when a day has begun in the zone of a program in force and it was
// not told; else when the next one begins; INT64_MAX = never. A ledger that is two days behind takes events of long ago and is left
// alone unless `always`. Engine thread.
ACR_API int64_t acr_engine_boundary(const acr_engine *engine, int64_t now_us, bool always);
// Hands the batch to the store. `done` is called once, from another thread (with the memory store and for batches that wrote
// nothing possibly from within this call), with ACR_E_OK when everything is durable, else with the error; then no reply may be
// sent and the process should end (exit 74). Only one commit may be in flight.
ACR_API void acr_batch_commit(acr_batch *batch, void (*done)(acr_batch *batch, int error, void *arg), void *arg);
// Reply i, in the order of the lines: one JSON line with its newline. Valid until acr_batch_end. Only after `done`.
ACR_API void acr_batch_reply(const acr_batch *batch, size_t i, const char **text, size_t *len, void **tag);
// Gives the batch back (engine thread).
ACR_API void acr_batch_end(acr_batch *batch);
// Background work between batches (writing behind, eviction); call when idle. Returns true when there is more to do.
ACR_API bool acr_engine_idle(acr_engine *engine);

// ---- A rules template and all its programs as they are on disk now, for a template.reload. Any thread.

// Reads and checks everything as acr_template_try does. With `digest` (16 bytes) the same bytes as last time are not looked at again: then
// NULL; else `digest` becomes that of the files as they were read.
ACR_API acr_loaded *acr_loaded_new(const char *dir, const char *standard_dir, unsigned char *digest);
// Faults and warnings as acr_template_check reports them, {"faults":[..],"warnings":[..]}, and how many faults there are.
ACR_API const char *acr_loaded_report(const acr_loaded *loaded, int *faults);
ACR_API const char *acr_loaded_dir(const acr_loaded *loaded, int i); // the template's directory and those that it extends; NULL = no more
ACR_API void acr_loaded_free(acr_loaded *loaded);                    // NULL is fine

// ---- Reading ahead: parsing and checking lines on another thread than the engine's, so that two cores share an event's work.

// One `ahead` is used by one thread at a time; it may be reset and filled again once the batch that took its lines has ended.
ACR_API acr_ahead *acr_ahead_new(acr_engine *engine);
ACR_API void acr_ahead_reset(acr_ahead *ahead);
// Reads the next line (number 0, 1, ...); its bytes must stay until the batch that takes it has ended.
ACR_API void acr_ahead_line(acr_ahead *ahead, const char *line, size_t len);
// Is line i a clock that the ledger does not have, and of what time? To be asked where batches are filled, while one is begun.
ACR_API bool acr_ahead_clock(const acr_ahead *ahead, size_t i, int64_t *time_us);
ACR_API bool acr_ahead_job(const acr_ahead *ahead, size_t i); // is line i a request that takes long (acr_job_begin)?
ACR_API void acr_ahead_free(acr_ahead *ahead); // NULL is fine

// ---- Requests that take long (program.publish, program.set, maintenance.preview, report.*, and template.reload with what was loaded):
// prepared beside the engine's thread, so that events need not wait. What they change happens in one piece when they are taken, as it
// would without preparation. One at a time; no other of them may be taken between the beginning of one and its end.

// Engine thread. `loaded`, for a template.reload, is borrowed until the job is freed; else NULL. NULL = nothing is to be prepared.
ACR_API acr_job *acr_job_begin(acr_engine *engine, const char *line, size_t len, acr_loaded *loaded);
ACR_API void acr_job_prepare(acr_job *job); // the long part: any thread
// Some of the rest, about `pieces` of it; gives the number of records; *more = some is left. Engine thread.
ACR_API size_t acr_batch_job(acr_batch *batch, acr_job *job, size_t pieces, bool *more);
// As acr_batch_take, with what was prepared.
ACR_API void acr_batch_take_job(acr_batch *batch, acr_job *job, const char *line, size_t len, void *tag);
ACR_API void acr_job_cancel(acr_job *job); // any thread: it ends soon, and the request is refused
ACR_API void acr_job_free(acr_job *job);   // NULL is fine

// One line in, its durable reply out (malloc'ed, with newline); for the command and for tests.
ACR_API int acr_engine_apply(acr_engine *engine, const char *line, size_t len, char **reply);

// ---- Web hooks: what outcomes want told to others. They are durable with their cause; sending them is the caller's business.

struct acr_webhook {
  uint64_t pos, seq; // of the record; "SEQ.INDEX" identifies the web hook for ever
  int index;         // from 1
  int64_t recorded_at;
  const char *url, *body; // not terminated; valid during the visit. A NULL url: its member was erased
  size_t url_len, body_len;
};
// Visits the web hooks of the committed log from the record at `from` (1 = the first) on, until `visit` gives false or about `bytes_max`
// of the log were read. Gives the place to go on from; when `visit` ended it, that of the record at hand. Any thread.
ACR_API uint64_t acr_engine_webhooks(acr_engine *engine, uint64_t from, size_t bytes_max,
                                     bool (*visit)(void *arg, const struct acr_webhook *webhook), void *arg);
ACR_API uint64_t acr_engine_log_end(acr_engine *engine);                // where the next record goes; committed ones only. Any thread
ACR_API void acr_engine_ledger_id(const acr_engine *engine, char id[33]); // of this ledger and its copies; any thread

// ---- Checks and reports. Each gives a malloc'ed JSON text; free it with free().

// Loads the template DIR and all its programs:
// {"template":"fuel-club","version":"1.2.0","components":N,
//  "programs":[{"file":...,"program":...,"rules":N,"series":N,"bytes_per_member":N}],
//  "faults":[{"file":..,"line":..,"column":..,"path":..,"code":..,"message":..}],"warnings":[...]}.
// ACR_E_OK, ACR_E_FAULTS or ACR_E_NOT_FOUND.
ACR_API int acr_template_check(const char *dir, const char *standard_dir, char **json);
// The same, and where there is no fault each function of the template's own components is tried out with made-up facts, twice, in states
// that share nothing: one that fails, runs without end or answers differently is a fault too.
ACR_API int acr_template_try(const char *dir, const char *standard_dir, char **json);
// Checks the invariants of the committed ledger:
// {"ok":true,"records":N,"members":N,"entries":N,"checked":["I1",...],
//  "violations":[{"invariant":"I5","seq":..,"member":..,"message":..}],"violation_count":N}.
// ACR_E_OK, ACR_E_VIOLATION, or what kept it from checking. May be called from any thread while the engine works.
ACR_API int acr_engine_verify(acr_engine *engine, char **json);
// Copies the ledger to `path`, an absolute one where nothing may be yet, while the engine works: {"path":..,"bytes":N,"records":N} with
// every record that was committed before the call. The copy is synced; a view is made when it is opened. `path`-outbox is the copy of
// FILE-outbox. ACR_E_OK, or an error with a malloc'ed sentence in `message` and nothing under the name. Any thread.
ACR_API int acr_engine_backup(acr_engine *engine, const char *path, char **json, char **message);
// Builds the ledger again in memory from the events of its log and compares every member (invariant I22):
// {"records":N,"copied":N,"ok":true,"members":N,"state":HASH,"replayed":HASH,"different":N,
//  "differences":[{"member":..,"what":..,"ledger":..,"replay":..}],"strayed_at":SEQ or null}; where it could not be built "ok" is null
// and "message" says why. ACR_E_OK, ACR_E_VIOLATION or ACR_E_CORRUPT. Takes as long as taking the events did, and memory for the whole
// log. Engine thread, no batch open.
ACR_API int acr_engine_replay(acr_engine *engine, char **json);


struct acr_backtest {
  const char *template_dir; // whose programs are put in the place of those of their names
  const char *program;      // one of them alone; NULL = all
  const char *from, *to;    // what is counted: a date (inclusive, in the program's zone) or a time; NULL = open
  const char *sample;       // "5%" of the members; NULL = all
  const char *const *members; // these alone; by id
  size_t member_count;
  const char *const *fail_if; // "points > +2%"
  size_t fail_if_count;
  const char *point_value;  // of one point, in the program's currency: "0.01"; NULL = not known
  bool all_levels;          // levels that are draft in the ledger count as live, too
  int shown;                // members with the largest differences; 0 = 20
  int workers;              // threads; 0 = one a core
};
// Judges the events of the log again in memory under other programs, in place of all releases of the same programs, and compares.
// *json has the whole result: what was counted before and after, by account, rule, level and offer, over time and by member.
// ACR_E_OK; ACR_E_VIOLATION when a condition of `fail_if` holds; ACR_E_FAULTS with "faults" and "warnings"; ACR_E_INVALID or another
// with {"message":..}. The same inputs give the same bytes, whatever the number of workers. Engine thread, no batch open.
ACR_API int acr_engine_backtest(acr_engine *engine, const struct acr_backtest *options, char **json);

#ifdef __cplusplus
}
#endif
#endif
