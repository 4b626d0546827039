// The ids of a batch's records, in the order in which they came, and an index over them.
#ifndef ACR_ENGINE_IDS_H
#define ACR_ENGINE_IDS_H
#include "ledger/ledger.h"

struct acr__ids { // zero-initialise
  struct acr__id_entry *all; // owned
  size_t count, cap;
  // Open addressing over them. A slot says some of its id, so that another one in its place is told without looking at it: that is
  // a place of memory of its own. Owned.
  struct acr__ids_slot {
    uint32_t tag, number; // place in `all` + 1; 0 = free
  } * index;
  uint32_t mask;
};

void acr__ids_clear(struct acr__ids *ids);
void acr__ids_free(struct acr__ids *ids);
void acr__ids_put(struct acr__ids *ids, acr__digest id, acr__pos pos); // in place of where it was before
acr__pos acr__ids_get(const struct acr__ids *ids, acr__digest id);     // 0 = it is none of them
void acr__ids_fetch(const struct acr__ids *ids, acr__digest id);       // it will be looked for soon
#endif
