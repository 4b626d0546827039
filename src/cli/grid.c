#include "cli/grid.h"
#include <string.h>

struct grid_cell {
  struct grid_cell *next;
  acr__span text;
};

// Characters, near enough for names and numbers.
static size_t width_of(acr__span text) {
  size_t width = 0;
  for (size_t i = 0; i < text.len; i++)
    width += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
  return width;
}

void acr__grid_begin(struct grid *grid, acr__arena *arena, const char *titles) {
  *grid = (struct grid){.arena = arena};
  char *copy = acr__arena_text(arena, acr__span_of(titles));
  for (char *rest; (rest = strsep(&copy, "|")) && grid->columns < GRID_COLUMNS_MAX;)
    grid->titles[grid->columns++] = rest;
}

void acr__grid_add(struct grid *grid, acr__span text) {
  struct grid_cell *cell = ACR__NEW(grid->arena, struct grid_cell);
  char *clean = acr__arena_text(grid->arena, text);
  for (char *c = clean; *c; c++) {
    unsigned char byte = (unsigned char)*c;
    bool c1 = byte == 0xC2 && (unsigned char)c[1] < 0xA0 && c[1];
    if (byte < 0x20 || byte == 0x7F || c1) *c = '?';
    if (c1) *++c = '?';
  }
  cell->text = (acr__span){clean, text.len};
  if (grid->last) {
    grid->last->next = cell;
  } else {
    grid->first = cell;
  }
  grid->last = cell;
}

static void pad(FILE *out, size_t count) {
  while (count--)
    fputc(' ', out);
}

static void print_cell(const struct grid *grid, FILE *out, int column, acr__span text, bool last) {
  size_t spaces = grid->widths[column] - width_of(text);
  bool right = grid->titles[column][0] == '>';
  if (right) pad(out, spaces);
  fwrite(text.ptr, 1, text.len, out);
  if (last) return;
  if (!right) pad(out, spaces);
  fputs("  ", out);
}

static acr__span title_of(const struct grid *grid, int column) {
  const char *title = grid->titles[column];
  return acr__span_of(title[0] == '>' ? title + 1 : title);
}

// One row, or the titles when `cells` is NULL; nothing stands behind the last text.
static void print_row(const struct grid *grid, FILE *out, const char *indent, const struct grid_cell *cells) {
  acr__span texts[GRID_COLUMNS_MAX];
  int last = 0;
  for (int i = 0; i < grid->columns; i++) {
    texts[i] = cells ? cells->text : title_of(grid, i);
    if (grid->widths[i] && texts[i].len) last = i;
    if (cells) cells = cells->next;
  }
  fputs(indent, out);
  for (int i = 0; i <= last; i++) {
    if (grid->widths[i]) print_cell(grid, out, i, texts[i], i == last);
  }
  fputc('\n', out);
}

void acr__grid_print(const struct grid *grid, FILE *out, const char *indent) {
  if (!grid->first) return;
  struct grid sized = *grid;
  int column = 0;
  for (const struct grid_cell *cell = grid->first; cell; cell = cell->next, column = (column + 1) % grid->columns) {
    size_t width = width_of(cell->text);
    if (width > sized.widths[column]) sized.widths[column] = width;
  }
  for (int i = 0; i < sized.columns; i++) {
    size_t width = width_of(title_of(grid, i));
    if (sized.widths[i] && sized.widths[i] < width) sized.widths[i] = width;
  }
  print_row(&sized, out, indent, NULL);
  column = 0;
  for (const struct grid_cell *cell = grid->first; cell; cell = cell->next, column = (column + 1) % grid->columns) {
    if (column == 0) print_row(&sized, out, indent, cell);
  }
}
