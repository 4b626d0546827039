#include "engine/job.h"
#include "base/mem.h"
#include "engine/door.h"
#include "engine/due.h"
#include "engine/levels.h"
#include "engine/payload.h"
#include "engine/status.h"
#include <stdlib.h>
#include <string.h>

enum { AHEAD_BYTES = 4 << 20, ENOUGH_BYTES = 256 << 10, SLICE_BYTES = 64 << 10 };

static const char *const methods[] = {[ACR_JOB_PUBLISH] = "program.publish",     [ACR_JOB_SET] = "program.set",
                                      [ACR_JOB_PREVIEW] = "maintenance.preview", [ACR_JOB_RELOAD] = "template.reload",
                                      [ACR_JOB_LIABILITY] = "report.liability",  [ACR_JOB_ACTIVITY] = "report.activity",
                                      [ACR_JOB_LEVELS] = "report.levels",        [ACR_JOB_FORECAST] = "report.forecast",
                                      [ACR_JOB_EXPORT] = "ledger.export",        [ACR_JOB_EXPLAIN] = "member.explain"};

static struct acr__report_run *(*const reports[])(struct acr__request *request) = {
    [ACR_JOB_LIABILITY] = acr__liability_begin, [ACR_JOB_ACTIVITY] = acr__activity_begin, [ACR_JOB_LEVELS] = acr__activity_begin,
    [ACR_JOB_FORECAST] = acr__forecast_begin,   [ACR_JOB_EXPORT] = acr__export_begin,     [ACR_JOB_EXPLAIN] = acr__explain_begin};

static int kind_of(acr__span method) {
  for (int i = 0; i < (int)(sizeof methods / sizeof methods[0]); i++)
    if (acr__span_is(method, methods[i])) return i;
  return -1;
}

bool acr_ahead_job(const acr_ahead *ahead, size_t i) {
  const struct acr__line *line = acr__ahead_get(ahead, i);
  const acr__node *method = line && line->request ? acr__node_get(acr__json_root(line->json), "method") : NULL;
  int kind = method && acr__node_kind(method) == ACR_JSON_STRING ? kind_of(acr__node_text(method)) : -1;
  return kind >= 0 && kind != ACR_JOB_RELOAD; // which is one when it comes with what was loaded
}

// What a failing piece of preparation has said is said to the peer.
static void keep_failure(struct acr_job *job) {
  job->failed = true;
  if (__atomic_load_n(&job->stop, __ATOMIC_RELAXED))
    acr__request_fail(&job->request, "stopping", "the daemon is stopping; nothing was changed: send it again when it has started");
}

static void read_histories(struct acr_job *job) {
  job->histories = ACR__NEW_N(job->arena, struct acr__history *, job->release_count + 1);
  for (int i = 0; i < job->release_count; i++) {
    struct acr__release *release = job->releases[i];
    release->family = acr__names_find(job->reader->names, release->plan->family);
    struct acr__history *history = job->histories[i] = acr__history_new(job->reader, release);
    history->log.stop = &job->stop;
    history->log.reader = job->reader;
    while (acr__history_read(history, job->reader, AHEAD_BYTES)) {
    }
  }
}

// The release of a `set` once more: a plan's script is for one thread at a time.
static bool compile_again(struct acr_job *job) {
  struct acr__record record;
  struct acr__payload payload;
  return acr__read_record(job->reader, job->release_pos, &record) && acr__payload_read(record.payload, &payload) &&
         acr__bundle_read(job->built.arena, payload.line, &job->bundle) && acr__release_compile(&job->built, &job->bundle, &job->diag);
}

static bool settles(const struct acr_job *job) {
  bool publishes = job->kind == ACR_JOB_PUBLISH || job->kind == ACR_JOB_RELOAD;
  return job->settles || (publishes && (job->engine->listens & (ACR_LISTENS_REVIEW | ACR_LISTENS_END)));
}

acr_job *acr_job_begin(acr_engine *engine, const char *line, size_t len, acr_loaded *loaded) {
  acr__arena *arena = acr__arena_new(64 * 1024);
  struct acr__json_fault fault;
  char *copy = acr__arena_alloc(arena, len + 1);
  memcpy(copy, line, len);
  acr__json *json = acr__json_parse(arena, (acr__span){copy, len}, NULL, &fault);
  const acr__node *method = json ? acr__node_get(acr__json_root(json), "method") : NULL;
  int kind = method && acr__node_kind(method) == ACR_JSON_STRING ? kind_of(acr__node_text(method)) : -1;
  struct acr_job *job = kind < 0 || (kind == ACR_JOB_RELOAD) != (loaded != NULL) ? NULL : calloc(1, sizeof *job);
  if (!job) {
    acr__arena_free(arena);
    return NULL;
  }
  job->engine = engine;
  job->arena = arena;
  job->kind = (acr__job_kind)kind;
  job->loaded = loaded;
  job->epoch = engine->due_epoch;
  job->request =
      (struct acr__request){.engine = engine, .json = json, .params = acr__node_get(acr__json_root(json), "params"), .line = {copy, len}};
  acr__arena_reset(engine->arena);
  if (kind == ACR_JOB_RELOAD && !acr__reload_begin(job)) {
    free(job);
    acr__arena_free(arena);
    return NULL;
  }
  if (kind == ACR_JOB_SET) acr__set_begin(&job->request, &job->release_pos, &job->settles);
  if (kind == ACR_JOB_PREVIEW) job->preview = acr__preview_begin(&job->request);
  if (kind >= ACR_JOB_LIABILITY) job->report = reports[kind](&job->request);
  job->request.error = NULL; // what is wrong now is said when it is carried out
  job->reader = job->request.engine = acr__reader_new(engine);
  job->built = (struct acr__release){.effective_from = ACR_TIME_NONE, .family = -1, .arena = acr__arena_new(64 * 1024)};
  acr__diag_init(&job->diag, job->built.arena);
  return job;
}

