// program.list, and program.describe: every release of a program, or one of them, in sentences.
#include "program/describe.h"
#include "engine/bundle.h"
#include "engine/limits.h"
#include "engine/payload.h"
#include "engine/status.h"

static const char *level_status(const struct acr__release *release, int level) {
  return acr__level_status_name(level < release->level_count ? release->levels[level].status : ACR_LEVEL_DRAFT);
}

static acr__time now_of(const acr_engine *engine) {
  acr__time wall = acr__wall_us();
  return engine->ledger_time > wall ? engine->ledger_time : wall;
}

static void write_head(acr_engine *engine, acr__writer *w, const struct acr__release *release) {
  acr__write_key(w, "program");
  acr__write_span(w, acr__name_text(engine, release->program));
  acr__write_key(w, "family");
  acr__write_span(w, acr__name_text(engine, release->family));
  acr__write_key(w, "release");
  acr__write_text(w, release->label);
  acr__write_key(w, "status");
  acr__write_text(w, acr__status_name(release->status));
  acr__write_key(w, "pending"); // shown, not stored (domain St1)
  acr__write_bool(w, release->status == ACR_STATUS_ACTIVE && release->effective_from > now_of(engine));
  acr__write_key(w, "replaced");
  acr__write_bool(w, release->replaced);
  acr__write_key(w, "effective_from");
  acr__write_time(w, release->effective_from);
  acr__write_key(w, "published");
  acr__write_time(w, release->published);
  acr__write_key(w, "author");
  acr__write_text(w, release->author);
  acr__write_key(w, "note");
  acr__write_text(w, release->note);
  if (!release->plan) return;
  acr__write_key(w, "title");
  acr__write_span(w, release->plan->title);
  acr__write_key(w, "template");
  acr__write_span(w, release->plan->tpl->name);
  acr__write_key(w, "version");
  acr__write_span(w, release->plan->tpl->version);
  acr__write_key(w, "series");
  acr__write_int(w, release->plan->series_count);
  acr__write_key(w, "zone_data"); // by which it was published; times follow from the one that is there now
  acr__write_text(w, release->zone_data);
  acr__write_key(w, "zone_data_now");
  acr__write_text(w, acr__zone_data());
  acr__write_key(w, "semantics");
  acr__write_int(w, release->semantics);
}

