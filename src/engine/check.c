// accrue check: a template and all its programs, every fault at once, without a ledger. And what a template consists of.
#include "engine/programs.h"
#include "engine/rpc.h"
#include "program/describe.h"
#include "program/example.h"
#include "program/trial.h"
#include "program/worst.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// Running totals and times of a history of 50 facts in every series, and a member's fixed part.
static int64_t bytes_per_member(const struct acr__plan *plan) {
  return (int64_t)(sizeof(struct acr__member) +
                   (size_t)plan->series_count * (sizeof(struct acr__series_data) + 50 * sizeof(struct acr__series_entry)));
}

struct checking {
  acr__arena *arena;
  struct acr__programs programs;
  struct acr__layers layers;
  acr__script *script;
  acr__diag *diag;
  acr__writer *w;
};

static char *shown(const struct checking *c, acr__span path) {
  acr__span dir = c->layers.layer[0].dir;
  return acr__arena_printf(c->arena, "%.*s/%.*s", (int)dir.len, dir.ptr, (int)path.len, path.ptr);
}

// What one purchase earns at worst, for the reader to compare with what it may cost.
static void write_worst(struct checking *c, const struct acr__plan *plan) {
  struct acr__worst worst;
  if (!acr__plan_worst(plan, c->arena, &worst)) return;
  acr__write_key(c->w, "worst_case");
  acr__write_object(c->w);
  acr__write_key(c->w, "purchase");
  acr__write_decimal(c->w, worst.purchase, plan->currency_scale);
  acr__write_key(c->w, "level");
  acr__write_span(c->w, worst.level);
  acr__write_key(c->w, "points");
  acr__write_decimal(c->w, worst.points, plan->points_scale);
  acr__write_object_end(c->w);
}

static void write_program(struct checking *c, const struct acr__checked *program) {
  acr__writer *w = c->w;
  const struct acr__plan *plan = program->plan;
  acr__write_object(w);
  acr__write_key(w, "file");
  acr__write_text(w, program->path);
  if (plan) {
    acr__write_key(w, "program");
    acr__write_span(w, plan->program);
    acr__write_key(w, "rules");
    acr__write_int(w, plan->rule_count);
    acr__write_key(w, "series");
    acr__write_int(w, plan->series_count);
    acr__write_key(w, "bytes_per_member");
    acr__write_int(w, bytes_per_member(plan));
    write_worst(c, plan);
    acr__write_key(w, "sentences");
    acr__write_object(w);
    acr__plan_describe(plan, NULL, w);
    acr__write_object_end(w);
  }
  acr__write_object_end(w);
}

// Who uses the files of rules/; one that nobody uses was perhaps left behind by a new name.
static void check_rule_file(struct checking *c, const struct acr__rule_file *file) {
  acr__writer *w = c->w;
  char *path = acr__arena_printf(c->arena, "rules/%.*s.json", (int)file->name.len, file->name.ptr);
  struct acr__place place = {.file = shown(c, acr__span_of(path))};
  if (!file->first && !c->programs.unread)
    acr__diag_add(c->diag, ACR_WARNING, "unused_rule", place,
                  "no program uses this rule; write \"%.*s\" in a list of rules, or remove the file", (int)file->name.len, file->name.ptr);
  acr__write_object(w);
  acr__write_key(w, "rule_file");
  acr__write_span(w, file->name);
  acr__write_key(w, "uses");
  acr__write_array(w);
  for (const struct acr__rule_use *use = file->first; use; use = use->next) {
    acr__write_object(w);
    acr__write_key(w, "program");
    acr__write_span(w, use->program);
    acr__write_key(w, "level");
    acr__write_span(w, use->level);
    acr__write_key(w, "behavior");
    acr__write_text(w, use->rule.len ? acr__behavior_name(use->behavior) : "");
    acr__write_key(w, "rule");
    acr__write_span(w, use->rule);
    acr__write_object_end(w);
  }
  acr__write_array_end(w);
  acr__write_object_end(w);
}

static void write_files(struct checking *c) {
  acr__writer *w = c->w;
  acr__write_key(w, "programs");
  acr__write_array(w);
  for (int i = 0; i < c->programs.count; i++)
    write_program(c, &c->programs.all[i]);
  acr__write_array_end(w);
  acr__write_key(w, "rule_files");
  acr__write_array(w);
  for (int i = 0; c->programs.tpl && i < c->programs.rules.count; i++)
    check_rule_file(c, &c->programs.rules.files[i]);
  acr__write_array_end(w);
}

// The template a second time, in a state of its own, to compare with.
static void try_out(struct checking *c, const struct acr__template *tpl) {
  acr__diag ignored;
  acr__diag_init(&ignored, c->arena);
  acr__script *script = acr__script_new();
  const struct acr__template *again = acr__template_load(script, c->arena, &c->layers, &ignored);
  const struct acr__trial_state one = {c->script, tpl}, other = {script, again};
  if (again) acr__trial(c->arena, &one, &other, c->diag);
  acr__script_free(script);
}

void acr__layers_check(acr__arena *arena, const struct acr__layers *layers, bool tried, acr__diag *diag, acr__writer *w) {
  struct checking c = {.arena = arena, .script = acr__script_new(), .layers = *layers, .diag = diag, .w = w};
  const struct acr__template *tpl = diag->faults ? NULL : acr__template_read(c.script, arena, &c.layers, diag);
  if (tpl && tpl->name.len) {
    acr__examples_check(arena, c.script, tpl, diag);
    acr__write_key(w, "template");
    acr__write_span(w, tpl->name);
    acr__write_key(w, "version");
    acr__write_span(w, tpl->version);
    acr__write_key(w, "components");
    acr__write_int(w, tpl->component_count);
  }
  if (tpl) acr__programs_check(arena, &c.layers, tpl, c.script, &c.programs, diag);
  if (tpl && tried && !diag->faults) try_out(&c, tpl);
  write_files(&c);
  acr__script_free(c.script);
}

static int report(const char *dir, const char *standard_dir, bool tried, char **json) {
  acr__arena *arena = acr__arena_new(256 * 1024);
  acr__buf out = {0};
  acr__writer w = {&out, false};
  acr__diag diag;
  struct stat info;
  bool there = stat(dir, &info) == 0 && S_ISDIR(info.st_mode);
  acr__diag_init(&diag, arena);
  acr__write_object(&w);
  char *standard = acr__standard_dir(standard_dir);
  struct acr__layers layers = {0};
  if (there) {
    acr__layers_read(arena, dir, standard, &layers, &diag);
    acr__layers_check(arena, &layers, tried, &diag, &w);
  } else {
    acr__diag_add(&diag, ACR_FAULT, "not_found", (struct acr__place){.file = dir}, "there is no directory %s", dir);
  }
  acr__diag_write(&diag, &w);
  acr__write_object_end(&w);
  *json = strndup((const char *)out.ptr, out.len);
  int error = !there ? ACR_E_NOT_FOUND : diag.faults ? ACR_E_FAULTS : ACR_E_OK;
  free(standard);
  acr__buf_free(&out);
  acr__arena_free(arena);
  return error;
}

int acr_template_check(const char *dir, const char *standard_dir, char **json) {
  return report(dir, standard_dir, false, json);
}

int acr_template_try(const char *dir, const char *standard_dir, char **json) {
  return report(dir, standard_dir, true, json);
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
