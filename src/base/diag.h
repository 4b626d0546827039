// A list of faults and warnings, each with its place. Everything that loads files collects here and reports all at once.
#ifndef ACR_BASE_DIAG_H
#define ACR_BASE_DIAG_H
#include "base/arena.h"

typedef enum acr__severity { ACR_FAULT, ACR_WARNING } acr__severity;

typedef struct acr__diag_item {
  acr__severity severity;
  const char *code;     // stable word, as "unknown_name"; static
  char *file;           // may be NULL
  int line, column;     // from 1; 0 = unknown
  char *path;           // JSON path as "$.levels[1].purchase[0].when"; may be NULL
  char *message;        // what was found and what was wanted
  struct acr__diag_item *next;
} acr__diag_item;

typedef struct acr__diag {
  acr__arena *arena;    // owns the items and their texts; borrowed
  acr__diag_item *first, *last;
  int faults, warnings;
  int limit;            // at most so many are kept (ACR_DIAG_MAX); all are counted
} acr__diag;

struct acr__place {
  const char *file;
  int line, column;
  const char *path;
};

void acr__diag_init(acr__diag *diag, acr__arena *arena);
void acr__diag_add(acr__diag *diag, acr__severity severity, const char *code, struct acr__place place,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));
// Adds the items of `from` that `into` does not have yet.
void acr__diag_merge(acr__diag *into, const acr__diag *from);
// The nearest of `names` to `name` (edit distance at most 1/3 of its length, at least 1), or an empty span.
acr__span acr__nearest(acr__span name, const acr__span *names, int count);
// "file:line:column: message" of one item (path in brackets when there is no line), in the arena of `diag`.
char *acr__diag_line(const acr__diag *diag, const acr__diag_item *item);
#endif
