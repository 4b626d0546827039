#include "engine/turns.h"
#include "base/mem.h"
#include <stdlib.h>

void acr__turns_free(struct acr__turns *turns) {
  free(turns->known);
  free(turns->heap);
}

void acr__turns_clear(struct acr__turns *turns) {
  turns->next = turns->known_count = turns->heap_count = 0;
}

static bool before(const struct acr__turn *a, const struct acr__turn *b) {
  return a->at != b->at ? a->at < b->at : a->member < b->member;
}

static void make_room(struct acr__turn **all, size_t count, size_t *room) {
  if (count < *room) return;
  *room = *room ? *room * 2 : 1024;
  *all = acr__mem_resize(*all, *room * sizeof **all);
}

void acr__turns_know(struct acr__turns *turns, struct acr__turn turn) {
  make_room(&turns->known, turns->known_count, &turns->known_room);
  turns->known[turns->known_count++] = turn;
}

static int compare(const void *a, const void *b) {
  return before(a, b) ? -1 : before(b, a);
}

void acr__turns_begin(struct acr__turns *turns) {
  size_t i = 1;
  while (i < turns->known_count && before(&turns->known[i - 1], &turns->known[i]))
    i++;
  if (i < turns->known_count) qsort(turns->known, turns->known_count, sizeof *turns->known, compare);
}

void acr__turns_add(struct acr__turns *turns, struct acr__turn turn) {
  make_room(&turns->heap, turns->heap_count, &turns->heap_room);
  struct acr__turn *heap = turns->heap;
  size_t i = turns->heap_count++;
  for (; i && before(&turn, &heap[(i - 1) / 2]); i = (i - 1) / 2)
    heap[i] = heap[(i - 1) / 2];
  heap[i] = turn;
}

static struct acr__turn take_added(struct acr__turns *turns) {
  struct acr__turn *heap = turns->heap, first = heap[0], last = heap[--turns->heap_count];
  size_t i = 0;
  for (size_t child; (child = 2 * i + 1) < turns->heap_count; i = child) {
    if (child + 1 < turns->heap_count && before(&heap[child + 1], &heap[child])) child++;
    if (!before(&heap[child], &last)) break;
    heap[i] = heap[child];
  }
  if (turns->heap_count) heap[i] = last;
  return first;
}

bool acr__turns_take(struct acr__turns *turns, struct acr__turn *out) {
  bool known = turns->next < turns->known_count;
  if (!known && !turns->heap_count) return false;
  known = known && !(turns->heap_count && before(&turns->heap[0], &turns->known[turns->next]));
  *out = known ? turns->known[turns->next++] : take_added(turns);
  return true;
}

uint32_t acr__turns_ahead(const struct acr__turns *turns, size_t ahead) {
  return turns->next + ahead < turns->known_count ? turns->known[turns->next + ahead].member : 0;
}
