// Runs in the view's file: writing one chunk by chunk, and taking up all of them at the start.
#include "base/mem.h"
#include "ledger/sqlite/runs.h"
#include <stdlib.h>

int acr__run_tables_prepare(sqlite3 *db, struct acr__run_tables *tables) {
  int code = acr__db_prepare(db, "INSERT INTO idchunk(key, entries) VALUES(?, ?)", &tables->put_chunk);
  if (code == SQLITE_OK) code = acr__db_prepare(db, "SELECT entries FROM idchunk WHERE key = ?", &tables->get_chunk);
  if (code == SQLITE_OK) code = acr__db_prepare(db, "INSERT INTO idfilter(key, bits) VALUES(?, ?)", &tables->put_part);
  static const char put_run[] = "INSERT INTO idrun(number, count, last, blocks, fences) VALUES(?, ?, ?, ?, ?)";
  if (code == SQLITE_OK) code = acr__db_prepare(db, put_run, &tables->put_run);
  if (code == SQLITE_OK) code = acr__db_prepare(db, "DELETE FROM idrun WHERE number = ?", &tables->drop_run);
  static const char drop_chunks[] = "DELETE FROM idchunk WHERE key IN (SELECT key FROM idchunk WHERE key >= ? AND key < ? LIMIT ?)";
  if (code == SQLITE_OK) code = acr__db_prepare(db, drop_chunks, &tables->drop_chunks);
  if (code == SQLITE_OK) code = acr__db_prepare(db, "DELETE FROM idfilter WHERE key >= ? AND key < ?", &tables->drop_parts);
  return code;
}

void acr__run_tables_finalize(struct acr__run_tables *tables) {
  sqlite3_stmt *all[] = {tables->put_chunk, tables->get_chunk,   tables->put_part,  tables->put_run,
                         tables->drop_run,  tables->drop_chunks, tables->drop_parts};
  acr__db_finalize(all, ACR__COUNT(all));
  *tables = (struct acr__run_tables){0};
}

static sqlite3_int64 key_of(const acr__run *run, size_t index) {
  return (run->number << ACR_RUN_KEY_BITS) + (sqlite3_int64)index;
}

static struct acr__filter_block *filter_new(size_t blocks) {
  struct acr__filter_block *filter = aligned_alloc(sizeof *filter, blocks * sizeof *filter);
  if (!filter) acr__mem_exhausted(blocks * sizeof *filter);
  memset(filter, 0, blocks * sizeof *filter);
  return filter;
}

// 16 bits an id: with one bit a word about one foreign id in a thousand gets through.
void acr__run_begin(acr__run_builder *builder, int64_t number, uint64_t expected) {
  acr__run *run = calloc(1, sizeof *run);
  if (!run) acr__mem_exhausted(sizeof *run);
  run->number = number;
  run->blocks = (size_t)(expected / 32 + 1);
  run->filter = filter_new(run->blocks);
  *builder = (acr__run_builder){.run = run};
}

static int flush_chunk(acr__run_builder *builder, struct acr__run_tables *tables) {
  acr__run *run = builder->run;
  if (run->chunks == builder->fences_cap) {
    builder->fences_cap = builder->fences_cap ? builder->fences_cap * 2 : 64;
    run->fences = acr__mem_resize(run->fences, builder->fences_cap * sizeof *run->fences);
  }
  run->fences[run->chunks] = acr__id_prefix(&builder->chunk[0].id);
  sqlite3_bind_int64(tables->put_chunk, 1, key_of(run, run->chunks++));
  sqlite3_bind_blob(tables->put_chunk, 2, builder->chunk, (int)(builder->fill * sizeof builder->chunk[0]), SQLITE_STATIC);
  run->count += builder->fill;
  builder->fill = 0;
  return acr__db_run(tables->put_chunk);
}

int acr__run_add(acr__run_builder *builder, struct acr__run_tables *tables, const struct acr__id_entry *entry) {
  acr__run *run = builder->run;
  if (entry->pos > run->last) run->last = entry->pos;
  if (builder->fill > 0 && memcmp(builder->chunk[builder->fill - 1].id.bytes, entry->id.bytes, sizeof entry->id.bytes) == 0) {
    builder->chunk[builder->fill - 1] = *entry;
    return SQLITE_OK;
  }
  int code = builder->fill == ACR_CHUNK_IDS ? flush_chunk(builder, tables) : SQLITE_OK;
  builder->chunk[builder->fill++] = *entry;
  struct acr__filter_block *block = &run->filter[acr__run_block(run, &entry->id)];
  uint64_t bits = acr__id_suffix(&entry->id);
  for (int i = 0; i < 8; i++) block->words[i] |= UINT64_C(1) << ((bits >> (6 * i)) & 63);
  return code;
}

