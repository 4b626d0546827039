#include "engine/past.h"
#include "base/mem.h"
#include "engine/budget.h"
#include "engine/bundle.h"
#include "engine/door.h"
#include "engine/status.h"
#include <stdlib.h>
#include <string.h>

// Plan and script of a release that is loaded serve here too; what binds them to numbers is this shadow's.
static bool load(acr_engine *shadow, struct acr__release *release, char **message) {
  const struct acr__release *there = acr__release_number(shadow->of, release->number);
  acr__diag diag;
  if (there && there->plan) {
    release->arena = acr__arena_new(4096);
    release->plan = there->plan;
    if (acr__release_bind(shadow, release)) return true;
  } else {
    acr__diag_init(&diag, shadow->of->arena);
    if (acr__release_load(shadow, release, &diag)) return true;
  }
  *message = acr__arena_printf(shadow->of->arena, "release %s, which was in force then, can no longer be loaded", release->label);
  return false;
}

static void replay_control(acr_engine *shadow, acr__pos pos) {
  struct acr__record record;
  struct acr__op op;
  if (!acr__read_record(shadow->of, pos, &record)) return;
  acr__cursor cur = {(const uint8_t *)record.decision.ptr, (const uint8_t *)record.decision.ptr + record.decision.len, false};
  while (acr__op_read(&cur, &op))
    acr__registry_apply(shadow, &op, &record);
}

static bool own_registry(acr_engine *shadow, char **message) {
  const acr_engine *of = shadow->of;
  acr__accounts_free(shadow);
  shadow->accounts = NULL;
  shadow->account_count = 0;
  shadow->book = (struct acr__accounts_book){.since_count = -1};
  shadow->series_keys = acr__table_new();
  shadow->series_born = shadow->controls = NULL;
  shadow->series_count = shadow->born_cap = 0;
  shadow->control_count = 0;
  shadow->release_count = 0;
  shadow->releases = NULL;
  shadow->feeds = NULL;
  shadow->feed_count = shadow->fact_feed_count = 0;
  shadow->door = NULL;
  for (uint32_t i = 0; i < of->control_count && of->controls[i] < shadow->base; i++)
    replay_control(shadow, of->controls[i]);
  acr__releases_settle(shadow);
  for (int i = 0; i < shadow->release_count; i++)
    if (!acr__release_over(shadow->releases[i]) && !load(shadow, shadow->releases[i], message)) return false;
  acr__releases_settle(shadow);
  return true;
}

static void stand(acr_engine *shadow, const struct acr__place_in_log *at) {
  shadow->base = at->pos;
  shadow->end = at->pos;
  shadow->last_seq = at->seq - 1;
  shadow->ledger_time = at->ledger_time;
  shadow->filling->open = false;
  acr__accounts_at(shadow, at->ledger_time);
  acr_batch_begin(shadow);
}

void acr__past_move(acr_engine *shadow, const struct acr__place_in_log *at) {
  acr__shadow_empty(shadow);
  stand(shadow, at);
}

acr_engine *acr__past_new(acr_engine *of, const struct acr__place_in_log *at, bool own, char **message) {
  acr_engine *shadow = acr__shadow_new(of);
  shadow->options.max_future_us = -1;
  stand(shadow, at);
  bool changed = of->control_count && of->controls[of->control_count - 1] >= at->pos;
  if ((!own && !changed) || own_registry(shadow, message)) return shadow;
  acr__past_free(shadow);
  return NULL;
}

void acr__past_free(acr_engine *shadow) {
  const acr_engine *of = shadow->of;
  if (shadow->series_keys != of->series_keys) {
    for (int i = 0; i < shadow->release_count; i++)
      acr__release_free(shadow->releases[i]);
    free(shadow->releases);
    free(shadow->feeds);
    free(shadow->series_born);
    free(shadow->controls);
    acr__table_free(shadow->series_keys);
    acr__door_free(shadow);
  }
  acr__shadow_free(shadow);
}

void acr__past_find(acr_engine *of, acr__time time, struct acr__place_in_log *out) {
  uint64_t low = 1, high = of->last_seq + 1; // the first record of a later time is one of these
  struct acr__record record;
  *out = (struct acr__place_in_log){of->end, of->last_seq + 1, of->ledger_time};
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    acr__pos pos = acr__ledger_find_seq(of->ledger, middle);
    if (pos && acr__read_record(of, pos, &record) && record.ledger_time <= time) {
      low = middle + 1;
      continue;
    }
    high = middle;
    if (pos) *out = (struct acr__place_in_log){pos, middle, time};
  }
}
