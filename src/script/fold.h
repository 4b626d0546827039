// What folding keeps in mind: how far each way through the function has come (fold.c), and the fields on it (fold_field.c).
#ifndef ACR_SCRIPT_FOLD_H
#define ACR_SCRIPT_FOLD_H
#include "script/direct_value.h"
#include "script/folded.h"

enum { ACR_FOLD_ACTS = 5 };

// A function that has begun.
struct acr__act {
  const struct acr__direct *function;
  const struct acr__direct_step *pc;
  int outer;      // the act whose locals its upvalues are; -1 = none
  int to, wanted; // where its results go among the registers of the one before it; -1 = all that it gives
  bool tail;      // they are the results of that one
  int top;        // behind the results of a call that gave all it had
  struct acr__fold_value at[ACR_DIRECT_REGISTERS];
};

// How far one way has come.
struct acr__way {
  struct acr__act acts[ACR_FOLD_ACTS];
  int act, base; // the one that runs, and the one whose results end the way
  int slots, items, steps, ways;
  bool looked;
  const struct acr__fold *root, **link; // its first node, and where the next one goes
};

struct acr__folding {
  acr__script *script;
  const struct acr__bound *vars;
  const struct acr__fact *fact; // one of those that it is for
  int nodes, work;
  bool failed; // it is too large
};

static inline struct acr__fold_value acr__fold_known(struct acr__plain value) {
  return (struct acr__fold_value){-1, value};
}

struct acr__fold *acr__fold_node(struct acr__folding *g, acr__fold_op op);
// A node whose result goes into a slot of its own, behind the way.
struct acr__fold *acr__fold_slot(struct acr__folding *g, struct acr__way *way, acr__fold_op op, struct acr__fold_value *out);

// ---- fold_field.c: each gives false where the way ends
bool acr__fold_upvalue(const struct acr__way *way, int index, struct acr__fold_value *out);
bool acr__fold_field(struct acr__folding *g, struct acr__way *way, const struct acr__fold_value *object, struct acr__direct_constant *key,
                     struct acr__fold_value *out);
// object[key]
bool acr__fold_element(struct acr__folding *g, struct acr__way *way, const struct acr__fold_value *object,
                       const struct acr__fold_value *key, struct acr__fold_value *out);
#endif
