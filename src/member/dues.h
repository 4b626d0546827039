// What a member's due work needs to know beyond the state that it is derived from: which pieces are past, and the events that wait
// for their time.
#ifndef ACR_MEMBER_DUES_H
#define ACR_MEMBER_DUES_H
#include "base/buf.h"
#include "calendar/calendar.h"

// Pieces of this kind and subject with a boundary up to `at` are past: done, or parked and left to a retry.
struct acr__due_mark {
  int64_t kind, subject;
  acr__time at;
};

// An event that an outcome raised for later.
struct acr__pending {
  uint64_t seq;   // of the record that raised it,
  int32_t index;  // and its number there
  int32_t type;   // name
  int32_t depth;  // of the chain that it continues
  int32_t link;   // name + 1 of the link that it goes over then; 0 = it is for the member
  acr__time at;
  acr__span data; // JSON object text; owned; may be empty
};

struct acr__dues {
  acr__time since; // birthdays and anniversaries count from here; ACR_TIME_NONE = never
  struct acr__due_mark *marks; // owned
  struct acr__pending *pending; // owned; in order of time, then of being raised
  uint32_t mark_count, pending_count;
};

void acr__dues_free(struct acr__dues *dues);
size_t acr__dues_bytes(const struct acr__dues *dues);
acr__time acr__dues_mark(const struct acr__dues *dues, int64_t kind, int64_t subject); // ACR_TIME_MIN = nothing is past
void acr__dues_pass(struct acr__dues *dues, int64_t kind, int64_t subject, acr__time at);
// Takes back a mark that stands at this very boundary: its piece was done after all.
void acr__dues_unpass(struct acr__dues *dues, int64_t kind, int64_t subject, acr__time at);
void acr__dues_add(struct acr__dues *dues, const struct acr__pending *pending); // copies the data
const struct acr__pending *acr__dues_find(const struct acr__dues *dues, uint64_t seq, int32_t index); // NULL = there is none
bool acr__dues_remove(struct acr__dues *dues, uint64_t seq, int32_t index);
void acr__dues_encode(const struct acr__dues *dues, acr__buf *out);
void acr__dues_decode(acr__cursor *cur, struct acr__dues *dues); // marks the cursor bad when it cannot be
#endif
