// A member's entries in the order of their times, with the balances that they add up to.
#ifndef ACR_CLI_AS_OF_H
#define ACR_CLI_AS_OF_H
#include "json/json.h"
#include <stdbool.h>
#include <stdint.h>

struct as_of_entry {
  const acr__json *json;
  const acr__node *node;
  acr__span text;  // that the node was read from
  acr__span time;
  size_t order;    // in which it came
  int64_t balance; // of its account as of its time
};

struct as_of {
  struct as_of_entry *all; // owned
  size_t count, cap;
};

// Nodes stay the caller's and live until the end. Entries come in the order of their records.
void acr__as_of_add(struct as_of *as_of, const acr__json *json, const acr__node *entry, acr__span text);
// The newest `limit` of them.
void acr__as_of_print(struct as_of *as_of, const char *member, long limit, bool json);
void acr__as_of_free(struct as_of *as_of);
#endif
