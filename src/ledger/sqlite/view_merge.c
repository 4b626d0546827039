// Runs are merged in tiers: eight of about one size become one of the next, a slice a transaction, so that a look-up passes few
// filters and the merging never takes long at a time.
#include "base/mem.h"
#include "ledger/sqlite/view.h"
#include <stdlib.h>

enum { SLICE_IDS = 50000, DROP_CHUNKS = 250, FIRST_TIER_IDS = 200000, TIER_FACTOR = 8, TIERS = 12 };

static int tier_of(uint64_t count) {
  int tier = 0;
  for (uint64_t limit = FIRST_TIER_IDS; count >= limit && tier < TIERS - 1; limit *= TIER_FACTOR) tier++;
  return tier;
}

static int full_tier(const struct acr__view_writer *writer) {
  int counts[TIERS] = {0};
  for (size_t i = 0; i < writer->run_count; i++) counts[tier_of(writer->runs[i]->count)]++;
  for (int tier = 0; tier < TIERS; tier++) {
    if (counts[tier] >= ACR_MERGE_AT) return tier;
  }
  return -1;
}

bool acr__merge_due(const struct acr__view_writer *writer) {
  return writer->merge.active || full_tier(writer) >= 0;
}

void acr__runs_add(struct acr__view_writer *writer, acr__run *run) {
  writer->runs = acr__mem_resize((void *)writer->runs, (writer->run_count + 1) * sizeof(acr__run *));
  writer->runs[writer->run_count++] = run;
}

acr__runset *acr__runset_new(const struct acr__view_writer *writer) {
  acr__runset *set = acr__mem_alloc(sizeof *set + writer->run_count * sizeof(acr__run *));
  set->flushed = writer->flushed;
  set->count = 0;
  for (size_t i = 0; i < writer->run_count; i++) { // few, and nearly in order: an insertion sort
    size_t at = set->count++;
    for (; at > 0 && set->runs[at - 1]->last < writer->runs[i]->last; at--) set->runs[at] = set->runs[at - 1];
    set->runs[at] = writer->runs[i];
  }
  return set;
}

static void begin(struct acr__view_writer *writer) {
  struct acr__merge *merge = &writer->merge;
  int tier = full_tier(writer);
  uint64_t expected = 0;
  if (!merge->inputs) merge->inputs = acr__mem_alloc(ACR_MERGE_WAYS * sizeof *merge->inputs);
  merge->ways = 0;
  for (size_t i = 0; i < writer->run_count && merge->ways < ACR_MERGE_WAYS; i++) {
    if (tier_of(writer->runs[i]->count) != tier) continue;
    struct acr__merge_input *input = &merge->inputs[merge->ways++];
    input->run = writer->runs[i];
    input->chunk = input->at = input->fill = 0;
    expected += input->run->count;
  }
  acr__run_begin(&merge->builder, writer->next_run++, expected);
  merge->active = true;
}

// True with an entry to take, false at the end of the run.
static bool refill(struct acr__view_writer *writer, struct acr__merge_input *input, int *code) {
  if (input->at < input->fill) return true;
  if (input->chunk == input->run->chunks) return false;
  input->fill = acr__run_read_chunk(writer->tables.get_chunk, input->run, input->chunk++, input->entries);
  input->at = 0;
  if (input->fill == 0) *code = SQLITE_CORRUPT;
  return input->fill > 0;
}

int acr__merge_step(struct acr__view_writer *writer, acr__run **merged) {
  struct acr__merge *merge = &writer->merge;
  int code = SQLITE_OK;
  if (!merge->active) begin(writer);
  for (int i = 0; i < SLICE_IDS && code == SQLITE_OK; i++) {
    struct acr__merge_input *least = NULL;
    for (size_t k = 0; k < merge->ways; k++) {
      struct acr__merge_input *input = &merge->inputs[k];
      if (!refill(writer, input, &code)) continue;
      if (!least || acr__id_compare(&input->entries[input->at], &least->entries[least->at]) < 0) least = input;
    }
    if (code != SQLITE_OK) return code;
    if (!least) {
      code = acr__run_end(&merge->builder, &writer->tables);
      *merged = merge->builder.run;
      for (size_t k = 0; k < merge->ways && code == SQLITE_OK; k++) {
        sqlite3_bind_int64(writer->tables.drop_run, 1, merge->inputs[k].run->number);
        code = acr__db_run(writer->tables.drop_run);
      }
      return code;
    }
    code = acr__run_add(&merge->builder, &writer->tables, &least->entries[least->at++]);
  }
  return code;
}

void acr__merge_accept(struct acr__view_writer *writer, acr__run *merged, struct acr__retired *retired) {
  struct acr__merge *merge = &writer->merge;
  size_t kept = 0;
  for (size_t i = 0; i < writer->run_count; i++) {
    bool input = false;
    for (size_t k = 0; k < merge->ways; k++) input = input || merge->inputs[k].run == writer->runs[i];
    if (input) retired->runs[retired->count++] = writer->runs[i];
    else writer->runs[kept++] = writer->runs[i];
  }
  writer->run_count = kept;
  acr__runs_add(writer, merged);
  merge->active = false;
  merge->builder.run = NULL;
}

void acr__merge_abandon(struct acr__view_writer *writer) {
  struct acr__merge *merge = &writer->merge;
  if (!merge->active) return;
  acr__drop_add(writer, merge->builder.run->number);
  acr__run_free(merge->builder.run);
  merge->builder.run = NULL;
  merge->active = false;
}

void acr__drop_add(struct acr__view_writer *writer, int64_t run) {
  struct acr__drop *drop = acr__mem_alloc(sizeof *drop);
  *drop = (struct acr__drop){writer->drops, run};
  writer->drops = drop;
}

int acr__drop_step(struct acr__view_writer *writer, bool *finished) {
  sqlite3_int64 from = writer->drops->run << ACR_RUN_KEY_BITS, to = (writer->drops->run + 1) << ACR_RUN_KEY_BITS;
  sqlite3_stmt *chunks = writer->tables.drop_chunks, *parts = writer->tables.drop_parts;
  sqlite3_bind_int64(chunks, 1, from);
  sqlite3_bind_int64(chunks, 2, to);
  sqlite3_bind_int64(chunks, 3, DROP_CHUNKS);
  int code = acr__db_run(chunks);
  *finished = sqlite3_changes(writer->db) < DROP_CHUNKS;
  if (code != SQLITE_OK || !*finished) return code;
  sqlite3_bind_int64(parts, 1, from);
  sqlite3_bind_int64(parts, 2, to);
  return acr__db_run(parts);
}
