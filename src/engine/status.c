// program.set: transitions of programs and levels, exactly those of contract 5.
#include "engine/status.h"
#include "engine/beside.h"
#include "engine/budget.h"
#include "engine/bundle.h"
#include "engine/due.h"
#include "engine/job.h"
#include "engine/levels.h"
#include <string.h>

static const char *const names[] = {"configure", "active", "test", "paused", "inactive", "archived", "shadow"};
static const char *const level_names[] = {"draft", "live", "paused"};
enum { STATUSES = sizeof names / sizeof names[0], LEVEL_STATUSES = sizeof level_names / sizeof level_names[0] };

#define TO(status) (1u << ACR_STATUS_##status)
static const unsigned allowed[STATUSES] = {
    [ACR_STATUS_CONFIGURE] = TO(TEST) | TO(SHADOW) | TO(ACTIVE) | TO(ARCHIVED),
    [ACR_STATUS_TEST] = TO(CONFIGURE) | TO(SHADOW) | TO(ACTIVE) | TO(ARCHIVED),
    [ACR_STATUS_SHADOW] = TO(CONFIGURE) | TO(TEST) | TO(ACTIVE) | TO(ARCHIVED),
    [ACR_STATUS_ACTIVE] = TO(PAUSED) | TO(INACTIVE) | TO(ARCHIVED),
    [ACR_STATUS_PAUSED] = TO(ACTIVE) | TO(INACTIVE) | TO(ARCHIVED),
    [ACR_STATUS_INACTIVE] = TO(ARCHIVED),
    [ACR_STATUS_ARCHIVED] = 0,
};

const char *acr__status_name(acr__status status) {
  return names[status];
}

const char *acr__level_status_name(acr__level_status status) {
  return level_names[status];
}

static int find(const char *const *all, int count, acr__span name) {
  for (int i = 0; i < count; i++)
    if (acr__span_is(name, all[i])) return i;
  return -1;
}

bool acr__status_find(acr__span name, acr__status *out) {
  int found = find(names, STATUSES, name);
  if (found >= 0) *out = (acr__status)found;
  return found >= 0;
}

bool acr__level_status_find(acr__span name, acr__level_status *out) {
  int found = find(level_names, LEVEL_STATUSES, name);
  if (found >= 0) *out = (acr__level_status)found;
  return found >= 0;
}

bool acr__status_may(acr__status from, acr__status to) {
  return allowed[from] & 1u << to;
}

// ---- What a status means

bool acr__release_judges(const acr_engine *engine, const struct acr__release *release) {
  bool chosen = release->status == ACR_STATUS_ACTIVE || (engine->tests && release->status == ACR_STATUS_TEST);
  return chosen && release->plan && !release->replaced;
}

bool acr__release_stands(const struct acr__release *release) {
  return release->first_active != ACR_TIME_NONE && release->plan && !release->replaced;
}

bool acr__release_over(const struct acr__release *release) {
  return release->replaced || (release->status == ACR_STATUS_ARCHIVED && release->first_active == ACR_TIME_NONE);
}

bool acr__release_fed(const struct acr__release *release) {
  return (release->status == ACR_STATUS_ACTIVE || release->status == ACR_STATUS_PAUSED) && release->plan && !release->replaced;
}

// ---- Which releases are meant

// A program's name means its newest version that can make the change, and with it those of its versions that are in force or paused
// alongside: who pauses a program does not want the version before it back.
static bool together(const struct acr__release *one, const struct acr__release *other) {
  bool stand = one->status == ACR_STATUS_ACTIVE || one->status == ACR_STATUS_PAUSED || one->status == ACR_STATUS_INACTIVE;
  return one == other || (stand && one->program == other->program && one->status == other->status && !other->replaced);
}

static struct acr__release *newest(const acr_engine *engine, acr__span name, acr__status to, bool level) {
  struct acr__release *found = NULL;
  for (int i = engine->release_count; i > 0; i--) {
    struct acr__release *release = engine->releases[i - 1];
    if (acr__span_is(name, release->label)) return release;
    if (!acr__span_eq(acr__name_text(engine, release->program), name)) continue;
    if (!found) found = release;
    if (!level && !acr__status_may(found->status, to) && acr__status_may(release->status, to) && !release->replaced) found = release;
  }
  return found;
}

static bool unknown(struct acr__request *request, acr__span name) {
  const acr_engine *engine = request->engine;
  acr__span *all = ACR__NEW_N(engine->arena, acr__span, engine->release_count + 1);
  for (int i = 0; i < engine->release_count; i++)
    all[i] = acr__name_text(engine, engine->releases[i]->program);
  acr__span near = acr__nearest(name, all, engine->release_count);
  int len = (int)(name.len < 80 ? name.len : 80);
  if (!near.len)
    return acr__request_fail(request, "program_unknown", "there is no program \"%.*s\" in this ledger", len, len ? name.ptr : "");
  return acr__request_fail(request, "program_unknown", "there is no program \"%.*s\" in this ledger; the nearest is \"%.*s\"", len,
                           name.ptr, (int)near.len, near.ptr);
}

