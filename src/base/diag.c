#include "base/diag.h"
#include "base/limits.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_COMPARED = 64 };

void acr__diag_init(acr__diag *diag, acr__arena *arena) {
  *diag = (acr__diag){.arena = arena, .limit = ACR_DIAG_MAX};
}

static char *copy(acr__arena *arena, const char *text) {
  return text ? acr__arena_text(arena, acr__span_of(text)) : NULL;
}

void acr__diag_add(acr__diag *diag, acr__severity severity, const char *code, struct acr__place place, const char *format, ...) {
  bool full = diag->faults + diag->warnings >= diag->limit;
  if (severity == ACR_FAULT)
    diag->faults++;
  else
    diag->warnings++;
  if (full) return;

  va_list args, again;
  va_start(args, format);
  va_copy(again, args);
  int len = vsnprintf(NULL, 0, format, args);
  va_end(args);
  size_t cap = len < 0 ? 1 : (size_t)len + 1;
  acr__diag_item *item = ACR__NEW(diag->arena, acr__diag_item);
  item->message = acr__arena_zalloc(diag->arena, cap);
  vsnprintf(item->message, cap, format, again);
  va_end(again);

  item->severity = severity;
  item->code = code;
  item->file = copy(diag->arena, place.file);
  item->line = place.line;
  item->column = place.column;
  item->path = copy(diag->arena, place.path);
  if (diag->last)
    diag->last->next = item;
  else
    diag->first = item;
  diag->last = item;
}

static bool same(const char *a, const char *b) {
  return a == b || (a && b && strcmp(a, b) == 0);
}

static bool has(const acr__diag *diag, const acr__diag_item *wanted) {
  for (const acr__diag_item *item = diag->first; item; item = item->next) {
    if (item->severity == wanted->severity && item->line == wanted->line && item->column == wanted->column &&
        same(item->file, wanted->file) && same(item->path, wanted->path) && same(item->message, wanted->message))
      return true;
  }
  return false;
}

void acr__diag_merge(acr__diag *into, const acr__diag *from) {
  for (const acr__diag_item *item = from->first; item; item = item->next) {
    struct acr__place place = {item->file, item->line, item->column, item->path};
    if (!has(into, item)) acr__diag_add(into, item->severity, item->code, place, "%s", item->message);
  }
}

static size_t least(size_t a, size_t b, size_t c) {
  size_t ab = a < b ? a : b;
  return ab < c ? ab : c;
}

// Edits that turn a into b, where swapping two neighbours is one edit. Both at most NAME_MAX_COMPARED long.
static size_t edit_distance(acr__span a, acr__span b) {
  size_t rows[3][NAME_MAX_COMPARED + 1];
  size_t *before = rows[0], *above = rows[1], *row = rows[2];
  for (size_t j = 0; j <= b.len; j++)
    before[j] = above[j] = j;
  for (size_t i = 1; i <= a.len; i++) {
    row[0] = i;
    for (size_t j = 1; j <= b.len; j++) {
      size_t other = a.ptr[i - 1] != b.ptr[j - 1];
      row[j] = least(above[j] + 1, row[j - 1] + 1, above[j - 1] + other);
      bool swapped = i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1];
      if (swapped && before[j - 2] + 1 < row[j]) row[j] = before[j - 2] + 1;
    }
    size_t *spare = before;
    before = above;
    above = row;
    row = spare;
  }
  return above[b.len];
}

acr__span acr__nearest(acr__span name, const acr__span *names, int count) {
  acr__span found = {0};
  if (name.len > NAME_MAX_COMPARED) return found;
  size_t best = (name.len / 3 > 1 ? name.len / 3 : 1) + 1;
  for (int i = 0; i < count; i++) {
    if (names[i].len > NAME_MAX_COMPARED) continue;
    size_t distance = edit_distance(name, names[i]);
    if (distance < best) {
      best = distance;
      found = names[i];
    }
  }
  return found;
}

char *acr__diag_line(const acr__diag *diag, const acr__diag_item *item) {
  acr__arena *arena = diag->arena;
  const char *place = item->file ? item->file : "";
  if (item->line > 0 && item->column > 0) {
    place = acr__arena_printf(arena, "%s%s%d:%d", place, *place ? ":" : "line ", item->line, item->column);
  } else if (item->line > 0) {
    place = acr__arena_printf(arena, "%s%s%d", place, *place ? ":" : "line ", item->line);
  } else if (item->path) {
    place = acr__arena_printf(arena, "%s%s[%s]", place, *place ? " " : "", item->path);
  }
  return acr__arena_printf(arena, "%s%s%s", place, *place ? ": " : "", item->message);
}
