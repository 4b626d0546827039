// Default events: raised only where a rule or a series of a release in force names them, after the event at hand, first in first out.
// They continue the chain of j->cause: a rule never sees what it raised itself. The data are JSON objects; what fields a rule may
// read of them by name is declared in src/program/raised.c.
#ifndef ACR_ENGINE_RAISE_H
#define ACR_ENGINE_RAISE_H
#include "engine/engine.h"

// What raised an event: rules, from the newest back.
struct acr__chain {
  const struct acr__chain *parent;
  const struct acr__release *release;
  const struct acr__rule *rule;
  int depth;
};
// One that waits.
struct acr__derived {
  struct acr__derived *next;
  const struct acr__chain *chain;
  const struct acr__out *out; // the outcome that raised it; NULL = the core did
  acr__span type, data;
};

bool acr__raise_wanted(const struct acr__judgement *j, acr__raised what);
void acr__raise(struct acr__judgement *j, acr__raised what, acr__span data); // data in the arena; may be empty
void acr__raise_points(struct acr__judgement *j, acr__raised what, int account, int source, acr__reason reason,
                      int64_t points); // points > 0
void acr__raise_level(struct acr__judgement *j, acr__raised what, int family, int from, int to); // names of levels, -1 = none
void acr__raise_term(struct acr__judgement *j, acr__raised what, int family, int level, const char *key, acr__time end);
// The movement of points that such an event tells of, as history has it: points signed, the account by its bare name. false = it is
// none, of another program, or (cond names no account) of an account that is escrow or not spendable (domain C12).
bool acr__movement_of(const struct acr__case *c, const struct acr__cond *cond, struct acr__fact *out);
void acr__raise_purchase(struct acr__judgement *j); // of the root event, when it is one

// ---- derive.c
void acr__derive(struct acr__judgement *j, acr__span type, acr__span data); // raised by j->cause
bool acr__derived_run(struct acr__judgement *j);
bool acr__raised_refused(struct acr__case *c, const struct acr__derived *d); // outcome.c: says whose it was; always false
struct acr__event *acr__derived_event(acr_engine *engine, acr__arena *arena, uint64_t seq, int index, acr__span type, acr__span member,
                                      acr__time time, acr__span data, struct acr__reject *reject);
struct acr__event *acr__core_event(acr_engine *engine, acr__arena *arena, acr__span line, struct acr__reject *reject); // sent.c
#endif
