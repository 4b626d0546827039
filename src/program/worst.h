// The most points that one purchase can earn: what a slip in a program costs at worst.
#ifndef ACR_PROGRAM_WORST_H
#define ACR_PROGRAM_WORST_H
#include "program/plan.h"

struct acr__worst {
  acr__span level;  // at which it is so; empty when the program has none
  int64_t points;   // of all accounts, in units of 10^-plan->points_scale
  int64_t purchase; // the amount of the nominal purchase, minor units
};

// Base earning and the awards of all purchase rules that a level has, added up as if every rule held at once, for a purchase of 100
// units of the currency with one item. Limits, budgets and entrance outcomes are left out; an outcome that does not work on such a
// purchase counts nothing. false when it cannot be told.
bool acr__plan_worst(const struct acr__plan *plan, acr__arena *arena, struct acr__worst *out);
#endif
