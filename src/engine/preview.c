// maintenance.preview: everybody's due work up to a time is done on a shadow, and each review that is not passed is listed with what
// its rules measured and missed. Members are looked at in slices between events, each as he is then.
#include "engine/preview.h"
#include "base/decimal.h"
#include "base/mem.h"
#include "engine/at.h"
#include "engine/due.h"
#include "engine/job.h"
#include "engine/shadow.h"
#include <stdlib.h>

static void write_name(acr__writer *w, const char *key, acr__span name) {
  acr__write_key(w, key);
  if (name.len)
    acr__write_span(w, name);
  else
    acr__write_null(w);
}

static void write_failed(struct acr__preview *preview, struct acr__case *c, const struct acr__preview_review *review) {
  acr__writer *w = preview->w;
  const struct acr__term *term = acr__term_of(&c->j->member->terms, c->release->family);
  acr__write_object(w);
  write_name(w, "member", c->j->member->id);
  write_name(w, "program", c->plan->program);
  write_name(w, "level", c->plan->levels[review->level].name);
  write_name(w, "to", review->grace ? (acr__span){NULL, 0} : c->plan->levels[review->to].name);
  acr__write_key(w, "at");
  acr__write_time(w, review->at);
  acr__write_key(w, "at_risk");
  acr__write_bool(w, review->grace);
  if (term->grace != ACR_TIME_NONE) {
    acr__write_key(w, "failed");
    acr__write_time(w, term->failed);
  }
  acr__level_rules_write(c, w, "rules", &c->plan->levels[review->level].maintenance);
  acr__write_object_end(w);
  preview->listed++;
}

void acr__preview_review(struct acr__preview *preview, struct acr__case *c, const struct acr__preview_review *review) {
  bool moves = !review->kept && review->to >= 0; // domain M5: nobody leaves the lowest
  preview->reviews++;
  preview->kept += !moves;
  preview->at_risk += moves && review->grace;
  preview->demoted += moves && !review->grace;
  if (moves && preview->listed < preview->limit) write_failed(preview, c, review);
}

// ---- everybody, some at a time

struct acr__preview_run {
  struct acr__preview preview;
  acr__buf listed;
  acr__writer w;
  acr__time at;
  uint32_t *members; // to whom something falls due; owned; NULL = not known yet
  size_t count, next;
};

static bool limit_param(struct acr__request *request, int64_t *limit) {
  enum { LIMIT = 100000 };
  const acr__node *node = acr__node_get(request->params, "limit");
  *limit = LIMIT;
  if (!node || acr__node_kind(node) == ACR_JSON_NULL) return true;
  if (acr__decimal_parse(acr__node_text(node), 0, limit) == ACR_DECIMAL_OK && *limit >= 0 && *limit <= LIMIT) return true;
  return acr__request_fail(request, "param", "`limit`: wanted a whole number up to %d", LIMIT);
}

struct acr__preview_run *acr__preview_begin(struct acr__request *request) {
  acr__time at;
  int64_t limit;
  if (!acr__param_time(request, "at", &at) || !limit_param(request, &limit)) return NULL;
  if (at == ACR_TIME_MAX) {
    acr__request_fail(request, "param", "`at` is missing: the time up to which reviews are looked at");
    return NULL;
  }
  struct acr__preview_run *run = acr__mem_alloc(sizeof *run);
  *run = (struct acr__preview_run){.at = at, .preview.limit = limit};
  run->w = (acr__writer){&run->listed, false};
  run->preview.w = &run->w;
  acr__write_array(&run->w);
  return run;
}

// The shadow lives for one slice: behind it the members, and the names that they go by, are others.
bool acr__preview_slice(acr_engine *engine, struct acr__preview_run *run, size_t members) {
  enum { LOOKS_PER_MEMBER = 8 };
  if (!run->members && acr__clock_look(engine, (uint32_t)members * LOOKS_PER_MEMBER)) return true;
  if (!run->members) run->members = acr__clock_members(engine, run->at, &run->count);
  acr_engine *shadow = acr__shadow_new(engine);
  shadow->preview = &run->preview;
  for (; members && run->next < run->count; members--) {
    struct acr__member *member = acr__member_at(shadow, run->members[run->next++], (acr__span){NULL, 0});
    if (member && member->standing_count) acr__shadow_clock(shadow, member->id, run->at, &member);
    acr__shadow_reset(shadow);
  }
  acr__shadow_free(shadow);
  return run->next < run->count;
}

void acr__preview_free(struct acr__preview_run *run) {
  if (!run) return;
  acr__buf_free(&run->listed);
  free(run->members);
  free(run);
}

static void write_sum(acr__writer *w, const char *key, int64_t value) {
  acr__write_key(w, key);
  acr__write_int(w, value);
}

bool acr__method_maintenance_preview(struct acr__request *request) {
  enum { MEMBERS = 4096 };
  const struct acr_job *job = acr__job_of(request->engine, ACR_JOB_PREVIEW);
  struct acr__preview_run *own = job && job->preview ? NULL : acr__preview_begin(request), *run = own ? own : job ? job->preview : NULL;
  acr__writer *w = request->w;
  if (acr__job_refused(request, job) || !run) {
    acr__preview_free(own);
    return false;
  }
  while (acr__preview_slice(request->engine, run, MEMBERS)) {
  }
  acr__write_array_end(&run->w);
  acr__write_object(w);
  acr__write_key(w, "at");
  acr__write_time(w, run->at);
  acr__write_key(w, "members");
  acr__write_raw(w, (acr__span){(const char *)run->listed.ptr, run->listed.len});
  write_sum(w, "listed", run->preview.listed);
  write_sum(w, "reviews", run->preview.reviews);
  write_sum(w, "kept", run->preview.kept);
  write_sum(w, "at_risk", run->preview.at_risk);
  write_sum(w, "demoted", run->preview.demoted);
  acr__write_object_end(w);
  acr__preview_free(own);
  return true;
}
