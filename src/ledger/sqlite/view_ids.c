// Ids as the engine's thread sees them: generations in memory, then the runs of the last set the writer published.
#include "base/mem.h"
#include "ledger/sqlite/view.h"
#include <assert.h>
#include <stdlib.h>

enum { CACHED_CHUNKS = 16, SEAL_MS = 2000 };

struct acr__cached_chunk {
  int64_t run;
  size_t chunk, count;
  uint64_t used;
  struct acr__id_entry entries[ACR_CHUNK_IDS];
};

static struct acr__generation *generation_new(uint64_t number) {
  struct acr__generation *generation = acr__mem_alloc(sizeof *generation);
  *generation = (struct acr__generation){.number = number};
  return generation;
}

static void generation_free(struct acr__generation *generation) {
  acr__idset_free(&generation->ids);
  free(generation);
}

void acr__view_ids_open(acr__view *view) {
  struct acr__view_reader *reader = &view->reader;
  reader->cache = calloc(CACHED_CHUNKS, sizeof *reader->cache);
  if (!reader->cache) acr__mem_exhausted(CACHED_CHUNKS * sizeof *reader->cache);
  reader->generations = generation_new(1);
  reader->set = atomic_load(&view->published);
  reader->sealed_at_ms = acr__view_now_ms();
}

void acr__view_ids_close(acr__view *view) {
  struct acr__generation *generation = view->reader.generations;
  while (generation) {
    struct acr__generation *next = generation->next;
    generation_free(generation);
    generation = next;
  }
  free(view->reader.cache);
}

// Takes up the newest set and forgets the generations that are in its runs.
static void adopt(acr__view *view) {
  const acr__runset *set = atomic_load(&view->published);
  if (set == view->reader.set) return;
  view->reader.set = set;
  atomic_store(&view->adopted, set);
  struct acr__generation **link = &view->reader.generations;
  while (*link && (*link)->number > set->flushed) link = &(*link)->next;
  struct acr__generation *old = *link;
  *link = NULL;
  while (old) {
    struct acr__generation *next = old->next;
    generation_free(old);
    old = next;
  }
}

static const struct acr__cached_chunk *chunk_of(acr__view *view, const acr__run *run, size_t chunk) {
  struct acr__view_reader *reader = &view->reader;
  struct acr__cached_chunk *slot = reader->cache;
  for (size_t i = 0; i < CACHED_CHUNKS; i++) {
    struct acr__cached_chunk *one = &reader->cache[i];
    bool same = one->run == run->number && one->chunk == chunk;
    if (same || one->used < slot->used) slot = one;
    if (same) break;
  }
  if (slot->run != run->number || slot->chunk != chunk) {
    slot->run = 0;
    slot->count = acr__run_read_chunk(reader->get_chunk, run, chunk, slot->entries);
    if (slot->count == 0) acr__view_stop(view, reader->db, sqlite3_extended_errcode(reader->db));
    slot->run = run->number;
    slot->chunk = chunk;
  }
  slot->used = ++reader->cache_clock;
  return slot;
}

static acr__pos find_in_run(acr__view *view, const acr__run *run, const acr__digest *id) {
  bool before;
  size_t at = acr__run_chunk(run, id, &before);
  const struct acr__cached_chunk *chunk = chunk_of(view, run, at);
  acr__pos pos = acr__chunk_find(chunk->entries, chunk->count, id);
  if (pos || !before) return pos;
  chunk = chunk_of(view, run, at - 1);
  return acr__chunk_find(chunk->entries, chunk->count, id);
}

void acr__view_fetch_id(const acr__view *view, acr__digest id) {
  const acr__runset *set = view->reader.set;
  for (const struct acr__generation *generation = view->reader.generations; generation; generation = generation->next)
    acr__idset_fetch(&generation->ids, &id);
  for (size_t i = 0; i < set->count; i++) acr__run_prefetch(set->runs[i], &id);
}

acr__pos acr__view_find_id(acr__view *view, acr__digest id) {
  adopt(view);
  const acr__runset *set = view->reader.set;
  acr__view_fetch_id(view, id);
  for (const struct acr__generation *generation = view->reader.generations; generation; generation = generation->next) {
    acr__pos pos = acr__idset_get(&generation->ids, id);
    if (pos) return pos;
  }
  for (size_t i = 0; i < set->count; i++) {
    acr__pos pos = acr__run_maybe(set->runs[i], &id) ? find_in_run(view, set->runs[i], &id) : 0;
    if (pos) return pos;
  }
  return 0;
}

void acr__view_add_ids(acr__view *view, const struct acr__id_entry *ids, size_t count) {
  enum { AHEAD = 8 }; // each is at a place of its own, which would be waited for
  acr__idset *into = &view->reader.generations->ids;
  for (size_t i = 0; i < count; i++) {
    if (i + AHEAD < count) acr__idset_fetch(into, &ids[i + AHEAD].id);
    acr__idset_put(into, ids[i].id, ids[i].pos);
  }
}

// Some are counted twice between a transaction and the look-up that takes it up.
uint64_t acr__view_id_count(const acr__view *view) {
  uint64_t count = atomic_load(&view->ids);
  for (const struct acr__generation *one = view->reader.generations; one; one = one->next) count += one->ids.count;
  return count;
}

void acr__view_known(acr__view *view, acr__pos known_end) {
  if (known_end > view->reader.known_end) view->reader.known_end = known_end;
}

void acr__view_seal(acr__view *view, size_t least) {
  struct acr__view_reader *reader = &view->reader;
  adopt(view);
  struct acr__generation *sealed = reader->generations;
  assert(sealed); // there is always one being filled
  bool full = least > 0 && sealed->ids.count >= least;
  if (!full) {
    int64_t now = acr__view_now_ms();
    bool nothing_new = sealed->ids.count == 0 && reader->known_end <= sealed->end;
    if (least > 0 && (nothing_new || now - reader->sealed_at_ms < SEAL_MS)) return;
  }
  reader->sealed_at_ms = acr__view_now_ms();
  sealed->end = reader->known_end;
  reader->generations = generation_new(sealed->number + 1);
  bool many = sealed->ids.count > sealed->ids.cap / 8;
  if (many) reader->generations->ids = acr__idset_new(sealed->ids.cap); // as many will come once more: it need not grow by and by
  reader->generations->next = sealed;
  reader->generations->end = sealed->end;
  pthread_mutex_lock(&view->mutex);
  *view->to_write_last = sealed;
  view->to_write_last = &sealed->next_to_write;
  pthread_cond_signal(&view->wake);
  pthread_mutex_unlock(&view->mutex);
}
