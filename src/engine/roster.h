// The members in memory by id: open addressing over 32 bits of a hash. The ids stand in the members themselves, so that one takes
// sixteen bytes here and a look-up of one that is not there touches one place of memory.
#ifndef ACR_ENGINE_ROSTER_H
#define ACR_ENGINE_ROSTER_H
#include "member/member.h"

struct acr__roster { // zero-initialise
  struct acr__roster_slot {
    uint32_t hash, number; // number 0 = free
  } * slots;               // owned
  uint32_t mask;           // one less than there are slots, a power of two
  uint32_t count;
};

void acr__roster_free(struct acr__roster *roster);
uint32_t acr__roster_hash(acr__span id);
// `by_number`: the members in memory. NULL = none of them has the id.
struct acr__member *acr__roster_find(const struct acr__roster *roster, struct acr__member *const *by_number, acr__span id);
void acr__roster_put(struct acr__roster *roster, acr__span id, uint32_t number);
void acr__roster_remove(struct acr__roster *roster, acr__span id, uint32_t number); // if it is there
// Where the members of this hash begin to be.
static inline const struct acr__roster_slot *acr__roster_slot(const struct acr__roster *roster, uint32_t hash) {
  return roster->slots ? &roster->slots[hash & roster->mask] : NULL;
}
// The number under which a member of this hash may be; 0 = none has it.
static inline uint32_t acr__roster_number(const struct acr__roster *roster, uint32_t hash) {
  uint32_t at = hash & roster->mask;
  while (roster->slots && roster->slots[at].number && roster->slots[at].hash != hash)
    at = (at + 1) & roster->mask;
  return roster->slots ? roster->slots[at].number : 0;
}
#endif
