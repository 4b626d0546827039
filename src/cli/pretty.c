#include "cli/pretty.h"
#include "json/writer.h"

enum { SHORT = 100 };

static void key_print(FILE *out, const acr__node *node) {
  acr__buf key = {0};
  acr__writer w = {.out = &key};
  acr__write_key_span(&w, acr__node_key(node));
  fwrite(key.ptr, 1, key.len, out);
  fputc(' ', out);
  acr__buf_free(&key);
}

void acr__pretty_print(FILE *out, const acr__json *json, const acr__node *node, acr__span text, int indent) {
  acr__span raw = acr__node_raw(json, node, text);
  bool object = acr__node_kind(node) == ACR_JSON_OBJECT;
  if ((!object && acr__node_kind(node) != ACR_JSON_ARRAY) || raw.len <= SHORT || !acr__node_first(node)) {
    fwrite(raw.ptr, 1, raw.len, out);
    return;
  }
  fputs(object ? "{\n" : "[\n", out);
  for (const acr__node *inner = acr__node_first(node); inner; inner = acr__node_next(inner)) {
    fprintf(out, "%*s", indent + 2, "");
    if (object) key_print(out, inner);
    acr__pretty_print(out, json, inner, text, indent + 2);
    fputs(acr__node_next(inner) ? ",\n" : "\n", out);
  }
  fprintf(out, "%*s%c", indent, "", object ? '}' : ']');
}
