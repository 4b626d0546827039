#include "engine/ids.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

enum { FIRST = 1024 };

void acr__ids_clear(struct acr__ids *ids) {
  ids->count = 0;
  if (ids->index) memset(ids->index, 0, ((size_t)ids->mask + 1) * sizeof *ids->index);
}

void acr__ids_free(struct acr__ids *ids) {
  free(ids->all);
  free(ids->index);
}

static uint32_t word_of(acr__digest id, size_t at) {
  uint32_t word;
  memcpy(&word, id.bytes + at, sizeof word);
  return word;
}

static uint32_t place_of(const struct acr__ids *ids, acr__digest id) {
  return word_of(id, 0) & ids->mask;
}

static uint32_t tag_of(acr__digest id) {
  return word_of(id, sizeof(uint32_t));
}

static bool is_of(const struct acr__ids *ids, struct acr__ids_slot slot, acr__digest id) {
  return slot.tag == tag_of(id) && memcmp(ids->all[slot.number - 1].id.bytes, id.bytes, sizeof id.bytes) == 0;
}

static struct acr__ids_slot *slot_of(const struct acr__ids *ids, acr__digest id) {
  uint32_t at = place_of(ids, id);
  while (ids->index[at].number && !is_of(ids, ids->index[at], id))
    at = (at + 1) & ids->mask;
  return &ids->index[at];
}

static void grow(struct acr__ids *ids) {
  ids->cap = ids->cap ? ids->cap * 2 : FIRST;
  ids->all = acr__mem_resize(ids->all, ids->cap * sizeof *ids->all);
  free(ids->index);
  ids->mask = (uint32_t)ids->cap * 2 - 1;
  ids->index = acr__mem_alloc(((size_t)ids->mask + 1) * sizeof *ids->index);
  memset(ids->index, 0, ((size_t)ids->mask + 1) * sizeof *ids->index);
  for (uint32_t i = 0; i < ids->count; i++)
    *slot_of(ids, ids->all[i].id) = (struct acr__ids_slot){tag_of(ids->all[i].id), i + 1};
}

void acr__ids_put(struct acr__ids *ids, acr__digest id, acr__pos pos) {
  if (ids->count == ids->cap) grow(ids);
  struct acr__ids_slot *slot = slot_of(ids, id);
  if (slot->number) {
    ids->all[slot->number - 1].pos = pos;
    return;
  }
  ids->all[ids->count++] = (struct acr__id_entry){id, pos};
  *slot = (struct acr__ids_slot){tag_of(id), (uint32_t)ids->count};
}

acr__pos acr__ids_get(const struct acr__ids *ids, acr__digest id) {
  const struct acr__ids_slot *slot = ids->count ? slot_of(ids, id) : NULL;
  return slot && slot->number ? ids->all[slot->number - 1].pos : 0;
}

void acr__ids_fetch(const struct acr__ids *ids, acr__digest id) {
  if (ids->index) __builtin_prefetch(&ids->index[place_of(ids, id)]);
}
