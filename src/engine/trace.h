// Why: what judging notes for whom asks (explain, simulate). A shadow that is asked has a trace; the living engine has none and
// pays one look at a pointer for it. Nothing is judged twice: a condition's result is the one that the rule went by, and what is
// looked up beside it (which constraint kept a fact out) costs the event nothing and changes nothing.
#ifndef ACR_ENGINE_TRACE_H
#define ACR_ENGINE_TRACE_H
#include "engine/engine.h"

// One rule, or one part of base earning, that an event met under one release.
struct acr__traced {
  struct acr__traced *next;
  uint64_t seq;    // of the record that was being made
  int raised;      // which event of it: 0 = the record's own, else the number of the one that it raised
  acr__span event; // its type
  const struct acr__release *release;
  int level; // name of the level that the member held, -1 = none
  const struct acr__rule *rule;
  const struct acr__earn *earn;
  const char *skipped; // not judged: "dates", "chain", "draft"
  bool holds;
  bool gives, met;                 // it came to its outcomes: those for that case,
  int times, given;                // so often by what it reached, so often by its limit
  acr__span when, limit, outcomes; // JSON: the tree, the limit, the outcomes (each behind a comma)
};

struct acr__trace {
  acr__arena *arena;
  struct acr__traced *first, *last;
  struct acr__listener listener;
  bool looking; // looks that give nothing are what is asked about
};

void acr__trace_begin(acr_engine *shadow, acr__arena *arena);
void acr__trace_end(acr_engine *shadow);

// ---- what judging tells
void acr__trace_rule(struct acr__case *c, const struct acr__rule *rule, bool holds);
void acr__trace_skip(const struct acr__case *c, const struct acr__rule *rule, const char *why);
void acr__trace_gives(const struct acr__case *c, const struct acr__rule *rule, bool met, int times);
void acr__trace_hear(const struct acr__case *c); // an outcome is about to be computed
// `lines`: what it was computed from, NULL = its constraints let nothing through; its operations begin at `first`.
void acr__trace_outcome(struct acr__case *c, const struct acr__rule *rule, const struct acr__out *out, const struct acr__fact *lines,
                        int first);
void acr__trace_earn(struct acr__case *c, const struct acr__earn *earn, const struct acr__fact *lines, int64_t points, int first);

// ---- reply.c
// Members of an object: what the operation did, as a reply shows it. false = nothing that is shown.
bool acr__effect_write(acr_engine *engine, acr__buf *out, const struct acr__record *record, const struct acr__op *op);

// ---- trace_when.c: the tree of a rule that was just judged
void acr__trace_tree(struct acr__case *c, const struct acr__rule *rule, acr__writer *w);
// How far a measure is from what was asked: *distance at the scale of the condition, and "short", "over" or "to_spare" (so much may
// it change and still hold). NULL = it cannot be said.
const char *acr__cond_distance(const struct acr__plan *plan, const struct acr__cond *cond, const struct acr__cond_result *r,
                               int64_t *distance);
// The constraints that keep the fact at hand out, or take lines of it: member "excluded".
void acr__trace_excluded(struct acr__case *c, const struct acr__narrow *narrows, int count, acr__writer *w);
#endif
