// Reports over the whole log: read beside the engine's thread where a job was begun for it, and told of one place of the log all the same.
#include "engine/job.h"

bool acr__report_step(struct acr__report_run *run, acr_engine *engine, size_t bytes, size_t members) {
  if (run->log.take && acr__log_ahead(&run->log, engine, bytes)) return true;
  return !run->log.damaged && run->rest && run->rest(run, engine, members);
}

static bool is_of(const struct acr_job *job, const struct acr__report_run *run) {
  return job && job->report == run;
}

struct acr__report_run *acr__report_made(struct acr__request *request, acr__job_kind kind,
                                         struct acr__report_run *(*begin)(struct acr__request *request)) {
  enum { BYTES = 4 << 20, MEMBERS = 1 << 20 };
  const struct acr_job *job = acr__job_of(request->engine, kind);
  if (acr__job_refused(request, job)) return NULL;
  struct acr__report_run *run = job && job->report ? job->report : begin(request);
  while (run && acr__report_step(run, request->engine, BYTES, MEMBERS)) {
  }
  return run;
}

void acr__report_done(struct acr__request *request, struct acr__report_run *run) {
  if (!is_of(request->engine->job, run)) run->free(run);
}
