// What each component's calls cost: counted always, timed now and then.
#ifndef ACR_SCRIPT_COSTING_H
#define ACR_SCRIPT_COSTING_H
#include "script/host.h"
#include <time.h>

// A call's costs, from here to the end of the block that it stands in.
struct costing {
  acr__script *script;
  int ref;
  uint64_t instructions;
  int64_t ns; // 0 = not timed
};

static inline int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline struct costing costing_of(const struct acr__call *call, const struct acr__component *component) {
  acr__script *script = call->script;
  bool timed = script->entries[component->ref].cost.calls++ % ACR_COST_SAMPLE == 0;
  return (struct costing){script, component->ref, script->stats.instructions, timed ? now_ns() : 0};
}

static inline void costing_end(const struct costing *costing) {
  struct acr__cost *cost = &costing->script->entries[costing->ref].cost;
  cost->instructions += costing->script->stats.instructions - costing->instructions;
  if (!costing->ns) return;
  cost->timed++;
  cost->ns += (uint64_t)(now_ns() - costing->ns);
}

#define COSTS(call, component) __attribute__((cleanup(costing_end), unused)) const struct costing costing = costing_of((call), (component))
#endif
