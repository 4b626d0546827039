// program.describe: every release of a program, or one of them, in sentences.
#include "program/describe.h"
#include "engine/bundle.h"
#include "engine/limits.h"

static bool is_meant(const acr_engine *engine, const struct acr__release *release, acr__span name) {
  return acr__span_eq(acr__name_text(engine, release->program), name) || acr__span_is(name, release->label);
}

static void describe(const struct acr__request *request, const struct acr__release *release) {
  acr_engine *engine = request->engine;
  acr__write_object(request->w);
  acr__release_head_write(engine, request->w, release);
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
