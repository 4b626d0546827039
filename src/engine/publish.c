// program.publish: releases are records of the log.
#include "base/mem.h"
#include "engine/beside.h"
#include "engine/budget.h"
#include "engine/bundle.h"
#include "engine/job.h"
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/payload.h"
#include "engine/publish.h"
#include "engine/status.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

void acr__diag_write(const acr__diag *diag, acr__writer *w) {
  for (int severity = ACR_FAULT; severity <= ACR_WARNING; severity++) {
    acr__write_key(w, severity == ACR_FAULT ? "faults" : "warnings");
    acr__write_array(w);
    for (const acr__diag_item *item = diag->first; item; item = item->next) {
      if (item->severity != (acr__severity)severity) continue;
      acr__write_object(w);
      acr__write_key(w, "file");
      acr__write_text(w, item->file);
      acr__write_key(w, "line");
      acr__write_int(w, item->line);
      acr__write_key(w, "column");
      acr__write_int(w, item->column);
      acr__write_key(w, "path");
      acr__write_text(w, item->path);
      acr__write_key(w, "code");
      acr__write_text(w, item->code);
      acr__write_key(w, "message");
      acr__write_text(w, item->message);
      acr__write_object_end(w);
    }
    acr__write_array_end(w);
  }
}

bool acr__fail_diag(struct acr__request *request, const acr__diag *diag) {
  acr__buf out = {0};
  acr__writer w = {&out, false};
  acr__write_object(&w);
  acr__write_key(&w, "code");
  acr__write_text(&w, "faults");
  acr__diag_write(diag, &w);
  acr__write_object_end(&w);
  request->data = acr__arena_span(request->engine->arena, (acr__span){(const char *)out.ptr, out.len});
  acr__buf_free(&out);
  return acr__request_fail(request, "faults", "%d fault%s in the template or program; nothing was published", diag->faults,
                           diag->faults == 1 ? "" : "s");
}

// DIR/programs/P.json -> DIR and the file of that name among the template's.
static bool read_bundle(struct acr__request *request, acr__arena *arena, struct acr__bundle *bundle, acr__diag *diag) {
  acr_engine *engine = request->engine;
  acr__span path = acr__param_text(request, "path");
  char *dir = acr__arena_text(arena, path);
  char *name = strrchr(dir, '/');
  bundle->file = acr__arena_span(arena, path);
  bundle->author = acr__arena_span(arena, acr__param_text(request, "author"));
  bundle->note = acr__arena_span(arena, acr__param_text(request, "note"));
  bundle->zone_data = acr__span_of(acr__zone_data());
  bundle->semantics = ACR_SEMANTICS;
  if (!name || path.ptr[0] != '/') return acr__request_fail(request, "param", "`path` is the absolute path of DIR/programs/NAME.json");
  *name = 0;
  char *folder = strrchr(dir, '/');
  if (!folder || strcmp(folder, "/programs") != 0)
    return acr__request_fail(request, "param", "%.300s does not stand in the `programs` folder of a rules template", path.ptr);
  *folder = 0;
  if (!acr__layers_read(arena, dir, engine->standard_dir, &bundle->layers, diag)) return acr__fail_diag(request, diag);
  acr__span file = acr__span_of(acr__arena_printf(arena, "programs/%s", name + 1));
  for (int i = 0; i < bundle->layers.layer[0].file_count; i++)
    if (acr__span_eq(bundle->layers.layer[0].files[i].path, file)) {
      bundle->program = bundle->layers.layer[0].files[i].bytes;
      return true;
    }
  return acr__request_fail(request, "not_found", "there is no file %.300s", path.ptr);
}

static int account_flags(const struct acr__plan_account *a) {
  return (a->allow_negative ? ACR_ACCOUNT_ALLOW_NEGATIVE : 0) | (a->spendable ? ACR_ACCOUNT_SPENDABLE : 0) |
         (a->escrow ? ACR_ACCOUNT_ESCROW : 0) | (a->is_default ? ACR_ACCOUNT_DEFAULT : 0);
}

