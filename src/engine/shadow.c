#include "engine/shadow.h"
#include "base/mem.h"
#include "engine/budget.h"
#include "engine/due.h"
#include "engine/erase.h"
#include <stdlib.h>
#include <string.h>

static void copy_names(acr_engine *shadow, const acr_engine *of) {
  shadow->names = acr__names_new();
  for (int i = 0; i < acr__names_count(of->names); i++)
    acr__names_add(shadow->names, acr__names_text(of->names, i));
}

static void copy_days(struct acr__budget *to, const struct acr__budget *from) {
  to->count = to->cap = from->count;
  to->days = acr__mem_resize(to->days, ((size_t)from->count + 1) * sizeof *to->days);
  if (from->count) memcpy(to->days, from->days, (size_t)from->count * sizeof *to->days);
}

static void copy_budgets(acr_engine *shadow, const acr_engine *of) {
  shadow->budgets = acr__mem_resize(NULL, ((size_t)of->budget_count + 1) * sizeof *shadow->budgets);
  for (int i = 0; i < of->budget_count; i++) {
    shadow->budgets[i] = of->budgets[i];
    shadow->budgets[i].days = NULL;
    copy_days(&shadow->budgets[i], &of->budgets[i]);
  }
}

// Releases, plans and scripts are the other one's own: judging does not change them, and its thread is this one.
acr_engine *acr__shadow_new(acr_engine *of) {
  acr_engine *shadow = acr__mem_alloc(sizeof *shadow);
  *shadow = *of;
  shadow->of = of;
  memset(shadow->batches, 0, sizeof shadow->batches);
  shadow->name_json = NULL;
  shadow->name_json_count = 0;
  shadow->by_number = NULL;
  shadow->number_cap = 0;
  shadow->unwritten = (struct acr__behind){0};
  shadow->loaded_count = 0;
  shadow->loaded_bytes = 0;
  shadow->erasing = NULL;
  shadow->failing = NULL;
  shadow->scratch = shadow->decision = shadow->texts = shadow->payload = shadow->record = (acr__buf){0};
  shadow->ops = (struct acr__ops){0};
  shadow->clock = NULL;
  shadow->job = NULL;
  shadow->spare = NULL;
  shadow->ripening = NULL;
  shadow->due_ran = shadow->due_parked = 0;
  shadow->by_id = (struct acr__roster){0};
  shadow->arena = acr__arena_new(64 * 1024);
  acr__accounts_copy(shadow, of);
  copy_names(shadow, of);
  copy_budgets(shadow, of);
  acr_batch_begin(shadow);
  return shadow;
}

static void drop_members(acr_engine *shadow) {
  for (uint32_t i = 0; i < shadow->number_cap; i++)
    if (shadow->by_number[i]) acr__member_drop(shadow, shadow->by_number[i]);
}

void acr__shadow_reset(acr_engine *shadow) {
  drop_members(shadow);
  shadow->filling->open = false;
  shadow->end = shadow->of->end;
  shadow->last_seq = shadow->of->last_seq;
  shadow->ledger_time = shadow->of->ledger_time;
  shadow->due_ran = shadow->due_parked = 0;
  acr__arena_reset(shadow->arena);
  acr_batch_begin(shadow);
}

void acr__shadow_empty(acr_engine *shadow) {
  static const struct acr__budget none = {0};
  drop_members(shadow);
  shadow->last_member = shadow->of->last_member;
  for (int i = 0; i < shadow->budget_count; i++)
    copy_days(&shadow->budgets[i], i < shadow->of->budget_count ? &shadow->of->budgets[i] : &none);
  acr__arena_reset(shadow->arena);
}

void acr__shadow_free(acr_engine *shadow) {
  acr__members_free(shadow);
  acr__batches_free(shadow);
  acr__budgets_free(shadow);
  acr__registry_forget(shadow);
  acr__accounts_free(shadow);
  acr__names_free(shadow->names);
  acr__arena_free(shadow->arena);
  acr__arena_free(shadow->spare);
  acr__buf_free(&shadow->scratch);
  acr__buf_free(&shadow->decision);
  acr__buf_free(&shadow->texts);
  acr__erase_free(shadow);
  acr__buf_free(&shadow->payload);
  acr__buf_free(&shadow->record);
  acr__ops_free(&shadow->ops);
  free(shadow);
}

uint64_t acr__shadow_clock(acr_engine *shadow, acr__span id, acr__time at, struct acr__member **member) {
  uint64_t before = shadow->due_ran;
  acr__due_before(shadow, id, at);
  if (at > shadow->ledger_time) shadow->ledger_time = at;
  acr__accounts_at(shadow, shadow->ledger_time);
  *member = acr__member_find(shadow, id);
  return shadow->due_ran - before;
}

void acr__shadow_records(acr_engine *shadow, void (*visit)(void *arg, const struct acr__record *record), void *arg) {
  const acr_batch *batch = shadow->filling;
  for (acr__pos pos = batch->first; pos < shadow->end;) {
    struct acr__record record;
    if (!acr__read_record(shadow, pos, &record)) return;
    size_t at = (size_t)(pos - batch->first);
    visit(arg, &record);
    pos += acr__record_length(batch->records.ptr + at, batch->records.len - at);
  }
}
