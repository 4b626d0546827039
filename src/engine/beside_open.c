// What a shadow release stands on: `base`, an engine made of the log alone, and `judge`, a shadow of it in which the release judges
// by itself.
#include "base/mem.h"
#include "engine/beside.h"
#include "engine/budget.h"
#include "engine/door.h"
#include "engine/shadow.h"
#include "engine/status.h"
#include <stdlib.h>
#include <string.h>

static void put(acr__span key, void *value, void *arg) {
  acr__table_put(arg, key, value);
}

void acr__beside_open(struct acr__beside *b, acr_engine *engine) {
  acr_engine *base = b->base = calloc(1, sizeof *base);
  if (!base) acr__mem_exhausted(sizeof *base);
  base->aside = b;
  base->options = (struct acr_options){.max_future_us = -1, .line_bytes_max = engine->options.line_bytes_max};
  base->ledger = acr__ledger_follow(engine->ledger);
  base->standard_dir = strdup(engine->standard_dir);
  base->key = engine->key;
  base->names = acr__names_new();
  for (int i = 0; i < acr__names_count(engine->names); i++)
    acr__names_add(base->names, acr__names_text(engine->names, i));
  base->series_keys = acr__table_new();
  acr__table_each(engine->series_keys, put, base->series_keys);
  base->series_count = engine->series_count;
  acr__accounts_copy(base, engine);
  acr__accounts_of(base, b->number);
  base->arena = acr__arena_new(64 * 1024);
  base->due_epoch = 1;
  base->end = b->at = 1;
  base->ledger_time = base->last_recorded_at = INT64_MIN + 1;
  acr_batch_begin(base);
  b->stride = 1;
  b->share = UINT64_MAX;
  acr__beside_sums_begin(&b->sums);
}

// In a view of its own, from what its sources gave in all of the log on.
static void count_budgets(struct acr__beside *b) {
  const struct acr__plan *plan = b->release->plan;
  for (int i = 0; i < plan->source_count; i++) {
    struct acr__op op = {.kind = ACR_OP_BUDGET};
    op.v[ACR_ISSUED_FAMILY] = b->family;
    op.v[ACR_ISSUED_SOURCE] = b->release->sources[i];
    if (plan->sources[i].caps_all) acr__budget_apply(b->judge, &op);
  }
}

static void choose_series(struct acr__beside *b) {
  const struct acr__plan *plan = b->release->plan;
  b->all = ACR__NEW_N(b->release->arena, bool, plan->series_count + 1);
  b->of_log = ACR__NEW_N(b->release->arena, bool, plan->series_count + 1);
  for (int i = 0; i < plan->series_count; i++) {
    b->all[i] = true;
    b->of_log[i] = plan->series[i].kind == ACR_SERIES_FACTS;
    b->has_series = b->has_series || b->of_log[i];
    b->own_series = b->own_series || !b->of_log[i];
  }
}

bool acr__beside_load(struct acr__beside *b) {
  struct acr__release *release = b->release = calloc(1, sizeof *release);
  acr__diag diag;
  if (!release) acr__mem_exhausted(sizeof *release);
  acr__diag_init(&diag, b->base->arena);
  *release = (struct acr__release){.number = b->number, .program = b->program, .family = b->family, .pos = b->pos};
  release->label = strdup(b->label);
  release->status = ACR_STATUS_ACTIVE;
  release->effective_from = ACR_TIME_MIN; // it judges whatever comes in
  release->first_active = release->active_since = ACR_TIME_MIN;
  b->judge = acr__shadow_new(b->base);
  acr__names_free(b->judge->names);
  b->judge->names = b->base->names;
  b->judge->aside = NULL;
  b->judge->anew = true;
  b->judge->releases = acr__mem_resize(NULL, sizeof *b->judge->releases);
  b->judge->releases[0] = release;
  if (!acr__release_load(b->base, release, &diag)) {
    b->broken = diag.first ? diag.first->message : "the release cannot be loaded";
    return false;
  }
  b->judge->release_count = 1;
  count_budgets(b);
  acr__releases_settle(b->judge);
  b->base->door = b->judge->door; // purchases that something comes back of are read by it
  choose_series(b);
  b->collector = acr__collector_new(b->base, release, &b->facts);
  return true;
}

// What became of it since it was published stands in the log.
void acr__beside_release(struct acr__beside *b) {
  const struct acr__release *there = acr__release_number(b->base, b->number);
  if (!there) return;
  b->release->levels = there->levels;
  b->release->level_count = there->level_count;
}

void acr__beside_free(struct acr__beside *b) {
  acr_engine *judge = b->judge;
  acr__collector_free(b->collector);
  acr__built_free(&b->facts);
  if (judge) {
    free(judge->releases);
    free(judge->feeds);
    acr__door_free(judge);
    judge->names = acr__names_new(); // it had base's
    acr__shadow_free(judge);
  }
  b->base->door = NULL;
  if (b->release) {
    b->release->levels = NULL; // base's
    acr__release_free(b->release);
  }
  acr_engine_close(b->base);
  acr__beside_sums_free(&b->sums);
  b->base = b->judge = NULL;
  b->release = NULL;
  b->collector = NULL;
}
