// program.list, and program.describe: every release of a program, or one of them, in sentences.
#include "program/describe.h"
#include "engine/bundle.h"
#include "engine/limits.h"
#include "engine/rpc.h"

static void write_head(acr_engine *engine, acr__writer *w, const struct acr__release *release) {
  acr__write_key(w, "program");
  acr__write_span(w, acr__name_text(engine, release->program));
  acr__write_key(w, "family");
  acr__write_span(w, acr__name_text(engine, release->family));
  acr__write_key(w, "release");
  acr__write_text(w, release->label);
  acr__write_key(w, "status");
  acr__write_text(w, release->status == ACR_STATUS_ACTIVE ? "active" : "configure");
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
    acr__write_text(w, acr__level_live(release, i) ? "live" : "draft");
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_caps(engine, w, release);
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
      status[i] = acr__level_live(release, i) ? "live" : "draft";
    acr__plan_describe(release->plan, status, request->w);
    acr__write_caps(engine, request->w, release);
  }
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
