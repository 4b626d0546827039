// Events that were read without their tree (again.c), and how they get it.
#ifndef ACR_EVENT_SPARSE_H
#define ACR_EVENT_SPARSE_H
#include "event/event.h"

struct acr__sparse {
  acr__arena *arena;
  acr__span line;
  struct acr__event *event;
  struct acr__item *items;
  bool whole; // it has its tree now
};

void acr__sparse_whole(const struct acr__sparse *sparse);
bool acr__sparse_lacks(acr__span key); // of the members of data and of its items: has it a place in the event?
// What somebody asks for by this key is in the tree.
static inline void acr__sparse_need(const struct acr__sparse *sparse, acr__span key) {
  if (sparse && !sparse->whole && acr__sparse_lacks(key)) acr__sparse_whole(sparse);
}
#endif
