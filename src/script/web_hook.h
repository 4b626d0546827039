// A web hook's address, and the template of its body: JSON with holes such as {event.id} and {balance.points}. What fills a hole inside
// a JSON string is put there as text; anywhere else it is a JSON value of its own, null where nothing is known.
#ifndef ACR_SCRIPT_WEB_HOOK_H
#define ACR_SCRIPT_WEB_HOOK_H
#include "base/arena.h"
#include "base/span.h"
#include "base/table.h"
#include <stdbool.h>

#define ACR_HOLE_MAP(X)                                                                                                        \
  X(EVENT_ID, "event.id")                                                                                                      \
  X(EVENT_SOURCE, "event.source")                                                                                              \
  X(EVENT_TYPE, "event.type")                                                                                                  \
  X(EVENT_TIME, "event.time")                                                                                                  \
  X(EVENT_SEQ, "event.seq")                                                                                                    \
  X(EVENT_DATA, "event.data")                                                                                                  \
  X(MEMBER_ID, "member.id")                                                                                                    \
  X(MEMBER_LEVEL, "member.level")                                                                                              \
  X(MEMBER_JOINED, "member.joined")                                                                                            \
  X(MEMBER_BIRTHDAY, "member.birthday")                                                                                        \
  X(MEMBER_TIMEZONE, "member.timezone")                                                                                        \
  X(PROGRAM, "program")                                                                                                        \
  X(RULE, "rule")                                                                                                              \
  X(DATA, "data.")                   /* and a path of the event's data */                                                      \
  X(ATTRIBUTE, "member.attributes.") /* and a path of the member's attributes */                                               \
  X(BALANCE, "balance.")             /* and an account */

typedef enum acr__hole_kind {
#define ACR_HOLE_ENUM(name, text) ACR_HOLE_##name,
  ACR_HOLE_MAP(ACR_HOLE_ENUM)
#undef ACR_HOLE_ENUM
  ACR_HOLE_KINDS
} acr__hole_kind; // ACR_HOLE_KINDS = a name that there is not

struct acr__hole {
  acr__hole_kind kind;
  acr__span text;  // between the braces
  acr__span name;  // behind the point of the last three kinds
  size_t at, end;  // with its braces, in the template
  bool quoted;     // inside a JSON string
};

// Walks over a template; zero-initialise `at` and `quoted`.
struct acr__hole_walk {
  acr__span text;
  size_t at;
  bool quoted;
};
bool acr__hole_next(struct acr__hole_walk *walk, struct acr__hole *out);

// NULL when all is well, else a sentence in the arena.
char *acr__url_fault(acr__arena *arena, acr__span url);
char *acr__web_hook_template_fault(acr__arena *arena, acr__span text);
// The same for its {balance.ACCOUNT}, where accounts are known (by name).
char *acr__web_hook_account_fault(acr__arena *arena, acr__span text, const acr__table *accounts);
#endif
