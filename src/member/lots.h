// A member's open lots, packed: about a dozen bytes each, in the order in which they were deposited. What was spent whole is
// gone from here (the log still has it).
#ifndef ACR_MEMBER_LOTS_H
#define ACR_MEMBER_LOTS_H
#include "base/buf.h"
#include "calendar/calendar.h"

struct acr__lot {
  uint64_t seq; // record of its deposit; with index its identity
  int64_t index;
  int64_t account, source;
  acr__time earned, expires;  // ACR_TIME_MAX = never
  int64_t granted, remaining; // 0 < remaining <= granted
};

struct acr__lots {
  uint8_t *ptr; // owned; malloc
  uint32_t len, cap, count;
  bool dated;        // some lot has a date of expiry
  bool unsure;       // this and `soonest` are those of a lot that is gone, or of a later one
  uint64_t last_seq; // bases of the deltas that the next lot is written with
  acr__time last_earned;
  acr__time soonest; // the earliest expiry; means nothing while `dated` is false
};

void acr__lots_free(struct acr__lots *lots);
void acr__lots_add(struct acr__lots *lots, const struct acr__lot *lot);

// Walks in order of deposit: start with at = {0}.
struct acr__lots_at {
  uint32_t offset;
  uint64_t seq;
  acr__time earned;
};
bool acr__lots_next(const struct acr__lots *lots, struct acr__lots_at *at, struct acr__lot *out);

acr__time acr__lots_soonest(const struct acr__lots *lots); // the earliest expiry of any; ACR_TIME_MAX = none has one

// Takes points (more than 0) from one lot; a lot at zero disappears. false when there is no such lot or it holds less.
bool acr__lots_take(struct acr__lots *lots, uint64_t seq, int64_t index, int64_t points);

// Gives points back to a lot: to what is left of it, or the lot anew as `lot` says with `remaining` the points. false when it
// would hold more than it was granted.
bool acr__lots_give(struct acr__lots *lots, const struct acr__lot *lot);

// Lots of another member, all at once; afterwards all stand in the order of their records.
void acr__lots_merge(struct acr__lots *lots, const struct acr__lots *others);

void acr__lots_encode(const struct acr__lots *lots, acr__buf *out);
bool acr__lots_decode(acr__cursor *cur, struct acr__lots *lots);
#endif