// Only what an active release feeds is whole: a series that was dropped for a while is given a new number and built anew.
bool acr__series_fed(const acr_engine *engine, const struct acr__series *series) {
  uintptr_t number = (uintptr_t)acr__table_get(engine->series_keys, (acr__span){(const char *)series->key.bytes, sizeof series->key.bytes});
  for (int i = 0; number && i < engine->feed_count; i++)
    if (engine->feeds[i].number + 1 == number) return true;
  return false;
}

void acr__series_number(acr_engine *engine, const struct acr__plan *plan) {
  uint32_t next = engine->series_count;
  for (int i = 0; i < plan->series_count; i++) {
    if (acr__series_fed(engine, &plan->series[i])) continue;
    struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_SERIES);
    op->v[0] = next++;
    op->text = (acr__span){(const char *)plan->series[i].key.bytes, sizeof plan->series[i].key.bytes};
  }
}

// Operations for what the ledger does not know yet: names, accounts, series.
static void number_everything(acr_engine *engine, const struct acr__plan *plan, int family, uint32_t release) {
  int accounts = engine->account_count;
  for (int i = 0; i < plan->account_count; i++) {
    int name = acr__name_number(engine, plan->accounts[i].name);
    int number = acr__account_number(engine, family, name);
    struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_ACCOUNT);
    op->v[ACR_ACCOUNT_NUMBER] = number >= 0 ? number : accounts++;
    op->v[ACR_ACCOUNT_FAMILY] = family;
    op->v[ACR_ACCOUNT_NAME] = name;
    op->v[ACR_ACCOUNT_DECIMALS] = plan->accounts[i].decimals;
    op->v[ACR_ACCOUNT_FLAGS] = account_flags(&plan->accounts[i]);
    op->v[ACR_ACCOUNT_RELEASE] = release;
  }
  for (int i = 0; i < plan->source_count; i++)
    acr__name_number(engine, plan->sources[i].name);
  for (int i = 0; i < plan->level_count; i++)
    acr__name_number(engine, plan->levels[i].name);
  for (int i = 0; i < plan->rule_count; i++) {
    acr__name_number(engine, plan->rules[i].name);
    acr__name_number(engine, plan->rules[i].id);
  }
  for (int i = 0; i < plan->type_count; i++)
    acr__name_number(engine, plan->types[i]);
  for (int i = 0; i < plan->offer_count; i++) {
    int name = acr__name_number(engine, plan->offers[i].name);
    struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_HAS_OFFER);
    op->v[0] = release;
    op->v[1] = name;
  }
  for (int i = 0; i < plan->reward_store_count; i++)
    acr__name_number(engine, plan->reward_stores[i].name);
  acr__series_number(engine, plan);
}

static bool decimals_kept(struct acr__request *request, const struct acr__plan *plan) {
  acr_engine *engine = request->engine;
  int family = acr__names_find(engine->names, plan->family);
  for (int i = 0; family >= 0 && i < plan->account_count; i++) {
    int name = acr__names_find(engine->names, plan->accounts[i].name);
    int number = name >= 0 ? acr__account_number(engine, family, name) : -1;
    if (number >= 0 && engine->accounts[number].decimals != plan->accounts[i].decimals)
      return acr__request_fail(request, "account_decimals",
                               "account \"%.*s\" has %d decimals in this ledger; a new version cannot change that",
                               (int)plan->accounts[i].name.len, plan->accounts[i].name.ptr, engine->accounts[number].decimals);
  }
  return true;
}

static const struct acr__release *previous(const acr_engine *engine, int program) {
  for (int i = engine->release_count; i > 0; i--)
    if (engine->releases[i - 1]->program == program) return engine->releases[i - 1];
  return NULL;
}

