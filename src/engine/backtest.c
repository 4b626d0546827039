#include "engine/backtest.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool begin_run(struct acr__backtest *b, int number) {
  struct acr__run *run = &b->runs[number];
  *run = (struct acr__run){.b = b, .number = number};
  run->families_before = ACR__NEW_N(b->arena, int, b->family_count + 1);
  run->families_after = ACR__NEW_N(b->arena, int, b->family_count + 1);
  run->statuses = acr__arena_zalloc(b->arena, ((size_t)b->from->release_count + 1) * sizeof *run->statuses);
  for (int i = 0; i < b->family_count; i++) {
    run->families_before[i] = acr__names_find(b->from->names, b->families[i]);
    run->families_after[i] = -1;
  }
  acr__sums_begin(&run->before, b->from, b->zone, b->from_time, b->to_time);
  run->twin.engine = b->from;
  acr__sums_begin(&run->copied, b->from, b->zone, b->from_time, b->to_time);
  run->before.members = &b->members_before;
  run->before.families = run->families_before;
  return true;
}

static int worker_count(const struct acr__backtest *b) {
  enum { WORKERS_MAX = 64 };
  long cores = b->options->workers > 0 ? b->options->workers : sysconf(_SC_NPROCESSORS_ONLN);
  if (b->together || cores < 1) return 1;
  return cores > WORKERS_MAX ? WORKERS_MAX : (int)cores;
}

static bool run_all(struct acr__backtest *b) {
  b->workers = worker_count(b);
  b->runs = acr__mem_resize(NULL, (size_t)b->workers * sizeof *b->runs);
  acr__sums_members_begin(&b->members_before, b->member_cap, b->family_count);
  acr__sums_members_begin(&b->members_after, b->member_cap, b->family_count);
  acr__sums_members_begin(&b->members_both, b->member_cap, 0);
  free(b->members_both.levels);
  b->members_both.levels = b->members_before.levels;
  b->members_both.family_count = b->family_count;
  acr__log_open(&b->log, b->from, b->workers);
  for (int i = 0; i < b->workers; i++)
    begin_run(b, i);
  int started = 1; // this thread is the first worker
  while (started < b->workers && pthread_create(&b->runs[started].thread, NULL, acr__backtest_run, &b->runs[started]) == 0)
    started++;
  bool all = started == b->workers;
  for (int i = started; i < b->workers; i++)
    acr__log_leave(&b->log, i);
  acr__backtest_run(&b->runs[0]);
  for (int i = 1; i < started; i++)
    pthread_join(b->runs[i].thread, NULL);
  if (!all) b->message = "a thread could not be started";
  if (b->log.failed) b->message = "the log cannot be read to its end";
  for (int i = 0; i < b->workers && !b->message; i++)
    if (b->runs[i].failed) b->message = acr__arena_text(b->arena, acr__span_of(b->runs[i].failed));
  return b->message == NULL;
}

static void end(struct acr__backtest *b) {
  for (int i = 0; b->runs && i < b->workers; i++) {
    struct acr__run *run = &b->runs[i];
    acr__sums_free(&run->before);
    acr__sums_free(&run->after);
    acr__sums_free(&run->copied);
    acr__sums_free(&run->twin.both);
    acr_engine_close(run->to);
    free(run->rejection);
    free(run->failed);
  }
  for (int i = 0; i < b->candidate_count; i++)
    acr__release_unload(&b->candidates[i].compiled);
  acr__log_close(&b->log);
  acr__sums_members_free(&b->members_before);
  acr__sums_members_free(&b->members_after);
  b->members_both.levels = NULL; // members_before had them
  acr__sums_members_free(&b->members_both);
  acr__sums_free(&b->before);
  acr__sums_free(&b->after);
  if (b->names) acr__names_free(b->names);
  free(b->accounts);
  free(b->runs);
  free(b->who);
  free(b->group);
  acr__arena_free(b->arena);
}

static void write_failure(struct acr__backtest *b, acr__writer *w) {
  acr__write_object(w);
  if (b->diag.faults) {
    acr__diag_write(&b->diag, w);
  } else {
    acr__write_key(w, "message");
    acr__write_text(w, b->message);
  }
  acr__write_object_end(w);
}

int acr_engine_backtest(acr_engine *engine, const struct acr_backtest *options, char **json) {
  struct acr__backtest b = {.from = engine, .options = options, .arena = acr__arena_new(64 * 1024)};
  acr__buf out = {0};
  acr__writer w = {&out, false};
  int error = ACR_E_OK;
  acr__diag_init(&b.diag, b.arena);
  if (!acr__backtest_plan(&b) || !acr__backtest_gates_read(&b) || !acr__backtest_who(&b))
    error = b.diag.faults ? ACR_E_FAULTS : ACR_E_INVALID;
  else if (!run_all(&b))
    error = ACR_E_CORRUPT;
  if (error == ACR_E_OK) {
    acr__backtest_gather(&b);
    if (!acr__backtest_gates_judge(&b)) error = ACR_E_VIOLATION;
    acr__backtest_write(&b, &w);
  } else {
    write_failure(&b, &w);
  }
  *json = strndup((const char *)out.ptr, out.len);
  acr__buf_free(&out);
  end(&b);
  return error;
}
