#include "engine/bundle.h"
#include <string.h>

void acr__bundle_write(const struct acr__bundle *b, acr__buf *out) {
  acr__buf_span(out, b->file);
  acr__buf_span(out, b->program);
  acr__buf_span(out, b->author);
  acr__buf_span(out, b->note);
  acr__buf_span(out, b->zone_data);
  acr__buf_varu(out, (uint64_t)b->semantics);
  acr__buf_varu(out, (uint64_t)b->layers.count);
  for (int i = 0; i < b->layers.count; i++) {
    const struct acr__layer *layer = &b->layers.layer[i];
    acr__buf_span(out, layer->dir);
    acr__buf_varu(out, (uint64_t)layer->file_count);
    for (int k = 0; k < layer->file_count; k++) {
      acr__buf_span(out, layer->files[k].path);
      acr__buf_span(out, layer->files[k].bytes);
    }
  }
}

static bool read_layer(acr__arena *arena, acr__cursor *cur, struct acr__layer *layer) {
  layer->dir = acr__arena_span(arena, acr__get_span(cur));
  uint64_t count = acr__get_varu(cur);
  if (cur->bad || count > ACR_TEMPLATE_FILES_MAX) return false;
  struct acr__file *files = ACR__NEW_N(arena, struct acr__file, count);
  for (uint64_t i = 0; i < count; i++) {
    files[i].path = acr__arena_span(arena, acr__get_span(cur));
    files[i].bytes = acr__arena_span(arena, acr__get_span(cur));
  }
  layer->files = files;
  layer->file_count = (int)count;
  return !cur->bad;
}

bool acr__bundle_read(acr__arena *arena, acr__span bytes, struct acr__bundle *out) {
  acr__cursor cur = {(const uint8_t *)bytes.ptr, (const uint8_t *)bytes.ptr + bytes.len, false};
  out->file = acr__arena_span(arena, acr__get_span(&cur));
  out->program = acr__arena_span(arena, acr__get_span(&cur));
  out->author = acr__arena_span(arena, acr__get_span(&cur));
  out->note = acr__arena_span(arena, acr__get_span(&cur));
  out->zone_data = acr__arena_span(arena, acr__get_span(&cur));
  out->semantics = (int)acr__get_varu(&cur);
  uint64_t count = acr__get_varu(&cur);
  if (cur.bad || count > sizeof out->layers.layer / sizeof out->layers.layer[0]) return false;
  out->layers.count = (int)count;
  for (uint64_t i = 0; i < count; i++)
    if (!read_layer(arena, &cur, &out->layers.layer[i])) return false;
  return !cur.bad;
}

void acr__bundle_rules(acr__arena *arena, const struct acr__layers *layers, struct acr__rule_files *out) {
  const struct acr__layer *own = &layers->layer[0];
  *out = (struct acr__rule_files){.files = ACR__NEW_N(arena, struct acr__rule_file, (layers->count ? own->file_count : 0) + 1)};
  for (int i = 0; layers->count && i < own->file_count; i++) {
    acr__span path = own->files[i].path;
    bool named = path.len > 11 && memcmp(path.ptr, "rules/", 6) == 0 && memcmp(path.ptr + path.len - 5, ".json", 5) == 0;
    if (!named || memchr(path.ptr + 6, '/', path.len - 6)) continue;
    out->files[out->count++] = (struct acr__rule_file){.name = {path.ptr + 6, path.len - 11}, .text = own->files[i].bytes};
  }
}
