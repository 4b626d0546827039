#include "json/check.h"
#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_BYTES = 256, WORD_BYTES = 24 };

// The same byte of the text: the copy of what was read is no longer what it was.
static const char *original(const acr__check *check, const char *at) {
  return check->text + (at - check->copy);
}

char *acr__check_fail(acr__check *check, const char *at, const char *code, const char *format, ...) {
  int line = 1;
  const char *line_start = check->text, *where = original(check, at);
  for (const char *p = check->text; p < where; p++) {
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
  return NULL;
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

const char *acr__check_found(acr__check *check, const char *at) {
  if (at >= check->end) return "the end of the text";
  const char *where = original(check, at), *end = original(check, check->end);
  size_t len = 0;
  while (len < WORD_BYTES && where + len < end && is_word(where[len]))
    len++;
  if (len > 1) return acr__arena_printf(check->arena, "%.*s", (int)len, where);
  unsigned char byte = (unsigned char)*where;
  if (byte == '\n') return "a line end";
  if (byte < 0x20 || byte >= 0x7F) return acr__arena_printf(check->arena, "byte 0x%02X", byte);
  return acr__arena_printf(check->arena, "'%c'", byte);
}

char *acr__check_unexpected(acr__check *check, const char *at, const char *wanted) {
  if (at < check->end && *original(check, at) == '\0') return acr__check_fail(check, at, "json_nul", "found a NUL byte, wanted %s", wanted);
  return acr__check_fail(check, at, "json_syntax", "found %s, wanted %s", acr__check_found(check, at), wanted);
}
