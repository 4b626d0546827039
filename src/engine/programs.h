// All programs of a rules template, compiled and compared with each other.
#ifndef ACR_ENGINE_PROGRAMS_H
#define ACR_ENGINE_PROGRAMS_H
#include "engine/bundle.h"

struct acr__checked {
  char *path;                   // as shown
  const struct acr__plan *plan; // NULL when it has faults
  acr__diag diag;               // its own, until all are merged
};

struct acr__programs {
  const struct acr__template *tpl;
  struct acr__checked *all;
  int count;
  struct acr__rule_files rules;
  bool unread; // one of them is no JSON
};

// Faults and warnings of all of them go to `diag`.
void acr__programs_check(acr__arena *arena, const struct acr__layers *layers, const struct acr__template *tpl, acr__script *script,
                         struct acr__programs *out, acr__diag *diag);

// Everything that accrue check says of layers as they were read: members of the report, faults and warnings (check.c).
void acr__layers_check(acr__arena *arena, const struct acr__layers *layers, bool tried, acr__diag *diag, acr__writer *w);
#endif
