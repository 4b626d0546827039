// The examples of components: uses outside of any program, each with the sentence that it reads as.
#ifndef ACR_PROGRAM_EXAMPLE_H
#define ACR_PROGRAM_EXAMPLE_H
#include "program/plan.h"

// The sentence of one use, its variables as JSON text; every name is taken as it is. ptr NULL after a fault, which has no place.
acr__span acr__example_sentence(acr__arena *arena, acr__script *script, const struct acr__template *tpl,
                                const struct acr__component *component, acr__span vars, acr__diag *diag);
// A warning for every example of the template's own components that cannot be used so or reads otherwise.
void acr__examples_check(acr__arena *arena, acr__script *script, const struct acr__template *tpl, acr__diag *diag);
#endif
