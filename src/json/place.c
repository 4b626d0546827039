#include "base/buf.h"
#include "json/tree.h"
#include "json/writer.h"

static const acr__mark *mark_of(const acr__json *json, const acr__node *node) {
  return &json->marks[acr__node_item(node)->valueint];
}

void acr__node_place(const acr__json *json, const acr__node *node, int *line, int *column) {
  *line = *column = 0;
  if (!node) return;
  uint32_t offset = mark_of(json, node)->start;
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
  if (!node) return (acr__span){0};
  const acr__mark *mark = mark_of(json, node);
  return (acr__span){text.ptr + mark->start, mark->end - mark->start};
}

static bool is_name(acr__span key) {
  for (size_t i = 0; i < key.len; i++) {
    char c = key.ptr[i];
    bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!ok) return false;
  }
  return key.len > 0;
}

static void put_step(acr__buf *out, const cJSON *child, int index) {
  if (!child->string) {
    acr__buf_printf(out, "[%d]", index);
    return;
  }
  acr__span key = acr__span_of(child->string);
  if (is_name(key)) {
    acr__buf_printf(out, ".%s", child->string);
    return;
  }
  acr__writer w = {.out = out};
  acr__buf_text(out, "[");
  acr__write_span(&w, key);
  acr__buf_text(out, "]");
}

// Numbers are in pre-order: the node lies in the last child whose number is not above its own.
char *acr__node_path(const acr__json *json, const acr__node *node, acr__arena *arena) {
  acr__buf path = {0};
  acr__buf_text(&path, "$");
  int wanted = node ? acr__node_item(node)->valueint : 0;
  for (const cJSON *at = json->root; at->valueint != wanted && at->child;) {
    int index = 0;
    const cJSON *child = at->child;
    for (; child->next && child->next->valueint <= wanted; child = child->next)
      index++;
    put_step(&path, child, index);
    at = child;
  }
  char *text = acr__arena_text(arena, (acr__span){(const char *)path.ptr, path.len});
  acr__buf_free(&path);
  return text;
}
