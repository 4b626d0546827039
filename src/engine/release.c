// Releases: loaded from their records, chosen by event time.
#include "base/mem.h"
#include "engine/budget.h"
#include "engine/bundle.h"
#include "engine/door.h"
#include "engine/levels.h"
#include "engine/limits.h"
#include "engine/payload.h"
#include "engine/status.h"
#include <stdlib.h>
#include <string.h>

struct acr__release *acr__release_number(const acr_engine *engine, int64_t number) {
  for (int i = 0; i < engine->release_count; i++)
    if (engine->releases[i]->number == number) return engine->releases[i];
  return NULL;
}

bool acr__level_live(const struct acr__release *release, int level) {
  return level >= 0 && level < release->level_count && release->levels[level].status == ACR_LEVEL_LIVE;
}

// Domain V15: the latest effective_from not after the time; a tie goes to the newest. One that judges goes before one that only
// stands, because its rules do not apply (any more).
static bool goes_before(const acr_engine *engine, const struct acr__release *one, const struct acr__release *found) {
  if (!found) return true;
  bool judges = acr__release_judges(engine, one);
  return judges == acr__release_judges(engine, found) ? one->effective_from >= found->effective_from : judges;
}

static bool can_be(const acr_engine *engine, const struct acr__release *release, acr__time time) {
  return release->effective_from <= time && (acr__release_judges(engine, release) || acr__release_stands(release));
}

const struct acr__release *acr__release_at(const acr_engine *engine, int family, acr__time time) {
  const struct acr__release *found = NULL;
  for (int i = 0; i < engine->release_count; i++) {
    const struct acr__release *release = engine->releases[i];
    if (release->family == family && can_be(engine, release, time) && goes_before(engine, release, found)) found = release;
  }
  return found;
}

int acr__releases_at(const acr_engine *engine, acr__time time, struct acr__release **out) {
  int count = 0;
  for (int i = 0; i < engine->release_count; i++) {
    struct acr__release *release = engine->releases[i];
    if (!can_be(engine, release, time)) continue;
    int k = 0;
    while (k < count && out[k]->family != release->family)
      k++;
    if (k == count)
      out[count++] = release;
    else if (goes_before(engine, release, out[k]))
      out[k] = release;
  }
  return count;
}

static uint32_t listens(const struct acr__plan *plan) {
  uint32_t bits = 0;
  for (int i = 0; i < ACR_RAISED_COUNT; i++)
    if (acr__plan_type_find(plan, acr__raised_type((acr__raised)i)) >= 0) bits |= 1u << i;
  return bits | (plan->idles ? ACR_LISTENS_IDLE : 0) | acr__levels_listen(plan);
}

static void bind_numbers(acr_engine *engine, struct acr__release *release) {
  const struct acr__plan *plan = release->plan;
  acr__arena *arena = release->arena;
  release->accounts = ACR__NEW_N(arena, int, plan->account_count);
  for (int i = 0; i < plan->account_count; i++)
    release->accounts[i] = acr__account_number(engine, release->family, acr__name_number(engine, plan->accounts[i].name));
  release->sources = ACR__NEW_N(arena, int, plan->source_count);
  for (int i = 0; i < plan->source_count; i++)
    release->sources[i] = acr__name_number(engine, plan->sources[i].name);
  release->issued = ACR__NEW_N(arena, uint32_t, plan->source_count);
  release->budgets = ACR__NEW_N(arena, int, plan->source_count);
  release->level_names = ACR__NEW_N(arena, int, plan->level_count);
  for (int i = 0; i < plan->level_count; i++)
    release->level_names[i] = acr__name_number(engine, plan->levels[i].name);
  release->rule_names = ACR__NEW_N(arena, int, plan->rule_count);
  for (int i = 0; i < plan->rule_count; i++)
    release->rule_names[i] = acr__name_number(engine, plan->rules[i].name);
  release->rule_ids = ACR__NEW_N(arena, int, plan->rule_count);
  for (int i = 0; i < plan->rule_count; i++)
    release->rule_ids[i] = acr__name_number(engine, plan->rules[i].id);
  release->fired = ACR__NEW_N(arena, uint32_t, plan->rule_count);
  release->type_names = ACR__NEW_N(arena, int, plan->type_count);
  for (int i = 0; i < plan->type_count; i++)
    release->type_names[i] = acr__name_number(engine, plan->types[i]);
  release->offer_names = ACR__NEW_N(arena, int, plan->offer_count + 1);
  for (int i = 0; i < plan->offer_count; i++)
    release->offer_names[i] = acr__name_number(engine, plan->offers[i].name);
  release->store_names = ACR__NEW_N(arena, int, plan->reward_store_count + 1);
  for (int i = 0; i < plan->reward_store_count; i++)
    release->store_names[i] = acr__name_number(engine, plan->reward_stores[i].name);
  release->series = ACR__NEW_N(arena, uint32_t, plan->series_count);
  for (int i = 0; i < plan->series_count; i++) {
    acr__span key = {(const char *)plan->series[i].key.bytes, sizeof plan->series[i].key.bytes};
    release->series[i] = (uint32_t)(uintptr_t)acr__table_get(engine->series_keys, key) - 1;
  }
}

