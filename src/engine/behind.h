// Writing behind: members whose state the view does not have yet. They are pushed in sweeps over all numbers: members that are
// neighbours in the view's file come one after another, and a page is written once a sweep however many of its members changed.
#ifndef ACR_ENGINE_BEHIND_H
#define ACR_ENGINE_BEHIND_H
#include "accrue.h"
#include "member/member.h"

struct acr__behind {                // zero-initialise
  struct acr__member *first, *last; // in the order of `dirty_since`
  size_t count;
  uint64_t *marks; // owned; a bit for each number that is dirty
  uint32_t mark_cap;
  acr__pos from;    // where the log ended when the sweep under way began; 0 = none
  acr__pos before;  // where it ended when the last whole one began: what is dirty since longer could not be written then
  uint32_t at;      // the sweep's next number
  int64_t began_ms; // monotonic; of a sweep, or of its end
};

void acr__behind_free(struct acr__behind *behind);

void acr__member_dirty(acr_engine *engine, struct acr__member *member, acr__pos since);
void acr__member_dirty_again(acr_engine *engine, struct acr__member *member, acr__pos since); // at its place in the queue
void acr__member_clean(acr_engine *engine, struct acr__member *member);
// Pushes members that have been dirty since before `before` (large states: before `large_before`), at most `limit`, the oldest first.
// true = more remain.
bool acr__members_write(acr_engine *engine, acr__pos before, acr__pos large_before, size_t limit);
uint64_t acr__members_push(acr_engine *engine, struct acr__member **members, size_t count); // at once; a ticket
// After a batch of `lines`: the sweep goes on as far as the log has.
void acr__behind_step(acr_engine *engine, size_t lines);
// Nothing else is to do: the sweep goes on, or begins. true = there is more.
bool acr__behind_idle(acr_engine *engine, size_t limit);
#endif
