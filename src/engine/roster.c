#include "engine/roster.h"
#include "base/digest.h"
#include "base/mem.h"
#include <stdlib.h>

enum { SLOTS_FIRST = 1024 };

void acr__roster_free(struct acr__roster *roster) {
  free(roster->slots);
  *roster = (struct acr__roster){0};
}

uint32_t acr__roster_hash(acr__span id) {
  return (uint32_t)acr__fast_hash(id.ptr, id.len);
}

static uint32_t next(const struct acr__roster *roster, uint32_t at) {
  return (at + 1) & roster->mask;
}

static void place(struct acr__roster *roster, struct acr__roster_slot slot) {
  uint32_t at = slot.hash & roster->mask;
  while (roster->slots[at].number)
    at = next(roster, at);
  roster->slots[at] = slot;
}

static void grow(struct acr__roster *roster) {
  struct acr__roster old = *roster;
  uint32_t count = old.slots ? (old.mask + 1) * 2 : SLOTS_FIRST;
  roster->slots = acr__mem_alloc(count * sizeof *roster->slots);
  memset(roster->slots, 0, count * sizeof *roster->slots);
  roster->mask = count - 1;
  for (uint32_t i = 0; old.slots && i <= old.mask; i++)
    if (old.slots[i].number) place(roster, old.slots[i]);
  free(old.slots);
}

struct acr__member *acr__roster_find(const struct acr__roster *roster, struct acr__member *const *by_number, acr__span id) {
  if (!roster->slots) return NULL;
  uint32_t hash = acr__roster_hash(id);
  for (uint32_t at = hash & roster->mask; roster->slots[at].number; at = next(roster, at)) {
    if (roster->slots[at].hash != hash) continue;
    struct acr__member *member = by_number[roster->slots[at].number];
    if (acr__span_eq(member->id, id)) return member;
  }
  return NULL;
}

void acr__roster_put(struct acr__roster *roster, acr__span id, uint32_t number) {
  if (!roster->slots || roster->count > roster->mask / 2) grow(roster);
  place(roster, (struct acr__roster_slot){acr__roster_hash(id), number});
  roster->count++;
}

// What stands behind it in the same row of taken slots moves up where it may.
void acr__roster_remove(struct acr__roster *roster, acr__span id, uint32_t number) {
  if (!roster->slots) return;
  uint32_t at = acr__roster_hash(id) & roster->mask;
  while (roster->slots[at].number && roster->slots[at].number != number)
    at = next(roster, at);
  if (!roster->slots[at].number) return;
  for (uint32_t from = next(roster, at); roster->slots[from].number; from = next(roster, from)) {
    uint32_t away = (from - roster->slots[from].hash) & roster->mask, gap = (from - at) & roster->mask;
    if (away < gap) continue;
    roster->slots[at] = roster->slots[from];
    at = from;
  }
  roster->slots[at] = (struct acr__roster_slot){0};
  roster->count--;
}
