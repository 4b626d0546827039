// Releases and statuses of the log at their places. A candidate stands from where the first release of its program stood, under the
// statuses that the program and its levels had in the course of time; later releases of the program are left out. Levels that the
// ledger does not know go live with it. Other programs come as they came.
#include "engine/backtest.h"
#include "engine/status.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool fail(struct acr__run *run, const char *what, acr__span program, const char *message) {
  if (!run->failed && asprintf(&run->failed, "program \"%.*s\" %s: %s", (int)program.len, program.ptr, what, message) < 0) abort();
  return false;
}

// By place in b->families: the number that this engine has for it.
static void know_families(struct acr__run *run) {
  for (int i = 0; i < run->b->family_count; i++)
    run->families_after[i] = acr__names_find(run->to->names, run->b->families[i]);
}

static const acr__node *params_of(struct acr__run *run, const acr__buf *text) {
  struct acr__json_fault fault;
  acr__json *json =
      acr__json_parse(run->to->arena, acr__arena_span(run->to->arena, (acr__span){(const char *)text->ptr, text->len}), NULL, &fault);
  return json ? acr__json_root(json) : NULL;
}

static bool ask(struct acr__run *run, acr__buf *params, acr__method method, const struct acr__bundle *bundle, acr__time effective_from,
                char **message) {
  acr__buf out = {0};
  acr__writer w = {&out, false};
  struct acr__request request = {.engine = run->to, .params = params_of(run, params), .w = &w};
  bool good = request.params && (method ? method(&request) : acr__publish_bundle(&request, bundle, effective_from));
  *message = request.message;
  acr__buf_free(&out);
  acr__buf_free(params);
  run->to->ops.count = 0;
  return good;
}

// ---- what a record says

struct said {
  acr__span program;
  struct said_status {
    const struct acr__release *release; // of the source
    int level;                          // -1 = of the program
    acr__span name;                     // of the level
    int status;
  } all[2 * ACR_LEVELS_MAX];
  int count;
};

static acr__span own_text(const struct acr__run *run, int64_t name) {
  return acr__name_text(run->b->from, name);
}

static void read_record(const struct acr__run *run, const struct acr__record *record, struct said *said) {
  acr__cursor cur = {(const uint8_t *)record->decision.ptr, (const uint8_t *)record->decision.ptr + record->decision.len, false};
  struct acr__op op;
  while (acr__op_read(&cur, &op)) {
    const struct acr__release *release = op.kind == ACR_OP_STATUS ? acr__release_number(run->b->from, op.v[0]) : NULL;
    if (!release || said->count == (int)(sizeof said->all / sizeof said->all[0])) continue;
    said->program = own_text(run, release->program);
    said->all[said->count++] = (struct said_status){release, (int)op.v[1] - 1, own_text(run, op.v[3]), (int)op.v[2]};
    if (op.v[1] == 0) run->statuses[release->number] = (int)op.v[2] + 1;
  }
}

// What the program as a whole is there: it is active while one of its releases is.
static acr__status status_of(const struct acr__run *run, acr__span program) {
  static const acr__status order[] = {ACR_STATUS_ACTIVE,    ACR_STATUS_PAUSED,   ACR_STATUS_TEST,    ACR_STATUS_SHADOW,
                                      ACR_STATUS_CONFIGURE, ACR_STATUS_INACTIVE, ACR_STATUS_ARCHIVED};
  for (size_t k = 0; k < sizeof order / sizeof order[0]; k++)
    for (int i = 0; i < run->b->from->release_count; i++) {
      const struct acr__release *r = run->b->from->releases[i];
      if (acr__span_eq(own_text(run, r->program), program) && run->statuses[r->number] == (int)order[k] + 1) return order[k];
    }
  return ACR_STATUS_ACTIVE; // the ledger does not have it
}

// ---- publishing

static bool known_level(const struct acr__run *run, int program, acr__span level) {
  for (int i = 0; i < run->b->from->release_count; i++) {
    const struct acr__release *r = run->b->from->releases[i];
    for (int k = 0; r->program == program && k < r->level_count; k++)
      if (acr__span_eq(own_text(run, r->levels[k].name), level)) return true;
  }
  return false;
}

static bool said_live(const struct said *said, acr__span level) {
  for (int i = 0; i < said->count; i++)
    if (said->all[i].level >= 0 && said->all[i].status == ACR_LEVEL_LIVE && acr__span_eq(said->all[i].name, level)) return true;
  return false;
}

static bool publish(struct acr__run *run, const struct said *said, const struct acr__candidate *c, const struct acr__bundle *bundle,
                    acr__status status, char **message) {
  acr__buf params = {0};
  acr__writer w = {&params, false};
  acr__write_object(&w);
  acr__write_key(&w, "status");
  acr__write_text(&w, acr__status_name(status));
  acr__write_key(&w, "levels");
  acr__write_array(&w);
  for (int i = 0; c && i < c->compiled.plan->level_count; i++) {
    acr__span level = c->compiled.plan->levels[i].name;
    if (run->b->options->all_levels || !known_level(run, c->replaces, level) || said_live(said, level)) acr__write_span(&w, level);
  }
  for (int i = 0; !c && i < said->count; i++)
    if (said->all[i].level >= 0 && said->all[i].status == ACR_LEVEL_LIVE) acr__write_span(&w, said->all[i].name);
  acr__write_array_end(&w);
  acr__write_object_end(&w);
  bool good = ask(run, &params, NULL, bundle, c ? c->effective_from : ACR_TIME_NONE, message);
  know_families(run);
  return good;
}

