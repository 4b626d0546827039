#include "cli/excerpt.h"
#include <limits.h>
#include <stdlib.h>

enum { BEFORE = 40, WIDTH = 110 }; // of a line that is too long: so much before the column, so much in all

static bool is_inner(unsigned char c) { // of a UTF-8 character, not its first byte
  return (c & 0xC0) == 0x80;
}

static void print_part(FILE *out, const char *line, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) {
    unsigned char c = (unsigned char)line[i];
    fputc(c == '\t' ? ' ' : c < 0x20 || c == 0x7F ? '?' : c, out);
  }
}

static void print_line(FILE *out, const char *line, size_t len, long number, long column) {
  size_t at = column > 0 ? (size_t)column - 1 : 0, from = 0;
  if (at > len) at = len;
  if (len > WIDTH && at > BEFORE) from = at - BEFORE;
  while (from > 0 && is_inner((unsigned char)line[from]))
    from--;
  size_t to = len - from > WIDTH ? from + WIDTH : len;
  while (to < len && is_inner((unsigned char)line[to]))
    to++;
  fprintf(out, "%6ld | ", number);
  print_part(out, line, from, to);
  fputc('\n', out);
  if (column <= 0) return;
  size_t shown = 0;
  for (size_t i = from; i < at; i++)
    shown += !is_inner((unsigned char)line[i]);
  fprintf(out, "       | %*s^\n", (int)shown, "");
}

void acr__excerpt_print(FILE *out, acr__span file, long line, long column) {
  char path[PATH_MAX], *text = NULL;
  size_t cap = 0;
  if (line <= 0 || file.len == 0 || file.len >= sizeof path) return;
  memcpy(path, file.ptr, file.len);
  path[file.len] = '\0';
  FILE *in = fopen(path, "r");
  if (!in) return;
  long number = 0;
  ssize_t len = 0;
  while (number < line && (len = getline(&text, &cap, in)) >= 0)
    number++;
  while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
    len--;
  if (number == line && len > 0) print_line(out, text, (size_t)len, line, column);
  free(text);
  fclose(in);
}