void acr__release_write(acr_engine *engine, acr__writer *w, const struct acr__release *release) {
  write_head(engine, w, release);
  if (!release->plan) return;
  acr__write_key(w, "levels");
  acr__write_array(w);
  for (int i = 0; i < release->plan->level_count; i++) {
    acr__write_object(w);
    acr__write_key(w, "level");
    acr__write_span(w, release->plan->levels[i].name);
    acr__write_key(w, "status");
    acr__write_text(w, level_status(release, i));
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_caps(engine, w, release);
}

// ---- What became of a release

static void write_text_of(acr__writer *w, const char *key, const acr__node *root, const char *member) {
  acr__write_key(w, key);
  const acr__node *node = acr__node_get(root, member);
  acr__write_span(w, node && acr__node_kind(node) == ACR_JSON_STRING ? acr__node_text(node) : ACR__SPAN_LIT(""));
}

// The release that the record made.
static const struct acr__release *release_of(const acr_engine *engine, acr__pos pos) {
  for (int i = 0; i < engine->release_count; i++)
    if (engine->releases[i]->pos == pos) return engine->releases[i];
  return NULL;
}

static void write_change(acr_engine *engine, acr__writer *w, const struct acr__release *release, const struct acr__change *change) {
  struct acr__record record;
  struct acr__payload payload;
  struct acr__json_fault fault;
  acr__write_object(w);
  if (change->level >= 0) {
    acr__write_key(w, "level");
    acr__write_span(w, acr__name_text(engine, change->name));
  }
  acr__write_key(w, "status");
  acr__write_text(w, change->level >= 0 ? acr__level_status_name((acr__level_status)change->status)
                                        : acr__status_name((acr__status)change->status));
  if (acr__read_record(engine, change->pos, &record) && acr__payload_read(record.payload, &payload)) {
    acr__write_key(w, "at");
    acr__write_time(w, record.recorded_at);
    acr__write_key(w, "seq");
    acr__write_int(w, (int64_t)record.seq);
    bool published = record.pos == release->pos;
    const struct acr__release *cause = record.kind == ACR_RECORD_RELEASE ? release_of(engine, record.pos) : NULL;
    const acr__json *json = cause ? NULL : acr__json_parse(engine->arena, payload.line, NULL, &fault);
    acr__write_key(w, "published");
    acr__write_bool(w, published);
    if (json) {
      write_text_of(w, "by", acr__json_root(json), "actor");
      write_text_of(w, "reason", acr__json_root(json), "reason");
    } else {
      acr__write_key(w, "by");
      acr__write_text(w, cause ? cause->author : "");
      acr__write_key(w, "reason");
      acr__write_text(w, cause ? cause->note : "");
    }
  }
  acr__write_object_end(w);
}

static void write_changes(acr_engine *engine, acr__writer *w, const struct acr__release *release) {
  acr__write_key(w, "changes");
  acr__write_array(w);
  for (int i = 0; i < release->change_count; i++)
    write_change(engine, w, release, &release->changes[i]);
  acr__write_array_end(w);
}

static bool is_meant(const acr_engine *engine, const struct acr__release *release, acr__span name) {
  return acr__span_eq(acr__name_text(engine, release->program), name) || acr__span_is(name, release->label);
}

static void describe(const struct acr__request *request, const struct acr__release *release) {
  acr_engine *engine = request->engine;
  acr__write_object(request->w);
  write_head(engine, request->w, release);
  if (release->plan) {
    const char **status = ACR__NEW_N(engine->arena, const char *, release->plan->level_count + 1);
    for (int i = 0; i < release->plan->level_count; i++)
      status[i] = level_status(release, i);
    acr__plan_describe(release->plan, status, request->w);
    acr__write_caps(engine, request->w, release);
  }
  write_changes(engine, request->w, release);
  acr__write_object_end(request->w);
}

static bool unknown(struct acr__request *request, acr__span name) {
  const acr_engine *engine = request->engine;
  acr__span *names = ACR__NEW_N(engine->arena, acr__span, engine->release_count + 1);
  for (int i = 0; i < engine->release_count; i++)
    names[i] = acr__name_text(engine, engine->releases[i]->program);
  acr__span near = acr__nearest(name, names, engine->release_count);
  if (!near.ptr)
    return acr__request_fail(request, "program_unknown", "there is no program '%.*s' in this ledger; accrue programs lists them",
                             (int)(name.len < 80 ? name.len : 80), name.len ? name.ptr : "");
  return acr__request_fail(request, "program_unknown", "there is no program '%.*s' in this ledger; did you mean '%.*s'?",
                           (int)(name.len < 80 ? name.len : 80), name.len ? name.ptr : "", (int)near.len, near.ptr);
}

bool acr__method_program_describe(struct acr__request *request) {
  const acr_engine *engine = request->engine;
  acr__span name = acr__param_text(request, "program");
  bool found = false;
  for (int i = 0; i < engine->release_count; i++)
    found = found || is_meant(engine, engine->releases[i], name);
  if (!found) return unknown(request, name);
  acr__write_object(request->w);
  acr__write_key(request->w, "programs");
  acr__write_array(request->w);
  for (int i = 0; i < engine->release_count; i++) {
    if (is_meant(engine, engine->releases[i], name)) describe(request, engine->releases[i]);
  }
  acr__write_array_end(request->w);
  acr__write_object_end(request->w);
  return true;
}

bool acr__method_program_list(struct acr__request *request) {
  acr__write_object(request->w);
  acr__write_key(request->w, "programs");
  acr__write_array(request->w);
  for (int i = 0; i < request->engine->release_count; i++) {
    acr__write_object(request->w);
    acr__release_write(request->engine, request->w, request->engine->releases[i]);
    acr__write_object_end(request->w);
  }
  acr__write_array_end(request->w);
  acr__write_object_end(request->w);
  return true;
}
