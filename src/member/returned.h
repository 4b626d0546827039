// Purchases of which something came back, and where the newest return of each stands in the log: what is left of a purchase is
// made of its returns, which name each other from the newest back.
#ifndef ACR_MEMBER_RETURNED_H
#define ACR_MEMBER_RETURNED_H
#include "base/buf.h"

struct acr__returned {
  uint64_t seq;  // of the purchase
  uint64_t last; // pos of the newest return or amendment
};
struct acr__returned_list {
  struct acr__returned *all; // owned; by seq
  uint32_t count;
};

uint64_t acr__returned_last(const struct acr__returned_list *list, uint64_t seq); // 0 = none
void acr__returned_set(struct acr__returned_list *list, uint64_t seq, uint64_t last);
void acr__returned_encode(const struct acr__returned_list *list, acr__buf *out);
void acr__returned_decode(acr__cursor *cur, struct acr__returned_list *list); // marks the cursor bad when it cannot be
#endif
