// Whose turn it is: members by when something falls due to them, earliest first, then by their number.
#ifndef ACR_ENGINE_TURNS_H
#define ACR_ENGINE_TURNS_H
#include "calendar/calendar.h"
#include <stddef.h>
#include <stdint.h>

struct acr__turn {
  acr__time at;
  uint32_t member;
};

// Most turns are known when a run begins: those are put in order once. What comes meanwhile goes into a heap beside them.
struct acr__turns {               // zero-initialise
  struct acr__turn *known, *heap; // owned
  size_t next, known_count, known_room, heap_count, heap_room;
};

void acr__turns_free(struct acr__turns *turns);
void acr__turns_clear(struct acr__turns *turns);
// Before the run: in any order, then acr__turns_begin.
void acr__turns_know(struct acr__turns *turns, struct acr__turn turn);
void acr__turns_begin(struct acr__turns *turns);
void acr__turns_add(struct acr__turns *turns, struct acr__turn turn);
bool acr__turns_take(struct acr__turns *turns, struct acr__turn *out); // false = there is none
// Who will most likely be next but `ahead`; 0 = nobody known.
uint32_t acr__turns_ahead(const struct acr__turns *turns, size_t ahead);
static inline bool acr__turns_any(const struct acr__turns *turns) {
  return turns->next < turns->known_count || turns->heap_count;
}
#endif