// ---- Refusals

static const char *choices(acr__arena *arena, acr__status from) {
  acr__buf out = {0};
  int left = __builtin_popcount(allowed[from]);
  for (int i = 0; i < STATUSES; i++) {
    if (!(allowed[from] & 1u << i)) continue;
    acr__buf_printf(&out, "%s%s", out.len == 0 ? "" : left == 1 ? " or " : ", ", names[i]);
    left--;
  }
  const char *text = acr__arena_text(arena, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
  return text;
}

static bool refuse(struct acr__request *request, const struct acr__release *release, acr__status to) {
  const char *from = names[release->status];
  if (release->status == ACR_STATUS_ARCHIVED)
    return acr__request_fail(request, "transition", "\"%s\" is archived and read-only; it cannot become %s, nor anything else",
                             release->label, names[to]);
  return acr__request_fail(request, "transition", "\"%s\" is %s%s; from %s it can become %s", release->label, from,
                           release->status == to ? " already"
                                                 : acr__arena_printf(request->engine->arena, " and cannot become %s", names[to]),
                           from, choices(request->engine->arena, release->status));
}

static bool wrong_word(struct acr__request *request, const char *param, acr__span found, const char *const *all, int count) {
  acr__span spans[STATUSES];
  acr__buf list = {0};
  for (int i = 0; i < count; i++) {
    spans[i] = acr__span_of(all[i]);
    acr__buf_printf(&list, "%s%s", i == 0 ? "" : i + 1 == count ? " or " : ", ", all[i]);
  }
  acr__span near = acr__nearest(found, spans, count);
  acr__request_fail(request, "param", "found %s \"%.40s\", wanted %.*s%s%.*s", param, found.len ? found.ptr : "", (int)list.len,
                    (const char *)list.ptr, near.len ? "; the nearest is " : "", (int)near.len, near.len ? near.ptr : "");
  acr__buf_free(&list);
  return false;
}

// ---- The change

struct wanted {
  acr__span program, level, reason, actor;
  struct acr__release *release;
  bool has_status;
  acr__status status;
  int index; // of the level, -1 = the program is meant alone
  acr__level_status level_status;
};

// Members may stand in a level that was published, and nobody can be in a draft: no level becomes one again.
static bool level_may(struct acr__request *request, const struct wanted *wanted) {
  const struct acr__release *release = wanted->release;
  acr__level_status from = wanted->index < release->level_count ? release->levels[wanted->index].status : ACR_LEVEL_DRAFT;
  if (wanted->level_status != ACR_LEVEL_DRAFT || from == ACR_LEVEL_DRAFT) return true;
  return acr__request_fail(request, "transition", "level \"%.80s\" is %s and cannot become draft again; from %s it can become %s",
                           wanted->level.ptr, level_names[from], level_names[from],
                           level_names[from == ACR_LEVEL_LIVE ? ACR_LEVEL_PAUSED : ACR_LEVEL_LIVE]);
}

bool acr__level_unknown(struct acr__request *request, const struct acr__plan *plan, acr__span level) {
  int count = plan ? plan->level_count : 0;
  acr__span *all = ACR__NEW_N(request->engine->arena, acr__span, count + 1);
  for (int i = 0; i < count; i++)
    all[i] = plan->levels[i].name;
  acr__span near = acr__nearest(level, all, count);
  return acr__request_fail(request, "level_unknown", "the program has no level \"%.80s\"%s%.*s", level.ptr,
                           near.len ? "; the nearest is " : "", (int)near.len, near.len ? near.ptr : "");
}

static bool find_level(struct acr__request *request, struct wanted *wanted) {
  const struct acr__plan *plan = wanted->release->plan;
  wanted->index = -1;
  if (wanted->level.len == 0) return true;
  if (wanted->release->status == ACR_STATUS_ARCHIVED)
    return acr__request_fail(request, "transition", "\"%s\" is archived and read-only; its levels stay as they are",
                             wanted->release->label);
  wanted->index = plan ? acr__plan_level_find(plan, wanted->level) : -1;
  if (wanted->index >= 0) return level_may(request, wanted);
  return acr__level_unknown(request, plan, wanted->level);
}

static bool read_wanted(struct acr__request *request, struct wanted *wanted) {
  acr__span status = acr__param_text(request, "status"), level_status = acr__param_text(request, "level_status");
  *wanted = (struct wanted){.program = acr__param_text(request, "program"),
                            .level = acr__param_text(request, "level"),
                            .reason = acr__param_text(request, "reason"),
                            .actor = acr__param_text(request, "actor")};
  if (wanted->level.len && level_status.len == 0) { // contract 8: with a level the status is the level's
    level_status = status;
    status = (acr__span){NULL, 0};
  }
  wanted->has_status = status.len != 0;
  if (wanted->has_status && !acr__status_find(status, &wanted->status)) return wrong_word(request, "status", status, names, STATUSES);
  if (wanted->level.len && !acr__level_status_find(level_status, &wanted->level_status))
    return wrong_word(request, "status of a level", level_status, level_names, LEVEL_STATUSES);
  if (!wanted->has_status && !wanted->level.len) return acr__request_fail(request, "param", "`status` is missing: what it is to become");
  wanted->release = newest(request->engine, wanted->program, wanted->status, !wanted->has_status);
  if (!wanted->release) return unknown(request, wanted->program);
  if (!find_level(request, wanted)) return false;
  return !wanted->has_status || acr__status_may(wanted->release->status, wanted->status) ||
         refuse(request, wanted->release, wanted->status);
}

static bool is_moved(const struct wanted *wanted, const struct acr__release *release) {
  if (acr__span_is(wanted->program, wanted->release->label)) return release == wanted->release;
  return together(wanted->release, release);
}

void acr__shadows_end(acr_engine *engine) {
  for (int i = 0; i < engine->release_count; i++)
    if (engine->releases[i]->status == ACR_STATUS_SHADOW) acr__status_op(engine, engine->releases[i]->number, -1, -1, (int)ACR_STATUS_TEST);
}

static void status_ops(acr_engine *engine, const struct wanted *wanted) {
  if (wanted->has_status && wanted->status == ACR_STATUS_SHADOW) acr__shadows_end(engine);
  for (int i = 0; i < engine->release_count && wanted->has_status; i++)
    if (is_moved(wanted, engine->releases[i])) acr__status_op(engine, engine->releases[i]->number, -1, -1, (int)wanted->status);
  if (wanted->index < 0) return;
  const struct acr__release *release = wanted->release;
  if (wanted->index < release->level_count && release->levels[wanted->index].status == wanted->level_status) return; // is so already
  acr__status_op(engine, release->number, wanted->index, release->level_names[wanted->index], (int)wanted->level_status);
}

static void record(acr_engine *engine, const struct wanted *wanted) {
  acr__buf out = {0};
  acr__writer w = {&out, false};
  acr__write_object(&w);
  acr__write_key(&w, "actor");
  acr__write_span(&w, wanted->actor);
  acr__write_key(&w, "reason");
  acr__write_span(&w, wanted->reason);
  acr__write_object_end(&w);
  acr__control_append(engine, ACR_RECORD_STATUS, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
}

static bool settles_all(const acr_engine *engine, const struct wanted *wanted) {
  bool judging = wanted->has_status && (wanted->release->status == ACR_STATUS_ACTIVE || wanted->status == ACR_STATUS_ACTIVE);
  return judging && engine->last_seq;
}

// Every piece of work that fell due so far belongs to the time before the change, whenever it runs.
static void settle(acr_engine *engine, const struct wanted *wanted) {
  struct acr__clock_sum sum;
  if (settles_all(engine, wanted))
    acr__clock_run(engine, engine->ledger_time, &sum);
  else
    acr__levels_settle(engine);
}

static bool begins(const struct wanted *wanted) {
  return wanted->has_status && wanted->status == ACR_STATUS_ACTIVE && !acr__release_fed(wanted->release);
}

bool acr__set_begin(struct acr__request *request, acr__pos *release, bool *settles) {
  struct wanted wanted;
  if (!read_wanted(request, &wanted)) return false;
  *settles = settles_all(request->engine, &wanted) || (request->engine->listens & (ACR_LISTENS_REVIEW | ACR_LISTENS_END));
  *release = begins(&wanted) ? wanted.release->pos : 0;
  return true;
}

bool acr__method_program_set(struct acr__request *request) {
  acr_engine *engine = request->engine;
  struct wanted wanted;
  struct acr__built facts = {0};
  if (!read_wanted(request, &wanted) || acr__job_refused(request, acr__job_of(engine, ACR_JOB_SET))) return false;
  struct acr__release *release = wanted.release;
  bool is_new = begins(&wanted);
  settle(engine, &wanted);
  if (is_new && !acr__history_collect(request, release, &facts)) return false;
  engine->ops.count = 0;
  if (is_new) {
    acr__series_number(engine, release->plan);
    acr__budgets_begin(engine, release->plan, acr__issued_of(engine, release->plan));
  }
  status_ops(engine, &wanted);
  if (engine->ops.count) record(engine, &wanted);
  if (is_new) {
    acr__release_bind(engine, release);
    acr__history_keep(engine, release, &facts);
  }
  acr__releases_settle(engine);
  acr__beside_settle(engine);
  acr__write_object(request->w);
  acr__release_write(engine, request->w, release);
  acr__write_object_end(request->w);
  return true;
}
