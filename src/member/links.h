// A member's links to other members, by name (referrer, household ...). Whom a link leads to is personal data: it comes from the
// payload of the member's own events, never from a decision.
#ifndef ACR_MEMBER_LINKS_H
#define ACR_MEMBER_LINKS_H
#include "base/buf.h"

struct acr__member; // member.h

struct acr__link {
  acr__span name, member; // one allocation, owned by name.ptr
};

struct acr__links {
  struct acr__link *all; // owned; the members of one name in the order in which they were given
  uint32_t count;
};

void acr__links_free(struct acr__links *links);
size_t acr__links_bytes(const struct acr__links *links);
// From now on the link leads to these members and to no other; none = nowhere.
void acr__links_set(struct acr__links *links, acr__span name, const acr__span *members, int count);
bool acr__links_redact(struct acr__links *links, acr__span member, size_t len); // as many stars instead; false = none leads there
void acr__links_encode(const struct acr__links *links, acr__buf *out);
void acr__links_decode(acr__cursor *cur, struct acr__links *links); // marks the cursor bad when it cannot be

int acr__member_link_count(const struct acr__member *member, acr__span name);
// The id of the member that the link leads to, from index 0 on; ptr NULL behind the last.
acr__span acr__member_link(const struct acr__member *member, acr__span name, int index);
#endif
