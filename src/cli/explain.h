// What event.explain and event.simulate answer, for people.
#ifndef ACR_CLI_EXPLAIN_H
#define ACR_CLI_EXPLAIN_H
#include "cli/rpc.h"
#include "cli/twig.h"

struct explain_options {
  bool all; // every level, and rules that do not look at such events
};
void acr__explain_print(const struct answer *answer, const struct explain_options *options);

// ---- explain_rule.c
// One rule: whether it fired, its conditions, its outcomes.
void acr__explain_rule(struct twig *under, const acr__node *rule);
// One outcome or part of base earning: sentence, arithmetic, effects.
void acr__explain_outcome(struct twig *under, const acr__node *outcome);
// What an operation did, in words.
void acr__explain_effect(struct twig *under, const acr__node *effect);
#endif
