// Writes JSON into a buffer: commas and escapes are done here, nesting is the caller's.
#ifndef ACR_JSON_WRITER_H
#define ACR_JSON_WRITER_H
#include "base/buf.h"

typedef struct acr__writer {
  acr__buf *out; // borrowed
  bool comma;    // a value stands before the next one
} acr__writer;

void acr__write_object(acr__writer *w);     // {
void acr__write_object_end(acr__writer *w); // }
void acr__write_array(acr__writer *w);      // [
void acr__write_array_end(acr__writer *w);  // ]
void acr__write_key(acr__writer *w, const char *key);
void acr__write_key_span(acr__writer *w, acr__span key);
void acr__write_text(acr__writer *w, const char *text); // NULL = null
void acr__write_span(acr__writer *w, acr__span text);   // invalid UTF-8 is escaped as U+FFFD
void acr__write_int(acr__writer *w, int64_t value);
void acr__write_bool(acr__writer *w, bool value);
void acr__write_null(acr__writer *w);
void acr__write_raw(acr__writer *w, acr__span json); // already JSON
// A JSON integer when scale is 0, else a string with exactly `scale` decimals (contract 7).
void acr__write_decimal(acr__writer *w, int64_t value, int scale);
#endif