// A level gets the status asked for when it is named, else it is what it was in the version before.
static acr__level_status level_begins(struct acr__request *request, const struct acr__release *before, const struct acr__publication *p,
                                      int level) {
  const acr__node *all = acr__node_get(request->params, "all_levels"), *list = acr__node_get(request->params, "levels");
  const struct acr__plan *plan = p->built->plan;
  acr__level_status asked = p->level_status;
  acr__span level_name = plan->levels[level].name;
  if (plan->implied_level) return ACR_LEVEL_LIVE;
  if (all && acr__node_kind(all) == ACR_JSON_TRUE) return asked;
  for (const acr__node *n = list ? acr__node_first(list) : NULL; n; n = acr__node_next(n))
    if (acr__span_eq(acr__node_text(n), level_name)) return asked;
  int name = acr__names_find(request->engine->names, level_name);
  for (int i = 0; before && i < before->level_count; i++)
    if (before->levels[i].name == name) return before->levels[i].status;
  return p->new_levels;
}

static bool levels_named(struct acr__request *request, const struct acr__plan *plan) {
  const acr__node *list = acr__node_get(request->params, "levels");
  for (const acr__node *n = list ? acr__node_first(list) : NULL; n; n = acr__node_next(n))
    if (acr__plan_level_find(plan, acr__node_text(n)) < 0) return acr__level_unknown(request, plan, acr__node_text(n));
  return true;
}

void acr__status_op(acr_engine *engine, uint32_t number, int level, int name, int status) {
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_STATUS);
  op->v[0] = number;
  op->v[1] = level + 1;
  op->v[2] = status;
  if (level >= 0) op->v[3] = name;
}

void acr__control_append(acr_engine *engine, acr__record_kind kind, acr__span bytes) {
  uint64_t seq = engine->last_seq + 1;
  engine->decision.len = engine->texts.len = 0;
  acr__ops_encode(&engine->ops, &engine->decision, &engine->texts);
  acr__payload_begin(engine);
  acr__buf_span(&engine->payload, (acr__span){NULL, 0});
  acr__buf_span(&engine->payload, bytes);
  struct acr__record record = {.kind = kind, .time = engine->ledger_time};
  record.id_digest = acr__digest_pair(&engine->key, ACR__SPAN_LIT("accrue/control"), (acr__span){(const char *)&seq, sizeof seq});
  record.content_digest = acr__digest_pair(&engine->key, bytes, ACR__SPAN_LIT("content"));
  record.decision = (acr__span){(const char *)engine->decision.ptr, engine->decision.len};
  record.payload = (acr__span){(const char *)engine->payload.ptr, engine->payload.len};
  acr__append(engine, &record, NULL);
  for (int i = 0; i < engine->ops.count; i++)
    if (engine->ops.all[i].kind != ACR_OP_NAME) {
      acr__registry_apply(engine, &engine->ops.all[i], &record);
      acr__budget_apply(engine, &engine->ops.all[i]);
    }
}

static void take_over(struct acr__release *into, struct acr__release *built, const struct acr__bundle *bundle) {
  into->arena = built->arena;
  into->script = built->script;
  into->plan = built->plan;
  acr__release_about(into, bundle);
}

static struct acr__release *record_release(struct acr__request *request, const struct acr__publication *p) {
  acr_engine *engine = request->engine;
  const struct acr__plan *plan = p->built->plan;
  engine->ops.count = 0;
  int program = acr__name_number(engine, plan->program), family = acr__name_number(engine, plan->family);
  const struct acr__release *before = previous(engine, program);
  int version = 1;
  for (int i = 0; i < engine->release_count; i++)
    version += engine->releases[i]->program == program;
  uint32_t number = (uint32_t)engine->release_count + 1;
  number_everything(engine, plan, family, number);
  if (p->status == ACR_STATUS_ACTIVE) acr__budgets_begin(engine, plan, acr__issued_of(engine, plan));
  struct acr__op *op = acr__ops_add(&engine->ops, ACR_OP_RELEASE);
  op->v[0] = number;
  op->v[1] = program;
  op->v[2] = family;
  op->v[3] = plan->effective_from;
  op->text = acr__span_of(acr__arena_printf(engine->arena, "%.*s@%d", (int)plan->program.len, plan->program.ptr, version));
  if (p->status == ACR_STATUS_SHADOW) acr__shadows_end(engine);
  acr__status_op(engine, number, -1, -1, (int)p->status);
  for (int i = 0; i < plan->level_count; i++)
    acr__status_op(engine, number, i, acr__names_find(engine->names, plan->levels[i].name), (int)level_begins(request, before, p, i));
  if (p->ends) acr__status_op(engine, p->ends->number, -1, -1, ACR_STATUS_ARCHIVED);
  acr__buf bytes = {0};
  acr__bundle_write(p->bundle, &bytes);
  acr__control_append(engine, ACR_RECORD_RELEASE, (acr__span){(const char *)bytes.ptr, bytes.len});
  acr__buf_free(&bytes);
  struct acr__release *release = acr__release_number(engine, number);
  take_over(release, p->built, p->bundle);
  engine->ops.count = 0;
  acr__release_bind(engine, release);
  return release;
}