static bool publish_candidate(struct acr__run *run, const struct acr__candidate *c, const struct said *said, acr__status status) {
  char *message;
  return publish(run, said, c, &c->bundle, status, &message) || fail(run, "cannot be put in place", c->compiled.plan->program, message);
}

static bool publish_own(struct acr__run *run, const struct acr__record *record, const struct said *said) {
  struct acr__payload payload;
  struct acr__bundle bundle = {0};
  acr__arena *arena = acr__arena_new(64 * 1024);
  char *message = "its record cannot be read";
  acr__status status = said->count ? (acr__status)said->all[0].status : ACR_STATUS_CONFIGURE;
  bool good = acr__payload_read(record->payload, &payload) && acr__bundle_read(arena, payload.line, &bundle) &&
              publish(run, said, NULL, &bundle, status, &message);
  if (!good) fail(run, "of the ledger cannot be loaded", said->program, message);
  acr__arena_free(arena);
  return good;
}

// ---- statuses

static const struct acr__release *newest(const struct acr__run *run, acr__span program) {
  int name = acr__names_find(run->to->names, program);
  for (int i = run->to->release_count; i > 0; i--)
    if (run->to->releases[i - 1]->program == name) return run->to->releases[i - 1];
  return NULL;
}

// What the program at hand does not have, or cannot become, is not asked of it.
static void set(struct acr__run *run, acr__span program, acr__span level, const char *status) {
  acr__buf params = {0};
  acr__writer w = {&params, false};
  char *message;
  acr__write_object(&w);
  acr__write_key(&w, "program");
  acr__write_span(&w, program);
  if (level.len) {
    acr__write_key(&w, "level");
    acr__write_span(&w, level);
  }
  acr__write_key(&w, level.len ? "level_status" : "status");
  acr__write_text(&w, status);
  acr__write_object_end(&w);
  ask(run, &params, acr__method_program_set, NULL, ACR_TIME_NONE, &message);
}

static void set_level(struct acr__run *run, const struct acr__release *release, const struct said_status *said) {
  acr__level_status to = (acr__level_status)said->status;
  int at = release->plan ? acr__plan_level_find(release->plan, said->name) : -1;
  bool is = at >= 0 && at < release->level_count && release->levels[at].status == to;
  if (at < 0 || is || (to == ACR_LEVEL_DRAFT && run->b->options->all_levels)) return;
  set(run, acr__span_of(release->label), said->name, acr__level_status_name(to));
}

// Statuses of the program that the candidate stands for. One that cannot come back is put in place anew, as a new version was there.
static bool follow_candidate(struct acr__run *run, const struct acr__candidate *c, const struct said *said) {
  const struct acr__release *release = newest(run, said->program);
  acr__status to = status_of(run, said->program);
  if (!release || (to != release->status && !acr__status_may(release->status, to) && to <= ACR_STATUS_TEST)) {
    if (!publish_candidate(run, c, said, to)) return false;
    release = newest(run, said->program);
  } else if (to != release->status) {
    set(run, said->program, (acr__span){NULL, 0}, acr__status_name(to));
  }
  for (int i = 0; release && i < said->count; i++)
    if (said->all[i].level >= 0) set_level(run, release, &said->all[i]);
  return true;
}

// Of another program: each release has its label here, too.
static void follow_own(struct acr__run *run, const struct said *said) {
  for (int i = 0; i < said->count; i++) {
    const struct acr__release *release = NULL;
    for (int k = 0; k < run->to->release_count; k++)
      if (strcmp(run->to->releases[k]->label, said->all[i].release->label) == 0) release = run->to->releases[k];
    if (!release) continue;
    if (said->all[i].level >= 0)
      set_level(run, release, &said->all[i]);
    else if ((int)release->status != said->all[i].status)
      set(run, acr__span_of(release->label), (acr__span){NULL, 0}, acr__status_name((acr__status)said->all[i].status));
  }
}

bool acr__backtest_control(struct acr__run *run, const struct acr__record *record) {
  struct said said = {0};
  read_record(run, record, &said);
  const struct acr__candidate *c = acr__candidate_for(run->b, said.program);
  if (c) return follow_candidate(run, c, &said);
  if (record->kind == ACR_RECORD_RELEASE && !publish_own(run, record, &said)) return false;
  follow_own(run, &said);
  return true;
}

bool acr__backtest_begin(struct acr__run *run) {
  static const struct said nothing;
  for (int i = 0; i < run->b->candidate_count; i++)
    if (run->b->candidates[i].replaces < 0 && !publish_candidate(run, &run->b->candidates[i], &nothing, ACR_STATUS_ACTIVE)) return false;
  return true;
}
