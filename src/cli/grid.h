// An aligned table, printed when it is complete.
#ifndef ACR_CLI_GRID_H
#define ACR_CLI_GRID_H
#include "base/arena.h"
#include <stdio.h>

enum { GRID_COLUMNS_MAX = 16 };

struct grid {
  acr__arena *arena;
  const char *titles[GRID_COLUMNS_MAX]; // a title that begins with '>' aligns its column right
  int columns;
  size_t widths[GRID_COLUMNS_MAX];
  struct grid_cell *first, *last;
};

// `titles` are separated by '|', as "account|>points".
void acr__grid_begin(struct grid *grid, acr__arena *arena, const char *titles);
// The next cell, row by row. Copied; control characters become '?'.
void acr__grid_add(struct grid *grid, acr__span text);
// Titles and rows, indented; columns in which every cell is empty are left out. Nothing when there is no row.
void acr__grid_print(const struct grid *grid, FILE *out, const char *indent);
#endif
