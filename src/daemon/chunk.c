#include "daemon/chunk.h"
#include "base/mem.h"
#include "daemon/limits.h"
#include <assert.h>
#include <stdlib.h>

struct chunk *acr__chunk_take(struct chunk_pool *pool, size_t bytes) {
  struct chunk *chunk = pool->free;
  if (bytes == DAEMON_CHUNK_BYTES && chunk) {
    pool->free = chunk->next_free;
    pool->count--;
  } else {
    chunk = acr__mem_alloc(sizeof *chunk + bytes);
    chunk->cap = bytes;
  }
  chunk->next_free = NULL;
  chunk->refs = 1;
  return chunk;
}

void acr__chunk_drop(struct chunk_pool *pool, struct chunk *chunk) {
  if (!chunk) return;
  assert(chunk->refs > 0);
  if (--chunk->refs > 0) return;
  if (chunk->cap != DAEMON_CHUNK_BYTES || pool->count >= DAEMON_CHUNKS_KEPT) {
    free(chunk);
    return;
  }
  chunk->next_free = pool->free;
  pool->free = chunk;
  pool->count++;
}

void acr__chunk_pool_free(struct chunk_pool *pool) {
  while (pool->free) {
    struct chunk *chunk = pool->free;
    pool->free = chunk->next_free;
    free(chunk);
  }
  pool->count = 0;
}
