// Multiples that a member has reached under rules with `every`: the highest for each rule, what it measures, and the window that it
// is measured in, so that a return and a new purchase do not earn one twice.
#ifndef ACR_MEMBER_REACHED_H
#define ACR_MEMBER_REACHED_H
#include "base/buf.h"
#include "calendar/calendar.h"

struct acr__reached_key {
  int32_t family, behavior, level, rule; // names, level + 1; the rule's id
  uint32_t series;
};
struct acr__reached {
  struct acr__reached_key key;
  acr__time from; // where the window began
  int64_t value;  // the highest multiple itself, not how many times the number
};
struct acr__reached_list {
  struct acr__reached *all; // owned
  uint32_t count;
};

// What was reached in the window that begins at `from`; NULL when the rule has seen nothing there. *met = the rule has seen the
// member in an earlier window.
const struct acr__reached *acr__reached_find(const struct acr__reached_list *list, const struct acr__reached_key *key, acr__time from,
                                             bool *met);
void acr__reached_set(struct acr__reached_list *list, const struct acr__reached *reached);
void acr__reached_encode(const struct acr__reached_list *list, acr__buf *out);
void acr__reached_decode(acr__cursor *cur, struct acr__reached_list *list);
#endif
