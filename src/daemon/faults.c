#include "daemon/faults.h"
#include <stdlib.h>

void acr__text_print(FILE *out, acr__span text) {
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.ptr[i];
    // C1 controls are C2 80 to C2 9F.
    bool c1 = c == 0xC2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] < 0xA0;
    if (c1) i++;
    fputc(c < 0x20 || c == 0x7F || c1 ? '?' : c, out);
  }
}

static acr__span text_of(const acr__node *fault, const char *key) {
  const acr__node *value = acr__node_get(fault, key);
  if (!value || acr__node_kind(value) == ACR_JSON_NULL) return (acr__span){0};
  return acr__node_text(value);
}

int acr__faults_show(FILE *out, const acr__node *faults, const char *prefix, acr__fault_excerpt *excerpt) {
  int count = 0;
  for (const acr__node *fault = acr__node_first(faults); fault; fault = acr__node_next(fault), count++) {
    acr__span file = text_of(fault, "file"), line = text_of(fault, "line"), column = text_of(fault, "column");
    acr__span path = text_of(fault, "path");
    bool placed = line.len && !acr__span_is(line, "0");
    if (file.len) {
      acr__text_print(out, file);
      if (placed) fprintf(out, ":%.*s", (int)line.len, line.ptr);
      if (placed && column.len && !acr__span_is(column, "0")) fprintf(out, ":%.*s", (int)column.len, column.ptr);
      fputs(": ", out);
    }
    fputs(prefix, out);
    acr__text_print(out, text_of(fault, "message"));
    if (!placed && path.len) {
      fputs(" (at ", out);
      acr__text_print(out, path);
      fputc(')', out);
    }
    fputc('\n', out);
    if (placed && excerpt) excerpt(out, file, strtol(line.ptr, NULL, 10), column.len ? strtol(column.ptr, NULL, 10) : 0);
  }
  return count;
}

int acr__faults_print(FILE *out, const acr__node *faults, const char *prefix) {
  return acr__faults_show(out, faults, prefix, NULL);
}
