// maintenance.preview: everybody's due work up to a time is done on a shadow, and each review that is not passed is listed with what
// its rules measured and missed.
#include "engine/preview.h"
#include "base/decimal.h"
#include "engine/at.h"
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

static bool limit_param(struct acr__request *request, int64_t *limit) {
  enum { LIMIT = 100000 };
  const acr__node *node = acr__node_get(request->params, "limit");
  *limit = LIMIT;
  if (!node || acr__node_kind(node) == ACR_JSON_NULL) return true;
  if (acr__decimal_parse(acr__node_text(node), 0, limit) == ACR_DECIMAL_OK && *limit >= 0 && *limit <= LIMIT) return true;
  return acr__request_fail(request, "param", "`limit`: wanted a whole number up to %d", LIMIT);
}

static void write_sum(acr__writer *w, const char *key, int64_t value) {
  acr__write_key(w, key);
  acr__write_int(w, value);
}

bool acr__method_maintenance_preview(struct acr__request *request) {
  acr_engine *engine = request->engine;
  acr__writer *w = request->w;
  struct acr__preview preview = {.w = w};
  acr__time at;
  size_t count;
  if (!acr__param_time(request, "at", &at) || !limit_param(request, &preview.limit)) return false;
  if (at == ACR_TIME_MAX) return acr__request_fail(request, "param", "`at` is missing: the time up to which reviews are looked at");
  uint32_t *members = acr__clock_members(engine, at, &count);
  acr_engine *shadow = acr__shadow_new(engine);
  shadow->preview = &preview;
  acr__write_object(w);
  acr__write_key(w, "at");
  acr__write_time(w, at);
  acr__write_key(w, "members");
  acr__write_array(w);
  for (size_t i = 0; i < count; i++) {
    struct acr__member *member = acr__member_at(shadow, members[i], (acr__span){NULL, 0});
    if (member && member->standing_count) acr__shadow_clock(shadow, member->id, at, &member);
    acr__shadow_reset(shadow);
  }
  acr__write_array_end(w);
  write_sum(w, "listed", preview.listed);
  write_sum(w, "reviews", preview.reviews);
  write_sum(w, "kept", preview.kept);
  write_sum(w, "at_risk", preview.at_risk);
  write_sum(w, "demoted", preview.demoted);
  acr__write_object_end(w);
  acr__shadow_free(shadow);
  free(members);
  return true;
}
