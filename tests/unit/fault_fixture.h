// A program with one thing wrong: its fault is found by code and words.
#ifndef ACR_TESTS_FAULT_FIXTURE_H
#define ACR_TESTS_FAULT_FIXTURE_H
#include "test_program.h"

static struct world world;

struct sample {
  const char *text, *code, *part;
};

static inline int setup(void **state) {
  (void)state;
  world_open(&world);
  return 0;
}

static inline int teardown(void **state) {
  (void)state;
  world_close(&world);
  return 0;
}

static inline const acr__diag_item *find(acr__severity severity, const char *code, const char *part) {
  for (const acr__diag_item *item = world.diag.first; item; item = item->next) {
    if (item->severity == severity && strcmp(item->code, code) == 0 && strstr(item->message, part)) return item;
  }
  return NULL;
}

static inline void show_all(void) {
  for (const acr__diag_item *item = world.diag.first; item; item = item->next) {
    print_error("  [%s] %s (%s)\n", item->code, acr__diag_line(&world.diag, item), item->path ? item->path : "-");
  }
}

// The program has a fault with this code whose message has `part`, and no other.
static inline void one_fault(const char *text, const char *code, const char *part) {
  const struct acr__plan *plan = world_compile(&world, text);
  if (plan || world.diag.faults != 1 || !find(ACR_FAULT, code, part)) {
    show_all();
    fail_msg("wanted one fault [%s] with \"%s\" of\n%s", code, part, text);
  }
}

#endif
