#include "json/check.h"
#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_BYTES = 256, WORD_BYTES = 24 };

bool acr__check_fail(acr__check *check, const char *where, const char *code, const char *format, ...) {
  int line = 1;
  const char *line_start = check->begin;
  for (const char *p = check->begin; p < where; p++) {
    if (*p != '\n') continue;
    line++;
    line_start = p + 1;
  }
  char message[MESSAGE_BYTES];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  *check->fault = (struct acr__json_fault){
      .line = line,
      .column = (int)(where - line_start) + 1,
      .code = code,
      .message = acr__arena_text(check->arena, acr__span_of(message)),
  };
  return false;
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

const char *acr__check_found(acr__check *check, const char *where) {
  if (where >= check->end) return "the end of the text";
  size_t len = 0;
  while (len < WORD_BYTES && where + len < check->end && is_word(where[len]))
    len++;
  if (len > 1) return acr__arena_printf(check->arena, "%.*s", (int)len, where);
  unsigned char byte = (unsigned char)*where;
  if (byte == '\n') return "a line end";
  if (byte < 0x20 || byte >= 0x7F) return acr__arena_printf(check->arena, "byte 0x%02X", byte);
  return acr__arena_printf(check->arena, "'%c'", byte);
}

bool acr__check_unexpected(acr__check *check, const char *wanted) {
  const char *where = check->at;
  if (where < check->end && *where == '\0') return acr__check_fail(check, where, "json_nul", "found a NUL byte, wanted %s", wanted);
  return acr__check_fail(check, where, "json_syntax", "found %s, wanted %s", acr__check_found(check, where), wanted);
}
