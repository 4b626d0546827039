#include "ledger/idset.h"
#include "base/mem.h"
#include <stdlib.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "prefixes swap little-endian words");

enum { CAP_MIN = 64 };

acr__idset acr__idset_new(size_t cap) {
  acr__idset set = {.slots = cap ? calloc(cap, sizeof *set.slots) : NULL, .cap = cap};
  if (cap && !set.slots) acr__mem_exhausted(cap * sizeof *set.slots);
  return set;
}

void acr__idset_free(acr__idset *set) {
  free(set->slots);
  *set = (acr__idset){0};
}

static size_t slot_of(const acr__idset *set, const acr__digest *id) {
  size_t at = (size_t)acr__id_suffix(id) & (set->cap - 1);
  while (set->slots[at].pos && memcmp(set->slots[at].id.bytes, id->bytes, sizeof id->bytes) != 0) at = (at + 1) & (set->cap - 1);
  return at;
}

static void grow(acr__idset *set) {
  acr__idset bigger = acr__idset_new(set->cap ? set->cap * 2 : CAP_MIN);
  bigger.count = set->count;
  for (size_t i = 0; i < set->cap; i++) {
    if (set->slots[i].pos) bigger.slots[slot_of(&bigger, &set->slots[i].id)] = set->slots[i];
  }
  free(set->slots);
  *set = bigger;
}

void acr__idset_put(acr__idset *set, acr__digest id, acr__pos pos) {
  if (set->count >= set->cap / 2) grow(set);
  struct acr__id_entry *slot = &set->slots[slot_of(set, &id)];
  if (slot->pos) {
    if (pos > slot->pos) slot->pos = pos;
    return;
  }
  *slot = (struct acr__id_entry){id, pos};
  set->count++;
}

acr__pos acr__idset_get(const acr__idset *set, acr__digest id) {
  return set->cap ? set->slots[slot_of(set, &id)].pos : 0;
}
