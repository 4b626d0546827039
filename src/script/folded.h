// Plain functions with their vars folded in. With the vars of one use known, and the kind and type of the fact, most of what a plain
// function does is known too: which branches it takes, what its libraries hold, where a field stands. Following it once, with what is
// not known left open, gives a small tree of what is: reads of the fact, arithmetic, comparisons. That tree is walked from then on.
// Whatever it does not foresee ends the walk without a trace, and the function is followed as ever (direct.h).
#ifndef ACR_SCRIPT_FOLDED_H
#define ACR_SCRIPT_FOLDED_H
#include "script/direct.h"

enum { ACR_FOLD_SLOTS = 24, ACR_FOLD_ITEMS = 3, ACR_FOLD_RESULTS = 2 };

typedef enum acr__fold_op {
  ACR_FOLD_FACT, ACR_FOLD_DECLARED, ACR_FOLD_CONTEXT, ACR_FOLD_ITEM, ACR_FOLD_ITEM_CONTEXT, ACR_FOLD_TIME, // read into a slot
  ACR_FOLD_IN, ACR_FOLD_OPERATE, ACR_FOLD_ITEMS_METHOD,                                                    // computed into a slot
  ACR_FOLD_LESS, ACR_FOLD_LESS_EQUAL, ACR_FOLD_EQUAL, ACR_FOLD_TRUTH,                                      // two ways on
  ACR_FOLD_GIVE, ACR_FOLD_STOP } acr__fold_op;

// A value that is known, or the slot of one that is not.
struct acr__fold_value {
  int slot; // -1 = known
  struct acr__plain known;
};

struct acr__fold {
  uint8_t op, to;
  uint8_t level; // of the item that is read: how many methods are around its own
  bool looked;   // at the fact, on the way to this end
  int n;         // a field, an operation, a method, or the instructions on the way to this end
  struct acr__fold_value a, b; // operands, or results
  acr__span key;               // of a context that has no such declared field
  const struct acr__fold *next, *other; // other: when the comparison does not hold; of a method: what it does for each item
};

// A function as some vars call it.
struct acr__folded {
  struct acr__folded *next; // of the same vars
  const struct acr__direct *function;
  const struct acr__schema *schema; // of the facts that it is for
  acr__fact_kind kind;
  int wanted;
  int calls, misses;            // before it was folded; since
  const struct acr__fold *tree; // NULL = it is followed
};

// What a walk needs and leaves behind.
struct acr__fold_run {
  const struct acr__fact *fact;
  int item[ACR_FOLD_ITEMS]; // by level
  uint64_t steps, charged;  // as those of a function that is followed
  bool looked;
};

// How the function is folded for this call's fact; NULL = it is not, or not yet.
struct acr__folded *acr__folded_of(acr__script *script, const struct acr__direct *function, int vars, bool of_item, int wanted);
// Walks it: `folded->wanted` results. false = nothing happened, it has to be followed.
bool acr__folded_run(struct acr__folded *folded, struct acr__fold_run *run, struct acr__plain *results);
#endif