struct acr__issued *acr__issued_of(const acr_engine *engine, const struct acr__plan *plan) {
  struct acr__history *history = acr__job_history(engine, plan);
  return history ? history->issued : NULL;
}

// The history of the series that nothing feeds so far, for a release that becomes active.
bool acr__history_collect(struct acr__request *request, struct acr__release *release, struct acr__built *facts) {
  acr_engine *engine = request->engine;
  struct acr__history *ahead = acr__job_history(engine, release->plan);
  struct acr__history *own = ahead ? NULL : acr__history_new(engine, release), *history = own ? own : ahead;
  while (acr__history_read(history, engine, 4u << 20)) {
  }
  *facts = history->built;
  history->built = (struct acr__built){0};
  bool good = !history->failed;
  if (!good) {
    acr__built_free(facts);
    acr__request_fail(request, "plugin_failed", "the history of a new rule cannot be built; nothing was changed: %s", history->failed);
  }
  acr__history_free(own);
  return good;
}

// To everybody now, or where events are waiting by and by.
void acr__history_keep(acr_engine *engine, const struct acr__release *release, struct acr__built *facts) {
  if (engine->job)
    acr__ripen_begin(engine, release, facts);
  else
    acr__series_keep(engine, release, facts);
}

static bool status_params(struct acr__request *request, acr__status *status, acr__level_status *level) {
  acr__span text = acr__param_text(request, "status"), level_text = acr__param_text(request, "level_status");
  *status = ACR_STATUS_CONFIGURE;
  *level = ACR_LEVEL_LIVE;
  bool known = text.len == 0 || acr__status_find(text, status);
  if (!known || (*status != ACR_STATUS_CONFIGURE && *status != ACR_STATUS_TEST && *status != ACR_STATUS_SHADOW &&
                 *status != ACR_STATUS_ACTIVE))
    return acr__request_fail(request, "param", "found status \"%.40s\"; a release begins as configure, test, shadow or active", text.ptr);
  if (level_text.len && !acr__level_status_find(level_text, level))
    return acr__request_fail(request, "param", "found level status \"%.40s\", wanted draft, live or paused", level_text.ptr);
  return true;
}

// Domain St4: publishing a program does not publish its levels.
static void warn_of_drafts(const struct acr__release *release, acr__diag *diag) {
  acr__buf names = {0};
  const struct acr__plan *plan = release->plan;
  for (int i = 0; i < plan->level_count; i++) {
    if (release->levels[i].status != ACR_LEVEL_DRAFT) continue;
    acr__buf_printf(&names, "%s`%.*s`", names.len ? ", " : "", (int)plan->levels[i].name.len, plan->levels[i].name.ptr);
  }
  if (names.len)
    acr__diag_add(diag, ACR_WARNING, "draft_levels", (struct acr__place){0},
                  "still draft, so nobody can be in them: %.*s; accrue programs set P --level L --status live makes one live",
                  (int)names.len, (const char *)names.ptr);
  acr__buf_free(&names);
}

// What fell due under the releases as they are is not left to those that come.
void acr__levels_settle(acr_engine *engine) {
  struct acr__clock_sum sum;
  if (engine->listens & (ACR_LISTENS_REVIEW | ACR_LISTENS_END)) acr__clock_run(engine, engine->ledger_time, &sum);
}

