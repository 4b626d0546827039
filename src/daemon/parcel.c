#include "daemon/parcel.h"
#include "base/mem.h"
#include <stdlib.h>

struct parcel *acr__parcel_take(struct parcel_pool *pool, struct conn *conn, parcel_kind kind) {
  struct parcel *parcel = pool->free;
  if (parcel) {
    pool->free = parcel->next;
    pool->count--;
  } else {
    parcel = acr__mem_alloc(sizeof *parcel);
    parcel->ahead = NULL;
  }
  acr_ahead *ahead = parcel->ahead;
  memset(parcel, 0, offsetof(struct parcel, lines));
  parcel->ahead = ahead;
  parcel->conn = conn;
  parcel->kind = kind;
  return parcel;
}

void acr__parcel_free(struct parcel_pool *pool, struct chunk_pool *chunks, struct parcel *parcel) {
  acr__chunk_drop(chunks, parcel->chunk);
  acr__buf_free(&parcel->text);
  acr_loaded_free(parcel->loaded);
  parcel->loaded = NULL;
  if (pool->count >= DAEMON_PARCELS_KEPT) {
    acr_ahead_free(parcel->ahead);
    free(parcel);
    return;
  }
  parcel->next = pool->free;
  pool->free = parcel;
  pool->count++;
}

void acr__parcel_pool_free(struct parcel_pool *pool) {
  while (pool->free) {
    struct parcel *parcel = pool->free;
    pool->free = parcel->next;
    acr_ahead_free(parcel->ahead);
    free(parcel);
  }
  pool->count = 0;
}
