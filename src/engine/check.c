// accrue check: a template and all its programs, every fault at once, without a ledger. And what a template consists of.
#include "engine/bundle.h"
#include "engine/engine.h"
#include "program/describe.h"
#include "program/example.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static acr__span rule_file(void *arg, acr__span name) {
  return acr__bundle_rule(arg, name);
}

// Running totals and times of a history of 50 facts in every series, and a member's fixed part.
static int64_t bytes_per_member(const struct acr__plan *plan) {
  return (int64_t)(sizeof(struct acr__member) +
                   (size_t)plan->series_count * (sizeof(struct acr__series_data) + 50 * sizeof(struct acr__series_entry)));
}

static void check_program(acr__arena *arena, const struct acr__bundle *bundle, const struct acr__file *file,
                          const struct acr__template *tpl, acr__script *script, acr__diag *diag, acr__writer *w) {
  const struct acr__layer *own = &bundle->layers.layer[0];
  char *path = acr__arena_printf(arena, "%.*s/%.*s", (int)own->dir.len, own->dir.ptr, (int)file->path.len, file->path.ptr);
  struct acr__plan *plan = acr__plan_compile(arena, script, tpl, file->bytes, path, rule_file, (void *)bundle, diag);
  acr__write_object(w);
  acr__write_key(w, "file");
  acr__write_text(w, path);
  if (plan) {
    acr__write_key(w, "program");
    acr__write_span(w, plan->program);
    acr__write_key(w, "rules");
    acr__write_int(w, plan->rule_count);
    acr__write_key(w, "series");
    acr__write_int(w, plan->series_count);
    acr__write_key(w, "bytes_per_member");
    acr__write_int(w, bytes_per_member(plan));
    acr__write_key(w, "sentences");
    acr__write_object(w);
    acr__plan_describe(plan, NULL, w);
    acr__write_object_end(w);
  }
  acr__write_object_end(w);
}

static void check(acr__arena *arena, const char *dir, const char *standard, acr__diag *diag, acr__writer *w) {
  struct acr__bundle bundle = {0};
  acr__script *script = acr__script_new();
  const struct acr__template *tpl = NULL;
  if (acr__layers_read(arena, dir, standard, &bundle.layers, diag)) tpl = acr__template_load(script, arena, &bundle.layers, diag);
  if (tpl) {
    acr__examples_check(arena, script, tpl, diag);
    acr__write_key(w, "template");
    acr__write_span(w, tpl->name);
    acr__write_key(w, "version");
    acr__write_span(w, tpl->version);
    acr__write_key(w, "components");
    acr__write_int(w, tpl->component_count);
  }
  acr__write_key(w, "programs");
  acr__write_array(w);
  const struct acr__layer *own = &bundle.layers.layer[0];
  for (int i = 0; tpl && i < own->file_count; i++)
    if (own->files[i].path.len > 9 && memcmp(own->files[i].path.ptr, "programs/", 9) == 0)
      check_program(arena, &bundle, &own->files[i], tpl, script, diag, w);
  acr__write_array_end(w);
  acr__script_free(script);
}

int acr_template_check(const char *dir, const char *standard_dir, char **json) {
  acr__arena *arena = acr__arena_new(256 * 1024);
  acr__buf out = {0};
  acr__writer w = {&out, false};
  acr__diag diag;
  struct stat info;
  bool there = stat(dir, &info) == 0 && S_ISDIR(info.st_mode);
  acr__diag_init(&diag, arena);
  acr__write_object(&w);
  char *standard = acr__standard_dir(standard_dir);
  if (there)
    check(arena, dir, standard, &diag, &w);
  else
    acr__diag_add(&diag, ACR_FAULT, "not_found", (struct acr__place){.file = dir}, "there is no directory %s", dir);
  acr__diag_write(&diag, &w);
  acr__write_object_end(&w);
  *json = strndup((const char *)out.ptr, out.len);
  int error = !there ? ACR_E_NOT_FOUND : diag.faults ? ACR_E_FAULTS : ACR_E_OK;
  free(standard);
  acr__buf_free(&out);
  acr__arena_free(arena);
  return error;
}

static void write_component(acr__writer *w, const struct acr__component *c) {
  acr__write_object(w);
  acr__write_key(w, "kind");
  acr__write_text(w, acr__component_kind_name(c->kind));
  acr__write_key(w, "name");
  acr__write_span(w, c->name);
  acr__write_key(w, "title");
  acr__write_span(w, c->title);
  acr__write_key(w, "file");
  acr__write_span(w, c->file);
  acr__write_key(w, "variables");
  acr__write_array(w);
  for (int i = 0; i < c->var_count; i++) {
    acr__write_object(w);
    acr__write_key(w, "name");
    acr__write_span(w, c->vars[i].name);
    acr__write_key(w, "type");
    acr__write_text(w, acr__var_type_name(c->vars[i].type));
    acr__write_key(w, "optional");
    acr__write_bool(w, c->vars[i].optional);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_object_end(w);
}

bool acr__method_template_describe(struct acr__request *request) {
  acr_engine *engine = request->engine;
  acr__diag diag;
  struct acr__layers layers;
  acr__diag_init(&diag, engine->arena);
  if (!engine->template_dir) return acr__request_fail(request, "no_template", "the daemon was started without a rules template");
  acr__script *script = acr__script_new();
  const struct acr__template *tpl = NULL;
  if (acr__layers_read(engine->arena, engine->template_dir, engine->standard_dir, &layers, &diag))
    tpl = acr__template_load(script, engine->arena, &layers, &diag);
  if (tpl) {
    acr__write_object(request->w);
    acr__write_key(request->w, "template");
    acr__write_span(request->w, tpl->name);
    acr__write_key(request->w, "version");
    acr__write_span(request->w, tpl->version);
    acr__write_key(request->w, "components");
    acr__write_array(request->w);
    for (int i = 0; i < tpl->component_count; i++)
      write_component(request->w, &tpl->components[i]);
    acr__write_array_end(request->w);
    acr__write_object_end(request->w);
  }
  acr__script_free(script);
  return tpl ? true
             : acr__request_fail(request, "faults", "%s", diag.first ? acr__diag_line(&diag, diag.first) : "the template has faults");
}
