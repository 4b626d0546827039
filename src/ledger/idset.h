// A growing set of ids in memory, each with the place of its record. The digests are keyed, so their own bytes are the hash.
#ifndef ACR_LEDGER_IDSET_H
#define ACR_LEDGER_IDSET_H
#include "ledger/ledger.h"

typedef struct acr__idset { // zero-initialise
  struct acr__id_entry *slots; // owned; pos 0 = free
  size_t count, cap;           // cap is a power of two
} acr__idset;

acr__idset acr__idset_new(size_t cap); // a power of two, or 0
void acr__idset_free(acr__idset *set);
// A later place replaces an earlier one: a parked event that was judged again stands where it was judged.
void acr__idset_put(acr__idset *set, acr__digest id, acr__pos pos);
acr__pos acr__idset_get(const acr__idset *set, acr__digest id); // 0 = absent
// The first eight bytes as a number that orders like the bytes.
static inline uint64_t acr__id_prefix(const acr__digest *id) {
  uint64_t value;
  memcpy(&value, id->bytes, sizeof value);
  return __builtin_bswap64(value);
}
static inline uint64_t acr__id_suffix(const acr__digest *id) {
  uint64_t value;
  memcpy(&value, id->bytes + 8, sizeof value);
  return __builtin_bswap64(value);
}
// A look-up of the id comes soon.
static inline void acr__idset_fetch(const acr__idset *set, const acr__digest *id) {
  if (set->cap) __builtin_prefetch(&set->slots[(size_t)acr__id_suffix(id) & (set->cap - 1)]);
}
#endif
