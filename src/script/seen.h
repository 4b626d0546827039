// Which ways components went, for the coverage that specs are told. Nobody watches in a daemon.
#ifndef ACR_SCRIPT_SEEN_H
#define ACR_SCRIPT_SEEN_H
#include "script/component.h"

// A condition held or did not; a constraint let something in or kept it out; an outcome gave something or nothing.
typedef void acr__seen_fn(const struct acr__component *component, bool yes);

// Of the whole process: specs open many engines, one after another in one thread. NULL = nobody watches.
extern acr__seen_fn *acr__seen_watcher;

static inline void acr__seen(const struct acr__component *component, bool yes) {
  if (__builtin_expect(acr__seen_watcher != NULL, 0)) acr__seen_watcher(component, yes);
}
#endif