static int put_filter(const acr__run *run, struct acr__run_tables *tables) {
  const char *bytes = (const char *)run->filter;
  size_t len = run->blocks * sizeof *run->filter;
  int code = SQLITE_OK;
  for (size_t at = 0, part = 0; at < len && code == SQLITE_OK; at += ACR_FILTER_PART_BYTES, part++) {
    size_t size = len - at < ACR_FILTER_PART_BYTES ? len - at : ACR_FILTER_PART_BYTES;
    sqlite3_bind_int64(tables->put_part, 1, key_of(run, part));
    sqlite3_bind_blob(tables->put_part, 2, bytes + at, (int)size, SQLITE_STATIC);
    code = acr__db_run(tables->put_part);
  }
  return code;
}

int acr__run_end(acr__run_builder *builder, struct acr__run_tables *tables) {
  acr__run *run = builder->run;
  int code = builder->fill ? flush_chunk(builder, tables) : SQLITE_OK;
  if (code == SQLITE_OK) code = put_filter(run, tables);
  if (code != SQLITE_OK) return code;
  sqlite3_bind_int64(tables->put_run, 1, run->number);
  sqlite3_bind_int64(tables->put_run, 2, (sqlite3_int64)run->count);
  sqlite3_bind_int64(tables->put_run, 3, (sqlite3_int64)run->last);
  sqlite3_bind_int64(tables->put_run, 4, (sqlite3_int64)run->blocks);
  sqlite3_bind_blob64(tables->put_run, 5, run->fences ? run->fences : (uint64_t *)"", run->chunks * sizeof *run->fences, SQLITE_STATIC);
  return acr__db_run(tables->put_run);
}

size_t acr__run_read_chunk(sqlite3_stmt *get_chunk, const acr__run *run, size_t chunk, struct acr__id_entry *out) {
  sqlite3_bind_int64(get_chunk, 1, key_of(run, chunk));
  size_t count = 0;
  if (sqlite3_step(get_chunk) == SQLITE_ROW) {
    acr__span entries = acr__db_column(get_chunk, 0);
    bool good = entries.len % sizeof *out == 0 && entries.len <= ACR_CHUNK_IDS * sizeof *out;
    count = good ? entries.len / sizeof *out : 0;
    if (count) memcpy(out, entries.ptr, entries.len);
  }
  sqlite3_reset(get_chunk);
  return count;
}

static bool load_filter(sqlite3_stmt *parts, acr__run *run) {
  size_t len = run->blocks * sizeof *run->filter, at = 0;
  run->filter = filter_new(run->blocks);
  sqlite3_bind_int64(parts, 1, key_of(run, 0));
  sqlite3_bind_int64(parts, 2, (run->number + 1) << ACR_RUN_KEY_BITS);
  while (sqlite3_step(parts) == SQLITE_ROW) {
    acr__span bits = acr__db_column(parts, 0);
    if (bits.len > len - at) break;
    memcpy((char *)run->filter + at, bits.ptr, bits.len);
    at += bits.len;
  }
  return sqlite3_reset(parts) == SQLITE_OK && at == len;
}

static acr__run *load_run(sqlite3_stmt *row, sqlite3_stmt *parts) {
  acr__run *run = calloc(1, sizeof *run);
  if (!run) acr__mem_exhausted(sizeof *run);
  run->number = sqlite3_column_int64(row, 0);
  run->count = (uint64_t)sqlite3_column_int64(row, 1);
  run->last = (acr__pos)sqlite3_column_int64(row, 2);
  run->blocks = (size_t)sqlite3_column_int64(row, 3);
  acr__span fences = acr__db_column(row, 4);
  run->chunks = fences.len / sizeof *run->fences;
  run->fences = acr__mem_alloc(fences.len);
  if (fences.len) memcpy(run->fences, fences.ptr, fences.len);
  bool good = run->blocks > 0 && run->blocks <= run->count * 32 + 1 && run->chunks > 0 && load_filter(parts, run);
  if (good) return run;
  acr__run_free(run);
  return NULL;
}

acr__run **acr__runs_load(sqlite3 *db, size_t *count, int *code) {
  acr__run **runs = acr__mem_alloc(sizeof(acr__run *));
  sqlite3_stmt *rows = NULL, *parts = NULL;
  *count = 0;
  *code = sqlite3_prepare_v2(db, "SELECT number, count, last, blocks, fences FROM idrun", -1, &rows, NULL);
  static const char filter[] = "SELECT bits FROM idfilter WHERE key >= ? AND key < ? ORDER BY key";
  if (*code == SQLITE_OK) *code = sqlite3_prepare_v2(db, filter, -1, &parts, NULL);
  while (*code == SQLITE_OK && sqlite3_step(rows) == SQLITE_ROW) {
    acr__run *run = load_run(rows, parts);
    if (!run) *code = SQLITE_CORRUPT;
    else {
      runs = acr__mem_resize((void *)runs, (*count + 1) * sizeof(acr__run *));
      runs[(*count)++] = run;
    }
  }
  if (rows && *code == SQLITE_OK) *code = sqlite3_reset(rows);
  sqlite3_finalize(rows);
  sqlite3_finalize(parts);
  if (*code == SQLITE_OK) return runs;
  while (*count > 0) acr__run_free(runs[--*count]);
  free((void *)runs);
  return NULL;
}