static void read_report(struct acr_job *job) {
  struct acr__log_ahead *log = &job->report->log;
  if (job->report->ahead) job->report->ahead(job->report, job->reader);
  if (!log->take || job->report->alone) return;
  log->reader = job->reader;
  log->until = job->reader->end;
  log->stop = &job->stop;
  while (acr__log_ahead(log, job->reader, AHEAD_BYTES)) {
  }
}

void acr_job_prepare(acr_job *job) {
  bool active = job->kind != ACR_JOB_RELOAD;
  if (job->report) read_report(job);
  if (job->kind == ACR_JOB_PREVIEW || job->kind >= ACR_JOB_LIABILITY || (job->kind == ACR_JOB_SET && !job->release_pos)) return;
  if (job->kind == ACR_JOB_PUBLISH) {
    if (!acr__publish_prepare_ahead(job)) {
      keep_failure(job);
      return;
    }
    active = acr__span_is(acr__param_text(&job->request, "status"), "active");
  } else if (job->kind == ACR_JOB_SET && !compile_again(job)) {
    return; // carrying it out will say what is wrong
  }
  if (active) {
    job->releases = ACR__NEW(job->arena, struct acr__release *);
    job->releases[job->release_count++] = &job->built;
  }
  read_histories(job);
  if (__atomic_load_n(&job->stop, __ATOMIC_RELAXED)) keep_failure(job);
}

void acr_job_cancel(acr_job *job) {
  __atomic_store_n(&job->stop, 1, __ATOMIC_RELAXED);
}

// Some of what is left, in the order in which it is done: who is due, then what has come to the log since it was read.
static bool slice(acr_engine *engine, acr_job *job, size_t pieces) {
  if (__atomic_load_n(&job->stop, __ATOMIC_RELAXED) && !job->failed) keep_failure(job);
  if (job->failed || job->epoch != engine->due_epoch) return false;
  if (job->preview) return acr__preview_slice(engine, job->preview, pieces);
  if (job->report) return acr__report_step(job->report, engine, SLICE_BYTES, pieces);
  if (acr__ripen_some(engine, (uint32_t)pieces)) return true; // of the release before
  if (settles(job) && !job->settled) {
    if (acr__clock_busy(engine, job->settle_at)) return true;
    if (!job->settle_at) job->settle_at = engine->ledger_time;
    job->settled = !acr__clock_slice(engine, ACR_TIME_MIN, job->settle_at, pieces);
    return true;
  }
  for (int i = 0; i < job->release_count && job->histories; i++)
    if (acr__history_read(job->histories[i], engine, SLICE_BYTES) && !job->histories[i]->failed) return true;
  return false;
}

size_t acr_batch_job(acr_batch *batch, acr_job *job, size_t pieces, bool *more) {
  acr_engine *engine = batch->engine;
  size_t before = batch->ids.count;
  acr__arena_reset(engine->arena);
  engine->ops.count = 0;
  *more = slice(engine, job, pieces);
  return batch->ids.count - before;
}

void acr_batch_take_job(acr_batch *batch, acr_job *job, const char *line, size_t len, void *tag) {
  acr_engine *engine = batch->engine;
  engine->job = job->epoch == engine->due_epoch ? job : NULL;
  engine->loaded = job->loaded;
  acr_batch_take(batch, line, len, tag);
  engine->loaded = NULL;
  engine->job = NULL;
}

struct acr_job *acr__job_of(const acr_engine *engine, acr__job_kind kind) {
  return engine->job && engine->job->kind == kind ? engine->job : NULL;
}

struct acr__history *acr__job_history(const acr_engine *engine, const struct acr__plan *plan) {
  const struct acr_job *job = engine->job;
  for (int i = 0; job && job->histories && i < job->release_count; i++)
    if (job->kind == ACR_JOB_SET || job->releases[i]->plan == plan) return job->histories[i];
  return NULL;
}

bool acr__job_refused(struct acr__request *request, const struct acr_job *job) {
  if (!job || !job->failed) return false;
  request->error = job->request.error;
  request->message = job->request.message;
  request->data = job->request.data;
  return true;
}

void acr_job_free(acr_job *job) {
  if (!job) return;
  for (int i = 0; i < job->release_count && job->histories; i++)
    acr__history_free(job->histories[i]);
  acr__release_unload(&job->built);
  acr__preview_free(job->preview);
  if (job->report) job->report->free(job->report);
  acr__reader_free(job->reader);
  acr__arena_free(job->arena);
  free(job);
}
