// A line as read: a request, an event, or why it is neither.
#ifndef ACR_ENGINE_DOOR_H
#define ACR_ENGINE_DOOR_H
#include "engine/engine.h"

struct acr__line {
  acr__span text;
  const acr__json *json; // NULL when it is no JSON, or an event that was read again without its tree
  bool request;
  const struct acr__event *event; // NULL for requests and rejects
  uint32_t member;                // hash of its subject
  acr__digest id, transaction;    // of it; the latter of a purchase
  bool purchase;
  struct acr__reject reject;
};

// Made anew when the releases in force change.
void acr__door_renew(acr_engine *engine);
int acr__door_scale(const acr_engine *engine); // decimals of money
void acr__door_free(acr_engine *engine);
// Any thread; results live in `arena`.
void acr__line_read(acr_engine *engine, const struct acr__door *door, acr__arena *arena, acr__buf *scratch, acr__span text,
                    struct acr__line *out);
// A line that stands in a record, of this ledger or one with its key; where it came without a time it got that of its arrival.
void acr__line_again(acr_engine *engine, acr__span text, const struct acr__record *record, struct acr__line *out);
// Brings near what the lines behind line i need.
void acr__fetch(acr_engine *engine, const acr_ahead *ahead, size_t i); // fetch.c
// The same for what does not come as lines: hashes of the members of those up to ACR_COMING behind i, each at its number modulo
// the room; 0 = none.
enum { ACR_COMING = 12, ACR_COMING_ROOM = 16 };
struct acr__coming {
  uint32_t hashes[ACR_COMING_ROOM];
};
void acr__fetch_coming(acr_engine *engine, const struct acr__coming *coming, size_t i);
const struct acr__line *acr__ahead_get(const acr_ahead *ahead, size_t i); // NULL = read it again
#endif
