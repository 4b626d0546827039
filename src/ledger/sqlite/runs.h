// Ids behind the view's watermark: sorted immutable runs in chunks of one page, each run with a filter in memory in front.
// A new id costs a look at one cache line a run; only an old one (or one in a thousand) reads a chunk.
#ifndef ACR_LEDGER_SQLITE_RUNS_H
#define ACR_LEDGER_SQLITE_RUNS_H
#include "ledger/idset.h"
#include "ledger/sqlite/db.h"

enum {
  ACR_CHUNK_IDS = 670,             // 24 bytes each: with SQLite's overhead one page of 16 KiB, no overflow
  ACR_FILTER_PART_BYTES = 1 << 20, // of one row of the filter
  ACR_RUN_KEY_BITS = 32,           // key of a chunk = run number, then its index
};

struct acr__filter_block { uint64_t words[8]; }; // one cache line

typedef struct acr__run {
  int64_t number;
  uint64_t count;
  acr__pos last; // the highest place in it: of two entries for one id the one with the higher place counts
  size_t chunks;
  uint64_t *fences; // owned; the prefix each chunk begins with
  size_t blocks;
  struct acr__filter_block *filter; // owned
} acr__run;

// What the engine's thread looks up in; immutable once published.
typedef struct acr__runset {
  uint64_t flushed; // ids up to this generation are in the runs
  size_t count;
  acr__run *runs[]; // borrowed; higher `last` first
} acr__runset;

void acr__run_free(acr__run *run);
static inline size_t acr__run_block(const acr__run *run, const acr__digest *id) {
  return (size_t)(((unsigned __int128)acr__id_prefix(id) * run->blocks) >> 64);
}
static inline void acr__run_prefetch(const acr__run *run, const acr__digest *id) {
  __builtin_prefetch(&run->filter[acr__run_block(run, id)]);
}
// False = certainly not in the run.
bool acr__run_maybe(const acr__run *run, const acr__digest *id);
// The chunk in which the id would be; *before = it may also be at the end of the one before.
size_t acr__run_chunk(const acr__run *run, const acr__digest *id, bool *before);
acr__pos acr__chunk_find(const struct acr__id_entry *entries, size_t count, const acr__digest *id);
int acr__id_compare(const struct acr__id_entry *a, const struct acr__id_entry *b); // by digest, then place
// Sorts, and of equal ids keeps the one with the highest place; returns how many are left.
size_t acr__ids_sort(struct acr__id_entry *entries, size_t count);

// ---- Writing a run (the view's thread, inside its transaction)
typedef struct acr__run_builder {
  acr__run *run;
  size_t fill; // entries in chunk
  struct acr__id_entry chunk[ACR_CHUNK_IDS];
  size_t fences_cap;
} acr__run_builder;

struct acr__run_tables { // prepared on the writer's connection
  sqlite3_stmt *put_chunk, *get_chunk, *put_part, *put_run, *drop_run, *drop_chunks, *drop_parts;
};

int acr__run_tables_prepare(sqlite3 *db, struct acr__run_tables *tables);
void acr__run_tables_finalize(struct acr__run_tables *tables);
void acr__run_begin(acr__run_builder *builder, int64_t number, uint64_t expected);
// In order of id; of equal ones only the last is kept. SQLITE_OK or the error.
int acr__run_add(acr__run_builder *builder, struct acr__run_tables *tables, const struct acr__id_entry *entry);
int acr__run_end(acr__run_builder *builder, struct acr__run_tables *tables); // builder->run is then complete and the caller's
// Reads a chunk's entries into `out` (ACR_CHUNK_IDS of them) with a statement as get_chunk; 0 when it is not as it should be.
size_t acr__run_read_chunk(sqlite3_stmt *get_chunk, const acr__run *run, size_t chunk, struct acr__id_entry *out);
// All complete runs of the file: an array of *count, owned by the caller; NULL and *code when they cannot be read.
acr__run **acr__runs_load(sqlite3 *db, size_t *count, int *code);
#endif
