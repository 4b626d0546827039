// A rules template and its programs loaded beside the engine, on any thread: nothing of an engine is looked at.
#ifndef ACR_ENGINE_LOADED_H
#define ACR_ENGINE_LOADED_H
#include "engine/bundle.h"

struct acr__loaded_program {
  struct acr__bundle *bundle; // lives in built.arena
  struct acr__release built;  // its script and plan; emptied when a release takes them
};

struct acr_loaded {
  acr__arena *arena;
  acr__diag diag; // as of accrue check
  char *report;   // the same as JSON
  struct acr__layers layers;
  struct acr__loaded_program *programs; // none when there are faults
  int program_count;
};
#endif
