// The facts that a new release found in the log are given to a member when the engine next asks for him, and to everybody else by
// and by: giving them to all at once would keep events waiting. Nobody sees a member without them, so it is as if all had got them when
// the release came. The view is not told that it holds these series whole before everybody has his (engine->built_at).
#include "engine/ripen.h"
#include "base/mem.h"
#include <stdlib.h>
#include <string.h>

struct chain {
  uint32_t first, last; // facts, from 1; 0 = none
};

struct acr__ripening {
  struct acr__ripening *next;
  struct acr__built built;
  uint32_t *series;     // plan series -> the ledger's; owned, as the release may go
  bool *values;         // ... whether it holds values
  uint32_t *link;       // fact -> the member's next one; owned
  struct chain *chains; // by member number; owned
  uint32_t cap, hand;
};

static struct chain *chain_of(struct acr__ripening *r, uint32_t member) {
  if (member >= r->cap) {
    uint32_t cap = member + member / 2 + 64;
    r->chains = acr__mem_resize(r->chains, cap * sizeof *r->chains);
    memset(r->chains + r->cap, 0, (cap - r->cap) * sizeof *r->chains);
    r->cap = cap;
  }
  return &r->chains[member];
}

static void append(struct acr__ripening *r, struct chain *chain, uint32_t fact) {
  r->link[fact - 1] = 0;
  *(chain->last ? &r->link[chain->last - 1] : &chain->first) = fact;
  chain->last = fact;
}

// As a merge does it: of facts of the same time the survivor's own come first.
static void join(struct acr__ripening *r, const struct acr__built_joined *joined) {
  chain_of(r, joined->gone > joined->into ? joined->gone : joined->into);
  struct chain *gone = chain_of(r, joined->gone), *into = chain_of(r, joined->into);
  if (!gone->first) return;
  *(into->last ? &r->link[into->last - 1] : &into->first) = gone->first;
  into->last = gone->last;
  *gone = (struct chain){0, 0};
}

static void link_facts(struct acr__ripening *r) {
  const struct acr__built *built = &r->built;
  size_t joined = 0;
  r->link = acr__mem_resize(NULL, (built->count + 1) * sizeof *r->link);
  for (size_t i = 0; i <= built->count; i++) {
    for (; joined < built->joined_count && built->joined[joined].at <= i; joined++)
      join(r, &built->joined[joined]);
    if (i < built->count) append(r, chain_of(r, built->facts[i].member), (uint32_t)i + 1);
  }
}

void acr__ripen_begin(acr_engine *engine, const struct acr__release *release, struct acr__built *built) {
  if (built->count == 0) {
    acr__built_free(built);
    return;
  }
  struct acr__ripening *r = calloc(1, sizeof *r);
  if (!r) acr__mem_exhausted(sizeof *r);
  size_t count = (size_t)release->plan->series_count;
  r->built = *built;
  r->series = acr__mem_resize(NULL, count * sizeof *r->series);
  r->values = acr__mem_resize(NULL, count * sizeof *r->values);
  for (size_t i = 0; i < count; i++) {
    r->series[i] = release->series[i];
    r->values[i] = acr__holds_values(release->plan->series[i].aggregate);
  }
  link_facts(r);
  r->next = engine->ripening;
  engine->ripening = r;
  engine->built_at = UINT64_MAX;
  *built = (struct acr__built){0};
}

static void give(acr_engine *engine, struct acr__ripening *r, struct acr__member *member) {
  uint32_t at = member->number < r->cap ? r->chains[member->number].first : 0;
  if (!at) return;
  r->chains[member->number] = (struct chain){0, 0};
  for (; at; at = r->link[at - 1]) {
    const struct acr__built_fact *fact = &r->built.facts[at - 1];
    struct acr__op op = {.kind = r->values[fact->series] ? ACR_OP_VALUE : ACR_OP_FACT,
                         .v = {r->series[fact->series], fact->time, fact->value}};
    if (fact->how)
      op = (struct acr__op){.kind = ACR_OP_CHANGE, .v = {r->series[fact->series], fact->time, fact->how, fact->old, fact->value}};
    acr__member_apply(member, &op, 0);
  }
  acr__member_dirty(engine, member, engine->end);
}

void acr__ripen_member(acr_engine *engine, struct acr__member *member) {
  for (struct acr__ripening *r = engine->ripening; r; r = r->next)
    give(engine, r, member);
}

static void free_first(acr_engine *engine) {
  struct acr__ripening *r = engine->ripening;
  engine->ripening = r->next;
  acr__built_free(&r->built);
  free(r->series);
  free(r->values);
  free(r->link);
  free(r->chains);
  free(r);
}

bool acr__ripen_some(acr_engine *engine, uint32_t members) {
  enum { LOOKS = 64 }; // a member, at places where nobody waits for anything
  struct acr__ripening *r = engine->ripening;
  if (!r) return false;
  for (uint64_t looks = (uint64_t)members * LOOKS; members && looks && r->hand < r->cap; looks--) {
    uint32_t number = r->hand++;
    if (!r->chains[number].first) continue;
    acr__member_at(engine, number, (acr__span){NULL, 0}); // which gives them
    members--;
  }
  if (r->hand < r->cap) return true;
  free_first(engine);
  if (!engine->ripening) engine->built_at = engine->end;
  return engine->ripening != NULL;
}

void acr__ripen_free(acr_engine *engine) {
  while (engine->ripening)
    free_first(engine);
}
