// Sentences that a business user reads, made of a component's title and the variables that one use gives it.
//
// In a title {name} is the variable's value; {name|in|not in} one of two words for a boolean; {name|point|points} a number with
// the word that goes with it; [a|b] the first of the parts whose variables are all there, or nothing. An absent variable leaves no
// gap.
#ifndef ACR_PROGRAM_SENTENCE_H
#define ACR_PROGRAM_SENTENCE_H
#include "program/compile.h"

// The title filled in. `frame` (may be NULL) is said at the end when no variable of the title says it.
acr__span acr__sentence(struct acr__compile *ctx, const struct acr__vars *vars, const acr__timeframe *frame);
// The sentence with constraints: a title that begins in lower case goes on with it ("at stores S1"), another is a clause
// ("where pump grade is 95").
acr__span acr__sentence_narrowed(struct acr__compile *ctx, acr__span sentence, const struct acr__held *held, int count);
// "1 point per 1.00 of the total into points from base"
acr__span acr__sentence_earn(struct acr__compile *ctx, const struct acr__earn *earn, const struct acr__held *held, int count);

// ---- sentence_value.c
// Is there anything to say of the variable?
bool acr__value_said(const struct acr__var *var, const struct acr__value *value);
// One value in words, as its type is shown.
void acr__value_say(const struct acr__vars *vars, int index, acr__buf *out);
void acr__frame_say(const acr__timeframe *frame, acr__buf *out);
#endif
