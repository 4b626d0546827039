#include "base/buf.h"
#include "json/tree.h"
#include "json/writer.h"

void acr__node_place(const acr__json *json, const acr__node *node, int *line, int *column) {
  *line = *column = 0;
  if (!node) return;
  uint32_t offset = node->start;
  size_t low = 0, high = json->newline_count; // how many line feeds stand before the node
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (json->newlines[middle] < offset)
      low = middle + 1;
    else
      high = middle;
  }
  *line = (int)low + 1;
  *column = (int)(low ? offset - json->newlines[low - 1] : offset + 1);
}

acr__span acr__node_raw(const acr__json *json, const acr__node *node, acr__span text) {
  (void)json;
  if (!node) return (acr__span){0};
  return (acr__span){text.ptr + node->start, node->end - node->start};
}

static bool is_name(acr__span key) {
  for (size_t i = 0; i < key.len; i++) {
    char c = key.ptr[i];
    bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!ok) return false;
  }
  return key.len > 0;
}

static void put_step(acr__buf *out, const acr__node *child, int index) {
  if (!child->item.string) {
    acr__buf_printf(out, "[%d]", index);
    return;
  }
  acr__span key = acr__key_of(child);
  if (is_name(key)) {
    acr__buf_text(out, ".");
    acr__buf_put(out, key.ptr, key.len);
    return;
  }
  acr__writer w = {.out = out};
  acr__buf_text(out, "[");
  acr__write_span(&w, key);
  acr__buf_text(out, "]");
}

// The node lies in the last child that does not start behind it.
char *acr__node_path(const acr__json *json, const acr__node *node, acr__arena *arena) {
  acr__buf path = {0};
  acr__buf_text(&path, "$");
  const acr__node *at = json->root;
  while (node && at->start != node->start && acr__child(at)) {
    int index = 0;
    at = acr__child(at);
    for (; acr__sibling(at) && acr__sibling(at)->start <= node->start; at = acr__sibling(at))
      index++;
    put_step(&path, at, index);
  }
  char *text = acr__arena_text(arena, (acr__span){(const char *)path.ptr, path.len});
  acr__buf_free(&path);
  return text;
}
