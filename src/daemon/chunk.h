// Read buffers. Lines are slices of a chunk; the chunk lives until the last of them is answered. Loop thread only.
#ifndef ACR_DAEMON_CHUNK_H
#define ACR_DAEMON_CHUNK_H
#include <stddef.h>

struct chunk {
  struct chunk *next_free;
  unsigned refs;
  size_t cap;
  char bytes[];
};

struct chunk_pool {
  struct chunk *free; // of DAEMON_CHUNK_BYTES
  int count;
};

// A chunk with one reference and at least `bytes` of room.
struct chunk *acr__chunk_take(struct chunk_pool *pool, size_t bytes);
void acr__chunk_drop(struct chunk_pool *pool, struct chunk *chunk); // NULL is fine
void acr__chunk_pool_free(struct chunk_pool *pool);
#endif
