// A parked event must leave no trace in its member: the state is made anew from the view and the member's own records, so that
// no operation needs an inverse.
#include "base/mem.h"
#include "engine/beside.h"
#include "engine/budget.h"
#include "engine/due.h"
#include "engine/failing.h"
#include <stdlib.h>

// The member's records behind `applied`, newest first.
static acr__pos *walk(acr_engine *engine, acr__pos from, acr__pos applied, size_t *count) {
  acr__pos *all = NULL;
  size_t n = 0, cap = 0;
  for (acr__pos pos = from; pos > applied;) {
    struct acr__record record;
    if (!acr__read_record(engine, pos, &record)) break;
    if (n == cap) {
      cap = cap ? cap * 2 : 64;
      all = acr__mem_resize(all, cap * sizeof *all);
    }
    all[n++] = pos;
    pos = record.prev;
  }
  *count = n;
  return all;
}

void acr__series_undo(const acr_engine *engine, struct acr__member *member) {
  for (int i = engine->ops.count; i > 0; i--) {
    const struct acr__op *op = &engine->ops.all[i - 1];
    if (op->kind == ACR_OP_FACT || op->kind == ACR_OP_VALUE)
      acr__series_remove((struct acr__series_data *)acr__member_series(member, (uint32_t)op->v[0]), op->v[1], op->v[2]);
    if (op->kind == ACR_OP_CHANGE)
      acr__series_change((struct acr__series_data *)acr__member_series(member, (uint32_t)op->v[ACR_CHANGE_SERIES]), op->v[ACR_CHANGE_TIME],
                         op->v[ACR_CHANGE_HOW] & 2 ? &op->v[ACR_CHANGE_NEW] : NULL,
                         op->v[ACR_CHANGE_HOW] & 1 ? &op->v[ACR_CHANGE_OLD] : NULL);
  }
}

// Series are kept, less what this attempt added: facts that publishing collected stand in no record.
static struct acr__member take_series(const acr_engine *engine, struct acr__member *member) {
  struct acr__member kept = {.series = member->series, .series_count = member->series_count};
  acr__series_undo(engine, member);
  member->series = NULL;
  member->series_count = 0;
  return kept;
}

static void give_series(struct acr__member *member, const struct acr__member *kept) {
  for (uint32_t i = 0; i < member->series_count; i++)
    acr__series_free(&member->series[i]);
  free(member->series);
  member->series = kept->series;
  member->series_count = kept->series_count;
}

void acr__member_reload(acr_engine *engine, struct acr__member *member) {
  acr__pos newest = member->prev, dirty_since = member->dirty_since;
  uint32_t number = member->number;
  char *copy = acr__arena_text(engine->arena, member->id);
  acr__span id = {copy, member->id.len};
  struct acr__member kept = take_series(engine, member);
  acr__member_drop(engine, member);
  struct acr__member *fresh = acr__member_at(engine, number, id);
  size_t count;
  acr__pos *records = walk(engine, newest, fresh->applied, &count);
  engine->series_aside = true;
  engine->series_from = 0;
  while (count) {
    struct acr__record record;
    if (acr__read_record(engine, records[--count], &record)) acr__recover_member(engine, fresh, &record);
  }
  engine->series_aside = false;
  free(records);
  give_series(fresh, &kept);
  if (dirty_since) acr__member_dirty_again(engine, fresh, dirty_since);
}

void acr__refusal_ops(acr_engine *engine, const char *code, const char *message) {
  acr__ops_add(&engine->ops, ACR_OP_REFUSED)->text = acr__span_of(code);
  acr__ops_add(&engine->ops, ACR_OP_MESSAGE)->text = acr__span_of(message);
}

void acr__park_undo(acr_engine *engine, struct acr__judgement *j, int names) {
  const char *message = j->failed;
  acr__failing_note(engine, j->root, message);
  acr__budget_undo(engine);
  if (j->member && j->new_member) {
    acr__member_drop(engine, j->member);
    j->member = NULL;
  } else if (j->member) {
    acr__span id = acr__arena_span(j->arena, j->member->id);
    acr__member_reload(engine, j->member);
    j->member = acr__member_find(engine, id);
  }
  // Names that were given out stay given out; everything else of the attempt goes.
  int kept = 0;
  for (int i = 0; i < engine->ops.count; i++)
    if (i < names || engine->ops.all[i].kind == ACR_OP_NAME) engine->ops.all[kept++] = engine->ops.all[i];
  engine->ops.count = kept;
  acr__refusal_ops(engine, "plugin_failed", message);
  engine->parked++;
}
