#include "base/mem.h"
#include "engine/job.h"
#include "engine/status.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct acr__history *acr__history_new(acr_engine *engine, struct acr__release *release) {
  struct acr__history *h = acr__mem_alloc(sizeof *h);
  const struct acr__plan *plan = release->plan;
  *h = (struct acr__history){.release = release, .log = {.pos = 1, .until = UINT64_MAX}};
  h->wanted = calloc((size_t)plan->series_count + 1, sizeof *h->wanted);
  if (!h->wanted) acr__mem_exhausted((size_t)plan->series_count + 1);
  for (int i = 0; i < plan->series_count; i++)
    h->any = (h->wanted[i] = !acr__series_fed(engine, &plan->series[i])) || h->any;
  if (h->any) h->collector = acr__collector_new(engine, release, &h->built);
  h->issued = acr__issued_new(engine, plan);
  h->any = h->any || h->issued;
  return h;
}

static bool take(void *arg, acr_engine *engine, const struct acr__record *record) {
  struct acr__history *h = arg;
  const char *failed = NULL;
  if (h->collector) {
    acr__collector_engine(h->collector, engine);
    failed = acr__collector_take(h->collector, h->wanted, record);
  }
  if (failed && asprintf(&h->failed, "record %llu of the log: %s", (unsigned long long)record->seq, failed) < 0) acr__mem_exhausted(0);
  if (h->issued) acr__issued_take(h->issued, engine, record);
  return !failed;
}

bool acr__history_read(struct acr__history *h, acr_engine *engine, size_t bytes) {
  if (h->failed || !h->any) return false;
  h->log.take = take;
  h->log.arg = h;
  bool more = acr__log_ahead(&h->log, engine, bytes);
  if (h->log.damaged) h->failed = strdup("a record of the log is damaged");
  return more;
}

void acr__history_free(struct acr__history *h) {
  if (!h) return;
  acr__collector_free(h->collector);
  acr__issued_free(h->issued);
  acr__built_free(&h->built);
  acr__buf_free(&h->log.bytes);
  free(h->wanted);
  free(h->failed);
  free(h);
}
