#include "cli/csv.h"
#include <string.h>

void acr__csv_field(struct csv *csv, acr__span text) {
  if (csv->begun) fputc(',', csv->out);
  csv->begun = true;
  bool plain = true;
  for (size_t i = 0; i < text.len && plain; i++)
    plain = !strchr(",\"\r\n", text.ptr[i]);
  if (plain) {
    fwrite(text.ptr, 1, text.len, csv->out);
    return;
  }
  fputc('"', csv->out);
  for (size_t i = 0; i < text.len; i++) {
    if (text.ptr[i] == '"') fputc('"', csv->out);
    fputc(text.ptr[i], csv->out);
  }
  fputc('"', csv->out);
}

void acr__csv_member(struct csv *csv, const acr__json *json, const acr__node *object, const char *key, acr__span text) {
  const acr__node *node = acr__node_get(object, key);
  acr__json_kind kind = node ? acr__node_kind(node) : ACR_JSON_NULL;
  if (kind == ACR_JSON_NULL)
    acr__csv_field(csv, (acr__span){"", 0});
  else if (kind == ACR_JSON_OBJECT || kind == ACR_JSON_ARRAY)
    acr__csv_field(csv, acr__node_raw(json, node, text));
  else
    acr__csv_field(csv, acr__node_text(node));
}

void acr__csv_end(struct csv *csv) {
  fputc('\n', csv->out);
  csv->begun = false;
}