bool acr__release_bind(acr_engine *engine, struct acr__release *release) {
  bind_numbers(engine, release);
  release->listens = listens(release->plan);
  for (int i = 0; i < release->plan->account_count; i++)
    if (release->accounts[i] < 0) return false;
  for (int i = 0; i < release->plan->series_count; i++)
    if (release->series[i] == UINT32_MAX) return false;
  return true;
}

bool acr__release_compile(struct acr__release *release, const struct acr__bundle *bundle, acr__diag *diag) {
  release->script = acr__script_new();
  const struct acr__template *tpl = acr__template_load(release->script, release->arena, &bundle->layers, diag);
  struct acr__rule_files rules;
  acr__bundle_rules(release->arena, &bundle->layers, &rules);
  if (!tpl) return false;
  release->plan =
      acr__plan_compile(release->arena, release->script, tpl, bundle->program, acr__arena_text(release->arena, bundle->file), &rules, diag);
  return release->plan != NULL;
}

static void keep_text(char **out, acr__span text) {
  free(*out);
  *out = strndup(text.len ? text.ptr : "", text.len);
}

void acr__release_about(struct acr__release *release, const struct acr__bundle *bundle) {
  keep_text(&release->author, bundle->author);
  keep_text(&release->note, bundle->note);
  keep_text(&release->zone_data, bundle->zone_data);
  release->semantics = bundle->semantics;
}

bool acr__release_load(acr_engine *engine, struct acr__release *release, acr__diag *diag) {
  struct acr__record record;
  struct acr__payload payload;
  release->arena = acr__arena_new(64 * 1024);
  struct acr__bundle *bundle = ACR__NEW(release->arena, struct acr__bundle);
  diag->arena = release->arena;
  if (!acr__read_record(engine, release->pos, &record) || !acr__payload_read(record.payload, &payload) ||
      !acr__bundle_read(release->arena, payload.line, bundle)) {
    acr__diag_add(diag, ACR_FAULT, "ledger", (struct acr__place){0}, "release %s cannot be read from its record", release->label);
    return false;
  }
  acr__release_about(release, bundle);
  if (!acr__release_compile(release, bundle, diag)) return false;
  if (acr__release_bind(engine, release)) return true;
  acr__diag_add(diag, ACR_FAULT, "ledger", (struct acr__place){0}, "release %s names accounts that its ledger does not have",
                release->label);
  return false;
}

static void add_feeds(acr_engine *engine, struct acr__release *release, bool facts) {
  for (int s = 0; release->plan && s < release->plan->series_count; s++) {
    bool known = (release->plan->series[s].kind == ACR_SERIES_FACTS) != facts;
    for (int i = 0; i < engine->feed_count && !known; i++)
      known = engine->feeds[i].number == release->series[s];
    if (known) continue;
    engine->feeds = acr__mem_resize(engine->feeds, ((size_t)engine->feed_count + 1) * sizeof *engine->feeds);
    engine->feeds[engine->feed_count++] = (struct acr__feed){release, s, release->series[s]};
  }
}

void acr__releases_settle(acr_engine *engine) {
  for (int i = 0; i < engine->release_count; i++)
    for (int k = i + 1; k < engine->release_count; k++) {
      struct acr__release *old = engine->releases[i], *new = engine->releases[k];
      if (old->family == new->family && old->effective_from == new->effective_from &&new->first_active != ACR_TIME_NONE)
        old->replaced = true;
    }
  engine->feed_count = 0;
  for (int facts = 1; facts >= 0; facts--) {
    for (int i = 0; i < engine->release_count; i++)
      if (acr__release_fed(engine->releases[i])) add_feeds(engine, engine->releases[i], facts == 1);
    if (facts) engine->fact_feed_count = engine->feed_count;
  }
  for (int i = 0; i < engine->release_count; i++)
    if (acr__release_over(engine->releases[i])) acr__release_unload(engine->releases[i]);
  acr__limits_bind(engine);
  acr__budgets_bind(engine);
  engine->listens = 0;
  for (int i = 0; i < engine->release_count; i++)
    if (engine->releases[i]->plan) engine->listens |= engine->releases[i]->listens;
  acr__accounts_stale(engine);
  acr__accounts_at(engine, engine->ledger_time);
  engine->due_epoch++;
  acr__clock_forget(engine);
  acr__door_renew(engine);
}

void acr__release_unload(struct acr__release *release) {
  acr__script_free(release->script);
  acr__arena_free(release->arena);
  release->script = NULL;
  release->arena = NULL;
  release->plan = NULL;
}

void acr__release_free(struct acr__release *release) {
  acr__release_unload(release);
  free(release->label);
  free(release->levels);
  free(release->changes);
  free(release->author);
  free(release->note);
  free(release->zone_data);
  free(release);
}
