// Levels over time: the intervals that a member spent in the levels of each family, one behind the other, and what the level held
// now depends on. State as operations LEVEL, REVIEW and TERM made it.
#ifndef ACR_MEMBER_TERMS_H
#define ACR_MEMBER_TERMS_H
#include "base/buf.h"
#include "calendar/calendar.h"
#include "ledger/ops.h"

// One interval; it ends where the next one of its family begins.
struct acr__stay {
  int32_t family;
  int32_t level; // name, -1 = in none
  int32_t cause; // acr__level_cause
  int32_t rule;  // name of the rule, -1 = none
  acr__time since;
  uint64_t seq; // of the record
};

struct acr__term { // of the level that a member has in one family
  int32_t family;
  acr__time reviewed; // maintenance was last judged then; ACR_TIME_NONE = not since the level was entered
  acr__time failed;   // the review that was not passed; ACR_TIME_NONE = not at risk
  acr__time grace;    // until then nobody is moved
  acr__time reached;  // the level's term counts from here: entered, or its entrance held again
  acr__time expired;  // a level of the family ended by itself then; ACR_TIME_NONE = never
};

struct acr__terms {
  struct acr__stay *stays; // owned; in log order
  struct acr__term *all;   // owned
  uint32_t stay_count, count;
};

struct acr__member;
const struct acr__term *acr__term_of(const struct acr__terms *terms, int family);          // NULL = never placed
bool acr__terms_apply(struct acr__member *member, const struct acr__op *op, uint64_t seq); // LEVEL, REVIEW, TERM
void acr__terms_free(struct acr__terms *terms);
size_t acr__terms_bytes(const struct acr__terms *terms);
void acr__terms_encode(const struct acr__terms *terms, acr__buf *out);
void acr__terms_decode(acr__cursor *cur, struct acr__terms *terms); // marks the cursor bad when it cannot be
#endif