bool acr__publish_prepare(struct acr__request *request, struct acr__publication *p) {
  acr_engine *engine = request->engine;
  if (!levels_named(request, p->built->plan) || !decimals_kept(request, p->built->plan)) return false;
  if (!engine->of) acr__levels_settle(engine);
  p->built->family = acr__names_find(engine->names, p->built->plan->family);
  // A shadow's members are made of their records when they are asked for, with the history of this release too.
  return p->status != ACR_STATUS_ACTIVE || engine->of || acr__history_collect(request, p->built, &p->facts);
}

// A release of the same request may feed some of its series by now, with their history.
static void drop_fed(const acr_engine *engine, const struct acr__plan *plan, struct acr__built *facts) {
  bool *fed = ACR__NEW_N(engine->arena, bool, plan->series_count + 1);
  size_t kept = 0;
  for (int i = 0; i < plan->series_count; i++)
    fed[i] = acr__series_fed(engine, &plan->series[i]);
  for (size_t i = 0; i < facts->count; i++)
    if (!fed[facts->facts[i].series]) facts->facts[kept++] = facts->facts[i];
  facts->count = kept;
}

struct acr__release *acr__publish_record(struct acr__request *request, struct acr__publication *p, acr__diag *diag) {
  acr_engine *engine = request->engine;
  drop_fed(engine, p->built->plan, &p->facts);
  struct acr__release *release = record_release(request, p);
  warn_of_drafts(release, diag);
  acr__history_keep(engine, release, &p->facts);
  acr__releases_settle(engine);
  acr__beside_settle(engine);
  return release;
}

static bool publish(struct acr__request *request, struct acr__release *built, const struct acr__bundle *bundle, acr__diag *diag) {
  struct acr__publication p = {.built = built, .bundle = bundle, .new_levels = ACR_LEVEL_DRAFT};
  if (!status_params(request, &p.status, &p.level_status)) return false;
  if (!built->plan && !acr__release_compile(built, bundle, diag)) return acr__fail_diag(request, diag);
  if (built->effective_from != ACR_TIME_NONE) built->plan->effective_from = built->effective_from;
  if (!acr__publish_prepare(request, &p)) return false;
  const struct acr__release *release = acr__publish_record(request, &p, diag);
  acr__write_object(request->w);
  acr__release_write(request->engine, request->w, release);
  acr__diag_write(diag, request->w);
  acr__write_object_end(request->w);
  return true;
}

// What needs nothing of the engine that others change: the reader of the job's request stands for it.
bool acr__publish_prepare_ahead(struct acr_job *job) {
  struct acr__request *request = &job->request;
  acr__status status;
  acr__level_status level_status;
  if (!status_params(request, &status, &level_status) || !read_bundle(request, job->built.arena, &job->bundle, &job->diag)) return false;
  if (!acr__release_compile(&job->built, &job->bundle, &job->diag)) return acr__fail_diag(request, &job->diag);
  return levels_named(request, job->built.plan) && decimals_kept(request, job->built.plan);
}

bool acr__publish_bundle(struct acr__request *request, const struct acr__bundle *bundle, acr__time effective_from) {
  struct acr_job *job = acr__job_of(request->engine, ACR_JOB_PUBLISH);
  if (acr__job_refused(request, job)) return false;
  struct acr__release built = {.effective_from = effective_from};
  struct acr__bundle own = {0};
  acr__diag diag;
  if (job) {
    built = job->built;
    diag = job->diag;
    bundle = &job->bundle;
    job->built.script = NULL; // the release owns it all now; the history goes on reading by its plan
    job->built.arena = NULL;
  } else {
    built.arena = acr__arena_new(64 * 1024);
    acr__diag_init(&diag, built.arena);
  }
  bool good = (bundle || read_bundle(request, built.arena, &own, &diag)) && publish(request, &built, bundle ? bundle : &own, &diag);
  if (!good) acr__release_unload(&built);
  return good;
}

bool acr__method_program_publish(struct acr__request *request) {
  return acr__publish_bundle(request, NULL, ACR_TIME_NONE);
}
