// Components tried out before any event comes: each function is called with made-up facts, in two states that share nothing.
#ifndef ACR_PROGRAM_TRIAL_H
#define ACR_PROGRAM_TRIAL_H
#include "program/plan.h"

// A fact that a component may be called with.
struct acr__trial_fact {
  struct acr__fact fact;
  const char *what; // "a purchase that has everything"
  const char *type; // the same for a fact that has everything and one that has not
  bool full;        // nothing that may be absent is
};

// Facts that the component's condition types (an outcome's events) look at; `plan` is of a program with nothing in it.
// They stand in `made`, which begins empty and is of this plan, until the next call; the events among them are kept there.
struct acr__trial_made {
  struct acr__trial_fact *list;
  struct acr__trial_fact *facts; // in the arena, as is
  char *state;                   // of each: 0 = not made yet, 'y', or 'n' where its reader does not take it
};
int acr__trial_facts(acr__arena *arena, const struct acr__plan *plan, const struct acr__component *component, struct acr__trial_made *made,
                     const struct acr__trial_fact **out);

// Looks for the paths of the template's own key phrases, and calls every function of its own components with their examples' variables
// (made-up ones where there is no example). A path that none of the facts has, and a function that fails with every fact that has
// everything, runs without end, gives back what it may not, or gives two states different answers, are faults; one that fails where an
// optional field is absent is warned of. `other` is the same template in a state of its own, loaded from the same files.
struct acr__trial_state {
  acr__script *script;
  const struct acr__template *tpl;
};
void acr__trial(acr__arena *arena, const struct acr__trial_state *one, const struct acr__trial_state *other, acr__diag *diag);
#endif
